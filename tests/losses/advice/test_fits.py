"""The fits behind the advice against scikit-learn, statsmodels' definitions and the exact fits of one feature."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, PoissonRegressor, QuantileRegressor, Ridge
from sklearn.metrics import balanced_accuracy_score, log_loss

from losses import LOSSES, fit_line
from losses.advice.advise import advise
from losses.advice.evidence import folds_of, hold_out, predict
from losses.advice.linear import Data, design, fit, robust_start, solve
from losses.advice.scores import Candidate, fit_classes, fit_scores, probabilities
from losses.data.datasets import DATASETS


@pytest.fixture
def data():
    random = np.random.default_rng(0)
    x = random.standard_normal((120, 3))
    return x, x @ [1.0, -2.0, 0.5] + random.standard_t(3, 120)


@pytest.mark.parametrize("tau", [0.5, 0.8])
def test_quantiles_are_those_of_scikit_learn(data, tau):
    x, y = data
    rows = design(x)
    found = fit(Data(rows, y), np.ones((1, 120)), "quantile", {"tau": tau}, solve(rows, y, np.ones((1, 120))))[0]
    other = QuantileRegressor(quantile=tau, alpha=0).fit(rows[:, 1:], y)

    def cost(prediction):
        return float(LOSSES["quantile"](prediction, y, tau=tau).mean())

    assert cost(rows @ found) == pytest.approx(cost(other.predict(rows[:, 1:])), rel=2e-3)


@pytest.mark.parametrize("name", ["stars", "engel", "anscombe", "generated"])
@pytest.mark.parametrize("loss", ["mse", "huber", "mae", "log_cosh"])
def test_lines_are_the_exact_ones(name, loss):
    rows = DATASETS[name]
    scaled = {"delta": rows.scale} if loss == "huber" else {}
    one = np.ones((1, len(rows.x)))
    found = fit(Data(design(rows.x[:, None]), rows.y), one, loss, scaled, solve(design(rows.x[:, None]), rows.y, one))[
        0
    ]
    exact = fit_line(rows.x, rows.y, loss, **scaled)
    assert found[1] / rows.x.std() == pytest.approx(exact.slope, abs=2e-3 * (1 + abs(exact.slope)))


def test_a_fold_is_fitted_as_if_the_others_were_all(data):
    x, y = data
    rows = design(x)
    fold = folds_of(120)
    masks = (fold != np.arange(10)[:, None]).astype(float)
    found = predict(Candidate("huber", "", {"delta": 1.0}), Data(rows, y), masks, None)
    for k in (0, 7):
        kept = fold != k
        alone = fit(
            Data(rows[kept], y[kept]),
            np.ones((1, kept.sum())),
            "huber",
            {"delta": 1.0},
            solve(rows[kept], y[kept], np.ones((1, kept.sum()))),
        )
        assert found[k] == pytest.approx(rows @ alone[0], abs=1e-3)


def test_ridge_is_that_of_scikit_learn(data):
    x, y = data
    rows = design(x)
    found = predict(Candidate("mse", "", {}, ridge=2.0), Data(rows, y), np.ones((1, 120)), None)[0]
    assert found == pytest.approx(Ridge(2.0).fit(rows[:, 1:], y).predict(rows[:, 1:]))


@pytest.mark.parametrize("weight", [1.0, 8.0])
def test_cross_entropy_is_that_of_scikit_learn(data, weight):
    x, y = data
    labels = (y > 1).astype(float)
    rows = design(x)
    settings = {"from_logits": True, "positive_weight": weight}
    found = fit_scores(
        Data(rows, labels), np.ones((1, 120)), Candidate("binary_cross_entropy", "", settings, ridge=1.0)
    )
    other = LogisticRegression(class_weight={0: 1, 1: weight}, tol=1e-10, max_iter=1000).fit(rows[:, 1:], labels)
    assert found[0] == pytest.approx([*other.intercept_, *other.coef_[0]], abs=1e-4)


def test_poisson_is_that_of_scikit_learn(data):
    x, _ = data
    y = np.random.default_rng(1).poisson(np.exp(x[:, 0])).astype(float)
    rows = design(x)
    found = fit_scores(Data(rows, y), np.ones((1, 120)), Candidate("poisson", "", {}, "exp"))[0]
    other = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000).fit(rows[:, 1:], y)
    assert found == pytest.approx([other.intercept_, *other.coef_], abs=1e-4)


def test_focal_comes_to_rest(data):
    x, y = data
    rows, labels = design(x), (y > 1).astype(float)
    found = fit_scores(Data(rows, labels), np.ones((1, 120)), Candidate("focal", "", {"from_logits": True}, ridge=1.0))
    nearby = found + 0.05 * np.random.default_rng(2).standard_normal((50, 4))

    def total(weights):
        losses = LOSSES["focal"](weights @ rows.T, labels, from_logits=True).numpy()
        return losses.sum(1) + (weights[:, 1:] ** 2).sum(1) / 2

    assert total(found)[0] <= total(nearby).min()


def test_a_third_of_corrupt_rows_do_not_move_the_start(data):
    x, y = data
    spoiled = y.copy()
    spoiled[:40] += 1000
    clean, scale = robust_start(Data(design(x), y))
    found, after = robust_start(Data(design(x), spoiled))
    assert found == pytest.approx(clean, abs=0.5)
    assert after < 3 * scale


def test_the_standard_error_of_a_mean_is_the_usual_one(data):
    x, y = data
    found = hold_out(x, y, (Candidate("mse", "MSE", {}),))
    rows = design(x)
    masks = (folds_of(120) != np.arange(10)[:, None]).astype(float)
    held = predict(Candidate("mse", "", {}), Data(rows, y), masks, None)[folds_of(120), np.arange(120)]
    errors = abs(held - y)
    assert found.mean[0, 0] == pytest.approx(errors.mean())
    assert found.error[0, 0] == pytest.approx(errors.std() / np.sqrt(120), rel=0.3)


def test_labels_are_spread_over_the_folds():
    labels = np.r_[np.ones(20), np.zeros(180)]
    fold = folds_of(200, labels)
    assert np.bincount(fold[labels == 1]).tolist() == [2] * 10


def three_classes(n=600):
    random = np.random.default_rng(0)
    x = random.standard_normal((n, 3))
    score = x @ random.standard_normal((3, 3)) + [2, 0, -2]
    return x, (score + random.gumbel(size=score.shape)).argmax(1)


@pytest.mark.parametrize("weighted", [False, True])
def test_several_classes_are_fitted_as_scikit_learn_does(weighted):
    x, y = three_classes()
    rows = design(x)
    weights = len(y) / (3 * np.bincount(y)) if weighted else np.ones(3)
    theirs = LogisticRegression(C=2.0, tol=1e-12, max_iter=10_000, class_weight="balanced" if weighted else None)
    theirs.fit(rows[:, 1:], y)
    ours = fit_classes(Data(rows, y.astype(float)), np.ones((1, len(y))), weights, 0.5)[0]
    np.testing.assert_allclose(probabilities(ours, rows).T, theirs.predict_proba(rows[:, 1:]), atol=1e-5)


def test_several_classes_are_held_out_and_measured_as_scikit_learn_does():
    x, y = three_classes()
    advice = advise(x, np.array(["a", "b", "c"])[y])
    plain, even = advice.evidence.mean
    rows, fold = design(x), folds_of(len(y), y)
    found = np.empty((len(y), 3))
    for number in range(10):
        model = LogisticRegression(C=100.0, tol=1e-10, max_iter=10_000).fit(rows[fold != number, 1:], y[fold != number])
        found[fold == number] = model.predict_proba(rows[fold == number, 1:])
    theirs = [
        log_loss(y, found),
        np.square(found - np.eye(3)[y]).sum(1).mean(),
        np.mean(found.argmax(1) == y),
        balanced_accuracy_score(y, found.argmax(1)),
    ]
    np.testing.assert_allclose(plain, theirs, atol=1e-4)
    assert even[3] > plain[3], "equal weights lift the mean recall"
    assert even[0] > plain[0], "and cost calibration"


def test_too_many_classes_are_said_not_to_be_held_out():
    random = np.random.default_rng(0)
    advice = advise(random.standard_normal((200, 9)), random.integers(0, 12, 200), kind="classes")
    assert advice.evidence is None
    assert "Nothing was held out: 12 classes and 9 features make more than 100 weights." in advice.notes
