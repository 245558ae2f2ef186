"""What goes on by turns: as long as there is time and a visitor, and no further for anything but the picture."""

import itertools
from typing import NamedTuple

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from components.page import patience, turns
from components.page.turns import Turns
from components.settings.fields import Number
from components.settings.view import View

FIELDS = {"turns": Number(0, 0, 10_000, whole=True)}


class Reached(NamedTuple):
    """How far it had come."""

    at: int
    asked: int

    @property
    def unfinished(self):
        return self.at < self.asked


class Counted:
    """Counts its turns, as one that goes on does."""

    def __init__(self, view):
        self.view, self.at = view, 0

    def to(self, enough):
        while self.at < self.view["turns"] and not enough():
            self.at += 1
        return Reached(self.at, self.view["turns"])

    def keep(self, made):
        self.view.set(turns=made.at)


class Place:
    """Where a bar is shown, until the visitor has left: then Streamlit ends what goes on."""

    def __init__(self, leaves_after=10**9):
        self.shown, self.leaves_after = [], leaves_after

    def container(self, **layout):
        return self

    __enter__ = __exit__ = lambda *_: None

    def progress(self, share, text):
        self.shown.append((share, text))
        if len(self.shown) > self.leaves_after:
            raise StopException

    def empty(self):
        self.shown.append(None)


@pytest.fixture
def counted(monkeypatch):
    """One of which each look at the clock takes 10 ms."""
    ticks = itertools.count()
    monkeypatch.setattr(patience, "clock", lambda: next(ticks) / 100)

    def make(place, asked):
        monkeypatch.setattr(patience, "_opened", lambda *_: place)
        view = View("counted", FIELDS, {}, {"turns": str(asked)})
        made = Counted(view)
        return made, Turns(view, made.to, made.keep, "Counting", "turn")

    return make


def test_it_goes_to_the_turn_that_is_wanted_and_says_how_far_it_is(counted):
    place = Place()
    made, all_of_it = counted(place, 300)
    all_of_it.reach(place)
    assert made.at == 300 and place.shown.pop() is None
    assert {text for _, text in place.shown} == {"Counting to turn 300 …"}
    assert made.view.notes == []


def test_a_visitor_who_leaves_ends_it(counted):
    place = Place(leaves_after=3)
    made, all_of_it = counted(place, 10_000)
    with pytest.raises(StopException):
        all_of_it.reach(place)
    assert 0 < made.at < 100
    assert patience._long.acquire(timeout=1), "nobody waits for who has left"
    patience._long.release()


def test_where_there_is_no_time_for_all_the_page_says_what_was_asked_and_what_there_is(counted, monkeypatch):
    again = []
    monkeypatch.setattr(turns.st, "rerun", lambda: again.append(True))
    place = Place()
    made, all_of_it = counted(place, 10_000)
    all_of_it.reach(place, ["of the link"])
    assert again and 100 < made.at < 1500
    assert made.view["turns"] == made.at
    said = f"10000 turns were asked for; in 10 seconds of computing there were {made.at}."
    assert made.view.notes == ["of the link", said]


def test_it_can_be_stopped_and_keeps_what_there_is(counted):
    made, all_of_it = counted(Place(), 500)
    made.at = 120
    all_of_it.stop()
    assert made.at == made.view["turns"] == 120
    assert made.view.notes == ["Stopped at turn 120 of 500."]


STOPPABLE = """
import streamlit as st
from components.page.patience import bar, picture_to_come
if "stopped" in st.session_state:
    st.text("stopped")
else:
    with picture_to_come(answer := st.empty()):
        with bar(st.empty(), "Counting to <9>", lambda: st.session_state.update(stopped=True)) as show:
            show(0.5)
        st.stop()
"""


def test_the_button_to_stop_stands_beside_the_bar_and_ends_it(monkeypatch):
    monkeypatch.setattr(patience, "QUICK", -1.0)
    at = AppTest.from_string(STOPPABLE).run()
    assert [button.label for button in at.button] == ["Stop"]
    (said,) = at.get("html")
    assert "<p>Counting to &lt;9&gt; …</p>" in said.proto.body and "opacity" in said.proto.body
    assert at.button[0].click().run().text[0].value == "stopped"
