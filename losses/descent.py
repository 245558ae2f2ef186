"""Paths of optimisers over a surface: the real ``torch.optim`` classes, every step recorded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.optimiser import OPTIMISERS, SCHEDULES
from losses.surface import Progress, Surface, evaluate

REPORT = 50  # steps between two reports of progress


@dataclass(frozen=True)
class Run:
    """What is to be descended with: an optimiser by its key, a start, and the optimiser's parameters."""

    optimiser: str
    start: tuple[float, float]
    parameters: dict[str, Any] = field(default_factory=dict)


class Divergence(NamedTuple):
    """At which step a path left the numbers, and what happened there."""

    step: int
    reason: str


@dataclass(frozen=True, eq=False)
class Path:
    """One descent of n steps. Positions have two columns, one per weight.

    Attributes
    ----------
    optimiser, settings
        Key of the optimiser and all its parameters.
    positions
        ``[n + 1, 2]``, the start first.
    losses
        ``[n + 1]``, the surface at the positions: over all examples, also where steps see a few.
    gradients
        ``[n, 2]``, what step t was given at position t: of its batch, with its noise.
    steps
        ``[n, 2]``, position t + 1 less position t; the effective step of Kingma and Ba (2015), section 2.1.
    rates
        ``[n]``, the learning rate of each step, as the schedule has it.
    velocity, second_moment
        ``[n, 2]``, what the optimiser keeps, once it has taken in gradient t: of gradients the (decaying)
        sum, of their squares the (decaying) mean, for AdaGrad the sum. None where it keeps no such thing.
    diverged
        None while everything is finite. Otherwise positions and losses are as they were up to that
        step, and after it not a number.
    """

    optimiser: str
    settings: dict[str, Any]
    positions: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    steps: np.ndarray
    rates: np.ndarray
    velocity: np.ndarray | None
    second_moment: np.ndarray | None
    diverged: Divergence | None

    @property
    def last(self) -> int:
        """The last step at which the path is still finite."""
        return len(self.losses) - 1 if self.diverged is None else self.diverged.step - 1


def trajectory(surface: Surface, optimiser: str, start: tuple[float, float], steps: int, **how: Any) -> Path:
    """Descend ``surface`` with one optimiser: ``trajectories`` with one run.

    Keywords that ``trajectories`` knows go there; all others are the optimiser's parameters.
    """
    shared = {name: how.pop(name) for name in ("batch_size", "noise", "schedule", "seed") if name in how}
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
) -> list[Path]:
    """Descend ``surface`` with several optimisers, or from several starts, at once.

    All runs see the same batches and the same noise. Their gradients come from one pass; runs that
    differ in the start alone share one optimiser too, which gives the same numbers, since every rule
    but L-BFGS's works weight by weight.

    Parameters
    ----------
    steps
        Number of steps, at least 0.
    batch_size
        Examples of a step, drawn as an epoch does: without replacement until all have been seen,
        the last batch being what is left. None for all of them at every step.
    noise
        Standard deviation of the Gaussian noise added to each component of every gradient.
    schedule
        One of ``SCHEDULES``.
    seed
        Of batches and noise, which have a generator each.
    progress
        Called now and then with the share that is done.

    Returns
    -------
    list of Path
        In the order of the runs. A path that leaves the finite numbers is recorded up to there.

    Raises
    ------
    ValueError
        For an unknown optimiser or schedule, a parameter out of range, a start that is not finite, or
        a number of steps, batch size, noise or seed that is negative.
    """
    _check(surface, runs, steps, batch_size, noise, schedule)
    groups = [list(group) for _, group in groupby(runs, _shared_by)]
    points = torch.tensor([run.start for run in runs], dtype=torch.float64).reshape(-1, 2)
    leaves = list(points.split([len(group) for group in groups]))
    drivers = [_Driver(group[0], leaf, schedule, steps) for group, leaf in zip(groups, leaves, strict=True)]
    [driver for driver in drivers if not driver.optimiser.searches]
    batches = _batches(surface.examples, batch_size, seed)
    shaken = torch.Generator().manual_seed(seed)
    positions, gradients = torch.empty(2, steps + 1, *points.shape, dtype=torch.float64)
    for step in range(steps):
        if progress and step % REPORT == 0:
            progress(step / steps)
        rows = next(batches)
        extra = noise * torch.randn(2, generator=shaken, dtype=torch.float64) if noise else None
        positions[step] = points
        gradient = surface.gradient(points, rows)
        gradients[step] = gradient if extra is None else gradient.add_(extra)
        for driver, slope in zip(drivers, gradient.split([len(leaf) for leaf in leaves]), strict=True):
            driver.step(slope, surface, rows, extra)
    positions[steps] = points
    return _record(surface, groups, drivers, positions.numpy(), gradients.numpy()[:steps])


class _Driver:
    """One ``torch.optim`` optimiser with what is recorded of it."""

    def __init__(self, run: Run, weights: Tensor, schedule: str, steps: int) -> None:
        self.optimiser = OPTIMISERS[run.optimiser]
        self.settings = self.optimiser.settings(**run.parameters)
        self.weights = weights
        self.torch = self.optimiser.build([weights], **self.settings)
        self.scheduler = SCHEDULES[schedule].build(self.torch, steps)
        self.rates: list[float] = []
        self.memory: dict[str, list[Tensor]] = {"velocity": [], "second_moment": []}

    def step(self, gradient: Tensor, surface: Surface, rows: Tensor | None, extra: Tensor | None) -> None:
        """Move the weights once."""
        self.weights.grad = gradient
        self.rates.append(self.torch.param_groups[0]["lr"])
        self.torch.step(self._closure(surface, rows, extra) if self.optimiser.searches else None)
        if self.scheduler:
            self.scheduler.step()
        state = self.torch.state[self.weights]
        for quantity, kept in self.memory.items():
            if name := getattr(self.optimiser, quantity):
                kept.append(state[name].clone())

    def _closure(self, surface: Surface, rows: Tensor | None, extra: Tensor | None) -> Callable[[], Tensor]:
        def evaluate_here() -> Tensor:
            self.weights.grad = surface.gradient(self.weights, rows)
            value = surface.value(self.weights, rows).sum()
            if extra is not None:  # noise in the slope is a tilt of the surface, seen by both
                self.weights.grad += extra
                value = value + (self.weights * extra).sum()
            return value

        return evaluate_here


def _check(
    surface: Surface, runs: Sequence[Run], steps: int, batch_size: int | None, noise: float, schedule: str
) -> None:
    for run in runs:
        if run.optimiser not in OPTIMISERS:
            raise ValueError(f"there is no optimiser {run.optimiser!r}; there are: {', '.join(OPTIMISERS)}")
        if np.shape(run.start) != (2,) or not np.isfinite(run.start).all():
            raise ValueError(f"start must be two finite numbers, got {run.start!r}")
    if schedule not in SCHEDULES:
        raise ValueError(f"there is no schedule {schedule!r}; there are: {', '.join(SCHEDULES)}")
    if steps < 0:
        raise ValueError(f"steps must be at least 0, got {steps}")
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise must be a finite number of at least 0, got {noise}")
    if batch_size is not None and not 1 <= batch_size <= surface.examples:
        raise ValueError(
            f"batch_size must be a whole number from 1 to {surface.examples}, got {batch_size}"
            if surface.examples
            else f"{surface.title} is not made of examples, so it has no batches: leave batch_size out"
        )


def _shared_by(run: Run) -> tuple:
    """What runs have in common that go through one optimiser; nothing, where a step looks beyond its own weight."""
    alone = id(run) if OPTIMISERS[run.optimiser].searches else None
    return run.optimiser, tuple(sorted(run.parameters.items())), alone


def _batches(examples: int, batch_size: int | None, seed: int) -> Iterator[Tensor | None]:
    generator = torch.Generator().manual_seed(seed)
    while True:
        if batch_size is None or batch_size == examples:
            yield None
        else:
            yield from torch.randperm(examples, generator=generator).split(batch_size)


def _record(
    surface: Surface,
    groups: Sequence[Sequence[Run]],
    drivers: Sequence[_Driver],
    positions: np.ndarray,
    gradients: np.ndarray,
) -> list[Path]:
    losses = evaluate(surface, positions)
    paths = []
    first = 0
    for group, driver in zip(groups, drivers, strict=True):
        memory = {name: torch.stack(kept).numpy() if kept else None for name, kept in driver.memory.items()}
        for member in range(len(group)):
            run = first + member
            with np.errstate(all="ignore"):
                steps = np.diff(positions[:, run], axis=0)
            parts = {
                "positions": positions[:, run],
                "losses": losses[:, run],
                "gradients": gradients[:, run],
                "steps": steps,
                **{name: None if kept is None else kept[:, member] for name, kept in memory.items()},
            }
            diverged = _divergence(surface, parts["positions"], parts["losses"])
            if diverged:
                parts = {
                    name: None if part is None else _cut(part, diverged.step, name) for name, part in parts.items()
                }
            paths.append(
                Path(driver.optimiser.key, driver.settings, rates=np.array(driver.rates), diverged=diverged, **parts)
            )
        first += len(group)
    return paths


def _divergence(surface: Surface, positions: np.ndarray, losses: np.ndarray) -> Divergence | None:
    moved, valued = np.isfinite(positions).all(-1), np.isfinite(losses)
    if (moved & valued).all():
        return None
    step = int((moved & valued).argmin())
    if not moved[step]:
        weight = int(np.isfinite(positions[step]).argmin())
        return Divergence(step, f"{surface.symbols[weight]} is larger than a number can be")
    if np.isnan(losses[step]):
        return Divergence(step, "the loss is not defined there")
    return Divergence(step, "the loss is larger than a number can be")


def _cut(part: np.ndarray, step: int, name: str) -> np.ndarray:
    """``part`` up to the step that left the numbers: the place it came to, and the last gradient that was one."""
    part = part.copy()
    part[step + (name in ("positions", "losses")) :] = np.nan
    return part
