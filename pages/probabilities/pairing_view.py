"""Outputs paired with losses as a picture, a sentence and tables."""

from functools import lru_cache

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import PAIR_STYLES
from components.text import listed, number, short
from losses.probability.pairing import PAIRS, Steps, arrival, descend, probe
from pages.probabilities.pairing_figure import Strand, pairing_figure

LOW, HIGH, POINTS = -10.0, 10.0, 201


def pairing_picture(label: int, start: float, at: float, learning_rate: float, steps: int, tolerance: float) -> Picture:
    """The live picture of all pairs for one example.

    Parameters
    ----------
    label
        Of the example: 0 or 1.
    start
        The logit of yes that the training begins at.
    at
        The probe's logit.
    learning_rate
        Of the training.
    steps
        How many it makes.
    tolerance
        How near to the label a prediction has to stay to have arrived.
    """
    logits = np.linspace(LOW, HIGH, POINTS)
    trained = run(start, label, learning_rate, steps)
    arrivals = arrived(trained, tolerance)
    curves = _curves(label)
    strands = [
        Strand(pair.name, *_style(key), *curves[key], trained.losses[row], trained.distances[row], arrivals[key])
        for row, (key, pair) in enumerate(PAIRS.items())
    ]
    sentence = said(label, at, trained, arrivals, tolerance)
    return Picture(
        figure=pairing_figure(strands, logits, at, tolerance, "pairing"),
        alt=f"Loss and slope over the logit for four pairs of output and loss, and their training. {sentence}",
        sentence=sentence,
        handles=(Handle("at", "Probe", moves="x"),),
        labels=tuple(_labels(strands)),
        readouts=(_slopes(label, at), _needed(trained, arrivals, tolerance)),
        notes=(
            "Identity gives z itself as the prediction, the others σ(z).",
            "Softmax trains a logit of yes and one of no; z is their difference, so it moves twice as far at a step.",
        ),
    )


@lru_cache(maxsize=64)
def run(start: float, label: int, learning_rate: float, steps: int) -> Steps:
    """The training of all pairs, computed once for each setting.

    Parameters
    ----------
    start
        The logit of yes that all begin at.
    label
        0 or 1.
    learning_rate
        Above 0.
    steps
        How many.
    """
    return descend(start, float(label), learning_rate, steps)


def arrived(trained: Steps, tolerance: float) -> dict[str, int | None]:
    """From which step on each pair is within the tolerance."""
    return {key: arrival(distances, tolerance) for key, distances in zip(PAIRS, trained.distances, strict=True)}


def slopes(label: int, at: float) -> dict[str, tuple[float, float]]:
    """Loss and slope of every pair at one logit."""
    found = {key: probe(pair, np.array([at]), label) for key, pair in PAIRS.items()}
    return {key: (float(value[0]), float(slope[0])) for key, (value, slope) in found.items()}


def said(label: int, at: float, trained: Steps, arrivals: dict[str, int | None], tolerance: float) -> str:
    """How much harder one loss pulls at the probe, and the steps that each pair needs, in words.

    Parameters
    ----------
    label
        Of the example: 0 or 1.
    at
        The probe's logit.
    trained
        The training of all pairs.
    arrivals
        By key of the pair, the step from which on it is within the tolerance; None where it never is.
    tolerance
        How near to the label that is.
    """
    here = slopes(label, at)
    squared, entropy = here["sigmoid_mse"][1], here["sigmoid_bce"][1]
    pull = (
        f"At z = {short(at)} BCE pulls a sigmoid {number(entropy / squared)} times as hard as MSE. " if squared else ""
    )
    steps = trained.losses.shape[1] - 1
    there = sorted((step, PAIRS[key].name) for key, step in arrivals.items() if step is not None)
    late = listed(PAIRS[key].name for key, step in arrivals.items() if step is None)
    if not there:
        return f"{pull}None comes within {short(tolerance)} in {steps} steps."
    needs = listed(f"{name} {step}" for step, name in there)
    return f"{pull}Steps to within {short(tolerance)}: {needs}{f'; {late} not in {steps}' if late else ''}."


def table(trained: Steps) -> dict[str, np.ndarray]:
    """Every step of every pair by column."""
    columns = {"step": np.arange(trained.losses.shape[1])}
    for row, pair in enumerate(PAIRS.values()):
        parts = {"logit": trained.logits, "loss": trained.losses, "error": trained.distances}
        columns |= {f"{pair.name} {name}": part[row] for name, part in parts.items()}
    return columns


@lru_cache(maxsize=4)
def _curves(label: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    logits = np.linspace(LOW, HIGH, POINTS)
    return {key: probe(pair, logits, label) for key, pair in PAIRS.items()}


def _style(key: str) -> tuple[str, str, str]:
    style = PAIR_STYLES[key]
    return style.color, style.dash, style.symbol


def _labels(strands: list[Strand]) -> list[Label]:
    """The name of each pair where its loss ends: at the floor of the panel if that is too little to be shown."""
    return [
        Label(strand.name, float(len(strand.losses)), float(strand.losses[-1]) or 1e-300, strand.color, ("x2", "y3"))
        for strand in strands
        if np.isfinite(strand.losses[-1])
    ]


def _slopes(label: int, at: float) -> Readout:
    rows = tuple(
        Row((PAIRS[key].name, number(value, 4), number(slope, 4)), PAIR_STYLES[key].color)
        for key, (value, slope) in slopes(label, at).items()
    )
    return Readout(f"At z = {short(at)}, y = {label}", ("", "loss", "slope"), rows)


def _needed(trained: Steps, arrivals: dict[str, int | None], tolerance: float) -> Readout:
    rows = tuple(
        Row((pair.name, "–" if arrivals[key] is None else str(arrivals[key]), number(float(trained.distances[row, -1]))), PAIR_STYLES[key].color)
        for row, (key, pair) in enumerate(PAIRS.items())
    )  # fmt: skip
    return Readout(f"Steps to within {short(tolerance)}, and the error at the end", ("", "steps", "error"), rows)
