"""Predictions that a session grows, one for each loss: made under a lock, since several may ask at once."""

import threading
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from losses.segmentation.growing import Growing, Plan

SNAPSHOTS = 100  # turns from one snapshot to the next, of masks of 64 pixels a side; of larger ones as many more


class Grown(NamedTuple):
    """One prediction after some turns.

    ``prediction`` is ``[n, n]``; ``losses`` and ``dices`` ``[turns + 1]`` begin at the start; ``diverged`` says whether
    the last turn led out of the numbers.
    """

    prediction: np.ndarray
    losses: np.ndarray
    dices: np.ndarray
    diverged: bool


class Held:
    """Predictions from one start, each of its plan by key, brought to any turn."""

    def __init__(self, plans: dict[str, Plan], start: np.ndarray, target: np.ndarray) -> None:
        self._lock = threading.Lock()
        self._growing = {key: Growing(plan, start, target) for key, plan in plans.items()}
        self._snapshots = {key: [growing.snapshot()] for key, growing in self._growing.items()}
        self._apart = SNAPSHOTS * max(1, start.size // 64**2)

    def to(self, turns: int, enough: Callable[[], bool] | None = None) -> tuple[int, dict[str, Grown]]:
        """Each after so many turns, or where ``enough`` says so between two after fewer; and how many all have taken.

        One that has diverged stays where that was, and is not waited for.
        """
        with self._lock:
            growing = self._growing.values()
            for key, each in self._growing.items():
                if each.steps > turns:
                    each.restore(next(kept for kept in reversed(self._snapshots[key]) if kept[0] <= turns))
            while (left := [each.steps for each in growing if not each.diverged and each.steps < turns]) and not (
                enough and enough()
            ):
                self._turn(min(left))
            taken = [each.steps for each in growing if not each.diverged] or [max(each.steps for each in growing)]
            return min(taken), {key: _grown(each) for key, each in self._growing.items()}

    def _turn(self, at: int) -> None:
        """Bring all that are at this turn one on."""
        for key, each in self._growing.items():
            if each.steps == at and each.go(1) and each.steps % self._apart == 0:
                kept = self._snapshots[key]
                if kept[-1][0] < each.steps:
                    kept.append(each.snapshot())


def _grown(growing: Growing) -> Grown:
    return Grown(growing.prediction, np.array(growing.losses), np.array(growing.dices), growing.diverged)
