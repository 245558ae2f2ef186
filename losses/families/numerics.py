"""Primitives whose value, slope and curvature stay right at edges, at infinities and far out."""

import math

import torch
from torch import Tensor


def times(weight: Tensor, x: Tensor) -> Tensor:
    """The product weight · x, elementwise, with 0 · ∞ = 0 in value and in slope."""
    if x.detach().sum().isfinite():  # nothing to take care of, and masks take longer than all the rest
        return weight * x
    return weight * x.masked_fill((weight == 0) & ~x.isnan(), 0)


def times_log(weight: Tensor, x: Tensor) -> Tensor:
    """The product weight · log(x), elementwise, with 0 · log(0) = 0 in value and in slope.

    ``torch.xlogy`` has the value too, but its slope in x is NaN where both are 0.
    """
    return weight * x.masked_fill((weight == 0) & ~x.isnan(), 1).log()


def log_sigmoid(x: Tensor) -> Tensor:
    """log(1 / (1 + e^-x)), elementwise: torch's own has no curvature left where the sigmoid rounds to 1."""
    below = torch.relu(-x)
    size = x.clamp(min=0) + below  # |x|, with the slope 1 at 0, where relu has none
    return -(below + torch.log1p(torch.exp(-size)))


def focus(miss: Tensor, gamma: float) -> Tensor:
    """The focal factor miss ** gamma, elementwise, for the probability ``miss`` of being wrong.

    Where a fractional power has an infinite slope or curvature at ``miss == 0``, both are given as 0: the logarithm
    it multiplies, itself 0 there, would turn them into NaN.
    """
    if gamma == 0:
        return torch.ones_like(miss)
    if gamma == 1:
        return miss
    if gamma >= 2:
        return miss**gamma
    certain = miss == 0
    return (miss.masked_fill(certain, 1) ** gamma).masked_fill(certain, 0)


def is_ordinary(x: Tensor, unit: float) -> bool:
    """Whether neither the unit nor any x / unit is so large or small that its square nears the ends of the floats."""
    return 1e-6 < unit < 1e6 and bool((x.detach().abs() < 1e6 * unit).all())


def small_square(x: Tensor, unit: float) -> Tensor:
    """(x / unit)² up to 1, elementwise, and so far from 0 that f(s) / s is f'(0) in value and slope where s is tiny."""
    square = (x.clamp(-unit, unit) / unit).square()
    return square.clamp(min=torch.finfo(square.dtype).eps / 4)


def excess(x: Tensor, unit: float) -> Tensor:
    """How far x is outside of ± unit, elementwise: max(0, |x| - unit), without torch's detour over abs when its slope is derived."""
    return torch.relu(x - unit) + torch.relu(-unit - x)


def log_beyond(x: Tensor, unit: float) -> Tensor:
    """log((1 + (x / unit)²) / 2) where |x| is above the unit, 0 elsewhere: what log(1 + (x / unit)²) adds there."""
    reach = unit + excess(x, unit)
    edge = torch.full_like(reach, unit)  # as a tensor, divided by itself, it is 1 to the last digit
    return 2 * (torch.log(reach) - torch.log(edge)) + torch.log1p(((edge / reach).square() - 1) / 2)


def bell_beyond(x: Tensor, unit: float) -> Tensor:
    """1/e - exp(-(x / unit)²) where |x| is above the unit, 0 elsewhere: what 1 - exp(-(x / unit)²) adds there.

    Unlike that of torch's expm1, its slope keeps its digits as the bell fades; at 100 units nothing is left of it.
    """
    beyond = (excess(x, unit) / unit).clamp(max=100)
    return (1 - torch.exp(-beyond * (beyond + 2))) / math.e


def exp_less_1(x: Tensor) -> Tensor:
    """e^x - 1, elementwise; unlike that of torch's expm1, its slope keeps its digits far below 0."""
    return torch.expm1(x.clamp(min=-1)) + (torch.exp(-torch.relu(-1 - x)) - 1) / math.e
