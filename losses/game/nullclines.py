"""Where one player of a game stands still, as lines through the plane of both parameters."""

import numpy as np

from losses.game.dirac import DiracGan


def nullclines(gan: DiracGan, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lines on which the generator, and those on which the discriminator, does not move.

    Parameters
    ----------
    gan
        The game.
    places
        ``[n]``, rising values of θ, and of ψ, on whose grid the lines are sought; they are straight between its lines.

    Returns
    -------
    tuple of arrays
        For each player ``[k, 3, 2]``: two ends of a piece of line, and a place that is not a number behind it.

    Examples
    --------
    >>> from losses.game.rules import Rules
    >>> generator, discriminator = nullclines(DiracGan(Rules("wasserstein")), np.array([-1.0, 2.0]))
    >>> generator[0, :2].tolist(), discriminator[0, :2].tolist()  # ψ = 0, and θ = 0
    ([[2.0, 0.0], [-1.0, 0.0]], [[0.0, -1.0], [0.0, 2.0]])
    """
    theta, psi = np.meshgrid(places, places)
    field = gan.field(np.stack([theta, psi], -1))
    return _zeros(places, field[..., 0]), _zeros(places, field[..., 1])


def _zeros(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where values ``[n, n]`` on a grid, by row those of the second coordinate, change sign: marching squares."""
    x, y = np.meshgrid(places, places)
    corners = np.stack([x, y, values], -1)
    corners = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]).reshape(4, -1, 3)
    above = corners[..., 2] > 0
    crossed = above != np.roll(above, -1, 0)  # on the edge from each corner to the next
    some = crossed.any(0)
    corners, above, crossed = corners[:, some], above[:, some], crossed[:, some]
    following = np.roll(corners, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = corners[..., 2] / (corners[..., 2] - following[..., 2])
        points = corners[..., :2] + share[..., None] * (following - corners)[..., :2]
    twice = crossed.all(0)  # a saddle: its middle says which corners belong together
    joined = (corners[..., 2].mean(0) > 0) == above[0]
    order = np.argsort(~crossed, axis=0, kind="stable")
    order[:, twice & ~joined] = np.array([0, 3, 1, 2])[:, None]
    cells = np.arange(order.shape[1])
    pieces = [points[order[:2], cells], points[order[2:], cells][:, twice]]
    found = np.concatenate(pieces, 1).swapaxes(0, 1)
    return np.concatenate([found, np.full((len(found), 1, 2), np.nan)], 1)
