"""Tables of many features with a target, parted into rows to fit and rows to test on."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from losses.data.points import Array

FILE = Path(__file__).with_name("files") / "prostate.csv"
ERROR = 8.0  # standard deviations, by which an outlier's target is too large
CONSTANT = 1e-12  # of the size of its numbers, below which a column's spread is rounding


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """A table with its story.

    Attributes
    ----------
    names
        Of the features, ``[p]``.
    features, target
        ``[n, p]`` and ``[n]``, float64, read-only.
    train
        Which rows are fitted, ``[n]``; the others are for testing. All of them where nothing was set aside.
    target_name, title, source
        What is said of it.
    classes
        What the target's numbers, from 0, stand for, where it is labels; none where it is a quantity.
    """

    names: tuple[str, ...]
    features: Array
    target: Array
    train: np.ndarray
    target_name: str
    title: str
    source: str
    classes: tuple[str, ...] = ()

    @property
    def labels(self) -> np.ndarray:
        """The target as it was given, ``[n]``: labels by name, or the numbers."""
        return np.array(self.classes)[self.target.astype(int)] if self.classes else self.target

    def __post_init__(self) -> None:
        for values in (self.features, self.target, self.train):
            values.setflags(write=False)

    def spoiled(self, count: int) -> "FeatureTable":
        """The same with outliers: so many of the rows that are fitted, those of the least targets, have one too large.

        By ``ERROR`` standard deviations of the targets that are fitted.
        """
        if not count:
            return self
        fitted = np.flatnonzero(self.train)
        rows = fitted[np.argsort(self.target[fitted], kind="stable")[:count]]
        target = self.target.copy()
        target[rows] += ERROR * float(target[fitted].std())
        return replace(self, target=target)

    def standardised(self) -> Array:
        """The features in standard deviations from their means, over all rows and divided by n - 1, ``[n, p]``.

        A constant feature becomes 0.
        """
        moved = self.features - self.features.mean(0)
        spread = moved.std(0, ddof=1) if len(moved) > 1 else np.zeros(moved.shape[1])
        same = spread <= CONSTANT * np.abs(self.features).max(0)
        return np.where(same, 0.0, moved / np.where(same, 1.0, spread))


@cache
def prostate() -> FeatureTable:
    """Log PSA of 97 men against eight clinical measures, 67 rows to fit and 30 to test on.

    >>> prostate().features.shape, int(prostate().train.sum())
    ((97, 8), 67)
    """
    names = FILE.read_text("utf-8").partition("\n")[0].split(",")
    rows = np.loadtxt(FILE, delimiter=",", skiprows=1)
    return FeatureTable(
        names=tuple(names[:-2]),
        features=rows[:, :-2].copy(),
        target=rows[:, -2].copy(),
        train=rows[:, -1] == 1,
        target_name=names[-2],
        title="Prostate cancer",
        source="Stamey et al. (1989), Journal of Urology 141(5); Hastie, Tibshirani and Friedman (2009), The Elements of "
        "Statistical Learning, table 3.1",
    )
