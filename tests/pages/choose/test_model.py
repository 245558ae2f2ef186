"""The page choose as its model has it: hands, other data, links to other pages, programs, files that tell nothing."""

import numpy as np
import pytest

from components.live.input import Input
from components.settings.view import View
from components.upload.csv_table import read_table
from components.upload.many import ADVISED, any_first_choice
from components.upload.uploader import Upload
from losses import LOSSES
from losses.advice.examples import MANY, ONE
from losses.advice.rules import PREDICTED, RULES, TROUBLES
from pages import PAGES
from pages.choose.code import program
from pages.choose.model import Choose
from pages.choose.onwards import onwards
from tests.programs import agree, printed, programs


@pytest.fixture
def page(view_of):
    return lambda upload=None, /, **settings: Choose(view_of("choose", **settings), upload)


def uploaded(text):
    raw = text.encode()
    table = read_table(raw)
    return Upload("file", "mine.csv", table, any_first_choice(table), raw)


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
    to = onwards(shown)
    name, other = to.page, PAGES[to.page].study(**to.settings)
    assert other.picture().sentence
    if name == "outliers":
        for key, value in shown.advice.settings.items():
            assert other.view[f"{shown.advice.loss}.{key}"] == value
        assert shown.advice.loss in other.view["losses"]


@pytest.mark.parametrize("predicted", PREDICTED)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_answer_has_a_link_too(page, predicted, trouble):
    shown = page(view="questions", predicted=predicted, trouble=trouble, recall=True, overfits=True)
    to = onwards(shown)
    assert PAGES[to.page].study(**to.settings).picture().sentence
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


def fraud():
    random = np.random.default_rng(0)
    amount, age, other = random.exponential(50, 300), random.uniform(18, 80, 300), random.standard_normal(300)
    label = np.where(amount + 20 * random.standard_normal(300) > 150, "fraud", "ok")
    rows = zip(other, amount, age, label, strict=True)
    return "other,amount,age,label\n" + "\n".join(f"{o:.4f},{a:.2f},{b:.1f},{said}" for o, a, b, said in rows)


def test_a_target_of_words_is_advised_on_and_taken_along(page, monkeypatch):
    shown = page(uploaded(fraud()), data="csv")
    assert shown.check() == []
    assert shown.advice.loss == "binary_cross_entropy"
    assert shown.advice.target.classes == ("ok", "fraud")
    to = onwards(shown)
    assert (to.page, to.settings["data"]) == ("classification", "csv")
    assert "amount" in to.columns[:2]
    assert to.columns[2] == "label"
    session = {}
    monkeypatch.setattr("components.upload.uploader.st.session_state", session)
    to.uploader.adopt(shown.upload, to.columns)
    taken = to.uploader.current()
    assert len(to.uploader.as_data(taken).label) == 300
    other = PAGES["classification"].model(view_of_page("classification", to.settings), taken)
    assert other.check() == []
    assert other.picture().sentence


def view_of_page(name, settings):
    view = View(name, PAGES[name].fields, {})
    view.set(**settings)
    return view


@pytest.mark.parametrize(
    ("columns", "leads"),
    [
        ({"x": lambda r: r.uniform(0, 10, 60), "y": lambda r: r.standard_normal(60)}, "outliers"),
        ({f"x{k}": lambda r: r.standard_normal(60) for k in range(9)}, "regularization"),
        ({"x": lambda r: r.uniform(0, 3, 60), "n": lambda r: r.poisson(3, 60)}, "outliers"),
    ],
)
def test_numbers_are_taken_along(page, monkeypatch, columns, leads):
    random = np.random.default_rng(0)
    made = {name: make(random) for name, make in columns.items()}
    rows = "\n".join(",".join(f"{value:g}" for value in row) for row in zip(*made.values(), strict=True))
    shown = page(uploaded(",".join(made) + "\n" + rows), data="csv")
    to = onwards(shown)
    assert to.page == leads
    monkeypatch.setattr("components.upload.uploader.st.session_state", {})
    to.uploader.adopt(shown.upload, to.columns)
    other = PAGES[leads].model(view_of_page(leads, to.settings), to.uploader.current())
    assert other.check() == []
    assert shown.advice.loss in (other.view["losses"] if leads == "outliers" else "mse")
    assert other.picture().sentence


def test_several_classes_show_how_they_do_on_rows_held_out(page):
    rows = "\n".join(f"{row % 7},{row % 5},{'abc'[row % 3]}" for row in range(90))
    shown = page(uploaded(f"f,g,class\n{rows}"), data="csv")
    assert shown.check() == []
    assert [row.cells[0] for row in shown.picture().readouts[0].rows] == [
        "Cross-entropy",
        "CE, classes of equal weight",
    ]
    assert "3 classes" in shown.picture().sentence


def test_what_can_be_a_target():
    table = read_table(b"name,kind,x,y\n" + b"\n".join(b"n%d,k%d,%d,%d" % (i, i % 3, i, i * i) for i in range(30)))
    assert ADVISED.offered(table) == ["kind", "x", "y"]
    assert ADVISED.first_choice(table) == ("y",)
    with pytest.raises(ValueError, match="at least one other column of numbers"):
        ADVISED.first_choice(read_table(b"x,name\n" + b"\n".join(b"%d,n%d" % (i, i) for i in range(30))))


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
