"""Labelled points: seeded, growing without reshuffling, as unequal as asked for."""

import itertools

import numpy as np
import pytest

from losses.data.two_features import TWO_FEATURES


def by_identity(points):
    return {
        identity: (*place, label)
        for identity, place, label in zip(
            points.identity.tolist(), points.features.tolist(), points.label.tolist(), strict=True
        )
    }


@pytest.mark.parametrize("key", TWO_FEATURES)
@pytest.mark.parametrize("more", [{"n": 200}, {"ratio": 9}, {"n": 2000, "ratio": 999}])
def test_more_points_or_another_ratio_move_nobody(key, more):
    before, after = by_identity(TWO_FEATURES[key](60)), by_identity(TWO_FEATURES[key](**{"n": 60, **more}))
    common = before.keys() & after.keys()
    assert len(common) > 5
    assert all(before[identity] == after[identity] for identity in common)


@pytest.mark.parametrize("key", TWO_FEATURES)
def test_flipping_more_relabels_and_moves_nothing(key):
    shares = [TWO_FEATURES[key](500, flipped=share) for share in (0.0, 0.1, 0.3, 1.0)]
    for less, more in itertools.pairwise(shares):
        assert np.array_equal(less.features, more.features)
        assert (more.flipped >= less.flipped).all()
    assert np.array_equal(shares[3].label, -shares[0].label)
    assert shares[2].flipped.mean() == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize(("n", "ratio", "positives"), [(60, 1, 30), (1000, 99, 10), (2000, 999, 2), (4, 999, 1)])
def test_the_ratio_is_as_asked(n, ratio, positives):
    assert (TWO_FEATURES["overlap"](n, ratio).label > 0).sum() == positives


def test_a_seed_is_a_picture():
    first, again, other = (TWO_FEATURES["moons"](50, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.features, again.features)
    assert not np.array_equal(first.features, other.features)
    assert TWO_FEATURES["blobs"](4).features[0] == pytest.approx(
        [-1.04504724, -1.81675678]
    )  # NumPy's stream has not changed


def test_noise_spreads_the_same_draws():
    narrow, wide = TWO_FEATURES["blobs"](50, noise=0.0), TWO_FEATURES["blobs"](50, noise=2.0)
    once = TWO_FEATURES["blobs"](50)
    assert np.unique(narrow.features, axis=0).tolist() == [[-2.2, -1.1], [2.2, 1.1]]
    assert wide.features - narrow.features == pytest.approx(2 * (once.features - narrow.features))


def test_the_outlier_is_positive_bad_and_can_be_moved():
    points = TWO_FEATURES["outlier"](40)
    assert points.identity[points.bad].tolist() == [1]
    moved = points.edited({1: (-30.0, 1.0), 4: (0.0, 0.0), 999: (0.0, 0.0)}, 4000)
    assert sorted(moved.identity[moved.bad].tolist()) == [1, 4]
    assert moved.features[moved.identity == 1].tolist() == [[-30, 1]]
    assert points.features[points.bad][0, 0] == -8
    assert np.array_equal(moved.before(points), points.features)


def test_points_are_added_by_the_parity_of_their_number_and_taken_away():
    points = TWO_FEATURES["blobs"](40)
    edited = points.edited({4000: (1.0, 2.0), 4003: (3.0, 4.0), 0: None, 3: None, 2: (5.0, 6.0), 4001: None}, 4000)
    assert len(edited.label) == 40
    assert not {0, 3, 4001} & set(edited.identity.tolist())
    at = {number: np.flatnonzero(edited.identity == number)[0] for number in (2, 4000, 4003)}
    assert edited.label[list(at.values())].tolist() == [-1, -1, 1]
    assert edited.features[list(at.values())].tolist() == [[5, 6], [1, 2], [3, 4]]
    assert sorted(edited.identity[edited.bad].tolist()) == [2, 4000, 4003]
    before = edited.before(points)
    assert before[at[2]].tolist() == points.features[points.identity == 2][0].tolist()
    assert before[[at[4000], at[4003]]].tolist() == [[1, 2], [3, 4]]
    assert len(points.label) == 40, "the points given stay"


def test_each_class_keeps_a_point():
    points = TWO_FEATURES["blobs"](4)
    positive = points.identity[points.label > 0].tolist()
    with pytest.raises(ValueError, match="each class"):
        points.edited(dict.fromkeys(positive), 4000)
    assert len(points.edited({**dict.fromkeys(positive), 4001: (0.0, 0.0)}, 4000).label) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"n": 3}, {"n": 2001}, {"ratio": 0.5}, {"ratio": 1000}, {"flipped": 1.1}, {"noise": -1}, {"noise": np.nan}],
)
def test_what_cannot_be_drawn_is_named(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name} must be"):
        TWO_FEATURES["blobs"](**wrong)
