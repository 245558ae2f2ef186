"""Backpropagation through a network of two layers, factor by factor, and the optimiser that uses what it finds.

>>> network = Network.drawn(hidden=2, seed=0)
>>> found = propagate(network, np.array([1.0, -1.0]), 0.5)
>>> found.gradients.output_weights.shape, found.loss >= 0
((2,), True)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch

from losses.calculus import differentiate
from losses.descent.optimisers import OPTIMISERS
from losses.registry import LOSSES

LONGEST = 500  # steps


@dataclass(frozen=True)
class Activation:
    """What a hidden unit makes of its sum, and the slope of that, as a function of sum and output."""

    name: str
    of: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "tanh": Activation("tanh", np.tanh, lambda total, output: 1 - output**2),
        "relu": Activation(
            "ReLU", lambda total: np.maximum(total, 0.0), lambda total, output: (total > 0).astype(float)
        ),
        "sigmoid": Activation(
            "Sigmoid",
            lambda total: torch.from_numpy(total).sigmoid().numpy(),
            lambda total, output: output * (1 - output),
        ),
    }
)
"""By key. ReLU's slope at 0 is 0, as in PyTorch."""


@dataclass(frozen=True, eq=False)
class Network:
    """Weights of a network from two inputs over ``h`` hidden units to one output, or the loss's slope in each of them.

    ``hidden_weights`` ``[h, 2]``, ``hidden_biases`` ``[h]``, ``output_weights`` ``[h]``, ``output_bias``.
    """

    hidden_weights: np.ndarray
    hidden_biases: np.ndarray
    output_weights: np.ndarray
    output_bias: float

    @classmethod
    def drawn(cls, hidden: int = 2, seed: int = 0) -> "Network":
        """Weights of one decimal between −1 and 1, and biases of 0."""
        random = np.random.default_rng(seed)
        weights = random.choice(np.r_[-10:-1, 2:11] / 10, (hidden, 3))
        return cls(weights[:, :2], np.zeros(hidden), weights[:, 2], 0.0)

    @property
    def flat(self) -> np.ndarray:
        """All of them in a row."""
        return np.concatenate(
            [self.hidden_weights.ravel(), self.hidden_biases, self.output_weights, [self.output_bias]]
        )

    @classmethod
    def of(cls, flat: np.ndarray) -> "Network":
        """From such a row."""
        hidden = (len(flat) - 1) // 4
        ends = np.cumsum([2 * hidden, hidden, hidden])
        weights, biases, output, bias = np.split(flat, ends)
        return cls(weights.reshape(hidden, 2), biases, output, float(bias[0]))


@dataclass(frozen=True, eq=False)
class Propagated:
    """One example through a network, forwards and back.

    Attributes
    ----------
    sums, hidden
        ``[h]``, what reaches the hidden units, and what they make of it.
    output, loss
        The prediction, and its loss.
    output_slope
        The loss's slope in the prediction.
    hidden_slopes
        ``[h]``, in the outputs of the hidden units: output slope times output weight.
    activation_slopes
        ``[h]``, of each unit's output in its sum.
    sum_slopes
        ``[h]``, in the sums: the product of the last two.
    gradients
        In every weight: the slope at its end times what comes in at its beginning.
    """

    sums: np.ndarray
    hidden: np.ndarray
    output: float
    loss: float
    output_slope: float
    hidden_slopes: np.ndarray
    activation_slopes: np.ndarray
    sum_slopes: np.ndarray
    gradients: Network


@np.errstate(over="ignore", invalid="ignore")  # weights that have run away give infinite slopes, or none
def propagate(
    network: Network, inputs: np.ndarray, target: float, loss: str = "mse", activation: str = "tanh"
) -> Propagated:
    """Propagate one example forwards, and the slope of its loss back (Rumelhart, Hinton and Williams 1986, Nature 323).

    Parameters
    ----------
    network
        The weights.
    inputs
        ``[2]``.
    target
        What the output should be.
    loss
        A regression loss, by its key in ``LOSSES``.
    activation
        A key of ``ACTIVATIONS``.
    """
    unit = ACTIVATIONS[activation]
    sums = network.hidden_weights @ inputs + network.hidden_biases
    hidden = unit.of(sums)
    output = float(network.output_weights @ hidden + network.output_bias)
    found = differentiate(LOSSES[loss], output, target, order=1)
    slope = float(found.slope)
    hidden_slopes = slope * network.output_weights
    activation_slopes = unit.slope(sums, hidden)
    sum_slopes = hidden_slopes * activation_slopes
    gradients = Network(np.outer(sum_slopes, inputs), sum_slopes, slope * hidden, slope)
    return Propagated(
        sums, hidden, output, float(found.value), slope, hidden_slopes, activation_slopes, sum_slopes, gradients
    )


@dataclass(frozen=True)
class Practice:
    """What is practised: one example again and again, under a loss, by an optimiser of ``OPTIMISERS`` that takes single steps."""

    inputs: tuple[float, float]
    target: float
    loss: str = "mse"
    activation: str = "tanh"
    optimiser: str = "sgd"
    learning_rate: float = 0.1


def practised(network: Network, practice: Practice, steps: int) -> list[Network]:
    """The network before each of some steps and after the last, ``steps + 1`` of them; it ends where a weight is not finite.

    Gradients are those of ``propagate``; what is done with them is the optimiser's of ``torch.optim``.

    Raises
    ------
    ValueError
        For more than ``LONGEST`` steps, or fewer than 0.
    """
    if not 0 <= steps <= LONGEST:
        raise ValueError(f"steps must be from 0 to {LONGEST}, got {steps}")
    weights = torch.tensor(network.flat, requires_grad=True)
    optimiser = OPTIMISERS[practice.optimiser].build([weights], learning_rate=practice.learning_rate)
    found = [network]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            back = propagate(found[-1], np.array(practice.inputs), practice.target, practice.loss, practice.activation)
            weights.grad = torch.from_numpy(back.gradients.flat)
            optimiser.step()
            flat = weights.detach().numpy().copy()
            if not np.isfinite(flat).all():
                break
            found.append(Network.of(flat))
    return found
