"""Colours, dashes and symbols: one style per loss and optimiser on every page, told apart without colour as well."""

from dataclasses import dataclass
from itertools import cycle

from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS
from losses.probability.pairing import PAIRS

# Each passes 3:1 on white, on #F0F2F6 and on #0E1117.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#A8467F", "#8A6D00", "#00838F", "#6B62D9", "#C2298F")
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


# Margin and binary losses stand side by side: those most often compared have colours that are far apart.
_FIRST_COLOR = {"margin": 6, "binary": 2}


def _styles() -> dict[str, Style]:
    order = dict.fromkeys({loss.family for loss in LOSSES.values()}, 0)
    styles = {}
    for key, loss in LOSSES.items():
        index = order[loss.family]
        order[loss.family] += 1
        color = PALETTE[(index + _FIRST_COLOR.get(loss.family, 0)) % len(PALETTE)]
        styles[key] = Style(color, DASHES[index % len(DASHES)], SYMBOLS[index % len(SYMBOLS)])
    return styles


STYLES = _styles()
# The ones most often compared have colours that are far apart.
_OPTIMISER_COLORS = (0, 2, 5, 3, 4, 1, 7, 6)
OPTIMISER_STYLES = {
    key: Style(PALETTE[color], DASHES[index % len(DASHES)], SYMBOLS[index % len(SYMBOLS)])
    for index, (key, color) in enumerate(zip(OPTIMISERS, cycle(_OPTIMISER_COLORS), strict=False))
}
PAIR_STYLES = {
    key: Style(color, dash, symbol) for key, color, dash, symbol in zip(PAIRS, PALETTE, DASHES, SYMBOLS, strict=False)
}
