"""Learning-rate schedules: PyTorch's own, each declared once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import torch
from torch.optim import lr_scheduler


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over a number of steps.

    ``scheduler(steps)`` gives a class of ``torch.optim.lr_scheduler`` with all its arguments but the
    optimiser, or None for a rate that does not change.
    """

    key: str
    name: str
    scheduler: Callable[[int], "partial[lr_scheduler.LRScheduler] | None"]

    def build(self, optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler | None:
        """The scheduler of an optimiser, to be moved on after each of its ``steps``; None where nothing changes."""
        scheduler = self.scheduler(steps)
        return None if scheduler is None else scheduler(optimiser)

    def code(self, steps: int) -> str:
        """What builds it in PyTorch, for an ``optimizer``; nothing where there is nothing to build.

        >>> SCHEDULES["step"].code(200)
        'lr_scheduler.StepLR(optimizer, step_size=67, gamma=0.1)'
        """
        scheduler = self.scheduler(steps)
        if scheduler is None:
            return ""
        arguments = ", ".join(f"{name}={value!r}" for name, value in scheduler.keywords.items())
        return f"lr_scheduler.{scheduler.func.__name__}(optimizer, {arguments})"


def _schedule(name: str) -> Callable[[Callable], Schedule]:
    return lambda scheduler: Schedule(scheduler.__name__, name, scheduler)


@_schedule("Constant")
def constant(steps: int) -> None:
    """The same throughout."""
    return None


@_schedule("A tenth after every third")
def step(steps: int) -> partial:
    """Two drops, as in many a training script."""
    return partial(lr_scheduler.StepLR, step_size=max(1, (steps + 2) // 3), gamma=0.1)  # rounded up: no third drop


@_schedule("Cosine to zero")
def cosine(steps: int) -> partial:
    """Half a wave of a cosine (Loshchilov and Hutter 2017, SGDR, ICLR, equation 5, without restarts)."""
    return partial(lr_scheduler.CosineAnnealingLR, T_max=max(1, steps))


@_schedule("Warm-up over the first tenth")
def warm_up(steps: int) -> partial:
    """From a hundredth evenly up, then constant (Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2)."""
    return partial(lr_scheduler.LinearLR, start_factor=0.01, total_iters=max(1, steps // 10))


SCHEDULES = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Schedule)})
