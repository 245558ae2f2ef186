"""What a visitor of the page ``regularization`` is asked before it is shown, in each of its views."""

from functools import cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses import LOSSES
from losses.data.many_features import prostate
from losses.shrinkage.conventions import Convention
from losses.shrinkage.polynomial import FRESH, HeldBack, PolynomialFit, augmented, draw
from losses.shrinkage.study import Study, parted
from losses.shrinkage.two_weights import Bowl, Price
from pages.regularization.settings import CENTER, FIELDS, OTHER_SEED, PRESETS_OF

ZEROS = {"Both": {"l1", "l2"}, "L1 alone": {"l1"}, "L2 alone": {"l2"}, "Neither": set()}
CHANGES = ("It falls", "It stays about the same", "It rises")
FIRST = ("lcavol", "age", "svi", "gleason")
RATIOS = {"l1": 1.0, "l2": 0.0}


def _zeroed() -> set[str]:
    """The penalties that have the second weight at exactly 0 under λ = 2."""
    found = {key: Bowl(CENTER).shrunk(Price(2.0, ratio)).weights for key, ratio in RATIOS.items()}
    return {key for key, weights in found.items() if weights[1] == 0}


def _weights(key: str) -> str:
    found = Bowl(CENTER).shrunk(Price(2.0, RATIOS[key])).weights
    return f"{LOSSES[key].name} puts w₂ at {number(float(found[1]))}"


@cache
def _mirrored() -> tuple[float, float]:
    """The error on new points without mirrored copies and with them, as the page opens but of the odd truth."""
    rows, noise, seed, degree, strength = (
        FIELDS[name].default for name in ("rows", "noise", "draw", "degree", "curve_strength")
    )
    points, fresh = draw("odd", rows, noise, seed), draw("odd", FRESH, noise, seed + OTHER_SEED)
    how = HeldBack("l2", 0.0, Convention(half=False, half_l2=False))
    fits = [
        PolynomialFit(points, augmented(*points, 0, 0.0, mirrored, seed), fresh, degree, how)
        for mirrored in (False, True)
    ]
    before, after = (float(each.errors(each.weights(np.array([strength])))[1][0]) for each in fits)
    return before, after


@cache
def _study() -> Study:
    table = prostate()
    parts = parted(table.standardised(), table.target, table.train, "free", 10, 0)
    return Study(parts, Convention(half=False), 1.0)


def _order() -> list[str]:
    return [prostate().names[place] for place in _study().path.order]


PREDICTED = {
    "weights": Preset(
        "Predict: exact zeros",
        "Drag λ back until L1’s w₂ leaves 0.",
        {"strength": 2.0},
        Prediction(
            "Least cost is at (2, 0.5). Under λ = 2, which penalty has w₂ at exactly 0?",
            tuple(ZEROS),
            right=lambda: next(option for option, keys in ZEROS.items() if keys == _zeroed()),
            because=lambda: f"{_weights('l1')}, {_weights('l2')}: L1’s pull does not fade as the weight shrinks.",
            before={"strength": 0.0},
        ),
    ),
    "polynomial": Preset(
        "Predict: mirrored copies",
        "Switch the mirrored copies off and on again.",
        {"view": "polynomial", "truth": "odd", "mirrored": True},
        Prediction(
            "This truth is odd. Each point comes again at −x, with the same y. What becomes of the error on new points?",
            CHANGES,
            right=lambda: CHANGES[int(np.sign(np.log(_mirrored()[1] / _mirrored()[0]).round(1))) + 1],
            because=lambda: (
                f"It goes from {number(_mirrored()[0])} to {number(_mirrored()[1])}: the copies claim that the curve "
                "is even, and it is not."
            ),
            before={"view": "polynomial", "truth": "odd"},
        ),
    ),
    "features": Preset(
        "Predict: the last one left",
        "Drag λ to the left: it stays until the end.",
        {"view": "features", "lambda": 1.0},
        Prediction(
            "Of eight measures of prostate cancer, which one does L1 keep longest as λ grows?",
            FIRST,
            right=lambda: _order()[0],
            because=lambda: (
                f"It stays up to λ = {number(float(_study().path.knots[0] / sum(_study().unit)))}; "
                f"the next, {_order()[1]}, goes at {number(float(_study().path.knots[1] / sum(_study().unit)))}."
            ),
            before={"view": "features", "lambda": 0.0},
        ),
    ),
}


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, the one that asks first at the end."""
    return (*PRESETS_OF[view], PREDICTED[view])
