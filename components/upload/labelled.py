"""Three columns of a visitor's own CSV, two features and a label of two values, as labelled points."""

import numpy as np
from numpy.typing import NDArray

from components.text import listed
from components.upload.csv_column import Column
from components.upload.said import about
from components.upload.table import Pair, Table, clean
from components.upload.uploader import Upload, Uploader
from losses.data.points import sample_by_class
from losses.data.two_features import LabelledPoints

MOST = 2_000  # rows that are fitted: what a hand can wait for, under the losses that take many descents


def first_choice(table: Table) -> tuple[str, str, str]:
    """The first two numeric columns as features, beside the last column with two values as label.

    Raises
    ------
    ValueError
        Where there are none.
    """
    counts = {name: len(distinct(values_of(column)[~column.missing])) for name, column in table.columns.items()}
    labels = [name for name, count in counts.items() if count == 2]
    if not labels:
        found = listed(f"{name!r} has {count}" for name, count in list(counts.items())[:6])
        raise ValueError(f"A label needs a column with exactly two different values: here {found}.")
    features = [name for name in table.numeric if name != labels[-1]]
    if len(features) < 2:
        raise ValueError(
            f"Beside the label {labels[-1]!r} two numeric columns are needed as features; "
            f"the file has {listed(map(repr, features)) or 'none'}. {table.unusable}".rstrip()
        )
    return features[0], features[1], labels[-1]


def as_labelled_points(upload: Upload) -> LabelledPoints:
    """The chosen columns, two features and a label, as labelled points.

    The larger of two numbers, or the later text in the alphabet, is +1. Above ``MOST`` rows, about
    as many stand for all.

    Raises
    ------
    ValueError
        For a column chosen twice, features that are constant or too large to square, and a label
        of other than two values.
    """
    first, second, label = upload.columns
    if len(set(upload.columns)) < 3:
        raise ValueError("Choose three different columns: two features and a label.")
    table, pair = upload.table, upload.points()
    column = table.columns[label]
    rows = np.searchsorted(table.rows, pair.rows)
    known = ~column.missing[rows]
    features = np.column_stack([pair.x, pair.y])[known]
    values = values_of(column)[rows[known]]
    low, high = _two_classes(label, values)
    for name, feature in zip((first, second), features.T, strict=True):
        if np.ptp(feature) == 0:
            raise ValueError(f"The feature {name!r} is {feature[0]:g} in every row: a constant tells nothing apart.")
    sign = np.where(values == high, 1.0, -1.0)
    used = sample_by_class(sign, MOST)
    return LabelledPoints(
        features=features[used],
        label=sign[used],
        identity=np.arange(len(used)),
        flipped=np.zeros(len(used), dtype=bool),
        bad=np.zeros(len(used), dtype=bool),
        title=upload.name,
        source=_source(upload, pair, len(used), len(features)),
        names=(table.label(first), table.label(second)),
        classes=(spelled(low), spelled(high)),
    )


def values_of(column: Column) -> NDArray:
    """The cells of a column, ``[n]``: float64 where all that hold something are numbers, else text."""
    if column.is_numeric and not column.wrong.any():
        return column.values
    text = np.array(column.text, dtype=object)
    numbers, places = np.unique(column.values, return_inverse=True)
    return np.where(np.isnan(column.values), text, np.array(list(map(spelled, numbers.tolist())), dtype=object)[places])


def distinct(values: NDArray) -> list[float] | list[str]:
    """The different values in order: numbers by size, text by the alphabet."""
    return np.unique(values).tolist() if values.dtype == np.float64 else sorted(set(values.tolist()))


def spelled(value: float | str) -> str:
    """A value of such a column as it is shown."""
    return clean(value) if isinstance(value, str) else f"{value:.15g}"


def _two_classes(label: str, values: NDArray) -> list[float] | list[str]:
    classes = distinct(values)
    if len(classes) == 2:
        return classes
    found = f"only {spelled(classes[0])!r}" if len(classes) == 1 else f"{len(classes)}"
    raise ValueError(
        f"The label {label!r} must have exactly two different values among the rows with both features; it has {found}."
    )


def _source(upload: Upload, pair: Pair, used: int, usable: int) -> str:
    """How many rows of the file stand on screen, how many do not and why."""
    shown = f"{used:,} of its {usable:,} rows, evenly chosen" if used < usable else f"{used:,} rows"
    said = about(upload.table, pair, upload.columns[:2], len(pair.x) - usable)
    return f"{upload.name}, {shown}. {said}".rstrip(" .")


LABELLED = Uploader(
    key="labelled",
    label="Your CSV: two numeric columns and one with two values, up to 5 MB and 100,000 rows",
    roles=("First feature", "Second feature", "Label"),
    offered=lambda table: table.names,
    first_choice=first_choice,
    as_data=as_labelled_points,
)
