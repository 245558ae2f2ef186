"""Data with the fits of the candidates, the residuals' shape beside, and held-out errors as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout, padded
from components.plot.theme import MARKED, NEGATIVE, NEUTRAL, POSITIVE

BINS = 25
REACH = 12.0  # standard deviations, beyond which residuals are counted at the edge
LEFT, RIGHT = [0.0, 0.53], [0.68, 1.0]
STACKED = {
    "xaxis": [0.0, 0.76],
    "yaxis": [0.46, 1.0],
    "xaxis2": [0.0, 0.42],
    "yaxis2": [0.0, 0.32],
    "xaxis3": [0.6, 1.0],
    "yaxis3": [0.0, 0.32],
}
"""Where the axes are on a narrow screen: the data above, the others below, side by side."""
UPPER, LOWER = [0.60, 1.0], [0.0, 0.40]


@dataclass(frozen=True, eq=False)
class Drawn:
    """One candidate as it is drawn: ``line`` are x and y ``[k]`` of its fit, empty for none; ``main`` for the advised."""

    name: str
    color: str
    dash: str
    line: tuple[np.ndarray, np.ndarray]
    mean: float
    error: float
    main: bool = False


@dataclass(frozen=True, eq=False)
class Shape:
    """What is drawn in the upper panel: residuals in standard deviations ``[n]``, or how many rows each label has."""

    values: np.ndarray
    names: tuple[str, ...] = ()


def data_figure(
    points: tuple[np.ndarray, np.ndarray, np.ndarray],
    drawn: Sequence[Drawn],
    shape: Shape,
    titles: tuple[str, str, str],
    hand: bool,
) -> dict[str, Any]:
    """The picture of data and candidates.

    Parameters
    ----------
    points
        x, y and which are marked, ``[n]`` each; marked rows are ringed, or are the yes where there are labels.
    drawn
        The candidates.
    shape
        The upper panel on the right.
    titles
        Of the x axis, the y axis and the bars.
    hand
        Whether points can be dragged.
    """
    x, y, marked = points
    marker: dict[str, Any] = {"size": 8 if len(x) < 200 else 5, "color": NEUTRAL}
    if shape.names:
        marker["color"] = np.where(marked, POSITIVE, NEGATIVE).tolist()
    else:
        marker["line"] = {"color": MARKED, "width": np.where(marked, 2, 0).tolist()}
    dots: dict[str, Any] = {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "name": "points"}
    traces: list[dict[str, Any]] = [dots | ({"handle": "points"} if hand else {})]
    traces += [
        {
            "type": "scatter", "mode": "lines", "x": each.line[0], "y": each.line[1], "name": each.name,
            "line": {"color": each.color, "dash": each.dash, "width": 4 if each.main else 2}, "hoverinfo": "skip",
        }
        for each in drawn if len(each.line[0])
    ]  # fmt: skip
    traces.append(_shape(shape))
    traces.append(
        {
            "type": "bar", "x": [each.name for each in drawn], "y": np.array([each.mean for each in drawn]),
            "marker": {"color": [each.color if each.main else faint(each.color, 0.55) for each in drawn]},
            "error_y": {"type": "data", "array": np.array([each.error for each in drawn]), "color": "#5A6372"},
            "xaxis": "x3", "yaxis": "y3", "hovertemplate": "%{x} %{y:.4g}<extra></extra>", "name": "held out",
        }
    )  # fmt: skip
    axes = {
        "xaxis": axis_layout(titles[0], padded(x), domain=LEFT, anchor="y"),
        "yaxis": axis_layout(titles[1], padded(y, 0.1), domain=[0, 1], anchor="x"),
        "xaxis2": axis_layout(
            "label" if shape.names else "residual, σ",
            domain=RIGHT,
            anchor="y2",
            type="category" if shape.names else "linear",
        ),
        "yaxis2": axis_layout("rows (log)", (-0.3, _top(shape)), domain=UPPER, anchor="x2", type="log", dtick=1),
        "xaxis3": axis_layout("", domain=RIGHT, anchor="y3", type="category"),
        "yaxis3": axis_layout(titles[2], domain=LOWER, anchor="x3", rangemode="tozero", nticks=4),
    }
    figure = layout(520, " ".join(titles), {"r": 16}, bargap=0.25, **axes)
    stacked = {name: {**axis, "domain": STACKED[name]} for name, axis in axes.items()}
    narrow = {"height": 640, "margin": {"l": 40, "r": 8, "t": 8, "b": 40}, **stacked}
    return {"data": traces, "layout": figure, "narrow": narrow}


def _counts(shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """How many rows are in each bin, and where its edges are."""
    return np.histogram(np.clip(shape.values, -REACH, REACH), BINS, (-REACH, REACH))


def _top(shape: Shape) -> float:
    """The end of the logarithmic axis of rows."""
    counts = np.bincount(shape.values.astype(int)) if shape.names else _counts(shape)[0]
    return float(np.log10(max(1, counts.max()))) + 0.15


def _shape(shape: Shape) -> dict[str, Any]:
    panel = {"type": "bar", "xaxis": "x2", "yaxis": "y2", "marker": {"color": NEUTRAL}, "name": "rows"}
    if shape.names:
        counts = np.bincount(shape.values.astype(int), minlength=len(shape.names))
        return {**panel, "x": list(shape.names), "y": counts, "hovertemplate": "%{x}: %{y} rows<extra></extra>"}
    counts, edges = _counts(shape)
    middle = (edges[1:] + edges[:-1]) / 2
    colors = np.where(np.abs(middle) > 5, MARKED, NEUTRAL).tolist()
    hover = "%{x:.2g} σ: %{y} rows<extra></extra>"
    return {**panel, "x": middle, "y": counts, "marker": {"color": colors}, "hovertemplate": hover}
