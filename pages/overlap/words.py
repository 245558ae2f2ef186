"""What the views of the page ``overlap`` say alike: names above panels, small numbers, values that are none."""

import math

from components.live.picture import Label
from components.text import number
from losses.segmentation.evaluation import Evaluation
from pages.overlap.panels import KINDS, LOW, STRIP, axes_of
from pages.overlap.settings import COMPARED

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL = 1e-3
INDICES = ("dice", "jaccard", "tversky")
"""Keys of losses under whose very names indices are told, which are 1 less them."""


def costing(one: str) -> str:
    """The name of what is compared where its value stands behind: which of the two, where an index has the same name."""
    return f"{COMPARED[one].name} loss" if one in INDICES else COMPARED[one].name


def power(value: float, digits: int = 3) -> str:
    """A number as people write it, a small one by a power of ten.

    >>> power(-0.00024414)
    '−2.44·10⁻⁴'
    """
    if not value or not math.isfinite(value) or abs(value) >= SMALL:
        return number(value, digits)
    digit, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{digit.replace('-', '−')}·10{str(int(exponent)).translate(_RAISED)}"


def valued(value: float, digits: int = 3) -> str:
    """The value of a loss, in words where it is undefined."""
    return "undefined" if math.isnan(value) else power(value, digits)


def key(number: int, n: int) -> tuple[Label, ...]:
    """What the colours of masks stand for, written above their panel."""
    places = zip(KINDS.items(), (0.0, 0.16, 0.35), strict=True)
    return tuple(
        Label(f"■ {kind}", place * n - n / 40, -0.5 - LOW * n / 2, color, axes_of(number))
        for (kind, color), place in places
    )


def named(number: int, n: int, text: str, color: str) -> Label:
    """What is written above a panel."""
    return Label(text, -n / 40, -0.5 - STRIP * n / 2, color, axes_of(number))


def reasons(found: dict[str, Evaluation]) -> tuple[str, ...]:
    """Why something has no finite value, each reason once."""
    told: dict[str, list[str]] = {}
    for one, evaluation in found.items():
        if evaluation.note:
            told.setdefault(evaluation.note, []).append(COMPARED[one].name)
    return tuple(f"{', '.join(names)}: {note}." for note, names in told.items())
