"""Exact Euclidean distances on a grid of pixels: to a mask, to its edge, signed, and between two masks."""

from functools import lru_cache

import numpy as np

from losses.segmentation.masks import hard

BLOCK = 2**20  # numbers of an intermediate array
REMEMBERED = 16  # signed distance maps: half a megabyte each at the largest, and as many pairs of edges


def distance_map(mask: np.ndarray) -> np.ndarray:
    """How far each pixel is from the nearest one of the mask, exactly.

    The squared distance is the least over columns k of (j - k)² + g², where g is the distance within column k
    (Saito and Toriwaki 1994, New algorithms for Euclidean distance transformation, Pattern Recognition 27(11)).

    Parameters
    ----------
    mask
        ``[..., n, n]``; several are treated at once.

    Returns
    -------
    ndarray
        ``[..., n, n]``, pixels; 0 on the mask, infinite everywhere for an empty one.
    """
    mask = hard(mask)
    column = np.square(_within_columns(mask))
    least = column.copy()
    for offset in range(1, mask.shape[-1]):
        # No column farther away than the largest distance that is left can make one smaller.
        if offset**2 >= least.max(initial=0.0):
            break
        there = column + np.float32(offset**2)
        np.minimum(least[..., offset:], there[..., :-offset], out=least[..., offset:])
        np.minimum(least[..., :-offset], there[..., offset:], out=least[..., :-offset])
    return np.sqrt(least, dtype=float)


def distances_at(mask: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """As ``distance_map`` of one mask ``[n, n]``, for pixels ``[k]`` alone, which is faster for few of them."""
    mask = hard(mask)
    n = len(mask)
    column, across = np.square(_within_columns(mask)), np.arange(n, dtype=np.float32)
    apart = np.square(across[:, None] - across)
    step = max(1, BLOCK // n)
    least = [
        (column[rows[at : at + step]] + apart[columns[at : at + step]]).min(-1) for at in range(0, len(rows), step)
    ]
    return np.sqrt(np.concatenate(least or [np.zeros(0)]), dtype=float)


def _within_columns(mask: np.ndarray) -> np.ndarray:
    """How far each pixel is from the nearest one of the mask above or below it, float32, in which squares are exact."""
    n = mask.shape[-1]
    at = np.arange(n, dtype=np.float32)[:, None]
    above = np.maximum.accumulate(np.where(mask, at, -np.inf), axis=-2)
    below = np.minimum.accumulate(np.where(mask, at, np.inf)[..., ::-1, :], axis=-2)[..., ::-1, :]
    return np.minimum(at - above, below - at)


def signed_distance(mask: np.ndarray) -> np.ndarray:
    """The signed distance map of the boundary loss: positive outside of the mask, negative or 0 inside.

    As in the code of Kervadec et al. (2019), Boundary loss for highly unbalanced segmentation, MIDL (``one_hot2dist``):
    outside, the distance to the mask; inside, 1 less the distance to the background, so that the outermost pixels of the
    mask are at 0. An empty mask has 0 everywhere, as there, and so has a full one, of which that code says nothing
    that can be relied on: neither has a boundary.

    Parameters
    ----------
    mask
        ``[n, n]``.

    Returns
    -------
    ndarray
        ``[n, n]``, pixels; it cannot be written to, as those of the last masks are kept.
    """
    mask = hard(mask)
    return _signed(np.packbits(mask).tobytes(), len(mask))


@lru_cache(maxsize=REMEMBERED)
def _signed(packed: bytes, n: int) -> np.ndarray:
    mask = _unpacked(packed, n)
    if mask.any() and not mask.all():
        signed = distance_map(mask) * ~mask - (distance_map(~mask) - 1) * mask
    else:
        signed = np.zeros((n, n))
    signed.flags.writeable = False
    return signed


def edge(mask: np.ndarray) -> np.ndarray:
    """The pixels of a mask ``[..., n, n]`` beside which, up, down, left or right, one is not; outside of the image none is."""
    mask = hard(mask)
    around = np.pad(mask, [(0, 0)] * (mask.ndim - 2) + [(1, 1)] * 2)
    inner = around[..., :-2, 1:-1] & around[..., 2:, 1:-1] & around[..., 1:-1, :-2] & around[..., 1:-1, 2:]
    return mask & ~inner


def hausdorff(first: np.ndarray, second: np.ndarray, percent: float = 100.0) -> float:
    """The Hausdorff distance between the edges of two masks, or that which a percentage of the pixels keeps within.

    From the pixels of each edge to the other edge, the percentile of the distances, and of both the larger
    (Huttenlocher, Klanderman and Rucklidge 1993, Comparing images using the Hausdorff distance, PAMI 15(9)); as
    ``monai.metrics.compute_hausdorff_distance``. Others take the percentile of both directions together.

    Parameters
    ----------
    first, second
        ``[n, n]``.
    percent
        100 for the largest distance of all, 95 where a few pixels far off are not to decide.

    Returns
    -------
    float
        Pixels; not a number where a mask is empty, since then there is no distance.
    """
    first, second = hard(first), hard(second)
    there, back = _apart(np.packbits(first).tobytes(), np.packbits(second).tobytes(), len(first))
    if there is None or back is None:
        return np.nan
    return float(max(np.percentile(there, percent), np.percentile(back, percent)))


@lru_cache(maxsize=REMEMBERED)
def _apart(first: bytes, second: bytes, n: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """From the pixels of the edge of each packed mask to the edge of the other; None where there is none."""
    one, other = edge(_unpacked(first, n)), edge(_unpacked(second, n))
    if not (one.any() and other.any()):
        return None, None
    return distances_at(other, *np.nonzero(one)), distances_at(one, *np.nonzero(other))


def _unpacked(packed: bytes, n: int) -> np.ndarray:
    return np.unpackbits(np.frombuffer(packed, np.uint8), count=n * n).reshape(n, n).astype(bool)
