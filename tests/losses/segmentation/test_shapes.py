"""Shapes by formula: their areas, their places, and the sizes asked for."""

import numpy as np
import pytest
from scipy import ndimage

from losses.segmentation.shapes import SHAPES, drawn, radius_for

OBJECTS = {"disc": 1, "organ": 1, "vessel": 1, "cells": 6, "ring": 1}


@pytest.mark.parametrize("n", [64, 256])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_its_objects_within_its_radius(shape, n):
    mask = drawn(shape, n, 0.4 * n)
    assert mask.dtype == bool
    assert mask.shape == (n, n)
    assert ndimage.label(mask, np.ones((3, 3)))[1] == OBJECTS[shape]
    rows, columns = np.nonzero(mask)
    assert max(np.ptp(rows), np.ptp(columns)) <= 0.8 * n + 1
    assert max(np.ptp(rows), np.ptp(columns)) >= 0.6 * n


def test_areas_are_those_of_geometry():
    assert drawn("disc", 256, 100.0).sum() == pytest.approx(np.pi * 100**2, rel=1e-3)
    assert drawn("ring", 256, 100.0).sum() == pytest.approx(np.pi * 100**2 * 0.64, rel=2e-3)
    assert ndimage.label(~drawn("ring", 64, 20.0))[1] == 2


@pytest.mark.parametrize("n", [64, 65])
def test_the_middle_of_the_image_is_the_middle_of_the_shape(n):
    for shape in ("disc", "ring"):
        mask = drawn(shape, n, 20.3)
        assert np.array_equal(mask, mask[::-1, ::-1])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_place_moves_the_shape(shape):
    here, there = drawn(shape, 64, 12.0), drawn(shape, 64, 12.0, (0.5 + 8 / 64, 0.5 - 4 / 64))
    assert np.array_equal(np.roll(here, (-4, 8), (0, 1)), there)
    cut = drawn(shape, 64, 12.0, (0.0, 0.0))
    assert 0 < cut.sum() < here.sum()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.1])
def test_a_radius_gives_the_share(shape, share):
    radius = radius_for(shape, 128, share)
    covered = drawn(shape, 128, radius).mean()
    assert covered >= share
    assert covered - share < 0.003, "at most the pixels that come in together"
    assert drawn(shape, 128, max(radius - 0.3, 0)).mean() <= covered


def test_what_no_radius_covers_gives_the_largest():
    assert drawn("disc", 64, radius_for("disc", 64, 1.0)).all()
    assert 0.3 < drawn("vessel", 64, radius_for("vessel", 64, 1.0)).mean() < 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("heart", 64, 5.0), "there is no shape 'heart'"),
        (("disc", 8, 5.0), "from 16 to 256"),
        (("disc", 64.5, 5.0), "whole number"),
        (("disc", "large", 5.0), "from 16 to 256"),
        (("disc", np.inf, 5.0), "from 16 to 256"),
        (("disc", 64, np.nan), "radius"),
        (("disc", 64, -1.0), "radius"),
        (("disc", 64, 5.0, (np.inf, 0.5)), "place"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        drawn(*arguments)
