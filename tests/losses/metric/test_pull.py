"""Losses and pulls of an anchor, a positive and negatives, against formulas of the papers written out in plain Python."""

import math

import numpy as np
import pytest
import torch

from losses import LOSSES
from losses.metric.pull import EMBEDDING, along, pulled
from losses.metric.zones import OF_PAIRS, ZONES, ZONES_OF, radii, zone, zone_ends, zones

SETTINGS = {
    "contrastive": {"margin": 1.4},
    "triplet": {"margin": 0.8},
    "squared_triplet": {"margin": 1.7},
    "margin_ranking": {"margin": 0.6},
    "cosine_embedding": {"margin": 0.2},
    "info_nce": {"temperature": 0.3},
    "n_pair": {},
    "arcface": {"margin": 0.4, "scale": 5.0},
}


def distance(a, b):
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)))


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


def softmax_loss(own, others):
    return -math.log(math.exp(own) / (math.exp(own) + sum(map(math.exp, others))))


def plain(key, points, margin=0.0, temperature=1.0, scale=1.0):  # noqa: PLR0911
    """A loss by its formula: sums over pairs, over triplets, or one cross-entropy."""
    anchor, positive, *negatives = points
    near = distance(anchor, positive)
    match key:
        case "contrastive":  # Hadsell et al. 2006, equation 4, without its ½
            return near**2 + sum(max(0, margin - distance(anchor, one)) ** 2 for one in negatives)
        case "triplet":
            return sum(max(0, near - distance(anchor, one) + margin) for one in negatives)
        case "squared_triplet":  # Schroff et al. 2015, equation 3
            return sum(max(0, near**2 - distance(anchor, one) ** 2 + margin) for one in negatives)
        case "margin_ranking":
            return sum(max(0, margin - cosine(anchor, positive) + cosine(anchor, one)) for one in negatives)
        case "cosine_embedding":
            return 1 - cosine(anchor, positive) + sum(max(0, cosine(anchor, one) - margin) for one in negatives)
        case "info_nce":
            return softmax_loss(cosine(anchor, positive) / temperature, [cosine(anchor, one) / temperature for one in negatives])  # fmt: skip
        case "n_pair":  # Sohn 2016, equation 6
            return math.log(1 + sum(math.exp(np.dot(anchor, one) - np.dot(anchor, positive)) for one in negatives))
        case "arcface":  # Deng et al. 2019, equation 3
            own = math.cos(math.acos(cosine(anchor, positive)) + margin)
            return softmax_loss(scale * own, [scale * cosine(anchor, one) for one in negatives])


def scenes():
    rng = np.random.default_rng(3)
    return [rng.normal(size=(2 + count, 2)) for count in (1, 1, 2, 3, 5) for _ in range(4)]


def test_every_loss_of_the_family_is_there():
    assert EMBEDDING.keys() == SETTINGS.keys() == {key for key, loss in LOSSES.items() if loss.family == "embedding"}


@pytest.mark.parametrize("key", SETTINGS)
def test_values_and_pulls(key):
    step = 1e-6
    for points in scenes():
        found = pulled(points, {key: SETTINGS[key]})[key]
        value = lambda moved: plain(key, moved.tolist(), **SETTINGS[key])  # noqa: E731
        assert found.value == pytest.approx(value(points), rel=1e-12, abs=1e-14)
        for row in range(len(points)):
            for side in range(2):
                away = np.zeros_like(points)
                away[row, side] = step
                slope = (value(points + away) - value(points - away)) / (2 * step)
                assert found.pulls[row, side] == pytest.approx(-slope, rel=1e-6, abs=1e-7)


def test_all_losses_at_once_give_what_each_gives_alone():
    points = scenes()[9]
    together = pulled(points, SETTINGS)
    for key, found in together.items():
        alone = pulled(points, {key: SETTINGS[key]})[key]
        assert found.value == pytest.approx(alone.value, rel=1e-13)
        np.testing.assert_allclose(found.pulls, alone.pulls, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("on_circle", [False, True])
def test_pulls_do_not_depend_on_whether_slopes_are_recorded(on_circle):
    turns = np.array([0.3, 1.1, 2.9, 4.0])
    points = np.stack([np.cos(turns), np.sin(turns)], 1)
    steps = np.array([20.0, 75.0])
    expected = pulled(points, SETTINGS, on_circle), along(points, "triplet", {}, steps, on_circle)
    with torch.no_grad():
        found = pulled(points, SETTINGS, on_circle), along(points, "triplet", {}, steps, on_circle)
    for key, each in expected[0].items():
        assert found[0][key].value == each.value
        np.testing.assert_array_equal(found[0][key].pulls, each.pulls)
    np.testing.assert_array_equal(found[1], expected[1])


def test_losses_torch_has_are_torchs():
    anchor, positive, negative = (torch.from_numpy(row)[None] for row in scenes()[0])
    functional = torch.nn.functional
    found = pulled(scenes()[0], SETTINGS)
    triplet = functional.triplet_margin_loss(anchor, positive, negative, margin=0.8, eps=0)
    assert found["triplet"].value == pytest.approx(triplet.item(), rel=1e-12)
    one = torch.ones(1, dtype=torch.float64)
    pairs = functional.cosine_embedding_loss(anchor, positive, one, margin=0.2)
    pairs = pairs + functional.cosine_embedding_loss(anchor, negative, -one, margin=0.2)
    assert found["cosine_embedding"].value == pytest.approx(pairs.item(), abs=1e-11)  # torch adds a constant to squares


def test_on_the_circle_a_pull_is_what_of_it_leads_along_the_circle():
    turns = np.array([0.3, 1.1, 2.9, 4.0])
    points = np.stack([np.cos(turns), np.sin(turns)], 1)
    ways = np.stack([-np.sin(turns), np.cos(turns)], 1)
    for key, found in pulled(points, SETTINGS, on_circle=True).items():
        assert np.abs((found.pulls * points).sum(1)).max() < 1e-12
        for row in range(4):
            value = lambda by: plain(key, [[math.cos(t), math.sin(t)] for t in turns + by * (np.arange(4) == row)], **SETTINGS[key])  # noqa: B023, E731  # fmt: skip
            slope = (value(1e-6) - value(-1e-6)) / 2e-6
            assert found.pulls[row] @ ways[row] == pytest.approx(-slope, rel=1e-6, abs=1e-7), key


EDGES = [
    [[0, 0], [0, 0], [0, 0]],
    [[0, 0], [1, 0], [0, 1]],
    [[1, 1], [1, 1], [1, 1]],
    [[1, 0], [1, 0], [-1, 0], [1, 0]],
    [[1e-200, 0], [1e200, 0], [0, -1e9]],
]


@pytest.mark.parametrize("points", EDGES, ids=str)
def test_zero_vectors_and_identical_points_are_finite(points):
    for key, found in pulled(np.array(points, float), SETTINGS).items():
        beyond = key in ("contrastive", "squared_triplet", "n_pair") and np.abs(points).max() > 1e100
        if not beyond:
            assert math.isfinite(found.value), key
            assert np.isfinite(found.pulls).all() or min(np.hypot(*np.array(points).T)) < 1e-100, key


def test_where_nothing_is_a_number_neither_is_the_pull():
    found = pulled(np.array([[np.nan, 0], [1, 0], [0, 1]]), SETTINGS)
    assert all(np.isnan(each.value) and np.isnan(each.pulls).all() for each in found.values())


@pytest.mark.parametrize("wrong", [np.zeros((2, 2)), np.zeros(6)])
def test_less_than_a_triplet_is_refused(wrong):
    with pytest.raises(ValueError, match="at least one negative"):
        pulled(wrong, SETTINGS)


def test_zones_are_those_of_the_triplet_loss():
    """Easy is where it costs nothing, hard where it costs the margin or more."""
    rng = np.random.default_rng(0)
    for squared, key in ((False, "triplet"), (True, "squared_triplet")):
        seen = set()
        for points in rng.normal(size=(200, 3, 2)):
            near, far = (distance(points[0], other) for other in points[1:])
            value = pulled(points, {key: {"margin": 0.9}})[key].value
            expected = "easy" if value == 0 else "hard" if value >= 0.9 else "semi-hard"
            assert zone(near, far, 0.9, squared) == expected
            inner, outer = radii(near, 0.9, squared)
            assert expected == ("hard" if far <= inner else "semi-hard" if far < outer else "easy")
            seen.add(expected)
        assert seen == {*ZONES}
    assert zone(math.nan, 1.0, 1.0) == ""


@pytest.mark.parametrize("margin", [0.5, 3.0])
def test_zones_of_pairs_are_those_of_the_contrastive_loss(margin):
    """A negative is pushed where the loss has a slope in it, by the loss's own margin, and free elsewhere."""
    seen = set()
    for points in np.random.default_rng(1).normal(size=(100, 5, 2)):
        near, *others = (distance(points[0], other) for other in points[1:])
        found = pulled(points, {"contrastive": {"margin": margin}})["contrastive"]
        told = zones("contrastive", near, others, {"margin": margin})
        assert told == tuple(OF_PAIRS[0] if pull.any() else OF_PAIRS[1] for pull in found.pulls[2:])
        seen |= {*told}
    assert seen == {*OF_PAIRS}
    assert zone_ends("contrastive", near, {"margin": margin}) == {"pushed": margin}
    at_place = pulled(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]), {"contrastive": {}})["contrastive"]
    assert not at_place.pulls[2].any()
    assert zones("contrastive", 1.0, [0.0, margin, math.nan], {"margin": margin}) == ("", "free", "")


def test_losses_that_ask_for_no_distance_have_no_zones():
    assert {*ZONES_OF} == {"triplet", "squared_triplet", "contrastive"}
    for key in {*SETTINGS} - {*ZONES_OF}:
        assert zones(key, 1.0, [0.5, 2.0], SETTINGS[key]) == ("", "")
        assert zone_ends(key, 1.0, SETTINGS[key]) == {}
    assert zone_ends("squared_triplet", 1.0, {"margin": 3.0}) == {"hard": 1.0, "semi-hard": pytest.approx(2.0)}


@pytest.mark.parametrize("key", SETTINGS)
@pytest.mark.parametrize("on_circle", [False, True])
def test_along_the_way_of_a_negative_the_loss_is_that_of_the_points_there(key, on_circle):
    turns = np.array([0.3, 1.1, 2.9, 4.0])
    points = np.stack([np.cos(turns), np.sin(turns)], 1) if on_circle else scenes()[9]
    steps = np.array([20.0, 75.0, 160.0]) if on_circle else np.array([0.2, 0.9, 2.3])
    values, slopes = along(points, key, SETTINGS[key], steps, on_circle)
    after, before = (along(points, key, SETTINGS[key], steps + by, on_circle)[0] for by in (1e-5, -1e-5))
    length = np.radians(2e-5) if on_circle else 2e-5
    np.testing.assert_allclose(slopes, (after - before) / length, rtol=1e-5, atol=1e-6)
    for step, value in zip(steps, values, strict=True):
        moved = points.copy()
        if on_circle:
            moved[2] = np.cos(turns[0] + np.radians(step)), np.sin(turns[0] + np.radians(step))
        else:
            way = points[2] - points[0]
            moved[2] = points[0] + step * way / np.hypot(*way)
        assert value == pytest.approx(plain(key, moved.tolist(), **SETTINGS[key]), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("key", SETTINGS)
@pytest.mark.parametrize("angle", [25.0, 100.0, -70.0])
def test_around_the_circle_the_push_is_the_pull_of_the_first_negative(key, angle):
    turns = np.array([0.3, 1.1, 0.3 + np.radians(angle), 4.0])
    points = np.stack([np.cos(turns), np.sin(turns)], 1)
    outwards = np.sign(angle) * np.array([-np.sin(turns[2]), np.cos(turns[2])])
    push = pulled(points, {key: SETTINGS[key]}, on_circle=True)[key].pulls[2] @ outwards
    _, slopes = along(points, key, SETTINGS[key], np.array([abs(angle)]), on_circle=True)
    assert -slopes[0] == pytest.approx(push, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("key", ["contrastive", "triplet", "squared_triplet"])
def test_where_a_negative_is_on_the_anchor_it_is_not_pushed(key):
    turns = np.random.default_rng(0).uniform(0, 2 * np.pi, 40)
    for turn in turns:
        points = np.array([[np.cos(turn), np.sin(turn)], [1.0, 0.0], [np.cos(turn + 1), np.sin(turn + 1)]])
        values, slopes = along(points, key, SETTINGS[key], np.array([0.0, 1e-6]), on_circle=True)
        assert slopes[0] == 0
        assert -slopes[1] >= 0 and values[1] == pytest.approx(values[0], abs=1e-6)


def test_a_negative_on_the_anchor_moves_to_the_right():
    points = np.array([[1.0, 1.0], [1.5, 1.0], [1.0, 1.0]])
    values, _ = along(points, "triplet", {"margin": 1.0}, np.array([0.0, 0.5, 2.0]))
    assert values.tolist() == [1.5, 1.0, 0.0]
