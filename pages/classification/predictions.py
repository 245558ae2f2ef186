"""What a visitor of the page ``classification`` is asked before it is shown."""

from functools import cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses import LOSSES
from losses.boundary.evaluation import Decisions, decide, learned, probabilities
from losses.boundary.fit import Boundary, fit_boundary
from losses.data.two_features import TWO_FEATURES, LabelledPoints
from pages.classification.settings import BCE, FIELDS

MANY = 1000  # examples: enough for their number not to be chance
CONFIDENCES = {"About 50 %": 0.5, "About 70 %": 0.7, "About 97 %": 0.97}
RECALLS = {"Nearly all": 1.0, "About half": 0.5, "None": 0.0}
PROBABILITIES = {"90 %": 0.9, "Above 90 %": 0.97, "About 70 %": 0.7}
TWO_GROUPS = {"data": "blobs", "losses": (BCE,), "n": MANY}


@cache
def fitted(data: str, ratio: float, flipped: float) -> tuple[LabelledPoints, Boundary]:
    """Many points of a generator, and the boundary of cross-entropy as the page fits it."""
    points = TWO_FEATURES[data](MANY, ratio, flipped)
    return points, fit_boundary(points.features, points.label, BCE, FIELDS["l2"].default)


@cache
def focal_learns(truth: float) -> float:
    """The probability on which focal settles with γ = 2 and α = ½."""
    return float(learned(LOSSES["focal"], np.array([truth]), alpha=0.5)[0])


def given(fit: Boundary) -> np.ndarray:
    """The probabilities that a fit gives its points; ``TypeError`` for a loss whose scores mean none."""
    predicted = probabilities(fit.loss, fit.score, fit.settings)
    if predicted is None:
        raise TypeError(f"scores of {fit.loss.name} mean no probability")
    return predicted


def _confidence() -> float:
    _, fit = fitted("blobs", 1.0, 0.3)
    predicted = given(fit)
    return float(np.maximum(predicted, 1 - predicted).mean())


def _nearest(value: float, options: dict[str, float]) -> str:
    return min(options, key=lambda option: abs(options[option] - value))


def prior() -> Decisions:
    """What cross-entropy decides where one example in a hundred is positive."""
    points, fit = fitted("overlap", 99.0, 0.0)
    return decide(fit.score, points.label)


def _agreeing() -> float:
    """The share of flipped labels that cross-entropy still gets right."""
    points, fit = fitted("blobs", 1.0, 0.3)
    return decide(fit.score, points.label).accuracy


PREDICTED = (
    Preset(
        "Predict: flipped labels",
        "Raise the share of flipped labels: it trusts them less.",
        TWO_GROUPS | {"flipped": 0.3},
        Prediction(
            "A line parts two groups. Now 30 % of the labels are flipped: how sure of its answers does cross-entropy become?",
            tuple(CONFIDENCES),
            right=lambda: _nearest(_confidence(), CONFIDENCES),
            because=lambda: (
                f"Its mean confidence is {number(100 * _confidence())} %, and {number(100 * _agreeing())} % of the labels "
                "agree: it learns how far they can be trusted."
            ),
            before=TWO_GROUPS,
        ),
    ),
    Preset(
        "Predict: one in a hundred",
        "Slide the class weight to 99.",
        {"data": "overlap", "losses": (BCE,), "n": MANY, "ratio": 99.0},
        Prediction(
            "Two groups overlap. Now one example in a hundred is positive: how many of them does cross-entropy find?",
            tuple(RECALLS),
            right=lambda: _nearest(prior().recall, RECALLS),
            because=lambda: (
                f"Recall {number(100 * prior().recall)} %, accuracy {number(100 * prior().accuracy)} %: nowhere is a "
                "positive the likelier answer, and its probabilities are right."
            ),
            before={"data": "overlap", "losses": (BCE,), "n": MANY},
        ),
    ),
    Preset(
        "Predict: focal’s answer",
        "Slide γ to 0: it settles on 90 %, as cross-entropy does.",
        TWO_GROUPS | {"losses": (BCE, "focal"), "flipped": 0.1, "focal.alpha": 0.5},
        Prediction(
            "Of like examples 90 % are positive. Which probability does focal with γ = 2, α = ½ settle on?",
            tuple(PROBABILITIES),
            right=lambda: _nearest(focal_learns(0.9), PROBABILITIES),
            because=lambda: (
                f"On {number(100 * focal_learns(0.9))} %: once an example is nearly right focal stops caring. "
                "Cross-entropy settles on 90 %."
            ),
            before=TWO_GROUPS | {"flipped": 0.1},
        ),
    ),
)
