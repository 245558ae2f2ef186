"""Figure builders: plain data in, a Plotly figure as plain dicts out. Nothing here knows Streamlit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.plot.theme import NEUTRAL, STYLES
from components.text import JOINER
from losses import LOSSES

INK = "#1F2430"
GRID = "#DDE1E8"
MOST_BARS = 40  # points up to which bars stay wide enough to read
NARROWEST = 0.02  # of the range of x, for the bars of a point together
MOST_CLOSE = 0.1  # of the points may be so near to the next that their bars overlap


def layout(height: int, subject: str, margin: Mapping[str, int], **entries: Any) -> dict[str, Any]:
    """The layout that all figures share.

    Parameters
    ----------
    height
        In pixels.
    subject
        What the figure shows. While it stays the same, so do zoom and camera.
    margin
        Pixels by side, ``l``, ``r``, ``t`` or ``b``, where they differ from the usual ones.
    **entries
        Entries of a Plotly layout, added or put in place of the shared ones.
    """
    return {
        "height": height,
        "uirevision": subject,
        "margin": {"l": 56, "r": 74, "t": 12, "b": 44, **margin},
        "font": {"color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        **entries,
    }


def axis_layout(title: str, span: Sequence[float] | None = None, **entries: Any) -> dict[str, Any]:
    """One axis with its title and, where it must not jump, its range."""
    return {
        "title": {"text": escaped(title), "standoff": 8},
        "automargin": True,  # or a title is cut where tick labels are wide
        "gridcolor": GRID,
        "zerolinecolor": NEUTRAL,
        **({"range": [float(end) for end in span]} if span is not None else {"autorange": True}),
        **entries,
    }


def escaped(text: str) -> str:
    """``text`` for a Plotly label or template, which read HTML and ``%{x}``: shown as it is, never as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", f"%{JOINER}{{")


def padded(values: np.ndarray, share: float = 0.06) -> tuple[float, float]:
    """The span of the finite values with a margin around it; never empty."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    margin = share * (high - low) or max(1.0, abs(high)) * share
    return low - margin, high + margin


def stroke(
    key: str, y: np.ndarray | Sequence[float], width: float = 2.5, color: str = "", **entries: Any
) -> dict[str, Any]:
    """A line in the style of a loss.

    Parameters
    ----------
    key
        Of the loss in ``LOSSES``.
    y
        Heights ``[n]``.
    width
        In pixels.
    color
        As CSS, for a solid line of another colour; empty for the colour and dashes of the loss.
    **entries
        Entries of a Plotly trace; they say where its x are.
    """
    style = STYLES[key]
    line = {"color": color or style.color, "dash": "solid" if color else style.dash, "width": width, "simplify": False}
    return {"type": "scatter", "mode": "lines", "y": y, "name": LOSSES[key].name, "line": line, **entries}


def faint(color: str, opacity: float = 0.3) -> str:
    """The same colour, nearly transparent."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def bars_at(x: np.ndarray, count: int) -> float | None:
    """The width of one of ``count`` bars at each of some places ``[n]``, side by side; None where they could not be told apart."""
    spacing = np.diff(np.unique(x))
    apart = len(spacing) == len(x) - 1  # at an x that repeats, one bar would hide the other
    if not (count and apart and spacing.size and len(x) <= MOST_BARS):
        return None
    least = NARROWEST * float(x.max() - x.min())
    if np.count_nonzero(spacing < least) > MOST_CLOSE * len(x):
        return None
    return 0.8 * max(float(spacing.min()), least) / count


def per_point(
    key: str, x: np.ndarray, y: np.ndarray, bar: tuple[float, float] | None, **entries: Any
) -> dict[str, Any]:
    """One value a point: bars, or else markers.

    Parameters
    ----------
    key
        Of the loss in ``LOSSES`` whose style it has.
    x, y
        Places and values, each ``[n]``.
    bar
        Width of a bar and where it begins, from its x; None for markers.
    **entries
        Further entries of the Plotly trace.
    """
    style = STYLES[key]
    shared = {"x": x, "y": y, "name": LOSSES[key].name, **entries}
    if bar:
        return {"type": "bar", "width": bar[0], "offset": bar[1], "marker": {"color": style.color}, **shared}
    marker = {"color": style.color, "symbol": style.symbol, "size": 5}
    return {"type": "scatter", "mode": "markers", "marker": marker, **shared}


def band(heights: np.ndarray, ends: np.ndarray, steps: int = 6) -> dict[str, Any]:
    """Lines close by one another over all between some corner lines, for one trace of lines.

    Parameters
    ----------
    heights
        Of each corner line at the two ends, ``[k, 2]``, in order around the set.
    ends
        Where those are, ``[2]``.
    steps
        Lines from each corner to the next.
    """
    shares = np.arange(steps)[:, None] / steps
    lines = (heights[:, None] * (1 - shares) + np.roll(heights, -1, axis=0)[:, None] * shares).reshape(-1, 2)
    gap = np.full((len(lines), 1), np.nan)
    x = np.broadcast_to(ends, lines.shape)
    return {"x": np.hstack([x, gap]).ravel(), "y": np.hstack([lines, gap]).ravel()}


def stretched(values: np.ndarray, unit: float) -> np.ndarray:
    """``values`` on a scale that is logarithmic beyond ``unit``, of either sign, and even within it."""
    return np.sign(values) * np.log10(1 + np.abs(values) / unit)


def stretched_ticks(reach: float, unit: float) -> list[float]:
    """Powers of ten, 0 and their opposites, for such a scale: at most three a side."""
    powers = 10.0 ** np.arange(np.ceil(np.log10(unit)), np.floor(np.log10(max(reach, unit))) + 1)
    powers = powers[:: -max(1, -(-len(powers) // 3))][::-1]
    return [*(-powers[::-1]).tolist(), 0.0, *powers.tolist()]


def room_for(names: Sequence[str]) -> int:
    """Pixels right of a chart in which these names have room at the ends of their lines."""
    return 14 + 8 * max(map(len, names), default=0)
