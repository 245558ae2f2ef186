"""Linear fits under a loss of the residual, to many sets of rows at once, and a start that corrupt rows cannot move."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from losses.data.points import Array, generator, robust_scale
from losses.fitting.newton import Cost
from losses.registry import LOSSES
from losses.spec.loss import Loss

SUBSETS, TRIED_ROWS = 100, 400
STEPS, SETTLED = 60, 1e-5  # and the change of the coefficients, relative to the largest, that ends them
LONGER = 1.5  # steps than to the least of the quadratic above the cost: up to 2 they lower it still
NEAR = 1e-9  # of the spread of y: residuals below it are rounding
RIDGE = 1e-10  # of the mean diagonal, so that features that say the same have one answer
DETERMINED = 4  # rows for each coefficient, below which nothing is said of outliers


class Data(NamedTuple):
    """Rows of a design ``[n, p]``, whose first column is ones, and the targets ``[n]``."""

    rows: Array
    y: Array


def design(x: Array) -> Array:
    """A column of ones, and the features in standard deviations from their means; ``[n, d]`` to ``[n, 1 + d]``."""
    spread = x.std(0)
    moved = x - x.mean(0)
    scaled = np.where(spread > NEAR * np.abs(x).max(0, initial=0), moved / np.where(spread > 0, spread, 1), 0.0)
    return np.column_stack([np.ones(len(x)), scaled])


def solve(rows: Array, y: Array, weights: Array) -> Array:
    """Weighted least squares: ``[n, p]`` and ``[n]`` under weights ``[k, n]`` give coefficients ``[k, p]``."""
    weighted = weights[:, :, None] * rows
    normal = weighted.swapaxes(1, 2) @ rows
    size = np.trace(normal, axis1=1, axis2=2) / rows.shape[1]
    normal += (RIDGE * np.maximum(size, np.finfo(float).tiny))[:, None, None] * np.eye(rows.shape[1])
    return np.linalg.solve(normal, (weighted * y[:, None]).sum(1)[..., None])[..., 0]


def robust_start(data: Data, seed: int = 0) -> tuple[Array, float]:
    """Coefficients ``[p]`` and scale of the nearer half of the rows.

    Least trimmed squares by concentration steps from small subsets (Rousseeuw and Van Driessen 2006, Computing LTS
    regression for large data sets, Data Mining and Knowledge Discovery 12), then Tukey's biweight from there (Yohai
    1987, High breakdown-point and high efficiency robust estimates for regression, Annals of Statistics 15). The scale
    is 1.4826 times the median of the absolute residuals, with 1 + 5 / (n - p) for few rows (Rousseeuw and Leroy 1987,
    section 5.1); never below ``NEAR`` of y's own.
    """
    random = generator(seed)
    rows, y = data
    n, p = rows.shape
    some = np.sort(random.permutation(n)[:TRIED_ROWS])
    a, b = rows[some], y[some]
    chosen = random.random((SUBSETS, len(some))).argpartition(p, axis=1)[:, : p + 1]
    masks = np.zeros((SUBSETS, len(some)))
    np.put_along_axis(masks, chosen, 1.0, axis=1)
    half = min(len(some) - 1, (len(some) + p + 1) // 2)
    for _ in range(2):
        masks = _nearest(a, b, masks, half)
    best = masks[np.argsort(_trimmed(a, b, masks, half), kind="stable")[:10]]
    for _ in range(10):
        before, best = best, _nearest(a, b, best, half)
        if np.array_equal(before, best):
            break
    start = solve(a, b, best[[_trimmed(a, b, best, half).argmin()]])
    scale = _scale(rows, y, start[0])
    found = fit(data, np.ones((1, n)), "tukey", {"c": 4.685 * scale}, start)[0]
    return found, _scale(rows, y, found)


def _nearest(a: Array, b: Array, masks: Array, half: int) -> Array:
    """The ``half`` rows that are nearest to the fit of each mask."""
    distance = np.abs(solve(a, b, masks) @ a.T - b)
    kept = np.zeros_like(masks)
    np.put_along_axis(kept, distance.argpartition(half, axis=1)[:, :half], 1.0, axis=1)
    return kept


def _trimmed(a: Array, b: Array, masks: Array, half: int) -> Array:
    squares = np.square(solve(a, b, masks) @ a.T - b)
    return np.partition(squares, half, axis=1)[:, :half].sum(1)


def _scale(rows: Array, y: Array, coefficients: Array) -> float:
    n, p = rows.shape
    spread = 1.4826 * float(np.median(np.abs(rows @ coefficients - y))) * (1 + 5 / max(1, n - p))
    return max(spread, NEAR * robust_scale(y))


def fit(data: Data, masks: Array, loss: str, settings: Mapping[str, Any], start: Array) -> Array:
    """The linear model of least mean loss on each set of rows.

    By iteratively reweighted least squares (Holland and Welsch 1977, Robust regression using iteratively reweighted
    least squares, Communications in Statistics A6): each row weighs the slope of its loss over its residual.

    Parameters
    ----------
    data
        What is fitted.
    masks
        1 where a row is in the set and 0 elsewhere, ``[k, n]``.
    loss, settings
        Key of a regression loss of the residual, and its parameters.
    start
        Coefficients to begin with, ``[k, p]`` or ``[1, p]``.
    """
    (rows, y), declared = data, LOSSES[loss]
    if declared.estimates == "mean":
        return solve(rows, y, masks)
    slopes = _slopes(declared, settings, masks.shape)
    least = NEAR * 10 * robust_scale(y)
    found = np.broadcast_to(start, (len(masks), rows.shape[1]))
    for _ in range(STEPS):
        residual = found @ rows.T - y
        weights = masks * np.abs(slopes(residual)) / np.maximum(np.abs(residual), least)
        flat = weights.sum(1) == 0
        weights[flat] = masks[flat]
        step = solve(rows, y, weights) - found
        found = found + LONGER * step
        if np.abs(step).max() < SETTLED * np.abs(found).max():
            break
    return found


def _slopes(loss: Loss, settings: Mapping[str, Any], shape: tuple[int, ...]) -> Callable[[Array], Array]:
    """What gives the slopes at residuals of a shape: those between declared kinks, else by autograd."""
    if kinks := loss.kinks_for(**settings):
        ends = np.array([kink.at for kink in kinks])
        between = np.array([kinks[0].before, *(kink.after for kink in kinks)])
        return lambda residual: between[np.searchsorted(ends, residual)]
    cost = Cost(loss, loss.settings(**settings), np.zeros(shape))
    return lambda residual: cost.slopes(residual)[1]
