"""Several losses fitted to the same points at once: what the bad points did to each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from losses.fitting.fit import Fit, fit_constant, fit_line, scores
from losses.fitting.newton import Cost
from losses.registry import LOSSES

MODELS = ("line", "constant")
KEPT, FEW = 512, 500  # fits that are kept, of at most so many points: 12 MB
Fitted = tuple[dict[str, Fit], dict[str, str]]


@dataclass(frozen=True, eq=False)
class Comparison:
    """The fits of some losses over the same points, by key of the loss.

    ``costs[fitted][loss]`` is the mean loss of one fit under another's loss; ``scores`` are RMSE,
    MAE and R² of each fit. ``refused`` says why a loss could not be fitted to these points.
    """

    fits: Mapping[str, Fit]
    costs: Mapping[str, Mapping[str, float]]
    scores: Mapping[str, Mapping[str, float]]
    refused: Mapping[str, str]


def fit_all(x: np.ndarray, y: np.ndarray, settings: Mapping[str, Mapping[str, Any]], model: str = "line") -> Fitted:
    """Fit every loss in ``settings``: the fits, and why a loss was refused.

    Parameters
    ----------
    x, y
        The points, ``[n]`` each; a constant is fitted to y alone.
    settings
        Keys of the losses, each with its parameters; defaults stand in for those left out.
    model
        One of ``MODELS``.

    Returns
    -------
    tuple
        The fits, and the reasons in words, both by key of the loss.

    Raises
    ------
    ValueError
        For another model.
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}; got {model!r}")
    fits, refused = {}, {}
    few = len(y) <= FEW
    content = [np.asarray(values, dtype=np.float64).tobytes() for values in (x, y)] if few else []
    for key, parameters in settings.items():
        found = _shared(*content, key, tuple(parameters.items()), model) if few else _fit(x, y, key, parameters, model)
        if isinstance(found, Fit):
            fits[key] = found
        else:
            refused[key] = found
    return fits, refused


def _fit(x: np.ndarray, y: np.ndarray, key: str, parameters: Mapping[str, Any], model: str) -> Fit | str:
    """One fit, or why there is none."""
    try:
        return fit_line(x, y, key, **parameters) if model == "line" else fit_constant(y, key, **parameters)
    except ValueError as error:
        return str(error)


@lru_cache(maxsize=KEPT)
def _shared(x: bytes, y: bytes, key: str, parameters: tuple, model: str) -> Fit | str:
    """The same for who asks again, as a class does that opens one example: none of its arrays can be changed."""
    found = _fit(np.frombuffer(x), np.frombuffer(y), key, dict(parameters), model)
    if isinstance(found, Fit):
        for part in vars(found).values():
            if isinstance(part, np.ndarray):
                part.setflags(write=False)
    return found


def compare(
    x: np.ndarray,
    y: np.ndarray,
    settings: Mapping[str, Mapping[str, Any]],
    fits: Mapping[str, Fit],
    refused: Mapping[str, str],
) -> Comparison:
    """Judge every fit by every loss.

    Parameters
    ----------
    x, y, settings
        As ``fit_all`` took them.
    fits, refused
        As ``fit_all`` gave them.

    Examples
    --------
    >>> x, y = np.array([0.0, 1, 2, 3, 4, 5]), np.array([1.0, 3, 5, 7, 9, -20])
    >>> losses = {"mse": {}, "mae": {}}
    >>> costs = compare(x, y, losses, *fit_all(x, y, losses)).costs
    >>> [round(costs[fitted]["mae"], 2) for fitted in ("mse", "mae")]
    [7.38, 5.17]
    """
    return Comparison(
        fits=fits,
        costs=_costs(fits, x, y, settings),
        scores={key: scores(fit.residual, y) for key, fit in fits.items()},
        refused=refused,
    )


def _costs(
    fits: Mapping[str, Fit], x: np.ndarray, y: np.ndarray, settings: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, float]]:
    """``Comparison.costs``; not a number where a line leaves what a loss can take."""
    if not fits:
        return {}
    predictions = np.stack([fit.predict(x) for fit in fits.values()])
    under, target = {}, np.array(y, dtype=np.float64)  # its own: PyTorch warns of one that is read-only
    for key in fits:
        loss = LOSSES[key]
        parameters, domain = loss.settings(**settings[key]), loss.inputs["prediction"]
        outside = np.any(predictions <= domain.low if domain.open_low else predictions < domain.low, axis=1)
        inside = np.where(outside[:, None], y, predictions)
        # Each by itself divided, so that a mean float64 holds does not overflow in the sum.
        mean = (Cost(loss, parameters, target).values(inside) / len(target)).sum(1)
        under[key] = np.where(outside, np.nan, mean).tolist()
    return {
        fitted: {key: fit.objective if fitted == key else under[key][row] for key in fits}
        for row, (fitted, fit) in enumerate(fits.items())
    }
