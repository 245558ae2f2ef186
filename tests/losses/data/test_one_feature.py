"""Points of two groups: seeded, labelled, and as far apart as they say."""

import numpy as np
import pytest

from losses.data.one_feature import LABELLED, two_groups


def test_the_same_seed_gives_the_same_points():
    assert np.array_equal(two_groups(10, 2.0, 1), two_groups(10, 2.0, 1))
    assert not np.array_equal(two_groups(10, 2.0, 1)[0], two_groups(10, 2.0, 2)[0])


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_half_of_the_points_are_in_either_group(n):
    x, label = two_groups(n, 2.0, 0)
    assert x.shape == label.shape == (n,)
    assert set(label) <= {-1.0, 1.0}
    assert (label < 0).sum() == n // 2


def test_groups_lie_their_gap_apart_around_0_with_a_deviation_of_1():
    x, label = two_groups(100_000, 3.0, 0)
    for side in (-1, 1):
        assert x[label == side].mean() == pytest.approx(1.5 * side, abs=0.02)
        assert x[label == side].std() == pytest.approx(1, abs=0.02)


def test_a_wider_gap_only_shifts_the_same_draws():
    (near, label), (far, _) = two_groups(20, 2.0, 5), two_groups(20, 8.0, 5)
    assert far - near == pytest.approx(3 * label)


def test_the_sets_are_what_their_titles_say():
    overlap, apart = LABELLED["overlapping"], LABELLED["separable"]
    assert [*LABELLED] == [data.key for data in LABELLED.values()]
    assert apart.x[apart.y < 0].max() < apart.x[apart.y > 0].min()
    assert overlap.x[overlap.y < 0].max() > overlap.x[overlap.y > 0].min()
    for data in LABELLED.values():
        assert np.unique(data.y).tolist() == [-1, 1]
        assert data.note
        assert data.source
        with pytest.raises(ValueError, match="read-only"):
            data.x[0] = 0
