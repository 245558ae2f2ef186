"""What the losses and measures of overlap say of each image: ``OVERLAP`` has their names, formulas and sources.

Each is a function of predictions ``[b, pixels]`` and masks of 0 and 1 ``[b, pixels]``, whose first paragraph is shown.
``logits`` says whether the predictions are logits. It gives ``[b]``, or ``[1]`` of what is pooled.
"""

import math
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from losses.families import binary, overlap
from losses.families.numerics import focus, times
from losses.segmentation.conventions import Conventions
from losses.segmentation.distance import hausdorff, signed_distance
from losses.segmentation.lovasz import increments


def accuracy(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """The share of pixels that are right: where the object is small, nearly all are, also where nothing is found."""
    return (_mask(prediction, logits) == (target == 1)).mean(-1, dtype=torch.float64)


def bce(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """The mean surprise of the pixels, every one for itself: where the object is small, the background decides."""
    return binary.binary_cross_entropy.function(prediction, target, from_logits=logits).mean(-1)


def weighted_bce(
    prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool, positive_weight: float
) -> Tensor:
    """Cross-entropy in which a pixel of the object counts as many: it finds more, and marks more around it."""
    losses = binary.binary_cross_entropy.function(
        prediction, target, from_logits=logits, positive_weight=positive_weight
    )
    return losses.mean(-1)


def focal(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool, **parameters: Any) -> Tensor:
    """Cross-entropy that fades where a pixel is right already: what is left of the background is its edge."""
    return binary.focal.function(prediction, target, from_logits=logits, **parameters).mean(-1)


def dice(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """1 - twice the overlap over both sizes: a small object costs as much to miss as a large one."""
    p, t = conventions.objects(_probability(prediction, logits), target)
    return _dice(p, t, conventions, squared=conventions.squared).mean(0)


def dice_squared(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """Dice with squares in the denominator, as in V-Net: it lets go of background pixels that come near 0."""
    p, t = conventions.objects(_probability(prediction, logits), target)
    return _dice(p, t, conventions, squared=True).mean(0)


def generalised_dice(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """Dice of object and background at once, each weighed by 1 over its size squared, so that neither drowns the other.

    An empty class would weigh infinitely much: it weighs as much as the other, as in MONAI. What is smoothed is the
    weighted sums, which are of the order of 1 over a size: 1 is a large smoothing here.
    """
    (p,), (t,) = replace(conventions, background=False).objects(_probability(prediction, logits), target)
    pixels, found, size = t.shape[-1], p.sum(-1), t.sum(-1)
    sizes = torch.stack([size, pixels - size])
    larger, smaller = sizes.amax(0), sizes.amin(0)
    weights = torch.where(smaller > 0, sizes, larger) ** -2.0
    # What is wrong for the one is wrong for the other. Not as |p - t|, which has no slope where a sure pixel is right.
    errors = weights.sum(0) * ((p - t) * (1 - 2 * t)).sum(-1)
    total = (weights * (torch.stack([found, pixels - found]) + sizes)).sum(0) + conventions.added
    return (errors + conventions.below_alone) / total


def jaccard(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """1 - intersection over union: orders predictions as Dice does, and costs more in between."""
    p, t = conventions.objects(_probability(prediction, logits), target)
    added = conventions.added
    if conventions.squared:  # to the squared Dice as Jaccard is to Dice
        squared = overlap.dice_squared.function(p, t, smooth=2 * added)
        loss = 2 * squared / (1 + squared)
    else:
        loss = overlap.jaccard.function(p, t, smooth=added)
    if conventions.below_alone:
        union = (p.square() if conventions.squared else p) + t - p * t
        loss = loss + added / (union.sum(-1) + added)
    return loss.mean(0)


def tversky(
    prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool, alpha: float, beta: float
) -> Tensor:
    """Overlap with a price for each kind of error: false positives and false negatives."""
    return _tversky(prediction, target, conventions, logits, (alpha, beta)).mean(0)


def focal_tversky(
    prediction: Tensor,
    target: Tensor,
    conventions: Conventions,
    *,
    logits: bool,
    gamma: float,
    alpha: float,
    beta: float,
) -> Tensor:
    """Tversky to the power 1/gamma: above 1, nearly perfect images are still pulled strongly."""
    return focus(_tversky(prediction, target, conventions, logits, (alpha, beta)), 1 / gamma).mean(0)


def lovasz_hinge(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """The Jaccard loss of the mask, made convex in the logits: pixels count by how much their error adds to it.

    Algorithm 1 of the paper, over the hinge errors 1 - z(2t - 1). A pixel that is right by a margin of 1 costs nothing.
    Where errors tie, the pull is the mean of those of all orders of the tied pixels, a subgradient like each of them.
    """
    z = prediction if logits else prediction.logit()
    if conventions.pooled:
        z, target = z.reshape(1, -1), target.reshape(1, -1)
    errors, order = (1 - z * (2 * target - 1)).sort(-1, descending=True)
    costly = max(1, int((~(errors <= 0)).sum(-1).max()))  # the others come last and cost nothing
    errors, found = torch.relu(errors[:, :costly]), target.gather(-1, order[:, :costly])
    return times(increments(errors, found, target.sum(-1, keepdim=True)), errors).sum(-1)


def boundary(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """The mean of probability times signed distance to the object, in pixels: it pulls hardest where it is farthest off.

    It is below 0 where the object is found, and has no edge to measure from where the mask is empty or full: then it
    is 0 whatever is predicted.
    """
    n = math.isqrt(target.shape[-1])
    maps = [torch.tensor(signed_distance(mask.reshape(n, n).numpy())).reshape(-1) for mask in target]
    return (_probability(prediction, logits) * torch.stack(maps)).mean(-1)


def hausdorff_distance(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """How far the farthest pixel of either edge is from the other edge, in pixels; undefined where a mask is empty."""
    return _hausdorff(prediction, target, logits, 100.0)


def hausdorff_95(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """Within how many pixels of the other edge 95 % of the pixels of each edge are; undefined where a mask is empty."""
    return _hausdorff(prediction, target, logits, 95.0)


def bce_dice(
    prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool, dice_weight: float
) -> Tensor:
    """Cross-entropy and Dice together: the one gives every pixel a slope, the other keeps small objects from drowning."""
    pixels = bce(prediction, target, conventions, logits=logits)
    return pixels + dice_weight * dice(prediction, target, conventions, logits=logits)


def _probability(prediction: Tensor, logits: bool) -> Tensor:
    return prediction.sigmoid() if logits else prediction


def _mask(prediction: Tensor, logits: bool) -> Tensor:
    return prediction > (0.0 if logits else 0.5)


def _dice(p: Tensor, t: Tensor, conventions: Conventions, *, squared: bool) -> Tensor:
    added = conventions.added
    loss = (overlap.dice_squared if squared else overlap.dice).function(p, t, smooth=added)
    if conventions.below_alone:
        loss = loss + added / (((p.square() if squared else p) + t).sum(-1) + added)
    return loss


def _tversky(
    prediction: Tensor, target: Tensor, conventions: Conventions, logits: bool, weights: tuple[float, float]
) -> Tensor:
    p, t = conventions.objects(_probability(prediction, logits), target)
    alpha, beta = conventions.weights(*weights)
    loss = overlap.tversky.function(p, t, alpha=alpha, beta=beta, smooth=conventions.added)
    if conventions.below_alone:
        counted = p * t + alpha * p * (1 - t) + beta * (1 - p) * t
        loss = loss + conventions.added / (counted.sum(-1) + conventions.added)
    return loss


def _hausdorff(prediction: Tensor, target: Tensor, logits: bool, percent: float) -> Tensor:
    n = math.isqrt(target.shape[-1])
    masks = [each.reshape(-1, n, n).numpy() for each in (_mask(prediction, logits), target)]
    return torch.tensor([hausdorff(*pair, percent) for pair in zip(*masks, strict=True)], dtype=torch.float64)
