"""A prediction that grows: its steps written out, turn by turn the same, back and forth the same."""

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, jaccard_score

from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.evaluation import evaluate
from losses.segmentation.growing import Growing, Plan
from losses.segmentation.shapes import drawn

N = 32
TARGET = drawn("organ", N, 10.0)
START = 0.1 + 0.4 * np.random.default_rng(0).uniform(size=(N, N))
LEARNED = [key for key, one in OVERLAP.items() if not one.measure]


@pytest.mark.parametrize("key", LEARNED)
def test_steps_go_down_the_gradient_in_the_logits(key):
    """Of SGD, with the gradients that the page shows."""
    told = Conventions(smooth=1.0, background=True)
    growing = Growing(Plan(key, conventions=told, optimiser="sgd", learning_rate=3.0), START, TARGET)
    z = np.log(START / (1 - START))
    for _ in range(3):
        here = evaluate(1 / (1 + np.exp(-z)), TARGET, [key], told, slope_in="logit")[key]
        assert growing.losses[-1] == pytest.approx(here.value, rel=1e-10)
        z = z - 3.0 * here.gradient
        growing.go()
        assert growing.prediction == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-10)


@pytest.mark.parametrize("key", LEARNED)
def test_every_loss_finds_the_object(key):
    growing = Growing(Plan(key, learning_rate=0.2), np.full((N, N), 0.3), TARGET)
    assert growing.go(150) == 150
    assert growing.losses[-1] < growing.losses[0]
    assert growing.dices[0] == 0
    assert growing.dices[-1] == 1 or key == "boundary", "whose outermost pixels are at distance 0"
    assert growing.dices[-1] > 0.8
    assert len(growing.losses) == len(growing.dices) == len(growing.jaccards) == growing.steps + 1 == 151


def test_the_indices_are_those_of_the_mask():
    growing = Growing(Plan("bce", learning_rate=0.1), START, TARGET)
    for _ in range(5):
        growing.go(4)
        mask = growing.prediction > 0.5
        assert growing.dices[-1] == pytest.approx(f1_score(TARGET.ravel(), mask.ravel()), rel=1e-14)
        assert growing.jaccards[-1] == pytest.approx(jaccard_score(TARGET.ravel(), mask.ravel()), rel=1e-14)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
def test_it_is_the_same_in_turns_and_after_going_back(optimiser):
    plan = Plan("focal_tversky", optimiser=optimiser, learning_rate=0.5)
    at_once, in_turns = Growing(plan, START, TARGET), Growing(plan, START, TARGET)
    at_once.go(25)
    for steps in (1, 0, 9):
        in_turns.go(steps)
    kept = in_turns.snapshot()
    for _ in range(2):
        in_turns.go(40)
        in_turns.restore(kept)
        assert in_turns.steps == 10
    in_turns.go(15)
    assert in_turns.losses == at_once.losses
    assert in_turns.dices == at_once.dices
    assert np.array_equal(in_turns.prediction, at_once.prediction)


def test_a_momentum_is_that_of_torch():
    growing = Growing(
        Plan("dice", optimiser="momentum", learning_rate=2.0, optimiser_settings={"momentum": 0.8}), START, TARGET
    )
    growing.go(6)
    z = torch.tensor(START).logit().requires_grad_()
    t, descent = torch.tensor(TARGET, dtype=torch.float64), torch.optim.SGD([z], lr=2.0, momentum=0.8)
    for _ in range(6):
        descent.zero_grad()
        p = z.sigmoid()
        (1 - 2 * (p * t).sum() / (p.sum() + t.sum())).backward()
        descent.step()
    assert growing.prediction == pytest.approx(z.detach().sigmoid().numpy(), rel=1e-10)


def test_a_sure_start_can_still_move_and_it_ends_where_the_plan_does():
    growing = Growing(Plan("bce", length=30, learning_rate=1.0), np.zeros((N, N)), TARGET)
    assert np.isfinite(growing.losses[0])
    assert growing.go(20) == 20
    assert growing.go(20) == 10
    assert growing.go(20) == 0
    assert growing.dices[-1] == 1


def test_nothing_to_find_is_found():
    growing = Growing(Plan("bce"), np.full((N, N), 0.4), np.zeros((N, N)))
    assert growing.dices == growing.jaccards == [1.0]
    growing.go(5)
    assert growing.losses[-1] < growing.losses[0]


def test_what_diverges_stops():
    """A decay of the weights by more than twice of what they are."""
    plan = Plan("bce", optimiser="adamw", learning_rate=1e4, optimiser_settings={"weight_decay": 1.0})
    growing = Growing(plan, START, TARGET)
    taken = growing.go(500)
    assert taken < 100
    assert growing.diverged
    assert growing.go(5) == 0
    assert growing.steps == taken


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"loss": "x"}, "there is no loss 'x'"),
        ({"optimiser": "x"}, "there is no optimiser 'x'"),
        ({"loss": "accuracy"}, "is a measure"),
        ({"optimiser": "lbfgs"}, "single steps"),
        ({"length": 10**6}, "length"),
        ({"length": 1.5}, "length"),
        ({"settings": {"x": 1}}, "no parameter 'x'"),
        ({"learning_rate": -1.0}, "learning_rate"),
        ({"optimiser_settings": {"x": 1}}, "no parameter 'x'"),
    ],
)
def test_other_plans_are_refused(settings, named):
    with pytest.raises(ValueError, match=named):
        Plan(**settings)


def test_one_prediction_grows():
    with pytest.raises(ValueError, match="one prediction"):
        Growing(Plan(), np.stack([START] * 2), np.stack([TARGET] * 2))
