"""A real GAN, small enough to train while one looks on: two perceptrons, the losses of a game, optimisers of PyTorch.

The same plan gives the same numbers: all that is drawn comes from one generator, in the order in which it is needed.
"""

import copy
import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from losses.descent.compiled import compiled
from losses.descent.optimisers import OPTIMISERS
from losses.game.games import GAMES
from losses.game.modes import Modes

HIDDEN = (24, 24)
PENALTIES = MappingProxyType(
    {
        "none": "None",
        "r1": "R1, at real samples",
        "r2": "R2, at generated ones",
        "gradient_penalty": "Gradient penalty, to 1",
        "clipping": "Clipping of weights",
        "noise": "Instance noise",
    }
)
"""What can steady the training; the strength is ``γ`` of ``γ/2 mean ‖∇D‖²`` or ``γ/2 mean (‖∇D‖ − 1)²``, ``c``, or ``σ``."""
PAID = {"r1": "square", "r2": "square", "gradient_penalty": "to 1"}  # how the discriminator pays for its slope
TURNS = MappingProxyType({"b": "both", "d": "D alone", "g": "G alone"})
"""Who learns in a turn."""


@dataclass(frozen=True)
class Plan:
    """All that decides how a training goes.

    Attributes
    ----------
    game
        A key of ``GAMES``.
    arrangement, modes, width
        What is to be learned, as ``Modes`` takes it.
    optimiser
        A key of ``OPTIMISERS``, without L-BFGS; both networks have one each.
    rates
        Learning rates of generator and discriminator.
    settings
        Further parameters of the optimiser.
    penalty, strength
        A key of ``PENALTIES``, and how strong it is.
    critic_steps
        Steps of the discriminator for one of the generator, where both learn.
    batch
        Samples of a step, real and generated each.
    latent
        Dimensions of the noise that the generator turns into samples.
    seed
        Of weights, samples and noise.
    """

    game: str = "non_saturating"
    arrangement: str = "line"
    modes: int = 3
    width: float = 0.2
    optimiser: str = "adam"
    rates: tuple[float, float] = (0.002, 0.002)
    settings: Mapping[str, Any] = field(default_factory=lambda: {"beta1": 0.5})
    penalty: str = "none"
    strength: float = 0.0
    critic_steps: int = 1
    batch: int = 64
    latent: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        for what, known in (("game", GAMES), ("optimiser", OPTIMISERS), ("penalty", PENALTIES)):
            if getattr(self, what) not in known:
                raise ValueError(f"there is no {what} {getattr(self, what)!r}; there are: {', '.join(known)}")
        if OPTIMISERS[self.optimiser].searches:
            raise ValueError(f"{OPTIMISERS[self.optimiser].name} searches along lines, which two losses do not share")
        if self.critic_steps < 1 or self.batch < 1 or self.latent < 1:
            raise ValueError("critic_steps, batch and latent are at least 1")


class Training:
    """A GAN on its way.

    Attributes
    ----------
    turns
        Who has learned so far, a key of ``TURNS`` each.
    losses
        Of generator and discriminator in each turn, before their steps; not a number for one that did not learn.
    gradients
        The norm of the generator's gradient in each turn, likewise.
    diverged
        Whether the last turn's loss was no finite number: nothing can be learned from there.
    generator, discriminator
        The networks, a ``Perceptron`` each.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.game = plan, GAMES[plan.game]
        self.modes = Modes(plan.arrangement, plan.modes, plan.width)
        self.random = torch.Generator().manual_seed(plan.seed)
        self.generator = Perceptron((plan.latent, *HIDDEN, self.modes.dimensions), self.random)
        self.discriminator = Perceptron((self.modes.dimensions, *HIDDEN, 1), self.random)
        self.optimisers = [
            OPTIMISERS[plan.optimiser].build([network.weights], learning_rate=rate, **plan.settings)
            for network, rate in zip((self.generator, self.discriminator), plan.rates, strict=True)
        ]
        # Of the plan only what these functions depend on: they are compiled once for all who train so.
        kind = plan.game, PAID.get(plan.penalty), self.generator.sizes
        self._slope_of_discriminator = _Once(_discriminator_slope(self), ("discriminator", *kind))
        self._slope_of_generator = _Once(_generator_slope(self), ("generator", plan.game, self.generator.sizes))
        self._strength = torch.tensor(float(plan.strength), dtype=torch.float64)
        self._still = torch.zeros(plan.batch, self.modes.dimensions, dtype=torch.float64)
        self.turns = ""
        self.losses: list[tuple[float, float]] = []
        self.gradients: list[float] = []
        self.diverged = False

    def turn(self, who: str) -> None:
        """Let the discriminator learn, or the generator, or one after the other."""
        of_generator = of_discriminator = size = math.nan
        if who in "bd":
            for _ in range(self.plan.critic_steps if who == "b" else 1):
                of_discriminator = self._teach_discriminator()
        if who in "bg":
            of_generator, size = self._teach_generator()
        self.turns += who
        self.losses.append((of_generator, of_discriminator))
        self.gradients.append(size)
        learned = [value for value, players in ((of_generator, "bg"), (of_discriminator, "bd")) if who in players]
        self.diverged = not all(map(math.isfinite, learned))

    def _teach_discriminator(self) -> float:
        plan = self.plan
        real = self.modes.sample(plan.batch, self.random)
        fake = self.generator(self._latent())
        if plan.penalty == "noise":
            real, fake = self._blurred(real), self._blurred(fake)
        places = self._penalised(real, fake)
        loss, slope = self._slope_of_discriminator(self.discriminator.weights, real, fake, places, self._strength)
        self._step(1, slope)
        if plan.penalty == "clipping":
            self.discriminator.weights.clamp_(-plan.strength, plan.strength)
        return loss.item()

    def _teach_generator(self) -> tuple[float, float]:
        latent = self._latent()
        blur = self._still
        if self.plan.penalty == "noise":
            blur = self._blurred(blur)
        loss, slope = self._slope_of_generator(self.generator.weights, self.discriminator.weights, latent, blur)
        self._step(0, slope)
        return loss.item(), slope.norm().item()

    def _step(self, player: int, slope: Tensor) -> None:
        (self.generator, self.discriminator)[player].weights.grad = slope
        self.optimisers[player].step()

    def _latent(self) -> Tensor:
        return torch.randn(self.plan.batch, self.plan.latent, generator=self.random, dtype=torch.float64)

    def _blurred(self, samples: Tensor) -> Tensor:
        return samples + self.plan.strength * torch.randn(samples.shape, generator=self.random, dtype=torch.float64)

    def _penalised(self, real: Tensor, fake: Tensor) -> Tensor:
        """Where the discriminator pays for its slope, if it does."""
        if self.plan.penalty == "gradient_penalty":
            share = torch.rand(len(real), 1, generator=self.random, dtype=torch.float64)
            return share * real + (1 - share) * fake
        return fake if self.plan.penalty == "r2" else real

    def snapshot(self) -> tuple:
        """All that decides how it goes on, to ``restore`` later."""
        weights = self.generator.weights.clone(), self.discriminator.weights.clone()
        memories = [copy.deepcopy(optimiser.state_dict()) for optimiser in self.optimisers]
        return len(self.turns), weights, memories, self.random.get_state(), self.diverged

    def restore(self, snapshot: tuple) -> None:
        """Go back to where it was at a ``snapshot`` of its own."""
        done, weights, memories, random, self.diverged = snapshot
        for network, kept in zip((self.generator, self.discriminator), weights, strict=True):
            network.weights.copy_(kept)
        for optimiser, memory in zip(self.optimisers, memories, strict=True):
            optimiser.load_state_dict(copy.deepcopy(memory))
        self.random.set_state(random)
        self.turns = self.turns[:done]
        del self.losses[done:], self.gradients[done:]


class Perceptron:
    """Layers with a hyperbolic tangent between them, whose ``weights`` ``[n]`` are all in one tensor.

    They are drawn uniformly within ±1/√(inputs), as PyTorch's own linear layers draw theirs: by layer the matrix
    ``[outputs, inputs]``, row by row, then the biases. Called with ``[n, inputs]`` it gives ``[n, outputs]``.
    """

    def __init__(self, sizes: tuple[int, ...], random: torch.Generator) -> None:
        self.sizes = sizes
        drawn = [
            (2 * torch.rand(count, generator=random, dtype=torch.float64) - 1) / math.sqrt(inputs)
            for inputs, outputs in pairwise(sizes)
            for count in (inputs * outputs, outputs)
        ]
        self.weights = torch.cat(drawn)

    def __call__(self, values: Tensor, weights: Tensor | None = None) -> Tensor:
        """The outputs, with its own weights or with others in their place."""
        at = 0
        weights = self.weights if weights is None else weights
        for layer, (inputs, outputs) in enumerate(pairwise(self.sizes)):
            matrix = weights[at : at + inputs * outputs].view(outputs, inputs)
            at += inputs * outputs
            values = torch.nn.functional.linear(
                torch.tanh(values) if layer else values, matrix, weights[at : at + outputs]
            )
            at += outputs
        return values


def _discriminator_slope(training: Training) -> Callable[..., tuple[Tensor, Tensor]]:
    """What gives the discriminator's loss and its slope in the weights, of real and generated samples."""
    game, network, paid = training.game, training.discriminator, PAID.get(training.plan.penalty)

    def slope(weights: Tensor, real: Tensor, fake: Tensor, places: Tensor, strength: Tensor) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            weights = weights.detach().requires_grad_()
            outputs = network(torch.cat([fake, real]), weights)[:, 0]
            loss = game.discriminator.function(outputs[: len(fake)], outputs[len(fake) :]).mean()
            if paid:
                places = places.detach().requires_grad_()
                (steep,) = torch.autograd.grad(network(places, weights).sum(), places, create_graph=True)
                # The norm, not the root of a sum of squares: that has no slope where D is flat.
                price = (steep.norm(dim=-1) - 1).square() if paid == "to 1" else steep.square().sum(-1)
                loss = loss + strength / 2 * price.mean()
            return loss.detach(), torch.autograd.grad(loss, weights)[0]

    return slope


def _generator_slope(training: Training) -> Callable[..., tuple[Tensor, Tensor]]:
    """What gives the generator's loss and its slope in the weights, of noise to make samples of."""
    game, generator, discriminator = training.game, training.generator, training.discriminator

    def slope(weights: Tensor, critic: Tensor, latent: Tensor, blur: Tensor) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            weights = weights.detach().requires_grad_()
            loss = game.generator.function(discriminator(generator(latent, weights) + blur, critic)[:, 0]).mean()
            return loss.detach(), torch.autograd.grad(loss, weights)[0]

    return slope


class _Once:
    """A function that is compiled when it or another one of its kind is first called.

    A program may differ from the function in the last digit, which a game makes larger: none may begin with the
    function and go on with the program.
    """

    def __init__(self, function: Callable[..., Any], kind: Hashable) -> None:
        self.function, self.kind = function, kind
        self.program: Callable[..., Any] | None = None

    def __call__(self, *inputs: Tensor) -> Any:
        self.program = self.program or compiled(self.function, self.kind, *inputs, at_once=True)
        return self.program(*inputs)
