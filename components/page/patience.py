"""How long a picture may be computed, who computes beside whom, and what a visitor sees of the wait."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from streamlit.delta_generator import DeltaGenerator

from losses.descent.surface import Progress

QUICK, LONGEST = 0.1, 10.0  # seconds that what takes long may take: between two pictures, and at rest
HANDOVER = 0.001  # seconds in which whoever waits can take the turn
RUNS = 2  # of scripts at once: more only take the interpreter from each other, and from the live updates
_turn = threading.Lock()
_runs, _run = threading.BoundedSemaphore(RUNS), threading.local()
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


@contextmanager
def in_turn() -> Generator[None]:
    """A script run, for which a place is waited for; it is given up by a run that takes long (``bar``)."""
    _runs.acquire()
    _run.has_place = True
    try:
        yield
    finally:
        _give_up_place()


def _give_up_place() -> None:
    if getattr(_run, "has_place", False):
        _run.has_place = False
        _runs.release()


@contextmanager
def bar(place: DeltaGenerator | None, what: str) -> Generator[Progress | None]:
    """Shows in ``place`` the share of this that is done, now and then, from when it has taken a while; None without place.

    Whenever it does, Streamlit may end the computation because the visitor has asked for something else. From then on
    it takes turns with all others that take a while: together they would leave nobody else the interpreter.
    """
    if place is None:
        yield None
        return
    over, mine = within(QUICK), False

    def show(share: float) -> None:
        nonlocal over, mine
        if not over():
            return
        if mine:
            mine = False
            _turn.release()
            time.sleep(HANDOVER)
        _give_up_place()
        place.progress(share, f"Computing the {what} …")
        while not _turn.acquire(timeout=QUICK):
            place.progress(share, f"Computing the {what} … others are computing too.")
        mine, over = True, within(QUICK)

    try:
        yield show
    finally:
        if mine:
            _turn.release()
