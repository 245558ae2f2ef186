"""Loss against size and against shift: each point is what one evaluation gives, and some are closed forms."""

import numpy as np
import pytest

from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.curves import Object, over_shifts, over_sizes
from losses.segmentation.editing import confident, shifted
from losses.segmentation.evaluation import evaluate
from losses.segmentation.shapes import drawn

RADII = np.array([0.0, 0.5, 3.0, 9.0, 14.0])
TOLD = Conventions(smooth=0.5, background=True, pooled=True)
SETTINGS = {"tversky": {"alpha": 0.1, "beta": 0.9}}


def test_each_point_is_an_evaluation_of_its_own():
    what = Object("organ", (0.4, 0.5), 32, 0.95)
    sizes = over_sizes(RADII, (3, -2), what, conventions=TOLD, settings=SETTINGS)
    shifts = over_shifts(np.arange(-40, 41, 20), 9.0, what, conventions=TOLD, settings=SETTINGS)
    assert [*sizes.values] == [*shifts.values] == [*OVERLAP]
    for at, radius in enumerate(RADII):
        t = drawn("organ", 32, radius, (0.4, 0.5))
        one = evaluate(confident(shifted(t, 3, -2), 0.95), t, conventions=TOLD, settings=SETTINGS)
        assert sizes.share[at] == t.mean()
        for key, values in sizes.values.items():
            assert values[at] == pytest.approx(one[key].value, rel=1e-12, nan_ok=True), key
    t = drawn("organ", 32, 9.0, (0.4, 0.5))
    for at, shift in enumerate(shifts.x):
        one = evaluate(confident(shifted(t, int(shift), 0), 0.95), t, conventions=TOLD, settings=SETTINGS)
        for key, values in shifts.values.items():
            assert values[at] == pytest.approx(one[key].value, rel=1e-12, nan_ok=True), key


def test_the_same_shift_costs_a_small_object_more():
    """Dice of two discs of radius r, d apart: 1 - (2 / pi)(arccos(u) - u sqrt(1 - u²)), u = d / 2r; accuracy the other way."""
    radii = np.arange(6.0, 60.0, 6.0)
    found = over_sizes(radii, (5, 0), Object(n=128, confidence=1.0), ["dice", "accuracy"]).values
    u = 5 / (2 * radii)
    assert found["dice"] == pytest.approx(1 - 2 / np.pi * (np.arccos(u) - u * np.sqrt(1 - u**2)), abs=0.01)
    assert (np.diff(found["dice"]) < 0).all()
    assert (np.diff(found["accuracy"]) < 0).all()


def test_no_object_and_none_predicted():
    found = over_sizes(np.zeros(1), what=Object(confidence=1.0)).values
    assert found["accuracy"] == 1
    assert np.isnan(found["hausdorff"]).all()
    assert found["dice"] == found["bce"] == found["boundary"] == 0


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: over_sizes(np.arange(400.0)), "at most 256"),
        (lambda: over_sizes(np.zeros((2, 2))), "at most 256"),
        (lambda: over_sizes(np.zeros(0)), "at most 256"),
        (lambda: over_sizes(np.array([-1.0])), "radius"),
        (lambda: over_sizes(np.ones(3), what=Object(n=0)), "from 16 to 256"),
        (lambda: over_shifts(np.array([0.5]), 5.0), "whole number"),
        (lambda: over_sizes(np.ones(1), keys=["x"]), "there is no 'x'"),
    ],
)
def test_other_curves_are_refused(call, named):
    with pytest.raises(ValueError, match=named):
        call()
