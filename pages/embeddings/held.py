"""A training that a session keeps, and what of it is shown: made under a lock, since several may ask at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from losses.metric.replay import Replay
from losses.metric.retrieval import pair_distances, recall_at_1
from losses.metric.training import Plan


@dataclass(frozen=True, eq=False)
class Shown:
    """A training at one turn.

    Attributes
    ----------
    plan
        How it goes.
    asked
        How many turns are wanted.
    losses
        ``[turns]``, of each batch before its step.
    known, new
        Embeddings ``[n, 2]`` of the points that are learned from, and of new ones.
    labels
        ``[n]``, the classes of either.
    recalls
        Recall@1 among the known and among the new ones.
    first
        Recall@1 among the new ones before the first turn.
    within, between
        Distances of the new ones, of pairs of a class and of two.
    collapsed, diverged
        Whether all are at one place and the loss rests there, and whether the last turn led out of the numbers.
    """

    plan: Plan
    asked: int
    losses: np.ndarray
    known: np.ndarray
    new: np.ndarray
    labels: np.ndarray
    recalls: tuple[float, float]
    first: float
    within: np.ndarray
    between: np.ndarray
    collapsed: bool
    diverged: bool

    @property
    def turns(self) -> int:
        """How many there were."""
        return len(self.losses)

    @property
    def at(self) -> int:
        """That too: where it is."""
        return self.turns

    @property
    def unfinished(self) -> bool:
        """Whether there is more to train."""
        return self.turns < self.asked and not self.diverged


class Held:
    """A training of a plan, brought to any turn."""

    def __init__(self, plan: Plan) -> None:
        self._lock = threading.Lock()
        self.plan, self.replay = plan, Replay(plan)
        classes = self.replay.training.classes
        self.labels = classes.labels.numpy()
        self.first = recall_at_1(self.replay.training.embed(classes.new_features).numpy(), self.labels)

    def to(self, turns: int, enough: Callable[[], bool] | None = None) -> Shown:
        """The training after these turns, or the first of them, where ``enough`` says so between two."""
        with self._lock:
            training = self.replay.to(turns, enough)
            classes = training.classes
            known, new = (training.embed(each).numpy() for each in (classes.features, classes.new_features))
            recalls = recall_at_1(known, self.labels), recall_at_1(new, self.labels)
            return Shown(
                self.plan, turns, np.array(training.losses), known, new, self.labels, recalls, self.first,
                *pair_distances(new, self.labels), training.collapsed, training.diverged,
            )  # fmt: skip
