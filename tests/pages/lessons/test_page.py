"""Lessons as a session sees them: the page that lists them, and each step on the page that it opens."""

import json
import re

import pytest

from components.lessons.reading import lessons
from components.live.input import Input
from pages.lessons.model import Lessons
from pages.lessons.sheet import printed, worksheet_link

FOUND = lessons().lessons
BAD_POINT = FOUND["one_bad_point"]


def step_box(session):
    return next(box for box in session.at.selectbox if box.label == "Step")


def answer(session, page, text):
    session.at.pills(key=f"{page}:answer").set_value(text)
    return session.run()


def test_the_page_shows_a_step_and_goes_through_the_lesson(session):
    session.open("lessons")
    assert "Eleven points, three losses, one line: MSE has slope 1.98" in session.texts
    session.send(part=2).send(revealed=True)
    assert session.data["address"] == {"part": "2", "revealed": "1"}
    assert "MSE 2.00 → 0.136" in session.sentence
    session.send(part=99)
    assert session.control("part").value == 2
    assert session.control("part").refusal


def test_what_the_step_opens_can_be_moved_and_is_not_in_the_address(session):
    session.open("lessons").move(**{"points.10": [10, -20]})
    assert "0.136" in session.sentence
    assert session.data["address"] == {}
    assert session.press("Reset").sentence.startswith("Slopes")


def test_the_lesson_starts_on_the_page_of_its_step(session):
    session.open("lessons", session="which_way_is_down").press("Start the lesson")
    assert session.at.title[0].value == "How hard does each loss pull?"
    assert step_box(session).options[0] == "1/9 A slope and a step"
    assert session.data["address"] == {"losses": "mse,mae", "at": "3", "lesson": "which_way_is_down", "step": "1"}


def test_a_question_waits_for_the_answer_and_then_says_what_is_right(session):
    session.open("outliers", lesson="one_bad_point", step="2")
    step = BAD_POINT.steps[1]
    assert f"**Predict first.** {step.say}" in session.texts
    assert session.sentence.startswith("Slopes")
    assert_still(session)
    answer(session, "outliers", "About 1")
    assert "**Not quite: About 0.1.** Halfway is not far enough." in session.texts
    assert step.filled(step.because) in session.texts
    assert session.data["address"] == {"moves": "10:10:-20", "lesson": "one_bad_point", "step": "2", "answer": "2"}
    assert "points" in {handle["name"] for handle in session.data["handles"]}
    assert session.control("huber.delta")
    assert [popover.proto.popover.disabled for popover in session.at.get("popover")] == [False] * 4
    session.press("Reset")
    assert "**Predict first.**" in session.texts
    answer(session, "outliers", "About 0.1")
    assert "**Right.**" in session.texts


def assert_still(session):
    """The hand can do nothing but hide lines, play, and answer."""
    told = session.data
    assert not any((told["handles"], told["pick"], told["brush"], told["runner"]))
    assert not any("handle" in trace for trace in told["figure"]["data"])
    assert all(control["dash"] for control in told["controls"])
    own = [box for box in (*session.at.selectbox, *session.at.toggle, *session.at.multiselect) if box.label != "Step"]
    assert all(box.disabled for box in own)
    share, *others = session.at.get("popover")
    assert not share.proto.popover.disabled
    assert all(popover.proto.popover.disabled for popover in others)


@pytest.mark.parametrize(
    ("key", "number"), [(key, at + 1) for key in FOUND for at, step in enumerate(FOUND[key].steps) if step.options]
)
def test_nothing_can_be_changed_while_a_question_waits(session, key, number):
    step = FOUND[key].steps[number - 1]
    session.open(step.opens.page, lesson=key, step=str(number))
    assert_still(session)
    before = session.data["address"]
    session.send(**{"count": 3, "huber.delta": 5, "points.3": [1, 1], "positive": [0, 0], "at": 3, "lead": 2, "l2": 1})
    assert session.data["address"] == before


def test_what_a_step_without_a_question_keeps_cannot_be_chosen_by_a_file_or_a_list(session):
    session.open("outliers", lesson="one_bad_point", step="1")
    popovers = {popover.proto.popover.label: popover.proto.popover.disabled for popover in session.at.get("popover")}
    assert popovers == {"Share": False, "Losses": True, "Your CSV": True, "More": False}
    assert session.control("huber.delta")


def test_a_link_to_an_answered_step_shows_the_answer(session):
    session.open("outliers", lesson="one_bad_point", step="2", answer="3")
    assert "**Right.**" in session.texts
    session.open("curves")
    session.open("outliers", moves="10:10:-20", lesson="one_bad_point", step="2", answer="3")
    assert "**Right.**" in session.texts, "also one that says more"
    assert "0.136" in session.sentence


def test_a_link_to_a_step_as_someone_left_it_shows_that(session):
    session.open("outliers", moves="10:10:0", lesson="one_bad_point", step="2")
    assert "**Predict first.**" in session.texts
    assert session.data["address"] == {"moves": "10:10:0", "lesson": "one_bad_point", "step": "2"}


def test_next_leads_to_other_pages_and_previous_back(session):
    session.open("curves", lesson="which_way_is_down", step="1").press("Next ›")
    assert session.at.title[0].value == "Why does training zigzag, stall or explode?"
    assert session.data["address"]["step"] == "2"
    session.open("landscape", lesson="which_way_is_down", step="2").press("Next ›")
    assert "0.21, a tenth more?" in session.texts
    session.press("‹ Previous").press("‹ Previous")
    assert session.at.title[0].value == "How hard does each loss pull?"
    session.open("landscape", lesson="which_way_is_down", step="2")
    last = len(FOUND["which_way_is_down"].steps)
    step_box(session).set_value(last - 1)
    session.run()
    assert session.data["address"]["step"] == str(last)
    assert next(button for button in session.at.button if button.label == "Next ›").disabled
    assert session.warnings == []


def test_presenting_goes_on_from_page_to_page(session):
    session.open("curves", lesson="which_way_is_down", step="1", present="1").press("Next ›")
    assert session.data["address"]["present"] == "1"


def test_a_lesson_can_be_left(session):
    session.open("outliers", lesson="one_bad_point", step="2").press("Leave")
    assert session.data["address"] == {"moves": ""}
    assert "points" in {handle["name"] for handle in session.data["handles"]}
    assert not any(box.label == "Step" for box in session.at.selectbox)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"lesson": "nothing"}, "there is no such lesson"),
        ({"lesson": "../../app", "step": "1"}, "there is no such lesson"),
        ({"lesson": "one_bad_point", "step": "0"}, "has steps 1 to 5"),
        ({"lesson": "one_bad_point", "step": "99"}, "has steps 1 to 5"),
        ({"lesson": "one_bad_point", "step": "²"}, "has steps 1 to 5"),
        ({"lesson": "one_bad_point", "step": "two"}, "has steps 1 to 5"),
        ({"lesson": "which_way_is_down", "step": "1"}, "is on the page curves"),
    ],
)
def test_a_step_that_there_is_not_is_said(session, query, words):
    session.open("outliers", **query)
    assert words in " ".join(session.warnings)
    assert session.data["address"] == {}


@pytest.mark.parametrize("text", ["0", "9", "", "x"])
def test_an_answer_that_there_is_not_is_none(session, text):
    session.open("outliers", lesson="one_bad_point", step="2", answer=text)
    assert "**Predict first.**" in session.texts


@pytest.mark.parametrize("key", FOUND)
def test_every_step_opens_by_its_link(session, key):
    for index, step in enumerate(FOUND[key].steps):
        page, _, query = worksheet_link(FOUND[key], index).strip("/").partition("?")
        session.open(page, **dict(part.split("=") for part in query.split("&")))
        assert session.warnings == []
        assert step.filled(step.say) in session.texts
        session.open("lessons")  # an address is read on entering its page


@pytest.mark.parametrize("answers", [False, True])
def test_a_lesson_is_printed_with_its_pictures(answers):
    text = printed(BAD_POINT, answers, "http://a.example:8501")
    pictures = [json.loads(found) for found in re.findall(r'<script type="application/json">(.*?)</script>', text)]
    assert len(pictures) == len(BAD_POINT.steps)
    assert ("MSE’s slope is 0.136 now" in text) is answers
    assert ("0.136" in pictures[1]["sentence"]) is answers
    assert ("Ask first who changed their mind" in text) is answers
    for index, step in enumerate(BAD_POINT.steps):
        assert step.filled(step.say).replace("'", "&#x27;") in text
        assert f"http://a.example:8501{worksheet_link(BAD_POINT, index)}".replace("&", "&amp;") in text


def test_tabs_tell_the_steps_and_how_to_write_one(session):
    session.open("lessons")
    session.at.session_state["lessons:below"] = "Steps"
    session.run()
    assert "- **About 0.1**" in session.texts
    session.at.session_state["lessons:below"] = "Write your own"
    session.run()
    assert "yaml-language-server" in session.at.code[0].value
    assert "`stable_rate(surface)`" in session.texts


def test_the_numbers_of_a_lesson_and_a_hand_on_step_and_study_at_once(view_of):
    page = Lessons(view_of("lessons"))
    page.take(Input(sliders={"part": 2, "huber.delta": 2.0}))
    assert page.view["part"] == 2
    assert page.table()["step"].tolist()[:3] == [1, 1, 1]
