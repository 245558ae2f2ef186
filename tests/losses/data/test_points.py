"""Rows that stand for all of a long file."""

import numpy as np
import pytest

from losses.data.points import sample_by_class


def test_a_long_file_is_fitted_on_a_sample_of_every_class_by_its_share():
    label = np.where(np.arange(100_000) % 1_000 == 0, 1.0, -1.0)
    rows = sample_by_class(label, 2_000)
    assert len(rows) == 2_000
    assert (label[rows] > 0).sum() == 2
    assert rows.min() == 0
    assert rows.max() > 99_000
    assert (np.diff(rows) > 0).all()
    assert sample_by_class(label[:1_500], 2_000).tolist() == list(range(1_500))


@pytest.mark.parametrize("labels", [(-1, 1), (3, 7), (0, 1, 2)])
def test_classes_are_sampled_by_their_share_whatever_they_are_called(labels):
    label = np.repeat(labels, 1000 * np.arange(1, len(labels) + 1))
    chosen = label[sample_by_class(label, 300)]
    shares = [np.mean(chosen == value) for value in labels]
    assert shares == pytest.approx([np.mean(label == value) for value in labels], abs=0.01)
