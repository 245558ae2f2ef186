"""Slopes and curvatures against finite differences, away from kinks and at them."""

import numpy as np
import pytest
import torch

from losses import LOSSES
from losses.calculus import derivatives, differentiate, newton_step
from tests.losses.lines import breaks, lines_of
from tests.losses.sampling import domains_of, each, inputs_of

EVERY = list(LOSSES.values())
STEP = 1e-5


def _event_dims(loss, settings):
    return next(iter(domains_of(loss, settings).values())).event_dims


SCALAR = [loss for loss in EVERY if not _event_dims(loss, loss.settings())]


def _neighbours(loss, settings, inputs, component, quantity):
    """A quantity one step before, at and one step after the first input, along one of its components."""
    first, *others = inputs
    step = torch.zeros_like(first)
    step[..., component] = STEP
    return [quantity(first + k * step, others, loss, settings) for k in (-1, 0, 1)]


def _value(first, others, loss, settings):
    return loss.function(first, *others, **settings)


def _slope(first, others, loss, settings):
    return derivatives(lambda x: loss.function(x, *others, **settings), first, order=1).slope


def _smooth(before, here, after):
    """Whether the two one-sided differences agree as well as a curvature of moderate size lets them."""
    backward, forward = (here - before) / STEP, (after - here) / STEP
    scale = 1 + backward.abs() + forward.abs()
    return (forward - backward).abs() < 0.05 * scale


@each(EVERY)
def test_the_slope_is_the_derivative_of_the_value(loss, settings):
    inputs = inputs_of(loss, settings, (200,))
    slope = differentiate(loss, *inputs, order=1, **settings).slope
    components = range(slope.shape[-1]) if _event_dims(loss, settings) else [...]
    for component in components:
        before, here, after = _neighbours(loss, settings, inputs, component, _value)
        smooth = _smooth(before, here, after)
        assert smooth.double().mean() > 0.9
        central = (after - before) / (2 * STEP)
        torch.testing.assert_close(slope[..., component][smooth], central[smooth], rtol=1e-4, atol=1e-5)


@each(SCALAR)
def test_the_curvature_is_the_derivative_of_the_slope(loss, settings):
    inputs = inputs_of(loss, settings, (200,))
    curvature = differentiate(loss, *inputs, order=2, **settings).curvature
    before, here, after = _neighbours(loss, settings, inputs, ..., _slope)
    smooth = _smooth(before, here, after)
    assert smooth.double().mean() > 0.9
    central = (after - before) / (2 * STEP)
    torch.testing.assert_close(curvature[smooth], central[smooth], rtol=1e-4, atol=1e-5)


@each(EVERY)
def test_a_subgradient_lies_between_the_slopes_on_both_sides(loss, settings):
    lines = lines_of(loss, settings)
    rows, left, right = breaks(lines, of=1)
    away = 1e-7
    for row, low, high in zip(rows.tolist(), left.tolist(), right.tolist(), strict=True):
        t = torch.tensor([low - away, low, high, high + away], dtype=torch.float64)
        before, at_left, at_right, after = lines.at(t.expand(len(lines.start), -1))[1][row].tolist()
        slack = 1e-5 * (1 + abs(before) + abs(after))
        for subgradient in (at_left, at_right):
            assert min(before, after) - slack <= subgradient <= max(before, after) + slack


@pytest.mark.parametrize(
    ("key", "inputs", "slope"),
    [
        ("mae", (2.0, 2.0), 0.0),
        ("quantile", (2.0, 2.0), 0.0),
        ("epsilon_insensitive", (0.5, 0.0), 0.0),
        ("hinge", (1.0, 1.0), 0.0),
        ("perceptron", (0.0, 1.0), 0.0),
        ("ramp", (1.0, 1.0), -1.0),
        ("ramp", (0.0, 1.0), -1.0),
    ],
)
def test_the_slope_at_a_kink_is_the_one_documented(key, inputs, slope):
    assert differentiate(LOSSES[key], *inputs, order=1).slope == slope


def test_a_vector_has_no_curvature():
    for loss in EVERY:
        settings = loss.settings()
        if _event_dims(loss, settings):
            with pytest.raises(ValueError, match=f"{loss.key}: an example is a vector"):
                differentiate(loss, *inputs_of(loss, settings))


def test_a_constant_has_slope_and_curvature_zero():
    x = torch.linspace(-1, 1, 5, dtype=torch.float64)
    constant = derivatives(lambda x: torch.ones(5, dtype=torch.float64), x)
    assert constant.value.tolist() == [1] * 5
    assert constant.slope.tolist() == constant.curvature.tolist() == [0] * 5
    step = differentiate(LOSSES["zero_one"], x, 1.0)
    assert step.slope.tolist() == step.curvature.tolist() == [0] * 5
    line = derivatives(lambda x: 3 * x, x)
    assert line.slope.tolist() == [3] * 5
    assert line.curvature.tolist() == [0] * 5


def test_slopes_do_not_depend_on_whether_they_are_recorded():
    x = torch.tensor([0.5, -2.0], dtype=torch.float64)
    with torch.no_grad():
        found = derivatives(torch.exp, x)
    for part in found:
        assert torch.equal(part, x.exp()) and not part.requires_grad


def test_the_input_is_left_alone():
    x = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    differentiate(LOSSES["mse"], x, 1.0)
    assert x.grad is None


@pytest.mark.parametrize("p", [1, 2, 3])
def test_a_newton_step_of_a_convex_function_solves_the_system(p):
    random = np.random.default_rng(p)
    root, gradient = random.normal(size=(7, p, p)), random.normal(size=(7, p))
    matrix = root @ root.mT + 0.1 * np.eye(p)
    found = newton_step(gradient, matrix)
    assert found.step == pytest.approx(-np.linalg.solve(matrix, gradient[..., None])[..., 0])
    assert found.promise == pytest.approx(np.einsum("ki,kij,kj->k", found.step, matrix, found.step))
    assert found.eigenvalues == pytest.approx(np.linalg.eigvalsh(matrix))


def test_a_newton_step_leads_down_whatever_the_curvature():
    random = np.random.default_rng(0)
    matrix, gradient = random.normal(size=(50, 3, 3)), random.normal(size=(50, 3))
    matrix = matrix + matrix.mT
    found = newton_step(gradient, matrix)
    assert (found.eigenvalues[:, 0] < 0).any()
    assert ((found.step * gradient).sum(-1) < 0).all()
    assert found.promise == pytest.approx(-(found.step * gradient).sum(-1))
    assert newton_step(gradient, -matrix).step == pytest.approx(found.step)


def test_a_newton_step_does_not_depend_on_the_units_where_everything_curves():
    random = np.random.default_rng(1)
    root, gradient = random.normal(size=(2, 2)), random.normal(size=2)
    matrix = root @ root.T + np.eye(2)
    plain, scaled = newton_step(gradient, matrix), newton_step(gradient, matrix, np.array([1e3, 1e-2]))
    assert scaled.step == pytest.approx(plain.step)
    assert scaled.promise == pytest.approx(plain.promise)
    assert scaled.eigenvalues == pytest.approx(np.linalg.eigvalsh(matrix * np.outer([1e3, 1e-2], [1e3, 1e-2])))


def test_where_nothing_curves_a_newton_step_stays_or_goes_by_the_least_that_counts():
    gradient, matrix = np.array([1.0, 1.0]), np.diag([2.0, 1e-12])
    assert newton_step(gradient, matrix, relative=1e-9).step == pytest.approx([-0.5, -1 / 2e-9])
    assert newton_step(gradient, matrix, absolute=0.1).step == pytest.approx([-0.5, -10])
    assert newton_step(gradient, matrix, relative=1e-9, stay=True).step == pytest.approx([-0.5, 0])
    flat = newton_step(gradient, np.zeros((2, 2)), relative=1e-9, stay=True)
    assert flat.step.tolist() == [0, 0]
    assert flat.promise == 0


def test_a_newton_step_in_units_whose_product_is_beyond_the_floats():
    with np.errstate(all="raise", under="ignore"):
        step = newton_step(np.array([1e-200, 1e-200]), np.diag([1e-320, 1e-320]), scale=np.array([1e160, 1e160])).step
    assert np.isfinite(step).all()
