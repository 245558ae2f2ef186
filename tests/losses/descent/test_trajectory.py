"""Paths against plain ``torch.optim`` loops written out here, and at every edge: diverging, standing still, far out."""

import math
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
import torch
from torch.nn import functional
from torch.optim import lr_scheduler

from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import Surface, evaluate, grid, linear_surface
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories, trajectory
from tests.losses.sampling import inputs_of

pytestmark = pytest.mark.filterwarnings("error")


class PaperLion(torch.optim.Optimizer):
    """Lion in NumPy, line by line as algorithm 2 of Chen et al. (2023) has it."""

    def __init__(self, weights, **hyperparameters):
        super().__init__([weights], hyperparameters)

    def step(self, closure):
        closure()
        eta, lambda_, beta1, beta2 = map(self.param_groups[0].get, ("lr", "weight_decay", "beta1", "beta2"))
        (leaf,) = self.param_groups[0]["params"]
        state = self.state[leaf]
        theta, gradient = leaf.detach().numpy(), leaf.grad.numpy()
        momentum = state.get("exp_avg", np.zeros_like(theta))
        update = beta1 * momentum + (1 - beta1) * gradient
        theta[:] = theta - eta * (np.sign(update) + lambda_ * theta)
        state["exp_avg"] = beta2 * momentum + (1 - beta2) * gradient


PLAIN = {
    "sgd": lambda weights, learning_rate: torch.optim.SGD([weights], lr=learning_rate),
    "momentum": lambda weights, learning_rate, momentum: torch.optim.SGD(
        [weights], lr=learning_rate, momentum=momentum
    ),
    "nesterov": lambda weights, learning_rate, momentum: torch.optim.SGD(
        [weights], lr=learning_rate, momentum=momentum, nesterov=True
    ),
    "adagrad": lambda weights, learning_rate: torch.optim.Adagrad([weights], lr=learning_rate),
    "rmsprop": lambda weights, learning_rate, decay: torch.optim.RMSprop([weights], lr=learning_rate, alpha=decay),
    "adam": lambda weights, learning_rate, beta1, beta2, amsgrad: torch.optim.Adam(
        [weights], lr=learning_rate, betas=(beta1, beta2), amsgrad=amsgrad
    ),
    "adamw": lambda weights, learning_rate, beta1, beta2, weight_decay: torch.optim.AdamW(
        [weights], lr=learning_rate, betas=(beta1, beta2), weight_decay=weight_decay
    ),
    "lbfgs": lambda weights, learning_rate: torch.optim.LBFGS(
        [weights], lr=learning_rate, max_iter=1, max_eval=26, line_search_fn="strong_wolfe"
    ),
    "dampened_momentum": lambda weights, learning_rate, momentum, dampening: torch.optim.SGD(
        [weights], lr=learning_rate, momentum=momentum, dampening=dampening
    ),
    "adamax": lambda weights, learning_rate, beta1, beta2: torch.optim.Adamax(
        [weights], lr=learning_rate, betas=(beta1, beta2)
    ),
    "nadam": lambda weights, learning_rate, beta1, beta2: torch.optim.NAdam(
        [weights], lr=learning_rate, betas=(beta1, beta2)
    ),
    "radam": lambda weights, learning_rate, beta1, beta2: torch.optim.RAdam(
        [weights], lr=learning_rate, betas=(beta1, beta2)
    ),
    "lion": lambda weights, learning_rate, **others: PaperLion(weights, lr=learning_rate, **others),
}
SCHEDULERS = {
    "constant": lambda optimiser, steps: lr_scheduler.ConstantLR(optimiser, factor=1),
    "step": lambda optimiser, steps: lr_scheduler.StepLR(optimiser, math.ceil(steps / 3), gamma=0.1),
    "cosine": lr_scheduler.CosineAnnealingLR,
    "warm_up": lambda optimiser, steps: lr_scheduler.LinearLR(optimiser, 0.01, total_iters=steps // 10),
}
VELOCITY = dict.fromkeys(("momentum", "nesterov", "dampened_momentum"), "momentum_buffer") | dict.fromkeys(
    ("adam", "adamw", "adamax", "nadam", "radam", "lion"), "exp_avg"
)
SECOND_MOMENT = {"adagrad": "sum", "rmsprop": "square_avg", "adamax": "exp_inf"} | dict.fromkeys(
    ("adam", "adamw", "nadam", "radam"), "exp_avg_sq"
)

X = torch.linspace(-1, 1.5, 10, dtype=torch.float64)
Y = 1 + 2 * X + torch.tensor([0.3, -0.2, 0.1, -0.4, 0.2, 0.5, -0.3, 0.1, -0.1, 0.2], dtype=torch.float64)
LABEL = torch.tensor([-1.0, -1, 1, -1, -1, 1, -1, 1, 1, 1], dtype=torch.float64)
START = (-1.5, 3.0)
VIEW = ((-3.0, 4.0), (-2.0, 4.0))
EVERY = pytest.mark.parametrize("optimiser", OPTIMISERS)
LINEAR = [loss for loss in LOSSES.values() if loss.family in ("regression", "margin", "binary")]
DRAWN = {
    "everything": {},
    "batches": {"batch_size": 4, "seed": 3},  # two of 4 and one of 2
    "noise": {"noise": 0.3, "seed": 4},
    "both": {"batch_size": 3, "noise": 0.1, "seed": 5},
}


def linear(key, target=Y, x=X, **known):
    loss = LOSSES[key]
    settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}))
    known = {"title": loss.name, "bounds": VIEW, "start": START} | known
    return linear_surface(x.numpy(), target.numpy(), loss, settings, **known)


def at(line, rows):
    return line[0] * X[rows] + line[1]


# The same functions twice: the surface, and what a plain loop calls, of the weights and the examples to look at.
FUNCTIONS = {
    "mse": (linear("mse"), lambda line, rows: (at(line, rows) - Y[rows]).square().mean()),
    "huber": (linear("huber"), lambda line, rows: functional.huber_loss(at(line, rows), Y[rows])),
    "mae": (linear("mae"), lambda line, rows: (at(line, rows) - Y[rows]).abs().mean()),
    "logistic": (
        linear("logistic", LABEL),
        lambda line, rows: functional.soft_margin_loss(at(line, rows), LABEL[rows]),
    ),
    "cross-entropy": (
        linear("binary_cross_entropy", (LABEL + 1) / 2),
        lambda line, rows: functional.binary_cross_entropy_with_logits(at(line, rows), (LABEL[rows] + 1) / 2),
    ),
    "rosenbrock": (TEXTBOOK["rosenbrock"](), lambda xy, rows: (1 - xy[0]) ** 2 + 100 * (xy[1] - xy[0] ** 2) ** 2),
    "saddle": (TEXTBOOK["saddle"](), lambda xy, rows: xy[0] ** 2 / 2 + xy[1] ** 4 / 4 - xy[1] ** 2 / 2),
}


def twins(key, optimiser):
    """The two; for a line search, which can go either way by the last digit, the same arithmetic in both."""
    surface, function = FUNCTIONS[key]
    return surface, surface.value if OPTIMISERS[optimiser].searches else function


def plain_loop(function, optimiser, start, steps, schedule="constant", batch_size=None, noise=0.0, seed=0, **settings):
    """One leaf, one optimiser, one step after the other; everything that it goes through, by the names of ``Path``."""
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    stepper = PLAIN[optimiser](weights, **settings)
    scheduler = SCHEDULERS[schedule](stepper, steps)
    order, gradient_noise = torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    everything = torch.arange(len(X))
    epoch = []
    kept = {name: [] for name in ("positions", "losses", "gradients", "rates", "velocity", "second_moment")}
    for _ in range(steps):
        if batch_size is None:
            rows = everything
        else:
            if not epoch:
                epoch = list(torch.randperm(len(X), generator=order).split(batch_size))
            rows = epoch.pop(0)
        tilt = noise * torch.randn(2, generator=gradient_noise, dtype=torch.float64)

        def closure(rows=rows, tilt=tilt):
            stepper.zero_grad()
            loss = function(weights, rows)
            loss.backward()
            weights.grad += tilt
            return loss + (weights * tilt).sum()

        kept["positions"].append(weights.tolist())
        kept["losses"].append(function(weights, everything).item())
        closure()
        kept["gradients"].append(weights.grad.tolist())
        kept["rates"].append(stepper.param_groups[0]["lr"])
        stepper.step(closure)
        scheduler.step()
        second_moments = SECOND_MOMENT | {"adam": "max_exp_avg_sq"} if settings.get("amsgrad") else SECOND_MOMENT
        for name, table in (("velocity", VELOCITY), ("second_moment", second_moments)):
            if optimiser in table:
                kept[name].append(stepper.state[weights][table[optimiser]].tolist())
    kept["positions"].append(weights.tolist())
    kept["losses"].append(function(weights, everything).item())
    return {name: np.array(values) for name, values in kept.items()}


def gentle(optimiser, rate=0.05):
    """All parameters, with a learning rate at which every surface here is descended without trouble."""
    return OPTIMISERS[optimiser].settings(**({} if OPTIMISERS[optimiser].searches else {"learning_rate": rate}))


def agree(path, expected, rel=1e-12):
    """Every recorded number of a path equals the plain loop's, relative to the largest of its kind."""
    for name, values in expected.items():
        found = getattr(path, name)
        if not len(values):
            assert found is None or not len(found), name
            continue
        assert found.shape == values.shape
        assert np.abs(found - values).max() <= rel * np.abs(values).max(), name
    assert np.array_equal(path.steps, np.diff(path.positions, axis=0))


def test_every_declaration_has_its_plain_loop():
    assert PLAIN.keys() == OPTIMISERS.keys()
    assert SCHEDULERS.keys() == SCHEDULES.keys()


@EVERY
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("drawn", DRAWN)
def test_paths_equal_the_plain_loop(optimiser, schedule, drawn):
    surface, function = twins("mse", optimiser)
    how = {**gentle(optimiser), **DRAWN[drawn], "schedule": schedule}
    agree(trajectory(surface, optimiser, START, 40, **how), plain_loop(function, optimiser, START, 40, **how))


@EVERY
@pytest.mark.parametrize("key", FUNCTIONS)
def test_paths_over_other_functions_equal_the_plain_loop(optimiser, key):
    surface, function = twins(key, optimiser) if key == "mae" else FUNCTIONS[key]
    how = gentle(optimiser, 0.002 if key == "rosenbrock" else 0.05)
    steps = 12 if optimiser == "lbfgs" else 50  # a search that has arrived goes by what is left of rounding
    start = surface.start if key == "rosenbrock" else START
    path = trajectory(surface, optimiser, start, steps, **how)
    agree(path, plain_loop(function, optimiser, start, steps, **how))
    assert path.losses[-1] < path.losses[0]


@pytest.mark.parametrize(
    ("optimiser", "parameters"),
    [
        ("nesterov", {"momentum": 0.4}),
        ("rmsprop", {"decay": 0.3}),
        ("adam", {"beta1": 0.0, "beta2": 0.5}),
        ("adamw", {"beta1": 0.5, "beta2": 0.9, "weight_decay": 3.0}),
        ("lbfgs", {"learning_rate": 0.3}),
        ("dampened_momentum", {"momentum": 0.5, "dampening": 0.2}),
        ("adam", {"beta2": 0.5, "amsgrad": True}),
        ("adamax", {"beta1": 0.0, "beta2": 0.5}),
        ("nadam", {"beta1": 0.5, "beta2": 0.9}),
        ("radam", {"beta1": 0.5, "beta2": 0.9}),
        ("radam", {"beta2": 0.5}),  # it never trusts so few slopes
        ("lion", {"beta1": 0.2, "beta2": 0.7, "weight_decay": 3.0}),
    ],
)
def test_parameters_reach_the_optimiser(optimiser, parameters):
    surface, function = FUNCTIONS["huber"]
    path = trajectory(surface, optimiser, START, 30, **gentle(optimiser) | parameters)
    agree(path, plain_loop(function, optimiser, START, 30, **gentle(optimiser) | parameters))
    assert path.settings == gentle(optimiser) | parameters
    assert not np.allclose(
        path.positions[-1], trajectory(surface, optimiser, START, 30, **gentle(optimiser)).positions[-1]
    )


def test_amsgrad_never_forgets_a_large_slope():
    surface, function = FUNCTIONS["mse"]
    forgetful, faithful = ({**gentle("adam"), "beta2": 0.5, "amsgrad": switch} for switch in (False, True))
    with_, without = (trajectory(surface, "adam", START, 60, **how) for how in (faithful, forgetful))
    agree(with_, plain_loop(function, "adam", START, 60, **faithful))
    assert (np.diff(with_.second_moment, axis=0) >= 0).all()
    assert (np.diff(without.second_moment, axis=0) < 0).any()
    assert not np.allclose(with_.positions, without.positions)


def test_without_momentum_the_velocity_is_the_gradient():
    surface, function = FUNCTIONS["mse"]
    path = trajectory(surface, "momentum", START, 20, learning_rate=0.1, momentum=0.0)
    assert np.array_equal(path.velocity, path.gradients)
    agree(path, plain_loop(function, "sgd", START, 20, learning_rate=0.1) | {"velocity": path.gradients})


@pytest.mark.parametrize("drawn", DRAWN)
def test_all_optimisers_through_one_pass_equal_the_plain_loop(drawn):
    surface, function = FUNCTIONS["mse"]
    how = DRAWN[drawn] | {"schedule": "cosine"}
    order = [*OPTIMISERS, "sgd", "lbfgs"]
    paths = trajectories(surface, [Run(key, START, gentle(key)) for key in order], 30, **how)
    assert [path.optimiser for path in paths] == order
    for path in paths:
        agree(path, plain_loop(function, path.optimiser, START, 30, **how, **gentle(path.optimiser)))


@EVERY
@pytest.mark.parametrize("key", ["huber", "saddle"])
def test_many_starts_in_one_optimiser_equal_the_plain_loop(optimiser, key):
    surface, function = FUNCTIONS[key]
    starts = np.random.default_rng(0).uniform(*np.transpose(VIEW), (20, 2)).tolist()
    how = {"noise": 0.1, "seed": 2}
    paths = trajectories(surface, [Run(optimiser, start, gentle(optimiser)) for start in starts], 8, **how)
    for start, path in zip(starts, paths, strict=True):
        agree(path, plain_loop(function, optimiser, start, 8, **how, **gentle(optimiser)))


@EVERY
def test_the_same_run_twice_is_the_same_path_twice(optimiser):
    run = Run(optimiser, (-1.2, 1.0), gentle(optimiser, 0.001))
    single, *twins = (
        *trajectories(TEXTBOOK["rosenbrock"](), [run], 20),
        *trajectories(TEXTBOOK["rosenbrock"](), [run] * 2, 20),
    )
    for twin in twins:
        assert np.array_equal(twin.positions, single.positions)


@pytest.mark.parametrize("loss", LINEAR, ids=lambda loss: loss.key)
def test_the_loss_that_is_called_is_the_one_that_is_descended(loss):
    settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}))
    y = inputs_of(loss, settings, (10,))[1]
    start = (0.5, 1.5)
    surface = linear(loss.key, y)
    path = trajectory(surface, "adam", start, 30, **gentle("adam", 0.01))
    agree(
        path,
        plain_loop(
            lambda line, rows: _mean(loss(at(line, rows), y[rows], **settings), line),
            "adam",
            start,
            30,
            **gentle("adam", 0.01),
        ),
    )


def _mean(values, line):
    """The mean; also of a loss made of steps alone, which autograd knows no way back from."""
    return values.mean() + 0 * line.sum()


@pytest.mark.parametrize(
    "surface",
    [
        *(linear(loss.key, inputs_of(loss, loss.settings(), (10,))[1]) for loss in LINEAR),
        *(make() for make in TEXTBOOK.values()),
    ],
    ids=lambda surface: surface.title,
)
def test_the_drawn_surface_is_the_descended_one(surface):
    """Losses at the start are the grid's numbers, and the slopes given there are the grid's own differences."""
    first, second, heights = grid(surface, 6, ((0.15, 1.1), (1.6, 2.9)))
    paths = trajectories(surface, [Run("sgd", (x, y), {"learning_rate": 0.0}) for y in second for x in first], 1)
    assert np.array_equal([path.losses[0] for path in paths], heights.ravel())
    across, down = (
        (
            grid(surface, 6, np.add(((0.15, 1.1), (1.6, 2.9)), shift))[2]
            - grid(surface, 6, np.subtract(((0.15, 1.1), (1.6, 2.9)), shift))[2]
        )
        / 2e-6
        for shift in ([[1e-6], [0]], [[0], [1e-6]])
    )
    expected = np.stack([across, down], -1).reshape(-1, 2)
    found = np.array([path.gradients[0] for path in paths])
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8 * (1 + np.abs(heights).max()))


@EVERY
def test_losses_are_over_all_examples_even_where_steps_see_a_few(optimiser):
    surface = FUNCTIONS["mse"][0]
    path = trajectory(surface, optimiser, START, 20, batch_size=3, noise=0.5, **gentle(optimiser))
    assert np.array_equal(path.losses, evaluate(surface, path.positions))


def _seen(surface):
    """The surface, and a list that gets the examples of every step, by their x."""
    seen = []

    def function(points, x, target):
        seen.append(x)
        return surface.function(points, x, target)

    return replace(surface, function=function, kind=None), seen


def test_every_epoch_sees_every_example_once():
    surface, seen = _seen(FUNCTIONS["mse"][0])
    trajectories(surface, [Run("sgd", START, {"learning_rate": 0.01}), Run("adam", START)], 9, batch_size=4)
    place = {x: row for row, x in enumerate(X.tolist())}
    batches = [[place[each] for each in x.tolist()] for x in seen if len(x) < len(X)]
    assert [len(batch) for batch in batches] == [4, 4, 2] * 3
    epochs = [[*chain(*batches[first : first + 3])] for first in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize("how", [{"batch_size": 3}, {"noise": 0.2}])
def test_the_seed_decides_what_is_drawn(how):
    surface = FUNCTIONS["mse"][0]
    first, again, other = (trajectory(surface, "adam", START, 10, seed=seed, **how).positions for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first[1:], other[1:])


def test_a_batch_of_all_examples_is_no_batch():
    surface = FUNCTIONS["mse"][0]
    all_ten, none = (trajectory(surface, "sgd", START, 10, batch_size=size, learning_rate=0.1) for size in (10, None))
    assert np.array_equal(all_ten.positions, none.positions)


def test_noise_has_the_deviation_that_it_is_given():
    level = Surface("Level", ("u", "v"), lambda points: 0 * points.sum(-1), (), VIEW, (0.0, 0.0))
    path = trajectory(level, "sgd", (0.0, 0.0), 4000, noise=2.5, learning_rate=1.0)
    assert path.gradients.std(0) == pytest.approx(2.5, rel=0.05)
    assert path.gradients.mean(0) == pytest.approx(0, abs=0.15)
    assert abs(np.corrcoef(path.gradients.T)[0, 1]) < 0.05


# The edges


def untouched(path, surface, how):
    """A diverged path is the plain loop's, bit by bit, up to the step that is named, and not a number after it."""
    step = path.diverged.step
    expected = plain_loop(surface.value, path.optimiser, path.positions[0], step, **path.settings, **how)
    for name, values in expected.items():
        found = getattr(path, name)
        if found is not None:
            assert np.array_equal(found[: len(values)], values, equal_nan=True), name
            if name != "rates":
                assert np.isnan(found[len(values) :]).all(), name
    assert np.isfinite(path.positions[:step]).all()
    assert np.isfinite(path.losses[:step]).all()
    assert not (np.isfinite(path.positions[step]).all() and np.isfinite(path.losses[step]))
    assert np.isnan(path.steps[step:]).all()
    assert path.last == step - 1


COUNTS = torch.tensor([1.0, 1, 2, 2, 3, 3, 4, 5, 4, 6], dtype=torch.float64)
LEAVES = {
    "inf": (TEXTBOOK["rosenbrock"](), "sgd", (-1.2, 1.0), 1.0, "the loss is larger than a number can be"),
    "inf by a heavy ball": (linear("mse"), "momentum", START, 1e3, "the loss is larger than a number can be"),
    "a weight": (TEXTBOOK["absolute"](), "sgd", (-2.0, 1.3), 1.7e308, "y is larger than a number can be"),
    "a negative count": (linear("poisson", COUNTS), "sgd", (0.5, 2.0), 5.0, "the loss is not defined there"),
    "below -1": (linear("msle", COUNTS), "momentum", (0.5, 8.0), 20.0, "the loss is not defined there"),
}


@pytest.mark.parametrize("edge", LEAVES)
@pytest.mark.parametrize("how", [{}, {"noise": 0.01, "seed": 1}])
def test_divergence_is_recorded_and_named(edge, how):
    surface, optimiser, start, rate, reason = LEAVES[edge]
    path = trajectory(surface, optimiser, start, 400, learning_rate=rate, **how)
    assert path.diverged.reason == reason
    assert 0 < path.diverged.step < 400
    assert path.losses.shape == (401,)
    untouched(path, surface, {**how, "schedule": "constant"})


def test_divergence_of_a_batch_descent():
    surface = linear("mse")
    path = trajectory(surface, "sgd", START, 2000, batch_size=4, learning_rate=2.0)
    assert path.diverged.reason == "the loss is larger than a number can be"
    untouched(path, surface, {"batch_size": 4})


def test_a_weight_that_is_no_number_is_named():
    """An infinite slope divided by its own infinite size."""
    root = Surface("Root", ("u", "v"), lambda points: points[..., 1] + points[..., 0].sqrt(), (), VIEW, (0.0, 0.0))
    path = trajectory(root, "adam", (0.0, 1.0), 5)
    assert path.diverged == (1, "u is not a number any more")
    assert path.gradients[0].tolist() == [math.inf, 1]


def test_a_start_that_is_already_out():
    path = trajectory(TEXTBOOK["rosenbrock"](), "sgd", (1e200, 0.0), 5, learning_rate=0.1)
    assert path.diverged == (0, "the loss is larger than a number can be")
    assert path.last == -1
    assert path.positions[0].tolist() == [1e200, 0]
    assert np.isnan(path.positions[1:]).all()
    assert np.isnan(path.gradients).all()


def test_one_that_diverges_leaves_the_others_alone():
    surface = linear("poisson", COUNTS)
    calm = [Run("sgd", (0.5, 2.0), {"learning_rate": 0.01}), Run("adam", (0.5, 2.5)), Run("lbfgs", (0.5, 2.0))]
    wild = [Run("sgd", (0.5, 2.0), {"learning_rate": 5.0}), Run("adam", (0.5, -3.0)), Run("lbfgs", (0.5, -2.0))]
    mixed = [run for pair in zip(calm, wild, strict=True) for run in pair]
    paths = trajectories(surface, mixed, 60)
    assert [path.diverged is None for path in paths] == [True, False] * 3
    for path, run in zip(paths[::2], calm, strict=True):
        assert np.array_equal(
            path.positions, trajectory(surface, run.optimiser, run.start, 60, **run.parameters).positions
        )


def test_a_line_search_turns_back_at_the_edge_of_the_domain():
    """Started where the first search oversteps the edge, and beyond, where there is nothing to search."""
    surface = linear("poisson", COUNTS)
    path = trajectory(surface, "lbfgs", (0.1, 5.0), 60)
    assert path.diverged is None
    assert path.gradients[-1] == pytest.approx(0, abs=1e-4)
    assert trajectory(surface, "lbfgs", (0.0, -1.0), 3).diverged == (0, "the loss is not defined there")


def test_a_line_search_searches():
    """Of a steep slope the first length tried is far too long, and a descent without a search would climb."""
    surface = TEXTBOOK["bowl"](condition=1e4)
    path = trajectory(surface, "lbfgs", (-4.0, 1e-3), 20, learning_rate=50.0)
    assert (np.diff(path.losses) <= 0).all()
    assert path.losses[-1] < 1e-12 * path.losses[0]


@EVERY
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_with_learning_rate_0_nothing_moves(optimiser, schedule):
    for surface in (FUNCTIONS["mse"][0], TEXTBOOK["beale"]()):
        path = trajectory(surface, optimiser, (1.0, 1.5), 12, learning_rate=0.0, schedule=schedule, noise=0.1)
        assert (path.positions == (1.0, 1.5)).all()
        assert path.diverged is None
        assert not path.rates.any()


@EVERY
def test_no_steps_are_a_start(optimiser):
    path = trajectory(FUNCTIONS["mse"][0], optimiser, START, 0, schedule="step")
    assert path.positions.tolist() == [list(START)]
    assert path.losses.shape == (1,)
    for values in (path.gradients, path.steps, path.velocity, path.second_moment):
        assert values is None or values.shape == (0, 2)
    assert (path.velocity is None, path.second_moment is None) == (
        optimiser not in VELOCITY,
        optimiser not in SECOND_MOMENT,
    )
    assert path.rates.shape == (0,)
    assert (path.last, path.diverged) == (0, None)


def test_no_runs_are_no_paths():
    assert trajectories(FUNCTIONS["mse"][0], [], 5) == []


@EVERY
@pytest.mark.parametrize("textbook", TEXTBOOK)
def test_a_start_on_the_minimum_stays_there(optimiser, textbook):
    surface = TEXTBOOK[textbook]()
    calm = {"weight_decay": 0.0} if "weight_decay" in OPTIMISERS[optimiser].parameters else {}
    for minimum in surface.minima:
        if surface.gradient(torch.tensor(minimum, dtype=torch.float64)).any():
            continue  # as near as a number comes, but not level: a scale-free rule steps whatever the size of the slope
        path = trajectory(surface, optimiser, minimum, 10, learning_rate=0.1, **calm)
        assert (path.positions == minimum).all()


@EVERY
def test_a_start_far_outside_the_view_is_descended_like_any_other(optimiser):
    surface, function = twins("mse", optimiser)
    start = (4e6, -3e7)
    path = trajectory(surface, optimiser, start, 20, **gentle(optimiser))
    agree(path, plain_loop(function, optimiser, start, 20, **gentle(optimiser)))
    assert path.diverged is None
    assert path.losses[-1] < path.losses[0]


@EVERY
@pytest.mark.parametrize(("x", "y"), [([2.0] * 5, [1.0, 2, 3, 4, 5]), ([2.0], [3.0]), ([0.0], [1.0])])
def test_data_without_a_single_best_line(optimiser, x, y):
    """One x throughout, or one point: a valley, reached at its nearest side, w and b moving as x to 1."""
    x, y = torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    surface = linear("mse", y, x)
    path = trajectory(surface, optimiser, (0.5, -1.0), 300, **gentle(optimiser))
    assert path.diverged is None
    reached = path.losses[-1] - float(y.var(correction=0))
    assert reached < 0.2 * path.losses[0]
    if optimiser in ("sgd", "momentum", "nesterov", "dampened_momentum", "lbfgs"):
        moved = path.positions - path.positions[0]
        assert moved[:, 0] == pytest.approx(float(x[0]) * moved[:, 1], abs=1e-9)


@EVERY
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("rate", [1e300, 1e-300, 1e-310, 1e20])
def test_no_learning_rate_is_an_error(optimiser, schedule, rate):
    for surface in (FUNCTIONS["mse"][0], linear("poisson", COUNTS), TEXTBOOK["rosenbrock"](), TEXTBOOK["plateau"]()):
        path = trajectory(surface, optimiser, (0.5, 2.0), 6, learning_rate=rate, schedule=schedule)
        assert np.isfinite(path.losses[: path.last + 1]).all()
        assert np.isfinite(path.positions[: path.last + 1]).all()
        assert (path.diverged is None) == (path.last == 6)


def test_progress_rises_within_0_and_1():
    shares = []
    trajectory(TEXTBOOK["bowl"](), "adam", (1.0, 1.0), 500, progress=shares.append)
    assert len(shares) >= 5
    assert shares == sorted(set(shares))
    assert shares[0] == 0
    assert shares[-1] <= 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"optimiser": "newton"}, "there is no optimiser 'newton'; there are: sgd, "),
        ({"schedule": "never"}, "there is no schedule 'never'; there are: constant, "),
        ({"start": (0.0, math.nan)}, "start must be two finite numbers"),
        ({"start": (0.0, math.inf)}, "start must be two finite numbers"),
        ({"start": (0.0, 1.0, 2.0)}, "start must be two finite numbers"),
        ({"start": 3.0}, "start must be two finite numbers"),
        ({"steps": -1}, "steps must be a whole number of at least 0, got -1"),
        ({"steps": 2.5}, "steps must be a whole number"),
        ({"batch_size": 0}, r"batch_size must be a whole number in \[1, 10\], got 0"),
        ({"batch_size": 11}, "batch_size must be a whole number"),
        ({"batch_size": 2.5}, "batch_size must be a whole number"),
        ({"noise": -0.1}, "noise must be a finite number of at least 0, got -0.1"),
        ({"noise": math.inf}, "noise must be a finite number"),
        ({"noise": math.nan}, "noise must be a finite number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 0.5}, "seed must be a whole number"),
        ({"learning_rate": -1.0}, "learning_rate must be a finite number of at least 0, got -1"),
        ({"learning_rate": math.nan}, "learning_rate must be a finite number"),
        ({"momentum": 0.5}, "sgd has no parameter 'momentum'"),
    ],
)
def test_bad_arguments_are_named(wrong, message):
    arguments = {"optimiser": "sgd", "start": START, "steps": 5} | wrong
    with pytest.raises(ValueError, match=message):
        trajectory(FUNCTIONS["mse"][0], **arguments)


def test_a_textbook_has_no_batches():
    with pytest.raises(ValueError, match="Beale is not made of examples, so it has no batches: leave batch_size out"):
        trajectory(TEXTBOOK["beale"](), "sgd", (1.0, 1.0), 5, batch_size=2)
