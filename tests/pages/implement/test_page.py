"""The page ``implement``: its picture, its programs, and what a session sees."""

import numpy as np
import pytest

from losses.by_hand.catalogue import BY_HAND
from pages import PAGES
from pages.implement.code import program
from pages.implement.traps import TRAPS
from tests.programs import agree, printed, programs


@pytest.mark.parametrize("one", BY_HAND.values(), ids=list(BY_HAND))
def test_programs_print_the_numbers_on_screen(one):
    for at in (one.at, one.low + 0.37 * (one.high - one.low)):
        page = PAGES["implement"].study(loss=one.key, at=float(at))
        texts, refused = programs(lambda library, page=page: program(page, library))
        assert not refused.keys() & {"torch", "numpy"}, refused
        x = np.array([float(at)])
        for library, text in texts.items():
            said = printed(text.text)
            if library == "numpy":
                assert np.array_equal(said["as defined"]["loss"], one.naive(x)[0], equal_nan=True)
                assert one.stable is None or said["as computed"]["loss"] == one.by_hand(x)[0]
            else:
                assert agree(library, said[one.loss.name]["loss"], one.exact(x)[0]), (library, at)


@pytest.mark.parametrize("key", BY_HAND)
def test_crosses_stand_where_the_definition_gives_no_number(key):
    figure = PAGES["implement"].study(loss=key).picture().figure
    by_name = {trace.get("name"): trace for trace in figure["data"]}
    crosses, circles = by_name["the definition breaks"], by_name["NumPy"]
    naive = BY_HAND[key].naive(np.array(circles["x"]))
    assert list(crosses["x"]) == list(circles["x"][~np.isfinite(naive)])
    assert (len(crosses["x"]) > 0) == (BY_HAND[key].stable is not None)


def test_the_probe_is_dragged_and_stays_where_the_loss_is(session):
    session.open("implement")
    assert session.sentence.startswith("At z = 40")
    session.move(**{"at.0": [30.0, 0.0]})
    assert session.sentence.startswith("At z = 30")
    assert session.data["address"] == {"at": "30"}
    session.at.selectbox(key="implement:loss").set_value("dice")
    session.run()
    assert session.data["address"] == {"loss": "dice"}


def test_an_input_that_the_loss_has_not_is_refused(session):
    session.open("implement", loss="dice", at="40")
    assert session.warnings
    assert session.sentence.startswith("At p = 0")


def test_traps_stand_below_with_both_numbers(session):
    session.open("implement", loss="hinge")
    session.at.session_state["implement:below"] = "Traps"
    session.run()
    trap = next(trap for trap in TRAPS if "hinge" in trap.losses)
    assert trap.title in session.texts
    assert "Wrong: **0\\.5**, right: **0**" in session.texts
