"""A training that a session keeps, and what of it is shown: made under a lock, since several may ask at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from losses.game.replay import Replay
from losses.game.samples import Line, Plane, Samples
from losses.game.training import TURNS, Plan


@dataclass(frozen=True, eq=False)
class Shown:
    """A training at one turn.

    Attributes
    ----------
    turns
        Who has learned until then.
    asked
        How many turns are wanted.
    losses, gradients
        ``[turns, 2]`` of generator and discriminator, ``[turns]`` the norm of the generator's gradient.
    samples
        What they look like.
    shares
        ``[modes]``, of the generated samples, by mode.
    centers
        ``[modes, dimensions]``, where those are.
    covered
        How many of them are.
    diverged
        Whether the last turn led out of the numbers.
    """

    turns: str
    asked: int
    losses: np.ndarray
    gradients: np.ndarray
    samples: Line | Plane
    shares: np.ndarray
    centers: np.ndarray
    covered: int
    diverged: bool

    @property
    def at(self) -> int:
        """How many have learned."""
        return len(self.turns)

    @property
    def unfinished(self) -> bool:
        """Whether there is more to train."""
        return self.at < self.asked and not self.diverged


class Held:
    """A training of a plan, brought to any turn."""

    def __init__(self, plan: Plan) -> None:
        self._lock = threading.Lock()
        self.replay = Replay(plan)
        self.samples = Samples(self.replay.training)

    def to(self, turns: str, enough: Callable[[], bool] | None = None) -> Shown:
        """The training after these turns, or the first of them, where ``enough`` says so between two."""
        with self._lock:
            training = self.replay.to(turns, enough)
            made = self.samples.made()
            return Shown(
                training.turns, len(turns), np.array(training.losses).reshape(-1, 2), np.array(training.gradients),
                self.samples.look(made), training.modes.shares(made), training.modes.centers,
                training.modes.covered(made), training.diverged,
            )  # fmt: skip


def described(turns: str) -> str:
    """Who has learned how often, in words."""
    counts = {title: turns.count(who) for who, title in TURNS.items()}
    return ", ".join(f"{title} {count}" for title, count in counts.items() if count)
