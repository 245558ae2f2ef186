"""What the live figure shows at one moment, and what of it the hand can take hold of."""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from components.live.brush import Brush
from components.live.input import Offer
from components.live.player import Player
from components.live.runner import Button, Runner


@dataclass(frozen=True)
class Control:
    """A slider with a number entry beside it, or a switch where ``value`` is a bool.

    Attributes
    ----------
    name
        Of the setting it stands for, under which ``Input.sliders`` has it.
    label
        What is written above it.
    value
        Where it stands, in the setting's unit; infinite where the limits are.
    low, high
        The slider's span. With ``log`` it is logarithmic and both are above 0; with ``whole`` it has whole steps only.
    limits
        What may be typed.
    color
        Of the line it shapes, as CSS; empty for none.
    dash
        Makes a switch an entry of the legend: lengths of dashes and gaps of the line's sample, in px; (1, 0) is solid.
    refusal
        What was wrong with the value that it was last given; empty if nothing was.
    """

    name: str
    label: str
    value: float | bool
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    whole: bool = False
    limits: tuple[float, float] = (-np.inf, np.inf)
    color: str = ""
    dash: tuple[int, ...] = ()
    refusal: str = ""


def numbered(rows: np.ndarray) -> tuple[int, ...] | None:
    """The rows of points, ``[n]``, as ``Handle.rows``: nothing need be said where they are the places in the trace."""
    return None if np.array_equal(rows, np.arange(len(rows))) else tuple(rows.tolist())


@dataclass(frozen=True)
class Handle:
    """Makes the points of a trace draggable: that of the trace which carries the same name as ``handle``.

    Attributes
    ----------
    name
        Under which ``Input.places`` has the moved points.
    label
        What one point is called, as in "Point 3 of 11".
    moves
        The directions in which they move: "x", "y" or "xy".
    rows
        By place in the trace, the row under which the point is told, shape [n]; without, its place.
    trace
        What the trace carries as ``handle``, where several traces move under one name.
    first
        The row of the point that is taken first, as one worth moving; None for the last. Where it changes the
        hand goes there.
    adds
        The name under which ``Input.new`` has a point that is added; with it points may be taken away as well.
    """

    name: str
    label: str
    moves: str = "xy"
    rows: tuple[int, ...] | None = None
    trace: str = ""
    first: int | None = None
    adds: str = ""

    @property
    def carried(self) -> str:
        """What its trace carries as ``handle``."""
        return self.trace or self.name


@dataclass(frozen=True)
class Pick:
    """Lets a click anywhere in the panel with these axes report its place, which is ``Input.point(name)``."""

    name: str
    axes: tuple[str, str] = ("x", "y")


@dataclass(frozen=True)
class Label:
    """Text at a point of the panel with these axes: a line's name, right of it and moved apart from others.

    With ``line`` it is centred that many lines below the point, on a ground that hides what is behind.
    """

    text: str
    x: float
    y: float
    color: str
    axes: tuple[str, str] = ("x", "y")
    line: float | None = None


@dataclass(frozen=True)
class Row:
    """One row of the readout table; ``color`` marks its first cell."""

    cells: tuple[str, ...]
    color: str = "inherit"


@dataclass(frozen=True)
class Readout:
    """A table of numbers beside the chart, as text."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Picture:
    """All that the live figure shows at one moment.

    Attributes
    ----------
    figure
        A Plotly figure as plain dicts, with the keys ``data``, ``layout`` and, optionally, ``narrow``: layout
        entries that take over on a narrow screen. A trace whose points a handle moves carries ``handle``, one whose
        markers are to hide what is behind them ``covers``. Arrays are NumPy's; they travel as binary.
    alt
        What the chart shows, for those who do not see it.
    sentence
        The headline above the chart.
    controls, handles, pick, player, runner, brush
        What the hand can take hold of.
    labels, readouts, notes
        Names in the chart, tables beside it, and what a reader must know.

    Raises
    ------
    ValueError
        If a handle has no trace, or two, or a trace carries a handle that there is not.
    """

    figure: Mapping[str, Any]
    alt: str
    sentence: str = ""
    controls: tuple[Control, ...] = ()
    handles: tuple[Handle, ...] = ()
    pick: Pick | None = None
    labels: tuple[Label, ...] = ()
    readouts: tuple[Readout, ...] = ()
    notes: tuple[str, ...] = ()
    player: Player | None = None
    runner: Runner | None = None
    brush: Brush | None = None

    def __post_init__(self) -> None:
        carried = Counter(trace["handle"] for trace in self.figure["data"] if "handle" in trace)
        wanted = Counter(handle.carried for handle in self.handles)
        wrong = [
            f"{name!r} is carried by {carried[name]} traces and declared by {wanted[name]} handles"
            for name in sorted(carried | wanted)
            if not carried[name] == wanted[name] == 1
        ]
        if wrong:
            raise ValueError(f"a handle has one trace, and a trace one handle: {'; '.join(wrong)}")

    @property
    def _turns(self) -> tuple[Button, ...]:
        return self.runner.buttons if self.runner else ()

    def goes_on(self, values: Mapping[str, Any]) -> bool:
        """Whether a message asks for turns, which take longer than to draw them."""
        return any(button.name in values for button in self._turns)

    @property
    def offer(self) -> Offer:
        """What the hand can take hold of, by name."""
        return Offer(
            sliders=frozenset(asked.name for asked in (*self.controls, *self._turns)),
            handles=frozenset(handle.name for handle in self.handles),
            growing=frozenset(handle.name for handle in self.handles if handle.adds),
            new=frozenset(handle.adds for handle in self.handles if handle.adds),
            pick=self.pick.name if self.pick else None,
            brush=self.brush.name if self.brush else None,
            player=self.player is not None,
        )


def without(picture: Picture, locked: Collection[str]) -> Picture:
    """A picture in which the hand cannot take hold of these settings; points that moves are made of go by "points"."""
    if not locked:
        return picture
    names = {*locked, *(("points",) if "moves" in locked else ())}
    gone = {handle.carried for handle in picture.handles if handle.name in names}
    return replace(
        _let_go(picture, gone),
        controls=tuple(control for control in picture.controls if control.name not in names),
        pick=None if picture.pick and picture.pick.name in names else picture.pick,
    )


def still(picture: Picture) -> Picture:
    """A picture in which the hand can take hold of nothing but of what is looked at: the legend and the player."""
    legend = tuple(control for control in picture.controls if control.dash)
    gone = {handle.carried for handle in picture.handles}
    return replace(_let_go(picture, gone), controls=legend, pick=None, runner=None, brush=None)


def _let_go(picture: Picture, gone: Collection[str]) -> Picture:
    """A picture without the handles that these traces carry."""
    traces = [
        {key: value for key, value in trace.items() if not (key == "handle" and value in gone)}
        for trace in picture.figure["data"]
    ]
    return replace(
        picture,
        figure={**picture.figure, "data": traces},
        handles=tuple(handle for handle in picture.handles if handle.carried not in gone),
    )


def sendable(picture: Picture) -> dict[str, Any]:
    """What of a picture the browser is sent, for ``Encoder``."""
    return {
        "figure": picture.figure,
        "controls": [_without_infinity(control) for control in picture.controls],
        "handles": [replace(handle, trace=handle.carried) for handle in picture.handles],
        "pick": picture.pick,
        "brush": picture.brush,
        "labels": picture.labels,
        "player": picture.player,
        "runner": picture.runner,
        "sentence": picture.sentence,
        "alt": picture.alt,
        "notes": picture.notes,
        "readouts": picture.readouts,
    }


def _without_infinity(control: Control) -> dict[str, Any]:
    """JSON has no infinity: an open limit travels as null, an infinite value as a string JavaScript understands."""
    told = {field.name: getattr(control, field.name) for field in fields(control)}
    if math.isinf(control.value):
        told["value"] = "Infinity" if control.value > 0 else "-Infinity"
    return told | {"limits": [limit if math.isfinite(limit) else None for limit in control.limits]}
