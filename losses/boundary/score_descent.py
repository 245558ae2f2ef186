"""Newton's method with a line search on the penalised mean of a smooth loss of scores, from many starts at once."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from losses.calculus import ArrayDerivatives, newton_step

ROUNDS = 100
_LENGTHS = np.array([4.0, 1.0, 0.25])  # of a Newton step, tried at once
_SHORTER = 4.0 ** -np.arange(2, 16)  # tried where none of those leads down
_FLAT = 1e-9  # below this share of the largest, an eigenvalue of the Hessian of unit diagonal says not how far to go
_NOTHING = 1e-13  # a mean loss, relative to the weights, at which a descent to 0 may end
_SETTLED = 1e-15  # of the objective, that the last step may promise


class PointCosts(Protocol):
    """What scores ``[..., n]`` cost point by point: a ``Cost`` or a ``Tabulated``."""

    def values(self, prediction: np.ndarray, /) -> np.ndarray:
        """The losses, ``[..., n]``."""

    def derivatives(self, prediction: np.ndarray, /) -> ArrayDerivatives:
        """The losses, their slopes and curvatures, ``[..., n]`` each."""


class Descents(NamedTuple):
    """Where the descents from every start ended, best first: weights ``[k, p]``, objectives and whether at rest ``[k]``."""

    theta: np.ndarray
    objective: np.ndarray
    settled: np.ndarray


@dataclass(frozen=True, eq=False)
class Penalised:
    """The mean of weight · loss(basis·θ), plus Σ penalty · θ²: ``basis`` ``[n, p]``, ``weight`` ``[n]``, ``penalty`` ``[p]``."""

    cost: PointCosts
    basis: np.ndarray
    weight: np.ndarray
    penalty: np.ndarray

    def objective(self, theta: np.ndarray) -> np.ndarray:
        """The objective at θ ``[..., p]``; infinite where it is too large for a number."""
        return self._total(self.cost.values(theta @ self.basis.T), theta)

    def _total(self, values: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """The objective, of what every point costs."""
        with np.errstate(over="ignore", invalid="ignore"):
            total = values @ self.weight / len(self.basis) + (theta**2) @ self.penalty
        return np.where(np.isnan(total), np.inf, total)

    def descend(self, starts: np.ndarray, rounds: int = ROUNDS, near: float = _SETTLED) -> Descents:
        """Follow the objective down from every start ``[k, p]``.

        Parameters
        ----------
        starts
            ``[k, p]``.
        rounds
            How many steps are taken at most.
        near
            How much of the objective the last step may promise.
        """
        products = (self.basis[:, :, None] * self.basis[:, None, :]).reshape(len(self.basis), -1)
        theta, objective = starts.copy(), np.empty(len(starts))
        settled = np.zeros(len(starts), dtype=bool)
        for _ in range(rounds):
            moving = (~settled).nonzero()[0]
            here = theta[moving]
            before, step, promise = self._step(here, products)
            objective[moving] = before
            last = promise <= near * np.abs(before)
            # So near the minimum the objective is all rounding: Newton's step itself is the best there is.
            theta[moving] = here + step
            settled[moving] = last
            if last.all():
                break
            moving, here, before, step = moving[~last], here[~last], before[~last], step[~last]
            reached, value = self._best(here, step, _LENGTHS)
            stuck = value >= before
            if stuck.any():
                reached[stuck], value[stuck] = self._best(here[stuck], step[stuck], _SHORTER)
            lower = value < before
            theta[moving] = np.where(lower[:, None], reached, here)
            objective[moving] = np.where(lower, value, before)
            settled[moving] = ~lower | (objective[moving] <= _NOTHING * self.weight.mean())
            if settled.all():
                break
        order = objective.argsort(kind="stable")
        return Descents(theta[order], objective[order], settled[order])

    def _best(self, theta: np.ndarray, step: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The lowest of some lengths of a step: where it leads ``[k, p]`` and the objective there ``[k]``."""
        tried = theta[:, None] + lengths[:, None] * step[:, None]
        values = self.objective(tried)
        each, best = np.arange(len(theta)), values.argmin(1)
        return tried[each, best], values[each, best]

    def _step(self, theta: np.ndarray, products: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The objective ``[k]``, Newton's step ``[k, p]``, downhill also where it is not convex, and the fall that promises."""
        count, size = self.basis.shape
        value, slope, curvature = self.cost.derivatives(theta @ self.basis.T)
        twice = 2 * self.penalty
        gradient = (self.weight * slope) @ self.basis / count + twice * theta
        bends = self.weight * curvature / count
        hessian = bends @ products
        hessian[:, :: size + 1] += twice
        # A unit diagonal: neither a feature's unit nor one far point decides what counts as flat.
        diagonal = (np.abs(bends) @ products)[:, :: size + 1] + twice
        scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        step, promise, _ = newton_step(gradient, hessian.reshape(-1, size, size), scale, relative=_FLAT)
        return self._total(value, theta), step, promise
