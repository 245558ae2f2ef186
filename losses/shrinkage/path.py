"""The weights over all strengths of a penalty, with the knots where they enter and leave.

Under L1 alone the path is made of straight pieces (Osborne, Presnell and Turlach 2000; Efron, Hastie, Johnstone and
Tibshirani 2004, Least angle regression, Annals of Statistics 32(2), section 3.1); with L2 beside it every piece is a
rational function of the strength, whose ends are searched for.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from losses.data.points import Array
from losses.shrinkage.optimum import EPSILON, minimise
from losses.shrinkage.problem import Problem

APART = 1e-7  # of a strength: knots that are nearer to each other are one
LEAST = 1e-6  # of the strength that leaves no weight, where a path ends that has no last knot
MOST = 20  # knots per feature before the path is given up
WEAKEST = 1e-3  # share of L1 below which a ladder of strengths begins where it does at this one
GRID, STRIDE = 24, 4.0  # how many strengths are tried at once, and how far down


@dataclass(frozen=True, eq=False)
class Piece:
    """The weights between two knots: those of ``active`` features, and all others 0.

    Attributes
    ----------
    active
        Places of the features, ``[k]``.
    signs
        Of their weights, ``[k]``.
    gram, cross
        Of the problem, all features.
    ratio
        Share of L1.
    """

    active: np.ndarray
    signs: Array
    gram: Array
    cross: Array
    ratio: float

    @cached_property
    def _line(self) -> tuple[Array, Array]:
        """Under L1 alone: the weights at strength 0, and what each unit of it takes away, ``[k]`` each."""
        rows = self.gram[np.ix_(self.active, self.active)]
        both = np.linalg.solve(rows, np.column_stack([self.cross[self.active], self.signs]))
        return both[:, 0], both[:, 1]

    @cached_property
    def _spectrum(self) -> tuple[Array, Array, Array, Array]:
        values, axes = np.linalg.eigh(self.gram[np.ix_(self.active, self.active)])
        return values, axes, axes.T @ self.cross[self.active], axes.T @ self.signs

    def weights(self, strengths: Array) -> Array:
        """Of the active features at strengths ``[m]``, ``[m, k]``."""
        if self.ratio == 1:
            start, rate = self._line
            return start - strengths[:, None] * rate
        values, axes, pull, sign = self._spectrum
        l1, l2 = self.ratio * strengths[:, None], (1 - self.ratio) * strengths[:, None]
        return ((pull - l1 * sign) / (values + l2)) @ axes.T

    def room(self, strengths: Array) -> Array:
        """How far each feature is from entering or leaving at strengths ``[m]``, in its own unit, ``[m, p]``."""
        weights = self.weights(strengths)
        pull = self.cross - weights @ self.gram[self.active]
        room = self.ratio * strengths[:, None] - np.abs(pull)
        room[:, self.active] = weights * self.signs
        return room

    def end(self, strength: float, least: float) -> float:
        """The next lower strength at which a feature enters or leaves; ``least`` if none does before.

        Parameters
        ----------
        strength
            Where the piece begins.
        least
            How far to look.
        """
        if self.ratio == 1:
            return self._end_of_line(strength, least)
        inside, outside = strength * (1 - APART), least
        while inside > least:
            grid = np.geomspace(inside, max(least, inside / STRIDE), GRID)
            first = self._first_outside(grid)
            if first:
                inside, outside = float(grid[first - 1]), float(grid[first])
                break
            inside = float(grid[-1])
        while inside - outside > 4 * EPSILON * inside:
            grid = np.linspace(inside, outside, GRID)
            first = self._first_outside(grid)
            if not first or grid[first - 1] - grid[first] >= inside - outside:
                break
            inside, outside = float(grid[first - 1]), float(grid[first])
        return inside

    def _first_outside(self, strengths: Array) -> int:
        """Place of the first of falling strengths, but for the very first, that a feature has no room at; 0 for none."""
        outside = (self.room(strengths[1:]) < 0).any(1)
        return int(outside.argmax()) + 1 if outside.any() else 0

    def _end_of_line(self, strength: float, least: float) -> float:
        start, rate = self._line
        rows = self.gram[self.active]
        fixed, growing = self.cross - start @ rows, rate @ rows
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.concatenate([fixed / (1 - growing), -fixed / (1 + growing), start / rate])
        idle = np.zeros(len(self.cross), dtype=bool)
        idle[self.active] = True
        ends[: 2 * len(idle)][np.tile(idle, 2)] = -np.inf
        ahead = ends[(ends < strength * (1 - APART)) & (ends > least)]
        return float(ahead.max()) if ahead.size else least


@dataclass(frozen=True, eq=False)
class Path:
    """The weights at every strength.

    Attributes
    ----------
    ratio
        Share of L1, from 0 to 1.
    knots
        Strengths at which weights enter or leave, falling, ``[k]``; above the first one all are 0.
    entered, left
        Places of the features that do so at each knot.
    pieces
        What holds below each knot, down to the next.
    """

    problem: Problem
    ratio: float
    knots: Array
    entered: tuple[tuple[int, ...], ...]
    left: tuple[tuple[int, ...], ...]
    pieces: tuple[Piece, ...]

    def at(self, strengths: Array) -> Array:
        """The weights at strengths of at least 0, ``[m]``, as ``[m, p]``; infinite ones leave none."""
        strengths = np.asarray(strengths, float)
        weights = np.zeros((len(strengths), len(self.problem.cross)))
        if not self.ratio:
            return _ridge(self.problem, strengths)
        place = np.searchsorted(-self.knots, -strengths, side="left") - 1
        deep = strengths < self.least  # below where the knots were sought
        gram, cross = self.problem.gram, self.problem.cross
        for row in np.flatnonzero(deep):
            l1, l2 = self.ratio * strengths[row], (1 - self.ratio) * strengths[row]
            weights[row] = minimise(gram, cross, float(l1), float(l2), self.at(np.array([self.least]))[0])
        place[deep] = -1
        for which in np.unique(place[place >= 0]):
            here = place == which
            piece = self.pieces[which]
            found = piece.weights(strengths[here])
            weights[np.ix_(here, piece.active)] = np.where(found * piece.signs > 0, found, 0.0)
        return weights

    @property
    def least(self) -> float:
        """The strength down to which knots were sought."""
        return LEAST * float(self.knots[0]) if len(self.knots) else 0.0

    @property
    def order(self) -> tuple[int, ...]:
        """The features in the order in which they enter first."""
        return tuple(dict.fromkeys(place for places in self.entered for place in places))


def path(problem: Problem, ratio: float) -> Path:
    """The path of weights under a penalty of ``ratio * l1 + (1 - ratio) / 2 * l2``, from the strength that leaves none.

    Parameters
    ----------
    problem
        From ``prepare``.
    ratio
        Share of L1, from 0 to 1; at 0 it is ridge regression, whose path has no knots.

    Raises
    ------
    ValueError
        For a ratio outside.
    ArithmeticError
        Where features are so much alike that rounding decides which enters.

    Examples
    --------
    >>> from losses.shrinkage.problem import prepare
    >>> path(prepare([[-1.0, 1.0], [1.0, 1.0], [0.0, -2.0]], [-2.0, 2.0, 0.0]), 1.0).knots.round(3)
    array([1.333])
    """
    if not 0 <= ratio <= 1:
        raise ValueError(f"the share of L1 must be from 0 to 1, got {ratio}")
    gram, cross = problem.gram, problem.cross
    strength = float(np.abs(cross).max()) / ratio if ratio else 0.0
    knots, entered, left, pieces = [], [], [], []
    weights, least = np.zeros(len(cross)), max(LEAST * strength, float(np.finfo(float).tiny))
    while strength > least:
        if len(knots) > MOST * len(cross):
            raise np.linalg.LinAlgError("the path has no end: the features are too alike")
        below = strength * (1 - APART)
        now = minimise(gram, cross, ratio * below, (1 - ratio) * below, weights)
        came, gone = (now != 0) & (weights == 0), (now == 0) & (weights != 0)
        if came.any() or gone.any():  # else rounding made it look like a knot
            active = np.flatnonzero(now)
            knots.append(strength)
            entered.append(tuple(np.flatnonzero(came).tolist()))
            left.append(tuple(np.flatnonzero(gone).tolist()))
            pieces.append(Piece(active, np.sign(now[active]), gram, cross, ratio))
        strength, weights = pieces[-1].end(strength, least), now
    return Path(problem, ratio, np.array(knots), tuple(entered), tuple(left), tuple(pieces))


def ladder(problem: Problem, ratio: float, count: int = 100, depth: float = 1e-3) -> Array:
    """Strengths ``[count]`` to look at, falling evenly in their logarithm from the one that leaves no weight.

    Parameters
    ----------
    problem
        From ``prepare``.
    ratio
        Share of L1. Below 0.001 the first strength is that of 0.001, since L2 alone leaves weights at any.
    count
        How many.
    depth
        The last one, as a share of the first.

    Raises
    ------
    ValueError
        Where no feature has anything to do with the target.
    """
    top = float(np.abs(problem.cross).max()) / max(ratio, WEAKEST)
    if not top > 0:
        raise ValueError("no feature has anything to do with the target: all weights are 0 at any strength")
    return top * np.geomspace(1.0, depth, count)


def _ridge(problem: Problem, strengths: Array) -> Array:
    values, axes = np.linalg.eigh(problem.gram)
    pull, values = axes.T @ problem.cross, np.maximum(values, 0.0)
    finite = np.isfinite(strengths)
    weights = np.zeros((len(strengths), len(values)))
    below = values + strengths[finite, None]
    weights[finite] = np.divide(pull, below, out=np.zeros(below.shape), where=below > values[-1] * 1e-13) @ axes.T
    weights[:, problem.constant] = 0.0  # but for rounding
    return weights
