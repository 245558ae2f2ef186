"""Points with a fitted line for each loss, and what each point does to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import (
    axis_layout,
    band,
    bars_at,
    faint,
    layout,
    per_point,
    room_for,
    stretched,
    stretched_ticks,
    stroke,
)
from components.plot.theme import NEUTRAL, STYLES
from components.text import number
from losses import LOSSES

CROWDED = 0.25  # of the height of the scale, below which a tick would touch that of 0
FINEST = 1e4  # the hardest pull over the gentlest that is told from 0


@dataclass(frozen=True, eq=False)
class Fitted:
    """One fit as it is drawn.

    Attributes
    ----------
    line
        Its heights at both ends of the x range, ``[2]``.
    pull, share
        What each point pulls, the slope of its loss in the prediction, and its percentage of the loss, ``[n]``.
    equals
        The heights at both ends of the corners of all lines that are as good, ``[k, 2]``; one row for none.
    """

    line: np.ndarray
    pull: np.ndarray
    share: np.ndarray
    equals: np.ndarray


def fits_figure(
    x: np.ndarray,
    y: np.ndarray,
    bad: np.ndarray,
    fits: Mapping[str, Fitted],
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
        By key of the loss.
    titles
        Titles of the x and y axes.
    span
        Ranges of the two axes of the data panel.
    subject
        What the points are: other data start without the zoom.
    """
    right = room_for([LOSSES[key].name for key in fits])
    size = np.where(bad, 13, 9).tolist()
    marker = {"size": size, "color": NEUTRAL, "symbol": np.where(bad, "x", "circle").tolist()}
    hover = "x %{x:.4g}, y %{y:.4g}<extra></extra>"
    dots = {"type": "scatter", "mode": "markers", "handle": "points"}
    traces = [{**dots, "x": x, "y": y, "marker": marker, "hovertemplate": hover}]
    ends = np.array(span[0])
    shares = np.concatenate([[1.0], *(fit.share[np.isfinite(fit.share)] for fit in fits.values())])
    top = min(100.0, 1.1 * float(shares.max()))
    unit, pull_axis = _pull_scale([fit.pull for fit in fits.values()])
    width = bars_at(x, len(fits))
    for slot, (key, fit) in enumerate(fits.items()):
        if len(fit.equals) > 1:
            pale = {"color": faint(STYLES[key].color), "width": 1}
            traces.append(
                {"type": "scatter", "mode": "lines", **band(fit.equals, ends), "line": pale, "hoverinfo": "skip"}
            )
        traces.append(stroke(key, fit.line, x=ends, hoverinfo="skip"))
        bar = (width, (slot - len(fits) / 2) * width) if width else None
        hover = {"customdata": fit.pull, "hovertemplate": "slope of its loss %{customdata:.4g}"}
        traces.append(per_point(key, x, -stretched(fit.pull, unit), bar, yaxis="y2", **hover))
        traces.append(per_point(key, x, fit.share, bar, yaxis="y3", hovertemplate="%{y:.1f} % of the loss"))
    return {
        "data": traces,
        "layout": layout(
            560,
            subject,
            {"r": right},
            xaxis=axis_layout(titles[0], span[0], anchor="y3", showspikes=True, spikemode="across", spikethickness=1),
            yaxis=axis_layout(titles[1], span[1], domain=[0.47, 1]),
            yaxis2=axis_layout("pull ↑↓ (log)", pull_axis["range"], domain=[0.215, 0.405], **pull_axis["ticks"]),
            yaxis3=axis_layout("% of loss", (0, top), domain=[0, 0.155], nticks=3),
            barmode="overlay",
        ),
        "narrow": {"height": 520, "margin": {"l": 44, "r": min(right, 72), "t": 8, "b": 40}},
    }


def _pull_scale(pulls: list[np.ndarray]) -> tuple[float, dict[str, Any]]:
    """The unit of a logarithmic scale on which the gentlest loss's pulls are seen beside the hardest's, and its axis."""
    reaches = np.array([np.abs(pull[np.isfinite(pull)]).max(initial=0.0) for pull in pulls])
    reaches = reaches[reaches > FINEST * np.finfo(float).tiny]
    if not reaches.size:
        return 1.0, {"range": (-1.0, 1.0), "ticks": {"tickvals": [0.0], "ticktext": ["0"]}}
    reach = float(reaches.max())
    unit = max(float(reaches.min()) / 3, reach / FINEST)
    full = float(stretched(np.array(reach), unit))
    values = [
        value for value in stretched_ticks(reach, unit) if not 0 < stretched(np.abs(value), unit) < CROWDED * full
    ]
    words = ["0" if not value else f"{'↑' if value > 0 else '↓'} {number(abs(value), 1)}" for value in values]
    return unit, {
        "range": (-1.1 * full, 1.1 * full),
        "ticks": {"tickvals": stretched(np.array(values), unit).tolist(), "ticktext": words},
    }
