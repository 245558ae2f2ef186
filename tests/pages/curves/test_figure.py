"""What the picture of curves draws at the probe: tangents, and arrows for the pull."""

import numpy as np
import pytest

from components.plot.theme import STYLES
from losses import LOSSES
from losses.curves.catalogue import AXES
from losses.curves.probe import probe
from pages.curves.figure import PULLS, REACH
from pages.curves.view import POINTS, curves_picture

EVERY_FIVE = [(key, axis.losses[at : at + 5]) for key, axis in AXES.items() for at in range(0, len(axis.losses), 5)]


class Drawn:
    """A picture of losses on an axis with default parameters, and what each is at the probe."""

    def __init__(self, axis, losses, at=None):
        self.axis = AXES[axis]
        self.at = self.axis.at if at is None else at
        chosen = {key: self.axis.settings(LOSSES[key]) for key in losses}
        self.picture = curves_picture(self.axis, chosen, {}, self.at, False, ())
        self.probed = {key: probe(self.axis, LOSSES[key], self.at, {}, chosen[key]) for key in losses}
        self.layout = self.picture.figure["layout"]

    def of(self, key, **wanted):
        """The traces of a loss with these entries, of the trace or of its line."""
        traces = [trace for trace in self.picture.figure["data"] if trace.get("name") == LOSSES[key].name]
        return [trace for trace in traces if all({**trace, **trace["line"]}.get(name) == value for name, value in wanted.items())]  # fmt: skip

    def tangent(self, key):
        (trace,) = self.of(key, width=5)
        return trace["x"], trace["y"]

    def arrow(self, key):
        """How far the arrow of a loss goes, and whether it ends in a head that shows the same way."""
        traces = self.of(key, yaxis=PULLS)
        if not traces:
            return 0.0, False
        tip, start = traces[0]["x"]
        assert start == self.at
        lane = traces[0]["y"][0]
        heads = [trace for trace in self.picture.figure["data"] if trace["mode"] == "markers" and trace.get("yaxis")]
        marks = [zip(head["x"], head["y"], head["marker"]["color"], head["marker"]["symbol"], strict=True) for head in heads]  # fmt: skip
        marker = [(x, color, symbol) for head in marks for x, y, color, symbol in head if y == lane]
        way = "triangle-left" if tip < start else "triangle-right"
        return tip - start, marker == [(tip, STYLES[key].color, way)]


@pytest.mark.parametrize(("axis", "losses"), EVERY_FIVE, ids=[f"{axis}: {losses[0]}" for axis, losses in EVERY_FIVE])
def test_tangents_and_arrows_have_the_slope_at_the_probe(axis, losses):
    at = AXES[axis].low + 0.5713 * (AXES[axis].high - AXES[axis].low)
    drawn = Drawn(axis, losses, at)
    scale = REACH * (drawn.axis.high - drawn.axis.low) / max(map(abs, drawn.layout["yaxis2"]["range"]))
    for key, here in drawn.probed.items():
        x, y = drawn.tangent(key)
        assert np.all(np.diff(x) >= 0)
        slope = (y[-1] - y[0]) / (x[-1] - x[0])
        assert slope == pytest.approx(here.slope, rel=1e-3, abs=1e-4)
        assert np.interp(at, x, y) == pytest.approx(here.value, abs=1e-3)
        length, headed = drawn.arrow(key)
        assert length == pytest.approx(-scale * here.slope), "against the slope, as long as that is steep"
        assert headed or abs(length) < 0.01 * (drawn.axis.high - drawn.axis.low)


def test_the_opening_shows_who_pulls_how_hard():
    drawn = Drawn("residual", ("mse", "mae", "huber"))
    lengths = {key: drawn.arrow(key)[0] for key in drawn.probed}
    assert lengths["mse"] / lengths["mae"] == pytest.approx(6)
    assert lengths["mae"] == lengths["huber"] < 0
    assert "MSE costs 9.00 (pull 6.00)" in drawn.picture.sentence
    assert "pull" in drawn.picture.alt
    assert drawn.layout["yaxis4"]["title"]["text"] == "pull"
    assert [row.cells[2].replace("\N{NO-BREAK SPACE}", " ") for row in drawn.picture.readouts[0].rows] == ["← 6.000", "← 1.000", "← 1.000"]  # fmt: skip


def test_at_a_kink_both_slopes_are_drawn_and_told_and_nothing_pulls():
    drawn = Drawn("residual", ("mse", "mae"), 0.0)
    x, y = drawn.tangent("mae")
    assert np.diff(y)[[0, -1]] / np.diff(x)[[0, -1]] == pytest.approx([-1, 1])
    assert drawn.arrow("mae") == (0.0, False)
    assert drawn.picture.notes == ("MAE has a kink here: its slope jumps from −1 to 1, and 0 is taken.",)
    assert Drawn("residual", ("mse", "mae"), 0.01).picture.notes == ()


def test_where_a_loss_jumps_no_line_joins_its_two_values():
    drawn = Drawn("margin", ("zero_one",), 0.0)
    _, y = drawn.tangent("zero_one")
    assert y[:2].tolist() == [1, 1]
    assert np.isnan(y[2])
    assert y[3:].tolist() == [0, 0]
    assert drawn.picture.notes == ("0-1 jumps here from 1 to 0.",)
    (said,) = Drawn("margin", ("perceptron",), 0.0).picture.notes
    assert said == "Perceptron has a kink here: its slope jumps from −1 to 0, and 0 is taken."


def test_a_pull_that_is_too_hard_for_the_panel_runs_out_of_it_without_a_head():
    for at in (0.0, 0.01):
        drawn = Drawn("probability", ("binary_cross_entropy", "focal"), at)
        assert drawn.arrow("binary_cross_entropy") == (pytest.approx(1 - at), False)
    infinite = Drawn("probability", ("binary_cross_entropy",), 0.0)
    assert infinite.of("binary_cross_entropy", width=5) == [], "no tangent where the loss is infinite"
    assert "pull ∞" in infinite.picture.sentence


def test_what_is_drawn_at_the_probe_follows_it_and_stays_paintable(session):
    session.open("curves")
    for at in (-4.0, 2.5):
        session.move(**{"at.0": [at, 0]})
        traces = session.data["figure"]["data"]
        assert {(trace["type"], trace["mode"]) for trace in traces} == {("scatter", "lines"), ("scatter", "markers")}
        mse = [trace for trace in traces if trace.get("name") == "MSE"]
        (tangent,) = [trace for trace in mse if trace["line"]["width"] == 5]
        (arrow,) = [trace for trace in mse if trace.get("yaxis") == PULLS]
        assert (tangent["y"][-1] - tangent["y"][0]) / (tangent["x"][-1] - tangent["x"][0]) == pytest.approx(
            2 * at, rel=1e-3
        )
        assert arrow["x"][1] == pytest.approx(at)
        assert np.sign(arrow["x"][0] - arrow["x"][1]) == -np.sign(at)


def test_jumps_stand_upright():
    """Beside a whole number a curve has both its sides, a millionth of the axis apart."""
    drawn = curves_picture(AXES["residual"], {"mae": {}}, {}, 3.0, False, ())
    traces = [trace for trace in drawn.figure["data"] if trace.get("name") == "MAE" and len(trace["x"]) >= POINTS]
    slopes = traces[-1]
    x, y = slopes["x"], slopes["y"]
    first, last = np.flatnonzero(y == -1)[-1], np.flatnonzero(y == 1)[0]
    assert 0 < x[last] - x[first] < 3e-5
    assert x[first] == pytest.approx(-1e-5)
