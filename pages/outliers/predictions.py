"""What a visitor of the page ``outliers`` is asked before it is shown."""

from functools import cache

from components.cards.presets import Prediction, Preset
from components.text import listed, number
from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.edited import with_edits
from losses.data.outliers import Outliers
from losses.fitting.comparison import fit_all

LIFTED = {5: (5.0, 40.0)}  # the middle of the clean line


@cache
def lifted_middle() -> dict[str, float]:
    """How far slope and intercept move when the middle of the clean line is lifted."""
    line = DATASETS["line"]
    lifted = with_edits(line, Outliers(count=0), moves=LIFTED)
    before, after = (fit_all(points.x, points.y, {"mse": {}, "mae": {}})[0] for points in (line, lifted))
    return {
        f"{LOSSES[key].name}’s {what}": round(abs(getattr(after[key], what) - getattr(fit, what)), 9)
        for key, fit in before.items()
        for what in ("slope", "intercept")
    }


PREDICTED = (
    Preset(
        "Predict: a lifted point",
        "Drag it to the right: now the slope turns as well.",
        {"moves": LIFTED},
        Prediction(
            "On the clean line the middle point is lifted from 11.5 to 40. What changes most?",
            ("MSE’s slope", "MSE’s intercept", "MAE’s slope", "MAE’s intercept"),
            right=lambda: max(lifted_middle(), key=lifted_middle().__getitem__),
            because=lambda: (
                "Changes: " + listed(f"{what} {number(change)}" for what, change in lifted_middle().items()) + "."
            ),
            before={"moves": {}},
        ),
    ),
)
