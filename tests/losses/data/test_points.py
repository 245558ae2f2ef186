"""Rows that stand for all of a long file."""

import numpy as np
import pytest
import torch

from losses.data.points import as_labelled, as_points, column, sample_by_class


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


def test_columns_are_copies_in_float64_of_lists_arrays_and_tensors():
    given = np.array([1.0, 2.0])
    for kind in (list, tuple, np.array, torch.tensor, lambda values: torch.tensor(values, requires_grad=True)):
        found = column(kind(given), "x")
        assert found.dtype == np.float64
        assert found.tolist() == [1, 2]
    assert not np.shares_memory(column(given, "x"), given)
    assert column([], "x").shape == (0,)


@pytest.mark.parametrize(
    ("check", "arguments", "said"),
    [
        (column, ([[1, 2]], "x"), r"x must be one-dimensional, got shape \(1, 2\)"),
        (column, (["a"], "x"), "x must be numbers"),
        (column, ([1, 2, -np.inf], "x"), "x must be finite, but row 3 is -inf"),
        (as_points, ([1, 2, 3], [1, 2]), "x and y must have the same length, got 3 and 2"),
        (as_points, ([], []), "at least one point is needed, got none"),
        (as_points, ([1], [np.nan], ("a", "b")), "b must be finite, but row 1 is nan"),
        (as_labelled, ([[1, 2, 3]], [1]), r"features must be \[n, 2\] and label \[n\], got shapes \(1, 3\) and \(1,\)"),
        (as_labelled, ([[1, 2]], [1, -1]), r"got shapes \(1, 2\) and \(2,\)"),
        (as_labelled, ([1, 2], [1, -1]), r"got shapes \(2,\) and \(2,\)"),
        (as_labelled, (np.empty((0, 2)), []), "at least one point is needed, got none"),
        (as_labelled, ([[1, 2], [3, np.inf]], [1, -1]), "features must be finite, but row 2 is 3, inf"),
        (as_labelled, ([[1, 2], [3, 4]], [1, 0]), r"label must be -1 or \+1, but row 2 is 0"),
    ],
)
def test_one_wording_for_what_is_no_point(check, arguments, said):
    with pytest.raises(ValueError, match=said):
        check(*arguments)
