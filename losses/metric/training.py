"""A small map into the plane, trained on mined triplets while one looks on.

The same plan gives the same numbers: all that is drawn comes from one generator, in the order in which it is needed.
"""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from losses.descent.optimisers import OPTIMISERS
from losses.game.training import Perceptron
from losses.metric.classes import FEATURES, draw_classes
from losses.metric.mining import MINING, mined_loss
from losses.metric.pull import EMBEDDING, WITH_MARGIN

HIDDEN = 16
FEWEST, MOST = 3, 6  # classes
SMALLEST, LARGEST = 4, 64  # batch
LAST_SEED = 2**63 - 1
TOUCHING = 0.05
"""The share of the margin, and of where they began, within which all embeddings lie where they count as collapsed."""
RESTED, RESTING = 10, 0.01
"""So many losses in a row come this close to the margin, as a share of it, where a loss rests there."""


@dataclass(frozen=True)
class Plan:
    """All that decides how a training goes.

    Attributes
    ----------
    loss
        One of ``WITH_MARGIN``.
    margin
        Of the loss.
    mining
        A key of ``MINING``.
    classes
        How many, from ``FEWEST`` to ``MOST``.
    batch
        Points of a turn, drawn without repetition, from ``SMALLEST`` to ``LARGEST``: fewer than there are.
    optimiser
        A key of ``OPTIMISERS``, without L-BFGS.
    rate
        Its learning rate.
    settings
        Its further parameters.
    seed
        Of points, weights and batches.

    Raises
    ------
    ValueError
        For an unknown key or parameter, and a value that is out of range or not whole where it counts something.
    """

    loss: str = "triplet"
    margin: float = 1.0
    mining: str = "semi_hard"
    classes: int = 4
    batch: int = 32
    optimiser: str = "adam"
    rate: float = 0.01
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        for what, known in (("loss", WITH_MARGIN), ("optimiser", OPTIMISERS), ("mining", MINING)):
            if getattr(self, what) not in known:
                raise ValueError(f"there is no {what} {getattr(self, what)!r}; there are: {', '.join(known)}")
        if OPTIMISERS[self.optimiser].searches:
            raise ValueError(
                f"{OPTIMISERS[self.optimiser].name} searches along lines, over which batches must not change"
            )
        for what, least, most in (("classes", FEWEST, MOST), ("batch", SMALLEST, LARGEST), ("seed", 0, LAST_SEED)):
            value = getattr(self, what)
            if not isinstance(value, int) or not least <= value <= most:
                raise ValueError(f"{what} must be a whole number in [{least}, {most}], got {value!r}")
        EMBEDDING[self.loss].settings(margin=self.margin)
        OPTIMISERS[self.optimiser].settings(learning_rate=self.rate, **self.settings)

    @property
    def squared(self) -> bool:
        """Whether distances are squared."""
        return self.loss == "squared_triplet"


class Training:
    """A map on its way.

    Attributes
    ----------
    classes
        The points, as ``draw_classes`` draws them.
    network
        The map, a ``Perceptron`` from features to the plane.
    losses
        The batch's loss in each turn, before its step; not a number where the batch had no triplet to mine.
    diverged
        Whether a distance of the last batch was not finite, or a weight is not: nothing can be learned from there.
    start
        How far the embeddings learned from reached from their mean before the first turn.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = torch.Generator().manual_seed(plan.seed)
        self.classes = draw_classes(plan.classes, self.random)
        self.network = Perceptron((FEATURES, HIDDEN, 2), self.random)
        self.optimiser = OPTIMISERS[plan.optimiser].build(
            [self.network.weights], learning_rate=plan.rate, **plan.settings
        )
        self.losses: list[float] = []
        self.diverged = False
        self.start = self.reach

    @property
    def turns(self) -> int:
        """How many there were."""
        return len(self.losses)

    @property
    def reach(self) -> float:
        """How far from their mean the farthest of the embeddings that are learned from lies."""
        embeddings = self.embed(self.classes.features)
        return (embeddings - embeddings.mean(0)).norm(dim=1).max().item()

    @property
    def collapsed(self) -> bool:
        """Whether the map has drawn all to one place, and the loss rests at the margin: there no triplet pulls."""
        plan = self.plan
        whole = plan.margin**0.5 if plan.squared else plan.margin
        if not self.reach < TOUCHING * min(whole, self.start):
            return False
        last = [loss for loss in self.losses if not math.isnan(loss)][-RESTED:]
        return len(last) == RESTED and all(abs(loss - plan.margin) <= RESTING * plan.margin for loss in last)

    def turn(self) -> None:
        """Learn from one batch; one that has no triplet to mine changes nothing."""
        plan, weights, classes = self.plan, self.network.weights, self.classes
        chosen = torch.randperm(len(classes.labels), generator=self.random)[: plan.batch]
        with torch.enable_grad():
            at = weights.detach().requires_grad_()
            embeddings = self.network(classes.features[chosen], at)
            loss = mined_loss(embeddings, classes.labels[chosen], plan.mining, plan.margin, plan.squared)
        value = loss.item()
        if math.isfinite(value):
            (weights.grad,) = torch.autograd.grad(loss, at)
            self.optimiser.step()
        self.losses.append(value)
        # Where distances are finite, a loss that is no number is that of a batch without a triplet.
        reach = (embeddings.amax(0) - embeddings.amin(0)).square().sum()
        self.diverged = not bool(reach.isfinite() & weights.isfinite().all())

    def embed(self, features: Tensor) -> Tensor:
        """Where features ``[n, FEATURES]`` are mapped to now, ``[n, 2]``."""
        return self.network(features)

    def snapshot(self) -> tuple:
        """All that decides how it goes on, to ``restore`` later."""
        memory = copy.deepcopy(self.optimiser.state_dict())
        return self.turns, self.network.weights.clone(), memory, self.random.get_state(), self.diverged

    def restore(self, snapshot: tuple) -> None:
        """Go back to where it was at a ``snapshot`` of its own."""
        done, weights, memory, random, self.diverged = snapshot
        self.network.weights.copy_(weights)
        self.optimiser.load_state_dict(copy.deepcopy(memory))
        self.random.set_state(random)
        del self.losses[done:]
