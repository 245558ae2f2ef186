"""What a small GAN is to learn: equal Gaussians along a line, around a ring, or on a grid."""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

ARRANGEMENTS: Mapping[str, str] = MappingProxyType(
    {"line": "Along a line", "ring": "Around a ring", "grid": "On a grid"}
)
COVERED = 0.25  # of its share of samples, from which a mode counts as covered
NEAR = 3.0  # widths from a mode within which a sample counts as its own


def offered(arrangement: str, count: int) -> int:
    """How many modes an arrangement can have, as near to ``count`` as there are: a grid has a square number."""
    return round(math.sqrt(count)) ** 2 if arrangement == "grid" else count


def _along(count: int) -> np.ndarray:
    """Even places, one at 0 where it is alone."""
    return np.linspace(-2.0, 2.0, count) if count > 1 else np.zeros(1)


class Modes:
    """A mixture of equally likely Gaussians of one width.

    Parameters
    ----------
    arrangement
        A key of ``ARRANGEMENTS``; a line has one dimension, ring and grid have two.
    count
        How many modes, at least 1; for a grid a square number.
    width
        Standard deviation of each, in the unit of the places, which lie between -2 and 2.

    Attributes
    ----------
    centers
        ``[modes, dimensions]``.

    Examples
    --------
    >>> Modes("line", 3, 0.1).centers.ravel().tolist()
    [-2.0, 0.0, 2.0]
    """

    def __init__(self, arrangement: str, count: int, width: float) -> None:
        if arrangement not in ARRANGEMENTS:
            raise ValueError(f"there is no arrangement {arrangement!r}; there are: {', '.join(ARRANGEMENTS)}")
        if count < 1 or not 0 < width < np.inf:
            raise ValueError(f"modes need a count of at least 1 and a width above 0, got {count} and {width}")
        if arrangement == "grid" and math.isqrt(count) ** 2 != count:
            raise ValueError(f"a grid has 1, 4, 9 or another square number of modes, not {count}")
        self.width = width
        if arrangement == "line":
            self.centers = _along(count)[:, None]
        elif arrangement == "ring":
            turn = 2 * np.pi * np.arange(count) / count
            self.centers = 2.0 * np.stack([np.cos(turn), np.sin(turn)], -1).round(12) + 0.0  # 0 is 0
        else:
            along = _along(math.isqrt(count))
            self.centers = np.stack(np.meshgrid(along, along), -1).reshape(-1, 2)
        self._centers = torch.from_numpy(self.centers)

    @property
    def dimensions(self) -> int:
        """Of a sample."""
        return self.centers.shape[1]

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw ``[count, dimensions]``: first which mode, then where in it."""
        which = torch.randint(len(self.centers), (count,), generator=generator)
        return self._centers[which] + self.width * torch.randn(
            count, self.dimensions, generator=generator, dtype=torch.float64
        )

    def density(self, places: np.ndarray) -> np.ndarray:
        """At places ``[n, dimensions]``, ``[n]``."""
        square = ((places[:, None] - self.centers) ** 2).sum(-1) / self.width**2
        return np.exp(-square / 2).mean(1) / (2 * np.pi * self.width**2) ** (self.dimensions / 2)

    def shares(self, samples: np.ndarray) -> np.ndarray:
        """The share of samples ``[n, dimensions]`` that lie near each mode, and nearer than to any other, ``[modes]``."""
        distances = np.sqrt(((samples[:, None] - self.centers) ** 2).sum(-1))
        nearest = np.where(np.isfinite(samples).all(-1), distances.argmin(1), -1)
        own = nearest[distances.min(1, initial=np.inf) <= NEAR * self.width]
        return np.bincount(own[own >= 0], minlength=len(self.centers)) / len(samples)

    def covered(self, samples: np.ndarray) -> int:
        """How many modes have at least a quarter of the samples that are due to them."""
        return int((self.shares(samples) >= COVERED / len(self.centers)).sum())
