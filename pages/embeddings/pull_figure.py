"""The figure of what an embedding loss pulls at: points with their zones, and the loss while a negative moves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.arrows import shafts
from components.plot.base import axis_layout, faint, layout
from components.plot.spans import with_zero
from components.plot.theme import MARKED, NEUTRAL, PALETTE, Style

REACH, CIRCLE_REACH = 2.6, 2.0  # of the plane in view
ANCHOR, POSITIVE, NEGATIVE = "#2E86DE", PALETTE[2], PALETTE[1]
HARD, SEMI_HARD = MARKED, PALETTE[4]
LEFT, RIGHT = [0.0, 0.56], [0.67, 1.0]
ROLES = ("anchor", "positive", "negatives")
UNIT, BEND = 0.35, 3.0  # an arrow is so long, times the area sinus of so many times the pull
ASIDE, FACING = (
    0.07,
    0.3,
)  # by which arrows that face each other part, and the sines of their angles at which they need not
_LINES = {"type": "scatter", "mode": "lines"}
_MARKS = {"type": "scatter", "mode": "markers"}


@dataclass(frozen=True, eq=False)
class Plane:
    """What is drawn of some points under a loss.

    Attributes
    ----------
    points, pulls
        ``[2 + k, 2]``: anchor, positive, negatives, and how each is pulled.
    rings
        By what it is called, the distance from the anchor at which a zone ends, the widest first, and its colour.
    on_circle
        Whether the points are on the unit circle.
    steps, loss, slope
        ``[n]``, while the first negative moves: its distances from the anchor, or angles; the loss; its slope.
    at
        Where that negative is among ``steps``.
    first
        What that negative is called.
    name, style
        Of the loss.
    subject
        What is drawn: another starts without the zoom.
    """

    points: np.ndarray
    pulls: np.ndarray
    rings: dict[str, tuple[float, str]]
    on_circle: bool
    steps: np.ndarray
    loss: np.ndarray
    slope: np.ndarray
    at: float
    first: str
    name: str
    style: Style
    subject: str


def length_of(pulls: np.ndarray) -> np.ndarray:
    """What leads from points ``[n, 2]`` to the tips of their arrows: short ones by the pull, a pull of 1 is 0.64 long, long ones grow with its logarithm."""
    size = np.hypot(*pulls.T)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size > 0, pulls / size * UNIT * np.arcsinh(BEND * size), pulls)


def aside(points: np.ndarray, tips: np.ndarray) -> np.ndarray:
    """What leads from points ``[n, 2]`` to where their arrows begin: to the right, where anchor and another point are pulled to each other."""
    way, (anchor, others) = points[1:] - points[0], (tips[0], tips[1:])
    with np.errstate(all="ignore"):
        units = [each / np.hypot(*each.T)[..., None] for each in (way, anchor, others)]
        way, anchor, others = (np.where(np.isfinite(each), each, 0.0) for each in units)
    turned = np.abs(way[:, 0] * anchor[1] - way[:, 1] * anchor[0]) + np.abs(way[:, 0] * others[:, 1] - way[:, 1] * others[:, 0])  # fmt: skip
    facing = (way @ anchor > 0) & ((way * others).sum(1) < 0)
    share = np.where(facing, np.clip(1 - turned / FACING, 0.0, 1.0), 0.0)
    shares = np.concatenate([[share.max()], share])[:, None]
    return ASIDE * shares * np.concatenate([[anchor], others])[:, ::-1] * [1.0, -1.0]


def pull_figure(plane: Plane) -> dict[str, Any]:
    """The points on the left; on the right the loss, and how hard it pushes, while the first negative moves."""
    axes = _axes(plane)
    return {
        "data": [*_zones(plane), *_marks(plane), *_curves(plane)],
        "layout": layout(540, plane.subject, {"r": 24, "l": 52}, **axes),
        "narrow": _narrow(axes),
    }


def _zones(plane: Plane) -> list[dict[str, Any]]:
    turn = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    x, y = plane.points[0]
    traces = [
        {
            **_LINES, "name": f"{name} ends", "x": x + radius * circle[0], "y": y + radius * circle[1], "fill": "toself",
            "fillcolor": faint(color, 0.13), "line": {"color": color, "dash": "dot", "width": 1.5}, "hoverinfo": "skip",
        }
        for name, (radius, color) in plane.rings.items()
    ]  # fmt: skip
    if plane.on_circle:
        unit = {"color": NEUTRAL, "width": 1.5}
        traces.append({**_LINES, "name": "unit circle", "x": circle[0], "y": circle[1], "line": unit, "hoverinfo": "skip"})  # fmt: skip
    return traces


def _marks(plane: Plane) -> list[dict[str, Any]]:
    """Handles and their arrows; the cross is where lengths and angles are measured from."""
    home = {**_MARKS, "x": [0.0], "y": [0.0], "marker": {"size": 8, "color": NEUTRAL, "symbol": "x"}, "hovertemplate": "origin<extra></extra>"}  # fmt: skip
    traces = [home]
    tips = length_of(plane.pulls)
    begin = plane.points + aside(plane.points, tips)
    groups = zip(ROLES, (slice(0, 1), slice(1, 2), slice(2, None)), (ANCHOR, POSITIVE, NEGATIVE), ("diamond", "circle", "square"), strict=True)  # fmt: skip
    for role, which, color, symbol in groups:
        places = plane.points[which]
        marker = {"size": 15 if role == "anchor" else 13, "color": color, "symbol": symbol}
        traces.append(shafts(f"pull on {role}", begin[which], tips[which], color))
        traces.append({**_MARKS, "handle": role, "x": places[:, 0], "y": places[:, 1], "marker": marker, "hoverinfo": "skip"})  # fmt: skip
    return traces


def _curves(plane: Plane) -> list[dict[str, Any]]:
    line = {"color": plane.style.color, "dash": plane.style.dash, "width": 2.5}
    below = {"xaxis": "x3", "yaxis": "y3"}
    over = {"xaxis": "x2", "yaxis": "y2"}
    named = {**_LINES, "name": plane.name, "x": plane.steps, "line": line}
    inside = {"type": "scatter", "mode": "markers", "x": np.array([plane.at]), "marker": {"size": 10, "color": NEGATIVE, "symbol": "square"}, "hoverinfo": "skip"}  # fmt: skip
    at = (np.interp(plane.at, plane.steps, values) for values in (plane.loss, -plane.slope))
    traces: list[dict[str, Any]] = [
        {**named, **over, "y": plane.loss, "hovertemplate": "loss %{y:.4g}<extra></extra>"},
        {**named, **below, "y": -plane.slope, "hovertemplate": "push %{y:.4g}<extra></extra>"},
        *({**inside, **axes, "y": np.array([height])} for axes, height in zip((over, below), at, strict=True)),
    ]
    low, high = _spans(plane)
    for name, (radius, color) in plane.rings.items():
        end = step_of(radius, plane.on_circle)
        line = {"color": color, "dash": "dot", "width": 1.5}
        traces += [
            {**_LINES, **axes, "name": f"{name} ends", "x": np.full(2, end), "y": list(span), "line": line, "hoverinfo": "skip"}
            for axes, span in ((over, low), (below, high))
        ]  # fmt: skip
    return traces


def step_of(radius: float, on_circle: bool) -> float:
    """A distance from the anchor as it is told beside the plane: on the circle as an angle in degrees, where there is one."""
    if not on_circle:
        return radius
    return float(np.degrees(2 * np.arcsin(radius / 2))) if radius <= 2 else np.nan


def _spans(plane: Plane) -> tuple[tuple[float, float], tuple[float, float]]:
    return with_zero(plane.loss, 1.0), with_zero(-plane.slope, 1.0)


def _axes(plane: Plane) -> dict[str, Any]:
    low, high = _spans(plane)
    reach = CIRCLE_REACH if plane.on_circle else REACH
    span, square = (-reach, reach), {"constrain": "domain"}
    steps = (float(plane.steps[0]), float(plane.steps[-1]))
    title = f"angle from anchor to {plane.first} (°)" if plane.on_circle else f"distance from anchor to {plane.first}"
    return {
        "xaxis": axis_layout("first coordinate", span, domain=LEFT, nticks=6, **square),
        "yaxis": axis_layout("second", span, nticks=6, scaleanchor="x", **square),
        "xaxis2": axis_layout("", steps, domain=RIGHT, anchor="y2", showticklabels=False),
        "yaxis2": axis_layout("loss", low, domain=[0.53, 1.0], anchor="x2", nticks=5),
        "xaxis3": axis_layout(title, steps, domain=RIGHT, anchor="y3", nticks=6),
        "yaxis3": axis_layout("push outwards", high, domain=[0.0, 0.45], anchor="x3", nticks=5),
    }


def _narrow(axes: dict[str, Any]) -> dict[str, Any]:
    """One below the other."""
    rows = {"yaxis": [0.53, 1.0], "yaxis2": [0.23, 0.42], "yaxis3": [0.0, 0.18]}
    stacked = {name: {**axes[name], "domain": span} for name, span in rows.items()}
    stacked |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {"height": 740, "margin": {"l": 50, "r": 14, "t": 8, "b": 44}, **stacked}
