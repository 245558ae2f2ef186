"""The loss along the straight line between two networks, and the barrier on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from losses.network.arguments import whole
from losses.network.dependence import refuse_constant
from losses.network.directions import refuse_diverged
from losses.network.evaluation import Evaluator, Progress
from losses.network.planes import LARGEST, refuse_foreign_statistics
from losses.network.task import Judge, as_options, held
from losses.network.untouched import untouched
from losses.network.weights import as_vector


@dataclass(frozen=True, eq=False)
class Line:
    """What is met between two networks.

    Attributes
    ----------
    t
        ``[m]``, the share of the way: 0 at the first network, 1 at the second.
    loss
        ``[m]``, float64; not a number or infinite where it is so.
    accuracy
        ``[m]``, a share; None where none was asked for.
    barrier
        How far the loss between the two rises above the mean of theirs, at most; 0 where it does not
        (Frankle et al. 2020, Linear mode connectivity and the lottery ticket hypothesis, section 2). Infinite where
        the loss between is.
    error_barrier
        The same of the share of errors, or None.
    distance
        Between the two, in the unit of weights.
    """

    t: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray | None
    barrier: float
    error_barrier: float | None
    distance: float


def interpolate(
    model: nn.Module,
    a: Any,
    b: Any,
    loss: Judge | str,
    data: Any,
    size: int = 51,
    *,
    extent: Sequence[float] = (0.0, 1.0),
    accuracy: Judge | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Line:
    """The loss along the line from network ``a`` to network ``b``. No network is changed.

    Parameters
    ----------
    model
        One like both.
    a, b
        Models, or vectors of weights ``[p]``.
    loss, data, **options
        As ``plane`` takes them.
    size
        Places along the line, 3 to 2001.
    extent
        From which share of the way to which; must hold 0 and 1. The places are even, but for the nearest to 0 and
        the nearest to 1, which are put there.
    accuracy
        ``accuracy(model, batch)``, the share of the batch that is right, if it is wanted too.
    progress
        Called with the share that is done.

    Raises
    ------
    ValueError
        For networks that do not fit or are not finite (named), and as ``path``.

    Examples
    --------
    >>> model = nn.Linear(1, 1, bias=False)
    >>> features = torch.ones(1, 1)
    >>> def hump(model, batch):  # lowest at weights -1 and 1
    ...     return (model(batch).square() - 1).square().mean()
    >>> found = interpolate(model, torch.tensor([-1.0]), torch.tensor([1.0]), hump, features, 5)
    >>> found.loss.tolist(), found.barrier, found.distance
    ([0.0, 0.5625, 1.0, 0.5625, 0.0], 1.0, 2.0)
    """
    t = _shares(whole("size", size, 3, LARGEST), extent)
    chosen = as_options(**options)
    with untouched(model):
        start, end = as_vector(a, model, "a"), as_vector(b, model, "b")
        refuse_diverged(["a", "b"], [start, end])
        refuse_foreign_statistics(model, chosen)
        data, judges = held(model, data, chosen), [loss] if accuracy is None else [loss, accuracy]
        judging = [Evaluator(model, judge, data, chosen) for judge in judges]
        refuse_constant(judging[0])
        found = [
            _along(judge, (start, end), t, _share(progress, turn, len(judging))) for turn, judge in enumerate(judging)
        ]
    rights = found[1] if accuracy is not None else None
    inside = (t >= 0) & (t <= 1)
    return Line(
        t=t,
        loss=found[0],
        accuracy=rights,
        barrier=_barrier(found[0][inside]),
        error_barrier=None if rights is None else _barrier(1 - rights[inside]),
        distance=(end.to(start) - start).double().norm().item(),
    )


def _shares(size: int, extent: Sequence[float]) -> np.ndarray:
    """Where to look, as shares of the way: ``size`` of them, among which are 0 and 1."""
    low, high = extent
    if not (np.isfinite([low, high]).all() and low <= 0 and high >= 1):
        raise ValueError(f"extent must hold 0 and 1, where the networks are, got {extent!r}")
    t = np.linspace(low, high, size)
    start, end = abs(t).argmin(), abs(t - 1).argmin()
    if start == end:
        raise ValueError(f"{size} places from {low:g} to {high:g} tell 0 from 1 no more; take more, or look less far")
    t[start], t[end] = 0.0, 1.0
    return t


def _along(
    evaluator: Evaluator, ends: tuple[torch.Tensor, torch.Tensor], t: np.ndarray, progress: Progress | None
) -> np.ndarray:
    start, end = (each.to(evaluator.first.buffer) for each in ends)
    shares = torch.from_numpy(t).to(start).unsqueeze(-1)
    return evaluator(
        len(t), lambda part: torch.lerp(start, end, shares[part]), progress, lambda place: f"t = {t[place]:.6g}"
    )


def _share(progress: Progress | None, turn: int, turns: int) -> Progress | None:
    return (lambda share: progress((turn + share) / turns)) if progress else None


def _barrier(values: np.ndarray) -> float:
    """Of a row from one network to the other; infinite where any is, not a number where any is none."""
    if np.isnan(values).any() or not np.isfinite(values[[0, -1]]).all():
        return np.nan
    return float(max(values.max() - (values[0] + values[-1]) / 2, 0.0))
