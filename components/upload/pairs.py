"""Two columns of a visitor's own CSV as a data set to fit, and what was left out of it."""

from components.upload.said import about
from components.upload.table import ROW_NUMBER, Table
from components.upload.uploader import Upload, Uploader
from losses.data.datasets import Dataset
from losses.data.points import robust_scale, round_scale
from losses.fitting.spread import spread_around_line


def as_dataset(upload: Upload) -> Dataset:
    """The chosen columns, x and y, as a data set; its scale is the spread around the least absolute line.

    With the number of the row as x it is a sample, and its scale the spread around the median.

    Raises
    ------
    ValueError
        For columns that make no points, or a number too large to square.
    """
    pair = upload.points()
    x_name, y_name = upload.columns
    said, sample = about(upload.table, pair, (x_name, y_name)), x_name == ROW_NUMBER
    return Dataset(
        key="csv",
        title=upload.name,
        x=pair.x,
        y=pair.y,
        x_label=upload.table.label(x_name),
        y_label=upload.table.label(y_name),
        # Not a note, which goes when points are moved: what is left out stays left out.
        source=f"{upload.name}, {len(pair.x):,} rows. {said}".rstrip(" ."),
        note="",
        scale=round_scale(robust_scale(pair.y) if sample else spread_around_line(pair.x, pair.y)),
        sample=sample,
    )


def offered(table: Table) -> tuple[str, ...]:
    """The columns of numbers, and the number of the row."""
    return (*table.numeric, ROW_NUMBER)


def first_choice(table: Table) -> tuple[str, str]:
    """The first two columns of numbers; where there is one only, it is a sample, for which x counts the rows."""
    first, *others = table.numeric
    return (first, others[0]) if others else (ROW_NUMBER, first)


PAIRS = Uploader(
    key="upload",
    label="Your CSV: one or two numeric columns, up to 5 MB and 100,000 rows",
    roles=("x column", "y column"),
    offered=offered,
    first_choice=first_choice,
    as_data=as_dataset,
)
