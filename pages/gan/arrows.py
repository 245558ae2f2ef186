"""Arrows through a panel, as one trace of lines."""

from typing import Any

import numpy as np

HEAD = 0.35  # of an arrow's length


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
    tip, across = places + along, along[:, ::-1] * [-1, 1]
    back = tip - HEAD * along
    gap = np.full_like(tip, np.nan)
    x, y = np.stack([places, tip, back + HEAD / 2 * across, tip, back - HEAD / 2 * across, gap], 1).reshape(-1, 2).T
    line = {"color": color, "width": 1.2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line, "hoverinfo": "skip"}
