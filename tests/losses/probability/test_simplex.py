"""The triangle of three probabilities: places, contours, and the slopes of a loss in the logits."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from torch.nn import functional

from losses import LOSSES
from losses.probability.simplex import (
    CORNERS,
    SIMPLEX_LOSSES,
    contours,
    lattice,
    nearest,
    over,
    place,
    probabilities,
    probe,
)

CROSS_ENTROPY = LOSSES["categorical_cross_entropy"]
PLAIN = CROSS_ENTROPY.settings()


def test_a_place_and_its_distribution_are_one():
    shares = np.random.default_rng(0).dirichlet([1, 1, 1], 50)
    assert np.allclose([nearest(point) for point in place(shares)], shares, atol=1e-12)
    assert np.allclose(place(np.eye(3)), CORNERS)
    assert np.allclose(np.linalg.norm(CORNERS - np.roll(CORNERS, 1, 0), axis=1), 1)


@given(some.floats(-3, 4), some.floats(-3, 4))
def test_no_distribution_is_nearer_than_the_nearest(x, y):
    best = nearest((x, y))
    assert best.min() >= 0 and best.sum() == pytest.approx(1, abs=1e-12)
    others = np.random.default_rng(1).dirichlet([0.3, 0.3, 0.3], 500)
    distance = np.linalg.norm(place(others) - (x, y), axis=1)
    assert np.linalg.norm(place(best) - (x, y)) <= distance.min() + 1e-9


def test_the_lattice_fills_the_triangle():
    grid = lattice(12)
    assert grid.points.shape == (13 * 14 // 2, 3) and grid.triangles.shape == (144, 3)
    first, second, third = place(grid.points)[grid.triangles].transpose(1, 0, 2)
    (ax, ay), (bx, by) = (second - first).T, (third - first).T
    area = np.abs(ax * by - ay * bx) / 2
    assert area.sum() == pytest.approx(np.sqrt(3) / 4 * (1 - 1e-3) ** 2)
    assert np.allclose(area, area[0])
    assert grid.points.min() > 0


def test_a_contour_of_a_linear_function_is_where_it_has_that_value():
    grid = lattice(20)
    ((x, y),) = contours(grid, grid.points @ [1.0, 2.0, 4.0], [2.5])
    values = np.array([nearest(point) @ [1.0, 2.0, 4.0] for point in np.stack([x, y], 1) if np.isfinite(point).all()])
    assert np.allclose(values, 2.5, atol=1e-9)
    length = np.nansum(np.hypot(x[1::3] - x[::3], y[1::3] - y[::3]))
    # it crosses the edge from A to C at a share of 1/2 and the edge from B to C at 1/4
    ends = place(np.array([[0.5, 0, 0.5], [0, 0.75, 0.25]]))
    assert length == pytest.approx(np.linalg.norm(ends[0] - ends[1]), rel=2e-3)


@pytest.mark.parametrize("key", SIMPLEX_LOSSES)
def test_contours_lie_where_the_loss_has_their_value(key):
    loss, target = LOSSES[key], (0.2, 0.5, 0.3)
    settings, grid = loss.settings(), lattice(80)
    values = over(loss, grid.points, target, settings)
    level = float(np.quantile(values, 0.4))
    ((x, y),) = contours(grid, values, [level])
    on_it = np.array([nearest(point) for point in np.stack([x, y], 1) if np.isfinite(point).all()])
    assert len(on_it) > 50
    assert np.allclose(over(loss, on_it, target, settings), level, atol=1e-2)


def test_no_contour_beyond_the_values():
    grid = lattice(5)
    assert all(len(x) == 0 for x, _ in contours(grid, grid.points[:, 0], [-1.0, 2.0]))


@pytest.mark.parametrize("target", [(0.0, 1.0, 0.0), (0.2, 0.5, 0.3)])
@pytest.mark.parametrize("logits", [(1.0, 0.5, -1.0), (1e9, -1e9, 0.0), (-1e9, -1e9, -1e9), (0.0, 1e9, 1e9)])
def test_cross_entropy_pulls_with_p_minus_y(logits, target):
    value, slope = probe(CROSS_ENTROPY, logits, target, PLAIN)
    assert slope == pytest.approx(probabilities(logits) - np.array(target), abs=1e-12)
    assert value == pytest.approx(
        functional.cross_entropy(
            torch.tensor(logits, dtype=torch.float64), torch.tensor(target, dtype=torch.float64)
        ).item()
    )
    assert np.isfinite(value)


def test_temperature_and_smoothing_keep_the_form_of_the_slope():
    settings = CROSS_ENTROPY.settings(temperature=2.5, label_smoothing=0.2)
    _, slope = probe(CROSS_ENTROPY, (1.0, -2.0, 0.3), (0.0, 0.0, 1.0), settings)
    smoothed = 0.8 * np.array([0, 0, 1]) + 0.2 / 3
    assert slope == pytest.approx((probabilities((1.0, -2.0, 0.3), 2.5) - smoothed) / 2.5, abs=1e-12)


@pytest.mark.parametrize("key", SIMPLEX_LOSSES)
@pytest.mark.parametrize("logits", [(0.3, -1.0, 2.0), (1e9, -1e9, 0.0), (1e9, 1e9, 1e9)])
def test_values_and_slopes_stay_finite(key, logits):
    value, slope = probe(LOSSES[key], logits, (1.0, 0.0, 0.0), LOSSES[key].settings())
    assert np.isfinite(value) and np.isfinite(slope).all()
    assert slope.sum() == pytest.approx(0, abs=1e-9)  # the same added to every logit changes nothing


@pytest.mark.parametrize("key", SIMPLEX_LOSSES)
def test_slopes_are_those_of_the_loss(key):
    loss, step, target = LOSSES[key], 1e-6, (0.1, 0.7, 0.2)
    logits = np.array([0.4, -0.8, 1.1])
    _, slope = probe(loss, logits, target, loss.settings())
    up, down = (
        [probe(loss, logits + sign * step * np.eye(3)[k], target, loss.settings())[0] for k in range(3)]
        for sign in (1, -1)
    )
    assert slope == pytest.approx((np.array(up) - np.array(down)) / (2 * step), abs=1e-7)


@pytest.mark.parametrize("key", ["categorical_cross_entropy", "mse"])
@pytest.mark.parametrize("truth", [(0.6, 0.3, 0.1), (0.05, 0.05, 0.9)])
def test_a_proper_loss_is_least_on_average_at_the_truth(key, truth):
    """The expected loss over the triangle, each class being the right one as often as it is."""
    loss, grid = LOSSES[key], lattice(80).points
    expected = sum(
        share * over(loss, grid, target, loss.settings()) for share, target in zip(truth, np.eye(3), strict=True)
    )
    assert np.abs(grid[np.argmin(expected)] - truth).max() < 0.02
    _, slopes = zip(*(probe(loss, np.log(truth), target, loss.settings()) for target in np.eye(3)), strict=True)
    assert np.array(truth) @ np.array(slopes) == pytest.approx(np.zeros(3), abs=1e-12)


def test_focal_is_not_proper_and_says_too_little():
    truth, loss = np.array([0.8, 0.1, 0.1]), LOSSES["categorical_focal"]
    grid = lattice(200).points
    expected = sum(
        share * over(loss, grid, target, loss.settings()) for share, target in zip(truth, np.eye(3), strict=True)
    )
    assert grid[np.argmin(expected)][0] < 0.7


def test_contours_are_over_probabilities_whatever_the_temperature():
    grid, target = lattice(10).points, (0.2, 0.5, 0.3)
    settings = CROSS_ENTROPY.settings(temperature=2.5)
    assert over(CROSS_ENTROPY, grid, target, settings) == pytest.approx(-np.log(grid) @ np.array(target), rel=1e-12)
