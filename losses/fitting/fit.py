"""The best line, or the best constant, under any regression loss, and what each point does to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from losses.data.points import as_numbers, as_points, column
from losses.fitting.minimise import minimise
from losses.fitting.newton import weights
from losses.fitting.note import note
from losses.registry import LOSSES
from losses.spec.domain import Domain
from losses.spec.loss import Loss


@dataclass(frozen=True, eq=False)
class Fit:
    """The minimiser of a mean loss over lines ``intercept + slope * x`` or over constants.

    Attributes
    ----------
    loss, settings
        Key of the loss and all its parameters.
    intercept, slope
        In the units of the data; a constant has slope 0.
    anchor
        A point of the line near its data, from which ``predict`` starts: far from x = 0 the
        intercept alone would cost digits.
    objective
        The mean loss over the examples.
    residual
        ``[n]``, prediction - target.
    pull
        ``[n]``, the derivative of the point's loss in its prediction. Positive: the prediction is
        too high, and a step down the gradient lowers it. At a kink it is a subgradient, the one
        that autograd picks (0 for MAE).
    weight
        ``[n]``, pull / residual: the weight with which the point would pull alike in a
        least-squares fit of ½r². At residual 0 its limit: the curvature of the loss, or infinity
        where the loss has its kink there (MAE, quantile).
    values
        ``[n]``, the loss of each point.
    unique
        Whether no other line is as good; None where that cannot be told (a loss that is not convex).
    alternative
        Intercept and slope of another line that is as good, where one is known.
    corners
        Intercepts and slopes ``[k, 2]`` of the corners of the convex set of all best lines, in order around
        it: every line between them is as good. One row for a line that is the only best; None where the set
        is not known.
    note
        What a reader must know about the result, in a plain sentence; empty if nothing.
    """

    loss: str
    settings: Mapping[str, float | bool]
    intercept: float
    slope: float
    anchor: tuple[float, float]
    objective: float
    residual: np.ndarray
    pull: np.ndarray
    weight: np.ndarray
    values: np.ndarray
    unique: bool | None
    alternative: tuple[float, float] | None
    corners: np.ndarray | None
    note: str

    def predict(self, x: Any) -> np.ndarray:
        """The line at ``x``, in the shape of ``x``."""
        return self.anchor[1] + self.slope * (as_numbers(x, "x") - self.anchor[0])

    @property
    def share(self) -> np.ndarray:
        """``[n]``, each point's percentage of the total loss; nan where nothing costs anything, or something less than nothing."""
        total = self.values.sum()
        if total > 0 and self.values.min() >= 0:
            return 100 * self.values / total
        return np.full_like(self.values, np.nan)


def fit_line(x: Any, y: Any, loss: str | Loss, **parameters: float | bool) -> Fit:
    """Fit y ≈ intercept + slope · x.

    Parameters
    ----------
    x, y
        Arrays, lists or tensors ``[n]``, n >= 2, with at least two different x.
    loss
        A regression loss, by its key in ``LOSSES`` or itself.
    **parameters
        The parameters of the loss; defaults stand in for those left out.

    Returns
    -------
    Fit
        The exact minimum of a convex loss; of any other the best of several descents.

    Raises
    ------
    ValueError
        Says why no line can be fitted: to these data, or under this loss.

    Examples
    --------
    >>> x, y = [0, 1, 2, 3, 4, 5], [1, 3, 5, 7, 9, -20]
    >>> [round(fit_line(x, y, loss).slope, 2) for loss in ("mse", "huber", "mae")]
    [-2.43, 1.7, 2.0]
    """
    x, y = as_points(x, y)
    if len(x) < 2:
        raise ValueError(f"a line needs at least two points, got {len(x)}")
    low, high = float(x.min()), float(x.max())
    if low == high:
        raise ValueError(f"a line needs at least two different x, but every x is {low:g}")
    if not np.isfinite(high - low):
        raise ValueError(f"x spans more than a number can hold: {low:g} to {high:g}")
    position = (x - low) / (high - low)

    def line(ends: np.ndarray, shift: float) -> tuple[float, float, tuple[float, float]]:
        slope = float((ends[1] - ends[0]) / (high - low))
        left = shift + float(ends[0])
        return left - slope * low, slope, (low, left)

    return _fit(np.stack([1 - position, position], 1), y, line, loss, parameters)


def fit_constant(y: Any, loss: str | Loss, **parameters: float | bool) -> Fit:
    """Fit one number to all targets ``[n]``, n >= 1: the location that the loss estimates.

    The parameters, the result and the errors are those of ``fit_line``; the slope is 0.

    Examples
    --------
    >>> [round(fit_constant([1, 2, 3, 4, 100], loss).intercept, 6) for loss in ("mse", "mae")]
    [22.0, 3.0]
    """
    y = column(y, "y")
    if not len(y):
        raise ValueError("a constant needs at least one point, got none")

    def constant(coefficients: np.ndarray, shift: float) -> tuple[float, float, tuple[float, float]]:
        level = shift + float(coefficients[0])
        return level, 0.0, (0.0, level)

    return _fit(np.ones((len(y), 1)), y, constant, loss, parameters)


def _fit(basis: np.ndarray, y: np.ndarray, line: Callable, loss: str | Loss, parameters: Mapping[str, Any]) -> Fit:
    """Minimise; ``line`` turns coefficients and the shift added to them into intercept, slope and anchor."""
    loss = _regression_loss(loss)
    settings = loss.settings(**parameters)
    domain = loss.inputs["target"].resolve(settings)
    outside = domain.violation(torch.as_tensor(y))
    if outside is not None:
        row = int(np.flatnonzero(y == outside[0].item())[0])
        raise ValueError(f"{loss.name} needs every y to be {domain.name}, but row {row + 1} is {y[row]:g}")
    with np.errstate(all="ignore"):  # what overflows is refused below, what underflows is harmless
        minimum = minimise(basis, y, loss, settings)
        value, pull, curvature = minimum.derivatives
        intercept, slope, anchor = line(minimum.coefficients, minimum.shift)
        objective = float(value.mean())
        kinks = loss.kinks_for(**settings) or ()
        limit = np.full_like(y, np.inf) if any(kink.at == 0 for kink in kinks) else curvature
        weight = weights(minimum.residual, pull, limit)
        alternative = None if minimum.alternative is None else line(minimum.alternative, minimum.shift)[:2]
        corners = (
            None if minimum.corners is None else np.array([line(ends, minimum.shift)[:2] for ends in minimum.corners])
        )
        best = np.array([(intercept, slope), *([alternative] if alternative else [])])
        good = best if corners is None or len(corners) == 1 else corners
    if not np.isfinite([intercept, slope, objective]).all():
        raise ValueError(f"{loss.name} cannot be fitted: the numbers are too large or too far apart")
    return Fit(
        loss=loss.key,
        settings=settings,
        intercept=intercept,
        slope=slope,
        anchor=anchor,
        objective=objective,
        residual=minimum.residual,
        pull=pull,
        weight=weight,
        values=value,
        unique=minimum.unique,
        alternative=alternative,
        corners=corners,
        note=note(minimum, loss, good, "line" if basis.shape[1] > 1 else "value"),
    )


def cost(fit_or_line: Fit | Sequence[float], x: Any, y: Any, loss: str | Loss, **parameters: float | bool) -> float:
    """The mean of any loss over the data for any line.

    Parameters
    ----------
    fit_or_line
        A ``Fit``, or intercept and slope.
    x, y
        Arrays, lists or tensors ``[n]``, n >= 1.
    loss
        A regression loss, by its key in ``LOSSES`` or itself.
    **parameters
        The parameters of the loss; defaults stand in for those left out.

    Raises
    ------
    ValueError
        As ``fit_line`` for unusable data, and for a prediction outside the loss's domain.

    Examples
    --------
    >>> [cost((1, 2), [0, 1, 2], [1, 3, 8], loss) for loss in ("mae", "mse")]
    [1.0, 3.0]
    """
    x, y = as_points(x, y)
    loss = _regression_loss(loss)
    if isinstance(fit_or_line, Fit):
        prediction = fit_or_line.predict(x)
    else:
        intercept, slope = fit_or_line
        prediction = intercept + slope * x
    return float(loss(prediction, y, **parameters).mean())


def scores(residual: Any, y: Any) -> dict[str, float]:
    """What is usually reported of a fit: ``RMSE`` and ``MAE`` in the unit of y, and ``R²``.

    R² = 1 - Σ residual² / Σ(y - mean)² compares with the best constant; where all y are the same
    there is nothing to explain, and it is not a number (nan).

    Parameters
    ----------
    residual
        ``[n]``, prediction - target, as ``Fit.residual``.
    y
        ``[n]``, the targets.

    Raises
    ------
    ValueError
        For columns that are empty, of different lengths or not finite.

    Examples
    --------
    >>> {name: round(score, 3) for name, score in scores([1, -1, 1, -1], [1, 2, 3, 6]).items()}
    {'RMSE': 1.0, 'MAE': 1.0, 'R²': 0.714}
    """
    residual, y = as_points(residual, y, names=("residual", "y"))
    # Measured by the largest, no square overflows or vanishes.
    unit, y_unit = (float(np.abs(values).max()) for values in (residual, y))
    residual, y = residual / (unit or 1.0), y / (y_unit or 1.0)
    deviation = np.sqrt(np.square(y - y.mean()).mean()) if np.ptp(y) else np.nan
    root_mean_square = float(np.sqrt(np.square(residual).mean()))
    ratio = root_mean_square / float(deviation) * (unit / (y_unit or 1.0))
    return {
        "RMSE": unit * root_mean_square,
        "MAE": unit * float(np.abs(residual).mean()),
        "R²": 1 - ratio * ratio,
    }


def _regression_loss(loss: str | Loss) -> Loss:
    """The loss, if it compares a number with a number.

    That is read off its inputs: a prediction and a target, plain numbers without an upper end.
    Labels, probabilities and vectors are something else.
    """
    if isinstance(loss, str):
        if loss not in LOSSES:
            raise ValueError(f"there is no loss {loss!r}; the losses are: {', '.join(LOSSES)}")
        loss = LOSSES[loss]
    plain = [
        isinstance(domain, Domain) and domain.values is None and np.isinf(domain.high) and not domain.event_dims
        for domain in loss.inputs.values()
    ]
    if [*loss.inputs] != ["prediction", "target"] or not all(plain):
        raise ValueError(f"{loss.name} is not a regression loss: it does not compare a number with a number")
    return loss
