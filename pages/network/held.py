"""A training that a session keeps, and what of it is shown: made under a lock, since several may ask at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from losses.network.plan import Plan
from losses.network.problems import Task
from losses.network.seen import Seen, seen
from losses.network.training import Measured, Training


@dataclass(frozen=True, eq=False)
class Shown:
    """A training at one step.

    Attributes
    ----------
    plan, task
        How it goes, and with which examples.
    asked
        How many steps are wanted.
    losses, gradients
        ``[steps]``, of each batch before its step.
    measured
        What was measured, a row each, ``[k, 7]``, in the order of ``Measured``.
    seen
        What the network answers.
    diverged
        Whether the last step led out of the numbers.
    """

    plan: Plan
    task: Task
    asked: int
    losses: np.ndarray
    gradients: np.ndarray
    measured: np.ndarray
    seen: Seen
    diverged: bool

    @property
    def step(self) -> int:
        """How many there were."""
        return len(self.losses)

    @property
    def at(self) -> int:
        """That too: where it is."""
        return self.step

    @property
    def unfinished(self) -> bool:
        """Whether there is more to train."""
        return self.step < self.asked and not self.diverged

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """What was measured, ``[k]`` each, by the names of ``Measured``."""
        return dict(zip(Measured._fields, self.measured.T, strict=True))

    @property
    def now(self) -> Measured:
        """What was measured last."""
        return Measured(*self.measured[-1].tolist())


class Held:
    """A training of a plan, brought to any step. Whoever uses the training itself holds the ``lock``."""

    def __init__(self, plan: Plan) -> None:
        self.lock = threading.Lock()
        self.training = Training(plan)

    def to(self, step: int, enough: Callable[[], bool]) -> Shown:
        """The training after so many steps, or fewer, where ``enough`` says so before one."""
        with self.lock:
            training = self.training
            training.to(step, enough)
            return Shown(
                training.plan, training.task, step, np.array(training.losses), np.array(training.gradients),
                np.array(training.measured, dtype=float), seen(training), training.diverged,
            )  # fmt: skip
