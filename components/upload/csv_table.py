"""Read a user's CSV: its encoding, delimiter, header and decimal sign are found out, or the message says what is wrong."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from components.upload.csv_column import NO_NUMBER, Column, read_column, why_unread
from components.upload.csv_numbers import Decimal, find_decimal, is_number
from components.upload.csv_rows import MOST_COLUMNS, MOST_PREAMBLE, Rows, find_delimiter, read_rows
from components.upload.csv_text import decode
from components.upload.csv_units import without_unit
from components.upload.table import MOST_CHARACTERS, ROW_NUMBER, Table, clean

RULE = "A column of numbers has at least two numbers or dates, and more of them than other text."
MOST_UNUSABLE = 3  # columns of which it is told why they are not used
# Marks of direction and the like, which spreadsheets and web pages leave in cells.
_UNSEEN = dict.fromkeys([0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def read_table(
    raw: bytes, *, header: bool | None = None, most_rows: int = 100_000, most_bytes: int = 5_000_000
) -> Table:
    """Read a CSV or a similar text file, whatever its dialect.

    Recognised are the encodings of ``decode``; columns separated by tabs, semicolons, ``|``,
    commas, spaces or what a line such as ``sep=;`` at the start says; quoted cells; decimal points
    and commas; separators of thousands where they cannot be decimal signs; a delimiter too many at
    the end of lines; rows of text above the header; a currency or percent sign that most numbers
    of a column have; dates. Blank lines and lines that begin with # are skipped.

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
        of uneven rows, or without a column of numbers, and where a second column seems to be
        meant but cannot be read.
    """
    if len(raw) > most_bytes:
        raise ValueError(f"The file has {len(raw):,} bytes; at most {most_bytes:,} can be read. Keep fewer rows.")
    text, encoding = decode(raw)
    text = text if text.isascii() else text.translate(_UNSEEN)
    delimiter = find_delimiter(text)
    rows = read_rows(text, delimiter, most_rows + MOST_PREAMBLE + 2)
    _require_even(rows)
    cells = rows.columns()
    units = [without_unit(column) for column in cells]
    decimal = find_decimal((bare for _, bare in units), delimiter)
    columns = [read_column(column, bare, unit, decimal) for column, (unit, bare) in zip(cells, units, strict=True)]
    heading = _heading(columns) if header is None else header - 1
    if len(rows.lines) - (heading + 1) > most_rows:
        raise ValueError(f"The file has more than {most_rows:,} rows. Keep at most that many.")
    names = _unique(column[heading] if heading >= 0 else "" for column in cells)
    below = {name: column.part(slice(heading + 1, None)) for name, column in zip(names, columns, strict=True)}
    ragged = rows.widths != rows.usual_width
    lines = rows.lines[~ragged][heading + 1 :]
    first = int(ragged.argmax())
    return Table(
        columns=MappingProxyType(below),
        names=tuple(names),
        numeric=tuple(name for name, column in below.items() if column.is_numeric),
        unusable=_require_numeric(below, lines, decimal),
        rows=lines,
        has_header=heading >= 0,
        delimiter=delimiter,
        decimal=decimal.sign,
        encoding=encoding,
        dropped_ragged=int(np.count_nonzero(ragged)),
        first_ragged=(int(rows.lines[first]), int(rows.widths[first])) if ragged.any() else None,
        dropped_preamble=max(heading, 0),
    )


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
    taken = dict.fromkeys([ROW_NUMBER])
    for position, name in enumerate(names, start=1):
        base = clean(name) or f"column {position}"
        unique, copy = base, 1
        while unique in taken:
            copy += 1
            suffix = f" ({copy})"
            unique = base[: MOST_CHARACTERS - len(suffix)] + suffix
        taken[unique] = None
    return list(taken)[1:]


def _require_numeric(columns: Mapping[str, Column], rows: NDArray[np.intp], decimal: Decimal) -> str:
    """Why columns that may have been meant as numbers are not used; refuses a table that cannot do without them."""
    if not len(rows):
        raise ValueError("The file has a header but no rows below it. It needs at least two rows of numbers.")
    others = {name: column for name, column in columns.items() if not column.is_numeric}
    why = {name: _why_unusable(name, column, rows, decimal) for name, column in others.items() if column.wrong.any()}
    meant = [
        name for name, column in others.items() if column.count or not why.get(name, NO_NUMBER).endswith(NO_NUMBER)
    ]
    numeric = len(columns) - len(others)
    if numeric >= 2 or (numeric and not meant):
        shown = [name for name in why if name in meant or numeric == 1]
        return " ".join(why[name] for name in shown[:MOST_UNUSABLE])
    if len(rows) == 1 and any(column.count for column in columns.values()):
        raise ValueError("The file has one row of values only. It needs at least two rows of numbers.")
    few = [f"Column {name!r} has a number in one cell only." for name in meant if name not in why]
    told = [*(why[name] for name in meant if name in why), *few, *(why[name] for name in why if name not in meant)]
    found = " ".join(told[:MOST_UNUSABLE]) or "No cell holds a number."
    raise ValueError(f"The file needs a column of numbers, or two. {RULE} {found} Correct it and try again.")


def _why_unusable(name: str, column: Column, rows: NDArray[np.intp], decimal: Decimal) -> str:
    row, wrong = int(column.wrong.argmax()), int(np.count_nonzero(column.wrong))
    why = why_unread(column.text[row], column, decimal)
    return (
        f"Column {name!r} is not used: {column.count:,} of the {column.count + wrong:,} cells that hold something "
        f"can be read as numbers, and the first that cannot is row {rows[row]}, {clean(column.text[row])!r}, {why}"
    )
