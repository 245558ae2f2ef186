"""What a visitor of the page ``choose`` is asked before it is shown, in each of its views."""

from functools import cache

from components.cards.presets import Prediction, Preset
from components.text import listed, number
from losses import LOSSES
from losses.advice.advise import advise, answer
from losses.advice.examples import ONE, rare_labels
from pages.choose.settings import PRESETS_OF


@cache
def _held_out() -> dict[str, float]:
    """The held-out median error of the candidates on the phones."""
    data = ONE["belgian_phones"]()
    found = advise(data.x, data.y).evidence
    if found is None:
        raise LookupError("no candidate was held out")
    median = found.mean[:, found.measures.index("Median error")]
    return {each.name: float(error) for each, error in zip(found.candidates, median, strict=True)}


@cache
def _share() -> float:
    return float(rare_labels().target.mean())


PREDICTED = {
    "data": Preset(
        "Predict: phones held out",
        "Choose MAE: now nobody is ahead by more than chance, since a third of the rows are wrong themselves.",
        {"measure": "Median error"},
        Prediction(
            "Of the phones a third are corrupt. Whose error on rows held out is least in half of them: the median error?",
            ("MSE", "MAE", "Huber", "Tukey biweight"),
            right=lambda: min(_held_out(), key=_held_out().__getitem__),
            because=lambda: (
                "Median error held out: "
                + listed(f"{name} {number(error)}" for name, error in _held_out().items())
                + "."
            ),
            before={"data": "generated"},
        ),
    ),
    "questions": Preset(
        "Predict: a rare yes",
        "Ask for recall: now a weight comes.",
        {"view": "questions", "predicted": "yes_no"},
        Prediction(
            "3 % of the labels are yes, and probabilities are to be right. Which loss?",
            ("Focal", "BCE with class weights", "BCE as it is", "Hinge"),
            right=lambda: "BCE as it is" if LOSSES[answer("yes_no").loss].fact("proper", from_logits=True) else "Focal",
            because=lambda: (
                f"It alone of these is proper: at {number(100 * _share())} % of yes its best prediction still is the "
                "true probability."
            ),
            before={"view": "questions"},
        ),
    ),
}


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, the one that asks first at the end."""
    return (*PRESETS_OF[view], PREDICTED[view])
