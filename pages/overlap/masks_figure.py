"""The figure of masks: target and prediction over one another, and how hard each loss pulls at every pixel."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.plot.base import INK, layout, stretched
from pages.overlap.panels import LOW, NARROW, STRIP, columns, cross, grid, heatmap, overlaid, square

UP, DOWN, NEUTRAL = "#D55E00", "#0072B2", "#F4F4F4"
DIVERGING = [[0.0, "#00456B"], [0.25, "#3F93C2"], [0.5, NEUTRAL], [0.75, "#E58A52"], [1.0, "#8F3F00"]]
MOST = 127
DECADES = 1000.0  # from the strongest pull to where the scale is even
LEFT, RIGHT = (0.0, 0.465), (0.48, 1.0)
BAR = 20  # number of the panel of the colour bar
TICKS = (-1.0, -0.01, 0.0, 0.01, 1.0)  # of the strongest pull


def levels(pull: np.ndarray, reach: float, decades: bool) -> np.ndarray:
    """Pulls of any shape as whole numbers from -127 to 127, which is ``reach``; what is no number stays none."""
    reach = reach or 1.0
    shares = pull / reach
    if decades:
        shares = stretched(shares, 1 / DECADES) / np.log10(1 + DECADES)
    found = np.rint(MOST * np.clip(shares, -1.0, 1.0))
    return found if np.isnan(found).any() else found.astype(np.int8)


def masks_figure(
    shown: tuple[np.ndarray, np.ndarray, np.ndarray],
    pulls: Mapping[str, np.ndarray],
    reaches: Mapping[str, float],
    probe: tuple[int, int],
    decades: bool,
) -> dict[str, Any]:
    """The large panel on the left, the small ones with their colour bar on the right.

    Parameters
    ----------
    shown
        Probabilities, the mask at the threshold, and the target, each ``[n, n]``.
    pulls
        By key of the loss, ``[n, n]``: above 0 where it draws the prediction up.
    reaches
        By key, the pull at the end of its scale.
    probe
        Column and row of the pixel whose numbers are in the table.
    decades
        Whether colours go by powers of ten.
    """
    n, count = len(shown[0]), len(pulls)
    traces = [overlaid(1, *shown), cross(*probe, 1, INK)]
    for number, (key, pull) in enumerate(pulls.items(), 2):
        scale = {"zmin": -MOST, "zmax": MOST, "colorscale": DIVERGING}
        traces.append(heatmap(number, levels(pull, reaches[key], decades), **scale))
        traces.append(cross(*probe, number, INK, f"probe.{key}"))
    wide = square(1, n, LEFT if count else (0.0, 1.0), (0.0, 1.0), LOW)
    wide["xaxis"] |= {"title": {"text": f"{n} × {n} pixels", "standoff": 4}}
    places = grid(count, RIGHT, (0.15, 1.0), columns(count))
    for number, place in enumerate(places, 2):
        wide |= square(number, n, *place)
    if count:
        ramp = np.arange(-MOST, MOST + 1, dtype=np.int8)[None]
        traces.append(heatmap(BAR, ramp, x0=-MOST, dx=1, zmin=-MOST, zmax=MOST, colorscale=DIVERGING))
        wide |= _bar(RIGHT, (0.0, 0.13))
    margin = {"l": 6, "r": 6, "t": 4, "b": 26}
    return {
        "data": traces,
        "layout": layout(540, f"masks {n} {count}", margin, dragmode=False, **wide),
        "narrow": _narrow(wide, n, count),
    }


def _bar(across: tuple[float, float], up: tuple[float, float]) -> dict[str, Any]:
    plain = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        f"xaxis{BAR}": {**plain, "range": [-MOST - 0.5, MOST + 0.5], "domain": [*across], "anchor": f"y{BAR}"},
        f"yaxis{BAR}": {**plain, "range": [2.4, -2.0], "domain": [*up], "anchor": f"x{BAR}"},
    }


def _narrow(wide: dict[str, Any], n: int, count: int) -> dict[str, Any]:
    """The same one below the other."""
    rows, bar = -(-count // 2), 76 if count else 0
    first, each = NARROW * (1 + LOW), NARROW / 2 * (1 + STRIP) + 8
    whole = first + 22 + rows * each + bar
    top, low = 1 - first / whole, bar / whole
    found = {name: {**entry} for name, entry in wide.items()}
    found |= square(1, n, (0.0, 1.0), (top, 1.0), LOW)
    found["xaxis"] |= {"title": wide["xaxis"]["title"]}
    top -= 8 / whole  # what its pixels are stands below it
    for number, place in enumerate(grid(count, (0.0, 1.0), (low, top - 14 / whole), 2), 2):
        found |= square(number, n, *place)
    if count:
        found |= _bar((0.0, 1.0), (0.0, 64 / whole))
    return {"height": round(whole + 34), "margin": {"l": 4, "r": 4, "t": 4, "b": 30}, **found}
