"""How long a picture of the page ``landscape`` may be computed, and what a visitor sees of the wait."""

import time
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from losses.descent.surface import Progress

QUICK, LONGEST = 0.1, 10.0  # seconds that a surface or its paths may take: between two pictures, and at rest
clock = time.thread_time  # of this computation: what else the server does shall not change a picture


def within(seconds: float) -> Callable[[], bool]:
    """Says whether this thread has computed for so long since."""
    end = clock() + seconds
    return lambda: clock() >= end


def duration(compute: Callable[[], object]) -> float:
    """Seconds that it takes to compute this; tried twice, since what is new to a process takes longer."""
    took = []
    for _ in range(2):
        began = clock()
        compute()
        took.append(clock() - began)
    return min(took)


def bar(place: DeltaGenerator | None, what: str) -> Progress | None:
    """Shows in ``place`` the share of this that is done, now and then, from when it has taken a while; None without place.

    Whenever it does, Streamlit may end the computation because the visitor has asked for something else.
    """
    if place is None:
        return None
    over = within(QUICK)

    def show(share: float) -> None:
        nonlocal over
        if over():
            over = within(QUICK)
            place.progress(share, f"Computing the {what} …")

    return show
