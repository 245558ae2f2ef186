"""The triangle of three probabilities as a picture, a sentence and a table: prediction, target, loss and slope."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from components.live.input import Place
from components.live.picture import Handle, Label, Picture, Readout, Row
from components.text import listed, number, short
from losses.probability.simplex import (
    CORNERS,
    SIMPLEX_LOSSES,
    contours,
    lattice,
    nearest,
    over,
    place,
    probabilities,
    probe,
)
from losses.spec.loss import Loss
from pages.probabilities.simplex_figure import CLASSES, PREDICTED, TARGET, shades, simplex_figure

STEPS = 56  # of the lattice under the contours
LEAST = 1e-4  # probability down to which the hand can drag: the logits of 0 are infinite
FAR = 1e6  # the triangle has sides of length 1
ABOVE = 0.04  # how high over its lowest point a contour is labelled
SNAP = 0.02  # a target this near to an edge is meant to be on it


def simplex_picture(
    loss: Loss,
    logits: Sequence[float],
    target: Sequence[float],
    settings: Mapping[str, Any],
) -> Picture:
    """The live picture of a loss over the triangle.

    Parameters
    ----------
    loss
        One of ``SIMPLEX_LOSSES``.
    logits
        Of the prediction, ``[3]``.
    target
        A distribution ``[3]``.
    settings
        Values of the loss's parameters.
    """
    temperature = settings.get("temperature", 1.0)
    shares, truth = probabilities(logits, temperature), np.array(target)
    value, slope = probe(loss, logits, target, settings)
    levels, lines = _contours(loss.key, tuple(target), tuple(settings.items()))
    names = [short(level) for level in levels]
    sentence = said(loss, value, slope, shares, truth, settings)
    apart = CORNERS.mean(0) + 1.1 * (CORNERS - CORNERS.mean(0))
    return Picture(
        figure=simplex_figure(CORNERS, (place(shares), shares), (place(truth), truth), slope, lines, names, "simplex"),
        alt=f"The triangle of three probabilities with contours of {loss.name}. {sentence}",
        sentence=sentence,
        handles=(Handle("prediction", "Prediction"), Handle("target", "Target")),
        labels=(
            *(Label(name, x - 0.02, y, "#767676") for name, (x, y) in zip(CLASSES, apart.tolist(), strict=True)),
            Label("prediction", *_beside(shares), PREDICTED),
            Label("target", *_beside(truth), TARGET),
            *_levels(lines, names),
        ),
        readouts=(_readout(logits, shares, truth, slope),),
        notes=(
            f"Contours: {loss.name}, the darker the higher.",
            "Blue bars: prediction p; orange: target y. Purple: slope of the loss in the logit; grey diamonds: p − y.",
        ),
    )


def said(
    loss: Loss, value: float, slope: np.ndarray, shares: np.ndarray, truth: np.ndarray, settings: Mapping[str, Any]
) -> str:
    """The numbers in words.

    Parameters
    ----------
    loss
        What is drawn.
    value
        The loss at the prediction.
    slope
        Of the loss in each logit, ``[3]``.
    shares, truth
        Prediction and target, as distributions ``[3]``.
    settings
        Values of the loss's parameters.
    """
    likely = int(np.argmax(truth))
    pulls = listed(f"{name} {signed(round(part, 12))}" for name, part in zip(CLASSES, slope, strict=True))
    rule = ""
    if loss.key == "categorical_cross_entropy":
        rule = ": (p − y) / T" if settings.get("temperature", 1.0) != 1 else ": exactly p − y"
        rule += ", with the target smoothed" if settings.get("label_smoothing") else ""
    elif np.isfinite(slope).all() and np.abs(shares - truth).max() > 0.5 and np.abs(slope).max() < 0.1:
        rule = ": wrong, and hardly pulled at all"
    return (
        f"{CLASSES[likely]}: predicted {number(100 * shares[likely])} %, target {number(100 * truth[likely])} %, "
        f"loss {number(value)}. Slopes in the logits: {pulls}{rule}."
    )


def signed(value: float) -> str:
    """A number with its sign, also where it is positive."""
    return ("+" if value > 0 else "") + number(value)


def dragged(point: Place, temperature: float, middle: float) -> dict[str, float]:
    """Logits whose softmax lies where the hand is, by name of their setting; NaN for what is no point.

    Parameters
    ----------
    point
        Where the hand is, in the plane of the triangle.
    temperature
        That the logits are divided by.
    middle
        The mean of the logits, which the hand leaves as it was.
    """
    inside = np.maximum(distribution(point), LEAST)
    logits = temperature * np.log(inside / inside.sum())
    return {f"z{index}": round(float(logit), 4) for index, logit in enumerate(logits - logits.mean() + middle, 1)}


def aimed(point: Place) -> list[float]:
    """The target where the hand is: on an edge or a corner if it is near one; NaN for what is no point."""
    shares = distribution(point)
    snapped = np.where(shares < SNAP, 0.0, np.round(shares, 4))
    return (snapped / snapped.sum()).tolist()


def distribution(point: Place) -> np.ndarray:
    """The distribution ``[3]`` nearest to a point; NaN where it is none, or absurdly far off."""
    return nearest(point) if all(abs(part) < FAR for part in point) else np.full(3, np.nan)


def table(
    loss: Loss, logits: Sequence[float], target: Sequence[float], settings: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column: a class a row.

    Parameters
    ----------
    loss
        Its value stands in every row.
    logits
        Of the prediction, ``[3]``.
    target
        A distribution ``[3]``.
    settings
        Values of the loss's parameters.
    """
    shares = probabilities(logits, settings.get("temperature", 1.0))
    value, slope = probe(loss, logits, target, settings)
    columns = {"logit": np.array(logits, float), "probability": shares, "target": np.array(target), "slope": slope}
    return {"class": np.array(CLASSES), **columns, loss.name: np.full(3, value)}


@lru_cache(maxsize=64)
def _contours(key: str, target: tuple[float, ...], settings: tuple) -> tuple[list[float], list]:
    loss, grid = SIMPLEX_LOSSES[key], _lattice()
    values = over(loss, grid.points, target, dict(settings))
    levels = levels_of(values)
    return levels, contours(grid, values, levels)


@lru_cache(maxsize=1)
def _lattice() -> Any:
    return lattice(STEPS)


def levels_of(values: np.ndarray, most: int = 9) -> list[float]:
    """Values of two digits that part the triangle into bands of about the same area."""
    quantiles = np.quantile(values, np.arange(1, most + 1) / (most + 1))
    rounded = dict.fromkeys(float(f"{level:.2g}") for level in quantiles)
    return [level for level in rounded if values.min() < level < values.max()]


def _beside(shares: np.ndarray) -> tuple[float, float]:
    """Where the name of a point begins: right of its marker."""
    x, y = place(shares).tolist()
    return x + 0.015, y + 0.03


def _levels(lines: Sequence[tuple[np.ndarray, np.ndarray]], names: Sequence[str]) -> list[Label]:
    """The value of every second contour, near its lowest point and above the edge of the triangle."""
    labels = []
    for (x, y), name, color in list(zip(lines, names, shades(len(lines)), strict=True))[::2]:
        if np.isfinite(y).any():
            place = int(np.nanargmin(np.abs(y - np.nanmin(y) - ABOVE)))
            labels.append(Label(name, float(x[place]), float(y[place]), color))
    return labels


def _readout(logits: Sequence[float], shares: np.ndarray, truth: np.ndarray, slope: np.ndarray) -> Readout:
    rows = tuple(
        Row((name, short(logit), number(share), number(aim), number(round(share - aim, 12)), number(round(part, 12))))
        for name, logit, share, aim, part in zip(CLASSES, logits, shares, truth, slope, strict=True)
    )
    return Readout("At each class", ("", "logit", "p", "y", "p − y", "slope"), rows)
