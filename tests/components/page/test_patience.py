"""Who computes beside whom: few script runs at once, and what takes long beside them."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from components.page import patience
from components.page.patience import RUNS, TOOK, bar, in_turn, takes_long


def free(places):
    """How many are free."""
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    for _ in range(taken):
        places.release()
    return taken


def all_places_are_free():
    return (free(patience._quick), free(patience._long)) == (RUNS, 1)


def test_few_scripts_run_at_once_and_all_run():
    under_way, seen, done = [], [], []

    def run(number):
        with in_turn({}):
            under_way.append(number)
            threading.Event().wait(0.002)
            seen.append(len(under_way))
            under_way.remove(number)
        done.append(number)

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(run, range(60)))
    assert max(seen) == RUNS
    assert sorted(done) == list(range(60))
    assert all_places_are_free()


def test_a_run_that_is_ended_gives_its_place_back():
    with pytest.raises(KeyboardInterrupt), in_turn({}):
        raise KeyboardInterrupt
    assert all_places_are_free()


def test_what_takes_long_keeps_no_place_from_what_is_quick(monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(patience, "clock", lambda: next(ticks) / 100)
    shown = SimpleNamespace(progress=lambda share, text: None)

    def long(say):
        with in_turn({}), bar(shown, "paths") as show:
            say()
            while not ended.is_set():
                show(0.5)

    def quick():
        threading.Event().wait(0.05)  # the others have begun
        with in_turn({}):
            return "done"

    ended = threading.Event()
    with ThreadPoolExecutor(2 * RUNS + 1) as threads:
        runs = [threads.submit(long, say) for say in (takes_long, lambda: None) * RUNS]
        try:
            assert threads.submit(quick).result(timeout=10) == "done"
        finally:
            ended.set()
        for run in runs:
            run.result(timeout=10)
    assert all_places_are_free()


def test_who_took_long_waits_among_those_who_do(monkeypatch):
    seconds = iter([0.0, 5.0, 5.0, 5.0])
    monkeypatch.setattr(patience, "clock", lambda: next(seconds))
    session = {}
    with in_turn(session):
        assert (free(patience._quick), free(patience._long)) == (RUNS - 1, 1)
    assert session[TOOK] == 5
    with in_turn(session):
        assert (free(patience._quick), free(patience._long)) == (RUNS, 0)
    assert session[TOOK] == 0
    assert all_places_are_free()


def test_outside_of_a_run_nothing_is_held():
    takes_long()
    assert all_places_are_free()
