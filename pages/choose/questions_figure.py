"""Curves of the chosen loss and its runner-up, and their slopes below, with what the answer asks for highlighted."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout, padded, room_for, stroke
from components.plot.theme import STYLES
from losses import LOSSES


def questions_figure(
    x: np.ndarray,
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    chosen: str,
    title: str,
    marked: tuple[float, float] | None,
) -> dict[str, Any]:
    """The picture.

    Parameters
    ----------
    x
        Places on the axis, ``[k]``.
    curves
        By key of the loss, its values and slopes, ``[k]`` each.
    chosen
        Key of the loss that is advised.
    title
        Of the axis.
    marked
        The stretch of the axis that the answer is about; None for all of it.
    """
    traces: list[dict[str, Any]] = []
    for key, (value, slope) in curves.items():
        width = 4.5 if key == chosen else 2
        traces.append(stroke(key, value, width, x=x, hoverinfo="skip"))
        traces.append(stroke(key, slope, width, x=x, yaxis="y2", hoverinfo="skip"))
    values, slopes = (np.concatenate([each[part] for each in curves.values()]) for part in (0, 1))
    shade = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below"}
    low, high = float(x[0]), float(x[-1])
    shapes = [
        {**shade, "x0": start, "x1": end, "fillcolor": faint(STYLES[chosen].color, 0.1)}
        for start, end in ((low, marked[0]), (marked[1], high))
        if end > start
    ] if marked else []  # fmt: skip
    axes = {
        "xaxis": axis_layout(title, (low, high), anchor="y2"),
        "yaxis": axis_layout("loss", _readable(values), domain=[0.48, 1]),
        "yaxis2": axis_layout("slope", _readable(slopes), domain=[0, 0.4]),
    }
    right = room_for([LOSSES[key].short for key in curves])
    figure = layout(520, f"questions {title}", {"r": min(right, 190)}, shapes=shapes, **axes)
    narrow = {"height": 480, "margin": {"l": 44, "r": 72, "t": 8, "b": 40}}
    return {"data": traces, "layout": figure, "narrow": narrow}


def _readable(values: np.ndarray) -> tuple[float, float]:
    """The span of most values: one that grows without end does not press the others flat."""
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, [0.01, 0.92]) if len(finite) else (0.0, 1.0)
    return padded(np.array([min(low, 0.0), high]), 0.08)
