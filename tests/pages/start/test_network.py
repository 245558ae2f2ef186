"""The view of backpropagation: every number on screen follows from numbers on screen, and divergence is said."""

import math

import numpy as np
import pytest

from pages import PAGES
from pages.start.network_figure import EDGES, INPUTS, LOSS, MOST, OUTPUT, SUMS, TARGET, UNITS, fitted
from pages.start.settings import FORWARD

GRADIENTS, UPDATE = FORWARD.index("Gradients"), FORWARD.index("Update")
WILD = {"x1": 100.0, "x2": -100.0, "target": 100.0, "rate": 10.0}


@pytest.fixture
def at():
    return lambda stage, **settings: PAGES["start"].study(view="backprop", **{"pass": stage}, **settings)


def read(text):
    return float(text.rsplit(" ", 1)[-1].replace("−", "-"))


def shown(picture):
    """What is written at each place, from above, without the names beside the discs."""
    found = {}
    for label in sorted(picture.labels, key=lambda label: label.line or 0.0):
        if any(sign.isdigit() and sign.isascii() for sign in label.text):
            found.setdefault((label.x, label.y), []).append(read(label.text))
    return found


def near(value):
    return pytest.approx(value, rel=0.01, abs=1e-3)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("before", [0, 16])
def test_every_number_shown_follows_from_numbers_shown(at, activation, seed, before):
    page = at(before + UPDATE, activation=activation, seed=seed)
    picture = page.picture()
    told = shown(picture)
    (x, (y,)) = [told[tuple(place)][0] for place in INPUTS], told[tuple(TARGET)]
    sums, hidden = ([told[tuple(place)] for place in places] for places in (SUMS, UNITS))
    output, (loss,) = told[tuple(OUTPUT)], told[tuple(LOSS)]
    slopes = [told[1.0, float((SUMS[i] + UNITS[i])[1] / 2)][0] for i in (0, 1)]
    weights = [told[edge.middle] for edge in EDGES]
    now, gradients, after = (np.array(kind) for kind in zip(*weights, strict=True))

    unit = {"tanh": math.tanh, "relu": lambda s: max(s, 0.0), "sigmoid": lambda s: 1 / (1 + math.exp(-s))}[activation]
    for i in (0, 1):
        assert sums[i][0] == near(now[2 * i] * x[0] + now[2 * i + 1] * x[1] + now[4 + i])
        assert hidden[i][0] == near(unit(sums[i][0]))
        assert hidden[i][1] == near(output[1] * now[6 + i])
        assert sums[i][1] == near(hidden[i][1] * slopes[i])
        assert gradients[2 * i : 2 * i + 2] == near(sums[i][1] * np.array(x))
        assert gradients[4 + i] == near(sums[i][1])
        assert gradients[6 + i] == near(output[1] * hidden[i][0])
    assert output[0] == near(now[6] * hidden[0][0] + now[7] * hidden[1][0] + now[8])
    assert (loss, output[1], gradients[8]) == near(((output[0] - y) ** 2, 2 * (output[0] - y), output[1]))
    assert after == near(now - page.view["rate"] * gradients)

    again = [unit(after[2 * i] * x[0] + after[2 * i + 1] * x[1] + after[4 + i]) for i in (0, 1)]
    then = (after[6] * again[0] + after[7] * again[1] + after[8] - y) ** 2
    said = read(picture.sentence.rstrip("."))
    assert said == pytest.approx(then, rel=0.05, abs=1e-3), "with the new weights and biases that are drawn"
    assert ", as " in picture.sentence


def test_nothing_is_shown_before_it_is_known(at):
    count = [len(shown(at(stage).picture())) for stage in range(len(FORWARD))]
    assert count == sorted(count)
    values = [{place: len(told) for place, told in shown(at(stage).picture()).items()} for stage in range(len(FORWARD))]
    output, hidden, edge = tuple(OUTPUT), tuple(UNITS[0]), EDGES[0].middle
    assert [found.get(output, 0) for found in values] == [0, 0, 1, 1, 2, 2, 2, 2]
    assert [found.get(hidden, 0) for found in values] == [0, 1, 1, 1, 1, 2, 2, 2]
    assert [found.get(edge, 0) for found in values] == [1, 1, 1, 1, 1, 1, 2, 3]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_network_that_diverges_says_so_and_ends(at, activation):
    page = at(3999, activation=activation, **WILD)
    picture = page.picture()
    assert picture.sentence.startswith("Update: training has diverged, in round ")
    assert "learning rate" in picture.sentence
    assert picture.runner.at == picture.runner.length < 3999, "nothing can follow"
    earlier = at(7, activation=activation, **WILD).picture()
    assert "diverged" not in earlier.sentence
    assert earlier.runner.length == 3999
    for back in range(8):
        drawn = at(picture.runner.at - back, activation=activation, **WILD).picture()
        texts = [label.text for label in drawn.labels]
        assert not any("–" in text or "nan" in text for text in texts), "no number is no label"
        assert ("∞" in drawn.sentence) <= ("diverged" in drawn.sentence)
        inside = [label.text for label in drawn.labels if (label.x, label.y) in {tuple(place) for place in (*SUMS, *UNITS, OUTPUT, LOSS)}]  # fmt: skip
        assert all(len(text) <= MOST for text in inside), inside


@pytest.mark.parametrize("value", [0.0, -0.00123, 123456.7, -3.82e155, 1.5e-300, math.inf, -math.inf, 99999.96])
def test_a_disc_has_room_for_every_number(value):
    told = fitted(value)
    assert len(told) <= MOST
    if math.isfinite(value):
        assert read(told) == pytest.approx(value, rel=0.5)


def test_a_whole_run_that_settles_is_not_said_to_diverge(at):
    for turn in (3999, 4000):
        assert "diverged" not in at(turn).picture().sentence
