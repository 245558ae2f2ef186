"""A training that goes forwards and backwards by turns."""

from collections.abc import Callable

from losses.game.training import Plan, Training

SNAPSHOTS = 50  # turns from one snapshot to the next


class Replay:
    """A training that can be brought to any turn of any order of turns, forwards and backwards.

    It goes on from where it is, or from a snapshot before the first turn that differs, so that it is the same
    whichever way it came there.
    """

    def __init__(self, plan: Plan) -> None:
        self.training = Training(plan)
        self._snapshots = [self.training.snapshot()]

    def to(self, turns: str, enough: Callable[[], bool] | None = None) -> Training:
        """The training after these turns; after the first of them, where ``enough`` says before a turn that it is."""
        training = self.training
        if not turns.startswith(training.turns):
            common = next(
                (at for at, pair in enumerate(zip(turns, training.turns, strict=False)) if pair[0] != pair[1]),
                min(len(turns), len(training.turns)),
            )
            self._snapshots = [kept for kept in self._snapshots if kept[0] <= common]
            training.restore(self._snapshots[-1])
        for who in turns[len(training.turns) :]:
            if (enough and enough()) or training.diverged:
                break
            training.turn(who)
            if len(training.turns) % SNAPSHOTS == 0:
                self._snapshots.append(training.snapshot())
        return training
