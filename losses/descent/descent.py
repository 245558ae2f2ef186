"""Runs that descend a surface together, step by step: real ``torch.optim`` optimisers, with what they leave behind."""

import inspect
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.descent.compiled import compiled
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Path, Run, recorded
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import CACHED, Surface, evaluate, value_and_gradient

SHORTEST = 1e-300  # a line search halves its length many times, and then it must not be zero


class Descent:
    """Some runs on their way, of which each group has an optimiser in common.

    All of them see the same examples and the same noise, and their gradients come from one pass.
    """

    def __init__(self, surface: Surface, groups: Sequence[Sequence[Run]], schedule: str, steps: int) -> None:
        starts = [run.start for group in groups for run in group]
        points = torch.tensor(starts, dtype=torch.float64).reshape(-1, 2)
        sizes = [len(group) for group in groups]
        self._surface = surface
        self._points, self._sizes = points, sizes
        self._drivers = [
            _Driver(group[0], leaf, schedule, steps) for group, leaf in zip(groups, points.split(sizes), strict=True)
        ]
        self._gradient = _Program(_gradient, surface)
        self._search = _Program(value_and_gradient, surface)
        self._done = 0
        self._positions, self._slopes = torch.empty(2, steps + 1, *points.shape, dtype=torch.float64)
        self._places, self._given = self._positions.unbind(), self._slopes.unbind()
        self._places[0].copy_(points)
        self._losses = np.empty((steps + 1, len(points)))
        self._valued = 0  # positions of which the losses are known
        self._block = max(1, CACHED // max(1, surface.examples * len(points)))

    def step(self, rows: Tensor | None, noise: Tensor | None) -> None:
        """Move every run once.

        Parameters
        ----------
        rows
            Examples to look at; None for all.
        noise
            ``[2]``, added to every gradient; None for nothing.
        """
        here = _Here(self._search, self._surface.seen(rows), noise)
        gradient = self._gradient(self._points, here.data)
        if noise is not None:
            gradient = gradient + noise
        self._given[self._done].copy_(gradient)
        for driver, slope in zip(self._drivers, gradient.split_with_sizes(self._sizes), strict=True):
            driver.step(self._done, slope, here)
        self._done += 1
        self._places[self._done].copy_(self._points)
        if self._done - self._valued >= self._block:  # many at a time, but what a step costs comes with the step
            self._evaluate()

    def paths(self) -> list[Path]:
        """The paths so far, in the order of the runs."""
        self._evaluate()
        done = self._done
        positions, gradients = self._positions.numpy(), self._slopes.numpy()
        members = [(driver, member) for driver in self._drivers for member in range(len(driver.weights))]
        return [
            recorded(
                self._surface,
                driver.run,
                positions=positions[: done + 1, run],
                losses=self._losses[: done + 1, run],
                gradients=gradients[:done, run],
                rates=np.array(driver.rates[:done], dtype=np.float64),
                velocity=driver.kept("velocity", member, done),
                second_moment=driver.kept("second_moment", member, done),
            )
            for run, (driver, member) in enumerate(members)
        ]

    def _evaluate(self) -> None:
        new = slice(self._valued, self._done + 1)
        self._losses[new] = evaluate(self._surface, self._positions[new])
        self._valued = self._done + 1


class _Program:
    """What the steps call of a surface, compiled for every number of examples that it is called with."""

    def __init__(self, call: Callable[..., Any], surface: Surface) -> None:
        self.call = call
        self.function = surface.function
        self.kind: Hashable = surface.kind and (call, surface.kind)
        self.known: dict[int, Callable[..., Any]] = {}

    def __call__(self, points: Tensor, data: tuple[Tensor, ...]) -> Any:
        examples = data[0].size(0) if data else 0
        program = self.known.get(examples)
        if program is None:
            program = compiled(lambda *inputs: self.call(self.function, *inputs), self.kind, points, *data)
            self.known[examples] = program
        return program(points, *data)


def _gradient(function: Callable[..., Tensor], points: Tensor, *data: Tensor) -> Tensor:
    return value_and_gradient(function, points, *data)[1]


class _Here(NamedTuple):
    """The function that one step descends: of the examples in ``data``, tilted by the noise in its slope."""

    value_and_gradient: _Program
    data: tuple[Tensor, ...]
    noise: Tensor | None

    def search(self, weights: Tensor) -> Tensor:
        """Value at the weights, whose ``grad`` is set, as a line search needs them.

        Where the function is no finite number it counts as infinite, and its slope as unknown: from
        there PyTorch's search goes halfway back. Of anything else it makes positions that are NaN.
        """
        value, slope = self.value_and_gradient(weights, self.data)
        value = value.sum()
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
        settings = self.optimiser.settings(**run.parameters)
        self.run = Run(run.optimiser, run.start, settings)
        self.weights = weights
        self.torch = self.optimiser.build([weights], **settings)
        self.move = inspect.unwrap(type(self.torch).step)  # the hooks around it take longer than the step itself
        self.rates = SCHEDULES[schedule].rates(self.torch.param_groups[0]["lr"], steps)
        self.names = self.optimiser.state_names(**settings)
        self.memory = {name: torch.empty(steps, *weights.shape, dtype=torch.float64) for name in self.names.values()}
        self.places = {name: memory.unbind() for name, memory in self.memory.items()}

    def step(self, number: int, gradient: Tensor, here: _Here) -> None:
        """Move the weights once, where gradients are not recorded.

        Parameters
        ----------
        number
            Which step this is, counted from 0.
        gradient
            In the shape of the weights.
        here
            The function that the step descends, for an optimiser that searches along a line.
        """
        rate = self.torch.param_groups[0]["lr"] = self.rates[number]
        self.weights.grad = gradient
        if not self.optimiser.searches:
            self.move(self.torch)
        elif rate > SHORTEST and gradient.isfinite().all():
            self.move(self.torch, lambda: here.search(self.weights))
        else:  # PyTorch's search would divide by its length; shown a level surface it stays where it is
            self.weights.grad = torch.zeros_like(gradient)
            self.move(self.torch, lambda: torch.zeros(()))
        state = self.torch.state[self.weights]
        for name, places in self.places.items():
            # With a momentum of 0 PyTorch keeps no sum, which is then the gradient.
            places[number].copy_(state.get(name, gradient))

    def kept(self, quantity: str, member: int, steps: int) -> np.ndarray | None:
        """``velocity`` or ``second_moment`` of one run, ``[steps, 2]``; None where the optimiser keeps no such thing."""
        return self.memory[self.names[quantity]][:steps, member].numpy() if quantity in self.names else None
