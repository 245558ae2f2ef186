"""How far points lie from the line they are about: the yardstick of parameters in y's unit."""

import numpy as np
from numpy.typing import ArrayLike

from losses.data.points import as_points, robust_scale
from losses.fitting.fit import fit_line

ON_THE_LINE = 1e-9  # of y's own spread: what rounding leaves of distances that are 0


def spread_around_line(x: ArrayLike, y: ArrayLike) -> float:
    """The standard deviation around the least absolute line, as the nearer half of the points tells it.

    1.4826 times the median distance, as in ``robust_scale``. Where more than half of the points lie
    on one line the rest are no yardstick, and a tenth of y's own spread stands in; where all x are
    one, there is no line, and it is y's own spread. ``x`` and ``y`` have shape ``[n]``.

    Raises
    ------
    ValueError
        Without points, and for points that are not finite or too large to measure.

    Examples
    --------
    >>> round(spread_around_line([1, 2, 3, 4], [2, 5, 6, 9]), 4)  # the line through two of them misses two by 1, 0.33
    0.4942
    """
    x, y = as_points(x, y)
    own = robust_scale(y)
    if not np.ptp(x):
        return own
    distance = np.median(np.abs(fit_line(x, y, "mae").residual))
    return float(1.4826 * distance) if distance > ON_THE_LINE * own else own / 10
