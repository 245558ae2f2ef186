"""Outputs and the losses they are paired with: what each asks of the logit, and how long training takes."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.binary import binary_cross_entropy
from losses.calculus import derivatives
from losses.multiclass import categorical_cross_entropy
from losses.regression import mse


@dataclass(frozen=True)
class Pairing:
    """An output activation with a loss, for one example with label 0 or 1.

    ``weights`` ``[..., 2]`` are what is trained: their sum is the logit z of yes, but only ``trained``
    of them move. ``output(z)`` gives the prediction, ``cost(weights, label)`` the loss ``[...]``.
    """

    key: str
    name: str
    latex: str
    code: str
    output: Callable[[Tensor], Tensor]
    cost: Callable[[Tensor, Tensor], Tensor]
    trained: int = 1


class Steps(NamedTuple):
    """Of gradient descent: ``logits``, ``losses`` and ``distances`` of the prediction to the label, each ``[pairs, n + 1]``."""

    logits: np.ndarray
    losses: np.ndarray
    distances: np.ndarray


def _pairs(*pairs: Pairing) -> MappingProxyType[str, Pairing]:
    return MappingProxyType({pair.key: pair for pair in pairs})


def _softmax_cost(weights: Tensor, label: Tensor) -> Tensor:
    logits = torch.stack([-weights[..., 1], weights[..., 0]], -1)  # of no and of yes: they differ by the sum
    return categorical_cross_entropy.function(
        logits, torch.stack([1 - label, label], -1).expand_as(logits), from_logits=True, label_smoothing=0.0, temperature=1.0
    )  # fmt: skip


def _binary_cost(weights: Tensor, label: Tensor) -> Tensor:
    return binary_cross_entropy.function(
        weights.sum(-1), label, from_logits=True, label_smoothing=0.0, positive_weight=1.0
    )


def _squared(output: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda weights, label: mse.function(output(weights.sum(-1)), label, half=False)


def _itself(z: Tensor) -> Tensor:
    return z


PAIRS = _pairs(
    Pairing(
        "identity_mse", "Identity + MSE", r"(z-y)^2,\quad \tfrac{\partial}{\partial z}=2(z-y)",
        "torch.nn.functional.mse_loss(z, y)", _itself, _squared(_itself),
    ),
    Pairing(
        "sigmoid_bce", "Sigmoid + BCE", r"-y\log\sigma(z)-(1-y)\log(1-\sigma(z)),\quad \tfrac{\partial}{\partial z}=p-y",
        "torch.nn.functional.binary_cross_entropy_with_logits(z, y)", torch.sigmoid, _binary_cost,
    ),
    Pairing(
        "sigmoid_mse", "Sigmoid + MSE", r"(\sigma(z)-y)^2,\quad \tfrac{\partial}{\partial z}=2(p-y)\,p(1-p)",
        "torch.nn.functional.mse_loss(torch.sigmoid(z), y)", torch.sigmoid, _squared(torch.sigmoid),
    ),
    Pairing(
        "softmax_ce", "Softmax + CE", r"-\log p_y,\quad \tfrac{\partial}{\partial z_k}=p_k-y_k",
        "torch.nn.functional.cross_entropy(torch.stack([a, b]), y.long())", torch.sigmoid, _softmax_cost, trained=2,
    ),
)  # fmt: skip


def probe(pair: Pairing, logits: np.ndarray, label: float) -> tuple[np.ndarray, np.ndarray]:
    """Loss and slope of a pair at logits of yes ``[n]``: both ``[n]``.

    With two logits the slope is that in the logit of yes; the one in the logit of no is its opposite.
    """
    place = torch.as_tensor(logits, dtype=torch.float64)
    rest = torch.zeros_like(place)
    truth = torch.full_like(place, label)
    value, slope, _ = derivatives(lambda z: pair.cost(torch.stack([z, rest], -1), truth), place, order=1)
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
    moving = torch.tensor(
        [[1.0, 1.0] if pair.trained == 2 else [1.0, 0.0] for pair in PAIRS.values()], dtype=torch.float64
    )
    weights = (start * moving / moving.sum(-1, keepdim=True)).requires_grad_()
    truth = torch.tensor(label, dtype=torch.float64)
    optimiser = torch.optim.SGD([weights], lr=learning_rate)
    track = torch.empty(steps + 1, *weights.shape, dtype=torch.float64)
    costs = [pair.cost for pair in PAIRS.values()]
    for step in range(steps):
        track[step] = weights.detach()
        total = torch.stack([cost(row, truth) for cost, row in zip(costs, weights, strict=True)]).sum()
        (gradient,) = torch.autograd.grad(total, weights)
        weights.grad = gradient * moving
        optimiser.step()
    track[steps] = weights.detach()
    rows = track.unbind(1)
    logits = [row.sum(-1) for row in rows]
    losses = [cost(row, truth.expand(len(row))) for cost, row in zip(costs, rows, strict=True)]
    distances = [(pair.output(z) - label).abs() for pair, z in zip(PAIRS.values(), logits, strict=True)]
    return Steps(*(torch.stack(part).numpy() for part in (logits, losses, distances)))


def arrival(distances: np.ndarray, tolerance: float) -> int | None:
    """The first step from which on the distance ``[n + 1]`` stays within a tolerance, or None."""
    outside = np.flatnonzero(~(distances <= tolerance))
    first = 0 if not outside.size else int(outside[-1]) + 1
    return first if first < len(distances) else None
