"""Numbers that are handed in, checked before anything is computed."""

import operator
from collections.abc import Callable
from typing import Any

Progress = Callable[[float], None]
"""Told the share that is done, from 0 to 1; what it raises ends the work."""
SEEDS = 2**63 - 1


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``, of whatever type (NumPy's for example), as an ``int``.

    Raises ``ValueError`` with its name where it is none, or outside.

    >>> whole("size", 7, 2, 100)
    7
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or not low <= number <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
    return number
