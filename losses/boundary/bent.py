"""What scores cost under a piecewise linear loss, and its slopes, from the lines between its kinks."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from losses.calculus import derivatives
from losses.spec.kinks import Kinks
from losses.spec.loss import Loss

_KEPT = 256


def values_and_slopes(
    loss: Loss, settings: Mapping[str, Any], kinks: Kinks, score: np.ndarray, label: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The losses of scores and their slopes in them, ``[n]`` each, as ``Cost.slopes`` gives them.

    Parameters
    ----------
    loss, settings
        The loss and its parameters.
    kinks
        Its kinks under these, at least one.
    score
        ``[n]``.
    label
        ``[n]`` of -1 and +1.
    """
    on_kinks = _on_kinks(loss.function, tuple(settings.items()), loss.labels or (-1.0, 1.0), kinks)
    at, lines = np.array([kink.at for kink in kinks]), np.array([kinks[0].before, *(kink.after for kink in kinks)])
    margin, which = label * score, (label > 0).astype(int)
    stretch = at.searchsorted(margin)
    # The kink a margin is measured from: the one before it, on which it may be, or the first.
    nearest = np.minimum(stretch, len(at) - 1)
    met = at[nearest] == margin
    begin = np.where(met, nearest, np.maximum(stretch - 1, 0))
    value, slope = on_kinks[:, which, begin]
    return value + lines[stretch] * (margin - at[begin]), np.where(met, slope, label * lines[stretch])


@lru_cache(maxsize=_KEPT)
def _on_kinks(
    function: Callable[..., torch.Tensor],
    settings: tuple[tuple[str, Any], ...],
    labels: tuple[float, float],
    kinks: Kinks,
) -> np.ndarray:
    """The losses on the kinks, and the slopes that are given there, ``[2, labels, kinks]``."""
    score = torch.tensor([[sign * kink.at for kink in kinks] for sign in (-1.0, 1.0)], dtype=torch.float64)
    target = torch.tensor(labels, dtype=torch.float64)[:, None].expand_as(score)
    found = derivatives(lambda x: function(x, target, **dict(settings)), score, order=1)
    return np.stack([found.value.numpy(), found.slope.numpy()])
