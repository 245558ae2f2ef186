"""Decisions and calibration against scikit-learn; proper losses settle on the truth, focal does not."""

import numpy as np
import pytest
import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score

from losses import LOSSES
from losses.boundary.evaluation import PROBABILITY_LOSSES, calibrate, decide, group_shares, learned, probabilities

TRUTH = np.array([0.0, 0.01, 0.3, 0.5, 0.9, 0.99, 1.0])
SCORE = np.random.default_rng(0).normal(0, 2, 200)
LABEL = np.where(np.random.default_rng(1).random(200) < 1 / (1 + np.exp(-SCORE)), 1.0, -1.0)


def test_decisions_are_scikit_learns():
    decided = decide(SCORE, LABEL)
    found = np.where(SCORE > 0, 1.0, -1.0)
    (tn, fp), (fn, tp) = confusion_matrix(LABEL, found)
    assert (decided.true_negative, decided.false_positive) == (tn, fp)
    assert (decided.false_negative, decided.true_positive) == (fn, tp)
    assert decided.accuracy == accuracy_score(LABEL, found)
    assert decided.precision == precision_score(LABEL, found)
    assert decided.recall == recall_score(LABEL, found)
    assert decided.right == tn + tp


def test_rates_of_nothing_are_not_numbers_and_a_score_of_zero_finds_nobody():
    decided = decide(np.zeros(3), -np.ones(3))
    assert decided.true_negative == 3
    assert np.isnan(decided.precision)
    assert np.isnan(decided.recall)


def test_calibration_is_scikit_learns():
    given = 1 / (1 + np.exp(-SCORE))
    mine = calibrate(given, LABEL)
    observed, predicted = calibration_curve(LABEL > 0, given, n_bins=10)
    assert mine.observed == pytest.approx(observed)
    assert mine.predicted == pytest.approx(predicted)
    assert mine.error == pytest.approx(np.sum(mine.count * np.abs(observed - predicted)) / 200)
    edges = calibrate(np.array([0.0, 1.0]), np.array([-1.0, 1.0]))
    assert edges.error == 0


@pytest.mark.parametrize("key", [key for key in PROBABILITY_LOSSES if key != "focal"])
def test_the_expected_loss_is_least_at_the_true_probability(key):
    assert learned(LOSSES[key], TRUTH) == pytest.approx(TRUTH, abs=1e-6)


@pytest.mark.parametrize("margin", [0.5, 3.0])
def test_the_squared_hinge_settles_on_the_truth_whatever_its_margin(margin):
    assert learned(LOSSES["squared_hinge"], TRUTH, margin=margin) == pytest.approx(TRUTH, abs=1e-6)


def test_focal_understates_confidence_by_its_number():
    focal = learned(LOSSES["focal"], np.array([0.1, 0.5, 0.9]), alpha=0.5, gamma=2.0)
    assert focal == pytest.approx([0.30579, 0.5, 0.69421], abs=1e-4)
    p = focal[2]  # the derivative of 0.9 (1 - p)² log p + 0.1 p² log(1 - p) is zero there
    assert 0.9 * ((1 - p) ** 2 / p - 2 * (1 - p) * np.log(p)) == pytest.approx(
        0.1 * (p**2 / (1 - p) - 2 * p * np.log(1 - p)), abs=1e-6
    )
    assert learned(LOSSES["focal"], TRUTH, alpha=0.5, gamma=0.0) == pytest.approx(TRUTH, abs=1e-6)


def test_a_class_weight_multiplies_the_odds():
    truth = np.array([0.01, 0.5])
    odds = 99 * truth / (1 - truth)
    assert learned(LOSSES["binary_cross_entropy"], truth, 99.0) == pytest.approx(odds / (1 + odds), abs=1e-6)


@pytest.mark.parametrize("key", ["hinge", "ramp", "perceptron", "zero_one"])
def test_scores_that_mean_no_probability_give_none(key):
    assert probabilities(LOSSES[key], SCORE, {}) is None
    assert np.isnan(learned(LOSSES[key], TRUTH)).all()


@pytest.mark.parametrize("key", ["logistic", "binary_cross_entropy", "focal"])
def test_scores_of_any_size_are_probabilities_and_have_a_loss(key):
    loss = LOSSES[key]
    extra = {"from_logits": True} if "from_logits" in loss.parameters else {}
    huge = np.array([-1e9, -1000.0, 0.0, 1000.0, 1e9])
    assert probabilities(loss, huge, extra) == pytest.approx([0, 0, 0.5, 1, 1])
    score = torch.tensor(huge, requires_grad=True)
    values = loss(score, torch.ones(5, dtype=torch.float64), **extra)
    values.sum().backward()
    assert values.isfinite().all()
    assert score.grad.isfinite().all()
    if key != "focal":
        assert values[0].item() == 1e9


def test_shares_of_groups_by_hand():
    groups = {"easy": (10_000, 0.95), "hard": (100, 0.1)}
    easy, hard = -10_000 * np.log(0.95), -100 * np.log(0.1)
    shares = group_shares(LOSSES["binary_cross_entropy"], groups)
    assert shares["easy"] == pytest.approx(100 * easy / (easy + hard))
    focal = group_shares(LOSSES["focal"], groups)
    easy, hard = easy * 0.05**2, hard * 0.9**2
    assert focal["hard"] == pytest.approx(100 * hard / (easy + hard))


def test_shares_of_what_costs_nothing_are_no_numbers_and_nothing_is_warned_of():
    with np.errstate(all="raise"):
        shares = group_shares(LOSSES["binary_cross_entropy"], {"sure": (3, 1.0), "surer": (5, 1.0)})
    assert np.isnan([*shares.values()]).all()
