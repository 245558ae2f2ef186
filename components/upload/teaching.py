"""A visitor's own CSV as a problem for a network: one column is the target, all other numeric ones are features."""

import numpy as np

from components.upload.labelled import distinct, spelled, values_of
from components.upload.many import MOST_FEATURES
from components.upload.table import Table
from components.upload.uploader import Upload, Uploader
from losses.data.points import LARGEST_SQUARED
from losses.network.problems import MOST_CLASSES, Problem
from losses.network.table import table_problem

FEW = 10  # different whole numbers, up to which a column of numbers is one of labels


def first_choice(table: Table) -> tuple[str]:
    """The last column as the target.

    Raises
    ------
    ValueError
        Where no column of numbers would be left to learn from.
    """
    target = table.names[-1]
    if not [name for name in table.numeric if name != target]:
        raise ValueError(
            f"Beside the target {target!r} at least one column of numbers is needed to learn from. {table.unusable}".rstrip()
        )
    return (target,)


def as_problem(upload: Upload) -> Problem:
    """The chosen column as target, all other columns of numbers as features, of rows in which none is missing.

    Text, and up to ``FEW`` different whole numbers, are classes; other numbers are to be predicted as such.

    Raises
    ------
    ValueError
        For a column that cannot be a target, too few rows, and a number too large to square.
    """
    table, (goal,) = upload.table, upload.columns
    names = [name for name in table.numeric if name != goal][:MOST_FEATURES]
    if not names:
        raise ValueError(f"Beside the target {goal!r} at least one column of numbers is needed to learn from.")
    column = table.columns[goal]
    features = np.column_stack([table.columns[name].values for name in names])
    whole = np.isfinite(features).all(1) & ~column.missing
    features, values = features[whole], values_of(column)[whole]
    if np.abs(features).max(initial=0.0) > LARGEST_SQUARED:
        name = names[int(np.abs(features).max(0).argmax())]
        raise ValueError(f"Column {name!r} holds a number beyond {LARGEST_SQUARED:g}. Correct it or take it out.")
    labels = [table.label(name) for name in names]
    found = distinct(values)
    if values.dtype == np.float64 and (len(found) > FEW or any(value % 1 for value in found)):
        return table_problem(features, values, (), labels, upload.name)
    if len(found) > MOST_CLASSES:
        raise ValueError(
            f"The target {goal!r} has {len(found)} different values that are not all numbers; "
            f"up to {MOST_CLASSES} can be classes. Choose another column."
        )
    index = np.searchsorted(np.array(found), values.astype(np.array(found).dtype)) if len(values) else values
    return table_problem(features, index.astype(float), [spelled(value) for value in found], labels, upload.name)


TEACHING = Uploader(
    key="teaching",
    label="Your CSV: a target, and numeric columns to predict it by, up to 5 MB and 100,000 rows",
    roles=("Target",),
    offered=lambda table: table.names,
    first_choice=first_choice,
    as_data=as_problem,
    keeps=lambda table: table.numeric,
)
