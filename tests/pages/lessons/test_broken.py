"""The page ``lessons`` where files are broken: each is named with its line and hurts no other, and none is needed."""

import shutil
import sys

import pytest

import pages.lessons
from components.lessons import reading
from components.text import plain

FILES = {file.stem: file.read_text("utf-8") for file in reading.FOLDER.glob("*.yaml")}
OWN = """
title: My own
minutes: 5
about: Of nothing.
steps:
  - title: Look
    open: /outliers?moves=
    say: Eleven points.
"""


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """The folder that the lessons are in, at first all of them. The page is as it is when the app is started there."""
    shutil.copytree(reading.FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(reading, "FOLDER", tmp_path)
    for reads in (reading.lessons, reading.lesson):
        monkeypatch.setattr(reads, "__defaults__", (tmp_path,))
    for module in [name for name in sys.modules if name.startswith("pages.lessons.")]:
        monkeypatch.delattr(pages.lessons, module.rpartition(".")[2], raising=False)
        monkeypatch.delitem(sys.modules, module)
    return tmp_path


def spoil(folder, key, old, new):
    """Write a lesson with something else in it."""
    text = FILES[key]
    assert old in text
    (folder / f"{key}.yaml").write_text(text.replace(old, new, 1), "utf-8")


def buttons(session):
    return {button.label for button in session.at.button}


@pytest.mark.parametrize("key", FILES)
def test_one_that_is_broken_is_named_and_hurts_no_other(session, folder, key):
    spoil(folder, key, "minutes: ", "minutes: ten ")
    session.open("lessons")
    assert plain(f"{key}.yaml, line 3: minutes: ") in " ".join(session.warnings)
    box = next(box for box in session.at.selectbox if box.label == "Lesson")
    assert len(box.options) == len(FILES) - 1
    assert {"Start the lesson"} <= buttons(session)
    for example in next(box for box in session.at.selectbox if box.label == "Example").options:
        session.press(example.partition(" ")[2])
        assert session.sentence


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("open: /nowhere", "there is no page"),
        ("open: /lessons", "there is no page"),
        ("open: /outliers?count=many", "sets Outliers (count) to “many”"),
        ("open: /outliers?count=50", "Outliers must be a whole number from 0 to 5 here"),
    ],
)
def test_one_that_opens_what_there_is_not_is_named_and_not_given(session, folder, new, said):
    spoil(folder, "one_bad_point", "open: /outliers?moves=", new)
    session.open("lessons")
    assert plain(said) in " ".join(session.warnings)
    assert len(next(box for box in session.at.selectbox if box.label == "Lesson").options) == len(FILES) - 1


def test_without_any_lesson_the_page_says_how_to_write_one(session, folder):
    for key in FILES:
        spoil(folder, key, "title: ", "titel: ")
    session.open("lessons")
    assert len(session.at.warning) == len(FILES)
    assert "There is no lesson that can be given." in session.texts
    assert "A lesson is a text file in `pages/lessons/`" in session.texts
    assert session.sentence.startswith("Slopes")
    assert not session.warnings[len(FILES) :]
    assert not {"Start the lesson", "‹ Previous"} & buttons(session)
    for key in FILES:
        (folder / f"{key}.yaml").unlink()
    assert not session.run().at.warning
    (folder / "own.yaml").write_text(OWN, "utf-8")
    session.run()
    assert "Eleven points." in session.texts, "it needs no restart"
    assert session.sentence.startswith("Slopes")


def test_one_that_breaks_while_it_is_under_the_hand_stays_in_sight_and_says_so(session, folder):
    session.open("lessons")
    spoil(folder, "one_bad_point", "minutes: ", "minutes: ten ")
    session.move(part=2)
    assert "there is no such lesson to give" in " ".join(session.data["notes"])
    assert session.sentence.startswith("Slopes")


def test_one_that_has_broken_since_gives_way_to_another(session, folder):
    session.open("lessons", part="2").open("curves")
    spoil(folder, "one_bad_point", "minutes: ", "minutes: ten ")
    session.open("lessons")
    assert plain("The lesson that was chosen cannot be given now: here is another one.") in session.warnings
    assert session.data["address"] == {"session": "which_way_is_down"}


def test_a_lesson_without_the_step_that_is_asked_first_is_not_asked(session, folder):
    text = FILES["one_bad_point"]
    (folder / "one_bad_point.yaml").write_text(text[: text.index("  - title: One point falls")], "utf-8")
    session.open("lessons")
    assert session.warnings == []
    examples = next(box for box in session.at.selectbox if box.label == "Example").options
    assert len(examples) == len(FILES)
