"""What the view of the landscape shows: planes, lines and spectra as a picture, a sentence, tables and facts."""

import math
from collections.abc import Sequence

import numpy as np

from components.live.picture import Label, Picture, Readout, Row
from components.plot.theme import MARKED
from components.text import number, short
from losses.network.meaning import Basin, shape
from losses.network.planes import Plane
from pages.network.landscape_figure import ACCURACY, ACROSS, TRUE, UP, landscape_figure, short_name
from pages.network.sight import SHALLOW, Sight

MOST_BASINS = 4
BESIDE = 0.025  # of the plane's width, between a mark and its name
SECTION = ("x2", "y2")


def landscape_picture(sight: Sight) -> Picture:
    """The live picture of a landscape."""
    said = story(sight)
    kind = "Surface" if sight.three_d else "Contours"
    return Picture(
        figure=landscape_figure(sight),
        alt=f"{kind} of the loss over a plane of weights, a section of it, and the spectrum of the Hessian. {said}",
        sentence=said,
        labels=tuple(_labels(sight)),
        readouts=tuple(_readouts(sight)),
        notes=(*sight.notes, *_holes(sight.plane)),
    )


def story(sight: Sight) -> str:
    """What is seen, in a sentence or two."""
    line, path, plane = sight.line, sight.path, sight.plane
    if line is not None:
        ends = f"The loss is {number(line.loss[_at(line.t, 0)])} at a and {number(line.loss[_at(line.t, 1)])} at b"
        if math.isnan(line.barrier):
            return f"{ends}; on the line between them it is not everywhere a number."
        if not (line.loss[(line.t > 0) & (line.t < 1)] > max(line.loss[[_at(line.t, 0), _at(line.t, 1)]])).any():
            return f"{ends}; the line between them rises above neither."
        return f"{ends}; the line between them rises {number(line.barrier)} above their mean: the barrier."
    if path is not None and plane is not None and plane.shares:
        share = 100 * sum(plane.shares)
        return f"The plane holds {number(share)} % of the path’s variance; checkpoints lie up to {number(float(path.off.max()))} off it, with losses of their own."
    if plane is None:
        return "The file holds no plane; what it holds is beside."
    curved = shape(plane)
    said = f"The loss is {number(plane.centre)} at the network"
    if np.isfinite(plane.loss).any():
        said += f", {number(float(plane.loss[np.isfinite(plane.loss)].min()))} at the lowest place in sight"
    if curved and not plane.left:  # a coarse grid says little of how it curves
        said += f"; in this plane it curves by {number(curved.flattest)} to {number(curved.sharpest)}"
    return f"{said}."


def _holes(plane: Plane | None) -> list[str]:
    if plane is None or not plane.holes:
        return []
    return [f"At {plane.holes} of {plane.loss.size} places the loss is no finite number: they are left out."]


def _at(t: np.ndarray, share: float) -> int:
    return int(abs(t - share).argmin())


def _labels(sight: Sight) -> list[Label]:
    """The names of lines, at their right ends, and of marks."""
    plane, found = sight.plane, []
    if sight.line is not None:
        line = sight.line
        found.append(Label("loss", 1.02 * line.t[-1], float(line.loss[-1]), ACROSS, SECTION))
        if line.accuracy is not None:
            found.append(Label("accuracy", 1.02 * line.t[-1], float(line.accuracy[-1]), ACCURACY, SECTION))
    elif sight.path is not None:
        end = len(sight.path.loss) - 1 if sight.steps is None else float(sight.steps[-1])
        found.append(Label("its own", 1.02 * end, float(sight.path.loss[-1]), TRUE, SECTION))
    elif plane is not None:
        row, column = (int(abs(axis - at).argmin()) for axis, at in ((plane.y, plane.at[1]), (plane.x, plane.at[0])))
        right, top = plane.x[-1] - plane.at[0], plane.y[-1] - plane.at[1]
        found += [
            Label(short_name(plane, 0), 1.02 * float(right), float(plane.loss[row, -1]), ACROSS, SECTION),
            Label(short_name(plane, 1), 1.02 * float(top), float(plane.loss[-1, column]), UP, SECTION),
        ]
    if plane is not None and not sight.three_d:
        beside = BESIDE * float(plane.x[-1] - plane.x[0])
        found += [Label(name, x + beside, y, MARKED) for name, x, y in plane.marks]
    return [label for label in found if math.isfinite(label.x) and math.isfinite(label.y)]


def _readouts(sight: Sight) -> list[Readout]:
    found = []
    if sight.line is not None:
        line = sight.line
        rows = [("barrier in loss", number(line.barrier)), ("distance of the two", number(line.distance))]
        if line.error_barrier is not None:
            rows.insert(1, ("barrier in errors", f"{number(100 * line.error_barrier)} %"))
        found.append(_table("From a to b", ("", "value"), rows))
    if sight.path is not None:
        path = sight.path
        rows = [
            (short(at), number(float(path.loss[row])), number(float(path.off[row])))
            for row, at in _some(np.arange(len(path.loss)) if sight.steps is None else sight.steps)
        ]
        found.append(_table("The path", ("step", "own loss", "off the plane"), rows))
    if sight.plane is not None and sight.path is None:
        found.append(_basins(sight.hollows))
    if sight.spectrum is not None:
        spectrum = sight.spectrum
        rows = [(f"λ{place}", number(value, 4)) for place, value in enumerate(spectrum.largest.tolist(), 1)]
        rows.append(("sum of all", f"{number(spectrum.trace)} ± {number(spectrum.trace_error, 2)}"))
        found.append(_table("The Hessian", ("", "eigenvalue"), rows[:6]))
    return found


def _basins(hollows: list[Basin]) -> Readout:
    rows: list[tuple[str, ...]] = [
        (f"({number(each.x, 2)}, {number(each.y, 2)})", number(each.loss), number(each.depth)) for each in hollows[:MOST_BASINS]
    ]  # fmt: skip
    return _table("Hollows", ("at", "loss", "depth"), rows or [("none", "–", "–")])


def _some(steps: np.ndarray) -> list[tuple[int, float]]:
    rows = np.unique(np.linspace(0, len(steps) - 1, 5).round().astype(int))
    return [(int(row), float(steps[row])) for row in rows]


def _table(caption: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Readout:
    return Readout(caption, columns, tuple(Row(cells) for cells in rows))


def table(sight: Sight) -> dict[str, np.ndarray]:
    """The numbers behind the plane, a row for each place."""
    if sight.plane is None:
        return {}
    x, y = np.meshgrid(sight.plane.x, sight.plane.y)
    return {"x": x.ravel(), "y": y.ravel(), "loss": sight.plane.loss.ravel()}


def meaning(sight: Sight) -> list[str]:
    """What the picture says and what it cannot say, each a sentence or two with its numbers."""
    said = []
    plane = sight.plane
    if plane is not None:
        if sight.hollows:
            low = sight.hollows[0]
            others = len(sight.hollows) - 1
            more = "no other" if not others else f"{others} more"
            said.append(
                f"The lowest hollow in sight is at ({number(low.x, 2)}, {number(low.y, 2)}) with loss {number(low.loss)}; there is {more} deeper than {number(100 * SHALLOW)} % of what is seen."
            )
        curved = shape(plane)
        if curved:
            said.append(
                f"At the network it curves {number(curved.sharpest)} in the sharpest direction of the plane, at {number(curved.angle, 2)}° to the first axis, and {number(curved.flattest)} across."
            )
        if plane.holes:
            said.append(
                f"At {plane.holes} places the loss is no finite number: they are grey, and no contour goes there."
            )
    if sight.spectrum is not None and plane is not None and plane.kind != "leading":
        said.append(
            f"Of {sight.spectrum.weights:,} directions two are seen. The sharpest of all curves {number(float(sight.spectrum.largest[0]))}; the mean over all, which a random direction of unit length shows, is {number(sight.spectrum.trace / sight.spectrum.weights)}."
        )
    if sight.path is not None:
        said.append(
            f"The contours are the loss of the plane’s own places. The checkpoints are up to {number(float(sight.path.off.max()))} off it: their own loss is the shade of each dot and the line on the right."
        )
    if sight.line is not None:
        said.append(
            "A barrier on the straight line does not part two networks: curved ways between them may be flat (Garipov et al. 2018), and so may straight ones once hidden units are put in the same order (Entezari et al. 2022)."
        )
    said.append(
        "A plane that curves upwards everywhere does not make the loss convex: what curves downwards may lie across it (Li et al. 2018, section 6)."
    )
    return said
