"""A mask as text and back, hostile text refused; and masks from images."""

import base64
import re
import tracemalloc
import zlib

import numpy as np
import pytest

from losses.segmentation.shapes import SHAPES, drawn
from losses.segmentation.storage import LONGEST, from_image, mask_from_image, packed, unpacked


def as_text(data, end=zlib.Z_FINISH):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(squeeze.compress(data) + squeeze.flush(end)).decode().rstrip("=")


@pytest.mark.parametrize("n", [16, 17, 64, 256])
def test_a_mask_comes_back(n):
    noise = np.random.default_rng(0).uniform(size=(n, n)) < 0.5
    for mask in [drawn(shape, n, 0.3 * n) for shape in SHAPES] + [noise, np.zeros((n, n), bool), np.ones((n, n), bool)]:
        text = packed(mask)
        assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
        assert len(text) <= LONGEST
        assert np.array_equal(unpacked(text, n), mask)


def test_a_shape_fits_into_an_address():
    assert all(len(packed(drawn(shape, 64, 20.0))) < 350 for shape in SHAPES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!!",
        "é",
        "A",
        "AAAA\n",
        packed(np.zeros((64, 64)))[:-3],
        packed(np.zeros((64, 64))) + "AAAA",
        packed(np.zeros((32, 32))),
        packed(np.zeros((256, 256))),
        as_text(b"\0" * 511),
        as_text(b"\0" * 512, zlib.Z_SYNC_FLUSH),
        as_text(b"\0" * 10_000_000),
        "A" * (LONGEST + 1),
        None,
        5,
    ],
)
def test_any_other_text_is_refused(text):
    with pytest.raises(ValueError, match="packed mask"):
        unpacked(text, 64)


def test_a_bomb_is_not_unpacked():
    """No more is decompressed than a mask has, of 10 MB in 14,000 characters."""
    bomb = as_text(b"\0" * 10_000_000)
    assert len(bomb) < LONGEST
    tracemalloc.start()
    with pytest.raises(ValueError, match="another length"):
        unpacked(bomb, 64)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


def test_bits_beyond_the_last_pixel_are_refused():
    with pytest.raises(ValueError, match="beyond the last"):
        unpacked(as_text(b"\xff" * 37), 17)


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (48, 48), (37, 22), (5, 30), (1, 1), (513, 700)])
def test_an_image_keeps_its_brightness(size):
    image = np.random.default_rng(0).integers(0, 256, size).astype(np.uint8)
    assert from_image(image, 16).mean() == pytest.approx(image.sum() / 255 / max(size) ** 2, rel=1e-9)


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (48, 48), (37, 22), (5, 30), (1, 1)])
def test_each_pixel_is_the_mean_over_what_it_covers(size):
    """As of the image in a square frame, each of its pixels split into 32 x 32."""
    image, longest = np.random.default_rng(0).integers(0, 256, size).astype(np.uint8), max(size)
    framed = np.zeros((32 * longest, 32 * longest))
    top, left = 16 * (longest - size[0]), 16 * (longest - size[1])
    framed[top : top + 32 * size[0], left : left + 32 * size[1]] = np.kron(image, np.ones((32, 32)))
    expected = framed.reshape(16, 2 * longest, 16, 2 * longest).mean((1, 3)) / 255
    assert from_image(image, 16) == pytest.approx(expected, abs=1e-12)


def test_colours_become_grey_and_transparency_nothing():
    colours = np.zeros((16, 16, 4), np.uint8)
    colours[..., 3] = 255
    colours[0, 0, :3], colours[0, 1, :3], colours[0, 2] = (255, 0, 0), (255, 255, 255), (255, 255, 255, 51)
    grey = from_image(colours, 16)
    assert grey[0, :4] == pytest.approx([0.299, 1.0, 0.2, 0.0])
    assert np.array_equal(from_image(colours[..., :3], 16)[0, :2], grey[0, :2])
    assert from_image(colours[..., 2:], 16)[0, :4] == pytest.approx([0.0, 1.0, 0.2, 0.0])
    assert from_image(colours[..., :1], 16)[0, :4] == pytest.approx([1.0, 1.0, 1.0, 0.0])


def test_a_mask_as_image_comes_back():
    mask = drawn("organ", 64, 20.0)
    assert np.array_equal(from_image((255 * mask).astype(np.uint8), 64), mask)
    large = np.kron(mask, np.ones((4, 4))) * 255
    assert np.array_equal(from_image(large.astype(np.uint8), 64), mask)


@pytest.mark.parametrize(
    ("image", "named"),
    [
        (np.zeros((16, 16)), "uint8"),
        (np.zeros((16, 16, 5), np.uint8), "channels"),
        (np.zeros(16, np.uint8), "shape"),
        (np.zeros((0, 16), np.uint8), "from 1 to"),
        (np.broadcast_to(np.uint8(0), (2**14, 2**13)), "pixels"),
    ],
)
def test_another_image_is_refused(image, named):
    with pytest.raises(ValueError, match=named):
        from_image(image, 16)


INSIDE = np.kron(drawn("organ", 32, 10.0), np.ones((4, 4))) == 1


@pytest.mark.parametrize(
    ("dark", "bright"),
    [
        (0, 255),
        (0, 1),
        (0, 7),
        (180, 250),
        ((0, 0, 0), (128, 0, 0)),
        ((0, 0, 0, 255), (0, 0, 128, 255)),
        ((0, 0), (9, 255)),
    ],
    ids=str,
)
def test_of_two_levels_the_brighter_one_is_the_object(dark, bright):
    image = np.where(INSIDE.reshape(128, 128, *[1] * np.ndim(dark)), np.uint8(bright), np.uint8(dark))
    assert np.array_equal(mask_from_image(image, 64), INSIDE[::2, ::2])


def test_of_more_levels_what_is_brighter_than_half_is_the_object():
    image = np.where(INSIDE, 255, np.arange(128) // 2).astype(np.uint8)
    assert np.array_equal(mask_from_image(image, 64), INSIDE[::2, ::2])


@pytest.mark.parametrize(
    ("image", "named"),
    [
        (np.zeros((40, 40), np.uint8), "none is, the brightest has 0"),
        (np.full((40, 40), 200, np.uint8), "all are, the darkest with 200"),
        (np.arange(100, dtype=np.uint8).reshape(10, 10), "127.* none is, the brightest has 99"),
        (np.eye(2000, dtype=np.uint8)[:, :1] * 255, "none is"),
    ],
    ids=["dark", "bright", "grey", "tiny"],
)
def test_an_image_without_an_object_is_refused_with_what_was_found(image, named):
    with pytest.raises(ValueError, match=named):
        mask_from_image(image, 16)
