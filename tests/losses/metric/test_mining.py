"""Mined losses against loops over every triplet, and recall against scikit-learn's neighbours."""

import itertools
import math

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from losses.metric.classes import EACH, FEATURES, draw_classes
from losses.metric.mining import MINING, SOURCES, mined_loss, pair_gaps
from losses.metric.retrieval import distances, pair_distances, recall_at_1


def brute(points, labels, mining, margin, squared):
    """The mean loss, by loops over anchors, positives and negatives."""
    gap = lambda i, j: sum((a - b) ** 2 for a, b in zip(points[i], points[j], strict=True)) ** (1 if squared else 0.5)  # noqa: E731
    rows, losses = range(len(points)), []
    for a in rows:
        positives = [p for p in rows if p != a and labels[p] == labels[a]]
        negatives = [n for n in rows if labels[n] != labels[a]]
        if mining == "all":
            losses += [max(0, gap(a, p) - gap(a, n) + margin) for p, n in itertools.product(positives, negatives)]
        elif mining == "hard" and positives and negatives:
            losses.append(max(0, max(gap(a, p) for p in positives) - min(gap(a, n) for n in negatives) + margin))
        elif mining == "semi_hard":
            for p in positives:
                beyond = [gap(a, n) for n in negatives if gap(a, n) > gap(a, p)]
                losses += [max(0, gap(a, p) - min(beyond) + margin)] if beyond else []
    return sum(losses) / len(losses) if losses else math.nan


def batches():
    rng = np.random.default_rng(5)
    for size, classes in ((3, 2), (6, 2), (9, 3), (12, 4), (7, 6)):
        for _ in range(4):
            yield rng.normal(size=(size, 2)), rng.integers(0, classes, size)


@pytest.mark.parametrize("mining", MINING)
@pytest.mark.parametrize("squared", [False, True])
def test_the_loss_is_that_of_a_loop_over_triplets(mining, squared):
    for points, labels in batches():
        found = mined_loss(torch.from_numpy(points), torch.from_numpy(labels), mining, 0.7, squared).item()
        assert found == pytest.approx(brute(points.tolist(), labels, mining, 0.7, squared), rel=1e-12, abs=1e-15, nan_ok=True)  # fmt: skip


@pytest.mark.parametrize("mining", MINING)
@pytest.mark.parametrize("squared", [False, True])
def test_the_slope_is_a_central_difference(mining, squared):
    points, labels = torch.randn(8, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2)), torch.arange(8) % 3  # fmt: skip
    value = lambda at: mined_loss(at, labels, mining, 0.7, squared)  # noqa: E731
    at = points.clone().requires_grad_()
    (slope,) = torch.autograd.grad(value(at), at)
    for place in itertools.product(range(8), range(2)):
        step = torch.zeros_like(points)
        step[place] = 1e-6
        assert slope[place].item() == pytest.approx((value(points + step) - value(points - step)).item() / 2e-6, abs=1e-7)  # fmt: skip


@pytest.mark.parametrize("mining", MINING)
@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [0]])
def test_a_batch_of_one_class_or_without_a_pair_has_no_loss(mining, labels):
    points = torch.arange(2.0 * len(labels), dtype=torch.float64).view(-1, 2)
    assert mined_loss(points, torch.tensor(labels), mining, 1.0).isnan()


@pytest.mark.parametrize("squared", [False, True])
def test_at_one_place_the_hardest_cost_the_margin_and_pull_on_nothing(squared):
    at = torch.ones(6, 2, dtype=torch.float64, requires_grad=True)
    loss = mined_loss(at, torch.arange(6) % 2, "hard", 0.3, squared)
    (slope,) = torch.autograd.grad(loss, at)
    assert loss.item() == pytest.approx(0.3, rel=1e-15)
    assert not slope.any()
    assert not pair_gaps(at, squared).any()


def test_every_mining_has_its_source():
    assert MINING.keys() == SOURCES.keys()


def test_recall_is_that_of_the_nearest_neighbours():
    for points, labels in batches():
        _, nearest = NearestNeighbors(n_neighbors=2).fit(points).kneighbors(points)
        assert recall_at_1(points, labels) == (labels[nearest[:, 1]] == labels).mean()
    assert np.isnan(recall_at_1(np.array([[np.nan], [0.0]]), np.array([0, 0])))
    assert np.isnan(recall_at_1(np.zeros((1, 2)), np.array([0])))


def test_pairs_are_parted_by_class_and_counted_once():
    for points, labels in batches():
        pairs = [(math.dist(points[i], points[j]), labels[i] == labels[j]) for i, j in itertools.combinations(range(len(points)), 2)]  # fmt: skip
        within, between = pair_distances(points, labels)
        assert sorted(within) == pytest.approx(sorted(apart for apart, same in pairs if same))
        assert sorted(between) == pytest.approx(sorted(apart for apart, same in pairs if not same))
    assert not distances(np.ones((3, 2))).any()


def test_classes_are_gaussians_around_centres():
    drawn = draw_classes(5, torch.Generator().manual_seed(1))
    assert drawn.features.shape == drawn.new_features.shape == (5 * EACH, FEATURES)
    for features in (drawn.features, drawn.new_features):
        groups = features.view(5, EACH, FEATURES)
        assert (groups - groups.mean(1, keepdim=True)).std().item() == pytest.approx(1, abs=0.06)
    assert not torch.equal(drawn.features, drawn.new_features)
    again = draw_classes(5, torch.Generator().manual_seed(1))
    assert torch.equal(drawn.new_features, again.new_features)
