"""The glossary: every term once, what it names exists, and words on the pages are in it."""

import re

import pytest

from components.glossary import TERMS
from components.lessons.reading import opened
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
