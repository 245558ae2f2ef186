"""Distances on the grid against SciPy's, exactly; signed ones against those of the boundary loss's own code."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.spatial.distance import directed_hausdorff

from losses.segmentation.distance import distance_map, distances_at, edge, hausdorff, signed_distance
from losses.segmentation.shapes import SHAPES, drawn


def masks(n):
    rng = np.random.default_rng(n)
    yield from (drawn(shape, n, 0.35 * n, (0.4, 0.55)) for shape in SHAPES)
    yield from (rng.uniform(size=(n, n)) < share for share in (1 / n**2, 0.002, 0.05, 0.5, 0.99))
    corner = np.zeros((n, n), bool)
    corner[0, -1] = True
    yield corner
    yield ~corner


def one_hot2dist(mask):
    """As github.com/LIVIAETS/boundary-loss, utils.py, has it."""
    if not mask.any():
        return np.zeros(mask.shape)
    negative = ~mask
    return ndimage.distance_transform_edt(negative) * negative - (ndimage.distance_transform_edt(mask) - 1) * mask


@pytest.mark.parametrize("n", [16, 33, 100])
def test_distances_are_exact(n):
    several = [mask for mask in masks(n) if mask.any()]
    found = distance_map(np.stack(several))
    for mask, distances in zip(several, found, strict=True):
        expected = ndimage.distance_transform_edt(~mask)
        assert np.array_equal(distances, expected)
        rows, columns = np.nonzero(np.random.default_rng(0).uniform(size=(n, n)) < 0.1)
        assert np.array_equal(distances_at(mask, rows, columns), expected[rows, columns])


def test_without_a_mask_all_is_infinitely_far():
    assert np.isinf(distance_map(np.zeros((16, 16)))).all()
    assert distances_at(np.ones((16, 16)), np.array([], int), np.array([], int)).shape == (0,)


@pytest.mark.parametrize("n", [16, 64])
def test_signed_distances_are_those_of_the_papers_code(n):
    for mask in masks(n):
        if not mask.all():
            assert np.array_equal(signed_distance(mask), one_hot2dist(mask))
    assert not signed_distance(np.ones((n, n))).any()


def test_a_signed_distance_is_kept_and_cannot_be_spoiled():
    mask = drawn("disc", 64, 20.0)
    kept = signed_distance(mask)
    assert signed_distance(mask.astype(float)) is kept
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0] = 1
    assert signed_distance(~mask) is not kept


@pytest.mark.parametrize("n", [16, 50])
def test_an_edge_is_what_erosion_takes_away(n):
    several = list(masks(n))
    for mask, found in zip(several, edge(np.stack(several)), strict=True):
        assert np.array_equal(found, mask & ~ndimage.binary_erosion(mask))


def test_hausdorff_distances_are_those_between_edges():
    several = [mask for mask in masks(48) if mask.any()]
    for first, second in zip(several, several[1:] + several[:1], strict=True):
        points = [np.argwhere(mask & ~ndimage.binary_erosion(mask)) for mask in (first, second)]
        expected = max(directed_hausdorff(*points)[0], directed_hausdorff(*points[::-1])[0])
        assert hausdorff(first, second) == pytest.approx(expected, rel=1e-15)
        apart = np.linalg.norm(points[0][:, None] - points[1], axis=-1)
        within = max(np.percentile(apart.min(1), 95), np.percentile(apart.min(0), 95))
        assert hausdorff(first, second, 95.0) == pytest.approx(within, rel=1e-15)


def test_a_hausdorff_distance_needs_two_masks():
    nothing, disc = np.zeros((32, 32)), drawn("disc", 32, 9.0)
    assert np.isnan([hausdorff(nothing, disc), hausdorff(disc, nothing), hausdorff(nothing, nothing)]).all()
    assert hausdorff(disc, disc) == 0
