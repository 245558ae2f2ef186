"""The lessons that come with the app: every answer is computed, one option is right, every link opens as it is written."""

import re

import pytest

from components.lessons.reading import FOLDER, lessons, unknown
from losses.calculator import evaluate
from pages import PAGES, study_at
from tests.presets import HYPHEN_FOR_MINUS

FOUND = lessons().lessons
STEPS = [(lesson, index, step) for lesson in FOUND.values() for index, step in enumerate(lesson.steps)]
NAMED = [f"{lesson.key} {index + 1}" for lesson, index, _ in STEPS]
ASKING = [(lesson, index, step) for lesson, index, step in STEPS if step.options]
RIGHT = {
    "one_bad_point 2": "About 0.1",
    "one_bad_point 3": "Not at all",
    "one_bad_point 4": "It is near 0",
    "one_bad_point 5": "About 22",
    "which_way_is_down 3": "Thousands and more",
    "which_way_is_down 4": "To about 0.8",
    "which_way_is_down 5": "Much nearer",
    "which_way_is_down 6": "Hardly at all",
    "which_way_is_down 8": "It hops about the minimum",
    "confident_and_wrong 1": "0.5",
    "confident_and_wrong 3": "1",
    "confident_and_wrong 5": "About 8",
    "confident_and_wrong 6": "Below 0.01",
    "confident_and_wrong 8": "About 0.55",
    "confident_and_wrong 9": "None",
    "confident_and_wrong 10": "About 70 %",
    "confident_and_wrong 11": "Less, about 58 %",
}


def test_three_lessons_of_three_lengths_and_none_is_broken():
    assert lessons().problems == ()
    assert {key: lesson.minutes for key, lesson in FOUND.items()} == {
        "one_bad_point": 10,
        "which_way_is_down": 25,
        "confident_and_wrong": 50,
    }
    assert {f"{lesson.key} {index + 1}" for lesson, index, _ in ASKING} == RIGHT.keys()
    for file in FOLDER.glob("*.yaml"):
        assert file.read_text("utf-8").startswith("# yaml-language-server: $schema=schema.json\n"), (
            "editors complete it"
        )


@pytest.mark.parametrize("lesson", FOUND.values(), ids=FOUND)
def test_every_view_exists_as_it_is_written(lesson):
    assert [*unknown(lesson, {name: page.fields for name, page in PAGES.items()})] == []


@pytest.mark.parametrize(("lesson", "index", "step"), ASKING, ids=[f"{one.key} {at + 1}" for one, at, _ in ASKING])
def test_one_option_is_right_and_the_others_say_what_is_behind_them(lesson, index, step):
    assert step.right().text == RIGHT[f"{lesson.key} {index + 1}"]
    known = step.known()
    values = sorted(float(evaluate(option.value, known)) for option in step.options)
    answer = float(evaluate(step.answer, known | {"values": values}))
    near = sorted(abs(value - answer) for value in values)
    assert near[1] > 2 * step.tolerance, "no other is nearly right"
    for option in step.options:
        assert bool(option.misconception) == (option != step.right()), option.text


@pytest.mark.parametrize(("lesson", "index", "step"), STEPS, ids=NAMED)
def test_every_step_is_short_and_drawn(lesson, index, step):
    for text in (step.say, step.because, step.note, *(option.misconception for option in step.options)):
        filled = step.filled(text)
        assert "{" not in filled
        assert len(filled) <= 250
        assert not HYPHEN_FOR_MINUS.search(filled)
    for opened in filter(None, (step.opens, step.reveals)):
        assert study_at(opened.page, opened.query).picture().sentence


def _opened(opened):
    return study_at(opened.page, opened.query)


def told_by(picture):
    """All that a picture says in words and numbers."""
    texts = [picture.sentence, picture.alt, *picture.notes, *(label.text for label in picture.labels)]
    texts += [cell for table in picture.readouts for row in table.rows for cell in row.cells]
    texts += [control.label for control in picture.controls]
    texts += [column.name for column in picture.player.table.columns] if picture.player and picture.player.table else []
    return " ".join(texts)


# What answers each question, as it stands on screen once it is answered.
TELLING = {
    "one_bad_point 2": "→ 0.136",
    "one_bad_point 3": "3.68 1.98",
    "one_bad_point 4": "−0.256",
    "one_bad_point 5": "31.6",
    "which_way_is_down 3": "9.5e+08",
    "which_way_is_down 4": "0.1818",
    "which_way_is_down 5": "Momentum",
    "which_way_is_down 6": "Adam is at loss 0.0273",
    "which_way_is_down 8": "hops",
    "confident_and_wrong 1": "Hinge",
    "confident_and_wrong 3": "Ramp",
    "confident_and_wrong 5": "8.00",
    "confident_and_wrong 6": "0.00201",
    "confident_and_wrong 8": "0.551",
    "confident_and_wrong 9": "0 of the 10",
    "confident_and_wrong 10": "69.7",
    "confident_and_wrong 11": "Focal",
}


@pytest.mark.parametrize(("lesson", "index", "step"), ASKING, ids=[f"{one.key} {at + 1}" for one, at, _ in ASKING])
def test_the_answer_is_on_screen_once_it_is_given_and_not_before(lesson, index, step):
    words = TELLING[f"{lesson.key} {index + 1}"]
    assert words in told_by(_opened(step.reveals).picture())
    assert words not in told_by(_opened(step.opens).picture())


def test_the_lesson_that_contributing_shows_is_one(request, tmp_path):
    text = (request.config.rootpath / "CONTRIBUTING.md").read_text("utf-8")
    (tmp_path / "example.yaml").write_text(re.search(r"```yaml\n(.*?)```", text, re.S).group(1), "utf-8")
    found = lessons(tmp_path)
    assert found.problems == ()
    (lesson,) = found.lessons.values()
    assert [*unknown(lesson, {name: page.fields for name, page in PAGES.items()})] == []
    assert lesson.steps[0].right().text == "22"
    (step,) = lesson.steps
    assert "22" not in told_by(_opened(step.opens).picture())
    assert _opened(step.reveals).picture().sentence.endswith("MSE 2.50 → 22.0 and MAE 2.00 → 3.00.")
