"""Ask a visitor for a CSV and for the columns to use; what differs from use to use is declared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from components.page.patience import takes_long
from components.text import plain
from components.upload.csv_table import read_table
from components.upload.table import ROW_NUMBER, Pair, Table, clean
from losses.data.points import LARGEST_SQUARED

HELP = """
- The first row names the columns where it has text above numbers; rows of text above it are left out.
- A column of numbers has at least two numbers or dates, and more of them than other text.
- An empty cell, NA, n.a., ?, a dash, nan, inf and a spreadsheet’s errors are missing values.
- −999, 9999 and the like are kept, and you are told where they occur.
- Decimal points and commas are told apart by all cells; where 1,234 stays unclear, it is not read.
- A currency or percent sign is left out where most numbers of a column have the same one; 5% is 5.
- Dates are days since the first: 2020-12-31, 31 Dec 2020, or 31/12/2020 if some day is above 12.
- One column of numbers is a sample, for which x counts the rows.
- A row without the numbers that are needed is left out, and you are told how many are.
"""
QUICKLY_READ = 100_000  # bytes
HEADER = {"as it looks": None, "names the columns": True, "is data": False}


@dataclass(frozen=True, eq=False)
class Upload:
    """The columns chosen of a file, one for each role, and what it takes to choose others.

    Attributes
    ----------
    file
        Tells this reading of this file from any other of the session.
    name
        Of the file.
    table
        What was read; a session keeps no more of it than the columns chosen.
    columns
        Their names.
    raw
        The file's bytes, from which other columns are read when they are asked for.
    header
        Whether its first row was said to name the columns, as for ``read_table``.
    """

    file: str
    name: str
    table: Table
    columns: tuple[str, ...]
    raw: bytes = b""
    header: bool | None = None

    def choose(self, columns: tuple[str, ...]) -> "Upload":
        """The same file with other columns."""
        table = self.table
        if not set(columns) <= {*table.columns, ROW_NUMBER}:
            table = read_table(self.raw, header=self.header).only(columns)
        return replace(self, table=table, columns=columns)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells this choice from any other of the session."""
        return self.file, *self.columns

    def points(self) -> Pair:
        """The first two columns as points whose squares float64 can hold.

        Raises
        ------
        ValueError
            For columns that make no points, and for a number beyond ``LARGEST_SQUARED``, naming its row.
        """
        pair = self.table.pair(*self.columns[:2])
        for name, values in zip(self.columns, (pair.x, pair.y), strict=False):
            if np.abs(values).max() > LARGEST_SQUARED:
                row = pair.rows[np.abs(values).argmax()]
                raise ValueError(
                    f"Row {row}: column {name!r} holds a number beyond {LARGEST_SQUARED:g}. "
                    "Correct it or choose another column."
                )
        return pair


def needed(upload: Upload | None) -> Upload:
    """The upload, where there has to be one.

    Raises
    ------
    ValueError
        Where there is none.
    """
    if upload is None:
        raise ValueError("there is no uploaded file")
    return upload


@dataclass(frozen=True)
class Uploader:
    """One use of a visitor's file: what is asked, and what the columns are to become.

    The file in use is kept in the session under ``key``, so pages that share an uploader share it.

    Parameters
    ----------
    key
        Where it is kept, and what the keys of its widgets begin with.
    label
        What the visitor is asked for.
    roles
        What each column is for, as its list is labelled.
    offered
        The columns of a table among which one may choose.
    first_choice
        The columns to begin with, one for each role; ``ValueError`` where a table has none that fit.
    as_data
        What the chosen columns become; ``ValueError`` where they cannot.
    keeps
        The columns of a table that are in use besides those chosen.
    """

    key: str
    label: str
    roles: tuple[str, ...]
    offered: Callable[[Table], Sequence[str]]
    first_choice: Callable[[Table], tuple[str, ...]]
    as_data: Callable[[Upload], object]
    keeps: Callable[[Table], Sequence[str]] = lambda table: ()

    def current(self) -> Upload | None:
        """The session's file, if there is one."""
        return st.session_state.get(self.key)

    def adopt(self, upload: Upload, columns: tuple[str, ...]) -> None:
        """Take over another uploader's file, with these of its columns (``ValueError`` where they cannot be used)."""
        taken = upload.choose(columns)
        kept = (*columns, *self.keeps(taken.table))
        taken = replace(taken, table=taken.table.only(kept))
        self.as_data(taken)
        st.session_state[self.key] = taken

    def ask(self, in_use: bool) -> bool:
        """Ask for a file and, where one is ``in_use``, for its columns. Whether there is something new to show.

        What cannot be used gets a message, and the data before it stay.
        """
        return self._ask_for_file() or (in_use and self._ask_for_columns())

    def _ask_for_file(self) -> bool:
        state, last, problem = st.session_state, f"{self.key}.identity", f"{self.key}.error"
        file = st.file_uploader(self.label, type=["csv", "tsv", "txt"], key=f"{self.key}:file", help=HELP)
        first_row = st.segmented_control(
            "The first row", list(HEADER), default="as it looks", required=True, key=f"{self.key}:header"
        )
        identity = f"{file.file_id} {first_row}" if file else ""
        fresh = file is not None and state.get(last) != identity
        if file and fresh:
            state[last] = identity
            state[problem] = self._take(lambda: self._read(identity, file.name, file.getvalue(), HEADER[first_row]))
        if state.get(problem):
            st.error(plain(state[problem]))
        return fresh and not state[problem]

    def _ask_for_columns(self) -> bool:
        upload = needed(self.current())
        offered = list(self.offered(upload.table))
        chosen = tuple(
            st.selectbox(role, offered, index=offered.index(column), key=f"{self.key}:{role} {upload.file}")
            for role, column in zip(self.roles, upload.columns, strict=True)
        )
        if chosen == upload.columns:
            return False
        state, last = st.session_state, f"{self.key}.refused"
        choice, problem = state.get(last, ("", ""))
        if choice != repr((upload.identity, chosen)):  # a large file is not read again at every run
            problem = self._take(lambda: upload.choose(chosen))
            state[last] = (repr((upload.identity, chosen)), problem)
        if problem:
            st.error(plain(problem))
        return not problem

    def _read(self, identity: str, name: str, raw: bytes, header: bool | None) -> Upload:
        if len(raw) > QUICKLY_READ:
            takes_long()
        table = read_table(raw, header=header)
        columns = self.first_choice(table)
        kept = (*columns, *self.keeps(table))
        return Upload(identity, clean(name), table.only(kept), columns, raw, header)

    def _take(self, make: Callable[[], Upload]) -> str:
        """Keep what ``make`` gives if it can be used; else why not."""
        try:
            upload = make()
            self.as_data(upload)
        except ValueError as error:
            return str(error)
        st.session_state[self.key] = upload
        return ""
