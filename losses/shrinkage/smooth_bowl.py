"""Two weights under any smooth convex loss of examples on a circle, some of them outliers: what a penalty makes of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import torch

from losses.data.points import Array
from losses.registry import LOSSES
from losses.shrinkage.conventions import Convention, Strengths
from losses.shrinkage.pair_search import MeanLoss, search
from losses.shrinkage.smooth import refuse
from losses.shrinkage.two_weights import Bowl, Price, around

ROWS, MOST_OUTLIERS, ERROR = 24, 8, 8.0  # examples, how many of them may lie, and by how much
STEPS, RING = 60, 1e-6  # of the search for a ring, and of the widest, by which one may miss its place
SEARCHES, GRID = 9, 65  # of a knot: each time as many places, down to rounding


@lru_cache(maxsize=64)
def examples(correlation: float, outliers: int) -> tuple[Array, Array]:
    """Features of mean square 1 with a correlation, and by how much each target is wrong.

    Those that lie are the ones in which the second feature is largest.

    Parameters
    ----------
    correlation
        Between -1 and 1.
    outliers
        From 0 to ``MOST_OUTLIERS``.

    Returns
    -------
    tuple
        Features ``[ROWS, 2]`` and errors ``[ROWS]``, of one example after another round a circle.
    """
    angles = 2 * np.pi * (np.arange(ROWS) + 0.5) / ROWS
    turned = math.sqrt(2) * np.stack([np.cos(angles), np.sin(angles)], -1)
    features = turned @ np.array([[1.0, correlation], [0.0, math.sqrt(1 - correlation**2)]])
    errors = np.zeros(ROWS)
    errors[np.argsort(-np.sin(angles), kind="stable")[:outliers]] = ERROR
    return features, errors


def spoiled(truth: tuple[float, float], correlation: float, half: bool, outliers: int) -> Bowl:
    """The bowl that the squared error is, moved by the outliers; arguments as of ``Bowl`` and ``SmoothBowl``."""
    if not outliers:
        return Bowl(truth, correlation, half)
    features, errors = examples(correlation, outliers)
    moved, *_ = np.linalg.lstsq(features, errors)
    floor = float(np.square(errors - features @ moved).mean()) / (2 if half else 1)
    return Bowl((truth[0] + float(moved[0]), truth[1] + float(moved[1])), correlation, half, floor, outliers)


@dataclass(frozen=True)
class SmoothBowl:
    """The mean loss of ``features @ w`` against ``features @ truth + errors``, of ``examples``.

    Attributes
    ----------
    truth
        The pair of least cost without outliers.
    correlation
        Of the features.
    key
        Of a loss in ``LOSSES`` that ``smooth.refuse`` has nothing against.
    settings
        Its parameters, all of them, as pairs of name and value.
    outliers
        How many examples lie.
    """

    truth: tuple[float, float]
    correlation: float
    key: str
    settings: tuple[tuple[str, float | bool], ...] = ()
    outliers: int = 0

    @cached_property
    def features(self) -> Array:
        """``[ROWS, 2]``."""
        return examples(self.correlation, self.outliers)[0]

    @cached_property
    def target(self) -> Array:
        """``[ROWS]``."""
        return self.features @ np.array(self.truth) + examples(self.correlation, self.outliers)[1]

    @property
    def _about(self) -> "SmoothBowl":
        """The same about the origin: as the truth moves, all but penalties moves with it."""
        return replace(self, truth=(0.0, 0.0))

    @property
    def center(self) -> tuple[float, float]:
        """The pair of least cost."""
        u, v = _best(self._about)[:2]
        return self.truth[0] + u, self.truth[1] + v

    @property
    def least(self) -> float:
        """The cost there."""
        return _best(self._about)[2]

    @cached_property
    def mean(self) -> MeanLoss:
        """The cost as it is searched."""
        loss, settings = LOSSES[self.key], dict(self.settings)
        refuse(loss, settings)
        target = torch.as_tensor(self.target)
        return MeanLoss(self.features, self.target, lambda x: loss.function(x, target.expand(x.shape), **settings))

    def cost(self, weights: Array) -> Array:
        """Of pairs ``[..., 2]``."""
        return self.mean.cost(weights)

    def slopes(self, weights: Array) -> Array:
        """Of the cost in each weight, at pairs ``[..., 2]``, in their shape."""
        return self.mean.slopes(weights)

    def ring(self, cost: float) -> Array:
        """The pairs of one cost, as a closed curve ``[m, 2]``."""
        return self.rings(np.array([cost]))[0]

    def rings(self, costs: Array) -> Array:
        """The pairs of each cost ``[k]``, ``[k, m, 2]``."""
        return np.array(self.truth) + _rings(self._about, tuple(costs.tolist()))

    @np.errstate(over="ignore", invalid="ignore")  # what is beyond the numbers is refused
    def surrounded(self, costs: Array) -> Array:
        """The same, by Newton's steps inwards along rays, which never overstep.

        Raises
        ------
        ArithmeticError
            Where the loss leaves the numbers, as with a parameter far from the size of the errors.
        """
        center, rays = np.array(self.center), around()[::2]
        above = np.maximum(costs, self.least)[:, None]
        far = np.ones((len(costs), len(rays)))
        while (short := self.cost(center + far[..., None] * rays) < above).any():
            far[short] *= 2
        for _ in range(STEPS):
            values, slopes, _ = self.mean.derived(center + far[..., None] * rays)
            falls = (slopes.numpy() * (rays @ self.features.T)).mean(-1)
            over = values.numpy().mean(-1) - above
            step = np.divide(over, falls, out=np.zeros(far.shape), where=falls > 0)
            far = far - step
            if np.abs(step).max() <= RING * far.max():
                break
        if not np.isfinite(far).all():
            raise ArithmeticError(f"{LOSSES[self.key].name} is too large or too steep here to be drawn")
        return center + far[..., None] * rays

    def strengths(self, price: Price) -> Strengths:
        """A price beside the mean loss, as what stands before the two parts of the package's own penalty."""
        return Convention(half_l2=price.half).strengths(price.strength, price.ratio, ROWS)

    def pairs(self, prices: Sequence[Price]) -> Array:
        """The best pair of each price, ``[k, 2]``."""
        return self._searched([(price, np.array([price.strength])) for price in prices])[:, 0]

    def trails(self, prices: Sequence[Price], strengths: Array) -> Array:
        """The best pairs at strengths ``[m]`` of the same kinds of price, ``[k, m, 2]``."""
        return self._searched([(price, strengths) for price in prices])

    def _searched(self, prices: Sequence[tuple[Price, Array]]) -> Array:
        """The best pairs ``[k, m, 2]`` at strengths ``[m]`` of each kind of price."""
        strengths = np.array([along for _, along in prices])
        unit = np.array([self.strengths(replace(price, strength=1.0)) for price, _ in prices])
        with np.errstate(over="ignore", invalid="ignore"):
            l1, l2 = unit.T[..., None] * strengths
        finite = np.isfinite(l1) & np.isfinite(l2)  # what is stronger leaves no weight
        weights = np.zeros((*strengths.shape, 2))
        weights[finite] = search(self.mean, l1[finite], l2[finite])[0]
        return weights

    def vanishing(self, price: Price) -> tuple[float, float]:
        """The strength from which on each weight is exactly 0; infinite where it never is."""
        return _vanishing(self, price.ratio, price.half)

    def vanishes(self, price: Price) -> tuple[float, float]:
        """The same, worked out anew."""
        pull = -self.slopes(np.zeros(2))
        if not price.ratio:
            first, second = (math.inf if part else 0.0 for part in pull)
            return first, second
        last = int(np.abs(pull).argmax())
        ends = [float(abs(pull[last])) / price.ratio] * 2
        ends[1 - last] = self._joins(price, last, float(np.sign(pull[last])))
        return ends[0], ends[1]

    def _joins(self, price: Price, last: int, sign: float) -> float:
        """The strength below which the other weight is not 0 any more, on the way of the last one alone from 0.

        On that axis each weight is best at one strength; the other joins where its own pull has grown to that.
        """
        alone = np.zeros((GRID, 2))
        far = 1.0
        while sign * float(self.slopes(np.eye(2)[last] * sign * far)[last]) < 0:
            far *= 2
        low, high = 0.0, far
        for _ in range(SEARCHES):
            sizes = np.linspace(low, high, GRID)
            alone[:, last] = sign * sizes
            pull = -self.slopes(alone)
            straight, square = self.strengths(replace(price, strength=1.0))
            strengths = sign * pull[:, last] / (straight + square * sizes)
            joined = np.abs(pull[:, 1 - last]) > price.ratio * strengths
            first = int(joined.argmax())
            if not joined.any() or not first:
                return max(0.0, float(strengths[first]))
            low, high = float(sizes[first - 1]), float(sizes[first])
        return max(0.0, float(strengths[first]))


AnyBowl = Bowl | SmoothBowl


@lru_cache(maxsize=64)
def _vanishing(bowl: SmoothBowl, ratio: float, half: bool) -> tuple[float, float]:
    return bowl.vanishes(Price(1.0, ratio, half))


@lru_cache(maxsize=64)
def _rings(bowl: SmoothBowl, costs: tuple[float, ...]) -> Array:
    return bowl.surrounded(np.array(costs))


@lru_cache(maxsize=256)
def _best(bowl: SmoothBowl) -> tuple[float, float, float]:
    """The pair of least cost, and that."""
    pair = bowl.pairs([Price(0.0, 1.0)])[0] if bowl.outliers else np.array(bowl.truth)
    return float(pair[0]), float(pair[1]), float(bowl.cost(pair))
