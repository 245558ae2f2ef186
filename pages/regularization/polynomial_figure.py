"""The figure of a polynomial on few points: its curve, and its errors over how it is held back and over its degree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout, padded
from components.plot.theme import MORE, NEUTRAL, PALETTE
from pages.regularization.features_figure import LIFT, place, ticks

POINT, FREE, TRUTH = PALETTE[3], MORE[0], PALETTE[2]
TRAIN, FRESH, BESIDE = NEUTRAL, PALETTE[1], MORE[1]
LINE, POINTS = {"type": "scatter", "mode": "lines"}, {"type": "scatter", "mode": "markers"}
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
        x and y of the points, which carry the handle "points", and of their augmented copies.
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
    strongest, weakest = float(held.places[0]), float(held.places[-1])
    within = float(place(min(max(at, weakest), strongest) if at > 0 else weakest))
    decades = span_of([held, by_degree])
    heights = padded(np.concatenate([points[1], curves.truth]), 0.35)
    traces = [
        *_drawn(points, copies, curves),
        *_errors(held, place(held.places), decades, ("held", within), {"xaxis": "x2", "yaxis": "y2"}),
        *_errors(by_degree, by_degree.places, decades, ("degree", float(degree)), {"xaxis": "x3", "yaxis": "y3"}),
    ]
    values, words = ticks(held.places)
    log = {"type": "log", "nticks": 4, "exponentformat": "power"}
    span = [float(np.log10(end)) for end in decades]
    ends = (float(place(strongest)) - 0.15, float(place(weakest)) + 0.15)
    last = float(by_degree.places[-1]) + 0.5
    axes = {
        "xaxis": axis_layout("x", (-1.02, 1.02), domain=LEFT),
        "yaxis": axis_layout("y", heights),
        "xaxis2": axis_layout(title, ends, domain=RIGHT, anchor="y2", tickvals=values, ticktext=words, zeroline=False),
        "yaxis2": axis_layout("error", span, domain=[0.6, 1.0], anchor="x2", **log),
        "xaxis3": axis_layout("degree", (0.5, last), domain=RIGHT, anchor="y3", dtick=2, tick0=0),
        "yaxis3": axis_layout("error", span, domain=[0.0, 0.4], anchor="x3", **log),
    }
    rows = {"yaxis": [0.6, 1.0], "yaxis2": [0.3, 0.5], "yaxis3": [0.0, 0.2]}
    narrow = {name: {**axes[name], "domain": part} for name, part in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(540, subject, {"l": 48, "r": 84}, **axes),
        "narrow": {"height": 860, "margin": {"l": 52, "r": 78, "t": 8, "b": 44}, **narrow},
    }


def _drawn(
    points: tuple[np.ndarray, np.ndarray], copies: tuple[np.ndarray, np.ndarray], curves: Curves
) -> list[dict[str, Any]]:
    """The points, their copies, and the curves through them."""
    hover = {"hovertemplate": "x %{x:.3g}, y %{y:.3g}<extra></extra>"}
    traces = [{**POINTS, "x": copies[0], "y": copies[1], "marker": {"size": 5, "color": faint(POINT, 0.4)}, **hover}]
    for name, values, line in (
        ("truth", curves.truth, {"color": TRUTH, "dash": "dot", "width": 2}),
        ("held back by nothing", curves.free, {"color": FREE, "dash": "longdash", "width": 1.5}),
        (curves.name, curves.fit, {"color": curves.color, "dash": curves.dash, "width": 3}),
    ):
        told = {"hovertemplate": f"{name} %{{y:.4g}}<extra></extra>"}
        traces.append({**LINE, "x": curves.x, "y": values, "name": name, "line": line, **told})
    return [
        *traces,
        {**POINTS, "handle": "points", "x": points[0], "y": points[1], "marker": {"size": 10, "color": POINT}, **hover},
    ]


def _errors(
    errors: ErrorCurves,
    x: np.ndarray,
    decades: tuple[float, float],
    grip: tuple[str, float],
    panel: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Error curves over x ``[m]``, and a grip where things stand: its handle's name and place."""
    kinds = [("train", errors.train, TRAIN, "dash"), ("validation", errors.fresh, FRESH, "solid")]
    if errors.beside:
        kinds.append((*errors.beside, BESIDE, "longdashdot"))
    traces = []
    for name, values, color, dash in kinds:
        line = {"color": color, "dash": dash, "width": 2.4}
        shown = np.maximum(values, decades[0] / 10)  # an exact fit has no place on a logarithmic axis
        told = {"customdata": values, "hovertemplate": f"{name} %{{customdata:.4g}}<extra></extra>"}
        traces.append({**LINE, **panel, "x": x, "y": shown, "name": name, "line": line, **told})
    name, spot = grip
    here = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    knob = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    return [
        *traces,
        {**LINE, **panel, "x": [spot] * 2, "y": list(decades), "name": "here", "line": here, "hoverinfo": "skip"},
        {
            **POINTS,
            **panel,
            "handle": name,
            "x": [spot],
            "y": [decades[0] * (decades[1] / decades[0]) ** LIFT],
            "marker": knob,
            "hoverinfo": "skip",
        },
    ]


def span_of(errors: Sequence[ErrorCurves]) -> tuple[float, float]:
    """The range of the errors on a logarithmic axis, three decades at most above the least validation error's tenth."""
    fresh = np.concatenate([each.fresh for each in errors])
    least = max(float(fresh.min()), 1e-12)
    return least / 10, min(float(fresh.max()) * 1.5, least * 1e3)
