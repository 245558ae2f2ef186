"""One case of classification, written in different ways: its target, its output, and what the loss makes of them.

The case has K classes; the true one, the first, has the logit ``lead``, all others 0.
"""

import math

import numpy as np
import torch
from torch import Tensor

from losses.calculus import derivatives
from losses.families.multiclass import categorical_cross_entropy, sparse_categorical_cross_entropy

KERAS_EPSILON = 1e-7  # Keras moves probabilities into [ε, 1 - ε] (keras.config.epsilon) before it takes the logarithm
TORCH_LEAST_LOG = -100.0  # torch.nn.functional.binary_cross_entropy lets no logarithm fall below this


def case(lead: Tensor, classes: int) -> Tensor:
    """The logits ``[..., classes]`` of leads ``[...]``."""
    return torch.cat([lead[..., None], lead.new_zeros(*lead.shape, classes - 1)], -1)


def probabilities(lead: float, classes: int, softmaxes: int = 1, temperature: float = 1.0) -> np.ndarray:
    """What one softmax, or more of them one after the other, make of the case.

    Parameters
    ----------
    lead
        The logit of the true class.
    classes
        How many there are, K.
    softmaxes
        How many softmaxes, at least 1.
    temperature
        What goes into the last softmax is divided by it, as in the loss; above 0.

    Returns
    -------
    ndarray
        ``[classes]``.
    """
    values = case(torch.tensor(lead, dtype=torch.float64), classes)
    for _ in range(softmaxes - 1):
        values = torch.softmax(values, -1)
    return torch.softmax(values / temperature, -1).numpy()


def curve(
    leads: np.ndarray, classes: int, softmaxes: int = 1, label_smoothing: float = 0.0, temperature: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Cross-entropy and its slope in the lead.

    Parameters
    ----------
    leads
        ``[n]``, logits of the true class.
    classes
        How many there are, K.
    softmaxes
        How many softmaxes, at least 1. The loss applies the last itself, by ``from_logits``; with two
        of them the model has applied one already.
    label_smoothing
        The share of the target that is spread evenly over all classes, from 0 to 1.
    temperature
        What the logits are divided by in the loss; above 0.

    Returns
    -------
    tuple
        Loss and slope, ``[n]`` each.
    """

    def cost(lead: Tensor) -> Tensor:
        output = case(lead, classes)
        for _ in range(softmaxes - 1):
            output = torch.softmax(output, -1)
        target = torch.nn.functional.one_hot(torch.zeros(len(lead), dtype=torch.long), classes).to(output)
        return categorical_cross_entropy.function(
            output, target, from_logits=True, label_smoothing=label_smoothing, temperature=temperature
        )

    value, slope, _ = derivatives(cost, torch.as_tensor(leads, dtype=torch.float64), order=1)
    return value.numpy(), slope.numpy()


def both_ways(
    lead: float, classes: int, softmax: bool, from_logits: bool, label_smoothing: float, temperature: float
) -> tuple[float, float]:
    """The loss with the target one-hot, and with it as an index.

    Parameters
    ----------
    lead
        The logit of the true class.
    classes
        How many there are, K.
    softmax
        Whether the model ends with one.
    from_logits
        Whether the loss takes what it gets for logits.
    label_smoothing, temperature
        As ``curve`` takes them.

    Raises
    ------
    ValueError
        When logits are given for probabilities.

    Examples
    --------
    >>> [round(loss, 6) for loss in both_ways(1.0, 3, False, True, 0.0, 1.0)]
    [0.551445, 0.551445]
    """
    output = case(torch.tensor(lead, dtype=torch.float64), classes)
    if softmax:
        output = torch.softmax(output, -1)
    settings = {"from_logits": from_logits, "label_smoothing": label_smoothing, "temperature": temperature}
    return (
        categorical_cross_entropy(output, target(classes), **settings).item(),
        sparse_categorical_cross_entropy(output, 0, **settings).item(),
    )


def target(classes: int, label_smoothing: float = 0.0) -> np.ndarray:
    """The one-hot target ``[classes]``, smoothed."""
    return (1 - label_smoothing) * (np.arange(classes) == 0) + label_smoothing / classes


def twice_floor(classes: int) -> float:
    """The least loss of a softmax of a softmax: its logits are probabilities, so the best lead is 1 - 0."""
    return math.log1p((classes - 1) / math.e)


def smoothing_floor(classes: int, label_smoothing: float) -> float:
    """The least cross-entropy against a smoothed target: its entropy."""
    smoothed = target(classes, label_smoothing)
    return categorical_cross_entropy(smoothed, smoothed).item()


def best_lead(classes: int, label_smoothing: float, temperature: float) -> float:
    """The lead at which that floor is reached; infinite without smoothing.

    Parameters
    ----------
    classes
        How many there are, K.
    label_smoothing, temperature
        As ``curve`` takes them.
    """
    first, other = target(classes, label_smoothing)[:2].tolist()
    return temperature * (math.log(first) - math.log(other)) if other else math.inf


def clamped() -> dict[str, tuple[float, float]]:
    """What probability exactly 0, and exactly 1, for the true class costs: here, in Keras, in torch's BCE."""
    ours = categorical_cross_entropy([[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0]]).tolist()
    keras = (-math.log(KERAS_EPSILON), -math.log1p(-KERAS_EPSILON))
    return {"Losscope": tuple(ours), "Keras": keras, "PyTorch BCE": (-TORCH_LEAST_LOG, 0.0)}
