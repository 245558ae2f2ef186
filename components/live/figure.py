"""The live figure: a Plotly chart with sliders, draggable points and a player, updated in place.

The browser half is in ``components/browser``. It sends ``{seq, values}``, one request in flight;
Python checks the values, computes the picture anew and answers with the same ``seq``: by the short
way of ``components.live.channel`` while the hand moves, by a script run when it rests.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.live.arrays import Encoder
from components.live.channel import BROWSER_FILES, Channel, address, plotly_address
from components.settings.view import View


@dataclass(frozen=True)
class Control:
    """A slider with a number entry beside it, or a switch where ``value`` is a bool.

    ``low`` to ``high`` is the slider's span, ``limits`` what may be typed. ``color`` is that of the line it shapes.
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


@dataclass(frozen=True)
class Handle:
    """Makes the points of trace number ``trace`` draggable along ``moves``: "x", "y" or "xy".

    Moving point 3 of handle "points" arrives as the input ``{"points.3": [x, y]}``; with ``rows``
    the point goes by its entry there rather than by its place in the trace.
    """

    name: str
    trace: int
    label: str
    moves: str = "xy"
    rows: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Pick:
    """Lets a click anywhere in a panel report its data coordinates: ``{name: [x, y]}``."""

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
class Track:
    """A path that the player runs along: one position a step, in the panel with these axes.

    Without ``x`` it is the number of the step. In a panel of three dimensions ``axes`` is
    ``("scene", "scene")`` and ``z`` the height. It is drawn up to the first place that is not finite.
    """

    x: np.ndarray | None
    y: np.ndarray
    color: str
    axes: tuple[str, str] = ("x", "y")
    dash: tuple[int, ...] = ()
    symbol: str = "circle"
    z: np.ndarray | None = None


@dataclass(frozen=True)
class TurningLine:
    """A straight line across a panel, with a slope and an intercept for every step."""

    slope: np.ndarray
    intercept: np.ndarray
    color: str
    axes: tuple[str, str] = ("x", "y")
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class StepRow:
    """One row of a table that follows the playhead: each cell is some numbers, with a value for every step."""

    name: str
    color: str
    cells: tuple[tuple[np.ndarray, ...], ...]


@dataclass(frozen=True)
class StepTable:
    """Numbers at the playhead; the step is written behind the caption."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[StepRow, ...]


@dataclass(frozen=True)
class Player:
    """Paths with one playhead over them, from step 0 to ``length``."""

    tracks: tuple[Track, ...]
    length: int
    at: int = 0
    lines: tuple[TurningLine, ...] = ()
    table: StepTable | None = None


@dataclass(frozen=True)
class Picture:
    """All that the live figure shows at one moment.

    ``figure`` has the keys ``data``, ``layout`` and, optionally, ``narrow``: layout entries that
    take over on a narrow screen. Arrays in it are NumPy's; they travel as binary.
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


def live_figure(key: str, view: View, compute: Callable[[], Picture], on_input: Callable[[dict], None]) -> None:
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
        Puts ``{name: value}`` as sent by the browser, untrusted, into the settings. Likewise.
    """
    channel = st.session_state.setdefault(f"{key}.channel", Channel())
    with channel.lock:
        channel.take, channel.picture = on_input, lambda held: {"address": view.address(), **sendable(compute(), held)}
        picture = channel.picture(())
    _component()(
        key=key,
        data={
            "answers": channel.seq,
            "moving": False,
            "channel": channel.url,
            "plotly": plotly_address(),
            **picture,
        },
        on_input_change=lambda: channel.receive(st.session_state[key].get("input")),
    )


def sendable(picture: Picture, held: Collection[str] = ()) -> dict[str, Any]:
    """A picture fit for JSON, to a browser that holds the arrays with the references in ``held``."""
    encoder = Encoder(held)
    return {
        "figure": encoder.encode(picture.figure),
        "controls": [_without_infinity(asdict(control)) for control in picture.controls],
        "handles": [asdict(handle) for handle in picture.handles],
        "pick": picture.pick and asdict(picture.pick),
        "labels": [asdict(label) for label in picture.labels],
        "player": encoder.encode(picture.player),
        "sentence": picture.sentence,
        "alt": picture.alt,
        "notes": picture.notes,
        "readouts": [asdict(readout) for readout in picture.readouts],
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


def _without_infinity(control: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: an open limit travels as null, an infinite value as a string JavaScript understands."""
    value = control["value"]
    if np.isinf(value):
        value = "Infinity" if value > 0 else "-Infinity"
    return control | {"value": value, "limits": [limit if np.isfinite(limit) else None for limit in control["limits"]]}
