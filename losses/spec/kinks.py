"""Where a piecewise linear loss bends. A loss declares it once; exact fits and tests read it."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Kink(NamedTuple):
    """A place where the slope of a loss jumps.

    ``at`` is a residual, prediction - target, of a regression loss, or a margin, label times
    score, of a margin loss; ``before`` and ``after`` are the slopes on either side of it.
    """

    at: float
    before: float
    after: float

    @property
    def jump(self) -> float:
        """By how much the slope rises; negative where the loss bends downwards."""
        return self.after - self.before


Kinks = tuple[Kink, ...]


def joined(kinks: Iterable[tuple[float, float, float]]) -> Kinks:
    """Kinks from left to right: those at one place as one, and none where the slope does not jump.

    Raises
    ------
    ValueError
        Where a slope does not go on from one kink to the next: between them the loss is no straight line.
    """
    ordered: list[Kink] = []
    for kink in sorted((Kink(*kink) for kink in kinks), key=lambda kink: kink.at):
        if ordered and not math.isclose(ordered[-1].after, kink.before, rel_tol=1e-12):
            raise ValueError(f"after {ordered[-1]} the slope cannot be {kink.before:g} at {kink.at:g}")
        together = ordered and ordered[-1].at == kink.at
        ordered.append(Kink(kink.at, ordered.pop().before, kink.after) if together else kink)
    return tuple(kink for kink in ordered if kink.jump)


def are_convex(kinks: Kinks) -> bool:
    """Whether the slope never falls."""
    return all(kink.jump > 0 for kink in kinks)


def slopes_at(kinks: Kinks, place: float) -> tuple[float, float]:
    """The slopes just before and just after a place, for at least one kink.

    >>> slopes_at((Kink(0.0, -1.0, 1.0),), 0.0)
    (-1.0, 1.0)
    >>> slopes_at((Kink(0.0, -1.0, 1.0),), 2.0)
    (1.0, 1.0)
    """
    before = next((kink.before for kink in kinks if kink.at >= place), kinks[-1].after)
    after = next((kink.after for kink in reversed(kinks) if kink.at <= place), kinks[0].before)
    return before, after
