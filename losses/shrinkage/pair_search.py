"""The best two weights under a smooth convex loss and a penalty, at many strengths at once.

The steps are those of ``smooth``: each solves a weighted least-squares problem exactly, zeros and all, which of two
weights takes looking at nine patterns of signs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from losses.calculus import Derivatives, derivatives
from losses.data.points import Array

STEPS = 100
ROUNDING = 8 * float(np.finfo(float).eps)
TINY = float(np.finfo(float).tiny)
LEVEL, LOOSE = 1e-12, 1e-7  # of the hardest pull, by which an optimum may be missed: where to stop, and what to refuse
FLATTEST = 1e-6  # of the parabola about 0 through an example's loss, that its curvature is taken to be at least
SHARES = np.array([0.5, 0.1, 0.01, 0.001])[:, None, None, None]


@dataclass(frozen=True, eq=False)
class MeanLoss:
    """The mean loss of a linear model of two weights: features ``[n, 2]``, target ``[n]``, and the losses of scores."""

    features: Array
    target: Array
    losses: Callable[[Tensor], Tensor]

    def derived(self, weights: Array, order: int = 1) -> Derivatives:
        """Of each example's loss, by its score, at pairs ``[..., 2]``."""
        return derivatives(self.losses, torch.as_tensor(weights @ self.features.T), order)

    def cost(self, weights: Array) -> Array:
        """Of pairs ``[..., 2]``."""
        with torch.no_grad():
            return self.losses(torch.as_tensor(weights @ self.features.T)).numpy().mean(-1)

    def slopes(self, weights: Array) -> Array:
        """Of the cost in each weight, at pairs ``[..., 2]``, in their shape."""
        return self.derived(weights).slope.numpy() @ self.features / len(self.target)


def search(mean: MeanLoss, l1: Array, l2: Array) -> tuple[Array, Array]:
    """The pairs of least ``cost(w) + l1 * sum(|w|) + l2 / 2 * sum(w**2)``.

    Parameters
    ----------
    mean
        The cost, convex and with a slope everywhere.
    l1, l2
        Finite strengths of at least 0, ``[m]`` each.

    Returns
    -------
    tuple
        Pairs ``[m, 2]``, and by how much the Karush-Kuhn-Tucker conditions are missed, ``[m]``.

    Raises
    ------
    ArithmeticError
        Where they are not reached.
    """
    weights, missed, reach = np.zeros((len(l1), 2)), np.zeros(len(l1)), np.full(len(l1), TINY)
    left = np.arange(len(l1))
    for _ in range(STEPS):
        here = weights[left]
        values, slopes, curvatures = mean.derived(here, 2).arrays()
        fall = slopes @ mean.features / len(mean.target)
        pull, bound = -fall - l2[left, None] * here, l1[left, None]
        gaps = np.where(here != 0, pull - bound * np.sign(here), np.maximum(np.abs(pull) - bound, 0.0))
        missed[left] = np.abs(gaps).max(-1)
        reach[left] = np.maximum(reach[left], np.abs(pull).max(-1))
        going = np.flatnonzero(missed[left] > LEVEL * reach[left])
        if not going.size:
            break
        left, here = left[going], here[going]
        prices = l1[left], l2[left]
        bent = _bends(here @ mean.features.T - mean.target, slopes[going], curvatures[going])
        aims = _aims(mean.features, bent, here, fall[going], *prices)
        now = values[going].mean(-1) + _priced(here, *prices)
        weights[left], better = _stepped(mean, here, aims, now, *prices)
        left = left[better]
        if not left.size:
            break
    if (missed > LOOSE * reach).any():
        raise np.linalg.LinAlgError("no weights of least loss and penalty were found")
    return weights, missed


def _bends(residuals: Array, slopes: Array, curvatures: Array) -> Array:
    """How bent each loss is taken to be, ``[2, m, n]``: as it is here, and as the parabola about residual 0."""
    away = residuals != 0
    wide = np.divide(slopes, residuals, out=curvatures.copy(), where=away)
    return np.stack([np.maximum(curvatures, FLATTEST * wide), wide])


def _aims(features: Array, bent: Array, here: Array, fall: Array, l1: Array, l2: Array) -> Array:
    """The pairs that are best by the parabolas of each example's loss, ``[2, m, 2]``, for both ways to be bent."""
    first, second = features.T
    a, b, d = np.moveaxis(bent @ np.stack([first * first, first * second, second * second], -1) / len(features), -1, 0)
    a, d = a + l2, d + l2
    one, two = here.T
    pulls = np.stack([a * one + b * two, b * one + d * two], -1) - fall - l2[:, None] * here
    return _best(a, b, d, pulls, l1)


def _best(a: Array, b: Array, d: Array, pull: Array, l1: Array) -> Array:
    """The pairs of least ``(a * u**2 + 2 * b * u * v + d * v**2) / 2 - pull @ (u, v) + l1 * (|u| + |v|)``, of nine.

    Parameters
    ----------
    a, b, d
        ``[..., m]``.
    pull
        ``[..., m, 2]``.
    l1
        ``[m]``.
    """
    unit = np.maximum(np.maximum(a, d), TINY)  # else what is very strong overflows
    a, b, d, l1, p, q = a / unit, b / unit, d / unit, l1 / unit, pull[..., 0] / unit, pull[..., 1] / unit
    signs = np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)], float).reshape(4, 2, *[1] * a.ndim)
    s, t = p - signs[:, 0] * l1, q - signs[:, 1] * l1
    determinant = np.maximum(a * d - b * b, TINY)
    none = np.zeros_like(s[:1])
    alone, other = s[::2] / np.maximum(a, TINY), t[:2] / np.maximum(d, TINY)
    u = np.concatenate([(d * s - b * t) / determinant, alone, none, none, none])
    v = np.concatenate([(a * t - b * s) / determinant, none, none, other, none])
    costs = (a * u * u + 2 * b * u * v + d * v * v) / 2 - p * u - q * v + l1 * (np.abs(u) + np.abs(v))
    which = costs.argmin(0)[None]
    return np.stack([np.take_along_axis(part, which, 0)[0] for part in (u, v)], -1)


def _stepped(mean: MeanLoss, here: Array, aims: Array, now: Array, l1: Array, l2: Array) -> tuple[Array, np.ndarray]:
    """From pairs ``[m, 2]`` to the better of their aims, or part of the way, and the places of those that got on.

    Where rounding does not tell, to the first aim, which is best near the end.
    """
    costs, room = mean.cost(aims) + _priced(aims, l1, l2), ROUNDING * np.abs(now)
    second = (costs[1] < costs[0] - room)[:, None]
    moved, reached = np.where(second, aims[1], aims[0]), costs.min(0)
    stuck = np.flatnonzero(~(reached <= now + room))
    if stuck.size:
        tried = (here[stuck] + SHARES * (aims[:, stuck] - here[stuck])).reshape(-1, stuck.size, 2)
        costs = mean.cost(tried) + _priced(tried, l1[stuck], l2[stuck])
        best, every = costs.argmin(0), np.arange(stuck.size)
        better = costs[best, every] <= (now + room)[stuck]
        moved[stuck] = np.where(better[:, None], tried[best, every], here[stuck])
        return moved, np.setdiff1d(np.arange(len(here)), stuck[~better])
    return moved, np.arange(len(here))


def _priced(weights: Array, l1: Array, l2: Array) -> Array:
    return l1 * np.abs(weights).sum(-1) + l2 / 2 * np.square(weights).sum(-1)
