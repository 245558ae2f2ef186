"""The weights of the Lovász hinge where errors tie: against all orders written out, and as a subgradient."""

import itertools

import numpy as np
import pytest
import torch

from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.evaluation import evaluate
from losses.segmentation.lovasz import increments
from losses.segmentation.shapes import drawn


def tensor(values):
    return torch.tensor(np.atleast_2d(values), dtype=torch.float64)


def jaccard_loss(wrong, target):
    """Of a mask that is wrong at these places."""
    alarms = sum(target[at] == 0 for at in wrong)
    return len(wrong) / (target.sum() + alarms) if len(wrong) else 0.0


def in_order(order, target):
    """What each pixel adds if they become wrong in this order."""
    losses = [jaccard_loss(order[:count], target) for count in range(len(order) + 1)]
    added = np.zeros(len(order))
    added[list(order)] = np.diff(losses)
    return added


@pytest.mark.parametrize("target", [[1, 0, 0, 1, 0, 1, 0], [0] * 7, [1] * 7, [0, 0, 0, 0, 0, 0, 1]], ids=str)
@pytest.mark.parametrize("ties", [[7], [3, 4], [1, 4, 2], [2, 5], [1] * 7], ids=str)
def test_tied_pixels_have_the_mean_over_all_their_orders(target, ties):
    target = np.array(target)
    ends = np.cumsum(ties)
    errors = np.repeat(np.arange(len(ties), 0.0, -1), ties)
    groups = [itertools.permutations(range(end - count, end)) for count, end in zip(ties, ends, strict=True)]
    orders = [sum(parts, ()) for parts in itertools.product(*groups)]
    expected = np.mean([in_order(order, target) for order in orders], axis=0)
    found = increments(tensor(errors), tensor(target), tensor([target.sum()])).numpy()[0]
    assert found == pytest.approx(expected, abs=1e-14)
    assert found.sum() == pytest.approx(1.0, abs=1e-14)


def test_errors_that_differ_by_rounding_alone_tie_and_infinite_ones_only_with_each_other():
    target, size = tensor([1, 0, 0, 1]), tensor([2])
    tied = increments(tensor([3.0, 3.0, 1.0, 0.0]), target, size)
    assert torch.equal(increments(tensor([3.0 + 4e-16, 3.0, 1.0, 0.0]), target, size), tied)
    assert not torch.equal(increments(tensor([3.0 + 1e-9, 3.0, 1.0, 0.0]), target, size), tied)
    assert torch.equal(increments(tensor([np.inf, np.inf, 1.0, 0.0]), target, size), tied)


def test_what_is_no_number_stays_none():
    logits, target = torch.tensor([[0.5, float("nan"), -3.0]]).double(), tensor([1, 0, 0])
    assert OVERLAP["lovasz_hinge"].function(logits, target, Conventions(), logits=True).isnan()


def test_what_ties_is_pulled_by_a_subgradient():
    """f(y) is never below f(z) + g(y - z): checked where misses and false alarms tie behind others."""
    n = 16
    rng = np.random.default_rng(0)
    t = drawn("disc", n, 5.0).astype(float)
    z = np.where(t == 1, 1.0, -1.0) * rng.choice([-1.5, -0.5, 0.5], (n, n))
    z[t == 1] = np.where(rng.uniform(size=int(t.sum())) < 0.9, -1.5, -0.5)

    def at(logits, slope_in="logit"):
        return evaluate(1 / (1 + np.exp(-logits)), t, ["lovasz_hinge"], slope_in=slope_in)["lovasz_hinge"]

    here = at(z)
    for place in np.ndindex(n, n):  # along each pixel, where a wrong share between them would be seen first
        for step in (-0.3, 0.3):
            there = z.copy()
            there[place] += step
            assert at(there).value >= here.value + step * here.gradient[place] - 1e-12
    for _ in range(100):
        change = rng.choice([0.0, 0.2, -0.2], (n, n))
        assert at(z + change).value >= here.value + (change * here.gradient).sum() - 1e-12


def test_where_all_is_undecided_pixels_of_a_kind_are_pulled_alike():
    t = drawn("organ", 64, 4.8)
    for p in (0.5, 0.1, 0.9):
        gradient = evaluate(np.full((64, 64), p), t, ["lovasz_hinge"], slope_in="logit")["lovasz_hinge"].gradient
        for kind in (t, ~t):
            assert np.ptp(gradient[kind]) == 0
        assert gradient[t].max() <= 0 <= gradient[~t].min()
