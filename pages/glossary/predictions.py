"""What a visitor of the page ``glossary`` is asked before it is shown."""

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.calculator import evaluate


def _residual() -> float:
    return float(evaluate("4 - 7"))


PREDICTED = (
    Preset(
        "Predict: a residual",
        "A positive residual is a prediction that is too high.",
        {"term": "residual"},
        Prediction(
            "The prediction is 4, the target 7. What is the residual?",
            ("−3", "3", "3, since only its size counts"),
            right=lambda: "−3" if _residual() < 0 else "3",
            because=lambda: (
                f"Prediction minus target is {number(_residual())}: here, and in most libraries’ slopes. Some books take it the other way round."
            ),
            before={"term": "prediction"},
        ),
    ),
)
