"""A loss seen as a curve over one number. Knows no particular axis; those are in ``catalogue.py``."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from torch import Tensor

from losses.calculus import Derivatives, derivatives
from losses.spec.declared import Function
from losses.spec.domain import Domain
from losses.spec.loss import Loss
from losses.spec.parameter import Parameter, check_all

Domains = Mapping[str, Domain]
Inputs = tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Axis:
    """One number x along which losses can be compared, everything else held still.

    ``inputs(x, domains, **scenario)`` builds the inputs of a loss, one example per element of x
    (1-D), from the domains of that loss by input name; the names in ``parameters`` make up the
    scenario. ``symbol`` is x's short name. ``low`` to ``high`` is the default view, ``at`` a place in it where
    the losses differ; x may lie anywhere in the closed ``domain``. ``losses`` are keys of ``LOSSES``; ``fixed`` are loss parameters that the axis
    decides, wherever a loss has them.
    """

    key: str
    title: str
    label: str
    symbol: str
    low: float
    high: float
    losses: tuple[str, ...]
    inputs: Callable[..., Inputs]
    parameters: Mapping[str, Parameter]
    fixed: Mapping[str, bool]
    domain: tuple[float, float]
    at: float

    def settings(self, loss: Loss, **parameters: Any) -> dict[str, float | bool]:
        """The loss's settings on this axis: ``parameters`` checked, what is fixed here put in place."""
        fixed = {name: value for name, value in self.fixed.items() if name in loss.parameters}
        return loss.settings(**{**parameters, **fixed})

    def situation(self, scenario: Mapping[str, Any]) -> dict[str, float | bool]:
        """The scenario with defaults filled in and each value checked (``ValueError``)."""
        return check_all(f"axis {self.key}", self.parameters, scenario)


def curve(
    loss: Loss,
    axis: Axis,
    x: Tensor,
    scenario: Mapping[str, Any] | None = None,
    order: int = 2,
    **parameters: Any,
) -> Derivatives:
    """Value, slope and curvature of a loss along an axis, all with respect to x.

    Parameters
    ----------
    loss, axis
        The loss must be one of ``axis.losses``.
    x
        Points on the axis, 1-D; float64 in, float64 out.
    scenario
        Values for ``axis.parameters``; the default stands in for one that is left out.
    order
        1 for value and slope, 2 for the curvature as well.
    **parameters
        Values for the loss's parameters; those in ``axis.fixed`` are the axis's to decide.

    Returns
    -------
    Derivatives
        Each in the shape of x. Infinite where the loss is, as at probability 0. At a kink the
        slope is a subgradient.

    Raises
    ------
    ValueError
        For a loss that is not on the axis, a point outside the domain, or a parameter that is
        unknown or outside its range.
    """
    if loss.key not in axis.losses:
        raise ValueError(f"{loss.key} is not on the axis {axis.key}; on it are: {', '.join(axis.losses)}")
    low, high = axis.domain
    outside = x[(x < low) | (x > high)]
    if outside.numel():
        raise ValueError(f"axis {axis.key} runs from {low:g} to {high:g}, got {outside[0].item():g}")
    settings, situation = axis.settings(loss, **parameters), axis.situation(scenario or {})
    domains = {name: domain.resolve(settings) for name, domain in loss.inputs.items()}
    return derivatives(lambda x: loss.function(*axis.inputs(x, domains, **situation), **settings), x, order)


def axis(
    title: str,
    label: str,
    symbol: str,
    view: tuple[float, float],
    losses: tuple[str, ...],
    *parameters: Parameter,
    domain: tuple[float, float] = (-math.inf, math.inf),
    at: float | None = None,
    **fixed: bool,
) -> Callable[[Function[Inputs]], Axis]:
    """Declare an axis: the decorated function is ``Axis.inputs``, and its name the key.

    Parameters
    ----------
    title, label, symbol
        What the axis is called: in a list, beside the axis, and in short.
    view
        The lowest and the highest x of the default view.
    losses
        Keys of ``LOSSES`` that can be seen along the axis.
    *parameters
        What makes up the scenario.
    domain
        The lowest and the highest x that are allowed.
    at
        Where the losses differ; a fifth from the right end of the view, if it is not said.
    **fixed
        Loss parameters that the axis decides, wherever a loss has them.
    """

    def declare(inputs: Function[Inputs]) -> Axis:
        return Axis(
            inputs.__name__,
            title,
            label,
            symbol,
            *view,
            losses,
            inputs,
            MappingProxyType({parameter.name: parameter for parameter in parameters}),
            MappingProxyType(fixed),
            domain,
            view[0] + 0.8 * (view[1] - view[0]) if at is None else at,
        )

    return declare
