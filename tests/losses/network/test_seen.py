"""What a network answers, against the network asked place by place."""

import numpy as np
import pytest
import torch

from losses.network.architecture import Architecture
from losses.network.plan import Plan
from losses.network.problems import PROBLEMS
from losses.network.seen import COARSEST, SIDE, Confusion, Curve, Predictions, Region, seen
from losses.network.table import table_problem
from losses.network.training import Training

SMALL = Architecture(width=6)


def outputs(training, features):
    with torch.no_grad():
        return training.model(torch.tensor(features).float())


def test_over_two_features_it_is_twice_the_probability_less_one():
    for loss, chance in (
        ("categorical_cross_entropy", lambda z: torch.softmax(z, 1)[:, 1]),
        ("logistic", lambda z: torch.sigmoid(z[:, 0])),
    ):
        training = Training(Plan(SMALL, examples=40, loss=loss))
        training.steps(30)
        look = seen(training)
        assert isinstance(look, Region) and look.answer.shape == (SIDE, SIDE)
        row, column = 11, 50
        found = chance(outputs(training, [[look.x[column], look.y[row]]])).item()
        assert look.answer[row, column] == pytest.approx(2 * found - 1, abs=1e-5)


def test_a_region_of_three_classes_has_their_numbers_and_a_number_is_predicted():
    random = np.random.default_rng(0)
    features = random.normal(size=(90, 2))
    kinds = table_problem(features, np.arange(90) % 3, ["a", "b", "c"], ["p", "q"], "own")
    assert set(np.unique(seen(Training(Plan(SMALL, kinds))).answer)) <= {0, 1, 2}
    number = Training(Plan(SMALL, table_problem(features, features[:, 0], [], ["p", "q"], "own"), loss="mse"))
    look = seen(number)
    assert look.answer[3, 5] == pytest.approx(outputs(number, [[look.x[5], look.y[3]]]).item(), abs=1e-6)


def test_along_one_feature_it_is_the_prediction():
    training = Training(Plan(SMALL, PROBLEMS["sine"], 40, loss="mse"))
    look = seen(training)
    assert isinstance(look, Curve)
    np.testing.assert_allclose(look.answer, outputs(training, look.x[:, None])[:, 0], rtol=1e-6)
    assert look.x[0] < training.task.features.min() and look.x[-1] > training.task.features.max()


def test_digits_are_counted_by_what_they_are_and_are_taken_for():
    training = Training(Plan(SMALL, PROBLEMS["digits"], 100, rate=0.03))
    training.steps(40)
    look = seen(training)
    assert isinstance(look, Confusion)
    task = training.task
    assert look.counts.sum() == len(task.new_target)
    assert look.counts.sum(1).tolist() == np.bincount(task.new_target.astype(int), minlength=10).tolist()
    assert np.trace(look.counts) / look.counts.sum() == pytest.approx(training.measured[-1].new_accuracy)


def test_numbers_of_many_features_are_set_against_their_targets():
    random = np.random.default_rng(0)
    features = random.normal(size=(60, 4))
    training = Training(Plan(SMALL, table_problem(features, features.sum(1), [], list("pqrs"), "own"), loss="mse"))
    look = seen(training)
    assert isinstance(look, Predictions)
    np.testing.assert_allclose(look.prediction, outputs(training, training.task.new_features)[:, 0], rtol=1e-6)


def test_a_large_network_is_asked_at_fewer_places():
    training = Training(Plan(Architecture(depth=20, width=128), examples=8))
    assert COARSEST <= len(seen(training).x) < SIDE
