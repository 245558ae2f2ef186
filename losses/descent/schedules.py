"""Learning-rate schedules: PyTorch's own, each declared once."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch.optim import lr_scheduler

from losses.spec.declared import Function


class Scheduler(NamedTuple):
    """A class of ``torch.optim.lr_scheduler`` with all its arguments but the optimiser."""

    kind: type[lr_scheduler.LRScheduler]
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over a number of steps.

    ``scheduler(steps)`` gives PyTorch's scheduler, or None for a rate that does not change.
    """

    key: str
    name: str
    scheduler: Callable[[int], Scheduler | None]

    def rates(self, learning_rate: float, steps: int) -> list[float]:
        """The learning rate of each of the ``steps``, by PyTorch's scheduler.

        >>> SCHEDULES["step"].rates(0.5, 6)
        [0.5, 0.5, 0.05, 0.05, 0.005000000000000001, 0.005000000000000001]
        """
        scheduler = self.scheduler(steps)
        if scheduler is None:
            return [learning_rate] * steps
        optimiser = torch.optim.SGD([torch.zeros(())], lr=learning_rate)
        moving = scheduler.kind(optimiser, **scheduler.arguments)
        optimiser.step()  # a scheduler warns where there was none before it moves
        rates = []
        for _ in range(steps):
            rates.append(optimiser.param_groups[0]["lr"])
            moving.step()
        return rates

    def code(self, steps: int) -> str:
        """What builds it in PyTorch, for an ``optimizer``; nothing where there is nothing to build.

        >>> SCHEDULES["step"].code(200)
        'lr_scheduler.StepLR(optimizer, step_size=67, gamma=0.1)'
        """
        scheduler = self.scheduler(steps)
        if scheduler is None:
            return ""
        arguments = ", ".join(f"{name}={value!r}" for name, value in scheduler.arguments.items())
        return f"lr_scheduler.{scheduler.kind.__name__}(optimizer, {arguments})"


def _schedule(name: str) -> Callable[[Function[Scheduler | None]], Schedule]:
    return lambda scheduler: Schedule(scheduler.__name__, name, scheduler)


@_schedule("Constant")
def constant(steps: int) -> None:
    """The same throughout."""
    return None


@_schedule("A tenth after every third")
def step(steps: int) -> Scheduler:
    """Two drops, as in many a training script."""
    third = max(1, (steps + 2) // 3)  # rounded up: no third drop
    return Scheduler(lr_scheduler.StepLR, {"step_size": third, "gamma": 0.1})


@_schedule("Cosine to zero")
def cosine(steps: int) -> Scheduler:
    """Half a wave of a cosine (Loshchilov and Hutter 2017, SGDR, ICLR, equation 5, without restarts)."""
    return Scheduler(lr_scheduler.CosineAnnealingLR, {"T_max": max(1, steps)})


@_schedule("Warm-up over the first tenth")
def warm_up(steps: int) -> Scheduler:
    """From a hundredth evenly up, then constant (Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2)."""
    return Scheduler(lr_scheduler.LinearLR, {"start_factor": 0.01, "total_iters": max(1, steps // 10)})


SCHEDULES = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Schedule)})
