"""What is often said of losses: each claim with what is right, computed, and the state of a page that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from components.computed import Computed, Numbers
from losses.boundary.evaluation import decide
from losses.shrinkage.polynomial import PolynomialFit
from pages import PAGES

TRUE, FALSE, DEPENDS = "True", "False", "Depends"
VERDICTS = (TRUE, FALSE, DEPENDS)
HUBER_1964 = "Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35"
GOODFELLOW_2014 = "Goodfellow et al. (2014), Generative adversarial nets, NeurIPS 27"
ROUSSEEUW_1987 = "Rousseeuw and Leroy (1987), Robust Regression and Outlier Detection, chapters 1 and 2"
BARTLETT_2006 = "Bartlett, Jordan and McAuliffe (2006), Convexity, classification, and risk bounds, JASA 101"
GNEITING_2007 = "Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102"
COVER_2006 = "Cover and Thomas (2006), Elements of Information Theory, section 2.3"


@dataclass(frozen=True)
class Claim:
    """Something that is often said.

    Attributes
    ----------
    title
        In a few words, for a list.
    said
        The claim.
    verdict
        One of ``VERDICTS``.
    right
        What is so, with its numbers in braces.
    source
        Where that is shown.
    page, shows
        The page and its settings at the state that shows it.
    before
        Its settings until the claim is judged.
    numbers
        By the names under which ``right`` has them.
    """

    title: str
    said: str
    verdict: str
    right: str
    source: str
    page: str
    shows: Mapping[str, Any]
    before: Mapping[str, Any]
    numbers: Mapping[str, Computed] = field(default_factory=dict)

    def told(self) -> str:
        """What is so, with its numbers."""
        return Numbers(self.numbers).filled(self.right)


CLEAN = {"moves": {}}
FALLEN = {"moves": {10: (10.0, -20.0)}}
FAR_OFF = {"losses": ("hinge", "ramp"), "n": 20, "at": -10.0, "moves": {1: (-30.0, 0.0)}}
ON_MAE = {"surface": "line", "loss": "mae", "optimisers": ("sgd",), "zoom": 4.0}
PHONES = {"data": "belgian_phones", "losses": ("mse", "mae", "tukey")}
FLIPPED = {"data": "blobs", "losses": ("binary_cross_entropy", "focal"), "n": 400, "flipped": 0.3, "focal.alpha": 0.5}
RARE = {"data": "overlap", "losses": ("binary_cross_entropy",), "n": 1000, "ratio": 99.0}
BOWL = {"surface": "bowl", "optimisers": ("sgd", "adam"), "w": -4.0, "b": 1.0, "steps": 100}
FIRST = {"steps": 1, "sgd.learning_rate": 0.15, "adam.learning_rate": 0.3}
ROUND = {"game": "minimax", "method": "alternating", "steps": 500}
TWENTY = {"view": "polynomial", "held_back": "stopping", "steps": 20}


def _study(page: str, settings: Mapping[str, Any]) -> Any:
    """A page at these settings, with what its model works out besides a picture."""
    return PAGES[page].study(**settings)


def _polynomial(steps: int, which: int) -> float:
    """Mean squared error on the points (0) or on new ones (1) of the polynomial that is stopped after so many steps."""
    made = _study("regularization", TWENTY | {"steps": steps})
    fit: PolynomialFit = made.polynomial()
    return float(fit.errors(fit.weights(np.array([made.held()[0]])))[which][0])


def _end(settings: Mapping[str, Any]) -> float:
    """The loss at which the first path on the page ``landscape`` ends."""
    return float(_study("landscape", settings).paths()[0].losses[-1])


def _hinge_right() -> float:
    """How many of 20 the hinge gets right where one point lies far off."""
    made = _study("classification", FAR_OFF)
    return decide(made.fits()["hinge"].score, made.points.label).right


CLAIMS: Mapping[str, Claim] = {
    "mae_is_squares": Claim(
        "MAE is a mean of squares",
        "MAE is the mean of the squared errors.",
        FALSE,
        "That is MSE: a residual of 5 counts there by its square, {mse}. Under MAE it counts by its size, {mae}: MAE is the mean of the absolute values.",
        "Willmott and Matsuura (2005), Advantages of the mean absolute error, Climate Research 30",
        "curves",
        {"losses": ("mse", "mae"), "at": 5.0},
        {"losses": ("mse", "mae"), "at": 1.0},
        {"mse": "loss('mse', 5, 0)", "mae": "loss('mae', 5, 0)"},
    ),
    "mae_ignores": Claim(
        "MAE ignores outliers",
        "MAE ignores outliers.",
        DEPENDS,
        "Each point’s pull is bounded: one at y = −20 leaves MAE’s slope at {vertical}. But far out in x one point wins: from x = 10 to 40 it takes the slope to {leverage}.",
        ROUSSEEUW_1987,
        "outliers",
        {"moves": {10: (40.0, -20.0)}, "losses": ("mae", "huber")},
        FALLEN | {"losses": ("mae", "huber")},
        {
            "vertical": "fit('mae', moved(data('line'), 10, 10, -20)).slope",
            "leverage": "fit('mae', moved(data('line'), 10, 40, -20)).slope",
        },
    ),
    "mean_median": Claim(
        "MSE: mean, MAE: median",
        "The best constant under MSE is the mean, under MAE the median.",
        TRUE,
        "Of 1, 2, 3, 4 and 100 MSE’s best is {mean}, MAE’s {median}. So each loss answers a question of its own about the same data.",
        "Gneiting (2011), Making and evaluating point forecasts, JASA 106",
        "outliers",
        {"data": "location", "model": "constant", "losses": ("mse", "mae")},
        CLEAN,
        {"mean": "constant('mse', [1, 2, 3, 4, 100])", "median": "constant('mae', [1, 2, 3, 4, 100])"},
    ),
    "mae_kink": Claim(
        "MAE is hard because of its kink",
        "MAE is hard to optimise because it has no derivative at 0.",
        DEPENDS,
        "With a fixed rate, yes: up to the kink the slope does not fade, and after 200 steps SGD hops at {end}; the least is {least}. A falling rate ends at {falling}.",
        "Shor (1985), Minimization Methods for Non-Differentiable Functions, chapter 2",
        "landscape",
        ON_MAE,
        ON_MAE | {"loss": "mse"},
        {
            "least": "cost_of('mae', data('line'), fit('mae', data('line')))",
            "end": lambda: _end(ON_MAE),
            "falling": lambda: _end(ON_MAE | {"schedule": "cosine"}),
        },
    ),
    "huber_loss_exceeds": Claim(
        "Huber’s δ bounds the loss",
        "Huber’s loss becomes linear where the loss exceeds δ.",
        FALSE,
        "Where the residual does. With δ = 2 it bends at |r| = 2, where the loss is δ²/2 = {bend}; with δ = 0.5 at a loss of {small}.",
        HUBER_1964,
        "curves",
        {"losses": ("mse", "mae", "huber"), "huber.delta": 2.0, "at": 2.0},
        {"losses": ("mse", "mae", "huber"), "huber.delta": 0.5, "at": 2.0},
        {"bend": "loss('huber', 2, 0, delta=2)", "small": "loss('huber', 0.5, 0, delta=0.5)"},
    ),
    "mse_for_outliers": Claim(
        "MSE where outliers matter",
        "Use MSE where outliers matter.",
        DEPENDS,
        "Only where a large error really costs its square. Wrong points drag it: six years that count minutes, not calls, give MSE a slope of {mse}, Tukey {tukey}.",
        ROUSSEEUW_1987,
        "outliers",
        PHONES,
        CLEAN,
        {
            "mse": "fit('mse', data('belgian_phones')).slope",
            "tukey": lambda: float(_study("outliers", PHONES).fitted()[0]["tukey"].slope),
        },
    ),
    "bce_imbalance": Claim(
        "BCE suits imbalance",
        "Binary cross-entropy suits imbalanced data.",
        DEPENDS,
        "For the probability, yes: it is proper at any share. But unweighted it rebalances nothing: with 1 % positive it is right {accuracy:3} % of the time and finds {recall} %.",
        "King and Zeng (2001), Logistic regression in rare events data, Political Analysis 9",
        "classification",
        RARE,
        RARE | {"ratio": 1.0},
        {
            "points": "classes('overlap', n=1000, ratio=99)",
            "accuracy": "100 * decisions(separate('binary_cross_entropy', points), points).accuracy",
            "recall": "100 * decisions(separate('binary_cross_entropy', points), points).recall",
        },
    ),
    "accurate_nothing": Claim(
        "99 % accurate, found nothing",
        "A model can be 99 % accurate and find nothing.",
        TRUE,
        "Where an object covers 1 % of an image, whoever finds nothing is right about the rest. Dice sees it: here it is {dice} of at most 1.",
        "Milletari, Navab and Ahmadi (2016), V-Net, 3DV, section 3",
        "overlap",
        {},
        {"starts": "object"},
        {"dice": lambda: _study("overlap", {}).seen().found["dice"].value},
    ),
    "entropy_uncertainty": Claim(
        "Cross-entropy punishes doubt",
        "Cross-entropy penalises uncertainty.",
        FALSE,
        "It punishes confident error, and honest doubt is the cheapest: where the truth is 60, 30 and 10 %, saying so costs {honest}, claiming {claimed:3} % for the first {sure}.",
        GNEITING_2007,
        "probabilities",
        {"z1": 1.791759469228055, "z2": 1.0986122886681098, "z3": 0.0, "target": (0.6, 0.3, 0.1)},
        {"z1": 5.0, "z2": 0.0, "z3": 0.0, "target": (0.6, 0.3, 0.1)},
        {
            "honest": "loss('categorical_cross_entropy', [0.6, 0.3, 0.1], [0.6, 0.3, 0.1], from_logits=False)",
            "claimed": "100 * softmax([5, 0, 0])[0]",
            "sure": "loss('categorical_cross_entropy', [5, 0, 0], [0.6, 0.3, 0.1], from_logits=True)",
        },
    ),
    "hinge_right": Claim(
        "Hinge is 0 if correct",
        "The hinge loss is 0 as soon as the answer is right.",
        FALSE,
        "Only from its margin on. At y·f = 0.5 the answer is right, and hinge charges {half}; at 1 it charges {one}.",
        "Cortes and Vapnik (1995), Support-vector networks, Machine Learning 20",
        "curves",
        {"axis": "margin", "losses": ("zero_one", "hinge", "logistic"), "at": 0.5},
        {"axis": "margin", "losses": ("zero_one", "hinge", "logistic"), "at": 2.0},
        {"half": "loss('hinge', 0.5, 1)", "one": "loss('hinge', 1, 1)"},
    ),
    "hinge_robust": Claim(
        "Hinge is robust",
        "The hinge loss is robust to outliers.",
        FALSE,
        "It grows without end: {far} at a margin of −10, where the ramp charges {ramp}. One point at x₁ = −30 leaves hinge with {right:2} of 20 right.",
        "Collobert, Sinz, Weston and Bottou (2006), Trading convexity for scalability, ICML",
        "classification",
        FAR_OFF,
        FAR_OFF | {"moves": {1: (2.0, 0.0)}},
        {"far": "loss('hinge', -10, 1)", "ramp": "loss('ramp', -10, 1)", "right": _hinge_right},
    ),
    "cce_softmax": Claim(
        "CCE contains softmax",
        "Categorical cross-entropy is softmax followed by cross-entropy.",
        DEPENDS,
        "Only with from_logits. If the model ends with softmax too, it is applied twice, and with three classes the loss cannot fall below {floor}.",
        "Documentation of torch.nn.CrossEntropyLoss and keras.losses.CategoricalCrossentropy, argument from_logits",
        "probabilities",
        {"view": "encoding", "softmax": True, "lead": 10.0},
        {"view": "encoding", "lead": 10.0},
        {"floor": "loss('categorical_cross_entropy', [1, 0, 0], [1, 0, 0], from_logits=True)"},
    ),
    "kl_distance": Claim(
        "KL is a distance",
        "The Kullback-Leibler divergence is a distance between two distributions.",
        FALSE,
        "It is not symmetric, as a distance is: here KL(P‖Q) is {one} and KL(Q‖P) {other}. Forward it punishes what Q leaves out, in reverse what Q makes up.",
        COVER_2006,
        "probabilities",
        {"view": "divergence", "shape": "outcomes", "q": (0.85, 0.05, 0.05, 0.05)},
        {"view": "divergence", "shape": "outcomes", "q": (0.4, 0.3, 0.2, 0.1)},
        {
            "one": "loss('kl_divergence', [0.85, 0.05, 0.05, 0.05], [0.4, 0.3, 0.2, 0.1])",
            "other": "loss('kl_divergence', [0.4, 0.3, 0.2, 0.1], [0.85, 0.05, 0.05, 0.05])",
        },
    ),
    "kl_finite": Claim(
        "KL is finite",
        "Between any two distributions the Kullback-Leibler divergence is finite.",
        FALSE,
        "It is infinite where the model gives 0 to what happens, as to the fourth outcome here; the other way it is {back}. Jensen-Shannon never exceeds log 2 = {most}.",
        COVER_2006,
        "probabilities",
        {"view": "divergence", "shape": "outcomes", "q": (0.4, 0.35, 0.25, 0.0)},
        {"view": "divergence", "shape": "outcomes", "q": (0.4, 0.3, 0.2, 0.1)},
        {
            "back": "loss('kl_divergence', [0.4, 0.3, 0.2, 0.1], [0.4, 0.35, 0.25, 0])",
            "most": "log(2)",
        },
    ),
    "focal_negatives": Claim(
        "Focal is about hard negatives",
        "Focal loss is about hard negatives.",
        FALSE,
        "It turns down whatever is easy, of either class: with 0.9 on the truth it charges {easy} where cross-entropy charges {easy_bce}, with 0.1 {hard} for {hard_bce}.",
        "Lin, Goyal, Girshick, He and Dollár (2017), Focal loss for dense object detection, ICCV, section 3",
        "curves",
        {"axis": "probability", "losses": ("binary_cross_entropy", "focal"), "at": 0.9, "focal.alpha": 0.5},
        {"axis": "probability", "losses": ("binary_cross_entropy", "focal"), "at": 0.5, "focal.alpha": 0.5},
        {
            "easy": "loss('focal', 0.9, 1, alpha=0.5)",
            "easy_bce": "loss('binary_cross_entropy', 0.9, 1)",
            "hard": "loss('focal', 0.1, 1, alpha=0.5)",
            "hard_bce": "loss('binary_cross_entropy', 0.1, 1)",
        },
    ),
    "focal_probability": Claim(
        "Focal gives probabilities",
        "A model trained on focal loss gives probabilities that one can rely on.",
        FALSE,
        "Focal is not strictly proper: where 30 % of the labels are flipped it is {focal:2} % sure on average, cross-entropy {bce:2} %, and {right:3} % of the answers are right.",
        "Charoenphakdee, Vongkulbhisal, Chairatanakul and Sugiyama (2021), On focal loss for class-posterior probability estimation, CVPR",
        "classification",
        FLIPPED,
        FLIPPED | {"flipped": 0.0},
        {
            "points": "classes('blobs', n=400, flipped=0.3)",
            "bce": "100 * confidence(separate('binary_cross_entropy', points))",
            "focal": "100 * confidence(separate('focal', points, alpha=0.5))",
            "right": "100 * decisions(separate('binary_cross_entropy', points), points).accuracy",
        },
    ),
    "minmax_segmentation": Claim(
        "Minimax is for segmentation",
        "MinMax is a loss for segmentation.",
        FALSE,
        "Minimax is the GAN’s game: what one player makes small the other makes large. Here it goes round, {apart} off its rest after 500 steps. For masks there is Dice.",
        GOODFELLOW_2014,
        "gan",
        ROUND,
        {"game": "minimax"},
        {"apart": lambda: float(_study("gan", ROUND).play().distances[0, -1])},
    ),
    "discriminator_difference": Claim(
        "D maximises the difference",
        "The discriminator maximises the difference between real and generated samples.",
        FALSE,
        "It minimises its cross-entropy of telling them apart: undecided it pays log 2 = {draw} for each. Only a critic’s loss is a difference.",
        f"{GOODFELLOW_2014}, algorithm 1",
        "gan",
        {"view": "saturation", "side": "fake", "at": 0.0},
        {"view": "saturation", "side": "fake"},
        {"draw": "loss('gan_discriminator', 0, 0) / 2"},
    ),
    "log_d": Claim(
        "log D(x) is a probability",
        "log D(x) is a probability.",
        FALSE,
        "D(x) is one, and log D(x) its logarithm: at D = 0.01 it is {low}. It is at most 0 and has no lower bound.",
        GOODFELLOW_2014,
        "gan",
        {"view": "saturation"},
        {"view": "saturation", "at": 0.0},
        {"low": "log(0.01)"},
    ),
    "never_negative": Claim(
        "A loss is never negative",
        "A loss is never negative.",
        FALSE,
        "A critic’s is: for a generated sample to which it gives −1 it is {critic}. So is −log of a Gaussian density above 1: at σ = 0.1 it is {nll}.",
        "Arjovsky, Chintala and Bottou (2017), Wasserstein generative adversarial networks, ICML",
        "gan",
        {"view": "saturation", "side": "fake", "at": -1.0},
        {"view": "saturation", "side": "fake", "at": 1.0},
        {"critic": "loss('wasserstein_critic', -1, 0)", "nll": "log(0.1) + log(2 * 3.141592653589793) / 2"},
    ),
    "l1_zeros": Claim(
        "L1 makes exact zeros",
        "An L1 penalty makes some weights exactly 0.",
        TRUE,
        "Its pull does not fade near 0, so a weight that is worth less is held there. At λ = 1 w₂ is 0 under L1; L2 shrinks it and keeps it.",
        "Tibshirani (1996), Regression shrinkage and selection via the lasso, JRSS B 58",
        "regularization",
        {"strength": 1.0},
        {"strength": 0.2, "penalties": ("l2",)},
    ),
    "adam_scale": Claim(
        "Adam and a loss × 100",
        "Multiplying the loss by 100 does not change Adam’s path.",
        TRUE,
        "Adam divides by the size of its gradients: after 100 steps its two paths are {apart} apart. SGD’s largest stable rate falls from {low} to {high}.",
        "Kingma and Ba (2015), Adam: a method for stochastic optimization, ICLR, section 2.1",
        "landscape",
        BOWL | {"factor": 100.0, "sgd.learning_rate": 0.1, "adam.learning_rate": 0.1},
        BOWL | {"sgd.learning_rate": 0.1, "adam.learning_rate": 0.1},
        {
            "once": "descent(textbook('bowl'), 'adam', [-4, 1], 100, learning_rate=0.1)",
            "more": "descent(scaled(textbook('bowl'), 100), 'adam', [-4, 1], 100, learning_rate=0.1)",
            "apart": "abs(place_at(more, 100)[0] - place_at(once, 100)[0])",
            "low": "stable_rate(textbook('bowl'))",
            "high": "stable_rate(scaled(textbook('bowl'), 100))",
        },
    ),
    "falling_generalises": Claim(
        "Falling loss, better model",
        "As long as the training loss falls, the model gets better.",
        FALSE,
        "From 20 steps to 100,000 the error on the points falls from {early} to {late}; on new points it rises from {early_new} to {late_new}.",
        "Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 7.2",
        "regularization",
        TWENTY | {"steps": 100_000},
        TWENTY,
        {
            "early": lambda: _polynomial(20, 0),
            "late": lambda: _polynomial(100_000, 0),
            "early_new": lambda: _polynomial(20, 1),
            "late_new": lambda: _polynomial(100_000, 1),
        },
    ),
    "backprop_updates": Claim(
        "Backpropagation updates",
        "Backpropagation updates the weights.",
        FALSE,
        "It computes gradients; the optimiser updates. On a bowl SGD’s first step from (−4, 1) is {sgd} in y, Adam’s {adam}: one gradient, two updates.",
        "Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors, Nature 323",
        "landscape",
        BOWL | FIRST,
        BOWL | FIRST | {"steps": 0},
        {
            "sgd": "place_at(descent(textbook('bowl'), 'sgd', [-4, 1], 1, learning_rate=0.15), 1)[1] - 1",
            "adam": "place_at(descent(textbook('bowl'), 'adam', [-4, 1], 1, learning_rate=0.3), 1)[1] - 1",
        },
    ),
}
"""By the key under which an address has them."""
