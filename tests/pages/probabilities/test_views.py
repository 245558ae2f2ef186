"""What the page ``probabilities`` shows: pictures, sentences, tables and what the hand moves."""

import json
import math

import numpy as np
import pytest

from components.live.arrays import Encoder
from components.live.input import NO_ROW
from components.live.picture import sendable
from components.settings.shares import Shares, moved
from losses import LOSSES
from losses.probability.gaussian_fit import Mixture
from losses.probability.simplex import nearest, place, probabilities
from pages.probabilities.divergence_view import answers, divergence_picture
from pages.probabilities.encoding_view import Case, encoding_picture
from pages.probabilities.outcomes_view import outcomes_picture, reshaped
from pages.probabilities.pairing_view import arrived, pairing_picture, run
from pages.probabilities.simplex_view import aimed, dragged, levels_of, simplex_picture
from tests.traces import carrying

CROSS_ENTROPY = LOSSES["categorical_cross_entropy"]
HUMPS = Mixture((-3.0, 3.0), (0.7, 1.0), 0.4)
SHARES = Shares((0.5, 0.5, 0.0))


def simplex(logits=(1.0, 0.5, -1.0), target=(0.0, 1.0, 0.0), key="categorical_cross_entropy", **settings):
    loss = LOSSES[key]
    return simplex_picture(loss, logits, target, loss.settings(**settings))


def pictures():
    yield simplex()
    yield simplex(logits=(1e9, -1e9, 0.0), key="mse")
    yield encoding_picture(Case(2.0, 3, False, True, 0.1, 2.0))
    yield encoding_picture(Case(2.0, 1000, False, False, 0.0, 1.0))
    yield encoding_picture(Case(-1e9, 3, True, False, 0.0, 1.0))
    yield pairing_picture(1, -6.0, -6.0, 0.3, 50, 0.05)
    yield pairing_picture(0, -6.0, 50.0, 100.0, 300, 0.05)
    yield divergence_picture(HUMPS, None)
    yield divergence_picture(HUMPS, -4.0)
    yield outcomes_picture((0.5, 0.5, 0.0, 0.0), (0.0, 0.0, 0.6, 0.4))


@pytest.mark.parametrize("picture", [*pictures()], ids=lambda picture: picture.alt[:40])
def test_a_picture_can_be_sent_and_dragged(picture):
    sent = json.loads(Encoder().json(sendable(picture)))
    assert picture.sentence and picture.sentence in picture.alt
    for handle in picture.handles:
        trace = carrying(picture.figure, handle.carried)
        assert len(trace["x"]) == len(trace["y"]) >= 1
    for trace in picture.figure["data"]:
        assert trace["type"] in ("scatter", "bar")  # what is painted by hand while something moves
        assert trace.get("mode", "lines") in ("lines", "markers")
        if trace["type"] == "bar":
            assert {"width", "offset"} <= trace.keys()
    assert sent["handles"]


def test_the_simplex_says_its_numbers():
    picture = simplex(logits=(8.0, 0.0, 0.0))
    value = math.log(math.exp(8) + 2)
    assert f"loss {value:.2f}" in picture.sentence
    assert "exactly p − y" in picture.sentence
    assert "hardly pulled" in simplex(logits=(8.0, 0.0, 0.0), key="mse").sentence
    assert "exactly" not in simplex(temperature=2.0).sentence


def test_contours_stand_still_while_the_prediction_moves():
    one, other = simplex(), simplex(logits=(-2.0, 0.0, 3.0))
    lines = [
        [trace for trace in picture.figure["data"] if "loss" in trace.get("hovertemplate", "")]
        for picture in (one, other)
    ]
    assert len(lines[0]) >= 6
    assert all(a["x"] is b["x"] for a, b in zip(*lines, strict=True))


def test_levels_are_round_and_inside():
    values = np.random.default_rng(0).exponential(1.0, 1000)
    levels = levels_of(values)
    assert levels == sorted(levels) and len(levels) == 9
    assert all(f"{level:.2g}" == f"{level:g}" for level in levels)
    assert levels_of(np.ones(5)) == []


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_dragging_the_prediction_moves_the_logits(temperature):
    shares = np.array([0.2, 0.5, 0.3])
    logits = list(dragged(tuple(place(shares).tolist()), temperature, 0.7).values())
    assert probabilities(logits, temperature) == pytest.approx(shares, abs=1e-4)
    assert np.mean(logits) == pytest.approx(0.7, abs=1e-4)


def test_outside_the_triangle_the_hand_is_at_its_edge():
    logits = list(dragged((0.5, -3.0), 1.0, 0.0).values())
    assert probabilities(logits) == pytest.approx([0.5, 0.5, 1e-4], abs=1e-4)
    assert aimed((0.5, -3.0)) == [0.5, 0.5, 0.0]
    assert aimed((1.01, 0.005)) == [0, 1, 0]
    assert sum(aimed((0.4, 0.3))) == pytest.approx(1, abs=1e-15)
    assert aimed((0.4, 0.3)) == pytest.approx(nearest([0.4, 0.3]), abs=1e-4)


@pytest.mark.parametrize("far", [math.nan, math.inf, -math.inf, 1e300, 1e6])
def test_nonsense_is_nothing_that_a_setting_takes(far):
    assert np.isnan(list(dragged((far, 0.0), 1.0, 0.0).values())).all()
    assert np.isnan(aimed((0.0, far))).all()
    assert np.isnan(reshaped((0.5, 0.5), 0, far)).all()


@pytest.mark.parametrize(("which", "height"), [(2, 0.5), (NO_ROW, 0.5), (0, -0.01), (0, 1.06)])
def test_a_bar_that_there_is_not_or_a_height_beyond_the_axis_is_nothing(which, height):
    assert np.isnan(reshaped((0.5, 0.5), which, height)).all()
    assert reshaped((0.5, 0.5), 1, 0.75) == [0.25, 0.75]
    assert reshaped((0.5, 0.5), 1, 1.04) == [0.0, 1.0]


def test_the_encoding_tells_what_is_wrong():
    assert "the same 0.24" in encoding_picture(Case(2.0, 3, False, True, 0.0, 1.0)).sentence
    twice = encoding_picture(Case(10.0, 3, True, True, 0.0, 1.0))
    assert "Softmax is applied twice" in twice.sentence and "0.551" in twice.sentence
    assert "Refused" in encoding_picture(Case(2.0, 3, False, False, 0.0, 1.0)).sentence
    smoothed = encoding_picture(Case(2.0, 3, False, True, 0.1, 1.0))
    assert "3.33" in smoothed.sentence  # log(0.9333 / 0.0333)


def test_the_clamps_are_on_screen_with_their_numbers():
    rows = {
        row.cells[0]: row.cells[1:] for row in encoding_picture(Case(2.0, 3, False, True, 0.0, 1.0)).readouts[2].rows
    }
    assert rows == {"Losscope": ("∞", "0"), "Keras": ("16.1", "1e−07"), "PyTorch BCE": ("100", "0")}


def test_the_pairing_says_how_many_steps_each_needs():
    picture = pairing_picture(1, -6.0, -6.0, 0.5, 100, 0.05)
    assert picture.sentence == (
        "At z = −6 BCE pulls a sigmoid 203 times as hard as MSE. "
        "Steps to within 0.05: Identity + MSE 1, Softmax + CE 27 and Sigmoid + BCE 55; Sigmoid + MSE not in 100."
    )
    never = pairing_picture(1, -6.0, 5.0, 1e-4, 10, 0.05).sentence
    assert never.endswith("None comes within 0.05 in 10 steps.")
    needed = {row.cells[0]: row.cells[1] for row in picture.readouts[1].rows}
    assert needed == {"Identity + MSE": "1", "Sigmoid + BCE": "55", "Sigmoid + MSE": "–", "Softmax + CE": "27"}


def test_arrivals_are_by_pair():
    assert arrived(run(-6.0, 1, 0.5, 100), 0.05)["identity_mse"] == 1


def test_the_mode_that_reverse_kl_sits_on_is_said():
    assert "sits on hump 2" in divergence_picture(HUMPS, None).sentence
    left = divergence_picture(HUMPS, -4.0).sentence
    assert "Reverse KL from −4 sits on hump 1" in left
    assert "0.51 at 3.00 is lower" in left
    assert "covers both" in divergence_picture(Mixture((-1.0, 1.0), (1.0, 1.0), 0.5), None).sentence
    assert len(answers(HUMPS, None).minima) == 2


def test_infinite_is_said_and_drawn():
    picture = outcomes_picture((0.4, 0.3, 0.2, 0.1), (0.4, 0.35, 0.25, 0.0))
    assert "KL(P‖Q) is infinite: Q gives 0 to what happens, outcome 4" in picture.sentence
    marked = [trace for trace in picture.figure["data"] if trace.get("marker", {}).get("symbol") == "triangle-up"]
    assert len(marked) == 1 and marked[0]["x"][0] == pytest.approx(4 - 0.42 + 0.14)
    assert picture.readouts[0].rows[0].cells == ("KL divergence", "∞")
    assert picture.readouts[1].rows[3].cells[3] == "∞"
    both = outcomes_picture((0.5, 0.5, 0.0, 0.0), (0.0, 0.0, 0.6, 0.4)).sentence
    assert both.count("infinite") == 2 and "0.693" in both


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ([1, 1, 2], (0.25, 0.25, 0.5)),
        ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)),
        ([1e-320, 0, 0], (1.0, 0.0, 0.0)),
        ([1e300, 1e300, 0], (0.5, 0.5, 0.0)),
    ],
)
def test_shares_become_a_distribution_that_a_link_gives_back(value, kept):
    assert SHARES.check(value) == pytest.approx(kept)
    assert SHARES.read(SHARES.write(SHARES.check(value))) == SHARES.check(value)


@pytest.mark.parametrize(
    "value",
    [[0, 0, 0], [1, 2], [-1, 1, 1], [math.nan, 1, 1], [math.inf, 1, 1], "0:1:0", None, [None] * 3, [10**400, 1, 1]],
)
def test_shares_that_are_none_are_refused(value):
    with pytest.raises(ValueError, match="3 numbers of at least 0"):
        SHARES.check(value)


def test_a_random_distribution_survives_its_link():
    for shares in np.random.default_rng(0).dirichlet([0.3] * 3, 200).tolist():
        checked = SHARES.check(shares)
        assert SHARES.read(SHARES.write(checked)) == checked
        assert sum(checked) == pytest.approx(1, abs=1e-9)


def test_one_share_moves_and_the_others_keep_their_ratio():
    assert moved((0.4, 0.3, 0.2, 0.1), 0, 0.7) == pytest.approx([0.7, 0.15, 0.1, 0.05])
    assert moved((0.4, 0.6), 1, 0.01, snap=0.02) == [1.0, 0.0]
    assert moved((1.0, 0.0, 0.0), 0, 0.4) == pytest.approx([0.4, 0.3, 0.3])
    assert moved((0.4, 0.6), 1, 0.99, snap=0.02) == [0.0, 1.0]
