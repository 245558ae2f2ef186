"""Losses over one axis, with their slopes and curvatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout, padded, room_for, stroke
from components.plot.theme import NEUTRAL, STYLES
from losses import LOSSES


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss on an even grid: shape [n] each. ``bent`` marks where it curves, or is None where that says nothing."""

    value: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    bent: np.ndarray | None


def curves_figure(
    curves: Mapping[str, Curve],
    view: tuple[float, float],
    at: float,
    title: str,
    curvature: bool,
) -> dict[str, Any]:
    """Losses over one axis, their slopes below and, on demand, their curvatures.

    Parameters
    ----------
    curves
        By key of the loss, each on the same even grid over ``view``.
    view
        Range of the shared x axis.
    at
        Where the probe stands; its grip, on the floor of the first panel, carries the handle "at".
    title
        Of the x axis.
    curvature
        Whether to draw the third panel.
    """
    right = room_for([LOSSES[key].name for key in curves])
    panels = ("value", "slope", "curvature")[: 3 if curvature else 2]
    names = ("loss", "slope", "curvature")
    spans = {panel: _readable([getattr(curve, panel) for curve in curves.values()]) for panel in panels}
    floor = spans["value"][0]
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    marker = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    grip = {"type": "scatter", "mode": "markers", "handle": "at", "hoverinfo": "skip"}
    traces = [{**grip, "x": [at], "y": [floor], "marker": marker}]
    for number, panel in enumerate(panels, 1):
        place = {"yaxis": f"y{number}" if number > 1 else "y"}
        ends = {"x": [at, at], "y": list(spans[panel]), "hoverinfo": "skip"}
        traces.append({"type": "scatter", "mode": "lines", "line": probe, **ends, **place})
        for key, curve in curves.items():
            grid: dict[str, Any] = {"x0": view[0], "dx": (view[1] - view[0]) / (len(curve.value) - 1), **place}
            if panel == "value" and curve.bent is not None:
                bent = np.where(curve.bent, curve.value, np.nan)
                traces.append(stroke(key, bent, width=9, color=faint(STYLES[key].color), hoverinfo="skip", **grid))
            hover = f"{LOSSES[key].name} {names[number - 1]} %{{y:.4g}}<extra></extra>"
            traces.append(stroke(key, getattr(curve, panel), hovertemplate=hover, **grid))
    bottoms = np.linspace(0, 1, len(panels) + 1)[:-1][::-1] if curvature else np.array([0.42, 0.0])
    tops = [1.0, *(bottoms[:-1] - 0.05)]
    axes = {
        f"yaxis{number if number > 1 else ''}": axis_layout(names[number - 1], spans[panel], domain=[low, high])
        for number, (panel, low, high) in enumerate(zip(panels, bottoms.tolist(), map(float, tops), strict=True), 1)
    }
    return {
        "data": traces,
        "layout": layout(
            540,
            title,
            {"r": right},
            xaxis=axis_layout(title, view, anchor=f"y{len(panels)}"),
            hovermode="x unified",
            hoversubplots="axis",
            **axes,
        ),
        "narrow": {"height": 480, "margin": {"l": 44, "r": min(right, 72), "t": 8, "b": 40}},
    }


def _readable(curves: Sequence[np.ndarray]) -> tuple[float, float]:
    """A range in which no steep curve, or steep end of a curve, flattens all else."""
    cores = np.array([_core(curve[np.isfinite(curve)]) for curve in curves if np.isfinite(curve).any()])
    if not cores.size:
        return -1.0, 1.0
    lows, highs = cores.T
    reach = 6 * (np.median(highs - lows) or 1.0)
    return padded(
        np.array([max(lows.min(), min(0.0, highs.max()) - reach), min(highs.max(), max(0.0, lows.min()) + reach)])
    )


def _core(values: np.ndarray) -> tuple[float, float]:
    """Least and greatest value, without the last hundredths at either end where those dwarf the rest."""
    low, core_low, core_high, high = np.quantile(values, (0, 0.03, 0.97, 1))
    return (low, high) if high - low <= 3 * (core_high - core_low) else (core_low, core_high)
