"""While the hand moves: pictures computed outside any script run, of the state that the next run shows."""

import gc
import threading

import pytest
import streamlit as st
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from components.live import channel
from components.settings.address import FRAME, read
from tests.traces import carrying

MOVES = [
    ("outliers", {"points.3": [3.5, 30.0]}),
    ("outliers", {"huber.delta": 4.0}),
    ("outliers", {"count": 3, "points.0": [0.0, -9.0]}),
    ("curves", {"at.0": [-2.5, 0.0]}),
    ("curves", {"huber.delta": 4.0, "mse.half": True}),
]


def shown(session, name):
    """Where the picture has what the hand moved."""
    handle, _, row = name.rpartition(".")
    for made in session.data["handles"]:
        if made["name"] == handle:
            trace, place = carrying(session.data["figure"], made["trace"]), int(row)
            return [trace["x"][place], trace["y"][place]][: len(made["moves"])]
    return session.control(name).value


@pytest.mark.parametrize(("page", "values"), MOVES, ids=str)
def test_what_moves_is_answered_without_streamlit_and_stays_for_the_next_run(session, without_streamlit, page, values):
    opening = session.open(page).picture
    with without_streamlit():
        session.move(**values)
    assert (session.data["answers"], session.data["moving"]) == (session.seq, True)
    for name, value in values.items():
        assert shown(session, name) == (value[: len(shown(session, name))] if isinstance(value, list) else value)
    answer = session.picture
    assert answer != opening
    assert session.run().picture == answer
    assert session.data["moving"] is False
    assert session.warnings == []


@pytest.mark.parametrize(("page", "values"), MOVES, ids=str)
def test_moving_and_resting_show_the_same(session, page, values):
    session.open(page).move(**values)
    moved = session.picture
    assert session.press("Reset").send(**values).picture == moved


def test_a_call_of_streamlit_in_a_stretch_without_it_is_noticed(session, without_streamlit):
    session.open()
    with pytest.raises(AssertionError, match="ScriptRunContext"), without_streamlit():
        thread = threading.Thread(target=lambda: st.session_state.get("upload"))
        thread.start()
        thread.join()


@pytest.mark.parametrize("page", ["outliers", "curves"])
def test_a_preset_is_what_the_hand_goes_on_from(session, page):
    """The channel answers with the settings as they stand, whoever changed them last."""
    session.open(page)
    url = session.data["channel"]
    session.press("How many break MAE?" if page == "outliers" else "Barron’s α")
    assert session.data["channel"] == url
    before = session.data["address"]
    assert session.move().data["address"] == before
    name, value = ("count", 7) if page == "outliers" else ("general_robust.alpha", 1.5)
    assert session.move(**{name: value}).data["address"] == {**before, name: str(value)}


def test_pages_have_channels_of_their_own_that_last(session):
    outliers = session.open("outliers").channel
    curves = session.open("curves").channel
    assert outliers is not curves
    curves.reply({"seq": 1, "values": {"huber.delta": 3}})
    outliers.reply({"seq": 1, "values": {"huber.delta": 2}})
    assert session.run().data["address"] == {"huber.delta": "3"}
    assert session.open("outliers").data["address"] == {"huber.delta": "2"}
    assert session.channel is outliers


@pytest.mark.parametrize("page", ["outliers", "curves"])
def test_nothing_but_the_session_keeps_a_channel(session, page):
    token = session.open(page).move().channel.token
    gc.collect()
    assert token in channel._open
    del session.at.session_state[f"{page}.figure.channel"]
    gc.collect()
    assert token not in channel._open


JSON = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=5)
    | some.sampled_from([10**400, -1, "1", "Infinity", "\ud800", "mse"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
HANDLES = ["points.0", "points.10", "points.11", "points.-1", "points.", "points", "at.0", "at.1", "at", ".", ""]


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.data())
def test_whatever_is_posted_leaves_a_view_that_its_link_opens(page, fields, session, data):
    if "page" not in session.at.session_state:
        session.open(page)
    values = data.draw(some.dictionaries(some.sampled_from([*fields, *HANDLES]) | some.text(max_size=5), JSON))
    session.move(**values)
    assert session.data["answers"] == session.seq
    assert session.data["sentence"]
    settings = {name: text for name, text in session.data["address"].items() if name not in FRAME}
    assert read(fields, settings)[1] == []


@pytest.mark.parametrize(("page", "name"), [("outliers", "data"), ("landscape", "surface"), ("classification", "data")])
def test_an_address_of_a_file_that_is_not_there_is_said_and_the_next_run_opens(session, page, name):
    session.open(page, **({name: "line"} if page == "landscape" else {})).move(address={"parameters": {name: "csv"}})
    assert any("no uploaded file" in note for note in session.data["notes"])
    session.move(**{"points.0": [1.0, 2.0]})
    assert any("no uploaded file" in note for note in session.data["notes"])
    assert session.run().data["address"].get(name) != "csv"


def test_what_cannot_be_done_to_points_that_cannot_be_drawn_is_said(session):
    session.open("landscape", surface="line")
    session.move(address={"parameters": {"surface": "line", "standardise": "1", "count": "40"}})
    session.move(**{"points.3": [3.0, 4.0]})
    assert any("cannot be drawn" in note for note in session.data["notes"])
    assert session.run().data["address"] == {"standardise": "1"}
