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
        The best pairs over the strengths of the figure, ``[k, 2]``.
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
    line = {"type": "scatter", "mode": "lines"}
    point = {"type": "scatter", "mode": "markers"}
    gap = np.full((1, 2), np.nan)
    contours = np.concatenate([part for ring in rings for part in (ring, gap)]) if rings else gap
    strength, along = strengths
    at = min(strength, STRONGEST)
    over = {"xaxis": "x2", "yaxis": "y2"}
    span = (-REACH, REACH)
    lows = min(-0.25, *(float(shrunk.trail.min()) for shrunk in found), *center) * 1.08
    highs = max(0.5, *(float(shrunk.trail.max()) for shrunk in found), *center) * 1.08
    traces: list[dict[str, Any]] = [
        {**line, "x": contours[:, 0], "y": contours[:, 1], "line": {"color": faint(NEUTRAL, 0.45), "width": 1.2}, "name": "equal cost", "hoverinfo": "skip"},
    ]  # fmt: skip
    for shrunk in found:
        style = {"color": shrunk.color, "dash": shrunk.dash}
        named = {**line, "name": shrunk.name, "hoverinfo": "skip"}
        traces += [
            {**named, "x": shrunk.ball[:, 0], "y": shrunk.ball[:, 1], "line": {**style, "width": 2}, "fill": "toself", "fillcolor": faint(shrunk.color, 0.12)},
            {**named, "x": shrunk.ring[:, 0], "y": shrunk.ring[:, 1], "line": {**style, "width": 1.2}},
            {**named, "x": shrunk.trail[:, 0], "y": shrunk.trail[:, 1], "line": {**style, "width": 3.5}},
        ]  # fmt: skip
        for which, weight in enumerate(("w₁", "w₂")):
            spot = {"size": 11, "color": shrunk.color, "symbol": shrunk.symbol}
            told = {"hovertemplate": f"{shrunk.name}: {weight} %{{y:.4g}} at λ = %{{x:.4g}}<extra></extra>"}
            traces += [
                {**named, **over, "x": along, "y": shrunk.trail[:, which], "line": {**style, "width": 2.5}, **told},
                {**point, **over, "x": [at], "y": [float(shrunk.weights[which])], "marker": spot, **told},
            ]
    traces.append({**line, **over, "x": [at, at], "y": [lows, highs], "line": {"color": NEUTRAL, "dash": "dot", "width": 1.5}, "name": "λ", "hoverinfo": "skip"})  # fmt: skip
    traces += _stacked(bars)
    for shrunk in found:
        spot = {"size": 13, "color": shrunk.color, "symbol": shrunk.symbol, "line": {"color": "#FFFFFF", "width": 1}}
        told = {"hovertemplate": f"{shrunk.name}: w₁ %{{x:.4g}}, w₂ %{{y:.4g}}<extra></extra>"}
        traces.append({**point, "x": shrunk.weights[:1], "y": shrunk.weights[1:], "marker": spot, **told})
    traces += [
        {**point, "handle": "center", "x": [center[0]], "y": [center[1]], "marker": {"size": 16, "color": CENTER, "symbol": "star"}, "hovertemplate": "least cost<extra></extra>"},
        {**point, **over, "handle": "strength", "x": [at], "y": [lows], "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"}, "hoverinfo": "skip"},
    ]  # fmt: skip
    top = 1.12 * max(float((bars.costs + bars.prices.sum(1)).max()), 0.05)
    places = np.arange(float(len(bars.names)))
    still = {"zeroline": False, "showgrid": False}
    axes = {
        "xaxis": axis_layout("w₁", span, domain=LEFT, constrain="domain", dtick=1),
        "yaxis": axis_layout("w₂", span, scaleanchor="x", constrain="domain", dtick=1),
        "xaxis2": axis_layout("λ", (-0.12, STRONGEST + 0.12), domain=RIGHT, anchor="y2", dtick=1),
        "yaxis2": axis_layout("weight", (lows, highs), domain=[0.58, 1.0], anchor="x2", nticks=5),
        "xaxis3": axis_layout("", (-0.6, len(bars.names) - 0.4), domain=RIGHT, anchor="y3", tickvals=places.tolist(), ticktext=list(bars.names), **still),
        "yaxis3": axis_layout("objective", (0.0, top), domain=[0.0, 0.42], anchor="x3", nticks=5),
    }  # fmt: skip
    rows = {"yaxis": [0.52, 1.0], "yaxis2": [0.27, 0.43], "yaxis3": [0.0, 0.17]}
    narrow = {name: {**axes[name], "domain": part} for name, part in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(540, subject, {"l": 48, "r": 12}, barmode="stack", **axes),
        "narrow": {"height": 820, "margin": {"l": 48, "r": 8, "t": 8, "b": 40}, **narrow},
    }


def _stacked(bars: Bars) -> list[dict[str, Any]]:
    places = np.arange(float(len(bars.names)))
    shared = {"type": "bar", "x": places, "width": WIDTH, "xaxis": "x3", "yaxis": "y3"}
    pale = [faint(color, 0.45) for color in bars.colors]
    return [
        {**shared, "y": bars.costs, "marker": {"color": COST}, "hovertemplate": "cost %{y:.4g}<extra></extra>"},
        {**shared, "y": bars.prices[:, 0], "marker": {"color": list(bars.colors)}, "hovertemplate": "w₁ pays %{y:.4g}<extra></extra>"},
        {**shared, "y": bars.prices[:, 1], "marker": {"color": pale}, "hovertemplate": "w₂ pays %{y:.4g}<extra></extra>"},
    ]  # fmt: skip
