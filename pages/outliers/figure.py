"""Points with a fitted line for each loss, and what each point does to it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.plot.base import axis_layout, layout, padded, per_point, room_for, stroke
from components.plot.theme import NEUTRAL
from losses import LOSSES


def fits_figure(
    x: np.ndarray,
    y: np.ndarray,
    bad: np.ndarray,
    fits: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    titles: tuple[str, str],
    span: tuple[tuple[float, float], tuple[float, float]],
    subject: str,
) -> dict[str, Any]:
    """Points with the fit of every loss; below, each point's pull on every fit and its share of the loss.

    Parameters
    ----------
    x, y
        The points, shape [n], which carry the handle "points".
    bad
        Which of them are outliers put in on purpose, shape [n], bool.
    fits
        By key of the loss: the line at the two ends of the x range, shape [2], and each point's
        pull and percentage of the loss, shape [n].
    titles
        Titles of the x and y axes.
    span
        Ranges of the two axes of the data panel.
    subject
        What the points are: other data start without the zoom.
    """
    right = room_for([LOSSES[key].name for key in fits])
    marker = {"size": 9, "color": NEUTRAL, "symbol": np.where(bad, "x", "circle").tolist()}
    hover = "x %{x:.4g}, y %{y:.4g}<extra></extra>"
    dots = {"type": "scatter", "mode": "markers", "handle": "points"}
    traces = [{**dots, "x": x, "y": y, "marker": marker, "hovertemplate": hover}]
    ends = np.array(span[0])
    shares = np.concatenate([[1.0], *(share[np.isfinite(share)] for *_, share in fits.values())])
    top = min(100.0, 1.1 * float(shares.max()))
    pulls = padded(np.concatenate([[0.0], *(pull for _, pull, _ in fits.values())]))
    for slot, (key, (line, pull, share)) in enumerate(fits.items()):
        traces.append(stroke(key, line, x=ends, hoverinfo="skip"))
        place = (slot, len(fits))
        traces.append(per_point(key, x, pull, place, yaxis="y2", hovertemplate="pull %{y:.4g}"))
        traces.append(per_point(key, x, share, place, yaxis="y3", hovertemplate="%{y:.1f} % of the loss"))
    return {
        "data": traces,
        "layout": layout(
            560,
            subject,
            {"r": right},
            xaxis=axis_layout(titles[0], span[0], anchor="y3", showspikes=True, spikemode="across", spikethickness=1),
            yaxis=axis_layout(titles[1], span[1], domain=[0.47, 1]),
            # Upside down: a point below the line has a positive slope and pulls the line down.
            yaxis2=axis_layout("pull (slope)", pulls[::-1], domain=[0.215, 0.405], nticks=5),
            yaxis3=axis_layout("% of loss", (0, top), domain=[0, 0.155], nticks=3),
            barmode="overlay",
        ),
        "narrow": {"height": 520, "margin": {"l": 44, "r": min(right, 72), "t": 8, "b": 40}},
    }
