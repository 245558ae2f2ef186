"""Every preset of curves shows what it says: its losses are probed and compared with its numbers."""

import math

import numpy as np
import pytest

from components.text import number
from losses import LOSSES
from losses.curves.probe import probe
from pages.curves.model import Curves
from pages.curves.settings import PRESETS
from tests.presets import Claims, showing

CLAIMS = Claims()


class Shown:
    """The page at a preset: where its probe stands, and what it reads there."""

    def __init__(self, view):
        page = Curves(view)
        assert page.check() == []
        self.axis, self.at, self.losses = page.axis, page.at, page.chosen()
        self.scenario, self.picture = page.scenario, page.picture()

    def cost(self, key, at=None):
        return self.probe(key, at).value

    def pull(self, key, at=None):
        return abs(self.probe(key, at).slope)

    def probe(self, key, at):
        return probe(self.axis, LOSSES[key], self.at if at is None else at, self.scenario, self.losses[key])

    def drawn(self, key):
        """The curve of a loss in the first panel."""
        traces = [trace for trace in self.picture.figure["data"] if trace.get("name") == LOSSES[key].name]
        return next(trace["y"] for trace in traces if trace["line"]["width"] == 2.5)

    def is_bent(self, key):
        """Whether a part of its curve is drawn thick."""
        return any(trace.get("name") == LOSSES[key].name and trace["line"]["width"] == 9 for trace in self.picture.figure["data"])  # fmt: skip


def assert_drawn(seen):
    """What is so at every preset."""
    for row, key in zip(seen.picture.readouts[0].rows, seen.losses, strict=True):
        assert row.cells[1] == number(seen.cost(key), 4)
        assert row.cells[2].endswith(number(seen.pull(key), 4))


shown, test_a_preset_shows_what_it_says = showing("curves", PRESETS, Shown, CLAIMS, assert_drawn)


@CLAIMS.of("An error of 5")
def an_error_of_5(seen, changed):
    assert seen.pull("mae") == seen.pull("huber")
    return seen.at, seen.cost("mse"), seen.pull("mse"), seen.cost("mae"), seen.cost("huber"), seen.pull("mae")


@CLAIMS.of("Double the residual")
def double_the_residual(seen, changed):
    to = changed(at=2 * seen.at)
    mse = seen.cost("mse"), to.cost("mse"), seen.pull("mse"), to.pull("mse")
    return seen.at, to.at, *mse, seen.cost("mae"), to.cost("mae")


@CLAIMS.of("Small δ")
def small_delta(seen, changed):
    assert not seen.is_bent("huber")
    assert changed(**{"huber.delta": 1.0}).is_bent("huber")
    assert seen.drawn("huber") == pytest.approx(0.05 * seen.drawn("mae"), abs=0.002)
    return seen.losses["huber"]["delta"], seen.cost("huber"), seen.cost("mae")


@CLAIMS.of("Large δ")
def large_delta(seen, changed):
    assert seen.drawn("huber") == pytest.approx(seen.drawn("mse") / 2)
    return seen.losses["huber"]["delta"], seen.cost("huber"), seen.at, seen.cost("mse")


@CLAIMS.of("Barron’s α")
def barrons_alpha(seen, changed):
    def costs(alpha):
        return changed(**{"general_robust.alpha": alpha}).cost("general_robust")

    assert costs(-math.inf) == pytest.approx(1 - np.exp(-4.5))
    assert costs(0.0) == pytest.approx(np.log(1 + 0.5 * 9))
    return seen.losses["general_robust"]["alpha"], seen.at, costs(2.0), 1, costs(1.0), 0, costs(0.0), -2, costs(-2.0)


@CLAIMS.of("What is a margin worth?")
def margin_worth(seen, changed):
    assert seen.cost("zero_one") == 0
    return seen.at, seen.cost("hinge"), 2, seen.cost("hinge", 2.0), seen.cost("logistic", 2.0)


@CLAIMS.of("Confident and wrong")
def confident_and_wrong(seen, changed):
    nothing = changed(at=0.0)
    assert math.isinf(nothing.cost("binary_cross_entropy"))
    assert "∞" in nothing.picture.sentence
    return seen.at, seen.cost("binary_cross_entropy"), seen.pull("binary_cross_entropy"), seen.cost("focal"), 0
