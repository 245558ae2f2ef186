"""What the view of sizes shows: the same shift of objects of any size, and any shift of the same object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import OVERLAP_STYLES
from components.text import number, short
from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.curves import MOST, Curve, Object, over_shifts, over_sizes
from losses.segmentation.shapes import SHAPES, drawn
from pages.overlap.settings import COMPARED
from pages.overlap.size_figure import Column, relative, size_figure
from pages.overlap.words import costing, valued

SMALLEST, LARGEST = 3.0, 100.0  # % of the width
POINTS, BEYOND = 25, 8  # of a curve; of its continuation to a value beyond its ends
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
    beside
        By size in % of the width, what ``told`` costs at half and at twice its own, where the curve goes so far.
    """

    what: Object
    radius: float
    shift: int
    over_size: Curve
    over_shift: Curve
    here: Mapping[str, float]
    beside: Mapping[float, float]

    @property
    def size(self) -> float:
        """In % of the width."""
        return 200 * self.radius / self.what.n

    @property
    def nothing(self) -> bool:
        """Whether the object is too small to have a pixel."""
        return not drawn(self.what.shape, self.what.n, self.radius, self.what.place).any()


def told(keys: Sequence[str]) -> str:
    """Which of these the sentence tells of."""
    graded = [key for key in keys if not OVERLAP[key].measure]
    return "dice" if "dice" in graded else (graded or [*keys])[0]


@dataclass(frozen=True)
class Asked:
    """What is asked of an object: which losses, under which conventions, with which parameters."""

    what: Object
    keys: tuple[str, ...]
    conventions: Conventions
    parameters: Mapping[str, Mapping[str, Any]]

    def sizes(self, size: float) -> np.ndarray:
        """Sizes in % of the width for a curve, as far as this one at least."""
        spread = np.linspace(0.0, 1.0, self._points) ** 2  # small ones differ most
        return _reaching(SMALLEST + (LARGEST - SMALLEST) * spread, size)

    def shifts(self, shift: int) -> np.ndarray:
        """Shifts to either side for a curve, whole pixels, as far as this one at least."""
        reach = self.what.n // 3
        return np.unique(np.rint(_reaching(np.linspace(-reach, reach, self._points), shift)))

    def of_sizes(self, sizes: np.ndarray, shift: int) -> Curve:
        """Over sizes in % of the width, at a shift."""
        return over_sizes(sizes / 200 * self.what.n, (shift, 0), *self._asked)._replace(x=sizes)

    def of_shifts(self, shifts: np.ndarray, radius: float) -> Curve:
        """Over shifts, of an object of this radius."""
        return over_shifts(shifts, radius, *self._asked)

    def at(self, radius: float, shift: int) -> dict[str, float]:
        """The values of one object, by key."""
        values = over_sizes(np.array([radius]), (shift, 0), *self._asked).values
        return {key: float(found[0]) for key, found in values.items()}

    def beside(self, radius: float, shift: int) -> dict[float, float]:
        """By size, what ``told`` costs at half and at twice this one, of those within the curve."""
        radii = np.array([radius / 2, 2 * radius])
        sizes = 200 * radii / self.what.n
        within = (sizes >= SMALLEST) & (sizes <= LARGEST)
        if not within.any():
            return {}
        key = told(self.keys)
        values = over_sizes(radii[within], (shift, 0), *replace(self, keys=(key,))._asked).values[key]
        return dict(zip(sizes[within].tolist(), values.tolist(), strict=True))

    @property
    def _points(self) -> int:
        return min(POINTS, MOST // self.what.n**2)

    @property
    def _asked(self) -> tuple:
        return self.what, self.keys, self.conventions, self.parameters


def _reaching(x: np.ndarray, at: float) -> np.ndarray:
    """Rising places, and a few more up to a value that is beyond them."""
    end = float(np.clip(at, x[0], x[-1]))
    return x if end == at else np.unique(np.append(x, np.linspace(end, at, BEYOND)))


def size_picture(sizes: Sizes) -> Picture:
    """The live picture."""
    size = sizes.size
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
    key = told([*sizes.here])
    beside = [f"{valued(value)} at {short(size)} %" for size, value in sizes.beside.items()]
    so = f"; {' and '.join(beside)}" if beside else ""
    what = SHAPES[sizes.what.shape].name.lower()
    article = "An" if what[0] in "aeiou" else "A"
    place = (
        ", which has no pixel"
        if sizes.nothing
        else f", found {abs(sizes.shift)} px to the {'right' if sizes.shift > 0 else 'left'}"
        if sizes.shift
        else ", found in its place"
    )
    cost = f"{costing(key)} {valued(sizes.here[key])}"
    return f"{article} {what} of {short(sizes.size)} % of the width{place}: {cost}{so}."


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
    return Readout("Here, and the largest along each curve", ("", "here", "any size", "any shift"), rows)


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
    return {
        "size": np.concatenate([both[0].x, np.full(len(both[1].x), sizes.size)]),
        "shift": np.concatenate([np.full(len(both[0].x), float(sizes.shift)), both[1].x]),
        "share": np.concatenate([curve.share for curve in both]),
        **{COMPARED[key].name: np.concatenate([curve.values[key] for curve in both]) for key in sizes.here},
    }
