"""A polynomial of any degree on few points, and five ways to hold it back: L1, L2, both, dropout, stopping early.

Its features are Legendre polynomials of x from -1 to 1: the same curves as of powers of x, of numbers that do not cancel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.polynomial.legendre import legvander

from losses.data.points import Array, Points, generator
from losses.shrinkage.conventions import Convention
from losses.shrinkage.optimum import minimise
from losses.shrinkage.path import path
from losses.shrinkage.problem import Problem, prepare
from losses.shrinkage.selection import Held, along, held

TRUTHS: Mapping[str, Callable[[Array], Array]] = {
    "even": lambda x: np.cos(4 * x) * (1 - 0.3 * x**2),
    "odd": lambda x: np.sin(3 * x) + 0.4 * x,
}
INSIDE, MOST_JITTER = 0.8, 0.2  # how far from 0 points are drawn and copies from them, so that all lie within 1
RATE = 0.5  # of gradient descent, over the largest curvature of half the mean squared error
MOST_DEGREE = 15
FRESH = 400  # points to validate on
HELD_BACK = ("l1", "l2", "elastic_net", "dropout", "stopping")


def draw(truth: str, rows: int, noise: float, seed: int) -> Points:
    """Points about a curve, x even with a little shift each, and Gaussian noise.

    Parameters
    ----------
    truth
        A key of ``TRUTHS``.
    rows
        How many, at least 2.
    noise
        Standard deviation of the noise.
    seed
        A whole number of at least 0.

    Returns
    -------
    tuple
        x and y, ``[rows]``.
    """
    random = generator(seed)
    width = 2 * INSIDE / rows
    x = -INSIDE + width * (np.arange(rows) + 0.5) + width * 0.4 * (2 * random.random(rows) - 1)
    return x, TRUTHS[truth](x) + noise * random.standard_normal(rows)


def moved(x: Array, y: Array, moves: Mapping[int, tuple[float, float]]) -> Points:
    """Points of which some have been put elsewhere.

    Parameters
    ----------
    x, y
        ``[n]`` each.
    moves
        By row, counted from 0, the new x and y; rows that there are not are passed over.

    Raises
    ------
    ValueError
        For an x further than ``INSIDE`` from 0.

    Examples
    --------
    >>> moved(np.array([0.5, 0.6]), np.array([1.0, 2.0]), {1: (0.0, 5.0), 9: (0.1, 0.1)})
    (array([0.5, 0. ]), array([1., 5.]))
    """
    rows = [row for row in moves if row < len(x)]
    places = np.array([moves[row] for row in rows], float).reshape(-1, 2)
    wrong = ~(np.abs(places[:, 0]) <= INSIDE)
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(
            f"x must be from -{INSIDE} to {INSIDE}, but that of point {rows[first] + 1} is {places[first, 0]:g}"
        )
    x, y = x.copy(), y.copy()
    x[rows], y[rows] = places.T
    return x, y


def augmented(x: Array, y: Array, copies: int, jitter: float, mirrored: bool, seed: int) -> Points:
    """Points and copies of them that say the same beside each, and at -x.

    Parameters
    ----------
    x, y
        ``[n]`` each.
    copies
        Of each point, with x moved evenly at random by up to ``jitter``.
    jitter
        At most ``MOST_JITTER``.
    mirrored
        Whether all these come again at -x, which is right for an even curve only.
    seed
        A whole number of at least 0.

    Examples
    --------
    >>> augmented(np.array([0.5]), np.array([1.0]), 0, 0.0, True, 0)
    (array([ 0.5, -0.5]), array([1., 1.]))
    """
    moved = x + jitter * (2 * generator(seed).random((copies, len(x))) - 1)
    every, values = np.concatenate([x, moved.ravel()]), np.tile(y, copies + 1)
    return (np.concatenate([every, -every]), np.tile(values, 2)) if mirrored else (every, values)


def basis(x: Array, degree: int) -> Array:
    """Legendre polynomials of degrees 1 to ``degree`` at x ``[n]``, ``[n, degree]``."""
    return np.asarray(legvander(x, degree)[:, 1:], np.float64)


@dataclass(frozen=True)
class HeldBack:
    """A way to hold a polynomial back: one of ``HELD_BACK``, with the share of L1 and how the objective is written."""

    kind: str
    ratio: float = 1.0
    convention: Convention = field(default_factory=Convention)

    def weights(self, problem: Problem, strengths: Array) -> Array:
        """At falling strengths ``[m]``, ``[m, p]``.

        The strength of dropout is q / (1 - q), with q the share of features that are dropped: in expectation over them
        the squared error is that of all features and ``q / (1 - q) * var(x_j) * w_j**2`` for each, since a dropped feature
        is at its mean here (Srivastava et al. 2014, Dropout, JMLR 15, section 9.1, of features of mean 0). That of stopping is 1 / (learning rate * steps): a ridge of this strength
        shrinks about as much (Bishop 1995, Regularization and complexity control in feed-forward networks, section 2).
        """
        if self.kind == "dropout":
            unit = np.sqrt(np.where(problem.gram.diagonal() > 0, problem.gram.diagonal(), 1.0))
            return _spectral(problem.gram / np.outer(unit, unit), problem.cross / unit, strengths, _ridge) / unit
        if self.kind == "stopping":
            return _spectral(problem.gram, problem.cross, strengths, _descended)
        l1, l2 = self.convention.strengths(1.0, self.ratio, problem.rows)
        return along(problem, l1 / (l1 + l2), strengths * (l1 + l2))


def _spectral(gram: Array, cross: Array, strengths: Array, kept: Callable[[Array, Array], Array]) -> Array:
    """The least-squares weights, of which each direction of the features keeps a share."""
    values, axes = np.linalg.eigh(gram)
    some = values > 1e-13 * values[-1]
    free = (axes.T @ cross)[some] / values[some]
    return (kept(values[some], strengths[:, None]) * free) @ axes[:, some].T


def _ridge(values: Array, strengths: Array) -> Array:
    return values / (values + strengths)


def _descended(values: Array, strengths: Array) -> Array:
    """What gradient descent from 0 has reached."""
    rate = RATE / values[-1:]  # of no direction at all there is no rate
    return -np.expm1(np.log1p(-rate * values) / (rate * strengths))


@dataclass(frozen=True, eq=False)
class PolynomialFit:
    """A polynomial on some points, held back, at every strength.

    Attributes
    ----------
    points
        x and y of the points as they were drawn, which the train error is of.
    fitted
        Those that are fitted, with the copies.
    fresh
        Those to validate on.
    degree
        Of the polynomial, at least 1.
    held_back
        How.
    """

    points: Points
    fitted: Points
    fresh: Points
    degree: int
    held_back: HeldBack

    @cached_property
    def problem(self) -> Problem:
        """Of the points that are fitted."""
        x, y = self.fitted
        return prepare(basis(x, self.degree), y)

    @cached_property
    def _tests(self) -> tuple[Held, Held]:
        train, fresh = (held(self.problem, basis(x, self.degree), y) for x, y in (self.points, self.fresh))
        return train, fresh

    @property
    def rate(self) -> float:
        """The learning rate of stopping."""
        return RATE / float(np.linalg.eigvalsh(self.problem.gram)[-1])

    def weights(self, strengths: Array) -> Array:
        """At falling strengths ``[m]``, ``[m, degree]``; at 0 those of least squares."""
        return self.held_back.weights(self.problem, strengths)

    def free(self) -> Array:
        """The weights that nothing holds back, ``[degree]``."""
        return path(self.problem, 0.0).at(np.zeros(1))[0]

    def errors(self, weights: Array) -> tuple[Array, Array]:
        """Mean squared errors of weights ``[m, degree]`` on the points as drawn and on fresh ones, ``[m]`` each."""
        train, fresh = self._tests
        return train.errors(weights), fresh.errors(weights)

    def predict(self, weights: Array, x: Array) -> Array:
        """Heights at x ``[k]`` of weights ``[m, degree]``, ``[m, k]``."""
        return self.problem.intercept(weights)[:, None] + weights @ basis(x, self.degree).T

    @cached_property
    def family(self) -> tuple["PolynomialFit", ...]:
        """The same of every degree from 1 to ``MOST_DEGREE``."""
        return tuple(replace(self, degree=degree) for degree in range(1, MOST_DEGREE + 1))

    def over_degrees(self, strength: float) -> Array:
        """Errors on the points as drawn and on fresh ones at one strength, of every degree, ``[2, MOST_DEGREE]``."""
        how, weights, errors = self.held_back, np.zeros(0), []
        for each in self.family:
            if how.kind in ("l1", "elastic_net"):  # from the degree before, which is not far
                strengths = how.convention.strengths(strength, how.ratio, each.problem.rows)
                weights = minimise(each.problem.gram, each.problem.cross, *strengths, np.append(weights, 0.0))
            else:
                (weights,) = each.weights(np.array([strength]))
            errors.append([float(part[0]) for part in each.errors(weights[None])])
        return np.array(errors).T
