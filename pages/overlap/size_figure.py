"""The figure of sizes: what each loss makes of an object of any size at this shift, and of any shift at this size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import INK, axis_layout, escaped, layout
from components.plot.theme import NEUTRAL, OVERLAP_STYLES

LEFT, RIGHT = (0.0, 0.44), (0.55, 1.0)
WIDTH, HALO = 2.4, 3.0  # px of a line, and what it is wider than one that covers it
COVERED = 0.02  # of the height: lines nearer than this everywhere cannot be told apart
UPPER, LOWER = (0.0, 1.06), (-1.1, 1.1)


@dataclass(frozen=True, eq=False)
class Column:
    """One column of panels: ``x`` ``[k]``, what it is called, where the present state is, and the handle that moves it.

    ``values`` are ``[k]`` by key; ``label`` stands below.
    """

    x: np.ndarray
    values: Mapping[str, np.ndarray]
    label: str
    at: float
    handle: str


def relative(values: np.ndarray) -> np.ndarray:
    """Values ``[k]`` as shares of the largest, of either sign; as they are where all are 0 or none is finite."""
    most = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    return values / most if most else values


def size_figure(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], names: Mapping[str, str], subject: str
) -> dict[str, Any]:
    """Two columns of panels.

    Parameters
    ----------
    columns
        Over sizes, and over shifts.
    rows
        Keys of the losses in the upper row, which are from 0 to 1, and in the lower one; empty where there are none.
    names
        What they are called, by key.
    subject
        What is drawn: another starts without the zoom.
    """
    traces, axes, narrow = [], {}, {}
    filled = [(keys, lower) for lower, keys in enumerate(rows) if keys]
    for column, (shown, across) in enumerate(zip(columns, (LEFT, RIGHT), strict=True)):
        for row, (keys, lower) in enumerate(filled):
            number = 1 + column + 2 * row
            end = "" if number == 1 else str(number)
            place = {"xaxis": f"x{end}", "yaxis": f"y{end}"}
            span = LOWER if lower and any((shown.values[key] < 0).any() for key in keys) else UPPER
            drawn = {key: relative(shown.values[key]) if lower else shown.values[key] for key in keys}
            for (key, y), width in zip(drawn.items(), _widths([*drawn.values()]), strict=True):
                traces.append(_line(key, names[key], (shown.x, y, shown.values[key]), width, place))
            traces.append(_present(shown.at, span, place))
            if row == 0:
                traces.append(_grip(shown, place))
            height = _height(row, len(filled))
            reach = (float(shown.x[0]), float(shown.x[-1]))
            last = row == len(filled) - 1
            axes[f"xaxis{end}"] = axis_layout(
                shown.label if last else "", reach, domain=[*across], anchor=f"y{end}", showticklabels=last
            )
            axes[f"yaxis{end}"] = axis_layout(
                ("share of its most" if lower else "value") if column == 0 else "", span, domain=height,
                anchor=f"x{end}", nticks=5,
            )  # fmt: skip
            narrow |= _narrow(axes, end, column, row, len(filled))
    return {
        "data": traces,
        "layout": layout(540, subject, {"r": 118}, **axes),
        "narrow": {"height": 300 * len(filled) + 200, "margin": {"l": 56, "r": 100, "t": 8, "b": 44}, **narrow},
    }


def _height(row: int, rows: int) -> list[float]:
    return [0.0, 1.0] if rows == 1 else [0.54, 1.0] if row == 0 else [0.0, 0.46]


def _narrow(axes: Mapping[str, Any], end: str, column: int, row: int, rows: int) -> dict[str, Any]:
    """A panel where all are below one another."""
    each = 1 / (2 * rows)
    top = 1 - (column * rows + row) * each
    return {
        f"xaxis{end}": {**axes[f"xaxis{end}"], "domain": [0.0, 1.0]},
        f"yaxis{end}": {**axes[f"yaxis{end}"], "domain": [top - 0.68 * each, top]},
    }


def _widths(lines: Sequence[np.ndarray]) -> list[float]:
    """How wide each line ``[k]`` is: wider than one above it that covers it, so that both are seen."""
    stack = np.stack(lines)
    with np.errstate(invalid="ignore"):  # what is infinite at both is as near as it can be
        near = (np.abs(stack[:, None] - stack) < COVERED) | (stack[:, None] == stack)
    above = np.triu(near.all(-1), 1).sum(-1)
    return [WIDTH + HALO * int(count) for count in above]


def _line(
    key: str, name: str, line: tuple[np.ndarray, np.ndarray, np.ndarray], width: float, place: Mapping[str, str]
) -> dict[str, Any]:
    """One of places, heights and values."""
    style, (x, y, values) = OVERLAP_STYLES[key], line
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "customdata": values,
        "line": {"color": style.color, "dash": style.dash, "width": width},
        "hovertemplate": f"{escaped(name)} %{{customdata:.4g}}<extra></extra>", **place,
    }  # fmt: skip


def _present(at: float, span: Sequence[float], place: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": np.array([at, at]), "y": np.array(span), "name": "here",
        "line": {"color": NEUTRAL, "dash": "dot", "width": 1.5}, "hoverinfo": "skip", **place,
    }  # fmt: skip


def _grip(shown: Column, place: Mapping[str, str]) -> dict[str, Any]:
    marker = {"color": INK, "size": 12, "symbol": "diamond", "line": {"width": 0}}
    return {
        "type": "scatter", "mode": "markers", "x": np.array([shown.at]), "y": np.array([0.0]), "name": "here",
        "marker": marker, "hoverinfo": "skip", "handle": shown.handle, **place,
    }  # fmt: skip
