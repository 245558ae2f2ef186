"""A data set as it stands after the hand has been at it: outliers put in, points moved, added, taken away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from losses.data.datasets import Dataset
from losses.data.outliers import Outliers, with_outliers

Place = tuple[float, float]
FEWEST = 3  # points: through two any line is as good as the best


@dataclass(frozen=True, eq=False)
class EditedData:
    """Points of shape ``[n]``.

    ``bad`` marks those known to be wrong, put in as outliers, moved or added; ``original`` are x and y
    before that. ``rows`` are whole numbers that tell the points apart: their rows in the data set, and for
    those added numbers above these.
    """

    x: np.ndarray
    y: np.ndarray
    original: tuple[np.ndarray, np.ndarray]
    bad: np.ndarray
    title: str
    x_label: str
    y_label: str
    rows: np.ndarray

    def unspoiled(self) -> tuple[np.ndarray, np.ndarray]:
        """The points that are not bad."""
        return self.x[~self.bad], self.y[~self.bad]


def with_edits(
    dataset: Dataset,
    outliers: Outliers,
    seed: int = 0,
    moves: Mapping[int, Place | None] | None = None,
    most: int | None = None,
) -> EditedData:
    """Put outliers into a data set, then move, add and take away points.

    Parameters
    ----------
    dataset
        The data set, which stays as it is.
    outliers
        How many, how far and which way; the unit is the data set's own ``scale``.
    seed
        A whole number of at least 0, which chooses the points that become outliers.
    moves
        Where points are moved to: row, counted from 0, to x and y, or to None for a point that is taken away.
        A row of at least ``most`` is a point that is added. What is neither in the data nor new is passed over:
        data that are drawn may have it again.
    most
        A number above all rows that the data set can have; that of its rows by default.

    Raises
    ------
    ValueError
        For more outliers than points, for a row that is negative, and where fewer than ``FEWEST`` points stay.

    Examples
    --------
    >>> from losses.data.datasets import DATASETS
    >>> edited = with_edits(DATASETS["anscombe"], Outliers(count=0), moves={0: (5.0, -3.0)})
    >>> edited.x[0].item(), edited.y[0].item(), edited.bad[0].item()
    (5.0, -3.0, True)
    """
    x, y, outlying = with_outliers(dataset.x, dataset.y, outliers, dataset.scale, seed)
    moves = moves or {}
    most = len(x) if most is None else most
    placed = {row: place for row, place in moves.items() if place is not None}
    added = sorted(row for row in placed if row >= most)
    if negative := [row for row in moves if row < 0]:
        raise ValueError(f"rows count from 0, so row {negative[0]} cannot be moved")
    rows = np.array([*range(len(x)), *added])
    new = np.array([placed[row] for row in added]).reshape(-1, 2)
    original = np.column_stack([np.append(dataset.x, new[:, 0]), np.append(dataset.y, new[:, 1])])
    here = np.column_stack([np.append(x, new[:, 0]), np.append(y, new[:, 1])])
    moved = [row for row in placed if row < len(x)]
    here[moved] = np.array([placed[row] for row in moved]).reshape(-1, 2)
    bad = rows >= most
    bad[[*dataset.outlier_rows, *outlying, *moved]] = True
    kept = ~np.isin(rows, [row for row, place in moves.items() if place is None])
    if kept.sum() < min(FEWEST, len(x)):
        raise ValueError(f"at least {FEWEST} points must stay")
    return EditedData(
        *here[kept].T, tuple(original[kept].T), bad[kept], dataset.title, dataset.x_label, dataset.y_label, rows[kept]
    )


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
