"""Figure of the page ``classification``: points with their boundaries, losses over the margin, shares of the loss."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, room_for, stroke
from components.plot.theme import NEGATIVE, NEUTRAL, POSITIVE, STYLES
from losses import LOSSES

LEFT, RIGHT = [0.0, 0.5], [0.61, 1.0]
RUG = (0.05, 0.12)  # how far below 0 the negatives' and the positives' margins stand, as a share of the height
_MARKS = {"type": "scatter", "mode": "markers"}
_LINE = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}


def classification_figure(
    points: Mapping[str, Any],
    boundaries: Mapping[str, np.ndarray | None],
    band: Sequence[np.ndarray | None],
    curves: Mapping[str, np.ndarray],
    window: tuple[float, float],
    top: float,
    at: float,
    rug: tuple[np.ndarray, np.ndarray],
    shares: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> dict[str, Any]:
    """Three panels.

    Parameters
    ----------
    points
        ``negative`` and ``positive`` ``[n, 2]``, which carry the handles of these names; ``names`` of the
        two features, ``classes``, ``span`` of both axes, and ``subject``: other points start without the zoom.
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
        By key of the loss: percentages of the examples, dearest first, and of the loss that they make.
    """
    right = {"xaxis": "x2", "yaxis": "y2"}
    traces = [
        _class(points, "negative", 0, NEGATIVE, "circle"),
        _class(points, "positive", 1, POSITIVE, "cross"),
        {
            **_MARKS,
            "handle": "at",
            "x": [at],
            "y": [0.0],
            "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"},
            "hoverinfo": "skip",
            **right,
        },
    ]
    dotted = {"color": STYLES[next(iter(boundaries))].color, "dash": "dot", "width": 1.2}
    traces.extend({**_LINE, **_ends(ends), "line": dotted} for ends in band)
    for key, ends in boundaries.items():
        traces.append(stroke(key, width=3, hoverinfo="skip", **_ends(ends)))
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    traces.append({**_LINE, "x": [at, at], "y": [0.0, top], "line": probe, **right})
    for key, curve in curves.items():
        color, width = (NEUTRAL, 1.5) if key == "zero_one" else ("", 2.5)
        grid = {"x0": window[0], "dx": (window[1] - window[0]) / (len(curve) - 1)}
        hover = f"{LOSSES[key].name} %{{y:.4g}}<extra></extra>"
        traces.append(stroke(key, curve, width, color, hovertemplate=hover, **grid, **right))
    for margins, depth, color, symbol in zip(rug, RUG, (NEGATIVE, POSITIVE), ("circle", "cross"), strict=True):
        inside = np.clip(margins, *window)
        marker = {"size": 6, "color": color, "symbol": symbol}
        hover = {"customdata": margins, "hovertemplate": "margin %{customdata:.3g}<extra></extra>"}
        traces.append(
            {**_MARKS, "x": inside, "y": np.full(len(inside), -depth * top), "marker": marker, **hover, **right}
        )
    for key, (examples, share) in shares.items():
        hover = "the dearest %{x:.3g} % make %{y:.3g} % of the loss<extra></extra>"
        traces.append(stroke(key, share, x=examples, xaxis="x3", yaxis="y3", hovertemplate=hover))
    wide = room_for([LOSSES[key].name for key in curves])
    axes = {
        "xaxis": axis_layout(points["names"][0], points["span"][0], domain=LEFT, zeroline=False),
        "yaxis": axis_layout(points["names"][1], points["span"][1], zeroline=False),
        "xaxis2": axis_layout("margin m = y·f; right where positive", window, anchor="y2", domain=RIGHT),
        "yaxis2": axis_layout("loss", (-0.17 * top, 1.02 * top), anchor="x2", domain=[0.47, 1.0], nticks=6),
        "xaxis3": axis_layout("% of the examples, dearest first", (0, 100), anchor="y3", domain=RIGHT),
        "yaxis3": axis_layout("% of the loss", (0, 104), anchor="x3", domain=[0.0, 0.31], nticks=5),
    }
    return {
        "data": traces,
        "layout": layout(600, points["subject"], {"r": wide}, **axes),
        "narrow": _narrow(axes, min(wide, 72)),
    }


def _class(points: Mapping[str, Any], which: str, index: int, color: str, symbol: str) -> dict[str, Any]:
    places = points[which]
    hover = f"{points['classes'][index]}: %{{x:.4g}}, %{{y:.4g}}<extra></extra>"
    marker = {"size": 9 if len(places) <= 300 else 6, "color": color, "symbol": symbol}
    where = {"x": places[:, 0], "y": places[:, 1]}
    return {**_MARKS, "handle": which, **where, "marker": marker, "hovertemplate": hover}


def _ends(ends: np.ndarray | None) -> dict[str, Any]:
    """A line of two points; without any it is empty, so that all other traces keep their numbers."""
    return {"x": [None, None], "y": [None, None]} if ends is None else {"x": ends[:, 0], "y": ends[:, 1]}


def _narrow(axes: Mapping[str, Any], right: int) -> dict[str, Any]:
    """One panel below the other."""
    rows = {"yaxis": [0.6, 1.0], "yaxis2": [0.24, 0.5], "yaxis3": [0.0, 0.13]}
    stacked = {name: {**axes[name], "domain": domain} for name, domain in rows.items()}
    stacked |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {"height": 860, "margin": {"l": 44, "r": right, "t": 8, "b": 40}, **stacked}
