"""Where the inputs of a loss live: real numbers, probabilities, labels, vectors, distributions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Domain:
    """The set in which one input of a loss lives.

    ``low`` and ``high`` bound every component (``open_low`` excludes ``low`` itself),
    ``values`` lists the only ones allowed, and ``sums_to_one`` asks for a distribution.
    ``event_dims`` is the number of trailing axes that make up one example.
    """

    name: str
    low: float = -np.inf
    high: float = np.inf
    open_low: bool = False
    values: tuple[float, ...] | None = None
    sums_to_one: bool = False
    integer: bool = False
    event_dims: int = 0

    def resolve(self, parameters: Mapping[str, Any]) -> "Domain":
        """The domain under these parameters: this one, whatever they are."""
        return self

    def violation(self, tensor: Tensor) -> Tensor | None:
        """The components (any shape) outside the domain, or None when all are inside. NaN passes."""
        if self.values is not None:
            bad = torch.stack([tensor != value for value in self.values]).all(0) & ~tensor.isnan()
        elif self.sums_to_one:
            total = tensor.sum(-1, keepdim=True)
            bad = (tensor < 0) | (total - 1).abs().gt(1e-6).expand_as(tensor)
        elif np.isinf(self.low) and np.isinf(self.high):
            return None
        else:
            bad = (tensor <= self.low if self.open_low else tensor < self.low) | (tensor > self.high)
            if self.integer:
                bad |= (tensor != tensor.round()) & ~tensor.isnan()
        return tensor[bad] if bad.any() else None


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
POSITIVE = Domain("a positive number", low=0.0, open_low=True)
NON_NEGATIVE = Domain("a number of at least 0", low=0.0)
PROBABILITY = Domain("a probability in [0, 1]", low=0.0, high=1.0)
SIGN = Domain("-1 or +1", values=(-1.0, 1.0))
BINARY = Domain("0 or 1", values=(0.0, 1.0))
VECTOR = Domain("a real vector (last axis)", event_dims=1)
LOGITS = Domain("one logit per class (last axis)", event_dims=1)
DISTRIBUTION = Domain("probabilities that sum to 1 (last axis)", sums_to_one=True, event_dims=1)
CLASS_INDEX = Domain("a class index 0, 1, 2, ...", low=0.0, integer=True)
PIXELS = Domain("one probability per pixel (last axis)", low=0.0, high=1.0, event_dims=1)
