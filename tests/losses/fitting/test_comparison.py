"""Several losses over the same points: each fit is best by its own, refusals are reasoned, bad rows are known."""

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.edited import with_edits
from losses.data.outliers import Outliers
from losses.fitting.comparison import MODELS, compare, fit_all

LINE = DATASETS["line"]
REGRESSION = {key: {} for key, loss in LOSSES.items() if loss.family == "regression"}
ANY_RESIDUAL = {key: {} for key in REGRESSION if key not in ("poisson", "msle")}
CONVEX = {key: {} for key in ANY_RESIDUAL if LOSSES[key].fact("convex")}
NOTHING = Outliers(count=0)


def compared(x, y, losses, model="line"):
    return compare(x, y, losses, *fit_all(x, y, losses, model))


def _in_unit(scale):
    """Every loss with the defaults that suit data of this scale."""
    return {
        key: {name: parameter.default * scale for name, parameter in LOSSES[key].parameters.items() if parameter.scaled}
        for key in REGRESSION
    }


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("data", DATASETS)
def test_every_fit_is_best_by_its_own_loss(data, model):
    points = DATASETS[data]
    comparison = compared(points.x, points.y, _in_unit(points.scale), model)
    assert set(comparison.fits) | set(comparison.refused) == set(REGRESSION)
    for loss in comparison.fits:
        by_this_loss = {fitted: costs[loss] for fitted, costs in comparison.costs.items()}
        own = by_this_loss.pop(loss)
        assert own == comparison.fits[loss].objective
        for fitted, other in by_this_loss.items():
            assert not other < own - 1e-9 * max(1.0, abs(own)), f"{fitted}'s line beats {loss}'s by {loss} itself"


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_unit_of_the_targets_changes_no_fit(unit):
    x, y = DATASETS["belgian_phones"].x, DATASETS["belgian_phones"].y
    settings = _in_unit(1.0)
    here, there = compared(x, y, settings), compared(x, y * unit, _in_unit(unit))
    assert here.refused == there.refused == {}
    of_no_unit = set(REGRESSION) - {"log_cosh", "msle"}
    for key in of_no_unit:
        assert there.fits[key].slope / unit == pytest.approx(here.fits[key].slope, rel=1e-6), key
        assert there.scores[key]["RMSE"] / unit == pytest.approx(here.scores[key]["RMSE"], rel=1e-6), key
    # Near 0 both losses without a unit of their own are squared errors, far out log-cosh is the absolute one.
    small = unit < 1
    assert there.fits["log_cosh"].slope == pytest.approx(there.fits["mse" if small else "mae"].slope, rel=1e-5)
    if small:
        assert there.fits["msle"].slope == pytest.approx(there.fits["mse"].slope, rel=1e-5)


def test_scores_far_from_x_0_are_those_of_the_fit():
    comparison = compared(1.7e18 + 4096 * LINE.x, LINE.y, {"mse": {}, "mae": {}})
    assert comparison.scores["mse"]["RMSE"] == pytest.approx(np.sqrt(comparison.fits["mse"].objective), rel=1e-12)
    assert comparison.scores["mae"]["MAE"] == pytest.approx(comparison.fits["mae"].objective, rel=1e-12)


SHORT_STEP = [
    (0, 0),
    (0, 0),
    (0, 1),
    (0, -1),
    (2, 1e-150),
    (30, 0),
    (-1, 0),
    (-2, 1),
    (-30, 31),
]  # too short to be seen


@settings(deadline=None, max_examples=15)
@example(SHORT_STEP)
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=3, max_size=12))
def test_every_convex_fit_is_best_on_any_points(points):
    x, y = np.array(points).T
    assume(np.ptp(x) > 1e-3)
    comparison = compared(x, y, CONVEX)
    assert comparison.refused == {}
    for loss, fit in comparison.fits.items():
        for costs in comparison.costs.values():
            assert costs[loss] >= fit.objective - 1e-7 * max(1.0, abs(fit.objective))


def test_read_only_data_are_taken_without_a_warning(recwarn):
    torch.set_warn_always(True)
    try:
        compared(LINE.x, LINE.y, REGRESSION)
        LOSSES["mse"](LINE.x, LINE.y)
    finally:
        torch.set_warn_always(False)
    assert [str(warning.message) for warning in recwarn] == []


def test_location_is_the_mean_and_the_median():
    points = DATASETS["location"]
    fits = compared(points.x, points.y, {"mse": {}, "mae": {}}, "constant").fits
    assert (fits["mse"].intercept, fits["mse"].slope) == (pytest.approx(22), 0)
    assert (fits["mae"].intercept, fits["mae"].slope) == (pytest.approx(3), 0)


def test_who_asks_for_the_same_again_gets_the_same_and_nobody_can_change_it():
    first, again = (fit_all(LINE.x.copy(), list(LINE.y), {"huber": {"delta": 0.05}})[0]["huber"] for _ in range(2))
    assert first is again
    for part in ("residual", "pull", "weight", "values", "corners"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(first, part)[0] = 1.0
    for x, y, losses, model in (
        (LINE.x + 1, LINE.y, {"huber": {"delta": 0.05}}, "line"),
        (LINE.x, LINE.y + 1, {"huber": {"delta": 0.05}}, "line"),
        (LINE.x, LINE.y, {"huber": {"delta": 0.2}}, "line"),
        (LINE.x, LINE.y, {"huber": {"delta": 0.05}}, "constant"),
    ):
        other = fit_all(x, y, losses, model)[0]["huber"]
        assert (other.slope, other.intercept) != (first.slope, first.intercept)


def test_scores_belong_to_their_fits():
    comparison = compared(LINE.x, LINE.y, {"mse": {}, "mae": {}})
    for key, fit in comparison.fits.items():
        residual = fit.intercept + fit.slope * LINE.x - LINE.y
        scores = comparison.scores[key]
        assert scores["RMSE"] == pytest.approx(np.sqrt(np.mean(residual**2)))
        assert scores["MAE"] == pytest.approx(np.mean(np.abs(residual)))
        assert scores["R²"] == pytest.approx(1 - np.sum(residual**2) / np.sum((LINE.y - LINE.y.mean()) ** 2))
    assert comparison.costs["mse"]["mae"] == pytest.approx(comparison.scores["mse"]["MAE"])
    assert comparison.costs["mae"]["mse"] == pytest.approx(comparison.scores["mae"]["RMSE"] ** 2)


def test_a_refused_loss_says_why_and_the_others_are_fitted():
    comparison = compared([0, 1, 2], [1.0, -5.0, 3.0], {"poisson": {}, "mse": {}, "msle": {}})
    assert set(comparison.fits) == {"mse"}
    assert set(comparison.refused) == {"poisson", "msle"}
    assert "-5" in comparison.refused["poisson"]


def test_every_loss_is_refused_where_no_line_is_defined():
    comparison = compared([2.0, 2.0], [1.0, 3.0], {"mse": {}, "mae": {}})
    assert comparison.fits == {} == comparison.costs == comparison.scores
    assert all("different x" in why for why in comparison.refused.values())


def test_a_cost_is_no_number_where_a_line_leaves_what_the_loss_takes():
    comparison = compared(np.arange(4.0), [8.0, 1.0, 0.5, 0.1], {"mse": {}, "poisson": {}})
    assert comparison.fits["mse"].predict(3.0) < 0, "the squared-error line has to leave the counts"
    assert np.isnan(comparison.costs["mse"]["poisson"])
    assert np.isfinite(comparison.costs["poisson"]["mse"])


def test_an_unknown_model_is_an_error():
    with pytest.raises(ValueError, match="line, constant; got 'parabola'"):
        fit_all(LINE.x, LINE.y, {"mse": {}}, "parabola")


def test_the_unspoiled_points_are_all_but_the_bad_ones():
    scene = with_edits(LINE, Outliers(2, size=10), seed=3, moves={5: (5.0, 40.0)})
    changed = (scene.y != LINE.y) | (scene.x != LINE.x)
    assert changed.sum() == scene.bad.sum() == 3
    assert list(scene.bad) == list(changed)
    x, y = scene.unspoiled()
    assert list(x) == list(LINE.x[~changed])
    assert list(y) == list(LINE.y[~changed])
    assert scene.y[5] == 40


def test_points_known_to_be_bad_are_spoiled():
    stars = DATASETS["stars"]
    scene = with_edits(stars, NOTHING)
    assert tuple(np.flatnonzero(scene.bad)) == stars.outlier_rows
    assert scene.unspoiled()[0].min() > 3.6


def test_a_moved_point_wins_over_an_outlier_put_in_and_the_data_set_stays():
    everywhere = Outliers(count=11, size=100)
    scene = with_edits(LINE, everywhere, moves={0: (-1.0, -2.0)})
    assert (scene.x[0], scene.y[0]) == (-1, -2)
    assert scene.bad.all()
    assert LINE.y[0] == pytest.approx(1.3)


def test_a_row_below_0_cannot_be_moved():
    with pytest.raises(ValueError, match="row -1 cannot"):
        with_edits(LINE, NOTHING, moves={-1: (0.0, 0.0), 3: (0.0, 0.0)})


def test_more_outliers_than_points_are_refused():
    with pytest.raises(ValueError, match="11"):
        with_edits(LINE, Outliers(count=12))


def test_a_mean_of_costs_that_a_number_holds_does_not_overflow_in_the_sum():
    data = DATASETS["line"]
    with np.errstate(all="raise", under="ignore"):
        costs = compared(data.x, data.y, {"epsilon_insensitive": {"epsilon": 1.7e308}, "mae": {}}).costs
    assert costs["epsilon_insensitive"]["mae"] == pytest.approx(1.7e308)


def test_lines_that_are_one_but_for_rounding_are_one_corner():
    x = np.array([0.0, 1, 2, 3, -1e150, 5, 1e6, 7, 8, 9, 10])
    y = np.array([1.3, 2.8, 5.1, 6.6, 1e12, 11.5, -20, 15.1, 16.9, 19.2, -20])
    assert fit_all(x, y, {"mae": {}})[0]["mae"].corners.shape == (1, 2)
