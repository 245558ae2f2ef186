"""Numbers that carry their unit: ``$1,200.50``, ``5 €``, ``23,78%``."""

import re
from collections import Counter
from collections.abc import Sequence

from components.upload.csv_numbers import SIGN, is_number

_SIGNS = ("$", *map(chr, range(0xA2, 0xA6)), "\u0e3f", *map(chr, range(0x20A0, 0x20C1)))
_CODES = (
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "CHF",
    "CNY",
    "INR",
    "CAD",
    "AUD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "BRL",
)
_SHARES = ("%", "\u2030")
_CURRENCY = "|".join(map(re.escape, (*_SIGNS, *_CODES)))
_MARKED = re.compile(rf"({SIGN})({_CURRENCY})?\s?(.+?)\s?({_CURRENCY}|{'|'.join(_SHARES)})?", re.DOTALL)
_UNITS = (*_SIGNS, *_CODES, *_SHARES)
_LONGEST = 100  # characters of a number with its unit
_IN_PARENTHESES = re.compile(r"(.*?)\((.+)\)(.*)", re.DOTALL)


def split_unit(cell: str) -> tuple[str, str]:
    """The unit of a number and the number without it; no unit, and the cell as it is, where it is no such number.

    A sum of money in parentheses is negative, as bookkeepers write it.
    """
    if len(cell) > _LONGEST or not _has_unit(cell):
        return "", cell
    match = _MARKED.fullmatch(_IN_PARENTHESES.sub(r"-\1\2\3", cell))
    if match is None or (match[2] is None) == (match[4] is None):
        return "", cell
    bare = match[1] + match[3]
    return (match[2] or match[4], bare) if is_number(bare) else ("", cell)


def without_unit(cells: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The unit that most numbers of a column have, and the cells without it; empty, and as they are, if there is none.

    A percentage stays what is written: 5% is 5. Numbers in another unit, or in none, become empty
    text: they cannot stand in one column with the others.
    """
    if not _has_unit("\0".join(cells)):
        return "", cells
    split = [split_unit(cell) for cell in cells]
    units = Counter(unit for unit, bare in split if unit or is_number(bare))
    if not units:
        return "", cells
    unit, count = units.most_common(1)[0]
    if not unit or 2 * count <= units.total():
        return "", cells
    return unit, [bare if own == unit else "" for own, bare in split]


def _has_unit(text: str) -> bool:
    return any(unit in text for unit in _UNITS)
