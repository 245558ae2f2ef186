"""What is asked first: the picture waits at what is on screen before, and goes on to the answer with the answer."""

import importlib

import pytest

from pages import PAGES
from tests.presets import LONGEST


def predicted(page):
    """The states of a page that ask first."""
    declared = importlib.import_module(f"pages.{page}.predictions").PREDICTED
    return declared if isinstance(declared, tuple) else tuple(declared.values())


PREDICTED = [(name, asking) for name in PAGES for asking in predicted(name)]
RIGHT = {
    "Predict: who moves the weights": "None",
    "Predict: a lifted point": "MSE’s intercept",
    "Predict: twice the residual": "It doubles",
    "Predict: a bit too fast": "Never: every step is wider than the last",
    "Predict: exact zeros": "L1 alone",
    "Predict: mirrored copies": "It rises",
    "Predict: the last one left": "lcavol",
    "Predict: taking turns": "They go round for ever",
    "Predict: a fast G": "One",
    "Predict: a caught fake": "About 100 times as hard",
    "Predict: half way between": "Worse than both",
    "Predict: the sharpness": "It rises to 2/η and hovers",
    "Predict: flipped labels": "About 70 %",
    "Predict: one in a hundred": "None",
    "Predict: focal’s answer": "About 70 %",
    "Predict: sure and wrong": "Cross-entropy",
    "Predict: softmax twice": "To about 1.46",
    "Predict: sigmoid at −6": "About 200 times",
    "Predict: which is pushed": "The one that is 1 away",
    "Predict: the hardest": "They end at one place",
    "Predict: reverse KL": "On the likelier hump",
    "Predict: nothing found": "About 99 %",
    "Predict: the same shift": "3 times as much",
    "Predict: who is first": "Dice",
    "Predict: a step of a lesson": "About 0.1",
    "Predict: a residual": "−3",
    "Predict: a sigmoid at −800": "∞",
    "MAE is a mean of squares": "False",
    "MAE ignores outliers": "Depends",
    "MSE: mean, MAE: median": "True",
    "MAE is hard because of its kink": "Depends",
    "Huber’s δ bounds the loss": "False",
    "MSE where outliers matter": "Depends",
    "BCE suits imbalance": "Depends",
    "99 % accurate, found nothing": "True",
    "Cross-entropy punishes doubt": "False",
    "Hinge is 0 if correct": "False",
    "Hinge is robust": "False",
    "CCE contains softmax": "Depends",
    "KL is a distance": "False",
    "KL is finite": "False",
    "Focal is about hard negatives": "False",
    "Focal gives probabilities": "False",
    "Minimax is for segmentation": "False",
    "D maximises the difference": "False",
    "log D(x) is a probability": "False",
    "A loss is never negative": "False",
    "L1 makes exact zeros": "True",
    "Adam and a loss × 100": "True",
    "Falling loss, better model": "False",
    "Backpropagation updates": "False",
    "Predict: phones held out": "Tukey biweight",
    "Predict: a rare yes": "BCE as it is",
}


def test_every_page_asks_first_at_least_once():
    assert {name for name, _ in PREDICTED} == PAGES.keys()
    assert {asking.title for _, asking in PREDICTED} == RIGHT.keys()


FOLLOWED = [(name, asking) for name, asking in PREDICTED if name != "myths" or asking.values["claim"] in ("mae_ignores", "kl_finite")]  # fmt: skip


@pytest.mark.parametrize(("name", "asking"), PREDICTED, ids=[asking.title for _, asking in PREDICTED])
def test_the_right_answer_is_one_of_the_options(name, asking):
    assert asking.prediction.right() == RIGHT[asking.title]
    assert RIGHT[asking.title] in asking.prediction.options
    assert len(asking.prediction.because()) <= LONGEST


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Predict: softmax twice", "1.46"),
        ("Predict: one in a hundred", "finds 0 of"),
        ("Predict: focal’s answer", "Focal"),
    ],
)
def test_the_sentence_does_not_answer_before_it_is_asked(title, words):
    ((name, asking),) = [one for one in PREDICTED if one[1].title == title]
    assert words not in PAGES[name].study(**asking.prediction.before).picture().sentence


@pytest.mark.parametrize(("name", "asking"), FOLLOWED, ids=[asking.title for _, asking in FOLLOWED])
def test_the_picture_waits_for_the_answer_and_then_moves_to_it(session, name, asking):
    here = {"view": asking.values["view"]} if "view" in asking.values else {}
    session.open(name, **here).press(asking.title)
    prediction = asking.prediction
    assert f"**Predict first.** {prediction.question}" in session.texts
    assert asking.look not in session.texts
    before = session.data["address"]
    assert before["example"] == asking.title
    elsewhere = session.open("curves" if name != "curves" else "outliers").open(name, **before)
    assert f"**Predict first.** {prediction.question}" in elsewhere.texts, "a link asks it too"
    for answer in (RIGHT[asking.title], next(option for option in prediction.options if option != RIGHT[asking.title])):
        session.press(asking.title)
        assert session.data["address"] == before
        session.at.pills(key=f"{name}:predict").set_value(answer)
        session.run()
        after = session.data["address"]
        assert after != before
        reply = "Right." if answer == RIGHT[asking.title] else f"Not quite: {RIGHT[asking.title]}."
        assert f"**{reply}**" in session.texts
        assert prediction.because() in session.texts
        assert asking.look in session.texts
        assert session.warnings == []
        session.press("Next ›").press("‹ Previous")
        assert session.data["address"] == before, "gone to once more it asks once more"
    assert len(prediction.because()) <= LONGEST
