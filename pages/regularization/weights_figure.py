"""The figure of two weights: contours of the cost with what each penalty allows, paths over λ, and who pays what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout
from components.plot.theme import NEUTRAL, PALETTE

REACH = 3.0  # of the weights on screen
STRONGEST = 6.0  # λ on screen
COST, CENTER = "#8FA3B8", PALETTE[3]
LEFT, RIGHT = [0.0, 0.53], [0.65, 1.0]
WIDTH = 0.7  # of a bar
LINE, POINT = {"type": "scatter", "mode": "lines"}, {"type": "scatter", "mode": "markers"}
NAMED = 0.5  # of λ, beyond 0, where the weights are named
LIFT = 0.05  # of the panel, by which the grip of λ stands above the numbers of the axis
OVER = {"xaxis": "x2", "yaxis": "y2"}  # the panel over λ


@dataclass(frozen=True, eq=False)
class Shrunk:
    """What one penalty makes of the bowl.

    Attributes
    ----------
    name, color, dash, symbol
        How it is drawn.
    weights
        The best pair ``[2]``, which its ball and its ring of equal cost touch at.
    ball, ring
        Closed curves ``[m, 2]``.
    trail
        The best pairs over the strengths of the figure, ``[k, 2]``; NaN where they are not shown.
    """

    name: str
    color: str
    dash: str
    symbol: str
    weights: np.ndarray
    ball: np.ndarray
    ring: np.ndarray
    trail: np.ndarray


@dataclass(frozen=True, eq=False)
class Bars:
    """Stacked bars: a name, the cost, and what each weight pays, by bar; ``colors`` of those payments."""

    names: Sequence[str]
    costs: np.ndarray
    prices: np.ndarray
    colors: Sequence[str]


def weights_figure(
    center: tuple[float, float],
    rings: Sequence[np.ndarray],
    found: Sequence[Shrunk],
    strengths: tuple[float, np.ndarray],
    bars: Bars,
    subject: str,
) -> dict[str, Any]:
    """Three panels: the plane of the weights, the weights over λ, and the objective in parts.

    Parameters
    ----------
    center
        The pair of least cost, which carries the handle "center".
    rings
        Pairs of equal cost, ``[m, 2]`` each.
    found
        The penalties.
    strengths
        λ as it is, whose grip carries the handle "strength", and those of the trails, ``[k]``.
    bars
        The objective.
    subject
        What is drawn: another starts without the zoom.
    """
    strength, along = strengths
    at = min(strength, STRONGEST)
    every = np.concatenate([np.array(center), *(shrunk.trail.ravel() for shrunk in found)])
    heights = (-_roomy(-1.05 * float(np.nanmin(every)), 0.25), _roomy(1.05 * float(np.nanmax(every)), 0.5))
    gap = np.full((1, 2), np.nan)
    contours = np.concatenate([part for ring in rings for part in (ring, gap)])
    style = {"color": faint(NEUTRAL, 0.45), "width": 1.2}
    star = {"size": 16, "color": CENTER, "symbol": "star"}
    grip = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    here = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    traces = [
        {**LINE, "x": contours[:, 0], "y": contours[:, 1], "line": style, "name": "equal cost", "hoverinfo": "skip"},
        *(trace for shrunk in found for trace in _in_the_plane(shrunk)),
        *(trace for shrunk in found for trace in _over_strengths(shrunk, along, at)),
        {**LINE, **OVER, "x": [at, at], "y": list(heights), "line": here, "name": "λ", "hoverinfo": "skip"},
        *_stacked(bars),
        *(_solution(shrunk) for shrunk in found),
        {**POINT, "handle": "center", "x": [center[0]], "y": [center[1]], "marker": star, "hovertemplate": "least cost<extra></extra>"},
        {**POINT, **OVER, "handle": "strength", "x": [at], "y": [heights[0] + LIFT * (heights[1] - heights[0])], "marker": grip, "hoverinfo": "skip"},
    ]  # fmt: skip
    axes = _axes(heights, bars)
    rows = {"yaxis": [0.52, 1.0], "yaxis2": [0.27, 0.43], "yaxis3": [0.0, 0.17]}
    narrow = {name: {**axes[name], "domain": part} for name, part in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(540, subject, {"l": 48, "r": 12}, barmode="overlay", **axes),
        "narrow": {"height": 820, "margin": {"l": 48, "r": 8, "t": 8, "b": 40}, **narrow},
    }


def _axes(heights: tuple[float, float], bars: Bars) -> dict[str, Any]:
    top = _roomy(1.05 * float((bars.costs + bars.prices.sum(1)).max()), 0.1)
    span, count = (-REACH, REACH), len(bars.names)
    words = {"tickvals": list(range(count)), "ticktext": list(bars.names), "zeroline": False, "showgrid": False}
    return {
        "xaxis": axis_layout("w₁", span, domain=LEFT, constrain="domain", dtick=1),
        "yaxis": axis_layout("w₂", span, scaleanchor="x", constrain="domain", dtick=1),
        "xaxis2": axis_layout(
            "λ: strong on the left, weak on the right", (STRONGEST + 0.12, -NAMED), domain=RIGHT, anchor="y2", dtick=1
        ),
        "yaxis2": axis_layout("weight", heights, domain=[0.58, 1.0], anchor="x2", nticks=5),
        "xaxis3": axis_layout("", (-0.6, count - 0.4), domain=RIGHT, anchor="y3", **words),
        "yaxis3": axis_layout("objective", (0.0, top), domain=[0.0, 0.42], anchor="x3", nticks=5),
    }


def _roomy(value: float, least: float) -> float:
    """A round number not below this one, such that it stays while that changes a little; ``least`` for smaller ones."""
    if not np.isfinite(value):
        raise ArithmeticError("loss or penalty is too large here to be drawn")
    if value <= least:
        return least
    unit = 10 ** np.floor(np.log10(value)) / 2
    return float(np.ceil(value / unit) * unit)


def _in_the_plane(shrunk: Shrunk) -> list[dict[str, Any]]:
    """The ball that is paid for, the contour that it touches, and the way of the solution over all λ."""
    style = {"color": shrunk.color, "dash": shrunk.dash}
    named = {**LINE, "name": shrunk.name, "hoverinfo": "skip"}
    (ball, ring, trail) = shrunk.ball, shrunk.ring, shrunk.trail
    return [
        {**named, "x": ball[:, 0], "y": ball[:, 1], "line": {**style, "width": 2}, "fill": "toself", "fillcolor": faint(shrunk.color, 0.12)},
        {**named, "x": ring[:, 0], "y": ring[:, 1], "line": {**style, "width": 1.2}},
        {**named, "x": trail[:, 0], "y": trail[:, 1], "line": {**style, "width": 3.5}},
    ]  # fmt: skip


def _over_strengths(shrunk: Shrunk, along: np.ndarray, at: float) -> list[dict[str, Any]]:
    traces = []
    for which, weight in enumerate(("w₁", "w₂")):
        told = {"hovertemplate": f"{shrunk.name}: {weight} %{{y:.4g}} at λ = %{{x:.4g}}<extra></extra>", **OVER}
        style = {"color": shrunk.color, "dash": shrunk.dash, "width": 2.5}
        spot = {"size": 11, "color": shrunk.color, "symbol": shrunk.symbol}
        traces += [
            {**LINE, "x": along, "y": shrunk.trail[:, which], "name": shrunk.name, "line": style, **told},
            {**POINT, "x": [at], "y": [float(shrunk.weights[which])], "marker": spot, **told},
        ]
    return traces


def _solution(shrunk: Shrunk) -> dict[str, Any]:
    told = {"hovertemplate": f"{shrunk.name}: w₁ %{{x:.4g}}, w₂ %{{y:.4g}}<extra></extra>"}
    spot = {"size": 14, "color": shrunk.color, "symbol": shrunk.symbol}
    return {**POINT, "x": shrunk.weights[:1], "y": shrunk.weights[1:], "marker": spot, **told}


def _stacked(bars: Bars) -> list[dict[str, Any]]:
    """Each from 0, the tallest first, so that what lies before it hides its foot."""
    shared = {"type": "bar", "width": WIDTH, "offset": -WIDTH / 2, "xaxis": "x3", "yaxis": "y3"}
    traces = []
    for color in dict.fromkeys(bars.colors):
        places = np.flatnonzero([each == color for each in bars.colors])
        cost, paid = bars.costs[places], bars.prices[places]
        for told, tops, shade in (
            (paid[:, 1], cost + paid.sum(1), faint(color, 0.5)),
            (paid[:, 0], cost + paid[:, 0], color),
            (cost, cost, COST),
        ):
            what = "cost" if shade == COST else "w₁ pays" if shade == color else "w₂ pays"
            hover = {"customdata": told, "hovertemplate": f"{what} %{{customdata:.4g}}<extra></extra>"}
            traces.append({**shared, "x": places.astype(float), "y": tops, "marker": {"color": shade}, **hover})
    return traces
