"""A painted mask as a setting: its side and its bits, in the address as ``64.Y2AYBSMZAAA``."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.settings.address import LONGEST
from components.settings.fields import Field
from losses.segmentation.storage import packed, unpacked

SIDES = ("32", "64", "128", "256")
"""The pixels a side that a mask may have here, as the setting writes them."""


@dataclass(frozen=True)
class Painted(Field):
    """A text as ``written`` makes it; the empty one says that nothing was painted."""

    default: str = ""

    def check(self, value: Any) -> str:
        """See ``Field``."""
        if value == "":
            return value
        if not isinstance(value, str) or len(value) > LONGEST:
            raise ValueError(f"simpler, or of fewer pixels: a link has room for {LONGEST:,} characters of it")
        side, dot, bits = value.partition(".")
        try:
            if side not in SIDES or not dot:
                raise ValueError
            return written(unpacked(bits, int(side)))
        except ValueError:
            raise ValueError(f"a painted mask of {', '.join(SIDES[:-1])} or {SIDES[-1]} pixels a side") from None


def written(mask: np.ndarray) -> str:
    """A mask ``[n, n]`` as the setting has it."""
    return f"{len(mask)}.{packed(mask)}"


def mask_of(text: str) -> np.ndarray:
    """The mask ``[n, n]`` that a setting stands for, which is not the empty one."""
    side, _, bits = text.partition(".")
    return unpacked(bits, int(side))
