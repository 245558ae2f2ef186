"""What a visitor of the page ``gan`` is asked before it is shown, in each of its views."""

from functools import lru_cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.game.play import play
from losses.game.rules import Rules
from losses.game.training import Plan
from pages.gan.held import Held
from pages.gan.saturation_view import probed
from pages.gan.settings import PRESETS_OF

STEPS = 200
OPTIONS = IN, ROUND, OUT = "They spiral in, to rest", "They go round for ever", "They spiral out"
PUSHES = {"About as hard": 1.0, "About 10 times as hard": 10.0, "About 100 times as hard": 100.0}
HELD = "None", "One", "Two", "All three"
AHEAD = next(preset.values for preset in PRESETS_OF["training"] if preset.title == "G runs ahead")
CAUGHT = -4.59512  # the output at which D is 0.01


def _distances(method: str) -> np.ndarray:
    return play(Rules("minimax", method, 0.2), np.array([[1.0, 0.0]]), STEPS).distances[0]


def _way(method: str) -> str:
    found = _distances(method)
    return OUT if found[-1] > 1.1 else IN if found[-1] < 0.9 else ROUND


def _pushes() -> tuple[float, float]:
    here = probed("generator", CAUGHT)
    return abs(here["minimax"][1]), abs(here["non_saturating"][1])


@lru_cache(maxsize=1)
def _held() -> int:
    """How many modes a generator holds that learns far faster than its discriminator."""
    return Held(Plan(rates=(AHEAD["rate_g"], AHEAD["rate_d"]))).to(AHEAD["turns"]).covered


PREDICTED = {
    "players": Preset(
        "Predict: taking turns",
        "Choose simultaneous steps, and alternating ones again.",
        {"method": "alternating"},
        Prediction(
            "Two players turn around each other. D steps, then G answers, small steps, no penalty. Where do they end?",
            OPTIONS,
            right=lambda: _way("alternating"),
            because=lambda: (
                f"After {STEPS} steps they are {number(float(_distances('alternating')[-1]))} away, as at first; had both "
                f"stepped at once, {number(float(_distances('simultaneous')[-1]))}."
            ),
            before={"method": "alternating", "steps": 0},
        ),
    ),
    "training": Preset(
        "Predict: a fast G",
        "Press ▶, and watch it move on.",
        AHEAD,
        Prediction(
            "G learns 30 times as fast as D. How many of the 3 modes does it cover after 200 turns of both?",
            HELD,
            right=lambda: HELD[_held()],
            because=lambda: (
                f"It covers {_held()}: whatever D believes most at the moment is best for every sample of G."
            ),
            before={"view": "training", "game": "non_saturating"},
        ),
    ),
    "saturation": Preset(
        "Predict: a caught fake",
        "Drag the probe right: where D is fooled, the two swap.",
        {"view": "saturation"},
        Prediction(
            "D is sure that a sample is generated: D = 0.01. How hard does non-saturating push it, beside minimax?",
            tuple(PUSHES),
            right=lambda: min(PUSHES, key=lambda option: abs(np.log(PUSHES[option] * _pushes()[0] / _pushes()[1]))),
            because=lambda: (
                f"Minimax’s slope is {number(_pushes()[0], 2)}, non-saturating’s {number(_pushes()[1], 2)}: the first "
                f"saturates just where G has most to learn."
            ),
            before={"view": "saturation", "at": 0.0},
        ),
    ),
}


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing in a view, the one that asks first at the end."""
    return (*PRESETS_OF[view], PREDICTED[view])
