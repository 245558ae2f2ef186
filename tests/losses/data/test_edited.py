"""Points as they stand after the hand has been at them, and measured in standard deviations."""

import numpy as np
import pytest

from losses.data.datasets import DATASETS, Dataset
from losses.data.edited import standardised, with_edits
from losses.data.outliers import Outliers
from losses.fitting.fit import fit_line

LINE = DATASETS["line"]
NOTHING = Outliers(count=0)
LIAR = {10: (10.0, -20.0)}


def test_standardised_x_has_mean_0_and_deviation_1_and_y_stays():
    points = standardised(with_edits(LINE, NOTHING))
    assert points.x.mean() == pytest.approx(0, abs=1e-15)
    assert points.x.std() == pytest.approx(1)
    assert np.array_equal(points.y, LINE.y)
    assert np.array_equal(points.original[0], points.x)
    assert points.x_label == "x, standardised"


def test_it_is_measured_by_the_points_as_they_were_so_that_none_slips_while_one_moves():
    still = standardised(with_edits(LINE, NOTHING))
    moved = standardised(with_edits(LINE, NOTHING, moves={10: (40.0, -20.0), 0: (-7.0, 3.0)}))
    assert np.array_equal(moved.x[1:10], still.x[1:10])
    assert moved.x[[0, 10]] == pytest.approx((np.array([-7.0, 40.0]) - LINE.x.mean()) / LINE.x.std())
    assert np.array_equal(moved.original[0], still.x)
    assert np.array_equal(moved.bad, with_edits(LINE, NOTHING, moves={10: (1.0, 1.0), 0: (1.0, 1.0)}).bad)


def test_the_line_through_standardised_points_is_the_same_line():
    points = with_edits(LINE, NOTHING, moves=LIAR)
    plain, scaled = fit_line(points.x, points.y, "mse"), fit_line(standardised(points).x, points.y, "mse")
    assert scaled.predict(standardised(points).x) == pytest.approx(plain.predict(points.x))
    assert scaled.slope == pytest.approx(plain.slope * LINE.x.std())


def test_one_x_throughout_is_shifted_alone():
    column = Dataset("c", "c", np.full(3, 5.0), np.arange(3.0), "x", "y", "s", "n", 1.0)
    assert standardised(with_edits(column, NOTHING)).x.tolist() == [0, 0, 0]


def test_the_scene_given_is_left_as_it_was():
    points = with_edits(LINE, NOTHING, moves=LIAR)
    before = points.x.copy()
    standardised(points)
    assert np.array_equal(points.x, before)
    assert points.x_label == "x"


def test_points_are_added_and_taken_away_and_keep_their_rows():
    moves = {13: (5.5, 9.0), 11: (2.5, 4.0), 3: None, 0: (0.0, 7.0), 12: None}
    points = with_edits(LINE, Outliers(count=2), seed=1, moves=moves)
    assert points.rows.tolist() == [0, 1, 2, *range(4, 11), 11, 13]
    assert points.x[-2:].tolist() == [2.5, 5.5]
    assert points.y[-2:].tolist() == [4.0, 9.0]
    assert points.y[0] == 7
    whole = with_edits(LINE, Outliers(count=2), seed=1)
    stays = [row for row in range(1, 11) if row != 3]
    assert np.array_equal(points.y[1:10], whole.y[stays]), "the outliers are the same ones"
    assert np.array_equal(points.original[1], [*LINE.y[[0, *stays]], 4.0, 9.0])
    assert np.array_equal(points.bad, [True, *whole.bad[stays], True, True])


def test_enough_points_stay_for_a_line():
    with pytest.raises(ValueError, match="at least 3 points"):
        with_edits(LINE, NOTHING, moves=dict.fromkeys(range(9)))
    assert len(with_edits(LINE, NOTHING, moves={**dict.fromkeys(range(9)), 11: (0.0, 0.0)}).x) == 3
    pair = Dataset("p", "p", np.arange(2.0), np.arange(2.0), "x", "y", "s", "n", 1.0)
    assert len(with_edits(pair, NOTHING).x) == 2, "of fewer all stay"
