"""Two columns of a visitor's own CSV as a data set to fit, and what was left out of it."""

from components.upload.csv_table import Pair, Table
from components.upload.uploader import Upload, Uploader
from losses.data.datasets import Dataset
from losses.data.points import round_scale
from losses.fitting.spread import spread_around_line


def as_dataset(upload: Upload) -> Dataset:
    """The chosen columns, x and y, as a data set; its scale is the spread around the least absolute line.

    Raises
    ------
    ValueError
        For columns that make no points, or a number too large to square.
    """
    pair = upload.points()
    x_label, y_label = upload.columns
    return Dataset(
        key="csv",
        title=upload.name,
        x=pair.x,
        y=pair.y,
        x_label=x_label,
        y_label=y_label,
        source=upload.name,
        note=left_out(upload.name, upload.table, pair),
        scale=round_scale(spread_around_line(pair.x, pair.y)),
    )


def left_out(name: str, table: Table, pair: Pair) -> str:
    """How many rows are shown, and how many were dropped and why.

    Parameters
    ----------
    name
        Of the file.
    table
        What was read from it.
    pair
        The two columns of it that are shown.
    """
    counts = {
        "have an empty cell": pair.dropped_missing,
        "hold text where a number should be": pair.dropped_not_numeric,
        "have too few or too many cells": table.dropped_ragged,
        "stand above the header": table.dropped_preamble,
    }
    parts = [f"{count:,} {why}" for why, count in counts.items() if count]
    text = f"{len(pair.x):,} rows of {name} are shown."
    if not parts:
        return text
    where = ""
    if pair.first_dropped:
        row, column, cell = pair.first_dropped
        where = f" The first is row {row}: column {column} holds “{cell}”."
    elif table.first_ragged:
        row, cells = table.first_ragged
        where = f" The first is row {row} with {cells} cells."
    return f"{text} Left out: {', '.join(parts)}.{where}"


PAIRS = Uploader(
    key="upload",
    label="Your CSV: any two numeric columns, up to 5 MB and 100,000 rows",
    roles=("x column", "y column"),
    offered=lambda table: table.numeric,
    first_choice=lambda table: table.numeric[:2],
    as_data=as_dataset,
)
