"""Trainings, against PyTorch's own loop; forwards and backwards; curvature against the whole Hessian; bounds."""

import gc
import math
import threading

import numpy as np
import pytest
import torch
from torch import nn

from losses.descent.optimisers import OPTIMISERS
from losses.network.architecture import Architecture
from losses.network.fitting import fitting_losses
from losses.network.plan import Plan, pairs
from losses.network.problems import PROBLEMS
from losses.network.training import CHECKPOINTS, EVERY, FEWEST_CHECKPOINTS, Training

SMALL = Architecture(width=6, activation="tanh")


def plain(plan, steps):
    """A training loop as anybody writes it: losses before each step, and the model."""
    task, fit = plan.task(), plan.fit
    model = plan.network.build(plan.seed)
    parameters = [*model.parameters()]
    settings = plan.settings
    optimiser = OPTIMISERS[plan.optimiser].build(parameters, **settings)
    features, labels = torch.tensor(task.features).float(), torch.tensor(task.target).float()
    order, rows, found = torch.Generator().manual_seed(plan.seed), [], []
    for step in range(steps):
        chosen = torch.arange(len(labels))
        if 0 < plan.batch < len(labels):
            if len(rows) < plan.batch:
                rows = torch.randperm(len(labels), generator=order).tolist()
            chosen, rows = torch.tensor(rows[: plan.batch]), rows[plan.batch :]
        for group in optimiser.param_groups:
            group["lr"] = plan.rates()[min(step, len(plan.rates()) - 1)]

        def closure(chosen=chosen):
            optimiser.zero_grad()
            loss = fit.of(model(features[chosen]), fit.target(labels[chosen]))
            if not plan.decoupled:
                loss = loss + plan.weight_decay / 2 * sum(each.square().sum() for each in parameters)
            loss.backward()
            return loss

        model.train()
        with torch.no_grad():
            found.append(fit.of(model(features[chosen]), fit.target(labels[chosen])).item())
        optimiser.step(closure)
    return found, model


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_losses_are_those_of_a_plain_loop(optimiser):
    plan = Plan(SMALL, examples=40, optimiser=optimiser, rate=0.02, weight_decay=0.01)
    training = Training(plan)
    steps = 8 if optimiser == "lbfgs" else 25  # whose line search feels the last digit
    assert training.steps(steps) == steps == training.step
    expected, model = plain(plan, steps)
    np.testing.assert_allclose(training.losses, expected, rtol=1e-4)
    weights = nn.utils.parameters_to_vector(model.parameters()).detach()
    np.testing.assert_allclose(training.weights, weights, rtol=1e-2, atol=1e-4)
    assert torch.equal(training.weights, nn.utils.parameters_to_vector(training.model.parameters()).detach())


@pytest.mark.parametrize(
    "plan",
    [
        Plan(SMALL, examples=40, batch=16, optimiser="sgd", rate=0.1, schedule="cosine", horizon=20),
        Plan(SMALL, PROBLEMS["sine"], 60, loss="huber", loss_settings=pairs({"delta": 0.5}), batch=7),
        Plan(SMALL, PROBLEMS["digits"], 50, loss="mse", label_noise=0.2, schedule="step", horizon=10),
        Plan(SMALL, loss="hinge", examples=50, optimiser_settings=pairs({"beta1": 0.5}), seed=3),
        Plan(Architecture("conv", depth=2, width=4, inputs=64), PROBLEMS["digits"], 30, batch=10),
        Plan(Architecture(depth=4, width=6, skip=True, normalisation="layer"), examples=40),
    ],
    ids=lambda plan: f"{plan.problem.key} {plan.loss}",
)
def test_batches_schedules_and_settings_are_those_of_a_plain_loop(plan):
    training = Training(plan)
    training.steps(25)
    np.testing.assert_allclose(training.losses, plain(plan, 25)[0], rtol=1e-3, atol=1e-6)


def test_every_fitting_loss_learns():
    for problem, classes in (("moons", 2), ("sine", 0), ("digits", 10)):
        for key in fitting_losses(classes):
            training = Training(Plan(SMALL, PROBLEMS[problem], 30, loss=key, rate=0.02))
            training.steps(20)
            assert training.measured[-1].loss < training.measured[0].loss, (problem, key)


def test_the_same_plan_gives_the_same_numbers_whichever_way():
    plan = Plan(Architecture(width=6, normalisation="batch"), examples=50, batch=8)
    straight, winding = Training(plan), Training(plan)
    straight.steps(80)
    for step in (100, 37, 60, 3, 0, 80):
        winding.to(step)
        assert winding.step == step
    assert winding.losses == straight.losses and winding.gradients == straight.gradients
    np.testing.assert_equal(winding.measured, straight.measured)
    assert torch.equal(winding.weights, straight.weights)
    copied = straight.copy()
    copied.steps(20)
    assert straight.step == 80
    straight.steps(20)
    assert copied.losses == straight.losses
    np.testing.assert_equal(copied.measured, straight.measured)


def test_measuring_changes_nothing_and_batchnorm_keeps_its_statistics():
    plan = Plan(Architecture(width=6, normalisation="batch"), examples=50, batch=10)
    training = Training(plan)
    training.steps(5)
    before = [each.clone() for each in training.model.state_dict().values()]
    training._measure()
    assert all(map(torch.equal, before, training.model.state_dict().values()))
    assert not training.model.training


def hessian(training, decay=0.0):
    """The whole matrix, column by column, in double precision."""
    model = training.model
    batch = training.features, training.target

    def loss(weights):
        parts, at = {}, 0
        for name, each in model.named_parameters():
            parts[name] = weights[at : at + each.numel()].view_as(each)
            at += each.numel()
        outputs = torch.func.functional_call(model, parts, (batch[0].double(),))
        return training.fit.of(outputs, batch[1].double()) + decay / 2 * weights.square().sum()

    return torch.autograd.functional.hessian(loss, training.weights.double())


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_sharpness_is_the_largest_eigenvalue_of_what_is_descended(decay):
    plan = Plan(Architecture(width=4, activation="tanh"), examples=40, optimiser="sgd", rate=0.3, weight_decay=decay)
    training = Training(plan)
    for _ in range(3):
        expected = torch.linalg.eigvalsh(hessian(training, decay))[-1].item()
        assert training.measured[-1].sharpness == pytest.approx(expected, rel=2e-3)
        assert training.measured[-1].threshold == pytest.approx(2 / 0.3)
        training.steps(EVERY)


def test_of_adam_it_is_divided_by_what_steps_are_divided_by():
    training = Training(Plan(Architecture(width=4, activation="tanh"), examples=40, rate=0.02))
    assert math.isnan(training.measured[0].sharpness)
    training.steps(2 * EVERY)
    memory = training._optimiser.state[training.weights]
    scale = ((memory["exp_avg_sq"].double() / (1 - 0.999 ** (2 * EVERY))) ** 0.5 + 1e-8) ** -0.5
    expected = torch.linalg.eigvalsh(hessian(training) * scale[:, None] * scale)[-1].item()
    assert training.measured[-1].sharpness == pytest.approx(expected, rel=2e-3)
    assert training.measured[-1].threshold == pytest.approx(38 / 0.02)


@pytest.mark.parametrize(
    ("optimiser", "bound"), [("sgd", 2), ("momentum", 3.8), ("nesterov", 3.8 / 2.8), ("adamw", math.nan)]
)
def test_the_threshold_is_that_of_the_optimiser_and_follows_the_schedule(optimiser, bound):
    training = Training(Plan(SMALL, examples=20, optimiser=optimiser, rate=0.01, schedule="step", horizon=30))
    training.steps(20)
    found = [each.threshold for each in training.measured]
    np.testing.assert_allclose(found, [bound / 0.01, bound / 0.001, bound / 0.0001], rtol=1e-6)


def test_full_batch_gradient_descent_comes_to_the_edge_and_stays_there():
    plan = Plan(Architecture(activation="tanh"), PROBLEMS["checkerboard"], 200, loss="mse", optimiser="sgd", rate=0.5)
    training = Training(plan)
    training.steps(900)
    late = np.array([each.sharpness for each in training.measured[60:]])
    assert 0.9 * 4 < np.median(late) < 1.3 * 4
    assert min(each.sharpness for each in training.measured[5:20]) < 3, "it came from below"
    assert training.measured[-1].loss < 0.5 * training.measured[12].loss, "and learned on"


def test_a_large_network_is_not_measured_but_trained():
    training = Training(Plan(Architecture(depth=8, width=128), examples=1000, batch=8))
    assert not training.measures_sharpness
    training.steps(2)
    assert math.isnan(training.measured[0].sharpness)


def test_divergence_ends_it_and_is_said():
    training = Training(Plan(SMALL, PROBLEMS["sine"], 40, loss="mse", optimiser="sgd", rate=1e9))
    assert training.steps(500) < 500
    assert training.diverged and training.steps(5) == 0
    training.to(0)
    assert not training.diverged and training.step == 0


def test_enough_is_asked_before_every_step():
    training = Training(Plan(SMALL, examples=20))
    answers = iter([False, False, True])
    assert training.steps(10, lambda: next(answers)) == 2


def test_checkpoints_are_evenly_spaced_few_and_those_of_parameters_to_vector():
    training = Training(Plan(SMALL, examples=20))
    training.steps(1003)
    steps, weights = training.checkpoints
    assert len(steps) == len(weights) <= CHECKPOINTS + 1
    assert steps[0] == 0 and steps[-1] == 1003
    assert len({*np.diff(steps[:-1])}) == 1
    assert torch.equal(weights[-1], nn.utils.parameters_to_vector(training.model.parameters()).detach())
    assert torch.equal(weights[0], nn.utils.parameters_to_vector(training.plan.network.build(0).parameters()).detach())
    large = Training(Plan(Architecture(depth=20, width=128), examples=8, batch=2))
    large.steps(60)
    assert len(large.checkpoints[0]) <= FEWEST_CHECKPOINTS + 8


def test_fifty_trainings_leave_no_thread_and_no_memory_behind():
    def alive():
        gc.collect()
        return sum(isinstance(each, torch.Tensor) for each in gc.get_objects()), threading.active_count()

    def start_and_stop():
        Training(Plan(SMALL, examples=20, batch=5)).steps(12)

    start_and_stop()
    before = alive()
    for _ in range(50):
        start_and_stop()
    assert alive() == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"optimiser": "x"}, "no optimiser"),
        ({"schedule": "x"}, "no schedule"),
        ({"loss": "huber", "problem": PROBLEMS["sine"], "loss_settings": (("delta", -1),)}, "delta"),
        ({"loss": "hinge", "problem": PROBLEMS["digits"]}, "does not fit"),
        ({"rate": -1.0}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"batch": -1}, "batch"),
        ({"weight_decay": -0.1}, "weight_decay"),
        ({"horizon": 0}, "horizon"),
        ({"optimiser_settings": (("beta1", 2.0),)}, "beta1"),
        ({"batch": 1, "architecture": Architecture(normalisation="batch")}, "BatchNorm"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Plan(**wrong)


def test_equal_plans_are_one():
    one, other = ({"temperature": 2.0, "label_smoothing": 0.1}, {"label_smoothing": 0.1, "temperature": 2.0})
    assert Plan(loss_settings=pairs(one)) == Plan(loss_settings=pairs(other))
    assert len({Plan(), Plan(), Plan(seed=1)}) == 2
