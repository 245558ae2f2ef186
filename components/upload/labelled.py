"""A visitor's own CSV of two features and a label with two values."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.text import listed, plain
from components.upload.csv_table import Table, clean, read_table
from components.upload.pairs import HEADER, LARGEST
from losses.data.two_features import LabelledPoints

_KEY = "labelled"
MOST = 2_000  # rows that are fitted: what a hand can wait for, under the losses that take many descents
ROLES = ("First feature", "Second feature", "Label")


@dataclass(frozen=True, eq=False)
class LabelledUpload:
    """The table in use, the name of its file, and the columns of the two features and the label."""

    file: str
    name: str
    table: Table
    columns: tuple[str, str, str]

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells this choice from any other of the session."""
        return self.file, *self.columns


def uploaded() -> LabelledUpload | None:
    """The session's file, if there is one."""
    return st.session_state.get(_KEY)


def uploader() -> bool:
    """Ask for a file and its columns. Whether there is something new to show.

    A file that cannot be used gets a message, and the data before it stay.
    """
    file = st.file_uploader(
        "Your CSV: two numeric columns and one with two values, up to 5 MB and 100,000 rows",
        type=["csv", "tsv", "txt"],
        key="labelled:file",
    )
    first_row = st.segmented_control(
        "The first row", list(HEADER), default="as it looks", required=True, key="labelled:header"
    )
    identity = file and f"{file.file_id} {first_row}"
    fresh = file is not None and st.session_state.get("labelled.identity") != identity
    if fresh:
        st.session_state["labelled.identity"] = identity
        fresh = _take(lambda: choose(identity, file.name, read_table(file.getvalue(), header=HEADER[first_row])))
    if st.session_state.get("labelled.error"):
        st.error(plain(st.session_state["labelled.error"]))
    return fresh


def column_chooser() -> bool:
    """Let the three columns be chosen by name. Whether the choice has changed."""
    upload = uploaded()
    names = list(upload.table.columns)
    chosen = tuple(
        st.selectbox(role, names, index=names.index(column), key=f"labelled:{role} {upload.file}")
        for role, column in zip(ROLES, upload.columns, strict=True)
    )
    if chosen == upload.columns:
        return False
    changed = _take(lambda: LabelledUpload(upload.file, upload.name, upload.table, chosen))
    if not changed:
        st.error(plain(st.session_state["labelled.error"]))
    return changed


def _take(make) -> bool:
    """Keep what ``make`` gives if it is usable; else the reason."""
    st.session_state["labelled.error"] = ""
    try:
        upload = make()
        as_labelled_points(upload)
    except ValueError as error:
        st.session_state["labelled.error"] = str(error)
        return False
    st.session_state[_KEY] = upload
    return True


def choose(file: str, name: str, table: Table) -> LabelledUpload:
    """The last column with two values as label, and the first two other numeric ones as features.

    ``ValueError`` where there are none.
    """
    labels = [column for column in table.columns if len(_values(table, column)) == 2]
    if not labels:
        counts = listed(f"{column!r} has {len(_values(table, column))}" for column in list(table.columns)[:6])
        raise ValueError(f"A label needs a column with exactly two different values: here {counts}.")
    features = [column for column in table.numeric if column != labels[-1]]
    if len(features) < 2:
        raise ValueError(
            f"Beside the label {labels[-1]!r} two numeric columns are needed as features; "
            f"the file has {listed(map(repr, features)) or 'none'}."
        )
    return LabelledUpload(file, name, table, (*features[:2], labels[-1]))


def _values(table: Table, column: str) -> list[str]:
    """The different values of a column in order, numbers by size; empty cells left out."""
    cells = table.columns[column]
    if cells.is_numeric and not cells.wrong.any():
        return [f"{value:g}" for value in np.unique(cells.values[~cells.missing])]
    return sorted({text for text, missing in zip(cells.text, cells.missing, strict=True) if not missing})


def as_labelled_points(upload: LabelledUpload) -> LabelledPoints:
    """The chosen columns as labelled points; the larger of two labels, or the later in the alphabet, is +1.

    ``ValueError`` for a column chosen twice, features that are constant or too large to square, and a
    label of other than two values.
    """
    table, (first, second, label) = upload.table, upload.columns
    if len(set(upload.columns)) < 3:
        raise ValueError("Choose three different columns: two features and a label.")
    pair = table.pair(first, second)
    for name, values in ((first, pair.x), (second, pair.y)):
        if np.abs(values).max() > LARGEST:
            raise ValueError(f"Column {name!r} holds a number beyond {LARGEST:g}. Choose another column.")
    rows = np.searchsorted(table.rows, pair.rows)
    cells = table.columns[label]
    numeric = cells.is_numeric and not cells.wrong.any()
    text = np.array([f"{value:g}" for value in cells.values] if numeric else cells.text, dtype=object)
    known = rows[~cells.missing[rows]]
    values = [value for value in _values(table, label) if (text[known] == value).any()]
    if len(values) != 2:
        found = f"only {clean(values[0])!r}" if len(values) == 1 else f"{len(values)}"
        raise ValueError(
            f"The label {label!r} must have exactly two different values among the rows with both features; it has {found}."
        )
    kept = ~cells.missing[rows]
    features = np.column_stack([pair.x, pair.y])[kept]
    for name, values_of in zip((first, second), features.T, strict=True):
        if np.ptp(values_of) == 0:
            raise ValueError(f"The feature {name!r} is {values_of[0]:g} in every row: a constant tells nothing apart.")
    left_out = table.row_count + table.dropped_ragged - len(features)
    label_of = np.where(text[known] == values[1], 1.0, -1.0)
    used = sample(label_of, MOST)
    said = f"{len(used):,} of its {len(features):,} rows, evenly chosen" if len(used) < len(features) else f"{len(used):,} rows"  # fmt: skip
    features = features[used]
    return LabelledPoints(
        features,
        label_of[used],
        np.arange(len(features)),
        np.zeros(len(features), dtype=bool),
        np.zeros(len(features), dtype=bool),
        upload.name,
        f"{upload.name}, {said}" + (f"; {left_out:,} left out for missing or unusable cells" if left_out else ""),
        (first, second),
        (clean(values[0]), clean(values[1])),
    )


def sample(label: np.ndarray, most: int) -> np.ndarray:
    """Rows to use of labels ``[n]``: all, or about ``most``, evenly through the file, each class by its share but at least two."""
    if len(label) <= most:
        return np.arange(len(label))
    classes = [np.flatnonzero(label == value) for value in (-1.0, 1.0)]
    counts = [min(len(rows), max(2, round(most * len(rows) / len(label)))) for rows in classes]
    return np.sort(
        np.concatenate(
            [
                rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]
                for rows, count in zip(classes, counts, strict=True)
            ]
        )
    )
