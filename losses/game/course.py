"""What becomes of a game: whether it comes in, leaves, goes round or to and fro, told from its path and the map near 0."""

import numpy as np

from losses.game.stability import Stability

APART = 1.05  # by which early and late distances differ that are told as coming in, or going out
FAR = 10.0  # by which they differ where less than one turn is enough to tell
COURSES = ("still", "short", "in", "leaves", "out", "round", "fro in", "fro out")
"""Stays where it is; too short to tell; comes in; leaves without turning; spirals out; goes round; to and fro, in or out."""


def course(positions: np.ndarray, near: Stability) -> str:
    """One of ``COURSES``.

    Parameters
    ----------
    positions
        ``[steps + 1, 2]``, finite.
    near
        What the linearised game says.

    Examples
    --------
    >>> from losses.game.play import play
    >>> from losses.game.rules import Rules
    >>> from losses.game.stability import stability
    >>> rules = Rules("wasserstein", "alternating", 0.2)
    >>> [course(play(rules, np.array([[1.0, 0.0]]), steps).positions[0], stability(rules)) for steps in (5, 200)]
    ['short', 'round']
    """
    distances = np.hypot(*positions.T)
    if (positions == positions[0]).all():
        return "still"
    real = bool(np.isfinite(near.steps).all()) and abs(_leading(near).imag) <= 1e-9 * near.growth
    if real and _leading(near).real < 0 and ((positions[1:] * positions[:-1]).sum(-1) < 0).mean() > 0.5:
        return "fro out" if distances[-1] > distances[0] else "fro in"
    turned = np.abs(np.unwrap(np.arctan2(positions[:, 1], positions[:, 0])) - np.arctan2(*positions[0, ::-1]))
    if turned[-1] < 2 * np.pi:
        apart = APART if real else FAR
        quarter = max(1, len(distances) // 4)
        early, late = distances[:quarter].mean(), distances[-quarter:].mean()
        return "leaves" if late > apart * early else "in" if early > apart * late else "short"
    whole = 2 * np.pi * max(1, turned[-1] // (4 * np.pi))  # turns in either half: an orbit need be no circle
    first, last = np.flatnonzero(turned <= whole), np.flatnonzero(turned >= turned[-1] - whole)
    grown = float(np.log(distances[last].mean() / distances[first].mean()))
    if abs(grown) > np.log(APART) or _slowly(near, grown, float(last.mean() - first.mean())):
        return "out" if grown > 0 else "in"
    return "round"


def _leading(near: Stability) -> complex:
    return near.steps[np.abs(near.steps).argmax()]


def _slowly(near: Stability, grown: float, steps: float) -> bool:
    """Whether a logarithm of the distance that has hardly changed did so as near 0, so that it is a spiral all the same."""
    expected = steps * np.log(near.growth) if near.verdict in ("inside", "outside") else 0.0
    return 0 < abs(expected) <= 2 * abs(grown) and (grown > 0) == (expected > 0)
