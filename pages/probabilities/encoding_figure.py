"""The figure of one case in several encodings: loss and slope over the lead of the true class, beside its probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout
from components.plot.theme import NEUTRAL, PALETTE

LEFT, RIGHT = [0.0, 0.6], [0.7, 1.0]
MOST_CLASSES = 10  # that are drawn as bars


@dataclass(frozen=True, eq=False)
class Variant:
    """One way to compute the loss: its curve ``[n]``, slope ``[n]`` and the lowest value it can have, if above 0."""

    name: str
    color: str
    dash: str
    value: np.ndarray
    slope: np.ndarray
    floor: float | None = None
    lowest: float | None = None


STYLE = {"once": (PALETTE[0], "solid"), "twice": (PALETTE[1], "dash"), "smoothed": (PALETTE[2], "dashdot")}
TARGET = PALETTE[3]


def encoding_figure(
    variants: Sequence[Variant],
    leads: np.ndarray,
    at: float,
    bars: Sequence[tuple[str, str, np.ndarray]],
    top: float,
    subject: str,
) -> dict[str, Any]:
    """Loss and slope over the lead, and bars of probabilities.

    Parameters
    ----------
    variants
        The curves, on ``leads`` ``[n]``, which are even.
    at
        Where the probe stands; its grip carries the handle "lead".
    bars
        Name, colour and probabilities ``[k]`` of each distribution to show.
    top
        Of the axis of the loss.
    subject
        What is drawn: another starts without the zoom.
    """
    span = (float(leads[0]), float(leads[-1]))
    even = {"x0": span[0], "dx": float(leads[1] - leads[0])}
    line = {"type": "scatter", "mode": "lines"}
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    slopes = (-1.1, 0.6)
    inside = min(span[1], max(span[0], at))
    traces = [
        {"type": "scatter", "mode": "markers", "handle": "lead", "x": [inside], "y": [0.0], "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"}, "hoverinfo": "skip"},
        {**line, "x": [at, at], "y": [0.0, top], "line": probe, "hoverinfo": "skip"},
        {**line, "x": [at, at], "y": list(slopes), "line": probe, "hoverinfo": "skip", "yaxis": "y2"},
    ]  # fmt: skip
    for variant in variants:
        style = {"color": variant.color, "dash": variant.dash, "width": 2.5}
        hover = {"hovertemplate": f"{variant.name} %{{y:.4g}}<extra></extra>"}
        traces.append({**line, **even, "y": variant.value, "line": style, **hover})
        traces.append({**line, **even, "y": variant.slope, "line": style, "yaxis": "y2", **hover})
        if variant.floor is not None:
            fine = {"color": variant.color, "dash": "dot", "width": 1.2}
            floor = {"hovertemplate": f"{variant.name}: never below %{{y:.4g}}<extra></extra>"}
            traces.append({**line, "x": list(span), "y": [variant.floor] * 2, "line": fine, **floor})
        if variant.lowest is not None:
            spot = {"size": 9, "color": variant.color, "symbol": "circle"}
            traces.append({"type": "scatter", "mode": "markers", "x": [variant.lowest], "y": [variant.floor], "marker": spot, "hovertemplate": "lowest, at %{x:.4g}<extra></extra>"})  # fmt: skip
    width = 0.84 / len(bars)
    classes = min(MOST_CLASSES, len(bars[0][2]))
    for slot, (name, color, shares) in enumerate(bars):
        traces.append({
            "type": "bar", "x": np.arange(1.0, classes + 1), "y": shares[:classes], "width": width, "offset": -0.42 + slot * width,
            "marker": {"color": color}, "xaxis": "x3", "yaxis": "y3", "hovertemplate": f"{name} %{{y:.4g}}<extra></extra>",
        })  # fmt: skip
    axes = {
        "xaxis": axis_layout("logit of the true class (all others 0)", span, domain=LEFT, anchor="y2"),
        "yaxis": axis_layout("loss", (0, top), domain=[0.42, 1.0]),
        "yaxis2": axis_layout("slope", slopes, domain=[0.0, 0.34], nticks=5),
        "xaxis3": axis_layout(
            "class", (0.4, classes + 0.6), domain=RIGHT, anchor="y3", zeroline=False, showgrid=False, dtick=1
        ),
        "yaxis3": axis_layout("probability", (0, 1.05), anchor="x3", nticks=6),
    }
    rows = {"yaxis": [0.58, 1.0], "yaxis2": [0.34, 0.52], "yaxis3": [0.0, 0.2]}
    narrow = {name: {**axes[name], "domain": span} for name, span in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(520, subject, {"r": 12}, barmode="overlay", **axes),
        "narrow": {"height": 760, "margin": {"l": 48, "r": 8, "t": 8, "b": 44}, **narrow},
    }
