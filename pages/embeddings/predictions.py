"""What a visitor of the page ``embeddings`` is asked before it is shown, in each of its views."""

from functools import cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.metric.pull import pulled
from losses.metric.training import Plan
from pages.embeddings.held import Held, Shown
from pages.embeddings.settings import COLLAPSE, PLACES, PRESETS_OF

NEAR, FAR = (-0.06, 1.08), (-0.6, 1.8)  # a negative 0.1 and one 1 away from the anchor
PUSHED = "The one that is 0.1 away", "The one that is 1 away", "Both alike"
ENDS = "They part", "They end at one place", "They fly apart"
TURNS = 400


def _push(place: tuple[float, float]) -> float:
    found = pulled(np.array([*PLACES[:2], place]), {"squared_triplet": {}})
    return float(np.hypot(*found["squared_triplet"].pulls[2]))


def _pushed() -> str:
    near, far = _push(NEAR), _push(FAR)
    return PUSHED[0] if near > far else PUSHED[1] if far > near else PUSHED[2]


@cache
def _trained() -> Shown:
    """The end of the training that is asked about."""
    named = {"trained": "loss"}  # what the plan calls otherwise than the page
    chosen = {named.get(name, name): value for name, value in COLLAPSE.items() if name != "view"}
    return Held(Plan(**chosen)).to(TURNS)


def _end() -> str:
    shown = _trained()
    return ENDS[1] if shown.collapsed else ENDS[2] if shown.diverged else ENDS[0]


PREDICTED = {
    "pull": Preset(
        "Predict: which is pushed",
        "Drag the negative, and choose triplet, whose push is the same everywhere.",
        {"loss": "squared_triplet", "points": {2: NEAR}},
        Prediction(
            "Squared triplet pushes a negative away. Which one harder: one 0.1 from the anchor, or one 1 from it?",
            PUSHED,
            right=_pushed,
            because=lambda: (
                f"It pushes with twice the distance: {number(_push(NEAR), 2)} beside {number(_push(FAR), 2)}. What touches "
                "is not pushed at all."
            ),
            before={"loss": "squared_triplet", "points": {2: FAR}},
        ),
    ),
    "train": Preset(
        "Predict: the hardest",
        "Choose semi-hard triplets, and train again.",
        COLLAPSE | {"turns": TURNS},
        Prediction(
            f"The hardest triplets alone, large steps, {TURNS} turns: what becomes of six classes?",
            ENDS,
            right=_end,
            because=lambda: (
                f"The loss rests at {number(float(_trained().losses[-1]))}, the margin: where all distances are 0, no squared "
                "distance has a slope."
            ),
            before=COLLAPSE,
        ),
    ),
}


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, the one that asks first at the end."""
    return (*PRESETS_OF[view], PREDICTED[view])
