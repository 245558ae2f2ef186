"""A visitor's picture as pixels: every kind of PNG that there is, and files that are none."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from components.upload import image as module
from components.upload.image import read_png

PIXELS = np.arange(0, 240, 4, dtype=np.uint8).reshape(6, 10)


def png(image, **options):
    written = io.BytesIO()
    image.save(written, "PNG", **options)
    return written.getvalue()


@pytest.mark.parametrize(
    ("mode", "shape"), [("L", ()), ("1", ()), ("LA", (2,)), ("RGB", (3,)), ("RGBA", (4,)), ("P", (4,))]
)
def test_every_mode_is_read(mode, shape):
    image = Image.fromarray(PIXELS).convert(mode)
    found = read_png(png(image))
    assert found.dtype == np.uint8 and found.shape == (6, 10, *shape)
    expected = np.asarray(image.convert("RGB" if mode == "P" else mode if mode != "1" else "L"))
    assert np.array_equal(found[..., : expected.shape[-1]] if mode == "P" else found, expected)


def test_a_transparent_colour_of_a_palette_stays_so():
    image = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), "P")
    image.putpalette([255, 255, 255, 0, 0, 0])
    assert read_png(png(image, transparency=0))[..., 3].tolist() == [[0, 255], [255, 0]]


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bomb(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


SOUND = png(Image.fromarray(PIXELS))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no PNG"),
        (b"GIF89a", "no PNG"),
        (b"<svg></svg>", "no PNG"),
        (SOUND[:40], "damaged"),
        (SOUND[:-30], "damaged"),
        (SOUND[:45] + b"\xff\xff" + SOUND[47:], "damaged"),
        (bomb(5_000, 5_000), "5,000 × 5,000 pixels, and at most"),
        (bomb(60_000, 60_000), "far more pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "far more pixels"),
        (bomb(0, 5), "damaged"),
        (png(Image.fromarray(PIXELS.astype(np.int32) * 200).convert("I;16")), "8 bits"),
    ],
    ids=range(11),
)
def test_what_cannot_be_read_is_refused_in_words(raw, said):
    with pytest.raises(ValueError, match=said):
        read_png(raw)


def test_another_format_under_the_name_of_a_png_is_refused():
    written = io.BytesIO()
    Image.fromarray(PIXELS).save(written, "JPEG")
    with pytest.raises(ValueError, match="no PNG"):
        read_png(written.getvalue())


def test_a_file_that_is_too_long_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", len(SOUND) - 1)
    with pytest.raises(ValueError, match="at most"):
        read_png(SOUND)


def test_no_bytes_that_are_nearly_a_png_do_harm():
    chance = np.random.default_rng(0)
    for _ in range(300):
        raw = bytearray(SOUND)
        for at in chance.integers(8, len(raw), 3):
            raw[at] = chance.integers(256)
        try:
            assert read_png(bytes(raw)).dtype == np.uint8
        except ValueError as error:
            assert str(error)
