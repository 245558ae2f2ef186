"""What a hand does to a mask, against SciPy and against distances to every segment written out."""

import tracemalloc

import numpy as np
import pytest
from scipy import ndimage

from losses.segmentation.editing import blurred, confident, grown, painted, shifted, thresholded
from losses.segmentation.shapes import SHAPES, drawn

EMPTY = np.zeros((32, 32), bool)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (3, -5), (-31, 2), (0, 31), (32, 0), (-900, 900)])
def test_a_shift_moves_and_leaves_nothing_behind(dx, dy):
    soft = np.random.default_rng(0).uniform(size=(32, 32))
    assert np.array_equal(shifted(soft, dx, dy), ndimage.shift(soft, (dy, dx), order=0, cval=0.0))
    assert shifted(EMPTY, dx, dy).dtype == bool


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("radius", [1.0, 1.5, 4.0])
def test_growing_and_shrinking_are_dilation_and_erosion_by_a_disc(shape, radius):
    mask = drawn(shape, 48, 18.0, (0.3, 0.5))
    reach = int(radius)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = down**2 + across**2 <= radius**2
    assert np.array_equal(grown(mask, radius), ndimage.binary_dilation(mask, disc))
    assert np.array_equal(grown(mask, -radius), ndimage.binary_erosion(mask, disc, border_value=1))
    assert np.array_equal(grown(mask, 0.0), mask)


def test_nothing_grows_to_nothing_and_all_shrinks_to_all():
    assert not grown(EMPTY, 5.0).any()
    assert grown(~EMPTY, -5.0).all()


@pytest.mark.parametrize("sigma", [0.3, 1.0, 5.0, 60.0, 256.0])
def test_a_blur_is_a_gaussian_and_keeps_the_sum(sigma):
    mask = drawn("organ", 64, 20.0, (0.1, 0.4))
    soft = blurred(mask, sigma)
    expected = ndimage.gaussian_filter(mask.astype(float), sigma, mode="reflect", radius=int(np.ceil(4 * sigma)))
    assert soft == pytest.approx(expected, abs=1e-12)
    assert soft.sum() == pytest.approx(mask.sum(), rel=1e-12)
    assert 0 <= soft.min() <= soft.max() <= 1
    assert blurred(np.ones((64, 64)), sigma) == pytest.approx(1.0, abs=1e-12)


def test_no_blur_changes_nothing_and_a_threshold_is_passed_from_above():
    mask = drawn("cells", 64, 20.0)
    assert np.array_equal(blurred(mask, 0.0), mask)
    assert np.array_equal(thresholded(np.where(mask, 0.7, 0.5)), mask)
    assert np.array_equal(thresholded(np.where(mask, 0.7, 0.5), 0.4), np.ones_like(mask))


def test_confidence_gives_the_answer_its_probability():
    assert confident([[0, 1] * 8] * 16, 0.9)[0, :2] == pytest.approx([0.1, 0.9])
    assert confident(np.full((16, 16), 0.5), 0.7) == pytest.approx(0.5)
    assert np.array_equal(confident(EMPTY, 1.0), EMPTY)


def distance_to(path, n):
    """From every pixel to the nearest point of the path, all segments written out."""
    down, across = np.mgrid[:n, :n]
    places = np.stack([across, down], -1)[..., None, :]
    start, end = (path[:-1], path[1:]) if len(path) > 1 else (path, path)
    run = end - start
    square = (run**2).sum(-1)
    along = np.clip(((places - start) * run).sum(-1) / np.where(square > 0, square, 1), 0, 1)
    return np.sqrt((((places - start) - along[..., None] * run) ** 2).sum(-1)).min(-1)


@pytest.mark.parametrize("seed", range(40))
def test_a_stroke_takes_what_is_within_its_radius(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 6))
    path = rng.uniform(-8, 40, (count, 2)) if seed % 2 else rng.integers(-3, 35, (count, 2)).astype(float)
    radius = float(rng.uniform(0.3, 7))
    distance = distance_to(path, 32)
    stroke = painted(EMPTY, path, radius)
    clear = np.abs(distance - radius) > 1e-9
    assert np.array_equal(stroke[clear], (distance <= radius)[clear])
    assert np.array_equal(painted(stroke, path, radius), stroke), "twice is once"
    erased = painted(~EMPTY, path, radius, erase=True)
    assert np.array_equal(erased, ~stroke)


def test_a_stroke_on_pixels_and_with_a_point_for_a_brush():
    assert np.argwhere(painted(EMPTY, [[5, 7]], 0.0)).tolist() == [[7, 5]]
    assert np.argwhere(painted(EMPTY, [[5, 7]], 1.0)).tolist() == [[6, 5], [7, 4], [7, 5], [7, 6], [8, 5]]
    assert np.argwhere(painted(EMPTY, [[5, 7], [5, 7], [8, 7]], 0.0)).tolist() == [[7, 5], [7, 6], [7, 7], [7, 8]]
    assert np.argwhere(painted(EMPTY, [[3, 2], [3, 4]], 0.4)).tolist() == [[2, 3], [3, 3], [4, 3]]
    soft = painted(np.full((32, 32), 0.5), [[5, 7]], 0.0)
    assert (soft[7, 5], soft[0, 0]) == (1.0, 0.5)


def test_a_long_stroke_is_painted_in_little_memory():
    """Of 4,096 points on 256 x 256 pixels, which by pairs of point and pixel would take 2 GB."""
    path = np.random.default_rng(1).uniform(0, 256, (4096, 2))
    tracemalloc.start()
    painted(np.zeros((256, 256), bool), path, 5.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40e6


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: painted(EMPTY, np.zeros((0, 2)), 1.0), "1 to 4096 points"),
        (lambda: painted(EMPTY, np.zeros((5000, 2)), 1.0), "1 to 4096 points"),
        (lambda: painted(EMPTY, [[1, 2, 3]], 1.0), "1 to 4096 points"),
        (lambda: painted(EMPTY, [[np.nan, 2]], 1.0), "finite"),
        (lambda: painted(EMPTY, [[1e9, 2]], 1.0), "finite"),
        (lambda: painted(EMPTY, [[1, 2]], -1.0), "radius"),
        (lambda: shifted(EMPTY, 0.5, 0), "dx must be a whole number"),
        (lambda: shifted(EMPTY, 0, np.nan), "dy must be a finite number"),
        (lambda: shifted(EMPTY, "3 px", 0), "dx must be a finite number"),
        (lambda: grown(EMPTY, None), "radius must be a finite number"),
        (lambda: grown(EMPTY, 10**400), "radius must be a finite number"),
        (lambda: grown(EMPTY, np.inf), "radius"),
        (lambda: grown(np.full((32, 32), 0.5), 1.0), "threshold it first"),
        (lambda: blurred(EMPTY, -1.0), "sigma"),
        (lambda: blurred(np.full((32, 32), np.nan), 1.0), "found nan"),
        (lambda: thresholded(EMPTY, 1.5), "threshold"),
        (lambda: confident(EMPTY, 0.2), "confidence"),
        (lambda: shifted(np.zeros((32, 16)), 1, 1), "as wide as high"),
        (lambda: shifted(np.zeros((2, 32, 32)), 1, 1), "one mask at a time"),
        (lambda: shifted(np.full((32, 32), "a"), 1, 1), "real numbers"),
    ],
)
def test_what_cannot_be_done_is_refused(call, named):
    with pytest.raises(ValueError, match=named):
        call()
