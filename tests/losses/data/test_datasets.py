import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losses.data.datasets import DATASETS, Dataset, generate_line
from losses.data.outliers import Outliers, with_outliers
from losses.data.points import decimate, replace_point, robust_scale, round_scale

LINE = DATASETS["line"]


# Rows, sums of x and y, least-squares intercept and slope as published (see losses/data/files/README.md).
PUBLISHED = {
    "belgian_phones": (24, 1476.0, 1199.8, -260.059, 5.041),
    "stars": (47, 202.57, 235.57, 6.793, -0.413),
    "engel": (235, 230881.165, 146675.276, 147.475, 0.485),
    "anscombe": (11, 99.0, 82.5, 3.002, 0.500),
}


@pytest.mark.parametrize("key", PUBLISHED)
def test_published_sets_have_their_published_fit(key):
    n, sum_x, sum_y, intercept, slope = PUBLISHED[key]
    data = DATASETS[key]
    assert len(data.x) == n
    assert (data.x.sum(), data.y.sum()) == pytest.approx((sum_x, sum_y), abs=6e-3)
    assert np.polyfit(data.x, data.y, 1) == pytest.approx([slope, intercept], abs=6e-4)


@pytest.mark.parametrize(("key", "intercept", "slope"), [("engel", 81.4823, 0.5602), ("anscombe", 4.01, 0.345)])
def test_no_line_near_the_published_one_has_a_smaller_absolute_error(key, intercept, slope):
    data = DATASETS[key]
    steps = np.linspace(-1, 1, 41)
    a = intercept + 0.01 * abs(intercept) * steps[:, None, None]
    b = slope + 0.01 * slope * steps[:, None]
    cost = np.abs(data.y - a - b * data.x).mean(-1)
    assert cost[20, 20] <= cost.min() * (1 + 1e-5)


@pytest.mark.parametrize("key", DATASETS)
def test_every_data_set_is_complete_and_cannot_be_changed(key):
    data = DATASETS[key]
    assert data.key == key
    assert data is DATASETS[key]
    assert data.x.shape == data.y.shape
    assert data.x.dtype == data.y.dtype == np.float64
    assert data.scale == round_scale(data.scale)
    assert all((data.title, data.x_label, data.y_label, data.source, data.note.endswith(".")))
    for array in (data.x, data.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


def test_known_bad_rows_are_the_far_ones():
    phones, stars, anscombe, location = (DATASETS[k] for k in ("belgian_phones", "stars", "anscombe", "location"))
    assert list(phones.x[list(phones.outlier_rows)]) == [64, 65, 66, 67, 68, 69]
    assert set(stars.outlier_rows) == set(np.flatnonzero(stars.x < 3.6))
    assert anscombe.y[list(anscombe.outlier_rows)] == [12.74]
    assert location.y[list(location.outlier_rows)] == [100]
    assert (location.y.mean(), np.median(location.y)) == (22, 3)


def test_the_line_is_the_documented_one():
    errors = [0.3, -0.2, 0.1, -0.4, 0.2, 0.5, -0.3, 0.1, -0.1, 0.2, -0.4]
    assert pytest.approx([1 + 2 * x + error for x, error in enumerate(errors)]) == LINE.y
    assert list(LINE.x) == list(range(11))


def test_a_data_set_refuses_points_that_do_not_pair_up():
    story = dict.fromkeys(("key", "title", "x_label", "y_label", "source", "note"), "")
    with pytest.raises(ValueError, match="same length, got 2 and 3"):
        Dataset(x=[1, 2], y=[1, 2, 3], scale=1, **story)
    with pytest.raises(ValueError, match="y must be finite, but row 2 is nan"):
        Dataset(x=[1, 2], y=[1, np.nan], scale=1, **story)


def test_generated_numbers_are_pinned():
    x, y = generate_line(3, noise=1.0, seed=0)
    assert list(x) == [0, 5, 10]
    assert y == pytest.approx([1 + 0.12573022, 11 - 0.13210486, 21 + 0.64042265], abs=1e-8)


def test_noise_scales_the_same_draws_and_more_points_add_draws():
    x, quiet = generate_line(20, noise=1.0, seed=5)
    _, loud = generate_line(20, noise=3.0, seed=5)
    truth = 1 + 2 * x
    assert loud - truth == pytest.approx(3 * (quiet - truth))
    few = generate_line(10, noise=1.0, seed=5, slope=0, intercept=0)[1]
    more = generate_line(20, noise=1.0, seed=5, slope=0, intercept=0)[1]
    assert list(more[:10]) == list(few)
    assert not np.allclose(few, generate_line(10, noise=1.0, seed=6, slope=0, intercept=0)[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 1, "noise": 1, "seed": 0}, "n must be at least 2, got 1"),
        ({"n": 5, "noise": -1, "seed": 0}, "noise must be at least 0, got -1"),
        ({"n": 5, "noise": np.nan, "seed": 0}, "noise"),
        ({"n": 5, "noise": 1, "seed": -1}, "seed.*-1"),
        ({"n": 5, "noise": 1, "seed": 0, "slope": np.inf}, "slope must be finite, got inf"),
    ],
)
def test_the_generator_names_what_is_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        generate_line(**arguments)


settings = st.builds(
    Outliers,
    count=st.integers(0, 11),
    size=st.floats(0, 50),
    kind=st.sampled_from(["vertical", "leverage"]),
    side=st.sampled_from(["up", "down", "both"]),
)


@given(settings, st.integers(0, 100))
def test_outliers_move_only_their_rows_and_leave_the_inputs_alone(outliers, seed):
    before = LINE.x.copy(), LINE.y.copy()
    x, y, rows = with_outliers(LINE.x, LINE.y, outliers, LINE.scale, seed)
    assert len(set(rows)) == len(rows) == outliers.count
    others = np.setdiff1d(np.arange(11), rows)
    assert np.array_equal(x[others], LINE.x[others])
    assert np.array_equal(y[others], LINE.y[others])
    assert np.array_equal(LINE.x, before[0])
    assert np.array_equal(LINE.y, before[1])
    again = with_outliers(LINE.x, LINE.y, outliers, LINE.scale, seed)
    assert all(np.array_equal(a, b) for a, b in zip((x, y, rows), again, strict=True))


@given(st.integers(0, 10), st.sampled_from(["vertical", "leverage"]), st.sampled_from(["up", "down", "both"]))
def test_a_larger_count_only_adds_bad_points(count, kind, side):
    x, y, rows = with_outliers(LINE.x, LINE.y, Outliers(count, 7, kind, side), 1, seed=3)
    more_x, more_y, more_rows = with_outliers(LINE.x, LINE.y, Outliers(count + 1, 7, kind, side), 1, seed=3)
    assert list(more_rows[:count]) == list(rows)
    assert np.array_equal(more_x[rows], x[rows])
    assert np.array_equal(more_y[rows], y[rows])


@pytest.mark.parametrize(("side", "moves"), [("up", [10, 10, 10]), ("down", [-10] * 3), ("both", [10, -10, 10])])
def test_vertical_outliers_move_by_size_times_scale(side, moves):
    x, y, rows = with_outliers(LINE.x, LINE.y, Outliers(3, size=5, side=side), scale=2, seed=0)
    assert (y - LINE.y)[rows] == pytest.approx(moves)
    assert np.array_equal(x, LINE.x)


@pytest.mark.parametrize(("side", "expected"), [("up", [10, 9, 8]), ("down", [0, 1, 2]), ("both", [0, 10, 1])])
def test_leverage_points_move_right_by_standard_deviations_of_x(side, expected):
    x, y, rows = with_outliers(LINE.x, LINE.y, Outliers(3, size=5, kind="leverage", side=side), scale=2, seed=0)
    assert list(rows) == expected
    assert (x - LINE.x)[rows] == pytest.approx([5 * np.sqrt(10)] * 3)
    assert np.array_equal(y, LINE.y)


@pytest.mark.parametrize("kind", ["vertical", "leverage"])
def test_size_is_continuous_from_the_untouched_data(kind):
    moved = [
        np.hypot(x - LINE.x, y - LINE.y).sum()
        for x, y, _ in (with_outliers(LINE.x, LINE.y, Outliers(2, size, kind), 1, 0) for size in (0, 1, 2, 3))
    ]
    assert moved[0] == 0
    assert np.diff(moved) == pytest.approx([moved[1]] * 3)


def test_leverage_needs_no_spread_in_x():
    x, _, rows = with_outliers([0.1] * 3, [1, 2, 3], Outliers(1, 4, "leverage", "down"), 1, 0)
    assert x[rows] == pytest.approx([4.1])


def test_the_seed_chooses_the_vertical_outliers():
    chosen = {with_outliers(LINE.x, LINE.y, Outliers(1), 1, seed)[2][0] for seed in range(40)}
    assert len(chosen) > 5


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"count": -1}, "count.*-1"),
        ({"count": 1.5}, "count.*1.5"),
        ({"size": -2.0}, "size.*-2"),
        ({"size": np.inf}, "size.*inf"),
        ({"size": np.nan}, "size.*nan"),
        ({"kind": "sideways"}, "kind must be one of vertical, leverage; got 'sideways'"),
        ({"side": "left"}, "side must be one of up, down, both; got 'left'"),
    ],
)
def test_impossible_settings_name_the_value_and_what_is_allowed(setting, message):
    with pytest.raises(ValueError, match=message):
        Outliers(**setting)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LINE.x, LINE.y, Outliers(12), 1, 0), "number of points, 11; got 12"),
        ((LINE.x, LINE.y, Outliers(1), 0, 0), "scale must be a finite number above 0, got 0"),
        ((LINE.x, LINE.y, Outliers(1), np.inf, 0), "scale"),
        ((LINE.x, LINE.y, Outliers(1), 1, -5), "seed.*-5"),
        ((LINE.x, LINE.y, Outliers(1, 1e300), 1e300, 0), "y must be finite, but row . is inf"),
        (([], [], Outliers(0), 1, 0), "at least one point"),
    ],
)
def test_outliers_that_cannot_be_made_say_why(arguments, message):
    with pytest.raises(ValueError, match=message):
        with_outliers(*arguments)


def test_replacing_a_point_returns_copies():
    x, y = replace_point(LINE.x, LINE.y, 10, 12.0, -20.0)
    assert (x[10], y[10]) == (12, -20)
    assert (LINE.x[10], LINE.y[10]) == (10, pytest.approx(20.6))
    assert np.array_equal(x[:10], LINE.x[:10])


@pytest.mark.parametrize(
    ("row", "new_x", "new_y", "message"),
    [
        (11, 0, 0, "row must be between 0 and 10, got 11"),
        (-1, 0, 0, "got -1"),
        (0, np.nan, 0, "nan"),
        (0, 0, np.inf, "inf"),
    ],
)
def test_replacing_refuses_what_is_not_a_point(row, new_x, new_y, message):
    with pytest.raises(ValueError, match=message):
        replace_point(LINE.x, LINE.y, row, new_x, new_y)


@given(st.integers(1, 300), st.integers(4, 100), st.integers(0, 2**32))
def test_thinning_keeps_extremes_and_fills_up(n, most, seed):
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    rows = decimate(x, y, most)
    assert len(rows) == min(n, most)
    assert np.all(np.diff(rows) > 0)
    assert {x.argmin(), x.argmax(), y.argmin(), y.argmax()} <= set(rows)
    assert np.array_equal(rows, decimate(x, y, most))


def test_thinning_covers_x_evenly():
    x = np.random.default_rng(0).permutation(100_000) / 100_000
    rows = decimate(x, x**2, most=1000, keep=(7, 99_999))
    assert {7, 99_999} <= set(rows)
    counts = np.histogram(x[rows], bins=50, range=(0, 1))[0]
    assert counts.min() >= 18
    assert counts.max() <= 22


def test_thinning_never_drops_what_is_to_be_kept():
    x = np.arange(100.0)
    assert {*range(40, 60), 0, 99} == set(decimate(x, x, most=5, keep=range(40, 60)))
    with pytest.raises(ValueError, match="0 and 99, got 100"):
        decimate(x, x, most=5, keep=(3, 100))
    with pytest.raises(ValueError, match="most must be at least 1, got 0"):
        decimate(x, x, most=0)


def test_robust_scale_and_its_fallbacks():
    assert robust_scale([1, 2, 3, 4, 100]) == pytest.approx(1.4826)
    assert robust_scale([0, 0, 0, 0, 10]) == pytest.approx(np.sqrt(np.pi / 2) * 2)
    assert robust_scale([1e-15, 0, -2e-15, 0, 10]) == pytest.approx(np.sqrt(np.pi / 2) * 2)
    assert robust_scale([3, 3, 3]) == 1
    assert robust_scale(np.random.default_rng(0).normal(5, 3, 100_000)) == pytest.approx(3, rel=0.02)
    for bad in ([], [1, np.nan], [1.7e308, -1.7e308, 0]):
        with pytest.raises(ValueError, match=r"values"):
            robust_scale(bad)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(1, 1), (1.4, 1), (1.5, 1), (1.6, 2), (3.4, 2), (3.6, 5), (7.4, 5), (7.6, 10), (0.0123, 0.01), (340, 200)],
        *[(999.9999999999999, 1000), (1e-300, 1e-300), (1.7e308, 1e308), (5e-324, 5e-324)],
    ],
)
def test_round_scale(value, expected):
    assert round_scale(value) == expected


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf])
def test_only_a_positive_number_can_be_rounded(value):
    with pytest.raises(ValueError, match="above 0"):
        round_scale(value)
