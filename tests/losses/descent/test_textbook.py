"""Textbook surfaces: what each declares, checked on the surface itself, and what each is famous for."""

import numpy as np
import pytest
import torch

from losses.descent.optimisers import OPTIMISERS
from losses.descent.surface import evaluate, grid, hessian
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories, trajectory

pytestmark = pytest.mark.filterwarnings("error")

NOT_SMOOTH = {"absolute"}  # at the minimum
EVERY = pytest.mark.parametrize("textbook", TEXTBOOK.values(), ids=list(TEXTBOOK))


def settings_of(textbook):
    """The defaults, and every parameter at either end of its slider."""
    return [{}, *({name: end} for name, parameter in textbook.parameters.items() for end in parameter.slider)]


def surfaces(textbook):
    return [textbook(**settings) for settings in settings_of(textbook)]


def slope(surface, points):
    return surface.gradient(torch.tensor(points, dtype=torch.float64)).numpy()


@EVERY
def test_it_is_documented(textbook):
    assert textbook.name
    assert textbook.summary.endswith(".")
    assert textbook.source
    assert all(parameter.symbol for parameter in textbook.parameters.values())
    surface = textbook()
    assert (surface.title, surface.symbols, surface.examples) == (textbook.name, ("x", "y"), 0)


@EVERY
def test_the_formula_has_its_parameters_plugged_in(textbook):
    for formula in (textbook.formula(), textbook.formula(**dict.fromkeys(textbook.parameters, 12.5))):
        assert formula
        assert "@" not in formula
        assert formula.count("{") == formula.count("}")
    assert ("12.5" in textbook.formula(**dict.fromkeys(textbook.parameters, 12.5))) == bool(textbook.parameters)


@EVERY
def test_the_code_computes_the_surface(textbook):
    for surface, settings in zip(surfaces(textbook), settings_of(textbook), strict=True):
        points = torch.tensor(np.random.default_rng(0).uniform(*np.transpose(surface.bounds), (9, 2)))
        shown = eval(textbook.code(**settings), {"torch": torch, "x": points[:, 0], "y": points[:, 1]})
        assert torch.equal(shown, surface.value(points, None))


def test_names_differ_and_keys_are_those_of_the_functions():
    assert len({textbook.name for textbook in TEXTBOOK.values()}) == len(TEXTBOOK)
    assert [textbook.function.__name__ for textbook in TEXTBOOK.values()] == list(TEXTBOOK)
    with pytest.raises(TypeError):
        TEXTBOOK["bowl"] = TEXTBOOK["beale"]


@EVERY
def test_start_and_minima_lie_within_the_bounds(textbook):
    low, high = np.transpose(textbook.bounds)
    assert (low < high).all()
    assert textbook.minima
    for point in (textbook.start, *textbook.minima):
        assert (low <= point).all()
        assert (point <= high).all()
    assert textbook.start not in textbook.minima


@EVERY
def test_nothing_lies_below_the_minima(textbook):
    for surface in surfaces(textbook):
        depths = evaluate(surface, surface.minima)
        assert depths == pytest.approx(np.full(len(depths), depths[0]), abs=1e-12)
        heights = grid(surface, 401)[2]
        assert heights.min() >= depths.max() - 1e-12
        assert evaluate(surface, surface.start) > depths.max()


@EVERY
def test_the_slope_vanishes_at_the_minima_and_nothing_curves_down(textbook):
    for surface in surfaces(textbook):
        assert slope(surface, surface.minima) == pytest.approx(0, abs=1e-11)
        if textbook.key not in NOT_SMOOTH:
            least = np.linalg.eigvalsh(hessian(surface, surface.minima))[..., 0]
            assert (least > 0).all()


@EVERY
def test_around_a_minimum_the_surface_rises(textbook):
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    around = 1e-3 * np.stack([np.cos(angles), np.sin(angles)], -1)
    for surface in surfaces(textbook):
        for minimum in surface.minima:
            assert (evaluate(surface, minimum + around) > evaluate(surface, minimum)).all()


@pytest.mark.parametrize(
    ("key", "point", "value"),
    [
        ("bowl", (-4, 1), 13),
        ("rosenbrock", (-1.2, 1), 24.2),
        ("himmelblau", (0, 0), 170),
        ("himmelblau", (1, 2), 8**2 + 2**2),
        ("beale", (0, 0), 14.203125),
        ("beale", (1, 2), 2.5**2 + 5.25**2 + 9.625**2),
        ("saddle", (1, 0), 0.5),
        ("saddle", (2, 2), 4),
        ("rastrigin", (0.5, 0), 20.25),
        ("rastrigin", (0.5, -0.5), 40.5),
        ("absolute", (-2, 1.5), 6.5),
        ("plateau", (1, 1), 1 - np.exp(-1)),
    ],
)
def test_values_by_hand(key, point, value):
    assert evaluate(TEXTBOOK[key](), point) == pytest.approx(value, rel=1e-14)


def test_condition_is_the_ratio_of_the_curvatures():
    assert np.linalg.cond(hessian(TEXTBOOK["bowl"](condition=40), (1, 1))) == pytest.approx(40)
    assert slope(TEXTBOOK["absolute"](condition=7), (-1, 2)).tolist() == [-1, 7]


@pytest.mark.parametrize("value", [0.5, np.nan, "steep"])
def test_a_parameter_out_of_range_is_named(value):
    with pytest.raises(ValueError, match="condition must be a number in"):
        TEXTBOOK["bowl"](condition=value)
    with pytest.raises(ValueError, match="beale has no parameter 'condition'"):
        TEXTBOOK["beale"](condition=value)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_exactly_on_the_ridge_every_descent_ends_at_the_saddle_point(optimiser):
    rate = {} if OPTIMISERS[optimiser].searches else {"learning_rate": 0.05}
    path = trajectory(TEXTBOOK["saddle"](), optimiser, (1.0, 0.0), 600, **rate)
    assert not path.positions[:, 1].any()
    assert path.positions[-1] == pytest.approx((0, 0), abs=0.03)


@pytest.mark.parametrize("sign", [-1, 1])
def test_beside_the_ridge_it_ends_in_the_valley_of_that_side(sign):
    path = trajectory(TEXTBOOK["saddle"](), "sgd", (1.0, sign * 1e-6), 1000, learning_rate=0.1)
    assert path.positions[-1] == pytest.approx((0, sign), abs=1e-9)
    assert np.abs(path.positions[:60, 1]).max() < 1e-3  # it first passes close by the saddle point


def test_himmelblau_has_a_start_for_each_minimum():
    surface = TEXTBOOK["himmelblau"]()
    runs = [Run("sgd", start, {"learning_rate": 0.01}) for start in ((4, 4), (-4, 4), (-4, -4), (4, -4))]
    ends = [path.positions[-1] for path in trajectories(surface, runs, 500)]
    assert np.array(ends) == pytest.approx(np.array(surface.minima), abs=1e-9)


def test_absolute_values_end_in_steps_to_and_fro():
    path = trajectory(TEXTBOOK["absolute"](), "sgd", (-2.0, 1.3), 100, learning_rate=0.1)
    assert np.abs(path.steps[50:]) == pytest.approx(np.tile([0.1, 0.3], (50, 1)), abs=1e-9)
    assert np.abs(path.positions[-2] + path.positions[-1]).max() <= 0.3


def test_rastrigin_ends_in_the_next_dent():
    surface = TEXTBOOK["rastrigin"]()
    path = trajectory(surface, "sgd", surface.start, 500, learning_rate=0.001)
    assert np.linalg.eigvalsh(hessian(surface, path.positions[-1]))[0] > 0
    assert slope(surface, path.positions[-1]) == pytest.approx(0, abs=1e-9)
    assert np.round(path.positions[-1]).tolist() == [-3, 2]


def test_nothing_is_a_difference_of_infinities():
    """Far out the surfaces are infinite, or level, but a number."""
    for textbook in TEXTBOOK.values():
        points = [(1e200, -3e200), (-1e155, 1e155), (1.0, 1e200), (1e200, 1.0), (-1e307, 1e307)]
        assert not np.isnan(evaluate(textbook(), points)).any(), textbook.name
