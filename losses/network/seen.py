"""What a network answers: over the plane of two features, along one, or of new examples, right and wrong."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from losses.data.points import Array
from losses.network.fitting import Fit
from losses.network.training import Training

SIDE, COARSEST = 64, 16  # places along a side of the plane at most, and at least; along one feature four times as many
MOST_PRODUCTS = 200_000_000  # multiplications for all of them, above which there are fewer
BEYOND = 0.08  # of the span of the examples, on either side of them


@dataclass(frozen=True, eq=False)
class Region:
    """Answers over two features: places ``x`` and ``y`` ``[m]``, and ``answer[y, x]``.

    Of two classes 2p − 1, p being the logistic function of how far the network is for the second, of more the index of the
    class, of a number what is predicted. Not a number where the network gives none.
    """

    x: Array
    y: Array
    answer: Array


@dataclass(frozen=True, eq=False)
class Curve:
    """Predictions ``[n]`` over one feature ``x`` ``[n]``; of two classes as in ``Region``, of more the index of the class."""

    x: Array
    answer: Array


@dataclass(frozen=True, eq=False)
class Confusion:
    """How many new examples of each class are taken for which: ``counts[truth, decision]``."""

    counts: np.ndarray


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for new examples against their targets, ``[m]`` each."""

    target: Array
    prediction: Array


Seen = Region | Curve | Confusion | Predictions


def seen(training: Training) -> Seen:
    """What the network answers at present, the way that its features and targets can be looked at."""
    task, inputs = training.task, training.task.inputs
    if inputs == 2:
        side = int(np.clip((MOST_PRODUCTS / training.plan.network.products) ** 0.5, COARSEST, SIDE))
        x, y = (np.linspace(*_span(column), side) for column in task.features.T)
        places = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
        return Region(x, y, answers(training, places).reshape(side, side))
    if inputs == 1:
        x = np.linspace(*_span(task.features[:, 0]), 4 * SIDE)
        return Curve(x, answers(training, x[:, None]))
    outputs = _outputs(training, task.new_features)
    if not task.classes:
        return Predictions(task.new_target, outputs[:, 0].numpy().astype(float))
    return Confusion(_counts(training.fit, outputs, task.new_target))


def answers(training: Training, features: Array) -> Array:
    """What the network answers to features ``[n, d]``, ``[n]``, as ``Region`` has it."""
    outputs = _outputs(training, features)
    fit = training.fit
    if not fit.classes:
        return outputs[:, 0].numpy().astype(float)
    if fit.classes == 2:
        return torch.tanh(fit.lead(outputs) / 2).numpy().astype(float)
    found = fit.decisions(outputs).to(torch.float64)
    found[~outputs.isfinite().all(1)] = torch.nan
    return found.numpy()


def _outputs(training: Training, features: Array) -> Tensor:
    with torch.no_grad():
        return training.model(torch.tensor(features, dtype=training.weights.dtype))


def _span(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = BEYOND * (high - low) or 1.0
    return low - margin, high + margin


def _counts(fit: Fit, outputs: Tensor, labels: Array) -> np.ndarray:
    pairs = labels.astype(int) * fit.classes + fit.decisions(outputs).numpy()
    return np.bincount(pairs, minlength=fit.classes**2).reshape(fit.classes, fit.classes)
