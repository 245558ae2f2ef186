"""A linear model to fit, as the few moments that all of its penalised fits depend on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from losses.data.points import LARGEST_SQUARED, Array, as_numbers, column

INTERCEPTS = ("free", "penalised", "none")
CONSTANT = 1e-12  # of the size of its numbers, below which a column's spread is rounding


@dataclass(frozen=True, eq=False)
class Problem:
    """Second moments of features and target, from which every penalised least-squares fit follows.

    Attributes
    ----------
    rows
        How many examples they are the means of.
    gram
        Mean products of the features, ``[p, p]``.
    cross
        Mean products of features and target, ``[p]``.
    power
        Mean square of the target.
    center, scale
        What was taken from each feature, and what it was then divided by, ``[p]``.
    level
        What was taken from the target.
    constant
        Which features are 0 in every row once their center is taken from them, ``[p]``: their weights are 0.
    ones
        Whether the last feature is a column of ones, whose weight is an intercept that costs like any other.
    free
        Whether an intercept is fitted that costs nothing.
    """

    rows: int
    gram: Array
    cross: Array
    power: float
    center: Array
    scale: Array
    level: float
    constant: np.ndarray
    ones: bool = False
    free: bool = True

    def coefficients(self, weights: Array) -> Array:
        """Weights ``[..., p]`` of the features as they were given, the intercept left out."""
        return (weights / self.scale)[..., : len(self.scale) - self.ones]

    def intercept(self, weights: Array) -> Array:
        """What is predicted where every given feature is 0, for weights ``[..., p]``."""
        return self.level - (weights / self.scale) @ self.center + (weights[..., -1] if self.ones else 0.0)

    def cost(self, weights: Array) -> Array:
        """Half the mean squared residual of weights ``[..., p]``."""
        fit = ((weights @ self.gram) * weights).sum(-1) - 2 * weights @ self.cross
        return np.maximum(0.0, self.power + fit) / 2  # of an exact fit rounding can leave less than nothing

    def pull(self, weights: Array) -> Array:
        """How hard the examples draw each weight, ``[..., p]``: the slope of the cost, turned round."""
        return self.cross - weights @ self.gram


def as_table(features: Any, target: Any, names: Sequence[str] | None = None) -> tuple[Array, Array, tuple[str, ...]]:
    """Features ``[n, p]`` and target ``[n]`` as new float64 arrays, with the names of the features.

    Parameters
    ----------
    features, target
        Lists, arrays or tensors of finite numbers.
    names
        Of the features, for errors; without, they are counted from 1.

    Raises
    ------
    ValueError
        Says what is no number, too large to square, or does not fit together, and where.
    """
    table = as_numbers(features, "features")
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError(f"features must be a table of at least one column, got shape {table.shape}")
    called = tuple(names) if names is not None else tuple(f"feature {place}" for place in range(1, table.shape[1] + 1))
    if len(called) != table.shape[1]:
        raise ValueError(f"{table.shape[1]} features have {len(called)} names")
    goal = column(target, "target")
    if len(goal) != len(table):
        raise ValueError(f"features and target must have as many rows, got {len(table)} and {len(goal)}")
    for name, values in (*zip(called, table.T, strict=True), ("target", goal)):
        wrong = ~(np.abs(values) <= LARGEST_SQUARED)
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(f"{name} must hold numbers up to {LARGEST_SQUARED:g}, but row {row + 1} is {values[row]}")
    return table, goal, called


def prepare(features: Any, target: Any, intercept: str = "free", standardise: bool = False) -> Problem:
    """The moments of a table.

    Parameters
    ----------
    features
        ``[n, p]``, n >= 2.
    target
        ``[n]``.
    intercept
        One of ``INTERCEPTS``: "free" costs nothing, "penalised" costs like a weight, "none" is 0.
    standardise
        Whether each feature is divided by its standard deviation over the n rows, so that a weight costs the same
        whatever the unit; as glmnet does unless told otherwise.

    Raises
    ------
    ValueError
        As ``as_table``, for fewer than two rows and for an intercept of no such kind.

    Examples
    --------
    >>> prepare([[0.0], [1.0], [2.0]], [1.0, 2.0, 3.0]).cross.round(3)
    array([0.667])
    """
    table, goal, _ = as_table(features, target)
    if intercept not in INTERCEPTS:
        raise ValueError(f"intercept must be one of {', '.join(INTERCEPTS)}, got {intercept!r}")
    if len(goal) < 2:
        raise ValueError(f"at least two rows are needed to fit a model, got {len(goal)}")
    center = table.mean(0) if intercept == "free" else np.zeros(table.shape[1])
    level = float(goal.mean()) if intercept == "free" else 0.0
    spread = np.sqrt(np.square(table - table.mean(0)).mean(0))
    constant = spread <= CONSTANT * np.abs(table).max(0)
    scale = np.where(constant | (not standardise), 1.0, spread)
    moved = (table - center) / scale
    if intercept == "free":
        moved[:, constant] = 0.0
    if intercept == "penalised":
        moved = np.column_stack([moved, np.ones(len(goal))])
        center, scale = np.append(center, 0.0), np.append(scale, 1.0)
    gram = moved.T @ moved / len(goal)
    rest = goal - level
    return Problem(
        rows=len(goal),
        gram=gram,
        cross=moved.T @ rest / len(goal),
        power=float(rest @ rest) / len(goal),
        center=center,
        scale=scale,
        level=level,
        constant=gram.diagonal() == 0,
        ones=intercept == "penalised",
        free=intercept == "free",
    )
