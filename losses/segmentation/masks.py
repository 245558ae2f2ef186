"""What passes for a mask or a prediction in this room, and what is said of anything else.

A mask is ``[n, n]``, n from 16 to 256, row i being y = i downwards and column j being x = j. The centre of a pixel
is at whole coordinates; lengths are in pixels. A hard mask is of booleans, a soft prediction of float64 in [0, 1].
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

SMALLEST, LARGEST = 16, 256
"""The sides that a mask may have, in pixels."""


def side(n: int) -> int:
    """The side as an int; ``ValueError`` for one that a mask may not have."""
    number = _number(n)
    if number % 1 or not SMALLEST <= number <= LARGEST:
        raise ValueError(f"a mask has from {SMALLEST} to {LARGEST} pixels a side, a whole number, got {n!r}")
    return int(number)


def hard(mask: ArrayLike, name: str = "mask") -> np.ndarray:
    """Booleans ``[..., n, n]``; ``ValueError`` for another shape, and for values other than 0 and 1."""
    array = _square(mask, name)
    if array.dtype == bool:
        return array
    found = array == 1
    if not (found | (array == 0)).all():
        raise ValueError(f"{name} is of 0 and 1 alone, found {array[~(found | (array == 0))][0]:g}: threshold it first")
    return found


def soft(prediction: ArrayLike, name: str = "prediction") -> np.ndarray:
    """float64 ``[..., n, n]`` in [0, 1]; ``ValueError`` for another shape or value, not a number among them."""
    array = np.asarray(_square(prediction, name), float)
    inside = (array >= 0) & (array <= 1)
    if not inside.all():
        raise ValueError(f"{name} is of probabilities in [0, 1], found {array[~inside][0]:g}")
    return array


def finite(value: float, name: str, low: float = -np.inf, high: float = np.inf) -> float:
    """The number as a float; ``ValueError`` where it is not in [low, high], or not finite."""
    number = _number(value)
    if not (low <= number <= high and np.isfinite(number)):
        raise ValueError(f"{name} must be a finite number in [{low:g}, {high:g}], got {value!r}")
    return number


def _number(value: Any) -> float:
    """The number as a float; for what is none, not a number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def product(left: np.ndarray, middle: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Three matrices multiplied, as PyTorch does: NumPy's threads wait for one another, for 15 ms at 256 x 256."""
    return torch.linalg.multi_dot(
        [torch.from_numpy(np.ascontiguousarray(each)) for each in (left, middle, right)]
    ).numpy()


def _square(mask: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(mask)
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name} must be of real numbers or booleans, got an array of {array.dtype}")
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ValueError(f"{name} must be as wide as high, [..., n, n], got shape {array.shape}")
    side(array.shape[-1])
    return array
