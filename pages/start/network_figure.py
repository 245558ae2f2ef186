"""A network of two layers: units as discs, weights as edges, with what flows forwards, and what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import layout
from components.plot.theme import MARKED, NEUTRAL, PALETTE
from components.text import number
from losses.backprop import Network, Propagated

FORWARD, BACK, MOVED = PALETTE[0], MARKED, PALETTE[2]
BACK_AT_OUTPUT, UPDATED = 4, 7  # stages
SPREAD = 1.0  # between two units of a layer
DISC = np.array([0.17, 0.24])  # how far a disc reaches, in units of x and y
_TEXT = {"type": "scatter", "mode": "text", "hoverinfo": "skip", "textfont": {"size": 15}}


@dataclass(frozen=True, eq=False)
class Wired:
    """A network with one example in it at a stage, an index of ``FORWARD`` in the settings; ``after`` is it updated."""

    network: Network
    inputs: np.ndarray
    target: float
    found: Propagated
    stage: int
    after: Network
    subject: str


def places(hidden: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where inputs ``[2, 2]``, hidden units ``[h, 2]``, output ``[2]`` and loss ``[2]`` stand."""
    up = (np.arange(hidden) - (hidden - 1) / 2)[::-1] * 2 * SPREAD
    inputs = np.array([[0.0, SPREAD], [0.0, -SPREAD]])
    return inputs, np.stack([np.full(hidden, 1.5), up], 1), np.array([3.0, 0.0]), np.array([4.1, 0.0])


def network_figure(wired: Wired) -> dict[str, Any]:
    """The network from left to right: inputs, hidden units, output, loss."""
    hidden = len(wired.found.hidden)
    inputs, units, output, loss = places(hidden)
    axes = {
        "xaxis": {"range": [-0.6, 4.7], "visible": False, "fixedrange": True},
        "yaxis": {"range": [-1.05 - SPREAD * max(1, hidden - 1), 1.05 + SPREAD * max(1, hidden - 1)], "visible": False, "fixedrange": True},
    }  # fmt: skip
    return {
        "data": [
            *_edges(wired, inputs, units, output, loss),
            *_units(wired, inputs, units, output, loss),
            *_written(wired, inputs, units, output, loss),
        ],
        "layout": layout(540, wired.subject, {"r": 20, "l": 20}, **axes),
    }


def _edges(
    wired: Wired, inputs: np.ndarray, units: np.ndarray, output: np.ndarray, loss: np.ndarray
) -> list[dict[str, Any]]:
    """Weights as lines, as thick as they are large; lit from where the stage sends something along them."""
    stage = wired.stage
    network = wired.after if stage == UPDATED else wired.network
    first = [(inputs[j], unit, network.hidden_weights[i, j]) for i, unit in enumerate(units) for j in (0, 1)]
    second = [(unit, output, network.output_weights[i]) for i, unit in enumerate(units)]
    lit = {1: "first", 2: "second", 3: "loss", 4: "loss", 5: "second", 6: "all", 7: "all"}.get(stage, "")
    color = FORWARD if stage <= 3 else MOVED if stage == UPDATED else BACK
    groups = (("first", first), ("second", second), ("loss", [(output, loss, 1.0)]))
    return [
        {
            "type": "scatter", "mode": "lines", "hoverinfo": "skip", "name": "weight",
            **_between(begin, end),
            "line": {
                "color": color if lit == name or (lit == "all" and name != "loss") else NEUTRAL,
                "width": float(1.5 + 4 * min(abs(weight), 1.5)), "dash": "solid" if weight >= 0 else "dash",
            },
        }
        for name, group in groups
        for begin, end, weight in group
    ]  # fmt: skip


def _between(begin: np.ndarray, end: np.ndarray) -> dict[str, list[float]]:
    """An edge from disc to disc."""
    way = end - begin
    free = way / np.hypot(*(way / DISC))
    first, last = begin + free, end - free
    return {"x": [float(first[0]), float(last[0])], "y": [float(first[1]), float(last[1])]}


def _units(
    wired: Wired, inputs: np.ndarray, units: np.ndarray, output: np.ndarray, loss: np.ndarray
) -> list[dict[str, Any]]:
    stage = wired.stage
    lit = {0: "inputs", 1: "hidden", 2: "output", 3: "loss", 4: "output", 5: "hidden", 6: "", 7: ""}[stage]
    color = FORWARD if stage <= 3 else BACK
    groups = {"inputs": inputs, "hidden": units, "output": output[None], "loss": loss[None]}
    return [
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip", "name": name, "x": where[:, 0], "y": where[:, 1],
            "marker": {
                "size": 46, "color": "rgba(128,128,128,0.14)", "symbol": "square" if name == "loss" else "circle",
                "line": {"color": color if name == lit else NEUTRAL, "width": 5 if name == lit else 2},
            },
        }
        for name, where in groups.items()
    ]  # fmt: skip


def _written(
    wired: Wired, inputs: np.ndarray, units: np.ndarray, output: np.ndarray, loss: np.ndarray
) -> list[dict[str, Any]]:
    """What stands in the units, above them, and on the edges, as far as the stage has come."""
    found, stage = wired.found, wired.stage
    inside = [
        *zip(inputs, map(number, wired.inputs.tolist()), strict=True),
        *zip(units, (number(float(value)) if stage >= 1 else "" for value in found.hidden), strict=True),
        (output, number(found.output) if stage >= 2 else ""),
        (loss, number(found.loss) if stage >= 3 else ""),
    ]
    named = [
        *((place, f"x{index}") for place, index in zip(inputs, "₁₂", strict=True)),
        *((place, f"h{index}") for place, index in zip(units, "₁₂₃₄", strict=False)),
        (output, "ŷ"), (loss, "loss"),
    ]  # fmt: skip
    weights = [(place, number(weight)) for place, weight, _, _ in _edge_numbers(wired)] if stage < UPDATED else []
    return [_text("values", inside, 0.0), _text("names", named, 0.42), _text("weights", weights, 0.16)]


def _text(name: str, written: list[tuple[np.ndarray, str]], up: float) -> dict[str, Any]:
    places = np.array([place for place, _ in written]).reshape(-1, 2)
    return {**_TEXT, "name": name, "x": places[:, 0], "y": places[:, 1] + up, "text": [text for _, text in written]}


def _edge_numbers(wired: Wired) -> list[tuple[np.ndarray, float, float, float]]:
    """Of each edge: where its numbers stand, its weight, its gradient, and its weight after the update."""
    kinds = (wired.network, wired.found.gradients, wired.after)
    inputs, units, output, _ = places(len(wired.found.hidden))
    first = [(inputs[j] + 0.3 * (unit - inputs[j]), (i, j)) for i, unit in enumerate(units) for j in (0, 1)]
    second = [(unit + 0.45 * (output - unit), i) for i, unit in enumerate(units)]
    return [
        *((place, *_three(float(kind.hidden_weights[at]) for kind in kinds)) for place, at in first),
        *((place, *_three(float(kind.output_weights[at]) for kind in kinds)) for place, at in second),
    ]


def _three(values: Iterable[float]) -> tuple[float, float, float]:
    weight, gradient, after = values
    return weight, gradient, after


def network_labels(wired: Wired) -> list[tuple[str, float, float, str]]:
    """What comes back, in colour: text, place and colour of slopes, of gradients, and of weights after the update."""
    found, stage = wired.found, wired.stage
    _, units, output, _ = places(len(found.hidden))
    told = []
    if stage >= BACK_AT_OUTPUT:
        told.append((f"∂L/∂ŷ {number(found.output_slope)}", output[0] - 0.25, output[1] - 0.42, BACK))
    if stage > BACK_AT_OUTPUT:
        told += [
            (f"∂L/∂h {number(float(slope))}", unit[0] - 0.25, unit[1] - 0.42, BACK)
            for unit, slope in zip(units, found.hidden_slopes, strict=True)
        ]
    for place, _, slope, after in _edge_numbers(wired) if stage >= UPDATED - 1 else ():
        told.append((f"∂ {number(slope)}", place[0] - 0.12, place[1] - 0.16, BACK))
        if stage == UPDATED:
            told.append((number(after), place[0] - 0.12, place[1] + 0.16, MOVED))
    return [(text, float(x), float(y), color) for text, x, y, color in told]
