"""The figure of a polynomial on few points: its curve, and its errors over how it is held back and over its degree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, padded
from components.plot.theme import MORE, NEUTRAL, PALETTE
from pages.regularization.features_figure import place, ticks

POINT, FREE, TRUTH = PALETTE[3], MORE[0], PALETTE[2]
TRAIN, FRESH = NEUTRAL, PALETTE[0]
LEFT, RIGHT = [0.0, 0.54], [0.65, 1.0]


@dataclass(frozen=True, eq=False)
class Curves:
    """Heights over x ``[k]``: of the fit, of the one that nothing holds back, of the truth; ``color`` is the fit's."""

    x: np.ndarray
    fit: np.ndarray
    free: np.ndarray
    truth: np.ndarray
    name: str
    color: str
    dash: str


@dataclass(frozen=True, eq=False)
class ErrorCurves:
    """Train and validation errors over places ``[m]``; ``beside`` is another's validation error, with its name."""

    places: np.ndarray
    train: np.ndarray
    fresh: np.ndarray
    beside: tuple[str, np.ndarray] | None = None


def polynomial_figure(
    points: tuple[np.ndarray, np.ndarray],
    copies: tuple[np.ndarray, np.ndarray],
    curves: Curves,
    strengths: tuple[float, ErrorCurves, str],
    degrees: tuple[int, ErrorCurves],
    subject: str,
) -> dict[str, Any]:
    """Three panels.

    Parameters
    ----------
    points, copies
        x and y of the points and of their augmented copies.
    curves
        Through them.
    strengths
        The strength as it is, whose grip carries the handle "held", the errors over strengths, and the axis's title.
    degrees
        The degree as it is, whose grip carries the handle "degree", and the errors over degrees.
    subject
        What is drawn: another starts without the zoom.
    """
    at, held, title = strengths
    degree, by_degree = degrees
    line, point = {"type": "scatter", "mode": "lines"}, {"type": "scatter", "mode": "markers"}
    heights = padded(np.concatenate([points[1], curves.truth]), 0.35)
    traces: list[dict[str, Any]] = [
        {**point, "x": copies[0], "y": copies[1], "marker": {"size": 5, "color": POINT, "opacity": 0.35}, "hoverinfo": "skip"},
        {**line, "x": curves.x, "y": curves.truth, "line": {"color": TRUTH, "dash": "dot", "width": 2}, "name": "truth", "hoverinfo": "skip"},
        {**line, "x": curves.x, "y": curves.free, "line": {"color": FREE, "dash": "longdash", "width": 1.5}, "name": "free", "hoverinfo": "skip"},
        {**line, "x": curves.x, "y": curves.fit, "line": {"color": curves.color, "dash": curves.dash, "width": 3}, "name": curves.name, "hovertemplate": "%{y:.4g}<extra></extra>"},
        {**point, "x": points[0], "y": points[1], "marker": {"size": 10, "color": POINT}, "hovertemplate": "x %{x:.3g}, y %{y:.3g}<extra></extra>"},
    ]  # fmt: skip
    strongest, weakest = float(held.places[0]), float(held.places[-1])
    within = min(max(at, weakest), strongest) if at > 0 else weakest
    low, high = span_of([held, by_degree])
    for panel, errors, x, spot, name in (
        ({"xaxis": "x2", "yaxis": "y2"}, held, place(held.places), float(place(within)), "held"),
        ({"xaxis": "x3", "yaxis": "y3"}, by_degree, by_degree.places, float(degree), "degree"),
    ):
        kinds = [("train", errors.train, TRAIN, "dash"), ("validation", errors.fresh, FRESH, "solid")]
        if errors.beside:
            kinds.append((*errors.beside, PALETTE[1], "longdashdot"))
        for kind, values, color, dash in kinds:
            told = {"hovertemplate": f"{kind} %{{y:.4g}}<extra></extra>"}
            shown = np.maximum(values, low / 10)  # an exact fit has no place on a logarithmic axis
            traces.append({**line, **panel, "x": x, "y": shown, "name": kind, "line": {"color": color, "dash": dash, "width": 2.4}, **told})  # fmt: skip
        traces.append({**line, **panel, "x": [spot] * 2, "y": [low, high], "name": "here", "line": {"color": NEUTRAL, "dash": "dot", "width": 1.5}, "hoverinfo": "skip"})  # fmt: skip
        traces.append({**point, **panel, "handle": name, "x": [spot], "y": [low], "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"}, "hoverinfo": "skip"})  # fmt: skip
    values, words = ticks(held.places)
    log = {"type": "log", "nticks": 4, "exponentformat": "power"}
    decades = (float(np.log10(low)), float(np.log10(high)))
    ends = (float(place(strongest)) - 0.15, float(place(weakest)) + 0.15)
    axes = {
        "xaxis": axis_layout("x", (-1.02, 1.02), domain=LEFT),
        "yaxis": axis_layout("y", heights),
        "xaxis2": axis_layout(title, ends, domain=RIGHT, anchor="y2", tickvals=values, ticktext=words, zeroline=False),
        "yaxis2": axis_layout("error", decades, domain=[0.6, 1.0], anchor="x2", **log),
        "xaxis3": axis_layout("degree", (0.5, float(by_degree.places[-1]) + 0.5), domain=RIGHT, anchor="y3", dtick=2, tick0=0),
        "yaxis3": axis_layout("error", decades, domain=[0.0, 0.4], anchor="x3", **log),
    }  # fmt: skip
    rows = {"yaxis": [0.6, 1.0], "yaxis2": [0.3, 0.5], "yaxis3": [0.0, 0.2]}
    narrow = {name: {**axes[name], "domain": part} for name, part in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(540, subject, {"l": 48, "r": 84}, **axes),
        "narrow": {"height": 860, "margin": {"l": 52, "r": 78, "t": 8, "b": 44}, **narrow},
    }


def span_of(errors: Sequence[ErrorCurves]) -> tuple[float, float]:
    """The range of the errors on a logarithmic axis, three decades at most above the least validation error's tenth."""
    fresh = np.concatenate([each.fresh for each in errors])
    least = max(float(fresh.min()), 1e-12)
    return least / 10, min(float(fresh.max()) * 1.5, least * 1e3)
