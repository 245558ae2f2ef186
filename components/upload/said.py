"""What is said of a visitor's file beside its picture: what was left out of it, and what to know of the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.text import number
from components.upload.table import Pair, Table

FEWEST_NINES = 2


def left_out(table: Table, pair: Pair, unlabelled: int = 0) -> str:
    """How many rows are not shown and why, with the first of each kind; empty where all are.

    Parameters
    ----------
    table
        What was read of the file.
    pair
        The two columns of it that are shown.
    unlabelled
        How many more rows lack a label.
    """
    ragged = table.first_ragged and f"row {table.first_ragged[0]} with {table.first_ragged[1]}"
    kinds = (
        (pair.dropped_missing, "with an empty cell or a mark for none", _where(pair.first_missing)),
        (pair.dropped_not_numeric, "with text where a number should be", _where(pair.first_not_numeric)),
        (unlabelled, "without a label", ""),
        (table.dropped_ragged, "with too few or too many cells", ragged),
        (table.dropped_preamble, "above the header", ""),
    )
    parts = [f"{count:,} {why}{f' (first: {where})' if where else ''}" for count, why, where in kinds if count]
    return f"Left out: {', '.join(parts)}." if parts else ""


def _where(first: tuple[int, str, str] | None) -> str:
    return f"row {first[0]}, column {first[1]} holds “{first[2]}”" if first else ""


def marks(name: str, values: NDArray[np.float64], rows: NDArray[np.intp]) -> str:
    """That a number such as −999 occurs, which may mean that there is none; empty if it does not.

    It is one of nines alone, which is the only kind of negative number there or lies farther from
    all others than they do from each other.

    Parameters
    ----------
    name
        Of the column.
    values
        Its numbers, ``[n]``.
    rows
        The line in the file of each, ``[n]``.
    """
    return " ".join(
        _mark(name, value, values, rows) for value in (values.min(), values.max()) if _is_mark(value, values)
    )


def _is_mark(value: np.float64, values: NDArray[np.float64]) -> bool:
    digits, others = f"{abs(value):.0f}", values[values != value]
    if len(digits) < FEWEST_NINES or set(digits) != {"9"} or abs(value) != float(digits) or not len(others):
        return False
    return bool(value < 0 <= others.min() or np.abs(others - value).min() > np.ptp(others))


def _mark(name: str, value: np.float64, values: NDArray[np.float64], rows: NDArray[np.intp]) -> str:
    found = np.flatnonzero(values == value)
    times = "once, in" if len(found) == 1 else f"{len(found):,} times, first in"
    return (
        f"Column {name} holds {number(value, len(f'{abs(value):.0f}'))} {times} row {rows[found[0]]}: "
        "if it means that there is no value, take it out of the file."
    )


def about(table: Table, pair: Pair, columns: Sequence[str], unlabelled: int = 0) -> str:
    """All there is to say of two columns of a table, in whole sentences.

    Parameters
    ----------
    table
        What was read of the file.
    pair
        The points that the columns make.
    columns
        Their names.
    unlabelled
        How many of the points lack a label.
    """
    return " ".join(
        part
        for part in (
            left_out(table, pair, unlabelled),
            *(marks(name, values, pair.rows) for name, values in zip(columns, (pair.x, pair.y), strict=True)),
            table.unusable,
        )
        if part
    )
