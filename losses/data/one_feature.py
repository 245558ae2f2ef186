"""Points of two groups: one feature x, and a label y of -1 or +1."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from losses.data.datasets import Dataset
from losses.data.points import generator


def two_groups(n: int, gap: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two Gaussian groups of deviation 1 whose means lie apart around 0.

    Parameters
    ----------
    n
        How many points in all; the first half, rounded down, is labelled -1.
    gap
        Distance between the means, in standard deviations.
    seed
        A whole number of at least 0.

    Returns
    -------
    tuple
        x and the labels of -1 and +1, ``[n]`` each.

    Raises
    ------
    ValueError
        For a seed out of range.
    """
    label = np.where(np.arange(n) < n // 2, -1.0, 1.0)
    return label * gap / 2 + generator(seed).standard_normal(n), label


def _labelled(key: str, title: str, gap: float, note: str) -> Dataset:
    x, y = two_groups(40, gap, seed=3)
    return Dataset(
        key=key,
        title=title,
        x=x,
        y=y,
        x_label="x",
        y_label="label",
        source=f"Drawn by a seeded generator: two Gaussian groups of 20, {gap:g} apart, deviation 1",
        note=note,
        scale=1.0,
    )


LABELLED: Mapping[str, Dataset] = MappingProxyType(
    {
        dataset.key: dataset
        for dataset in (
            _labelled(
                "overlapping",
                "Two groups that overlap",
                2.0,
                "No threshold parts them: every loss has to give some up.",
            ),
            _labelled(
                "separable",
                "Two groups apart",
                8.0,
                "A threshold parts them: cross-entropy has no minimum, its weights grow for ever.",
            ),
        )
    }
)
