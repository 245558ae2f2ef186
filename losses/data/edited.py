"""A data set as it stands after the hand has been at it: outliers put in, points moved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from losses.data.datasets import Dataset
from losses.data.outliers import Outliers, with_outliers


@dataclass(frozen=True, eq=False)
class EditedData:
    """Points of shape ``[n]``.

    ``bad`` marks those known to be wrong, put in as outliers or moved; ``original`` are x and y
    before that.
    """

    x: np.ndarray
    y: np.ndarray
    original: tuple[np.ndarray, np.ndarray]
    bad: np.ndarray
    title: str
    x_label: str
    y_label: str

    def unspoiled(self) -> tuple[np.ndarray, np.ndarray]:
        """The points that are not bad."""
        return self.x[~self.bad], self.y[~self.bad]


def with_edits(
    dataset: Dataset, outliers: Outliers, seed: int = 0, moves: Mapping[int, tuple[float, float]] | None = None
) -> EditedData:
    """Put outliers into a data set, then move points.

    Parameters
    ----------
    dataset
        The data set, which stays as it is.
    outliers
        How many, how far and which way; the unit is the data set's own ``scale``.
    seed
        A whole number of at least 0, which chooses the points that become outliers.
    moves
        Where points are moved to: row, counted from 0, to x and y.

    Raises
    ------
    ValueError
        For more outliers than points, and for a moved row that the data do not have.

    Examples
    --------
    >>> from losses.data.datasets import DATASETS
    >>> edited = with_edits(DATASETS["anscombe"], Outliers(count=0), moves={0: (5.0, -3.0)})
    >>> edited.x[0].item(), edited.y[0].item(), edited.bad[0].item()
    (5.0, -3.0, True)
    """
    x, y, outlying = with_outliers(dataset.x, dataset.y, outliers, dataset.scale, seed)
    moves = moves or {}
    rows = list(moves)
    absent = [row for row in rows if not 0 <= row < len(x)]
    if absent:
        raise ValueError(f"the data have rows 0 to {len(x) - 1}, so row {absent[0]} cannot be moved")
    if rows:
        x[rows], y[rows] = np.array(list(moves.values())).T
    bad = np.zeros(len(x), dtype=bool)
    bad[[*dataset.outlier_rows, *outlying, *rows]] = True
    return EditedData(x, y, (dataset.x, dataset.y), bad, dataset.title, dataset.x_label, dataset.y_label)


def standardised(edited: EditedData) -> EditedData:
    """The same points with x in standard deviations from its mean, both as they were before any point was moved."""
    x, y = edited.original
    middle, spread = x.mean(), x.std() or 1.0
    return replace(
        edited,
        x=(edited.x - middle) / spread,
        original=((x - middle) / spread, y),
        x_label=f"{edited.x_label}, standardised",
    )
