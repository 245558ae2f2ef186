"""Penalised fits under any smooth convex loss of a score, by proximal Newton steps.

Each step fits a weighted least-squares problem exactly, zeros and all, and goes towards it as far as the objective
falls (Lee, Sun and Saunders 2014, Proximal Newton-type methods for minimizing composite functions, SIAM Journal on
Optimization 24(3), algorithm 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from losses.calculus import derivatives
from losses.data.points import Array
from losses.registry import LOSSES
from losses.shrinkage.optimum import minimise
from losses.shrinkage.problem import as_table
from losses.spec.domain import REAL
from losses.spec.loss import Loss

SMOOTH = {
    key: loss
    for key, loss in LOSSES.items()
    if loss.family == "regression"
    and next(iter(loss.inputs.values())) is REAL
    and all(loss.fact(fact) for fact in ("convex", "differentiable"))
}
"""Losses of a residual that are smooth and convex, by key, with their parameters as they are by default at least."""
STEPS, HALVINGS = 500, 40
ROUNDING = 8 * float(np.finfo(float).eps)
LEVEL = 1e-9  # of the hardest pull there is, by which the conditions of an optimum may be missed
LEAST_CURVATURE = 1e-3  # of the largest, that each example is taken to have


@dataclass(frozen=True, eq=False)
class SmoothFit:
    """Weights and intercept of least mean loss and penalty.

    Attributes
    ----------
    weights
        ``[p]``.
    intercept
        It costs nothing.
    objective
        Mean loss and penalty together.
    violation
        By how much the Karush-Kuhn-Tucker conditions are missed, in units of the loss per unit of a feature.
    """

    weights: Array
    intercept: float
    objective: float
    violation: float


def refuse(loss: Loss, settings: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` for a loss that is not convex and smooth in any number with these parameters, all of them."""
    for fact in ("convex", "differentiable"):
        if not loss.fact(fact, **settings):
            raise ValueError(f"{loss.name} is not {fact} with these parameters")
    if next(iter(loss.inputs.values())).resolve(settings) is not REAL:
        raise ValueError(f"{loss.name} does not take any number as a prediction")


def fit_smooth(features: Any, target: Any, loss: Loss, l1: float, l2: float, **parameters: Any) -> SmoothFit:
    """Minimise ``mean(loss(b + features @ w, target)) + l1 * sum(abs(w)) + l2 / 2 * sum(w**2)``.

    Parameters
    ----------
    features, target
        ``[n, p]`` and ``[n]``.
    loss
        Of a prediction that may be any number, convex and differentiable with these parameters.
    l1, l2
        Strengths of at least 0 and finite.
    **parameters
        Of the loss.

    Raises
    ------
    ValueError
        As ``as_table``, for such a loss that is not, and for strengths out of range.
    ArithmeticError
        Where the optimum is not reached. Where classes are separable and nothing is penalised it is at infinity, and
        the weights are those at which the loss counts as 0.

    Examples
    --------
    >>> from losses import LOSSES
    >>> fit_smooth([[-1.0], [1.0]], [-2.0, 2.0], LOSSES["mse"], l1=1.0, l2=0.0).weights.round(6)
    array([1.5])
    """
    settings = loss.settings(**parameters)
    refuse(loss, settings)
    if not (0 <= l1 < np.inf and 0 <= l2 < np.inf):
        raise ValueError(f"strengths must be at least 0 and finite, got l1 = {l1} and l2 = {l2}")
    table, goal, _ = as_table(features, target)
    truth = loss.tensors((torch.zeros(len(goal), dtype=torch.float64), torch.as_tensor(goal)), settings)[1]

    def charged(scores: Array, weights: Array) -> float:
        with torch.no_grad():
            mean = float(loss.function(torch.as_tensor(scores), truth, **settings).mean())
        return mean + l1 * float(np.abs(weights).sum()) + l2 / 2 * float(weights @ weights)

    weights, intercept, scores = np.zeros(table.shape[1]), 0.0, np.zeros(len(goal))
    now, reach = charged(scores, weights), 0.0
    for _ in range(STEPS):
        _, slope, curvature = derivatives(
            lambda x: loss.function(x, truth, **settings), torch.as_tensor(scores)
        ).arrays()
        pull = -(slope @ table) / len(goal) - l2 * weights
        reach = max(reach, float(np.abs(pull).max()), float(np.abs(slope).mean()))
        missed = np.where(weights != 0, np.abs(pull - l1 * np.sign(weights)), np.maximum(np.abs(pull) - l1, 0.0))
        violation = max(float(missed.max()), abs(float(slope.mean())))
        if violation <= LEVEL * reach:
            return SmoothFit(weights, intercept, now, violation)
        aimed, level = _step(table, scores, slope, curvature, l1, l2, weights)
        for share in 0.5 ** np.arange(HALVINGS):
            tried, moved = weights + share * (aimed - weights), intercept + share * (level - intercept)
            seen = moved + table @ tried
            found = charged(seen, tried)
            if found <= now + ROUNDING * abs(now):
                break
        else:
            break
        weights, intercept, scores, now = tried, moved, seen, found
    raise np.linalg.LinAlgError("no weights of least loss and penalty were found")


def _step(
    table: Array, scores: Array, slope: Array, curvature: Array, l1: float, l2: float, weights: Array
) -> tuple[Array, float]:
    """Weights and intercept that are best by the parabola of each example's loss.

    Parameters
    ----------
    table, scores
        ``[n, p]`` and ``[n]``.
    slope, curvature
        Of the losses at the scores, ``[n]``.
    l1, l2
        The strengths.
    weights
        To begin from, ``[p]``.
    """
    bent = np.maximum(curvature, LEAST_CURVATURE * max(float(curvature.max()), np.finfo(float).tiny))
    share = bent / bent.sum()
    wanted = scores - slope / bent
    center, level = share @ table, float(share @ wanted)
    moved = table - center
    gram = (moved * bent[:, None]).T @ moved / len(scores)
    cross = (moved * bent[:, None]).T @ (wanted - level) / len(scores)
    found = minimise(gram, cross, l1, l2, weights)
    return found, level - float(center @ found)
