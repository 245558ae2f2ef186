"""Figures of divergences: one Gaussian on two humps, and bars of outcomes some of which have no probability."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, padded
from components.plot.theme import NEUTRAL, PALETTE

P_COLOR, Q_COLOR = PALETTE[3], PALETTE[4]
WIDTH = 0.38  # of a bar
TOP = 1.05  # of the axis of probabilities, up to which a bar can be dragged


@dataclass(frozen=True, eq=False)
class Fitted:
    """A Gaussian that one divergence chose: its density ``[n]``, and that divergence over the mean ``[m]``."""

    name: str
    color: str
    dash: str
    symbol: str
    density: np.ndarray
    profile: np.ndarray
    at: tuple[float, float]


def humps_figure(
    x: np.ndarray,
    density: np.ndarray,
    humps: tuple[np.ndarray, np.ndarray],
    start: float,
    fits: Sequence[Fitted],
    means: np.ndarray,
    subject: str,
) -> dict[str, Any]:
    """Densities, and below them each divergence over the mean of the Gaussian.

    Parameters
    ----------
    x, density
        The mixture on an even grid ``[n]``.
    humps
        x and density at its two means, ``[2]`` each, which carry the handle "humps".
    start
        Where the descent of reverse KL begins, which carries the handle "start".
    fits
        The fitted Gaussians.
    means
        The even grid ``[m]`` of the profiles.
    subject
        What is drawn: another starts without the zoom.
    """
    line = {"type": "scatter", "mode": "lines"}
    point = {"type": "scatter", "mode": "markers"}
    even = {"x0": float(x[0]), "dx": float(x[1] - x[0])}
    over = {"x0": float(means[0]), "dx": float(means[1] - means[0]), "yaxis": "y2"}
    top = 1.12 * max(float(part.max()) for part in (density, *(fit.density for fit in fits)))
    lows = np.array([fit.at[1] for fit in fits])
    high = max(2.0, 2.2 * float(lows.max()))
    traces: list[dict[str, Any]] = [
        {**point, "handle": "humps", "x": humps[0], "y": humps[1], "marker": {"size": 13, "color": P_COLOR, "symbol": "circle"}, "hovertemplate": "hump at %{x:.3g}<extra></extra>"},
        {**point, "handle": "start", "x": [start], "y": [0.0], "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"}, "hovertemplate": "reverse KL starts here<extra></extra>"},
        {**line, **even, "y": density, "line": {"color": P_COLOR, "width": 4}, "hovertemplate": "P %{y:.4g}<extra></extra>"},
    ]  # fmt: skip
    for fit in fits:
        style = {"color": fit.color, "dash": fit.dash, "width": 2.5}
        hover = {"hovertemplate": f"{fit.name} %{{y:.4g}}<extra></extra>"}
        spot = {"size": 10, "color": fit.color, "symbol": fit.symbol}
        traces += [
            {**line, **even, "y": fit.density, "line": style, **hover},
            {**line, **over, "y": fit.profile, "line": style, **hover},
            {**point, "x": [fit.at[0]], "y": [fit.at[1]], "marker": spot, "yaxis": "y2", **hover},
        ]
    axes = {
        "xaxis": axis_layout("x, and the mean of Q", (x[0], x[-1]), anchor="y2"),
        "yaxis": axis_layout("density", (0.0, top), domain=[0.47, 1.0], nticks=6),
        "yaxis2": axis_layout("divergence", (0.0, high), domain=[0.0, 0.38], nticks=5),
    }
    return {
        "data": traces,
        "layout": layout(540, subject, {"r": 20}, **axes),
        "narrow": {"height": 520, "margin": {"l": 48, "r": 8, "t": 8, "b": 44}},
    }


def outcomes_figure(
    p: np.ndarray, q: np.ndarray, terms: Sequence[tuple[str, str, np.ndarray]], subject: str
) -> dict[str, Any]:
    """Two distributions over some outcomes as bars, and what each outcome adds to each divergence.

    Parameters
    ----------
    p, q
        Probabilities ``[k]``; the tops of their bars carry the handles "p" and "q".
    terms
        Name, colour and terms ``[k]`` of every divergence; an infinite one ends in an arrow head.
    subject
        What is drawn: another starts without the zoom.
    """
    places = np.arange(1.0, len(p) + 1)
    bars = {"type": "bar", "x": places, "width": WIDTH}
    point = {"type": "scatter", "mode": "markers"}
    low, high = span_of([part for _, _, part in terms])
    top = high - 0.2 * (high - low)  # of an infinite bar, which an arrow head goes on with
    traces = [
        {**point, "handle": "p", "x": places - WIDTH / 2, "y": p, "marker": {"size": 13, "color": P_COLOR, "symbol": "circle"}, "hovertemplate": "P %{y:.4g}<extra></extra>"},
        {**point, "handle": "q", "x": places + WIDTH / 2, "y": q, "marker": {"size": 13, "color": Q_COLOR, "symbol": "square"}, "hovertemplate": "Q %{y:.4g}<extra></extra>"},
        {**bars, "y": p, "offset": -WIDTH, "marker": {"color": P_COLOR}, "hoverinfo": "skip"},
        {**bars, "y": q, "offset": 0.0, "marker": {"color": Q_COLOR}, "hoverinfo": "skip"},
    ]  # fmt: skip
    width = 0.84 / len(terms)
    for slot, (name, color, parts) in enumerate(terms):
        drawn = np.where(np.isfinite(parts), parts, top)
        offset = -0.42 + slot * width
        hover = {"hovertemplate": f"{name} %{{y:.4g}}<extra></extra>"}
        traces.append({"type": "bar", "x": places, "y": drawn, "width": width, "offset": offset, "marker": {"color": color}, "yaxis": "y2", **hover})  # fmt: skip
        endless = np.isinf(parts)
        if endless.any():
            spot = {"size": 26, "color": color, "symbol": "triangle-up"}
            traces.append({**point, "x": places[endless] + offset + width / 2, "y": np.full(endless.sum(), top), "marker": spot, "yaxis": "y2", "hovertemplate": f"{name}: infinite<extra></extra>"})  # fmt: skip
    axes = {
        "xaxis": axis_layout("outcome", (0.4, len(p) + 0.6), anchor="y2", dtick=1, zeroline=False, showgrid=False),
        "yaxis": axis_layout("probability", (0.0, TOP), domain=[0.5, 1.0], nticks=6),
        "yaxis2": axis_layout("what each outcome adds", (low, high), domain=[0.0, 0.41], nticks=5),
    }
    return {
        "data": traces,
        "layout": layout(540, subject, {"r": 20}, barmode="overlay", **axes),
        "narrow": {"height": 520, "margin": {"l": 48, "r": 8, "t": 8, "b": 44}},
    }


def span_of(terms: Sequence[np.ndarray]) -> tuple[float, float]:
    """The range of the panel of the terms, with room above the finite ones."""
    return padded(np.concatenate([[0.0, 0.5], *(part[np.isfinite(part)] for part in terms)]), 0.3)
