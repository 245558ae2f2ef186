"""The page choose as its model has it: hands, other data, links to other pages, programs, files that tell nothing."""

import numpy as np
import pytest

from components.live.input import Input
from components.upload.csv_table import read_table
from components.upload.many import first_choice
from components.upload.uploader import Upload
from losses import LOSSES
from losses.advice.examples import MANY, ONE
from losses.advice.rules import PREDICTED, RULES, TROUBLES
from pages import PAGES
from pages.choose.code import program
from pages.choose.model import Choose
from tests.programs import agree, printed, programs


@pytest.fixture
def page(view_of):
    return lambda upload=None, /, **settings: Choose(view_of("choose", **settings), upload)


def uploaded(text):
    raw = text.encode()
    table = read_table(raw)
    return Upload("file", "mine.csv", table, first_choice(table), raw)


def test_the_advice_follows_the_hand(page):
    shown = page(data="generated")
    assert shown.advice.loss == "mse"
    shown.take(Input(places={"points": {20: (4.0, 90.0)}}))
    assert shown.advice.loss == "huber"
    shown.take(Input(new={"new": (30.0, -200.0)}))
    assert shown.advice.loss == "tukey", "far out in x"
    assert "far out in x" in shown.picture().sentence
    assert shown.picture().handles[0].adds == "new"
    assert len(shown.points.x) == 51


def test_too_few_points_are_refused_and_said(page):
    shown = page(data="anscombe")
    shown.take(Input(places={"points": dict.fromkeys(range(9))}))
    assert len(shown.points.x) == 11
    assert shown.view.notes


@pytest.mark.parametrize("data", [*ONE, *MANY])
def test_every_data_set_has_a_link_to_a_page_that_can_be_drawn(page, data):
    shown = page(data=data)
    name, settings = shown.elsewhere()
    other = PAGES[name].study(**settings)
    assert other.picture().sentence
    if name == "outliers":
        for key, value in shown.advice.settings.items():
            assert other.view[f"{shown.advice.loss}.{key}"] == value
        assert shown.advice.loss in other.view["losses"]


@pytest.mark.parametrize("predicted", PREDICTED)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_answer_has_a_link_too(page, predicted, trouble):
    shown = page(view="questions", predicted=predicted, trouble=trouble, recall=True, overfits=True)
    name, settings = shown.elsewhere()
    assert PAGES[name].study(**settings).picture().sentence
    picture = shown.picture()
    assert len(picture.sentence) <= 160
    assert LOSSES[shown.advice.loss].name in picture.sentence


def test_a_link_to_a_file_that_is_not_here_says_so(page):
    shown = page(data="csv")
    assert "uploaded file" in shown.check()[0]
    assert shown.picture().sentence


def test_a_file_is_advised_on(page):
    random = np.random.default_rng(0)
    rows = random.standard_normal((60, 2)) @ [[1.0, 1.0], [0.0, 2.0]]
    shown = page(uploaded("a,b\n" + "\n".join(f"{a:.4f},{b:.4f}" for a, b in rows)), data="csv")
    assert shown.check() == []
    assert shown.advice.loss == "mse"
    assert shown.picture().handles == ()
    assert set(shown.table()) >= {"a", "b", "MSE (fit)"}


@pytest.mark.parametrize("text", ["a,b\n1,5\n2,5\n3,5\n4,5\n5,5", "a,b\n1,5\n2,6\n3,8.5"])
def test_a_file_that_tells_nothing_is_refused_with_the_reason(page, text):
    shown = page(uploaded(text), data="csv")
    (note,) = shown.check()
    assert "nothing is to be predicted" in note or "at least 4" in note
    assert shown.view["data"] != "csv"
    assert shown.picture().sentence


@pytest.mark.parametrize("data", [*ONE, *MANY])
def test_programs_print_the_mean_loss_on_screen(page, data):
    shown = page(data=data)
    texts, refused = programs(lambda library: program(shown, library))
    assert not refused.keys() & {"torch", "numpy"}, refused
    advice = shown.advice
    fitted = advice.evidence.fitted[0]
    fitted = np.log(fitted / (1 - fitted)) if shown.labelled else fitted
    own = float(LOSSES[advice.loss](fitted, advice.target.values, **advice.settings).mean())
    for library, written in texts.items():
        for title, numbers in printed(written.text).items():
            room = 1.0 if " by " not in title else numbers["mean loss"] / own
            assert agree(library, numbers["mean loss"] / own, room), (library, title)
            assert room == pytest.approx(1, abs=2e-3), title
    fits = {title for written in texts.values() for title in printed(written.text) if " by " in title}
    by = {"mse": {"L-BFGS", "scikit-learn", "least squares"}, "huber": {"L-BFGS"}, "quantile": {"scikit-learn"}}
    assert {title.partition(" by ")[2] for title in fits} == by.get(advice.loss, set())


def test_the_target_can_be_said_to_be_something_else(page):
    text = "a,b\n" + "\n".join(f"{row},{row % 3}" for row in range(30))
    shown = page(uploaded(text), data="csv")
    assert shown.advice.loss == "poisson"
    assert any("name classes" in note for note in shown.picture().notes)
    shown.view.set(kind="classes")
    assert shown.advice.loss == "sparse_categorical_cross_entropy"
    assert "3 classes" in shown.picture().sentence
    for kind in ("real", "amount"):
        shown.view.set(kind=kind)
        assert shown.check() == []
        assert shown.picture().sentence


def test_a_target_that_is_not_what_it_is_said_to_be_is_refused(page):
    shown = page(data="prostate", kind="count")
    (note,) = shown.check()
    assert "at least 0" in note
    assert (shown.view["kind"], shown.view["data"]) == ("auto", "prostate")


def test_the_rules_on_screen_are_those_that_are_run(session):
    session.open("choose")
    session.at.session_state["choose:below"] = "How the advice is made"
    session.run()
    for rule in RULES:
        assert LOSSES[rule.wanted.first].name in session.texts


def test_the_questions_come_where_they_matter(session):
    session.open("choose", view="questions")
    labels = {box.label for box in session.at.selectbox}
    assert {"What is predicted?", "Which errors hurt?"} <= labels
    session.at.selectbox(key="choose:predicted").set_value("mask")
    session.run()
    assert "Which errors hurt?" not in {box.label for box in session.at.selectbox}
    assert "Dice" in session.sentence
