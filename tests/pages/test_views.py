"""What the pages' pictures say: sentences, tables, labels and handles follow the numbers."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch

from components.text import number
from losses import LOSSES
from losses.curves.axis import curve
from losses.curves.catalogue import AXES
from losses.curves.probe import probe
from losses.data.datasets import DATASETS, generate_line
from losses.data.edited import EditedData, with_edits
from losses.data.outliers import Outliers
from losses.fitting.comparison import compare, fit_all
from pages.curves.view import POINTS, curves_picture
from pages.curves.view import table as curve_table
from pages.outliers.view import outlier_picture, story
from pages.outliers.view import table as point_table
from tests.traces import carrying

THREE = {"mse": {}, "mae": {}, "huber": {}}
NOTHING = Outliers(count=0)
LIAR = {10: (10.0, -20.0)}


def seen(points, losses=THREE, model="line"):
    unspoiled, _ = fit_all(*points.unspoiled(), losses, model)
    comparison = compare(points.x, points.y, losses, *fit_all(points.x, points.y, losses, model))
    return outlier_picture(points, comparison, unspoiled, ()), comparison, unspoiled


def test_the_sentence_says_what_one_liar_does_to_every_slope():
    picture, comparison, unspoiled = seen(with_edits(DATASETS["line"], NOTHING, moves=LIAR))
    for key in THREE:
        change = f"{LOSSES[key].name} {number(unspoiled[key].slope)} → {number(comparison.fits[key].slope)}"
        assert change in picture.sentence
    assert picture.sentence.startswith("One point lies; the slope without it → with it: MSE")
    assert picture.sentence in picture.alt


@pytest.mark.parametrize(("shift", "what"), [(0.0, "intercept"), (5.0, "height at x = 10"), (60.0, "height at x = 65")])
def test_the_sentence_tells_of_what_changed_most(shift, what):
    line = DATASETS["line"]
    moved = EditedData(
        line.x + shift, line.y + 28 * (line.x == 5), (line.x, line.y), line.x == 5, "t", "x", "y", np.arange(11)
    )
    picture, comparison, unspoiled = seen(moved)
    assert f"the {what} without it → with it: MSE" in picture.sentence, "the slope stays"
    place = 0.0 if what == "intercept" else shift + 5
    before, after = (fits["mse"].predict(place) for fits in (unspoiled, comparison.fits))
    assert f"MSE {number(float(before))} → {number(float(after))}" in picture.sentence


def test_of_many_losses_those_hit_hardest_are_told():
    losses = {key: {} for key in ("mae", "huber", "mse", "log_cosh", "epsilon_insensitive")}
    sentence = seen(with_edits(DATASETS["line"], NOTHING, moves=LIAR), losses)[0].sentence
    assert sentence.index("MSE") < sentence.rindex("→") < sentence.index("; 2 more moved less")
    assert sentence.count("→") == 1 + 3
    assert len(sentence) <= 160


def test_the_sentence_counts_the_bad_points_and_speaks_of_values_for_constants():
    points = with_edits(DATASETS["line"], Outliers(3, size=20))
    assert seen(points)[0].sentence.startswith("3 of 11 points")
    location = seen(with_edits(DATASETS["location"], NOTHING), model="constant")[0].sentence
    assert "22.0" in location
    assert "slope" not in location


def test_the_sentence_without_bad_points_or_fits():
    clean = with_edits(DATASETS["line"], NOTHING)
    fits, _ = fit_all(clean.x, clean.y, THREE)
    assert story(clean, fits, fits).count("from") == 0
    assert number(fits["mse"].slope) in story(clean, fits, fits)
    assert story(clean, {}, fits)
    lone = EditedData(clean.x, clean.y, (clean.x, clean.y), clean.x > 0, "t", "x", "y", clean.rows)
    assert number(fits["mse"].slope) in story(lone, fits, {})


def test_readouts_are_the_fits():
    picture, comparison, _ = seen(with_edits(DATASETS["line"], NOTHING, moves=LIAR))
    lines, costs = picture.readouts
    for row, (key, fit) in zip(lines.rows, comparison.fits.items(), strict=True):
        assert row.cells[:3] == (LOSSES[key].name, number(fit.intercept), number(fit.slope))
        assert row.cells[3:] == tuple(map(number, comparison.scores[key].values()))
    for row, of_fit in zip(costs.rows, comparison.costs.values(), strict=True):
        assert row.cells[1:] == tuple(map(number, of_fit.values()))


def test_every_line_is_named_at_its_end():
    picture, comparison, _ = seen(with_edits(DATASETS["line"], NOTHING, moves=LIAR))
    for label, (key, fit) in zip(picture.labels, comparison.fits.items(), strict=True):
        assert label.text == LOSSES[key].name
        assert label.y == pytest.approx(fit.intercept + fit.slope * label.x)


def test_a_refused_loss_is_explained():
    picture, _, _ = seen(with_edits(DATASETS["line"], NOTHING, moves=LIAR), {"mse": {}, "poisson": {}})
    assert any("Poisson" in note and "−20" in note for note in picture.notes)


def test_of_many_points_the_drawn_ones_go_by_their_rows():
    x, y = generate_line(5000, noise=1.0, seed=0)
    bad = np.zeros(5000, dtype=bool)
    bad[[17, 4321]] = True
    picture, _, _ = seen(EditedData(x, y, (x, y), bad, "many", "x", "y", np.arange(5000)), {"mse": {}})
    (handle,) = picture.handles
    drawn = carrying(picture.figure, "points")
    assert len(handle.rows) == len(drawn["x"]) <= 2000 + bad.sum()
    assert {17, 4321} <= set(handle.rows)
    assert np.array_equal(drawn["x"], x[list(handle.rows)])
    assert seen(with_edits(DATASETS["line"], NOTHING))[0].handles[0].rows is None


def test_shares_add_up_to_the_whole_loss():
    picture, _, _ = seen(with_edits(DATASETS["line"], NOTHING, moves=LIAR))
    shares = [trace["y"] for trace in picture.figure["data"] if trace.get("yaxis") == "y3"]
    assert len(shares) == 3
    for share in shares:
        assert share.min() >= 0
        assert share.sum() == pytest.approx(100)


def test_the_points_table_has_every_point_and_number():
    points = with_edits(DATASETS["line"], NOTHING, moves=LIAR)
    _, comparison, _ = seen(points)
    columns = point_table(points, comparison.fits)
    assert {len(column) for column in columns.values()} == {11}
    assert columns["MSE residual"] == pytest.approx(
        comparison.fits["mse"].intercept + comparison.fits["mse"].slope * points.x - points.y
    )
    assert columns["MSE loss"] == pytest.approx(columns["MSE residual"] ** 2)


@pytest.mark.parametrize(("at", "value", "slope", "curvature"), [(5.0, 25, 10, 2), (-3.0, 9, -6, 2)])
def test_the_probe_reads_the_loss(at, value, slope, curvature):
    found = probe(AXES["residual"], LOSSES["mse"], at, {}, {})
    assert (found.value, found.slope, found.curvature) == (value, slope, curvature)


def test_the_curves_are_the_losses():
    axis = AXES["residual"]
    columns = curve_table(axis, THREE, {})
    grid = columns["r"]
    assert len(grid) == POINTS
    assert (grid[0], grid[-1]) == (axis.low, axis.high)
    assert columns["MSE"] == pytest.approx(grid**2)
    assert columns["MAE slope"] == pytest.approx(np.sign(grid))
    assert columns["Huber curvature"][np.abs(grid) < 0.99] == pytest.approx(1)
    for whole in range(-5, 6):
        assert np.abs(grid - whole).min() < 1e-12, "a corner at a whole residual has to be among the points"


@pytest.mark.parametrize("at", [5.0, 0.05])
def test_the_curves_say_what_the_probe_reads(at):
    picture = curves_picture(AXES["residual"], THREE, {}, at, False, ())
    (readout,) = picture.readouts
    for row, key in zip(readout.rows, THREE, strict=True):
        found = probe(AXES["residual"], LOSSES[key], at, {}, {})
        pull = number(abs(found.slope), 4)
        parts = (
            number(found.value, 4),
            f"←\N{NO-BREAK SPACE}{pull}",
            number(found.slope, 4),
            number(found.curvature, 4),
        )
        assert row.cells == (LOSSES[key].name, *parts)
        assert f"{LOSSES[key].name} costs {number(found.value)} (pull {number(abs(found.slope))})" in picture.sentence
    assert picture.sentence.startswith(f"At r = {at:g}: MSE" if at == 5 else f"At r = {at:g}: MAE"), (
        "the hardest pull first"
    )


def test_of_many_curves_the_hardest_pulls_are_told():
    losses = {key: {} for key in ("mse", "mae", "huber", "log_cosh", "quantile")}
    sentence = curves_picture(AXES["residual"], losses, {}, 5.0, False, ()).sentence
    assert sentence.count("costs") == 3
    assert sentence.endswith("; 2 more in the table.")


@pytest.mark.parametrize("key", AXES)
def test_an_axis_opens_where_its_losses_cost_something_and_differ(key):
    axis = AXES[key]
    found = [probe(axis, LOSSES[loss], axis.at, {}, {}) for loss in axis.losses]
    probed = {loss: (here.value, here.slope, here.curvature) for loss, here in zip(axis.losses, found, strict=True)}
    assert all(abs(value) > 0.01 or abs(slope) > 0.01 for value, slope, _ in probed.values())
    curves = {
        loss: curve(LOSSES[loss], axis, torch.linspace(axis.low, axis.high, 50, dtype=torch.float64))
        for loss in axis.losses[:3]
    }
    for one, other in combinations(curves, 2):
        if not torch.equal(curves[one].value, curves[other].value):
            assert np.abs(np.subtract(probed[one], probed[other])).max() > 0.05, (one, other)


def test_an_infinite_end_has_no_label():
    to_zero = replace(AXES["probability"], low=1.0, high=0.0)
    picture = curves_picture(to_zero, {"binary_cross_entropy": {}}, {}, 0.0, False, ())
    assert picture.labels == ()
    assert "∞" in picture.sentence
