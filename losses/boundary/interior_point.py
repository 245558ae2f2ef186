"""The quadratic program of hinges by a primal-dual interior point method, for several linear terms at once.

Every step needs one linear system as small as the number of weights, however many points there are
(Ferris and Munson 2002, Interior-point methods for massive support vector machines, SIAM Journal on
Optimization 13(3)). Steps are Mehrotra's predictor and corrector (Nocedal and Wright 2006, Numerical
Optimization, section 16.6).
"""

from typing import NamedTuple

import numpy as np

ROUNDS = 200  # a few dozen, and about eight more for every power of ten that one point lies farther than the others
EXACT = 1e-12  # between primal and dual, relative to the weights: as near as numbers come
_DAMPING = 1e-14  # of a step, relative to the matrix
_BACK = 0.995  # the share of the way to the edge that a step may go


class _Point(NamedTuple):
    """θ ``[k, p]`` and, ``[k, n]`` each, what is above the margin or below it, and the two multipliers.

    ``above - below = rows·θ - margin`` and ``inner + outer = weight`` throughout; all but θ are positive.
    """

    theta: np.ndarray
    above: np.ndarray
    below: np.ndarray
    inner: np.ndarray
    outer: np.ndarray

    def plus(self, length: np.ndarray, step: "_Point") -> "_Point":
        return _Point(*(part + length[:, None] * change for part, change in zip(self, step, strict=True)))

    def reach(self, step: "_Point") -> np.ndarray:
        """How much of a step ``[k]``, at most 1, leaves everything positive."""
        shrink = np.max([(-change / part).max(1) for part, change in zip(self[1:], step[1:], strict=True)], 0)
        return 1 / np.maximum(shrink, 1.0)

    def gap(self) -> np.ndarray:
        """The mean product ``[k]`` of the pairs of which one is to vanish."""
        return (self.above * self.inner + self.below * self.outer).mean(1) / 2


def minimise_hinges(
    rows: np.ndarray,
    weight: np.ndarray,
    margin: np.ndarray,
    quadratic: np.ndarray,
    linear: np.ndarray,
    gap: float = EXACT,
) -> np.ndarray:
    """Minimise Σ weight · max(0, margin - rows·θ) + ½ Σ quadratic · θ² + linear·θ over θ.

    Parameters
    ----------
    rows
        ``[n, p]``, of the order of 1.
    weight
        ``[n]``, above 0.
    margin
        ``[n]``, of the hinges.
    quadratic
        ``[p]``, above 0: there is one minimiser.
    linear
        ``[k, p]``, one problem each.
    gap
        How far primal and dual may stay apart, relative to the weights.

    Returns
    -------
    ndarray
        The minimisers, ``[k, p]``.
    """
    count, size = rows.shape
    products = (rows[:, :, None] * rows[:, None, :]).reshape(count, -1)
    excess = np.broadcast_to(-margin, (len(linear), count))
    above = (excess + np.hypot(excess, 2.0)) / 2
    half = np.broadcast_to(weight / 2, above.shape)
    point = _Point(np.zeros((len(linear), size)), above, above - excess, half, half)
    found, going = np.empty((len(linear), size)), np.arange(len(linear))
    for _ in range(ROUNDS):
        apart = point.gap()
        missed = quadratic * point.theta + linear - point.inner @ rows
        size_of = quadratic * np.abs(point.theta) + np.abs(linear) + point.inner @ np.abs(rows)
        # What is missed does not get below the rounding of large pressures, the gap does.
        level = gap * weight.mean()
        balanced = (np.abs(missed) <= 1e3 * gap * size_of).all(1)
        done = (apart <= level) & (balanced | (apart <= 1e-2 * level))
        if done.any():
            found[going[done]] = point.theta[done]
            going, apart, missed = going[~done], apart[~done], missed[~done]
            point, linear = _Point(*(part[~done] for part in point)), linear[~done]
        if not len(going):
            break
        stiffness = 1 / (point.above / point.inner + point.below / point.outer)
        matrix = (stiffness @ products).reshape(-1, size, size) + np.diag(quadratic)
        # Where the rows all but repeat one direction: a shorter step along the others, not a division by 0.
        # In each column's own unit, which may be as small as one far point makes it.
        matrix *= 1 + _DAMPING * np.eye(size)
        system = (rows, matrix, stiffness, missed)
        inner_product, outer_product = point.above * point.inner, point.below * point.outer
        ahead = _newton(point, system, -inner_product, -outer_product)
        left = point.plus(point.reach(ahead), ahead).gap()
        aim = (left**3 / apart**2)[:, None]
        chosen = _newton(
            point,
            system,
            aim - inner_product - ahead.above * ahead.inner,
            aim - outer_product - ahead.below * ahead.outer,
        )
        point = point.plus(_BACK * point.reach(chosen), chosen)
    found[going] = point.theta
    return found


def _newton(point: _Point, system: tuple[np.ndarray, ...], inner_aim: np.ndarray, outer_aim: np.ndarray) -> _Point:
    """The step that, to first order, changes the two products by these amounts ``[k, n]`` and misses nothing."""
    rows, matrix, stiffness, missed = system
    pressure = stiffness * (inner_aim / point.inner - outer_aim / point.outer)
    theta = np.linalg.solve(matrix, (pressure @ rows - missed)[..., None])[..., 0]
    inner = pressure - stiffness * (theta @ rows.T)
    above = (inner_aim - point.above * inner) / point.inner
    below = (outer_aim + point.below * inner) / point.outer
    return _Point(theta, above, below, inner, -inner)
