"""A table of columns, as it was read from a visitor's file, and the points that two of them make."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from components.upload.csv_column import Column

MOST_CHARACTERS = 80
ROW_NUMBER = "row number"  # of the data, from 1: the x of a sample; no column of a file is called so


@dataclass(frozen=True, eq=False)
class Pair:
    """Two columns as points, without the rows that lack one of the two numbers.

    ``x`` and ``y`` are float64 of shape ``[n]``, ``rows`` the line in the file, counted from 1,
    of each. A row dropped for text where a number should be counts in ``dropped_not_numeric``
    alone. ``first_missing`` and ``first_not_numeric`` are (line in the file, column, cell) of the
    first of each kind, or None.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    rows: NDArray[np.intp]
    dropped_missing: int
    dropped_not_numeric: int
    first_missing: tuple[int, str, str] | None
    first_not_numeric: tuple[int, str, str] | None


@dataclass(frozen=True, eq=False)
class Table:
    """A file's columns by name, and what was found out about the file.

    ``names`` are those of all columns, ``numeric`` of those that hold numbers (see
    ``Column.is_numeric``), ``unusable`` says why others that hold some do not count.
    ``rows`` gives the line in the file, counted from 1, on which each row begins.
    ``dropped_ragged`` counts the rows left out because they have more or fewer cells than there
    are columns; ``first_ragged`` is (line in the file, number of cells) of the first, or None.
    ``dropped_preamble`` counts those above the header that have as many. ``encoding`` is Python's name for it.
    """

    columns: Mapping[str, Column]
    names: tuple[str, ...]
    numeric: tuple[str, ...]
    unusable: str
    rows: NDArray[np.intp]
    has_header: bool
    delimiter: str
    decimal: str
    encoding: str
    dropped_ragged: int
    first_ragged: tuple[int, int] | None
    dropped_preamble: int

    @property
    def row_count(self) -> int:
        """Rows of data, without the header and without those that were dropped."""
        return len(self.rows)

    def only(self, names: Iterable[str]) -> "Table":
        """The same table with no more than these of its columns, which may be few of many."""
        kept = {name: self.columns[name] for name in names if name in self.columns}
        return replace(self, columns=MappingProxyType(kept))

    def label(self, name: str) -> str:
        """What to call a column where its numbers are drawn; no other is called so."""
        label = self._column(name).label(name)
        return name if label in self.names else label

    def _column(self, name: str) -> Column:
        if name == ROW_NUMBER:
            numbers = np.arange(1.0, self.row_count + 1)
            return Column(("",) * len(numbers), numbers, np.zeros(len(numbers), dtype=bool))
        return self.columns[name]

    def pair(self, x_name: str, y_name: str) -> Pair:
        """The points that two columns make.

        Raises
        ------
        ValueError
            For an unknown column, the same one twice, or fewer than two rows with both numbers.
        """
        for name in (x_name, y_name):
            if name not in (*self.names, ROW_NUMBER):
                raise ValueError(f"There is no column {name!r}. Choose from: {_listed(self.names)}.")
        if x_name == y_name:
            raise ValueError(f"Column {x_name!r} is chosen for both x and y. Choose two different columns.")
        x, y = self._column(x_name), self._column(y_name)
        usable = ~(np.isnan(x.values) | np.isnan(y.values))
        wrong = x.wrong | y.wrong
        columns = {x_name: x, y_name: y}
        first = self._first({name: np.isnan(column.values) for name, column in columns.items()})
        if np.count_nonzero(usable) < 2:
            where = f" The first without is row {first[0]}: column {first[1]!r} holds {first[2]!r}." if first else ""
            raise ValueError(
                f"Columns {x_name!r} and {y_name!r} need at least two rows with a number in both; "
                f"there are {np.count_nonzero(usable)}.{where} Correct the file or choose other columns."
            )
        return Pair(
            x=x.values[usable],
            y=y.values[usable],
            rows=self.rows[usable],
            dropped_missing=int(np.count_nonzero(~usable & ~wrong)),
            dropped_not_numeric=int(np.count_nonzero(wrong)),
            first_missing=self._first({name: column.missing & ~wrong for name, column in columns.items()}),
            first_not_numeric=self._first({name: column.wrong for name, column in columns.items()}),
        )

    def _first(self, marked: Mapping[str, NDArray[np.bool_]]) -> tuple[int, str, str] | None:
        """Line, column and cell of the first of the cells that are marked in each column, ``[n]``."""
        marked = {name: cells for name, cells in marked.items() if cells.any()}
        if not marked:
            return None
        name = min(marked, key=lambda name: int(marked[name].argmax()))
        row = int(marked[name].argmax())
        return int(self.rows[row]), name, clean(self._column(name).text[row])


def clean(text: str) -> str:
    """``text`` on one line, without control characters, cut to 80 characters: fit to be shown."""
    printable = (" " if character.isspace() else character for character in text[: 10 * MOST_CHARACTERS])
    kept = "".join(character for character in printable if unicodedata.category(character)[0] != "C")
    return " ".join(kept.split())[:MOST_CHARACTERS].rstrip()


def _listed(names: Iterable[str]) -> str:
    shown = [repr(name) for name in islice(names, 21)]
    return ", ".join(shown[:20]) + (", ..." if len(shown) > 20 else "")
