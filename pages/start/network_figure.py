"""A network of two layers: quantities as discs, weights and biases as edges, with what flows forwards, and what comes back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.live.picture import Label
from components.plot.base import layout
from components.plot.theme import MARKED, NEUTRAL, PALETTE
from components.text import number
from losses.backprop import Network, Propagated

FORWARD, BACK, MOVED = PALETTE[0], MARKED, PALETTE[2]
INK = "currentColor"
BACK_AT_OUTPUT, BACK_AT_HIDDEN, GRADIENTS, UPDATED = 4, 5, 6, 7  # stages
DISC = 64  # px
BESIDE = 2.5  # lines from the middle of a disc to its name
MOST = 7  # characters that a disc has room for
UNIT = (0, 1)  # the two hidden units, which stand mirrored
INPUTS = np.array([[0.0, 1.1], [0.0, -1.1]])
SUMS = np.array([[1.0, 1.9], [1.0, -1.9]])
UNITS = np.array([[1.0, 0.9], [1.0, -0.9]])
OUTPUT, LOSS, TARGET = np.array([2.0, 0.0]), np.array([2.0, -1.0]), np.array([2.0, -1.9])


@dataclass(frozen=True, eq=False)
class Wired:
    """A network of two hidden units with one example in it.

    Attributes
    ----------
    network, after
        Before the update and after it; the same where none can follow.
    inputs, target
        The example: ``[2]``, and what the output should be.
    found
        What has been propagated.
    activation
        What its name is.
    step, stage
        The rounds before this one, and an index of ``FORWARD`` in the settings.
    diverged
        Whether no update can follow: a weight would be no number.
    subject
        What the figure shows: another starts without the zoom.
    """

    network: Network
    inputs: np.ndarray
    target: float
    found: Propagated
    activation: str
    step: int
    stage: int
    after: Network
    diverged: bool
    subject: str


@dataclass(frozen=True, eq=False)
class Edge:
    """Where a weight or a bias is drawn: its ends, where on the way its numbers stand, which of all it is, and its name."""

    begin: np.ndarray
    end: np.ndarray
    share: float
    index: int
    layer: str
    name: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        """Where its numbers stand."""
        x, y = self.begin + self.share * (self.end - self.begin)
        return float(x), float(y)


def _edges() -> Iterator[Edge]:
    """In the order of ``Network.flat``."""
    for i in UNIT:
        for j in UNIT:
            yield Edge(INPUTS[j], SUMS[i], 0.5 if i == j else 0.22, 2 * i + j, "first")
    for i in UNIT:
        yield Edge(SUMS[i] + np.array([0.5, 0.0]), SUMS[i], 0.0, 4 + i, "first", f"b{'₁₂'[i]} ")
    for i in UNIT:
        yield Edge(UNITS[i], OUTPUT, 0.5, 6 + i, "second")
    yield Edge(OUTPUT + np.array([0.0, 1.0]), OUTPUT, 0.0, 8, "second", "b ")


EDGES = tuple(_edges())


def network_figure(wired: Wired) -> dict[str, Any]:
    """The network from left to right: inputs, sums and hidden units, output; below that its loss and the target."""
    axes = {
        "xaxis": {"range": [-0.28, 2.3], "visible": False, "fixedrange": True},
        "yaxis": {"range": [-2.5, 2.5], "visible": False, "fixedrange": True},
    }
    return {
        "data": [*_lines(wired), *_discs(wired)],
        "layout": layout(540, wired.subject, {"l": 8, "r": 8, "t": 8, "b": 8}, **axes),
        "narrow": {"height": 640},
    }


def _lines(wired: Wired) -> Iterator[dict[str, Any]]:
    """Weights as thick as they are large; lit where the stage sends something along them."""
    stage = wired.stage
    color = FORWARD if stage < BACK_AT_OUTPUT else MOVED if stage == UPDATED else BACK
    lit = {
        1: ("first", "unit"),
        2: ("second",),
        3: ("loss", "target"),
        BACK_AT_OUTPUT: ("loss",),
        BACK_AT_HIDDEN: ("second", "unit"),
        GRADIENTS: ("first", "second"),
        UPDATED: ("first", "second"),
    }.get(stage, ())
    flat = (wired.after if stage == UPDATED else wired.network).flat
    plain = [("unit", SUMS[i], UNITS[i]) for i in UNIT] + [("loss", OUTPUT, LOSS), ("target", TARGET, LOSS)]
    drawn = [(edge.layer, edge.begin, edge.end, float(flat[edge.index])) for edge in EDGES]
    for layer, begin, end, weight in [*drawn, *((*way, 0.0) for way in plain)]:
        yield {
            "type": "scatter", "mode": "lines", "hoverinfo": "skip", "name": "edge",
            "x": [float(begin[0]), float(end[0])], "y": [float(begin[1]), float(end[1])],
            "line": {
                "color": color if layer in lit else NEUTRAL,
                "width": 1.5 + 4 * min(abs(weight), 1.5), "dash": "solid" if weight >= 0 else "dash",
            },
        }  # fmt: skip


def _discs(wired: Wired) -> Iterator[dict[str, Any]]:
    """The quantities."""
    stage = wired.stage
    lit = {0: ("inputs",), 1: ("sums", "units"), 2: ("output",), 3: ("loss",), BACK_AT_OUTPUT: ("output",), BACK_AT_HIDDEN: ("sums", "units")}.get(stage, ())  # fmt: skip
    color = FORWARD if stage < BACK_AT_OUTPUT else BACK
    groups = {"inputs": INPUTS, "sums": SUMS, "units": UNITS, "output": OUTPUT[None], "loss": LOSS[None], "target": TARGET[None]}  # fmt: skip
    for name, where in groups.items():
        yield {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip", "name": name, "covers": True,
            "x": where[:, 0], "y": where[:, 1],
            "marker": {
                "size": DISC, "symbol": "square" if name == "loss" else "circle",
                "line": {"color": color if name in lit else NEUTRAL, "width": 5 if name in lit else 2},
            },
        }  # fmt: skip


def network_labels(wired: Wired) -> tuple[Label, ...]:
    """All numbers, as far as the stage has come.

    In a disc stand its value and the loss's slope in it; on an edge its weight, its gradient, its weight after the update.
    """
    return (*NAMES, *_in_discs(wired), *_on_edges(wired), *_activations(wired))


def _names() -> Iterator[Label]:
    """What the discs are, above or below them, where no edge is; the loss has room for it inside."""
    named = [
        *zip(("x₁", "x₂", "s₁", "s₂"), (*INPUTS, *SUMS), (-BESIDE, BESIDE, -BESIDE, BESIDE), strict=True),
        *zip(("h₁", "h₂", "y"), (*UNITS, TARGET), (BESIDE, -BESIDE, BESIDE), strict=True),
        *zip(("ŷ", "loss"), (OUTPUT + np.array([0.1, 0.0]), LOSS), (-BESIDE, -0.6), strict=True),
    ]
    for text, (x, y), line in named:
        yield Label(text, float(x), float(y), NEUTRAL, line=line)


NAMES = tuple(_names())


def _in_discs(wired: Wired) -> Iterator[Label]:
    found, stage = wired.found, wired.stage
    told = [
        *((INPUTS[j], wired.inputs[j], 0.0, 0, None, 0) for j in UNIT),
        *((SUMS[i], found.sums[i], -0.5, 1, found.sum_slopes[i], BACK_AT_HIDDEN) for i in UNIT),
        *((UNITS[i], found.hidden[i], -0.5, 1, found.hidden_slopes[i], BACK_AT_HIDDEN) for i in UNIT),
        (OUTPUT, found.output, -0.5, 2, found.output_slope, BACK_AT_OUTPUT),
        (LOSS, found.loss, 0.5, 3, None, 0),
        (TARGET, wired.target, 0.0, 0, None, 0),
    ]
    for (x, y), value, line, known, slope, back in told:
        place = float(x), float(y)
        if stage >= known:
            yield Label(fitted(float(value)), *place, INK, line=line)
        if slope is not None and not np.isnan(slope) and stage >= back:
            yield Label(fitted(float(slope)), *place, BACK, line=0.5)


def fitted(value: float) -> str:
    """A number with as many digits as a disc has room for."""
    return next((told for told in (number(value, digits) for digits in (3, 2)) if len(told) <= MOST), number(value, 1))


def _on_edges(wired: Wired) -> Iterator[Label]:
    stage = wired.stage
    now, slope, after = wired.network.flat, wired.found.gradients.flat, wired.after.flat
    for edge in EDGES:
        lines = [(f"{edge.name}{number(float(now[edge.index]))}", INK)]
        if stage >= GRADIENTS and not np.isnan(slope[edge.index]):
            lines.append((f"∂ {number(float(slope[edge.index]))}", BACK))
        if stage == UPDATED and not wired.diverged:
            lines.append((f"→ {number(float(after[edge.index]))}", MOVED))
        for row, (text, color) in enumerate(lines):
            yield Label(text, *edge.middle, color, line=row - (len(lines) - 1) / 2)


def _activations(wired: Wired) -> Iterator[Label]:
    """What makes of a sum the unit's output; from where it is asked for, its slope."""
    back = wired.stage >= BACK_AT_HIDDEN
    for i in UNIT:
        x, y = (SUMS[i] + UNITS[i]) / 2
        slope = number(float(wired.found.activation_slopes[i]))
        yield Label(f"{wired.activation}′ = {slope}" if back else wired.activation, float(x), float(y), BACK if back else INK)  # fmt: skip
