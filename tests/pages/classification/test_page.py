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
    assert session.warnings == []
    assert [handle["name"] for handle in session.data["handles"]] == ["points", "points", "at"]
    assert len(session.text.encode()) < 30_000


def test_m_half_is_right_and_still_pays_hinge(session):
    session.open("classification").press("m = 0.5")
    costs = {name: row["loss"] for name, row in starting(session, "At m").items()}
    assert (costs["0-1"], costs["Hinge"], costs["Perceptron"]) == (0, 0.5, 0)


def test_m_3_pays_4_under_squared_loss(session):
    session.open("classification").press("m = 3")
    costs = {name: row["loss"] for name, row in starting(session, "At m").items()}
    assert costs == {"0-1": 0, "MSE": 4, "Hinge": 0, "Squared hinge": 0}


def test_m_minus_10_is_11_for_hinge_and_1_for_the_ramp(session):
    session.open("classification").press("m = −10")
    costs = {name: row["loss"] for name, row in starting(session, "At m").items()}
    assert costs == {"0-1": 1, "Hinge": 11, "Ramp": 1}


def test_hinge_collapses_under_the_outlier_and_recovers(session):
    session.open("classification").press("Hinge collapses")
    assert rates(session)["Hinge"]["accuracy"] <= 65
    assert rates(session)["Ramp"]["accuracy"] >= 90
    session.move(**{"points.1": [-20.0, 0.0]})
    assert rates(session)["Hinge"]["accuracy"] == 95


def test_focal_hands_the_loss_to_the_hard(session):
    session.open("classification").press("Easy against hard")
    shares = starting(session, "Share of the loss")
    assert shares["Binary cross-entropy"]["easy"] > 60
    assert shares["Focal"]["hard"] > 99
    session.move(**{"focal.gamma": 0.0})
    assert starting(session, "Share of the loss")["Focal"] == shares["Binary cross-entropy"]


def test_one_per_cent_positive(session):
    session.open("classification").press("1 % positive")
    bce = rates(session)["Binary cross-entropy"]
    assert (bce["accuracy"], bce["recall"]) == (99, 0)
    calm = starting(session, "As probabilities")["Binary cross-entropy"]["calibration error"]
    session.move(weight=99.0)
    assert rates(session)["Binary cross-entropy"]["recall"] >= 60
    assert starting(session, "As probabilities")["Binary cross-entropy"]["calibration error"] > 10 * calm


def test_thirty_per_cent_flipped(session):
    session.open("classification").press("30 % flipped")
    trust = starting(session, "As probabilities")
    assert trust["Binary cross-entropy"]["mean confidence"] == pytest.approx(70, abs=3)
    assert trust["Focal"]["mean confidence"] < trust["Binary cross-entropy"]["mean confidence"] - 5
    assert trust["Focal"]["learned where 90 is true"] == pytest.approx(69.4, abs=0.1)
    assert trust["Binary cross-entropy"]["learned where 90 is true"] == 90


@pytest.mark.parametrize(("preset", "said"), [("Without L2", "no optimum"), ("No margin", "weights 0 cost nothing")])
def test_what_is_peculiar_is_said_beside_the_chart(session, preset, said):
    session.open("classification").press(preset)
    assert any(said in note for note in session.data["notes"])


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


def test_one_class_left_is_explained(session):
    seed = next(seed for seed in range(100) if np.ptp(TWO_FEATURES["blobs"](4, 999, 0.5, 1.0, seed).label) == 0)
    session.open("classification", data="blobs", n="4", ratio="999", flipped="0.5", seed=str(seed))
    assert all("one class only" in note for note in session.data["notes"])
    assert len(session.data["notes"]) == 3


def test_the_predictions_are_computed(session):
    session.open("classification")
    answers = {"flipped": "About 70 %", "prior": "None", "focal": "About 70 %"}
    for name, answer in answers.items():
        session.at.radio(key=f"classification:predict:{name}").set_value(answer)
    session.run()
    said = [message.value for message in session.at.success]
    assert len(said) == 3
    assert "69.4 %" in said[2]


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
