"""Read the dates in a column's cells, where their order of day and month is certain."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_TIME = (
    r"(?:(?:T| )(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d(?:[.,]\d{1,9})?))?"
    r" ?(?P<zone>Z|[+-][01]\d:?[0-5]\d)?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?|(?P<sign>[/.])(?P<month_>\d\d?)(?P=sign)(?P<day_>\d\d?))",
        rf"(?P<day>\d\d?)(?:[ -]|\. ){_MONTH}(?:[ -]|, )(?P<year>\d{{4}})",
        rf"{_MONTH} (?P<day>\d\d?),? (?P<year>\d{{4}})",
    )
)
_UNDECIDED = re.compile(r"(?P<day>\d\d?)(?P<sign>[-/.])(?P<month>\d\d?)(?P=sign)(?P<year>\d{4})" + _TIME, re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_SAMPLE = 100  # cells, evenly chosen, in which a column of dates has one


def is_date(cell: str) -> bool:
    """Whether the cell is a date in some order of day, month and year."""
    return bool(_YEAR.search(cell)) and (is_undecided(cell) or any(form.fullmatch(cell) for form in _FORMS))


def is_undecided(cell: str) -> bool:
    """Whether the cell is a date such as 3/4/2020, in which only others tell the day from the month."""
    return _UNDECIDED.fullmatch(cell) is not None


def read_dates(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """The dates of a column in days since 1970, ``[n]``, NaN where a cell is none; None if hardly any is one.

    All have one form: 2020-12-31, 2020-12, 2020/12/31, 31 Dec 2020 or Dec 31, 2020, each with a
    time of day or without. 31/12/2020 is read if some cell has a number above 12 at the day's
    place and none at the month's; where that leaves the order open every cell is NaN. A time
    without a zone counts as UTC, and a zone is taken off.
    """
    if not any(map(is_date, cells[:: max(1, len(cells) // _SAMPLE)])):
        return None
    found = [list(map(form.fullmatch, cells)) for form in (*_FORMS, _UNDECIDED)]
    matches = max(found, key=lambda one: sum(match is not None for match in one))
    rows = np.array([match is not None for match in matches])
    parts = [match.groupdict() for match in matches if match]
    days = np.full(len(cells), np.nan)
    if not parts:
        return days
    day, month = _numbers(parts, "day", 1), _numbers(parts, "month", 1)
    if matches is found[-1]:
        if (day > 12).any() == (month > 12).any():
            return days
        if (month > 12).any():
            day, month = month, day
    days[rows] = _days(_numbers(parts, "year", 0), month, day) + _time(parts)
    return days


def _numbers(parts: list[dict[str, str]], name: str, default: int) -> NDArray[np.int64]:
    texts = [part[name] or part.get(f"{name}_") or str(default) for part in parts]
    if name == "month" and texts[0][0].isalpha():
        return np.array([_MONTHS.index(text.casefold()) + 1 for text in texts])
    return np.array(texts).astype(np.int64)


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days since 1970; NaN for a day that its month has not."""
    sound = (month >= 1) & (month <= 12) & (day >= 1)
    first = (12 * (year - 1970) + month - 1).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    days = first.astype("datetime64[D]").astype(np.float64) + day - 1
    return np.where(sound & (day <= length), days, np.nan)


def _time(parts: list[dict[str, str]]) -> NDArray[np.float64]:
    """The part of a day that has passed, in UTC."""
    second = np.array([(part["second"] or "0").replace(",", ".") for part in parts]).astype(np.float64)
    zone = [part["zone"] or "Z" for part in parts]
    ahead = np.array([0 if one in "Zz" else int(one[0] + "1") * (60 * int(one[1:3]) + int(one[-2:])) for one in zone])
    minutes = 60 * _numbers(parts, "hour", 0) + _numbers(parts, "minute", 0) - ahead
    return minutes / 1440 + second / 86400
