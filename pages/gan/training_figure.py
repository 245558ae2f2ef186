"""The figure of a GAN that learns a mixture: samples, what D says, where G is pushed, losses, gradient."""

from typing import Any

import numpy as np

from components.plot.arrows import arrows
from components.plot.base import axis_layout, faint, layout
from components.plot.spans import around, with_zero
from components.plot.theme import NEUTRAL, PALETTE
from losses.game.samples import REACH, Line, Plane
from pages.gan.held import Shown

GENERATOR, DISCRIMINATOR = PALETTE[1], PALETTE[2]
LEFT, RIGHT = [0.0, 0.52], [0.64, 1.0]
TICKS = 4  # at most on the axis of the gradient, between decades
STRETCH = 500  # turns by which the axis of turns grows
DRAWN = 600  # turns that a line has at most: of more, every second or third
_LINES = {"type": "scatter", "mode": "lines"}


def training_figure(shown: Shown, probable: bool, subject: str) -> dict[str, Any]:
    """What is learned on the left, how it goes on the right.

    Parameters
    ----------
    shown
        The training at a turn.
    probable
        Whether the discriminator's output is a probability.
    subject
        What is drawn: another starts without the zoom.
    """
    look = shown.samples
    traces, axes, rows = _on_line(look, probable) if isinstance(look, Line) else _in_plane(look)
    turns = np.arange(1, len(shown.turns) + 1)[:: max(1, len(shown.turns) // DRAWN)]
    for name, values, color, dash in zip(("loss of G", "loss of D"), shown.losses.T, (GENERATOR, DISCRIMINATOR), ("dash", "dashdot"), strict=True):  # fmt: skip
        traces += _over_turns(name, turns, values[turns - 1], (color, dash), {"xaxis": "x4", "yaxis": "y4"})
    size = shown.gradients[turns - 1]
    size = np.where(size > 0, size, np.nan)
    traces += _over_turns("G’s gradient", turns, size, (PALETTE[0], "solid"), {"xaxis": "x5", "yaxis": "y5"})
    axes |= _axes(shown)
    rows |= {"yaxis4": [0.18, 0.33], "yaxis5": [0.0, 0.12]}
    narrow = {name: {**axes[name], "domain": row} for name, row in rows.items()}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in axes if name.startswith("x")}
    return {
        "data": traces,
        "layout": layout(540, subject, {"r": 96, "l": 60}, **axes),
        "narrow": {"height": 960, "margin": {"l": 56, "r": 12, "t": 8, "b": 40}, **narrow},
    }  # fmt: skip


def _over_turns(
    name: str, turns: np.ndarray, values: np.ndarray, look: tuple[str, str], panel: dict[str, str]
) -> list[dict[str, Any]]:
    """A line, and a dot wherever a turn stands alone, of which there is no line.

    Parameters
    ----------
    name
        Of the line.
    turns, values
        ``[n]`` each.
    look
        Its colour and dash.
    panel
        Its axes.
    """
    color, dash = look
    known = np.pad(np.isfinite(values), 1)
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    dots = np.column_stack([turns[alone], values[alone]])
    return [
        _line(name, values, color, dash, {"x": turns, **panel}),
        {**_dots(name, dots, {"size": 7, "color": color}), **panel},
    ]


def _line(name: str, values: np.ndarray, color: str, dash: str, place: dict[str, Any]) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": 2.2}
    return {**_LINES, "name": name, "y": values, "line": line, "hovertemplate": f"{name} %{{y:.4g}}<extra></extra>", **place}  # fmt: skip


def _on_line(look: Line, probable: bool) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Densities, below them the output, below that the push: traces, axes, and the rows of a narrow screen."""
    over, lower, lowest = {"x": look.places}, {"xaxis": "x2", "yaxis": "y2"}, {"xaxis": "x3", "yaxis": "y3"}
    traces = [
        _line("real samples", look.real, NEUTRAL, "solid", over),
        _line("generated samples", look.generated, GENERATOR, "solid", over),
        _line("what D says", look.output, DISCRIMINATOR, "solid", over | lower),
        _line("push on a sample", look.push, GENERATOR, "dot", over | lowest),
    ]
    span, hidden = (float(look.places[0]), float(look.places[-1])), {"showticklabels": False}
    says = (-0.05, 1.05) if probable else around(look.output, 0.5)
    axes = {
        "xaxis": axis_layout("", span, domain=LEFT, anchor="y", **hidden),
        "yaxis": axis_layout("density", (0.0, 1.6 * float(look.real.max())), domain=[0.62, 1.0], nticks=5),
        "xaxis2": axis_layout("", span, domain=LEFT, anchor="y2", **hidden),
        "yaxis2": axis_layout("D says" if probable else "score of D", says, domain=[0.3, 0.57], anchor="x2", nticks=4),
        "xaxis3": axis_layout("sample x", span, domain=LEFT, anchor="y3"),
        "yaxis3": axis_layout("push", around(look.push, 0.25), domain=[0.0, 0.25], anchor="x3", nticks=4),
    }
    return traces, axes, {"yaxis": [0.82, 1.0], "yaxis2": [0.6, 0.76], "yaxis3": [0.42, 0.54]}


def _in_plane(look: Plane) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Samples over dots, the larger the surer D is of real (its colour) or generated ones, and arrows: the same three."""
    most = float(np.abs(look.lead[np.isfinite(look.lead)]).max(initial=0.0)) or 1.0
    traces = []
    for name, side, color in (("D takes for real", 1, DISCRIMINATOR), ("D takes for generated", -1, NEUTRAL)):
        of_side = side * look.lead > 0
        size = (12 * np.sqrt(np.abs(look.lead[of_side]) / most)).tolist()
        traces.append(
            _dots(
                name,
                look.places[of_side],
                {"size": size, "color": faint(color, 0.35), "symbol": "square", "line": {"width": 0}},
            )
        )
    traces += [
        arrows(
            "push on a sample", look.pushed, look.push, 2 * REACH / np.sqrt(len(look.pushed)), faint(GENERATOR, 0.7)
        ),
        _dots("real samples", look.real, {"size": 5, "color": NEUTRAL}),
        _dots("generated samples", look.generated, {"size": 5, "color": GENERATOR, "symbol": "diamond"}),
    ]
    span, square = (-REACH, REACH), {"constrain": "domain"}
    axes = {
        "xaxis": axis_layout("first coordinate of a sample", span, domain=LEFT, **square),
        "yaxis": axis_layout("second", span, scaleanchor="x", **square),
    }
    return traces, axes, {"yaxis": [0.42, 1.0]}


def _dots(name: str, places: np.ndarray, marker: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "name": name, "x": places[:, 0], "y": places[:, 1], "marker": marker, "hovertemplate": f"{name}<extra></extra>"}  # fmt: skip


def until(shown: Shown) -> int:
    """Where the axis of turns ends."""
    return STRETCH * (len(shown.turns) // STRETCH + 1)


def _axes(shown: Shown) -> dict[str, Any]:
    """Of the panels over the turns."""
    turns = (0.0, 1.03 * until(shown))
    sizes = shown.gradients[np.isfinite(shown.gradients) & (shown.gradients > 0)]
    decades = (np.floor(np.log10(sizes.min())), np.ceil(np.log10(sizes.max()))) if sizes.size else (-3.0, 1.0)
    low, high = decades[0], max(decades[1], decades[0] + 1)
    return {
        "xaxis4": axis_layout("", turns, domain=RIGHT, anchor="y4", showticklabels=False),
        "yaxis4": axis_layout("loss", with_zero(shown.losses, 2.0), domain=[0.42, 1.0], anchor="x4", nticks=6),
        "xaxis5": axis_layout("turn", turns, domain=RIGHT, anchor="y5", nticks=6),
        "yaxis5": axis_layout("gradient", (low, high), domain=[0.0, 0.34], anchor="x5", type="log", exponentformat="power", dtick=float(np.ceil((high - low) / TICKS))),
    }  # fmt: skip
