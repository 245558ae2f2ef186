"""A polynomial held back: dropout against masks that are drawn, stopping against the loop, copies against what they say."""

import numpy as np
import pytest

from losses.shrinkage.conventions import Convention
from losses.shrinkage.optimum import fit
from losses.shrinkage.polynomial import (
    FRESH,
    HELD_BACK,
    INSIDE,
    MOST_JITTER,
    TRUTHS,
    HeldBack,
    PolynomialFit,
    augmented,
    basis,
    draw,
    moved,
)
from losses.shrinkage.problem import prepare


def made(kind="l2", degree=6, rows=10, copies=0, mirrored=False, **how):
    points = draw("even", rows, 0.2, 7)
    ratio = {"l1": 1.0, "elastic_net": 0.5}.get(kind, 0.0)
    fitted = augmented(*points, copies, MOST_JITTER, mirrored, 0)
    return PolynomialFit(points, fitted, draw("even", FRESH, 0.2, 8), degree, HeldBack(kind, ratio, **how))


def test_points_lie_about_the_truth_and_copies_within_reach():
    x, y = draw("odd", 400, 0.1, 3)
    assert np.abs(x).max() <= INSIDE
    assert np.all(np.diff(x) > 0)
    assert np.std(y - TRUTHS["odd"](x)) == pytest.approx(0.1, rel=0.15)
    many, values = augmented(x, y, 3, MOST_JITTER, True, 5)
    assert len(many) == len(values) == 2 * 4 * 400
    assert np.abs(many).max() <= 1
    assert np.array_equal(many[:400], x) and np.array_equal(many[1600:], -many[:1600])
    assert np.abs(many[400:800] - x).max() <= MOST_JITTER
    assert np.array_equal(values[400:800], y)
    assert TRUTHS["even"](x) == pytest.approx(TRUTHS["even"](-x))
    assert TRUTHS["odd"](x) == pytest.approx(-TRUTHS["odd"](-x))


def test_moved_points_are_where_they_were_put():
    x, y = draw("even", 10, 0.2, 7)
    here = moved(x, y, {2: (0.8, -5.0), 40: (0.0, 0.0)})
    assert (here[0][2], here[1][2]) == (0.8, -5.0)
    others = np.arange(10) != 2
    assert np.array_equal(here[0][others], x[others]) and np.array_equal(here[1][others], y[others])
    assert x[2] != 0.8, "those that were given stay"
    for wrong in (0.81, -1.0, np.nan):
        with pytest.raises(ValueError, match="point 4"):
            moved(x, y, {3: (wrong, 0.0)})


@pytest.mark.parametrize("kind", ["l1", "l2", "elastic_net"])
def test_penalties_are_the_exact_fits(kind):
    found = made(kind, 9, convention=Convention(half=False, half_l2=False))
    for strength in (1.0, 1e-2, 1e-4):
        strengths = found.held_back.convention.strengths(strength, found.held_back.ratio, 10)
        best = fit(found.problem, *strengths)
        assert found.weights(np.array([strength]))[0] == pytest.approx(best.weights, abs=1e-7)
        assert best.gap < 1e-10


def test_dropout_is_the_mean_over_masks():
    """The expected squared error of masked features, by its moments over all masks of three features."""
    found, share = made("dropout", 3), 0.3
    x, y = found.fitted
    moved, goal = basis(x, 3) - basis(x, 3).mean(0), y - y.mean()
    masks = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    chances = np.prod(np.where(masks == 1, 1 - share, share), axis=1)
    gram = (
        sum(chance * (moved * mask).T @ (moved * mask) for mask, chance in zip(masks, chances, strict=True))
        / (1 - share) ** 2
    )
    weights = np.linalg.solve(gram, moved.T @ goal)
    assert found.weights(np.array([share / (1 - share)]))[0] == pytest.approx(weights, abs=1e-10)


@pytest.mark.parametrize("steps", [1, 10, 300])
def test_stopping_is_gradient_descent(steps):
    found = made("stopping", 8)
    weights = np.zeros(8)
    for _ in range(steps):
        weights = weights + found.rate * found.problem.pull(weights)
    assert found.weights(np.array([1 / (found.rate * steps)]))[0] == pytest.approx(weights, abs=1e-12)


@pytest.mark.parametrize("kind", HELD_BACK)
def test_weakly_held_back_it_is_least_squares_and_strongly_a_constant(kind):
    found = made(kind, 4, rows=20)
    ends = found.weights(np.array([1e9, 1e-12]))
    assert ends[0] == pytest.approx(0, abs=1e-6)
    assert ends[1] == pytest.approx(found.free(), abs=1e-6)
    train, fresh = found.errors(ends)
    x, y = found.points
    assert train == pytest.approx(np.square(found.predict(ends, x) - y).mean(1))
    assert fresh == pytest.approx(np.square(found.predict(ends, found.fresh[0]) - found.fresh[1]).mean(1))
    assert train[1] < train[0]


def test_mirrored_copies_make_the_curve_even():
    found = made(degree=9, mirrored=True)
    weights = found.weights(np.array([1e-3]))
    assert weights[0, ::2] == pytest.approx(0, abs=1e-10), "odd polynomials have no weight"


@pytest.mark.parametrize("kind", ["dropout", "stopping"])
def test_where_all_points_share_one_place_nothing_is_learned(kind):
    alike = prepare(np.ones((5, 2)), np.arange(5.0))
    assert HeldBack(kind).weights(alike, np.array([2.0, 1.0])).tolist() == [[0.0, 0.0]] * 2
