"""The figure of a game of two: the plane of both parameters, the eigenvalues of flow and steps, losses over the steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.arrows import arrows
from components.plot.base import axis_layout, faint, layout
from components.plot.spans import around, with_zero
from components.plot.theme import MARKED, NEUTRAL, PALETTE

PLAYERS = PALETTE[1], PALETTE[2]  # colours of generator and discriminator
PATH = PALETTE[0]
COLORS = {"inside": PALETTE[2], "on": NEUTRAL, "outside": MARKED, "unknown": NEUTRAL}
LEFT, RIGHT = [0.0, 0.5], [0.62, 1.0]
HALVES = [0.62, 0.78], [0.84, 1.0]  # of the right, for the eigenvalues of flow and steps
_MARKS = {"type": "scatter", "mode": "markers"}
_LINES = {"type": "scatter", "mode": "lines"}


@dataclass(frozen=True, eq=False)
class Plane:
    """What is drawn of a game.

    Attributes
    ----------
    reach
        Largest θ and ψ in view.
    places, field
        ``[k, 2]``, where arrows begin, and which way they point.
    still
        The nullclines of generator and discriminator, ``[k, 3, 2]`` each.
    start
        Where the game begins; the trace carries the handle "start".
    flow, steps
        Eigenvalues, complex ``[n]``.
    critical
        Of flow and steps, the eigenvalues where the setting they depend on is critical, complex ``[n]``, and that in
        words; none where nothing is.
    verdicts
        Whether flow and steps settle, as ``Stability.verdict``.
    losses
        ``[n, 2]``, of generator and discriminator.
    subject
        What is drawn: another starts without the zoom.
    """

    reach: float
    places: np.ndarray
    field: np.ndarray
    still: tuple[np.ndarray, np.ndarray]
    start: tuple[float, float]
    flow: np.ndarray
    steps: np.ndarray
    critical: tuple[tuple[np.ndarray, str], tuple[np.ndarray, str]]
    verdicts: tuple[str, str]
    losses: np.ndarray
    subject: str


def players_figure(plane: Plane) -> dict[str, Any]:
    """The plane with its field on the left; beside it eigenvalues above, losses below."""
    mark = {"size": 14, "color": PATH, "symbol": "diamond"}
    start = {**_MARKS, "handle": "start", "x": [plane.start[0]], "y": [plane.start[1]], "marker": mark, "hoverinfo": "skip"}  # fmt: skip
    home = {**_MARKS, "x": [0.0], "y": [0.0], "marker": {"size": 11, "color": NEUTRAL, "symbol": "x"}, "hovertemplate": "equilibrium<extra></extra>"}  # fmt: skip
    axes = _axes(plane)
    spacing = 2 * plane.reach / np.sqrt(len(plane.places))
    return {
        "data": [
            start,
            arrows("field", plane.places, plane.field, spacing, faint(NEUTRAL, 0.55)),
            *_still(plane),
            home,
            *_eigenvalues(plane),
            _empty(),
        ],
        "layout": layout(540, plane.subject, {"r": 96, "l": 52}, **axes),
        "narrow": _narrow(axes),
    }


def _still(plane: Plane) -> list[dict[str, Any]]:
    traces = []
    for name, color, lines in zip(("G", "D"), PLAYERS, plane.still, strict=True):
        x, y = lines.reshape(-1, 2).T
        line = {"color": color, "dash": "dot", "width": 2}
        hover = {"hovertemplate": f"{name} stands still<extra></extra>"}
        traces.append({**_LINES, "x": x, "y": y, "name": f"{name} stands still", "line": line, **hover})
    return traces


def _eigenvalues(plane: Plane) -> list[dict[str, Any]]:
    """Those of the flow, and those of one step beside the unit circle."""
    turn = np.linspace(0, 2 * np.pi, 121)
    circle = {**_LINES, "x": np.cos(turn), "y": np.sin(turn), "name": "unit circle", "line": {"color": NEUTRAL, "width": 1.5}, "hoverinfo": "skip", "xaxis": "x3", "yaxis": "y3"}  # fmt: skip
    marks = []
    for values, verdict, (critical, told), number in zip(
        (plane.flow, plane.steps), plane.verdicts, plane.critical, "23", strict=True
    ):
        hollow = {"size": 9, "color": NEUTRAL, "symbol": "diamond-open", "line": {"width": 1.5}}
        marks.append(_points(critical, hollow, number, f"{told}<br>"))
        marks.append(_points(values, {"size": 10, "color": COLORS[verdict], "symbol": "diamond"}, number))
    return [circle, *marks]


def _points(values: np.ndarray, marker: dict[str, Any], number: str, told: str = "") -> dict[str, Any]:
    """Complex numbers as marks in the panel with these axes."""
    shown = values[np.isfinite(values)]
    hover = {"hovertemplate": f"{told}%{{x:.4g}} + %{{y:.4g}}i<extra></extra>"}
    return {
        **_MARKS,
        "x": shown.real,
        "y": shown.imag,
        "marker": marker,
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        **hover,
    }


def _empty() -> dict[str, Any]:
    """A trace so that Plotly makes the axes of the panel that only the player draws in."""
    return {**_LINES, "x": [0], "y": [None], "line": {}, "xaxis": "x4", "yaxis": "y4"}


def _axes(plane: Plane) -> dict[str, Any]:
    span = (-plane.reach, plane.reach)
    flow, steps = (
        around(np.concatenate([values.real, values.imag]), least)
        for values, least in (
            (np.concatenate([plane.flow, plane.critical[0][0]]), 1.0),
            (np.concatenate([plane.steps, plane.critical[1][0]]), 1.25),
        )
    )
    square = {"constrain": "domain"}
    small = {"nticks": 4, **square}
    return {
        "xaxis": axis_layout("θ, where G puts its samples", span, domain=LEFT, nticks=6, **square),
        "yaxis": axis_layout("ψ, the slope of D", span, nticks=6, scaleanchor="x", **square),
        "xaxis2": axis_layout("flow: Re λ", flow, domain=HALVES[0], anchor="y2", **small),
        "yaxis2": axis_layout("Im", flow, domain=[0.58, 1.0], anchor="x2", scaleanchor="x2", **small),
        "xaxis3": axis_layout("steps: Re μ", steps, domain=HALVES[1], anchor="y3", **small),
        "yaxis3": axis_layout("", steps, domain=[0.58, 1.0], anchor="x3", scaleanchor="x3", **small),
        "xaxis4": axis_layout("step", (0, 1.03 * max(1, len(plane.losses) - 1)), domain=RIGHT, anchor="y4", nticks=5),
        "yaxis4": axis_layout("loss", with_zero(plane.losses, 2.0), domain=[0.0, 0.38], anchor="x4", nticks=5),
    }


def _narrow(axes: dict[str, Any]) -> dict[str, Any]:
    """One below the other, but for the eigenvalues."""
    rows = {"yaxis": [0.52, 1.0], "yaxis2": [0.24, 0.42], "yaxis3": [0.24, 0.42], "yaxis4": [0.0, 0.15]}
    columns = {"xaxis": [0.0, 1.0], "xaxis2": [0.0, 0.44], "xaxis3": [0.56, 1.0], "xaxis4": [0.0, 1.0]}
    stacked = {name: {**axes[name], "domain": span} for name, span in (rows | columns).items()}
    return {"height": 860, "margin": {"l": 48, "r": 40, "t": 8, "b": 40}, **stacked}
