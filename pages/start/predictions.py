"""What a visitor of the page ``start`` is asked before it is shown."""

from functools import cache

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.backprop import Network, Practice, practised, propagate
from pages.start.settings import PRESETS_OF

PRACTICE = Practice((1.0, -0.5), 1.0)


@cache
def moved_by(stage: int) -> float:
    """By how much the weights move up to a stage of the first round: not before the update."""
    first, after = practised(Network.drawn(2, 0), PRACTICE, 1)
    return float(abs((after if stage == 7 else first).flat - first.flat).max())


def _slope() -> float:
    return propagate(Network.drawn(2, 0), np.array(PRACTICE.inputs), PRACTICE.target).output_slope


PREDICTED = (
    Preset(
        "Predict: who moves the weights",
        "Press Step once more: now the optimiser moves them.",
        {"view": "backprop", "pass": 6},
        Prediction(
            "The loss is known. Backpropagation runs back through the network. Which weights has it changed then?",
            ("All", "Those of the output", "None"),
            right=lambda: "None" if moved_by(6) == 0 < moved_by(7) else "All",
            because=lambda: (
                f"It computed how the loss would change with each, beginning with {number(_slope())} at the output. "
                "Moving them is the optimiser’s."
            ),
            before={"view": "backprop", "pass": 3},
        ),
    ),
)


def presets(view: str) -> tuple[Preset, ...]:
    """The states worth seeing of a view, those that ask first last."""
    return (*PRESETS_OF[view], *(asking for asking in PREDICTED if asking.values["view"] == view))
