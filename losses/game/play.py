"""The Dirac-GAN played step by step from any number of starts at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from losses.descent.path import NonFinite
from losses.game.dirac import DiracGan
from losses.game.rules import Rules
from losses.spec.parameter import LARGEST, Parameter

STEPS = Parameter("steps", 0, high=LARGEST, whole=True)
SYMBOLS = ("θ", "ψ")
Place = tuple[np.ndarray, np.ndarray]  # θ and ψ of every start, [k] each


@dataclass(frozen=True, eq=False)
class Play:
    """A game of some steps from each of ``k`` starts.

    Attributes
    ----------
    positions
        ``[k, steps + 1, 2]``, θ and ψ, the start first.
    losses
        ``[k, steps + 1, 2]``, what the generator and the discriminator pay there.
    pulls
        ``[k, steps + 1, 2]``, the field there: minus the slope of each one's loss in its own parameter.
    diverged
        For each start, None while everything is finite. Otherwise the step that left the finite numbers; from that
        step on positions, losses and pulls are not a number.
    """

    positions: np.ndarray
    losses: np.ndarray
    pulls: np.ndarray
    diverged: tuple[NonFinite | None, ...]

    @property
    def distances(self) -> np.ndarray:
        """How far from the equilibrium, ``[k, steps + 1]``."""
        return np.hypot(self.positions[..., 0], self.positions[..., 1])


def play(rules: Rules, starts: np.ndarray, steps: int) -> Play:
    """Play a game.

    Parameters
    ----------
    rules
        What is played, and how.
    starts
        ``[k, 2]``, θ and ψ to begin with, finite.
    steps
        How many steps each player makes, at least 0.

    Returns
    -------
    Play
        Every step; a game that leaves the finite numbers is recorded up to there.

    Raises
    ------
    ValueError
        For starts of another shape or that are not finite, or a number of steps that is negative or not whole.

    Examples
    --------
    >>> found = play(Rules("wasserstein", learning_rate=0.5), np.array([[1.0, 0.0]]), 4)
    >>> (found.distances[0] ** 2).round(6).tolist()  # each step multiplies the square of the distance by 1 + h²
    [1.0, 1.25, 1.5625, 1.953125, 2.441406]
    """
    steps = int(STEPS.check(steps))
    starts = np.asarray(starts, dtype=np.float64)
    if starts.ndim != 2 or starts.shape[1] != 2 or not np.isfinite(starts).all():
        raise ValueError(f"starts must be finite, of shape [k, 2], got shape {list(starts.shape)}")
    gan = DiracGan(rules)
    positions = np.empty((len(starts), steps + 1, 2))
    positions[:, 0] = starts
    with np.errstate(all="ignore"):
        for step, (theta, psi) in zip(range(steps), _METHODS[rules.method](gan, *starts.T), strict=False):
            positions[:, step + 1, 0], positions[:, step + 1, 1] = theta, psi
    losses, pulls = gan.losses(positions), gan.field(positions)
    diverged = tuple(map(_divergence, positions, losses))
    for gone, *parts in zip(diverged, positions, losses, pulls, strict=True):
        if gone:
            for part in parts:
                part[gone.step :] = np.nan
    return Play(positions, losses, pulls, diverged)


def _simultaneous(gan: DiracGan, theta: np.ndarray, psi: np.ndarray) -> Iterator[Place]:
    rate, momentum = gan.rules.learning_rate, gan.rules.momentum
    of_theta, of_psi = np.zeros_like(theta), np.zeros_like(psi)
    while True:
        towards = gan.both(theta, psi)
        of_theta, of_psi = momentum * of_theta + towards[0], momentum * of_psi + towards[1]
        theta, psi = theta + rate * of_theta, gan.bounded(psi + rate * of_psi)
        yield theta, psi


def _alternating(gan: DiracGan, theta: np.ndarray, psi: np.ndarray) -> Iterator[Place]:
    rate, momentum = gan.rules.learning_rate, gan.rules.momentum
    of_theta, of_psi = np.zeros_like(theta), np.zeros_like(psi)
    while True:
        of_psi = momentum * of_psi + gan.discriminator(theta, psi)
        psi = gan.bounded(psi + rate * of_psi)
        of_theta = momentum * of_theta + gan.generator(theta, psi)
        theta = theta + rate * of_theta
        yield theta, psi


def _extragradient(gan: DiracGan, theta: np.ndarray, psi: np.ndarray) -> Iterator[Place]:
    rate = gan.rules.learning_rate
    while True:
        towards = gan.both(theta, psi)
        towards = gan.both(theta + rate * towards[0], gan.bounded(psi + rate * towards[1]))
        theta, psi = theta + rate * towards[0], gan.bounded(psi + rate * towards[1])
        yield theta, psi


def _optimistic(gan: DiracGan, theta: np.ndarray, psi: np.ndarray) -> Iterator[Place]:
    rate, before = gan.rules.learning_rate, gan.both(theta, psi)
    while True:
        now = gan.both(theta, psi)
        theta = theta + rate * (2 * now[0] - before[0])
        psi = gan.bounded(psi + rate * (2 * now[1] - before[1]))
        before = now
        yield theta, psi


_METHODS: dict[str, Callable[[DiracGan, np.ndarray, np.ndarray], Iterator[Place]]] = {
    "simultaneous": _simultaneous,
    "alternating": _alternating,
    "extragradient": _extragradient,
    "optimistic": _optimistic,
}


def _divergence(positions: np.ndarray, losses: np.ndarray) -> NonFinite | None:
    moved, valued = np.isfinite(positions), np.isfinite(losses).all(-1)
    whole = moved.all(-1) & valued
    if whole.all():
        return None
    step = int(whole.argmin())
    if moved[step].all():
        return NonFinite(step, "a loss is larger than a number can be")
    return NonFinite(step, f"{SYMBOLS[int(moved[step].argmin())]} is larger than a number can be")
