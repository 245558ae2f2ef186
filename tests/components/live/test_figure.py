"""What crosses between Python and the browser: arrays without visible loss, valid JSON, checked messages."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.live.arrays import Encoder
from components.live.figure import live_figure
from components.live.picture import Control, Handle, Label, Pick, Picture, Readout, Row
from components.live.player import Player, Track
from losses.data.datasets import DATASETS
from losses.data.edited import with_edits
from losses.data.outliers import Outliers
from losses.fitting.comparison import compare, fit_all
from pages.outliers.view import outlier_picture

STANDING = {"channel", "plotly"}  # what a script run tells and an answer need not repeat
FIGURE = {"data": [{"y": np.array([1.0, np.nan, np.inf])}], "layout": {"height": 5}}
HELD = {"data": [*FIGURE["data"], {"handle": "p", "x": [0, 1], "y": [2, 3]}], "layout": {}}
SLIDER = Picture(FIGURE, "alt", controls=(Control("a", "A", 0.0),))


@given(arrays(np.float64, st.integers(0, 20), elements=st.floats(width=64)))
def test_an_array_arrives_to_within_what_the_eye_can_see(decoded, array):
    sent = json.loads(Encoder().json(array))
    assert sent.keys() == {"dtype", "bdata"}
    arrived = decoded(sent)
    finite = np.isfinite(array)
    assert np.array_equal(arrived[~finite], array[~finite].astype(arrived.dtype), equal_nan=True)
    assert np.all(np.isfinite(arrived[finite]))
    arrived = arrived.astype(np.float64)  # halves of the smallest numbers are none in four bytes
    if finite.any():
        half_spread = array[finite].max() / 2 - array[finite].min() / 2
        assert np.all(np.abs(arrived[finite] / 2 - array[finite] / 2) <= 1e-5 * half_spread)


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.linspace(0, 1, 50), "f4"),
        (np.arange(10), "f4"),
        (np.array([]), "f4"),
        (np.array([np.nan, 1.0, 2.0]), "f4"),
        (1.6e9 + 0.01 * np.arange(10), "f8"),
        (1e4 + 0.1 * np.arange(10), "f8"),
        (np.array([0.1]), "f8"),
        (np.array([1e300, 2e300]), "f8"),
        (np.array([-1.7e308, 1.7e308]), "f8"),
        (np.array([1e-300, 2e-300]), "f8"),
    ],
)
def test_four_bytes_a_number_only_where_that_does(array, dtype, decoded, recwarn):
    sent = json.loads(Encoder().json(array))
    assert sent["dtype"] == dtype
    assert decoded(sent) == pytest.approx(array, rel=1e-6, nan_ok=True)
    assert not recwarn.list


def test_everything_around_arrays_stays_as_it_is():
    value = {"a": [1, "x", None, True], "b": ({"c": np.zeros(1)},)}
    zeros = Encoder().json(np.zeros(1))
    assert Encoder().json(value) == f'{{"a":[1,"x",null,true],"b":[{{"c":{zeros}}}]}}'


def test_a_picture_with_everything_in_it_is_valid_json(browser):
    track = Track(np.array([0.0, np.nan]), np.array([1.0, 2.0]), "#000000")
    data = browser.show(
        Picture(
            HELD,
            "alt",
            "sentence",
            (Control("a", "A", 1.0), Control("b", "B", True), Control("c", "C", -np.inf, limits=(-np.inf, 2))),
            (Handle("p", "P", rows=(3, 5)),),
            Pick("start"),
            (Label("L", 1.0, 2.0, "#000000"),),
            (Readout("R", ("a",), (Row(("1",)),)),),
            ("note",),
            Player((track,), 1),
        )
    )
    assert data["controls"][0]["limits"] == [None, None]
    assert data["controls"][2] | {"limits": [None, 2], "value": "-Infinity"} == data["controls"][2]
    assert data["controls"][1]["value"] is True
    assert (data["handles"][0]["rows"], data["handles"][0]["trace"]) == ([3, 5], "p")
    assert data["address"] == {"a": "1"}
    assert data["player"]["tracks"][0]["x"]["dtype"] == "f4"
    assert data["plotly"].startswith("/base/live/plotly?")


@pytest.mark.parametrize(
    "moves", [{0: (1e12, -1e12)}, dict.fromkeys(range(11), (5.0, 0.0)), {i: (float(i), 0.0) for i in range(11)}]
)
def test_extreme_points_still_make_valid_json(browser, moves):
    losses = {"mse": {}, "mae": {}, "poisson": {}, "tukey": {}}
    points = with_edits(DATASETS["line"], Outliers(0), moves=moves)
    fitted = fit_all(points.x, points.y, losses)
    browser.show(outlier_picture(points, compare(points.x, points.y, losses, *fitted), {}, ()))


def test_a_message_while_the_hand_moves_reaches_the_page_and_is_answered_at_once(browser):
    shown = browser.show(SLIDER)
    assert (shown["answers"], shown["moving"]) == (0, False)
    answer = browser.move({"seq": 7, "values": {"a": 1}})
    assert browser.inputs == [{"a": 1}]
    assert (answer["answers"], answer["moving"]) == (7, True)
    assert answer.items() >= {name: shown[name] for name in shown.keys() - STANDING - {"answers", "moving"}}.items()
    assert browser.show(Picture(FIGURE, "alt"))["moving"] is False, "only the answer to an input is a moving one"


def test_the_page_follows_once_the_hand_rests(browser):
    browser.show(SLIDER)
    browser.rest({"seq": 8, "values": {"a": 1}})
    assert browser.inputs == [{"a": 1}]
    data = browser.show(Picture(FIGURE, "alt"))
    assert (data["answers"], data["moving"]) == (8, False)


def test_an_answer_is_of_the_settings_after_the_message(browser):
    seen = {}
    live_figure("f", browser.view, lambda: replace(SLIDER, sentence=str(seen)), lambda hand: seen.update(hand.sliders))
    assert browser.move({"seq": 1, "values": {"a": 1}})["sentence"] == "{'a': 1.0}"


def test_a_figure_keeps_its_address_from_run_to_run(browser):
    address = browser.show(Picture(FIGURE, "alt"))["channel"]
    assert browser.show(Picture(FIGURE, "other"))["channel"] == address
    assert browser.move({"seq": 1, "values": {}})["alt"] == "other", "and shows what the last run made of it"


@pytest.mark.parametrize(
    "message",
    [
        None,
        1,
        "x",
        [],
        [1],
        {},
        {"values": None},
        {"values": [1, 2]},
        {"values": "a", "seq": 1},
        {"seq": 3},
        {"values": {"a": 1}},
    ],
)
@pytest.mark.parametrize("way", ["rest", "move"])
def test_a_message_of_the_wrong_shape_is_ignored(browser, message, way):
    before = browser.show(SLIDER)
    getattr(browser, way)(message)
    assert browser.inputs == []
    assert browser.show(SLIDER) == before


@pytest.mark.parametrize("seq", [None, True, "7", [1], {"a": 1}, 1.5, float("nan"), float("inf")])
@pytest.mark.parametrize("way", ["rest", "move"])
def test_a_message_with_a_number_of_the_wrong_type_is_ignored(browser, seq, way):
    before = browser.show(SLIDER)
    getattr(browser, way)({"seq": seq, "values": {"a": 1}})
    assert browser.inputs == []
    assert browser.show(SLIDER) == before


@pytest.mark.parametrize("late", [4, 5, -1])
@pytest.mark.parametrize("way", ["rest", "move"])
def test_what_arrives_late_or_twice_changes_nothing(browser, late, way):
    browser.show(SLIDER)
    browser.move({"seq": 5, "values": {"a": 5}})
    getattr(browser, way)({"seq": late, "values": {"a": late}})
    assert browser.inputs == [{"a": 5}]
    assert browser.show(SLIDER)["answers"] == 5
    assert browser.move({"seq": 6, "values": {"a": 6}})["answers"] == 6
    assert browser.inputs == [{"a": 5}, {"a": 6}]


def dots(*handles):
    return {"data": [{"handle": handle, "x": [0.0], "y": [0.0]} for handle in handles], "layout": {}}


@pytest.mark.parametrize(
    ("figure", "handles"),
    [
        (dots(), (Handle("probe", "P"),)),
        (dots("probes"), (Handle("probes", "P"), Handle("probe", "P"))),
        (dots("probe"), ()),
        (dots("probe", "probe"), (Handle("probe", "P"),)),
        (dots("probe"), (Handle("probe", "P"), Handle("points", "P", trace="probe"))),
        (dots("points"), (Handle("points", "P", trace="probe"),)),
    ],
)
def test_a_handle_without_its_trace_or_a_trace_without_its_handle_is_named(figure, handles):
    with pytest.raises(ValueError, match="'probe' is carried by"):
        Picture(figure, "alt", handles=handles)


def test_several_traces_move_under_one_name(browser):
    handles = (Handle("points", "A", rows=(5,), trace="a"), Handle("points", "B", rows=(7,), trace="b"))
    shown = browser.show(Picture(dots("b", "a"), "alt", handles=handles))
    assert [(handle["name"], handle["trace"]) for handle in shown["handles"]] == [("points", "a"), ("points", "b")]
    assert [trace["handle"] for trace in shown["figure"]["data"]] == ["b", "a"]


def test_the_hand_is_heard_of_what_the_last_picture_offered(browser):
    """Whichever way that went to the browser: a script run or the answer to a message."""
    browser.show(SLIDER)
    browser.move({"seq": 1, "values": {"a": 1, "b": 1}})
    browser.show(replace(SLIDER, controls=(Control("b", "B", 0.0),)))
    browser.move({"seq": 2, "values": {"a": 2, "b": 2}})
    assert browser.inputs == [{"a": 1}, {"b": 2}]
    shown = iter([SLIDER, Picture(FIGURE, "alt"), SLIDER])
    live_figure("f", browser.view, lambda: next(shown), lambda hand: browser.inputs.append(hand.sliders))
    browser.move({"seq": 3, "values": {"a": 3}})
    browser.move({"seq": 4, "values": {"a": 4}})
    assert browser.inputs[2:] == [{"a": 3}, {}]


def test_a_first_picture_that_takes_long_says_what_to_expect_of_the_next(browser):
    def slow():
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        return SLIDER

    live_figure("f", browser.view, slow, lambda hand: None)
    assert browser.state["f.channel"].took > 0.01
    browser.show(SLIDER)
    assert browser.state["f.channel"].took < 0.01
