"""What any set of points (x, y) needs: checks, moving one, taking some for all, and measuring its scale."""

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from losses.spec.parameter import LARGEST, Parameter

Array = NDArray[np.float64]
Points = tuple[Array, Array]
VALUE = Parameter("value", 1.0, high=LARGEST, open_low=True)
LARGEST_SQUARED = 1e150  # numbers whose squares, and sums of squares, are numbers still


def as_numbers(values: Any, name: str) -> Array:
    """A float64 copy of a list, an array or a tensor, in its shape.

    Raises
    ------
    ValueError
        Names what is no number.
    """
    array = values.detach().cpu().numpy() if isinstance(values, Tensor) else values
    try:
        return np.array(array, dtype=np.float64)  # a copy: torch does not take read-only arrays
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers: {error}") from error


def column(values: Any, name: str) -> Array:
    """One column of finite numbers, possibly empty, as a new float64 array ``[n]``.

    Raises
    ------
    ValueError
        Names the column, and the row (counted from 1) of the first value that is no finite number.

    Examples
    --------
    >>> column([1, 2, 3], "x")
    array([1., 2., 3.])
    >>> column([1, float("nan")], "x")
    Traceback (most recent call last):
    ValueError: x must be finite, but row 2 is nan
    """
    array = as_numbers(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {array.shape}")
    _require_finite(array, name)
    return array


def as_points(x: Any, y: Any, names: tuple[str, str] = ("x", "y")) -> Points:
    """Two columns of finite numbers, ``[n]`` each with n >= 1, as new float64 arrays.

    Parameters
    ----------
    x, y
        Lists, arrays or tensors.
    names
        What they are called in an error.

    Raises
    ------
    ValueError
        As ``column``, and for columns of different lengths or without any row.
    """
    x, y = column(x, names[0]), column(y, names[1])
    if len(x) != len(y):
        raise ValueError(f"{names[0]} and {names[1]} must have the same length, got {len(x)} and {len(y)}")
    if not len(x):
        raise ValueError("at least one point is needed, got none")
    return x, y


def as_labelled(features: Any, label: Any) -> tuple[Array, Array]:
    """Two features ``[n, 2]``, finite, and labels ``[n]`` of -1 and +1, n >= 1, as new float64 arrays.

    Raises
    ------
    ValueError
        As ``column``, and for other shapes or labels.
    """
    features, label = as_numbers(features, "features"), column(label, "label")
    if features.ndim != 2 or features.shape[1] != 2 or len(features) != len(label):
        raise ValueError(f"features must be [n, 2] and label [n], got shapes {features.shape} and {label.shape}")
    if not len(label):
        raise ValueError("at least one point is needed, got none")
    _require_finite(features, "features")
    wrong = np.flatnonzero(np.abs(label) != 1)
    if wrong.size:
        raise ValueError(f"label must be -1 or +1, but row {wrong[0] + 1} is {label[wrong[0]]:g}")
    return features, label


def _require_finite(array: Array, name: str) -> None:
    finite = np.isfinite(array).all(tuple(range(1, array.ndim)))
    if not finite.all():
        row = int(finite.argmin())
        value = ", ".join(f"{number:g}" for number in np.ravel(array[row]))
        raise ValueError(f"{name} must be finite, but row {row + 1} is {value}")


def replace_point(x: ArrayLike, y: ArrayLike, row: int, new_x: float, new_y: float) -> Points:
    """Copies of x and y in which one point stands elsewhere.

    Parameters
    ----------
    x, y
        The points, shape ``[n]`` each.
    row
        Which point, counted from 0.
    new_x, new_y
        Where it stands, in the units of x and y.

    Raises
    ------
    ValueError
        For a row outside 0 ... n - 1 and for coordinates that are not finite.
    """
    x, y = as_points(x, y)
    row = operator.index(row)
    if not 0 <= row < len(x):
        raise ValueError(f"row must be between 0 and {len(x) - 1}, got {row}")
    x[row], y[row] = new_x, new_y
    return as_points(x, y)


def decimate(x: ArrayLike, y: ArrayLike, most: int = 2000, keep: Iterable[int] = ()) -> NDArray[np.intp]:
    """Rows to draw when there are more points than a chart can show.

    Those taken of more than ``most`` are the extremes of x and y, the rows in ``keep``, and of the
    rest as many as fill up ``most``, evenly spaced in the order of x.

    Parameters
    ----------
    x, y
        The points, shape ``[n]`` each.
    most
        How many rows to take at most, at least 1: all are taken of no more than that. Extremes and
        ``keep`` stay even where they alone exceed it.
    keep
        Rows to take in any case, counted from 0.

    Returns
    -------
    ndarray
        Increasing rows, counted from 0.

    Raises
    ------
    ValueError
        For ``most`` below 1, a row in ``keep`` out of range, or points that are not finite.

    Examples
    --------
    >>> decimate(range(10), [0, 0, 0, 9, 0, 0, 0, 0, 0, 0], most=5, keep=[7]).tolist()
    [0, 3, 5, 7, 9]
    """
    x, y = as_points(x, y)
    if most < 1:
        raise ValueError(f"most must be at least 1, got {most}")
    kept = np.array([operator.index(row) for row in keep], dtype=np.intp)
    outside = kept[(kept < 0) | (kept >= len(x))]
    if outside.size:
        raise ValueError(f"rows to keep must be between 0 and {len(x) - 1}, got {outside[0]}")
    if len(x) <= most:
        return np.arange(len(x))
    drawn = np.zeros(len(x), dtype=bool)
    drawn[[x.argmin(), x.argmax(), y.argmin(), y.argmax(), *kept]] = True
    room = max(0, most - np.count_nonzero(drawn))
    order = np.argsort(x, kind="stable")
    rest = order[~drawn[order]]
    drawn[rest[(2 * np.arange(room) + 1) * len(rest) // (2 * room)]] = True
    return np.flatnonzero(drawn)


def sample_by_class(label: ArrayLike, most: int) -> NDArray[np.intp]:
    """Rows that stand for all: evenly through the rows of each class, by its share but at least two of each.

    Parameters
    ----------
    label
        Shape ``[n]``, any numbers; equal ones are of one class.
    most
        About how many rows to take at most. All are taken of no more than that.

    Returns
    -------
    ndarray
        Increasing rows, counted from 0.
    """
    label = np.asarray(label)
    if len(label) <= most:
        return np.arange(len(label))
    classes = [np.flatnonzero(label == value) for value in np.unique(label)]
    counts = [min(len(rows), max(2, round(most * len(rows) / len(label)))) for rows in classes]
    return np.sort(
        np.concatenate(
            [
                rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]
                for rows, count in zip(classes, counts, strict=True)
            ]
        )
    )


def robust_scale(values: ArrayLike) -> float:
    """The standard deviation as the middle half of the values tells it: 1.4826 times the MAD.

    The MAD is the median distance from the median; the factor makes it estimate the standard
    deviation under Gaussian noise. Where more than half of the values are alike the MAD is 0 (up
    to rounding: 1e-12 of the largest distance), and sqrt(pi / 2) times the mean distance from the
    median stands in, which estimates the same; where all are alike, 1, so that the result is
    always above 0. Source: Huber (1981), Robust Statistics, chapter 5.

    Raises
    ------
    ValueError
        Without values, or when a value or the result is not finite.

    Examples
    --------
    >>> robust_scale([1, 2, 3, 4, 1000])
    1.4826
    """
    values = column(values, "values")
    if not len(values):
        raise ValueError("values: at least one is needed, got none")
    with np.errstate(over="ignore", invalid="ignore"):
        distances = np.abs(values - np.median(values))
        deviation = np.median(distances)
        if deviation > 1e-12 * distances.max():
            scale = 1.4826 * deviation
        else:
            scale = math.sqrt(math.pi / 2) * np.mean(distances) or 1.0
    if not math.isfinite(scale):
        raise ValueError("the values are too large to measure their spread in float64")
    return float(scale)


def round_scale(value: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten; a tie goes to the smaller.

    Raises
    ------
    ValueError
        For a value that is not a finite number above 0.
    """
    VALUE.check(value)
    exponent = math.floor(math.log10(value))
    candidates = [float(f"{digit}e{exponent}") for digit in (1, 2, 5, 10)]
    return min((number for number in candidates if number < math.inf), key=lambda number: abs(number - value))


def generator(seed: int) -> np.random.Generator:
    """NumPy's generator for ``seed``; ``ValueError`` unless that is a whole number of at least 0."""
    if operator.index(seed) < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed}")
    return np.random.default_rng(seed)
