"""Binary losses: what the probability of yes, or its logit, costs against a label in [0, 1]."""

from typing import Annotated

import torch
from torch import Tensor

from losses.families.numerics import focus, log_sigmoid, times, times_log
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
        return times(yes, log_sigmoid(prediction)) + times(no, log_sigmoid(-prediction))
    return times_log(yes, prediction) + no * torch.log1p(-prediction.masked_fill((no == 0) & ~prediction.isnan(), 0))


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


def _focal_formula(balanced: bool, from_logits: bool, **_: float) -> str:
    yes, no = (r"@alpha\,", r"(1-@alpha)\,") if balanced else ("", "")
    return rf"\begin{{cases}}-{yes}(1-p)^{{@gamma}}\log p & y=1\\ -{no}p^{{@gamma}}\log(1-p) & y=0\end{{cases}}" + (
        r"\quad p=\sigma(z)" if from_logits else ""
    )


def _focal_in_torch(probability: str, cross_entropy: str, *, from_logits: bool) -> tuple[Equivalent, ...]:
    """The code with weights of the labels, and without."""
    return tuple(
        Equivalent(
            "torch",
            f"{weights}(target - {probability}).abs() ** {{gamma}}"
            f" * torch.nn.functional.{cross_entropy}(prediction, target, reduction='none')",
            lambda weighted=weighted, **settings: (
                (from_logits, weighted) == (settings["from_logits"], settings["balanced"])
            ),
        )
        for weights, weighted in (("torch.where(target == 1, {alpha}, 1 - {alpha}) * ", True), ("", False))
    )


@loss(
    name="Focal",
    slot=1,
    color=3,
    latex=_focal_formula,
    references=(LIN_2017 + ", equations 4 and 5",),
    equivalents=(
        *_focal_in_torch("prediction", "binary_cross_entropy", from_logits=False),
        *_focal_in_torch("prediction.sigmoid()", "binary_cross_entropy_with_logits", from_logits=True),
        Equivalent(
            "keras",
            "keras.losses.binary_focal_crossentropy(target, prediction, apply_class_balancing=True, alpha={alpha}, "
            "gamma={gamma}, from_logits={from_logits})",
            lambda balanced, **_: balanced,
            mean=True,
        ),
        Equivalent(
            "keras",
            "keras.losses.binary_focal_crossentropy(target, prediction, gamma={gamma}, from_logits={from_logits})",
            lambda balanced, **_: not balanced,
            mean=True,
        ),
    ),
    estimates="a probability shifted by alpha and drawn together by gamma",
    facts="differentiable",
    convex=lambda from_logits, gamma, **_: gamma == 0 or not from_logits,
    bounded_slope=lambda from_logits, **_: from_logits,
    proper=lambda gamma, alpha, balanced, **_: gamma == 0 and (alpha == 0.5 or not balanced),
    link=_probability,
)
def focal(
    prediction: Prediction,
    target: Annotated[Tensor, BINARY],
    *,
    gamma: Annotated[float, Range(0.0, 10.0, symbol=r"\gamma", slider=(0.0, 5.0))] = 2.0,
    alpha: Annotated[float, Range(0.0, 1.0, symbol=r"\alpha")] = 0.25,
    balanced: Annotated[bool, Switch("alpha weighs the labels", detail=True)] = True,
    from_logits: FromLogits = False,
) -> Tensor:
    """Cross-entropy that fades for what is already right, so that easy examples do not drown the hard ones.

    Use it where easy examples outnumber hard ones thousands to one, as in detection. Hard
    means hard of either class; ``alpha`` weighs the positive label and 1 - alpha the negative. Without ``balanced``
    neither is weighed, as by default in Keras and with alpha = -1 in torchvision. Not
    proper once gamma is above 0: the confidence it learns is too low. With gamma 0 and alpha
    1/2 it is half the cross-entropy. The label is 0 or 1: for a soft one the paper says nothing, and it is refused.
    """
    weight_yes, weight_no = (alpha, 1 - alpha) if balanced else (1.0, 1.0)
    positive = target == 1
    if from_logits:
        wrong = torch.where(positive, -prediction, prediction)  # the logit of being wrong
        # As a power of the sigmoid the factor would have no slope left where the sigmoid underflows. Where the answer
        # is infinitely wrong it is constant: there the cost is infinite, and its product with a slope of 0 NaN.
        miss = log_sigmoid(wrong).masked_fill(wrong == torch.inf, 0)
        factor = torch.exp(gamma * miss) if gamma > 0 else torch.ones_like(miss)
    else:
        factor = focus(torch.where(positive, 1 - prediction, prediction), gamma)
    return -_log_likelihood(prediction, weight_yes * target * factor, weight_no * (1 - target) * factor, from_logits)
