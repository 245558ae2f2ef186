"""A share of the search that fits into every run of the tests, and that the search finds what it looks for."""

import logging
import warnings

import pytest

from components.settings.view import View
from pages import PAGES
from tests.hostile import search
from tests.hostile.search import KINDS, Case, cases, searched
from tests.hostile.visitor import Visitor, visiting, wrong

COUNTS = dict.fromkeys(PAGES, 300) | {"landscape": 90}  # from the search of so many on all pages, its share


@pytest.mark.parametrize("page", PAGES)
def test_no_hostile_input_does_harm(page):
    with visiting():
        found = searched(case for case in cases(COUNTS[page], seed=0) if case.page == page)
    assert {one.case.kind for one in found} >= KINDS.keys() - {"tables", "uploads"}
    assert {str(one.case): one.complaints for one in found if one.complaints} == {}


def harms():
    def fail(view, query):
        raise ZeroDivisionError("by nothing")

    def warn(view, query):
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)

    def log(view, query):
        logging.getLogger("streamlit").error("went wrong")

    return {"ZeroDivisionError: by nothing": fail, "RuntimeWarning: overflow": warn, "streamlit: went wrong": log}


@pytest.mark.parametrize(("said", "harm"), harms().items(), ids=harms())
def test_what_goes_wrong_anywhere_is_found(monkeypatch, said, harm):
    real = View.visit
    with visiting():
        visitor = Visitor("curves").open("curves")
        monkeypatch.setattr(View, "visit", lambda view, query: harm(view, query) or real(view, query))
        found = search.tried(Case("widgets", "curves", 1, 0), visitor, compare=False)
    assert any(line.startswith(said) for line in found.complaints)


def test_a_picture_that_depends_on_what_was_before_is_found(monkeypatch):
    visits = []
    monkeypatch.setattr("pages.curves.view.story", lambda *_: f"{len(visits)} so far")
    with visiting():
        visitor = Visitor("curves").open("curves")
        assert search.compared(visitor) == []
        real = View.visit
        monkeypatch.setattr(View, "visit", lambda view, query: visits.append(query) or real(view, query))
        (sentence, alt) = search.compared(visitor)
    assert "sentence: 0 so far is not 1 so far" in alt + sentence


def test_an_unreadable_or_empty_picture_is_found():
    picture = {
        "sentence": "It is nan",
        "alt": "",
        "notes": [],
        "labels": [],
        "readouts": [],
        "controls": [],
        "handles": [],
    }
    picture |= {"figure": {"data": [], "layout": {"yaxis": {"range": [1.0, 1.0]}}}, "player": None}
    assert [line.partition(" ")[0] for line in wrong(picture)] == ["unreadable:", "yaxis"]


def test_an_input_is_made_of_its_name_alone():
    one, again = (search.states.mixed("landscape", Case("links", "landscape", 7, 3).random) for _ in range(2))
    assert one == again
    assert one != search.states.mixed("landscape", Case("links", "landscape", 8, 3).random)
