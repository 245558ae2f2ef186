"""What the view of backpropagation shows: one example through a small network, forwards, back, and the update."""

from typing import Any

import numpy as np

from components.live.picture import Picture, Readout, Row
from components.live.runner import Button, Runner
from components.settings.view import View
from components.text import factor, listed, number, short
from losses import LOSSES
from losses.backprop import ACTIVATIONS, LONGEST, Network, Practice, practised, propagate
from losses.descent.optimisers import OPTIMISERS
from pages.start.network_figure import BACK, FORWARD, MOVED, Wired, network_figure, network_labels
from pages.start.settings import FORWARD as STAGES

HIDDEN = 2
BUTTONS = (Button("pass", "Step", "The next stage, forwards or back"),)


def wired(view: View) -> Wired:
    """The network at the stage that the settings say; at its last one where training has diverged before."""
    step, stage = divmod(view["pass"], len(STAGES))
    practice = practice_of(view)
    first = Network.drawn(HIDDEN, view["seed"])
    what = (practice, view["seed"], step)
    known = view.cached("network", what, lambda: practised(first, practice, min(step + 1, LONGEST)))
    last = len(known) - 1
    if step > last:
        step, stage = last, len(STAGES) - 1
    network, after = known[step], known[min(step + 1, last)]
    inputs = np.array(practice.inputs)
    found = propagate(network, inputs, practice.target, practice.loss, practice.activation)
    return Wired(
        network, inputs, practice.target, found, ACTIVATIONS[practice.activation].name, step, stage, after,
        step == last < LONGEST, repr(["backprop", view.beginnings]),
    )  # fmt: skip


def practice_of(view: View) -> Practice:
    """What is practised."""
    return Practice(
        (view["x1"], view["x2"]), view["target"], view["loss"], view["activation"], view["optimiser"], view["rate"]
    )


def network_picture(view: View) -> Picture:
    """The live picture of a network at a stage."""
    now = wired(view)
    said = _told(view, now)
    return Picture(
        figure=network_figure(now),
        alt=f"A network of two inputs, {HIDDEN} hidden units and one output, with the values on its edges. {said[now.stage]}",
        sentence=f"{STAGES[now.stage]}: {said[now.stage]}",
        labels=network_labels(now),
        readouts=(_stages(now, said), _factors(now)),
        notes=(
            f"In a disc stands its value, below it the loss’s slope in it: s are the weighted sums, h = {now.activation}(s).",
            "Solid edges are positive weights, dashed ones negative. What comes in with a bias b is 1.",
            "Backpropagation computes gradients. It moves no weight: the optimiser does, against the gradient.",
        ),
        runner=_runner(now),
    )


def _runner(now: Wired) -> Runner:
    """Goes on stage by stage, as long as there are numbers to go on with."""
    at, end = len(STAGES) * now.step + now.stage, len(STAGES) * (now.step + 1) - 1
    return Runner(at, end if now.diverged else max(at, len(STAGES) * LONGEST - 1), 1, BUTTONS)


def _told(view: View, now: Wired) -> tuple[str, ...]:
    """What each stage does, with its numbers; where those have left the numbers, that training has diverged."""
    found = now.found
    reached = (
        now.inputs, found.sums, found.output, found.loss, found.output_slope, found.sum_slopes, found.gradients.flat,
        np.nan if now.diverged else now.after.flat,
    )  # fmt: skip
    finite = np.logical_and.accumulate([bool(np.isfinite(values).all()) for values in reached])
    diverged = f"training has diverged, in round {now.step + 1}: what follows is too large for a number. Lower the learning rate."
    return tuple(text if ok else diverged for text, ok in zip(_said(view, now), finite, strict=True))


def _said(view: View, now: Wired) -> tuple[str, ...]:
    """What each stage does, with its numbers, as ``STAGES``."""
    found, name = now.found, LOSSES[view["loss"]].name
    then = propagate(now.after, now.inputs, now.target, view["loss"], view["activation"])
    first = found.gradients.output_weights[0]
    return (
        f"x₁ = {number(now.inputs[0])}, x₂ = {number(now.inputs[1])}; the target is {number(now.target)}.",
        f"each takes its weighted sum with its bias, {number(float(found.sums[0]))} and {number(float(found.sums[1]))}, through {now.activation}.",
        f"the weighted sum of those with its bias, ŷ = {number(found.output)}.",
        f"{name} of {number(found.output)} for {number(now.target)} is {number(found.loss)}.",
        f"the slope of the loss in ŷ is {number(found.output_slope)}.",
        f"that times each output weight, {_both(found.hidden_slopes)} in h; times the slope of {now.activation}, {_both(found.sum_slopes)} in s.",
        f"slope at an edge’s end times what comes in: for h₁, {number(found.output_slope)} × {number(float(found.hidden[0]))} = {number(float(first))}.",
        f"{OPTIMISERS[view['optimiser']].name} moves every weight and bias{_moved(view, now)}; the loss goes from {number(found.loss)} to {number(then.loss)}.",
    )  # fmt: skip


def _both(values: np.ndarray) -> str:
    return listed(number(float(value)) for value in values)


def _moved(view: View, now: Wired) -> str:
    """How a weight is moved, of h₁ to the output, where that follows from its gradient alone."""
    if view["optimiser"] != "sgd":
        return ""
    before, slope, after = (
        float(kind.output_weights[0]) for kind in (now.network, now.found.gradients, now.after)
    )  # fmt: skip
    return f", as {number(before)} − {short(view['rate'])} × {factor(slope)} = {number(after)}"


def _stages(now: Wired, said: tuple[str, ...]) -> Readout:
    colors = [FORWARD] * 4 + [BACK] * 3 + [MOVED]
    rows = tuple(
        Row((f"{'▶ ' if index == now.stage else ''}{name}", text), colors[index])
        for index, (name, text) in enumerate(zip(STAGES, said, strict=True))
        if index <= now.stage
    )[::-1]
    return Readout(f"Round {now.step + 1}", ("", ""), rows)


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
