"""What the view of backpropagation shows: one example through a small network, forwards, back, and the update."""

from typing import Any

import numpy as np

from components.live.picture import Label, Picture, Readout, Row
from components.live.runner import Button, Runner
from components.settings.view import View
from components.text import number
from losses import LOSSES
from losses.backprop import ACTIVATIONS, LONGEST, Network, Practice, practised, propagate
from losses.descent.optimisers import OPTIMISERS
from pages.start.network_figure import BACK, FORWARD, MOVED, Wired, network_figure, network_labels
from pages.start.settings import FORWARD as STAGES

HIDDEN = 2
BUTTONS = (Button("pass", "Step", "The next stage, forwards or back"),)


def wired(view: View) -> Wired:
    """The network at the stage that the settings say."""
    step, stage = divmod(view["pass"], len(STAGES))
    practice = practice_of(view)
    first = Network.drawn(HIDDEN, view["seed"])
    what = (practice, view["seed"], step)
    known = view.cached("network", what, lambda: practised(first, practice, min(step + 1, LONGEST)))
    network, after = known[min(step, len(known) - 1)], known[min(step + 1, len(known) - 1)]
    inputs = np.array(practice.inputs)
    found = propagate(network, inputs, practice.target, practice.loss, practice.activation)
    return Wired(network, inputs, practice.target, found, stage, after, repr(["backprop", view.beginnings]))


def practice_of(view: View) -> Practice:
    """What is practised."""
    return Practice(
        (view["x1"], view["x2"]), view["target"], view["loss"], view["activation"], view["optimiser"], view["rate"]
    )


def network_picture(view: View) -> Picture:
    """The live picture of a network at a stage."""
    now = wired(view)
    said = _said(view, now)
    return Picture(
        figure=network_figure(now),
        alt=f"A network of two inputs, {HIDDEN} hidden units and one output, with the values on its edges. {said[now.stage]}",
        sentence=f"{STAGES[now.stage]}: {said[now.stage]}",
        labels=tuple(Label(*told) for told in network_labels(now)),
        readouts=(_stages(now, said, view["pass"] // len(STAGES)), _factors(now)),
        notes=(
            f"Solid edges are positive weights, dashed ones negative; hidden units are {ACTIVATIONS[view['activation']].name}.",
            "Backpropagation computes gradients. It moves no weight: the optimiser does, against the gradient.",
        ),
        runner=Runner(view["pass"], len(STAGES) * LONGEST - 1, 1, BUTTONS),
    )


def _said(view: View, now: Wired) -> tuple[str, ...]:
    """What each stage does, with its numbers, as ``STAGES``."""
    found, name = now.found, LOSSES[view["loss"]].name
    then = propagate(now.after, now.inputs, now.target, view["loss"], view["activation"])
    first = found.gradients.output_weights[0]
    return (
        f"x₁ = {number(now.inputs[0])}, x₂ = {number(now.inputs[1])}; the target is {number(now.target)}.",
        f"each takes its weighted sum, {number(float(found.sums[0]))} and {number(float(found.sums[1]))}, through {ACTIVATIONS[view['activation']].name}.",
        f"the weighted sum of those, ŷ = {number(found.output)}.",
        f"{name} of {number(found.output)} for {number(now.target)} is {number(found.loss)}.",
        f"the slope of the loss in ŷ is {number(found.output_slope)}.",
        f"that times each output weight: {number(float(found.hidden_slopes[0]))} and {number(float(found.hidden_slopes[1]))}.",
        f"slope at an edge’s end times what comes in: for h₁, {number(found.output_slope)} × {number(float(found.hidden[0]))} = {number(float(first))}.",
        f"{OPTIMISERS[view['optimiser']].name} moves every weight; the loss goes from {number(found.loss)} to {number(then.loss)}.",
    )  # fmt: skip


def _stages(now: Wired, said: tuple[str, ...], step: int) -> Readout:
    colors = [FORWARD] * 4 + [BACK] * 3 + [MOVED]
    rows = tuple(
        Row((f"{'▶ ' if index == now.stage else ''}{name}", text), colors[index])
        for index, (name, text) in enumerate(zip(STAGES, said, strict=True))
        if index <= now.stage
    )[::-1]
    return Readout(f"Round {step + 1}", ("", ""), rows)


def _factors(now: Wired) -> Readout:
    """The chain rule's factors for the first weights of each hidden unit."""
    found = now.found
    rows = tuple(
        Row(
            (
                f"x{'₁₂'[j]} → h{'₁₂₃₄'[i]}", number(found.output_slope), number(float(now.network.output_weights[i])),
                number(float(found.activation_slopes[i])), number(float(now.inputs[j])), number(float(found.gradients.hidden_weights[i, j])),
            )
        )
        for i in range(len(found.hidden))
        for j in (0, 1)
    )  # fmt: skip
    return Readout("The chain rule, factor by factor", ("", "∂L/∂ŷ", "weight", "h′", "x", "gradient"), rows)


def table(view: View) -> dict[str, Any]:
    """Every weight with its gradient and what the update makes of it, by column."""
    now = wired(view)
    names = [f"x{j + 1} to h{i + 1}" for i in range(HIDDEN) for j in (0, 1)]
    names += (
        [f"bias of h{i + 1}" for i in range(HIDDEN)]
        + [f"h{i + 1} to output" for i in range(HIDDEN)]
        + ["bias of output"]
    )
    return {
        "weight of": np.array(names),
        "weight": now.network.flat,
        "gradient": now.found.gradients.flat,
        "after": now.after.flat,
    }
