"""What crosses between Python and the browser: arrays without visible loss, valid JSON, checked messages."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components import live_figure as module
from components.live_figure import (
    Control,
    Handle,
    Label,
    Pick,
    Picture,
    Player,
    Readout,
    Row,
    Track,
    encode,
    live_figure,
)
from components.outlier_view import outlier_picture
from losses.comparison import compare
from losses.data import DATASETS, Outliers
from losses.scene import spoil

FIGURE = {"data": [{"y": np.array([1.0, np.nan, np.inf])}], "layout": {"height": 5}}


class RerunError(Exception):
    """Stands in for what ``st.rerun`` raises."""


class Browser:
    """The other side: what it was sent, and what it sends back."""

    def __init__(self, monkeypatch):
        self.state = {}
        self.inputs = []
        monkeypatch.setattr(module, "_component", lambda: self.mount)
        rerun = SimpleNamespace(session_state=self.state, rerun=self.rerun, get_option=lambda name: "base/")
        monkeypatch.setattr(module, "st", rerun)

    def mount(self, key, data, on_input_change):
        self.text = json.dumps(data, allow_nan=False)
        self.data = json.loads(self.text)
        self.change = on_input_change

    def rerun(self):
        raise RerunError

    def show(self, picture, address=None):
        live_figure("f", picture, address or {}, self.inputs.append)
        return self.data

    def send(self, message):
        self.state["f"] = {"input": message}
        self.change()


@pytest.fixture
def browser(monkeypatch):
    return Browser(monkeypatch)


@given(arrays(np.float64, st.integers(0, 20), elements=st.floats(width=64)))
def test_an_array_arrives_to_within_what_the_eye_can_see(decoded, array):
    sent = encode(array)
    assert sent.keys() == {"dtype", "bdata"}
    arrived = decoded(json.loads(json.dumps(sent)))
    finite = np.isfinite(array)
    assert np.array_equal(arrived[~finite], array[~finite].astype(arrived.dtype), equal_nan=True)
    assert np.all(np.isfinite(arrived[finite]))
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
    sent = encode(array)
    assert sent["dtype"] == dtype
    assert decoded(sent) == pytest.approx(array, rel=1e-6, nan_ok=True)
    assert not recwarn.list


def test_everything_around_arrays_stays_as_it_is():
    value = {"a": [1, "x", None, True], "b": ({"c": np.zeros(1)},)}
    assert encode(value) == {"a": [1, "x", None, True], "b": [{"c": encode(np.zeros(1))}]}


def test_a_picture_with_everything_in_it_is_valid_json(browser):
    track = Track(np.array([0.0, np.nan]), np.array([1.0, 2.0]), "#000000")
    data = browser.show(
        Picture(
            FIGURE,
            "alt",
            "sentence",
            (Control("a", "A", 1.0), Control("b", "B", True), Control("c", "C", -np.inf, limits=(-np.inf, 2))),
            (Handle("p", 0, "P", rows=(3, 5)),),
            Pick("start"),
            (Label("L", 1.0, 2.0, "#000000"),),
            (Readout("R", ("a",), (Row(("1",)),)),),
            ("note",),
            Player((track,), 1),
        ),
        {"a": "1"},
    )
    assert data["controls"][0]["limits"] == [None, None]
    assert data["controls"][2] | {"limits": [None, 2], "value": "-Infinity"} == data["controls"][2]
    assert data["controls"][1]["value"] is True
    assert data["handles"][0]["rows"] == [3, 5]
    assert data["address"] == {"a": "1"}
    assert data["player"]["tracks"][0]["x"]["dtype"] == "f4"
    assert data["plotly"].startswith("/base/component/components.live_figure.plotly/plotly.min.js?")


@pytest.mark.parametrize(
    "moves", [{0: (1e12, -1e12)}, dict.fromkeys(range(11), (5.0, 0.0)), {i: (float(i), 0.0) for i in range(11)}]
)
def test_extreme_points_still_make_valid_json(browser, moves):
    losses = {"mse": {}, "mae": {}, "poisson": {}, "tukey": {}}
    points = spoil(DATASETS["line"], Outliers(0), moves=moves)
    browser.show(outlier_picture(points, compare(points.x, points.y, losses), {}, ()))


def test_a_message_reaches_the_page_and_is_answered(browser):
    assert browser.show(Picture(FIGURE, "alt"))["answers"] == 0
    browser.send({"seq": 7, "values": {"a": 1}, "settled": False})
    assert browser.inputs == [{"a": 1}]
    data = browser.show(Picture(FIGURE, "alt"))
    assert (data["answers"], data["moving"]) == (7, True)
    data = browser.show(Picture(FIGURE, "alt"))
    assert (data["answers"], data["moving"]) == (7, False), "only the answer to an input is a moving one"


def test_the_page_follows_once_the_hand_rests(browser):
    browser.show(Picture(FIGURE, "alt"))
    browser.send({"seq": 8, "values": {}, "settled": True})
    with pytest.raises(RerunError):
        browser.show(Picture(FIGURE, "alt"))
    assert browser.show(Picture(FIGURE, "alt"))["answers"] == 8


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
        {"seq": 3, "settled": True},
    ],
)
def test_a_message_of_the_wrong_shape_is_ignored(browser, message):
    before = browser.show(Picture(FIGURE, "alt"))
    browser.send(message)
    assert browser.inputs == []
    assert browser.show(Picture(FIGURE, "alt")) == before


@pytest.mark.parametrize("seq", [None, "7", [1], {"a": 1}, 1.5, float("nan"), float("inf")])
def test_a_sequence_number_of_the_wrong_type_is_not_echoed(browser, seq):
    browser.show(Picture(FIGURE, "alt"))
    browser.send({"seq": seq, "values": {}, "settled": 1})
    assert browser.show(Picture(FIGURE, "alt"))["answers"] == 0


def test_the_component_serves_files_that_exist():
    for folder, file in (
        (module._BROWSER, "live_figure.js"),
        (module._BROWSER, "live_figure.css"),
        (module._PLOTLY, "plotly.min.js"),
    ):
        assert (folder / file).is_file()
