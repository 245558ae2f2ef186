"""Two weights: the picture's geometry against closed forms."""

import math

import numpy as np
import pytest

from losses.shrinkage.two_weights import Bowl, Price

PRICES = [
    Price(strength, ratio, half) for strength in (0.3, 2.0) for ratio in (1.0, 0.4, 0.0) for half in (True, False)
]
BOWLS = [Bowl((2.0, 0.5)), Bowl((1.0, -0.8), 0.7, half=True), Bowl((-2.0, 0.3), -0.95)]


@pytest.mark.parametrize("bowl", BOWLS, ids=str)
@pytest.mark.parametrize("price", PRICES, ids=str)
def test_the_solution_is_where_cost_and_price_are_least_and_ball_and_ring_touch(bowl, price):
    best = bowl.shrunk(price).weights
    least = float(bowl.cost(best) + price.of(best).sum())
    around = best + np.random.default_rng(0).normal(size=(500, 2)) * 0.3
    assert (bowl.cost(around) + price.of(around).sum(1) >= least - 1e-12).all()
    ball, ring = price.ball(best), bowl.ring(float(bowl.cost(best)))
    assert price.of(ball).sum(1) == pytest.approx(price.of(best).sum(), abs=1e-12)
    assert bowl.cost(ring) == pytest.approx(float(bowl.cost(best)), abs=1e-12)
    if best.any():
        assert (bowl.cost(ball) >= bowl.cost(best) - 1e-9).all(), "within the ball nothing costs less"
    assert bowl.trail(price, np.array([price.strength]))[0] == pytest.approx(best, abs=1e-10)


def test_without_correlation_l1_takes_off_the_same_and_l2_the_same_share():
    bowl, half = Bowl((2.0, 0.5)), Bowl((2.0, 0.5), half=True)
    for strength in (0.25, 0.5, 0.8):
        assert bowl.shrunk(Price(strength, 1.0)).weights == pytest.approx(
            [2 - strength / 2, max(0.5 - strength / 2, 0)]
        )
        assert half.shrunk(Price(strength, 1.0)).weights == pytest.approx([2 - strength, max(0.5 - strength, 0)])
        assert bowl.shrunk(Price(strength, 0.0)).weights == pytest.approx(np.array([2, 0.5]) / (1 + strength))
        assert half.shrunk(Price(strength, 0.0, half=True)).weights == pytest.approx(
            np.array([2, 0.5]) / (1 + strength)
        )


def test_from_which_strength_on_a_weight_is_0():
    assert Bowl((2.0, 0.5)).vanishing(Price(9.0, 1.0)) == pytest.approx((4.0, 1.0))
    assert Bowl((2.0, 0.5)).vanishing(Price(9.0, 0.5)) == pytest.approx((8.0, 2.0))
    assert Bowl((2.0, 0.5)).vanishing(Price(9.0, 0.0)) == (math.inf, math.inf)
    assert Bowl((2.0, 0.0)).vanishing(Price(9.0, 1.0)) == pytest.approx((4.0, 0.0))
    for bowl in BOWLS:
        for ratio in (1.0, 0.4):
            ends = bowl.vanishing(Price(1.0, ratio))
            for which, end in enumerate(ends):
                for strength in (1.001 * end, 2 * end, 50 * end):
                    assert bowl.shrunk(Price(strength, ratio)).weights[which] == 0
                assert bowl.shrunk(Price(0.999 * end, ratio)).weights[which] != 0


def test_an_infinite_price_leaves_nothing_to_pay():
    for ratio in (1.0, 0.5, 0.0):
        price = Price(math.inf, ratio)
        found = Bowl((2.0, 0.5)).shrunk(price)
        assert not found.weights.any()
        assert not price.of(found.weights).any()
        assert not price.ball(found.weights).any()
