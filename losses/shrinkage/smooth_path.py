"""Many penalised fits under a smooth convex loss at once: of parts of a table, down a ladder of strengths.

A step solves for the weights that a first-order rule takes to stay away from 0, all others 0: Newton's method on the
conditions of the optimum (Hintermüller, Ito and Kunisch 2002, The primal-dual active set strategy as a semismooth
Newton method, SIAM Journal on Optimization 13(3), section 2), taken as far as the objective falls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.calculus import derivatives
from losses.data.points import Array
from losses.shrinkage.problem import CONSTANT
from losses.shrinkage.smooth import refuse
from losses.spec.loss import Loss

STEPS = 200
ROUNDING = 8 * float(np.finfo(float).eps)
TINY = float(np.finfo(float).tiny)
LEVEL, LOOSE = 1e-11, 1e-8  # of the hardest pull, by which an optimum may be missed: where to stop, and what to refuse
FLATTEST = (
    1e-6  # of the parabola about residual 0 through an example's loss, that its curvature is taken to be at least
)
CLOSER = 0.9  # of the conditions missed before, where rounding hides whether the objective falls
RIDGE = 1e-12  # of how bent it is in a weight, by which it is taken to be more so
INNER = 8  # changes of which weights are 0, in one step
TOGETHER = 5  # strengths that are searched from one start
SHARES = (1.0, 0.5, 0.1, 0.01)  # of a step that is tried
SMALLER = 4.0 ** -np.arange(1, 12)  # of steps in each weight alone
BLOCK = 4_000_000  # numbers that are held at once to make the curvatures


class Fits(NamedTuple):
    """Weights ``[..., q]``, and by how much they miss the conditions of an optimum, as a share of the hardest pull, ``[...]``."""

    weights: Array
    missed: Array


class _Here(NamedTuple):
    """Where b fits stand: weights and pull ``[b, q]``, scores, slopes and curvatures ``[b, n]``, objective ``[b]``.

    ``gap`` is by how much the conditions of an optimum are missed, ``[b]``.
    """

    weights: Array
    scores: Array
    slopes: Array
    curvatures: Array
    objective: Array
    pull: Array
    gap: Array

    def at(self, which: np.ndarray) -> "_Here":
        return _Here(*(part[which] for part in self))


@dataclass(frozen=True, eq=False)
class Design:
    """A table that several fits share, each with its own part of the rows.

    Attributes
    ----------
    features, target
        ``[n, p]`` and ``[n]``, finite.
    shares
        What each row counts in each of b fits, ``[b, n]``; a fit's sum is 1.
    losses
        Of scores ``[..., n]``, example by example: convex, and smooth.
    intercept
        One of ``problem.INTERCEPTS``.
    """

    features: Array
    target: Array
    shares: Array
    losses: Callable[[Tensor], Tensor]
    intercept: str = "free"

    @cached_property
    def center(self) -> Array:
        """What is taken from each feature, ``[p]``: where an intercept makes up for it."""
        return self.features.mean(0) if self.intercept == "free" else np.zeros(self.features.shape[1])

    @cached_property
    def scale(self) -> Array:
        """What each is then divided by, ``[p]``, so that none is small beside another."""
        size = np.sqrt(np.square(self.features - self.center).mean(0))
        return np.where(size > CONSTANT * np.abs(self.features).max(0), size, 1.0)

    @cached_property
    def columns(self) -> Array:
        """The features so, with a column of ones where there is an intercept, ``[n, q]``."""
        moved = self.features - self.center
        moved[:, np.square(moved).mean(0) <= np.square(CONSTANT * np.abs(self.features).max(0))] = 0.0
        moved /= self.scale
        return moved if self.intercept == "none" else np.column_stack([moved, np.ones(len(moved))])

    def coefficients(self, weights: Array) -> Array:
        """Of the features as they were given, and of a penalised intercept, ``[..., p]``, from weights ``[..., q]``."""
        if self.intercept == "free":
            return weights[..., :-1] / self.scale
        scale = self.scale if self.intercept == "none" else np.append(self.scale, 1.0)
        return weights / scale

    def level(self, weights: Array) -> Array:
        """What is predicted where every feature is 0, for weights ``[..., q]``."""
        if self.intercept == "none":
            return np.zeros(weights.shape[:-1])
        slopes = self.coefficients(weights)[..., : len(self.center)]
        return weights[..., -1] - slopes @ self.center

    def scores(self, weights: Array, features: Array) -> Array:
        """Predictions for rows ``[k, p]`` of weights ``[..., q]``, ``[..., k]``."""
        slopes = self.coefficients(weights)[..., : len(self.center)]
        return slopes @ features.T + self.level(weights)[..., None]

    def prices(self, l1: Array, l2: Array) -> tuple[Array, Array]:
        """Of each weight ``[b, q]``, for strengths ``[b]``."""
        unit = self.scale if self.intercept == "none" else np.append(self.scale, 1.0)
        both = np.stack([l1[:, None] / unit, l2[:, None] / unit**2])
        if self.intercept == "free":
            both[..., -1] = 0.0
        return both[0], both[1]

    def bare(self) -> Fits:
        """The fits that have no weight but a free intercept: what is left where the penalty has no limit."""
        count, width = len(self.shares), self.columns.shape[1]
        start = np.zeros((count, width))
        if self.intercept != "free":
            return Fits(start, np.zeros(count))
        start[:, -1] = self.shares @ self.target
        endless = self.prices(np.full(count, np.inf), np.zeros(count))
        return search(self, self.shares, *endless, start)

    def pull(self, weights: Array) -> Array:
        """How hard the examples draw each weight of ``coefficients``, at weights ``[b, q]``."""
        slopes = derivatives(self.losses, torch.as_tensor(weights @ self.columns.T), 1).slope.numpy()
        pull = -(slopes * self.shares) @ self.columns
        unit = self.scale if self.intercept == "none" else np.append(self.scale, 1.0)
        return (pull * unit)[:, : -1 if self.intercept == "free" else None]

    def along(self, l1: Array, l2: Array, start: Array | None = None) -> Fits:
        """The fits at falling strengths.

        Parameters
        ----------
        l1, l2
            Finite strengths of at least 0, ``[m]``.
        start
            Weights to begin from, ``[b, q]``; without, those of ``bare``.

        Returns
        -------
        Fits
            ``[m, b, q]`` and ``[m, b]``.

        Raises
        ------
        ArithmeticError
            Where an optimum is not reached.
        """
        count, now = len(self.shares), self.bare().weights if start is None else start
        weights, missed = [], []
        for first in range(0, len(l1), TOGETHER):
            here = slice(first, first + TOGETHER)
            times = len(l1[here])
            prices = self.prices(np.repeat(l1[here], count), np.repeat(l2[here], count))
            found = search(self, np.tile(self.shares, (times, 1)), *prices, np.tile(now, (times, 1)))
            weights.append(found.weights.reshape(times, count, -1))
            missed.append(found.missed.reshape(times, count))
            now = weights[-1][-1]
        return Fits(np.concatenate(weights), np.concatenate(missed))


def design(
    features: Array, target: Array, shares: Array, of: tuple[Loss, Mapping[str, Any]], intercept: str = "free"
) -> Design:
    """A table under a loss.

    Parameters
    ----------
    features, target, shares, intercept
        As in ``Design``.
    of
        A loss, and its parameters, all of them.

    Raises
    ------
    ValueError
        As ``smooth.refuse``.
    """
    loss, settings = of
    refuse(loss, settings)
    truth = torch.as_tensor(np.array(target, float))
    return Design(features, target, shares, lambda x: loss.function(x, truth.expand(x.shape), **settings), intercept)


def search(table: Design, shares: Array, l1: Array, l2: Array, weights: Array) -> Fits:
    """The weights of least mean loss and penalty.

    Parameters
    ----------
    table
        What is fitted.
    shares
        Of the rows in each fit, ``[b, n]``.
    l1, l2
        The price of each weight, ``[b, q]``; an infinite ``l1`` keeps a weight at 0.
    weights
        To begin from, ``[b, q]``.

    Raises
    ------
    ArithmeticError
        Where the conditions of an optimum are missed by more than ``LOOSE``.
    """
    weights, left = weights.copy(), np.arange(len(weights))
    missed, reach = np.zeros(len(weights)), np.full(len(weights), TINY)
    here = _at(table, shares, l1, l2, weights)
    for _ in range(STEPS):
        hardest = np.maximum(np.abs(here.pull).max(-1), (np.abs(here.slopes) * shares[left]).sum(-1))
        reach[left] = np.maximum(reach[left], hardest)
        weights[left], missed[left] = here.weights, here.gap / reach[left]
        going = missed[left] > LEVEL
        if not going.any():
            break
        left, here = left[going], here.at(going)
        here, moved = _stepped(table, shares[left], l1[left], l2[left], here)
        if not moved.any():
            break
        left, here = left[moved], here.at(moved)
    if not (missed <= LOOSE).all():
        raise np.linalg.LinAlgError(
            "no weights of least loss and penalty were found: try a rounder loss, a stronger penalty, or MSE"
        )
    return Fits(weights, missed)


def _at(table: Design, shares: Array, l1: Array, l2: Array, weights: Array) -> _Here:
    """All that is known at weights ``[b, q]``; other arguments as of ``search``."""
    scores = weights @ table.columns.T
    values, slopes, curvatures = derivatives(table.losses, torch.as_tensor(scores)).arrays()
    objective = (values * shares).sum(-1) + _priced(weights, l1, l2)
    pull = -(slopes * shares) @ table.columns - l2 * weights
    some = weights != 0
    missed = np.where(some, pull - np.where(some, l1, 0.0) * np.sign(weights), np.maximum(np.abs(pull) - l1, 0.0))
    return _Here(weights, scores, slopes, curvatures, objective, pull, np.abs(missed).max(-1))


def _priced(weights: Array, l1: Array, l2: Array) -> Array:
    size = np.abs(weights)
    return (np.where(size > 0, l1, 0.0) * size + l2 / 2 * size**2).sum(-1)


def _stepped(table: Design, shares: Array, l1: Array, l2: Array, here: _Here) -> tuple[_Here, np.ndarray]:
    """Where each fit goes next, and which of them got anywhere; arguments as of ``search``, and where they stand.

    Tried in turn: Newton's step by the curvatures; the same by the parabolas about residual 0, which do not overstep;
    a step in each weight alone, which leads down if it is small enough.
    """
    residuals = here.scores - table.target
    wide = np.divide(here.slopes, residuals, out=here.curvatures.copy(), where=residuals != 0)
    bends = (np.maximum(here.curvatures, FLATTEST * wide), wide)
    best, left = [part.copy() for part in here], np.arange(len(here.weights))

    def attempt(share: float, aims: Array) -> None:
        nonlocal left
        stood = here.at(left)
        tried = stood.weights + share * (aims - stood.weights) if share < 1 else aims
        found = _at(table, shares[left], l1[left], l2[left], tried)
        room, rise = ROUNDING * np.abs(stood.objective), found.objective - stood.objective
        better = (rise < -room) | ((rise <= room) & (found.gap < CLOSER * stood.gap))
        for part, new in zip(best, found, strict=True):
            part[left[better]] = new[better]
        left = left[~better]

    for bent in bends:
        if left.size:
            aims = np.empty_like(here.weights)
            aims[left] = _aims(table, bent[left] * shares[left], l1[left], l2[left], here.at(left))
            for share in SHARES:
                if left.size:
                    attempt(share, aims[left])
    steep = np.maximum((wide * shares) @ np.square(table.columns) + l2, TINY)
    for share in SMALLER:
        if left.size:
            way = here.weights[left] + share * here.pull[left] / steep[left]
            attempt(1.0, np.sign(way) * np.maximum(np.abs(way) - share * l1[left] / steep[left], 0.0) + 0.0)
    moved = np.ones(len(here.weights), dtype=bool)
    moved[left] = False
    return _Here(*best), moved


def _aims(table: Design, bent: Array, l1: Array, l2: Array, here: _Here) -> Array:
    """The weights ``[b, q]`` at which nothing draws those that are taken to stay away from 0.

    Parameters
    ----------
    table
        What is fitted.
    bent
        How bent each row's loss is taken to be, times its share, ``[b, n]``.
    l1, l2
        The price of each weight, ``[b, q]``.
    here
        Where the fits stand.
    """
    columns = table.columns
    steep = bent @ np.square(columns) + l2
    state = _signs(here.weights * steep + here.pull, l1)
    used = np.flatnonzero(((state != 0) | (here.weights != 0)).any(0))
    gram, places = _curvatures(columns[:, used], bent), np.arange(len(used))
    gram[:, places, places] += l2[:, used] + RIDGE * steep[:, used]
    steep, bound, state, weights = steep[:, used], l1[:, used], state[:, used], here.weights[:, used]
    price = np.where(np.isinf(bound), 0.0, bound)  # what has no end leaves its weight at 0 whatever it is
    pull = (gram @ weights[..., None])[..., 0] + here.pull[:, used]
    for _ in range(INNER):
        some = state != 0
        taken = gram * (some[:, :, None] & some[:, None, :])
        taken[:, places, places] += ~some
        weights = np.linalg.solve(taken, np.where(some, pull - price * state, 0.0)[..., None])[..., 0]
        now = _signs(weights * steep + pull - (gram @ weights[..., None])[..., 0], bound)
        if np.array_equal(now, state):
            break
        state = now
    aims = np.zeros_like(here.weights)
    aims[:, used] = weights
    return aims


def _signs(pull: Array, bound: Array) -> Array:
    """Of weights that are drawn harder than they cost; 0 for the others."""
    return np.where(np.abs(pull) > bound, np.sign(pull), 0.0)


def _curvatures(columns: Array, bent: Array) -> Array:
    """Mean products of columns ``[n, a]``, weighed by ``[b, n]``: ``[b, a, a]``."""
    step = max(1, BLOCK // max(columns.size, 1))
    return np.concatenate(
        [(columns.T * bent[first : first + step, None]) @ columns for first in range(0, len(bent), step)]
    )
