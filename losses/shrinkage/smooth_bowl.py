"""Two weights under any smooth convex loss of examples on a circle, some of them outliers: what a penalty makes of it.

The steps are those of ``smooth``, for many strengths at once: a weighted least-squares problem of two weights is solved
exactly by looking at all of its nine patterns of signs.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch

from losses.calculus import derivatives
from losses.data.points import Array
from losses.registry import LOSSES
from losses.shrinkage.conventions import Convention, Strengths
from losses.shrinkage.smooth import SmoothFit, refuse
from losses.shrinkage.two_weights import Bowl, Price, around

ROWS, MOST_OUTLIERS, ERROR = 24, 8, 8.0  # examples, how many of them may lie, and by how much
STEPS, SEARCHES, GRID = 100, 12, 65
ROUNDING = 8 * float(np.finfo(float).eps)
LEVEL, LOOSE = 1e-12, 1e-7  # of the hardest pull, by which an optimum may be missed: where to stop, and what to refuse
RING = 1e-6  # of the widest, by which a ring may miss its cost's place
FLATTEST = 1e-6  # of the parabola from 0 through an example's loss, that its curvature is taken to be at least
SHARES = np.array([1.0, 0.5, 0.1, 0.01])
SIGNS = np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)], float)


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
    def center(self) -> tuple[float, float]:
        """The pair of least cost, which follows the truth as it moves."""
        moved = _moved(self.correlation, self.key, self.settings, self.outliers)
        return self.truth[0] + moved[0], self.truth[1] + moved[1]

    @property
    def least(self) -> float:
        """The cost there."""
        return float(self.cost(np.array(self.center)))

    def cost(self, weights: Array) -> Array:
        """Of pairs ``[..., 2]``."""
        return self._losses(weights).mean(-1)

    def slopes(self, weights: Array) -> Array:
        """Of the cost in each weight, at pairs ``[..., 2]``, in their shape."""
        return self._derived(weights, 1).slope.numpy() @ self.features / ROWS

    def ring(self, cost: float) -> Array:
        """The pairs of one cost, as a closed curve ``[m, 2]``."""
        return self.rings(np.array([cost]))[0]

    def rings(self, costs: Array) -> Array:
        """The pairs of each cost ``[k]``, ``[k, m, 2]``: by Newton's steps inwards along rays, which never overstep."""
        center, rays = np.array(self.center), around()
        above = np.maximum(costs, self.least)[:, None]
        far = np.ones((len(costs), len(rays)))
        while (short := self.cost(center + far[..., None] * rays) < above).any():
            far[short] *= 2
        for _ in range(STEPS):
            values, slopes, _ = self._derived(center + far[..., None] * rays, 1)
            falls = (slopes.numpy() * (rays @ self.features.T)).mean(-1)
            over = values.numpy().mean(-1) - above
            step = np.divide(over, falls, out=np.zeros(far.shape), where=falls > 0)
            far = far - step
            if np.abs(step).max() <= RING * far.max():
                break
        return center + far[..., None] * rays

    def strengths(self, price: Price) -> Strengths:
        """A price beside the mean loss, as what stands before the two parts of the package's own penalty."""
        return Convention(half_l2=price.half).strengths(price.strength, price.ratio, ROWS)

    def shrunk(self, price: Price) -> SmoothFit:
        """The pair of least cost and price."""
        weights, missed = self._searched(price, np.array([price.strength]))
        pair = weights[0]
        return SmoothFit(pair, 0.0, float(self.cost(pair) + price.of(pair).sum()), float(missed[0]))

    def trail(self, price: Price, strengths: Array) -> Array:
        """The best pairs at strengths ``[m]`` of the same kind of price, ``[m, 2]``."""
        return self._searched(price, strengths)[0]

    def vanishing(self, price: Price) -> tuple[float, float]:
        """The strength from which on each weight is exactly 0; infinite where it never is."""
        return _vanishing(self, price.ratio, price.half)

    def _vanishes(self, price: Price) -> tuple[float, float]:
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

    def _loss(self, scores: torch.Tensor) -> torch.Tensor:
        return LOSSES[self.key].function(scores, torch.as_tensor(self.target).expand(scores.shape), **dict(self.settings))  # fmt: skip

    def _losses(self, weights: Array) -> Array:
        with torch.no_grad():
            return self._loss(torch.as_tensor(weights @ self.features.T)).numpy()

    def _derived(self, weights: Array, order: int) -> Any:
        return derivatives(self._loss, torch.as_tensor(weights @ self.features.T), order)

    def _searched(self, price: Price, strengths: Array) -> tuple[Array, Array]:
        """The best pairs ``[m, 2]``, and by how much the conditions of an optimum are missed ``[m]``."""
        refuse(LOSSES[self.key], dict(self.settings))
        weights, missed = np.zeros((len(strengths), 2)), np.zeros(len(strengths))
        finite = np.isfinite(strengths)
        l1, l2 = np.array(self.strengths(replace(price, strength=1.0)))[:, None] * np.where(finite, strengths, 0.0)
        open_ = np.flatnonzero(finite)
        reach = np.zeros(len(strengths))
        for _ in range(STEPS):
            here = weights[open_]
            values, slopes, curvatures = self._derived(here, 2).arrays()
            pull = -slopes @ self.features / ROWS - l2[open_, None] * here
            bound = l1[open_, None]
            gaps = np.where(here != 0, pull - bound * np.sign(here), np.maximum(np.abs(pull) - bound, 0.0))
            missed[open_] = np.abs(gaps).max(-1)
            reach[open_] = np.maximum(reach[open_], np.abs(pull).max(-1))
            going = missed[open_] > LEVEL * reach[open_]
            if not going.any():
                break
            open_, here = open_[going], here[going]
            parabolas = self._parabolas(here, slopes[going], curvatures[going])
            aims = np.array(
                [_best(*self._problem(here, slopes[going], bent, l2[open_]), l1[open_]) for bent in parabolas]
            )
            now = values[going].mean(-1) + _priced(here, l1[open_], l2[open_])
            weights[open_], better = self._chosen(here, aims, now, l1[open_], l2[open_])
            open_ = open_[np.flatnonzero(better)]
        if (missed > LOOSE * np.maximum(reach, np.finfo(float).tiny)).any():
            raise np.linalg.LinAlgError("no weights of least loss and penalty were found")
        return weights, missed

    def _parabolas(self, weights: Array, slopes: Array, curvatures: Array) -> tuple[Array, Array]:
        """How bent each loss is taken to be, ``[m, ROWS]`` twice: as it is here, and as the parabola about residual 0."""
        residuals = weights @ self.features.T - self.target
        with np.errstate(divide="ignore", invalid="ignore"):
            wide = np.where(residuals != 0, slopes / residuals, curvatures)
        return np.maximum(curvatures, FLATTEST * wide), np.maximum(wide, curvatures * (residuals == 0))

    def _problem(self, weights: Array, slopes: Array, bent: Array, l2: Array) -> tuple[Array, Array]:
        """Gram matrices ``[m, 2, 2]`` and pulls ``[m, 2]`` of the weighted least squares."""
        gram = np.einsum("mi,ij,ik->mjk", bent, self.features, self.features, optimize=True) / ROWS
        cross = np.einsum("mjk,mk->mj", gram, weights) - slopes @ self.features / ROWS
        return gram + l2[:, None, None] * np.eye(2), cross

    def _chosen(self, here: Array, aims: Array, now: Array, l1: Array, l2: Array) -> tuple[Array, Array]:
        """Of all ways and shares of them the best one, the first whole one if rounding does not tell, ``[m, 2]``."""
        tried = here + SHARES[:, None, None, None] * (aims - here)
        tried[0] = aims  # zeros are exact
        tried = tried.reshape(-1, *here.shape)
        costs = self.cost(tried) + _priced(tried, l1, l2)
        best, room = costs.argmin(0), ROUNDING * np.abs(now)
        best = np.where(costs[0] <= costs.min(0) + room, 0, best)
        every = np.arange(len(here))
        better = costs[best, every] <= now + room
        return np.where(better[:, None], tried[best, every], here), better


AnyBowl = Bowl | SmoothBowl


def _priced(weights: Array, l1: Array, l2: Array) -> Array:
    return l1 * np.abs(weights).sum(-1) + l2 / 2 * np.square(weights).sum(-1)


def _best(gram: Array, cross: Array, l1: Array) -> Array:
    """The pairs ``[m, 2]`` of least ``w @ gram @ w / 2 - cross @ w + l1 * sum(|w|)``: of nine candidates the cheapest."""
    unit = gram.max((1, 2))  # else the determinant of a very strong penalty overflows
    unit = np.where(unit > 0, unit, 1.0)
    gram, cross, l1 = gram / unit[:, None, None], cross / unit[:, None], l1 / unit
    (a, b), d = gram[:, 0].T, gram[:, 1, 1]
    candidates = np.zeros((len(SIGNS) + 5, len(cross), 2))
    for pattern, signs in zip(candidates, SIGNS, strict=False):
        u, v = (cross - l1[:, None] * signs).T
        determinant = np.maximum(a * d - b * b, np.finfo(float).tiny)
        pattern[:, 0], pattern[:, 1] = (d * u - b * v) / determinant, (a * v - b * u) / determinant
    for place, (which, sign) in enumerate(((0, 1), (0, -1), (1, 1), (1, -1)), len(SIGNS)):
        candidates[place, :, which] = (cross[:, which] - sign * l1) / gram[:, which, which]
    costs = np.einsum("kmi,mij,kmj->km", candidates, gram, candidates, optimize=True) / 2
    costs += l1 * np.abs(candidates).sum(-1) - (candidates * cross).sum(-1)
    return candidates[costs.argmin(0), np.arange(len(cross))]


@lru_cache(maxsize=64)
def _vanishing(bowl: SmoothBowl, ratio: float, half: bool) -> tuple[float, float]:
    return bowl._vanishes(Price(1.0, ratio, half))


@lru_cache(maxsize=256)
def _moved(correlation: float, key: str, settings: tuple, outliers: int) -> tuple[float, float]:
    """How far the outliers move the pair of least cost."""
    if not outliers:
        return 0.0, 0.0
    pair = SmoothBowl((0.0, 0.0), correlation, key, settings, outliers).shrunk(Price(0.0, 1.0)).weights
    return float(pair[0]), float(pair[1])
