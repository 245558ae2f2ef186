"""What is said, listed and taken along of something that goes on is of what the picture has: nothing is computed for it."""

import pytest

from components.page.turns import nothing_more
from pages.embeddings.model import Embeddings
from pages.gan.model import Gan
from pages.network import cards
from pages.network.model import Network
from pages.overlap.model import Overlap

LONG = [
    (Network, "network", {"steps": 400, "width": 6, "examples": 30}, "trained"),
    (Network, "network", {"view": "landscape", "steps": 400, "width": 6, "examples": 30}, "trained"),
    (Gan, "gan", {"view": "training", "turns": "b" * 400}, "trained"),
    (Embeddings, "embeddings", {"view": "train", "turns": 200}, "trained"),
    (Overlap, "overlap", {"view": "grow", "turns": 200}, "growth"),
]


@pytest.mark.parametrize(
    ("model", "name", "settings", "reached"), LONG, ids=["train", "landscape", "gan", "embeddings", "overlap"]
)
def test_tables_and_cards_compute_no_more_than_the_picture_has(view_of, monkeypatch, model, name, settings, reached):
    page = model(view_of(name, **settings))
    page.table()
    if model is Network:
        monkeypatch.setattr(cards, "formulas", lambda _: None)
        monkeypatch.setattr(cards.st, "markdown", lambda _: None)
        cards.rules(page)
        for _, write in cards.files(page).values():
            write()
    now = getattr(page, reached)(nothing_more)
    assert now.at <= 10 < now.asked, "a path of the landscape has 10 steps"
