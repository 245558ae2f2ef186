"""What the page ``curves`` shows: losses along one axis as a picture, a sentence and a table."""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from components.live.picture import Control, Handle, Label, Picture, Readout, Row
from components.plot.theme import STYLES
from components.text import listed, number, short
from losses import LOSSES
from losses.curves.axis import Axis, curve
from losses.curves.catalogue import AXES
from losses.curves.probe import Probe, probe
from pages.curves.figure import Curve, curves_figure

TOLD = 3  # losses that the sentence names at most
ROOM = 120  # characters for them
BESIDE = 1e-6  # of the axis: how far from a whole number its sides are
MOST_WHOLE = 40  # numbers whose sides are looked at
KEPT = 512  # curves, and probes: 6 MB
POINTS = 241  # of each curve: fine enough to the eye, small enough for an update; whole residuals are on the grid


def curves_picture(
    axis: Axis,
    losses: Mapping[str, Mapping[str, Any]],
    scenario: Mapping[str, Any],
    at: float,
    curvature: bool,
    controls: tuple[Control, ...],
) -> Picture:
    """The live picture of these losses along an axis, probed at one place.

    Parameters
    ----------
    axis
        What the losses are compared along.
    losses
        By key of the loss, the values of its parameters.
    scenario
        Values of ``axis.parameters``; the default stands in for one that is left out.
    at
        The probe's place, in the axis's domain.
    curvature
        Whether the curvatures have a panel too.
    controls
        The sliders and switches beside it.

    Raises
    ------
    ValueError
        For a loss that is not on the axis, a place outside its domain, or a parameter that is unknown or
        outside its range.
    """
    told = {key: (axis, key, tuple(losses[key].items()), tuple(scenario.items())) for key in losses}
    probed = {key: _probed(at, *asked) for key, asked in told.items()}
    curves = {key: Curve(*_drawn(*asked), probed[key]) for key, asked in told.items()}
    sentence = story(axis, at, probed)
    return Picture(
        figure=curves_figure(curves, (axis.low, axis.high), at, axis.label, curvature),
        alt=f"Curves of {listed(LOSSES[key].name for key in losses)} with a tangent each at the probe; below, an arrow "
        f"for the pull of each, towards less loss and as long as the slope is steep; then the slopes. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(Handle("at", "Probe", moves="x"),),
        labels=tuple(_labels(curves, axis.high)),
        readouts=(_readout(axis, at, probed),),
        notes=tuple(_notes(probed)),
    )


def story(axis: Axis, at: float, probed: Mapping[str, Probe]) -> str:
    """What the losses cost at the probe, the one that pulls hardest first.

    Parameters
    ----------
    axis
        What the place is on.
    at
        The place.
    probed
        By key of the loss what it is there.
    """
    hardest = sorted(probed, key=lambda key: -abs(probed[key].slope))
    costs = [
        f"{LOSSES[key].name} costs {number(probed[key].value)} (pull {number(abs(probed[key].slope))})"
        for key in hardest
    ]
    lengths = np.cumsum([len(cost) + 2 for cost in costs])
    told = max(1, min(TOLD, int((lengths <= ROOM).sum())))
    more = f"; {len(costs) - told} more in the table" if len(costs) > told else ""
    return f"At {axis.symbol} = {short(at)}: {'; '.join(costs[:told])}{more}."


def pull(key: str, residual: float) -> float:
    """How hard a regression loss pulls at a residual: the size of its slope."""
    return abs(probe(AXES["residual"], LOSSES[key], residual, {}, {}).slope)


@lru_cache(maxsize=KEPT)
def _probed(at: float, axis: Axis, key: str, parameters: tuple, scenario: tuple) -> Probe:
    """``probe`` for who asks again, as all do for the losses that do not change, and a class at one example."""
    return probe(axis, LOSSES[key], at, dict(scenario), dict(parameters))


@lru_cache(maxsize=KEPT)
def _drawn(
    axis: Axis, key: str, parameters: tuple, scenario: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """The arrays of a ``Curve``, likewise: none of them can be changed."""
    x = _places(axis)
    found = curve(LOSSES[key], axis, torch.from_numpy(x.copy()), dict(scenario), **dict(parameters)).arrays()
    bends = np.abs(found.curvature) > 1e-9
    bent = np.where(bends, found.value, np.nan) if 0.02 < bends.mean() < 0.98 else None
    value, slope, curvature = map(_fixed, found)
    return x, value, slope, curvature, None if bent is None else _fixed(bent)


@lru_cache(maxsize=len(AXES))
def _places(axis: Axis) -> np.ndarray:
    """Where curves are computed: evenly, and on both sides of whole numbers, where most kinks are, so that jumps stand upright."""
    low, high = sorted((axis.low, axis.high))
    whole = np.arange(math.floor(low) + 1.0, math.ceil(high))[:MOST_WHOLE]
    beside = BESIDE * (high - low)
    places = np.sort(np.concatenate([np.linspace(low, high, POINTS), whole - beside, whole + beside]))
    return _fixed(places if axis.low < axis.high else places[::-1])


def _fixed(array: np.ndarray) -> np.ndarray:
    """A copy that nobody can change."""
    array = array.copy()
    array.setflags(write=False)
    return array


def _labels(curves: Mapping[str, Curve], right: float) -> list[Label]:
    """Each curve's name at its right end, in the panel of the losses and in that of the slopes."""
    return [
        Label(LOSSES[key].name, right, float(last), STYLES[key].color, ("x", axis))
        for key, curve in curves.items()
        for axis, last in (("y", curve.value[-1]), ("y2", curve.slope[-1]))
        if np.isfinite(last)
    ]


def _readout(axis: Axis, at: float, probed: Mapping[str, Probe]) -> Readout:
    rows = tuple(
        Row(
            (
                LOSSES[key].name,
                number(here.value, 4),
                f"{_way(here.slope)}{number(abs(here.slope), 4)}",
                number(here.slope, 4),
                number(here.curvature, 4),
            ),
            STYLES[key].color,
        )
        for key, here in probed.items()
    )
    return Readout(f"At {axis.symbol} = {short(at)}", ("", "loss", "pull", "slope", "curvature"), rows)


def _way(slope: float) -> str:
    """Which way a loss pulls: where it is less."""
    return "←\N{NO-BREAK SPACE}" if slope > 0 else "→\N{NO-BREAK SPACE}" if slope < 0 else ""


def _notes(probed: Mapping[str, Probe]) -> Iterator[str]:
    """Where a loss has no slope, what stands for it."""
    for key, here in probed.items():
        name = LOSSES[key].name
        if here.jump:
            left, right = map(short, here.jump)
            yield f"{name} jumps here from {left} to {right}."
        elif here.kink:
            left, right = map(short, here.kink)
            yield f"{name} has a kink here: its slope jumps from {left} to {right}, and {short(here.slope)} is taken."


def table(axis: Axis, losses: Mapping[str, Mapping[str, Any]], scenario: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column.

    Parameters
    ----------
    axis
        What the losses are compared along.
    losses
        By key of the loss, the values of its parameters.
    scenario
        Values of ``axis.parameters``; the default stands in for one that is left out.

    Raises
    ------
    ValueError
        For a loss that is not on the axis, or a parameter that is unknown or outside its range.
    """
    grid = torch.linspace(axis.low, axis.high, POINTS, dtype=torch.float64)
    columns = {axis.symbol: grid.numpy()}
    for key, parameters in losses.items():
        drawn = curve(LOSSES[key], axis, grid, scenario, **parameters).arrays()
        name = LOSSES[key].name
        columns |= {name: drawn.value, f"{name} slope": drawn.slope, f"{name} curvature": drawn.curvature}
    return columns
