"""Any number of numeric columns of a visitor's own CSV as a table of features with a target."""

import numpy as np

from components.text import listed
from components.upload.table import Table
from components.upload.uploader import Upload, Uploader
from losses.data.many_features import FeatureTable
from losses.data.points import LARGEST_SQUARED

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


def as_feature_table(upload: Upload) -> FeatureTable:
    """The chosen column as target, all other columns of numbers as features, and rows in which none is missing.

    Raises
    ------
    ValueError
        For fewer than three such rows, and for a number too large to square.
    """
    table, (goal,) = upload.table, upload.columns
    every = [name for name in table.numeric if name != goal]
    names, left = every[:MOST_FEATURES], every[MOST_FEATURES:]
    values = np.column_stack([table.columns[name].values for name in (*names, goal)])
    whole = np.isfinite(values).all(axis=1)
    if np.count_nonzero(whole) < 3:
        raise ValueError(
            f"At least three rows with a number in each of the {len(names) + 1} columns are needed; "
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
        source=f"{upload.name}: {', '.join(part for part in said if part)}. {_unused(table)}".rstrip(),
    )


def _unused(table: Table) -> str:
    """Which columns hold no numbers."""
    other = [name for name in table.names if name not in table.numeric]
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
