"""Figure builders: plain data in, a Plotly figure as plain dicts out. Nothing here knows Streamlit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.theme import NEUTRAL, STYLES
from losses import LOSSES

INK = "#1F2430"
GRID = "#DDE1E8"
MOST_BARS = 40  # points up to which bars stay wide enough to read


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss on an even grid: shape [n] each. ``bent`` marks where it curves, or is None where that says nothing."""

    value: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    bent: np.ndarray | None


def layout(height: int, subject: str, margin: Mapping[str, int], **entries: Any) -> dict[str, Any]:
    """The layout that all figures share; ``entries`` add to it.

    While the ``subject`` stays the same, so do zoom and camera.
    """
    return {
        "height": height,
        "uirevision": subject,
        "margin": {"l": 56, "r": 74, "t": 12, "b": 44} | margin,
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
        "gridcolor": GRID,
        "zerolinecolor": NEUTRAL,
        **({"range": [float(end) for end in span]} if span is not None else {"autorange": True}),
        **entries,
    }


def escaped(text: str) -> str:
    """``text`` for a Plotly label, which reads HTML: shown as it is, never as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def padded(values: np.ndarray, share: float = 0.06) -> tuple[float, float]:
    """The span of the finite values with a margin around it; never empty."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    margin = share * (high - low) or max(1.0, abs(high)) * share
    return low - margin, high + margin


def stroke(key: str, y: np.ndarray, width: float = 2.5, color: str = "", **entries: Any) -> dict[str, Any]:
    """A line in the style of a loss; ``entries`` say where its x are."""
    style = STYLES[key]
    line = {"color": color or style.color, "dash": "solid" if color else style.dash, "width": width}
    return {"type": "scatter", "mode": "lines", "y": y, "name": LOSSES[key].name, "line": line, **entries}


def faint(color: str) -> str:
    """The same colour, nearly transparent."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.3)"


def per_point(key: str, x: np.ndarray, y: np.ndarray, slot: tuple[int, int], **entries: Any) -> dict[str, Any]:
    """One value a point: bars while they can be told apart, else markers. ``slot`` is (which, of how many)."""
    style = STYLES[key]
    spacing = np.diff(np.unique(x))
    apart = len(spacing) == len(x) - 1  # at an x that repeats, one bar would hide the other
    if len(x) <= MOST_BARS and apart and spacing.size and spacing.min() > 0.25 * spacing.max():
        which, count = slot
        width = 0.8 * float(spacing.min()) / count
        bar = {"width": width, "offset": (which - count / 2) * width, "marker": {"color": style.color}}
        return {"type": "bar", "x": x, "y": y, "name": LOSSES[key].name, **bar, **entries}
    marker = {"color": style.color, "symbol": style.symbol, "size": 5}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "name": LOSSES[key].name, "marker": marker, **entries}


def fits_figure(
    x: np.ndarray,
    y: np.ndarray,
    bad: np.ndarray,
    fits: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    titles: tuple[str, str],
    span: tuple[tuple[float, float], tuple[float, float]],
    subject: str,
) -> dict[str, Any]:
    """Points with the fit of every loss; below, each point's pull on every fit and its share of the loss.

    Parameters
    ----------
    x, y
        The points, shape [n], which carry the handle "points".
    bad
        Which of them are outliers put in on purpose, shape [n], bool.
    fits
        By key of the loss: the line at the two ends of the x range, shape [2], and each point's
        pull and percentage of the loss, shape [n].
    titles
        Titles of the x and y axes.
    span
        Ranges of the two axes of the data panel.
    subject
        What the points are: other data start without the zoom.
    """
    right = room_for([LOSSES[key].name for key in fits])
    marker = {"size": 9, "color": NEUTRAL, "symbol": np.where(bad, "x", "circle").tolist()}
    hover = "x %{x:.4g}, y %{y:.4g}<extra></extra>"
    dots = {"type": "scatter", "mode": "markers", "handle": "points"}
    traces = [{**dots, "x": x, "y": y, "marker": marker, "hovertemplate": hover}]
    ends = np.array(span[0])
    shares = np.concatenate([[1.0], *(share[np.isfinite(share)] for *_, share in fits.values())])
    top = min(100.0, 1.1 * float(shares.max()))
    pulls = padded(np.concatenate([[0.0], *(pull for _, pull, _ in fits.values())]))
    for slot, (key, (line, pull, share)) in enumerate(fits.items()):
        traces.append(stroke(key, line, x=ends, hoverinfo="skip"))
        place = (slot, len(fits))
        traces.append(per_point(key, x, pull, place, yaxis="y2", hovertemplate="pull %{y:.4g}"))
        traces.append(per_point(key, x, share, place, yaxis="y3", hovertemplate="%{y:.1f} % of the loss"))
    return {
        "data": traces,
        "layout": layout(
            560,
            subject,
            {"r": right},
            xaxis=axis_layout(titles[0], span[0], anchor="y3", showspikes=True, spikemode="across", spikethickness=1),
            yaxis=axis_layout(titles[1], span[1], domain=[0.47, 1]),
            # Upside down: a point below the line has a positive slope and pulls the line down.
            yaxis2=axis_layout("pull (slope)", pulls[::-1], domain=[0.215, 0.405], nticks=5),
            yaxis3=axis_layout("% of loss", (0, top), domain=[0, 0.155], nticks=3),
            barmode="overlay",
        ),
        "narrow": {"height": 520, "margin": {"l": 44, "r": min(right, 72), "t": 8, "b": 40}},
    }


def curves_figure(
    curves: Mapping[str, Curve],
    view: tuple[float, float],
    at: float,
    title: str,
    curvature: bool,
) -> dict[str, Any]:
    """Losses over one axis, their slopes below and, on demand, their curvatures.

    Parameters
    ----------
    curves
        By key of the loss, each on the same even grid over ``view``.
    view
        Range of the shared x axis.
    at
        Where the probe stands; its grip, on the floor of the first panel, carries the handle "at".
    title
        Of the x axis.
    curvature
        Whether to draw the third panel.
    """
    right = room_for([LOSSES[key].name for key in curves])
    panels = ("value", "slope", "curvature")[: 3 if curvature else 2]
    names = ("loss", "slope", "curvature")
    spans = {panel: _readable([getattr(curve, panel) for curve in curves.values()]) for panel in panels}
    floor = spans["value"][0]
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    marker = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    grip = {"type": "scatter", "mode": "markers", "handle": "at", "hoverinfo": "skip"}
    traces = [{**grip, "x": [at], "y": [floor], "marker": marker}]
    for number, panel in enumerate(panels, 1):
        place = {"yaxis": f"y{number}" if number > 1 else "y"}
        ends = {"x": [at, at], "y": list(spans[panel]), "hoverinfo": "skip"}
        traces.append({"type": "scatter", "mode": "lines", "line": probe, **ends, **place})
        for key, curve in curves.items():
            grid = {"x0": view[0], "dx": (view[1] - view[0]) / (len(curve.value) - 1), **place}
            if panel == "value" and curve.bent is not None:
                bent = np.where(curve.bent, curve.value, np.nan)
                traces.append(stroke(key, bent, width=9, color=faint(STYLES[key].color), hoverinfo="skip", **grid))
            hover = f"{LOSSES[key].name} {names[number - 1]} %{{y:.4g}}<extra></extra>"
            traces.append(stroke(key, getattr(curve, panel), hovertemplate=hover, **grid))
    bottoms = np.linspace(0, 1, len(panels) + 1)[:-1][::-1] if curvature else np.array([0.42, 0.0])
    tops = [1.0, *(bottoms[:-1] - 0.05)]
    axes = {
        f"yaxis{number if number > 1 else ''}": axis_layout(names[number - 1], spans[panel], domain=[low, high])
        for number, (panel, low, high) in enumerate(zip(panels, bottoms.tolist(), map(float, tops), strict=True), 1)
    }
    return {
        "data": traces,
        "layout": layout(
            540,
            title,
            {"r": right},
            xaxis=axis_layout(title, view, anchor=f"y{len(panels)}"),
            hovermode="x unified",
            hoversubplots="axis",
            **axes,
        ),
        "narrow": {"height": 480, "margin": {"l": 44, "r": min(right, 72), "t": 8, "b": 40}},
    }


def _readable(curves: Sequence[np.ndarray]) -> tuple[float, float]:
    """A range in which no steep curve, or steep end of a curve, flattens all else."""
    cores = np.array([_core(curve[np.isfinite(curve)]) for curve in curves if np.isfinite(curve).any()])
    if not cores.size:
        return -1.0, 1.0
    lows, highs = cores.T
    reach = 6 * (np.median(highs - lows) or 1.0)
    return padded(
        np.array([max(lows.min(), min(0.0, highs.max()) - reach), min(highs.max(), max(0.0, lows.min()) + reach)])
    )


def _core(values: np.ndarray) -> tuple[float, float]:
    """Least and greatest value, without the last hundredths at either end where those dwarf the rest."""
    low, core_low, core_high, high = np.quantile(values, (0, 0.03, 0.97, 1))
    return (low, high) if high - low <= 3 * (core_high - core_low) else (core_low, core_high)


def room_for(names: Sequence[str]) -> int:
    """Pixels right of a chart in which these names have room at the ends of their lines."""
    return 14 + 8 * max(map(len, names), default=0)
