"""The figure of a surface over two weights: contours or three dimensions, beside the data and the losses of paths."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, padded, room_for
from components.plot.contours import contours, heights, shades_scale
from components.plot.theme import NEUTRAL

WIDEST = 90  # px for the names of paths; a longer one stands on its line
LEFT, RIGHT = [0.0, 0.54], [0.74, 1.0]
CUT = 0.85  # share of the surface that is shown in three dimensions: its walls would hide what matters
_MARKS = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}
DECADES = 12  # of loss that the panel over the steps shows at most


@dataclass(frozen=True, eq=False)
class Points:
    """The data of a surface that has any, as drawn: ``x``, ``y`` and ``bad`` ``[n]``.

    ``titles`` are those of the axes. ``rows`` are the points' numbers, as ``Handle.rows``; ``grows`` says whether
    there can be more.
    """

    x: np.ndarray
    y: np.ndarray
    bad: np.ndarray
    titles: tuple[str, str]
    rows: tuple[int, ...] | None = None
    grows: bool = True


@dataclass(frozen=True, eq=False)
class Chart:
    """What is drawn of a surface over two weights.

    Attributes
    ----------
    grid
        Values of the first weight [n], of the second [m], and the surface [m, n].
    symbols
        Names of the weights.
    bounds
        What of the two weights is in view.
    start
        Where the paths begin: a trace that carries the handle "start"; none in three dimensions.
    minima
        Places to mark as minima.
    losses
        Least and greatest loss that the panel over the steps shows, above 0.
    loss_title
        Of that panel's axis.
    steps
        Number of steps.
    subject
        What surface it is: another starts without the zoom and with the camera's first view.
    names
        Of the paths, which stand at the ends of their losses.
    points
        The data, which carry the handle "points"; None for a surface without.
    three_d
        Whether to show the surface in three dimensions.
    """

    grid: tuple[np.ndarray, np.ndarray, np.ndarray]
    symbols: tuple[str, str]
    bounds: tuple[tuple[float, float], tuple[float, float]]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    losses: tuple[float, float]
    loss_title: str
    steps: int
    subject: str
    names: tuple[str, ...] = ()
    points: Points | None = None
    three_d: bool = False


Panel = tuple[list[dict[str, Any]], dict[str, Any]]


def landscape_figure(chart: Chart) -> dict[str, Any]:
    """A surface, flat or in three dimensions, and panels for the losses of its paths and for its data."""
    panels = (
        *([_data_panel(chart.points)] if chart.points else []),
        _surface_panel(chart) if chart.three_d else _contour_panel(chart),
        _loss_panel(chart),
    )
    axes = {name: axis for _, own in panels for name, axis in own.items()}
    return {
        "data": [trace for traces, _ in panels for trace in traces],
        "layout": layout(540, chart.subject, {"r": min(WIDEST, room_for(chart.names)), "l": 60}, **axes),
        "narrow": _narrow(axes, bool(chart.points)),
    }


def _data_panel(points: Points) -> Panel:
    marker = {"size": 8, "color": NEUTRAL, "symbol": np.where(points.bad, "x", "circle").tolist()}
    hover = {"hoverinfo": "all", "hovertemplate": "x %{x:.4g}, y %{y:.4g}<extra></extra>"}
    place = {"x": points.x, "y": points.y, "xaxis": "x2", "yaxis": "y2"}
    spans = (padded(points.x), padded(points.y, 0.15))
    return [{**_MARKS, "handle": "points", **place, "marker": marker, **hover}], {
        "xaxis2": axis_layout(points.titles[0], spans[0], anchor="y2", domain=RIGHT, nticks=5),
        "yaxis2": axis_layout(points.titles[1], spans[1], anchor="x2", domain=[0.55, 1.0], nticks=5),
    }


def _surface_panel(chart: Chart) -> Panel:
    surface, scale = _surface(*chart.grid, chart.symbols)
    return [surface], {"coloraxis": scale, "scene": _scene(chart.symbols, chart.bounds, chart.grid[2])}


def _contour_panel(chart: Chart) -> Panel:
    ring = {"size": 15, "color": "#FFFFFF", "symbol": "circle"}
    flat, scale = contours(*chart.grid, chart.symbols, LEFT[1] + 0.01)
    traces = [{**_MARKS, "handle": "start", "x": [chart.start[0]], "y": [chart.start[1]], "marker": ring}, flat]
    if chart.minima:
        x, y = zip(*chart.minima, strict=True)
        traces.append({**_MARKS, "x": list(x), "y": list(y), "marker": {"size": 13, "color": "#FFFFFF", "symbol": "x"}})
    return traces, {
        "coloraxis": scale,
        "xaxis": axis_layout(chart.symbols[0], chart.bounds[0], domain=LEFT, zeroline=False, constrain="domain"),
        "yaxis": axis_layout(chart.symbols[1], chart.bounds[1], zeroline=False),
    }


def _loss_panel(chart: Chart) -> Panel:
    low, high = np.floor(np.log10(chart.losses[0])), np.ceil(np.log10(chart.losses[1]))
    # An empty trace, so that Plotly makes the axes of a panel that only the player draws in.
    empty = {"type": "scatter", "mode": "lines", "x": [0], "y": [None], "line": {}, "xaxis": "x3", "yaxis": "y3"}
    return [empty], {
        "xaxis3": axis_layout("step", (0, 1.03 * max(1, chart.steps)), anchor="y3", domain=RIGHT, nticks=5),
        "yaxis3": axis_layout(
            chart.loss_title,
            (max(low, high - DECADES), max(high, low + 1)),
            anchor="x3",
            type="log",
            domain=[0.0, 0.38 if chart.points else 1.0],
            nticks=5,
            exponentformat="power",
            tickfont={"size": 11},
        ),
    }


def _surface(
    first: np.ndarray, second: np.ndarray, values: np.ndarray, symbols: tuple[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The surface, and the scale of its shades."""
    shades, lowest, unit = heights(values)
    low, top = _standing(values)
    surface = {
        "type": "surface",
        "x": first,
        "y": second,
        "z": np.minimum(values, low + 1.1 * (top - low)),  # a little beyond the axis, which cuts it off
        "surfacecolor": shades,
        "coloraxis": "coloraxis",
        "hovertemplate": f"{symbols[0]} %{{x:.4g}}, {symbols[1]} %{{y:.4g}}: loss %{{z:.4g}}<extra></extra>",
        "lighting": {"ambient": 0.8, "diffuse": 0.5, "specular": 0.05},
    }
    highest = float(np.log1p((min(top, float(np.nanmax(values, initial=top))) - lowest) / unit))
    return surface, shades_scale(max(highest, 0.0), lowest, unit, LEFT[1] + 0.01)


def _standing(values: np.ndarray) -> tuple[float, float]:
    """Lowest loss, and the one up to which three dimensions show the surface."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(np.quantile(finite, CUT))) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _scene(symbols: tuple[str, str], bounds: tuple, values: np.ndarray) -> dict[str, Any]:
    plain = {"showbackground": False, "gridcolor": "rgba(128,128,128,0.4)", "zerolinecolor": "rgba(128,128,128,0.4)"}
    return {
        "domain": {"x": LEFT, "y": [0, 1]},
        "xaxis": {**plain, "title": {"text": symbols[0]}, "range": list(bounds[0])},
        "yaxis": {**plain, "title": {"text": symbols[1]}, "range": list(bounds[1])},
        "zaxis": {
            **plain,
            "title": {"text": ""},  # it stands at the scale of the shades; here the edge would cut it
            "range": list(_standing(values)),
            "nticks": 5,
            "exponentformat": "power",
            "tickfont": {"size": 11},
        },
        "aspectmode": "manual",
        "aspectratio": {"x": 1.1, "y": 1.1, "z": 0.8},
        "camera": {"eye": {"x": 1.75, "y": -1.95, "z": 1.3}, "center": {"x": 0, "y": 0, "z": -0.15}},
    }


def _narrow(axes: dict[str, Any], data: bool) -> dict[str, Any]:
    """One panel below the other."""
    rows = {"yaxis": [0.56, 1.0], "yaxis2": [0.27, 0.45], "yaxis3": [0.0, 0.16]}
    if not data:
        rows |= {"yaxis": [0.4, 1.0], "yaxis3": [0.0, 0.28]}
    stacked = {name: {**axes[name], "domain": rows[name]} for name in rows if name in axes}
    stacked |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3") if name in axes}
    if "scene" in axes:
        stacked["scene"] = {**axes["scene"], "domain": {"x": [0, 1], "y": rows["yaxis"]}}
    if "coloraxis" in axes:
        stacked["coloraxis"] = {**axes["coloraxis"], "showscale": False}
    return {"height": 860 if data else 640, "margin": {"l": 48, "r": 8, "t": 8, "b": 40}, **stacked}
