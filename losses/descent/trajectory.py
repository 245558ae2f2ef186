"""Paths of optimisers over a surface: the real ``torch.optim`` classes, every step recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import Progress, Surface, evaluate
from losses.spec.parameter import LARGEST, Parameter

REPORT = 50  # steps between two reports of progress
SHORTEST = 1e-300  # a line search halves its length many times, and then it must not be zero
STEPS = Parameter("steps", 0, high=LARGEST, whole=True)
NOISE = Parameter("noise", 0.0, high=LARGEST)
SEED = Parameter("seed", 0, high=2**53, whole=True)


@dataclass(frozen=True)
class Run:
    """What is to be descended with: an optimiser by its key, a start, and the optimiser's parameters."""

    optimiser: str
    start: tuple[float, float]
    parameters: dict[str, Any] = field(default_factory=dict)


class NonFinite(NamedTuple):
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
        sum, of their squares the (decaying) mean, for AdaGrad the sum, for AMSGrad the largest mean so far,
        for Adamax the largest decayed size instead. None where it keeps no such thing.
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
    diverged: NonFinite | None

    @property
    def last(self) -> int:
        """The last step at which the path is still finite; -1 where not even the start is."""
        return len(self.losses) - 1 if self.diverged is None else self.diverged.step - 1


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
        Called now and then with the share that is done.

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
    groups = [list(group) for _, group in groupby(runs, _shared_by)]
    points = torch.tensor([run.start for run in runs], dtype=torch.float64).reshape(-1, 2)
    leaves = list(points.split([len(group) for group in groups]))
    drivers = [_Driver(group[0], leaf, schedule, steps) for group, leaf in zip(groups, leaves, strict=True)]
    batches = _batches(surface.examples, batch_size, seed)
    gradient_noise = torch.Generator().manual_seed(seed)
    positions, gradients = torch.empty(2, steps + 1, *points.shape, dtype=torch.float64)
    for step in range(steps):
        if progress and step % REPORT == 0:
            progress(step / steps)
        rows = next(batches)
        extra = noise * torch.randn(2, generator=gradient_noise, dtype=torch.float64) if noise else None
        positions[step] = points
        gradient = surface.gradient(points, rows)
        if extra is not None:
            gradient = gradient + extra
        gradients[step] = gradient
        for driver, slope in zip(drivers, gradient.split([len(leaf) for leaf in leaves]), strict=True):
            driver.step(step, slope, _Here(surface, rows, extra))
    positions[steps] = points
    return _record(surface, drivers, positions.numpy(), gradients.numpy()[:steps])


class _Here(NamedTuple):
    """The function that one step descends: of the examples in ``rows``, tilted by the noise in its slope."""

    surface: Surface
    rows: Tensor | None
    noise: Tensor | None

    def search(self, weights: Tensor) -> Tensor:
        """Value at the weights, whose ``grad`` is set, as a line search needs them.

        Where the function is no finite number it counts as infinite, and its slope as unknown: from
        there PyTorch's search goes halfway back. Of anything else it makes positions that are NaN.
        """
        value = self.surface.value(weights, self.rows).sum()
        slope = self.surface.gradient(weights, self.rows)
        if self.noise is not None:
            value = value + (weights * self.noise).sum()
            slope = slope + self.noise
        outside = ~value.isfinite()
        weights.grad = slope.masked_fill(outside, torch.nan)
        return value.masked_fill(outside, torch.inf)


class _Driver:
    """One ``torch.optim`` optimiser with what is recorded of it."""

    def __init__(self, run: Run, weights: Tensor, schedule: str, steps: int) -> None:
        self.optimiser = OPTIMISERS[run.optimiser]
        self.settings = self.optimiser.settings(**run.parameters)
        self.weights = weights
        self.torch = self.optimiser.build([weights], **self.settings)
        self.scheduler = SCHEDULES[schedule].build(self.torch, steps)
        self.rates = np.empty(steps)
        self.names = self.optimiser.state_names(**self.settings)
        self.memory = {name: torch.empty(steps, *weights.shape, dtype=torch.float64) for name in self.names.values()}

    def step(self, number: int, gradient: Tensor, here: _Here) -> None:
        """Move the weights once.

        Parameters
        ----------
        number
            Which step this is, counted from 0.
        gradient
            In the shape of the weights.
        here
            The function that the step descends, for an optimiser that searches along a line.
        """
        self.rates[number] = rate = self.torch.param_groups[0]["lr"]
        self.weights.grad = gradient
        if not self.optimiser.searches:
            self.torch.step()
        elif rate > SHORTEST and gradient.isfinite().all():
            self.torch.step(lambda: here.search(self.weights))
        else:  # PyTorch's search would divide by its length; shown a level surface it stays where it is
            self.weights.grad = torch.zeros_like(gradient)
            self.torch.step(lambda: torch.zeros(()))
        if self.scheduler:
            self.scheduler.step()
        for name, kept in self.memory.items():
            # With a momentum of 0 PyTorch keeps no sum, which is then the gradient.
            kept[number] = self.torch.state[self.weights].get(name, gradient)

    def kept(self, quantity: str, member: int) -> np.ndarray | None:
        """``velocity`` or ``second_moment`` of one run, ``[steps, 2]``; None where the optimiser keeps no such thing."""
        return self.memory[self.names[quantity]][:, member].numpy() if quantity in self.names else None


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


def _record(surface: Surface, drivers: Sequence[_Driver], positions: np.ndarray, gradients: np.ndarray) -> list[Path]:
    losses = evaluate(surface, positions)
    with np.errstate(all="ignore"):
        steps = np.diff(positions, axis=0)
    paths = []
    for driver in drivers:
        for member in range(len(driver.weights)):
            run = len(paths)
            diverged = _divergence(surface, positions[:, run], losses[:, run])
            parts: dict[str, Any] = {
                "positions": positions[:, run],
                "losses": losses[:, run],
                "gradients": gradients[:, run],
                "steps": steps[:, run],
                "velocity": driver.kept("velocity", member),
                "second_moment": driver.kept("second_moment", member),
            }
            if diverged:
                parts = {
                    name: None if part is None else _cut(part, diverged.step, name) for name, part in parts.items()
                }
            paths.append(Path(driver.optimiser.key, driver.settings, rates=driver.rates, diverged=diverged, **parts))
    return paths


def _divergence(surface: Surface, positions: np.ndarray, losses: np.ndarray) -> NonFinite | None:
    moved, valued = np.all(np.isfinite(positions), axis=-1), np.isfinite(losses)
    if (moved & valued).all():
        return None
    step = int((moved & valued).argmin())
    if not moved[step]:
        weight = int(np.isfinite(positions[step]).argmin())
        what = "is not a number any more" if np.isnan(positions[step, weight]) else "is larger than a number can be"
        return NonFinite(step, f"{surface.symbols[weight]} {what}")
    if np.isnan(losses[step]):
        return NonFinite(step, "the loss is not defined there")
    return NonFinite(step, "the loss is larger than a number can be")


def _cut(part: np.ndarray, step: int, name: str) -> np.ndarray:
    """``part`` up to the step that left the numbers: the place it came to, and the last gradient that was one."""
    part = part.copy()
    part[step + (name in ("positions", "losses")) :] = np.nan
    return part
