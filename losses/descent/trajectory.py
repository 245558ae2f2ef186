"""Paths of optimisers over a surface: the real ``torch.optim`` classes, every step recorded."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor

from losses.descent.descent import Descent
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Path, Run
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import Progress, Surface
from losses.spec.parameter import LARGEST, Parameter

STEPS = Parameter("steps", 0, high=LARGEST, whole=True)
NOISE = Parameter("noise", 0.0, high=LARGEST)
SEED = Parameter("seed", 0, high=2**53, whole=True)


def trajectory(surface: Surface, optimiser: str, start: tuple[float, float], steps: int, **how: Any) -> Path:
    """Descend ``surface`` with one optimiser: ``trajectories`` with one run.

    Parameters
    ----------
    surface
        What to descend.
    optimiser
        A key of ``OPTIMISERS``.
    start
        The two weights to begin with, finite.
    steps
        Number of steps, at least 0.
    **how
        Keywords that ``trajectories`` knows go there; all others are the optimiser's parameters.

    Returns
    -------
    Path
        Every step; one that leaves the finite numbers is recorded up to there.

    Raises
    ------
    ValueError
        As ``trajectories`` does.

    Examples
    --------
    >>> from losses.descent.textbook import TEXTBOOK
    >>> path = trajectory(TEXTBOOK["bowl"](), "sgd", (-4, 1), 3, learning_rate=0.2)
    >>> path.positions.round(3).tolist()  # y goes to and fro between the same two places
    [[-4.0, 1.0], [-3.2, -1.0], [-2.56, 1.0], [-2.048, -1.0]]
    >>> path.losses.round(2).tolist()
    [13.0, 10.12, 8.28, 7.1]
    """
    shared = {name: how.pop(name) for name in trajectories.__kwdefaults__ or {} if name in how}
    return trajectories(surface, [Run(optimiser, start, how)], steps, **shared)[0]


def trajectories(
    surface: Surface,
    runs: Sequence[Run],
    steps: int,
    *,
    batch_size: int | None = None,
    noise: float = 0.0,
    schedule: str = "constant",
    seed: int = 0,
    progress: Progress | None = None,
    enough: Callable[[], bool] | None = None,
) -> list[Path]:
    """Descend ``surface`` with several optimisers, or from several starts, at once.

    All runs see the same batches and the same noise. Their gradients come from one pass; runs that
    differ in the start alone share one optimiser too, which gives the same numbers, since every rule
    but L-BFGS's works weight by weight.

    Parameters
    ----------
    surface
        What to descend.
    runs
        Optimisers with their starts and parameters.
    steps
        Number of steps, at least 0.
    batch_size
        Examples of a step, drawn as an epoch does: without replacement until all have been seen,
        the last batch being what is left. None for all of them at every step.
    noise
        Standard deviation of the Gaussian noise added to each component of every gradient, in its unit:
        loss per weight.
    schedule
        One of ``SCHEDULES``.
    seed
        Of batches and noise, which have a generator each.
    progress
        Called before every step with the share that is done.
    enough
        Asked after every step: where it says yes, the paths end. Their steps are the first ones of all ``steps``.

    Returns
    -------
    list of Path
        In the order of the runs. A path that leaves the finite numbers is recorded up to there.

    Raises
    ------
    ValueError
        For an unknown optimiser or schedule, a parameter out of range, a start that is not finite, or
        steps, batch size, noise or seed that are negative or not whole (noise may be broken).

    Examples
    --------
    >>> from losses.descent.textbook import TEXTBOOK
    >>> bowl = TEXTBOOK["bowl"](condition=50)
    >>> runs = [Run(key, bowl.start, {"learning_rate": rate}) for key, rate in (("sgd", 0.03), ("lion", 0.1))]
    >>> [path.losses[-1].round(3).item() for path in trajectories(bowl, runs, 100, schedule="cosine")]
    [0.373, 0.615]
    """
    steps, noise, seed = int(STEPS.check(steps)), NOISE.check(noise), int(SEED.check(seed))
    batch_size = _check(surface, runs, batch_size, schedule)
    descent = Descent(surface, [[*group] for _, group in groupby(runs, _shared_by)], schedule, steps)
    batches = _batches(surface.examples, batch_size, seed)
    gradient_noise = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for step in range(steps):
            if progress:
                progress(step / steps)
            extra = noise * torch.randn(2, generator=gradient_noise, dtype=torch.float64) if noise else None
            descent.step(next(batches), extra)
            if enough and enough():
                break
    return descent.paths()


def _check(surface: Surface, runs: Sequence[Run], batch_size: int | None, schedule: str) -> int | None:
    for run in runs:
        if run.optimiser not in OPTIMISERS:
            raise ValueError(f"there is no optimiser {run.optimiser!r}; there are: {', '.join(OPTIMISERS)}")
        if np.shape(run.start) != (2,) or not np.isfinite(run.start).all():
            raise ValueError(f"start must be two finite numbers, got {run.start!r}")
    if schedule not in SCHEDULES:
        raise ValueError(f"there is no schedule {schedule!r}; there are: {', '.join(SCHEDULES)}")
    if batch_size is None:
        return None
    if not surface.examples:
        raise ValueError(f"{surface.title} is not made of examples, so it has no batches: leave batch_size out")
    return int(Parameter("batch_size", 1, 1, surface.examples, whole=True).check(batch_size))


def _shared_by(run: Run) -> tuple:
    """What runs have in common that go through one optimiser; nothing, where a step looks beyond its own weight."""
    alone = object() if OPTIMISERS[run.optimiser].searches else None  # equal to no other
    return run.optimiser, tuple(sorted(run.parameters.items())), alone


def _batches(examples: int, batch_size: int | None, seed: int) -> Iterator[Tensor | None]:
    generator = torch.Generator().manual_seed(seed)
    while True:
        if batch_size is None or batch_size == examples:
            yield None
        else:
            yield from torch.randperm(examples, generator=generator).split(batch_size)
