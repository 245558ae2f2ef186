"""Kinks as they are declared: in order, joined where they meet, and nothing between them but straight lines."""

import pytest

from losses import LOSSES
from losses.spec.kinks import Kink, are_convex, joined, slopes_at

TUBE = ((-1.0, -2.0, 0.0), (1.0, 0.0, 3.0))


def test_kinks_stand_from_left_to_right():
    assert joined(TUBE[::-1]) == joined(TUBE) == (Kink(-1.0, -2.0, 0.0), Kink(1.0, 0.0, 3.0))


def test_kinks_at_one_place_are_one_and_none_is_there_without_a_jump():
    assert joined([(0.0, -1.0, 0.0), (0.0, 0.0, 1.0)]) == (Kink(0.0, -1.0, 1.0),)
    assert joined([(0.0, -1.0, 1.0), (2.0, 1.0, 1.0)]) == (Kink(0.0, -1.0, 1.0),)
    assert LOSSES["epsilon_insensitive"].kinks_for(epsilon=0) == LOSSES["mae"].kinks_for()


def test_a_slope_goes_on_from_one_kink_to_the_next():
    with pytest.raises(ValueError, match=r"after .*after=0.* the slope cannot be 2 at 1"):
        joined([(-1.0, -2.0, 0.0), (1.0, 2.0, 3.0)])


def test_convex_is_what_bends_upwards_everywhere():
    assert are_convex(joined(TUBE))
    assert not are_convex(LOSSES["ramp"].kinks_for())


@pytest.mark.parametrize(
    ("place", "slopes"),
    [(-2, (-2, -2)), (-1, (-2, 0)), (0, (0, 0)), (1, (0, 3)), (5, (3, 3))],
)
def test_slopes_on_either_side_of_a_place(place, slopes):
    assert slopes_at(joined(TUBE), place) == slopes


def test_parameters_of_the_kinks_are_checked():
    assert LOSSES["quantile"].kinks_for(tau=0.25) == (Kink(0.0, -0.25, 0.75),)
    with pytest.raises(ValueError, match="tau must be"):
        LOSSES["quantile"].kinks_for(tau=2)
    assert LOSSES["huber"].kinks_for() is None
