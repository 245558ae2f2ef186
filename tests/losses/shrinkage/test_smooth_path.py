"""Paths under other losses: against the exact path, statsmodels, SciPy, the search of one fit, and an optimum's conditions."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize

from losses import LOSSES
from losses.data.many_features import prostate
from losses.shrinkage.conventions import Convention
from losses.shrinkage.optimum import fit
from losses.shrinkage.problem import INTERCEPTS, prepare
from losses.shrinkage.smooth import SMOOTH, fit_smooth
from losses.shrinkage.smooth_path import design
from losses.shrinkage.smooth_study import SmoothStudy
from losses.shrinkage.study import Study, parted

TABLE = prostate()
FEATURES, TARGET = TABLE.standardised()[TABLE.train], TABLE.target[TABLE.train]
LADDER = np.geomspace(0.5, 5e-4, 25)


def spoiled(count=3):
    target = TARGET.copy()
    target[:count] += 10
    return target


def of(key, features, target, intercept="free", **parameters):
    loss = LOSSES[key]
    shares = np.full((1, len(target)), 1 / len(target))
    return design(features, target, shares, (loss, loss.settings(**parameters)), intercept)


@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.0])
def test_under_squared_error_a_study_is_the_exact_one(ratio):
    parts = parted(TABLE.standardised(), TABLE.target, TABLE.train, "free", 10, 0)
    exact = Study(parts, Convention(), ratio)
    found = SmoothStudy(parts, Convention(), ratio, "mse", LOSSES["mse"].settings(half=True))
    assert found.strengths == pytest.approx(exact.strengths)
    assert found.curves == pytest.approx(exact.curves, abs=1e-8)
    assert np.array_equal(found.curves[1:] == 0, exact.curves[1:] == 0)
    for ours, theirs in ((found.train, exact.train), (found.test, exact.test)):
        assert 2 * ours == pytest.approx(theirs, rel=1e-8)
    assert 2 * found.validation.errors == pytest.approx(exact.validation.errors, rel=1e-8)
    for strength in (0.0, 0.07, np.inf):
        assert found.at(strength).weights == pytest.approx(exact.at(strength).optimum.weights, abs=1e-8)
        assert 2 * found.at(strength).test == pytest.approx(exact.at(strength).test, rel=1e-8)
    assert {name: each.strength for name, each in found.chosen.items()} == pytest.approx(
        {name: exact.chosen[name].strength for name in found.chosen}
    )


@pytest.mark.parametrize("key", SMOOTH)
@pytest.mark.parametrize("ratio", [1.0, 0.3, 0.0])
def test_every_fit_of_a_path_is_an_optimum(key, ratio):
    table = of(key, FEATURES, spoiled())
    l1, l2 = ratio * LADDER, (1 - ratio) * LADDER
    found = table.along(l1, l2)
    weights = table.coefficients(found.weights[:, 0])
    pull = np.array([table.pull(each)[0] for each in found.weights]) - l2[:, None] * weights
    reach = np.abs(table.pull(table.bare().weights)).max()
    alive, bound = weights != 0, np.broadcast_to(l1[:, None], weights.shape)
    assert found.missed.max() < 1e-9
    assert pull[alive] == pytest.approx((bound * np.sign(weights))[alive], abs=1e-9 * reach)
    assert (np.abs(pull) <= bound + 1e-9 * reach).all()
    for place in (6, 20):
        other = fit_smooth(FEATURES, spoiled(), LOSSES[key], l1[place], l2[place])
        assert weights[place] == pytest.approx(other.weights, abs=1e-7)
        assert table.level(found.weights[place])[0] == pytest.approx(other.intercept, abs=1e-7)


def test_huber_without_a_penalty_is_that_of_statsmodels_of_fixed_scale():
    target = spoiled()
    table = of("huber", FEATURES, target, delta=1.0)
    found = table.along(np.zeros(1), np.zeros(1)).weights[0]
    sight = sm.add_constant(FEATURES)
    theirs = np.linalg.lstsq(sight, target)[0]
    norm = sm.robust.norms.HuberT(t=1.0)
    for _ in range(500):  # what RLM does, with a scale of 1
        theirs = sm.WLS(target, sight, weights=norm.weights(target - sight @ theirs)).fit().params
    assert table.level(found)[0] == pytest.approx(theirs[0], abs=1e-8)
    assert table.coefficients(found)[0] == pytest.approx(theirs[1:], abs=1e-8)


@pytest.mark.parametrize("intercept", INTERCEPTS)
def test_ridge_under_log_cosh_is_what_scipy_finds(intercept):
    target, strength = spoiled(), 0.2
    table = of("log_cosh", FEATURES, target, intercept)
    found = table.along(np.zeros(1), np.full(1, strength)).weights[0]
    free, ones = intercept == "free", intercept != "none"
    columns = np.column_stack([FEATURES, np.ones(len(target))]) if ones else FEATURES
    paid = np.append(np.ones(FEATURES.shape[1]), [0.0 if free else 1.0] if ones else [])

    def objective(weights):
        residuals = columns @ weights - target
        mean = (np.logaddexp(residuals, -residuals) - np.log(2)).mean() + strength / 2 * paid @ weights**2
        return mean, columns.T @ np.tanh(residuals) / len(target) + strength * paid * weights

    theirs = minimize(objective, np.zeros(columns.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-10}).x
    ours = np.append(table.coefficients(found)[0], table.level(found) if free else [])
    assert ours == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("intercept", INTERCEPTS)
def test_units_and_places_of_features_do_not_matter(intercept):
    features = FEATURES * np.array([1e5, 1.0, 1e-4, 1.0, 1.0, 30.0, 1.0, 1.0])
    if intercept == "free":
        features = features + 1e3
    table = of("mse", features, TARGET, intercept, half=True)
    found = table.along(np.full(1, 0.05), np.full(1, 0.01))
    exact = fit(prepare(features, TARGET, intercept), 0.05, 0.01).weights
    assert table.coefficients(found.weights[0])[0] == pytest.approx(exact, rel=1e-7, abs=1e-9)


def test_a_loss_that_is_not_convex_is_refused():
    with pytest.raises(ValueError, match="not convex"):
        of("general_robust", FEATURES, TARGET, alpha=-1.0)


def test_outliers_are_the_rows_fitted_of_the_least_targets():
    wrong = TABLE.spoiled(2)
    moved = np.flatnonzero(wrong.target != TABLE.target)
    assert len(moved) == 2 and TABLE.train[moved].all()
    assert TABLE.target[moved].max() <= np.sort(TARGET)[1]
    assert wrong.target[moved] - TABLE.target[moved] == pytest.approx(8 * TARGET.std())
    assert TABLE.spoiled(0) is TABLE
