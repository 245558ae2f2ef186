"""The spread around a line: that of the noise, whatever bad points there are."""

import numpy as np
import pytest

from losses.fitting.spread import spread_around_line


@pytest.mark.parametrize("factor", [1.0, 1e-6, 1e6])
def test_it_is_the_deviation_of_the_noise(factor):
    random = np.random.default_rng(0)
    x = np.linspace(0, 10, 2000)
    y = factor * (3 + 2 * x + random.normal(0, 0.5, len(x)))
    assert spread_around_line(x, y) == pytest.approx(0.5 * factor, rel=0.05)
    y[::10] += 1e3 * factor
    assert spread_around_line(x, y) == pytest.approx(0.5 * factor, rel=0.2)


def test_points_on_one_line_and_points_above_one_place():
    x = np.arange(5.0)
    assert spread_around_line(x, 2 * x) == pytest.approx(1.4826 * 2 / 10)
    assert spread_around_line(x, [0, 2, 4, 6, -90]) == pytest.approx(1.4826 * 2 / 10)
    assert spread_around_line(np.ones(3), [10, 20, 30]) == pytest.approx(14.826)


def test_what_cannot_be_measured_is_refused():
    for x, y in (([], []), ([1, 2], [1]), ([1, 2], [1, np.nan]), ([1, 2, 3], [1.7e308, -1.7e308, 0])):
        with pytest.raises(ValueError, match=r"."):
            spread_around_line(x, y)
