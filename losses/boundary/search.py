"""Searching the boundary between two classes: by Newton, by the hinge's program, from many lines, or by tangents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from losses.boundary.interior_point import EXACT, minimise_hinge
from losses.boundary.score_descent import Penalised
from losses.fitting.newton import Cost
from losses.registry import LOSSES
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
        return (self.label + 1) / 2 if self.loss.family == "binary" else self.label

    def penalised(self, loss: Loss | None = None, settings: Mapping[str, Any] | None = None) -> Penalised:
        """The objective, of this loss or another one of the same labels."""
        cost = Cost(loss or self.loss, self.settings if settings is None else settings, self.target)
        return Penalised(cost, self.basis, self.weight, self.penalty)

    def hinge(self, margin: float, linear: np.ndarray, gap: float = EXACT) -> np.ndarray:
        """The hinge's minimisers ``[k, 3]`` with linear terms ``[k, 3]`` in the mean loss."""
        count = len(self.label)
        quadratic = count * (2 * self.penalty + self.tie * self.weight.mean())
        return minimise_hinge(self.label[:, None] * self.basis, self.weight, margin, quadratic, count * linear, gap)


def solve(problem: BoundaryProblem) -> tuple[np.ndarray, int]:
    """The best weights of the standardised problem, and of how many descents."""
    key, settings = problem.loss.key, problem.settings
    if key == "perceptron" or (key == "hinge" and settings["margin"] == 0):
        return _without_margin(problem), 1
    if key == "hinge":
        return problem.hinge(settings["margin"], np.zeros((1, 3)))[0], 1
    if key == "ramp":
        return _concave_convex(problem)
    convex = problem.loss.fact("convex", **settings)
    starts = np.zeros((1, 3)) if convex else _starts(problem)
    return problem.penalised().descend(starts).theta[0], len(starts)


def _without_margin(problem: BoundaryProblem) -> np.ndarray:
    """A score of 0 costs nothing. Where weights cost nothing either, any line that parts the classes is as good."""
    if problem.penalty.any() or np.ptp(problem.label) == 0:
        return np.zeros(3)
    parting = problem.hinge(1.0, np.zeros((1, 3)))[0]
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
    spread = np.where(spread > 0, spread, 1.0)
    angles = np.arange(_ANGLES) * 2 * np.pi / _ANGLES
    ways = np.stack([np.cos(angles), np.sin(angles)], 1) / spread
    along = (points - middle) @ ways.T
    thresholds = np.quantile(along, np.linspace(0.1, 0.9, 7), 0)
    lines = np.concatenate(
        [np.broadcast_to(ways, (*thresholds.shape, 2)), -(thresholds + ways @ middle)[..., None]], 2
    ).reshape(-1, 3)
    lines = np.concatenate([steepness * lines for steepness in _STEEPNESSES])
    return lines[some.penalised().objective(lines).argsort(kind="stable")[:most]]


def _concave_convex(problem: BoundaryProblem) -> tuple[np.ndarray, int]:
    """The ramp is the hinge less the hinge without margin: the latter is replaced by its tangent, again and again."""
    constant = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
    starts = np.concatenate([problem.hinge(1.0, np.zeros((1, 3))), _best_lines(problem), constant])
    ended = _tangents(problem, starts, _ROUGH)
    best = ended[[problem.penalised().objective(ended).argmin()]]
    ended = np.concatenate([_tangents(problem, best, EXACT), best])
    return ended[problem.penalised().objective(ended).argmin()], len(starts)


def _tangents(problem: BoundaryProblem, theta: np.ndarray, gap: float) -> np.ndarray:
    """The concave-convex procedure from ``[k, 3]``: where it ends, at most as many, those that met only once."""
    rows = problem.label[:, None] * problem.basis
    wrong, ended = None, []
    for _ in range(_ROUNDS):
        before, wrong = wrong, theta @ rows.T < 0
        resting = (wrong == before).all(1) if before is not None else np.zeros(len(theta), dtype=bool)
        ended.append(theta[resting])
        going = list({wrong[start].tobytes(): start for start in np.flatnonzero(~resting)}.values())
        if not going:
            return np.concatenate(ended)
        wrong = wrong[going]
        theta = problem.hinge(1.0, (wrong * problem.weight) @ rows / len(rows), gap)
    return np.concatenate([*ended, theta])
