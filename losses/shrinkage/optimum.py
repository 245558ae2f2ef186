"""The exact minimum of a penalised least-squares objective, by an active set, with a certificate.

The weights that are not 0 solve a linear system; which those are, and of which sign, is found by taking in the one
that is drawn hardest and letting go of those that reach 0 on the way (Osborne, Presnell and Turlach 2000, A new
approach to variable selection in least squares problems, IMA Journal of Numerical Analysis 20(3), section 3; Lee,
Battle, Raina and Ng 2006, Efficient sparse coding algorithms, NIPS, section 3). It ends after finitely many systems.
"""

import math
from dataclasses import dataclass

import numpy as np

from losses.data.points import Array
from losses.shrinkage.problem import Problem

TOLERANCE = 1e-10  # of l1, by which a weight of 0 may be drawn harder than it costs
EPSILON = float(np.finfo(float).eps)
RANK = 1e-13  # of the largest eigenvalue, below which another one is 0
LEVEL = 1e-10  # of the pull, below which its part along such a direction is rounding
EQUAL = 1e-8  # of l1, by which a pull may miss it and count as equal
MOST = 50  # systems per feature before the search is given up


@dataclass(frozen=True, eq=False)
class Optimum:
    """The weights of least objective.

    Attributes
    ----------
    weights
        ``[p]``, of the problem's features.
    l1, l2
        The strengths.
    cost, penalty
        The two parts of the objective.
    gap
        By how much the objective can lie above the least one at most: the duality gap.
    unique
        Whether no other weights can do as well.
    """

    weights: Array
    l1: float
    l2: float
    cost: float
    penalty: float
    gap: float
    unique: bool

    @property
    def objective(self) -> float:
        """Cost and penalty together."""
        return self.cost + self.penalty

    @property
    def active(self) -> np.ndarray:
        """Places of the weights that are not exactly 0."""
        return np.flatnonzero(self.weights)


def fit(problem: Problem, l1: float, l2: float, start: Array | None = None) -> Optimum:
    """The exact minimum of ``cost + l1 * sum(abs(w)) + l2 / 2 * sum(w**2)``.

    Where many weights are as good it is one of them: without any penalty the shortest, in units of each feature's size.

    Parameters
    ----------
    problem
        From ``prepare``.
    l1, l2
        Strengths of at least 0; infinite ones leave no weight.
    start
        Weights ``[p]`` to begin the search from; they do not change what is found where that is unique.

    Raises
    ------
    ValueError
        For a strength that is negative or none.

    Examples
    --------
    >>> from losses.shrinkage.problem import prepare
    >>> fit(prepare([[-1.0], [1.0]], [-2.0, 2.0]), l1=0.5, l2=0.0).weights
    array([1.5])
    """
    for name, strength in (("l1", l1), ("l2", l2)):
        if not strength >= 0:
            raise ValueError(f"{name} must be at least 0, got {strength}")
    weights = minimise(problem.gram, problem.cross, l1, l2, start)
    return certified(problem, weights, l1, l2)


def certified(problem: Problem, weights: Array, l1: float, l2: float) -> Optimum:
    """What is known of weights: their cost, how far they can be from the best, and whether others are as good.

    Parameters
    ----------
    problem
        From ``prepare``.
    weights
        ``[p]``.
    l1, l2
        The strengths.
    """
    size = np.abs(weights)
    return Optimum(
        weights=weights,
        l1=l1,
        l2=l2,
        cost=float(problem.cost(weights)),
        penalty=_priced(l1, float(size.sum())) + _priced(l2, float(size @ size) / 2),
        gap=duality_gap(problem, weights, l1, l2),
        unique=is_unique(problem, weights, l1, l2),
    )


def _priced(strength: float, size: float) -> float:
    return strength * size if size else 0.0  # an infinite price of nothing is nothing


def soft_threshold(pull: Array, l1: float) -> Array:
    """What is left of each pull when l1 has been paid, of the same shape: the minimum where features are orthogonal.

    >>> soft_threshold(np.array([2.0, 0.5, -3.0]), 1.0)
    array([ 1.,  0., -2.])
    """
    return np.sign(pull) * np.maximum(np.abs(pull) - l1, 0.0) + 0.0


def minimise(gram: Array, cross: Array, l1: float, l2: float, start: Array | None = None) -> Array:
    """The weights ``[p]`` that minimise ``w @ gram @ w / 2 - cross @ w`` plus the penalty.

    Parameters
    ----------
    gram, cross
        ``[p, p]``, positive semidefinite, and ``[p]``, in its range.
    l1, l2
        Strengths of at least 0.
    start
        Weights to begin from, ``[p]``.
    """
    if math.isinf(l1) or math.isinf(l2):
        return np.zeros(len(cross))
    matrix = gram + l2 * np.eye(len(cross)) if l2 else gram
    if not l1:
        return _aim(matrix, cross, np.zeros(len(cross)))[0]
    if not np.any(gram - np.diag(gram.diagonal())):
        steep = matrix.diagonal()
        kept = np.where(steep > 0, steep, 1.0)
        return np.where(steep > 0, soft_threshold(cross, l1) / kept, 0.0) + 0.0
    return _searched(matrix, cross, l1, np.zeros(len(cross)) if start is None else np.array(start, float))


def _searched(matrix: Array, cross: Array, l1: float, weights: Array) -> Array:
    signs = np.sign(weights)
    allowed = l1 * (1 + TOLERANCE) + 4 * EPSILON * np.abs(cross).max()
    barred = np.zeros(len(cross), dtype=bool)  # drawn out of 0 by no more than rounding
    _settle(matrix, cross, l1, weights, signs)
    for _ in range(MOST * len(cross) + MOST):
        pull = cross - matrix @ weights
        size = np.where((signs == 0) & ~barred, np.abs(pull), 0.0)
        hardest = int(size.argmax())
        if size[hardest] <= allowed:
            return weights
        signs[hardest] = np.sign(pull[hardest])
        _settle(matrix, cross, l1, weights, signs)
        barred[hardest] = signs[hardest] == 0
    raise np.linalg.LinAlgError("the weights of least cost and penalty were not found: the features are too alike")


def _settle(matrix: Array, cross: Array, l1: float, weights: Array, signs: Array) -> None:
    """Move the weights that have a sign to where nothing draws them; those that reach 0 on the way stay there."""
    while (active := np.flatnonzero(signs)).size:
        here, sign = weights[active], signs[active]
        aim, ends = _aim(matrix[np.ix_(active, active)], cross[active] - l1 * sign, here)
        step = aim - here
        against = step * sign < 0
        if ends:
            against &= aim * sign <= 0
        if not against.any():
            weights[active] = aim
            return
        shares = np.full(len(active), np.inf)
        shares[against] = -here[against] / step[against]
        first = float(shares.min())
        moved = here + first * step
        gone = shares <= first * (1 + 4 * EPSILON)
        moved[gone] = 0.0
        weights[active] = moved
        signs[active[gone]] = 0.0


def _aim(matrix: Array, pull: Array, here: Array) -> tuple[Array, bool]:
    """Where ``matrix @ w = pull`` and True; where that has no solution, a place on the way down without end, and False."""
    diagonal = matrix.diagonal()
    try:
        pivots = np.square(np.linalg.cholesky(matrix).diagonal())
        if (pivots > RANK * diagonal).all():
            return np.linalg.solve(matrix, pull).astype(np.float64, copy=False), True
    except np.linalg.LinAlgError:
        pass  # looked at more closely below
    unit = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))  # of each feature, so that none is small beside another
    values, axes = np.linalg.eigh(matrix / np.outer(unit, unit))
    flat = values <= RANK * max(float(values[-1]), 0.0)
    along = axes.T @ (pull / unit)
    if flat.any() and np.abs(along[flat]).max() > LEVEL * np.abs(along).max():
        return here + axes[:, flat] @ along[flat] / unit, False
    steep = ~flat
    stayed = axes[:, flat] @ (axes[:, flat].T @ (here * unit))
    return (axes[:, steep] @ (along[steep] / values[steep]) + stayed) / unit, True


def duality_gap(problem: Problem, weights: Array, l1: float, l2: float) -> float:
    """An upper bound on how far the objective at weights ``[p]`` lies above its minimum (Fenchel duality).

    The residuals are the dual point, scaled where L1 alone would not allow them. Without any penalty it is the
    distance itself.

    Parameters
    ----------
    problem, weights
        The problem, and ``[p]``.
    l1, l2
        The strengths.
    """
    if math.isinf(l1) or math.isinf(l2):
        return 0.0 if not weights.any() else math.inf
    pull = problem.pull(weights)
    if not l1 and not l2:
        return float(pull @ _aim(problem.gram, pull, np.zeros(len(pull)))[0]) / 2
    cost = float(problem.cost(weights))
    size = np.abs(weights)
    objective = cost + l1 * float(size.sum()) + l2 / 2 * float(size @ size)
    worst = float(np.abs(pull).max())
    scale = 1.0 if l2 or worst <= l1 else l1 / worst
    explained = float(problem.power - problem.cross @ weights)  # the mean product of target and residual
    dual = scale * explained - scale**2 * cost
    if l2:
        dual -= float(np.square(np.maximum(np.abs(pull) - l1, 0.0)).sum()) / (2 * l2)
    return max(0.0, objective - dual)


def is_unique(problem: Problem, weights: Array, l1: float, l2: float) -> bool:
    """Whether no other weights can do as well as these ``[p]``, which are a minimum.

    Under L2 there is one minimum. Under L1 alone there is where the features that are drawn as hard as L1 costs are
    linearly independent (Tibshirani 2013, The lasso problem and uniqueness, Electronic Journal of Statistics 7,
    section 2.2).

    Parameters
    ----------
    problem, weights
        The problem, and ``[p]``.
    l1, l2
        The strengths.
    """
    if l2 > 0 or math.isinf(l1):
        return True
    slack = np.abs(problem.pull(weights)) - l1
    equal = (slack >= -EQUAL * l1) & ~problem.constant if l1 else ~problem.constant
    if not equal.any():
        return True
    part = problem.gram[np.ix_(equal, equal)]
    unit = np.sqrt(part.diagonal())
    values = np.linalg.eigvalsh(part / np.outer(unit, unit))
    return bool(values[0] > RANK * values[-1])
