"""Boundaries against scikit-learn, closed forms and every other line; what is degenerate is explained."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.svm import SVC, LinearSVC

from losses.boundary import FITTED, fit_boundary
from losses.planar import PLANAR

ANY = ["outlier", "overlap", "moons"]
L2 = 0.01
CONVEX = [
    key
    for key, loss in FITTED.items()
    if loss.fact("convex", **{"from_logits": True} if "from_logits" in loss.parameters else {})
]
PARTED = np.array([[-2.0, 0.0], [-1.0, 1.0], [1.0, 0.0], [2.0, -1.0]]), np.array([-1.0, -1.0, 1.0, 1.0])


def points(key, **settings):
    drawn = PLANAR[key](**{"n": 200, **settings})
    return drawn.features, drawn.label


def objective(loss, features, label, weights, bias, l2=L2, class_weight=1.0, **parameters):
    """The objective in the data's own units, written out."""
    score = features @ np.ravel(weights) + bias
    loss = FITTED[loss]
    extra = {"from_logits": True} if "from_logits" in loss.parameters else {}
    target = (label + 1) / 2 if loss.family == "binary" else label
    values = loss(score, target, **extra, **parameters).numpy()
    return np.mean(np.where(label > 0, class_weight, 1.0) * values) + l2 * np.sum(np.square(weights))


@pytest.mark.parametrize("key", ANY)
@pytest.mark.parametrize("weight", [1.0, 7.0])
@pytest.mark.parametrize("loss", ["logistic", "binary_cross_entropy"])
def test_logistic_is_scikit_learns(key, weight, loss):
    x, y = points(key)
    other = LogisticRegression(C=1 / (2 * len(y) * L2), tol=1e-12, max_iter=10_000, class_weight={-1: 1, 1: weight})
    other.fit(x, y)
    mine = fit_boundary(x, y, loss, L2, weight)
    assert mine.weights == pytest.approx(other.coef_[0], rel=1e-4)
    assert mine.bias == pytest.approx(other.intercept_[0], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("key", ANY)
@pytest.mark.parametrize("weight", [1.0, 7.0])
def test_hinge_is_the_support_vector_machine(key, weight):
    x, y = points(key)
    other = SVC(kernel="linear", C=1 / (2 * len(y) * L2), tol=1e-9, class_weight={-1: 1, 1: weight}).fit(x, y)
    mine = fit_boundary(x, y, "hinge", L2, weight)
    assert mine.weights == pytest.approx(other.coef_[0], rel=1e-5, abs=1e-6)
    assert mine.objective <= objective("hinge", x, y, other.coef_, other.intercept_, class_weight=weight) + 1e-10
    assert mine.objective == pytest.approx(objective("hinge", x, y, mine.weights, mine.bias, class_weight=weight))


@pytest.mark.parametrize("key", ANY)
def test_squared_hinge_is_linear_svc(key):
    x, y = points(key)
    settings = {"C": 1 / (2 * len(y) * L2), "tol": 1e-10, "max_iter": 500_000, "intercept_scaling": 100.0}
    other = LinearSVC(loss="squared_hinge", dual=False, **settings).fit(x, y)
    mine = fit_boundary(x, y, "squared_hinge", L2)
    assert mine.weights == pytest.approx(other.coef_[0], rel=1e-3)
    assert mine.objective <= objective("squared_hinge", x, y, other.coef_, other.intercept_) + 1e-12


@pytest.mark.parametrize("key", ANY)
@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("hinge", "hinge"),
        ("logistic", "log_loss"),
        ("modified_huber", "modified_huber"),
        ("squared_hinge", "squared_hinge"),
        ("perceptron", "perceptron"),
    ],
)
def test_stochastic_descent_never_gets_lower(key, mine, theirs):
    x, y = points(key)
    other = SGDClassifier(loss=theirs, alpha=2 * L2, max_iter=300, tol=1e-5, random_state=0).fit(x, y)
    assert fit_boundary(x, y, mine, L2).objective <= objective(mine, x, y, other.coef_, other.intercept_) + 1e-12


def test_squared_loss_is_least_squares():
    x, y = points("overlap")
    other = LinearRegression().fit(x, y)
    mine = fit_boundary(x, y, "mse")
    assert [*mine.weights, mine.bias] == pytest.approx([*other.coef_, other.intercept_])


@pytest.mark.parametrize("key", [*ANY, "blobs"])
@pytest.mark.parametrize("loss", FITTED)
@pytest.mark.parametrize("l2", [1e-4, 0.1])
@pytest.mark.parametrize("weight", [0.2, 5.0])
def test_no_neighbour_is_lower(key, loss, l2, weight):
    x, y = points(key, n=60, ratio=3)
    mine = fit_boundary(x, y, loss, l2, weight)
    random = np.random.default_rng(0)
    own = objective(loss, x, y, mine.weights, mine.bias, l2, weight)
    assert own == pytest.approx(mine.objective, rel=1e-9, abs=1e-12)
    for size in (1e-4, 1e-2, 1.0) if loss in CONVEX else (1e-4,):
        for move in size * random.standard_normal((60, 3)):
            near = objective(loss, x, y, mine.weights + move[:2], mine.bias + move[2], l2, weight)
            assert near >= own - 2e-8 * max(1, own)
