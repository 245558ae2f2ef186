"""Spans of axes that grow by doubling, so that they do not creep under the hand, and pictures can be painted in place."""

import numpy as np


def around(values: np.ndarray, least: float) -> tuple[float, float]:
    """A span around 0 that holds the finite of some values, at least ``least`` to either side."""
    reach = 1.05 * _doubled(float(np.abs(values[np.isfinite(values)]).max(initial=0.0)), least)
    return -reach, reach


def with_zero(values: np.ndarray, least: float) -> tuple[float, float]:
    """A span from 0 upwards, at least ``least``, that goes below 0 where one of the finite values does."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    return (-1.05 * _doubled(-low, least / 2) if low < 0 else 0.0), 1.05 * _doubled(high, least)


def _doubled(value: float, least: float) -> float:
    """The first of ``least``, twice that, and so on, that is not below a value; the value where that is no number."""
    doublings = max(0.0, np.ceil(np.log2(max(value, least) / least)))
    return least * 2.0**doublings if doublings < 1000 else value / 1.1
