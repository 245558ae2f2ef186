"""How long a picture may be computed, who computes beside whom, and what a visitor sees of the wait."""

import html
import threading
import time
from collections.abc import Callable, Generator, MutableMapping
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from losses.descent.surface import Progress

QUICK, LONGEST = 0.1, 10.0  # seconds that what takes long may take: between two pictures, and at rest
HANDOVER = 0.001  # seconds in which whoever waits can take the turn
LONG, TOOK = 0.3, "seconds of the last run"  # of computing, from where on a run is long; where the session has them
RUNS = 2  # quick scripts at once: more only take the interpreter from each other, and from the live updates
_quick, _long = threading.BoundedSemaphore(RUNS), threading.BoundedSemaphore(1)
COMING = """<style>
.st-key-frame [data-stale="true"] :is(.live-main, .live-tables) { opacity: 0.3; transition: none; }
.st-key-frame [data-stale="true"] .live-sentence { visibility: hidden; }
</style>"""  # the picture that is on screen is not of what is chosen, and its sentence is not either
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


class _Run(threading.local):
    """What this thread's script run computes in: a place among the quick, or the one place of those that take long."""

    place: threading.Semaphore | None = None
    answer: DeltaGenerator | None = None  # where the sentence of the picture to come will stand

    def leave(self) -> None:
        """Let another run have the place."""
        if self.place:
            self.place.release()
        self.place = None

    def enter(self, place: threading.Semaphore, timeout: float | None = None) -> bool:
        """Wait for a place, at most so many seconds; whether it is had."""
        if self.place is not place:
            self.leave()
            if place.acquire(timeout=timeout):
                self.place = place
        return self.place is place


_run = _Run()


@contextmanager
def in_turn(session: MutableMapping) -> Generator[None]:
    """A script run of a session: a few that are quick at once, and one of those that take long beside them.

    Long takes what says so (``takes_long``, ``bar``), and a run after one that did.
    """
    began = clock()
    _run.enter(_long if session.get(TOOK, 0.0) > LONG else _quick)
    try:
        yield
    finally:
        _run.leave()
        session[TOOK] = clock() - began


def takes_long() -> None:
    """Say that the rest of this script run takes a while: it waits for others that do, and nobody quick waits for it."""
    if _run.place:
        _run.enter(_long)


@contextmanager
def picture_to_come(place: DeltaGenerator) -> Generator[None]:
    """A stretch at whose end the picture is shown: what takes a while before is said in ``place``, over a dimmed old one."""
    _run.answer = place
    try:
        yield
        place.empty()
    finally:
        _run.answer = None


@contextmanager
def bar(place: DeltaGenerator | None, what: str, stop: Callable[[], None] | None = None) -> Generator[Progress | None]:
    """Shows in ``place`` the share of this that is done, now and then, from when it has taken a while; None without place.

    Whenever it does, Streamlit may end the computation because the visitor has left, or asked for something else, as to
    ``stop``. From then on it takes turns with all others that take a while: together they would leave nobody else the
    interpreter.
    """
    if place is None:
        yield None
        return
    over = within(QUICK)
    among_others = _run.place is not None
    shown: DeltaGenerator | None = None

    def show(share: float) -> None:
        nonlocal over, shown
        if not over():
            return
        shown = shown or _opened(place, what, stop)
        if _run.place is _long:
            _run.leave()
            time.sleep(HANDOVER)
        shown.progress(share, f"{what} …")
        while not _run.enter(_long, QUICK):
            shown.progress(share, f"{what} … others are computing too.")
        over = within(QUICK)

    try:
        yield show
    finally:
        if not among_others:
            _run.leave()


def _opened(place: DeltaGenerator, what: str, stop: Callable[[], None] | None) -> DeltaGenerator:
    """Where the bar goes, with the button to stop beside it; what is computed is said in place of the answer too."""
    if _run.answer:
        _run.answer.html(f"{COMING}<p>{html.escape(what)} …</p>")
    if stop is None:
        return place
    with place.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        shown = st.empty()
        st.button("Stop", key=f"stop: {what}", on_click=stop, help="Keep what there is so far")
    return shown
