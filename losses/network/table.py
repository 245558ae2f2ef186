"""A table of one's own as a problem for a network: features standardised, rows parted into known and new ones."""

from collections.abc import Sequence

import numpy as np

from losses.data.many_features import CONSTANT
from losses.data.points import Array
from losses.network.problems import FEWEST, MOST, MOST_CLASSES, Examples, Problem

KNOWN = 0.7  # share of the rows that are learned from


def table_problem(features: Array, target: Array, classes: Sequence[str], names: Sequence[str], title: str) -> Problem:
    """Rows with a target as a problem.

    Parameters
    ----------
    features
        ``[n, d]``, finite. Each column is shown to the network in its standard deviations from its mean.
    target
        ``[n]``: indices of ``classes``, or numbers, which are standardised as well.
    classes
        What they are called; none where the target is a number.
    names
        Of the features, ``[d]``.
    title
        What the table is called.

    Raises
    ------
    ValueError
        For fewer than two classes or more than ``MOST_CLASSES``, for too few rows, and where all numbers are one.
    """
    if classes and not 2 <= len(classes) <= MOST_CLASSES:
        raise ValueError(f"The label has {len(classes)} different values; a network is taught 2 to {MOST_CLASSES}.")
    if KNOWN * len(target) < FEWEST:
        raise ValueError(f"{len(target)} usable rows are too few: {FEWEST} are to learn from, and some to judge by.")
    features = _standardised(features)
    target = np.asarray(target, dtype=float) if classes else _standardised(target[:, None])[:, 0]
    if not classes and not target.any():
        raise ValueError("The target is the same in every row: there is nothing to learn.")

    def draw(n: int, seed: int) -> tuple[Examples, Examples]:
        order = np.random.default_rng([seed, 2]).permutation(len(target))
        part = max(FEWEST, round(KNOWN * len(order)))
        known, new = order[: min(n, part)], order[part : part + MOST]
        return (features[known], target[known]), (features[new], target[new])

    return Problem("csv", title, "", draw, tuple(classes), tuple(names), title)


def _standardised(values: Array) -> Array:
    """Each column of ``[n, d]`` in its standard deviations from its mean; a constant one becomes 0."""
    largest = np.abs(values).max(0, initial=0.0)
    scaled = values / np.where(largest > 0, largest, 1.0)  # squares of large numbers would not be numbers
    moved = scaled - scaled.mean(0)
    spread = moved.std(0)
    same = spread <= CONSTANT
    return np.where(same, 0.0, moved / np.where(same, 1.0, spread))
