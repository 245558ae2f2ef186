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
