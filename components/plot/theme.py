"""Colours, dashes and symbols: one style per loss and optimiser on every page, told apart without colour as well."""

from collections.abc import Mapping
from dataclasses import dataclass

from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS, Optimiser
from losses.probability.pairing import PAIRS
from losses.segmentation.compared import OVERLAP
from losses.spec.loss import Loss

# Each passes 3:1 on white, on #F0F2F6 and on #0E1117.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#A8467F", "#8A6D00", "#00838F", "#6B62D9", "#C2298F")
MORE = ("#E03C31", "#4E8A1F", "#2E86DE", "#9C5A2C", "#5F7488")  # by number after those, for what stands beside them
MARKED = "#E03C31"  # rings around points that are not what they seem
NEUTRAL = "#767676"
DASHES = ("solid", "dash", "dashdot", "dot", "longdash", "longdashdot")
CANVAS_DASHES = {  # the same in pixels, for what the player draws
    "solid": (),
    "dash": (9, 5),
    "dashdot": (9, 4, 2, 4),
    "dot": (2, 4),
    "longdash": (15, 6),
    "longdashdot": (15, 5, 2, 5),
}
POSITIVE, NEGATIVE = "#6B62D9", NEUTRAL  # the two classes of labelled points
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "x", "triangle-down")


@dataclass(frozen=True)
class Style:
    """How one loss or optimiser is drawn."""

    color: str
    dash: str
    symbol: str


def style(slot: int, color: int | None = None) -> Style:
    """The style of a slot; ``color`` is the number of its colour, in ``PALETTE`` and then ``MORE``, where it has another.

    Two slots without a ``color`` have the same colour and dash only if they are 24 apart, or a multiple of that.
    """
    return Style(
        PALETTE[slot % len(PALETTE)] if color is None else (*PALETTE, *MORE)[color],
        DASHES[slot % len(DASHES)],
        SYMBOLS[slot % len(SYMBOLS)],
    )


def styles(declared: Mapping[str, Loss | Optimiser]) -> dict[str, Style]:
    """The style of each loss or optimiser, from the slot that it declares: no other changes it.

    Raises
    ------
    TypeError
        For one without a slot.
    """
    given = {key: style(thing.slot, thing.color) for key, thing in declared.items() if thing.slot is not None}
    without = [key for key in declared if key not in given]
    if without:
        raise TypeError(f"{', '.join(without)}: declare a slot that no other of the family has")
    return given


STYLES = styles(LOSSES)
OPTIMISER_STYLES = styles(OPTIMISERS)
PAIR_STYLES = {key: style(slot) for slot, key in enumerate(PAIRS)}
_BESIDE = [
    key for key, one in OVERLAP.items() if one.loss is None or one.loss.key != key or one.loss.family != "overlap"
]
_FAMILY = 1 + max(loss.slot for loss in LOSSES.values() if loss.family == "overlap" and loss.slot is not None)
_LEFT = len(PALETTE) + len(MORE) - _FAMILY
OVERLAP_STYLES = {
    key: style(_FAMILY + _BESIDE.index(key), _FAMILY + _BESIDE.index(key) % _LEFT) if key in _BESIDE else STYLES[key]
    for key in OVERLAP
}
"""What is compared of masks: the losses of the family as everywhere, the others in the colours that those leave."""
