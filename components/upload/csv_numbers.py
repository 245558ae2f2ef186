"""Read the numbers in a table's cells: with a decimal point or comma, with or without separators of thousands."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ERROR_CELLS = ("#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")  # what a spreadsheet writes
_MISSING = frozenset(
    ["", "na", "n/a", "n.a.", "n/d", "nan", "<na>", "null", "none", ".", "..", "?", "inf", "infinity"]
    + ["1.#ind", "1.#inf", "1.#qnan", "1.#snan"]  # Microsoft's C
    + [cell.casefold() for cell in ERROR_CELLS]
)
_MINUS = "-\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d"  # as typed, as printed, and the dashes that stand for it
_SPACES = " \u00a0\u2007\u2009\u202f"  # as typed, and those that printed numbers have
_THOUSANDS = f"{_SPACES}'\u2019"  # separators beside the other decimal sign
_SIGN = f"[+{_MINUS}]?".replace("-", r"\-")
SIGN = f"(?:{_SIGN.removesuffix('?')}[{_SPACES}]?)?"
_OTHER = {".": ",", ",": "."}
_SEPARATOR = "\0"  # of cells in a joined column: no text that gets here contains it
_AMBIGUOUS_TEXT = SIGN + r"[1-9]\d{0,2}([.,])\d{3}"
_NUMBER_TEXT = {
    sign: rf"{SIGN}(?:(?:\d+(?:[{sign}]\d*)?|[{sign}]\d+)(?:[eE]{_SIGN}\d+)?"
    rf"|[1-9]\d{{0,2}}(?P<group>[{other}{_THOUSANDS}])\d{{3}}(?:(?P=group)\d{{3}})*(?:[{sign}]\d*)?)"
    for sign, other in _OTHER.items()
}
_AMBIGUOUS = re.compile(_AMBIGUOUS_TEXT, re.ASCII)
_NUMBER = {sign: re.compile(text, re.ASCII) for sign, text in _NUMBER_TEXT.items()}
_CELL = {
    text: re.compile(rf"(?<![^\0]){text}(?![^\0])", re.ASCII) for text in (_AMBIGUOUS_TEXT, *_NUMBER_TEXT.values())
}


@dataclass(frozen=True)
class Decimal:
    """A table's decimal ``sign``, and the signs in ``doubtful``.

    A number such as 1,234 is one and a bit or more than a thousand. Where its sign is doubtful
    it is not read at all rather than perhaps wrongly.
    """

    sign: str
    doubtful: frozenset[str] = frozenset()

    def doubts(self, cell: str) -> bool:
        """Whether the cell would be a number if only its sign were clear."""
        match = _AMBIGUOUS.fullmatch(cell)
        return match is not None and match[1] in self.doubtful


def is_missing(cell: str) -> bool:
    """Whether the cell says that there is no value, or no finite one: empty, "NA", a dash, an error of a spreadsheet."""
    return cell.casefold().lstrip(f"+{_MINUS}") in _MISSING


def is_number(cell: str) -> bool:
    """Whether the cell is a number with one decimal sign or the other."""
    return any(pattern.fullmatch(cell) for pattern in _NUMBER.values())


def is_decimal_comma(cell: str) -> bool:
    """Whether the cell is a number with a decimal comma, or else two numbers with a comma between them."""
    return "," in cell and _NUMBER[","].fullmatch(cell) is not None


def find_decimal(columns: Iterable[Iterable[str]], delimiter: str) -> Decimal:
    """The decimal sign of a table, from the cells that can be read with one sign only.

    ``1,5`` and ``1.234,5`` show a comma, ``1.5`` and ``1,234,567`` a point; the majority
    decides. ``1,234`` shows nothing: it follows the others where they are clear (all agree, and
    are not a handful against many), and a table with semicolons has decimal commas; otherwise
    it is doubtful.
    """
    signed = [cell for column in columns for cell in column if "," in cell or "." in cell]
    if not any("," in cell or cell.count(".") > 1 for cell in signed):
        return Decimal(".")
    joined = _SEPARATOR.join(signed)
    unclear = Counter(_CELL[_AMBIGUOUS_TEXT].findall(joined))
    votes = {
        sign: sum(1 for _ in _CELL[text].finditer(joined)) - unclear.total() for sign, text in _NUMBER_TEXT.items()
    }
    if not any(votes.values()):
        if delimiter == ";" and not unclear["."]:
            return Decimal("," if unclear else ".")
        return Decimal(".", frozenset(unclear) if unclear[","] else frozenset())
    sign = max(".,", key=lambda sign: (votes[sign], (sign == ",") == (delimiter == ";")))
    other = _OTHER[sign]
    contested = votes[other] or 10 * votes[sign] < unclear[other]
    return Decimal(sign, frozenset(other) if contested else frozenset())


def read_numbers(cells: Sequence[str], decimal: Decimal) -> NDArray[np.float64]:
    """The cells as float64, NaN where one is no number that float64 can hold."""
    other = _OTHER[decimal.sign]
    spelling = str.maketrans(dict.fromkeys(other + _THOUSANDS, "") | {decimal.sign: "."} | dict.fromkeys(_MINUS, "-"))
    spelled = _SEPARATOR.join(cells).translate(spelling).split(_SEPARATOR)
    matches = map(_NUMBER[decimal.sign].fullmatch, cells)
    values = np.array([float(text) if match else np.nan for text, match in zip(spelled, matches, strict=True)])
    if decimal.doubtful:
        values[[decimal.doubts(cell) for cell in cells]] = np.nan
    values[np.isinf(values)] = np.nan
    return values
