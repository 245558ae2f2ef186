"""Programs to copy: run as they stand, they print the values on screen."""

import numpy as np
import pytest

from losses.segmentation.compared import OVERLAP
from pages.overlap.code import program
from pages.overlap.model import Overlap
from pages.overlap.settings import LOSSES
from tests.programs import agree, printed, programs

CASES = [
    {},
    {"blur": 1.3, "confidence": 0.95, "threshold": 0.3, "objects": 3, "missed": 1},
    {"background": True, "smooth": 2.0, "weighted_bce.positive_weight": 9.0, "focal.gamma": 1.0, "focal.alpha": 0.6},
    {"squared": True, "smooth": 1.0, "smoothing": "denominator"},
    {"keras_weights": True, "background": True, "smooth": 0.5, "smoothing": "denominator", "tversky.alpha": 0.1},
    {"batch": "mean", "focal_tversky.gamma": 2.0, "bce_dice.dice_weight": 3.0},
    {"batch": "pooled", "smooth": 1.0, "background": True},
    {"batch": "mean", "starts": "nothing", "losses": ("accuracy", "bce", "dice")},
    {"batch": "pooled", "objects": 3, "missed": 1, "losses": ("bce", "dice")},
    {"starts": "nothing"},
    {"size": 0.0, "starts": "nothing", "smooth": 1.0},
    {"size": 0.0, "starts": "nothing", "smooth": 1.0, "smoothing": "denominator"},
    {"size": 0.0, "starts": "nothing", "confidence": 1.0},
    {"pixels": "32", "starts": "everything", "losses": ("accuracy", "bce", "dice")},
    {"view": "size"},
    {"view": "size", "shape": "vessel", "dx": -2, "confidence": 0.8, "pixels": "32"},
]


@pytest.fixture
def page(view_of):
    return lambda **settings: Overlap(
        view_of(
            "overlap", **{"starts": "object", "size": 40.0, "dx": 3, "grown": 1.5, "losses": tuple(OVERLAP)} | settings
        )
    )


def values(page):
    """What is on screen, by name."""
    if page.kind == "size":
        return {OVERLAP[key].name: value for key, value in page.sizes().here.items()}
    return {OVERLAP[key].name: each.value for key, each in page.seen().found.items()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_library_prints_what_is_on_screen(page, case):
    shown = page(**case)
    texts, refused = programs(lambda library: program(shown, library))
    assert refused.keys() == ({"sklearn"} if "batch" in case else set())
    expected = values(shown)
    for library, written in texts.items():
        lines = printed(written.text)
        noted = {name for name in expected if any(name in note for note in written.notes)}
        assert lines.keys() | noted == expected.keys(), library
        assert len(lines) >= (2 if library == "sklearn" and case.get("confidence") != 1 else 1)
        for name, numbers in lines.items():
            assert agree(library, numbers["value"], expected[name], rel=1e-8), (library, name)


def test_the_version_that_takes_tverskys_weights_the_other_way_is_named(page):
    assert "Keras 3.15.1" in program(page(), "keras").text
    assert "Keras 3.15.1" not in program(page(losses=("dice",)), "keras").text


@pytest.mark.parametrize(
    "case",
    [
        {"turns": 6},
        {"optimiser": "adam", "rate": 0.1, "turns": 9, "smooth": 1.0},
        {"optimiser": "momentum", "rate": 100.0, "turns": 5, "background": True},
        {"optimiser": "lion", "rate": 0.1, "turns": 5},
        {"turns": 0},
    ],
    ids=str,
)
def test_growing(page, case):
    shown = page(view="grow", starts="nothing", confidence=0.9, losses=LOSSES, **case)
    after = shown.growth(lambda: False).after
    texts, refused = programs(lambda library: program(shown, library))
    assert texts.keys() == {"torch"}
    assert all("PyTorch" in why for why in refused.values())
    lines = printed(texts["torch"].text)
    assert lines.keys() == {OVERLAP[key].name for key in after}
    for key, grown in after.items():
        numbers = lines[OVERLAP[key].name]
        assert agree("torch", numbers["loss"], grown.losses[-1]), key
        assert numbers["index"] == grown.dices[-1]


def test_growing_from_all_follows_the_same_pulls_where_errors_tie(page):
    shown = page(view="grow", starts="everything", confidence=0.9, losses=("lovasz_hinge",), turns=12, dx=0)
    (grown,) = shown.growth(lambda: False).after.values()
    (numbers,) = printed(program(shown, "torch").text).values()
    assert agree("torch", numbers["loss"], grown.losses[-1])
    target = shown.target()
    assert all(np.ptp(grown.prediction[kind]) < 1e-12 for kind in (target, ~target)), "no pixel is ahead of its kind"
