"""Outliers to order: points of a data set made bad, upwards, downwards or far to the side."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from losses.data.points import Array, as_points, generator
from losses.spec.parameter import LARGEST, Parameter

KINDS = ("vertical", "leverage")
SIDES = ("up", "down", "both")
SCALE = Parameter("scale", 1.0, high=LARGEST, open_low=True)


@dataclass(frozen=True)
class Outliers:
    """How to spoil data: how many points, how far, which way.

    ``size`` is a number of yardsticks, so that it means the same on every data set: for
    ``"vertical"`` the data set's ``scale``, for ``"leverage"`` the standard deviation of x (the
    unit in which leverage itself is measured). At size 0 nothing moves.

    ``side`` is the direction of a vertical outlier; ``"both"`` takes turns. A leverage point
    always moves to the right at the height it has, and ``side`` says which points go first: the
    lowest (``"down"``), the highest (``"up"``) or one of each in turn.

    Raises
    ------
    ValueError
        For a count that is not a whole number of at least 0, a size that is negative or not
        finite, and an unknown kind or side.
    """

    count: int = 1
    size: float = 10.0
    kind: str = "vertical"
    side: str = "up"

    def __post_init__(self) -> None:
        if not isinstance(self.count, (int, np.integer)) or self.count < 0:
            raise ValueError(f"count must be a whole number of at least 0, got {self.count!r}")
        if not (math.isfinite(self.size) and self.size >= 0):
            raise ValueError(f"size must be a finite number of at least 0, got {self.size!r}")
        for name, value, allowed in (("kind", self.kind, KINDS), ("side", self.side, SIDES)):
            if value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


def with_outliers(
    x: ArrayLike, y: ArrayLike, outliers: Outliers, scale: float, seed: int
) -> tuple[Array, Array, NDArray[np.intp]]:
    """Spoil some points, leaving the inputs as they are.

    The same arguments give the same points, and a larger count only adds bad points to those of
    a smaller one, so the picture moves smoothly under a slider. The seed chooses which points
    become vertical outliers; leverage points follow from y alone (see ``Outliers``).

    Parameters
    ----------
    x, y
        The points, shape ``[n]`` each.
    outliers
        What to do.
    scale
        The unit of ``outliers.size`` for vertical outliers, in y's unit; above 0.
    seed
        A whole number of at least 0.

    Returns
    -------
    tuple
        New x and y of shape ``[n]`` and the spoiled rows, shape ``[count]``, in order of choice.

    Raises
    ------
    ValueError
        For more outliers than points, a scale or seed out of range, points that are not finite
        or would not be after the move.

    Examples
    --------
    >>> x, y, rows = with_outliers([0, 2], [5, 1], Outliers(1, size=10, kind="leverage"), scale=1, seed=0)
    >>> x.tolist(), y.tolist(), rows.tolist()  # the highest point, ten standard deviations to the right
    ([10.0, 2.0], [5.0, 1.0], [0])
    """
    x, y = as_points(x, y)
    SCALE.check(scale)
    if outliers.count > len(x):
        raise ValueError(f"count must be at most the number of points, {len(x)}; got {outliers.count}")
    upward = outliers.side == "up"
    if outliers.kind == "vertical":
        rows = generator(seed).permutation(len(x))[: outliers.count]
        signs = np.full(outliers.count, 1.0 if upward else -1.0)
        if outliers.side == "both":
            signs[::2] = 1.0
        y[rows] += signs * (outliers.size * scale)
    else:
        rising = np.argsort(y, kind="stable")
        order = rising[::-1] if upward else rising
        if outliers.side == "both":
            order = np.stack([rising, rising[::-1]], axis=1).ravel()
        rows = order[: outliers.count]
        # All x alike have no spread to measure by (and rounding would invent one): move by ones.
        x[rows] += outliers.size * (np.std(x) if np.ptp(x) else 1.0)
    return *as_points(x, y), rows
