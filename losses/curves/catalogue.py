"""``AXES``: the numbers along which losses are compared, one declaration each, every loss on at least one."""

import math
from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor

from losses.curves.axis import Axis, Domains, Inputs, axis
from losses.registry import LOSSES
from losses.spec.domain import BINARY, CLASS_INDEX, REAL, VECTOR
from losses.spec.loss import Loss
from losses.spec.parameter import Parameter

PIXELS = 100
SHARE = (0.0, 1.0)
AT_LEAST_0 = (0.0, math.inf)

LABEL = Parameter("label", True, label="The true label is 1")
CLASSES = Parameter("classes", 3, 2, 1000, "K", slider=(2, 20), label="Number of classes", whole=True)
MATCHING = Parameter("matching", True, label="A matching pair")


def _family(family: str, where: Callable[[Loss], bool] = lambda loss: True) -> tuple[str, ...]:
    return tuple(key for key, loss in LOSSES.items() if loss.family == family and where(loss))


def _of_any_residual(loss: Loss) -> bool:
    return loss.inputs["prediction"] is REAL


def _of_a_distance(loss: Loss) -> bool:
    return "negative" in loss.inputs or loss.inputs.get("target") is BINARY


def _among_negatives(loss: Loss) -> bool:
    return "negatives" in loss.inputs


@axis(
    "Regression: residual",
    "Residual r = prediction − target, in the target's unit",
    "r",
    (-5.0, 5.0),
    _family("regression", _of_any_residual),
)
def residual(x: Tensor, domains: Domains) -> Inputs:
    """Prediction x for the target 0."""
    return x, torch.zeros_like(x)


@axis(
    "Regression: prediction of a positive target",
    "Prediction, in the target's unit",
    "ŷ",
    (0.0, 10.0),
    (*_family("regression", lambda loss: not _of_any_residual(loss)), "mse", "mae", "huber"),
    Parameter("target", 3.0, 1e-2, 1e6, "y", log=True, slider=(0.1, 10.0), label="Target"),
    domain=AT_LEAST_0,
)
def prediction(x: Tensor, domains: Domains, target: float) -> Inputs:
    """Prediction x for a fixed target: losses that look at more than the difference, and three that do not."""
    return x, torch.full_like(x, target)


@axis(
    "Two classes: margin",
    "Margin y·f = label × score; the sign is right where it is positive",
    "m",
    (-3.0, 3.0),
    _family("margin"),
    at=-1.0,
)
def margin(x: Tensor, domains: Domains) -> Inputs:
    """Score x for the label +1."""
    return x, torch.ones_like(x)


@axis(
    "Two classes: probability",
    "Probability given to the true label",
    "p",
    SHARE,
    _family("binary"),
    LABEL,
    domain=SHARE,
    at=0.2,
    from_logits=False,
)
def probability(x: Tensor, domains: Domains, label: bool) -> Inputs:
    """Probability x for the label that is true: a prediction of x for 1, of 1 - x for 0."""
    return (x if label else 1 - x), torch.full_like(x, float(label))


@axis(
    "Two classes: logit",
    "Logit z; the probability of label 1 is 1 / (1 + exp(−z))",
    "z",
    (-6.0, 6.0),
    _family("binary"),
    LABEL,
    at=-3.0,
    from_logits=True,
)
def logit(x: Tensor, domains: Domains, label: bool) -> Inputs:
    """Logit x of label 1."""
    return x, torch.full_like(x, float(label))


@axis(
    "Many classes: probability",
    "Probability given to the true class; the others share the rest equally",
    "p",
    SHARE,
    _family("multiclass"),
    CLASSES,
    domain=SHARE,
    at=0.2,
    from_logits=False,
)
def class_probability(x: Tensor, domains: Domains, classes: int) -> Inputs:
    """Probability x for the true class, (1 - x) / (classes - 1) for each other; raw scores are given as these."""
    others = ((1 - x) / (classes - 1)).unsqueeze(-1).expand(-1, classes - 1)
    shares = torch.cat([x.unsqueeze(-1), others], dim=-1)
    return shares, _first_class(shares, domains["target"] is CLASS_INDEX)


@axis(
    "Many classes: logit lead",
    "Lead of the true class's logit over the others, which are 0",
    "z",
    (-6.0, 6.0),
    _family("multiclass"),
    CLASSES,
    at=-3.0,
    from_logits=True,
)
def class_logit(x: Tensor, domains: Domains, classes: int) -> Inputs:
    """Logit x for the true class, 0 for the others."""
    logits = torch.cat([x.unsqueeze(-1), x.new_zeros(len(x), classes - 1)], dim=-1)
    return logits, _first_class(logits, domains["target"] is CLASS_INDEX)


def _first_class(scores: Tensor, as_index: bool) -> Tensor:
    one_hot = torch.zeros_like(scores)
    if as_index:
        return one_hot[:, 0]
    one_hot[:, 0] = 1
    return one_hot


@axis(
    "Distributions: two outcomes",
    "q, where Q = (q, 1 − q) stands in for P = (p, 1 − p)",
    "q",
    SHARE,
    _family("divergence"),
    Parameter("p", 0.3, symbol="p", label="Probability p of the first outcome"),
    domain=SHARE,
)
def divergence(x: Tensor, domains: Domains, p: float) -> Inputs:
    """Q = (x, 1 - x) against P = (p, 1 - p)."""
    return torch.stack([x, 1 - x], dim=-1), x.new_tensor([p, 1 - p]).expand(len(x), 2)


@axis(
    "GAN: discriminator's output",
    "Discriminator's raw output (logit) on a generated sample; taken for real where positive",
    "z",
    (-6.0, 6.0),
    _family("adversarial"),
    Parameter(
        "real_logit", 1.0, -1e9, 1e9, r"z_{\text{real}}", slider=(-6.0, 6.0), label="Raw output on a real sample"
    ),
)
def discriminator(x: Tensor, domains: Domains, real_logit: float) -> Inputs:
    """Output x on a generated sample, and a fixed one on a real sample where the loss looks at both."""
    return (x, torch.full_like(x, real_logit)) if "real_logits" in domains else (x,)


@axis(
    "Segmentation: share found",
    "Share of the object found",
    "share",
    SHARE,
    _family("overlap"),
    Parameter("object_share", 10, 0, 100, slider=(0, 100), label="Object, % of the pixels", whole=True),
    Parameter("false_positive_share", 0.0, label="Share of the background marked as object"),
    domain=SHARE,
)
def object_found(x: Tensor, domains: Domains, object_share: int, false_positive_share: float) -> Inputs:
    """A hundred pixels: probability x on each one of the object, a fixed one on each of the background."""
    mask = torch.arange(PIXELS) < object_share
    marked = torch.where(mask, x.unsqueeze(-1), false_positive_share)
    return marked, mask.to(x.dtype).expand(len(x), PIXELS)


@axis(
    "Embedding: distance",
    "Distance of the pair, or of anchor and negative",
    "d",
    (0.0, 2.5),
    _family("embedding", _of_a_distance),
    MATCHING,
    Parameter(
        "positive_distance", 0.5, 0.0, 1e6, "d(a, p)", slider=(0.0, 2.5), label="Distance of anchor and positive"
    ),
    domain=AT_LEAST_0,
    at=0.75,
)
def distance(x: Tensor, domains: Domains, matching: bool, positive_distance: float) -> Inputs:
    """A pair x apart, or a triplet whose negative is x from the anchor.

    At x = 0 the slope is the subgradient 0, as the losses define it for vectors that coincide.
    """
    moving = torch.stack([x, torch.zeros_like(x)], dim=-1)
    anchor = torch.zeros_like(moving)
    if "negative" in domains:
        return anchor, x.new_tensor([0.0, positive_distance]).expand(len(x), 2), moving
    return moving, anchor, torch.full_like(x, float(matching))


@axis(
    "Embedding: angle",
    "Angle between the two vectors, in degrees",
    "θ",
    (0.0, 180.0),
    _family("embedding", lambda loss: loss.inputs.get("first") is VECTOR and not _of_a_distance(loss)),
    MATCHING,
)
def angle(x: Tensor, domains: Domains, matching: bool) -> Inputs:
    """Two unit vectors x degrees apart; the slope is per degree."""
    radians = torch.deg2rad(x)
    turned = torch.stack([radians.cos(), radians.sin()], dim=-1)
    return turned, x.new_tensor([1.0, 0.0]).expand(len(x), 2), torch.full_like(x, 1.0 if matching else -1.0)


@axis(
    "Embedding: angle among negatives",
    "Angle between anchor and positive, in degrees",
    "θ",
    (0.0, 180.0),
    _family("embedding", _among_negatives),
    Parameter(
        "negative_angle", 90.0, 0.0, 180.0, slider=(0.0, 180.0), label="Angle between positive and negative, degrees"
    ),
    at=60.0,
)
def angle_among_negatives(x: Tensor, domains: Domains, negative_angle: float) -> Inputs:
    """Unit vectors: the positive, the anchor x degrees from it, and one negative that far on; the slope is per degree."""
    radians, other = torch.deg2rad(x), math.radians(negative_angle)
    turned = torch.stack([radians.cos(), radians.sin()], dim=-1)
    negatives = x.new_tensor([[math.cos(other), math.sin(other)]]).expand(len(x), 1, 2)
    return turned, x.new_tensor([1.0, 0.0]).expand(len(x), 2), negatives


@axis(
    "Ranking: score lead",
    "Lead of the first score over the second",
    "s",
    (-3.0, 3.0),
    _family("embedding", lambda loss: loss.inputs.get("first") is REAL),
    Parameter("first_higher", True, label="The first should rank higher"),
    at=-1.0,
)
def score_lead(x: Tensor, domains: Domains, first_higher: bool) -> Inputs:
    """Scores x and 0."""
    return x, torch.zeros_like(x), torch.full_like(x, 1.0 if first_higher else -1.0)


@axis("Penalty: weight", "A single weight w", "w", (-3.0, 3.0), _family("penalty"))
def weight(x: Tensor, domains: Domains) -> Inputs:
    """A model with the one weight x."""
    return (x.unsqueeze(-1),)


AXES = MappingProxyType({value.key: value for value in tuple(globals().values()) if isinstance(value, Axis)})
