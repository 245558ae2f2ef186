"""What the view of training shows: a network at a step as a picture, a sentence and tables."""

import math

import numpy as np

from components.live.picture import Label, Picture, Readout, Row
from components.live.runner import Button, Runner
from components.text import number, short
from losses.descent.optimisers import OPTIMISERS
from losses.network.plan import Plan
from losses.network.training import MOST_PRODUCTS
from pages.network.held import Shown
from pages.network.settings import MOST_STEPS
from pages.network.training_figure import (
    GRADIENT,
    KNOWN,
    NEW,
    SHARPNESS,
    THRESHOLD,
    training_figure,
    until,
)

CHUNK = 40  # steps from one picture to the next
BUTTONS = (Button("train.step", "Step", "One step of the optimiser"),)
BESIDE = 0.02  # of the axis of steps, between the end of a line and its name


def training_picture(shown: Shown, subject: str) -> Picture:
    """The live picture of a training at a step.

    Parameters
    ----------
    shown
        The training.
    subject
        What is drawn: another starts without the zoom.
    """
    sentence = story(shown)
    return Picture(
        figure=training_figure(shown, subject),
        alt=f"What the network answers; beside it losses, accuracies, the gradient’s norm and the sharpness over the steps. {sentence}",
        sentence=sentence,
        labels=tuple(_labels(shown)),
        readouts=(_examples(shown), _last(shown)),
        notes=tuple(_notes(shown)),
        runner=Runner(shown.step, shown.step if shown.diverged else MOST_STEPS, CHUNK, BUTTONS, "step"),
    )


def bound(plan: Plan) -> str:
    """What sharpness is measured against, in words."""
    optimiser = OPTIMISERS[plan.optimiser]
    if optimiser.critical:
        return f"{short(float(optimiser.critical(**plan.settings)))}/η"
    return f"{short(float(optimiser.preconditioned(**plan.settings)))}/η" if optimiser.preconditioned else ""


def story(shown: Shown) -> str:
    """What has been learned, in a sentence or two."""
    now = shown.now
    if shown.diverged:
        return f"Diverged: at step {shown.step} the loss, or a weight, left the numbers. Take a smaller learning rate, or go back."
    if not shown.step:
        judged = f"{_percent(now.new_accuracy)} of new examples are right" if shown.task.classes else f"the loss of new examples is {number(now.new_loss)}"  # fmt: skip
        return f"Nothing is learned yet: {judged}. Press ▶."
    if shown.task.classes:
        said = f"After {shown.step} steps {_percent(now.new_accuracy)} of new examples are right, of the learned {_percent(now.accuracy)}."
    else:
        said = f"After {shown.step} steps the loss is {number(now.loss)}, of new examples {number(now.new_loss)}."
    if math.isfinite(now.sharpness) and math.isfinite(now.threshold):
        said += f" Sharpness is {number(now.sharpness)}, {bound(shown.plan)} is {number(now.threshold)}."
    return said


def _percent(share: float) -> str:
    return f"{number(100 * share)} %"


def _notes(shown: Shown) -> list[str]:
    notes = []
    if shown.task.noisy.any():
        notes.append(
            f"{np.count_nonzero(shown.task.noisy)} of {len(shown.task.target)} targets are wrong; those of new examples are right."
        )
    if shown.plan.network.products * len(shown.task.target) > MOST_PRODUCTS:
        notes.append("The network is too large for its sharpness to be measured as it goes.")
    elif OPTIMISERS[shown.plan.optimiser].divisor:
        notes.append("Sharpness: of the Hessian over the steps’ divisor.")
    if shown.unfinished:
        notes.append(f"{shown.step} of {shown.asked} steps are trained yet.")
    return notes


def _labels(shown: Shown) -> list[Label]:
    """What the lines are, beside their ends."""
    now, beside = shown.now, BESIDE * until(shown)
    named = [("new", now.new_loss, NEW, 3), ("learned", now.loss, KNOWN, 3)]
    named += [("sharpness", now.sharpness, SHARPNESS, 5), (bound(shown.plan), now.threshold, THRESHOLD, 5)]
    return [
        Label(name, now.step + beside, value, color, (f"x{panel}", f"y{panel}"))
        for name, value, color, panel in named
        if math.isfinite(value) and value > 0
    ]


def _examples(shown: Shown) -> Readout:
    now, classes = shown.now, bool(shown.task.classes)
    rows = []
    for name, loss, accuracy, color in (
        ("learned from", now.loss, now.accuracy, KNOWN),
        ("new", now.new_loss, now.new_accuracy, NEW),
    ):
        rows.append(Row((name, number(loss), *([_percent(accuracy)] if classes else [])), color))
    return Readout("Examples", ("", "loss", *(["right"] if classes else [])), tuple(rows))


def _last(shown: Shown) -> Readout:
    now = shown.now
    gradient = float(shown.gradients[-1]) if shown.step else math.nan
    rows = [
        Row(("gradient’s norm", number(gradient)), GRADIENT),
        Row(("sharpness", number(now.sharpness)), SHARPNESS),
        *([Row((bound(shown.plan), number(now.threshold)), THRESHOLD)] if bound(shown.plan) else []),
        Row(("weights", f"{shown.plan.network.parameters:,}")),
    ]
    return Readout("The network", ("", "now"), tuple(rows))


def table(shown: Shown) -> dict[str, np.ndarray]:
    """What was measured, by column."""
    return {name.replace("_", " "): column for name, column in shown.columns.items()}
