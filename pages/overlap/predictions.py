"""What a visitor of the page ``overlap`` is asked before it is shown, in each of its views."""

from functools import lru_cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.segmentation.curves import Object, over_sizes
from losses.segmentation.editing import confident
from losses.segmentation.evaluation import evaluate
from losses.segmentation.growing import Growing, Plan
from losses.segmentation.shapes import drawn
from pages.overlap.grow_view import FOUND
from pages.overlap.settings import FIELDS, NAMES, PRESETS_OF

SIDE = 64
SHARES = {"About 1 %": 0.01, "About 50 %": 0.5, "About 99 %": 0.99}
TIMES = {"As much": 1.0, "Twice as much": 2.0, "3 times as much": 3.0, "9 times as much": 9.0}
LARGE, SMALL, SHIFT = 60.0, 20.0, 5  # % of the width, and pixels
FIRST = ("bce", "dice", "boundary")
START, TURNS, RATE = 0.9, 20, FIELDS["rate"].default
OF_VIEW = {"shape": "disc", "dx": SHIFT, "view": "size"}
OF_GROWTH = {"view": "grow", "starts": "nothing", "confidence": START, "losses": FIRST}


def _object(sure: float) -> tuple[np.ndarray, np.ndarray]:
    """The object that the page opens with, and a prediction of nothing."""
    target = drawn(FIELDS["shape"].default, SIDE, FIELDS["size"].default / 200 * SIDE)
    return target, confident(np.zeros_like(target), sure)


@lru_cache(maxsize=1)
def _accuracy() -> float:
    target, nothing = _object(FIELDS["confidence"].default)
    return evaluate(nothing, target, ["accuracy"])["accuracy"].value


@lru_cache(maxsize=1)
def _dices() -> tuple[float, float]:
    radii = np.array([LARGE, SMALL]) / 200 * SIDE
    what = Object("disc", n=SIDE, confidence=FIELDS["confidence"].default)
    large, small = over_sizes(radii, (SHIFT, 0), what, ["dice"]).values["dice"]
    return float(large), float(small)


@lru_cache(maxsize=1)
def _arrived() -> dict[str, int | None]:
    """By key of the losses asked about, the turn at which the object is found."""
    target, start = _object(START)
    found: dict[str, int | None] = {}
    for key in FIRST:
        growing = Growing(Plan(key, optimiser="sgd", learning_rate=RATE), start, target)
        growing.go(TURNS)
        found[key] = next((turn for turn, index in enumerate(growing.dices) if index >= FOUND), None)
    return found


def _first() -> str:
    return NAMES[min(FIRST, key=lambda key: _arrived()[key] or TURNS + 1)]


def _nearest(options: dict[str, float], value: float) -> str:
    return min(options, key=lambda option: abs(np.log(options[option] / value)))


PREDICTED = {
    "masks": Preset(
        "Predict: nothing found",
        "Paint on the object: what falls?",
        {"starts": "nothing"},
        Prediction(
            "An object covers 1 % of the pixels. A network that finds nothing at all: what share of the pixels does it get right?",
            tuple(SHARES),
            right=lambda: _nearest(SHARES, _accuracy()),
            because=lambda: (
                f"Accuracy is {100 * _accuracy():.1f} %: all of the background is right. Dice and Jaccard leave it out, and cost nearly 1."
            ),
            before={"size": 60.0, "dx": 3},
        ),
    ),
    "size": Preset(
        "Predict: the same shift",
        "Drag the size of the disc.",
        {**OF_VIEW, "size": SMALL},
        Prediction(
            f"A disc of {LARGE:g} % of the width is {SHIFT} pixels off. What does one a third as wide, as far off, cost under Dice?",
            tuple(TIMES),
            right=lambda: _nearest(TIMES, _dices()[1] / _dices()[0]),
            because=lambda: (
                f"{number(_dices()[1])} instead of {number(_dices()[0])}: what is missed grows with the width, the disc with its square."
            ),
            before={**OF_VIEW, "size": LARGE},
        ),
    ),
    "grow": Preset(
        "Predict: who is first",
        "Step back with Undo, and train again.",
        {**OF_GROWTH, "turns": TURNS},
        Prediction(
            "A small object, and every pixel says 10 %. Which of these losses, under SGD of one learning rate, finds the object first?",
            tuple(NAMES[key] for key in FIRST),
            right=_first,
            because=lambda: (
                f"Dice takes {_arrived()['dice']} turns and BCE {_arrived()['bce']}. The boundary loss has not found it after {TURNS}: "
                "it pulls hardest where it is far off."
            ),
            before=OF_GROWTH,
        ),
    ),
}


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, the one that asks first at the end."""
    return (*PRESETS_OF[view], PREDICTED[view])
