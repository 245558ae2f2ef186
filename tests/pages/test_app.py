"""Navigation: every page opens, a cold deep link finds its way, settings survive the way there and back."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import components.page.frame


def test_the_app_opens_on_its_first_page(session):
    session.run()
    assert "lies" in session.at.title[0].value
    assert session.data["sentence"]


@pytest.mark.usefixtures("session")
def test_the_live_figure_is_a_component_with_data(monkeypatch, request):
    monkeypatch.undo()
    at = AppTest.from_file(str(request.config.rootpath / "app.py"), default_timeout=60).run()
    (figure,) = at.get("bidi_component")
    assert not at.exception
    assert '"sentence"' in figure.proto.json


def test_a_page_that_was_not_reached_through_the_app_is_sent_through_it(session, monkeypatch):
    sent = []

    def switch_page(page):
        sent.append((page, dict(st.session_state["resume"][1]), st.session_state["resume"][0]))
        st.stop()

    def deep_link():
        from components.page.frame import open_page  # noqa: PLC0415  AppTest runs the function's source alone

        open_page("curves", "How?", {})
        raise AssertionError("the page must not go on")

    monkeypatch.setattr(components.page.frame.st, "switch_page", switch_page)
    at = AppTest.from_function(deep_link, default_timeout=60)
    at.query_params["at"] = "2"
    at.run()
    assert not at.exception
    assert sent == [("app.py", {"at": "2"}, "curves")]


def test_the_app_brings_a_deep_link_to_its_page(session):
    session.at.session_state["resume"] = ("curves", {"at": "2", "curvature": "yes"})
    session.run()
    assert "pull" in session.at.title[0].value
    assert session.data["address"] == {"at": "2"}
    assert len(session.warnings) == 1
    assert "resume" not in session.at.session_state


def test_settings_are_there_on_coming_back(session):
    session.open("outliers").press("Belgian phones")
    session.open("curves").press("Confident and wrong")
    assert session.open("outliers").data["address"] == {"data": "belgian_phones"}
    assert session.open("curves").data["address"]["axis"] == "probability"
    assert session.open("outliers", data="stars").data["address"] == {"data": "stars"}


def test_a_projector_sees_no_chrome(session):
    def style():
        return " ".join(element.proto.body for element in session.at.get("html"))

    session.open("outliers")
    assert "st-key-actions, .st-key-presets" in style()
    assert "font-size: 24px" not in style()
    session.open("outliers", present="1")
    assert "font-size: 24px" in style()
    assert session.data["address"] == {"present": "1"}
    assert session.warnings == []
