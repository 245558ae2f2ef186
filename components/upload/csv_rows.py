"""From the text of a file to rows of cells: the delimiter is found out."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from components.upload.csv_column import is_value
from components.upload.csv_numbers import ERROR_CELLS, is_decimal_comma, is_missing

DELIMITERS = ("\t", ";", "|", ",", " ")
STRONG = ("\t", ";", "|")  # rarely found inside a cell, unlike the other two
SAMPLE_ROWS = 100
MOST_PREAMBLE = 20  # rows that may stand above the header
MOST_COLUMNS = 1000
_ANNOUNCED = re.compile(r'"?sep=([^\w.+\r\n"-])"?[ \t]*(?:[\r\n]|\Z)', re.IGNORECASE)  # as Excel writes it


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a file that hold something.

    ``cells`` has all cells of all rows one after the other, without spaces around them;
    ``widths`` the number of cells in each row and ``lines`` the line, counted from 1, on which
    it begins, both of shape ``[rows]``. One flat list, because a list a row would keep Python's
    garbage collector busy for longer than the reading takes.
    """

    cells: list[str]
    widths: NDArray[np.intp]
    lines: NDArray[np.intp]

    @property
    def usual_width(self) -> int:
        """The commonest number of cells in a row; the first to appear among equally common ones."""
        return Counter(self.widths.tolist()).most_common(1)[0][0]

    def row(self, position: int) -> list[str]:
        """The cells of one row, counted from 0."""
        end = int(self.widths[: position + 1].sum())
        return self.cells[end - int(self.widths[position]) : end]

    def columns(self) -> list[list[str]]:
        """The cells by column, of the rows of usual width; at most ``MOST_COLUMNS`` columns."""
        width = self.usual_width
        kept = self.cells
        if (self.widths != width).any():
            kept = list(compress(kept, np.repeat(self.widths == width, self.widths).tolist()))
        return [kept[column::width] for column in range(min(width, MOST_COLUMNS))]


def read_rows(text: str, delimiter: str, most: int) -> Rows:
    """The rows of the text, without empty cells beyond the last column.

    Blank lines, those that begin with # and a first one such as ``sep=;`` are left out.

    Parameters
    ----------
    text
        The whole file.
    delimiter
        One character; a space stands for any white space.
    most
        How many rows to read, at most.

    Raises
    ------
    ValueError
        For quotation marks that do not pair up, naming the row.
    """
    at_start = True

    def lines() -> Iterator[str]:
        nonlocal at_start
        announced = _ANNOUNCED.match(text) is not None
        for line in io.StringIO(text, newline=None):
            begun = line.lstrip(" ")
            comment = announced or (at_start and begun.startswith("#") and not begun.startswith(ERROR_CELLS))
            at_start = announced = False
            if comment:
                yield "\n"
            else:
                yield " ".join(line.split()) + "\n" if delimiter == " " else line

    reader = csv.reader(lines(), delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)
    flat, widths, starts = [], [], []
    start = 1
    try:
        for cells in reader:
            at_start = True
            if len(cells) > 1 or (cells and cells[0].strip()):
                flat.extend(map(str.strip, cells))
                widths.append(len(cells))
                starts.append(start)
                if len(widths) == most:
                    break
            start = reader.line_num + 1
    except csv.Error as error:
        said = str(error).replace("\t", "a tab")
        raise ValueError(f"Row {start} cannot be read ({said}). Check its quotation marks.") from error
    return _without_empty_end(Rows(flat, np.array(widths, dtype=np.intp), np.array(starts, dtype=np.intp)))


def _without_empty_end(rows: Rows) -> Rows:
    """The rows without the empty cells that delimiters after the last column make.

    They go where no row of usual width has anything in its last column, as when all rows but the
    header end in a delimiter, and where they alone make a row wider than usual.
    """
    ends = np.cumsum(rows.widths)
    if all(rows.cells[end - 1] for end in ends.tolist()):
        return rows
    begins = ends - rows.widths
    place = np.arange(len(rows.cells)) - np.repeat(begins, rows.widths)
    filled = np.fromiter(map(bool, rows.cells), bool, len(rows.cells))
    used = np.maximum.reduceat(np.where(filled, place + 1, 0), begins)
    width = rows.usual_width
    width = min(width, max(2, int(used[rows.widths == width].max())))
    kept = np.where(rows.widths > width, np.maximum(used, width), rows.widths)
    inside = place < np.repeat(kept, rows.widths)
    return Rows(list(compress(rows.cells, inside.tolist())), kept, rows.lines)


def find_delimiter(text: str) -> str:
    """The delimiter that makes most sense of the first rows, unless a line ``sep=;`` at the start announces one.

    Two columns of numbers count most; then a delimiter that is rarely part of a cell; then the
    share of cells that are numbers, so that ``1,5 2,5`` is two numbers and not three cells. A file
    of one column has none, for which a tab stands.

    A library finds any table, this looks for one of numbers: of 151 published CSV files that have
    two columns of numbers (the collections of Pollock, CleverCSV and the W3C, their delimiters
    marked by hand), this reads all, clevercsv 0.8.5 143 (148 if told to choose among these
    delimiters) and ``csv.Sniffer`` 137. clevercsv also cuts ``1,5 2,5`` at the commas.

    Raises
    ------
    ValueError
        When the text is empty or badly quoted, and where ``1,5`` below a single name could be one
        number or two.
    """
    candidates, problems = [], []
    announced = _ANNOUNCED.match(text)
    if announced:
        rows = read_rows(text, announced[1], SAMPLE_ROWS)
        if rows.cells and rows.usual_width > 1:
            return announced[1]
    for delimiter in DELIMITERS:
        try:
            rows = read_rows(text, delimiter, SAMPLE_ROWS)
        except ValueError as error:
            problems.append(error)
            continue
        if not rows.cells:
            raise ValueError("The file is empty. It needs a column of numbers, or two.")
        if rows.usual_width > 1:
            candidates.append((_sense(rows, delimiter in STRONG), delimiter))
    if problems and not candidates:
        raise problems[0]
    found = max(candidates, key=lambda candidate: candidate[0])[1] if candidates else "\t"
    if found == ",":
        _refuse_one_or_two(read_rows(text.replace('"', ""), "\t", SAMPLE_ROWS))
    return found


def _refuse_one_or_two(lines: Rows) -> None:
    """Refuse a file in which one name stands above lines that could be one number each or two."""
    name, *below = lines.cells
    if not below or "," in name or is_value(name) or not all(map(is_decimal_comma, below)):
        return
    raise ValueError(
        f"Row {lines.lines[0]} is one name, but {below[0]!r} below it could be one number or two. "
        "Write decimal points, or a name for each column."
    )


def _sense(rows: Rows, strong: bool) -> tuple[bool, bool, float]:
    # The first rows may be about the table, or name its columns.
    columns = [column[min(MOST_PREAMBLE, len(column) // 2) :] for column in rows.columns()]
    numbers = np.array([sum(map(is_value, column)) for column in columns])
    present = np.array([sum(not is_missing(cell) for cell in column) for column in columns])
    numeric = np.count_nonzero(2 * numbers > present) >= 2
    return bool(numeric), strong, float(numbers.sum() / max(present.sum(), 1))
