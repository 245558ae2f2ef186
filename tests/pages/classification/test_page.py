"""The page of boundaries: its opening, every preset's claim, the predictions, the hand and hostile links."""

import numpy as np
import pytest

from losses.data.two_features import TWO_FEATURES

OPENING = "In per cent, and the mean loss"


def rates(session):
    return session.table([readout["caption"] for readout in session.data["readouts"]].index(OPENING))


def starting(session, start):
    return session.table(
        next(i for i, readout in enumerate(session.data["readouts"]) if readout["caption"].startswith(start))
    )


def test_it_opens_with_an_outlier_and_three_boundaries(session):
    session.open("classification")
    assert set(rates(session)) == {"Hinge", "Logistic", "Ramp"}
    assert "finds" not in session.sentence
    assert session.warnings == []
    assert [handle["name"] for handle in session.data["handles"]] == ["points", "points", "at"]
    assert len(session.text.encode()) < 30_000


def test_a_drag_refits_every_loss_and_goes_into_the_address(session, without_streamlit):
    session.open("classification")
    before = rates(session)
    with without_streamlit():
        session.move(**{"points.1": [2.0, 0.0]})
    assert all(rates(session)[name]["loss"] < before[name]["loss"] for name in before)
    assert session.data["address"] == {"moves": "1:2:0"}


def test_a_point_taken_away_keeps_its_place_for_its_return(session):
    session.open("classification", moves="1:2:0,60:9:9", n="40")
    assert session.warnings == []
    assert 9 not in session.data["figure"]["data"][0]["x"].tolist()
    session.at.number_input(key="classification:n").set_value(100)
    assert 9 in session.run().data["figure"]["data"][0]["x"].tolist()


def test_points_of_either_class_are_added_and_taken_away(session, without_streamlit):
    session.open("classification")
    with without_streamlit():
        session.move(positive=[1.0, 2.0]).move(negative=[3.0, 4.0]).move(**{"points.2": None, "points.1": None})
    assert session.data["address"] == {"moves": "4001:1:2,4000:3:4,2:,1:"}
    named = {handle["trace"]: handle["rows"] for handle in session.data["handles"] if handle["adds"]}
    assert named["positive"][0] == 4001, "the newest comes first"
    assert named["negative"][0] == 4000
    assert not {1, 2} & {*named["positive"], *named["negative"]}
    assert len(named["positive"]) == len(named["negative"]) == 20


def test_each_class_keeps_a_point(session):
    session.open("classification", data="blobs", n="4")
    for row in (1, 3):
        session.move(**{f"points.{row}": None})
    assert session.run().warnings == ["At least one point of each class must stay\\."]
    assert session.data["address"]["moves"] == "1:"


def test_one_class_left_is_explained(session):
    seed = next(seed for seed in range(100) if np.ptp(TWO_FEATURES["blobs"](4, 999, 0.5, 1.0, seed).label) == 0)
    session.open("classification", data="blobs", n="4", ratio="999", flipped="0.5", seed=str(seed))
    assert all("one class only" in note for note in session.data["notes"])
    assert len(session.data["notes"]) == 3


@pytest.mark.parametrize(
    "query",
    [
        {"data": "x"},
        {"losses": "zero_one"},
        {"losses": "mae"},
        {"l2": "-1"},
        {"n": "1e9"},
        {"at": "nan"},
        {"moves": "1:1"},
    ],
)
def test_a_hostile_link_opens_the_default_with_a_note(session, query):
    session.open("classification", **query)
    assert len(session.warnings) == 1
    assert session.data["address"] == {}


def test_a_link_to_an_upload_shows_other_points_and_says_so(session):
    session.open("classification", data="csv")
    assert "uploaded file" in session.warnings[0]
