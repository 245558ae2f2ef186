"""Divergences: how far a predicted distribution Q (last axis) is from the target distribution P."""

import math
from typing import Annotated

import torch
from torch import Tensor

from losses.spec.domain import DISTRIBUTION
from losses.spec.loss import Equivalent, loss

Distribution = Annotated[Tensor, DISTRIBUTION]

KULLBACK_LEIBLER_1951 = (
    "Kullback and Leibler (1951), On information and sufficiency, Annals of Mathematical Statistics 22(1)"
)


def _without_the_impossible(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    # What is impossible under both adds nothing to any divergence, and neither does an outcome
    # of weight 1 under both, whose logarithms are finite: it spares the slope its 0/0.
    impossible = (prediction == 0) & (target == 0)
    return prediction.masked_fill(impossible, 1), target.masked_fill(impossible, 1)


def _kullback_leibler(p: Tensor, q: Tensor) -> Tensor:
    # entr rather than xlogy(p, p): its slope at 0 is right
    return (-torch.special.entr(p) - torch.xlogy(p, q)).sum(-1)


@loss(
    name="KL divergence",
    slot=0,
    short="forward",
    symbol="KL(P‖Q)",
    latex=r"\mathrm{KL}(P\,\Vert\,Q)=\sum_k p_k\log\frac{p_k}{q_k}",
    references=(KULLBACK_LEIBLER_1951,),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.kl_div(prediction.log(), target, reduction='none').sum(-1)"),
        Equivalent("keras", "keras.losses.kl_divergence(target, prediction)"),
        Equivalent("scipy", "scipy.special.rel_entr(target, prediction).sum(-1)"),
    ),
    estimates="the distribution of the target; it covers every mode",
    facts="convex differentiable proper",
)
def kl_divergence(prediction: Distribution, target: Distribution) -> Tensor:
    """Forward KL: the extra surprise from believing the prediction Q when the target P is true.

    Use it to match a whole distribution: Q must cover all that P does. It is the cross-entropy
    less the entropy of P, so its slope in Q is the same. Not a distance: not symmetric, and
    infinite where Q gives 0 to what happens. Natural logarithm; 0·log 0 = 0.
    """
    q, p = _without_the_impossible(prediction, target)
    return _kullback_leibler(p, q)


@loss(
    name="Reverse KL",
    slot=1,
    short="reverse",
    symbol="KL(Q‖P)",
    latex=r"\mathrm{KL}(Q\,\Vert\,P)=\sum_k q_k\log\frac{q_k}{p_k}",
    references=(KULLBACK_LEIBLER_1951, "Bishop (2006), Pattern Recognition and Machine Learning, section 10.1.2"),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.kl_div(target.log(), prediction, reduction='none').sum(-1)"),
        Equivalent("keras", "keras.losses.kl_divergence(prediction, target)"),
        Equivalent("scipy", "scipy.special.rel_entr(prediction, target).sum(-1)"),
    ),
    estimates="one mode of the target",
    facts="convex",
)
def reverse_kl(prediction: Distribution, target: Distribution) -> Tensor:
    """Reverse KL: infinite where Q puts weight on what P rules out, so Q hides inside one mode of P.

    Use it where a sample from Q must be plausible, as in variational inference, which descends
    it. What P gives and Q leaves out costs little, and the slope there is infinite. Natural logarithm; 0·log 0 = 0.
    """
    q, p = _without_the_impossible(prediction, target)
    return _kullback_leibler(q, p)


@loss(
    name="Jensen-Shannon",
    slot=2,
    short="JS",
    latex=r"\tfrac12\mathrm{KL}(P\,\Vert\,M)+\tfrac12\mathrm{KL}(Q\,\Vert\,M),\quad M=\tfrac12(P+Q)",
    references=(
        "Lin (1991), Divergence measures based on the Shannon entropy, IEEE Trans. Information Theory 37(1)",
        "Goodfellow et al. (2014), Generative adversarial nets, NeurIPS",
    ),
    equivalents=(
        Equivalent(
            "torch",
            "torch.special.entr((prediction + target) / 2).sum(-1)"
            " - (torch.special.entr(prediction) + torch.special.entr(target)).sum(-1) / 2",
        ),
        Equivalent(
            "keras",
            "(keras.losses.kl_divergence(target, (prediction + target) / 2)"
            " + keras.losses.kl_divergence(prediction, (prediction + target) / 2)) / 2",
        ),
        Equivalent("scipy", "scipy.spatial.distance.jensenshannon(target, prediction, axis=-1) ** 2"),
    ),
    estimates="the target's shape, between covering and seeking a mode",
    facts="convex bounded_value",
)
def jensen_shannon(prediction: Distribution, target: Distribution) -> Tensor:
    """The mean KL of both to their mixture: swapping them changes nothing, and it is at most log 2.

    Use it to compare distributions that need not overlap; it is what the original GAN descends
    when its discriminator is perfect. Far apart it hardly changes, so there it gives no slope.
    Its square root, which SciPy returns, is a distance. Natural logarithm.
    """
    ruled_out = target == 0  # there only Q counts, and in proportion
    alone = math.log(2) / 2 * prediction.masked_fill(~ruled_out, 0)
    q, p = prediction.masked_fill(ruled_out, 1), target.masked_fill(ruled_out, 1)
    lean = (p - q) / (p + q)
    close = lean.abs() < 0.5
    lean = lean.masked_fill(~close, 0)
    # From differences of p and q, not of logarithms: no digit is lost where they are nearly equal, and nothing negative.
    alike = (p + q) / 4 * (torch.log1p(-lean.square()) + 2 * lean * torch.arctanh(lean))
    q, p = q.masked_fill(close, 1), p.masked_fill(close, 1)
    entropy = torch.special.entr
    return (alone + alike + entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2).sum(-1)
