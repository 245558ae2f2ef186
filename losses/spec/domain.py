"""Where the inputs of a loss live: real numbers, probabilities, labels, vectors, distributions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Domain:
    """The set in which one input of a loss lives.

    ``low`` and ``high`` bound every component (``open_low`` and ``open_high`` exclude the bound itself),
    ``values`` lists the only ones allowed, and ``sums_to_one`` asks for a distribution.
    ``event_dims`` is the number of trailing axes that make up one example.
    """

    name: str
    low: float = -np.inf
    high: float = np.inf
    open_low: bool = False
    open_high: bool = False
    values: tuple[float, ...] | None = None
    sums_to_one: bool = False
    integer: bool = False
    event_dims: int = 0

    def resolve(self, parameters: Mapping[str, Any]) -> "Domain":
        """The domain under these parameters: this one, whatever they are."""
        return self

    def violation(self, tensor: Tensor) -> Tensor | None:
        """The components (any shape) outside the domain, or None when all are inside. NaN passes."""
        outside = self._outside(tensor)
        return tensor[outside] if outside is not None and outside.any() else None

    def complaint(self, tensor: Tensor) -> str | None:
        """What is wrong with a tensor of any shape, and where, as ``"found -1 at (0, 2)"``; None when nothing is."""
        outside = self._outside(tensor)
        if outside is None or not outside.any():
            return None
        first = tuple(outside.nonzero()[0].tolist())
        number, row = tensor[first].item(), first[:-1]
        if not self.sums_to_one:
            return f"found {number:g}{_place('at', first)}"
        if number < 0:
            return f"found {number:g}{_place('in row', row)}"
        total = tensor[row].sum(dtype=torch.float64).item()
        return f"found a sum of {total:.10g}{_place('in row', row)}: divide by it"

    def _outside(self, tensor: Tensor) -> Tensor | None:
        if self.values is not None:
            return torch.stack([tensor != value for value in self.values]).all(0) & ~tensor.isnan()
        if self.sums_to_one:
            total = tensor.sum(-1, keepdim=True, dtype=torch.float64)
            return (tensor < 0) | (total - 1).abs().gt(_slack(tensor)).expand_as(tensor)
        if np.isinf(self.low) and np.isinf(self.high) and not self.open_high:
            return None
        below = tensor <= self.low if self.open_low else tensor < self.low
        outside = below | (tensor >= self.high if self.open_high else tensor > self.high)
        return outside | ((tensor != tensor.round()) & ~tensor.isnan()) if self.integer else outside


def _slack(tensor: Tensor) -> float:
    """How far from 1 a sum of probabilities may be that were computed, as most are, in float32 or less.

    Each of K probabilities is rounded, and so is the sum that they were divided by: the errors add up as sqrt(K).
    """
    rounding = max(torch.finfo(tensor.dtype).eps, torch.finfo(torch.float32).eps)
    return max(1e-6, 2 * rounding * math.sqrt(tensor.shape[-1]))


def _place(word: str, place: tuple[int, ...]) -> str:
    return f" {word} {place[0] if len(place) == 1 else place}" if place else ""


@dataclass(frozen=True)
class Either:
    """A domain that a switch among the loss's parameters decides, as ``from_logits`` does."""

    switch: str
    on: Domain
    off: Domain

    def resolve(self, parameters: Mapping[str, Any]) -> Domain:
        """The domain that holds while the switch has the value in ``parameters``."""
        return self.on if parameters[self.switch] else self.off


REAL = Domain("a real number")
POSITIVE = Domain("a positive number", low=0.0, open_low=True, open_high=True)
NON_NEGATIVE = Domain("a number of at least 0", low=0.0)
PROBABILITY = Domain("a probability in [0, 1]", low=0.0, high=1.0)
SIGN = Domain("-1 or +1", values=(-1.0, 1.0))
BINARY = Domain("0 or 1", values=(0.0, 1.0))
VECTOR = Domain("a real vector (last axis)", event_dims=1)
VECTORS = Domain("real vectors, one a row (last two axes)", event_dims=2)
LOGITS = Domain("one logit below infinity per class (last axis)", open_high=True, event_dims=1)
DISTRIBUTION = Domain("probabilities that sum to 1 (last axis)", sums_to_one=True, event_dims=1)
CLASS_INDEX = Domain("a class index 0, 1, 2, ...", low=0.0, integer=True)
PIXELS = Domain("one probability per pixel (last axis)", low=0.0, high=1.0, event_dims=1)
