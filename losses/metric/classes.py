"""A few classes of points that overlap in every single feature, and that a map can tell apart."""

from dataclasses import dataclass

import torch
from torch import Tensor

FEATURES = 8
EACH = 30  # points of a class to learn from, and as many new ones to ask about
APART = 4.0  # typical distance of a centre from the middle, in standard deviations of a class


@dataclass(frozen=True, eq=False)
class Classes:
    """Points to learn from and new ones of the same classes: features ``[n, FEATURES]``, labels ``[n]`` from 0."""

    features: Tensor
    labels: Tensor
    new_features: Tensor
    new_labels: Tensor


def draw_classes(count: int, random: torch.Generator) -> Classes:
    """Classes around random centres, each a Gaussian of standard deviation 1 in all features; float64.

    >>> drawn = draw_classes(3, torch.Generator().manual_seed(0))
    >>> tuple(drawn.features.shape), drawn.labels.unique(return_counts=True)[1].tolist()
    ((90, 8), [30, 30, 30])
    """
    centers = APART / FEATURES**0.5 * torch.randn(count, FEATURES, generator=random, dtype=torch.float64)
    labels = torch.arange(count).repeat_interleave(EACH)
    known, new = (
        centers[labels] + torch.randn(len(labels), FEATURES, generator=random, dtype=torch.float64) for _ in range(2)
    )
    return Classes(known, labels, new, labels)
