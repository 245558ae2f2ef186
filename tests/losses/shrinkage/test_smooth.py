"""Penalties under other losses: against scikit-learn, against the exact fits, and by the conditions of an optimum."""

import numpy as np
import pytest
from sklearn.linear_model import HuberRegressor, LogisticRegression

from losses import LOSSES
from losses.shrinkage.optimum import fit
from losses.shrinkage.problem import prepare
from losses.shrinkage.smooth import fit_smooth


def drawn(seed=0, rows=60, count=5):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, count))
    return features, features @ np.array([1.0, -0.5, 0.3, 0.0, 0.0]) + 0.5 * rng.normal(size=rows)


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.0), (0.05, 0.2), (0.0, 0.3), (0.0, 0.0)])
def test_under_squared_error_it_is_the_exact_fit(l1, l2):
    features, target = drawn()
    exact = fit(prepare(features, target), l1, l2)
    found = fit_smooth(features, target, LOSSES["mse"], l1, l2, half=True)
    assert found.weights == pytest.approx(exact.weights, abs=1e-10)
    assert found.objective == pytest.approx(exact.objective)


def test_logistic_regression_under_l1_and_l2():
    features, target = drawn(1)
    label = (target > 0).astype(float)
    for l1, l2 in ((0.05, 0.0), (0.0, 0.1), (0.02, 0.05)):
        found = fit_smooth(features, label, LOSSES["binary_cross_entropy"], l1, l2, from_logits=True)
        whole = l1 + l2
        model = LogisticRegression(
            C=1 / (whole * len(label)), l1_ratio=l1 / whole, solver="saga", tol=1e-12, max_iter=1_000_000
        ).fit(features, label)
        assert found.weights == pytest.approx(model.coef_[0], abs=1e-7)
        assert found.intercept == pytest.approx(model.intercept_[0], abs=1e-7)
        assert np.array_equal(found.weights == 0, np.abs(model.coef_[0]) < 1e-12)


def test_huber_regression():
    features, target = drawn(2)
    target[:6] += 20
    found = fit_smooth(features, target, LOSSES["huber"], 0.0, 0.02, delta=1.0)
    model = HuberRegressor(epsilon=1.0, alpha=1.0).fit(features, target)  # of a scale of its own, so a sanity check
    assert np.abs(found.weights - model.coef_).max() < 0.15
    assert found.violation < 1e-8


@pytest.mark.parametrize("key", ["mse", "huber", "log_cosh", "expectile", "smooth_l1", "asymmetric_huber"])
@pytest.mark.parametrize("strength", [0.02, 0.2])
def test_nothing_near_is_better(key, strength):
    features, target = drawn(3)
    loss = LOSSES[key]
    found = fit_smooth(features, target, loss, strength, 0.01)

    def objective(weights, intercept):
        mean = float(loss(intercept + features @ weights, target).mean())
        return mean + strength * np.abs(weights).sum() + 0.005 * weights @ weights

    assert objective(found.weights, found.intercept) == pytest.approx(found.objective)
    rng = np.random.default_rng(0)
    for size in (1e-1, 1e-3):
        for _ in range(30):
            other = objective(found.weights + size * rng.normal(size=5), found.intercept + size * rng.normal())
            assert other >= found.objective - 1e-12


def test_what_has_no_such_fit_is_said():
    features, target = drawn(4)
    for key, said in (("mae", "not differentiable"), ("tukey", "not convex"), ("poisson", "any number")):
        with pytest.raises(ValueError, match=said):
            fit_smooth(features, target, LOSSES[key], 0.1, 0.0)
    with pytest.raises(ValueError, match="at least 0 and finite"):
        fit_smooth(features, target, LOSSES["mse"], np.inf, 0.0)
