"""The live figure: a Plotly chart with sliders, draggable points and a player, updated in place.

The browser half is in ``components/browser``. It sends ``{seq, values}``, one request in flight;
Python checks the values, computes the picture anew and answers with the same ``seq``: by the short
way of ``components.channel`` while the hand moves, by a script run when it rests.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.channel import BROWSER_FILES, Channel, address, plotly_address
from components.state import View


@dataclass(frozen=True)
class Control:
    """A slider with a number entry beside it, or a switch where ``value`` is a bool.

    ``low`` to ``high`` is the slider's span, ``limits`` what may be typed.
    """

    name: str
    label: str
    value: float | bool
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    whole: bool = False
    limits: tuple[float, float] = (-np.inf, np.inf)


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
    """A path that the player runs along: one position a step, in the panel with these axes."""

    x: Sequence[float]
    y: Sequence[float]
    color: str
    axes: tuple[str, str] = ("x", "y")
    dash: tuple[int, ...] = ()
    trail: bool = True


@dataclass(frozen=True)
class Player:
    """Paths with one playhead over them, from step 0 to ``length``."""

    tracks: tuple[Track, ...]
    length: int
    at: int = 0


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
        channel.take, channel.picture = on_input, lambda: _sendable(compute(), view)
        picture = channel.picture()
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


def _sendable(picture: Picture, view: View) -> dict[str, Any]:
    return {
        "address": view.address(),
        "figure": encode(picture.figure),
        "controls": [_without_infinity(asdict(control)) for control in picture.controls],
        "handles": [asdict(handle) for handle in picture.handles],
        "pick": picture.pick and asdict(picture.pick),
        "labels": [asdict(label) for label in picture.labels],
        "player": picture.player and encode(asdict(picture.player)),
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
const address = new URL("{address(f"{BROWSER_FILES}/live_figure.js")}", window.location.origin);
export default async function (component) {{
  const {{ show }} = await import(address.href);
  return show(component);
}}
""",
        isolate_styles=False,
    )


def encode(value: Any) -> Any:
    """Make a figure fit for JSON: arrays become ``{dtype, bdata}``, four bytes a number where that does."""
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def _encode_array(array: np.ndarray) -> dict[str, str]:
    finite = array[np.isfinite(array)]
    with np.errstate(over="ignore"):  # what is too large for four bytes becomes infinite, and is found out below
        short = array.astype(np.float32)
        lost = np.abs(short[np.isfinite(array)] - finite)
        visible = 1e-5 * np.ptp(finite) if finite.size else 0.0
    if not np.all((lost <= visible) & np.isfinite(lost)):
        short = array.astype(np.float64)
    return {"dtype": f"f{short.itemsize}", "bdata": base64.b64encode(short.tobytes()).decode()}


def _without_infinity(control: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: an open limit travels as null, an infinite value as a string JavaScript understands."""
    value = control["value"]
    if np.isinf(value):
        value = "Infinity" if value > 0 else "-Infinity"
    return control | {"value": value, "limits": [limit if np.isfinite(limit) else None for limit in control["limits"]]}
