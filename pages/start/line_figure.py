"""A line through ten points with its residuals, beside the surface that its loss makes over slope and intercept."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout
from components.plot.contours import contours
from components.plot.theme import MARKED, NEUTRAL, PALETTE

LEFT, RIGHT = [0.0, 0.46], [0.56, 0.93]
ENDS = np.array([-3.0, 3.0])  # of the line, where it is taken hold of
HEIGHTS = (-7.0, 7.0)
LINE, POINTS, ARROW, UPDATE = PALETTE[0], NEUTRAL, MARKED, PALETTE[1]
_MARKS = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}
_LINES = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}


@dataclass(frozen=True, eq=False)
class Way:
    """A path over the surface: its places ``[k, 2]``, and how it is drawn; with a ``symbol`` at its end, in a white border."""

    name: str
    places: np.ndarray
    color: str
    dash: str = "solid"
    symbol: str = ""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is drawn.

    Attributes
    ----------
    x, y
        The points, ``[n]``.
    line
        Slope and intercept.
    squares
        Whether residuals are drawn as squares, else as bars.
    lit
        What stands out: "Predict", "Loss", "Gradient", "Update", or nothing.
    pulls
        ``[n]``, the slope of each point's loss in its prediction.
    after
        The line after the update; None where it is not shown.
    grid, bounds, least
        The surface over slope and intercept, what of it is in view, and where it is least.
    ways
        Paths over it: those with a symbol in front of the line's own place.
    subject
        What surface it is: another starts without the zoom.
    color
        Of the line, and of its place.
    """

    x: np.ndarray
    y: np.ndarray
    line: tuple[float, float]
    squares: bool
    lit: str
    pulls: np.ndarray
    after: tuple[float, float] | None
    grid: tuple[np.ndarray, ...]
    bounds: tuple[tuple[float, float], tuple[float, float]]
    least: tuple[float, float]
    ways: tuple[Way, ...] = ()
    subject: str = ""
    color: str = LINE


def line_figure(drawn: Drawn) -> dict[str, Any]:
    """The data on the left, the surface on the right."""
    flat, scale = contours(*drawn.grid, ("w", "b"), RIGHT[1] + 0.01)
    axes = {
        "xaxis": axis_layout("x", (-3.6, 3.6), domain=LEFT, nticks=7),
        "yaxis": axis_layout("y", HEIGHTS, nticks=7),
        "xaxis2": axis_layout("slope w", drawn.bounds[0], domain=RIGHT, anchor="y2", zeroline=False, nticks=6),
        "yaxis2": axis_layout("intercept b", drawn.bounds[1], anchor="x2", zeroline=False, nticks=6),
    }
    below = {
        "yaxis": {**axes["yaxis"], "domain": [0.52, 1.0]},
        "yaxis2": {**axes["yaxis2"], "domain": [0.0, 0.4]},
        "xaxis": {**axes["xaxis"], "domain": [0.0, 1.0]},
        "xaxis2": {**axes["xaxis2"], "domain": [0.0, 1.0]},
    }
    return {
        "data": [*_data(drawn), {**flat, "xaxis": "x2", "yaxis": "y2"}, *_surface(drawn)],
        "layout": layout(540, drawn.subject, {"r": 60, "l": 52}, coloraxis=scale, **axes),
        "narrow": {
            "height": 760,
            "margin": {"l": 50, "r": 14, "t": 8, "b": 44},
            "coloraxis": {**scale, "showscale": False},
            **below,
        },
    }


def _data(drawn: Drawn) -> list[dict[str, Any]]:
    slope, intercept = drawn.line
    predicted = slope * drawn.x + intercept
    lit = drawn.lit
    traces = [_residuals(drawn, predicted)]
    if lit in ("Gradient", "Update"):
        traces.append(_pull(drawn, predicted))
    if drawn.after:
        heights = drawn.after[0] * ENDS + drawn.after[1]
        traces.append({**_LINES, "name": "after the update", "x": ENDS, "y": heights, "line": {"color": UPDATE, "width": 3, "dash": "dash"}})  # fmt: skip
    width = 5 if lit == "Predict" else 3
    ends = slope * ENDS + intercept
    traces.append({**_LINES, "name": "the line", "x": ENDS, "y": ends, "line": {"color": drawn.color, "width": width}})
    if lit == "Predict":
        hollow = {"size": 9, "color": "rgba(0,0,0,0)", "line": {"color": drawn.color, "width": 2}}
        traces.append({**_MARKS, "name": "predictions", "x": drawn.x, "y": predicted, "marker": hollow})
    traces.append({**_MARKS, "name": "points", "x": drawn.x, "y": drawn.y, "marker": {"size": 10, "color": POINTS}})
    grips = {"size": 15, "color": drawn.color, "symbol": "circle", "line": {"color": "#FFFFFF", "width": 2}}
    traces.append({**_MARKS, "handle": "ends", "x": ENDS, "y": ends, "marker": grips})
    return traces


def _residuals(drawn: Drawn, predicted: np.ndarray) -> dict[str, Any]:
    """Squares whose side is the residual, or bars as long as it; filled while the loss is lit."""
    gap = np.full(len(drawn.x), np.nan)
    lit = drawn.lit == "Loss"
    line = {"color": ARROW, "width": 2.5 if lit else 1.2}
    if not drawn.squares:
        x, y = np.stack([drawn.x, drawn.x, gap], 1), np.stack([drawn.y, predicted, gap], 1)
        return {
            **_LINES,
            "name": "residuals",
            "x": x.ravel(),
            "y": y.ravel(),
            "line": {**line, "width": 7 if lit else 3},
        }
    # A unit of x is as wide on screen as two of y are high, so that a square is one.
    side = (predicted - drawn.y) * UNITS * np.where(predicted > drawn.y, -1.0, 1.0)
    far = drawn.x + side
    x = np.stack([drawn.x, far, far, drawn.x, drawn.x, gap], 1)
    y = np.stack([drawn.y, drawn.y, predicted, predicted, drawn.y, gap], 1)
    fill = {"fill": "toself", "fillcolor": faint(ARROW, 0.3 if lit else 0.1)}
    return {**_LINES, "name": "squared residuals", "x": x.ravel(), "y": y.ravel(), "line": line, **fill}


UNITS = 0.55  # of x to one of y: about as many as make a square on screen
PULL = 0.45  # of y to one of pull


def _pull(drawn: Drawn, predicted: np.ndarray) -> dict[str, Any]:
    """How hard each point pulls at its prediction, as a thick line from there towards it."""
    gap = np.full(len(drawn.x), np.nan)
    tips = predicted - PULL * drawn.pulls
    x, y = np.stack([drawn.x, drawn.x, gap], 1).ravel(), np.stack([predicted, tips, gap], 1).ravel()
    return {**_LINES, "name": "pulls", "x": x, "y": y, "line": {"color": PALETTE[2], "width": 6}}


def _surface(drawn: Drawn) -> list[dict[str, Any]]:
    over = {"xaxis": "x2", "yaxis": "y2"}
    white = {"size": 12, "color": "#FFFFFF", "symbol": "x"}
    traces: list[dict[str, Any]] = [
        {**_MARKS, **over, "name": "least", "x": [drawn.least[0]], "y": [drawn.least[1]], "marker": white}
    ]
    traces += [trace for way in drawn.ways if not way.symbol for trace in _way(way, over)]
    here = {"size": 15, "color": drawn.color, "line": {"color": "#FFFFFF", "width": 2}}
    if drawn.after:
        x, y = zip(drawn.line, drawn.after, strict=True)
        traces.append({**_LINES, **over, "name": "the step", "x": list(x), "y": list(y), "line": {"color": UPDATE, "width": 4}})  # fmt: skip
    traces.append({**_MARKS, **over, "handle": "place", "x": [drawn.line[0]], "y": [drawn.line[1]], "marker": here})
    traces += [trace for way in drawn.ways if way.symbol for trace in _way(way, over)]
    return traces + [_tip(way, over) for way in drawn.ways if way.symbol]


def _way(way: Way, over: dict[str, Any]) -> list[dict[str, Any]]:
    """A path with a dot at every place; where it ends in a symbol it has a border, so that it is seen on any ground."""
    x, y = way.places.T
    line = {"color": way.color, "width": 3, "dash": way.dash}
    path = {**_LINES, **over, "mode": "lines+markers", "name": way.name, "x": x, "y": y, "line": line, "marker": {"size": 6, "color": way.color}}  # fmt: skip
    if not way.symbol:
        return [path]
    border = {
        **_LINES,
        **over,
        "name": "border of a path",
        "x": x,
        "y": y,
        "line": {"color": "#FFFFFF", "width": 7},
    }
    return [border, path]


def _tip(way: Way, over: dict[str, Any]) -> dict[str, Any]:
    marker = {"size": 14, "symbol": way.symbol, "color": way.color, "line": {"color": "#FFFFFF", "width": 2}}
    return {**_MARKS, **over, "name": f"end of {way.name}", "x": way.places[-1:, 0], "y": way.places[-1:, 1], "marker": marker}  # fmt: skip
