"""A table under one penalty: its path, its errors over the strengths, and what each way of choosing chooses."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from losses.data.points import Array
from losses.shrinkage.conventions import Convention, Strengths
from losses.shrinkage.optimum import Optimum, fit
from losses.shrinkage.path import WEAKEST, Path, ladder, path
from losses.shrinkage.problem import Problem
from losses.shrinkage.selection import (
    Criteria,
    Held,
    Validation,
    along,
    criteria,
    cross_validate,
    degrees_of_freedom,
    folds,
    held,
    hold_out,
    noise_variance,
)

STEPS, FINE = 40, 160  # strengths at which errors are known, and weights are drawn
DEPTH = 1e-3  # the weakest of them, as a share of the one at which L1 alone leaves no weight


@dataclass(frozen=True, eq=False)
class Parts:
    """A table parted into rows that are fitted, folds of these, and rows for testing.

    Attributes
    ----------
    problem
        Of the rows that are fitted.
    folds
        For cross-validation; none where there are too few rows.
    asked
        How many folds were asked for.
    test
        The rows set aside; None where there are none.
    features, target
        Of the rows that are fitted, ``[n, p]`` and ``[n]``.
    fold
        Of each of them, ``[n]``; all 0 where there are no folds.
    rest
        Features and target of the rows set aside, of any number.
    """

    problem: Problem
    folds: tuple[Held, ...]
    asked: int
    test: Held | None
    features: Array
    target: Array
    fold: np.ndarray
    rest: tuple[Array, Array]


def parted(features: Array, target: Array, train: np.ndarray, intercept: str, count: int, seed: int) -> Parts:
    """Part a table.

    Parameters
    ----------
    features, target
        ``[n, p]`` and ``[n]``.
    train
        Which rows are fitted, ``[n]``.
    intercept
        As for ``prepare``.
    count, seed
        Of the folds; at most half as many as there are rows, so that each has two.

    Raises
    ------
    ValueError
        As ``prepare``.
    """
    problem = Convention(intercept=intercept).prepare(features[train], target[train])
    possible = min(count, problem.rows // 2)
    parts: tuple[Held, ...] = ()
    fold = folds(problem.rows, possible, seed) if possible >= 2 else np.zeros(problem.rows, dtype=int)
    if possible >= 2:
        parts = hold_out(features[train], target[train], fold, intercept=intercept)
    rest = features[~train], target[~train]
    test = None if train.all() else held(problem, *rest)
    return Parts(problem, parts, count, test, features[train], target[train], fold, rest)


def own(unit: Strengths) -> tuple[float, float]:
    """Share of L1 in the package's own objective, and the strength there, of what a strength of 1 is in it."""
    whole = sum(unit)
    return unit.l1 / whole, whole


def depth(ratio: float) -> float:
    """The weakest strength of a ladder, as a share of the strongest.

    The less of L1 there is, the higher that lies, and the weakest must not rise with it: under L2 alone the error would
    still be falling there.
    """
    return DEPTH * max(ratio, WEAKEST)


@dataclass(frozen=True, eq=False)
class Reading:
    """The fit at one strength.

    Attributes
    ----------
    strength
        In the convention of the study.
    optimum
        The fit, with its certificate in the package's own unit.
    freedom
        Its degrees of freedom.
    train, test
        Mean squared errors; the latter NaN where no rows are set aside.
    """

    strength: float
    optimum: Optimum
    freedom: float
    train: float
    test: float

    @property
    def weights(self) -> Array:
        """``[p]``."""
        return self.optimum.weights

    @property
    def active(self) -> np.ndarray:
        """Places of the weights that are not exactly 0."""
        return self.optimum.active

    @property
    def strengths(self) -> Strengths:
        """In the package's own objective."""
        return Strengths(self.optimum.l1, self.optimum.l2)

    @property
    def unique(self) -> bool:
        """Whether no other weights do as well."""
        return self.optimum.unique


@dataclass(frozen=True, eq=False)
class Study:
    """A parted table under ``strength * (ratio * l1 + (1 - ratio) * l2)`` in a convention."""

    parts: Parts
    convention: Convention
    ratio: float

    @cached_property
    def unit(self) -> Strengths:
        """What a strength of 1 is in the package's own objective."""
        return self.convention.strengths(1.0, self.ratio, self.parts.problem.rows)

    @property
    def _own(self) -> tuple[float, float]:
        """Share of L1 in the package's own objective, and what a strength of 1 is there."""
        return own(self.unit)

    @cached_property
    def path(self) -> Path:
        """The weights over all strengths of the package's own objective."""
        return path(self.parts.problem, self._own[0])

    @cached_property
    def strengths(self) -> Array:
        """Those at which errors are known, falling, ``[m]``."""
        ratio, unit = self._own
        return ladder(self.parts.problem, ratio, STEPS, depth(ratio)) / unit

    def weights(self, strengths: Array) -> Array:
        """At falling strengths ``[m]``, ``[m, p]``."""
        ratio, unit = self._own
        return along(self.parts.problem, ratio, strengths * unit)

    @cached_property
    def curves(self) -> Array:
        """The weights at each of the strengths, ``[m, p]``."""
        return self.path.at(self.strengths * self._own[1])

    @cached_property
    def fine(self) -> Array:
        """More strengths over the same span, falling, with every knot among them: to draw the weights at."""
        knots = self.path.knots / self._own[1]
        inside = knots[(knots < self.strengths[0]) & (knots > self.strengths[-1])]
        even = np.geomspace(self.strengths[0], self.strengths[-1], FINE)
        return np.unique(np.concatenate([even, inside]))[::-1]

    @cached_property
    def drawn(self) -> Array:
        """The weights at those, ``[k, p]``."""
        return self.path.at(self.fine * self._own[1])

    @cached_property
    def train(self) -> Array:
        """Mean squared error on the rows that are fitted, at each of the strengths, ``[m]``."""
        return 2 * self.parts.problem.cost(self.curves)

    @cached_property
    def test(self) -> Array | None:
        """The same on the rows set aside."""
        return self.parts.test.errors(self.curves) if self.parts.test else None

    @cached_property
    def validation(self) -> Validation | None:
        """Cross-validated errors at each of the strengths; None without folds."""
        if not self.parts.folds:
            return None
        ratio, unit = self._own
        found = cross_validate(self.parts.folds, ratio, self.strengths * unit)
        return Validation(self.strengths, found.errors)

    def at(self, strength: float) -> Reading:
        """The fit at one strength, 0 and infinity too."""
        problem = self.parts.problem
        strengths = self.convention.strengths(strength, self.ratio, problem.rows)
        start = self.weights(np.array([strength]))[0] if 0 < strength < math.inf else None
        found = fit(problem, *strengths, start=start)
        test = float(self.parts.test.errors(found.weights[None])[0]) if self.parts.test else math.nan
        return Reading(
            strength,
            found,
            degrees_of_freedom(problem, found.weights, strengths.l2),
            2 * float(problem.cost(found.weights)),
            test,
        )

    @cached_property
    def entries(self) -> Array:
        """The strength at which each weight is first not 0, from above; NaN where there are no knots, ``[p]``."""
        unit, first = self._own[1], np.full(len(self.parts.problem.cross), math.nan)
        for knot, places in zip(self.path.knots[::-1], self.path.entered[::-1], strict=True):
            first[list(places)] = knot / unit
        return first

    @property
    def order(self) -> tuple[int, ...]:
        """The features in the order in which they enter; none where all always have weights."""
        return self.path.order

    @cached_property
    def without_criteria(self) -> str:
        """Why there are no information criteria; nothing where there are."""
        try:
            noise_variance(self.parts.problem)
        except ValueError as error:
            return str(error)
        return ""

    @cached_property
    def chosen(self) -> Mapping[str, Reading]:
        """The fit that each way of choosing a strength chooses, as far as it can be had."""
        places: dict[str, int] = {}
        if seen := self.validation:
            places = {"least error": seen.best, "one SE": seen.one_standard_error}
        if not self.without_criteria:
            known = self._criteria()
            places |= {name.upper(): int(np.argmin([getattr(each, name) for each in known])) for name in ("aic", "bic")}
        return {name: self.at(float(self.strengths[place])) for name, place in places.items()}

    def _criteria(self) -> list[Criteria]:
        l2 = self.unit.l2 * self.strengths
        problem, noise = self.parts.problem, noise_variance(self.parts.problem)
        return [criteria(problem, *each, noise) for each in zip(self.curves, l2.tolist(), strict=True)]
