"""A visitor's own CSV: read it, let two columns be chosen by name, say what was left out."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.text import plain
from components.upload.csv_table import Table, read_table
from losses.data.datasets import Dataset
from losses.data.points import robust_scale, round_scale
from losses.fitting.fit import fit_line

_KEY = "upload"
LARGEST = 1e150  # numbers whose squares are numbers still
HEADER = {"as it looks": None, "names the columns": True, "is data": False}


@dataclass(frozen=True, eq=False)
class Upload:
    """The table in use, the name of its file and the columns chosen."""

    file: str
    name: str
    table: Table
    x: str
    y: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells this choice from any other of the session."""
        return self.file, self.x, self.y


def uploaded() -> Upload | None:
    """The session's file, if there is one."""
    return st.session_state.get(_KEY)


def uploader() -> bool:
    """Ask for a file and its columns. Whether there is something new to show.

    A file that cannot be read gets a message, and the data before it stay.
    """
    file = st.file_uploader(
        "Your CSV: any two numeric columns, up to 5 MB and 100,000 rows", type=["csv", "tsv", "txt"]
    )
    first_row = st.segmented_control("The first row", list(HEADER), default="as it looks", required=True)
    identity = file and f"{file.file_id} {first_row}"
    fresh = file is not None and st.session_state.get("upload.identity") != identity
    if fresh:
        st.session_state["upload.identity"] = identity
        st.session_state["upload.error"] = ""
        try:
            table = read_table(file.getvalue(), header=HEADER[first_row])
            chosen = Upload(identity, file.name, table, *table.numeric[:2])
            as_dataset(chosen)
        except ValueError as error:
            st.session_state["upload.error"] = str(error)
            fresh = False
        else:
            st.session_state[_KEY] = chosen
    if st.session_state.get("upload.error"):
        st.error(plain(st.session_state["upload.error"]))
    return fresh


def column_chooser() -> bool:
    """Let the two columns be chosen by name. Whether the choice has changed."""
    upload = uploaded()
    numeric = list(upload.table.numeric)
    x = st.selectbox("x column", numeric, index=numeric.index(upload.x))
    y = st.selectbox("y column", numeric, index=numeric.index(upload.y))
    if (x, y) == (upload.x, upload.y):
        return False
    chosen = Upload(upload.file, upload.name, upload.table, x, y)
    try:
        as_dataset(chosen)
    except ValueError as error:
        st.error(plain(str(error)))
        return False
    st.session_state[_KEY] = chosen
    return True


def as_dataset(upload: Upload) -> Dataset:
    """The chosen columns as a data set; its scale is the spread around the least absolute line.

    ``ValueError`` for columns that make no points, or numbers too large to square.
    """
    pair = upload.table.pair(upload.x, upload.y)
    for name, values in ((upload.x, pair.x), (upload.y, pair.y)):
        if np.abs(values).max() > LARGEST:
            row = pair.rows[np.abs(values).argmax()]
            raise ValueError(
                f"Row {row}: column {name!r} holds a number beyond {LARGEST:g}. Correct it or choose another column."
            )
    spread = robust_scale(pair.y)
    if np.ptp(pair.x):
        distance = np.abs(fit_line(pair.x, pair.y, "mae").residual)
        # Where more than half of the points lie on one line, the rest are no yardstick: take a tenth of y's spread.
        spread = 1.4826 * np.median(distance) if np.median(distance) > 1e-9 * spread else spread / 10
    return Dataset(
        key="csv",
        title=upload.name,
        x=pair.x,
        y=pair.y,
        x_label=upload.x,
        y_label=upload.y,
        source=upload.name,
        note=left_out(upload),
        scale=round_scale(spread),
    )


def left_out(upload: Upload) -> str:
    """How many rows are shown, and how many were dropped and why."""
    pair = upload.table.pair(upload.x, upload.y)
    counts = {
        "have an empty cell": pair.dropped_missing,
        "hold text where a number should be": pair.dropped_not_numeric,
        "have too few or too many cells": upload.table.dropped_ragged,
    }
    parts = [f"{count:,} {why}" for why, count in counts.items() if count]
    text = f"{len(pair.x):,} rows of {upload.name} are shown."
    if not parts:
        return text
    where = ""
    if pair.first_dropped:
        row, column, cell = pair.first_dropped
        where = f" The first is row {row}: column {column} holds “{cell}”."
    elif upload.table.first_ragged:
        row, cells = upload.table.first_ragged
        where = f" The first is row {row} with {cells} cells."
    return f"{text} Left out: {', '.join(parts)}.{where}"
