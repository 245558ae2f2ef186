"""Which adversarial losses make a game, and how hard each pulls on the discriminator's raw output.

Conventions: the output ``z`` is what the adversarial losses take, larger for what looks real, whether it is called a
logit, a score or a critic's value; both players minimise. Papers that let the discriminator maximise, or that give
generated samples the larger output, as Mescheder, Geiger and Nowozin (2018), have the same game with signs turned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch

from losses.families import adversarial
from losses.spec.loss import Loss

SIDES = MappingProxyType(
    {
        "generator": "the generator, for a generated sample",
        "fake": "the discriminator, for a generated sample",
        "real": "the discriminator, for a real sample",
    }
)
"""Whose loss is looked at, and for which sample."""
Derivative = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Side:
    """Slope and curvature of a loss in the discriminator's output; arrays ``[...]`` to arrays ``[...]``."""

    slope: Derivative
    curvature: Derivative


@dataclass(frozen=True)
class Game:
    """Two adversarial losses that are played against each other.

    Attributes
    ----------
    key, name
        What the game is called.
    discriminator, generator
        The losses of the two players.
    fake, real, pull
        The derivatives of the discriminator's loss in its output for a generated and for a real sample, and of the
        generator's in that for a generated one. They are those of autograd, which takes ten times as long.
    undecided
        The output that costs the discriminator least where it has to give both samples the same; of all such the
        one in the middle, 0.
    smooth
        Whether both losses are differentiable.
    probable
        Whether the output is the logit of a probability: that the sample is real.
    source
        Where the game comes from.
    free
        The outputs for a generated and for a real sample that cost the discriminator nothing.
    """

    key: str
    name: str
    discriminator: Loss
    generator: Loss
    fake: Side
    real: Side
    pull: Side
    source: str
    free: tuple[float, float]
    undecided: float = 0.0
    smooth: bool = True
    probable: bool = False

    def curve(self, side: str, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What one sample costs over the discriminator's output for it, and the slope.

        Parameters
        ----------
        side
            One of ``SIDES``.
        outputs
            ``[n]``.

        Returns
        -------
        tuple of arrays
            Loss and slope, ``[n]`` each.
        """
        z, free = torch.from_numpy(outputs), [torch.tensor(value, dtype=torch.float64) for value in self.free]
        if side == "generator":
            return self.generator.function(z).numpy(), self.pull.slope(outputs)
        if side == "fake":
            return self.discriminator.function(z, free[1]).numpy(), self.fake.slope(outputs)
        return self.discriminator.function(free[0], z).numpy(), self.real.slope(outputs)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """The probability that a logit stands for, to the last digit also where it is tiny."""
    return 1 / (1 + np.exp(-z))


def _bend(z: np.ndarray) -> np.ndarray:
    return sigmoid(z) * sigmoid(-z)


def _flat(height: float) -> Derivative:
    return lambda z: np.full_like(z, height)


def _straight(slope: float) -> Side:
    return Side(_flat(slope), _flat(0.0))


_CAUGHT = Side(sigmoid, _bend)
_BELIEVED = Side(lambda z: -sigmoid(-z), _bend)
_TO_ONE = Side(lambda z: z - 1, _flat(1.0))

GAMES: Mapping[str, Game] = MappingProxyType(
    {
        game.key: game
        for game in (
            Game(
                "minimax", "Minimax",
                adversarial.gan_discriminator, adversarial.gan_generator_minimax,
                _CAUGHT, _BELIEVED, Side(lambda z: -sigmoid(z), lambda z: -_bend(z)),
                adversarial.GOODFELLOW_2014, (-np.inf, np.inf),
                probable=True,
            ),
            Game(
                "non_saturating", "Non-saturating",
                adversarial.gan_discriminator, adversarial.gan_generator_non_saturating,
                _CAUGHT, _BELIEVED, _BELIEVED,
                adversarial.GOODFELLOW_2014, (-np.inf, np.inf),
                probable=True,
            ),
            Game(
                "least_squares", "Least squares",
                adversarial.least_squares_gan_discriminator, adversarial.least_squares_gan_generator,
                Side(lambda z: z, _flat(1.0)), _TO_ONE, _TO_ONE,
                adversarial.MAO_2017, (0.0, 1.0),
                undecided=0.5,
            ),
            Game(
                "hinge", "Hinge",
                adversarial.hinge_gan_discriminator, adversarial.hinge_gan_generator,
                Side(lambda z: (z > -1) * 1.0, _flat(0.0)), Side(lambda z: (z < 1) * -1.0, _flat(0.0)), _straight(-1.0),
                adversarial.LIM_YE_2017, (-1.0, 1.0),
                smooth=False,
            ),
            Game(
                "wasserstein", "Wasserstein",
                adversarial.wasserstein_critic, adversarial.wasserstein_generator,
                _straight(1.0), _straight(-1.0), _straight(-1.0),
                adversarial.ARJOVSKY_2017, (0.0, 0.0),
            ),
        )
    }
)  # fmt: skip
