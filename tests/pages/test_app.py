"""Navigation: every page opens at its own path, settings survive the way there and back."""

import pytest
from streamlit.testing.v1 import AppTest

from pages import PAGES


def test_the_app_opens_on_its_first_page(session):
    session.run()
    assert session.at.title[0].value == "What does a loss do?"
    assert session.data["sentence"]


@pytest.mark.usefixtures("session")
def test_the_live_figure_is_a_component_with_data(monkeypatch, request):
    monkeypatch.undo()
    at = AppTest.from_file(str(request.config.rootpath / "app.py"), default_timeout=60).run()
    (figure,) = at.get("bidi_component")
    assert not at.exception
    assert b'"sentence"' in figure.proto.bytes


def test_the_bare_address_may_ask_to_be_presented(session):
    session.at.query_params.update({"present": "1"})
    session.run()
    assert session.at.title[0].value == "What does a loss do?"
    assert session.data["address"] == {"present": "1"}


def test_a_bare_address_with_settings_opens_what_it_opened_once(session):
    session.at.query_params.update({"losses": "mse,huber", "seed": "4", "count": "no number"})
    session.run()
    assert session.data["address"] == {"losses": "mse,huber", "seed": "4"}
    assert len(session.warnings) == 1


def test_every_page_stands_in_the_list_once_with_a_folder_of_its_own(request):
    folders = {path.parent.name for path in (request.config.rootpath / "pages").glob("*/page.py")}
    assert folders == PAGES.keys()
    assert all((request.config.rootpath / page.script).is_file() for page in PAGES.values())
    assert all(page.name == name for name, page in PAGES.items())


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_at_its_own_path_under_its_question(session, page):
    session.open(page)
    assert [title.value for title in session.at.title] == [PAGES[page].question]


def test_settings_are_there_on_coming_back(session):
    session.open("outliers").press("Belgian phones")
    session.open("curves").press("Confident and wrong")
    assert session.open("outliers").data["address"] == {"data": "belgian_phones"}
    assert session.open("curves").data["address"]["axis"] == "probability"
    assert session.open("outliers", data="stars").data["address"] == {"data": "stars"}


def test_presenting_is_in_the_address_and_ends(session):
    session.open("outliers")
    session.press("Present")
    assert session.data["address"] == {"present": "1"}
    assert session.press("End").data["address"] == {}
    session.open("curves", present="1")
    assert session.data["address"] == {"present": "1"}
    assert session.open("outliers").data["address"] == {"present": "1"}, "on every page"
    assert session.warnings == []
