"""Optimisers and schedules: what each declares, checked on the paths they take."""

import inspect
import math

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import sharpness
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories, trajectory

pytestmark = pytest.mark.filterwarnings("error")

EVERY = pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=list(OPTIMISERS))
BOUNDED = [key for key, optimiser in OPTIMISERS.items() if optimiser.critical]
MOMENTA = (0.05, 0.5, 0.9, 0.97)
BOWL = TEXTBOOK["bowl"]()


def settings_of(key):
    """Settings to try on an optimiser with a stability bound: several momenta where it has one."""
    return [{"momentum": value} for value in MOMENTA] if "momentum" in OPTIMISERS[key].parameters else [{}]


@EVERY
def test_it_is_documented(optimiser):
    assert optimiser.name
    assert optimiser.summary.endswith(".")
    assert optimiser.source
    assert all(parameter.symbol for parameter in optimiser.parameters.values())
    assert "learning_rate" in optimiser.parameters


@EVERY
def test_the_rule_has_its_parameters_plugged_in(optimiser):
    for formula in (optimiser.formula(), optimiser.formula(**optimiser.settings())):
        assert formula
        assert "@" not in formula
        assert formula.count("{") == formula.count("}")
    if not optimiser.searches:
        assert "0.0123" in optimiser.formula(learning_rate=0.0123)


def test_names_differ_and_keys_are_those_of_the_functions():
    assert len({optimiser.name for optimiser in OPTIMISERS.values()}) == len(OPTIMISERS)
    assert [optimiser.build.__name__ for optimiser in OPTIMISERS.values()] == list(OPTIMISERS)
    assert len({schedule.name for schedule in SCHEDULES.values()}) == len(SCHEDULES)
    for table in (OPTIMISERS, SCHEDULES):
        with pytest.raises(TypeError):
            table["mine"] = None


@EVERY
def test_it_is_built_from_torch_with_its_own_parameters(optimiser):
    weights = torch.zeros(3, 2, dtype=torch.float64)
    built = optimiser.build([weights], **optimiser.settings(learning_rate=0.25))
    assert isinstance(built, torch.optim.Optimizer)
    assert type(built).__module__.startswith("torch.optim")
    assert built.param_groups[0]["lr"] == 0.25
    assert built.param_groups[0]["params"][0] is weights
    assert set(inspect.signature(optimiser.build).parameters) == {"weights", *optimiser.parameters}


@EVERY
def test_its_code_builds_the_same_optimiser(optimiser):
    weights = torch.zeros(2, dtype=torch.float64)
    settings = optimiser.settings(**{name: parameter.slider[1] for name, parameter in optimiser.parameters.items()})
    own = optimiser.build([weights], **settings)
    shown = eval(optimiser.code(**settings), {"torch": torch, "weights": weights})
    assert type(shown) is type(own)
    assert {**shown.defaults, "foreach": None} == {**own.defaults, "foreach": None}  # one tensor: either way the same


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=list(SCHEDULES))
def test_the_code_of_a_schedule_builds_the_same(schedule):
    first, second = (torch.optim.SGD([torch.zeros(2)], lr=0.5) for _ in range(2))
    own = schedule.build(first, 200)
    shown = eval(schedule.code(200), {"lr_scheduler": lr_scheduler, "torch": torch, "optimiser": second})
    assert type(shown) is type(own)
    assert own is None or shown.state_dict() == own.state_dict()


@EVERY
def test_parameters_are_checked(optimiser):
    with pytest.raises(ValueError, match="no parameter 'nonsense'"):
        optimiser.settings(nonsense=1)
    for parameter in optimiser.parameters.values():
        for value in (parameter.low - 1, math.inf, math.nan, "abc", None):
            with pytest.raises(ValueError, match=f"{parameter.name} must be a (finite )?number"):
                optimiser.settings(**{parameter.name: value})
        for value in (parameter.least, parameter.slider[1]):
            assert optimiser.settings(**{parameter.name: value})[parameter.name] == value


@EVERY
def test_the_state_that_it_names_is_kept(optimiser):
    path = trajectory(BOWL, optimiser.key, BOWL.start, 5, learning_rate=0.01)
    for name, kept in ((optimiser.velocity, path.velocity), (optimiser.second_moment, path.second_moment)):
        assert (kept is not None) == bool(name)
    if path.second_moment is not None:
        assert (path.second_moment > 0).all()


@pytest.mark.parametrize("key", BOUNDED)
@pytest.mark.parametrize(("share", "settles"), [(0.999, True), (1.001, False)])
def test_the_stability_bound_parts_settling_from_growing(key, share, settles):
    """On the steep axis of a bowl the far end of a long descent is smaller, or larger, than its middle."""
    optimiser = OPTIMISERS[key]
    steepest = float(sharpness(BOWL, BOWL.start))
    settings = [
        {**each, "learning_rate": share * optimiser.stable_learning_rate(steepest, **each)} for each in settings_of(key)
    ]
    runs = [Run(key, BOWL.start, each) for each in settings]
    for path in trajectories(BOWL, runs, 3000):
        middle, end = (np.abs(path.positions[at, 1]).max() for at in (slice(1400, 1500), slice(2900, 3001)))
        assert (end < middle / 2) == settles
        assert (end > middle * 2) != settles
        assert np.abs(path.positions[-1, 0]) < 1e-6  # the gentle axis settles either way


@pytest.mark.parametrize("key", BOUNDED)
@pytest.mark.parametrize("share", [0.999, 1.001])
def test_the_stability_bound_is_where_the_spectral_radius_passes_1(key, share):
    """The matrix that takes (weight, velocity) one step further, from the recorded states of two steps."""
    optimiser = OPTIMISERS[key]
    for settings in settings_of(key):
        rate = share * optimiser.stable_learning_rate(10.0, **settings)
        path = trajectory(BOWL, key, BOWL.start, 3, learning_rate=rate, **settings)
        state = path.positions[1:, 1:]
        if path.velocity is not None:
            state = np.hstack([state, path.velocity[:, 1:]])
        width = state.shape[1]
        step = np.linalg.lstsq(state[:width], state[1 : width + 1], rcond=None)[0]
        assert (np.abs(np.linalg.eigvals(step)).max() < 1) == (share < 1)


def test_stability_bounds_by_hand():
    assert OPTIMISERS["sgd"].stable_learning_rate(10) == pytest.approx(0.2)
    assert OPTIMISERS["momentum"].stable_learning_rate(10, momentum=0.9) == pytest.approx(0.38)
    assert OPTIMISERS["nesterov"].stable_learning_rate(10, momentum=0.5) == pytest.approx(0.15)


@EVERY
def test_the_bound_at_the_edges(optimiser):
    """No bound where nothing curves upwards; none known for an optimiser that declares none, or without a sharpness."""
    bounded = optimiser.critical is not None
    for sharp in (0.0, -3.0, 1e-320):
        assert optimiser.stable_learning_rate(sharp) == pytest.approx(math.inf if bounded else math.nan, nan_ok=True)
    assert math.isnan(optimiser.stable_learning_rate(math.nan))
    many = np.array([[1.0, 0.0], [math.nan, 4.0]])
    expected = np.vectorize(optimiser.stable_learning_rate, otypes=[float])(many)
    assert np.array_equal(optimiser.stable_learning_rate(many), expected, equal_nan=True)
    assert (optimiser.stable_learning_rate(math.inf) == 0) == bounded
    with pytest.raises(ValueError, match="no parameter 'nonsense'"):
        OPTIMISERS["sgd"].stable_learning_rate(1.0, nonsense=1)


@pytest.mark.parametrize(("rate", "factor"), [(0.1, 0.0), (2 / 11, 9 / 11), (0.2, 1.0), (0.21, 1.1)])
def test_gradient_descent_on_the_bowl(rate, factor):
    """y is multiplied by 1 - 10 rate at every step: it vanishes, shrinks like x, orbits, or grows."""
    path = trajectory(BOWL, "sgd", (-4.0, 1.0), 60, learning_rate=rate)
    steps = np.arange(61)
    assert np.abs(path.positions[:, 1]) == pytest.approx(factor**steps, rel=1e-12, abs=1e-16)
    assert path.positions[:, 0] == pytest.approx(-4 * (1 - rate) ** steps, rel=1e-12)
    if factor == 1:
        assert path.positions[:, 1].tolist() == [1.0, -1.0] * 30 + [1.0]
    assert (path.losses[-1] > path.losses[0]) == (factor > 1)


@EVERY
def test_scale_free_optimisers_alone_ignore_the_unit_of_the_loss(optimiser):
    """Loss x 100 and loss / 100, on a bowl that gradient descent at this learning rate goes down without trouble."""
    rate = 1.0 if optimiser.searches else 0.02
    surfaces = [TEXTBOOK["bowl"](condition=2).scaled(factor) for factor in (1, 100, 0.01)]
    first, *others = (trajectory(surface, optimiser.key, (-4.0, 1.0), 60, learning_rate=rate) for surface in surfaces)
    same = [np.allclose(path.positions, first.positions, rtol=0, atol=1e-5) for path in others]
    assert all(same) == optimiser.scale_free
    if optimiser.critical:  # a hundred times as steep, the learning rate is beyond the bound
        assert np.abs(others[0].positions[-1]).max() > 1e6


def rates(schedule, steps, rate=0.5):
    return trajectory(BOWL, "sgd", BOWL.start, steps, learning_rate=rate, schedule=schedule).rates


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3, 10, 200])
def test_no_schedule_exceeds_the_learning_rate(schedule, steps):
    path = rates(schedule, steps)
    assert path.shape == (steps,)
    assert (path >= 0).all()
    assert path.max() <= 0.5 + 1e-15
    assert path.max() == pytest.approx(0.5) or steps < 10


@pytest.mark.parametrize("steps", [1, 2, 9, 10, 100, 200])
def test_schedules_by_their_formulas(steps):
    step = np.arange(steps)
    third, tenth = math.ceil(steps / 3), max(1, steps // 10)
    formulas = {
        "constant": np.ones(steps),
        "step": 0.1 ** (step // third),
        "cosine": (1 + np.cos(np.pi * step / steps)) / 2,
        "warm_up": 0.01 + 0.99 * np.minimum(step / tenth, 1),
    }
    for name, expected in formulas.items():
        assert rates(name, steps) == pytest.approx(0.5 * expected, rel=1e-11), name


@pytest.mark.parametrize("steps", [3, 10, 200, 500])
def test_the_step_schedule_has_three_levels(steps):
    assert len(np.unique(rates("step", steps).round(12))) == 3
