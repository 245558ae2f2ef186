"""What can be set on the page ``implement``, and the states worth seeing."""

from components.cards.presets import Preset
from components.settings.fields import Choice, Number
from losses.by_hand.catalogue import BY_HAND

FIELDS = {
    "loss": Choice(
        "binary_cross_entropy",
        tuple(BY_HAND),
        label="Loss",
        titles={key: one.loss.name for key, one in BY_HAND.items()},
    ),
    "at": Number(None, -1000.0, 1000.0, label="Input"),
}
PRESETS = (
    Preset(
        "A logit of 40",
        "Beyond a logit of 36 the definition takes the logarithm of 0 and gives ∞, though the loss is 40. Drag back to 30.",
    ),
    Preset(
        "Softmax overflows",
        "The exponential of 800 is too large for a number, and the definition gives none. Off with the largest logit: 0.",
        {"loss": "categorical_cross_entropy", "at": 800.0},
    ),
    Preset(
        "What never happens",
        "The definition has 0 times the logarithm of 0, no number. It counts as nothing: the divergence is 0.693.",
        {"loss": "kl_divergence"},
    ),
    Preset(
        "Two empty masks",
        "Nothing to find, nothing found: the quotient of Dice has no value. Nothing is wrong, so it is 0.",
        {"loss": "dice"},
    ),
)
