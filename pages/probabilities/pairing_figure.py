"""The figure of outputs paired with losses: loss and slope over the logit, loss and error over the steps of training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, padded
from components.plot.theme import NEUTRAL

LEFT, RIGHT = [0.0, 0.44], [0.57, 1.0]
DECADES = 6  # of loss that the panel over the steps shows at most


@dataclass(frozen=True, eq=False)
class Strand:
    """One pair: loss and slope over the logits ``[n]``, loss and error over the steps ``[m + 1]``; when it arrives."""

    name: str
    color: str
    dash: str
    symbol: str
    value: np.ndarray
    slope: np.ndarray
    losses: np.ndarray
    distances: np.ndarray
    arrival: int | None


def pairing_figure(
    strands: Sequence[Strand], logits: np.ndarray, at: float, tolerance: float, subject: str
) -> dict[str, Any]:
    """Four panels that share one style for each pair.

    Parameters
    ----------
    strands
        The pairs.
    logits
        The even grid ``[n]`` of the panels on the left.
    at
        Where the probe stands; its grip carries the handle "at".
    tolerance
        How near the prediction has to come.
    subject
        What is drawn: another starts without the zoom.
    """
    span, steps = (float(logits[0]), float(logits[-1])), len(strands[0].losses) - 1
    tops = (0.0, 1.3 * float(max(np.abs(strand.value[[0, -1]]).max() for strand in strands[1:])))
    slopes = (-2.2, 2.2)
    inside = min(span[1], max(span[0], at))
    line = {"type": "scatter", "mode": "lines"}
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    lower = {"xaxis": "x3", "yaxis": "y4"}
    # Counted from 1 on a logarithmic axis: the start is step 1 there, and is told as step 0.
    shown = np.unique(np.geomspace(1, steps + 1, 400).astype(int)) - 1
    traces: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "markers", "handle": "at", "x": [inside], "y": [tops[0]], "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"}, "hoverinfo": "skip"},
        {**line, "x": [at, at], "y": list(tops), "line": probe, "hoverinfo": "skip"},
        {**line, "x": [at, at], "y": list(slopes), "line": probe, "hoverinfo": "skip", "yaxis": "y2"},
        {**line, "x": [1, steps + 1], "y": [tolerance] * 2, "line": {**probe, "dash": "longdash"}, "hovertemplate": "tolerance %{y:.3g}<extra></extra>", **lower},
    ]  # fmt: skip
    even = {"x0": span[0], "dx": float(logits[1] - logits[0])}
    for strand in strands:
        style = {"color": strand.color, "dash": strand.dash, "width": 2.5}
        hover = {"hovertemplate": f"{strand.name} %{{y:.4g}}<extra></extra>"}
        named = {**line, "name": strand.name}
        over = {"x": shown + 1.0, "line": style, "customdata": shown}
        told = {"hovertemplate": f"{strand.name}, step %{{customdata}}: %{{y:.4g}}<extra></extra>"}
        traces += [
            {**named, **even, "y": strand.value, "line": style, **hover},
            {**named, **even, "y": strand.slope, "line": style, "yaxis": "y2", **hover},
            {**named, **over, "y": _positive(strand.losses[shown]), "xaxis": "x2", "yaxis": "y3", **told},
            {**named, **over, "y": strand.distances[shown], **lower, **told},
        ]
        if strand.arrival is not None:
            spot = {"size": 10, "color": strand.color, "symbol": strand.symbol}
            hover = {"hovertemplate": f"{strand.name}: there at step {strand.arrival}<extra></extra>"}
            traces.append({"type": "scatter", "mode": "markers", "x": [strand.arrival + 1.0], "y": [strand.distances[strand.arrival]], "marker": spot, **lower, **hover})  # fmt: skip
    positive = np.concatenate([part[np.isfinite(part) & (part > 0)] for part in (strand.losses for strand in strands)])
    most = float(np.log10(min(positive.max(), 1e3))) if positive.size else 0.0
    least = max(float(np.log10(positive.min())) if positive.size else -1.0, most - DECADES)
    heights = padded(np.array([least, most]))
    decades = np.arange(0, np.log10(steps + 1) + 0.01)
    ticks = {"tickvals": (10**decades + 1).tolist(), "ticktext": [f"{10**decade:g}" for decade in decades]}
    log = {"type": "log", "zeroline": False, **ticks}
    reach = (-0.03, float(np.log10(steps + 1)) + 0.05)
    axes = {
        "xaxis": axis_layout("logit z", span, domain=LEFT, anchor="y2"),
        "yaxis": axis_layout("loss", tops, domain=[0.56, 1.0]),
        "yaxis2": axis_layout("slope in z", slopes, domain=[0.0, 0.44], nticks=5),
        "xaxis2": axis_layout("", reach, domain=RIGHT, anchor="y3", showticklabels=False, **log),
        "yaxis3": axis_layout(
            "loss", heights, domain=[0.56, 1.0], anchor="x2", type="log", exponentformat="power", nticks=5
        ),
        "xaxis3": axis_layout("step", reach, domain=RIGHT, anchor="y4", **log),
        "yaxis4": axis_layout("|prediction − y|", (0.0, 1.1), domain=[0.0, 0.44], anchor="x3", nticks=5),
    }
    rows = {"yaxis": [0.81, 1.0], "yaxis2": [0.56, 0.75], "yaxis3": [0.26, 0.45], "yaxis4": [0.0, 0.2]}
    narrow = {name: {**axes[name], "domain": span} for name, span in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(560, subject, {"r": 124}, **axes),
        "narrow": {"height": 1000, "margin": {"l": 52, "r": 112, "t": 8, "b": 44}, **narrow},
    }


def _positive(losses: np.ndarray) -> np.ndarray:
    """Losses for a logarithmic axis, on which 0 has no place."""
    return np.where(losses > 0, losses, np.nan)
