"""The figure of a map that learns to keep classes apart: embeddings, distances within and between classes, losses."""

from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout
from components.plot.spans import around, with_zero
from components.plot.theme import MARKED, PALETTE, SYMBOLS
from losses.metric.training import MOST
from pages.embeddings.held import Shown

CLASS_COLORS = PALETTE[:MOST]
WITHIN, BETWEEN, LOSS = PALETTE[2], PALETTE[1], PALETTE[0]
LEFT, RIGHT = [0.0, 0.54], [0.65, 1.0]
BINS = 24
STRETCH = 200  # turns by which the axis of turns grows
DRAWN = 500  # turns that a line has at most: of more, every second or third
_LINES = {"type": "scatter", "mode": "lines"}


def training_figure(shown: Shown, subject: str) -> dict[str, Any]:
    """The embeddings on the left; on the right the distances above, the losses below.

    Parameters
    ----------
    shown
        The training at a turn.
    subject
        What is drawn: another starts without the zoom.
    """
    axes = _axes(shown)
    rows = {"yaxis": [0.54, 1.0], "yaxis2": [0.25, 0.42], "yaxis3": [0.0, 0.15]}
    narrow = {name: {**axes[name], "domain": row} for name, row in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in axes if name.startswith("x")}
    return {
        "data": [*_points(shown), *_histograms(shown), *_losses(shown)],
        "layout": layout(540, subject, {"r": 64, "l": 52}, **axes),
        "narrow": {"height": 760, "margin": {"l": 50, "r": 14, "t": 8, "b": 44}, **narrow},
    }


def _points(shown: Shown) -> list[dict[str, Any]]:
    """New points faint and large, under those that are learned from."""
    traces = []
    for embeddings, size, opacity, what in ((shown.new, 10, 0.4, "new"), (shown.known, 6, 1.0, "learned from")):
        for label in range(shown.plan.classes):
            places = embeddings[shown.labels == label]
            color = CLASS_COLORS[label]
            marker = {"size": size, "color": color if opacity == 1 else faint(color, opacity), "symbol": SYMBOLS[label], "line": {"width": 0}}  # fmt: skip
            traces.append({"type": "scatter", "mode": "markers", "name": f"class {label + 1}, {what}", "x": places[:, 0], "y": places[:, 1], "marker": marker, "hovertemplate": f"class {label + 1}, {what}<extra></extra>"})  # fmt: skip
    return traces


def shares(distances: np.ndarray, reach: float) -> np.ndarray:
    """The share of some distances in each of ``BINS`` bins from 0 to ``reach``."""
    counts, _ = np.histogram(distances[np.isfinite(distances)], BINS, (0.0, reach))
    return counts / max(1, len(distances))


def span_of_distances(shown: Shown) -> float:
    """The axis of distances ends here."""
    return with_zero(np.concatenate([shown.within, shown.between]), 1.0)[1]


def _histograms(shown: Shown) -> list[dict[str, Any]]:
    reach = span_of_distances(shown)
    corners = np.repeat(np.linspace(0, reach, BINS + 1), 2)
    traces = []
    for name, distances, color, dash in (("of one class", shown.within, WITHIN, "solid"), ("of two classes", shown.between, BETWEEN, "dash")):  # fmt: skip
        heights = np.concatenate([[0.0], np.repeat(shares(distances, reach), 2), [0.0]])
        traces.append({**_LINES, "name": name, "x": corners, "y": heights, "fill": "toself", "fillcolor": faint(color, 0.25), "line": {"color": color, "dash": dash, "width": 2}, "xaxis": "x2", "yaxis": "y2", "hoverinfo": "skip"})  # fmt: skip
    return traces


def _losses(shown: Shown) -> list[dict[str, Any]]:
    turns = np.arange(1, shown.turns + 1)[:: max(1, shown.turns // DRAWN)]
    below = {"xaxis": "x3", "yaxis": "y3"}
    rest = {"color": MARKED, "dash": "dot", "width": 1.5}
    return [
        {**_LINES, **below, "name": "margin", "x": [0.0, last_turn_drawn(shown)], "y": [shown.plan.margin] * 2, "line": rest, "hoverinfo": "skip"},
        {**_LINES, **below, "name": "loss", "x": turns, "y": shown.losses[turns - 1], "line": {"color": LOSS, "width": 2}, "hovertemplate": "turn %{x}: %{y:.4g}<extra></extra>"},
    ]  # fmt: skip


def last_turn_drawn(shown: Shown) -> float:
    """The axis of turns ends here."""
    return 1.03 * STRETCH * (shown.turns // STRETCH + 1)


def _axes(shown: Shown) -> dict[str, Any]:
    reach = around(np.concatenate([shown.known, shown.new]), 1.0)
    square = {"constrain": "domain"}
    most = max(shares(distances, span_of_distances(shown)).max() for distances in (shown.within, shown.between))
    return {
        "xaxis": axis_layout("first coordinate of an embedding", reach, domain=LEFT, nticks=6, **square),
        "yaxis": axis_layout("second", reach, nticks=6, scaleanchor="x", **square),
        "xaxis2": axis_layout("distance of two new points", (0.0, span_of_distances(shown)), domain=RIGHT, anchor="y2", nticks=6),
        "yaxis2": axis_layout("share of pairs", with_zero(np.array([most]), 0.25), domain=[0.58, 1.0], anchor="x2", nticks=4),
        "xaxis3": axis_layout("turn", (0.0, last_turn_drawn(shown)), domain=RIGHT, anchor="y3", nticks=6),
        "yaxis3": axis_layout("loss", with_zero(shown.losses, 1.5 * shown.plan.margin), domain=[0.0, 0.4], anchor="x3", nticks=4),
    }  # fmt: skip
