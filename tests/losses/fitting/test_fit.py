"""Fits against other libraries, published coefficients, brute force and the conditions for a minimum."""

from itertools import combinations
from typing import Annotated

import numpy as np
import pytest
import statsmodels.api as sm
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize
from scipy.stats import expectile
from sklearn.linear_model import LinearRegression, QuantileRegressor

from losses import LOSSES
from losses.data import datasets
from losses.fitting import fit
from losses.fitting.newton import Cost, Objective
from losses.spec.domain import REAL
from losses.spec.kinks import Kink
from losses.spec.loss import loss as declare
from losses.spec.parameter import Range

Real = Annotated[torch.Tensor, REAL]
DATA = datasets.FOLDER
LINE_X = np.arange(11.0)
LINE_Y = 1 + 2 * LINE_X + np.array([0.3, -0.2, 0.1, -0.4, 0.2, 0.5, -0.3, 0.1, -0.1, 0.2, -0.4])
REGRESSION = [key for key, loss in LOSSES.items() if loss.family == "regression"]
REDESCENDING = ["tukey", "cauchy", "welsch", "geman_mcclure"]


@declare(
    name="Toll",
    latex="",
    references=(),
    facts="convex bounded_slope",
    kinks=lambda free: (Kink(-2 * free, -3.0, -0.5), Kink(0.0, -0.5, 0.25), Kink(free, 0.25, 2.0)),
)
def toll(
    prediction: Real, target: Real, *, free: Annotated[float, Range(0.0, 10.0, open_low=True)] = 1.0
) -> torch.Tensor:
    """A loss that no list of keys knows: four pieces, of which none is level."""
    residual = prediction - target
    return (
        0.25 * residual
        + 0.75 * torch.relu(-residual)
        + 2.5 * torch.relu(-2 * free - residual)
        + 1.75 * torch.relu(residual - free)
    )


PIECEWISE = [
    (LOSSES["mae"], {}),
    (LOSSES["quantile"], {"tau": 0.2}),
    (LOSSES["quantile"], {"tau": 0.9}),
    (LOSSES["epsilon_insensitive"], {}),
    (toll, {}),
    (toll, {"free": 0.25}),
]


def published(name):
    return np.genfromtxt(DATA / f"{name}.csv", delimiter=",", skip_header=1).T


def noisy(count, seed=0, degrees=2):
    random = np.random.default_rng(seed)
    x = random.normal(size=count)
    return x, 1 + 2 * x + random.standard_t(degrees, size=count)


def least_by_scipy(x, y, loss, starts, **parameters):
    def objective(line):
        return fit.cost(line, x, y, loss, **parameters)

    options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000}
    return min(minimize(objective, start, method="Nelder-Mead", options=options).fun for start in starts)


def least_by_linear_program(x, y, loss, parameters):
    """The linear program of the loss's pieces, by HiGHS: the least objective over (intercept, slope, each point's loss)."""
    kinks = loss.kinks_for(**parameters)
    at = np.array([kinks[0].at, *(kink.at for kink in kinks)])
    slopes = np.array([kinks[0].before, *(kink.after for kink in kinks)])
    heights = loss(at, 0.0, **parameters).numpy()
    rows, right = [], []
    for place, slope, height in zip(at, slopes, heights, strict=True):  # height + slope (r - place) <= the point's loss
        rows.append(np.column_stack([slope * np.ones_like(x), slope * x, -np.eye(len(x))]))
        right.append(slope * (y + place) - height)
    bounds = [(None, None)] * (2 + len(x))
    price = np.concatenate([[0, 0], np.full(len(x), 1 / len(x))])
    return linprog(price, A_ub=np.concatenate(rows), b_ub=np.concatenate(right), bounds=bounds).fun


@pytest.mark.parametrize(
    ("name", "loss", "intercept", "slope", "digits"),
    [
        ("belgian_phones", "mse", -26.0, 0.504, (1, 3)),
        ("stars_cyg_ob1", "mse", 6.793, -0.413, (3, 3)),
        ("anscombe_3", "mse", 3.0, 0.5, (2, 2)),
        ("engel_food", "mae", 81.48225, 0.56018, (5, 5)),
    ],
)
def test_published_coefficients(name, loss, intercept, slope, digits):
    x, y = published(name)
    if name == "belgian_phones":
        y = y / 10  # the file counts in millions, the publication in tens of millions
    result = fit.fit_line(x, y, loss)
    assert (round(result.intercept, digits[0]), round(result.slope, digits[1])) == (intercept, slope)


@pytest.mark.parametrize("name", ["belgian_phones", "stars_cyg_ob1", "anscombe_3", "engel_food"])
@pytest.mark.parametrize("half", [False, True])
def test_mse_is_least_squares(name, half):
    x, y = published(name)
    reference = LinearRegression().fit(x[:, None], y)
    result = fit.fit_line(x, y, "mse", half=half)
    assert (result.intercept, result.slope) == pytest.approx((reference.intercept_, reference.coef_[0]), rel=1e-10)
    assert result.objective == pytest.approx(np.square(result.residual).mean() / (2 if half else 1), rel=1e-14)
    assert result.unique is True


@pytest.mark.parametrize("name", ["belgian_phones", "anscombe_3", "engel_food"])
@pytest.mark.parametrize("tau", [0.1, 0.5, 0.75])
def test_quantile_agrees_with_scikit_learn_and_statsmodels(name, tau):
    """Statsmodels iterates, and on the two small sets it stops short: there its line is only never better."""
    x, y = published(name)
    result = fit.fit_line(x, y, "quantile", tau=tau)
    learned = QuantileRegressor(quantile=tau, alpha=0, solver="highs").fit(x[:, None], y)
    modelled = sm.QuantReg(y, sm.add_constant(x)).fit(q=tau, max_iter=5000, p_tol=1e-10)
    exact = fit.cost((learned.intercept_, learned.coef_[0]), x, y, "quantile", tau=tau)
    assert result.objective == pytest.approx(exact, rel=1e-9)
    assert result.objective <= exact * (1 + 1e-12)
    assert result.objective <= fit.cost(modelled.params, x, y, "quantile", tau=tau) * (1 + 1e-12)
    if name == "engel_food":
        assert modelled.params == pytest.approx([result.intercept, result.slope], rel=1e-3)


@pytest.mark.parametrize(("loss", "parameters"), PIECEWISE)
@pytest.mark.parametrize("degrees", [1, 30])
def test_piecewise_linear_losses_agree_with_the_linear_program(loss, parameters, degrees):
    x, y = noisy(300, degrees=degrees)
    result = fit.fit_line(x, y, loss, **parameters)
    assert result.objective == pytest.approx(least_by_linear_program(x, y, loss, parameters), rel=1e-12)
    assert result.unique is True


def lines_through_kinks(x, y, kinks):
    points = [(a, b + at) for a, b in zip(x, y, strict=True) for at, _, _ in kinks]
    for (x0, y0), (x1, y1) in combinations(points, 2):
        if x0 != x1:
            slope = (y1 - y0) / (x1 - x0)
            yield y0 - slope * x0, slope


SMALL = st.lists(st.tuples(st.integers(0, 6), st.integers(-6, 6)), min_size=2, max_size=9).filter(
    lambda points: len({x for x, _ in points}) > 1
)


@settings(deadline=None, max_examples=150)
@given(points=SMALL, case=st.sampled_from(PIECEWISE))
def test_piecewise_linear_fit_is_the_best_of_all_vertices(points, case):
    loss, parameters = case
    x, y = np.array(points, dtype=float).T
    result = fit.fit_line(x, y, loss, **parameters)
    lines = np.array([*lines_through_kinks(x, y, loss.kinks_for(**parameters))])
    costs = np.array([fit.cost(line, x, y, loss, **parameters) for line in lines])
    assert result.objective == pytest.approx(costs.min(), abs=1e-12)
    best = lines[costs <= costs.min() + 1e-10]
    assert result.unique == (np.ptp(best, axis=0).max() < 1e-9)
    if not result.unique:
        found = np.array([result.intercept, result.slope])
        assert np.abs(found - result.alternative).max() > 1e-9
        for share in (0.5, 1.0):
            between = (1 - share) * found + share * np.array(result.alternative)
            assert fit.cost(between, x, y, loss, **parameters) == pytest.approx(result.objective, abs=1e-12)
    for way in AROUND:
        assert (result.corners @ way).max() == pytest.approx((best @ way).max(), abs=1e-9), "the whole set, no more"


AROUND = np.stack([np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8)], 1)


def optimal_slopes(x, y):
    """Least and greatest slope over the optimal face of the linear program of least absolute deviations."""
    points = len(x)
    kinked = np.hstack([np.stack([np.ones_like(x), x], 1), -np.eye(points), np.eye(points)])
    costs = np.concatenate([[0.0, 0.0], np.ones(2 * points)])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * points)
    least = linprog(costs, A_eq=kinked, b_eq=y, bounds=bounds).fun
    ways = [np.concatenate([[0.0, sign], np.zeros(2 * points)]) for sign in (1.0, -1.0)]
    found = [linprog(way, costs[None], [least * (1 + 1e-12)], kinked, y, bounds=bounds) for way in ways]
    return [face.x[1] for face in found]


def test_all_best_lines_of_the_phones_are_those_of_the_linear_program():
    x, y = published("belgian_phones")
    result = fit.fit_line(x, y, "mae")
    assert len(result.corners) == 6
    assert [result.corners[:, 1].min(), result.corners[:, 1].max()] == pytest.approx(optimal_slopes(x, y), abs=1e-6)
    for corner in result.corners:
        assert fit.cost(corner, x, y, "mae") == pytest.approx(result.objective, rel=1e-12)
    assert result.note == "6 lines and all between them are equally good: slopes from 1.157 to 1.622."


@pytest.mark.parametrize("seed", range(8))
def test_all_best_lines_of_rounded_points_are_those_of_the_linear_program(seed):
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 12, 20).astype(float), random.integers(-9, 9, 20).astype(float)
    slopes = fit.fit_line(x, y, "mae").corners[:, 1]
    assert [slopes.min(), slopes.max()] == pytest.approx(optimal_slopes(x, y), abs=1e-6)


def test_all_best_lines_between_two_arcs_of_many_points_are_found():
    """As many corners as points would have to be walked one by one."""
    x = np.linspace(-1, 1, 1000)
    y = np.concatenate([1 + x**2, -1 - x**2])
    result = fit.fit_line(np.tile(x, 2), y, "mae")
    assert len(result.corners) == 2000
    heights = result.corners[:, :1] + result.corners[:, 1:] * x
    assert (heights <= 1 + x**2 + 1e-9).all()
    assert (heights >= -1 - x**2 - 1e-9).all()
    assert result.corners[:, 1].max() == pytest.approx(-result.corners[:, 1].min())


@settings(deadline=None, max_examples=100)
@given(y=st.lists(st.integers(-5, 5), min_size=1, max_size=9), case=st.sampled_from(PIECEWISE))
def test_piecewise_linear_constant_is_the_best_of_all_kinks(y, case):
    loss, parameters = case
    result = fit.fit_constant(y, loss, **parameters)
    kinks = loss.kinks_for(**parameters)
    levels = np.array([value + at for value in y for at, _, _ in kinks])
    costs = loss(levels[:, None], np.array(y, dtype=float)[None], **parameters).mean(1).numpy()
    assert result.objective == pytest.approx(costs.min(), abs=1e-12)
    assert result.unique == (np.ptp(levels[costs <= costs.min() + 1e-10]) < 1e-9)


@pytest.mark.parametrize("loss", ["mae", "quantile"])
def test_the_line_meets_two_points_exactly(loss):
    x, y = noisy(101)
    assert np.count_nonzero(fit.fit_line(1e9 + x, 1e6 + y, loss).residual == 0) == 2


def test_tube_edge_residuals_are_exact():
    x, y = noisy(50)
    residual = fit.fit_line(x, y, "epsilon_insensitive", epsilon=0.3).residual
    assert np.count_nonzero(np.abs(residual) == 0.3) == 2


def test_a_square_has_many_best_lines():
    result = fit.fit_line([0, 0, 1, 1], [0, 1, 0, 1], "mae")
    assert result.unique is False
    assert result.objective == fit.cost(result.alternative, [0, 0, 1, 1], [0, 1, 0, 1], "mae") == 0.5
    assert result.note == "4 lines and all between them are equally good: slopes from −1 to 1."


def test_lines_about_one_point_may_all_be_best():
    result = fit.fit_line([0, 0, 1], [0, 1, 0], "mae")
    assert sorted(map(tuple, result.corners)) == [(0, 0), (1, -1)]
    assert result.note == "Every line between y = 0 + 0 x and y = 1 − 1 x is equally good."


def test_the_median_of_an_even_number_of_points_is_a_range():
    result = fit.fit_constant([1, 2, 3, 100], "mae")
    assert {result.intercept, result.alternative[0]} == {2.0, 3.0}
    assert result.note == "Every value between 2 and 3 is equally good."
    assert fit.fit_constant([1, 2, 3, 4, 100], "mae").intercept == 3.0


def test_collinear_points_leave_no_residual():
    x = np.linspace(0, 1, 1001)
    result = fit.fit_line(x, 0.1 + 0.7 * x, "mae")
    assert result.unique is True
    assert not result.residual.any()


def test_huber_between_two_clusters_is_not_unique():
    result = fit.fit_constant([0, 0, 10, 10], "huber", delta=1)
    assert result.unique is False
    assert sorted([result.intercept, result.alternative[0]]) == pytest.approx([1, 9], abs=1e-6)
    # The descent reaches the stretch at its border, where Huber's curvature jumps.
    outlier = fit.fit_constant([0, 0, 10, 10_000], "huber", delta=1)
    assert sorted([outlier.intercept, outlier.alternative[0]]) == pytest.approx([1, 9], abs=1e-6)
    line = fit.fit_line([0, 0, 1, 1], [0, 100, 0, 100], "huber", delta=1)
    assert line.unique is False
    assert fit.cost(line.alternative, [0, 0, 1, 1], [0, 100, 0, 100], "huber") == pytest.approx(line.objective)
    assert fit.fit_line(*noisy(30), "huber").unique is True


@pytest.mark.parametrize("name", ["belgian_phones", "stars_cyg_ob1", "anscombe_3"])
@pytest.mark.parametrize(
    ("loss", "parameters"),
    [
        ("huber", {}),
        ("huber", {"delta": 0.05}),
        ("smooth_l1", {"beta": 0.5}),
        ("log_cosh", {}),
        ("general_robust", {"alpha": 1.0, "c": 0.5}),
        ("general_robust", {"alpha": 1.5}),
    ],
)
def test_convex_losses_agree_with_scipy(name, loss, parameters):
    x, y = published(name)
    result = fit.fit_line(x, y, loss, **parameters)
    least = fit.fit_line(x, y, "mse")
    reference = least_by_scipy(x, y, loss, [(least.intercept, least.slope)], **parameters)
    assert result.objective <= reference * (1 + 1e-12)
    assert result.objective == pytest.approx(reference, rel=1e-4)
    assert result.unique == (result.note == "")


ASYMMETRIC = [
    ("expectile", {"tau": 0.9}),
    ("expectile", {"tau": 0.05}),
    ("asymmetric_huber", {}),
    ("asymmetric_huber", {"delta_low": 0.3, "delta_high": 2.0, "weight_low": 0.5, "weight_high": 4.0}),
]


@pytest.mark.parametrize("name", ["belgian_phones", "stars_cyg_ob1", "anscombe_3"])
@pytest.mark.parametrize(("loss", "parameters"), ASYMMETRIC)
def test_asymmetric_losses_agree_with_scipy(name, loss, parameters):
    x, y = published(name)
    result, least = fit.fit_line(x, y, loss, **parameters), fit.fit_line(x, y, "mse")
    reference = least_by_scipy(x, y, loss, [(least.intercept, least.slope)], **parameters)
    assert result.objective <= reference * (1 + 1e-12)
    assert result.objective == pytest.approx(reference, rel=1e-4)
    pulls = np.abs(result.pull)
    assert abs(result.pull.sum()) < 1e-9 * pulls.sum()
    assert abs(result.pull @ x) < 1e-9 * (pulls @ np.abs(x))


@pytest.mark.parametrize("tau", [0.05, 0.5, 0.9])
def test_an_expectile_is_scipys_and_at_a_half_the_mean(tau):
    _, y = noisy(60)
    assert fit.fit_constant(y, "expectile", tau=tau).intercept == pytest.approx(expectile(y, tau), rel=1e-10)
    assert fit.fit_constant(y, "expectile", tau=0.5).intercept == pytest.approx(y.mean(), rel=1e-12)


def test_an_expectile_line_is_the_weighted_least_squares_line_of_its_own_weights():
    x, y = noisy(60)
    found = fit.fit_line(x, y, "expectile", tau=0.8)
    weight = np.where(found.residual > 0, 0.2, 0.8)
    other = LinearRegression().fit(x[:, None], y, sample_weight=weight)
    assert (found.intercept, found.slope) == pytest.approx((other.intercept_, other.coef_[0]), rel=1e-9)


def test_asymmetric_huber_has_its_known_limits():
    x, y = noisy(60)
    sides = {"weight_low": 3.0, "weight_high": 1.0}

    found = fit.fit_line(x, y, "asymmetric_huber", weight_low=1.0)
    limit = fit.fit_line(x, y, "huber")
    assert (found.intercept, found.slope) == pytest.approx((limit.intercept, limit.slope), rel=1e-9)
    assert fit.fit_line(x, y, "asymmetric_huber").intercept > limit.intercept + 0.1
    found = fit.fit_line(x, y, "asymmetric_huber", delta_low=1e6, delta_high=1e6, **sides)
    limit = fit.fit_line(x, y, "expectile", tau=0.75)
    assert (found.intercept, found.slope) == pytest.approx((limit.intercept, limit.slope), rel=1e-9)
    found = fit.fit_line(x, y, "asymmetric_huber", delta_low=1e-6, delta_high=1e-6, **sides)
    limit = fit.fit_line(x, y, "quantile", tau=0.75)
    assert (found.intercept, found.slope) == pytest.approx((limit.intercept, limit.slope), abs=1e-4)


@pytest.mark.filterwarnings("ignore:The Identity link")
def test_poisson_is_the_generalized_linear_model_with_identity_link():
    x = np.arange(12.0)
    y = np.array([2, 0, 3, 4, 6, 4, 8, 7, 11, 9, 13, 12.0])
    link = sm.families.links.Identity()
    model = sm.GLM(y, sm.add_constant(x), family=sm.families.Poisson(link)).fit(start_params=[1, 1], tol=1e-14)
    result = fit.fit_line(x, y, "poisson")
    assert (result.intercept, result.slope) == pytest.approx(tuple(model.params), rel=1e-6)
    assert fit.fit_constant(y, "poisson").intercept == pytest.approx(y.mean(), rel=1e-12)


def test_poisson_at_the_edge_says_so():
    result = fit.fit_line([0, 1, 2], [0, 1, 5], "poisson")
    assert "stops just short" in result.note
    assert 0 < result.predict(0) < 1e-6
    # With the intercept held at 0 the slope is Σy / Σx.
    assert result.slope == pytest.approx(2.0, rel=1e-6)
    assert "stops just short" in fit.fit_constant([0, 0], "poisson").note


def test_poisson_at_the_edge_is_still_a_minimum_along_it():
    for seed in range(40):
        random = np.random.default_rng(seed)
        x = np.concatenate([[0], random.uniform(0, 10, 8)])
        y = random.poisson(0.3 * x**2).astype(float)
        result = fit.fit_line(x, y, "poisson")
        ends = np.stack([1 - x / x.max(), x / x.max()])
        gradient, steepness = ends @ result.pull, ends @ np.abs(result.pull)
        held = np.array([result.predict(0), result.predict(x.max())]) < 1e-6
        assert (np.abs(gradient[~held]) < 1e-9 * steepness[~held]).all()
        assert (gradient[held] > 0).all()


def test_msle_of_a_constant_is_the_geometric_mean():
    y = np.array([0.5, 3, 40, 1000])
    assert fit.fit_constant(y, "msle").intercept == pytest.approx(np.expm1(np.log1p(y).mean()), rel=1e-9)


@pytest.mark.parametrize(
    ("loss", "norm"), [("huber", sm.robust.norms.HuberT), ("tukey", sm.robust.norms.TukeyBiweight)]
)
def test_robust_losses_agree_with_statsmodels_at_its_scale(loss, norm):
    x, y = published("belgian_phones")
    x, y = x[:14], y[:14] + np.where(np.arange(14) == 4, 3, 0)
    model = sm.RLM(y, sm.add_constant(x), M=norm(2.5)).fit(update_scale=False, tol=1e-13, maxiter=2000)
    parameter = {"huber": "delta", "tukey": "c"}[loss]
    result = fit.fit_line(x, y, loss, **{parameter: 2.5 * model.scale})
    assert (result.intercept, result.slope) == pytest.approx(tuple(model.params), rel=1e-6)


@pytest.mark.parametrize("loss", REDESCENDING)
@pytest.mark.parametrize("seed", range(3))
def test_non_convex_fit_is_the_best_that_many_searches_find(loss, seed):
    random = np.random.default_rng(seed)
    x = random.uniform(0, 10, 20)
    y = np.where(random.random(20) < 0.4, 20 - 3 * x, 1 + 2 * x) + random.normal(0, 0.5, 20)
    starts = [*lines_through_kinks(x, y, ((0, 0, 0),))][::4]
    result = fit.fit_line(x, y, loss, c=1.5)
    assert result.objective <= least_by_scipy(x, y, loss, starts, c=1.5) + 1e-9
    assert result.unique is None
    assert result.note == "Best of 64 starts: this loss is not convex, so a better line cannot be ruled out."


def lowest_from_all_lines(x, y, loss, **parameters):
    """The lowest cost from every line through two points, or beside one or both, that is not hopeless."""
    chosen, position = LOSSES[loss], (x - x.min()) / np.ptp(x)
    objective = Objective(Cost(chosen, chosen.settings(**parameters), y), np.stack([1 - position, position], 1))
    first, second = np.triu_indices(len(x), 1)
    beside = 0.6 * parameters["c"] * np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    low, high = y[first] + beside[:, :1], y[second] + beside[:, 1:]
    slope = (high - low) / (position[second] - position[first])
    starts = np.stack([low - slope * position[first], low + slope * (1 - position[first])], -1).reshape(-1, 2)
    return objective.descend(starts[objective.mean_costs(starts).argsort()[:200]])[1][0]


@pytest.mark.parametrize("loss", [*REDESCENDING, "general_robust"])
def test_narrow_redescending_losses_miss_no_lower_minimum(loss):
    """Nearly as many minima as pairs of points: a choice of the lines through them missed the lowest one time in twenty."""
    for seed in range(16):
        random = np.random.default_rng([seed, REGRESSION.index(loss)])
        count = random.choice([30, 50, 75])
        x = random.uniform(0, 10, count)
        y = np.where(random.random(count) < 0.2, 20 - 3 * x, 1 + 2 * x) + random.normal(size=count)
        parameters = {"c": np.exp(random.uniform(np.log(0.02), np.log(0.12)))}
        parameters |= {"alpha": -2.0} if loss == "general_robust" else {}
        least = lowest_from_all_lines(x, y, loss, **parameters)
        assert fit.fit_line(x, y, loss, **parameters).objective <= least * (1 + 1e-7), seed


@pytest.mark.parametrize("loss", ["tukey", "huber", "mae"])
def test_one_row_with_another_x_is_not_lost_among_many(loss):
    x, y = np.zeros(5000), np.random.default_rng(0).normal(size=5000)
    x[3210], y[3210] = 1.0, 50.0
    found = fit.fit_line(x, y, loss)
    assert found.predict(1.0) == pytest.approx(50.0, abs=1e-6)
    assert found.intercept == pytest.approx(fit.fit_constant(np.delete(y, 3210), loss).intercept, abs=1e-6)


def test_the_whole_set_of_best_values_is_told_by_smooth_losses_too():
    """Huber's constant between the two middle points, from where the lower one's curve ends to where the upper's begins."""
    level = fit.fit_constant([1, 2, 3, 100], "huber", delta=0.1)
    assert np.sort(level.corners[:, 0]) == pytest.approx([2.1, 2.9], abs=1e-6)
    assert fit.fit_constant([1, 2, 4], "mse").corners == pytest.approx(np.array([[7 / 3, 0]]))
    assert fit.fit_line([0, 0, 1, 1], [0, 1, 0, 1], "huber", delta=0.01).corners is None
    assert fit.fit_constant([0, 0, 0, 10, 10, 10], "tukey", c=1).corners is None


def test_two_equal_wells_are_reported():
    result = fit.fit_constant([0, 0, 0, 10, 10, 10], "tukey", c=1)
    assert result.unique is False
    assert sorted([result.intercept, result.alternative[0]]) == pytest.approx([0, 10], abs=1e-9)
    assert "Equally good: 0 and 10." in result.note


@pytest.mark.parametrize("key", REGRESSION)
@pytest.mark.parametrize("constant", [False, True])
def test_every_regression_loss_is_at_a_minimum(key, constant):
    """Gradient zero for smooth losses; for all, no better line nearby, and per-point parts that add up."""
    loss = LOSSES[key]
    result = fit.fit_constant(LINE_Y, key) if constant else fit.fit_line(LINE_X, LINE_Y, key)
    assert result.loss == key
    assert result.settings == loss.settings()
    assert result.objective == pytest.approx(result.values.mean(), abs=1e-15)
    assert result.residual == pytest.approx(result.predict(LINE_X) - LINE_Y, abs=1e-12)
    assert result.values == pytest.approx(loss(result.predict(LINE_X), LINE_Y).numpy(), abs=1e-12)
    if loss.fact("differentiable"):
        size = np.abs(result.pull).sum()
        assert abs(result.pull.sum()) < 1e-9 * size
        assert constant or abs((result.pull * LINE_X).sum()) < 1e-8 * size
        assert result.weight * result.residual == pytest.approx(result.pull, abs=1e-14)
    for intercept, slope in [(1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3), (1e-3, -1e-4), (-1e-3, 1e-4)]:
        if constant and slope:
            continue
        near = (result.intercept + intercept, result.slope + slope)
        assert fit.cost(near, LINE_X, LINE_Y, key) >= result.objective - 1e-15


def test_pull_is_positive_where_the_prediction_is_too_high():
    result = fit.fit_line(LINE_X, LINE_Y, "mse")
    assert result.pull == pytest.approx(2 * result.residual)
    assert result.weight == pytest.approx(np.full(11, 2.0))


def test_weights_at_residual_zero():
    points = [0, 1, 2, 3, 9]
    assert np.isinf(fit.fit_constant(points, "mae").weight).tolist() == [False, False, True, False, False]
    assert fit.fit_constant(points, "mae").pull.tolist() == [1, 1, 0, -1, -1]
    assert fit.fit_constant([5, 5, 5], "huber").weight.tolist() == [1, 1, 1]
    assert fit.fit_constant([5, 5, 5], "epsilon_insensitive").weight.tolist() == [0, 0, 0]


@pytest.mark.parametrize("key", [key for key in REGRESSION if LOSSES[key].inputs["prediction"] is REAL])
def test_moving_and_shuffling_the_data_moves_the_fit_along(key):
    x, y = noisy(40)
    first = fit.fit_line(x, y, key)
    order = np.random.default_rng(1).permutation(40)
    shuffled = fit.fit_line(x[order], y[order], key)
    assert (shuffled.intercept, shuffled.slope) == pytest.approx((first.intercept, first.slope), rel=1e-8)
    moved = fit.fit_line(100 + 8 * x, y + 3 + 2 * x, key)
    assert moved.objective == pytest.approx(first.objective, rel=1e-9)
    assert moved.predict(100 + 8 * x) == pytest.approx(first.predict(x) + 3 + 2 * x, rel=1e-6)


@pytest.mark.parametrize(
    ("key", "unit"), [("mse", 1e-9), ("mse", 1e9), ("mae", 1e-9), ("mae", 1e9), ("huber", 1e5), ("tukey", 1e5)]
)
def test_units_and_time_stamps_do_not_matter(key, unit):
    x, y = noisy(40)
    x = np.round(x * 1000)
    bend = {"huber": {"delta": 1.0}, "tukey": {"c": 4.0}}.get(key, {})
    first = fit.fit_line(x, y, key, **bend)
    stamps = 1.7e9 + 3600 * x
    other = fit.fit_line(stamps, y * unit, key, **{name: value * unit for name, value in bend.items()})
    assert other.slope * 3600 / unit == pytest.approx(first.slope, rel=1e-9)
    assert other.residual / unit == pytest.approx(first.residual, abs=1e-9)
    assert other.predict(stamps) - y * unit == pytest.approx(other.residual, abs=1e-9 * unit)


def test_a_prediction_far_from_zero_keeps_its_digits():
    x = 2.0**50 + np.arange(5)
    assert fit.fit_line(x, 0.1 * np.arange(5), "mse").predict(x) == pytest.approx(0.1 * np.arange(5), abs=1e-12)


def test_a_large_offset_of_the_targets_costs_no_digits():
    x, y = noisy(40)
    y = np.round(y * 1024) / 1024
    for key in ("mse", "mae", "huber", "tukey"):
        near, far = fit.fit_line(x, y, key), fit.fit_line(x, y + 2.0**32, key)
        assert far.slope == pytest.approx(near.slope, rel=1e-12)
        assert far.residual == pytest.approx(near.residual, abs=1e-12)


@pytest.mark.parametrize(("delta", "scale"), [(1e-3, 1e6), (1e-3, 1.0), (1e6, 1.0)])
def test_extreme_delta_has_its_known_limit(delta, scale):
    x, y = noisy(200)
    result = fit.fit_line(x, scale * y, "huber", delta=delta)
    limit = fit.fit_line(x, scale * y, "mae" if delta < 1 else "mse")
    assert result.slope == pytest.approx(limit.slope, rel=1e-3)
    assert np.abs([result.pull.sum(), result.pull @ x]).max() < 1e-6 * np.abs(result.pull).sum()


@pytest.mark.parametrize("key", ["huber", "smooth_l1", "log_cosh"])
def test_a_nearly_level_stretch_is_crossed(key):
    """One point alone in the quadratic part fixes the line in one direction only."""
    x, y = [0.0, 1.0, 1.0, 3.0], [0.0, 100.0, 100.0, 0.0]
    result = fit.fit_line(x, np.array(y) * 3, key)
    assert result.objective <= least_by_scipy(np.array(x), np.array(y) * 3, key, [(0, 50), (300, 0)]) + 1e-9
    random = np.random.default_rng(578)
    for _ in range(20):
        x, y = np.round(2 * random.normal(size=12)), 200 * random.standard_cauchy(12)
        assert "stopped before" not in fit.fit_line(x, y, key).note


@pytest.mark.parametrize("width", [1e2, 1e5, 1e8])
def test_a_far_leverage_point_does_not_hide_the_others(width):
    x, y = noisy(30, degrees=30)
    far = fit.fit_line(np.append(x, width), np.append(y, 0.0), "tukey", c=4)
    near = fit.fit_line(x, y, "tukey", c=4)
    assert (far.intercept, far.slope) == pytest.approx((near.intercept, near.slope), rel=1e-6)


@pytest.mark.parametrize("key", ["huber", "tukey"])
def test_many_points(key):
    x, y = noisy(20_000)
    result = fit.fit_line(x, y, key)
    assert (result.intercept, result.slope) == pytest.approx((1, 2), abs=0.05)
    assert np.abs([result.pull.sum(), result.pull @ x]).max() < 1e-9 * np.abs(result.pull).sum()


@pytest.mark.parametrize("count", [100, 3000])
def test_the_order_of_the_points_does_not_matter_to_a_search(count):
    random = np.random.default_rng(3)
    x, y = random.uniform(0, 10, (2, count))
    order = random.permutation(count)
    first, other = fit.fit_line(x, y, "tukey", c=0.05), fit.fit_line(x[order], y[order], "tukey", c=0.05)
    assert (other.intercept, other.slope) == pytest.approx((first.intercept, first.slope), rel=1e-9)


def test_a_smooth_loss_declared_anywhere_can_be_fitted():
    @declare(name="Quartic", latex="r^4", references=(), facts="convex symmetric differentiable")
    def quartic(prediction: Real, target: Real) -> torch.Tensor:
        return (prediction - target) ** 4

    result = fit.fit_line(LINE_X, LINE_Y, quartic)
    assert result.objective == pytest.approx(least_by_scipy(LINE_X, LINE_Y, quartic, [(1, 2)]), rel=1e-9)


@pytest.mark.parametrize(
    ("kinks", "said"),
    [
        (None, "Kinked has kinks, and where they lie is not declared"),
        ((Kink(-1.0, 0.0, -1.0), Kink(0.0, -1.0, 1.0), Kink(1.0, 1.0, 0.0)), "Kinked has kinks and is not convex"),
        ((Kink(0.0, 0.0, 1.0),), "does not rise on both sides"),
    ],
)
def test_a_loss_with_kinks_that_has_no_exact_fit_says_why(kinks, said):
    @declare(name="Kinked", latex="|r|", references=(), kinks=kinks)
    def kinked(prediction: Real, target: Real) -> torch.Tensor:
        return (prediction - target).abs()

    with pytest.raises(ValueError, match=said):
        fit.fit_line(LINE_X, LINE_Y, kinked)


def test_inputs_may_be_lists_arrays_or_tensors():
    expected = fit.fit_line(LINE_X, LINE_Y, "mae")
    for kind in (list, torch.tensor, lambda values: torch.tensor(values, requires_grad=True)):
        assert fit.fit_line(kind(LINE_X), kind(LINE_Y), LOSSES["mae"]).slope == expected.slope
    assert fit.fit_line([0, 1], [0, 1], "huber").slope == pytest.approx(1)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2, 3], [1, 2], "x and y must have the same length, got 3 and 2"),
        ([], [], "at least one point"),
        ([1], [1], "a line needs at least two points, got 1"),
        ([2, 2, 2], [1, 2, 3], "every x is 2"),
        ([1, np.nan], [1, 2], "x must be finite, but row 2 is nan"),
        ([1, 2, 3], [1, 2, -np.inf], "y must be finite, but row 3 is -inf"),
        ([[1, 2]], [[1, 2]], r"x must be one-dimensional, got shape \(1, 2\)"),
        (["a", "b"], [1, 2], "x must be numbers"),
        ([-1.7e308, 1.7e308], [1, 2], "x spans more"),
        ([1, 2], [-1e308, 1e308], "too large"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_unusable_data(x, y, message):
    with pytest.raises(ValueError, match=message):
        fit.fit_line(x, y, "mse")


def test_unusable_constant_and_loss():
    with pytest.raises(ValueError, match="at least one point, got none"):
        fit.fit_constant([], "mse")
    with pytest.raises(ValueError, match="Poisson needs every y to be a number of at least 0, but row 2 is -1"):
        fit.fit_line([1, 2, 3], [1, -1, 2], "poisson")
    with pytest.raises(ValueError, match="MSLE needs every y to be a number above -1, but row 3 is -1"):
        fit.fit_constant([1, 2, -1], "msle")
    with pytest.raises(ValueError, match="there is no loss 'nonsense'"):
        fit.fit_constant([1, 2], "nonsense")
    with pytest.raises(ValueError, match="delta must be a finite number"):
        fit.fit_constant([1, 2], "huber", delta=-1)
    with pytest.raises(ValueError, match="has no parameter 'delta'"):
        fit.fit_constant([1, 2], "mse", delta=1)


def test_only_regression_losses_can_be_fitted():
    for key in LOSSES.keys() - set(REGRESSION):
        with pytest.raises(ValueError, match="is not a regression loss"):
            fit.fit_constant([1.0, 2.0], key)


def test_a_margin_loss_is_refused():
    sign = REAL.__class__("-1 or +1", values=(-1.0, 1.0))

    @declare(name="Perceptron", latex="", references=(), facts="convex")
    def perceptron(score: Real, label: Annotated[torch.Tensor, sign]) -> torch.Tensor:
        return torch.relu(-label * score)

    with pytest.raises(ValueError, match="Perceptron is not a regression loss"):
        fit.fit_line([0, 1], [1, -1], perceptron)


def test_scores():
    result = fit.scores([0, 1, -1], [0, 1, 5])
    assert result == pytest.approx({"RMSE": np.sqrt(2 / 3), "MAE": 2 / 3, "R²": 1 - 2 / 14})
    constant = fit.scores([-1, -1], [4, 4])
    assert constant["RMSE"] == 1
    assert np.isnan(constant["R²"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("unit", [1.0, 1e-300, 1e-9, 1e9, 1e300])
def test_scores_exist_at_any_scale(unit):
    result = fit.scores(unit * np.array([0, 1, -1]), unit * np.array([0.0, 1, 5]))
    assert result["RMSE"] / unit == pytest.approx(np.sqrt(2 / 3))
    assert result["MAE"] / unit == pytest.approx(2 / 3)
    assert result["R²"] == pytest.approx(1 - 2 / 14)


def test_scores_of_extremes():
    assert fit.scores([0, 0], [-1.7e308, 1.7e308]) == {"RMSE": 0, "MAE": 0, "R²": 1}
    assert fit.scores([1e300, 1e300], [0, 1e-300])["R²"] == -np.inf
    assert fit.scores([0, 0], [0, 5e-324])["R²"] == 1
    with pytest.raises(ValueError, match="residual must be finite, but row 2 is nan"):
        fit.scores([0, np.nan], [0, 1])
    with pytest.raises(ValueError, match="residual and y must have the same length, got 1 and 2"):
        fit.scores([0], [0, 1])


def test_scores_far_from_x_0_agree_with_the_objective():
    x, y = noisy(30)
    found = fit.fit_line(1.7e18 + 4096 * np.round(x), y, "mse")
    assert fit.scores(found.residual, y)["RMSE"] == pytest.approx(np.sqrt(found.objective), rel=1e-12)


def test_cost_of_any_line_under_any_loss():
    result = fit.fit_line(LINE_X, LINE_Y, "mae")
    assert fit.cost(result, LINE_X, LINE_Y, "mae") == pytest.approx(result.objective)
    assert fit.cost((0, 0), [0, 1], [3, 4], "mse") == 12.5
    assert fit.cost((0, 0), [0, 1], [3, 4], "huber", delta=2) == 5.0
    with pytest.raises(ValueError, match="prediction must be a positive number"):
        fit.cost((0, 0), [0, 1], [3, 4], "poisson")


def test_shares_by_hand():
    fitted = fit.fit_constant([0.0, 0.0, 0.0, 4.0], "mse")  # at the mean, 1: residuals 1, 1, 1 and -3
    assert fitted.share == pytest.approx([100 / 12, 100 / 12, 100 / 12, 75.0])
    assert np.isnan(fit.fit_constant([2.0, 2.0], "mse").share).all(), "nothing costs anything"
    assert np.isnan(fit.fit_constant([50.0, 60.0], "poisson").share).all(), "a loss below zero has no shares"
