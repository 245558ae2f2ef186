"""The figure of the page ``implement``: a loss, what NumPy makes of it, and where its definition breaks."""

from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, padded, stroke
from components.plot.theme import MARKED, NEUTRAL
from losses.by_hand.catalogue import ByHand


def forms_figure(
    one: ByHand, at: float, curve: tuple[np.ndarray, ...], points: tuple[np.ndarray, ...]
) -> dict[str, Any]:
    """The loss over its input, the form to use as points on it, and crosses where the definition gives no number.

    Parameters
    ----------
    one
        The loss.
    at
        Where the probe stands; its grip carries the handle "at".
    curve
        Inputs and losses, ``[n]`` each.
    points
        Inputs, what the form to use gives, and what the definition gives, ``[k]`` each.
    """
    x, value = curve
    places, by_hand, naive = points
    span = padded(np.append(value, by_hand), 0.12)
    broken = ~np.isfinite(naive)
    marks = {"type": "scatter", "mode": "markers"}
    probe = {"color": NEUTRAL, "dash": "dot", "width": 1.5}
    grip = {"size": 14, "color": NEUTRAL, "symbol": "diamond"}
    hover = "%{y:.4g}<extra></extra>"
    data = [
        {**marks, "handle": "at", "hoverinfo": "skip", "x": [at], "y": [span[0]], "marker": grip},
        {"type": "scatter", "mode": "lines", "line": probe, "x": [at, at], "y": list(span), "hoverinfo": "skip", "name": "probe"},
        stroke(one.key, value, x=x, hovertemplate=f"{one.loss.name} {hover}"),
        {
            **marks,
            "x": places,
            "y": by_hand,
            "name": "NumPy",
            "hovertemplate": f"NumPy {hover}",
            "marker": {"size": 8, "symbol": "circle-open", "color": NEUTRAL},
        },
        {
            **marks,
            "x": places[broken],
            "y": by_hand[broken],
            "name": "the definition breaks",
            "hovertemplate": f"the definition breaks; right is {hover}",
            "marker": {"size": 12, "symbol": "x-thin-open", "color": MARKED, "line": {"width": 2.5}},
        },
    ]  # fmt: skip
    axes = {
        "xaxis": axis_layout(one.title, padded(np.array([one.low, one.high]), 0.03)),
        "yaxis": axis_layout(one.loss.name, span),
    }
    return {"data": data, "layout": layout(460, one.key, {"r": 74 if broken.any() else 16}, **axes)}
