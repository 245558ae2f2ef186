"""Penalised fits against scikit-learn, against the conditions of an optimum, and against published ones."""

import math
import warnings
from itertools import pairwise

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LassoCV,
    LassoLarsIC,
    LinearRegression,
    Ridge,
    lars_path,
    lasso_path,
)

from losses.data.many_features import prostate
from losses.shrinkage.conventions import (
    Convention,
    Strengths,
    as_elastic_net,
    as_glmnet,
    as_lasso,
    as_ridge,
)
from losses.shrinkage.optimum import certified, fit, soft_threshold
from losses.shrinkage.path import ladder, path
from losses.shrinkage.problem import prepare
from losses.shrinkage.selection import criteria, cross_validate, degrees_of_freedom, folds, hold_out, noise_variance

EXACT = {"tol": 1e-15, "max_iter": 1_000_000}
SEEDS = range(100)


def drawn(seed):
    """A random problem: well and badly conditioned, with duplicates, with more features than rows, in any unit."""
    rng = np.random.default_rng(seed)
    rows, count = (25, 6) if seed % 4 else (8, 14)
    features = rng.normal(size=(rows, count)) + 0.7 * rng.normal(size=(rows, 1)) * (seed % 3)
    if seed % 5 == 0:
        features[:, 3] = features[:, 1]
    if seed % 7 == 0:
        features[:, 2] = -2 * features[:, 0]
    features += 3 * rng.normal(size=count)
    weights = rng.normal(size=count) * (rng.random(count) < 0.6)
    return features, features @ weights + rng.normal(size=rows) + 5


def reference(model, features, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of a tolerance that asks for more than float64 has
        return model.fit(features, target)


def assert_same(problem, found, model, features):
    """Equal predictions, and equal weights where no others do as well."""
    predicted = features @ problem.coefficients(found.weights) + problem.intercept(found.weights)
    assert predicted == pytest.approx(model.predict(features), abs=1e-8)
    if found.unique:
        assert problem.coefficients(found.weights) == pytest.approx(model.coef_, abs=1e-8)


def assert_optimal(problem, found):
    """The Karush-Kuhn-Tucker conditions: what is not 0 is drawn as hard as it costs, what is 0 no harder."""
    pull = problem.pull(found.weights) - found.l2 * found.weights
    active = found.active
    scale = np.abs(problem.cross).max()
    assert pull[active] == pytest.approx(found.l1 * np.sign(found.weights[active]), abs=1e-11 * scale)
    assert np.abs(pull).max() <= found.l1 + 1e-9 * found.l1 + 1e-13 * scale
    assert found.gap <= 1e-9 * problem.power


@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.1, 0.0])
def test_equal_to_scikit_learn_on_random_problems(ratio):
    several = 0
    for seed in SEEDS:
        features, target = drawn(seed)
        problem = prepare(features, target)
        for share in (0.7, 0.1, 0.01):
            strength = share * float(np.abs(problem.cross).max()) / max(ratio, 0.2)
            strengths = Convention().strengths(strength, ratio, len(target))
            found = fit(problem, *strengths)
            assert_optimal(problem, found)
            if ratio == 0:
                model = Ridge(as_ridge(strengths, len(target)), solver="svd")
            elif ratio == 1:
                model = Lasso(as_lasso(strengths), **EXACT)
            else:
                alpha, l1_ratio = as_elastic_net(strengths)
                model = ElasticNet(alpha, l1_ratio=l1_ratio, **EXACT)
            assert_same(problem, found, reference(model, features, target), features)
            several += not found.unique
    assert (several > 20) == (ratio == 1), "duplicates leave a choice, which is said; L2 leaves none"


def test_paths_are_the_fits_and_scikit_learns_path():
    for seed in SEEDS:
        features, target = drawn(seed)
        problem = prepare(features, target)
        strengths = ladder(problem, 1.0, 12)
        weights = path(problem, 1.0).at(strengths)
        centered = features - features.mean(0)
        _, coefficients, _ = lasso_path(centered, target - target.mean(), alphas=strengths, **EXACT)
        for row, strength in enumerate(strengths):
            found = fit(problem, strength, 0.0)
            if found.unique:
                assert weights[row] == pytest.approx(found.weights, abs=1e-8)
                assert weights[row] == pytest.approx(coefficients[:, row], abs=1e-8)
            assert centered @ weights[row] == pytest.approx(centered @ coefficients[:, row], abs=1e-8)


@pytest.mark.parametrize("ratio", [1.0, 0.6, 0.05])
def test_weights_enter_and_leave_at_the_knots_and_nowhere_else(ratio):
    for seed in SEEDS[:40]:
        problem = prepare(*drawn(seed))
        whole = path(problem, ratio)
        assert np.all(np.diff(whole.knots) < 0)
        assert not whole.at(np.array([1.001 * whole.knots[0], math.inf])).any()
        ends = np.append(whole.knots, max(whole.least, whole.knots[-1] / 2))
        active = np.zeros(len(problem.cross), dtype=bool)
        for row, (high, low) in enumerate(pairwise(ends)):
            active[list(whole.entered[row])] = True
            active[list(whole.left[row])] = False
            if low > 0.999 * high:
                continue  # rounding decides
            for strength in (high * 0.99 + low * 0.01, math.sqrt(high * low), low * 0.99 + high * 0.01):
                found = fit(problem, ratio * strength, (1 - ratio) * strength)
                assert whole.at(np.array([strength]))[0] == pytest.approx(found.weights, abs=1e-7) or not found.unique
                if found.unique:
                    assert np.array_equal(found.weights != 0, active), (seed, row, strength)


def test_a_path_goes_on_below_its_last_knot_to_least_squares():
    features, target = drawn(1)
    problem = prepare(features, target)
    model = LinearRegression().fit(features, target)
    for ratio in (1.0, 0.5, 0.0):
        deep = path(problem, ratio).at(np.array([1e-12, 0.0]))
        assert deep[1] == pytest.approx(model.coef_, abs=1e-10)
        assert deep[0] == pytest.approx(model.coef_, abs=1e-6)


def test_orthogonal_features_are_a_soft_threshold():
    features, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(20, 5)))
    features -= features.mean(0)
    features, _ = np.linalg.qr(features)
    features *= math.sqrt(20)
    target = features @ np.array([2.0, -1.0, 0.5, 0.2, 0.0])
    problem = prepare(features, target, intercept="none")
    assert fit(problem, 0.5, 0.0).weights == pytest.approx([1.5, -0.5, 0, 0, 0], abs=1e-12)
    assert soft_threshold(problem.cross, 0.5) == pytest.approx(fit(problem, 0.5, 0.0).weights, abs=1e-12)
    assert fit(problem, 0.5, 1.0).weights == pytest.approx([0.75, -0.25, 0, 0, 0], abs=1e-12)


def test_the_gap_says_how_far_other_weights_are_at_most():
    rng = np.random.default_rng(3)
    problem = prepare(*drawn(3))
    for l1, l2 in ((0.1, 0.0), (0.1, 0.2), (0.0, 0.3), (0.0, 0.0)):
        best = fit(problem, l1, l2)
        for _ in range(20):
            weights = best.weights + rng.normal(size=6) * rng.choice((1.0, 1e-3))
            other = fit(problem, l1, l2, start=weights)
            assert other.weights == pytest.approx(best.weights, abs=1e-9)
            said = certified(problem, weights, l1, l2)
            assert said.objective >= best.objective - 1e-12
            assert said.gap >= said.objective - best.objective - 1e-12


@pytest.mark.parametrize("mean", [True, False])
@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("half_l2", [True, False])
def test_conventions_name_the_same_fit(mean, half, half_l2):
    features, target = drawn(2)
    convention = Convention(mean, half, half_l2)
    strength, ratio = 3.0, 0.4
    found = fit(convention.prepare(features, target), *convention.strengths(strength, ratio, len(target)))
    problem = prepare(features, target)

    def objective(weights):
        residual = target - features @ weights - problem.intercept(weights)
        data = np.square(residual).mean() if mean else np.square(residual).sum()
        squares = np.square(weights).sum() / (2 if half_l2 else 1)
        return data / (2 if half else 1) + strength * (ratio * np.abs(weights).sum() + (1 - ratio) * squares)

    least = objective(found.weights)
    rng = np.random.default_rng(0)
    assert all(objective(found.weights + 1e-3 * rng.normal(size=6)) > least for _ in range(50))
    assert all(objective(found.weights * share) > least for share in (0.999, 1.001))


@pytest.mark.parametrize("ratio", [1.0, 0.3, 0.0])
def test_glmnets_strength_is_that_of_its_published_algorithm(ratio):
    """Friedman, Hastie and Tibshirani (2010): standardise features and target by n, solve, and put back."""
    features, target = drawn(6)
    convention = Convention(standardise=True)
    strengths = convention.strengths(0.2, ratio, len(target))
    problem = convention.prepare(features, target)
    found = fit(problem, *strengths)
    strength, alpha = as_glmnet(strengths, target)
    unit = target.std()
    columns = (features - features.mean(0)) / features.std(0)
    goal = (target - target.mean()) / unit
    weights = np.zeros(features.shape[1])
    for _ in range(20_000):
        for place, column in enumerate(columns.T):
            drawn_by = column @ (goal - columns @ weights) / len(goal) + weights[place]
            l1, l2 = strength / unit * alpha, strength / unit * (1 - alpha)
            weights[place] = soft_threshold(drawn_by, l1) / (1 + l2)
        if np.abs(columns.T @ (goal - columns @ weights)).max() < 1e-14:
            break
    assert weights * unit / features.std(0) == pytest.approx(problem.coefficients(found.weights), abs=1e-8)


def test_a_penalised_intercept_is_one_more_weight():
    features, target = drawn(9)
    problem = prepare(features, target, intercept="penalised")
    found = fit(problem, 0.3, 0.0)
    ones = np.column_stack([features, np.ones(len(target))])
    model = reference(Lasso(0.3, fit_intercept=False, **EXACT), ones, target)
    assert [*problem.coefficients(found.weights), problem.intercept(found.weights)] == pytest.approx(
        model.coef_, abs=1e-8
    )
    assert abs(problem.intercept(found.weights)) < abs(prepare(features, target).intercept(found.weights[:-1]))


def test_cross_validation_is_that_of_scikit_learn():
    """Duplicates leave weights a choice, but predictions none: the errors are the same whichever is taken."""
    several = 0
    for seed in SEEDS:
        features, target = drawn(seed)
        problem, count = prepare(features, target), 5 if len(target) > 20 else 4
        strengths = ladder(problem, 1.0, 10, depth=0.02)
        model = reference(LassoCV(alphas=strengths, cv=count, **EXACT), features, target)
        seen = cross_validate(hold_out(features, target, folds(len(target), count)), 1.0, strengths)
        assert seen.errors == pytest.approx(model.mse_path_.T, abs=1e-8), seed
        assert strengths[seen.best] == pytest.approx(model.alpha_)
        found = fit(problem, float(strengths[seen.best]), 0.0)
        assert_same(problem, found, model, features)
        several += not found.unique
        error = model.mse_path_.mean(1)
        limit = error.min() + model.mse_path_[error.argmin()].std(ddof=1) / math.sqrt(count)
        assert strengths[seen.one_standard_error] == pytest.approx(max(strengths[error <= limit]))
    assert several, "some problems leave a choice"


@pytest.mark.parametrize("which", ["aic", "bic"])
@pytest.mark.parametrize("intercept", ["free", "penalised", "none"])
def test_information_criteria_are_those_of_scikit_learn(intercept, which):
    for seed in (1, 2, 3, 6):
        features, target = drawn(seed)
        problem = prepare(features, target, intercept)
        columns = np.column_stack([features, np.ones(len(target))]) if problem.ones else features
        model = LassoLarsIC(criterion=which, fit_intercept=problem.free).fit(columns, target)
        noise = noise_variance(problem)
        assert noise == pytest.approx(model.noise_variance_)
        moved = (columns - columns.mean(0), target - target.mean()) if problem.free else (columns, target)
        knots, _, theirs = lars_path(*moved, method="lasso")
        assert path(problem, 1.0).at(knots) == pytest.approx(theirs.T, abs=1e-8)
        found = [getattr(criteria(problem, weights, 0.0, noise), which) for weights in theirs.T]
        assert found == pytest.approx(model.criterion_, abs=1e-8)
        middle = np.sqrt(knots[1:-2] * knots[2:-1])
        for weights in path(problem, 1.0).at(middle):
            assert degrees_of_freedom(problem, weights, 0.0) == np.count_nonzero(weights)


def test_without_an_intercept_the_noise_of_the_prostate_data_is_that_of_scikit_learn():
    data = prostate()
    features, target = data.standardised()[data.train], data.target[data.train]
    problem = prepare(features, target - target.mean(), "none")
    model = LassoLarsIC(fit_intercept=False).fit(features, target - target.mean())
    assert noise_variance(problem) == pytest.approx(model.noise_variance_)


def test_a_constant_feature_does_not_change_what_the_noise_is_measured_by():
    features, target = drawn(1)
    widened = np.column_stack([features, np.full(len(target), 3.0)])
    assert noise_variance(prepare(widened, target)) == pytest.approx(noise_variance(prepare(features, target)))


def test_degrees_of_freedom_of_ridge_are_a_trace():
    features, target = drawn(1)
    problem = prepare(features, target)
    moved = features - features.mean(0)
    hat = moved @ np.linalg.solve(moved.T @ moved + len(target) * 0.7 * np.eye(6), moved.T)
    assert degrees_of_freedom(problem, fit(problem, 0.0, 0.7).weights, 0.7) == pytest.approx(np.trace(hat))
    assert degrees_of_freedom(problem, np.zeros(6), 0.0) == 0


def test_the_published_figures_of_the_prostate_data():
    data = prostate()
    features, train = data.standardised(), data.train
    problem = prepare(features[train], data.target[train])
    found = fit(problem, 0.0, 0.0)
    assert problem.intercept(found.weights) == pytest.approx(2.465, abs=5e-4)
    published = [0.680, 0.263, -0.141, 0.210, 0.305, -0.288, -0.021, 0.267]
    assert found.weights == pytest.approx(published, abs=5.1e-4)
    predicted = features[~train] @ found.weights + problem.intercept(found.weights)
    assert np.square(predicted - data.target[~train]).mean() == pytest.approx(0.521, abs=5e-4)
    order = [data.names[place] for place in path(problem, 1.0).order]
    assert order == ["lcavol", "lweight", "svi", "pgg45", "lbph", "age", "lcp", "gleason"]


def test_of_collinear_features_it_is_said_that_others_do_as_well():
    features, target = drawn(1)
    twice = np.column_stack([features, features[:, 1]])
    for l1, l2, unique in ((0.1, 0.0, False), (0.0, 0.0, False), (0.1, 0.1, True), (0.0, 0.1, True)):
        problem = prepare(twice, target)
        found = fit(problem, l1, l2)
        assert found.unique is unique
        assert_optimal(problem, found)
        if l2:
            assert found.weights[1] == pytest.approx(found.weights[-1]), "L2 shares between them"
    assert fit(prepare(features, target), 0.1, 0.0).unique


def test_a_constant_feature_has_no_weight():
    features, target = drawn(1)
    features[:, 2] = 1e6 + 1 / 3
    for ratio in (1.0, 0.5, 0.0):
        problem = prepare(features, target)
        assert problem.constant.tolist() == [False, False, True, False, False, False]
        assert fit(problem, 0.1 * ratio, 0.1 * (1 - ratio)).weights[2] == 0
        assert not path(problem, ratio).at(np.array([0.1, 1e-3]))[:, 2].any()


@pytest.mark.parametrize("intercept", ["free", "penalised", "none"])
@pytest.mark.parametrize("same", [0.0, 7.0, -1e6 - 1 / 3])
@pytest.mark.parametrize("strengths", [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (0.1, 0.1)])
@pytest.mark.filterwarnings("error")
def test_a_column_of_one_number_is_fitted_under_any_intercept(intercept, same, strengths):
    features, target = drawn(1)
    with_it = np.column_stack([features, np.full(len(target), same)])
    problem = prepare(with_it, target, intercept)
    found = fit(problem, *strengths)
    assert_optimal(problem, found)
    twice = same and intercept == "penalised"  # it says what the column of ones says
    assert found.unique is (not twice or strengths != (0.0, 0.0))
    weightless = not same or intercept == "free"
    assert problem.constant.tolist() == [*[False] * 6, weightless, *[False] * problem.ones]
    if weightless:
        assert found.weights[6] == 0
        without = fit(prepare(features, target, intercept), *strengths)
        assert np.delete(found.weights, 6) == pytest.approx(without.weights, abs=1e-9)


def test_without_and_under_infinite_strength():
    features, target = drawn(1)
    problem = prepare(features, target)
    model = LinearRegression().fit(features, target)
    assert fit(problem, 0.0, 0.0).weights == pytest.approx(model.coef_, abs=1e-10)
    for l1, l2 in ((math.inf, 0.0), (0.0, math.inf), (math.inf, math.inf)):
        found = fit(problem, l1, l2)
        assert not found.weights.any()
        assert (found.cost, found.penalty, found.gap) == (pytest.approx(target.var() / 2), 0.0, 0.0)
        assert problem.intercept(found.weights) == pytest.approx(target.mean())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: prepare([[1.0, math.nan], [0.0, 1.0]], [1.0, 2.0]), "feature 2 .* row 1 is nan"),
        (lambda: prepare([[1.0], [math.inf]], [1.0, 2.0]), "feature 1 .* row 2 is inf"),
        (lambda: prepare([[1.0]], [1.0]), "at least two rows"),
        (lambda: prepare([[1.0], [2.0]], [1.0]), "as many rows, got 2 and 1"),
        (lambda: prepare([[1.0], [1e200]], [1.0, 2.0]), "up to 1e"),
        (lambda: prepare([1.0, 2.0], [1.0, 2.0]), "table of at least one column"),
        (lambda: prepare([["a"], ["b"]], [1.0, 2.0]), "features must be numbers"),
        (lambda: prepare([[1.0], [2.0]], [1.0, 2.0], intercept="half"), "intercept must be one of free"),
        (lambda: fit(prepare(*drawn(1)), -1.0, 0.0), "l1 must be at least 0"),
        (lambda: fit(prepare(*drawn(1)), math.nan, 0.0), "l1 must be at least 0, got nan"),
        (lambda: path(prepare(*drawn(1)), 1.5), "from 0 to 1"),
        (lambda: Convention().strengths(-1.0, 1.0, 5), "at least 0"),
        (lambda: Convention().strengths(1.0, math.nan, 5), "from 0 to 1"),
        (lambda: folds(3, 4), "from 2 to 3 folds, not 4"),
        (lambda: ladder(prepare([[1.0], [1.0]], [1.0, 2.0]), 1.0), "no feature has anything to do with"),
        (lambda: noise_variance(prepare(*drawn(4))), "more rows than weights"),
    ],
)
def test_what_cannot_be_fitted_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_strengths_of_nothing():
    assert as_elastic_net(Strengths(0.0, 0.0)) == (0.0, 1.0)
    assert Convention().strengths(math.inf, 1.0, 5) == (math.inf, 0.0)
    assert as_lasso(Strengths(1.0, 1.0)) is None
    assert as_ridge(Strengths(1.0, 1.0), 5) is None
