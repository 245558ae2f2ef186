"""What the page ``curves`` shows: losses along one axis as a picture, a sentence and a table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from components.live.figure import Control, Handle, Label, Picture, Readout, Row
from components.plot.theme import STYLES
from components.text import listed, number, short
from losses import LOSSES
from losses.curves.axis import Axis, curve
from losses.curves.catalogue import AXES
from pages.curves.figure import Curve, curves_figure

TOLD = 3  # losses that the sentence names at most
ROOM = 120  # characters for them
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
    grid = torch.linspace(axis.low, axis.high, POINTS, dtype=torch.float64)
    curves = {key: _curve(axis, key, grid, scenario, parameters) for key, parameters in losses.items()}
    probed = {key: probe(axis, key, at, scenario, parameters) for key, parameters in losses.items()}
    sentence = story(axis, at, probed)
    return Picture(
        figure=curves_figure(curves, (axis.low, axis.high), at, axis.label, curvature),
        alt=f"Curves of {listed(LOSSES[key].name for key in losses)} and their slopes. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(Handle("at", "Probe", moves="x"),),
        labels=tuple(_labels(curves, axis.high)),
        readouts=(_readout(axis, at, probed),),
    )


def story(axis: Axis, at: float, probed: Mapping[str, tuple[float, float, float]]) -> str:
    """What the losses cost at the probe, the one that pulls hardest first.

    Parameters
    ----------
    axis
        What the place is on.
    at
        The place.
    probed
        By key of the loss its value, slope and curvature there.
    """
    hardest = sorted(probed, key=lambda key: -abs(probed[key][1]))
    costs = [f"{LOSSES[key].name} costs {number(probed[key][0])}, slope {number(probed[key][1])}" for key in hardest]
    lengths = np.cumsum([len(cost) + 2 for cost in costs])
    told = max(1, min(TOLD, int((lengths <= ROOM).sum())))
    more = f"; {len(costs) - told} more in the table" if len(costs) > told else ""
    return f"At {axis.symbol} = {short(at)}: {'; '.join(costs[:told])}{more}."


def probe(
    axis: Axis, key: str, at: float, scenario: Mapping[str, Any], parameters: Mapping[str, Any]
) -> tuple[float, float, float]:
    """Value, slope and curvature of a loss at one place of an axis.

    Parameters
    ----------
    axis
        What the place is on.
    key
        Of the loss in ``LOSSES``.
    at
        The place, in the axis's domain.
    scenario
        Values of ``axis.parameters``; the default stands in for one that is left out.
    parameters
        Values of the loss's parameters. Likewise.

    Raises
    ------
    ValueError
        For a loss that is not on the axis, a place outside its domain, or a parameter that is unknown or
        outside its range.
    """
    result = curve(LOSSES[key], axis, torch.tensor([at], dtype=torch.float64), scenario, **parameters)
    value, slope, curvature = result.arrays()
    return value.item(), slope.item(), curvature.item()


def pull(key: str, residual: float) -> float:
    """Slope of a regression loss at a residual."""
    return probe(AXES["residual"], key, residual, {}, {})[1]


def _curve(
    axis: Axis, key: str, grid: torch.Tensor, scenario: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Curve:
    value, slope, bend = curve(LOSSES[key], axis, grid, scenario, **parameters).arrays()
    bent = np.abs(bend) > 1e-9
    return Curve(value, slope, bend, bent if 0.02 < bent.mean() < 0.98 else None)


def _labels(curves: Mapping[str, Curve], right: float) -> list[Label]:
    """Each curve's name at its right end, in the panel of the losses and in that of the slopes."""
    return [
        Label(LOSSES[key].name, right, float(last), STYLES[key].color, ("x", axis))
        for key, curve in curves.items()
        for axis, last in (("y", curve.value[-1]), ("y2", curve.slope[-1]))
        if np.isfinite(last)
    ]


def _readout(axis: Axis, at: float, probed: Mapping[str, tuple[float, float, float]]) -> Readout:
    rows = tuple(
        Row((LOSSES[key].name, *(number(part, 4) for part in parts)), STYLES[key].color)
        for key, parts in probed.items()
    )
    return Readout(f"At {axis.symbol} = {short(at)}", ("", "loss", "slope", "curvature"), rows)


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
        drawn = _curve(axis, key, grid, scenario, parameters)
        name = LOSSES[key].name
        columns |= {name: drawn.value, f"{name} slope": drawn.slope, f"{name} curvature": drawn.curvature}
    return columns
