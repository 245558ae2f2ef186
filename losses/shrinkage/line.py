"""A line whose slope pays a squared penalty: the simplest objective that is not a cost."""

import numpy as np


def ridge_line(x: np.ndarray, y: np.ndarray, strength: float) -> tuple[float, float]:
    """Slope and intercept of least ``mean((w x + b - y)**2) + strength * w**2`` (Hoerl and Kennard 1970, Technometrics 12).

    Parameters
    ----------
    x, y
        ``[n]``, with at least two different x, or a strength above 0.
    strength
        At least 0, in units of x squared; the intercept is not penalised.

    Raises
    ------
    ValueError
        For a strength below 0 or that is not finite.

    Examples
    --------
    >>> ridge_line(np.array([-1.0, 0.0, 1.0]), np.array([-2.0, 0.0, 2.0]), 2 / 3)
    (1.0, 0.0)
    """
    if not 0 <= strength < np.inf:
        raise ValueError(f"strength must be at least 0 and finite, got {strength}")
    spread = x - x.mean()
    slope = float(spread @ y / (spread @ spread + strength * len(x)))
    return slope, float(y.mean() - slope * x.mean())
