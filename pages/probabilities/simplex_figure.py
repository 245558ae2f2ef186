"""The figure of three probabilities: a loss over their triangle, beside bars of what is predicted and pulled."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout
from components.plot.theme import NEUTRAL, PALETTE

CLASSES = ("A", "B", "C")
LOW, HIGH = (205, 184, 245), (94, 45, 170)  # of the shades of the contours
PREDICTED, TARGET, SLOPE, DIFFERENCE = PALETTE[0], PALETTE[1], PALETTE[3], NEUTRAL
WIDTH = 0.38  # of a bar
LEFT, RIGHT = [0.0, 0.58], [0.68, 1.0]


def simplex_figure(
    corners: np.ndarray,
    prediction: tuple[np.ndarray, np.ndarray],
    target: tuple[np.ndarray, np.ndarray],
    slope: np.ndarray,
    lines: Sequence[tuple[np.ndarray, np.ndarray]],
    names: Sequence[str],
    subject: str,
) -> dict[str, Any]:
    """The triangle with contours, prediction and target; the probabilities; the slope in each logit.

    Parameters
    ----------
    corners
        Of the triangle, ``[3, 2]``.
    prediction, target
        Each its place ``[2]``, which carries the handle of that name, and its probabilities ``[3]``.
    slope
        Of the loss in each logit, ``[3]``.
    lines
        The x and y of the contours of every level, low to high.
    names
        What each contour is called.
    subject
        What is drawn: another starts without the zoom.
    """
    (here, shares), (there, truth) = prediction, target
    outline = corners[[0, 1, 2, 0]]
    classes = np.arange(3.0)
    bars = {"type": "bar", "x": classes, "width": WIDTH}
    line = {"type": "scatter", "mode": "lines"}
    reach = 1.15 * max(1.0, float(np.abs(slope).max()))
    traces = [
        *(
            {**line, "x": x, "y": y, "line": {"color": color, "width": 1.6}, "hovertemplate": f"loss {name}<extra></extra>"}
            for (x, y), name, color in zip(lines, names, shades(len(lines)), strict=True)
        ),
        {**line, "x": outline[:, 0], "y": outline[:, 1], "line": {"color": NEUTRAL, "width": 2}, "hoverinfo": "skip"},
        {**bars, "y": shares, "offset": -WIDTH, "marker": {"color": PREDICTED}, "yaxis": "y2", "xaxis": "x2", "hovertemplate": "predicted %{y:.4g}<extra></extra>"},
        {**bars, "y": truth, "offset": 0.0, "marker": {"color": TARGET}, "yaxis": "y2", "xaxis": "x2", "hovertemplate": "target %{y:.4g}<extra></extra>"},
        {**bars, "y": slope, "offset": -WIDTH / 2, "marker": {"color": SLOPE}, "yaxis": "y3", "xaxis": "x3", "hovertemplate": "slope %{y:.4g}<extra></extra>"},
        {"type": "scatter", "mode": "markers", "x": classes, "y": shares - truth, "marker": {"color": DIFFERENCE, "size": 11, "symbol": "diamond"}, "xaxis": "x3", "yaxis": "y3", "hovertemplate": "p − y %{y:.4g}<extra></extra>"},
        # Drawn last, over the contours; the target is larger than what may lie over it.
        _point(there, TARGET, "diamond", 24, "target"),
        _point(here, PREDICTED, "circle", 14, "prediction"),
    ]  # fmt: skip
    ticks = {"tickvals": classes.tolist(), "ticktext": list(CLASSES), "zeroline": False, "showgrid": False}
    hidden = {"visible": False, "fixedrange": True}
    axes = {
        "xaxis": axis_layout("", (-0.1, 1.1), domain=LEFT, constrain="domain", **hidden),
        "yaxis": axis_layout("", (-0.08, 0.95), scaleanchor="x", constrain="domain", **hidden),
        "xaxis2": axis_layout("", (-0.6, 2.6), domain=RIGHT, anchor="y2", **ticks),
        "yaxis2": axis_layout("probability", (0, 1.05), domain=[0.57, 1.0], anchor="x2", nticks=5),
        "xaxis3": axis_layout("", (-0.6, 2.6), domain=RIGHT, anchor="y3", **ticks),
        "yaxis3": axis_layout("slope in each logit", (-reach, reach), domain=[0.0, 0.45], anchor="x3", nticks=5),
    }
    rows = {"yaxis": [0.5, 1.0], "yaxis2": [0.27, 0.44], "yaxis3": [0.0, 0.2]}
    narrow = {name: {**axes[name], "domain": span} for name, span in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(520, subject, {"l": 12, "r": 12, "t": 20}, barmode="overlay", **axes),
        "narrow": {"height": 760, "margin": {"l": 48, "r": 8, "t": 8, "b": 30}, **narrow},
    }


def shades(count: int) -> list[str]:
    """As many shades of one colour, light to dark."""
    steps = np.linspace(0, 1, max(count, 2))[:count, None]
    parts = np.round((1 - steps) * LOW + steps * HIGH).astype(int)
    return [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in parts.tolist()]


def _point(place: np.ndarray, color: str, symbol: str, size: int, name: str) -> dict[str, Any]:
    marker = {"size": size, "color": color, "symbol": symbol}
    hover = {"hovertemplate": f"{name}<extra></extra>"}
    where = {"x": [float(place[0])], "y": [float(place[1])]}
    return {"type": "scatter", "mode": "markers", "handle": name, **where, "marker": marker, **hover}
