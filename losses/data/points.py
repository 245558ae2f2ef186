"""What any set of points (x, y) needs: checks, moving one, taking some for all, and measuring its scale."""

import math
import operator
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Points = tuple[Array, Array]
LARGEST_SQUARED = 1e150  # numbers whose squares, and sums of squares, are numbers still


def as_points(x: ArrayLike, y: ArrayLike) -> Points:
    """Float64 copies of x and y, shape ``[n]`` each, at least one point.

    Raises
    ------
    ValueError
        For another shape, different lengths, or a number that is not finite (naming its row).
    """
    x, y = _finite("x", x), _finite("y", y)
    if x.shape != y.shape:
        raise ValueError(f"x and y must be equally long, got shapes {x.shape} and {y.shape}")
    return x, y


def replace_point(x: ArrayLike, y: ArrayLike, row: int, new_x: float, new_y: float) -> Points:
    """Copies of x and y, shape ``[n]``, in which one point stands elsewhere.

    Raises
    ------
    ValueError
        For a row outside 0 ... n - 1 and for coordinates that are not finite.
    """
    x, y = as_points(x, y)
    row = operator.index(row)
    if not 0 <= row < len(x):
        raise ValueError(f"row must be between 0 and {len(x) - 1}, got {row}")
    if not (math.isfinite(new_x) and math.isfinite(new_y)):
        raise ValueError(f"a point needs finite coordinates, got ({new_x}, {new_y})")
    x[row], y[row] = new_x, new_y
    return x, y


def decimate(x: ArrayLike, y: ArrayLike, most: int = 2000, keep: Iterable[int] = ()) -> NDArray[np.intp]:
    """Rows to draw when there are more points than a chart can show.

    All rows when there are at most ``most``. Otherwise the extremes of x and y, the rows in
    ``keep``, and of the rest as many as fill up ``most``, evenly spaced in the order of x.
    Extremes and ``keep`` stay even where they alone exceed ``most``.

    Returns
    -------
    ndarray
        Increasing rows, counted from 0.

    Raises
    ------
    ValueError
        For ``most`` below 1, a row in ``keep`` out of range, or points that are not finite.
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
    """
    values = _finite("values", values)
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
    require_positive("value", value)
    exponent = math.floor(math.log10(value))
    candidates = [float(f"{digit}e{exponent}") for digit in (1, 2, 5, 10)]
    return min((number for number in candidates if number < math.inf), key=lambda number: abs(number - value))


def generator(seed: int) -> np.random.Generator:
    """NumPy's generator for ``seed``; ``ValueError`` unless that is a whole number of at least 0."""
    if operator.index(seed) < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed}")
    return np.random.default_rng(seed)


def require_positive(name: str, value: float) -> None:
    """Raise ``ValueError``, naming the value, unless it is a finite number above 0."""
    if not 0 < value < math.inf:
        raise ValueError(f"{name} must be a finite number above 0, got {value!r}")


def _finite(name: str, values: ArrayLike) -> Array:
    """A float64 copy of ``values``, checked to be one row of at least one finite number."""
    array = np.array(values, dtype=np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} must be a row of at least one number, got shape {array.shape}")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise ValueError(f"{name} must be finite, found {array[bad[0]]} in row {bad[0]}")
    return array
