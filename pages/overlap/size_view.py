"""What the view of sizes shows: the same shift of objects of any size, and any shift of the same object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import OVERLAP_STYLES
from components.text import number, short
from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.curves import MOST, Curve, Object, over_shifts, over_sizes
from losses.segmentation.shapes import SHAPES
from pages.overlap.settings import COMPARED
from pages.overlap.size_figure import Column, relative, size_figure
from pages.overlap.words import valued

SMALLEST, LARGEST = 3.0, 100.0  # % of the width
POINTS = 25
INDICES = ("accuracy", "dice", "dice_squared", "generalised_dice", "jaccard", "tversky", "focal_tversky")
"""Keys of what is from 0 to 1; the others have units of their own."""


@dataclass(frozen=True, eq=False)
class Sizes:
    """An object with its curves.

    Attributes
    ----------
    what
        The object.
    radius, shift
        Where it stands, in pixels.
    over_size, over_shift
        What is compared, of any size and of any shift.
    here
        By key, the value where it stands.
    """

    what: Object
    radius: float
    shift: int
    over_size: Curve
    over_shift: Curve
    here: Mapping[str, float]


@dataclass(frozen=True)
class Asked:
    """What is asked of an object: which losses, under which conventions, with which parameters."""

    what: Object
    keys: tuple[str, ...]
    conventions: Conventions
    parameters: Mapping[str, Mapping[str, Any]]

    def of_sizes(self, shift: int) -> Curve:
        """Over sizes in % of the width, at a shift."""
        sizes = SMALLEST + (LARGEST - SMALLEST) * np.linspace(0.0, 1.0, self._points) ** 2  # small ones differ most
        curve = over_sizes(sizes / 200 * self.what.n, (shift, 0), *self._asked)
        return curve._replace(x=sizes)

    def of_shifts(self, radius: float) -> Curve:
        """Over shifts to either side, of an object of this radius."""
        reach = self.what.n // 3
        shifts = np.unique(np.rint(np.linspace(-reach, reach, self._points)))
        return over_shifts(shifts.astype(int), radius, *self._asked)

    def at(self, radius: float, shift: int) -> dict[str, float]:
        """The values of one object, by key."""
        values = over_sizes(np.array([radius]), (shift, 0), *self._asked).values
        return {key: float(found[0]) for key, found in values.items()}

    @property
    def _points(self) -> int:
        return min(POINTS, MOST // self.what.n**2)

    @property
    def _asked(self) -> tuple:
        return self.what, self.keys, self.conventions, self.parameters


def size_picture(sizes: Sizes) -> Picture:
    """The live picture."""
    size = 200 * sizes.radius / sizes.what.n
    keys = list(sizes.here)
    rows = [[key for key in keys if key in INDICES], [key for key in keys if key not in INDICES]]
    columns = (
        Column(sizes.over_size.x, sizes.over_size.values, f"size, % of the width, at a shift of {sizes.shift} px".replace("-", "−"), size, "size"),
        Column(sizes.over_shift.x, sizes.over_shift.values, f"shift in px, at a size of {short(size)} %", float(sizes.shift), "shift"),
    )  # fmt: skip
    sentence = story(sizes)
    return Picture(
        figure=size_figure(columns, rows, {key: COMPARED[key].name for key in keys}, f"sizes {sizes.what.n} {[*map(bool, rows)]}"),
        alt=f"What each loss makes of an object of any size, and of any shift. {sentence}",
        sentence=sentence,
        handles=(Handle("size", "Size, % of the width", moves="x"), Handle("shift", "Shift", moves="x")),
        labels=tuple(_labels(sizes, rows)),
        readouts=(_values(sizes),),
        notes=tuple(_notes(sizes, rows)),
    )  # fmt: skip


def story(sizes: Sizes) -> str:
    """What the shift costs this object, and what it would cost one of half and of twice the size."""
    size = 200 * sizes.radius / sizes.what.n
    graded = [key for key in sizes.here if not OVERLAP[key].measure]
    key = "dice" if "dice" in graded else (graded or list(sizes.here))[0]
    beside = [
        f"{valued(float(np.interp(other, sizes.over_size.x, sizes.over_size.values[key])))} at {short(other)} %"
        for other in (size / 2, 2 * size)
        if sizes.over_size.x[0] <= other <= sizes.over_size.x[-1]
    ]
    so = f"; about {' and '.join(beside)}" if beside else ""
    what = SHAPES[sizes.what.shape].name.lower()
    article = "An" if what[0] in "aeiou" else "A"
    return (
        f"{article} {what} of {short(size)} % of the width, found {short(sizes.shift)} px off: {COMPARED[key].name} "
        f"{valued(sizes.here[key])}{so}."
    )


def _labels(sizes: Sizes, rows: list[list[str]]) -> list[Label]:
    """Every line's name at its end on the right."""
    found, filled = [], [(lower, keys) for lower, keys in enumerate(rows) if keys]
    for row, (lower, keys) in enumerate(filled):
        axes = (f"x{2 + 2 * row}", f"y{2 + 2 * row}")
        for key in keys:
            values = sizes.over_shift.values[key]
            drawn = relative(values) if lower else values
            if np.isfinite(drawn[-1]):
                found.append(Label(COMPARED[key].name, float(sizes.over_shift.x[-1]), float(drawn[-1]), OVERLAP_STYLES[key].color, axes))  # fmt: skip
    return found


def _values(sizes: Sizes) -> Readout:
    rows = tuple(
        Row(
            (COMPARED[key].name, valued(value), *(valued(_of(curve, key)) for curve in (sizes.over_size, sizes.over_shift))),
            OVERLAP_STYLES[key].color,
        )
        for key, value in sizes.here.items()
    )  # fmt: skip
    return Readout("Here, and at most along each curve", ("", "here", "any size", "any shift"), rows)


def _of(curve: Curve, key: str) -> float:
    finite = curve.values[key][np.isfinite(curve.values[key])]
    return float(finite.max()) if finite.size else float("nan")


def _notes(sizes: Sizes, rows: list[list[str]]) -> list[str]:
    notes = [
        f"One object in the middle, {sizes.what.n} pixels a side, predicted with confidence {number(sizes.what.confidence)}."
    ]
    if rows[1]:
        notes.append("Below: each as a share of its largest size along the curve; its numbers are in the table.")
    if any(np.isnan(values).any() for curve in (sizes.over_size, sizes.over_shift) for values in curve.values.values()):
        notes.append("A line stops where its measure is undefined: a mask without a pixel has no edge.")
    return notes


def table(sizes: Sizes) -> dict[str, np.ndarray]:
    """Both curves by column, one below the other."""
    both = (sizes.over_size, sizes.over_shift)
    size = 200 * sizes.radius / sizes.what.n
    return {
        "size": np.concatenate([both[0].x, np.full(len(both[1].x), size)]),
        "shift": np.concatenate([np.full(len(both[0].x), float(sizes.shift)), both[1].x]),
        "share": np.concatenate([curve.share for curve in both]),
        **{COMPARED[key].name: np.concatenate([curve.values[key] for curve in both]) for key in sizes.here},
    }
