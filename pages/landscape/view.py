"""What the page ``landscape`` shows: a surface with the paths of optimisers as a picture, a sentence and tables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from components.live.picture import Control, Handle, Label, Pick, Picture, Readout, Row
from components.live.player import Player, StepColumn, StepTable, Track, TurningLine
from components.plot.theme import CANVAS_DASHES, OPTIMISER_STYLES
from components.text import listed, number, short
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Path
from losses.descent.surface import Surface, hessian, sharpness
from pages.landscape.figure import Chart, Points, landscape_figure

Grid = tuple[np.ndarray, np.ndarray, np.ndarray]
_FOUND: WeakKeyDictionary[Path, dict[str, Any]] = WeakKeyDictionary()
MOST = 2_000_000  # losses, one of every example at every step, up to which the curvature along a path is computed
TOLD = 3  # paths whose losses the sentence names
TELLING = 0.05  # of its height, by which a loss goes up and down that is said to hop
EXPLODED = 10.0  # a loss so many times as high as at the start is called an explosion


@dataclass(frozen=True, eq=False)
class Descents:
    """What is shown: paths down a surface, all from one start.

    Attributes
    ----------
    surface, grid, paths
        The surface, its values over a grid, and the descents on it.
    bounds
        What of the two weights is in view.
    playhead
        The step at which the player stands; None for the end.
    subject
        What surface it is: another one starts without the zoom.
    notes
        What a reader must know.
    points
        The data, for a surface made of examples.
    three_d
        Whether to show the surface in three dimensions.
    """

    surface: Surface
    grid: Grid
    paths: Sequence[Path]
    bounds: tuple[tuple[float, float], tuple[float, float]]
    playhead: int | None
    subject: str
    notes: tuple[str, ...] = ()
    points: Points | None = None
    three_d: bool = False


def landscape_picture(shown: Descents, controls: tuple[Control, ...]) -> Picture:
    """The live picture of descents, with these sliders."""
    surface, paths, three_d = shown.surface, shown.paths, shown.three_d
    steps = len(paths[0].losses) - 1
    floor = lowest(surface, paths)
    heights = [path.losses - floor for path in paths]
    sentence = story(surface, paths)
    start_handle = () if three_d else (Handle("start", "Start"),)
    points = shown.points
    point_handle = (Handle("points", "Point", rows=points.rows, adds="new" if points.grows else ""),) if points else ()
    return Picture(
        figure=landscape_figure(_chart(shown, heights, "loss above the lowest" if floor else "loss")),
        alt=f"{'Surface' if three_d else 'Contours'} of the loss over {' and '.join(surface.symbols)}, {surface.title}, "
        f"with the paths of {listed(_name(path) for path in paths)}; beside it their loss against the step. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(*start_handle, *point_handle),
        pick=Pick("start", ("scene", "scene") if three_d else ("x", "y")),
        labels=(*(() if three_d else _minima(surface, shown.bounds)), *_ends(paths, heights)),
        readouts=(rates(surface, paths),),
        notes=shown.notes,
        player=Player(
            tracks=(*_routes(paths, three_d), *_descents(paths, heights)),
            length=steps,
            at=steps if shown.playhead is None else min(shown.playhead, steps),
            lines=_lines(paths) if shown.points else (),
            table=inner_state(surface, paths),
        ),
    )


def _minima(surface: Surface, bounds: tuple[tuple[float, float], tuple[float, float]]) -> Iterator[Label]:
    """The name of every minimum in view."""
    for place in surface.minima:
        if all(low <= at <= high for at, (low, high) in zip(place, bounds, strict=True)):
            yield Label("\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}minimum", *place, "currentColor")


def _ends(paths: Sequence[Path], heights: Sequence[np.ndarray]) -> Iterator[Label]:
    """Every optimiser's name where its loss ends, on a scale that has no 0."""
    for path, height in zip(paths, heights, strict=True):
        if path.last >= 0 and height[path.last] > 0:
            yield Label(_name(path), float(path.last), float(height[path.last]), _color(path), ("x3", "y3"))


def _chart(shown: Descents, heights: Sequence[np.ndarray], loss_title: str) -> Chart:
    """What is drawn of it; ``heights`` are the losses of the paths as their panel shows them."""
    first, second = shown.paths[0].positions[0].tolist()
    return Chart(
        grid=shown.grid,
        symbols=shown.surface.symbols,
        bounds=shown.bounds,
        start=(first, second),
        minima=shown.surface.minima,
        losses=_span(heights),
        loss_title=loss_title,
        steps=len(heights[0]) - 1,
        subject=shown.subject,
        names=tuple(_name(path) for path in shown.paths),
        points=shown.points,
        three_d=shown.three_d,
    )


def lowest(surface: Surface, paths: Sequence[Path]) -> float:
    """What the loss is measured from where it does not stay above 0: its lowest value, else 0."""
    values = np.concatenate([[surface.least], *(path.losses for path in paths)])
    return float(values.min(initial=0.0, where=np.isfinite(values)))


def story(surface: Surface, paths: Sequence[Path]) -> str:
    """What became of the paths: who went wrong first, then who got lowest, in a sentence or two."""
    steps, first = len(paths[0].losses) - 1, paths[0].losses[0]
    if not np.isfinite(first):
        return "The loss is not defined at this start: choose another."
    gone = {_name(path): gain for path in paths if (gain := outcome(surface, path))}
    said = [f"{name} {what}." for name, what in list(gone.items())[:1]]
    others = list(gone)[1:]
    if others:
        said.append(f"{listed(others[:TOLD])} {'goes' if len(others) == 1 else 'go'} wrong too.")
    calm = sorted((path for path in paths if _name(path) not in gone), key=lambda path: path.losses[-1])
    if calm:
        told = [f"{_name(path)} {_end(surface, path, 'is at loss')}" for path in calm[:1]]
        told += [f"{_name(path)} {_end(surface, path, 'at')}" for path in calm[1:TOLD]]
        behind = len(calm) - len(told)
        least = f"; the lowest is {number(surface.least)}" if surface.minima else ""
        rest = f"; {behind} more behind" if behind else ""
        said.append(f"After {steps} step{'' if steps == 1 else 's'} {listed(told)}{rest}{least}.")
    return " ".join(said)


def _end(surface: Surface, path: Path, at: str) -> str:
    """Where a path has got to: its last loss, or those between which it still hops."""
    late = path.losses[-max(20, len(path.losses) // 4) :]
    early, last = np.array_split(late, 2)
    ways = np.sign(np.diff(late))
    turns = np.mean(ways[1:] != ways[:-1]) if len(late) > 2 else 0.0
    height = late.max() - lowest(surface, [path])
    seen = np.ptp(late) > TELLING * height and height > 1e-6 * path.losses[0]
    if turns > 0.25 and seen and early.max() < 2 * last.max():
        return f"hops between {number(late.min())} and {number(late.max())}"
    return f"{at} {number(path.losses[-1])}"


def outcome(surface: Surface, path: Path) -> str:
    """How a path went wrong, or nothing."""
    rate, bound = path.settings["learning_rate"], _bound(surface, path)
    why = f": learning rate {short(rate)}, stable only up to {short(bound)}" if rate > bound else ""
    if path.diverged:
        return f"diverges at step {path.diverged.step}{why or f': {path.diverged.reason}'}"
    floor = lowest(surface, [path])
    # A start at the minimum has no height of its own to compare with.
    height = max(path.losses[0], surface.at_start) - floor
    if path.losses[-1] - floor > EXPLODED * height:
        what = "explodes" if why else "is thrown far out"
        return f"{what}, from loss {number(path.losses[0])} to {number(path.losses[-1])}{why}"
    return ""


def rates(surface: Surface, paths: Sequence[Path]) -> Readout:
    """Each optimiser's learning rate beside the largest stable one, where the surface curves most."""
    rows = []
    for path in paths:
        rate, bound = path.settings["learning_rate"], _bound(surface, path)
        share = "–" if np.isnan(bound) else f"{number(100 * rate / bound)} %"
        rows.append(Row((_name(path), short(rate), number(bound, 4), share), _color(path)))
    where = ("at the minimum" if len(surface.minima) == 1 else "at the sharpest minimum") if surface.minima else "at the start"  # fmt: skip
    whole = " of the loss over all examples" if surface.examples else ""
    caption = f"Sharpness λ = {number(_steepest(surface, paths[0]))} {where}{whole}"
    if surface.kinked:
        caption = "The slope jumps at kinks, so no curvature bounds the learning rate"
    return Readout(caption, ("", "learning rate", "largest stable", "share of it"), tuple(rows))


def _steepest(surface: Surface, path: Path) -> float:
    """The sharpness at the sharpest minimum; without a known one, where the paths start."""
    if surface.minima:
        return surface.sharpest
    return _once(path, "steepest", lambda: float(sharpness(surface, path.positions[0])))


def _bound(surface: Surface, path: Path) -> float:
    if surface.kinked:
        return np.nan
    return float(OPTIMISERS[path.optimiser].stable_learning_rate(_steepest(surface, path), **path.settings))


def inner_state(surface: Surface, paths: Sequence[Path]) -> StepTable:
    """What every optimiser did in the step that led to the playhead, and what it keeps of it: what any of them has."""
    # What steps are divided by: second moments, or what an optimiser declares instead.
    sizes = dict.fromkeys(_size_name(path) for path in paths if path.second_moment is not None)
    quantities = {
        "loss": [(path.losses,) for path in paths],
        ", ".join(surface.symbols): [tuple(path.positions.T) for path in paths],
        "gradient": [_behind(path.gradients) for path in paths],
        "velocity, first moment": [_behind(path.velocity) for path in paths],
        ", ".join(sizes): [_behind(path.second_moment) for path in paths],
        "effective step": [_behind(path.steps) for path in paths],
        "learning rate": [_behind(path.rates) for path in paths],
        "largest stable here": [_stable(surface, path) for path in paths],
    }
    kept = {name: cells for name, cells in quantities.items() if any(cells)}
    each = zip(paths, zip(*kept.values(), strict=True), strict=True)
    columns = tuple(StepColumn(_name(path), _color(path), cells) for path, cells in each)
    return StepTable("The step that led to step", tuple(kept), columns)


def _stable(surface: Surface, path: Path) -> tuple[np.ndarray, ...]:
    """The largest stable learning rate along a path, of an adaptive optimiser with what it then divides by.

    Nothing where none is known, or it would take long: it is the longest computation of a picture.
    """
    optimiser = OPTIMISERS[path.optimiser]
    if surface.kinked or not (optimiser.critical or (optimiser.divisor and path.second_moment is not None)):
        return ()
    if len(path.losses) * surface.examples > MOST:
        return ()
    return (_once(path, "stable", lambda: _stable_along(surface, path)),)


def _stable_along(surface: Surface, path: Path) -> np.ndarray:
    optimiser = OPTIMISERS[path.optimiser]
    if optimiser.critical:
        return optimiser.stable_learning_rate(sharpness(surface, path.positions), **path.settings)
    curved, taken = hessian(surface, path.positions[1:]), np.arange(1, len(path.positions))
    bound = optimiser.stable_preconditioned_rate(curved, path.second_moment, taken, **path.settings)
    return np.append(np.nan, bound)


def _once(path: Path, what: str, compute: Callable[[], Any]) -> Any:
    """The result of ``compute``, kept as long as the path lives."""
    found = _FOUND.setdefault(path, {})
    if what not in found:
        found[what] = compute()
    return found[what]


def table(surface: Surface, paths: Sequence[Path]) -> dict[str, np.ndarray]:
    """Every step of every path by column, a step a row; beyond a divergence, and the last step, not a number."""
    columns = {"step": np.arange(len(paths[0].losses))}
    for path in paths:
        parts = {"loss": path.losses, "learning rate": path.rates}
        for title, part in (("", path.positions), ("gradient ", path.gradients), ("velocity ", path.velocity), (f"{_size_name(path)} ", path.second_moment), ("step ", path.steps)):  # fmt: skip
            if part is not None:
                parts |= {f"{title}{symbol}": part[:, weight] for weight, symbol in enumerate(surface.symbols)}
        columns |= {f"{_name(path)} {title}": _padded(part, len(path.losses)) for title, part in parts.items()}
    return columns


def _routes(paths: Sequence[Path], three_d: bool) -> tuple[Track, ...]:
    return tuple(
        Track(
            path.positions[:, 0],
            path.positions[:, 1],
            _color(path),
            ("scene", "scene") if three_d else ("x", "y"),
            symbol=OPTIMISER_STYLES[path.optimiser].symbol,
            z=path.losses if three_d else None,
        )
        for path in paths
    )


def _descents(paths: Sequence[Path], heights: Sequence[np.ndarray]) -> tuple[Track, ...]:
    return tuple(
        Track(None, height, _color(path), ("x3", "y3"), _dash(path), OPTIMISER_STYLES[path.optimiser].symbol)
        for path, height in zip(paths, heights, strict=True)
    )


def _lines(paths: Sequence[Path]) -> tuple[TurningLine, ...]:
    return tuple(
        TurningLine(path.positions[:, 0], path.positions[:, 1], _color(path), ("x2", "y2"), _dash(path))
        for path in paths
    )


def _span(heights: Sequence[np.ndarray]) -> tuple[float, float]:
    """Least and greatest loss to show: what explodes leaves the panel at the top."""
    positive = np.concatenate([height[np.isfinite(height) & (height > 0)] for height in heights])
    if not positive.size:
        return 0.1, 1.0
    first = max((height[0] for height in heights if np.isfinite(height[0])), default=0.0) or positive.max()
    return float(positive.min()), min(float(positive.max()), 1e3 * float(first))


def _behind(part: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """What belongs to the step from t to t + 1 as seen from t + 1; nothing where there is nothing."""
    columns = [] if part is None else part.T if part.ndim == 2 else [part]
    return tuple(np.concatenate([[np.nan], column]) for column in columns)


def _padded(part: np.ndarray, length: int) -> np.ndarray:
    return np.concatenate([part, np.full(length - len(part), np.nan)])


def _name(path: Path) -> str:
    return OPTIMISERS[path.optimiser].name


def _size_name(path: Path) -> str:
    return OPTIMISERS[path.optimiser].second_moment_name


def _color(path: Path) -> str:
    return OPTIMISER_STYLES[path.optimiser].color


def _dash(path: Path) -> tuple[int, ...]:
    return CANVAS_DASHES[OPTIMISER_STYLES[path.optimiser].dash]
