"""A smooth loss of a score and one of two labels from a table, all but exact, in a fraction of autograd's time.

Descents begin on it and end on the loss itself. Between two nodes stands the polynomial of degree 5 that has the loss's
value, slope and curvature at both (quintic Hermite interpolation).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from losses.calculus import ArrayDerivatives, derivatives
from losses.spec.loss import Loss

_UNIT, _STEP, _HALF = (
    4.0,
    1 / 32,
    140,
)  # nodes are _UNIT · sinh(_STEP · i), i up to _HALF: 1/8 apart around 0, up to 159
_NODES = _UNIT * np.sinh(_STEP * np.arange(-_HALF, _HALF + 1))
REACH = float(_NODES[-1])
_BEGINS = np.append(_NODES[0], _NODES)  # of the cells: before the first node and behind the last one is one each
_KEPT = 64  # tables, of 27 kB each


@dataclass(frozen=True, eq=False)
class Tabulated:
    """As ``Cost``, for scores ``[..., n]`` against labels: ``cells`` ``[6, 2 · cells]``, ``first`` ``[n]`` the first of each label."""

    cells: np.ndarray
    first: np.ndarray

    def values(self, score: np.ndarray) -> np.ndarray:
        """The losses, ``[..., n]``."""
        a, b, c, d, e, f, x = self._at(score)
        return a + x * (b + x * (c + x * (d + x * (e + x * f))))

    def derivatives(self, score: np.ndarray) -> ArrayDerivatives:
        """The losses, their slopes and curvatures in the score, ``[..., n]`` each."""
        a, b, c, d, e, f, x = self._at(score)
        value = a + x * (b + x * (c + x * (d + x * (e + x * f))))
        slope = b + x * (2 * c + x * (3 * d + x * (4 * e + 5 * x * f)))
        return ArrayDerivatives(value, slope, 2 * (c + x * (3 * d + x * (6 * e + 10 * x * f))))

    def _at(self, score: np.ndarray) -> list[np.ndarray]:
        """The coefficients of each score's cell, and how far into it that is."""
        place = np.arcsinh(score / _UNIT) / _STEP + (_HALF + 1)
        cell = np.minimum(np.maximum(place, 0.0), len(_NODES)).astype(int)
        return [*self.cells.take(self.first + cell, 1), score - _BEGINS[cell]]


def tabulated(loss: Loss, settings: Mapping[str, Any], labels: tuple[float, float], positive: np.ndarray) -> Tabulated:
    """The loss against two labels, the second where ``positive`` ``[n]``."""
    cells = _table(loss.function, tuple(settings.items()), labels)
    return Tabulated(cells, np.where(positive, len(_BEGINS), 0))


@lru_cache(maxsize=_KEPT)
def _table(function: Callable, settings: tuple[tuple[str, Any], ...], labels: tuple[float, float]) -> np.ndarray:
    """The coefficients ``[6, 2 · cells]`` of the polynomials of both labels."""
    target = torch.tensor(labels, dtype=torch.float64)[:, None].expand(2, len(_NODES))
    score = torch.as_tensor(_NODES).expand(2, len(_NODES))
    value, slope, curvature = derivatives(lambda x: function(x, target, **dict(settings)), score).arrays()
    width = np.diff(_NODES)
    a, b, c = value[:, :-1], slope[:, :-1] * width, curvature[:, :-1] * width**2 / 2
    # What value, slope and curvature at the end of a cell are above the parabola from its beginning.
    above = value[:, 1:] - a - b - c
    slopes = slope[:, 1:] * width - b - 2 * c
    bends = curvature[:, 1:] * width**2 - 2 * c
    d, e, f = 10 * above - 4 * slopes + bends / 2, -15 * above + 7 * slopes - bends, 6 * above - 3 * slopes + bends / 2
    inside = np.stack([a, b, c, d, e, f]) / width ** np.arange(6)[:, None, None]
    ends = np.zeros((6, 2, 2))
    ends[:3] = np.stack([value, slope, curvature / 2])[..., [0, -1]]
    cells = np.concatenate([ends[..., :1], inside, ends[..., 1:]], 2).reshape(6, -1)
    cells.setflags(write=False)
    return cells
