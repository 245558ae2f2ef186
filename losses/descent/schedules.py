"""Learning-rate schedules: PyTorch's own, each declared once."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch.optim import lr_scheduler

from losses.spec.expression import return_expression


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes: ``build(optimiser, steps)`` gives the scheduler, or None where it does not."""

    key: str
    name: str
    build: Callable[[torch.optim.Optimizer, int], lr_scheduler.LRScheduler | None]

    def code(self, steps: int) -> str:
        """What builds it in PyTorch, for an ``optimiser``."""
        return return_expression(self.build, optimiser="optimiser", steps=steps)


def _schedule(name: str) -> Callable[[Callable], Schedule]:
    return lambda build: Schedule(build.__name__, name, build)


@_schedule("Constant")
def constant(optimiser: torch.optim.Optimizer, steps: int) -> None:
    """The same throughout."""
    return None


@_schedule("A tenth after every third")
def step(optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Two drops, as in many a training script."""
    return lr_scheduler.StepLR(optimiser, max(1, (steps + 2) // 3), gamma=0.1)  # rounded up: no third drop


@_schedule("Cosine to zero")
def cosine(optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Half a wave of a cosine (Loshchilov and Hutter 2017, SGDR, ICLR, equation 5, without restarts)."""
    return lr_scheduler.CosineAnnealingLR(optimiser, max(1, steps))


@_schedule("Warm-up over the first tenth")
def warm_up(optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """From a hundredth evenly up, then constant (Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2)."""
    return lr_scheduler.LinearLR(optimiser, 0.01, total_iters=max(1, steps // 10))


SCHEDULES = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Schedule)})
