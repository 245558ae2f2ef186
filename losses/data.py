"""Data to fit: classic sets with bad points in them, a seeded generator, and outliers to order."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from losses.points import Array, Points, as_points, replace_point, require_positive, robust_scale, round_scale, thin

__all__ = [
    "DATASETS",
    "Dataset",
    "Outliers",
    "generate_line",
    "replace_point",
    "robust_scale",
    "round_scale",
    "thin",
    "with_outliers",
]

FOLDER = Path(__file__).with_name("data")
KINDS = ("vertical", "leverage")
SIDES = ("up", "down", "both")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points (x, y) with their story.

    ``x`` and ``y`` become read-only float64 arrays of shape ``[n]``; anything else than two
    equally long rows of finite numbers raises ``ValueError``. ``note`` says what is wrong with
    the data and what to look for. ``scale`` is a round number of the order of the residuals, in
    y's unit: the yardstick for every parameter that is measured in that unit. ``outlier_rows``
    are the rows, counted from 0, known to be bad.
    """

    key: str
    title: str
    x: Array
    y: Array
    x_label: str
    y_label: str
    source: str
    note: str
    scale: float
    outlier_rows: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name, values in zip("xy", as_points(self.x, self.y), strict=True):
            values.setflags(write=False)
            object.__setattr__(self, name, values)


@dataclass(frozen=True)
class Outliers:
    """How to spoil data: how many points, how far, which way.

    ``size`` is a number of yardsticks, so that it means the same on every data set: for
    ``"vertical"`` the data set's ``scale``, for ``"leverage"`` the standard deviation of x (the
    unit in which leverage itself is measured). At size 0 nothing moves.

    ``side`` is the direction of a vertical outlier; ``"both"`` takes turns. A leverage point
    always moves to the right at the height it has, and ``side`` says which points go first: the
    lowest (``"down"``), the highest (``"up"``) or one of each in turn.

    Raises
    ------
    ValueError
        For a count that is not a whole number of at least 0, a size that is negative or not
        finite, and an unknown kind or side.
    """

    count: int = 1
    size: float = 10.0
    kind: str = "vertical"
    side: str = "up"

    def __post_init__(self) -> None:
        if not isinstance(self.count, (int, np.integer)) or self.count < 0:
            raise ValueError(f"count must be a whole number of at least 0, got {self.count!r}")
        if not (math.isfinite(self.size) and self.size >= 0):
            raise ValueError(f"size must be a finite number of at least 0, got {self.size!r}")
        for name, value, allowed in (("kind", self.kind, KINDS), ("side", self.side, SIDES)):
            if value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


def with_outliers(
    x: ArrayLike, y: ArrayLike, outliers: Outliers, scale: float, seed: int
) -> tuple[Array, Array, NDArray[np.intp]]:
    """Spoil some points, leaving the inputs as they are.

    The same arguments give the same points, and a larger count only adds bad points to those of
    a smaller one, so the picture moves smoothly under a slider. The seed chooses which points
    become vertical outliers; leverage points follow from y alone (see ``Outliers``).

    Parameters
    ----------
    x, y
        The points, shape ``[n]`` each.
    outliers
        What to do.
    scale
        The unit of ``outliers.size`` for vertical outliers, in y's unit; above 0.
    seed
        A whole number of at least 0.

    Returns
    -------
    tuple
        New x and y of shape ``[n]`` and the spoiled rows, shape ``[count]``, in order of choice.

    Raises
    ------
    ValueError
        For more outliers than points, a scale or seed out of range, points that are not finite
        or would not be after the move.
    """
    x, y = as_points(x, y)
    require_positive("scale", scale)
    if outliers.count > len(x):
        raise ValueError(f"count must be at most the number of points, {len(x)}; got {outliers.count}")
    upward = outliers.side == "up"
    if outliers.kind == "vertical":
        rows = _generator(seed).permutation(len(x))[: outliers.count]
        signs = np.full(outliers.count, 1.0 if upward else -1.0)
        if outliers.side == "both":
            signs[::2] = 1.0
        y[rows] += signs * (outliers.size * scale)
    else:
        rising = np.argsort(y, kind="stable")
        order = rising[::-1] if upward else rising
        if outliers.side == "both":
            order = np.stack([rising, rising[::-1]], axis=1).ravel()
        rows = order[: outliers.count]
        # All x alike have no spread to measure by (and rounding would invent one): move by ones.
        x[rows] += outliers.size * (np.std(x) if np.ptp(x) else 1.0)
    return *as_points(x, y), rows


def generate_line(n: int, noise: float, seed: int, slope: float = 2.0, intercept: float = 1.0) -> Points:
    """Points about a line: x even from 0 to 10, y = intercept + slope x + Gaussian noise.

    Parameters
    ----------
    n
        Number of points, at least 2.
    noise
        Standard deviation of the noise, at least 0. It scales the same draws, and a larger
        n only adds draws, so neither reshuffles the picture.
    seed
        A whole number of at least 0 for ``numpy.random.default_rng``. NumPy keeps its streams
        from one release to the next, with rare exceptions; a test pins the first values.
    slope, intercept
        Of the true line.

    Returns
    -------
    tuple
        x and y, shape ``[n]``.

    Raises
    ------
    ValueError
        For an argument out of range, naming it, or numbers too large for float64.
    """
    if n < 2:
        raise ValueError(f"n must be at least 2, got {n}")
    for name, value in (("noise", noise), ("slope", slope), ("intercept", intercept)):
        if not math.isfinite(value):
            raise ValueError(f"{name} must be finite, got {value}")
    if noise < 0:
        raise ValueError(f"noise must be at least 0, got {noise}")
    x = np.linspace(0.0, 10.0, n)
    return as_points(x, intercept + slope * x + noise * _generator(seed).standard_normal(n))


def _generator(seed: int) -> np.random.Generator:
    if operator.index(seed) < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed}")
    return np.random.default_rng(seed)


class _Lazy(Mapping[str, Dataset]):
    """A read-only mapping that builds a data set when it is first asked for."""

    def __init__(self, *entries: tuple[str, Callable[[], Dataset]]) -> None:
        self._builders = dict(entries)

    def __getitem__(self, key: str) -> Dataset:
        return self._builders[key]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)


def _entry(points: Callable[[], Points], *, key: str, **story: object) -> tuple[str, Callable[[], Dataset]]:
    @cache
    def build() -> Dataset:
        x, y = points()
        return Dataset(key=key, x=x, y=y, **story)

    return key, build


def _read(file: str) -> Points:
    x, y = np.loadtxt(FOLDER / file, delimiter=",", skiprows=1, unpack=True)
    return x, y


def _line() -> Points:
    x = np.arange(11.0)
    return x, 1 + 2 * x + np.array([0.3, -0.2, 0.1, -0.4, 0.2, 0.5, -0.3, 0.1, -0.1, 0.2, -0.4])


DATASETS: Mapping[str, Dataset] = _Lazy(
    _entry(
        _line,
        key="line",
        title="A clean line",
        x_label="x",
        y_label="y",
        source="Made for this project: y = 1 + 2x and fixed errors of at most 0.5",
        note="Nothing is wrong with it yet: all losses agree until you move a point.",
        scale=1.0,
    ),
    _entry(
        lambda: _read("belgian_phones.csv"),
        key="belgian_phones",
        title="Phone calls from Belgium",
        x_label="year - 1900",
        y_label="international calls (millions)",
        source="Rousseeuw and Leroy (1987), Robust Regression and Outlier Detection, table 2.2",
        note="From 1964 to 1969 minutes were recorded instead of calls (1963 and 1970 in part): "
        "vertical outliers that tilt the squared-error line and hardly touch the absolute one.",
        scale=10.0,
        outlier_rows=(14, 15, 16, 17, 18, 19),
    ),
    _entry(
        lambda: _read("stars_cyg_ob1.csv"),
        key="stars",
        title="Stars of the cluster CYG OB1",
        x_label="log surface temperature",
        y_label="log light intensity",
        source="Rousseeuw and Leroy (1987), Robust Regression and Outlier Detection, table 2.3",
        note="Four giants, cool and bright, are leverage points: squared, absolute and Huber's error "
        "all follow them and get the sign of the slope wrong.",
        scale=0.5,
        outlier_rows=(10, 19, 29, 33),
    ),
    _entry(
        lambda: _read("engel_food.csv"),
        key="engel",
        title="Engel's food expenditure",
        x_label="household income (Belgian francs a year)",
        y_label="food expenditure (Belgian francs a year)",
        source="Engel (1857); Koenker and Bassett (1982), Robust tests for heteroscedasticity "
        "based on regression quantiles, Econometrica 50(1)",
        note="Nothing is recorded wrongly, but the spread grows with income: look at the fan of "
        "quantile lines rather than at one mean.",
        scale=100.0,
    ),
    _entry(
        lambda: _read("anscombe_3.csv"),
        key="anscombe",
        title="Anscombe's third set",
        x_label="x",
        y_label="y",
        source="Anscombe (1973), Graphs in statistical analysis, The American Statistician 27(1)",
        note="Ten points lie on one line to within rounding and one lies far above it: least squares misses the line, "
        "least absolute error finds it.",
        scale=1.0,
        outlier_rows=(2,),
    ),
    _entry(
        lambda: (np.arange(1.0, 6.0), np.array([1.0, 2.0, 3.0, 4.0, 100.0])),
        key="location",
        title="Five numbers",
        x_label="index",
        y_label="value",
        source="Made for this project",
        note="Fit a constant: one wild value drags the mean to 22 and leaves the median at 3.",
        scale=1.0,
        outlier_rows=(4,),
    ),
    _entry(
        lambda: generate_line(50, noise=1.0, seed=0),
        key="generated",
        title="Generated line",
        x_label="x",
        y_label="y",
        source="Drawn by a seeded generator: y = 1 + 2x and Gaussian noise of standard deviation 1",
        note="Honest Gaussian noise, where squared error is at its best: add outliers and see it lose.",
        scale=1.0,
    ),
)
