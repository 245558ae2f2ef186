"""Two weights under other losses: against the bowl of the squared error, the many-weights search, and by rays and knots."""

import math

import numpy as np
import pytest

from losses import LOSSES
from losses.shrinkage.smooth import SMOOTH, fit_smooth
from losses.shrinkage.smooth_bowl import ERROR, MOST_OUTLIERS, ROWS, SmoothBowl, examples, spoiled
from losses.shrinkage.two_weights import Price

STRENGTHS = np.linspace(0.0, 6.0, 61)
PRICES = [Price(0.3, 1.0), Price(0.3, 0.5), Price(0.3, 0.0, half=True)]
PLACES = [(0.0, 0), (0.9, 4), (-0.6, 1)]


def bowl_of(key, correlation=0.0, outliers=0, truth=(1.5, 0.3), **parameters):
    return SmoothBowl(truth, correlation, key, tuple(LOSSES[key].settings(**parameters).items()), outliers)


def test_the_losses_are_those_that_are_smooth_and_convex():
    assert {*SMOOTH} == {
        "mse",
        "huber",
        "smooth_l1",
        "asymmetric_huber",
        "log_cosh",
        "expectile",
        "general_robust",
    }


@pytest.mark.parametrize("correlation", [0.0, 0.9, -0.99])
def test_the_examples_have_the_moments_of_the_bowl(correlation):
    features, errors = examples(correlation, 3)
    assert features.T @ features / ROWS == pytest.approx(np.array([[1.0, correlation], [correlation, 1.0]]))
    assert np.count_nonzero(errors) == 3 and errors.max() == ERROR
    turned = (features[:, 1] - correlation * features[:, 0]) / math.sqrt(1 - correlation**2)
    assert turned[errors > 0].min() >= turned[errors == 0].max() - 1e-12


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize(("correlation", "outliers"), PLACES)
def test_under_squared_error_it_is_the_exact_bowl(half, correlation, outliers):
    exact = spoiled((1.5, 0.3), correlation, half, outliers)
    bowl = bowl_of("mse", correlation, outliers, half=half)
    weights = np.random.default_rng(0).normal(size=(20, 2))
    assert bowl.center == pytest.approx(exact.center, abs=1e-10)
    assert bowl.cost(weights) == pytest.approx(exact.cost(weights))
    for price in PRICES:
        assert bowl.vanishing(price) == pytest.approx(exact.vanishing(price))
    assert bowl.pairs(PRICES) == pytest.approx(exact.pairs(PRICES), abs=1e-9)
    assert bowl.trails(PRICES, STRENGTHS) == pytest.approx(exact.trails(PRICES, STRENGTHS), abs=1e-9)
    levels = exact.least + np.array([0.1, 2.0])
    assert exact.cost(bowl.rings(levels)) == pytest.approx(np.broadcast_to(levels[:, None], (2, 91)), rel=1e-6)


@pytest.mark.parametrize("key", [key for key, loss in SMOOTH.items() if loss.fact("symmetric")])
@pytest.mark.parametrize(("correlation", "outliers"), PLACES)
def test_it_finds_what_the_search_of_many_weights_finds(key, correlation, outliers):
    """That one has an intercept: examples and their mirror images leave it at 0 where the loss is symmetric."""
    bowl = bowl_of(key, correlation, outliers)
    features, target = np.vstack([bowl.features, -bowl.features]), np.append(bowl.target, -bowl.target)
    for price in PRICES:
        (found,) = bowl.pairs([price])
        other = fit_smooth(features, target, LOSSES[key], *bowl.strengths(price), **dict(bowl.settings))
        assert found == pytest.approx(other.weights, abs=1e-7)
        assert bowl.cost(found) + price.of(found).sum() == pytest.approx(other.objective)


@pytest.mark.parametrize("key", SMOOTH)
@pytest.mark.parametrize(("correlation", "outliers"), PLACES)
def test_every_pair_of_a_trail_is_an_optimum(key, correlation, outliers):
    bowl = bowl_of(key, correlation, outliers)
    scale = np.abs(bowl.slopes(np.zeros(2))).max()
    for price, weights in zip(PRICES, bowl.trails(PRICES, STRENGTHS), strict=True):
        l1, l2 = (part * STRENGTHS / price.strength for part in bowl.strengths(price))
        pull = -bowl.slopes(weights) - l2[:, None] * weights
        bound = np.broadcast_to(l1[:, None], weights.shape)
        alive = weights != 0
        assert pull[alive] == pytest.approx((bound * np.sign(weights))[alive], abs=1e-9 * scale)
        assert (np.abs(pull) <= bound + 1e-9 * scale).all()


@pytest.mark.parametrize("key", SMOOTH)
@pytest.mark.parametrize("ratio", [1.0, 0.4])
def test_weights_vanish_where_it_is_said(key, ratio):
    for correlation, outliers in PLACES:
        bowl = bowl_of(key, correlation, outliers)
        ends = np.array(bowl.vanishing(Price(1.0, ratio)))
        for which, end in enumerate(ends):
            above, below = bowl.trails([Price(1.0, ratio)], end * np.array([1.001, 0.999]))[0, :, which]
            assert above == 0 and below != 0, (correlation, outliers, which)


@pytest.mark.parametrize("key", SMOOTH)
def test_rings_cost_what_they_are_asked_and_follow_the_truth(key):
    bowl, moved = bowl_of(key, 0.7, 2), bowl_of(key, 0.7, 2, truth=(-0.5, 2.3))
    levels = bowl.least + np.array([0.0, 0.05, 1.0, 8.0])
    rings = bowl.rings(levels)
    for level, ring in zip(levels, rings, strict=True):
        assert bowl.cost(ring) == pytest.approx(level, rel=1e-5)
    away = np.array([-2.0, 2.0])
    assert np.array(moved.center) - bowl.center == pytest.approx(away, abs=1e-9)
    assert moved.rings(levels[1:]) == pytest.approx(rings[1:] + away, abs=1e-5)


def test_huber_bounds_what_outliers_pull_and_squared_error_does_not():
    features, errors = examples(0.0, 4)
    pull = features[errors > 0, 1].sum() / ROWS
    price = Price(0.3, 1.0)
    assert bowl_of("huber", 0.0, 4, truth=(1.5, 0.0), delta=1.0).vanishing(price)[1] == pytest.approx(pull)
    assert spoiled((1.5, 0.0), 0.0, False, 4).vanishing(price)[1] == pytest.approx(2 * ERROR * pull)


def test_under_no_and_infinite_strength_and_at_the_origin():
    bowl = bowl_of("huber", 0.5, MOST_OUTLIERS)
    assert bowl.pairs([Price(0.0, 1.0)])[0] == pytest.approx(bowl.center, abs=1e-9)
    assert not bowl.pairs([Price(math.inf, 0.5)]).any()
    assert bowl.vanishing(Price(1.0, 0.0)) == (math.inf, math.inf)
    still = bowl_of("huber", truth=(0.0, 0.0))
    assert not still.pairs([Price(1.0, 1.0)]).any()
    assert still.vanishing(Price(1.0, 1.0)) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_a_loss_that_is_not_convex_is_refused():
    with pytest.raises(ValueError, match="not convex"):
        bowl_of("general_robust", alpha=-1.0).pairs([Price(1.0, 1.0)])


def test_what_leaves_the_numbers_is_refused():
    settings = tuple(LOSSES["log_cosh"].settings().items())
    bowl = SmoothBowl((1.0, 1.0), 0.3, "log_cosh", settings)
    with pytest.raises(ArithmeticError, match="too large or too steep"):
        bowl.surrounded(np.array([1e308]))
