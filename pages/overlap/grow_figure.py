"""The figure of growing: what each loss has made of the same prediction, and how that went."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.plot.base import axis_layout, escaped, layout
from components.plot.theme import OVERLAP_STYLES
from pages.overlap.held import Grown
from pages.overlap.panels import NARROW, STRIP, columns, grid, overlaid, square, strip, swatches

LEFT, RIGHT = (0.0, 0.6), (0.7, 1.0)
INDEX, LOSS, COLORS = 20, 21, 22  # numbers of the panels over the turns, and of that which names the colours
STRETCH = 50  # turns by which their axis grows
BELOW = 0.1  # of the height of a panel over the turns, free below its lowest line for names
DRAWN = 500  # turns that a line has at most: of more, every second or third


def falling(losses: np.ndarray) -> np.ndarray:
    """Losses ``[turns]`` as shares of the size of the first; as they are where that is 0."""
    return losses / abs(losses[0]) if losses[0] else losses


def grow_figure(after: Mapping[str, Grown], target: np.ndarray, names: Mapping[str, str]) -> dict[str, Any]:
    """Predictions on the left, Dice and losses over the turns on the right.

    Parameters
    ----------
    after
        By key of the loss, how far its prediction is.
    target
        What is to be found, ``[n, n]``.
    names
        What the losses are called, by key.
    """
    n, count = len(target), len(after)
    traces, axes = [swatches(COLORS)], strip(COLORS, LEFT, (0.0, 0.06))
    for number, ((_, grown), place) in enumerate(zip(after.items(), grid(count, LEFT, (0.07, 1.0), columns(count)), strict=True), 1):  # fmt: skip
        traces.append(overlaid(number, grown.prediction, grown.prediction > 0.5, target))
        axes |= square(number, n, *place)
    most = max(len(grown.losses) for grown in after.values()) - 1
    until = STRETCH * (most // STRETCH + 1)
    for key, grown in after.items():
        for panel, values in ((INDEX, grown.dices), (LOSS, falling(grown.losses))):
            traces.append(_line(key, names[key], values, panel))
    lows = [float(np.nanmin(np.where(np.isfinite(line), line, np.nan))) for line in _lines(after)]
    highs = [float(np.nanmax(np.where(np.isfinite(line), line, np.nan))) for line in _lines(after)]
    low, high = min(0.0, *lows), min(4.0, max(1.0, *highs))
    over = _over(until, (low - BELOW * (high - low), high + 0.05 * (high - low)))
    return {
        "data": traces,
        "layout": layout(540, f"grow {n} {count}", {"l": 6, "r": 104, "b": 46}, dragmode=False, **axes, **over),
        "narrow": _narrow(axes | over, n, count),
    }


def _lines(after: Mapping[str, Grown]) -> list[np.ndarray]:
    lines = [falling(grown.losses) for grown in after.values()]
    return [line for line in lines if np.isfinite(line).any()] or [np.zeros(1)]


def _over(until: int, losses: tuple[float, float]) -> dict[str, Any]:
    turns, plain = (0.0, float(until)), {"zeroline": False, "showline": False}  # names at 0 would stand on a line
    return {
        f"xaxis{INDEX}": axis_layout("", turns, domain=[*RIGHT], anchor=f"y{INDEX}", showticklabels=False, **plain),
        f"yaxis{INDEX}": axis_layout(
            "Dice index", (-BELOW, 1.05), domain=[0.55, 1.0], anchor=f"x{INDEX}", nticks=6, **plain
        ),
        f"xaxis{LOSS}": axis_layout("turn", turns, domain=[*RIGHT], anchor=f"y{LOSS}", nticks=6, **plain),
        f"yaxis{LOSS}": axis_layout(
            "loss ÷ at first", losses, domain=[0.0, 0.45], anchor=f"x{LOSS}", nticks=5, **plain
        ),
    }


def _line(key: str, name: str, values: np.ndarray, panel: int) -> dict[str, Any]:
    style = OVERLAP_STYLES[key]
    turns = np.arange(len(values))[:: max(1, len(values) // DRAWN)]
    return {
        "type": "scatter", "mode": "lines", "x": turns, "y": values[turns], "name": name,
        "line": {"color": style.color, "dash": style.dash, "width": 2.2}, "xaxis": f"x{panel}", "yaxis": f"y{panel}",
        "hovertemplate": f"{escaped(name)} %{{y:.4g}}<extra></extra>",
    }  # fmt: skip


def _narrow(wide: dict[str, Any], n: int, count: int) -> dict[str, Any]:
    """The panels two by two, the lines below."""
    beside = min(2, count)
    rows = -(-count // beside)
    each = NARROW / beside * (1 + STRIP) + 8
    whole = rows * each + 490
    found = {name: {**entry} for name, entry in wide.items()}
    for number, place in enumerate(grid(count, (0.0, 1.0), (1 - rows * each / whole, 1.0), beside), 1):
        found |= square(number, n, *place)
    found |= strip(COLORS, (0.0, 1.0), (440 / whole, 470 / whole))
    for panel, up in ((INDEX, (250 / whole, 430 / whole)), (LOSS, (20 / whole, 210 / whole))):
        found[f"xaxis{panel}"]["domain"] = [0.13, 0.76]
        found[f"yaxis{panel}"]["domain"] = [*up]
    return {"height": round(whole + 50), "margin": {"l": 4, "r": 4, "t": 4, "b": 46}, **found}
