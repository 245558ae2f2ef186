"""Lessons from files: what a file may say, and that a broken one is named with its line and hurts no other."""

import os
from textwrap import indent

import pytest

from components.lessons.lesson import Opened
from components.lessons.reading import LARGEST, Problem, lesson, lessons, line_of, opened, unknown
from pages import PAGES

HEAD = """
title: A lesson
minutes: 5
about: Of nothing.
steps:
"""
SAYS = """
- title: Look
  open: /outliers?moves=
  say: The slope is {slope:2}.
  numbers:
    slope: fit("mse", data("line")).slope
"""
ASKS = """
- title: Guess
  open: /outliers?moves=
  ask: How much is 1 + 1?
  options:
    - {text: Two, value: 2}
    - {text: Three, value: 3, misconception: That is one more.}
  answer: 1 + 1
  tolerance: 0.1
  because: Count.
"""
FIELDS = {name: page.fields for name, page in PAGES.items()}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yaml").write_text(HEAD + indent(SAYS + ASKS, "  "), "utf-8")
    return tmp_path


def broken(folder, text, name="broken"):
    """What is said of a file with this text."""
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    found = lessons(folder)
    assert [*found.lessons] == ["good"], "the other is unharmed"
    (problem,) = found.problems
    assert problem.file == f"{name}.yaml"
    return problem


def test_a_lesson_is_what_its_file_says(folder):
    found = lesson("good", folder)
    assert (found.key, found.title, found.minutes, len(found.steps)) == ("good", "A lesson", 5, 2)
    look, guess = found.steps
    assert look.opens == Opened("outliers", {"moves": ""})
    assert look.filled(look.say) == "The slope is 2.0."
    assert guess.right().text == "Two"
    assert guess.options[1].misconception == "That is one more."
    assert [*unknown(found, FIELDS)] == []


def test_a_file_that_changes_is_read_anew(folder):
    assert lessons(folder).lessons["good"].title == "A lesson"
    file = folder / "good.yaml"
    file.write_text(file.read_text("utf-8").replace("A lesson", "Another"), "utf-8")
    os.utime(file, ns=(1, 1))
    assert lessons(folder).lessons["good"].title == "Another"


STEP = HEAD + indent(ASKS, "  ")
BROKEN = {
    "no YAML": (HEAD + "  - title: [", 6, "no YAML"),
    "a tab": (HEAD + "\t- title: x", 6, "no YAML"),
    "text alone": ("hello", 1, "not of type 'object'"),
    "nothing": ("", 1, "not of type 'object'"),
    "no title": (STEP.replace("title: A lesson\n", ""), 1, "'title' is a required property"),
    "minutes in words": (STEP.replace("minutes: 5", "minutes: five"), 3, "minutes: 'five' is not of type 'integer'"),
    "an unknown word": (STEP.replace("because:", "why:"), 7, "'why' was unexpected"),
    "a word too many": (STEP.replace("because:", "colour: red\n    because:"), 7, "'colour' was unexpected"),
    "one option": (STEP.replace("      - {text: Three, value: 3, misconception: That is one more.}\n", ""), 10, "is too short"),
    "both": (STEP.replace("because:", "say: Look.\n    because:"), 7, "either says what to do"),
    "a foreign address": (STEP.replace("/outliers?moves=", "https://a.example"), 8, "does not match"),
    "no right option": (STEP.replace("answer: 1 + 1", "answer: 7"), 7, "step 1, “Guess”: none of the options are within 0.1"),
    "two right options": (STEP.replace("tolerance: 0.1", "tolerance: 5"), 7, "2 of the options"),
    "options alike": (STEP.replace("Three", "Two"), 7, "called alike"),
    "no expression": (STEP.replace("answer: 1 + 1", "answer: import os"), 7, "is no expression"),
    "a forbidden name": (STEP.replace("answer: 1 + 1", "answer: exit()"), 7, "is no function"),
    "no such number": (STEP.replace("Count.", "It is {two}."), 7, "no number 'two'"),
    "another page": (STEP.replace("because:", "reveal: /curves\n    because:"), 7, "a view of the page"),
    "the answer before it is asked": (STEP.replace("because:", "reveal: /outliers?moves=\n    because:"), 7, "reveals what it opens"),
    "a way to the answer": (STEP.replace("because:", "lock: [data]\n    reveal: /outliers?count=3&moves=\n    because:"), 7, "count leads to the answer"),
    "an alias": ("a: &a [1]\nb: *a\n", 1, "Additional properties"),
    "an object of Python": ("!!python/object/apply:os.system ['true']", 1, "no YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_its_line(folder, text, line, words):
    problem = broken(folder, text)
    assert words in problem.what
    assert problem.line == line
    assert str(problem).startswith(f"broken.yaml, line {line}: ")


def test_files_that_cannot_be_read_are_named(folder):
    assert "small letters" in broken(folder, STEP, "A Lesson").what
    (folder / "A Lesson.yaml").unlink()
    assert "bytes" in broken(folder, "#" * (LARGEST + 1)).what
    (folder / "broken.yaml").write_bytes(b"title: \xff\xfe")
    (problem,) = lessons(folder).problems
    assert "cannot be read" in problem.what


@pytest.mark.parametrize("key", ["nothing", "../good", "good.yaml", "GOOD", "", "x" * 99, "good\x00"])
def test_there_is_no_other_lesson(folder, key):
    assert isinstance(lesson(key, folder), Problem)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("/outliers?moves=", "/nowhere", "no page 'nowhere'"),
        ("/outliers?moves=", "/outliers?colour=red", "no setting “colour”"),
        ("/outliers?moves=", "/outliers?count=many", "sets Outliers (count) to “many”"),
        ("  ask:", "  lock: [colour]\n    ask:", "no setting colour to lock"),
    ],
)
def test_what_a_view_cannot_be_is_told(folder, old, new, words):
    (folder / "other.yaml").write_text(STEP.replace(old, new), "utf-8")
    assert words in " ".join(unknown(lesson("other", folder), FIELDS))


def test_an_address_is_a_page_and_its_settings():
    assert opened("/outliers?losses=mse,mae&moves=") == Opened("outliers", {"losses": "mse,mae", "moves": ""})
    assert opened("/curves") == Opened("curves")


def test_a_path_that_leads_nowhere_stops_where_it_can():
    assert line_of(None, ["a", 3]) == 1


def test_schemas_may_stand_beside_the_lessons(folder):
    (folder / "schema.json").write_text('{"type": "array"}', "utf-8")
    assert [problem.line for problem in lessons(folder).problems] == [1]
