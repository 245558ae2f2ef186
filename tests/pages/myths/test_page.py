"""The page ``myths`` as a session sees it."""

import pytest

from pages.myths.claims import CLAIMS


def judge(session, answer):
    session.at.pills(key="myths:predict").set_value(answer)
    return session.run()


def test_it_asks_at_once_and_answers_with_the_state_that_shows_it(session):
    session.open("myths")
    assert "**Predict first.** “MAE is the mean of the squared errors.”" in session.texts
    assert CLAIMS["mae_is_squares"].source not in session.texts
    judge(session, "True")
    assert "**Not quite: False.**" in session.texts
    assert CLAIMS["mae_is_squares"].told() in session.texts
    assert session.data["address"] == {"judged": "1"}
    assert "MSE costs 25.0" in session.sentence
    session.press("Next ›")
    assert "“MAE ignores outliers.”" in session.texts
    assert session.data["address"] == {"claim": "mae_ignores", "example": "MAE ignores outliers"}


def test_a_link_to_a_claim_asks_it(session):
    session.open("myths", claim="hinge_right")
    assert "**Predict first.** “The hinge loss is 0 as soon as the answer is right.”" in session.texts


@pytest.mark.parametrize("key", CLAIMS)
def test_a_link_to_a_judged_claim_says_what_is_right(session, key):
    session.open("myths", claim=key, judged="1")
    assert f"**{CLAIMS[key].verdict}.** {CLAIMS[key].told()}" in session.texts
    assert "Choose a claim, and judge it." not in session.texts
    assert "**Predict first.**" not in session.texts


def test_another_claim_is_chosen_from_the_list(session):
    session.open("myths")
    next(box for box in session.at.selectbox if box.label == "Claim").set_value("log_d")
    session.run()
    assert "**Predict first.** “log D(x) is a probability.”" in session.texts


def test_what_is_shown_can_be_moved(session):
    session.open("myths", claim="mae_ignores", judged="1").move(**{"points.10": [10.0, 20.0]})
    assert "lies" in session.sentence
    assert session.data["address"] == {"claim": "mae_ignores", "judged": "1"}


def test_all_claims_stand_below_with_what_was_said(session):
    session.open("myths")
    judge(session, "False")
    session.at.session_state["myths:below"] = "All claims"
    session.run()
    assert "**1 of 24 judged, 1 of them right.**" in session.texts
    assert "✓ You said false" in session.texts
    session.at.button(key="myths:kl_distance").click()
    session.run()
    assert "**Predict first.** “The Kullback-Leibler divergence is a distance" in session.texts
    session.at.session_state["myths:below"] = "Sources"
    session.run()
    assert "Willmott" in session.texts
