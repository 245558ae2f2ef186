"""Searching the boundary between two classes: by Newton, by a quadratic program, or by walks from many lines.

Which of them follows from what the loss declares: its kinks, and whether it is convex.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from losses.boundary.active_set import Pieces, lowest_along, walk
from losses.boundary.interior_point import minimise_hinges
from losses.boundary.score_descent import Penalised
from losses.boundary.separation import ALIKE, quantiles
from losses.boundary.tabulated import REACH, tabulated
from losses.calculus import derivatives
from losses.fitting.newton import Cost
from losses.registry import LOSSES
from losses.spec.kinks import Kink, Kinks, are_convex, slopes_at
from losses.spec.loss import Loss

_ROUNDS = 30  # of the concave-convex procedure
_WALKS, _BEGUN, _BEST = 10, 3, 2  # lines from which a loss with kinks begins to walk, by so many steps; how many go on
_NEAR = 1e-9  # of the objective, that the last step on a table may promise: the next one would be a square of that
_ALIKE = 1e-9  # of the objective, by which two places count as equally low
_FEW = 4  # steps to cross-entropy's weights, from which another descent begins
_NEAREST, _HOLLOWS = 12, 3  # points whose pairs are turned about, and the lowest hollows so found
_ANGLES, _STEEPNESSES, _SAMPLE = 16, (0.25, 0.7, 2.0), 50  # of the many lines


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

    @cached_property
    def kinks(self) -> Kinks:
        """Those of the loss, none for a smooth one."""
        return self.loss.kinks_for(**self.settings) or ()

    @property
    def cost(self) -> Cost:
        """The loss on the labels as it wants them."""
        no, yes = _labels(self.loss)
        return Cost(self.loss, self.settings, np.where(self.label > 0, yes, no))

    def penalised(self) -> Penalised:
        """The objective."""
        return Penalised(self.cost, self.basis, self.weight, self.penalty)

    def tabulated(self) -> Penalised:
        """The objective of a smooth loss, all but exact: that of a table."""
        cost = tabulated(self.loss, self.settings, _labels(self.loss), self.label > 0)
        return Penalised(cost, self.basis, self.weight, self.penalty)

    @cached_property
    def costs_nothing_at_zero(self) -> bool:
        """Whether a score of 0 costs nothing, and no other less: then nothing asks for a margin."""
        if self.kinks:
            before, after = slopes_at(self.kinks, 0.0)
            if not (before <= 0 <= after and are_convex(self.kinks)):
                return False
        elif not self.loss.fact("convex", **self.settings):
            return False
        values, slopes = _at_zero(self.loss.function, tuple(self.settings.items()), _labels(self.loss))
        some = np.unique(self.label > 0).astype(int)
        return not (values[some].any() or (not self.kinks and slopes[some].any()))

    def pieces(self, kinks: Kinks) -> Pieces:
        """The objective, times the number of points, of a piecewise linear loss.

        The loss is a straight line as steep as it is behind its last kink, plus a hinge for every kink that
        is as steep as the slope's jump.
        """
        count, rows = len(self.label), self.label[:, None] * self.basis
        at, _, after = np.transpose(kinks)
        jumps = np.array([kink.jump for kink in kinks])
        bends = jumps[jumps > 0].sum()
        return Pieces(
            np.tile(rows, (len(kinks), 1)),
            np.repeat(at, count),
            np.outer(jumps, self.weight).ravel(),
            count * (2 * self.penalty + self.tie * self.weight.mean() * bends),
            after[-1] * (self.weight @ rows),
        )

    def program(self, kinks: Kinks, linear: float | np.ndarray = 0.0) -> np.ndarray:
        """The minimiser ``[3]`` of a convex piecewise linear loss with linear terms ``[3]`` in the mean loss."""
        rows, at, jump, quadratic, slope = self.pieces(kinks)
        return minimise_hinges(rows, jump, at, quadratic, slope + len(self.label) * linear)


def _labels(loss: Loss) -> tuple[float, float]:
    """No and yes, as the loss wants them."""
    return loss.labels or (-1.0, 1.0)


@lru_cache(maxsize=256)
def _at_zero(
    function: Callable[..., Tensor], settings: tuple[tuple[str, Any], ...], labels: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The losses of a score of 0 against both labels and their slopes, ``[2]`` each."""
    target = torch.tensor(labels, dtype=torch.float64)
    found = derivatives(lambda score: function(score, target, **dict(settings)), torch.zeros_like(target), order=1)
    return found.value.numpy(), found.slope.numpy()


def solve(problem: BoundaryProblem) -> tuple[np.ndarray, int]:
    """The best weights of the standardised problem, and of how many descents.

    Raises
    ------
    ValueError
        For a loss with kinks that are not declared, or that falls without end.
    """
    loss, settings = problem.loss, problem.settings
    if problem.kinks:
        return _piecewise_linear(problem, problem.kinks)
    if not loss.fact("differentiable", **settings):
        raise ValueError(f"{loss.name} has kinks, and where they lie is not declared: it cannot be fitted")
    convex = loss.fact("convex", **settings)
    return _smooth(problem, np.zeros((1, 3)) if convex else _starts(problem))


def _piecewise_linear(problem: BoundaryProblem, kinks: Kinks) -> tuple[np.ndarray, int]:
    if not kinks[0].before <= 0 <= kinks[-1].after:
        raise ValueError(f"{problem.loss.name} falls without end: no boundary is best")
    if not are_convex(kinks):
        return _several_walks(problem, kinks)
    if problem.costs_nothing_at_zero:
        return _without_margin(problem, kinks), 1
    return problem.program(kinks), 1


def _without_margin(problem: BoundaryProblem, kinks: Kinks) -> np.ndarray:
    """A score of 0 costs nothing. Where weights and larger scores do not either, any line that parts the classes is as good."""
    larger_costs = kinks[-1].at > 0 or kinks[-1].after > 0
    if problem.penalty.any() or larger_costs or np.ptp(problem.label) == 0:
        return np.zeros(3)
    parting = problem.program((Kink(1.0, -1.0, 0.0),))
    return parting if (problem.label * (problem.basis @ parting) > 0).all() else np.zeros(3)


def _smooth(problem: BoundaryProblem, starts: np.ndarray) -> tuple[np.ndarray, int]:
    """Down from every start on the table, and from the lowest place on the loss itself."""
    exact, place = problem.penalised(), problem.tabulated().descend(starts, near=_NEAR).theta[:1]
    if np.abs(place @ problem.basis.T).max() > REACH:  # where a table may be far off
        places = np.concatenate([place, starts])
        place = places[[exact.objective(places).argmin()]]
    return exact.descend(place).theta[0], len(starts)


def _starts(problem: BoundaryProblem) -> np.ndarray:
    """For a smooth loss that is not convex: nothing, cross-entropy's weights, and the best of many lines."""
    entropy, nothing = LOSSES["binary_cross_entropy"], np.zeros((1, 3))
    logistic = replace(problem, loss=entropy, settings=entropy.settings(from_logits=True)).tabulated()
    some, lines = _many_lines(problem)
    best = some.tabulated().objective(lines).argsort(kind="stable")[:_BEST]
    return np.concatenate([nothing, logistic.descend(nothing, _FEW).theta, lines[best]])


def _many_lines(problem: BoundaryProblem) -> tuple[BoundaryProblem, np.ndarray]:
    """Lines ``[k, 3]`` that ignore how far off a few points lie, and some of the points to try them on.

    Lines in all directions, through quantiles of the points as they lie that way, in units of their
    middle half, in several steepnesses.
    """
    step = -(-len(problem.label) // _SAMPLE)
    some = replace(problem, basis=problem.basis[::step], label=problem.label[::step], weight=problem.weight[::step])
    points = some.basis[:, :2]
    low, middle, high = quantiles(points, 0.25, 0.5, 0.75)
    spread = np.where(high - low > ALIKE, high - low, 1.0)
    angles = np.arange(_ANGLES) * 2 * np.pi / _ANGLES
    ways = np.stack([np.cos(angles), np.sin(angles)], 1) / spread
    thresholds = quantiles((points - middle) @ ways.T, *np.linspace(0.1, 0.9, 7))
    lines = np.concatenate(
        [np.broadcast_to(ways, (*thresholds.shape, 2)), -(thresholds + ways @ middle)[..., None]], 2
    ).reshape(-1, 3)
    return some, np.concatenate([steepness * lines for steepness in _STEEPNESSES])


def _several_walks(problem: BoundaryProblem, kinks: Kinks) -> tuple[np.ndarray, int]:
    """The lowest place that some walks end at: the best of many that were begun, and from hollows around the best of those.

    They begin at the best of many lines, and at a constant score of either sign, on no kink, where all would meet.
    Another one begins at the optimum without the kinks that bend downwards, for a ramp the hinge's.
    """
    pieces, unit = problem.pieces(kinks), max(abs(kink.at) for kink in kinks) or 1.0
    some, lines = _many_lines(problem)
    best = some.pieces(kinks).objective(lines).argsort(kind="stable")[:_WALKS]
    starts = np.concatenate([lines[best], unit / 2 * np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])])
    begun = walk(pieces, starts, _BEGUN).theta
    begun = begun[pieces.objective(begun).argsort(kind="stable")[:_BEST]]
    hollows, height = lowest_along(pieces, begun[0], _turns(pieces, begun[0], len(problem.label)))
    convex = problem.program(tuple(kink for kink in kinks if kink.jump > 0))
    starts = np.concatenate([begun, hollows[height.argsort(kind="stable")[:_HOLLOWS]], convex[None]])
    ends, rest = walk(pieces, starts)
    theta, settled = np.concatenate([ends, starts]), np.concatenate([rest, np.zeros_like(rest)])
    # Where many points meet a walk may not come to rest; of two as low one that did is taken.
    lowest = (pieces.objective(theta) * np.where(settled, 1.0, 1 + _ALIKE)).argmin()
    return (theta[lowest] if settled[lowest] else _tangents(problem, kinks, theta[lowest])), len(starts)


def _turns(pieces: Pieces, theta: np.ndarray, count: int) -> np.ndarray:
    """The ways ``[k, 3]`` that leave two points' scores as they are, of all pairs of those nearest to a kink, there and back."""
    off = np.abs(pieces.at - pieces.rows @ theta).reshape(-1, count).min(0)
    near = pieces.rows[off.argsort(kind="stable")[:_NEAREST]]
    first, second = (near[rows] for rows in np.triu_indices(len(near), 1))
    ways = first[:, [1, 2, 0]] * second[:, [2, 0, 1]] - first[:, [2, 0, 1]] * second[:, [1, 2, 0]]  # the cross product
    return np.concatenate([ways, -ways])


def _tangents(problem: BoundaryProblem, kinks: Kinks, theta: np.ndarray) -> np.ndarray:
    """The concave-convex procedure from θ ``[3]`` (Collobert et al. 2006).

    The kinks that bend upwards make a convex part, the others a concave one, replaced by its tangent again and again.
    The ramp is the hinge less the hinge without margin.
    """
    convex, concave = (tuple(kink for kink in kinks if sign * kink.jump > 0) for sign in (1, -1))
    at, jumps = np.array([kink.at for kink in concave]), np.array([kink.jump for kink in concave])
    rows = problem.label[:, None] * problem.basis
    below = None
    for _ in range(_ROUNDS):
        before, below = below, (rows @ theta)[:, None] < at
        if before is not None and (below == before).all():
            break
        theta = problem.program(convex, (below @ -jumps * problem.weight) @ rows / len(rows))
    return theta
