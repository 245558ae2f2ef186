"""From the bytes of a text file to rows of cells: the encoding and the delimiter are found out."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.upload.csv_numbers import is_missing, is_number

DELIMITERS = ("\t", ";", "|", ",", " ")
STRONG = ("\t", ";", "|")  # rarely found inside a cell, unlike the other two
SAMPLE_ROWS = 100
MOST_COLUMNS = 1000
FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook: open it and save it as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a compressed file: unpack it first"),
)
ERROR_CELLS = ("#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")  # a spreadsheet's, not comments


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

    def columns(self) -> list[list[str]]:
        """The cells by column, of the rows of usual width; at most ``MOST_COLUMNS`` columns."""
        width = self.usual_width
        kept = self.cells
        if (self.widths != width).any():
            inside = np.repeat(self.widths == width, self.widths).tolist()
            kept = [cell for cell, keep in zip(kept, inside, strict=True) if keep]
        return [kept[column::width] for column in range(min(width, MOST_COLUMNS))]


def decode(raw: bytes) -> tuple[str, str]:
    """The text and Python's name of its encoding.

    UTF-8 and UTF-16 are known by their byte order mark; without one it is UTF-8 if it can be,
    else Windows-1252, else Latin-1.

    Raises
    ------
    ValueError
        For what is no text, such as a workbook or a picture, and for damaged UTF.
    """
    for magic, kind in FOREIGN:
        if raw.startswith(magic):
            raise ValueError(f"The file is not text but {kind}.")
    if raw.startswith(b"PK\x03\x04"):
        workbook = b"xl/" in raw or b"opendocument.spreadsheet" in raw
        kind = (
            "an Excel workbook or the like: open it and save it as CSV"
            if workbook
            else "a ZIP archive: unpack it first"
        )
        raise ValueError(f"The file is not text but {kind}.")
    if raw.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig",)
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            damage = error.start + 1
            continue
        if "\0" in text:
            raise ValueError("The file is not text: it contains null characters. Save it as CSV in UTF-8.")
        return text, encoding
    raise ValueError(f"The file is marked as {encoding} but byte {damage} does not fit. Save it again as CSV in UTF-8.")


def read_rows(text: str, delimiter: str, most: int) -> Rows:
    """The first ``most`` rows of the text. A space as delimiter stands for any white space.

    Raises
    ------
    ValueError
        For quotation marks that do not pair up, naming the row.
    """
    at_start = True

    def lines() -> Iterator[str]:
        nonlocal at_start
        for line in io.StringIO(text, newline=None):
            begun = line.lstrip(" ")
            comment = at_start and begun.startswith("#") and not begun.startswith(ERROR_CELLS)
            at_start = False
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
        raise ValueError(f"Row {start} cannot be read ({error}). Check its quotation marks.") from error
    return Rows(flat, np.array(widths, dtype=np.intp), np.array(starts, dtype=np.intp))


def find_delimiter(text: str) -> str:
    """The delimiter that makes most sense of the first rows.

    Two columns of numbers count most; then a delimiter that is rarely part of a cell; then the
    share of cells that are numbers, so that ``1,5 2,5`` is two numbers and not three cells.

    Raises
    ------
    ValueError
        When the text is empty, badly quoted, or one column whatever the delimiter.
    """
    candidates, problems = [], []
    for delimiter in DELIMITERS:
        try:
            rows = read_rows(text, delimiter, SAMPLE_ROWS)
        except ValueError as error:
            problems.append(error)
            continue
        if not rows.cells:
            raise ValueError("The file is empty. It needs two columns of numbers.")
        if rows.usual_width > 1:
            candidates.append((_sense(rows, delimiter in STRONG), delimiter))
    if candidates:
        return max(candidates, key=lambda candidate: candidate[0])[1]
    if problems:
        raise problems[0]
    raise ValueError(
        "The file has one column only. It needs two columns of numbers, "
        "separated by commas, semicolons, tabs, | or spaces."
    )


def _sense(rows: Rows, strong: bool) -> tuple[bool, bool, float]:
    columns = [column[1:] or column for column in rows.columns()]
    numbers = np.array([sum(map(is_number, column)) for column in columns])
    present = np.array([sum(not is_missing(cell) for cell in column) for column in columns])
    return np.count_nonzero(2 * numbers > present) >= 2, strong, numbers.sum() / max(present.sum(), 1)
