"""Boundaries that several ask for, as a class does that opens one example: fitted once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from losses.boundary.fit import Boundary, fit_boundary

KEPT, FEW = 512, 500  # boundaries that are kept, of at most so many points: 12 MB


def shared_boundary(
    features: np.ndarray, label: np.ndarray, loss: str, penalty: tuple[float, float], parameters: Mapping[str, Any]
) -> Boundary:
    """As ``fit_boundary``: of few points the one that is there already, of which no array can be changed.

    Parameters
    ----------
    features, label, loss
        As ``fit_boundary`` takes them, the loss by its key.
    penalty
        Its ``l2`` and ``class_weight``.
    parameters
        Of the loss.

    Raises
    ------
    ValueError
        As ``fit_boundary``.
    """
    if len(label) > FEW:
        return fit_boundary(features, label, loss, *penalty, **parameters)
    points = (np.asarray(array, dtype=np.float64).tobytes() for array in (features, label))
    return _shared(*points, loss, penalty, tuple(parameters.items()))


@lru_cache(maxsize=KEPT)
def _shared(features: bytes, label: bytes, loss: str, penalty: tuple[float, float], parameters: tuple) -> Boundary:
    places = np.frombuffer(features).reshape(-1, 2)
    found = fit_boundary(places, np.frombuffer(label), loss, *penalty, **dict(parameters))
    for part in vars(found).values():
        if isinstance(part, np.ndarray):
            part.setflags(write=False)
    return found
