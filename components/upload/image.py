"""A visitor's own picture, as pixels: checked before it is decoded, and never kept larger than it is used."""

import io
import warnings

import numpy as np
from PIL import Image

MOST_BYTES = 10_000_000
MOST_PIXELS = 2**24
MODES = {"1": "L", "L": "L", "LA": "LA", "P": "RGBA", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA"}
"""By the mode of a PNG file, that in which it is read; of more than 8 bits a channel none is."""


def read_png(raw: bytes) -> np.ndarray:
    """The pixels of a PNG file.

    Parameters
    ----------
    raw
        The file's bytes.

    Returns
    -------
    ndarray
        Of ``uint8``: grey ``[h, w]``, grey with transparency ``[h, w, 2]``, RGB ``[h, w, 3]`` or RGBA ``[h, w, 4]``.

    Raises
    ------
    ValueError
        For a file that is too long, has too many pixels, is no PNG, is damaged, or has more than 8 bits a channel.
    """
    if len(raw) > MOST_BYTES:
        raise ValueError(
            f"The file has {len(raw):,} bytes, and at most {MOST_BYTES:,} are read: save a smaller picture."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own bound is wider than ours
            return _pixels(raw)
    except Image.DecompressionBombError:
        raise ValueError(
            f"The picture has far more pixels than the {MOST_PIXELS:,} that are read: make it smaller."
        ) from None
    except (OSError, SyntaxError, EOFError):
        raise ValueError("This is no PNG file, or a damaged one: save the picture as PNG and try again.") from None


def _pixels(raw: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(raw), formats=["PNG"]) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:  # known before anything is decoded
            raise ValueError(
                f"The picture has {width:,} × {height:,} pixels, and at most {MOST_PIXELS:,} are read: make it smaller."
            )
        if image.mode not in MODES:
            raise ValueError(f"The picture has more than 8 bits a channel ({image.mode}): save it with 8.")
        return np.asarray(image.convert(MODES[image.mode]))
