"""Any number of numeric columns of a visitor's own CSV as a table of features with a target."""

import numpy as np

from components.text import listed
from components.upload.labelled import values_of
from components.upload.table import Table, clean
from components.upload.uploader import Upload, Uploader
from losses.data.many_features import FeatureTable
from losses.data.points import LARGEST_SQUARED

MOST_LABELS = 20  # different ones that a column of text may have to be a target
MOST_FEATURES = 40  # that are fitted
MOST_ROWS = 5_000
LEFT_OUT = 3  # columns that are named


def first_choice(table: Table) -> tuple[str]:
    """The last column of numbers as the target.

    Raises
    ------
    ValueError
        Where it would be the only one.
    """
    if len(table.numeric) < 2:
        raise ValueError(
            f"A target and at least one feature are needed: two columns of numbers or more. {table.unusable}".rstrip()
        )
    return (table.numeric[-1],)


def targets(table: Table) -> list[str]:
    """The columns that can be a target: of numbers, or of words of which a few different ones come again."""
    return [name for name in table.names if name in table.numeric or _is_label(table, name)]


def _is_label(table: Table, name: str) -> bool:
    if (column := table.columns.get(name)) is None:
        return False
    said = values_of(column)[~column.missing]
    return 1 < len(set(said.tolist())) <= min(MOST_LABELS, len(said) // 2)


def any_first_choice(table: Table) -> tuple[str]:
    """The last column that can be a target.

    Raises
    ------
    ValueError
        Where there is no other column of numbers.
    """
    found = targets(table)
    if not found or not set(table.numeric) - {found[-1]}:
        raise ValueError(
            "A target, of numbers or a few words, and at least one other column of numbers are needed. "
            f"{table.unusable}".rstrip()
        )
    return (found[-1],)


def as_feature_table(upload: Upload) -> FeatureTable:
    """The chosen column as target, all other columns of numbers as features, and rows in which none is missing.

    A target of words becomes the numbers of its classes in the order of the alphabet.

    Raises
    ------
    ValueError
        For fewer than three such rows, and for a number too large to square.
    """
    table, (goal,) = upload.table, upload.columns
    every = [name for name in table.numeric if name != goal]
    names, left = every[:MOST_FEATURES], every[MOST_FEATURES:]
    target, classes = _target(table, goal)
    values = np.column_stack([*(table.columns[name].values for name in names), target])
    whole = np.isfinite(values).all(axis=1)
    if np.count_nonzero(whole) < 3:
        raise ValueError(
            f"At least three rows with something in each of the {len(names) + 1} columns are needed; "
            f"there are {np.count_nonzero(whole)}. Correct the file or take columns with gaps out of it."
        )
    kept = values[whole]
    used = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), MOST_ROWS)).astype(int))
    kept = kept[used]
    large = np.abs(kept).max(0) > LARGEST_SQUARED
    if large.any():
        name = (*names, goal)[int(large.argmax())]
        raise ValueError(f"Column {name!r} holds a number beyond {LARGEST_SQUARED:g}. Correct it or take it out.")
    said = [
        f"{len(used):,} of its {len(values):,} rows",
        f"{np.count_nonzero(~whole):,} have a gap" if not whole.all() else "",
        f"only the first {MOST_FEATURES} of {len(every)} features are used" if left else "",
    ]
    return FeatureTable(
        names=tuple(table.label(name) for name in names),
        features=kept[:, :-1].copy(),
        target=kept[:, -1].copy(),
        train=np.ones(len(kept), dtype=bool),
        target_name=table.label(goal),
        title=upload.name,
        source=f"{upload.name}: {', '.join(part for part in said if part)}. {_unused(table, goal)}".rstrip(),
        classes=classes,
    )


def _target(table: Table, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """A column as numbers, NaN where there is none; of words as the places among its classes, with them."""
    column = table.columns[name]
    if name in table.numeric:
        return column.values, ()
    classes, places = np.unique(values_of(column)[~column.missing].astype(str), return_inverse=True)
    found = np.full(len(column.missing), np.nan)
    found[~column.missing] = places
    return found, tuple(map(clean, classes.tolist()))


def _unused(table: Table, goal: str) -> str:
    """Which columns beside the target hold no numbers."""
    other = [name for name in table.names if name not in (*table.numeric, goal)]
    if not other:
        return ""
    shown = [repr(name) for name in other[:LEFT_OUT]] + (
        [f"{len(other) - LEFT_OUT} more"] if len(other) > LEFT_OUT else []
    )
    return f"No numbers: {listed(shown)}."


MANY = Uploader(
    key="many",
    label="Your CSV: numeric columns, one of them the target, up to 5 MB and 100,000 rows",
    roles=("Target",),
    offered=lambda table: table.numeric,
    first_choice=first_choice,
    as_data=as_feature_table,
    keeps=lambda table: table.numeric,
)
ADVISED = Uploader(
    key="advised",
    label="Your CSV: a target of numbers or words, and columns of numbers, up to 5 MB and 100,000 rows",
    roles=("Target",),
    offered=targets,
    first_choice=any_first_choice,
    as_data=as_feature_table,
    keeps=lambda table: (*table.numeric, *targets(table)),
)
