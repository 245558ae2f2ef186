"""Searching the boundary between two classes: by Newton, by a quadratic program, from many lines, or by tangents.

Which of them follows from what the loss declares: its kinks, and whether it is convex.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from losses.boundary.interior_point import EXACT, minimise_hinges
from losses.boundary.score_descent import Penalised
from losses.boundary.separation import ALIKE
from losses.fitting.newton import Cost
from losses.registry import LOSSES
from losses.spec.kinks import Kink, Kinks, are_convex, slopes_at
from losses.spec.loss import Loss

_ROUNDS = 30  # of the concave-convex procedure
_ROUGH = 1e-4  # of the gap that its descents may leave before the best of them is finished
_ANGLES, _STEEPNESSES, _SAMPLE = 16, (0.25, 0.7, 2.0), 100  # of the lines tried before a descent that may end anywhere


@dataclass(frozen=True, eq=False)
class BoundaryProblem:
    """Standardised points: ``basis`` ``[n, 3]`` ends in ones, ``penalty`` ``[3]`` is λ in the units of the basis.

    ``tie`` ``[3]`` is a penalty too small to matter that decides between equals.
    """

    loss: Loss
    settings: Mapping[str, Any]
    basis: np.ndarray
    label: np.ndarray
    weight: np.ndarray
    penalty: np.ndarray
    tie: np.ndarray

    @property
    def target(self) -> np.ndarray:
        """The labels as the loss wants them."""
        no, yes = self.loss.labels or (-1.0, 1.0)
        return np.where(self.label > 0, yes, no)

    def penalised(self, loss: Loss | None = None, settings: Mapping[str, Any] | None = None) -> Penalised:
        """The objective, of this loss or another one of the same labels."""
        cost = Cost(loss or self.loss, self.settings if settings is None else settings, self.target)
        return Penalised(cost, self.basis, self.weight, self.penalty)

    @cached_property
    def costs_nothing_at_zero(self) -> bool:
        """Whether a score of 0 costs nothing, and no other less: then nothing asks for a margin."""
        labels = np.unique(self.target)
        cost, scores = Cost(self.loss, self.settings, labels), np.zeros(len(labels))
        if kinks := self.loss.kinks_for(**self.settings):
            before, after = slopes_at(kinks, 0.0)
            return before <= 0 <= after and are_convex(kinks) and not cost.values(scores).any()
        value, slope = cost.slopes(scores)
        return self.loss.fact("convex", **self.settings) and not value.any() and not slope.any()

    def program(self, kinks: Kinks, linear: np.ndarray, gap: float = EXACT) -> np.ndarray:
        """The minimisers of a convex piecewise linear loss with linear terms in the mean loss.

        The loss is a straight line as steep as it is behind its last kink, plus a hinge for every kink that
        is as steep as the slope's jump.

        Parameters
        ----------
        kinks
            Where the slope of the loss jumps, in the margin.
        linear
            ``[k, 3]``, the linear terms of k problems in the weights and the bias.
        gap
            How far primal and dual may stay apart, relative to the weights.

        Returns
        -------
        ndarray
            ``[k, 3]``.
        """
        count, jumps = len(self.label), np.array([kink.jump for kink in kinks])
        rows = self.label[:, None] * self.basis
        quadratic = count * (2 * self.penalty + self.tie * self.weight.mean() * jumps.sum())
        return minimise_hinges(
            np.tile(rows, (len(kinks), 1)),
            np.outer(jumps, self.weight).ravel(),
            np.repeat([kink.at for kink in kinks], count),
            quadratic,
            count * linear + kinks[-1].after * (self.weight @ rows),
            gap,
        )


def solve(problem: BoundaryProblem) -> tuple[np.ndarray, int]:
    """The best weights of the standardised problem, and of how many descents.

    Raises
    ------
    ValueError
        For a loss with kinks that are not declared, or that falls without end.
    """
    loss, settings = problem.loss, problem.settings
    kinks = loss.kinks_for(**settings)
    if kinks:
        return _piecewise_linear(problem, kinks)
    if not loss.fact("differentiable", **settings):
        raise ValueError(f"{loss.name} has kinks, and where they lie is not declared: it cannot be fitted")
    convex = loss.fact("convex", **settings)
    starts = np.zeros((1, 3)) if convex else _starts(problem)
    return problem.penalised().descend(starts).theta[0], len(starts)


def _piecewise_linear(problem: BoundaryProblem, kinks: Kinks) -> tuple[np.ndarray, int]:
    if not kinks[0].before <= 0 <= kinks[-1].after:
        raise ValueError(f"{problem.loss.name} falls without end: no boundary is best")
    if not are_convex(kinks):
        return _concave_convex(problem, kinks)
    if problem.costs_nothing_at_zero:
        return _without_margin(problem, kinks), 1
    return problem.program(kinks, np.zeros((1, 3)))[0], 1


def _without_margin(problem: BoundaryProblem, kinks: Kinks) -> np.ndarray:
    """A score of 0 costs nothing. Where weights and larger scores do not either, any line that parts the classes is as good."""
    larger_costs = kinks[-1].at > 0 or kinks[-1].after > 0
    if problem.penalty.any() or larger_costs or np.ptp(problem.label) == 0:
        return np.zeros(3)
    parting = problem.program((Kink(1.0, -1.0, 0.0),), np.zeros((1, 3)))[0]
    return parting if (problem.label * (problem.basis @ parting) > 0).all() else np.zeros(3)


def _starts(problem: BoundaryProblem) -> np.ndarray:
    """For a smooth loss that is not convex: nothing, cross-entropy's weights, and the best of many lines."""
    entropy = LOSSES["binary_cross_entropy"]
    logistic = problem.penalised(entropy, entropy.settings(from_logits=True))
    return np.concatenate([np.zeros((1, 3)), logistic.descend(np.zeros((1, 3))).theta, _best_lines(problem, 1)])


def _best_lines(problem: BoundaryProblem, most: int = 3) -> np.ndarray:
    """The best of many lines that ignore how far off a few points lie, ``[most, 3]``.

    Lines in all directions, through quantiles of the points as they lie that way, in units of their
    middle half, in several steepnesses; tried on some of the points where there are many.
    """
    step = -(-len(problem.label) // _SAMPLE)
    some = replace(problem, basis=problem.basis[::step], label=problem.label[::step], weight=problem.weight[::step])
    points = some.basis[:, :2]
    middle = np.median(points, 0)
    spread = np.subtract(*np.quantile(points, [0.75, 0.25], 0))
    spread = np.where(spread > ALIKE, spread, 1.0)
    angles = np.arange(_ANGLES) * 2 * np.pi / _ANGLES
    ways = np.stack([np.cos(angles), np.sin(angles)], 1) / spread
    along = (points - middle) @ ways.T
    thresholds = np.quantile(along, np.linspace(0.1, 0.9, 7), 0)
    lines = np.concatenate(
        [np.broadcast_to(ways, (*thresholds.shape, 2)), -(thresholds + ways @ middle)[..., None]], 2
    ).reshape(-1, 3)
    lines = np.concatenate([steepness * lines for steepness in _STEEPNESSES])
    return lines[some.penalised().objective(lines).argsort(kind="stable")[:most]]


def _concave_convex(problem: BoundaryProblem, kinks: Kinks) -> tuple[np.ndarray, int]:
    """The kinks that bend upwards make a convex part, the others a concave one, replaced by its tangent again and again.

    The ramp is the hinge less the hinge without margin.
    """
    convex, concave = (tuple(kink for kink in kinks if sign * kink.jump > 0) for sign in (1, -1))
    unit = max(abs(kink.at) for kink in convex) or 1.0
    constant = unit * np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
    starts = np.concatenate([problem.program(convex, np.zeros((1, 3))), _best_lines(problem), constant])
    ended = _tangents(problem, (convex, concave), starts, _ROUGH)
    best = ended[[problem.penalised().objective(ended).argmin()]]
    ended = np.concatenate([_tangents(problem, (convex, concave), best, EXACT), best])
    return ended[problem.penalised().objective(ended).argmin()], len(starts)


def _tangents(problem: BoundaryProblem, parts: tuple[Kinks, Kinks], theta: np.ndarray, gap: float) -> np.ndarray:
    """The concave-convex procedure from ``[k, 3]``: where it ends, at most as many, those that met only once."""
    convex, concave = parts
    at, jumps = np.array([kink.at for kink in concave]), np.array([kink.jump for kink in concave])
    rows = problem.label[:, None] * problem.basis
    below, ended = None, []
    for _ in range(_ROUNDS):
        before, below = below, (theta @ rows.T)[..., None] < at
        resting = (below == before).all((1, 2)) if before is not None else np.zeros(len(theta), dtype=bool)
        ended.append(theta[resting])
        going = list({below[start].tobytes(): start for start in np.flatnonzero(~resting)}.values())
        if not going:
            return np.concatenate(ended)
        below = below[going]
        theta = problem.program(convex, (below @ -jumps * problem.weight) @ rows / len(rows), gap)
    return np.concatenate([*ended, theta])
