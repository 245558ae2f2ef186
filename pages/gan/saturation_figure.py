"""The figure of adversarial losses over the discriminator's output: raw for all, as a probability for those that have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout
from components.plot.theme import NEUTRAL, Style
from losses.game.games import sigmoid

LEFT, RIGHT = [0.0, 0.48], [0.6, 1.0]
TOP, BOTTOM = [0.56, 1.0], [0.0, 0.44]
LOSSES, SLOPES = (-6.0, 8.0), (-2.2, 2.2)
SHARES = {"generator": (-4.0, 5.0), "fake": (0.0, 5.0), "real": (0.0, 5.0)}  # losses over the probability, by side
_LINES = {"type": "scatter", "mode": "lines"}


@dataclass(frozen=True, eq=False)
class Curve:
    """One loss and its slope over the outputs, ``[n]`` each; ``probable`` where the output is the logit of a probability."""

    name: str
    style: Style
    loss: np.ndarray
    slope: np.ndarray
    probable: bool


def saturation_figure(
    curves: Sequence[Curve], outputs: np.ndarray, at: float, side: str, subject: str
) -> dict[str, Any]:
    """Losses above, slopes below; over the raw output on the left, over the probability on the right.

    Parameters
    ----------
    curves
        The losses.
    outputs
        The even grid ``[n]`` of raw outputs.
    at
        Where the probe stands; its grip carries the handle "at".
    side
        A key of ``SHARES``.
    subject
        What is drawn: another starts without the zoom.
    """
    span = (float(outputs[0]), float(outputs[-1]))
    shares = sigmoid(outputs)
    inside = min(span[1], max(span[0], at))
    share = float(sigmoid(np.array(at)))
    line = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    probe = {**_LINES, "name": "probe", "line": line, "hoverinfo": "skip"}
    traces: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "markers", "handle": "at", "x": [inside], "y": [LOSSES[0]], "marker": {"size": 14, "color": NEUTRAL, "symbol": "diamond"}, "hoverinfo": "skip"},
        {**probe, "x": [at, at], "y": list(LOSSES)},
        {**probe, "x": [at, at], "y": list(SLOPES), "yaxis": "y2"},
        {**probe, "x": [share, share], "y": list(SHARES[side]), "xaxis": "x2", "yaxis": "y3"},
        {**probe, "x": [share, share], "y": list(SLOPES), "xaxis": "x3", "yaxis": "y4"},
    ]  # fmt: skip
    for curve in curves:
        style = {"color": curve.style.color, "dash": curve.style.dash, "width": 2.5}
        named = {
            **_LINES,
            "name": curve.name,
            "line": style,
            "hovertemplate": f"{curve.name} %{{y:.4g}}<extra></extra>",
        }
        traces += [
            {**named, "x": outputs, "y": curve.loss},
            {**named, "x": outputs, "y": curve.slope, "yaxis": "y2"},
        ]
        if curve.probable:
            traces += [
                {**named, "x": shares, "y": curve.loss, "xaxis": "x2", "yaxis": "y3"},
                {**named, "x": shares, "y": curve.slope, "xaxis": "x3", "yaxis": "y4"},
            ]
    axes = {
        "xaxis": axis_layout("z, the raw output of D", span, domain=LEFT, anchor="y2"),
        "yaxis": axis_layout("loss", LOSSES, domain=TOP, nticks=6),
        "yaxis2": axis_layout("slope in z", SLOPES, domain=BOTTOM, nticks=5),
        "xaxis2": axis_layout("", (0.0, 1.0), domain=RIGHT, anchor="y3", showticklabels=False),
        "yaxis3": axis_layout("loss", SHARES[side], domain=TOP, anchor="x2", nticks=6),
        "xaxis3": axis_layout("D = σ(z), the probability of real", (0.0, 1.0), domain=RIGHT, anchor="y4"),
        "yaxis4": axis_layout("slope in z", (-1.1, 1.1), domain=BOTTOM, anchor="x3", nticks=5),
    }
    rows = {"yaxis": [0.81, 1.0], "yaxis2": [0.56, 0.75], "yaxis3": [0.26, 0.45], "yaxis4": [0.0, 0.2]}
    narrow = {name: {**axes[name], "domain": row} for name, row in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in ("xaxis", "xaxis2", "xaxis3")}
    return {
        "data": traces,
        "layout": layout(540, subject, {"r": 20}, **axes),
        "narrow": {"height": 940, "margin": {"l": 52, "r": 20, "t": 8, "b": 44}, **narrow},
    }
