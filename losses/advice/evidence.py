"""How candidates do on rows held out: the same folds for all, several measures, with standard errors."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from losses.advice.linear import Data, design, fit, solve
from losses.advice.scores import LARGEST, LEAST_RIDGE, OUTPUTS, Candidate, fit_classes, fit_scores, probabilities
from losses.data.points import Array, generator
from losses.registry import LOSSES

MOST_ROWS = 1_000
MOST_WEIGHTS = 100  # of several classes, whose Hessian is inverted for every fold
FOLDS = 10
RESAMPLES = 100
NUMBERS = ("MAE", "RMSE", "Median error")
LABELS = ("Log loss", "Brier", "Accuracy", "Recall")


@dataclass(frozen=True, eq=False)
class Evidence:
    """Held-out measures over all rows: ``mean``, and ``error``, are ``[candidates, measures]``.

    ``fitted`` is what each says of every row when it is fitted to all, ``[candidates, n]``: a number, the probability of
    yes, or of several classes the number of the likeliest. Recall is then the mean over the classes.
    The standard error is that of the bootstrap over the rows (Efron 1979, Bootstrap methods, Annals of Statistics 7).
    """

    candidates: tuple[Candidate, ...]
    measures: tuple[str, ...]
    mean: Array
    error: Array
    folds: int
    fitted: Array

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.fitted.shape[1]


def fold_count(n: int) -> int:
    """How many folds so many rows make."""
    return min(FOLDS, n // 2)


def folds_of(n: int, labels: Array | None = None, seed: int = 0) -> np.ndarray:
    """The fold of each row, ``[n]``; with ``labels`` each label is spread over all of them."""
    random = generator(seed)
    order = random.permutation(n)
    if labels is not None:
        order = order[np.argsort(labels[order], kind="stable")]
    count = fold_count(n)
    found = np.empty(n, dtype=int)
    found[order] = np.arange(n) % count
    return found


def used_rows(n: int, seed: int = 0) -> np.ndarray:
    """The rows that are used of ``n``: all, or ``MOST_ROWS`` drawn with a seed."""
    return np.arange(n) if n <= MOST_ROWS else np.sort(generator(seed).permutation(n)[:MOST_ROWS])


def predict(candidate: Candidate, data: Data, masks: Array, start: Array | None) -> Array:
    """What a candidate that is fitted to each set of rows says of all, ``[k, n]``."""
    rows, y = data
    if LOSSES[candidate.loss].family == "binary":
        found = fit_scores(data, masks, replace(candidate, ridge=max(LEAST_RIDGE, candidate.ridge)))
        return 1 / (1 + np.exp(-_score(found, rows)))
    if candidate.output == "exp(z) − 1":  # the square of a difference of logs: least squares of the logs
        return np.expm1(_score(_ridged(Data(rows, np.log1p(y)), masks, candidate.ridge), rows))
    if candidate.output in OUTPUTS:
        return np.exp(_score(fit_scores(data, masks, replace(candidate, ridge=max(1e-6, candidate.ridge))), rows))
    if candidate.ridge:
        return _ridged(data, masks, candidate.ridge) @ rows.T
    begin = solve(rows, y, masks) if start is None else np.broadcast_to(start, (len(masks), rows.shape[1]))
    return fit(data, masks, candidate.loss, candidate.settings, begin) @ rows.T


def hold_out_classes(x: Array, y: Array, candidates: tuple[Candidate, ...]) -> Evidence:
    """The same for targets that number several classes, under weights of the classes; ``ValueError`` where that takes too long.

    Parameters
    ----------
    x, y
        ``[n, d]``, and the numbers of the classes from 0, ``[n]``.
    candidates
        Each of ``settings`` that hold the weights of the classes as "weights", or none.
    """
    data, count = Data(design(x), y), int(y.max()) + 1
    if count * data.rows.shape[1] > MOST_WEIGHTS:
        raise ValueError(f"{count} classes and {x.shape[1]} features make more than {MOST_WEIGHTS} weights")
    fold, masks = _folds(y, y)
    even = np.ones(count)
    every = np.stack(
        [
            probabilities(fit_classes(data, masks, np.array(each.settings.get("weights", even)), each.ridge), data.rows)
            for each in candidates
        ]
    )
    found = every[:, fold, :, np.arange(len(y))].transpose(1, 0, 2)
    return _measured(candidates, found, y, _of_classes, every[:, -1].argmax(1).astype(float))


def _score(coefficients: Array, rows: Array) -> Array:
    return np.clip(coefficients @ rows.T, -LARGEST, LARGEST)


def _ridged(data: Data, masks: Array, ridge: float) -> Array:
    """Least squares plus ``ridge`` times the squared weights, the intercept's left out."""
    rows, y = data
    weighted = masks[:, :, None] * rows
    normal = weighted.swapaxes(1, 2) @ rows + np.diag([1e-12, *[max(ridge, 1e-9)] * (rows.shape[1] - 1)])
    return np.linalg.solve(normal, (weighted * y[:, None]).sum(1)[..., None])[..., 0]


def hold_out(
    x: Array, y: Array, candidates: tuple[Candidate, ...], labels: bool = False, start: Array | None = None
) -> Evidence:
    """Every candidate by cross-validation over the same folds.

    Parameters
    ----------
    x, y
        ``[n, d]`` and ``[n]``; labels are 0 and 1.
    candidates
        What is compared.
    labels
        Whether y are labels: other measures, and each label in every fold.
    start
        Robust coefficients on ``design(x)`` from which losses that are not convex descend, ``[1 + d]``.
    """
    data = Data(design(x), y)
    fold, masks = _folds(y, y if labels else None)
    every = np.stack([predict(each, data, masks, start) for each in candidates])
    found = every[:, fold, np.arange(len(y))]
    return _measured(candidates, found, y, _of_labels if labels else _of_numbers, every[:, -1])


def _folds(y: Array, labels: Array | None) -> tuple[np.ndarray, Array]:
    """The fold of each row, ``[n]``, and the rows that are fitted for each, the last time all, ``[folds + 1, n]``."""
    fold = folds_of(len(y), labels)
    return fold, (fold != np.arange(fold.max() + 2)[:, None]).astype(float)


def _measured(
    candidates: tuple[Candidate, ...],
    found: Array,
    y: Array,
    measure: Callable[[Array, Array], Array],
    fitted: Array,
) -> Evidence:
    """What was ``found`` of each row held out, ``[candidates, n, ...]``, measured, and again over resampled rows."""
    drawn = generator(0).integers(0, len(y), (RESAMPLES, len(y)))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = measure(found, y)
        again = measure(found[:, drawn], y[drawn])
        error = np.nanstd(again, axis=1, ddof=1) if again.size else np.zeros_like(mean)
    return Evidence(candidates, NUMBERS if measure is _of_numbers else LABELS, mean, error, fold_count(len(y)), fitted)


def _of_numbers(found: Array, y: Array) -> Array:
    """Measures ``[..., 3]`` of predictions ``[..., n]``."""
    size = np.abs(found - y)
    return np.stack([size.mean(-1), np.sqrt(np.square(size).mean(-1)), np.median(size, axis=-1)], -1)


def _of_labels(found: Array, y: Array) -> Array:
    """Measures ``[..., 4]`` of probabilities ``[..., n]``; recall is not a number without a yes."""
    yes = y == 1
    sure = np.maximum(np.where(yes, found, 1 - found), np.finfo(float).tiny)
    right = (found >= 0.5) == yes
    recall = (right & yes).sum(-1) / yes.sum(-1)
    return np.stack([-np.log(sure).mean(-1), np.square(found - y).mean(-1), right.mean(-1), recall], -1)


def _of_classes(found: Array, y: Array) -> Array:
    """Measures ``[..., 4]`` of probabilities ``[..., n, K]`` of classes numbered by y ``[..., n]``."""
    count = found.shape[-1]
    true = y[..., None] == np.arange(count)
    chance = np.maximum((found * true).sum(-1), np.finfo(float).tiny)
    right = found.argmax(-1) == y
    of_each = (right[..., None] & true).sum(-2) / true.sum(-2)
    brier = np.square(found - true).sum(-1).mean(-1)
    return np.stack([-np.log(chance).mean(-1), brier, right.mean(-1), np.nanmean(of_each, -1)], -1)
