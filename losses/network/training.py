"""A network on its way: every step the same for the same plan, with what is measured as it goes.

All weights lie in one tensor, of which those of the layers are parts: an optimiser moves one tensor, however many layers
there are, and a checkpoint is one copy. The rules of ``OPTIMISERS`` go weight by weight, so that this changes nothing.
"""

import copy
import math
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.descent.optimisers import OPTIMISERS
from losses.network.edge import largest
from losses.network.hessian import hessian_product
from losses.network.krylov import Operator
from losses.network.plan import Plan

EVERY = 10  # steps from one measurement to the next
MOST_PRODUCTS = 60_000_000  # multiplications of a pass over all examples, above which curvature is not measured
FINEST = 5  # steps from one checkpoint to the next, as long as there are few
CHECKPOINTS = 128  # at most
CHECKPOINT_BYTES = 16_000_000  # of all of them, with what the optimiser remembers
FEWEST_CHECKPOINTS = 4


class Measured(NamedTuple):
    """What is measured every ``EVERY`` steps.

    ``loss`` and ``new_loss`` are the means over all examples to learn from and over new ones, as the network answers
    outside of training, without any penalty; ``accuracy`` and ``new_accuracy`` the shares that are right, NaN where
    targets are numbers. ``sharpness`` is the largest eigenvalue of the Hessian of what is descended, of an adaptive
    optimiser's divided by what it divides steps by; ``threshold`` what it can be before steps overshoot ever more (2/η
    for gradient descent; Cohen, Kaur, Li, Kolter and Talwalkar 2021, Gradient descent on neural networks typically
    occurs at the edge of stability, ICLR; for adaptive ones Cohen et al. 2022, arXiv:2207.14484). NaN where there is none.
    """

    step: int
    loss: float
    new_loss: float
    accuracy: float
    new_accuracy: float
    sharpness: float
    threshold: float


class Training:
    """A network on its way.

    Attributes
    ----------
    plan, task, fit
        What is learned, from what, under what loss.
    model
        The network, an ``nn.Module``; between steps in evaluation mode.
    losses, gradients
        The batch's loss in each step, before it, without any penalty, and the norm of the slope that was followed.
    measured
        Before the first step and after every ``EVERY``.
    diverged
        Whether the last loss, or a weight, is no finite number: nothing can be learned from there.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.task, self.fit = plan, plan.task(), plan.fit
        self.model = plan.network.build(plan.seed)
        self._parameters = [*self.model.parameters()]
        self.weights, self._slope = self._joined()
        self._optimiser = OPTIMISERS[plan.optimiser].build([self.weights], **plan.settings)
        self._rates = plan.rates()
        self._order = torch.Generator().manual_seed(plan.seed)
        self._chance = torch.Generator().manual_seed(plan.seed)
        self._waiting = torch.zeros(0, dtype=torch.long)  # rows of this pass that have not had their turn
        self._sharpest = torch.zeros_like(self.weights)
        task = self.task
        self.features, self.labels, self._new_features, self._new_labels = (
            torch.tensor(values, dtype=self.weights.dtype)
            for values in (task.features, task.target, task.new_features, task.new_target)
        )
        self.target = self.fit.target(self.labels)
        self.losses: list[float] = []
        self.gradients: list[float] = []
        self.measured: list[Measured] = []
        self.diverged = False
        self.model.eval()
        self._measure()
        self._every = FINEST
        self._kept = [self.snapshot()]

    def _joined(self) -> tuple[Tensor, Tensor]:
        """All weights as one tensor, and all slopes, of which those of the model are made parts."""
        weights = torch.nn.utils.parameters_to_vector(self._parameters).detach()
        slope, at = torch.zeros_like(weights), 0
        for each in self._parameters:
            part = slice(at, at + each.numel())
            each.data, each.grad = weights[part].view_as(each), slope[part].view_as(each)
            at += each.numel()
        weights.grad = slope
        return weights, slope

    @property
    def step(self) -> int:
        """How many steps there were."""
        return len(self.losses)

    @property
    def batch(self) -> int:
        """Examples of a step."""
        n = len(self.target)
        return min(self.plan.batch or n, n)

    @property
    def measures_sharpness(self) -> bool:
        """Whether the network is small enough for its curvature to be measured as it goes."""
        return self.plan.network.products * len(self.target) <= MOST_PRODUCTS

    def steps(self, count: int, enough: Callable[[], bool] | None = None) -> int:
        """Take so many steps, or fewer: where ``enough`` says before one that it is, or it diverged. How many there were."""
        for done in range(count):
            if self.diverged or (enough and enough()):
                return done
            self._step()
        return count

    def to(self, step: int, enough: Callable[[], bool] | None = None) -> None:
        """Go to a step, forwards, or backwards by way of a checkpoint, and no farther than ``steps`` would."""
        if step < self.step:
            self.restore(next(kept for kept in reversed(self._kept) if kept[0] <= step))
        self.steps(step - self.step, enough)

    def _step(self) -> None:
        rows = self._rows()
        features, target = (self.features, self.target) if rows is None else (self.features[rows], self.target[rows])
        for group in self._optimiser.param_groups:
            group["lr"] = self._rates[min(self.step, len(self._rates) - 1)]

        with torch.enable_grad(), self._training():
            loss = self._backward(features, target)
            self.losses.append(loss.item())
            self.gradients.append(self._slope.norm().item())
            if OPTIMISERS[self.plan.optimiser].searches:  # at places of its own choice
                self._optimiser.step(lambda: self._backward(features, target) + self._penalty())
            elif math.isfinite(self.losses[-1]):
                self._optimiser.step()
        self.diverged = not (math.isfinite(self.losses[-1]) and bool(self.weights.isfinite().all()))
        if self.step % EVERY == 0 or self.diverged:
            self._measure()
        if self.step % self._every == 0:
            self._keep()

    def _backward(self, features: Tensor, target: Tensor) -> Tensor:
        """The loss of a batch, without the penalty, when the slope has been found, with it."""
        self._slope.zero_()
        loss = self.fit(self.model, (features, target))
        loss.backward()
        if self._decay:
            self._slope.add_(self.weights, alpha=self._decay)
        return loss.detach()

    @property
    def _decay(self) -> float:
        return 0.0 if self.plan.decoupled else self.plan.weight_decay

    def _penalty(self) -> float:
        return self._decay / 2 * self.weights.square().sum().item()

    def _rows(self) -> Tensor | None:
        """The rows of the next batch; None for all."""
        if self.batch == len(self.target):
            return None
        if len(self._waiting) < self.batch:
            self._waiting = torch.randperm(len(self.target), generator=self._order)
        rows, self._waiting = self._waiting[: self.batch], self._waiting[self.batch :]
        return rows

    @contextmanager
    def _training(self) -> Generator[None]:
        """A stretch in which BatchNorm takes the spread of the batch; without it there is nothing to change."""
        changes = self.plan.architecture.normalisation == "batch"
        if changes:
            self.model.train()
        try:
            yield
        finally:
            if changes:
                self.model.eval()

    def _measure(self) -> None:
        with torch.no_grad():
            known, new = self.model(self.features), self.model(self._new_features)
            found = (
                self.fit.of(known, self.target).item(),
                self.fit.of(new, self.fit.target(self._new_labels)).item(),
                self.fit.accuracy(known, self.labels),
                self.fit.accuracy(new, self._new_labels),
            )
        self.measured.append(Measured(self.step, *found, *self._edge()))

    def _edge(self) -> tuple[float, float]:
        """Sharpness and threshold, as ``Measured`` has them."""
        if self.diverged or not self.measures_sharpness:
            return math.nan, math.nan
        optimiser, settings = OPTIMISERS[self.plan.optimiser], self.plan.settings
        rate = self._rates[min(self.step, len(self._rates) - 1)]
        scale, threshold = None, math.nan
        if optimiser.critical:
            threshold = optimiser.critical(**settings) / rate if rate else math.inf
        elif optimiser.divisor and optimiser.preconditioned and self.step:
            memory = self._optimiser.state[self.weights][optimiser.state_names(**settings)["second_moment"]]
            scale = optimiser.divisor(memory, self.step, **settings) ** -0.5
            threshold = optimiser.preconditioned(**settings) / rate if rate else math.inf
        elif optimiser.divisor and optimiser.preconditioned:
            return math.nan, math.nan  # before the first step there is nothing to divide by
        return self._sharpness(scale), threshold

    def _sharpness(self, scale: Tensor | None) -> float:
        before = [each.clone() for each in self.model.buffers()]
        with torch.enable_grad(), self._training():
            loss = self.fit(self.model, (self.features, self.target))
            slopes = torch.autograd.grad(loss, self._parameters, create_graph=True)
            product = hessian_product(slopes, self._parameters)

            def scaled(vector: Tensor) -> Tensor:
                inside = vector if scale is None else scale * vector
                image = product(inside) + self._decay * inside
                return image if scale is None else scale * image

            operator = Operator(scaled, len(self.weights), self.weights)
            sharpness, self._sharpest = largest(operator, self._sharpest, self._chance)
        for buffer, kept in zip(self.model.buffers(), before, strict=True):
            buffer.copy_(kept)
        return sharpness

    def snapshot(self) -> tuple:
        """All that decides how it goes on, to ``restore`` later."""
        memory = copy.deepcopy(self._optimiser.state_dict())
        buffers = [each.clone() for each in self.model.buffers()]
        chance = self._order.get_state(), self._chance.get_state(), self._waiting, self._sharpest
        return self.step, self.weights.clone(), memory, buffers, chance, self.diverged, len(self.measured)

    def restore(self, snapshot: tuple) -> None:
        """Go back to where it was at a ``snapshot`` of its own."""
        step, weights, memory, buffers, chance, self.diverged, measured = snapshot
        self.weights.copy_(weights)
        self._optimiser.load_state_dict(copy.deepcopy(memory))
        for buffer, kept in zip(self.model.buffers(), buffers, strict=True):
            buffer.copy_(kept)
        self._order.set_state(chance[0])
        self._chance.set_state(chance[1])
        self._waiting, self._sharpest = chance[2:]
        del self.losses[step:], self.gradients[step:], self.measured[measured:]
        self._kept = [kept for kept in self._kept if kept[0] <= step]
        self._every = self._every if step else FINEST

    def copy(self) -> "Training":
        """Another training that stands where this one does, and goes on by itself, without the checkpoints so far."""
        other = Training(self.plan)
        other.losses, other.gradients, other.measured = [*self.losses], [*self.gradients], [*self.measured]
        other.restore(self.snapshot())
        other._kept.append(other.snapshot())
        return other

    def _keep(self) -> None:
        """A checkpoint, and where there are too many, only every second of them."""
        size = self.weights.numel() * self.weights.element_size() * 4  # weights, two moments, a direction
        most = max(FEWEST_CHECKPOINTS, min(CHECKPOINTS, CHECKPOINT_BYTES // size))
        self._kept.append(self.snapshot())
        while len(self._kept) > most:
            self._every *= 2
            self._kept = [kept for kept in self._kept if kept[0] % self._every == 0]

    @property
    def checkpoints(self) -> tuple[np.ndarray, Tensor]:
        """Steps ``[t]`` and the weights after them ``[t, p]``: the first, evenly spaced ones, and the present.

        The order of the weights is that of ``torch.nn.utils.parameters_to_vector(model.parameters())``.
        """
        kept = {each[0]: each[1] for each in self._kept} | {self.step: self.weights.clone()}
        return np.array([*kept]), torch.stack([*kept.values()])
