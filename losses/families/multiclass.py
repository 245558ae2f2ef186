"""Multiclass losses: what one score or probability per class (last axis) costs against the true class."""

from collections.abc import Callable
from typing import Annotated, Any

import torch
from torch import Tensor
from torch.nn import functional

from losses.families.numerics import focus, times, times_log
from losses.spec.domain import CLASS_INDEX, DISTRIBUTION, LOGITS, Either
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range, Switch

Prediction = Annotated[Tensor, Either("from_logits", LOGITS, DISTRIBUTION)]
Distribution = Annotated[Tensor, DISTRIBUTION]
FromLogits = Annotated[bool, Switch("predictions are logits")]
Smoothing = Annotated[float, Range(0.0, 1.0, symbol="s", slider=(0.0, 0.5))]
Temperature = Annotated[float, Range(1e-2, 1e3, symbol="T", log=True, slider=(0.1, 10.0))]

SOFTENED = (
    "Szegedy, Vanhoucke, Ioffe, Shlens and Wojna (2016), Rethinking the Inception architecture for computer vision, "
    "CVPR, section 7 (label smoothing)",
    "Hinton, Vinyals and Dean (2015), Distilling the knowledge in a neural network, arXiv:1503.02531 (temperature)",
)


def _holds(*, from_logits: bool, tempered: bool, smoothing: bool = True) -> Callable[..., bool]:
    """The settings some code is for; ``smoothing`` says whether it has a place for label smoothing."""
    return lambda **settings: (
        (from_logits, tempered) == (settings["from_logits"], settings["temperature"] != 1)
        and (smoothing or settings["label_smoothing"] == 0)
    )


def _torch() -> tuple[Equivalent, ...]:
    # cross_entropy takes logits, and log-probabilities are logits too
    return tuple(
        Equivalent(
            "torch",
            f"torch.nn.functional.cross_entropy({logits}, target, label_smoothing={{label_smoothing}}, "
            "reduction='none')",
            _holds(from_logits=from_logits, tempered=tempered),
        )
        for logits, from_logits, tempered in (
            ("prediction", True, False),
            ("prediction / {temperature}", True, True),
            ("prediction.log()", False, False),
            ("prediction.log() / {temperature}", False, True),
        )
    )


def _keras(function: str, *, smoothing: bool) -> tuple[Equivalent, ...]:
    keyword = ", label_smoothing={label_smoothing}" if smoothing else ""
    return tuple(
        Equivalent(
            "keras",
            f"keras.losses.{function}(target, {prediction}{keyword})",
            _holds(from_logits=from_logits, tempered=tempered, smoothing=smoothing),
        )
        for prediction, from_logits, tempered in (
            ("prediction, from_logits=True", True, False),
            ("prediction / {temperature}, from_logits=True", True, True),
            ("prediction", False, False),
            ("keras.ops.log(prediction) / {temperature}, from_logits=True", False, True),
        )
    )


def _sklearn(labels: str = "") -> tuple[Equivalent, ...]:
    return tuple(
        Equivalent(
            "sklearn",
            f"sklearn.metrics.log_loss(target, {probabilities}{labels})",
            _holds(from_logits=from_logits, tempered=False, smoothing=False),
            mean=True,
        )
        for probabilities, from_logits in (
            ("scipy.special.softmax(prediction, axis=-1)", True),
            ("prediction", False),
        )
    )


def _cross_entropy(
    prediction: Tensor, target: Tensor, from_logits: bool, label_smoothing: float, temperature: float
) -> Tensor:
    label = target * (1 - label_smoothing) + label_smoothing / prediction.shape[-1]
    if from_logits:
        # Less the largest, which changes nothing, no logit that matters overflows at a small temperature.
        logits = (prediction - prediction.detach().amax(-1, keepdim=True)) / temperature
        return -times(label, functional.log_softmax(logits, dim=-1)).sum(-1)
    if temperature == 1:
        return -times_log(label, prediction).sum(-1)
    # -log of p ** (1/T) / sum(p ** (1/T)). Dividing by the largest p keeps the powers from
    # underflowing; where the loss is infinite the sum would only add a slope of inf - inf.
    largest = prediction.detach().amax(-1, keepdim=True)
    ratio = (prediction / largest).masked_fill((prediction == 0) & (label > 0), 0)
    log_sum = (ratio ** (1 / temperature)).sum(-1).log() + largest.squeeze(-1).log() / temperature
    return label.sum(-1) * log_sum - times_log(label, prediction).sum(-1) / temperature


def _cross_entropy_formula(label: str, from_logits: bool, label_smoothing: float, temperature: float) -> str:
    """The formula, without what these parameters leave out of it.

    Parameters
    ----------
    label
        The target of class k, in LaTeX.
    from_logits, label_smoothing, temperature
        Of the loss; not a number for one that stays a symbol.
    """
    softened = temperature != 1
    parts = [rf"-\sum_k {label}\log p_k"]
    if label_smoothing != 0:
        smoothed = rf"\tilde y_k=(1-@label_smoothing)\,{label}+\tfrac{{1}}{{K}}\,@label_smoothing"
        parts = [r"-\sum_k\tilde y_k\log p_k", smoothed]
    if from_logits:
        parts.append(r"p=\operatorname{softmax}(z/@temperature)" if softened else r"p=\operatorname{softmax}(z)")
    elif softened:
        parts.append(r"p_k\propto\hat p_k^{\,1/@temperature}")
    return r",\quad ".join(parts)


_CROSS_ENTROPY: dict[str, Any] = {
    "estimates": "the probabilities of the classes",
    "convex": lambda from_logits, temperature, **_: from_logits or temperature == 1,
    "differentiable": lambda from_logits, temperature, **_: from_logits or temperature <= 1,
    "bounded_slope": lambda from_logits, **_: from_logits,
    "proper": lambda label_smoothing, temperature, **_: label_smoothing == 0 and temperature == 1,
}  # whichever way the target is given


@loss(
    name="Categorical cross-entropy",
    slot=0,
    latex=lambda **parameters: _cross_entropy_formula("y_k", **parameters),
    references=("Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14(1)", *SOFTENED),
    equivalents=(*_torch(), *_keras("categorical_crossentropy", smoothing=True), *_sklearn()),
    **_CROSS_ENTROPY,
)
def categorical_cross_entropy(
    prediction: Prediction,
    target: Distribution,
    *,
    from_logits: FromLogits = False,
    label_smoothing: Smoothing = 0.0,
    temperature: Temperature = 1.0,
) -> Tensor:
    """The surprise at the true class, given as a one-hot vector or as a distribution over the classes.

    Use it to choose one class of several. With ``from_logits`` the softmax is part of the loss;
    without, the prediction has been through one already, and a second has a floor it cannot go
    below. ``label_smoothing`` s turns the target into (1 - s)·y + s/K for K classes, as in PyTorch
    and Keras. ``temperature`` T divides the logits (without logits: the log-probabilities,
    normalised anew). At temperature 1 the slope in a probability is -y/p.
    """
    return _cross_entropy(prediction, target, from_logits, label_smoothing, temperature)


@loss(
    name="Sparse categorical cross-entropy",
    slot=1,
    latex=lambda **parameters: _cross_entropy_formula("[k=y]", **parameters),
    references=("Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14(1)", *SOFTENED),
    equivalents=(
        *_torch(),
        *_keras("sparse_categorical_crossentropy", smoothing=False),
        *_sklearn(labels=", labels=range(prediction.shape[-1])"),
    ),
    **_CROSS_ENTROPY,
)
def sparse_categorical_cross_entropy(
    prediction: Prediction,
    target: Annotated[Tensor, CLASS_INDEX],
    *,
    from_logits: FromLogits = False,
    label_smoothing: Smoothing = 0.0,
    temperature: Temperature = 1.0,
) -> Tensor:
    """Categorical cross-entropy for a target given as the index of its class: the same number.

    Use it where one-hot targets would waste memory. The index counts from 0; one at or above
    the number of classes is a ``ValueError``.
    """
    classes = prediction.shape[-1]
    beyond = target[~(target < classes)]
    if beyond.numel():
        raise ValueError(
            f"target: class index {beyond[0].item():g} with {classes} classes, expected 0 to {classes - 1}"
        )
    one_hot = functional.one_hot(target.long(), classes).to(prediction.dtype)
    return _cross_entropy(prediction, one_hot, from_logits, label_smoothing, temperature)


@loss(
    name="Categorical focal",
    slot=2,
    latex=lambda from_logits, **_: (
        r"-@alpha\sum_k y_k\,(1-p_k)^{@gamma}\log p_k" + (r",\quad p=\operatorname{softmax}(z)" if from_logits else "")
    ),
    references=(
        "Lin, Goyal, Girshick, He and Dollár (2017), Focal loss for dense object detection, ICCV",
        "Keras documentation, CategoricalFocalCrossentropy",
    ),
    equivalents=(
        Equivalent(
            "torch",
            "-{alpha} * (target * (1 - prediction) ** {gamma} * prediction.log()).sum(-1)",
            lambda from_logits, **_: not from_logits,
        ),
        Equivalent(
            "torch",
            "-{alpha} * (target * (1 - prediction.softmax(-1)) ** {gamma} * prediction.log_softmax(-1)).sum(-1)",
            lambda from_logits, **_: from_logits,
        ),
        Equivalent(
            "keras",
            "keras.losses.categorical_focal_crossentropy(target, prediction, alpha={alpha}, gamma={gamma}, "
            "from_logits={from_logits})",
        ),
    ),
    estimates="probabilities drawn towards each other",
    facts="differentiable",
    convex=lambda from_logits, gamma, **_: gamma == 0 or not from_logits,
    bounded_slope=lambda from_logits, **_: from_logits,
    proper=lambda gamma, **_: gamma == 0,
)
def categorical_focal(
    prediction: Prediction,
    target: Distribution,
    *,
    gamma: Annotated[float, Range(0.0, 10.0, symbol=r"\gamma", slider=(0.0, 5.0))] = 2.0,
    alpha: Annotated[float, Range(0.01, 1.0, symbol=r"\alpha")] = 0.25,
    from_logits: FromLogits = False,
) -> Tensor:
    """Focal loss for several classes: cross-entropy that fades as the true class becomes likely.

    Use it where easy examples drown the hard ones. ``alpha`` weighs every class alike, as Keras
    does with a single number, so it scales the loss and balances nothing. A soft target weighs the focal loss of
    each class by its share, as in Keras. Not proper once
    gamma is above 0: the confidence it learns is too low.
    """
    if from_logits:
        log_probability = functional.log_softmax(prediction, dim=-1)
        # Constant where the probability is 0: there the logarithm is infinite, and its product with a slope of 0 NaN.
        miss = (-torch.expm1(log_probability)).masked_fill(log_probability == -torch.inf, 1)
        return -alpha * times(target * focus(miss, gamma), log_probability).sum(-1)
    return -alpha * times_log(target * focus(1 - prediction, gamma), prediction).sum(-1)


@loss(
    name="Categorical hinge",
    slot=3,
    latex=r"\max\Bigl(0,\ 1+\max_k\,(1-y_k) f_k-\sum_k y_k f_k\Bigr)",
    references=(
        "Keras documentation, CategoricalHinge",
        "Crammer and Singer (2001), On the algorithmic implementation of multiclass kernel-based vector machines, "
        "Journal of Machine Learning Research 2",
    ),
    equivalents=(
        Equivalent("torch", "torch.relu(1 + ((1 - target) * prediction).amax(-1) - (target * prediction).sum(-1))"),
        Equivalent("keras", "keras.losses.categorical_hinge(target, prediction)"),
    ),
    estimates="the likeliest class",
    facts="convex bounded_slope",
)
def categorical_hinge(prediction: Annotated[Tensor, LOGITS], target: Distribution) -> Tensor:
    """Zero once the true class leads the best other by 1, linear short of it.

    Use it where only the decision matters. This is Keras's definition: the true class enters
    the maximum over the others as 0, so that its score must reach 1 besides, which Crammer and
    Singer do not ask: scores that all shift by 10 change this loss and not theirs. At a tie the slope is shared
    among the leaders. The target is a distribution: a row of zeros, which Keras takes for no class, is refused.
    """
    strongest_other = times(1 - target, prediction).amax(-1)
    return torch.relu(1 + strongest_other - times(target, prediction).sum(-1))
