"""What a visitor of the page ``probabilities`` is asked before it is shown, in each of its views."""

import math

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses import LOSSES
from losses.probability.encoding import curve, twice_floor
from losses.probability.gaussian_fit import Mixture
from losses.probability.simplex import probe
from pages.probabilities.divergence_view import answers
from pages.probabilities.pairing_view import slopes
from pages.probabilities.settings import PRESETS_OF

WRONG = (-6.0, 6.0)  # logits of the true class and of the one believed in
STRONGER = "Cross-entropy", "Squared error", "Both alike"
FLOORS = {"Towards 0": 0.0, "To 1": 1.0, "To about 1.46": 1.46, "To log 10, about 2.30": math.log(10)}
RATIOS = {"About as strong": 1, "About 10 times": 10, "About 200 times": 200}
MEANS = {"Between the humps, wide": 0.0, "On the likelier hump": 3.0, "On the other hump": -3.0}
SURE = {"z1": WRONG[1], "z2": WRONG[0], "z3": WRONG[0]}


def _wrong(key: str) -> float:
    """How hard a loss pulls on the true class of three when the model is sure of another."""
    loss = LOSSES[key]
    return -float(probe(loss, [WRONG[0], WRONG[1], WRONG[0]], [1.0, 0.0, 0.0], loss.settings())[1][0])


def _twice() -> float:
    return float(curve(np.array([1e3]), 10, 2)[0][0])


def _ratio() -> float:
    here = slopes(1, -6.0)
    return here["sigmoid_bce"][1] / here["sigmoid_mse"][1]


def _humps() -> Mixture:
    return Mixture((-3.0, 3.0), (0.7, 1.0), 0.4)


def _reverse() -> tuple[float, float]:
    best = answers(_humps(), None).minima[0]
    return best.mean, best.width


PREDICTED = {
    "simplex": Preset(
        "Predict: sure and wrong",
        "Choose MSE as the loss.",
        SURE,
        Prediction(
            "A model gives 99.999 % to A, and it was B. Which loss pulls harder on the logit of B?",
            STRONGER,
            right=lambda: STRONGER[0] if _wrong("categorical_cross_entropy") > _wrong("mse") else STRONGER[1],
            because=lambda: (
                f"Cross-entropy’s slope there is −{number(_wrong('categorical_cross_entropy'))}, "
                f"squared error’s −{number(_wrong('mse'))}."
            ),
        ),
    ),
    "encoding": Preset(
        "Predict: softmax twice",
        "Drag the probe to the right: the loss stays above the dotted line.",
        {"view": "encoding", "classes": 10, "softmax": True, "lead": 10.0},
        Prediction(
            "A model for ten classes ends in a softmax, and its loss applies another. How low can the loss get?",
            tuple(FLOORS),
            right=lambda: min(FLOORS, key=lambda option: abs(FLOORS[option] - _twice())),
            because=lambda: (
                f"At a logit of 1,000 it is {number(_twice(), 4)}: the second softmax sees at best 1 and nine 0s, so it "
                f"stays above log(1 + 9/e) = {number(twice_floor(10), 4)}."
            ),
            before={"view": "encoding"},
        ),
    ),
    "pairing": Preset(
        "Predict: sigmoid at −6",
        "Drag the probe.",
        {"view": "pairing", "at": -6.0},
        Prediction(
            "A sigmoid stands at z = −6 and should say yes. How much stronger is BCE’s slope than MSE’s?",
            tuple(RATIOS),
            right=lambda: min(RATIOS, key=lambda option: abs(math.log(RATIOS[option] / _ratio()))),
            because=lambda: (
                f"BCE’s slope is {number(slopes(1, -6.0)['sigmoid_bce'][1])}, "
                f"MSE’s {number(slopes(1, -6.0)['sigmoid_mse'][1])}: {number(_ratio())} times."
            ),
            before={"view": "pairing", "at": 0.0},
        ),
    ),
    "divergence": Preset(
        "Predict: reverse KL",
        "Drag a hump.",
        {"view": "divergence"},
        Prediction(
            "P has humps at −3 and 3, the right one with probability 0.6. Where is the Gaussian of least reverse KL?",
            tuple(MEANS),
            right=lambda: min(MEANS, key=lambda option: abs(MEANS[option] - _reverse()[0])),
            because=lambda: (
                f"Its mean is {number(_reverse()[0])} and its width {number(_reverse()[1])}. Forward KL takes mean "
                f"{number(_humps().moments[0])} and width {number(_humps().moments[1])}."
            ),
            before={"view": "divergence", "shape": "outcomes"},
        ),
    ),
}


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, the one that asks first at the end."""
    return (*PRESETS_OF[view], PREDICTED[view])
