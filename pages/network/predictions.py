"""What a visitor of the page ``network`` is asked before it is shown, in each of its views."""

from functools import lru_cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.network.architecture import Architecture
from losses.network.lines import Line, interpolate
from losses.network.plan import Plan
from losses.network.problems import PROBLEMS
from losses.network.training import Training
from pages.network.landscape_settings import SEEN
from pages.network.settings import EDGE, PRESETS_OF

STEPS = 800
FALLS, HOVERS, DIVERGES = (
    "It falls, to a flat place",
    "It rises to 2/η and hovers",
    "It rises on, and steps diverge",
)


@lru_cache(maxsize=1)
def _sharpness() -> tuple[float, float, float]:
    """Sharpness at first and in the last third of the steps, and 2/η."""
    plan = Plan(
        Architecture(activation=EDGE["activation"]), PROBLEMS[EDGE["data"]], EDGE["examples"], loss=EDGE["loss"],
        optimiser=EDGE["optimiser"], rate=EDGE["rate"],
    )  # fmt: skip
    training = Training(plan)
    training.steps(STEPS)
    found = np.array([each.sharpness for each in training.measured])
    return float(found[0]), float(np.median(found[2 * len(found) // 3 :])), training.measured[0].threshold


def _way() -> str:
    first, late, threshold = _sharpness()
    return FALLS if late < first else HOVERS if late < 1.5 * threshold else DIVERGES


AS_GOOD, WORSE, BETTER = (
    "As good as both",
    "Worse than both",
    "Better than both",
)


@lru_cache(maxsize=1)
def _halfway() -> Line:
    """What is met between the networks of two seeds."""
    first, other = (Training(Plan(seed=seed)) for seed in (0, 1))
    for training in (first, other):
        training.steps(SEEN["steps"])
    return interpolate(first.model, first.model, other.weights, first.fit, (first.features, first.target))


def _between() -> str:
    found = _halfway()
    half, ends = found.loss[len(found.t) // 2], found.loss[[0, -1]]
    return WORSE if half > ends.max() else BETTER if half < ends.min() else AS_GOOD


PREDICTED = (
    Preset(
        "Predict: half way between",
        "Slide the other seed: nearly every pair has a barrier.",
        SEEN | {"axes": "between"},
        Prediction(
            "Two seeds give two networks that know over 99 % of the examples. How good is the mean of their weights?",
            (AS_GOOD, WORSE, BETTER),
            right=_between,
            because=lambda: (
                f"Half way the loss is {number(float(_halfway().loss[len(_halfway().t) // 2]))}, at the ends "
                f"{number(float(_halfway().loss[0]))} and {number(float(_halfway().loss[-1]))}. The mean mixes hidden units that do not belong together."
            ),
            before=SEEN | {"axes": "random"},
        ),
    ),
    Preset(
        "Predict: the sharpness",
        "Slide η, and press Restart and ▶: sharpness goes to the new 2/η.",
        EDGE | {"steps": STEPS},
        Prediction(
            "Plain steps on all examples, η = 0.1. Sharpness begins at 7.85, below 2/η = 20. Where does training take it?",
            (FALLS, HOVERS, DIVERGES),
            right=_way,
            because=lambda: (
                f"It climbs from {number(_sharpness()[0])} to about {number(_sharpness()[1], 2)}. Beyond 2/η steps overshoot "
                "along the sharpest direction, to where it is less sharp."
            ),
            before=EDGE,
        ),
    ),
)


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, those that ask first at the end."""
    return *PRESETS_OF[view], *(asking for asking in PREDICTED if asking.values.get("view", "train") == view)
