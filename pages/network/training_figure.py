"""The figure of a network that learns: what it answers, and over the steps losses, accuracy, gradient and sharpness."""

from typing import Any

import numpy as np

from components.plot.base import axis_layout, escaped, faint, layout
from components.plot.theme import MARKED, NEUTRAL, PALETTE, SYMBOLS
from losses.network.problems import Task
from losses.network.seen import Confusion, Curve, Predictions, Region
from pages.network.held import Shown

KNOWN, NEW, GRADIENT, SHARPNESS, THRESHOLD = PALETTE[0], PALETTE[1], PALETTE[2], PALETTE[3], MARKED
CLASS_COLORS = PALETTE[:6]
LEFT, MIDDLE, RIGHT = [0.0, 0.4], [0.5, 0.7], [0.8, 1.0]
UPPER, LOWER = [0.58, 1.0], [0.0, 0.4]
STRETCH = 200  # steps by which the axis of steps grows
DRAWN = 500  # places that a line has at most: of more, every second or third
MOST_TICKS = 4  # on a logarithmic axis of more than two decades
BLUE_TO_ORANGE = [[0.0, "#8DB9D8"], [0.5, "#F4F1EA"], [1.0, "#F0B58B"]]
WHITE_TO_BLUE = [[0.0, "rgba(0,114,178,0)"], [1.0, "rgba(0,114,178,1)"]]
_LINES = {"type": "scatter", "mode": "lines"}
_MARKS = {"type": "scatter", "mode": "markers"}


def training_figure(shown: Shown, subject: str) -> dict[str, Any]:
    """What the network answers on the left, how the training goes on the right.

    Parameters
    ----------
    shown
        The training at a step.
    subject
        What is drawn: another starts without the zoom.
    """
    answers, axes = _answers(shown)
    axes |= _axes(shown)
    rows = {"yaxis": [0.62, 1.0], "yaxis2": [0.44, 0.56], "yaxis3": [0.29, 0.39], "yaxis4": [0.145, 0.245], "yaxis5": [0.0, 0.1]}  # fmt: skip
    narrow = {name: {**axes[name], "domain": row} for name, row in rows.items() if name in axes}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in axes if name.startswith("x")}
    return {
        "data": [*answers, *_history(shown)],
        "layout": layout(540, subject, {"r": 70, "l": 52}, **axes),
        "narrow": {"height": 980, "margin": {"l": 50, "r": 64, "t": 8, "b": 44}, **narrow},
    }


def _answers(shown: Shown) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The panel of what the network answers: traces, and its axes."""
    look, task = shown.seen, shown.task
    match look:
        case Region():
            return _region(look, task)
        case Curve():
            return _curve(look, task)
        case Confusion():
            return _confusion(look, task)
    return _predictions(look)


def _region(look: Region, task: Task) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    two = len(task.classes) == 2
    low, high = (-1.0, 1.0) if two else _limits(task)
    scale = BLUE_TO_ORANGE if two or not task.classes else _steps_of_color(len(task.classes))
    step = [float(places[1] - places[0]) for places in (look.x, look.y)]
    under = {
        "type": "heatmap", "z": look.answer, "x0": float(look.x[0]), "dx": step[0], "y0": float(look.y[0]), "dy": step[1],
        "zmin": low, "zmax": high, "colorscale": scale, "showscale": False, "hoverinfo": "skip", "name": "answers",
    }  # fmt: skip
    axes = {
        "xaxis": axis_layout(task.names[0], (look.x[0], look.x[-1]), domain=LEFT, zeroline=False, showgrid=False),
        "yaxis": axis_layout(task.names[1], (look.y[0], look.y[-1]), zeroline=False, showgrid=False),
    }
    return [under, *_points(task)], axes


def _points(task: Task) -> list[dict[str, Any]]:
    """The examples that are learned from, on top of a disc where the target is wrong."""
    wrong = task.features[task.noisy]
    rings = {"size": 12, "color": MARKED, "symbol": "circle"}
    traces = [_dots("wrong target", wrong[:, 0], wrong[:, 1], rings)]
    if not task.classes:
        low, high = _limits(task)
        marker = {"size": 6, "color": task.target.tolist(), "cmin": low, "cmax": high, "colorscale": BLUE_TO_ORANGE, "line": {"width": 1, "color": NEUTRAL}}  # fmt: skip
        return [*traces, _dots("examples", task.features[:, 0], task.features[:, 1], marker)]
    for index, name in enumerate(task.classes):
        places = task.features[task.target == index]
        marker = {"size": 6, "color": _class_color(index), "symbol": SYMBOLS[index % len(SYMBOLS)]}
        traces.append(_dots(name, places[:, 0], places[:, 1], marker))
    return traces


def _curve(look: Curve, task: Task) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    x = task.features[:, 0]
    bottom, top = _limits(task)
    reach = 0.35 * (top - bottom)
    inside = np.where(np.abs(look.answer - (top + bottom) / 2) < 50 * (top - bottom), look.answer, np.nan)
    marker = {"size": 5, "color": faint(KNOWN, 0.55)}
    traces = [
        _dots("wrong target", x[task.noisy], task.target[task.noisy], {"size": 10, "color": MARKED}),
        _dots("examples", x, task.target, marker),
        {**_LINES, "name": "prediction", "x": look.x, "y": inside, "line": {"color": NEW, "width": 3}, "hovertemplate": "prediction %{y:.4g}<extra></extra>"},
    ]  # fmt: skip
    axes = {
        "xaxis": axis_layout(task.names[0], (look.x[0], look.x[-1]), domain=LEFT),
        "yaxis": axis_layout("target", (bottom - reach, top + reach)),
    }
    return traces, axes


def _confusion(look: Confusion, task: Task) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    count = len(task.classes)
    shares = look.counts / np.maximum(look.counts.sum(1, keepdims=True), 1)
    trace = {
        "type": "heatmap", "z": shares, "x0": 0, "dx": 1, "y0": 0, "dy": 1, "zmin": 0.0, "zmax": 1.0, "colorscale": WHITE_TO_BLUE,
        "showscale": False, "name": "new examples", "customdata": look.counts,
        "hovertemplate": "%{customdata} of class %{y} taken for %{x}<extra></extra>",
    }  # fmt: skip
    ticks = {
        "tickvals": [*range(count)],
        "ticktext": [escaped(name) for name in task.classes],
        "showgrid": False,
        "zeroline": False,
    }
    axes = {
        "xaxis": axis_layout("taken for, new examples", (-0.5, count - 0.5), domain=LEFT, **ticks),
        "yaxis": axis_layout("is", (count - 0.5, -0.5), **ticks),
    }
    return [trace], axes


def _predictions(look: Predictions) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    low, high = float(look.target.min()), float(look.target.max())
    margin = 0.1 * (high - low) or 1.0
    ends = [low - margin, high + margin]
    traces = [
        {**_LINES, "name": "right", "x": ends, "y": ends, "line": {"color": NEUTRAL, "dash": "dot", "width": 1.5}, "hoverinfo": "skip"},
        _dots("new examples", look.target, look.prediction, {"size": 6, "color": NEW}),
    ]  # fmt: skip
    axes = {
        "xaxis": axis_layout("target, new examples", ends, domain=LEFT),
        "yaxis": axis_layout("prediction", ends),
    }
    return traces, axes


def _history(shown: Shown) -> list[dict[str, Any]]:
    """The lines over the steps; those of accuracy only where there are classes."""
    found = {name: _thinned(column) for name, column in shown.columns.items()}
    steps = np.arange(len(shown.gradients))
    every = max(1, len(steps) // DRAWN)
    lines = [
        ("learned from", found["step"], found["loss"], KNOWN, "solid", 3),
        ("new", found["step"], found["new_loss"], NEW, "dash", 3),
        ("gradient", steps[::every], shown.gradients[::every], GRADIENT, "solid", 4),
        ("sharpness", found["step"], found["sharpness"], SHARPNESS, "solid", 5),
        ("threshold", found["step"], found["threshold"], THRESHOLD, "dot", 5),
    ]
    if shown.task.classes:
        lines += [
            ("learned from", found["step"], found["accuracy"], KNOWN, "solid", 2),
            ("new", found["step"], found["new_accuracy"], NEW, "dash", 2),
        ]
    return [
        {
            **_LINES, "name": name, "x": x, "y": y if number == 2 else np.where(y > 0, y, np.nan), "xaxis": f"x{number}", "yaxis": f"y{number}",
            "line": {"color": color, "dash": dash, "width": 2}, "hovertemplate": f"{name} %{{y:.4g}}<extra></extra>",
        }
        for name, x, y, color, dash, number in lines
    ]  # fmt: skip


def _thinned(rows: np.ndarray) -> np.ndarray:
    every = max(1, len(rows) // DRAWN)
    return np.concatenate([rows[:-1:every], rows[-1:]])


def until(shown: Shown) -> int:
    """Where the axis of steps ends."""
    return STRETCH * (shown.step // STRETCH + 1)


def _axes(shown: Shown) -> dict[str, Any]:
    """Of the panels over the steps."""
    steps, found = (0.0, float(until(shown))), shown.columns
    bare = {"showticklabels": False}
    wide = RIGHT if shown.task.classes else [MIDDLE[0], RIGHT[1]]
    axes = {
        "xaxis3": axis_layout("", steps, domain=wide, anchor="y3", nticks=4, **bare),
        "yaxis3": axis_layout("loss", **_decades(found["loss"], found["new_loss"]), domain=UPPER, anchor="x3"),
        "xaxis4": axis_layout("step", steps, domain=MIDDLE, anchor="y4", nticks=4),
        "yaxis4": axis_layout("gradient norm", **_decades(shown.gradients), domain=LOWER, anchor="x4"),
        "xaxis5": axis_layout("step", steps, domain=RIGHT, anchor="y5", nticks=4),
        "yaxis5": axis_layout(
            "sharpness", **_decades(found["sharpness"], found["threshold"]), domain=LOWER, anchor="x5"
        ),
    }
    if shown.task.classes:
        axes |= {
            "xaxis2": axis_layout("", steps, domain=MIDDLE, anchor="y2", nticks=4, **bare),
            "yaxis2": axis_layout("accuracy", (0.0, 1.03), domain=UPPER, anchor="x2", nticks=6),
        }
    return axes


def _decades(*values: np.ndarray) -> dict[str, Any]:
    """A logarithmic axis that holds what is above 0 and finite of some values: it grows by half decades."""
    every = np.concatenate(values)
    every = np.log10(every[np.isfinite(every) & (every > 0)])
    low, high = (np.floor(2 * every.min()) / 2, np.ceil(2 * every.max()) / 2) if every.size else (-1.0, 0.0)
    high = max(high, low + 1)
    return {"span": (low, high), "type": "log", "exponentformat": "power", "dtick": float(np.ceil((high - low) / MOST_TICKS)) if high - low > 2 else "D2", "tickfont": {"size": 11}}  # fmt: skip


def _limits(task: Task) -> tuple[float, float]:
    low, high = float(task.target.min()), float(task.target.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _class_color(index: int) -> str:
    return CLASS_COLORS[index % len(CLASS_COLORS)]


def _steps_of_color(count: int) -> list[list[Any]]:
    """A colour for each class, faint, as a scale with steps."""
    return [
        [end, faint(_class_color(index), 0.35)]
        for index in range(count)
        for end in (max(0.0, (index - 0.5) / (count - 1)), min(1.0, (index + 0.5) / (count - 1)))
    ]


def _dots(name: str, x: np.ndarray, y: np.ndarray, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        **_MARKS,
        "name": name,
        "x": x,
        "y": y,
        "marker": marker,
        "hovertemplate": f"{escaped(name)}<extra></extra>",
    }
