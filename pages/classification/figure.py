"""Figure of the page ``classification``: points with their boundaries, losses over the margin, shares of the loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, escaped, layout, room_for, stroke
from components.plot.theme import MARKED, NEGATIVE, NEUTRAL, POSITIVE, STYLES
from losses import LOSSES

LEFT, RIGHT = [0.0, 0.5], [0.61, 1.0]
MANY = 300  # points of a class, from which on they are drawn small
RUG = (0.05, 0.12)  # how far below 0 the negatives' and the positives' margins stand, as a share of the height
_MARKS = {"type": "scatter", "mode": "markers"}
_LINE = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
_MARGIN = {"xaxis": "x2", "yaxis": "y2"}  # the panel of the losses over the margin


@dataclass(frozen=True, eq=False)
class Chart:
    """What is drawn of boundaries between two classes.

    Attributes
    ----------
    negative, positive
        The points of the two classes, ``[n, 2]``, which carry the handles of these names.
    names, classes
        Of the two features and of the two classes.
    span
        Ranges of the two axes of the points.
    subject
        What the points are: others start without the zoom.
    boundaries
        By key of the loss, the two ends ``[2, 2]`` of its line; None where it has none in view.
    band
        The ends of the first loss's margin lines.
    curves
        By key of the loss, its values on an even grid over ``window``; the 0-1 loss among them.
    top
        Highest loss in view.
    at
        The margin at which the probe stands; its grip carries the handle "at".
    rug
        The margins under the first loss, of the negatives and of the positives.
    shares
        By key of the loss: percentages of the examples, costliest first, and of the loss that they make.
    flipped
        The points whose label was flipped, ``[m, 2]``.
    """

    negative: np.ndarray
    positive: np.ndarray
    names: tuple[str, str]
    classes: tuple[str, str]
    span: Sequence[tuple[float, float]]
    subject: str
    boundaries: Mapping[str, np.ndarray | None]
    band: Sequence[np.ndarray | None]
    curves: Mapping[str, np.ndarray]
    window: tuple[float, float]
    top: float
    at: float
    rug: tuple[np.ndarray, np.ndarray]
    shares: Mapping[str, tuple[np.ndarray, np.ndarray]]
    flipped: np.ndarray


def classification_figure(chart: Chart) -> dict[str, Any]:
    """Points with their boundaries, the losses over the margin, and who pays, in three panels."""
    wide = room_for([LOSSES[key].name for key in chart.curves])
    top = chart.top
    axes = {
        "xaxis": axis_layout(chart.names[0], chart.span[0], domain=LEFT, zeroline=False),
        "yaxis": axis_layout(chart.names[1], chart.span[1], zeroline=False),
        "xaxis2": axis_layout("margin m = y·f; right where positive", chart.window, anchor="y2", domain=RIGHT),
        "yaxis2": axis_layout("loss", (-0.17 * top, 1.02 * top), anchor="x2", domain=[0.47, 1.0], nticks=6),
        "xaxis3": axis_layout("% of the examples, costliest first", (0, 100), anchor="y3", domain=RIGHT),
        "yaxis3": axis_layout("% of the loss", (0, 104), anchor="x3", domain=[0.0, 0.31], nticks=5),
    }
    return {
        "data": [
            *_rings(chart),
            *_handles(chart),
            *_boundaries(chart),
            *_margin_curves(chart),
            *_rug(chart),
            *_payers(chart),
        ],
        "layout": layout(600, chart.subject, {"r": wide}, **axes),
        "narrow": _narrow(axes, min(wide, 72)),
    }


def _rings(chart: Chart) -> list[dict[str, Any]]:
    """A disc under each point whose label was flipped, of which a ring is seen."""
    if not len(chart.flipped):
        return []
    marker = {"size": _size(chart.flipped) + 5, "color": MARKED, "symbol": "circle"}
    return [{**_MARKS, "x": chart.flipped[:, 0], "y": chart.flipped[:, 1], "marker": marker, "hoverinfo": "skip"}]


def _size(places: np.ndarray) -> int:
    """Of the marker of a point: smaller where there are many."""
    return 9 if len(places) <= MANY else 6


def _handles(chart: Chart) -> list[dict[str, Any]]:
    """The points of both classes and the grip of the probe."""
    marker = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    return [
        _class("negative", chart.negative, chart.classes[0], NEGATIVE, "circle"),
        _class("positive", chart.positive, chart.classes[1], POSITIVE, "cross"),
        {**_MARKS, "handle": "at", "x": [chart.at], "y": [0.0], "marker": marker, "hoverinfo": "skip", **_MARGIN},
    ]


def _boundaries(chart: Chart) -> list[dict[str, Any]]:
    style = STYLES[next(iter(chart.boundaries))]
    dotted = {"color": style.color, "dash": "longdash" if style.dash == "dot" else "dot", "width": 1.2}
    band = [{**_LINE, **_ends(ends), "line": dotted} for ends in chart.band]
    return [*band, *(stroke(key, width=3, hoverinfo="skip", **_ends(ends)) for key, ends in chart.boundaries.items())]


def _margin_curves(chart: Chart) -> list[dict[str, Any]]:
    """The losses over the margin, and the line at which the probe stands."""
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    traces = [{**_LINE, "x": [chart.at, chart.at], "y": [0.0, chart.top], "line": probe, **_MARGIN}]
    low, high = chart.window
    for key, curve in chart.curves.items():
        color, width = (NEUTRAL, 1.5) if key == "zero_one" else ("", 2.5)
        grid = {"x0": low, "dx": (high - low) / (len(curve) - 1)}
        hover = f"{LOSSES[key].name} %{{y:.4g}}<extra></extra>"
        traces.append(stroke(key, curve, width, color, hovertemplate=hover, **grid, **_MARGIN))
    return traces


def _rug(chart: Chart) -> list[dict[str, Any]]:
    """Every example's margin, below the losses."""
    traces = []
    for margins, depth, color, symbol in zip(chart.rug, RUG, (NEGATIVE, POSITIVE), ("circle", "cross"), strict=True):
        inside = np.clip(margins, *chart.window)
        place = {"x": inside, "y": np.full(len(inside), -depth * chart.top)}
        hover = {"customdata": margins, "hovertemplate": "margin %{customdata:.3g}<extra></extra>"}
        traces.append({**_MARKS, **place, "marker": {"size": 6, "color": color, "symbol": symbol}, **hover, **_MARGIN})
    return traces


def _payers(chart: Chart) -> list[dict[str, Any]]:
    """Of every loss, how much of it the costliest examples make."""
    hover = "the costliest %{x:.3g} % make %{y:.3g} % of the loss<extra></extra>"
    return [
        stroke(key, share, x=examples, xaxis="x3", yaxis="y3", hovertemplate=hover)
        for key, (examples, share) in chart.shares.items()
    ]


def _class(handle: str, places: np.ndarray, name: str, color: str, symbol: str) -> dict[str, Any]:
    hover = f"{escaped(name)}: %{{x:.4g}}, %{{y:.4g}}<extra></extra>"
    marker = {"size": _size(places), "color": color, "symbol": symbol}
    where = {"x": places[:, 0], "y": places[:, 1]}
    return {**_MARKS, "handle": handle, **where, "marker": marker, "hovertemplate": hover}


def _ends(ends: np.ndarray | None) -> dict[str, Any]:
    """A line of two points; without any it is empty, so that all other traces keep their numbers."""
    return {"x": [None, None], "y": [None, None]} if ends is None else {"x": ends[:, 0], "y": ends[:, 1]}


def _narrow(axes: Mapping[str, Any], right: int) -> dict[str, Any]:
    """One panel below the other."""
    rows = {"yaxis": [0.6, 1.0], "yaxis2": [0.24, 0.5], "yaxis3": [0.0, 0.13]}
    stacked = {name: {**axes[name], "domain": domain} for name, domain in rows.items()}
    stacked |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {"height": 860, "margin": {"l": 44, "r": right, "t": 8, "b": 40}, **stacked}
