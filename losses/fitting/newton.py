"""Descent on the mean of smooth losses of a linear model, for many starts at once.

Every round tries, from every line, a Newton step, a reweighted least-squares step (IRLS) and a
longer one the same way, and takes the best. The longer one grows while it wins, across the
stretches where the cost is all but linear and IRLS creeps. IRLS with weights slope / residual lowers every loss whose weight falls
as the residual grows (Huber and Ronchetti 2009, Robust Statistics, section 7.8), however far it
is from the minimum; Newton finishes the work, with the absolute eigenvalues of the Hessian where
the loss is not convex (Nocedal and Wright 2006, Numerical Optimization, sections 3.4 and 3.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch

from losses.calculus import ArrayDerivatives, derivatives, newton_step
from losses.spec.loss import Loss

ROUNDS = 200
_EPSILON = float(np.finfo(float).eps)
_LEVEL = 1e-9  # a derivative that counts as zero when minima are compared, relative likewise
_GRADIENT_TOLERANCE = 1e-10  # relative to the sum of the points' pulls, signs left out
_STRETCH = 4.0  # by how much the longer step grows
_SINGULAR = 1e-13  # eigenvalue relative to the largest, of a matrix scaled to a unit diagonal


@dataclass(frozen=True, eq=False)
class Cost:
    """A loss with its settings on targets ``[n]``: what predictions ``[..., n]`` cost point by point."""

    loss: Loss
    settings: Mapping[str, Any]
    target: np.ndarray

    def values(self, prediction: np.ndarray) -> np.ndarray:
        """The losses alone, ``[..., n]``."""
        with torch.no_grad():
            return self._losses(torch.as_tensor(prediction)).numpy()

    def derivatives(self, prediction: np.ndarray) -> ArrayDerivatives:
        """The losses, their slopes and curvatures in the prediction, as arrays ``[..., n]``."""
        return derivatives(self._losses, torch.as_tensor(prediction)).arrays()

    def slopes(self, prediction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The losses and their slopes: half the time where the curvature is 0 or not needed."""
        value, slope, _ = derivatives(self._losses, torch.as_tensor(prediction), order=1)
        return value.numpy(), slope.numpy()

    def _losses(self, prediction: torch.Tensor) -> torch.Tensor:
        target = torch.as_tensor(self.target).expand_as(prediction)
        return self.loss.function(prediction, target, **self.settings)


class Lines(NamedTuple):
    """Coefficients ``[k, p]`` and what the cost is like there.

    ``gradient`` ``[k, p]`` leaves out what a bound holds back; ``rounding`` ``[k]`` is how far
    the cost can be trusted; ``flat`` says that the gradient is zero within tolerance.
    """

    coefficients: np.ndarray
    cost: np.ndarray
    rounding: np.ndarray
    gradient: np.ndarray
    flat: np.ndarray
    held: np.ndarray
    residual: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray

    def take(self, index: np.ndarray) -> "Lines":
        """The lines of these indices, or where a mask is true."""
        return Lines(*(part[index] for part in self))


@dataclass(frozen=True, eq=False)
class Objective:
    """The mean cost over a non-negative basis ``[n, p]``, with every coefficient at least ``floor``."""

    cost: Cost
    basis: np.ndarray
    floor: float = -np.inf

    def descend(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
        """Follow the cost down from every start.

        Parameters
        ----------
        starts
            Coefficients ``[k, p]``.

        Returns
        -------
        tuple
            The coefficients ``[k, p]`` and costs ``[k]`` reached, best first, and whether the
            best one is settled: its gradient is zero, or nothing lower is in sight, up to rounding.
        """
        products = self.products
        lines = self._lines(starts)
        length, reach = np.ones(len(starts)), np.full(len(starts), _STRETCH)
        ended = []
        for _ in range(ROUNDS):
            done = lines.flat | (length == 0)
            if done.any():
                ended.append((lines.coefficients[done], lines.cost[done], lines.cost[done] * 0))
                lines, length, reach = lines.take(~done), length[~done], reach[~done]
            if not len(length):
                break
            lines, length, reach = self._round(lines, length, reach, products)
        ended.append((lines.coefficients, lines.cost, lines.cost * 0 + 1))
        coefficients, cost, unsettled = (np.concatenate(parts) for parts in zip(*ended, strict=True))
        order = cost.argsort(kind="stable")
        return coefficients[order], cost[order], not unsettled[order[0]]

    def mean_costs(self, coefficients: np.ndarray) -> np.ndarray:
        """The costs ``[...]`` of coefficients ``[..., p]``; infinite where there is none."""
        cost = self.cost.values(self.predict(coefficients)).mean(-1)
        return np.where(np.isnan(cost), np.inf, cost)

    def approach(self, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One step of reweighted least squares from every line ``[k, p]``, where it leads down: lines and costs ``[k]``."""
        prediction = self.predict(coefficients)
        value, slope = self.cost.slopes(prediction)
        before = value.mean(1)
        residual = prediction - self.cost.target
        weight = weights(residual, slope, np.zeros_like(slope))
        moments = weight @ self.products
        matrices = moments.reshape(-1, *coefficients.shape[1:] * 2)
        gradient = slope @ self.basis
        diagonal = np.abs(matrices.diagonal(axis1=1, axis2=2))
        scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        step = newton_step(gradient, matrices, scale, relative=_SINGULAR, stay=True).step
        tried = np.maximum(coefficients + step, self.floor)
        after = self.mean_costs(tried)
        lower = after < before
        return np.where(lower[:, None], tried, coefficients), np.where(lower, after, before)

    @cached_property
    def products(self) -> np.ndarray:
        """The products of the basis with itself at every point, ``[n, p²]``."""
        return (self.basis[:, :, None] * self.basis[:, None, :]).reshape(len(self.basis), -1)

    def predict(self, coefficients: np.ndarray) -> np.ndarray:
        """The predictions ``[..., n]`` of coefficients ``[..., p]``."""
        # A weighted mean of coefficients is not below the lowest, except by rounding.
        return np.maximum(coefficients @ self.basis.T, self.floor)

    def is_level(self, coefficients: np.ndarray, direction: np.ndarray) -> bool:
        """Whether the derivative along ``direction`` is zero there, but for rounding."""
        _, slope = self.cost.slopes(self.predict(coefficients))
        pulls = slope * (self.basis @ direction)
        return bool(abs(pulls.sum()) <= _LEVEL * np.abs(pulls).sum())

    def take(self, rows: np.ndarray) -> "Objective":
        """The objective of these points alone."""
        cost = Cost(self.cost.loss, self.cost.settings, self.cost.target[rows])
        return Objective(cost, self.basis[rows], self.floor)

    def _round(
        self, lines: Lines, length: np.ndarray, reach: np.ndarray, products: np.ndarray
    ) -> tuple[Lines, np.ndarray, np.ndarray]:
        steps, promised = self._steps(lines, products)
        factors = np.stack([length, length, length * reach], 1)
        tried = np.maximum(lines.coefficients[:, None] + factors[:, :, None] * steps[:, [0, 1, 1]], self.floor)
        cost = self.mean_costs(tried)
        # Of steps that cost the same but for rounding the first: Newton's, whose gradient is the smallest.
        choice = (cost <= (cost.min(1) + lines.rounding)[:, None]).argmax(1)
        rows = np.arange(len(length))
        trial = self._lines(tried[rows, choice])
        # Near the minimum the cost is all rounding, while the gradient still tells better from worse.
        polished = np.abs(trial.gradient).max(1) < 0.1 * np.abs(lines.gradient).max(1)
        moved = (trial.cost < lines.cost - lines.rounding) | (polished & (trial.cost <= lines.cost + lines.rounding))
        shorter = np.where(promised * length > lines.rounding, length / 4, 0.0)
        chosen = (
            np.where(moved.reshape((-1,) + (1,) * (new.ndim - 1)), new, old)
            for new, old in zip(trial, lines, strict=True)
        )
        farther = np.where(moved & (choice == 2), reach * _STRETCH, np.maximum(reach / _STRETCH, _STRETCH))
        return Lines(*chosen), np.where(moved, 1.0, shorter), farther

    def _lines(self, coefficients: np.ndarray) -> Lines:
        prediction = self.predict(coefficients)
        value, slope, curvature = self.cost.derivatives(prediction)
        error = 2 * _EPSILON * (np.abs(prediction) + np.abs(self.cost.target))
        steepness = np.abs(slope)
        count = len(self.basis)
        gradient = slope @ self.basis / count
        tolerance = (_GRADIENT_TOLERANCE * steepness + np.abs(curvature) * error) @ self.basis / count
        held = (coefficients <= self.floor) & (gradient > 0)
        gradient = np.where(held, 0.0, gradient)
        cost = value.mean(1)
        return Lines(
            coefficients,
            np.where(np.isnan(cost), np.inf, cost),
            4 * _EPSILON * np.abs(value).mean(1) + (steepness * error).mean(1),
            gradient,
            np.all(np.abs(gradient) <= np.maximum(tolerance, np.finfo(float).tiny), axis=1),
            held,
            prediction - self.cost.target,
            slope,
            curvature,
        )

    def _steps(self, lines: Lines, products: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The Newton step and the IRLS step of every line, ``[k, 2, p]``, and the greater fall they promise ``[k]``."""
        k, p = lines.coefficients.shape
        weight = weights(lines.residual, lines.slope, lines.curvature)
        matrices = np.stack([lines.curvature @ products, weight @ products], 1).reshape(k, 2, p, p) / len(products)
        free = ~lines.held
        matrices = matrices * (free[:, None, :, None] & free[:, None, None, :])
        # A unit diagonal keeps a far leverage point from hiding the others behind its size.
        diagonal = np.abs(matrices[:, 1].diagonal(axis1=1, axis2=2))
        scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        steps = newton_step(lines.gradient[:, None], matrices, scale[:, None], relative=_SINGULAR, stay=True)
        return steps.step, steps.promise.max(1)


def weights(residual: np.ndarray, slope: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """Slope / residual, the weight of a point in a least-squares fit that pulls alike; at 0 its limit.

    Parameters
    ----------
    residual
        Prediction - target, any shape.
    slope, curvature
        The first and second derivative of each point's loss in its prediction, in the same shape.
    """
    zero = residual == 0
    return np.where(zero, curvature, slope / np.where(zero, 1.0, residual))
