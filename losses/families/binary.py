"""Binary losses: what the probability of yes, or its logit, costs against a label in [0, 1]."""

from typing import Annotated

import torch
from torch import Tensor
from torch.nn import functional

from losses.families.numerics import focus, times_log
from losses.spec.domain import BINARY, PROBABILITY, REAL, Either
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range, Switch

Prediction = Annotated[Tensor, Either("from_logits", REAL, PROBABILITY)]
FromLogits = Annotated[bool, Switch("prediction is a logit")]

LIN_2017 = "Lin, Goyal, Girshick, He and Dollár (2017), Focal loss for dense object detection, ICCV"


def _log_likelihood(prediction: Tensor, yes: Tensor, no: Tensor, from_logits: bool) -> Tensor:
    # functional.binary_cross_entropy clamps the logarithm at -100, and its form with logits
    # subtracts two large numbers where the label is 0: neither is exact for a confident answer.
    if from_logits:
        return yes * functional.logsigmoid(prediction) + no * functional.logsigmoid(-prediction)
    return times_log(yes, prediction) + no * torch.log1p(-prediction.masked_fill(no == 0, 0))


def _probability(prediction: Tensor, *, from_logits: bool, **_: float) -> Tensor:
    return prediction.sigmoid() if from_logits else prediction


def _in_torch(code: str, *, from_logits: bool, weighted: bool) -> tuple[Equivalent, ...]:
    """The code without label smoothing, and with it; each holds for its own settings alone."""
    smoothed = code.replace("target", "target * (1 - {label_smoothing}) + {label_smoothing} / 2")
    return tuple(
        Equivalent(
            "torch",
            variant,
            lambda smooth=smooth, **settings: (
                (from_logits, weighted, smooth)
                == (settings["from_logits"], settings["positive_weight"] != 1, settings["label_smoothing"] > 0)
            ),
        )
        for variant, smooth in ((code, False), (smoothed, True))
    )


def _cross_entropy_formula(from_logits: bool, label_smoothing: float, positive_weight: float) -> str:
    """The formula, without what these parameters leave out of it; not a number for one that stays a symbol."""
    label = "y" if label_smoothing == 0 else r"\tilde y"
    weight = "" if positive_weight == 1 else r"@positive_weight\,"
    given = [] if label_smoothing == 0 else [r"\tilde y=(1-@label_smoothing)\,y+\tfrac12\,@label_smoothing"]
    given += [r"p=\sigma(z)"] if from_logits else []
    return r",\quad ".join([rf"-{weight}{label}\log p-(1-{label})\log(1-p)", *given])


@loss(
    name="Binary cross-entropy",
    slot=0,
    color=2,
    latex=_cross_entropy_formula,
    references=(
        "Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14(1)",
        "PyTorch documentation, BCEWithLogitsLoss (pos_weight)",
        "Keras documentation, BinaryCrossentropy (label_smoothing)",
    ),
    equivalents=(
        *_in_torch(
            "torch.nn.functional.binary_cross_entropy(prediction, target, reduction='none')",
            from_logits=False,
            weighted=False,
        ),
        *_in_torch(
            "torch.nn.functional.binary_cross_entropy_with_logits(prediction, target, reduction='none')",
            from_logits=True,
            weighted=False,
        ),
        *_in_torch(
            "torch.nn.functional.binary_cross_entropy_with_logits(prediction.logit(), target, "
            "pos_weight=torch.tensor({positive_weight}), reduction='none')",
            from_logits=False,
            weighted=True,
        ),
        *_in_torch(
            "torch.nn.functional.binary_cross_entropy_with_logits(prediction, target, "
            "pos_weight=torch.tensor({positive_weight}), reduction='none')",
            from_logits=True,
            weighted=True,
        ),
        Equivalent(
            "keras",
            "keras.losses.binary_crossentropy(target, prediction, from_logits={from_logits}, label_smoothing={label_smoothing})",
            lambda from_logits, label_smoothing, positive_weight: positive_weight == 1,
            mean=True,
        ),
        Equivalent(
            "sklearn",
            "sklearn.metrics.log_loss(target, prediction, labels=[0, 1])",
            lambda from_logits, label_smoothing, positive_weight: (
                not from_logits and label_smoothing == 0 and positive_weight == 1
            ),
            mean=True,
        ),
        Equivalent(
            "sklearn",
            "sklearn.metrics.log_loss(target, scipy.special.expit(prediction), labels=[0, 1])",
            lambda from_logits, label_smoothing, positive_weight: (
                from_logits and label_smoothing == 0 and positive_weight == 1
            ),
            mean=True,
        ),
    ),
    estimates="the probability of yes",
    facts="convex differentiable",
    bounded_slope=lambda from_logits, **_: from_logits,
    proper=lambda from_logits, label_smoothing, positive_weight: label_smoothing == 0 and positive_weight == 1,
    link=_probability,
)
def binary_cross_entropy(
    prediction: Prediction,
    target: Annotated[Tensor, PROBABILITY],
    *,
    from_logits: FromLogits = False,
    label_smoothing: Annotated[float, Range(0.0, 1.0, symbol="s", slider=(0.0, 0.5))] = 0.0,
    positive_weight: Annotated[float, Range(1e-3, 1e3, symbol="w_+", log=True, slider=(0.1, 10.0))] = 1.0,
) -> Tensor:
    """The surprise at the label: it punishes confident error hardest and rewards honest uncertainty.

    Use it for a yes-or-no answer from a sigmoid, with ``from_logits`` where the sigmoid has not
    been applied: that form loses nothing to rounding. Unweighted it rebalances nothing;
    ``positive_weight`` multiplies the cost of the positive label, as ``pos_weight`` in PyTorch,
    and shifts the probabilities by as much. The label may be soft. ``label_smoothing`` s moves
    it to (1 - s)·y + s/2, as in Keras. Exact at the edges: 0·log 0 = 0, and a probability of 0 or 1 for
    what does not happen costs infinity, where PyTorch stops at 100 and Keras at about 16.
    """
    label = target * (1 - label_smoothing) + label_smoothing / 2
    return -_log_likelihood(prediction, positive_weight * label, 1 - label, from_logits)


@loss(
    name="Focal",
    slot=1,
    color=3,
    latex=lambda from_logits, **_: (
        r"\begin{cases}-@alpha\,(1-p)^{@gamma}\log p & y=1\\ -(1-@alpha)\,p^{@gamma}\log(1-p) & y=0\end{cases}"
        + (r"\quad p=\sigma(z)" if from_logits else "")
    ),
    references=(LIN_2017 + ", equation 5",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.where(target == 1, {alpha}, 1 - {alpha}) * (target - prediction).abs() ** {gamma}"
            " * torch.nn.functional.binary_cross_entropy(prediction, target, reduction='none')",
            lambda from_logits, **_: not from_logits,
        ),
        Equivalent(
            "torch",
            "torch.where(target == 1, {alpha}, 1 - {alpha}) * (target - prediction.sigmoid()).abs() ** {gamma}"
            " * torch.nn.functional.binary_cross_entropy_with_logits(prediction, target, reduction='none')",
            lambda from_logits, **_: from_logits,
        ),
        Equivalent(
            "keras",
            "keras.losses.binary_focal_crossentropy(target, prediction, apply_class_balancing=True, alpha={alpha}, "
            "gamma={gamma}, from_logits={from_logits})",
            mean=True,
        ),
    ),
    estimates="a probability shifted by alpha and drawn together by gamma",
    facts="differentiable",
    convex=lambda from_logits, gamma, **_: gamma == 0 or not from_logits,
    bounded_slope=lambda from_logits, **_: from_logits,
    proper=lambda gamma, alpha, **_: gamma == 0 and alpha == 0.5,
    link=_probability,
)
def focal(
    prediction: Prediction,
    target: Annotated[Tensor, BINARY],
    *,
    gamma: Annotated[float, Range(0.0, 10.0, symbol=r"\gamma", slider=(0.0, 5.0))] = 2.0,
    alpha: Annotated[float, Range(0.0, 1.0, symbol=r"\alpha")] = 0.25,
    from_logits: FromLogits = False,
) -> Tensor:
    """Cross-entropy that fades for what is already right, so that easy examples do not drown the hard ones.

    Use it where easy examples outnumber hard ones thousands to one, as in detection. Hard
    means hard of either class; ``alpha`` weighs the positive label and 1 - alpha the negative. Not
    proper once gamma is above 0: the confidence it learns is too low. With gamma 0 and alpha
    1/2 it is half the cross-entropy. The label is 0 or 1.
    """
    positive = target == 1
    if from_logits:
        # as a power of the sigmoid the factor would have no slope left where the sigmoid underflows
        factor = torch.exp(gamma * functional.logsigmoid(torch.where(positive, -prediction, prediction)))
    else:
        factor = focus(torch.where(positive, 1 - prediction, prediction), gamma)
    return -_log_likelihood(prediction, alpha * target * factor, (1 - alpha) * (1 - target) * factor, from_logits)
