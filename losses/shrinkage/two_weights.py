"""Two weights under a penalty: a bowl of costs around the best pair, what the penalty makes of it, and the way there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np

from losses.data.points import Array
from losses.shrinkage.conventions import Convention, Strengths
from losses.shrinkage.optimum import Optimum, fit
from losses.shrinkage.path import Path, path
from losses.shrinkage.problem import Problem

AROUND = np.linspace(0.0, 2 * np.pi, 181)


@cache
def around() -> Array:
    """Ways of length 1 all round, ``[m, 2]``, the last as the first."""
    return np.stack([np.cos(AROUND), np.sin(AROUND)], -1)


@dataclass(frozen=True)
class Price:
    """A penalty ``strength * (ratio * sum(|w|) + (1 - ratio) * sum(w**2))``; ``half`` puts ½ before the squares."""

    strength: float
    ratio: float
    half: bool = False

    def of(self, weights: Array) -> Array:
        """What each weight costs, in the shape of the weights; nothing is free of any price."""
        size = self._size(weights)
        with np.errstate(over="ignore"):  # what nobody can pay is infinite
            return np.where(size > 0, self.strength, 0.0) * size

    def _size(self, weights: Array) -> Array:
        return self.ratio * np.abs(weights) + (1 - self.ratio) * np.square(weights) / (2 if self.half else 1)

    def ball(self, weights: Array) -> Array:
        """The pairs that cost as much as one pair, ``[2]``, as a closed curve ``[m, 2]``: a diamond, a circle, or between."""
        size = float(self._size(weights).sum())
        if not size:
            return np.zeros((len(AROUND), 2))
        ways = around()
        straight = self.ratio * np.abs(ways).sum(-1)
        square = (1 - self.ratio) / (2 if self.half else 1)
        return 2 * size * ways / (straight + np.sqrt(straight**2 + 4 * square * size))[:, None]


@dataclass(frozen=True)
class Bowl:
    """The cost ``(w - center) @ [[1, r], [r, 1]] @ (w - center)``; ``half`` puts ½ before it.

    Attributes
    ----------
    center
        The pair of least cost.
    correlation
        r, between -1 and 1: that of the two features.
    half
        Whether ½ stands before it.
    least
        What the best pair costs, which comes on top of all that.
    outliers
        How many examples lie, and have moved it to where it is.
    """

    center: tuple[float, float]
    correlation: float = 0.0
    half: bool = False
    least: float = 0.0
    outliers: int = 0

    @cached_property
    def problem(self) -> Problem:
        """The same as a problem, whose cost is that of ``half``."""
        gram = np.array([[1.0, self.correlation], [self.correlation, 1.0]])
        center, none = np.array(self.center), np.zeros(2)
        same = np.zeros(2, dtype=bool)
        power = float(center @ gram @ center)
        return Problem(1, gram, gram @ center, power, none, np.ones(2), 0.0, same, free=False)

    @property
    def _unit(self) -> float:
        return 1.0 if self.half else 2.0

    def cost(self, weights: Array) -> Array:
        """Of pairs ``[..., 2]``."""
        away = weights - np.array(self.center)
        return self._unit * ((away @ self.problem.gram) * away).sum(-1) / 2 + self.least

    def ring(self, cost: float) -> Array:
        """The pairs of one cost, as a closed curve ``[m, 2]``."""
        return self.rings(np.array([cost]))[0]

    def rings(self, costs: Array) -> Array:
        """The pairs of each cost ``[k]``, ``[k, m, 2]``."""
        values, axes = np.linalg.eigh(self.problem.gram)
        above = np.maximum(0.0, costs - self.least)
        reach = np.sqrt(2 * above[:, None, None] / (self._unit * values))
        return np.array(self.center) + around() * reach @ axes.T

    def strengths(self, price: Price) -> Strengths:
        """A price in the package's own objective."""
        return Convention(half=self.half, half_l2=price.half).strengths(price.strength, price.ratio, 1)

    def shrunk(self, price: Price) -> Optimum:
        """The pair of least cost and price, with the certificate in the package's own unit."""
        return fit(self.problem, *self.strengths(price))

    def trail(self, price: Price, strengths: Array) -> Array:
        """The best pairs at strengths ``[m]`` of the same kind of price, ``[m, 2]``."""
        whole, unit = _path(self, price.ratio, price.half)
        return whole.at(strengths * unit)

    def pairs(self, prices: Sequence[Price]) -> Array:
        """The best pair of each price, ``[k, 2]``."""
        return np.array([self.shrunk(price).weights for price in prices])

    def trails(self, prices: Sequence[Price], strengths: Array) -> Array:
        """The best pairs at strengths ``[m]`` of the same kinds of price, ``[k, m, 2]``."""
        return np.array([self.trail(price, strengths) for price in prices])

    def vanishing(self, price: Price) -> tuple[float, float]:
        """The strength from which on each weight is exactly 0; infinite where it never is."""
        whole, unit = _path(self, price.ratio, price.half)
        ends = [math.inf if center else 0.0 for center in self.center] if not price.ratio else [0.0, 0.0]
        for knot, places in zip(whole.knots[::-1].tolist(), whole.entered[::-1], strict=True):
            for place in places:
                ends[place] = knot / unit
        return ends[0], ends[1]


@lru_cache(maxsize=64)
def _path(bowl: Bowl, ratio: float, half: bool) -> tuple[Path, float]:
    """The path, and what a strength of 1 is on it."""
    l1, l2 = bowl.strengths(Price(1.0, ratio, half))
    return path(bowl.problem, l1 / (l1 + l2)), l1 + l2
