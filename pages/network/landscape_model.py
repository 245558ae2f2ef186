"""The settings of the view of the landscape, worked out: along which axes one looks around which network."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch

from components.page.patience import LONGEST, QUICK, within
from components.page.turns import Enough, nothing_more
from components.settings.view import View
from components.text import number
from losses.network.directions import Axes, between, filter_normalised, leading, named, principal, unnormalised
from losses.network.evaluation import Progress
from losses.network.hessian import Spectrum, spectrum
from losses.network.lines import Line, interpolate
from losses.network.meaning import rescaled
from losses.network.plan import Plan
from losses.network.planes import Path, Plane, path, refinements
from losses.network.training import Training
from losses.network.weights import layout
from pages.network.held import Held
from pages.network.sight import Refining, Sight, Taken

SIDE = 49  # places along a side of the finest grid, by way of 7, 13 and 25
LIVE = 0.03  # seconds that the next finer grid may take while the hand moves
ALONG = 41  # places along the line between two networks
EIGENVALUES, PROBES, PROBE_STEPS = 5, 6, 24
MOST_PRODUCTS = 10_000_000  # multiplications of a pass over all examples, above which its Hessian is not looked at
FEWEST_STEPS = 10  # that a path has


class Other(NamedTuple):
    """The second of two networks: after how many steps, and its weights ``[p]``."""

    step: int
    weights: torch.Tensor


class Around:
    """What is seen around the network that a view's settings train."""

    def __init__(self, view: View, plan: Plan, held: Held) -> None:
        self.view, self.plan, self.held = view, plan, held

    @property
    def axes(self) -> str:
        """Which axes are chosen."""
        return self.view["axes"]

    def sight(self, seconds: float = LIVE, progress: Progress | None = None, enough: Enough = nothing_more) -> Sight:  # fmt: skip
        """What is seen, as fine as there is time for; with ``seconds`` of ``LONGEST`` also what else takes time.

        Raises
        ------
        ValueError
            For a network that left the numbers, and axes that it does not have.
        """
        taken = self.taken(enough)
        other = self.other(enough)
        plane = self._refining(taken, other).to(seconds, progress)
        notes = [*self._notes(taken, other), *([f"{len(plane.x)} × {len(plane.y)} places so far; {SIDE} × {SIDE} take about {number(float(f'{plane.left:.1g}'))} s more."] if plane.left else [])]  # fmt: skip
        return Sight(
            plane=plane,
            path=self._path(taken, plane) if self.axes == "principal" else None,
            line=self._line(taken, other) if other else None,
            spectrum=self._spectrum(taken, seconds >= LONGEST),
            steps=taken.steps if self.axes == "principal" else None,
            three_d=self.view["three_d"],
            subject=repr((self.axes, self.plan.problem.key, self.plan.seed, self.view["filterwise"], self.view.beginnings)),
            title=f"after {taken.step} steps",
            notes=tuple(notes),
        )  # fmt: skip

    def refine(self, progress: Progress | None) -> None:
        """Compute all of it, as fine as there is time for at rest."""
        over = within(LONGEST)
        for held in self.trainings:
            while (made := held.to(self.view["steps"], within(QUICK / 2))).unfinished and not over():
                if progress:
                    progress(made.at / made.asked)
        self.sight(LONGEST, progress)
        self.view.cached("refined", self._spec, lambda: True)

    def stop(self) -> None:
        """Leave it as fine as it is."""
        self.view.cached("refined", self._spec, lambda: True)
        self.view.say("Stopped: the landscape stays as coarse as it is.")

    @property
    def refined(self) -> bool:
        """Whether that is done."""
        return bool(self.view.peek("refined", self._spec))

    @property
    def _spec(self) -> tuple:
        names = ("steps", "axes", "zoom", "drawn", "filterwise", "scale", "other", "first", "second")
        return self.plan, *map(self.view.__getitem__, names)

    def taken(self, enough: Enough = nothing_more) -> Taken:
        """The network at the step that is wanted, or that there was time for."""
        wanted, training = self.view["steps"], self.held.training
        if training.step < FEWEST_STEPS:  # so many there is always time for: a path has them
            self.held.to(min(wanted, FEWEST_STEPS), lambda: False)
        self.held.to(wanted, enough)
        with self.held.lock:
            where = self.plan, training.step
            return self.view.cached("network", where, lambda: _taken(training))

    @property
    def curves(self) -> bool:
        """Whether the network is small enough for products with its Hessian."""
        return self.plan.network.products * len(self.held.training.task.target) <= MOST_PRODUCTS

    @property
    def options(self) -> dict[str, Any]:
        """How the loss is evaluated: BatchNorm’s own statistics hold at the network itself and nowhere else."""
        return {"norms": "batch" if self.plan.architecture.normalisation == "batch" else "trained"}

    def weight(self, number: int) -> tuple[str, tuple[int, ...]]:
        """The parameter and the index in it of a weight by its number."""
        weights = layout(self.held.training.model)
        each = next((weight for weight in weights if weight.part.start <= number < weight.part.stop), None)
        if each is None:
            raise ValueError(
                f"there is no weight {number:,}: the network has {weights[-1].part.stop:,}, counted from 0"
            )
        return each.name, tuple(map(int, np.unravel_index(number - each.part.start, each.shape)))

    def _notes(self, taken: Taken, other: Other | None) -> Iterator[str]:
        if taken.step < self.view["steps"]:
            yield f"{taken.step} of {self.view['steps']} steps are trained yet."
        if other and other.step < self.view["steps"]:
            yield f"Of network b {other.step} of {self.view['steps']} steps are trained yet."
        if self.options["norms"] == "batch":
            yield "BatchNorm takes the spread of the examples at every place."
        if self.axes == "between":
            yield "The loss is that over the first network’s examples; the other one had its own."

    def _where(self, taken: Taken) -> tuple:
        return self.plan, taken.step

    def _refining(self, taken: Taken, other: Other | None) -> Refining:
        view = self.view
        names = {
            "random": ("drawn", "filterwise", "scale"),
            "between": ("drawn", "other"),
            "named": ("first", "second"),
        }
        spec = self._where(taken), self.axes, *(view[name] for name in names.get(self.axes, ())), other and other.step
        axes, network = view.cached("axes", spec, lambda: self._axes(taken, other))
        zoom = view["zoom"]

        def planes(progress: Progress) -> Iterator[Plane]:
            return refinements(
                network, taken.fit, taken.batch, axes, SIDE, extent=_zoomed(axes, zoom), progress=progress, **self.options
            )  # fmt: skip

        return view.cached("plane", (spec, zoom), lambda: Refining(planes))

    def _axes(self, taken: Taken, other: Other | None) -> tuple[Axes, torch.nn.Module]:
        """The axes, and the network that they are of."""
        view, model = self.view, taken.model
        if other:
            return between(model, model, other.weights, seed=view["drawn"]), model
        match self.axes:
            case "principal":
                return principal(taken.checkpoints, model), model
            case "leading":
                return leading(model, taken.fit, taken.batch, **self.options), model
            case "named":
                return named(model, self.weight(view["first"]), self.weight(view["second"])), model
        scaled = model if view["scale"] == 1 else rescaled(model, view["scale"])
        if view["filterwise"]:
            return filter_normalised(scaled, view["drawn"]), scaled
        return unnormalised(scaled, view["drawn"], float(taken.checkpoints[-1].norm())), scaled

    @property
    def trainings(self) -> tuple[Held, ...]:
        """All that are seen: that of the network, and that of the other one of two."""
        if self.axes != "between":
            return (self.held,)
        plan = replace(self.plan, seed=self.view["other"])
        if plan == self.plan:
            raise ValueError("both networks have the same seed, and so are one; choose another")
        return self.held, self.view.cached("other training", plan, lambda: Held(plan))

    def other(self, enough: Enough = nothing_more) -> Other | None:
        """The second of two networks, at the step that is wanted, or that there was time for; None where there is one."""
        if self.axes != "between":
            return None
        _, held = self.trainings
        held.to(self.view["steps"], enough)
        with held.lock:
            return Other(held.training.step, held.training.weights.clone())

    def _path(self, taken: Taken, plane: Plane) -> Path:
        return self.view.cached(
            "path",
            self._where(taken),
            lambda: path(taken.model, taken.checkpoints, plane, taken.fit, taken.batch, **self.options),
        )

    def _line(self, taken: Taken, other: Other) -> Line:
        accuracy = taken.right if taken.fit.classes else None
        return self.view.cached(
            "line",
            (self._where(taken), self.view["other"], other.step),
            lambda: interpolate(
                taken.model, taken.model, other.weights, taken.fit, taken.batch, ALONG, accuracy=accuracy, **self.options
            ),
        )  # fmt: skip

    def _spectrum(self, taken: Taken, wanted: bool) -> Spectrum | None:
        """That of the network in sight; None where it is too large, or not known yet and not ``wanted``."""
        scale = self.view["scale"] if self.axes == "random" else 1.0
        spec = self._where(taken), scale
        known = self.view.peek("spectrum", spec)
        if known or not wanted or not self.curves:
            return known
        model = taken.model if scale == 1 else rescaled(taken.model, scale)
        found = spectrum(model, taken.fit, taken.batch, EIGENVALUES, probes=PROBES, steps=PROBE_STEPS, **self.options)
        return self.view.cached("spectrum", spec, lambda: found)


def _taken(training: Training) -> Taken:
    """A copy of a training's network, and what it learned from."""
    if training.diverged:
        raise ValueError(f"the training left the numbers at step {training.step}; take fewer steps, or a smaller rate")
    steps, checkpoints = training.checkpoints
    return Taken(
        model=copy.deepcopy(training.model),
        batch=(training.features, training.target),
        labels=training.labels,
        fit=training.fit,
        step=training.step,
        steps=steps,
        checkpoints=checkpoints,
    )


def _zoomed(axes: Axes, zoom: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The bounds, closer about the model where it is in their middle, else about the middle."""
    middles = [(low + high) / 2 for low, high in axes.bounds]
    (left, right), (low, high) = [
        (middle - (end - start) / 2 / zoom, middle + (end - start) / 2 / zoom)
        for middle, (start, end) in zip(middles, axes.bounds, strict=True)
    ]
    return (left, right), (low, high)
