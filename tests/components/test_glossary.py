"""The glossary: every term once, what it names exists, and words on the pages are in it."""

import re

import numpy as np
import pytest
import torch

from components.glossary import TERMS
from components.lessons.reading import lessons, opened
from losses import TEXTBOOK
from pages import PAGES, study_at

FORMERLY_ASKED = 27  # terms that are underlined where they stand


def test_terms_are_in_order_and_none_stands_twice():
    spelled = [word.casefold() for term in TERMS.values() for word in (term.name, *term.also)]
    assert len(spelled) == len(set(spelled))
    assert [*TERMS] == sorted(TERMS, key=str.casefold)
    assert len(TERMS) > 90
    assert sum(not term.quiet for term in TERMS.values()) == FORMERLY_ASKED


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_explained_shown_and_linked(name):
    term = TERMS[name]
    assert term.means.endswith(".")
    assert len(term.means) <= 160
    assert set(term.see) <= TERMS.keys() - {name}
    shown = opened(term.shown)
    assert study_at(shown.page, shown.query).picture().sentence


def test_what_pages_ask_is_in_it():
    """Words that labels of settings use."""
    labels = " ".join(field.label for page in PAGES.values() for field in page.fields.values()).casefold()
    known = {word.casefold() for term in TERMS.values() for word in (term.name, *term.also)}
    for word in (
        "learning rate",
        "margin",
        "temperature",
        "label smoothing",
        "dropout",
        "penalty",
        "outlier",
        "momentum",
        "threshold",
        "target",
        "seed",
    ):
        assert re.search(rf"\b{word}", labels) or word == "dropout", word
        assert word in known, word


def test_what_lessons_say_is_in_it():
    """The words of the field that a class meets in a lesson, and those of the network on the first page."""
    said = " ".join(
        text
        for lesson in lessons().lessons.values()
        for step in lesson.steps
        for text in (step.say, step.because, step.note)
    ).casefold()
    words = ("condition number", "breakdown point", "leverage", "sharpness", "momentum", "margin", "softmax", "outlier", "class weight", "proper", "slope", "residual")  # fmt: skip
    for word in words:
        assert word in said, word
        assert word in TERMS, word
    assert "bias" in TERMS


def test_the_condition_number_is_that_of_the_bowl():
    """Its state runs at the best fixed rate, 2 over the sum of the curvatures 1 and 10."""
    query = opened(TERMS["condition number"].shown).query
    bowl = TEXTBOOK["bowl"]()
    curvatures = np.linalg.eigvalsh(
        torch.autograd.functional.hessian(lambda w: bowl.function(w).sum(), torch.zeros(2, dtype=torch.float64))
    )
    assert curvatures.max() / curvatures.min() == pytest.approx(10)
    assert float(query["sgd.learning_rate"]) == pytest.approx(2 / curvatures.sum())


def test_weights_decay_by_learning_rate_times_decay():
    """Whatever the gradient is, here 0, as the glossary says it."""
    weights = torch.ones(2, requires_grad=True)
    weights.grad = torch.zeros(2)
    torch.optim.AdamW([weights], lr=0.1, weight_decay=0.5).step()
    assert (1 - weights).tolist() == pytest.approx([0.1 * 0.5] * 2)
    assert "learning rate × decay of itself" in TERMS["weight decay"].means
