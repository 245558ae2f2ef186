"""What the figures of masks share: panels of equal pixels with room for a name above, colours, and how many fit."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from components.plot.theme import PALETTE

MISS, FALSE_ALARM, HIT = PALETTE[0], PALETTE[1], PALETTE[2]
STRIP, LOW = 0.15, 0.07  # of a panel's side, above it, for a name; of a large one
NARROW = 366  # px of width for which the narrow layout is made
SWATCHES = (0.03, 0.23, 0.47)  # places of the colours in their panel
LEVELS = 30  # shades of each of the four kinds of pixels, by the probability
BACKGROUND = "#ECEEF2"
KINDS = {"hit": HIT, "miss": MISS, "false alarm": FALSE_ALARM}
_ENDS = ((BACKGROUND, "#F2D3BD"), ("#E58A52", FALSE_ALARM), (MISS, "#5FA8D3"), ("#59BD9C", HIT))
COLORS = [
    [(LEVELS * kind + level * (LEVELS - 1)) / (4 * LEVELS - 1), ends[level]]
    for kind, ends in enumerate(_ENDS)
    for level in (0, 1)
]
Domain = Sequence[float]


def axis(number: int) -> str:
    """What a trace calls the horizontal axis of a panel; the vertical one has y in place of x."""
    return "x" if number == 1 else f"x{number}"


def names(number: int) -> dict[str, str]:
    """The axes of a panel, for its traces."""
    return {"xaxis": axis(number), "yaxis": axis(number).replace("x", "y")}


def axes_of(number: int) -> tuple[str, str]:
    """The same as a pair."""
    return axis(number), axis(number).replace("x", "y")


def square(number: int, n: int, across: Domain, up: Domain, strip: float = STRIP) -> dict[str, Any]:
    """The two axes of a panel of n times n pixels, row 0 above, with room for its name."""
    plain = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False, "constrain": "domain"}
    end = "" if number == 1 else number
    x, y = axes_of(number)
    return {
        f"xaxis{end}": {**plain, "range": [-0.5, n - 0.5], "domain": [*across], "anchor": y},
        f"yaxis{end}": {
            **plain, "range": [n - 0.5, -0.5 - strip * n], "domain": [*up], "anchor": x, "scaleanchor": x,
            "constraintoward": "top",
        },
    }  # fmt: skip


def heatmap(number: int, z: np.ndarray, **entries: Any) -> dict[str, Any]:
    """A map of whole numbers, which are painted while the hand moves; its shades are no numbers to read."""
    return {"type": "heatmap", "z": z, "showscale": False, "hoverinfo": "skip", **names(number), **entries}


def kinds(prediction: np.ndarray, mask: np.ndarray, target: np.ndarray) -> np.ndarray:
    """What each pixel is, as whole numbers ``[n, n]``: background, false alarm, miss or hit, each by its probability."""
    level = np.rint((LEVELS - 1) * prediction).astype(np.int8)
    return (LEVELS * (2 * target.astype(np.int8) + mask.astype(np.int8)) + level).astype(np.int8)


def overlaid(number: int, prediction: np.ndarray, mask: np.ndarray, target: np.ndarray) -> dict[str, Any]:
    """A prediction over its target."""
    return heatmap(number, kinds(prediction, mask, target), zmin=0, zmax=4 * LEVELS - 1, colorscale=COLORS)


def swatches(number: int) -> dict[str, Any]:
    """The colours of hits, misses and false alarms in a row, for a panel of their own."""
    marker = {"symbol": "square", "size": 10, "color": list(KINDS.values()), "line": {"width": 0}}
    places = np.array(SWATCHES)
    return {
        "type": "scatter", "mode": "markers", "x": places, "y": np.zeros(3), "marker": marker, "hoverinfo": "skip",
        "name": "colours", **names(number),
    }  # fmt: skip


def strip(number: int, across: Domain, up: Domain) -> dict[str, Any]:
    """The axes of that panel."""
    plain = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False, "fixedrange": True}
    x, y = axes_of(number)
    return {
        f"xaxis{number}": {**plain, "range": [0.0, 1.0], "domain": [*across], "anchor": y},
        f"yaxis{number}": {**plain, "range": [-1.0, 1.0], "domain": [*up], "anchor": x},
    }


def columns(count: int) -> int:
    """How many panels stand side by side."""
    return 1 if count == 1 else 2 if count in (2, 4) else 3


def grid(count: int, across: Domain, up: Domain, columns: int) -> list[tuple[list[float], list[float]]]:
    """Domains of so many panels in a region, row by row from above."""
    rows = max(1, -(-count // columns))
    width, height, gap = (across[1] - across[0]) / columns, (up[1] - up[0]) / rows, 0.007
    return [
        (
            [across[0] + column * width + gap, across[0] + (column + 1) * width - gap],
            [up[1] - (row + 1) * height + gap, up[1] - row * height],
        )
        for row, column in (divmod(at, columns) for at in range(count))
    ]


def cross(x: float, y: float, number: int, color: str, handle: str = "") -> dict[str, Any]:
    """The marker of the probed pixel in a panel."""
    marker = {"symbol": "cross", "size": 6, "color": color, "line": {"width": 0}}
    carried = {"handle": handle} if handle else {}
    return {
        "type": "scatter", "mode": "markers", "x": [float(x)], "y": [float(y)], "marker": marker,
        "hoverinfo": "skip", "name": "probe", **carried, **names(number),
    }  # fmt: skip
