"""One column of a table as numbers: plain ones, with a unit, or days since the first date."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from components.upload.csv_dates import is_date, is_undecided, read_dates
from components.upload.csv_numbers import Decimal, is_missing, is_number, read_numbers
from components.upload.csv_units import split_unit

NO_NUMBER = "which is not a number."


@dataclass(frozen=True, eq=False)
class Column:
    """The cells of one column, top to bottom.

    Attributes
    ----------
    text
        Each cell as in the file, without spaces around it, and empty where it is a number: a
        session keeps the columns in use, and texts take far more room than numbers.
    values
        In float64, NaN where a cell is no finite number, ``[n]``.
    missing
        Marks the cells that say so ("", "NA", "nan", "inf" and the like), ``[n]``.
    unit
        The currency or percent sign that was left out of each number.
    dated
        Whether the values are days since ``since``, the first date.
    since
        That date as in 2020-12-31, once the header has been taken off.
    """

    text: tuple[str, ...]
    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    unit: str = ""
    dated: bool = False
    since: str = ""

    def part(self, rows: slice) -> "Column":
        """Some of the rows; days count from the first date among them."""
        values, since = self.values[rows], ""
        if self.dated and not np.isnan(values).all():
            first = np.floor(np.nanmin(values))
            values, since = values - first, str(np.datetime64(int(first), "D"))
        return replace(self, text=self.text[rows], values=values, missing=self.missing[rows], since=since)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """The cells that hold something, but no number."""
        return np.isnan(self.values) & ~self.missing

    @property
    def count(self) -> int:
        """How many cells are numbers."""
        return int(np.count_nonzero(~np.isnan(self.values)))

    @property
    def is_numeric(self) -> bool:
        """Whether at least two cells, and more than half of those that hold something, are numbers."""
        return self.count >= 2 and self.count > int(np.count_nonzero(self.wrong))

    def label(self, name: str) -> str:
        """What to call the column where its numbers are drawn: its name with the unit or the first date."""
        if self.dated:
            return f"{name}, days since {self.since}"
        return f"{name} ({self.unit})" if self.unit and self.unit not in name else name


def is_value(cell: str) -> bool:
    """Whether the cell is a number with or without a unit, or a date."""
    return is_number(cell) or bool(split_unit(cell)[0]) or is_date(cell)


def read_column(cells: Sequence[str], bare: Sequence[str], unit: str, decimal: Decimal) -> Column:
    """A column from its cells, header and all.

    Parameters
    ----------
    cells
        As in the file.
    bare
        The same without their ``unit``, as by ``without_unit``.
    unit
        Empty if there is none.
    decimal
        The decimal sign of the table.
    """
    values, dated = read_numbers(bare, decimal), False
    unread = np.isnan(values)
    if 2 * np.count_nonzero(unread) > len(cells) and (days := read_dates(cells)) is not None:
        dated = bool(np.count_nonzero(~np.isnan(days)) > np.count_nonzero(~unread))
        values = days if dated else values
    missing = np.zeros(len(cells), dtype=bool)
    rows = np.flatnonzero(np.isnan(values))
    missing[rows] = [is_missing(cells[row]) for row in rows]
    return Column(_texts(cells, np.isnan(values)), values, missing, "" if dated else unit, dated)


def _texts(cells: Sequence[str], unread: NDArray[np.bool_]) -> tuple[str, ...]:
    """The cells that are no numbers, equal ones as one object, and empty text for the others."""
    known: dict[str, str] = {}
    return tuple(
        known.setdefault(cell, cell) if keep else "" for cell, keep in zip(cells, unread.tolist(), strict=True)
    )


def why_unread(cell: str, column: Column, decimal: Decimal) -> str:
    """Why a cell of the column that holds something is not read, and what to do where that is clear."""
    if decimal.doubts(split_unit(cell)[1]):
        return (
            "whose sign could be a decimal sign or separate thousands. "
            "Remove the separators of thousands from the file."
        )
    if is_undecided(cell) and not column.dated:
        return "which could have the day or the month first. Write dates as in 2020-12-31."
    if is_number(split_unit(cell)[1]):
        return "whose unit is not that of most."
    return NO_NUMBER
