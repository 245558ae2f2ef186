"""Primitives of the probability losses whose value and slope stay right at 0 and 1."""

import torch
from torch import Tensor


def times_log(weight: Tensor, x: Tensor) -> Tensor:
    """The product weight · log(x), elementwise, with 0 · log(0) = 0 in value and in slope.

    ``torch.xlogy`` has the value too, but its slope in x is NaN where both are 0.
    """
    return weight * x.masked_fill(weight == 0, 1).log()


def focus(miss: Tensor, gamma: float) -> Tensor:
    """The focal factor miss ** gamma, elementwise, for the probability ``miss`` of being wrong.

    Its slope at ``miss == 0`` is given as 0: a fractional power has an infinite one there, which
    the logarithm it multiplies, itself 0, would turn into NaN.
    """
    if gamma == 0:
        return torch.ones_like(miss)
    certain = miss == 0
    return (miss.masked_fill(certain, 1) ** gamma).masked_fill(certain, 0)
