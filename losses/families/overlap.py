"""Overlap losses for segmentation: 1 - the share in which predicted and true object coincide.

The last axis holds the pixels of one image. With p the predicted probabilities and t the mask,
hits are Σ p·t, false positives Σ p·(1-t), false negatives Σ (1-p)·t; no threshold is applied.
Where mask and prediction are both empty and ``smooth`` is 0, the index is 0/0: this is perfect
agreement and costs 0, with slope 0 (Keras, which adds 1e-7 below the line, makes it 1).
A mask is 0 or 1. A soft one is refused: with Σ p·t as the hits not even an equal prediction would cost 0.
"""

import math
from typing import Annotated

import torch
from torch import Tensor

from losses.families.numerics import focus
from losses.spec.domain import PIXELS, Domain
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range

Pixels = Annotated[Tensor, PIXELS]
Mask = Annotated[Tensor, Domain("0 or 1 per pixel (last axis)", values=(0.0, 1.0), event_dims=1)]
Smooth = Annotated[float, Range(0.0, 1e6, symbol="s", slider=(0.0, 10.0))]
FalsePositiveWeight = Annotated[float, Range(0.0, 10.0, symbol=r"\alpha", slider=(0.0, 1.0))]
FalseNegativeWeight = Annotated[float, Range(0.0, 10.0, symbol=r"\beta", slider=(0.0, 1.0))]

TVERSKY_INDEX = r"\frac{\sum p\,t+@smooth}{\sum p\,t+@alpha\sum p\,(1-t)+@beta\sum(1-p)\,t+@smooth}"
TORCH_TVERSKY = (
    "torch.nan_to_num(1 - ((prediction * target).sum(-1) + {smooth}) / ((prediction * target).sum(-1)"
    " + {alpha} * (prediction * (1 - target)).sum(-1) + {beta} * ((1 - prediction) * target).sum(-1) + {smooth}))"
)
# Written out, because which of its weights is for false positives depends on the version of Keras.
KERAS_TVERSKY = (
    "keras.ops.nan_to_num(1 - (keras.ops.sum(prediction * target, axis=-1) + {smooth})"
    " / (keras.ops.sum(prediction * target, axis=-1) + {alpha} * keras.ops.sum(prediction * (1 - target), axis=-1)"
    " + {beta} * keras.ops.sum((1 - prediction) * target, axis=-1) + {smooth}))"
)


def _smooth_tversky(alpha: float, beta: float, smooth: float) -> bool:
    """Whether the Tversky loss has no jump from 0 to 1 where an empty prediction meets an empty mask."""
    return smooth > 0 or alpha == 0


def _smooth_focal_tversky(gamma: float, alpha: float, beta: float, smooth: float) -> bool:
    """Above gamma 1 the root is vertical at a perfect prediction, unless nothing costs anything."""
    return (gamma <= 1 or alpha == beta == 0) and _smooth_tversky(alpha, beta, smooth)


def _convex_focal_tversky(gamma: float, alpha: float, beta: float, smooth: float) -> bool:
    """Without a cost of false positives the loss is L = beta (n - h) / (h + beta (n - h) + s) of the hits h of n pixels.

    With k = 1 / gamma, L^k is convex where L L'' + (k - 1) L'^2 >= 0, that is 2 (1 - beta) (n - h) / (n + s) >= 1 - k:
    at h = n where k >= 1, and at h = 0 for any n where besides beta <= (1 + k) / 2.
    """
    return alpha == 0 and (beta == 0 or (gamma <= 1 and beta <= (1 + 1 / gamma) / 2))


def _share_wrong(prediction: Tensor, target: Tensor, alpha: float, beta: float, smooth: float) -> Tensor:
    """1 - the Tversky index, as errors over errors and hits, which keeps its digits near 0."""
    hits = (prediction * target).sum(-1)
    # In a mask of 0 and 1 every pixel is one kind of error at most: p on the background, p - 1 on the object.
    errors = ((prediction - target) * (alpha * (1 - target) - beta * target)).sum(-1)
    total = hits + errors + smooth
    # A total of 0 has no errors either: over infinity they are 0, and so is the slope.
    return errors / torch.where(total == 0, math.inf, total)


@loss(
    name="Dice",
    slot=0,
    latex=r"1-\frac{2\sum p\,t+@smooth}{\sum p+\sum t+@smooth}",
    references=(
        "Milletari, Navab and Ahmadi (2016), V-Net, 3DV, with p in place of p² in the denominator",
        "Dice (1945), Measures of the amount of ecologic association between species, Ecology 26(3)",
    ),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nan_to_num(1 - (2 * (prediction * target).sum(-1) + {smooth})"
            " / ((prediction + target).sum(-1) + {smooth}))",
        ),
        Equivalent("keras", "keras.losses.dice(target, prediction, axis=-1)", lambda smooth: smooth == 0),
    ),
    facts="bounded_value",
    differentiable=lambda smooth: smooth > 0,
    bounded_slope=lambda smooth: smooth > 0,
)
def dice(prediction: Pixels, target: Mask, *, smooth: Smooth = 0.0) -> Tensor:
    """1 - the Dice index (F1): twice the overlap over the sum of both sizes.

    Use it where the object is a small part of the image: correct background pixels do not
    count, so an empty prediction costs 1 however small the object is. ``smooth`` is added to
    numerator and denominator; it softens the jump where mask and prediction are empty, and
    makes missing a small object cheaper. Not convex, and no sum over pixels. A soft mask is refused: not even the
    same prediction would cost 0.
    """
    return _share_wrong(prediction, target, 0.5, 0.5, smooth / 2)


@loss(
    name="Dice, squared",
    slot=4,
    latex=r"1-\frac{2\sum p\,t+@smooth}{\sum p^2+\sum t^2+@smooth}",
    references=("Milletari, Navab and Ahmadi (2016), V-Net, 3DV, section 3",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nan_to_num(1 - (2 * (prediction * target).sum(-1) + {smooth})"
            " / ((prediction**2 + target**2).sum(-1) + {smooth}))",
        ),
    ),
    facts="bounded_value",
    differentiable=lambda smooth: smooth > 0,
    bounded_slope=lambda smooth: smooth > 0,
)
def dice_squared(prediction: Pixels, target: Mask, *, smooth: Smooth = 0.0) -> Tensor:
    """Dice with squares in the denominator: an unsure pixel costs less than in Dice, a sure one the same.

    Use it as V-Net does. For predictions of 0 and 1 it is Dice, and never more in between. On the background its slope
    is proportional to the probability: it lets go of a pixel that comes near 0, where Dice pulls on. A soft mask is
    refused, as by Dice.
    """
    # For a mask of 0 and 1 the denominator less the numerator is Σ (p - t)², which keeps its digits near 0.
    errors = (prediction - target).square().sum(-1)
    total = (prediction.square() + target.square()).sum(-1) + smooth
    return errors / torch.where(total == 0, math.inf, total)


@loss(
    name="Jaccard",
    slot=1,
    latex=r"1-\frac{\sum p\,t+@smooth}{\sum p+\sum t-\sum p\,t+@smooth}",
    references=(
        "Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11(2)",
        "Rahman and Wang (2016), Optimizing intersection-over-union in deep neural networks, ISVC",
    ),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nan_to_num(1 - ((prediction * target).sum(-1) + {smooth})"
            " / ((prediction + target - prediction * target).sum(-1) + {smooth}))",
        ),
        Equivalent(
            "keras",
            "keras.losses.tversky(target, prediction, alpha=1.0, beta=1.0, axis=-1)",
            lambda smooth: smooth == 0,
        ),
    ),
    facts="bounded_value",
    differentiable=lambda smooth: smooth > 0,
    bounded_slope=lambda smooth: smooth > 0,
)
def jaccard(prediction: Pixels, target: Mask, *, smooth: Smooth = 0.0) -> Tensor:
    """1 - intersection over union: orders predictions as Dice does, and costs more in between.

    Use it where the result is judged by intersection over union. With J the Jaccard and D the
    Dice loss at smooth = 0, J = 2D / (1 + D).
    """
    return _share_wrong(prediction, target, 1.0, 1.0, smooth)


@loss(
    name="Tversky",
    slot=2,
    latex="1-" + TVERSKY_INDEX,
    references=(
        "Salehi, Erdogmus and Gholipour (2017), Tversky loss function for image segmentation, MLMI",
        "Tversky (1977), Features of similarity, Psychological Review 84(4)",
    ),
    equivalents=(
        Equivalent("torch", TORCH_TVERSKY),
        Equivalent("keras", KERAS_TVERSKY),
    ),
    facts="bounded_value",
    convex=lambda alpha, beta, smooth: alpha == 0 and beta <= 1,
    differentiable=_smooth_tversky,
    bounded_slope=_smooth_tversky,
)
def tversky(
    prediction: Pixels,
    target: Mask,
    *,
    alpha: FalsePositiveWeight = 0.3,
    beta: FalseNegativeWeight = 0.7,
    smooth: Smooth = 0.0,
) -> Tensor:
    """Overlap with a price for each kind of error: alpha for false positives, beta for false negatives.

    Use beta > alpha where missing the object is worse than marking too much. alpha = beta = ½
    is Dice (with half its smooth), alpha = beta = 1 is Jaccard. Keras up to 3.15.1 has alpha and beta the other way
    round.
    """
    return _share_wrong(prediction, target, alpha, beta, smooth)


@loss(
    name="Focal Tversky",
    slot=3,
    latex=r"\left(1-" + TVERSKY_INDEX + r"\right)^{1/@gamma}",
    references=("Abraham and Khan (2019), A novel focal Tversky loss function, ISBI",),
    equivalents=(
        Equivalent("torch", TORCH_TVERSKY + " ** (1 / {gamma})"),
        Equivalent("keras", KERAS_TVERSKY + " ** (1 / {gamma})"),
    ),
    facts="bounded_value",
    convex=_convex_focal_tversky,
    differentiable=_smooth_focal_tversky,
    bounded_slope=_smooth_focal_tversky,
)
def focal_tversky(
    prediction: Pixels,
    target: Mask,
    *,
    gamma: Annotated[float, Range(0.1, 10.0, symbol=r"\gamma", log=True, slider=(0.5, 3.0))] = 4 / 3,
    alpha: FalsePositiveWeight = 0.3,
    beta: FalseNegativeWeight = 0.7,
    smooth: Smooth = 0.0,
) -> Tensor:
    """The Tversky loss to the power 1/gamma: gamma above 1 keeps the pull on nearly perfect images strong.

    The exponent is the paper's, 1/gamma with gamma from 1 to 3; much code calls the exponent
    itself gamma. The paper's alpha weighs false negatives; here, as in ``tversky``, false
    positives. Above 1 the slope grows without bound towards a perfect prediction; there, at
    the minimum, the slope given is 0, which is a subgradient. At 1 it is the Tversky loss.
    """
    return focus(_share_wrong(prediction, target, alpha, beta, smooth), 1 / gamma)
