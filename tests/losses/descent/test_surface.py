"""Surfaces of two weights against plain loops, differences and closed forms, over every loss that can make one."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import losses.descent.surface
from losses import LOSSES
from losses.descent.surface import Surface, evaluate, grid, hessian, linear_surface, sharpness
from losses.descent.textbook import TEXTBOOK
from tests.losses.sampling import domains_of, draw, each, inputs_of

pytestmark = pytest.mark.filterwarnings("error")

ROOT = Path(__file__).parents[3]
VIEW = ((-2.0, 1.0), (0.5, 3.0))
LINEAR = [loss for loss in LOSSES.values() if loss.family in ("regression", "margin", "binary")]
ENDS = [  # of the domains of predictions that have any: the loss, its settings, the end, which way is out, if it is out
    pytest.param(loss, settings, end, out, excluded, id=f"{loss.key} at {end:g}")
    for loss in LINEAR
    for settings in [loss.settings()]
    for domain in [next(iter(domains_of(loss, settings).values()))]
    for end, out, excluded in ((domain.low, -1, domain.open_low), (domain.high, 1, False))
    if np.isfinite(end)
]
TEXTBOOKS = pytest.mark.parametrize("textbook", TEXTBOOK.values(), ids=list(TEXTBOOK))
EVERY_LOSS = each(LINEAR)


def linear(loss, settings, count=12, **known):
    """Data that the loss takes, with x from 0 to 1, and its surface."""
    x = np.random.default_rng(3).permutation(np.linspace(0.0, 1.0, count))
    target = inputs_of(loss, settings, (count,))[1].numpy()
    known = {"title": loss.name, "bounds": VIEW, "start": (0.0, 1.0)} | known
    return x, target, linear_surface(x, target, loss, settings, **known)


def inside(loss, settings, count=6):
    """Points ``[count, 2]`` at which every prediction of ``linear`` lies in the loss's domain: it has two ends."""
    domain = next(iter(domains_of(loss, settings).values()))
    at_0, at_1 = draw(domain, (2, count), np.random.default_rng(4)).numpy()
    return np.stack([at_1 - at_0, at_0], -1)


def differences(function, points, step):
    """Central differences of ``function`` at ``points`` ``[n, 2]``, one per weight, in a new last axis."""
    shifts = step * np.eye(2)
    return np.stack([(function(points + shift) - function(points - shift)) / (2 * step) for shift in shifts], -1)


def slope(surface):
    return lambda points: surface.gradient(torch.tensor(points)).numpy()


@EVERY_LOSS
def test_the_value_is_the_mean_loss_of_the_line(loss, settings):
    x, target, surface = linear(loss, settings)
    points = inside(loss, settings)
    expected = [
        np.mean([loss(w * here + b, y, **settings).item() for here, y in zip(x, target, strict=True)])
        for w, b in points
    ]
    assert evaluate(surface, points) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    assert surface.examples == 12


@EVERY_LOSS
def test_a_loss_takes_one_row_of_targets_for_many_rows_of_predictions(loss, settings):
    """As a surface hands them over, so that what depends on targets alone is computed once."""
    prediction, target = inputs_of(loss, settings, (3, 7))
    many = loss.function(prediction, target[:1].expand(3, 7), **settings)
    assert torch.equal(loss.function(prediction, target[0], **settings), many)


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        ("mse", lambda prediction, y: (prediction - y) ** 2),
        ("mae", lambda prediction, y: abs(prediction - y)),
        (
            "huber",
            lambda prediction, y: min(abs(prediction - y), 1) * (abs(prediction - y) - min(abs(prediction - y), 1) / 2),
        ),
        ("hinge", lambda score, y: max(0, 1 - y * score)),
        ("logistic", lambda score, y: math.log1p(math.exp(-y * score))),
    ],
)
def test_the_grid_is_a_plain_double_loop(key, plain):
    x, target, surface = linear(LOSSES[key], LOSSES[key].settings())
    first, second, height = grid(surface, 7)
    assert (first[0], first[-1], second[0], second[-1]) == (-2, 1, 0.5, 3)
    for row, b in enumerate(second):
        for column, w in enumerate(first):
            expected = sum(plain(w * here + b, y) for here, y in zip(x, target, strict=True)) / len(x)
            assert height[row, column] == pytest.approx(expected, rel=1e-13)


def test_a_grid_may_have_other_bounds():
    surface = TEXTBOOK["himmelblau"]()
    first, second, height = grid(surface, 3, np.array([[0, 2], [10, 30]]))
    assert (first.tolist(), second.tolist(), height.shape) == ([0, 1, 2], [10, 20, 30], (3, 3))
    assert height[2, 1] == evaluate(surface, (1, 30))


@EVERY_LOSS
def test_gradient_agrees_with_differences(loss, settings):
    _, _, surface = linear(loss, settings)
    points = inside(loss, settings)
    expected = differences(lambda at: evaluate(surface, at), points, 1e-6)
    assert slope(surface)(points) == pytest.approx(expected, rel=1e-6, abs=1e-7 * (1 + np.abs(expected).max()))


@EVERY_LOSS
def test_hessian_agrees_with_differences(loss, settings):
    _, _, surface = linear(loss, settings)
    points = inside(loss, settings)
    expected = differences(slope(surface), points, 1e-6)
    assert hessian(surface, points) == pytest.approx(expected, rel=1e-5, abs=1e-7 * (1 + np.abs(expected).max()))


@TEXTBOOKS
def test_textbook_derivatives_agree_with_differences(textbook):
    surface = textbook()
    points = np.random.default_rng(0).uniform(*np.transpose(surface.bounds), (20, 2))
    height, steepness = np.abs(evaluate(surface, points)).max(), np.abs(slope(surface)(points)).max()
    first = differences(lambda at: evaluate(surface, at), points, 1e-5)
    second = differences(slope(surface), points, 1e-5)
    assert slope(surface)(points) == pytest.approx(first, rel=1e-7, abs=1e-9 * height)
    assert hessian(surface, points) == pytest.approx(second, rel=1e-7, abs=1e-9 * steepness)


@pytest.mark.parametrize("half", [False, True])
def test_hessian_of_mse_is_the_second_moment_of_x(half):
    x, _, surface = linear(LOSSES["mse"], {"half": half})
    expected = (1 if half else 2) * np.array([[np.mean(x**2), x.mean()], [x.mean(), 1]])
    assert hessian(surface, [[0, 0], [7, -3]]) == pytest.approx(np.stack([expected] * 2), rel=1e-13)


def test_hessian_of_textbooks_by_hand():
    assert hessian(TEXTBOOK["bowl"](condition=25), (3, -1)).tolist() == [[1, 0], [0, 25]]
    for x, y in ((-1.2, 1.0), (1.0, 1.0), (0.3, -2.0)):
        expected = [[2 - 400 * y + 1200 * x**2, -400 * x], [-400 * x, 200]]
        assert hessian(TEXTBOOK["rosenbrock"](), (x, y)) == pytest.approx(np.array(expected), rel=1e-13)


@TEXTBOOKS
def test_sharpness_is_the_largest_eigenvalue(textbook):
    surface = textbook()
    points = np.random.default_rng(1).uniform(*np.transpose(surface.bounds), (5, 40, 2))
    expected = np.linalg.eigvalsh(hessian(surface, points))[..., -1]
    assert sharpness(surface, points).shape == (5, 40)
    assert sharpness(surface, points) == pytest.approx(expected, rel=1e-12, abs=1e-12 * np.abs(expected).max())


def test_a_flat_surface_has_no_slope_and_no_curvature():
    _, _, steps = linear(LOSSES["zero_one"], {})
    _, _, straight = linear(LOSSES["mae"], {})
    points = inside(LOSSES["mae"], {})
    assert not slope(steps)(points).any()
    assert slope(straight)(points).any()
    for surface in (steps, straight):
        assert not hessian(surface, points).any()
        assert not sharpness(surface, points).any()


@pytest.mark.parametrize(("loss", "settings", "end", "out", "excluded"), ENDS)
def test_outside_the_domain_of_the_loss_there_is_no_number(loss, settings, end, out, excluded):
    """One prediction beyond an end is enough: here that of the example with x = 0, which is b."""
    _, _, surface = linear(loss, settings)
    at_1 = inside(loss, settings, 1).sum()
    for b, is_outside in ((end - 1e-3 * out, False), (end, excluded), (end + 1e-3 * out, True)):
        point = np.array([at_1 - b, b])
        assert np.isnan(evaluate(surface, point)) == is_outside
        if is_outside:
            assert np.isnan(slope(surface)(point)).all()
            assert np.isnan(hessian(surface, point)).all()
            assert np.isnan(sharpness(surface, point))


@pytest.mark.parametrize("size", [1, 50, 10**9])
@pytest.mark.parametrize("key", ["mse", "huber", "poisson", "logistic", "binary_cross_entropy"])
def test_chunks_do_not_change_the_numbers(key, size, monkeypatch):
    loss = LOSSES[key]
    settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}))
    _, _, surface = linear(loss, settings)
    expected = grid(surface, 9)[2], hessian(surface, inside(loss, settings, 30))
    monkeypatch.setattr(losses.descent.surface, "CACHED", size)
    assert grid(surface, 9)[2] == pytest.approx(expected[0], rel=1e-14, nan_ok=True)
    assert hessian(surface, inside(loss, settings, 30)) == pytest.approx(expected[1], rel=1e-13, abs=1e-15)


def test_memory_stays_small():
    """The peak of a process of its own: torch's memory is invisible to tracemalloc."""
    script = """
import resource, numpy as np, torch
from losses import LOSSES
from losses.descent.surface import grid, hessian, linear_surface
x = np.linspace(0, 10, 10_000)
surface = linear_surface(x, np.sin(x), LOSSES["huber"], {"delta": 1.0}, title="", bounds=((-1, 1),) * 2, start=(0, 0))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
grid(surface, 3), hessian(surface, np.zeros((3, 2)))
before = peak()
grid(surface, 151), hessian(surface, np.zeros((500, 2)))
print((peak() - before) / 1024)
"""
    grown = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert float(grown) < 200


def test_progress_rises_from_0_towards_1():
    x = np.linspace(0, 1, 1000)
    surface = linear_surface(x, x, LOSSES["mse"], {"half": False}, title="", bounds=VIEW, start=(0, 0))
    shares = []
    grid(surface, 60, progress=shares.append)
    assert len(shares) > 3
    assert shares[0] == 0
    assert shares == sorted(set(shares))
    assert shares[-1] <= 1


def test_rows_pick_the_examples():
    x, target, surface = linear(LOSSES["mse"], {"half": False})
    rows = torch.tensor([7, 0, 3])
    _, _, few = linear(LOSSES["mse"], {"half": False})
    few = linear_surface(x[rows], target[rows], LOSSES["mse"], {"half": False}, title="", bounds=VIEW, start=(0, 0))
    points = torch.tensor(inside(LOSSES["mse"], {"half": False}))
    assert surface.value(points, rows).tolist() == pytest.approx(evaluate(few, points).tolist(), rel=1e-14)
    assert surface.gradient(points, rows).numpy() == pytest.approx(slope(few)(points.numpy()), rel=1e-13)


def test_scaled_is_as_many_times_as_high():
    surface = TEXTBOOK["rosenbrock"]()
    points = [(0.5, 2.0), (-1.0, 0.3)]
    assert evaluate(surface.scaled(100), points) == pytest.approx(100 * evaluate(surface, points), rel=1e-15)
    assert hessian(surface.scaled(100), points) == pytest.approx(100 * hessian(surface, points), rel=1e-15)
    assert surface.scaled(100).minima == surface.minima


def test_points_come_in_any_shape():
    surface = TEXTBOOK["bowl"]()
    points = np.random.default_rng(0).normal(size=(2, 3, 2))
    points.setflags(write=False)
    expected = 0.5 * (points[..., 0] ** 2 + 10 * points[..., 1] ** 2)
    for given in (points, points.tolist(), torch.tensor(points)):
        assert evaluate(surface, given) == pytest.approx(expected, rel=1e-15)
        assert hessian(surface, given).shape == (2, 3, 2, 2)
    assert evaluate(surface, (3, 0)) == 4.5
    assert evaluate(surface, np.empty((0, 2))).shape == (0,)
    assert sharpness(surface, (3, 0)) == 10


def test_one_point_and_one_x_are_surfaces_too():
    one = linear_surface([2.0], [3.0], LOSSES["mse"], {"half": False}, title="", bounds=VIEW, start=(0, 0))
    assert evaluate(one, [(0, 0), (1, 1)]).tolist() == [9, 0]
    assert hessian(one, (0, 0)).tolist() == [[8, 4], [4, 2]]
    same = linear_surface([2.0] * 3, [1.0, 3, 5], LOSSES["mse"], {"half": False}, title="", bounds=VIEW, start=(0, 0))
    assert np.linalg.eigvalsh(hessian(same, (0, 0))) == pytest.approx([0, 10], abs=1e-12)
    assert evaluate(same, [(1, 1), (0, 3)]) == pytest.approx([8 / 3] * 2)


@pytest.mark.parametrize(
    ("key", "x", "target", "message"),
    [
        ("hinge", [0, 1], [1, 0], "Hinge needs every target to be -1 or \\+1, found 0"),
        ("poisson", [0, 1], [1, -2], "Poisson needs every target to be a number of at least 0, found -2"),
        ("mse", [0, 1], [1, 2, 3], "x and target must have the same length, got 2 and 3"),
        ("mse", [0, np.nan], [1, 2], "x must be finite"),
        ("mse", [0, 1], [np.inf, 2], "target must be finite, but row 1 is inf"),
        ("mse", [], [], "at least one point is needed, got none"),
    ],
)
def test_unusable_data(key, x, target, message):
    with pytest.raises(ValueError, match=message):
        linear_surface(x, target, LOSSES[key], LOSSES[key].settings(), title="", bounds=VIEW, start=(0, 0))


@pytest.mark.parametrize("points", [5.0, [1, 2, 3], [[1], [2]]])
def test_points_need_two_coordinates(points):
    for function in (evaluate, hessian, sharpness):
        with pytest.raises(ValueError, match="points must have two coordinates"):
            function(TEXTBOOK["bowl"](), points)


def test_a_surface_declared_by_hand():
    surface = Surface("Plane", ("u", "v"), lambda points: points[..., 0] - 2 * points[..., 1], (), VIEW, (0, 0))
    assert slope(surface)(np.zeros((4, 2))).tolist() == [[1, -2]] * 4
    assert hessian(surface, (0, 0)).tolist() == [[0, 0], [0, 0]]
