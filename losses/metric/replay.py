"""A training that goes forwards and backwards by turns."""

from collections.abc import Callable

from losses.metric.training import Plan, Training

SNAPSHOTS = 50  # turns from one snapshot to the next


class Replay:
    """A training that can be brought to any turn: it goes on from where it is, or from a snapshot before that turn."""

    def __init__(self, plan: Plan) -> None:
        self.training = Training(plan)
        self._snapshots = [self.training.snapshot()]

    def to(self, turns: int, enough: Callable[[], bool] | None = None) -> Training:
        """The training after so many turns, or fewer: where ``enough`` says before a turn that it is, or it diverged."""
        training = self.training
        if turns < training.turns:
            self._snapshots = [kept for kept in self._snapshots if kept[0] <= turns]
            training.restore(self._snapshots[-1])
        while training.turns < turns and not training.diverged and not (enough and enough()):
            training.turn()
            if training.turns % SNAPSHOTS == 0:
                self._snapshots.append(training.snapshot())
        return training
