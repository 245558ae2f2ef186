"""The live figure: a Plotly chart with sliders, draggable points and a player, updated in place.

The browser half is in ``browser/``. It says what the hand has done, one message at a time; Python checks
that (``input``), computes the picture anew and answers: by the short way of ``channel`` while the hand
moves, by a script run when it rests. ``MESSAGES.md`` has every field of what the two say to each other.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import streamlit as st

from components.live.arrays import Encoder
from components.live.brush import Brush
from components.live.channel import Channel
from components.live.files import BROWSER_FILES, address, plotly_address
from components.live.input import Input, Offer, read_guide, read_input, read_parameters
from components.live.player import Player
from components.live.runner import Button, Runner
from components.settings.view import View


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


# What settings that are allowed one by one may come to together: numbers too large, too small, or too far apart.
UNDRAWABLE = (ValueError, ArithmeticError, np.linalg.LinAlgError)


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
    """A line's name, written at a point of the panel with these axes."""

    text: str
    x: float
    y: float
    color: str
    axes: tuple[str, str] = ("x", "y")


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
        entries that take over on a narrow screen. A trace whose points a handle moves carries ``handle``. Arrays are
        NumPy's; they travel as binary.
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


def live_figure(key: str, view: View, compute: Callable[[], Picture], on_input: Callable[[Input], None]) -> None:
    """Show a picture and keep it under the hand.

    Parameters
    ----------
    key
        Identifies the figure in its session.
    view
        The page's settings; the browser's address bar follows them.
    compute
        Gives the picture of the settings as they stand. It is called for every input and outside
        any script run, so it may not call Streamlit.
    on_input
        Puts what the hand has done into the settings. Likewise. It is told of what the last picture
        had to take hold of, and of nothing else.
    """
    channel = st.session_state.setdefault(f"{key}.channel", Channel())
    offer = Offer()

    def take(values: Mapping[str, Any]) -> None:
        if isinstance(visited := values.get("address"), Mapping):
            view.return_to(read_parameters(visited.get("parameters")), read_guide(visited.get("guide")))
        else:
            channel.runs = channel.shown is not None and channel.shown.goes_on(values)
            try:
                on_input(read_input(values, offer))
            except UNDRAWABLE as error:  # as where the settings before it could not be drawn either
                view.say(f"That cannot be done: {error}.")

    def picture(held: Collection[str] = (), **run: Any) -> bytes:
        def written(shown: Picture) -> str:
            state = {"answers": channel.seq, "moving": not run, "address": view.address(), "guide": view.guide}
            return Encoder(held).json({**state, **run, **sendable(shown)})

        nonlocal offer
        shown, text = _drawn(view, channel, compute, written)
        offer = shown.offer
        return text.encode()

    with channel.lock:
        first = picture(channel=channel.url, plotly=plotly_address())
        channel.take, channel.picture = take, picture
    _component()(
        key=key,
        data=first,  # as bytes, which Streamlit passes on as they are
        on_input_change=lambda: channel.receive(st.session_state[key].get("input")),
    )


def _drawn(
    view: View, channel: Channel, compute: Callable[[], Picture], write: Callable[[Picture], str]
) -> tuple[Picture, str]:
    """The picture of the settings as they stand, also written; where there is none, the last one, and why."""
    try:
        with view.still():
            shown = _without(compute(), view.locked)
        text = write(shown)
    except UNDRAWABLE as error:
        reason = f"These settings cannot be drawn: {error}."
        if channel.shown is None:  # a link opens here
            view.start_from()
        last = channel.shown or _without(compute(), view.locked)
        shown = replace(last, notes=(*last.notes, reason))
        return shown, write(shown)
    channel.shown = shown
    return shown, text


def _without(picture: Picture, locked: Collection[str]) -> Picture:
    """A picture in which the hand cannot take hold of these settings; points that moves are made of go by "points"."""
    if not locked:
        return picture
    names = {*locked, *(("points",) if "moves" in locked else ())}
    gone = {handle.carried for handle in picture.handles if handle.name in names}
    traces = [
        {key: value for key, value in trace.items() if not (key == "handle" and value in gone)}
        for trace in picture.figure["data"]
    ]
    return replace(
        picture,
        figure={**picture.figure, "data": traces},
        controls=tuple(control for control in picture.controls if control.name not in names),
        handles=tuple(handle for handle in picture.handles if handle.carried not in gone),
        pick=None if picture.pick and picture.pick.name in names else picture.pick,
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


def _component() -> Callable:
    """Streamlit's handle on the browser half, whose code is served as files: an update carries data alone."""
    return st.components.v2.component(
        "live_figure",
        js=f"""
const code = new URL("{address(f"{BROWSER_FILES}/live_figure.js")}", window.location.origin);
const styles = new URL("{address(f"{BROWSER_FILES}/live_figure.css")}", window.location.origin);
const sheet = document.getElementById("live-styles") ?? document.createElement("link");
const styled = new Promise((resolve) => {{
  if (sheet.sheet) return resolve();
  sheet.addEventListener("load", resolve);
  sheet.addEventListener("error", () => resolve(sheet.remove()));
  if (!sheet.isConnected) document.head.append(Object.assign(sheet, {{ id: "live-styles", rel: "stylesheet", href: styles }}));
}});
export default async function (component) {{
  const [{{ show }}] = await Promise.all([import(code.href), styled]);
  return show(component);
}}
""",
        isolate_styles=False,
    )


def _without_infinity(control: Control) -> dict[str, Any]:
    """JSON has no infinity: an open limit travels as null, an infinite value as a string JavaScript understands."""
    told = {field.name: getattr(control, field.name) for field in fields(control)}
    if math.isinf(control.value):
        told["value"] = "Infinity" if control.value > 0 else "-Infinity"
    return told | {"limits": [limit if math.isfinite(limit) else None for limit in control.limits]}
