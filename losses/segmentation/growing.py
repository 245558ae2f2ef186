"""A prediction that grows by gradient descent: its pixels' logits are the weights, one loss is what they follow."""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from losses.calculus import derivatives
from losses.descent.optimisers import OPTIMISERS
from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.evaluation import chosen, tensors

LONGEST = 2000
CERTAIN = 1e-6  # probabilities nearer to 0 or 1 begin here, where the sigmoid still has a slope


@dataclass(frozen=True)
class Plan:
    """All that decides how a prediction grows.

    Attributes
    ----------
    loss
        A key of ``OVERLAP``, not of a measure.
    settings
        Its parameters.
    conventions
        Of the libraries.
    optimiser
        A key of ``OPTIMISERS``, without L-BFGS, which asks for the loss at places of its own choice.
    learning_rate
        At least 0. The gradient of a mean over n² pixels is of the order of 1/n²: SGD needs rates as large as n².
    optimiser_settings
        Further parameters of the optimiser.
    length
        The last step that there may be, at most 2000.

    Raises
    ------
    ValueError
        For an unknown key or parameter, a value out of range, and a measure, which has no gradient.
    """

    loss: str = "dice"
    settings: Mapping[str, Any] = field(default_factory=dict)
    conventions: Conventions = field(default_factory=Conventions)
    optimiser: str = "adam"
    learning_rate: float = 0.1
    optimiser_settings: Mapping[str, Any] = field(default_factory=dict)
    length: int = LONGEST

    def __post_init__(self) -> None:
        for what, known in (("loss", OVERLAP), ("optimiser", OPTIMISERS)):
            if getattr(self, what) not in known:
                raise ValueError(f"there is no {what} {getattr(self, what)!r}; there are: {', '.join(known)}")
        if OVERLAP[self.loss].measure:
            raise ValueError(f"{OVERLAP[self.loss].name} is a measure: it has no gradient to follow")
        if OPTIMISERS[self.optimiser].searches:
            raise ValueError(f"{OPTIMISERS[self.optimiser].name} searches along lines: it takes no single steps")
        if not 1 <= self.length <= LONGEST or self.length != int(self.length):
            raise ValueError(f"length must be a whole number of steps in [1, {LONGEST}], got {self.length!r}")
        OVERLAP[self.loss].settings(**self.settings)
        OPTIMISERS[self.optimiser].settings(learning_rate=self.learning_rate, **self.optimiser_settings)


class Growing:
    """A prediction on its way. The same plan, start and target give the same numbers.

    Parameters
    ----------
    plan
        How it grows.
    start
        Probabilities ``[n, n]``; those of 0 and 1, from which no gradient leads away, begin 1e-6 from there.
    target
        0 or 1 ``[n, n]``.

    Attributes
    ----------
    steps
        How many have been taken.
    losses, dices, jaccards
        After 0, 1, ... steps: the loss, and the Dice and Jaccard indices (F1 and intersection over union) of the mask that
        the prediction gives at 1/2; where it and the target are empty they are 1.
    diverged
        Whether the loss is no finite number: nothing can be learned from there.

    Raises
    ------
    ValueError
        As ``evaluate`` for start and target.
    """

    def __init__(self, plan: Plan, start: np.ndarray, target: np.ndarray) -> None:
        if np.ndim(start) != 2:
            raise ValueError(f"one prediction grows, [n, n], got shape {np.shape(start)}")
        self.plan = plan
        ((self._one, self._parameters),) = chosen([plan.loss], {plan.loss: plan.settings})
        probabilities, self._target = tensors(start, target)
        self._logits = probabilities.clamp(CERTAIN, 1 - CERTAIN).logit()
        self._optimiser = OPTIMISERS[plan.optimiser].build(
            [self._logits], **{"learning_rate": plan.learning_rate, **plan.optimiser_settings}
        )
        self._shape = np.shape(start)
        self.losses: list[float] = []
        self.dices: list[float] = []
        self.jaccards: list[float] = []
        self._look()

    @property
    def steps(self) -> int:
        """How many have been taken."""
        return len(self.losses) - 1

    @property
    def diverged(self) -> bool:
        """Whether the loss is no finite number."""
        return not math.isfinite(self.losses[-1])

    @property
    def prediction(self) -> np.ndarray:
        """The probabilities ``[n, n]`` now."""
        return self._logits.sigmoid().numpy().reshape(self._shape)

    def go(self, steps: int = 1) -> int:
        """Take so many steps, as far as the plan is long and the loss finite; how many there were."""
        before = self.steps
        for _ in range(min(steps, self.plan.length - before)):
            if self.diverged:
                break
            self._logits.grad = self._slope
            self._optimiser.step()
            self._look()
        return self.steps - before

    def _look(self) -> None:
        """Note the loss and the indices where it is, and which way is down."""
        value, slope, _ = derivatives(self._loss, self._logits, order=1)
        self._slope = slope
        self.losses.append(value.item())
        mask, target = self._logits > 0, self._target > 0
        hits, size = int((mask & target).sum()), int(mask.sum()) + int(target.sum())
        self.dices.append(2 * hits / size if size else 1.0)
        self.jaccards.append(hits / (size - hits) if size else 1.0)

    def _loss(self, logits: torch.Tensor) -> torch.Tensor:
        logit = self._one.takes != "probability"
        return self._one.function(
            logits if logit else logits.sigmoid(), self._target, self.plan.conventions, logits=logit, **self._parameters
        )

    def snapshot(self) -> tuple:
        """All that decides how it goes on, to ``restore`` later."""
        return self.steps, self._logits.clone(), copy.deepcopy(self._optimiser.state_dict())

    def restore(self, snapshot: tuple) -> None:
        """Go back to where it was at a ``snapshot`` of its own."""
        steps, logits, memory = snapshot
        self._logits.copy_(logits)
        self._optimiser.load_state_dict(copy.deepcopy(memory))
        del self.losses[steps:], self.dices[steps:], self.jaccards[steps:]
        self._look()
