"""What the view of training shows: a map at a turn as a picture, a sentence and tables."""

import numpy as np

from components.live.picture import Label, Picture, Readout, Row
from components.live.runner import Button, Runner
from components.plot.theme import MARKED
from components.text import number
from losses.metric.mining import MINING
from losses.metric.pull import EMBEDDING
from losses.metric.training import FEATURES
from pages.embeddings.held import Shown
from pages.embeddings.settings import MOST_TURNS
from pages.embeddings.training_figure import (
    BETWEEN,
    LOSS,
    WITHIN,
    last_turn_drawn,
    shares,
    span_of_distances,
    training_figure,
)

MOST_CHUNK, POINTS = 8, 192  # turns from one picture to the next at most, and points that they may have together
NEAR = 0.15  # of the margin, within which its line would strike through the name of the loss
BUTTONS = (Button("train.turn", "Step", "One turn: a batch, and a step"),)


def training_picture(shown: Shown, subject: str) -> Picture:
    """The live picture of a training at a turn.

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
        alt=f"Embeddings of {shown.plan.classes} classes in the plane; beside them how far apart pairs of one class and of two are, and the loss over the turns. {sentence}",
        sentence=sentence,
        labels=tuple(_labels(shown)),
        readouts=(_worth(shown), _batch(shown)),
        notes=tuple(_notes(shown)),
        runner=Runner(shown.turns, MOST_TURNS, min(MOST_CHUNK, POINTS // shown.plan.batch), BUTTONS),
    )  # fmt: skip


def story(shown: Shown) -> str:
    """What has been learned, in a sentence or two."""
    recall = f"{number(100 * shown.recalls[1])} %"
    if shown.diverged:
        return f"The training left the numbers at turn {shown.turns}: the loss, or a weight, is not finite any more. Take a smaller learning rate, or go back."
    if not shown.turns:
        return f"Nothing is learned yet: recall@1 on new points is {recall}. Press ▶."
    if shown.collapsed:
        mean = number(float(np.concatenate([shown.within, shown.between]).mean()))
        return f"Collapsed: after {shown.turns} turns all points are at one place, {mean} apart, and the loss rests at the margin, {number(last(shown))}. Recall@1, {recall}, goes by order alone."
    return (
        f"After {shown.turns} turns recall@1 on new points is {recall}, at first {number(100 * shown.first)} %. "
        f"One class is {number(_mean(shown.within))} apart, two are {number(_mean(shown.between))}."
    )


def last(shown: Shown) -> float:
    """The loss of the last batch that had one."""
    return next((float(value) for value in shown.losses[::-1] if not np.isnan(value)), np.nan)


def _mean(distances: np.ndarray) -> float:
    return float(distances.mean()) if len(distances) else np.nan


def _notes(shown: Shown) -> list[str]:
    notes = [f"Points of {FEATURES} features, mapped to the plane. Faint: new ones, which are not learned from."]
    if shown.collapsed:
        notes.append(
            "Recall@1 asks which point is nearest, however small all distances are: their order outlives a collapse."
        )
    skipped = int(np.isnan(shown.losses).sum())
    if skipped:
        notes.append(f"{skipped} of {shown.turns} batches had no triplet to mine, and changed nothing.")
    if shown.unfinished:
        notes.append(f"{shown.turns} of {shown.asked} turns are trained yet.")
    return notes


def _labels(shown: Shown) -> list[Label]:
    reach = span_of_distances(shown)
    found = []
    for name, distances, color in (("one class", shown.within, WITHIN), ("two classes", shown.between, BETWEEN)):
        heights = shares(distances, reach)
        at = int(heights.argmax())
        found.append(Label(name, (at + 0.5) * reach / len(heights), float(heights[at]), color, ("x2", "y2")))
    known, margin, axes = np.flatnonzero(np.isfinite(shown.losses)), shown.plan.margin, ("x3", "y3")
    at_margin = bool(known.size) and abs(shown.losses[known[-1]] - margin) < NEAR * margin
    if known.size:
        loss = float(shown.losses[known[-1]])
        found.append(Label("loss", float(known[-1] + 1), loss, LOSS, axes, line=-1.0 if at_margin else None))
    found.append(Label("margin", last_turn_drawn(shown), margin, MARKED, axes, line=1.0 if at_margin else -1.0))
    return found


def _worth(shown: Shown) -> Readout:
    rows = (
        Row(("new points", f"{number(100 * shown.recalls[1])} %", f"{number(100 * shown.first)} %")),
        Row(("learned from", f"{number(100 * shown.recalls[0])} %", "")),
        Row(("by chance", f"{number(100 * (len(shown.labels) // shown.plan.classes - 1) / (len(shown.labels) - 1))} %", "")),
    )  # fmt: skip
    return Readout("Recall@1: the nearest is of its class", ("", "now", "at first"), rows)


def _batch(shown: Shown) -> Readout:
    plan, loss = shown.plan, last(shown)
    rows = (
        Row((f"{EMBEDDING[plan.loss].name}, {MINING[plan.mining].lower()}", number(loss)), LOSS),
        Row(("margin", number(plan.margin)), MARKED),
        Row(("pairs of one class, mean distance", number(_mean(shown.within))), WITHIN),
        Row(("pairs of two", number(_mean(shown.between))), BETWEEN),
    )
    return Readout("The last batch, and new points", ("", "now"), rows)


def table(shown: Shown) -> dict[str, np.ndarray]:
    """Every point by column: its class, whether it is learned from, where it is now."""
    places = np.concatenate([shown.known, shown.new])
    return {
        "class": np.tile(shown.labels + 1, 2),
        "learned from": np.repeat([1, 0], len(shown.labels)),
        "x": places[:, 0],
        "y": places[:, 1],
    }
