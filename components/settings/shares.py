"""A setting that is a probability distribution, written ``0.2:0.3:0.5`` in a URL."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.settings.fields import Field

_SUM = 1e-9  # how far from 1 the sum of a distribution may be by rounding


@dataclass(frozen=True)
class Shares(Field):
    """Some probabilities that sum to 1; others at least 0 are divided by their sum."""

    default: tuple[float, ...]

    def check(self, value: Any) -> tuple[float, ...]:
        """See ``Field``."""
        try:
            shares = [float(share) for share in value] if isinstance(value, (list, tuple)) else []
        except (TypeError, ValueError, OverflowError):
            shares = []
        if len(shares) != len(self.default) or not all(0 <= share < math.inf for share in shares) or not any(shares):
            raise ValueError(f"{len(self.default)} numbers of at least 0, not all of them 0, as 0.2:0.3:0.5")
        return tuple(shares) if abs(sum(shares) - 1) <= _SUM else self._scaled(shares)

    def read(self, text: str) -> tuple[float, ...]:
        """See ``Field``."""
        return self.check(text.split(":"))

    def write(self, value: Sequence[float]) -> str:
        """See ``Field``."""
        return ":".join(repr(share).removesuffix(".0") for share in value)

    def _scaled(self, shares: list[float]) -> tuple[float, ...]:
        # So that neither the sum of huge numbers overflows nor that of tiny ones loses its digits.
        largest = max(shares)
        ratios = [share / largest for share in shares]
        return tuple(ratio / sum(ratios) for ratio in ratios)


def moved(shares: Sequence[float], which: int, height: float, snap: float = 0.0) -> list[float]:
    """A distribution with one share set, the others shrunk or grown in proportion.

    Parameters
    ----------
    shares
        The distribution ``[k]``, k >= 2. Where the others are all 0 they share evenly.
    which
        Index of the share that is set.
    height
        What it is set to, from 0 to 1.
    snap
        A share below this becomes 0, and one that near to 1 becomes 1.
    """
    height = 0.0 if height < snap else 1.0 if height > 1 - snap else height
    rest = sum(shares) - shares[which]
    others = [share * (1 - height) / rest if rest > 0 else (1 - height) / (len(shares) - 1) for share in shares]
    return [height if index == which else other for index, other in enumerate(others)]
