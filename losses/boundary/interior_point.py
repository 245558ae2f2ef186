"""The quadratic program of hinges by a primal-dual interior point method.

Every step needs one linear system as small as the number of weights, however many points there are
(Ferris and Munson 2002, Interior-point methods for massive support vector machines, SIAM Journal on
Optimization 13(3)). Steps are Mehrotra's predictor and corrector (Nocedal and Wright 2006, Numerical
Optimization, section 16.6).
"""

import numpy as np

ROUNDS = 200  # a few dozen, and about eight more for every power of ten that one point lies farther than the others
_EXACT = 1e-12  # between primal and dual, relative to the weights: as near as numbers come
_DAMPING = 1e-14  # of a step, relative to the matrix
_BACK = 0.995  # the share of the way to the edge that a step may go


def minimise_hinges(
    rows: np.ndarray, weight: np.ndarray, margin: np.ndarray, quadratic: np.ndarray, linear: np.ndarray
) -> np.ndarray:
    """Minimise Σ weight · max(0, margin - rows·θ) + ½ Σ quadratic · θ² + linear·θ over θ.

    Parameters
    ----------
    rows
        ``[n, p]``, of the order of 1.
    weight
        ``[n]``, above 0.
    margin
        ``[n]``, of the hinges.
    quadratic
        ``[p]``, above 0: there is one minimiser.
    linear
        ``[p]``.

    Returns
    -------
    ndarray
        The minimiser, ``[p]``.
    """
    count, size = rows.shape
    products = (rows[:, :, None] * rows[:, None, :]).reshape(count, -1)
    columns, lengths, diagonal = np.ascontiguousarray(rows.T), np.abs(rows), np.diag(quadratic)
    # Where the rows all but repeat one direction: a shorter step along the others, not a division by 0.
    # In each column's own unit, which may be as small as one far point makes it.
    damped = 1 + _DAMPING * np.eye(size)
    level = _EXACT * weight.mean()
    # Of each row what is above the margin and what is below, and what presses from either side: above - below =
    # rows·θ - margin and inner + outer = weight throughout, and all are positive, ``[2, n]``.
    above = (np.hypot(margin, 2.0) - margin) / 2
    theta, slack, force = np.zeros(size), np.stack([above, above + margin]), np.stack([weight / 2, weight / 2])
    for _ in range(ROUNDS):
        product = slack * force
        apart = product.sum() / (2 * count)
        missed = quadratic * theta + linear - force[0] @ rows
        if apart <= level:
            size_of = quadratic * np.abs(theta) + np.abs(linear) + force[0] @ lengths
            # What is missed does not get below the rounding of large pressures, the gap does.
            if apart <= 1e-2 * level or (np.abs(missed) <= 1e3 * _EXACT * size_of).all():
                break
        ratio = slack / force
        stiffness = 1 / (ratio[0] + ratio[1])
        matrix = ((stiffness @ products).reshape(size, size) + diagonal) * damped
        system = (rows, columns, matrix, stiffness, missed)
        _, change = _newton(system, -slack)
        share = change / force
        # Ahead every slack falls by 1 + share of itself, and its force grows by share.
        length = 1 / max(1 + share.max(), -share.min())
        bend = product * share * (1 + share)
        left = apart * (1 - length) - length**2 * bend.sum() / (2 * count)
        aim = (bend + left**3 / apart**2) / force - slack
        step, change = _newton(system, aim)
        fall = aim - ratio * change
        length = _BACK / max(1.0, -(fall / slack).min(), -(change / force).min())
        theta, slack, force = theta + length * step, slack + length * fall, force + length * change
    return theta


def _newton(system: tuple[np.ndarray, ...], aim: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The changes of θ ``[p]`` and of the forces ``[2, n]`` that miss nothing, to first order.

    The slacks change by ``aim`` ``[2, n]``, less what the change of the force beside each takes.
    """
    rows, columns, matrix, stiffness, missed = system
    pressure = stiffness * (aim[0] - aim[1])
    theta = np.linalg.solve(matrix, pressure @ rows - missed)
    change = np.empty_like(aim)
    change[0] = pressure - stiffness * (theta @ columns)
    np.negative(change[0], out=change[1])
    return theta, change
