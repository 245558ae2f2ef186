"""The Dirac-GAN: the smallest game that a GAN's training can fail on.

All real samples are 0, all generated ones are ``θ``, and the discriminator's output is ``z(x) = c + ψ x``, where ``c``
is the output of a discriminator that cannot decide (``Game.undecided``: 0, but ½ for least squares, whose targets are
0 and 1). The only equilibrium is ``θ = ψ = 0`` (Mescheder, Geiger and Nowozin 2018, Which training methods for GANs do
actually converge?, ICML, definition 2.1 and lemma 2.2). Positions are arrays whose last axis is ``(θ, ψ)``.
"""

import numpy as np
import torch

from losses.game.rules import Rules

NOISES = np.linspace(-8.0, 8.0, 161)  # standard deviations at which means over noise are taken, by the trapezium rule
WEIGHTS = np.exp(-(NOISES**2) / 2) / np.exp(-(NOISES**2) / 2).sum()
PENALTIES = ("r1", "r2")


class DiracGan:
    """The Dirac-GAN under some rules.

    Examples
    --------
    >>> from losses.game.rules import Rules
    >>> DiracGan(Rules("wasserstein")).field(np.array([1.0, 0.5])).tolist()  # it turns, and neither player gives way
    [0.5, -1.0]
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._noisy = rules.stabiliser == "noise"
        self._noise = rules.strength * NOISES if self._noisy else 0.0

    def field(self, positions: np.ndarray) -> np.ndarray:
        """Where both players want to go: minus the slope of each one's loss in its own parameter, ``[..., 2]``."""
        theta, psi = positions[..., 0], positions[..., 1]
        with np.errstate(over="ignore", invalid="ignore"):
            return np.stack(self.both(theta, psi), -1)

    def both(self, theta: np.ndarray, psi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The generator's and the discriminator's part of the field, ``[...]`` each."""
        if self.rules.stabiliser != "consensus":
            return self.generator(theta, psi), self.discriminator(theta, psi)
        towards = self._generator(theta, psi), self._discriminator(theta, psi)
        rows = self._derivatives(theta, psi)
        return (
            towards[0] - self.rules.strength * (rows[0][0] * towards[0] + rows[1][0] * towards[1]),
            towards[1] - self.rules.strength * (rows[0][1] * towards[0] + rows[1][1] * towards[1]),
        )

    def generator(self, theta: np.ndarray, psi: np.ndarray) -> np.ndarray:
        """The generator's part of the field, ``[...]``."""
        return self.both(theta, psi)[0] if self.rules.stabiliser == "consensus" else self._generator(theta, psi)

    def discriminator(self, theta: np.ndarray, psi: np.ndarray) -> np.ndarray:
        """The discriminator's part of the field, ``[...]``, with its penalty."""
        strength = self.rules.strength
        match self.rules.stabiliser:
            case "consensus":
                return self.both(theta, psi)[1]
            case "r1" | "r2":
                return self._discriminator(theta, psi) - strength * psi
            case "gradient_penalty":
                return self._discriminator(theta, psi) - strength * (np.abs(psi) - 1) * np.sign(psi)
        return self._discriminator(theta, psi)

    def _generator(self, theta: np.ndarray, psi: np.ndarray) -> np.ndarray:
        game = self.rules.played
        return -psi * self._mean(game.pull.slope(game.undecided + self._each(psi) * self._seen(theta)))

    def _discriminator(self, theta: np.ndarray, psi: np.ndarray) -> np.ndarray:
        game, seen = self.rules.played, self._seen(theta)
        towards = -self._mean(seen * game.fake.slope(game.undecided + self._each(psi) * seen))
        if self._noisy:  # else the real samples are at 0, where no slope of the discriminator is felt
            of_real = game.real.slope(game.undecided + self._each(psi) * self._noise)
            towards = towards - self._mean(self._noise * of_real)
        return towards

    def _derivatives(self, theta: np.ndarray, psi: np.ndarray) -> tuple[tuple, tuple]:
        """Of both parts of the losses' own field in θ and in ψ, without any penalty, ``[...]`` each."""
        game, seen, steep = self.rules.played, self._seen(theta), self._each(psi)
        output = game.undecided + steep * seen
        bent, caught = game.pull.curvature(output), game.fake.curvature(output)
        curved = seen**2 * caught
        if self._noisy:
            curved = curved + self._noise**2 * game.real.curvature(game.undecided + steep * self._noise)
        return (
            (-(psi**2) * self._mean(bent), -self._mean(game.pull.slope(output) + steep * seen * bent)),
            (-self._mean(game.fake.slope(output) + steep * seen * caught), -self._mean(curved)),
        )

    def _seen(self, theta: np.ndarray) -> np.ndarray:
        """The generated samples: one, or one for each noise, along a last axis."""
        return self._each(theta) + self._noise if self._noisy else theta

    def _each(self, values: np.ndarray) -> np.ndarray:
        return values[..., None] if self._noisy else values

    def _mean(self, values: np.ndarray) -> np.ndarray:
        """Over the noises."""
        return values @ WEIGHTS if self._noisy else values

    def jacobian(self) -> np.ndarray:
        """The derivatives of the field at the equilibrium, ``[2, 2]``; not a number where there is a kink.

        The gradient penalty has one there, and clipping that leaves no room at all.
        """
        rules = self.rules
        found = np.array(self._derivatives(np.zeros(()), np.zeros(())))
        if rules.stabiliser in PENALTIES:
            found[1, 1] -= rules.strength
        elif (rules.stabiliser == "gradient_penalty" and rules.strength) or (
            rules.stabiliser == "clipping" and not rules.strength
        ):
            found[1, 1] = np.nan
        elif rules.stabiliser == "consensus":
            found = found - rules.strength * found.T @ found
        return found

    def bounded(self, psi: np.ndarray) -> np.ndarray:
        """The discriminator's parameter as a step leaves it."""
        if self.rules.stabiliser != "clipping":
            return psi
        return np.clip(psi, -self.rules.strength, self.rules.strength)

    def losses(self, positions: np.ndarray) -> np.ndarray:
        """What the generator and the discriminator pay, ``[..., 2]``; the latter with its penalty, if there is one."""
        game, rules = self.rules.played, self.rules
        psi = positions[..., 1]
        with np.errstate(all="ignore"):
            fake = game.undecided + self._each(psi) * self._seen(positions[..., 0])
            real = game.undecided + self._each(psi) * self._noise
            outputs = torch.from_numpy(fake), torch.from_numpy(real)
            paid = game.generator.function(outputs[0]), game.discriminator.function(*outputs)
            found = np.stack([self._mean(each.numpy()) for each in paid], -1)
            if rules.stabiliser in PENALTIES:
                found[..., 1] += rules.strength / 2 * psi**2
            elif rules.stabiliser == "gradient_penalty":
                found[..., 1] += rules.strength / 2 * (np.abs(psi) - 1) ** 2
        return found
