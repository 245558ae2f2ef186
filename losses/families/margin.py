"""Margin losses: what a raw score costs against a label of -1 or +1, as a function of label times score."""

from typing import Annotated

import torch
from torch import Tensor

from losses.families.numerics import log_sigmoid
from losses.spec.domain import REAL, SIGN
from losses.spec.kinks import Kink
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range

Score = Annotated[Tensor, REAL]
Label = Annotated[Tensor, SIGN]
Margin = Range(0.0, 1e6, symbol="m", slider=(0.0, 3.0))

BARTLETT_2006 = "Bartlett, Jordan and McAuliffe (2006), Convexity, classification, and risk bounds, JASA 101(473)"
ZHANG_2004 = (
    "Zhang (2004), Statistical behavior and consistency of classification methods based on convex risk "
    "minimization, Annals of Statistics 32(1)"
)


@loss(
    name="0-1",
    slot=0,
    color=6,
    latex=r"\begin{cases}1 & y f\le 0\\ 0 & y f>0\end{cases}",
    references=(BARTLETT_2006,),
    equivalents=(
        Equivalent("torch", "(target * prediction <= 0).double()"),
        Equivalent("sklearn", "sklearn.metrics.zero_one_loss(target, np.sign(prediction))", mean=True),
    ),
    estimates="the sign of the likelier label",
    facts="symmetric bounded_value",
)
def zero_one(prediction: Score, target: Label) -> Tensor:
    """One for a wrong sign, nothing for a right one: the error rate that classification is judged by.

    Use it to report, not to train: its slope is 0 on both sides of the jump, so no gradient
    says which way to go. A score of exactly 0 decides nothing and counts as an error.
    """
    margin = target * prediction
    return (margin <= 0).to(margin.dtype).masked_fill(margin.isnan(), torch.nan)


@loss(
    name="Hinge",
    slot=1,
    color=7,
    latex=r"\max(0,\ @margin-y f)",
    references=("Cortes and Vapnik (1995), Support-vector networks, Machine Learning 20(3)",),
    equivalents=(
        Equivalent("torch", "torch.relu({margin} - target * prediction)"),
        Equivalent("keras", "keras.losses.hinge(target, prediction)", lambda margin: margin == 1, mean=True),
        Equivalent("sklearn", "sklearn.metrics.hinge_loss(target, prediction)", lambda margin: margin == 1, mean=True),
    ),
    estimates="the likelier label, at the margin",
    facts="convex symmetric bounded_slope",
    kinks=lambda margin: (Kink(margin, -1.0, 0.0),),
)
def hinge(prediction: Score, target: Label, *, margin: Annotated[float, Margin] = 1.0) -> Tensor:
    """Zero once the score is right by the margin, linear short of it: the loss of the support vector machine.

    Use it where only the decision matters, not a probability. Being right is not enough: a
    right score inside the margin still pays. The slope is bounded and the value is not, so
    one example far on the wrong side can still wreck the fit. At the kink the slope is 0.
    """
    return torch.relu(margin - target * prediction)


@loss(
    name="Squared hinge",
    slot=2,
    color=9,
    latex=r"\max(0,\ @margin-y f)^2",
    references=("Lee and Mangasarian (2001), SSVM: a smooth support vector machine", ZHANG_2004),
    equivalents=(
        Equivalent("torch", "torch.relu({margin} - target * prediction).square()"),
        Equivalent("keras", "keras.losses.squared_hinge(target, prediction)", lambda margin: margin == 1, mean=True),
    ),
    estimates="margin × (2 × probability of +1 − 1)",
    facts="convex symmetric differentiable",
    link=lambda score, margin: ((score / margin + 1) / 2).clamp(0, 1) if margin else score * torch.nan,
)
def squared_hinge(prediction: Score, target: Label, *, margin: Annotated[float, Margin] = 1.0) -> Tensor:
    """The hinge squared: smooth at the margin, and ever steeper the more wrong a score is.

    Use it for a hinge with a continuous slope, as scikit-learn's ``LinearSVC`` does by default.
    Avoid it where labels are flipped: a wrong label's pull grows with the score.
    """
    return torch.relu(margin - target * prediction).square()


@loss(
    name="Logistic",
    slot=3,
    color=1,
    latex=r"\log\bigl(1+e^{-y f}\bigr)",
    references=(
        "Friedman, Hastie and Tibshirani (2000), Additive logistic regression: a statistical view of boosting, "
        "Annals of Statistics 28(2)",
        BARTLETT_2006,
    ),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.soft_margin_loss(prediction, target, reduction='none')"),
        Equivalent(
            "keras", "keras.losses.binary_crossentropy((target + 1) / 2, prediction, from_logits=True)", mean=True
        ),
        Equivalent(
            "sklearn", "sklearn.metrics.log_loss(target, scipy.special.expit(prediction), labels=[-1, 1])", mean=True
        ),
    ),
    estimates="log-odds of +1",
    facts="convex symmetric differentiable bounded_slope proper",
    link=torch.sigmoid,
)
def logistic(prediction: Score, target: Label) -> Tensor:
    """Binary cross-entropy written in the margin: never quite zero, linear for scores far wrong.

    Use it where the score should mean something: its sigmoid is an estimate of the
    probability of +1. Natural logarithm; some texts divide by log 2 so that it is 1 at 0.
    """
    return -log_sigmoid(target * prediction)


@loss(
    name="Modified Huber",
    slot=4,
    color=10,
    latex=r"\begin{cases}\max(0,\ 1-y f)^2 & y f\ge -1\\ -4\,y f & y f<-1\end{cases}",
    references=(ZHANG_2004,),
    equivalents=(
        Equivalent(
            "torch",
            "torch.where(target * prediction < -1, -4 * target * prediction, torch.relu(1 - target * prediction) ** 2)",
        ),
    ),
    estimates="2 × probability of +1 − 1",
    facts="convex symmetric differentiable bounded_slope",
    link=lambda score: ((score + 1) / 2).clamp(0, 1),
)
def modified_huber(prediction: Score, target: Label) -> Tensor:
    """The squared hinge down to a margin of -1, a straight line beyond: smooth, with a bounded pull.

    Use it for a hinge that gives probabilities, (f + 1) / 2 cut to [0, 1], and tolerates wrong
    labels better than the squared hinge. It is ``loss="modified_huber"`` of scikit-learn's
    ``SGDClassifier``.
    """
    margin = target * prediction
    return (1 - margin).clamp(0, 2).square() + 4 * torch.relu(-1 - margin)


@loss(
    name="Exponential",
    slot=5,
    color=11,
    latex=r"e^{-y f}",
    references=(
        "Freund and Schapire (1997), A decision-theoretic generalization of on-line learning and an application to "
        "boosting, Journal of Computer and System Sciences 55(1)",
        BARTLETT_2006,
    ),
    equivalents=(Equivalent("torch", "torch.exp(-target * prediction)"),),
    estimates="half the log-odds of +1",
    facts="convex symmetric differentiable",
    link=lambda score: torch.sigmoid(2 * score),
)
def exponential(prediction: Score, target: Label) -> Tensor:
    """The loss AdaBoost descends: a wrong score costs exponentially much.

    Use it to understand boosting. Avoid it with noisy labels: one flipped example can
    outweigh all the others. In float64 it passes the largest number at y·f near -709.8.
    """
    return torch.exp(-target * prediction)


@loss(
    name="Perceptron",
    slot=6,
    color=4,
    latex=r"\max(0,\ -y f)",
    references=(
        "Rosenblatt (1958), The perceptron: a probabilistic model for information storage and organization in the "
        "brain, Psychological Review 65(6)",
    ),
    equivalents=(Equivalent("torch", "torch.relu(-target * prediction)"),),
    estimates="nothing: a score of 0 already costs 0",
    facts="convex symmetric bounded_slope",
    kinks=(Kink(0.0, -1.0, 0.0),),
)
def perceptron(prediction: Score, target: Label) -> Tensor:
    """The hinge without a margin: only wrong examples pull, and a barely right one is done.

    Use it to see what the margin is for: the weights 0 make every score and every loss 0. At
    the kink the slope is 0; Rosenblatt's rule updates there too.
    """
    return torch.relu(-target * prediction)


@loss(
    name="Ramp",
    slot=7,
    color=5,
    latex=r"\min\bigl(1,\ \max(0,\ 1-y f)\bigr)",
    references=("Collobert, Sinz, Weston and Bottou (2006), Trading convexity for scalability, ICML",),
    equivalents=(Equivalent("torch", "torch.clamp(1 - target * prediction, 0, 1)"),),
    estimates="the likelier label",
    facts="symmetric bounded_slope bounded_value",
    kinks=(Kink(0.0, 0.0, -1.0), Kink(1.0, -1.0, 0.0)),
)
def ramp(prediction: Score, target: Label) -> Tensor:
    """The hinge capped at 1: an example that is simply wrong stops pulling.

    Use it when labels are flipped, from a good start: it is not convex. It is the difference
    of two hinges, with margins 1 and 0. At both kinks the slope given is the one inside.
    """
    return (1 - target * prediction).clamp(0, 1)
