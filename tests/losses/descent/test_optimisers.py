"""Optimisers and schedules: what each declares, checked on the paths they take."""

import inspect
import math
from itertools import product
from typing import Annotated

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from losses.descent.optimisers import OPTIMISERS, Weights
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import sharpness
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories, trajectory
from losses.spec.optimiser import optimiser as declare
from losses.spec.parameter import Range, Switch

pytestmark = pytest.mark.filterwarnings("error")

EVERY = pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=list(OPTIMISERS))
BOUNDED = [key for key, optimiser in OPTIMISERS.items() if optimiser.critical]
TRIED = {"momentum": (0.05, 0.5, 0.9, 0.97), "dampening": (0.0, 0.4, 0.9)}
BOWL = TEXTBOOK["bowl"]()


def settings_of(key):
    """Settings to try on an optimiser with a stability bound: several of what the bound depends on."""
    tried = [name for name in TRIED if name in OPTIMISERS[key].parameters]
    return [dict(zip(tried, values, strict=True)) for values in product(*map(TRIED.get, tried))]


def tuned(optimiser):
    """All parameters at the high end of their sliders, switches on."""
    return {
        name: True if parameter.is_switch else parameter.slider[1] for name, parameter in optimiser.parameters.items()
    }


@EVERY
def test_it_is_documented(optimiser):
    assert optimiser.name
    assert optimiser.summary.endswith(".")
    assert optimiser.source
    assert all(parameter.symbol or parameter.label for parameter in optimiser.parameters.values())
    assert "learning_rate" in optimiser.parameters


@EVERY
def test_the_rule_has_its_parameters_plugged_in(optimiser):
    for formula in (optimiser.formula(), *(optimiser.formula(**values) for values in ({}, tuned(optimiser)))):
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


def shown_as_code(optimiser, weights, **settings):
    """What a reader gets who runs the code, with nothing but PyTorch at hand."""
    names = {"torch": torch, "weights": weights}
    exec(optimiser.definition, names)
    return eval(optimiser.code(**settings), names)


@EVERY
def test_it_is_built_as_pytorch_builds_its_own(optimiser):
    weights = torch.zeros(3, 2, dtype=torch.float64)
    built = optimiser.build([weights], **optimiser.settings(learning_rate=0.25))
    assert isinstance(built, torch.optim.Optimizer)
    assert type(built).__module__.startswith("torch.optim") == (not optimiser.definition)
    assert hasattr(torch.optim, type(built).__name__) == (not optimiser.definition)
    assert built.param_groups[0]["lr"] == 0.25
    assert built.param_groups[0]["params"][0] is weights
    assert set(inspect.signature(optimiser.build).parameters) == {"weights", *optimiser.parameters}


@EVERY
@pytest.mark.parametrize("values", [lambda optimiser: {}, tuned])
def test_its_code_builds_the_same_optimiser(optimiser, values):
    weights = torch.zeros(2, dtype=torch.float64)
    settings = optimiser.settings(**values(optimiser))
    own = optimiser.build([weights], **settings)
    shown = shown_as_code(optimiser, weights, **settings)
    assert type(shown).__name__ == type(own).__name__
    assert {**shown.defaults, "foreach": None} == {**own.defaults, "foreach": None}  # one tensor: either way the same


def test_code_says_no_more_than_it_must():
    assert OPTIMISERS["adam"].code(learning_rate=0.1) == "torch.optim.Adam([weights], lr=0.1, betas=(0.9, 0.999))"
    assert OPTIMISERS["adam"].code(amsgrad=True).endswith(", amsgrad=True)")
    assert OPTIMISERS["lion"].code() == "Lion([weights], lr=0.01, betas=(0.9, 0.99), weight_decay=0.01)"


class SignDescent(torch.optim.Optimizer):
    """What the next class builds on."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for weights in self.param_groups[0]["params"]:
            weights.sub_(self.length(weights.grad) * weights.grad.sign())


class NormedSignDescent(SignDescent):
    """Signs times the largest slope."""

    def length(self, gradient):
        return self.param_groups[0]["lr"] * gradient.abs().max()


def test_an_optimiser_that_pytorch_lacks_is_one_declaration():
    """The class stands beside it; what that inherits from goes into the program too."""

    @declare("Normed signs", r"\theta\leftarrow\theta-@learning_rate\,\max|g|\,\operatorname{sign}g", "This test")
    def normed_signs(weights: Weights, *, learning_rate: Annotated[float, Range(0.0, 1.0, symbol=r"\eta")] = 0.1):
        """Moves every weight by the largest slope."""
        return NormedSignDescent(weights, lr=learning_rate)

    assert normed_signs.code(learning_rate=0.5) == "NormedSignDescent([weights], lr=0.5)"
    assert normed_signs.definition.count("(SignDescent)") == 1
    weights = torch.tensor([1.0, -2.0], dtype=torch.float64)
    weights.grad = torch.tensor([3.0, -4.0], dtype=torch.float64)
    shown_as_code(normed_signs, weights, learning_rate=0.5).step()
    assert weights.tolist() == [-1, 0]


def test_lion_by_hand():
    """From 0 momentum by the sign of the slope; then by that of 0.9 m + 0.1 g, with m = 0.01 g of the first slope."""
    weights = torch.tensor([2.0, -1.0, 0.5, 4.0], dtype=torch.float64)
    lion = OPTIMISERS["lion"].build([weights], **OPTIMISERS["lion"].settings(learning_rate=0.5, weight_decay=0.1))
    weights.grad = torch.tensor([100.0, -1.0, 0.0, 1.0], dtype=torch.float64)
    lion.step()
    assert weights.tolist() == pytest.approx([2 - 0.5 * 1.2, -1 + 0.5 * 1.1, 0.5 - 0.5 * 0.05, 4 - 0.5 * 1.4])
    before = weights.clone()
    weights.grad = torch.tensor([-8.0, -1.0, 2.0, -0.08], dtype=torch.float64)
    lion.step()  # 0.9 - 0.8, -0.009 - 0.1, 0.2 and 0.009 - 0.008
    assert weights.tolist() == pytest.approx((before * 0.95 - 0.5 * torch.tensor([1.0, -1, 1, 1])).tolist())
    assert lion.state[weights]["exp_avg"].tolist() == pytest.approx([0.91, -0.0199, 0.02, 0.0091])


@EVERY
def test_details_are_what_is_rarely_changed(optimiser):
    assert set(optimiser.details) == {"beta1", "beta2", "decay", "weight_decay", "amsgrad"} & {*optimiser.parameters}


def test_an_optimiser_of_pytorch_has_no_definition():
    assert [key for key, optimiser in OPTIMISERS.items() if optimiser.definition] == ["lion"]


@pytest.mark.parametrize("steps", [1, 200])
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=list(SCHEDULES))
def test_the_code_of_a_schedule_gives_the_same_rates(schedule, steps):
    optimizer = torch.optim.SGD([torch.zeros(2)], lr=0.5)
    code = schedule.code(steps)
    moving = eval(code, {"lr_scheduler": lr_scheduler, "optimizer": optimizer}) if code else None
    expected = []
    for _ in range(steps):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if moving:
            moving.step()
    assert schedule.rates(0.5, steps) == expected


@EVERY
def test_parameters_are_checked(optimiser):
    with pytest.raises(ValueError, match="no parameter 'nonsense'"):
        optimiser.settings(nonsense=1)
    for parameter in optimiser.parameters.values():
        if parameter.is_switch:
            with pytest.raises(ValueError, match=f"{parameter.name} must be True or False"):
                optimiser.settings(**{parameter.name: 1.0})
            continue
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


def growth(key, **settings):
    """The largest factor by which a step on the steep axis of the bowl can grow (weight, velocity), told by a path.

    The matrix that takes the two one step further follows from the recorded states of three steps.
    """
    path = trajectory(BOWL, key, BOWL.start, 3, **settings)
    state = path.positions[1:, 1:]
    if path.velocity is not None:
        state = np.hstack([state, path.velocity[:, 1:]])
    width = state.shape[1]
    step = np.linalg.lstsq(state[:width], state[1 : width + 1], rcond=None)[0]
    return np.abs(np.linalg.eigvals(step)).max()


@pytest.mark.parametrize(
    ("key", "settings"), [(key, settings) for key in BOUNDED for settings in settings_of(key)], ids=str
)
def test_the_stability_bound_is_found_by_bisection(key, settings):
    bound = float(OPTIMISERS[key].stable_learning_rate(10.0, **settings))
    low, high = bound / 3, 3 * bound
    for _ in range(25):
        middle = (low + high) / 2
        low, high = (middle, high) if growth(key, learning_rate=middle, **settings) < 1 else (low, middle)
    assert low == pytest.approx(bound, rel=1e-6)


def frozen_growth(key, rate, curvature, size, step, **settings):
    """The largest factor by which a step of PyTorch's can grow (weight, velocity), its second moment being far larger."""
    optimiser = OPTIMISERS[key]
    names, columns, left = optimiser.state_names(**settings), [], None
    for weight, velocity in ((1e-9, 0.0), (0.0, 1e-9)):
        weights = torch.full((1, 2), weight, dtype=torch.float64)
        built = optimiser.build([weights], learning_rate=rate, **settings)
        weights.grad = curvature * weights
        built.step()
        state = built.state[weights]
        weights.fill_(weight)
        for name in {"exp_avg_sq", "max_exp_avg_sq", "exp_inf", "square_avg", "sum"} & set(state):
            state[name].fill_(size)
        if "velocity" in names:
            state[names["velocity"]].fill_(velocity)
        state["step"] = torch.tensor(float(step - 1))
        built.step()
        left = state[names["second_moment"]].numpy()[0]
        columns.append([weights[0, 0].item(), state[names["velocity"]][0, 0].item() if "velocity" in names else 0.0])
    return np.abs(np.linalg.eigvals(np.array(columns) / 1e-9)).max(), left


@pytest.mark.parametrize(
    ("key", "settings"),
    [(key, each) for key, optimiser in OPTIMISERS.items() if optimiser.divisor for each in settings_of(key)],
    ids=str,
)
def test_the_bound_of_adaptive_steps_is_found_by_bisection(key, settings):
    size, step, curvature = 4.0, 10**6, 10.0
    _, left = frozen_growth(key, 0.1, curvature, size, step, **settings)
    bound = OPTIMISERS[key].stable_preconditioned_rate(curvature * np.eye(2), left, step, **settings)
    low, high = bound / 3, 3 * bound
    for _ in range(25):
        middle = (low + high) / 2
        grows = frozen_growth(key, float(middle), curvature, size, step, **settings)[0] > 1
        low, high = (low, middle) if grows else (middle, high)
    assert low == pytest.approx(bound, rel=1e-6)


def test_adams_bound_is_38_over_the_learning_rate():
    bound = OPTIMISERS["adam"].stable_preconditioned_rate(np.diag([1.0, 10.0]), [1.0, 1.0], 10**6, beta1=0.9)
    assert bound == pytest.approx(38 / 10)
    assert np.isnan(OPTIMISERS["lion"].stable_preconditioned_rate(np.eye(2), [1.0, 1.0], 1))
    assert np.isinf(OPTIMISERS["adam"].stable_preconditioned_rate(-np.eye(2), [1.0, 1.0], 1))


def test_stability_bounds_by_hand():
    assert OPTIMISERS["sgd"].stable_learning_rate(10) == pytest.approx(0.2)
    assert OPTIMISERS["momentum"].stable_learning_rate(10, momentum=0.9) == pytest.approx(0.38)
    assert OPTIMISERS["nesterov"].stable_learning_rate(10, momentum=0.5) == pytest.approx(0.15)
    dampened = OPTIMISERS["dampened_momentum"]
    assert dampened.stable_learning_rate(10, momentum=0.9, dampening=0.5) == pytest.approx(0.76)
    assert dampened.stable_learning_rate(10, momentum=0.9, dampening=0.0) == pytest.approx(0.38)


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
    """Loss x 100 and loss / 100, on a bowl of sharpness 2 that is gone down at this learning rate without trouble."""
    rate = 1.0 if optimiser.searches else 0.02
    if optimiser.critical:
        rate = 0.02 * float(optimiser.stable_learning_rate(2.0))
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


class Own(torch.optim.SGD):
    """One switch is on by default, the other off."""

    def __init__(self, params, lr=0.1, ahead=True, behind=False):
        super().__init__(params, lr=lr)


def test_a_switch_of_a_class_of_ones_own_goes_unsaid_only_if_it_is_off_by_default():
    @declare("Own", "", "")
    def own(weights: Weights, *, ahead: Annotated[bool, Switch("")] = False) -> torch.optim.Optimizer:
        return Own(weights, ahead=ahead, behind=ahead)

    assert own.code() == "Own([weights], ahead=False)"
    assert own.code(ahead=True) == "Own([weights], ahead=True, behind=True)"
