"""A loss at one place of an axis: its value and slope there and close by on either side, which differ at a kink."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from losses.curves.axis import Axis, curve
from losses.spec.loss import Loss

NEAR = 1e-6  # of the axis's view: how far off the place its sides are looked at
_NOISE = 1e-12  # of a value or slope, below which a difference is rounding


class Side(NamedTuple):
    """Value and slope of a loss just beside a place, and its curvature."""

    value: float
    slope: float
    curvature: float


@dataclass(frozen=True)
class Probe:
    """A loss at one place of an axis.

    Attributes
    ----------
    at
        The place.
    value, slope, curvature
        As ``curve`` has them: at a kink the slope is a subgradient.
    before, after
        The loss just left and right of it; None beyond the axis's domain.
    near
        How far from the place those are.
    """

    at: float
    value: float
    slope: float
    curvature: float
    before: Side | None
    after: Side | None
    near: float

    @property
    def jump(self) -> tuple[float, float] | None:
        """The values on either side, where the loss jumps."""
        return self._apart("value", "slope")

    @property
    def kink(self) -> tuple[float, float] | None:
        """The slopes on either side, where they are further apart than its curvature explains."""
        return self._apart("slope", "curvature")

    def _apart(self, part: str, rate: str) -> tuple[float, float] | None:
        if self.before is None or self.after is None:
            return None
        left, right = getattr(self.before, part), getattr(self.after, part)
        steepest = max(abs(getattr(self.before, rate)), abs(getattr(self.after, rate)))
        explained = 4 * self.near * steepest + _NOISE * (1 + abs(left) + abs(right))
        return (left, right) if abs(right - left) > explained else None


def probe(axis: Axis, loss: Loss, at: float, scenario: Mapping[str, Any], parameters: Mapping[str, Any]) -> Probe:
    """A loss at one place of an axis.

    Parameters
    ----------
    axis
        What the place is on.
    loss
        One of ``axis.losses``.
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

    Examples
    --------
    >>> from losses import LOSSES
    >>> from losses.curves.catalogue import AXES
    >>> at_the_kink = probe(AXES["residual"], LOSSES["mae"], 0.0, {}, {})
    >>> at_the_kink.slope, at_the_kink.kink
    (0.0, (-1.0, 1.0))
    """
    near = NEAR * abs(axis.high - axis.low)
    low, high = axis.domain
    left, right = at - near >= low, at + near <= high
    places = [at, *([at - near] if left else []), *([at + near] if right else [])]
    found = curve(loss, axis, torch.tensor(places, dtype=torch.float64), scenario, **parameters).arrays()
    here, *sides = (Side(*parts) for parts in zip(*(part.tolist() for part in found), strict=True))
    return Probe(at, *here, before=sides[0] if left else None, after=sides[-1] if right else None, near=near)
