"""Losses over one axis, with their slopes and curvatures."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout, padded, room_for, stroke
from components.plot.theme import NEUTRAL, STYLES
from losses import LOSSES
from losses.curves.probe import Probe, Side

PULLS = "y4"  # the axis of the lanes in which the arrows lie; those before it are the panels of curves
REACH = 0.4  # of the view: the length of an arrow as steep as the slopes' panel goes
SEEN = 0.003  # of the view, below which an arrow has no head
TOUCHING = 0.085  # of the view: half the length of a tangent
ASPECT = 0.36  # a panel's height over its width, about: tangents are equally long whatever their slope
NAMES = ("loss", "slope", "curvature")


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss at the places ``x`` of an axis, shape [n] each, and at the probe.

    ``bent`` is its value where it curves, not a number elsewhere; None where that says nothing.
    """

    x: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    bent: np.ndarray | None
    probe: Probe


def curves_figure(
    curves: Mapping[str, Curve],
    view: tuple[float, float],
    at: float,
    title: str,
    curvature: bool,
) -> dict[str, Any]:
    """Losses over one axis with a tangent at the probe, below it an arrow for the pull of each, and their slopes.

    Parameters
    ----------
    curves
        By key of the loss, each at the same places from one end of ``view`` to the other.
    view
        Range of the shared x axis.
    at
        Where the probe stands; its grip, on the floor of the first panel, carries the handle "at".
    title
        Of the x axis.
    curvature
        Whether to draw the curvatures too, at the bottom.
    """
    right = room_for([LOSSES[key].name for key in curves])
    panels = ("value", "slope", "curvature")[: 3 if curvature else 2]
    spans = {panel: _readable([getattr(curve, panel) for curve in curves.values()]) for panel in panels}
    lanes = (len(curves) - 0.5, -0.5)
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    marker = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    grip = {"type": "scatter", "mode": "markers", "handle": "at", "hoverinfo": "skip"}
    traces = [{**grip, "x": [at], "y": [spans["value"][0]], "marker": marker}]
    for yaxis, span in {**{_axis(panel): spans[panel] for panel in panels}, PULLS: lanes}.items():
        ends = {"x": [at, at], "y": list(span), "hoverinfo": "skip", "yaxis": yaxis}
        traces.append({"type": "scatter", "mode": "lines", "line": probe, **ends})
    for panel in panels:
        traces += _lines(curves, panel)
    return {
        "data": [*traces, *_tangents(curves, view, spans["value"]), *_pulls(curves, view, spans["slope"])],
        "layout": layout(
            540,
            title,
            {"r": right},
            xaxis=axis_layout(title, view, anchor=_axis(panels[-1])),
            hovermode="x unified",
            hoversubplots="axis",
            **_heights(spans, lanes),
        ),
        "narrow": {"height": 480, "margin": {"l": 44, "r": min(right, 72), "t": 8, "b": 40}},
    }


def _axis(panel: str) -> str:
    return {"value": "y", "slope": "y2", "curvature": "y3"}[panel]


def _heights(spans: Mapping[str, tuple[float, float]], lanes: tuple[float, float]) -> dict[str, Any]:
    """The vertical axes: the losses, close below them the lanes of the arrows, then slopes and curvatures."""
    below = {"slope": (0.25, 0.47), "curvature": (0.0, 0.2)} if "curvature" in spans else {"slope": (0.0, 0.33)}
    low = below["slope"][1] + 0.05
    high = low + 0.01 + (0.026 if "curvature" in spans else 0.03) * lanes[0]
    domains = {"value": (high + 0.04, 1.0), **below}
    axes = {
        f"yaxis{_axis(panel)[1:]}": axis_layout(name, spans[panel], domain=list(domains[panel]))
        for panel, name in zip(spans, NAMES, strict=False)
    }
    bare = {"showticklabels": False, "showgrid": False, "zeroline": False}
    return {**axes, f"yaxis{PULLS[1:]}": axis_layout("pull", lanes, domain=[low, high], **bare)}


def _lines(curves: Mapping[str, Curve], panel: str) -> list[dict[str, Any]]:
    """The curves of one panel, on that of the losses with their bent parts thick."""
    traces, name = [], NAMES[("value", "slope", "curvature").index(panel)]
    for key, curve in curves.items():
        grid: dict[str, Any] = {"x": curve.x, "yaxis": _axis(panel)}
        if panel == "value" and curve.bent is not None:
            traces.append(stroke(key, curve.bent, width=9, color=faint(STYLES[key].color), hoverinfo="skip", **grid))
        hover = f"{LOSSES[key].name} {name} %{{y:.4g}}<extra></extra>"
        traces.append(stroke(key, getattr(curve, panel), hovertemplate=hover, **grid))
    return traces


def _tangents(
    curves: Mapping[str, Curve], view: tuple[float, float], span: tuple[float, float]
) -> list[dict[str, Any]]:
    """A short tangent to every curve at the probe, where it has a value; at a kink its two halves."""
    unit = ASPECT * (view[1] - view[0]) / (span[1] - span[0])
    reach = TOUCHING * (view[1] - view[0])
    colors = Counter(STYLES[key].color for key in curves)

    def half(at: float, side: Side, way: int) -> list[tuple[float, float]]:
        run = way * reach / math.hypot(1, unit * side.slope)
        return [(at + run, side.value + side.slope * run), (at, side.value)][::-way]

    traces = []
    for key, curve in curves.items():
        probe = curve.probe
        halves = [half(probe.at, side, way) for side, way in ((probe.before, -1), (probe.after, 1)) if side]
        if np.isfinite([probe.value, *np.ravel(halves)]).all():
            gap = [[(np.nan, np.nan)]] if probe.jump else []
            x, y = np.concatenate([halves[0], *gap, *halves[1:]]).T
            style = STYLES[key]
            tangent = stroke(key, y, x=x, width=5, color=faint(style.color, 0.6), hoverinfo="skip")
            if colors[style.color] > 1:  # then the dashes alone tell it from another's
                tangent["line"]["dash"] = style.dash
            traces.append(tangent)
    return traces


def _pulls(curves: Mapping[str, Curve], view: tuple[float, float], span: tuple[float, float]) -> list[dict[str, Any]]:
    """An arrow for each loss from the probe against its slope and as long as that is steep; cut off at the panel's end."""
    width = view[1] - view[0]
    scale = REACH * width / max(map(abs, span))
    traces, heads = [], []
    for lane, (key, curve) in enumerate(curves.items()):
        at, tip = curve.probe.at, curve.probe.at - scale * curve.probe.slope
        if not abs(tip - at) > 0:
            continue
        end = min(max(tip, view[0]), view[1])
        traces.append(stroke(key, [lane, lane], x=[end, at], hoverinfo="skip", yaxis=PULLS))
        if end == tip and abs(tip - at) > SEEN * width:
            heads.append((tip, lane, STYLES[key].color, "triangle-left" if tip < at else "triangle-right"))
    if heads:
        x, y, colors, symbols = map(list, zip(*heads, strict=True))
        marker = {"size": 10, "color": colors, "symbol": symbols}
        head = {"type": "scatter", "mode": "markers", "hoverinfo": "skip", "yaxis": PULLS}
        traces.append({**head, "x": x, "y": y, "marker": marker})
    return traces


def _readable(curves: Sequence[np.ndarray]) -> tuple[float, float]:
    """A range in which no steep curve, or steep end of a curve, flattens all else."""
    cores = np.array([_core(curve[np.isfinite(curve)]) for curve in curves if np.isfinite(curve).any()])
    if not cores.size:
        return -1.0, 1.0
    lows, highs = cores.T
    reach = 6 * (float(np.median(highs - lows)) or 1.0)
    return padded(
        np.array([max(lows.min(), min(0.0, highs.max()) - reach), min(highs.max(), max(0.0, lows.min()) + reach)])
    )


def _core(values: np.ndarray) -> tuple[float, float]:
    """Least and greatest value, without the last hundredths at either end where those dwarf the rest."""
    # As np.quantile, which takes six times as long.
    places = np.arange(len(values)) / max(1, len(values) - 1)
    low, core_low, core_high, high = np.interp((0, 0.03, 0.97, 1), places, np.sort(values)).tolist()
    return (low, high) if high - low <= 3 * (core_high - core_low) else (core_low, core_high)
