"""Outputs and the losses they are paired with: what each asks of the logit, and how long training takes."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.calculus import derivatives
from losses.families.binary import binary_cross_entropy
from losses.families.multiclass import categorical_cross_entropy
from losses.families.regression import mse


@dataclass(frozen=True)
class Pairing:
    """An output activation with a loss, for one example with label 0 or 1.

    ``weights`` ``[..., trained]`` are what is trained: the logit z of yes, or the logits of no and yes,
    whose difference is z then. ``output(z)`` gives the prediction, ``cost(weights, label)`` the loss ``[...]``.

    ``code`` is the loss in PyTorch, in ``z``, or ``a`` and ``b``, and ``y``; ``numpy`` the loss and its slopes in
    NumPy, in the weights ``w`` and ``y`` with a function ``sigmoid``; ``keras`` the activation of a layer and
    the loss in Keras.
    """

    key: str
    name: str
    latex: str
    code: str
    numpy: tuple[str, str]
    keras: tuple[str, str]
    output: Callable[[Tensor], Tensor]
    cost: Callable[[Tensor, Tensor], Tensor]
    trained: int = 1


def sigmoid(logit: float) -> float:
    """The probability of yes that a logit stands for."""
    return torch.tensor(logit, dtype=torch.float64).sigmoid().item()


class Steps(NamedTuple):
    """Of gradient descent: ``logits``, ``losses`` and ``distances`` of the prediction to the label, each ``[pairs, n + 1]``."""

    logits: np.ndarray
    losses: np.ndarray
    distances: np.ndarray


def _pairs(*pairs: Pairing) -> MappingProxyType[str, Pairing]:
    return MappingProxyType({pair.key: pair for pair in pairs})


def _softmax_cost(logits: Tensor, label: Tensor) -> Tensor:
    return categorical_cross_entropy.function(
        logits, torch.stack([1 - label, label], -1), from_logits=True, label_smoothing=0.0, temperature=1.0
    )


def _binary_cost(weights: Tensor, label: Tensor) -> Tensor:
    return binary_cross_entropy.function(
        weights[..., 0], label, from_logits=True, label_smoothing=0.0, positive_weight=1.0
    )


def _squared(output: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda weights, label: mse.function(output(weights[..., 0]), label, half=False)


def _itself(z: Tensor) -> Tensor:
    return z


PAIRS = _pairs(
    Pairing(
        "identity_mse", "Identity + MSE", r"(z-y)^2,\quad \tfrac{\partial}{\partial z}=2(z-y)",
        "torch.nn.functional.mse_loss(z, y)",
        ("np.square(w[0] - y)", "2 * (w - y)"),
        ("linear", "keras.losses.MeanSquaredError()"),
        _itself, _squared(_itself),
    ),
    Pairing(
        "sigmoid_bce", "Sigmoid + BCE", r"-y\log\sigma(z)-(1-y)\log(1-\sigma(z)),\quad \tfrac{\partial}{\partial z}=p-y",
        "torch.nn.functional.binary_cross_entropy_with_logits(z, y)",
        ("np.logaddexp(0, (1 - 2 * y) * w[0])", "sigmoid(w) - y"),
        ("linear", "keras.losses.BinaryCrossentropy(from_logits=True)"),
        torch.sigmoid, _binary_cost,
    ),
    Pairing(
        "sigmoid_mse", "Sigmoid + MSE", r"(\sigma(z)-y)^2,\quad \tfrac{\partial}{\partial z}=2(p-y)\,p(1-p)",
        "torch.nn.functional.mse_loss(torch.sigmoid(z), y)",
        ("np.square(sigmoid(w[0]) - y)", "2 * (sigmoid(w) - y) * sigmoid(w) * (1 - sigmoid(w))"),
        ("sigmoid", "keras.losses.MeanSquaredError()"),
        torch.sigmoid, _squared(torch.sigmoid),
    ),
    Pairing(
        "softmax_ce", "Softmax + CE", r"-\log p_y,\quad \tfrac{\partial}{\partial z_k}=p_k-y_k",
        "torch.nn.functional.cross_entropy(torch.stack([a, b]), y.long())",
        ("np.logaddexp(0, (1 - 2 * y) * (w[1] - w[0]))", "(sigmoid(w[1] - w[0]) - y) * np.array([-1, 1])"),
        ("linear", "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"),
        torch.sigmoid, _softmax_cost, trained=2,
    ),
)  # fmt: skip


def probe(pair: Pairing, logits: np.ndarray, label: float) -> tuple[np.ndarray, np.ndarray]:
    """Loss and slope of a pair at logits of yes.

    Parameters
    ----------
    pair
        The output activation with its loss.
    logits
        ``[n]``; a pair of two logits has 0 for that of no.
    label
        0 or 1.

    Returns
    -------
    tuple
        Loss and slope, ``[n]`` each. With two logits the slope is that in the logit of yes; the one in
        the logit of no is its opposite.
    """
    place = torch.as_tensor(logits, dtype=torch.float64)
    truth = torch.full_like(place, label)
    others = [torch.zeros_like(place)] * (pair.trained - 1)
    value, slope, _ = derivatives(lambda z: pair.cost(torch.stack([*others, z], -1), truth), place, order=1)
    return value.numpy(), slope.numpy()


def descend(start: float, label: float, learning_rate: float, steps: int) -> Steps:
    """Train every pair from the same logit by ``torch.optim.SGD``, all in one tensor.

    Parameters
    ----------
    start
        The logit of yes that all begin at; with two logits each has half of it, of either sign.
    label
        0 or 1.
    learning_rate
        Above 0.
    steps
        How many.
    """
    pairs = PAIRS.values()
    sizes = [pair.trained for pair in pairs]
    begin = [place for pair in pairs for place in ([start] if pair.trained == 1 else [-start / 2, start / 2])]
    weights = torch.tensor(begin, dtype=torch.float64, requires_grad=True)
    truth = torch.tensor(label, dtype=torch.float64)
    optimiser = torch.optim.SGD([weights], lr=learning_rate)
    track = torch.empty(steps + 1, len(begin), dtype=torch.float64)
    for step in range(steps):
        track[step] = weights.detach()
        costs = [pair.cost(part, truth) for pair, part in zip(pairs, weights.split(sizes), strict=True)]
        (weights.grad,) = torch.autograd.grad(costs, weights)
        optimiser.step()
    track[steps] = weights.detach()
    parts = track.split(sizes, -1)
    truths = truth.expand(steps + 1)
    logits = [part[:, -1] - (part[:, 0] if part.shape[-1] == 2 else 0) for part in parts]
    losses = [pair.cost(part, truths) for pair, part in zip(pairs, parts, strict=True)]
    distances = [(pair.output(z) - label).abs() for pair, z in zip(pairs, logits, strict=True)]
    return Steps(*(torch.stack(part).numpy() for part in (logits, losses, distances)))


def arrival(distances: np.ndarray, tolerance: float) -> int | None:
    """The first step from which on the distance ``[n + 1]`` stays within a tolerance, or None."""
    outside = np.flatnonzero(~(distances <= tolerance))
    first = 0 if not outside.size else int(outside[-1]) + 1
    return first if first < len(distances) else None
