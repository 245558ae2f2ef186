"""Penalties: what the weights themselves cost. The strength λ in front is the caller's.

The last axis holds the weights of one model; the sum runs over it.
"""

import math
from typing import Annotated

import torch
from torch import Tensor

from losses.spec.domain import VECTOR
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range, Switch

Weights = Annotated[Tensor, VECTOR]
Half = Annotated[bool, Switch("½ in front of the squares")]


@loss(
    name="L1",
    slot=0,
    latex=r"\sum_j\lvert w_j\rvert",
    references=("Tibshirani (1996), Regression shrinkage and selection via the lasso, JRSS B 58(1)",),
    equivalents=(
        Equivalent("torch", "torch.linalg.vector_norm(weights, ord=1, dim=-1)"),
        Equivalent("keras", "keras.regularizers.L1(1.0)(weights)"),
    ),
    facts="convex symmetric bounded_slope",
)
def l1(weights: Weights) -> Tensor:
    """Every weight is pulled to 0 with the same force, so small ones end up exactly there.

    Use it to select features: the lasso. Among weights that do the same work it picks one,
    and not always the same one.
    """
    return torch.linalg.vector_norm(weights, ord=1, dim=-1)


@loss(
    name="L2",
    slot=1,
    latex=lambda half: r"\tfrac12\sum_j w_j^2" if half else r"\sum_j w_j^2",
    references=("Hoerl and Kennard (1970), Ridge regression, Technometrics 12(1)",),
    equivalents=(
        Equivalent("torch", "weights.square().sum(-1)", lambda half: not half),
        Equivalent("torch", "weights.square().sum(-1) / 2", lambda half: half),
        Equivalent("keras", "keras.regularizers.L2(1.0)(weights)", lambda half: not half),
        Equivalent("keras", "keras.regularizers.L2(0.5)(weights)", lambda half: half),
    ),
    facts="convex symmetric differentiable",
)
def l2(weights: Weights, *, half: Half = False) -> Tensor:
    """Large weights are pulled hard and small ones hardly at all: all shrink, none becomes 0.

    Use it where every feature may matter a little: ridge regression, weight decay. With
    ``half`` the slope is w instead of 2w.
    """
    return (weights * (weights / 2 if half else weights)).sum(-1)


@loss(
    name="Elastic net",
    slot=2,
    latex=lambda l1_ratio, half: (
        r"@l1_ratio\sum_j\lvert w_j\rvert+(1-@l1_ratio)" + (r"\tfrac12" if half else "") + r"\sum_j w_j^2"
    ),
    references=("Zou and Hastie (2005), Regularization and variable selection via the elastic net, JRSS B 67(2)",),
    equivalents=(
        Equivalent(
            "torch",
            "{l1_ratio} * weights.abs().sum(-1) + (1 - {l1_ratio}) * weights.square().sum(-1)",
            lambda l1_ratio, half: not half,
        ),
        Equivalent(
            "torch",
            "{l1_ratio} * weights.abs().sum(-1) + (1 - {l1_ratio}) / 2 * weights.square().sum(-1)",
            lambda l1_ratio, half: half,
        ),
        Equivalent(
            "keras",
            "keras.regularizers.L1L2(l1={l1_ratio}, l2=1 - {l1_ratio})(weights)",
            lambda l1_ratio, half: not half,
        ),
        Equivalent(
            "keras",
            "keras.regularizers.L1L2(l1={l1_ratio}, l2=(1 - {l1_ratio}) / 2)(weights)",
            lambda l1_ratio, half: half,
        ),
    ),
    facts="convex symmetric",
    differentiable=lambda l1_ratio, half: l1_ratio == 0,
    bounded_slope=lambda l1_ratio, half: l1_ratio == 1,
)
def elastic_net(
    weights: Weights,
    *,
    l1_ratio: Annotated[float, Range(0.0, 1.0, symbol=r"\rho")] = 0.5,
    half: Half = False,
) -> Tensor:
    """A mixture of both: exact zeros as under L1, and weights that do the same work kept together as under L2.

    Use it for many correlated features. A ratio of 1 is L1, of 0 is L2 with the same ``half``.
    Without ``half`` it is Zou and Hastie's form; with it, scikit-learn's and glmnet's.
    """
    # Scaled first: a sum that overflows would be NaN times a share of 0.
    return l1.function(l1_ratio * weights) + l2.function(math.sqrt(1 - l1_ratio) * weights, half=half)
