"""The training against a plain PyTorch loop, and its replay: the same numbers whichever way one comes there."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from losses.descent.optimisers import OPTIMISERS
from losses.metric.classes import APART, EACH, FEATURES
from losses.metric.mining import MINING
from losses.metric.pull import WITH_MARGIN
from losses.metric.replay import SNAPSHOTS, Replay
from losses.metric.training import FEWEST, HIDDEN, LARGEST, RESTED, Plan, Training

COLLAPSES = Plan("squared_triplet", 1.0, "hard", 6, 64, "momentum", 0.05)


def mined(embeddings, labels, plan):
    """The loss of a batch, triplet by triplet over distances of PyTorch's own."""
    gaps = torch.cdist(embeddings, embeddings, compute_mode="donot_use_mm_for_euclid_dist")
    gaps = gaps**2 if plan.squared else gaps
    losses = []
    for a in range(len(labels)):
        positives = [p for p in range(len(labels)) if labels[p] == labels[a] and p != a]
        negatives = gaps[a][labels != labels[a]]
        if not len(negatives):
            continue
        if plan.mining == "hard":
            losses += [gaps[a, positives].max() - negatives.min()] if positives else []
        elif plan.mining == "all":
            losses += [gaps[a, p] - negative for p in positives for negative in negatives]
        else:
            beyond = [(gaps[a, p], negatives[negatives > gaps[a, p]]) for p in positives]
            losses += [gap - farther.min() for gap, farther in beyond if len(farther)]
    return torch.relu(torch.stack(losses) + plan.margin).mean() if losses else None


def plain(plan, turns):
    """Losses of every turn and the map at the end, by a training loop as one writes it."""
    random = torch.Generator().manual_seed(plan.seed)
    normal = lambda *shape: torch.randn(*shape, generator=random, dtype=torch.float64)  # noqa: E731
    centers = APART / FEATURES**0.5 * normal(plan.classes, FEATURES)
    labels = torch.arange(plan.classes).repeat_interleave(EACH)
    known, new = centers[labels] + normal(len(labels), FEATURES), centers[labels] + normal(len(labels), FEATURES)
    layers = [nn.Linear(FEATURES, HIDDEN, dtype=torch.float64), nn.Linear(HIDDEN, 2, dtype=torch.float64)]
    with torch.no_grad():
        for layer in layers:
            for weights in (layer.weight, layer.bias):
                drawn = 2 * torch.rand(weights.numel(), generator=random, dtype=torch.float64) - 1
                weights.copy_((drawn / math.sqrt(layer.in_features)).view_as(weights))
    network = nn.Sequential(layers[0], nn.Tanh(), layers[1])
    build = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad}[plan.optimiser]
    optimiser, losses = build(network.parameters(), lr=plan.rate), []
    for _ in range(turns):
        batch = torch.randperm(len(labels), generator=random)[: plan.batch]
        loss = mined(network(known[batch]), labels[batch], plan)
        if loss is not None:
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        losses.append(math.nan if loss is None else loss.item())
    with torch.no_grad():
        return losses, network(new)


def trained(plan, turns):
    return Replay(plan).to(turns)


@pytest.mark.parametrize("loss", WITH_MARGIN)
@pytest.mark.parametrize("mining", MINING)
def test_losses_equal_a_plain_loop(loss, mining):
    plan = Plan(loss, 0.8, mining, 3, 9, rate=0.02, seed=4)
    losses, embedded = plain(plan, 30)
    found = trained(plan, 30)
    np.testing.assert_allclose(found.losses, losses, rtol=1e-12, atol=1e-12)
    # Without their mean: no distance depends on it, its slope is rounding alone, and Adam makes that larger.
    ours, theirs = (each - each.mean(0) for each in (found.embed(found.classes.new_features), embedded))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("optimiser", ["sgd", "adagrad"])
def test_other_optimisers_do_as_well(optimiser):
    plan = Plan(classes=4, batch=6, optimiser=optimiser, rate=0.1, seed=2)
    np.testing.assert_allclose(trained(plan, 25).losses, plain(plan, 25)[0], rtol=1e-12, atol=1e-12)


def test_a_batch_without_a_triplet_changes_nothing():
    plan = Plan(batch=4, classes=6)
    training, skipped = Training(plan), 0
    for _ in range(60):
        before = training.network.weights.clone()
        training.turn()
        if math.isnan(training.losses[-1]):
            skipped += 1
            assert torch.equal(training.network.weights, before)
    assert 0 < skipped < 60
    np.testing.assert_allclose(training.losses, plain(plan, 60)[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("key", [key for key, optimiser in OPTIMISERS.items() if not optimiser.searches])
def test_every_optimiser_trains(key):
    training = trained(Plan(optimiser=key), 5)
    assert training.turns == 5 and not training.diverged
    assert not torch.equal(training.network.weights, Training(Plan(optimiser=key)).network.weights)


def test_the_same_turn_is_the_same_whichever_way_one_came_there():
    plan = Plan(optimiser="momentum", rate=0.02)
    straight, back = Replay(plan).to(130), Replay(plan)
    for turns in (180, 60, 175, 0, 90):
        assert back.to(turns).turns == turns
    np.testing.assert_array_equal(back.to(130).losses, straight.losses)
    assert torch.equal(back.training.network.weights, straight.network.weights)
    assert len(back._snapshots) == 1 + 130 // SNAPSHOTS


def test_it_stops_where_it_is_enough():
    replay, answers = Replay(Plan()), iter([False, False, True])
    assert replay.to(50, lambda: next(answers)).turns == 2
    assert replay.to(50).turns == 50


@pytest.mark.parametrize("mining", MINING)
@pytest.mark.parametrize("rate", [1e155, 1e300])
def test_a_training_that_leaves_the_numbers_stops_there(mining, rate):
    replay = Replay(Plan("squared_triplet", mining=mining, optimiser="sgd", rate=rate))
    training = replay.to(50)
    assert training.diverged and training.turns < 50
    assert not replay.to(0).diverged


def test_the_hardest_triplets_collapse_and_semi_hard_ones_do_not():
    training = trained(COLLAPSES, 400)
    assert training.collapsed
    assert training.losses[-1] == pytest.approx(COLLAPSES.margin, rel=1e-3)
    plan = Plan(**vars(COLLAPSES) | {"mining": "semi_hard"})
    training = trained(plan, 100)
    assert not training.collapsed


@pytest.mark.parametrize("loss", WITH_MARGIN)
@pytest.mark.parametrize("margin", [30.0, 1e6])
def test_a_map_that_is_small_beside_a_large_margin_has_not_collapsed(loss, margin):
    training = trained(Plan(loss, margin), 12)
    assert training.reach < 0.2 * margin and training.losses[-1] == pytest.approx(margin, rel=0.1)
    assert training.reach > training.start and not training.collapsed


@pytest.mark.parametrize(
    ("loss", "margin", "least"), [("triplet", 1.0, 1.0), ("triplet", 0.2, 0.2), ("squared_triplet", 0.04, 0.2)]
)
def test_collapsed_goes_by_the_margin_and_by_where_the_map_began(loss, margin, least):
    training = Training(Plan(loss, margin))
    training.losses = [margin] * RESTED
    least, weights = 0.05 * min(least, training.start), training.network.weights.clone()
    for share, expected in ((0.99, True), (1.01, False)):
        training.network.weights.copy_(weights)
        training.network.weights[-2 * HIDDEN - 2 :] *= share * least / training.start
        assert training.reach == pytest.approx(share * least, rel=1e-9)
        assert training.collapsed == expected


def test_collapsed_is_where_the_loss_has_rested_at_the_margin():
    training = Training(Plan())
    training.network.weights.zero_()
    for losses, expected in (
        ([1.0] * (RESTED - 1), False),
        ([1.0] * RESTED, True),
        ([3.0, *[1.009] * RESTED], True),
        ([1.0] * 9 + [math.nan] * 3, False),
        ([1.0] * 9 + [math.nan] * 3 + [0.995], True),
        ([1.0] * RESTED + [1.02], False),
    ):
        training.losses = losses
        assert training.collapsed == expected, losses


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"loss": "mse"}, "there is no loss 'mse'"),
        ({"mining": "soft"}, "there is no mining"),
        ({"optimiser": "lbfgs"}, "searches along lines"),
        ({"classes": 2}, r"classes must be a whole number in \[3, 6\], got 2"),
        ({"classes": 3.5}, "classes must be a whole number"),
        ({"batch": 65}, r"batch must be a whole number in \[4, 64\]"),
        ({"batch": 10.5}, "batch must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 2**63}, "seed must be a whole number"),
        ({"seed": 0.5}, "seed must be a whole number"),
        ({"margin": -1}, "margin"),
        ({"margin": math.nan}, "margin"),
        ({"margin": math.inf}, "margin"),
        ({"rate": -1}, "learning_rate"),
        ({"rate": math.nan}, "learning_rate"),
        ({"optimiser": "momentum", "settings": {"momentum": 2.0}}, "momentum"),
        ({"settings": {"speed": 2.0}}, "speed"),
    ],
)
def test_what_cannot_be_is_refused(wrong, why):
    with pytest.raises(ValueError, match=why):
        Plan(**wrong)


def test_the_smallest_classes_fill_the_largest_batch():
    assert FEWEST * EACH >= LARGEST
    assert trained(Plan(classes=FEWEST, batch=LARGEST, seed=2**63 - 1), 1).turns == 1
