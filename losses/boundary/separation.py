"""Whether a line parts two classes, be it that some points lie on it: then some losses have no optimum.

Albert and Anderson (1984), On the existence of maximum likelihood estimates in logistic regression models,
Biometrika 71(1): complete and quasi-complete separation.
"""

import numpy as np

ALIKE = 1e-150  # the middle half of standardised points up to which they count as one: in its units squares are numbers still
_TOUCHES = 1e-9  # how far across the line a point still counts as on it, in the units of ``balanced``


def quantiles(values: np.ndarray, *shares: float) -> np.ndarray:
    """Those of every column of ``values`` ``[n, k]``, ``[shares, k]``: as ``np.quantile``, in a tenth of its time."""
    place = np.array(shares) * (len(values) - 1)
    before = place.astype(int)
    ordered = np.sort(values, 0)
    low, high = ordered[before], ordered[np.minimum(before + 1, len(values) - 1)]
    return low + (high - low) * (place - before)[:, None]


def balanced(basis: np.ndarray) -> np.ndarray:
    """The rows of ``basis`` ``[n, 3]``, that end in ones, so that neither units nor a far point hide what the others span.

    The features in units of their middle half, then every row by its length.
    """
    half = np.subtract(*quantiles(basis[:, :2], 0.75, 0.25))
    rows = basis / np.append(np.where(half > ALIKE, half, 1.0), 1.0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def beyond_the_line(basis: np.ndarray, label: np.ndarray) -> np.ndarray | None:
    """Which points lie off a line that has none on its wrong side ``[n]``; None where there is no such line.

    Of all lines d with label · row · d >= 0 for every row, the one nearest to the sum of label · row,
    which is 0 only where no d has more than 0 anywhere. That is least squares with coefficients of at least 0
    (Lawson and Hanson 1974, Solving least squares problems, chapter 23), whose active rows are at most three.

    Parameters
    ----------
    basis
        ``[n, 3]``, the two features and ones.
    label
        ``[n]`` of -1 and +1.

    Examples
    --------
    >>> touching = np.array([[-1.0, 0, 1], [0, 0, 1], [0, 0, 1], [1, 0, 1]])
    >>> beyond_the_line(touching, np.array([-1, -1, 1, 1])).tolist()
    [True, False, False, True]
    """
    rows = label[:, None] * balanced(basis)
    aim = rows.sum(0)
    line, active, pressure = aim, np.zeros(0, dtype=int), np.zeros(0)
    while True:
        product = rows @ line
        worst = int(product.argmin())
        if np.linalg.norm(line) <= _TOUCHES * len(rows):
            return None
        if product[worst] >= -_TOUCHES * np.linalg.norm(line):
            return product > _TOUCHES * np.linalg.norm(line)
        active, pressure = _balance(rows, aim, np.append(active, worst), np.append(pressure, 0.0))
        before, line = line, aim + pressure @ rows[active]
        if not line @ line < before @ before:
            return None


def _balance(
    rows: np.ndarray, aim: np.ndarray, active: np.ndarray, pressure: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The pressures of the active rows that bring the line nearest to 0, without those that would have to pull."""
    while True:
        wanted = np.linalg.lstsq(rows[active].T, -aim, rcond=None)[0]
        if (wanted > 0).all():
            return active, wanted
        pulling = wanted <= 0
        share = (pressure[pulling] / (pressure[pulling] - wanted[pulling])).min()
        pressure = pressure + share * (wanted - pressure)
        stays = ~(pulling & (pressure <= np.finfo(float).eps * np.abs(pressure).max()))
        if stays.all():
            stays[np.flatnonzero(pulling)[pressure[pulling].argmin()]] = False
        active, pressure = active[stays], pressure[stays]
