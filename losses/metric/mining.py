"""Which triplets of a batch are learned from: all, the hardest of each anchor, or semi-hard ones."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

MINING: Mapping[str, str] = MappingProxyType({"all": "All triplets", "semi_hard": "Semi-hard", "hard": "Hardest"})
"""What can be mined, and what it is called."""
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "all": "Hermans, Beyer and Leibe (2017), In defense of the triplet loss for person re-identification, "
        "arXiv:1703.07737, equation 7 (batch all)",
        "semi_hard": "Schroff, Kalenichenko and Philbin (2015), FaceNet, CVPR, equation 4",
        "hard": "Hermans, Beyer and Leibe (2017), In defense of the triplet loss for person re-identification, "
        "arXiv:1703.07737, equation 5 (batch hard)",
    }
)


def pair_gaps(embeddings: Tensor, squared: bool) -> Tensor:
    """Distances ``[n, n]`` between embeddings ``[n, d]``, or their squares; the slope at distance 0 is 0."""
    square = (embeddings[:, None] - embeddings).square().sum(-1)
    if squared:
        return square
    touching = square == 0
    return square.masked_fill(touching, 1).sqrt().masked_fill(touching, 0)


def mined_loss(embeddings: Tensor, labels: Tensor, mining: str, margin: float, squared: bool = False) -> Tensor:
    """The mean triplet loss of a batch over the triplets that are mined from it.

    A triplet has an anchor, a positive, another one of its class, and a negative of another class. ``all`` takes
    every one. ``hard`` takes of each anchor its farthest positive and its nearest negative. ``semi_hard`` takes of
    each anchor and positive the nearest negative that is farther than the positive, where there is one.

    Parameters
    ----------
    embeddings
        ``[n, d]``.
    labels
        ``[n]``, the classes.
    mining
        A key of ``MINING``.
    margin
        Of the loss, a distance; a squared one with ``squared``.
    squared
        Whether distances are squared, as in FaceNet.

    Returns
    -------
    Tensor
        A number; not a number where the batch has no such triplet, as one of a single class.
    """
    gaps = pair_gaps(embeddings, squared)
    same = labels[:, None] == labels
    positives = same & ~torch.eye(len(labels), dtype=torch.bool)
    losses, counted = _MINED[mining](gaps, positives, ~same, margin)
    return losses.masked_fill(~counted, 0).sum() / counted.sum()


def _all(gaps: Tensor, positives: Tensor, negatives: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    anchor, positive = positives.nonzero(as_tuple=True)
    return torch.relu(gaps[anchor, positive][:, None] - gaps[anchor] + margin), negatives[anchor]


def _hard(gaps: Tensor, positives: Tensor, negatives: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    farthest = gaps.masked_fill(~positives, -torch.inf).max(1).values
    nearest = gaps.masked_fill(~negatives, torch.inf).min(1).values
    return torch.relu(farthest - nearest + margin), positives.any(1) & negatives.any(1)


def _semi_hard(gaps: Tensor, positives: Tensor, negatives: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    anchor, positive = positives.nonzero(as_tuple=True)
    near, others = gaps[anchor, positive], gaps[anchor]
    beyond = negatives[anchor] & (others > near[:, None])
    nearest = others.masked_fill(~beyond, torch.inf).min(1).values
    return torch.relu(near - nearest + margin), beyond.any(1)


_MINED: Mapping[str, Callable[..., tuple[Tensor, Tensor]]] = {"all": _all, "hard": _hard, "semi_hard": _semi_hard}
