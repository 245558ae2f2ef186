"""How strong a penalty should be: degrees of freedom, AIC and BIC, cross-validation with the rule of one standard error."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from losses.data.points import Array, generator
from losses.shrinkage.optimum import minimise
from losses.shrinkage.path import path
from losses.shrinkage.problem import Problem, as_table, prepare

FEW = 4  # strengths, up to which a fit for each is shorter than a whole path


def degrees_of_freedom(problem: Problem, weights: Array, l2: float) -> float:
    """How many free weights a fit amounts to. A free intercept is not counted; a penalised one is a weight like any other.

    Under L1 it is the number of weights that are not 0 (Zou, Hastie and Tibshirani 2007, On the degrees of freedom of
    the lasso, Annals of Statistics 35(5), theorem 1), under L2 the trace of what turns targets into predictions.

    Parameters
    ----------
    problem
        From ``prepare``.
    weights
        Of the fit, ``[p]``.
    l2
        Strength of L2.

    Examples
    --------
    >>> problem = prepare([[-1.0, 1.0], [1.0, 1.0], [0.0, -2.0]], [-2.0, 2.0, 0.0])
    >>> degrees_of_freedom(problem, np.array([1.0, 0.0]), 0.0)
    1.0
    """
    active = np.flatnonzero(weights)
    if math.isinf(l2) or not active.size:
        return 0.0
    values = np.maximum(np.linalg.eigvalsh(problem.gram[np.ix_(active, active)]), 0.0)
    if not l2:
        return float(np.count_nonzero(values > 1e-13 * values[-1]))
    return float((values / (values + l2)).sum())


@dataclass(frozen=True)
class Criteria:
    """Akaike's and Bayes's information criterion of a fit: the lower the better."""

    aic: float
    bic: float


def noise_variance(problem: Problem) -> float:
    """What least squares leaves unexplained, per row that is left to measure it by.

    Parameters
    ----------
    problem
        From ``prepare``, with more rows than weights; that of a constant feature is none.

    Raises
    ------
    ValueError
        Where least squares leaves nothing to measure the noise by.
    """
    fitted = np.count_nonzero(~problem.constant)
    free = problem.rows - fitted - problem.free
    if free < 1:
        raise ValueError(
            f"{problem.rows} rows leave nothing to measure the noise by once {fitted} weights are fitted: "
            "information criteria need more rows than weights"
        )
    least = path(problem, 0.0).at(np.zeros(1))[0]
    noise = 2 * float(problem.cost(least)) * problem.rows / free
    if noise <= 1e-14 * problem.power:
        raise ValueError("least squares fits every row exactly: there is no noise to weigh features against")
    return noise


def criteria(problem: Problem, weights: Array, l2: float, noise: float) -> Criteria:
    """Information criteria of a fit, as ``sklearn.linear_model.LassoLarsIC`` has them.

    Parameters
    ----------
    problem
        From ``prepare``.
    weights
        Of the fit, ``[p]``.
    l2
        Strength of L2.
    noise
        Variance of the noise, as by ``noise_variance``.
    """
    misfit = problem.rows * (math.log(2 * math.pi * noise) + 2 * float(problem.cost(weights)) / noise)
    used = degrees_of_freedom(problem, weights, l2)
    return Criteria(misfit + 2 * used, misfit + math.log(problem.rows) * used)


def folds(rows: int, count: int, seed: int | None = None) -> np.ndarray:
    """The fold of each row, ``[rows]``, from 0: even parts, drawn by the seed.

    Parameters
    ----------
    rows
        How many there are.
    count
        Of folds, from 2 to as many as there are rows.
    seed
        Without one they are consecutive rows, as scikit-learn's ``KFold`` makes them.

    Raises
    ------
    ValueError
        For a count outside.

    Examples
    --------
    >>> folds(5, 2)
    array([0, 0, 0, 1, 1])
    """
    if not 2 <= count <= rows:
        raise ValueError(f"{rows} rows make from 2 to {rows} folds, not {count}")
    part = np.repeat(np.arange(count), [rows // count + (fold < rows % count) for fold in range(count)])
    return part if seed is None else generator(seed).permutation(part)


@dataclass(frozen=True, eq=False)
class Validation:
    """The error on rows that were left out, over strengths.

    Attributes
    ----------
    strengths
        Falling, ``[m]``.
    errors
        Mean squared error on each fold, ``[folds, m]``.
    """

    strengths: Array
    errors: Array

    @property
    def mean(self) -> Array:
        """Over the folds, ``[m]``."""
        return self.errors.mean(0)

    @property
    def standard_error(self) -> Array:
        """Of that mean, ``[m]``."""
        return self.errors.std(0, ddof=1) / math.sqrt(len(self.errors))

    @property
    def best(self) -> int:
        """Place of the strength of least mean error, the strongest of equals."""
        return int(self.mean.argmin())

    @property
    def one_standard_error(self) -> int:
        """Place of the strongest penalty whose mean error is within one standard error of the least.

        Breiman, Friedman, Olshen and Stone (1984), Classification and regression trees, section 3.4.3.
        """
        limit = self.mean[self.best] + self.standard_error[self.best]
        return int((self.mean <= limit).argmax())


@dataclass(frozen=True, eq=False)
class Held:
    """One fold: what the other rows are fitted by, and the moments of the rows that were left out.

    Attributes
    ----------
    problem
        Of the rows that are fitted.
    center, level
        Means of the features ``[p]`` and of the target over the rows left out.
    gram, cross, power
        Their second moments about these means, as in ``Problem``.
    """

    problem: Problem
    center: Array
    level: float
    gram: Array
    cross: Array
    power: float

    def errors(self, weights: Array) -> Array:
        """Mean squared error on the rows left out, of weights ``[m, p]``, ``[m]``."""
        slopes = self.problem.coefficients(weights)
        spread = self.power - 2 * slopes @ self.cross + ((slopes @ self.gram) * slopes).sum(-1)
        off = self.level - self.problem.intercept(weights) - slopes @ self.center
        return np.maximum(spread, 0.0) + np.square(off)


def hold_out(features: Array, target: Array, fold: np.ndarray, **how: Any) -> tuple[Held, ...]:
    """Every fold of a table.

    Parameters
    ----------
    features, target
        ``[n, p]`` and ``[n]``.
    fold
        Of each row, ``[n]``, as from ``folds``.
    **how
        ``intercept`` and ``standardise`` as for ``prepare``; columns are measured on the rows that are fitted.

    Raises
    ------
    ValueError
        As ``prepare``.
    """
    table, goal, _ = as_table(features, target)
    return tuple(
        held(prepare(table[fold != part], goal[fold != part], **how), table[fold == part], goal[fold == part])
        for part in range(int(fold.max()) + 1)
    )


def held(problem: Problem, features: Array, target: Array) -> Held:
    """Rows ``[n, p]`` and ``[n]`` to test the fits to others on.

    >>> rows = np.array([[0.0], [1.0], [2.0]])
    >>> held(prepare(rows, rows[:, 0]), rows, rows[:, 0] + 1).errors(np.array([[1.0], [0.0]])).round(3)
    array([1.   , 1.667])
    """
    center, level = features.mean(0), float(target.mean())
    moved, rest = features - center, target - level
    rows = len(target)
    return Held(problem, center, level, moved.T @ moved / rows, moved.T @ rest / rows, float(rest @ rest) / rows)


def cross_validate(parts: Sequence[Held], ratio: float, strengths: Array) -> Validation:
    """The error of each strength on every fold, fitted to the others.

    Parameters
    ----------
    parts
        From ``hold_out``.
    ratio
        Share of L1.
    strengths
        Of the objective of this package, falling, ``[m]``.
    """
    strengths = np.asarray(strengths, float)
    return Validation(strengths, np.array([part.errors(along(part.problem, ratio, strengths)) for part in parts]))


def along(problem: Problem, ratio: float, strengths: Array) -> Array:
    """The weights at falling strengths ``[m]``, ``[m, p]``, by whichever way is short: a path, or fit after fit.

    Parameters
    ----------
    problem
        From ``prepare``.
    ratio
        Share of L1.
    strengths
        Finite or not.
    """
    if ratio == 0 or (ratio == 1 and len(strengths) > FEW):
        return path(problem, ratio).at(strengths)
    weights = [np.zeros(len(problem.cross))]
    for strength in strengths.tolist():
        weights.append(minimise(problem.gram, problem.cross, ratio * strength, (1 - ratio) * strength, weights[-1]))
    return np.array(weights[1:])
