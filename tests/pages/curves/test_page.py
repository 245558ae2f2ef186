"""The page of curves: its opening, every loss on every axis, the probe and hostile links."""

import json

import numpy as np
import pytest

from losses import LOSSES
from losses.curves.catalogue import AXES
from pages.curves.view import POINTS
from tests.messages import arrays

EVERY_FIVE = [(key, axis.losses[at : at + 5]) for key, axis in AXES.items() for at in range(0, len(axis.losses), 5)]


def test_it_opens_with_curves_slopes_and_the_probe(session):
    session.open("curves")
    assert session.table()["MSE"] == {"loss": 9, "pull": 6, "slope": 6, "curvature": 2}
    assert session.table()["MAE"] == {"loss": 3, "pull": 1, "slope": 1, "curvature": 0}
    assert session.table()["Huber"] == {"loss": 2.5, "pull": 1, "slope": 1, "curvature": 0}
    assert session.warnings == []
    assert session.data["handles"][0]["moves"] == "x"
    for name in ("MSE", "MAE", "Huber"):
        assert [label["axes"][1] for label in session.data["labels"] if label["text"] == name] == ["y", "y2"]


def test_an_update_is_small(session):
    refs = {array["ref"] for array in arrays(json.loads(session.open("curves").text)) if "ref" in array}
    session.channel.reply({"seq": 10**14, "values": {"at.0": [2.0, 0.0]}, "holds": []})
    answer = session.channel.reply({"seq": 10**15, "values": {"at.0": [2.5, 0.0]}, "holds": [*refs]})
    assert len(answer) < 8_000, "curves that stay are not sent again"


def curve(session, name):
    """The y of a loss in every panel of curves."""
    traces = [
        trace for trace in session.data["figure"]["data"] if trace.get("name") == name and len(trace["x"]) >= POINTS
    ]
    return [trace["y"] for trace in traces if trace["line"]["width"] == 2.5]


@pytest.mark.parametrize(
    ("alpha", "value"),
    [(2.0, 4.5), (1.0, np.sqrt(10) - 1), (0.0, np.log(5.5)), (-2.0, 2 * 9 / 13), ("-Infinity", 1 - np.exp(-4.5))],
)
def test_barrons_alpha_passes_through_its_special_cases(session, alpha, value):
    session.open("curves").press("Barron’s α")
    session.send(**{"general_robust.alpha": alpha})
    assert session.table()["General robust"]["loss"] == pytest.approx(value, rel=1e-3)
    assert session.control("general_robust.alpha").value == alpha
    assert session.warnings == []


@pytest.mark.parametrize(("axis", "losses"), EVERY_FIVE, ids=[f"{axis}: {losses[0]}" for axis, losses in EVERY_FIVE])
def test_every_loss_is_drawn_on_its_axes(session, axis, losses):
    session.open("curves", axis=axis, losses=",".join(losses), curvature="1")
    assert session.warnings == []
    assert list(session.table()) == [LOSSES[key].name for key in losses]
    for key in losses:
        drawn = curve(session, LOSSES[key].name)
        assert len(drawn) == 3
        assert np.isfinite(drawn[0]).sum() > 0.9 * len(drawn[0])
    assert session.data["figure"]["layout"]["xaxis"]["range"] == [AXES[axis].low, AXES[axis].high]


@pytest.mark.parametrize("axis", AXES)
def test_an_axis_chosen_shows_its_first_losses(session, axis):
    session.open("curves", at="-3").at.selectbox(key="curves:axis").set_value(axis)
    session.run()
    assert session.warnings == []
    assert list(session.table()) == [LOSSES[key].name for key in AXES[axis].losses[:3]] or axis == "residual"


@pytest.mark.parametrize("axis", [key for key, axis in AXES.items() if axis.parameters or axis.fixed])
def test_what_an_axis_decides_is_no_slider_and_its_scenario_is(session, axis):
    session.open("curves", axis=axis, losses=AXES[axis].losses[0])
    names = {control["name"] for control in session.data["controls"]}
    assert {f"{axis}.{name}" for name in AXES[axis].parameters} <= names
    assert not {f"{AXES[axis].losses[0]}.{name}" for name in AXES[axis].fixed} & names


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"at": "100"}, "Probe"),
        ({"axis": "probability", "losses": "focal", "at": "-0.5"}, "Probe"),
        ({"axis": "margin", "losses": "mse"}, "losses"),
        ({"axis": "nowhere"}, "axis"),
        ({"class_probability.classes": "2.5"}, "classes"),
        ({"curvature": "yes"}, "curvature"),
    ],
    ids=str,
)
def test_an_unusable_link_is_said_and_opens(session, query, word):
    session.open("curves", **query)
    assert len(session.warnings) == 1
    assert word in session.warnings[0]
    assert session.data["sentence"]


@pytest.mark.parametrize(
    "values",
    [
        {"at.0": None},
        {"at.0": []},
        {"at.0": ["x", 0]},
        {"at.0": [1e9, 0]},
        {"at.0": [[], 0]},
        {"huber.delta": "wide"},
        {"huber.delta": {}},
        {"mse.half": "yes"},
        {"axis": "margin"},
        {"losses": [[]]},
        {"no.such": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("way", ["move", "send"])
def test_hostile_messages_change_nothing(session, values, way):
    opening = session.open("curves").sentence
    getattr(session, way)(**values)
    assert session.sentence == opening
    assert session.data["address"] == {}


def test_the_half_switch_halves(session):
    session.open("curves").send(**{"mse.half": True})
    assert session.table()["MSE"] == {"loss": 4.5, "pull": 3, "slope": 3, "curvature": 1}
    assert session.data["address"] == {"mse.half": "1"}


def test_reset_goes_back_to_the_opening(session):
    opening = session.open("curves").sentence
    session.press("Confident and wrong").press("Reset")
    assert session.sentence == opening
    assert session.data["address"] == {}
