"""What each embedding loss makes of an anchor, a positive and some negatives, and which way it pulls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from losses.calculus import derivatives
from losses.families.embedding import cosine_of
from losses.registry import LOSSES
from losses.spec.loss import Loss

EMBEDDING: Mapping[str, Loss] = MappingProxyType(
    {key: loss for key, loss in LOSSES.items() if loss.family == "embedding"}
)
WITH_MARGIN = ("triplet", "squared_triplet")
"""The losses whose margin says which negatives are easy."""
NO_MATCH = {"contrastive": 0.0, "cosine_embedding": -1.0}  # the target of a pair that does not match
Losses = Mapping[str, Mapping[str, Any]]


def cost(key: str, anchor: Tensor, positive: Tensor, negatives: Tensor, **parameters: float) -> Tensor:
    """One loss of an anchor, its positive and all its negatives.

    Losses of pairs are summed over the pair of anchor and positive, which matches, and those with each negative,
    which do not; losses of triplets over the negatives. Margin ranking has the cosines to the anchor as scores.

    Parameters
    ----------
    key
        Of ``EMBEDDING``.
    anchor, positive
        ``[..., d]``.
    negatives
        ``[..., k, d]``.
    **parameters
        Of the loss, all of them and checked.

    Returns
    -------
    Tensor
        ``[...]``.
    """
    loss, inputs = EMBEDDING[key].function, EMBEDDING[key].inputs
    if "negatives" in inputs:
        return loss(anchor, positive, negatives, **parameters)
    one = anchor.unsqueeze(-2)
    if "negative" in inputs:
        return loss(one, positive.unsqueeze(-2), negatives, **parameters).sum(-1)
    pairs = torch.cat([positive.unsqueeze(-2), negatives], -2)
    if key == "margin_ranking":
        scores = cosine_of(one, pairs)
        return loss(scores[..., :1], scores[..., 1:], torch.ones_like(scores[..., 1:]), **parameters).sum(-1)
    target = torch.full_like(pairs[..., 0], NO_MATCH[key])
    target[..., 0] = 1
    return loss(one, pairs, target, **parameters).sum(-1)


@dataclass(frozen=True, eq=False)
class Pulled:
    """A loss ``value``, and minus its slope in every point, ``pulls`` ``[2 + k, d]``: anchor, positive, negatives."""

    value: float
    pulls: np.ndarray


def pulled(points: np.ndarray, losses: Losses, on_circle: bool = False) -> dict[str, Pulled]:
    """What each of some losses makes of these points.

    Parameters
    ----------
    points
        ``[2 + k, d]``: anchor, positive, k >= 1 negatives.
    losses
        By key of ``EMBEDDING``, the parameters; defaults stand in for those left out.
    on_circle
        Whether the points have length 1 and keep it: of each pull only what is along the sphere counts.

    Raises
    ------
    ValueError
        For points of another shape, or a parameter outside its range.

    Examples
    --------
    >>> found = pulled(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.5]]), {"triplet": {"margin": 1.0}})["triplet"]
    >>> found.value, (found.pulls + 0.0).tolist()
    (0.5, [[1.0, -1.0], [-1.0, 0.0], [0.0, 1.0]])
    """
    points = np.asarray(points, float)
    if points.ndim != 2 or len(points) < 3:
        raise ValueError(f"points: an anchor, a positive and at least one negative, each a row, got {points.shape}")
    settings = {key: EMBEDDING[key].settings(**parameters) for key, parameters in losses.items()}
    # A copy of the points for each loss: then one pass backwards finds all slopes.
    with torch.enable_grad():
        copies = torch.from_numpy(points).repeat(len(losses), 1, 1).requires_grad_()
        each = torch.stack(
            [cost(key, copy[0], copy[1], copy[2:], **settings[key]) for key, copy in zip(settings, copies, strict=True)]
        )
        (found,) = torch.autograd.grad(each.sum(), copies)
    values, slopes = each.detach().numpy(), found.numpy()
    slopes = np.where(np.isnan(values)[:, None, None], np.nan, slopes)
    if on_circle:
        slopes = slopes - (slopes * points).sum(-1, keepdims=True) * points
    return {key: Pulled(float(value), -slope) for key, value, slope in zip(losses, values, slopes, strict=True)}


def along(
    points: np.ndarray, key: str, parameters: Mapping[str, Any], steps: np.ndarray, on_circle: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """A loss and its slope while the first negative moves straight away from the anchor, or around the circle.

    Parameters
    ----------
    points
        ``[2 + k, 2]``, as ``pulled`` takes them.
    key, parameters
        Of the loss.
    steps
        ``[n]``, distances of that negative from the anchor; on the circle angles from it, in degrees.
    on_circle
        Whether the points are on the unit circle.

    Returns
    -------
    tuple
        Values and slopes, ``[n]`` each; slopes by distance moved, on the circle along its arc, as ``pulled`` has them.
    """
    settings = EMBEDDING[key].settings(**parameters)
    places = torch.from_numpy(np.asarray(points, float))
    moved = torch.from_numpy(np.asarray(steps, float))
    if on_circle:
        moved = moved.deg2rad()
    found = derivatives(lambda step: _moved(key, settings, places, step, on_circle), moved, order=1)
    return found.value.numpy(), found.slope.numpy()


def _moved(key: str, settings: Mapping[str, Any], points: Tensor, step: Tensor, on_circle: bool) -> Tensor:
    """The loss ``[n]`` with the first negative as far as each ``step`` ``[n]`` from the anchor, on the circle in radians."""
    anchor, first = points[0], points[2]
    if on_circle:
        side = torch.where(anchor[0] * first[1] >= anchor[1] * first[0], 1.0, -1.0)
        across = side * torch.stack([-anchor[1], anchor[0]])
        # From the anchor itself, not from its angle: at step 0 the two coincide to the last digit.
        place = step.cos()[:, None] * anchor + step.sin()[:, None] * across
    else:
        way = first - anchor
        length = torch.linalg.vector_norm(way)
        place = anchor + step[:, None] * torch.where(length > 0, way / length, torch.eye(2, dtype=way.dtype)[0])
    count = len(step)
    negatives = torch.cat([place[:, None], points[3:].expand(count, -1, 2)], 1)
    return cost(key, anchor.expand(count, 2), points[1].expand(count, 2), negatives, **settings)
