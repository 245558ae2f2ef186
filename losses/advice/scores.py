"""Linear scores under a smooth loss behind an output activation, fitted to many sets of rows at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from losses.advice.linear import Data
from losses.calculus import derivatives, newton_step
from losses.data.points import Array
from losses.registry import LOSSES

STEPS = 40
LENGTHS = np.array([1.0, 0.5, 0.2, 0.05, 0.0])
FLAT = 1e-3  # curvature of a row below which a step says nothing
LEAST_RIDGE = 1e-2  # that keeps the weights of labels which can be parted finite
INTERCEPT = 1e-9  # held this little, so that the Hessian can be inverted
TINY = float(np.finfo(float).tiny)
LARGEST = 500.0  # score, whose exponential float64 still holds
OUTPUTS: Mapping[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "exp": torch.exp,
    "exp(z) − 1": torch.expm1,
}


@dataclass(frozen=True)
class Candidate:
    """A loss to compare.

    Attributes
    ----------
    loss, settings
        Its key and parameters.
    name
        What it is called beside the others.
    output
        The output activation of its model, a key of ``OUTPUTS``; anything else leaves the score as it is.
    ridge
        Half of what multiplies the sum of squared weights, the intercept's left out.
    """

    loss: str
    name: str
    settings: Mapping[str, Any]
    output: str = ""
    ridge: float = 0.0


def fit_classes(data: Data, masks: Array, weights: Array, ridge: float) -> Array:
    """Coefficients ``[k, K, p]`` of the least weighted sum of softmax cross-entropies plus ``ridge`` / 2 times the squared weights.

    By Newton's method, whose Hessian is written out in Böhning (1992), Multinomial logistic regression algorithm,
    Annals of the Institute of Statistical Mathematics 44(1), section 2.

    Parameters
    ----------
    data
        What is fitted; the targets are the numbers of the classes, from 0.
    masks
        1 where a row is in a set, ``[k, n]``.
    weights
        What an error in each class counts, ``[K]``.
    ridge
        Above 0: it keeps classes that can be parted from sending weights to infinity.
    """
    rows, y = data
    count, p = len(weights), rows.shape[1]
    true = np.eye(count)[y.astype(int)].T
    each = (masks * weights[y.astype(int)])[:, None]
    held = np.full((count, p), ridge)
    held[:, 0] = INTERCEPT
    products = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    found = np.zeros((len(masks), count, p))
    for _ in range(STEPS):
        chance = probabilities(found, rows)
        gradient = (each * (chance - true)) @ rows + held * found
        shared = -chance[:, :, None] * chance[:, None, :]
        shared[:, range(count), range(count)] += chance
        blocks = ((each[:, None] * shared) @ products).reshape(-1, count, count, p, p)
        hessian = blocks.swapaxes(2, 3).reshape(len(masks), count * p, count * p) + np.diag(held.ravel())
        step = np.linalg.solve(hessian, -gradient.reshape(len(masks), -1, 1)).reshape(found.shape)
        tried = found + LENGTHS[:, None, None, None] * step
        cost = -(each[:, 0] * (np.log(np.maximum(probabilities(tried, rows), TINY)) * true).sum(2)).sum(2)
        total = cost + (held * tried**2).sum((2, 3)) / 2
        found = tried[total.argmin(0), np.arange(len(masks))]
        if np.abs(step).max() < 1e-6 * (1 + np.abs(found).max()):
            break
    return found


def probabilities(coefficients: Array, rows: Array) -> Array:
    """The softmax of scores: ``[..., K, p]`` and ``[n, p]`` give ``[..., K, n]``."""
    score = coefficients @ rows.T
    size = np.exp(score - score.max(-2, keepdims=True))
    return size / size.sum(-2, keepdims=True)


def fit_scores(data: Data, masks: Array, candidate: Candidate) -> Array:
    """Coefficients ``[k, p]`` of the least sum of losses plus ``ridge`` / 2 times the squared weights.

    Parameters
    ----------
    data
        What is fitted.
    masks
        1 where a row is in a set, ``[k, n]``.
    candidate
        The loss, of one number. Its ridge keeps classes that can be parted from sending weights to infinity.
    """
    (rows, y), declared, output = data, LOSSES[candidate.loss], candidate.output
    parameters, act = declared.settings(**candidate.settings), OUTPUTS.get(output, lambda score: score)
    target = torch.as_tensor(np.array(y)).expand(len(masks), -1)
    held = np.full(rows.shape[1], candidate.ridge)
    held[0] = INTERCEPT

    def parts(coefficients: Array, order: int = 2) -> Any:
        score = torch.as_tensor(np.clip(coefficients @ rows.T, -LARGEST, LARGEST))
        wanted = target.unsqueeze(0).expand_as(score) if score.ndim > 2 else target
        return derivatives(lambda z: declared.function(act(z), wanted, **parameters), score, order=order)

    found = np.zeros((len(masks), rows.shape[1]))
    if output in OUTPUTS:
        found[:, 0] = np.log1p((masks * y).sum(1) / masks.sum(1))
    for _ in range(STEPS):
        _, slope, curvature = parts(found).arrays()
        gradient = (masks * slope) @ rows + held * found
        weight = masks * np.maximum(np.abs(curvature), FLAT)
        hessian = (weight[:, :, None] * rows).swapaxes(1, 2) @ rows + np.diag(held)
        step = newton_step(gradient, hessian).step
        tried = found + LENGTHS[:, None, None] * step
        value = parts(tried, order=1).value.numpy()
        total = (masks * value).sum(-1) + (held * tried**2).sum(-1) / 2
        best = np.where(np.isfinite(total), total, np.inf).argmin(0)
        found = tried[best, np.arange(len(masks))]
        if np.abs(step).max() < 1e-8 * (1 + np.abs(found).max()):
            break
    return found
