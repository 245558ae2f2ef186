"""Arrows through a panel, as one trace of lines."""

from typing import Any

import numpy as np

HEAD = 0.35  # of an arrow's length
MOST_HEAD = 0.16  # of a drawn shaft's, in the unit of both axes


def arrows(name: str, places: np.ndarray, ways: np.ndarray, spacing: float, color: str) -> dict[str, Any]:
    """A field: its arrows are long where it is strong, by the square root, so that weak ones are still seen.

    Parameters
    ----------
    name
        Of the trace.
    places, ways
        ``[k, 2]``, where arrows begin, and which way they point.
    spacing
        Between two places, in the unit of both axes: the longest arrow is a little shorter.
    color
        As CSS.
    """
    speed = np.hypot(*ways.T)
    most = speed[np.isfinite(speed)].max(initial=0.0) or 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        along = ways / speed[:, None] * (0.85 * spacing * np.sqrt(speed / most))[:, None]
    along = np.where(speed[:, None] > 0, along, np.nan)
    return _drawn(name, places, along, HEAD * along, {"color": color, "width": 1.2})


def shafts(name: str, places: np.ndarray, along: np.ndarray, color: str) -> dict[str, Any]:
    """Arrows of given lengths, whose heads do not grow with them; one of length 0 is not drawn.

    Parameters
    ----------
    name
        Of the trace.
    places, along
        ``[k, 2]``, where arrows begin, and what leads from there to their tips.
    color
        As CSS.
    """
    length = np.hypot(*along.T)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        back = along / length * np.minimum(HEAD * length, MOST_HEAD)
    return _drawn(name, places, np.where(length > 0, along, np.nan), back, {"color": color, "width": 3})


def _drawn(name: str, places: np.ndarray, along: np.ndarray, back: np.ndarray, line: dict[str, Any]) -> dict[str, Any]:
    """A trace of arrows, whose heads reach ``back`` ``[k, 2]`` from their tips."""
    tip, across = places + along, back[:, ::-1] * [-1, 1]
    gap = np.full_like(tip, np.nan)
    ends = [places, tip, tip - back + across / 2, tip, tip - back - across / 2, gap]
    x, y = np.stack(ends, 1).reshape(-1, 2).T
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line, "hoverinfo": "skip"}
