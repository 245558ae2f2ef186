"""A mask as short text that fits into an address, and from the pixels of an image."""

import base64
import binascii
import zlib

import numpy as np

from losses.segmentation.masks import hard, product, side

MOST_PIXELS = 2**26  # of an image: 64 million
LONGEST = 16_384  # characters: what does not shrink at all takes 11,000


def packed(mask: np.ndarray) -> str:
    """A hard mask ``[n, n]`` as text of letters, digits, ``-`` and ``_``: its bits, compressed.

    >>> packed(np.zeros((64, 64)))
    'Y2AYBSMZAAA'
    """
    mask = hard(mask)
    if mask.ndim != 2:
        raise ValueError(f"one mask at a time, [n, n], got shape {mask.shape}")
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bits = squeeze.compress(np.packbits(mask).tobytes()) + squeeze.flush()
    return base64.urlsafe_b64encode(bits).decode().rstrip("=")


def unpacked(text: str, n: int) -> np.ndarray:
    """The mask ``[n, n]`` of which ``packed`` made this text.

    Raises
    ------
    ValueError
        For a text that is too long, or that does not hold exactly the bits of a mask of n pixels a side.
    """
    count = side(n) ** 2
    expected = (count + 7) // 8
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError(f"a packed mask is a text of at most {LONGEST} characters")
    try:
        bits = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a packed mask is of letters, digits, - and _ alone, and none of them is missing") from None
    stretch = zlib.decompressobj(-15)
    try:
        # One byte more than there may be: a bomb ends here.
        found = stretch.decompress(bits, expected + 1)
    except zlib.error:
        raise ValueError("this text is no packed mask: it does not decompress") from None
    if len(found) != expected or not stretch.eof or stretch.unused_data:
        raise ValueError(f"this text is no packed mask of {n} x {n} pixels: it is of another length")
    if np.unpackbits(np.frombuffer(found, np.uint8))[count:].any():
        raise ValueError(f"this text is no packed mask of {n} x {n} pixels: it has bits beyond the last one")
    return np.unpackbits(np.frombuffer(found, np.uint8), count=count).reshape(n, n).astype(bool)


def from_image(image: np.ndarray, n: int) -> np.ndarray:
    """The pixels of an image as a soft prediction: how bright each is, from 0 to 1, and 0 where it is transparent.

    An image that is not square is set into the middle of one that is, with nothing around it. Each pixel is
    the mean over the area that it covers, so that the mean brightness stays the same.

    Parameters
    ----------
    image
        Of whole numbers up to 255 (``uint8``): grey ``[h, w]``, grey with transparency ``[h, w, 2]``, RGB ``[h, w, 3]`` or
        RGBA ``[h, w, 4]``; at most 2**26 pixels. Brightness is that of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
    n
        Pixels a side, from 16 to 256.

    Returns
    -------
    ndarray
        float64 ``[n, n]`` in [0, 1]; ``thresholded`` makes a mask of it.

    Raises
    ------
    ValueError
        For another kind of array, and for an image without pixels or with too many.
    """
    n, image = side(n), np.asarray(image)
    if image.dtype != np.uint8:
        raise ValueError(f"an image is of whole numbers from 0 to 255 (uint8), got {image.dtype}")
    if image.ndim not in (2, 3) or (image.ndim == 3 and not 1 <= image.shape[2] <= 4):
        raise ValueError(f"an image is [h, w], or [h, w, c] with 1 to 4 channels, got shape {image.shape}")
    height, width = image.shape[:2]
    if not 1 <= height * width <= MOST_PIXELS:
        raise ValueError(f"an image has from 1 to {MOST_PIXELS:,} pixels, got {width} x {height}")
    longest = max(height, width)
    down, across = _areas(height, longest, n), _areas(width, longest, n)
    return np.clip(_bright(image, down, across) / 255, 0.0, 1.0)


def mask_from_image(image: np.ndarray, n: int) -> np.ndarray:
    """The object in an image: what is brighter than half, or than the middle of two where there are no other levels.

    So a mask of labels 0 and 1 is read, and one whose class has a dark colour.

    Parameters
    ----------
    image, n
        As ``from_image`` takes them.

    Returns
    -------
    ndarray
        Booleans ``[n, n]``, some of each.

    Raises
    ------
    ValueError
        As ``from_image``, and where everything would be object, or nothing.
    """
    soft, limit = from_image(image, n), _middle(np.asarray(image)) / 255
    mask = soft > limit
    if mask.any() and not mask.all():
        return mask
    least, most = (f"{255 * value:.3g}" for value in (soft.min(), soft.max()))
    raise ValueError(
        f"What is brighter than {255 * limit:.4g} of 255 would be object: of the {n} × {n} pixels "
        + (f"all are, the darkest with {least}." if mask.all() else f"none is, the brightest has {most}.")
        + " Make the object white and all else black."
    )


def _middle(image: np.ndarray) -> float:
    """Halfway between the two levels of an image that has no more; half of 255 for another."""
    rows = max(1, 2**21 // image.shape[1])
    blocks = range(0, len(image), rows)
    ends = [(grey.min(), grey.max()) for grey in (_grey(image[at : at + rows]) for at in blocks)]
    low, high = min(least for least, _ in ends), max(most for _, most in ends)
    two = low < high and all(np.isin(_grey(image[at : at + rows]), (low, high)).all() for at in blocks)
    return (low + high) / 2 if two else 127.5


def _bright(image: np.ndarray, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """The brightness ``[n, n]``, up to 255: row by row in blocks, because an image in floats is eight times as large."""
    rows = max(1, 2**21 // image.shape[1])
    found = np.zeros((len(down), len(across)))
    for at in range(0, len(image), rows):
        found += product(down[:, at : at + rows], _grey(image[at : at + rows]), across.T)
    return found


def _grey(image: np.ndarray) -> np.ndarray:
    if image.ndim == 2:
        return image.astype(float)
    channels = image.shape[2]
    grey = image[..., :3] @ np.array([0.299, 0.587, 0.114]) if channels >= 3 else image[..., 0].astype(float)
    return grey * (image[..., -1] / 255) if channels in (2, 4) else grey


def _areas(count: int, longest: int, n: int) -> np.ndarray:
    """How much of each of n pixels, that share ``longest`` among them, each of ``count`` in the middle covers, ``[n, count]``."""
    before = (longest - count) / 2
    ends = np.arange(n + 1) * (longest / n) - before
    pixels = np.arange(count)
    overlap = np.minimum(ends[1:, None], pixels + 1) - np.maximum(ends[:-1, None], pixels)
    return np.maximum(overlap, 0) * (n / longest)
