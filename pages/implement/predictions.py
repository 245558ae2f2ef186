"""What a visitor of the page ``implement`` is asked before it is shown."""

import numpy as np

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.by_hand.catalogue import BY_HAND

AT = -800.0
ASKED = BY_HAND["gan_generator_non_saturating"]


def _given() -> tuple[float, float]:
    """What the definition gives, and what is right."""
    at = np.array([AT])
    return float(ASKED.naive(at)[0]), float(ASKED.by_hand(at)[0])


PREDICTED = (
    Preset(
        "Predict: a sigmoid at −800",
        "Crosses stand where the definition gives no number. Drag the probe to the last good one.",
        {"loss": ASKED.key, "at": AT},
        Prediction(
            "NumPy, word for word: −log(1 / (1 + exp(−z))). What does it give at z = −800?",
            ("800", "∞", "0"),
            right=lambda: number(_given()[0]),
            because=lambda: (
                f"The sigmoid rounds to 0, and minus its logarithm is {number(_given()[0])}. The loss is {number(_given()[1])}."
            ),
            before={"loss": ASKED.key, "at": 0.0},
        ),
    ),
)
