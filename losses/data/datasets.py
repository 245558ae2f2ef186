"""Data to fit: classic sets with bad points in them, and a seeded generator."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from losses.data.points import Array, Points, as_points, generator

FOLDER = Path(__file__).with_name("files")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points (x, y) with their story.

    ``x`` and ``y`` become read-only float64 arrays of shape ``[n]``; anything else than two
    equally long rows of finite numbers raises ``ValueError``. ``note`` says what is wrong with
    the data and what to look for. ``scale`` is a round number of the order of the residuals, in
    y's unit: the yardstick for every parameter that is measured in that unit. ``outlier_rows``
    are the rows, counted from 0, known to be bad. In a ``sample`` x only counts the rows: the
    numbers are y alone, to be described by a constant.
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
    sample: bool = False

    def __post_init__(self) -> None:
        for name, values in zip("xy", as_points(self.x, self.y), strict=True):
            values.setflags(write=False)
            object.__setattr__(self, name, values)


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
    return as_points(x, intercept + slope * x + noise * generator(seed).standard_normal(n))


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


def _entry(points: Callable[[], Points], *, key: str, **story: Any) -> tuple[str, Callable[[], Dataset]]:
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
        x_label="year − 1900",
        y_label="calls (millions)",
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
        x_label="income (francs a year)",
        y_label="food (francs a year)",
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
        sample=True,
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
