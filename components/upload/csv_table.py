"""Read a user's CSV: its encoding, delimiter, header and decimal sign are found out, or the message says what is wrong."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from components.upload.csv_numbers import Decimal, find_decimal, is_missing, is_number, read_numbers
from components.upload.csv_rows import MOST_COLUMNS, MOST_PREAMBLE, Rows, find_delimiter, read_rows
from components.upload.csv_text import decode

MOST_CHARACTERS = 80


class Column(NamedTuple):
    """The cells of one column, top to bottom.

    ``text`` as in the file, without spaces around it; ``values`` in float64, NaN where a cell
    is no finite number; ``missing`` marks those that say so ("", "NA", "nan", "inf" and the like).
    """

    text: tuple[str, ...]
    values: NDArray[np.float64]
    missing: NDArray[np.bool_]

    def part(self, rows: slice) -> "Column":
        """Some of the rows."""
        return Column(self.text[rows], self.values[rows], self.missing[rows])

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """The cells that hold something, but no number."""
        return np.isnan(self.values) & ~self.missing

    @property
    def is_numeric(self) -> bool:
        """Whether at least two cells, and more than half of those that hold something, are numbers."""
        numbers = np.count_nonzero(~np.isnan(self.values))
        return bool(numbers >= 2 and numbers > np.count_nonzero(self.wrong))


@dataclass(frozen=True, eq=False)
class Pair:
    """Two columns as points, without the rows that lack one of the two numbers.

    ``x`` and ``y`` are float64 of shape ``[n]``, ``rows`` the line in the file, counted from 1,
    of each. A row dropped for text where a number should be counts in ``dropped_not_numeric``
    alone. ``first_dropped`` is (line in the file, column, cell) of the first one, or None.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    rows: NDArray[np.intp]
    dropped_missing: int
    dropped_not_numeric: int
    first_dropped: tuple[int, str, str] | None


@dataclass(frozen=True, eq=False)
class Table:
    """A file's columns by name, and what was found out about the file.

    ``rows`` gives the line in the file, counted from 1, on which each row begins.
    ``dropped_ragged`` counts the rows left out because they have more or fewer cells than there
    are columns; ``first_ragged`` is (line in the file, number of cells) of the first, or None.
    ``dropped_preamble`` counts those above the header that have as many. ``encoding`` is Python's name for it.
    """

    columns: Mapping[str, Column]
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

    @property
    def numeric(self) -> tuple[str, ...]:
        """The names of the columns that hold numbers; see ``Column.is_numeric``."""
        return tuple(name for name, column in self.columns.items() if column.is_numeric)

    def pair(self, x_name: str, y_name: str) -> Pair:
        """The points that two columns make.

        Raises
        ------
        ValueError
            For an unknown column, the same one twice, or fewer than two rows with both numbers.
        """
        for name in (x_name, y_name):
            if name not in self.columns:
                raise ValueError(f"There is no column {name!r}. Choose from: {_listed(self.columns)}.")
        if x_name == y_name:
            raise ValueError(f"Column {x_name!r} is chosen for both x and y. Choose two different columns.")
        x, y = self.columns[x_name], self.columns[y_name]
        usable = ~(np.isnan(x.values) | np.isnan(y.values))
        wrong = x.wrong | y.wrong
        first = None
        if not usable.all():
            row = int(usable.argmin())
            name, column = (x_name, x) if np.isnan(x.values[row]) else (y_name, y)
            first = (int(self.rows[row]), name, clean(column.text[row]))
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
            first_dropped=first,
        )


def read_table(
    raw: bytes, *, header: bool | None = None, most_rows: int = 100_000, most_bytes: int = 5_000_000
) -> Table:
    """Read a CSV or a similar text file, whatever its dialect.

    Recognised are the encodings of ``decode``; columns separated by tabs, semicolons, ``|``,
    commas, spaces or what a line such as ``sep=;`` at the start says; quoted cells; decimal points
    and commas; separators of thousands where they cannot be decimal signs; a delimiter too many at
    the end of lines; rows of text above the header. Blank lines and lines that begin with # are
    skipped.

    Parameters
    ----------
    raw
        The file's bytes.
    header
        Whether the first row names the columns. If None it does when it has no number, or text
        above a column of numbers; a header such as "city,2019,2020" has to be announced. A row of
        text alone below others that hold no data names them too.
    most_rows, most_bytes
        Larger files are refused.

    Raises
    ------
    ValueError
        With a message for the user, when the file is not text, empty, too large, badly quoted,
        of uneven rows, or without two columns of numbers.
    """
    if len(raw) > most_bytes:
        raise ValueError(f"The file has {len(raw):,} bytes; at most {most_bytes:,} can be read. Keep fewer rows.")
    text, encoding = decode(raw)
    delimiter = find_delimiter(text)
    rows = read_rows(text, delimiter, most_rows + MOST_PREAMBLE + 2)
    _require_even(rows)
    cells = rows.columns()
    decimal = find_decimal(cells, delimiter)
    columns = [_column(column, decimal) for column in cells]
    heading = _heading(columns) if header is None else header - 1
    if len(rows.lines) - (heading + 1) > most_rows:
        raise ValueError(f"The file has more than {most_rows:,} rows. Keep at most that many.")
    names = _unique(column.text[heading] if heading >= 0 else "" for column in columns)
    below = slice(heading + 1, None)
    ragged = rows.widths != rows.usual_width
    first = int(ragged.argmax())
    table = Table(
        columns=MappingProxyType({name: column.part(below) for name, column in zip(names, columns, strict=True)}),
        rows=rows.lines[~ragged][below],
        has_header=heading >= 0,
        delimiter=delimiter,
        decimal=decimal.sign,
        encoding=encoding,
        dropped_ragged=int(np.count_nonzero(ragged)),
        first_ragged=(int(rows.lines[first]), int(rows.widths[first])) if ragged.any() else None,
        dropped_preamble=max(heading, 0),
    )
    _require_two_numeric(table, decimal)
    return table


def clean(text: str) -> str:
    """``text`` on one line, without control characters, cut to 80 characters: fit to be shown."""
    printable = (" " if character.isspace() else character for character in text[: 10 * MOST_CHARACTERS])
    kept = "".join(character for character in printable if unicodedata.category(character)[0] != "C")
    return " ".join(kept.split())[:MOST_CHARACTERS].rstrip()


def _require_even(rows: Rows) -> None:
    """Refuse a table too wide, one whose header does not fit its rows, and one of mostly uneven rows."""
    width = rows.usual_width
    if width > MOST_COLUMNS:
        raise ValueError(f"The file has {width:,} columns; at most {MOST_COLUMNS:,} can be read. Keep fewer columns.")
    even = rows.widths == width
    start = int(even.argmax())
    first = rows.row(0)
    if 1 < len(first) != width and not any(map(is_number, first)) and any(map(is_number, rows.row(start))):
        raise ValueError(
            f"The header (row {rows.lines[0]}) has {len(first)} cells, but most rows have {width}. "
            "Give every column a name, and remove lines above the header."
        )
    even = even[start:]
    if 2 * np.count_nonzero(even) < len(even):
        odd = start + int(even.argmin())
        raise ValueError(
            f"The rows are uneven: row {rows.lines[odd]} has {rows.widths[odd]} cells, "
            f"row {rows.lines[start]} has {width}. Every row needs the same number of cells."
        )


def _column(cells: list[str], decimal: Decimal) -> Column:
    values = read_numbers(cells, decimal)
    missing = np.zeros(len(cells), dtype=bool)
    unread = np.flatnonzero(np.isnan(values))
    missing[unread] = [is_missing(cells[row]) for row in unread]
    return Column(tuple(cells), values, missing)


def _heading(columns: list[Column]) -> int:
    """The row, counted from 0, that names the columns; -1 if none does.

    Below other rows it is one of text alone, such that they have text in at least half of the
    columns that hold numbers under it: they are about the table, not of it. Of several such rows
    in succession the first has the names; units may follow.
    """
    text = np.array([column.wrong[: MOST_PREAMBLE + 1] for column in columns])
    named = np.all(text, axis=0)
    for row in np.flatnonzero(named[1:] & ~named[:-1])[::-1] + 1:
        below = _mostly_numbers(columns, row + 1)
        if np.count_nonzero(below) >= 2 and (2 * text[below, :row].sum(axis=0) >= np.count_nonzero(below)).all():
            return int(row)
    first_is_number = [not np.isnan(column.values[0]) for column in columns]
    named = (text[:, 0] & _mostly_numbers(columns, 1)).any() or (text[:, 0].any() and not any(first_is_number))
    return 0 if named else -1


def _mostly_numbers(columns: list[Column], start: int) -> NDArray[np.bool_]:
    """For each column, whether more of its cells from row ``start`` on are numbers than are other text."""
    return np.array(
        [np.count_nonzero(~np.isnan(c.values[start:])) > np.count_nonzero(c.wrong[start:]) for c in columns]
    )


def _unique(names: Iterable[str]) -> list[str]:
    taken: dict[str, None] = {}
    for position, name in enumerate(names, start=1):
        base = clean(name) or f"column {position}"
        unique, copy = base, 1
        while unique in taken:
            copy += 1
            suffix = f" ({copy})"
            unique = base[: MOST_CHARACTERS - len(suffix)] + suffix
        taken[unique] = None
    return list(taken)


def _listed(names: Iterable[str]) -> str:
    shown = [repr(name) for name in islice(names, 21)]
    return ", ".join(shown[:20]) + (", ..." if len(shown) > 20 else "")


def _require_two_numeric(table: Table, decimal: Decimal) -> None:
    if not table.row_count:
        raise ValueError("The file has a header but no rows below it. It needs at least two rows of numbers.")
    numeric = table.numeric
    if len(numeric) >= 2:
        return
    found = f"only column {numeric[0]!r} has them" if numeric else "none has them"
    where = ""
    for name, column in table.columns.items():
        if name not in numeric and column.wrong.any():
            row = int(column.wrong.argmax())
            cell = column.text[row]
            where = f" Row {table.rows[row]}, column {name!r} holds {clean(cell)!r}, which is not a number."
            if decimal.doubts(cell):
                where = (
                    f" Row {table.rows[row]}, column {name!r} holds {cell!r}, whose sign could be a decimal sign "
                    "or separate thousands. Remove the separators of thousands from the file."
                )
            break
    raise ValueError(
        "The file needs two columns with at least two numbers each, and more numbers than other text; "
        f"{found}.{where} Correct it and try again."
    )
