"""``OVERLAP``: the losses and measures of a predicted mask that are compared, each by its key.

Each is a function of predictions ``[b, pixels]`` and masks of 0 and 1 ``[b, pixels]`` that gives one number per image.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from losses.families import binary, overlap
from losses.families.numerics import focus, times
from losses.segmentation.conventions import Conventions
from losses.segmentation.distance import hausdorff, signed_distance
from losses.spec.declared import Function, docstring
from losses.spec.loss import Loss
from losses.spec.parameter import Parameter, check_all, substitute

INDEX = ("smooth", "smoothing", "pooled", "background")
SUDRE_2017 = (
    "Sudre, Li, Vercauteren, Ourselin and Cardoso (2017), Generalised Dice overlap as a deep learning loss function for "
    "highly unbalanced segmentations, DLMIA"
)
BERMAN_2018 = (
    "Berman, Rannen Triki and Blaschko (2018), The Lovász-softmax loss: a tractable surrogate for the optimization of "
    "the intersection-over-union measure in neural networks, CVPR"
)
KERVADEC_2019 = "Kervadec et al. (2019), Boundary loss for highly unbalanced segmentation, MIDL"
HUTTENLOCHER_1993 = "Huttenlocher, Klanderman and Rucklidge (1993), Comparing images using the Hausdorff distance, PAMI"


@dataclass(frozen=True)
class Compared:
    """One of what is compared.

    Attributes
    ----------
    key, name, source
        What it is called, and where it is from.
    latex
        Its formula, of probabilities p, logits z and a mask t of n pixels; ``@alpha`` stands for a parameter, ``@above``
        and ``@below`` for the smoothing term in numerator and denominator, ``@power`` for a square where there is one.
    function
        ``function(prediction, target, conventions, logits=..., **parameters)`` of tensors ``[b, pixels]``; ``logits``
        says whether the predictions are logits. It gives ``[b]``, or ``[1]`` where images are pooled.
    parameters
        Its own, by name.
    conventions
        The names of those of ``Conventions`` that change it.
    takes
        ``probability`` or ``logit``, for what it is a function of; ``either`` where it is computed of both without loss.
    measure
        Whether it is a measure of the mask that the prediction gives at 1/2: it has no gradient.
    rising
        Whether more is better.
    parts
        For a sum: the keys of what it adds up, which have no parameters, and what weighs each, if something does.
    loss
        The loss of ``losses/families`` that it rests on, for its code; None where it is of this room.
    """

    key: str
    name: str
    latex: str
    source: str
    function: Function[Tensor]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    conventions: tuple[str, ...] = ()
    takes: str = "probability"
    measure: bool = False
    rising: bool = False
    parts: Mapping[str, str | None] = field(default_factory=dict)
    loss: Loss | None = None

    def settings(self, **parameters: Any) -> dict[str, float | bool]:
        """All parameters with defaults filled in and each value checked (``ValueError``)."""
        return check_all(self.key, self.parameters, parameters)

    def weights(self, parameters: Mapping[str, float]) -> dict[str, float]:
        """How much each of its parts counts."""
        return {key: 1.0 if weight is None else parameters[weight] for key, weight in self.parts.items()}

    def formula(self, conventions: Conventions | None = None, **parameters: Any) -> str:
        """The formula in LaTeX under these conventions, for the object alone, with the values given here plugged in."""
        conventions = conventions or Conventions()
        added = f"+{conventions.added:g}" if conventions.added else ""
        latex = self.latex.replace("@above", added if conventions.smoothing == "both" else "").replace("@below", added)
        latex = latex.replace("@power", "^2" if conventions.squared else "")
        if conventions.keras_weights and "keras_weights" in self.conventions:
            latex = latex.replace("@alpha", "@first").replace("@beta", "@alpha").replace("@first", "@beta")
        return substitute(latex, self.parameters, parameters)

    @property
    def summary(self) -> str:
        """What it looks at, in a sentence or two."""
        return " ".join(docstring(self.function).split())


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
    p, t = replace(conventions, background=True).objects(_probability(prediction, logits), target)
    size, added = t.sum(-1), conventions.added
    weight = torch.where(size > 0, size, size.amax(0)) ** -2.0
    for_both = torch.where(size.amin(0) > 0, weight, weight.amin(0))
    errors = (for_both * (p - t).abs().sum(-1)).sum(0)
    total = (for_both * (p.sum(-1) + size)).sum(0) + added
    return (errors + (added if conventions.smoothing == "denominator" else 0.0)) / total


def jaccard(prediction: Tensor, target: Tensor, conventions: Conventions, *, logits: bool) -> Tensor:
    """1 - intersection over union: orders predictions as Dice does, and costs more in between."""
    p, t = conventions.objects(_probability(prediction, logits), target)
    added = conventions.added
    if conventions.squared:  # to the squared Dice as Jaccard is to Dice
        squared = overlap.dice_squared.function(p, t, smooth=2 * added)
        loss, size = 2 * squared / (1 + squared), (p.square() + t).sum(-1)
    else:
        loss, size = overlap.jaccard.function(p, t, smooth=added), (p + t).sum(-1)
    return (loss + _not_above(size - (p * t).sum(-1), conventions)).mean(0)


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
    """
    z = prediction if logits else prediction.logit()
    if conventions.pooled:
        z, target = z.reshape(1, -1), target.reshape(1, -1)
    errors, order = (1 - z * (2 * target - 1)).sort(-1, descending=True)
    found = target.gather(-1, order).cumsum(-1)
    size = found[..., -1:]
    union = size + torch.arange(1, target.shape[-1] + 1, dtype=target.dtype) - found
    loss = 1 - (size - found) / union
    return times(loss.diff(dim=-1, prepend=torch.zeros_like(size)), torch.relu(errors)).sum(-1)


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
    if conventions.pooled:
        pixels = pixels.mean(0, keepdim=True)
    return pixels + dice_weight * dice(prediction, target, conventions, logits=logits)


def _probability(prediction: Tensor, logits: bool) -> Tensor:
    return prediction.sigmoid() if logits else prediction


def _mask(prediction: Tensor, logits: bool) -> Tensor:
    return prediction > (0.0 if logits else 0.5)


def _not_above(total: Tensor, conventions: Conventions) -> Tensor | float:
    """What a loss costs more where the smoothing term stands below the line alone: s over the smoothed total."""
    added = conventions.added
    return added / (total + added) if conventions.smoothing == "denominator" and added > 0 else 0.0


def _dice(p: Tensor, t: Tensor, conventions: Conventions, *, squared: bool) -> Tensor:
    loss = (overlap.dice_squared if squared else overlap.dice).function(p, t, smooth=conventions.added)
    return loss + _not_above(((p.square() if squared else p) + t).sum(-1), conventions)


def _tversky(
    prediction: Tensor, target: Tensor, conventions: Conventions, logits: bool, weights: tuple[float, float]
) -> Tensor:
    p, t = conventions.objects(_probability(prediction, logits), target)
    alpha, beta = conventions.weights(*weights)
    loss = overlap.tversky.function(p, t, alpha=alpha, beta=beta, smooth=conventions.added)
    if conventions.smoothing != "denominator":
        return loss
    hits = (p * t).sum(-1)
    return loss + _not_above(hits + alpha * (p.sum(-1) - hits) + beta * (t.sum(-1) - hits), conventions)


def _hausdorff(prediction: Tensor, target: Tensor, logits: bool, percent: float) -> Tensor:
    n = math.isqrt(target.shape[-1])
    masks = [each.reshape(-1, n, n).numpy() for each in (_mask(prediction, logits), target)]
    return torch.tensor([hausdorff(*pair, percent) for pair in zip(*masks, strict=True)], dtype=torch.float64)


def _own(loss: Loss, *names: str, **defaults: float) -> dict[str, Parameter]:
    """These parameters of a loss, some with another default."""
    return {
        name: replace(loss.parameters[name], default=defaults.get(name, loss.parameters[name].default))
        for name in names
    }


TVERSKY = r"\frac{\sum p\,t@above}{\sum p\,t+@alpha\sum p\,(1-t)+@beta\sum(1-p)\,t@below}"
DICE = r"1-\frac{2\sum p\,t@above}{\sum p@power+\sum t@power@below}"
BCE = r"-\tfrac1n\sum\bigl(t\log p+(1-t)\log(1-p)\bigr)"
DICE_WEIGHT = Parameter("dice_weight", 1.0, 0.0, 100.0, symbol="w", slider=(0.0, 5.0))
EDGES = r"A=\partial\{p>\tfrac12\},\ B=\partial\{t=1\}"
OVERLAP: Mapping[str, Compared] = MappingProxyType(
    {
        one.key: one
        for one in (
            Compared(
                "accuracy", "Accuracy", r"\tfrac1n\,\bigl|\{[p>\tfrac12]=t\}\bigr|", "scikit-learn, accuracy_score",
                accuracy, measure=True, rising=True,
            ),
            Compared(
                "bce", "Cross-entropy", BCE, binary.binary_cross_entropy.references[0], bce,
                takes="either", loss=binary.binary_cross_entropy,
            ),
            Compared(
                "weighted_bce", "Weighted cross-entropy", BCE.replace("t\\log", "@positive_weight\\,t\\log"),
                binary.binary_cross_entropy.references[1], weighted_bce,
                _own(binary.binary_cross_entropy, "positive_weight", positive_weight=5.0),
                takes="either", loss=binary.binary_cross_entropy,
            ),
            Compared(
                "focal", "Focal",
                r"-\tfrac1n\sum\bigl(@alpha\,t\,(1-p)^{@gamma}\log p+(1-@alpha)(1-t)\,p^{@gamma}\log(1-p)\bigr)",
                binary.focal.references[0], focal, _own(binary.focal, "gamma", "alpha"),
                takes="either", loss=binary.focal,
            ),
            Compared(
                "dice", "Dice", DICE, overlap.dice.references[0], dice,
                conventions=(*INDEX, "squared"), loss=overlap.dice,
            ),
            Compared(
                "dice_squared", "Dice, squared", DICE.replace("@power", "^2"), overlap.dice_squared.references[0],
                dice_squared, conventions=INDEX, loss=overlap.dice_squared,
            ),
            Compared(
                "generalised_dice", "Generalised Dice",
                r"1-\frac{2\sum_c w_c\sum p_c\,t_c@above}{\sum_c w_c\sum(p_c+t_c)@below},\quad "
                r"w_c=\Bigl(\sum t_c\Bigr)^{-2}",
                SUDRE_2017, generalised_dice, conventions=("smooth", "smoothing", "pooled"),
            ),
            Compared(
                "jaccard", "Jaccard", r"1-\frac{\sum p\,t@above}{\sum p@power+\sum t@power-\sum p\,t@below}",
                overlap.jaccard.references[1], jaccard, conventions=(*INDEX, "squared"), loss=overlap.jaccard,
            ),
            Compared(
                "tversky", "Tversky", "1-" + TVERSKY, overlap.tversky.references[0], tversky,
                _own(overlap.tversky, "alpha", "beta"), (*INDEX, "keras_weights"), loss=overlap.tversky,
            ),
            Compared(
                "focal_tversky", "Focal Tversky", r"\left(1-" + TVERSKY + r"\right)^{1/@gamma}",
                overlap.focal_tversky.references[0], focal_tversky,
                _own(overlap.focal_tversky, "gamma", "alpha", "beta"), (*INDEX, "keras_weights"),
                loss=overlap.focal_tversky,
            ),
            Compared(
                "lovasz_hinge", "Lovász hinge",
                r"\sum_i m_{(i)}\,\bigl(\Delta_i-\Delta_{i-1}\bigr),\quad m=\max\bigl(0,1-z(2t-1)\bigr),\ "
                r"\Delta_i=\text{Jaccard loss with the }i\text{ largest errors wrong}",
                BERMAN_2018 + ", algorithm 1 and equation 11", lovasz_hinge, conventions=("pooled",), takes="logit",
            ),
            Compared(
                "boundary", "Boundary", r"\tfrac1n\sum p\,\phi_t,\quad \phi_t=\pm\text{distance to the edge of }t",
                KERVADEC_2019 + ", equation 5", boundary,
            ),
            Compared(
                "hausdorff", "Hausdorff distance",
                r"\max\Bigl(\max_{a\in A}d(a,B),\ \max_{b\in B}d(b,A)\Bigr),\quad " + EDGES,
                HUTTENLOCHER_1993, hausdorff_distance, measure=True,
            ),
            Compared(
                "hausdorff_95", "Hausdorff distance, 95 %",
                r"\max\bigl(P_{95}\,d(a,B),\ P_{95}\,d(b,A)\bigr),\quad " + EDGES,
                HUTTENLOCHER_1993, hausdorff_95, measure=True,
            ),
            Compared(
                "bce_dice", "Cross-entropy + Dice",
                BCE + r"+@dice_weight\left(" + DICE + r"\right)",
                "Isensee et al. (2021), nnU-Net, Nature Methods 18", bce_dice,
                MappingProxyType({"dice_weight": DICE_WEIGHT}), (*INDEX, "squared"), takes="either",
                parts=MappingProxyType({"bce": None, "dice": "dice_weight"}),
            ),
        )
    }
)  # fmt: skip
