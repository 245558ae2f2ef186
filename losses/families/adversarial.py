"""Adversarial losses: what the two players of a GAN minimise, given the discriminator's raw output.

D is the sigmoid of the logit, the probability that a sample is real; least-squares and
Wasserstein losses read the raw output itself. Every loss is minimised by its own player.
Discriminator losses take the generated sample's logit first, so that slopes are with respect to
the sample that both players fight over; ``real_logits`` belongs to one real sample.
"""

from typing import Annotated

import torch
from torch import Tensor

from losses.families.numerics import log_sigmoid
from losses.spec.domain import REAL
from losses.spec.loss import Equivalent, loss

Logits = Annotated[Tensor, REAL]

GOODFELLOW_2014 = "Goodfellow et al. (2014), Generative adversarial nets, NeurIPS"
MAO_2017 = "Mao et al. (2017), Least squares generative adversarial networks, ICCV"
ARJOVSKY_2017 = "Arjovsky, Chintala and Bottou (2017), Wasserstein generative adversarial networks, ICML"
LIM_YE_2017 = "Lim and Ye (2017), Geometric GAN, arXiv:1705.02894"
MIYATO_2018 = "Miyato et al. (2018), Spectral normalization for generative adversarial networks, ICLR"


@loss(
    name="GAN discriminator",
    slot=0,
    latex=r"-\log\sigma(z_{\text{real}})-\log\bigl(1-\sigma(z_{\text{fake}})\bigr)",
    references=(GOODFELLOW_2014 + ", equation 1",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.binary_cross_entropy_with_logits("
            "fake_logits, torch.zeros_like(fake_logits), reduction='none')"
            " + torch.nn.functional.binary_cross_entropy_with_logits("
            "real_logits, torch.ones_like(real_logits), reduction='none')",
        ),
        Equivalent("keras", "keras.ops.softplus(fake_logits) + keras.ops.softplus(-real_logits)"),
    ),
    estimates="the probability that a sample is real",
    facts="convex differentiable bounded_slope",
)
def gan_discriminator(fake_logits: Logits, real_logits: Logits) -> Tensor:
    """Binary cross-entropy of the discriminator: real samples count as 1, generated ones as 0.

    The discriminator minimises it; the sum over one real and one generated sample, so an
    undecided discriminator (both logits 0) pays 2 log 2.
    """
    return -log_sigmoid(-fake_logits) - log_sigmoid(real_logits)


@loss(
    name="GAN generator, minimax",
    slot=1,
    latex=r"\log\bigl(1-\sigma(z_{\text{fake}})\bigr)",
    references=(GOODFELLOW_2014 + ", equation 1",),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.logsigmoid(-fake_logits)"),
        Equivalent("keras", "keras.ops.log_sigmoid(-fake_logits)"),
    ),
    facts="differentiable bounded_slope",
)
def gan_generator_minimax(fake_logits: Logits) -> Tensor:
    """The generator's side of the minimax game: push down the log-probability of being caught.

    Negative, and without a lower bound. It saturates: where the discriminator is sure that a
    sample is generated (large negative logit) the slope vanishes, and the generator stops
    learning just when it has most to learn.
    """
    return log_sigmoid(-fake_logits)


@loss(
    name="GAN generator, non-saturating",
    slot=2,
    latex=r"-\log\sigma(z_{\text{fake}})",
    references=(GOODFELLOW_2014 + ", section 3",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.binary_cross_entropy_with_logits("
            "fake_logits, torch.ones_like(fake_logits), reduction='none')",
        ),
        Equivalent("keras", "-keras.ops.log_sigmoid(fake_logits)"),
    ),
    facts="convex differentiable bounded_slope",
)
def gan_generator_non_saturating(fake_logits: Logits) -> Tensor:
    """The generator wants its sample labelled real: the slope is steepest where it is caught.

    The usual choice in practice. Same fixed point as the minimax loss, but the pull approaches
    1 where minimax's approaches 0.
    """
    return -log_sigmoid(fake_logits)


@loss(
    name="Least-squares GAN discriminator",
    slot=3,
    latex=r"\tfrac12(z_{\text{real}}-1)^2+\tfrac12 z_{\text{fake}}^2",
    references=(MAO_2017 + ", equation 2, with the 0-1 coding",),
    equivalents=(Equivalent("torch", "((real_logits - 1)**2 + fake_logits**2) / 2"),),
    facts="convex symmetric differentiable",
)
def least_squares_gan_discriminator(fake_logits: Logits, real_logits: Logits) -> Tensor:
    """Regression instead of classification: real samples should score 1, generated ones 0.

    The raw output is the score, without a sigmoid. The ½ is the paper's.
    """
    return ((real_logits - 1).square() + fake_logits.square()) / 2


@loss(
    name="Least-squares GAN generator",
    slot=4,
    latex=r"\tfrac12(z_{\text{fake}}-1)^2",
    references=(MAO_2017 + ", equation 2, with the 0-1 coding",),
    equivalents=(Equivalent("torch", "(fake_logits - 1)**2 / 2"),),
    facts="convex differentiable",
)
def least_squares_gan_generator(fake_logits: Logits) -> Tensor:
    """Pulls the score of a generated sample to 1, harder the farther it is, from either side.

    A sample that already passes as real but scores far from 1 is still pulled back.
    """
    return (fake_logits - 1).square() / 2


@loss(
    name="Wasserstein critic",
    slot=5,
    latex=r"z_{\text{fake}}-z_{\text{real}}",
    references=(ARJOVSKY_2017 + ", equations 2 and 3",),
    equivalents=(Equivalent("torch", "fake_logits - real_logits"),),
    facts="convex differentiable bounded_slope",
)
def wasserstein_critic(fake_logits: Logits, real_logits: Logits) -> Tensor:
    """The critic widens the gap between its scores of real and generated samples.

    Without a lower bound: it means something only while the critic is kept 1-Lipschitz (by
    clipping or a gradient penalty); minus its minimum is then the Wasserstein-1 distance.
    """
    return fake_logits - real_logits


@loss(
    name="Wasserstein generator",
    slot=6,
    latex=r"-z_{\text{fake}}",
    references=(ARJOVSKY_2017 + ", algorithm 1",),
    equivalents=(Equivalent("torch", "-fake_logits"),),
    facts="convex differentiable bounded_slope",
)
def wasserstein_generator(fake_logits: Logits) -> Tensor:
    """The generator raises the critic's score of its samples, with the same pull everywhere.

    It never saturates: what the generator learns comes from the critic's slope alone. The
    value says nothing by itself, since a critic may shift all its scores.
    """
    return -fake_logits


@loss(
    name="Hinge GAN discriminator",
    slot=7,
    latex=r"\max(0,\ 1-z_{\text{real}})+\max(0,\ 1+z_{\text{fake}})",
    references=(LIM_YE_2017, MIYATO_2018),
    equivalents=(Equivalent("torch", "torch.relu(1 - real_logits) + torch.relu(1 + fake_logits)"),),
    facts="convex bounded_slope",
)
def hinge_gan_discriminator(fake_logits: Logits, real_logits: Logits) -> Tensor:
    """A support vector machine as discriminator: samples beyond the margin of 1 cost nothing.

    Use it with spectral normalisation, where it is the usual choice. Only samples inside the
    margin or on the wrong side pull; at a kink the slope is 0.
    """
    return torch.relu(1 - real_logits) + torch.relu(1 + fake_logits)


@loss(
    name="Hinge GAN generator",
    slot=8,
    latex=r"-z_{\text{fake}}",
    references=(LIM_YE_2017, MIYATO_2018),
    equivalents=(Equivalent("torch", "-fake_logits"),),
    facts="convex differentiable bounded_slope",
)
def hinge_gan_generator(fake_logits: Logits) -> Tensor:
    """The generator's side of the hinge game: raise the score, as in the Wasserstein GAN.

    It has no hinge itself: a sample that already passes as real still pulls.
    """
    return -fake_logits
