"""A linear model on data under a loss, as a surface over its two weights: what to look at, and where the minimum is."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from losses.calculus import newton_step
from losses.descent.optimisers import Optimiser
from losses.descent.surface import Surface, hessian, linear_surface, sharpness
from losses.descent.trajectory import trajectory
from losses.fitting.fit import fit_line
from losses.registry import LOSSES
from losses.spec.loss import Loss

SEARCH = 50  # L-BFGS steps in which a smooth convex loss of two weights is near its minimum, if it has one


def takes_labels(loss: Loss) -> bool:
    """Whether the targets of a loss are two labels rather than numbers."""
    return loss.labels is not None


def targets(y: np.ndarray, loss: Loss) -> np.ndarray:
    """``y`` ``[n]`` as the loss wants it: as it is, or its two values as the loss's two labels, the larger as yes.

    >>> targets(np.array([3.0, 7.0, 3.0]), LOSSES["hinge"]).tolist()
    [-1.0, 1.0, -1.0]

    Raises
    ------
    ValueError
        Where a loss of two labels gets another number of different values.
    """
    labels = loss.labels
    if labels is None:
        return y
    values = np.unique(y)
    if len(values) != 2:
        raise ValueError(f"{loss.name} needs a y of two different values, as labels; here there are {len(values)}")
    no, yes = labels
    return np.where(y == values[1], yes, no)


def suitable(y: np.ndarray) -> tuple[str, ...]:
    """Keys of the losses that can take ``y`` ``[n]`` as target: labels where it has two values, numbers anyway."""
    labelled = len(np.unique(y)) == 2
    return tuple(
        key
        for key, loss in LOSSES.items()
        if (labelled and takes_labels(loss))
        or (loss.family == "regression" and loss.inputs["target"].violation(torch.tensor(y)) is None)
    )


def zoomed(surface: Surface, zoom: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The surface's view, ``zoom`` times as near, around its first minimum or else its middle."""
    around = surface.minima[0] if surface.minima and zoom != 1 else [(low + high) / 2 for low, high in surface.bounds]
    first, second = (
        (middle - (high - low) / 2 / zoom, middle + (high - low) / 2 / zoom)
        for middle, (low, high) in zip(around, surface.bounds, strict=True)
    )
    return first, second


def data_surface(
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss,
    settings: Mapping[str, Any],
    reference: tuple[np.ndarray, np.ndarray],
    title: str = "",
    known: bool = True,
) -> Surface:
    """The mean loss of w x + b over (w, b), with a view, a start and, where it can be had, the minimum.

    Parameters
    ----------
    x, y
        ``[n]``; for a loss of two labels, y has two values.
    loss, settings
        The loss and all its parameters; for a binary loss with ``from_logits``, or a line would leave [0, 1].
    reference
        Other x and y, ``[m]``, that view and start are chosen by, so that both stay while a point moves.
    title
        What the surface is, for people.
    known
        Whether to look for the minimum.

    Returns
    -------
    Surface
        Over w, in the unit of y over that of x, and b, in the unit of y; for labels in the unit of the score.

    Raises
    ------
    ValueError
        For data that the loss cannot take.

    Examples
    --------
    >>> x, y = np.array([0.0, 1, 2, 3]), np.array([1.0, 3, 5, 7])
    >>> surface = data_surface(x, y, LOSSES["mse"], LOSSES["mse"].settings(), (x, y), "2x + 1")
    >>> surface.symbols, surface.start, surface.minima
    (('w', 'b'), (-0.4, 2.5), ((2.0, 1.0),))
    """
    bounds, start = _view(reference[0], targets(reference[1], loss), takes_labels(loss))
    surface = linear_surface(x, targets(y, loss), loss, dict(settings), title=title, bounds=bounds, start=start)
    if not surface.value(torch.tensor(start, dtype=torch.float64)).isfinite():
        start = (0.0, float(np.mean(y)))
    minima = _minima(surface, x, y, loss, settings) if known else ()
    kinked = not loss.fact("differentiable", **settings)
    return replace(surface, start=start, minima=minima, kinked=kinked)


def learning_rate_unit(surface: Surface, optimiser: Optimiser) -> float:
    """What a learning rate is measured in on this surface: a length, or one over the sharpness, to two digits.

    A scale-free optimiser's steps are about as long as its learning rate, so the view is their measure.
    For any other it is the sharpness at minimum or start, whichever is larger; where nothing curves,
    the rate at which the first step crosses a fiftieth of the view. Where nothing slopes either, it is 1.

    >>> from losses.descent.optimisers import OPTIMISERS
    >>> from losses.descent.textbook import TEXTBOOK
    >>> bowl = TEXTBOOK["bowl"](condition=10)  # of sharpness 10, seen over 10 x 5
    >>> learning_rate_unit(bowl, OPTIMISERS["sgd"]), learning_rate_unit(bowl, OPTIMISERS["adam"])
    (0.1, 3.5)
    """
    across, down = (high - low for low, high in surface.bounds)
    length = math.sqrt(across * down) / 2
    if optimiser.scale_free:
        return float(f"{length:.1e}")
    places = np.array([surface.start, *surface.minima])
    steepest = float(np.nanmax(np.nan_to_num(sharpness(surface, places), nan=0.0, posinf=0.0)))
    slope = float(surface.gradient(torch.tensor(surface.start, dtype=torch.float64)).norm())
    if slope and steepest * length <= 1e-6 * slope:  # all but flat: as good as no curvature
        return float(f"{0.02 * length / slope:.1e}")
    return float(f"{1 / steepest:.1e}") if steepest > 0 else 1.0


def _view(x: np.ndarray, y: np.ndarray, labelled: bool) -> tuple[tuple, tuple[float, float]]:
    """Bounds around the least-squares line (for labels, around a score that parts them) and a start off the valley."""
    middle, spread = float(x.mean()), float(x.std()) or 1.0
    height = float(y.std()) or 1.0
    tilt = math.hypot(1.0, middle / spread)  # how much further b must reach where x is far from 0
    slope = float(((x - middle) * (y - y.mean())).mean()) / spread**2
    if labelled:
        w, b = 2 * math.copysign(1.0, slope) / spread, -2 * math.copysign(1.0, slope) / spread * middle
        wide, high = 4.0 / spread, 4.0 * tilt
    else:
        w, b = slope, float(y.mean()) - slope * middle
        wide, high = 1.6 * height / spread, 1.6 * height * tilt
    bounds = ((w - wide, w + wide), (b - high, b + high))
    return bounds, (_round(w - 0.75 * wide, wide), _round(b + 0.25 * high, high))


def _round(value: float, span: float) -> float:
    """``value`` to two digits of ``span``, as a person would choose it."""
    return round(value, 1 - math.floor(math.log10(span)))


def _minima(
    surface: Surface, x: np.ndarray, y: np.ndarray, loss: Loss, settings: Mapping[str, Any]
) -> tuple[tuple[float, float], ...]:
    if not takes_labels(loss):
        try:
            fit = fit_line(x, y, loss, **settings)
        except ValueError:  # as with one x throughout: a valley without a lowest point
            return ()
        return ((fit.slope, fit.intercept),) if fit.unique is not False else ()
    if not (loss.fact("convex", **settings) and loss.fact("differentiable", **settings)):
        return ()
    path = trajectory(surface, "lbfgs", surface.start, SEARCH)
    end = path.positions[path.last]
    curved = float(sharpness(surface, surface.start))
    for _ in range(4):  # Newton's method from where the line search cannot tell two losses apart any more
        slope = surface.gradient(torch.as_tensor(end)).numpy()
        step, _, curves = newton_step(slope, hessian(surface, end))
        # Separable labels have no minimum: the weights grow without end, and the surface gets flat on the way.
        if not curves[0] > 1e-6 * curved:
            return ()
        end = end + step
    return (tuple(end.tolist()),) if np.abs(slope).max() < 1e-9 * curved else ()
