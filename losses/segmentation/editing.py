"""What is done to a mask by hand: painted, shifted, grown, blurred, cut at a threshold."""

import math

import numpy as np

from losses.segmentation.distance import distance_map
from losses.segmentation.masks import LARGEST, finite, hard, product, soft

STROKE = 4096  # points of a stroke
FARTHEST = 4.0 * LARGEST
BLOCK = 2**17  # numbers of an intermediate array
NARROW = 0.02  # a standard deviation in pixels, of which a neighbour's weight is below the least number


def shifted(mask: np.ndarray, dx: int, dy: int) -> np.ndarray:
    """A mask or prediction ``[n, n]`` moved by whole pixels to the right and downwards; what comes in is empty."""
    mask = _as_given(mask)
    n = len(mask)
    dx, dy = (max(-n, min(n, _whole(value, name))) for value, name in ((dx, "dx"), (dy, "dy")))
    moved = np.zeros_like(mask)
    moved[max(dy, 0) : n + min(dy, 0), max(dx, 0) : n + min(dx, 0)] = mask[
        max(-dy, 0) : n + min(-dy, 0), max(-dx, 0) : n + min(-dx, 0)
    ]
    return moved


def grown(mask: np.ndarray, radius: float) -> np.ndarray:
    """A hard mask ``[n, n]`` dilated by a disc of this radius in pixels; eroded by one where the radius is below 0.

    What lies outside of the image does not erode: an object that the image cuts off stays cut off.
    """
    mask, radius = hard(mask), finite(radius, "radius", -FARTHEST, FARTHEST)
    if radius < 0:
        return distance_map(~mask) > -radius
    return distance_map(mask) <= radius


def blurred(mask: np.ndarray, sigma: float) -> np.ndarray:
    """A mask or prediction ``[n, n]`` as a weighted mean of what is around: a soft prediction.

    The weights are those of a Gaussian, sampled at the pixels as far as 4 sigma. At the border the image is
    mirrored, so that what is blurred has the same sum as before, and a full mask stays full.

    Parameters
    ----------
    mask
        ``[n, n]``.
    sigma
        The Gaussian's standard deviation in pixels, from 0, which changes nothing.
    """
    values, sigma = soft(mask), finite(sigma, "sigma", 0.0, float(LARGEST))
    if sigma < NARROW:
        return values
    reach = math.ceil(4 * sigma)
    n = values.shape[-1]
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    # Mirrored and mirrored again, with the border's pixels twice: pixel n is n - 1, and 2n is 0 again.
    source = (np.arange(n)[:, None] + offsets) % (2 * n)
    source = np.minimum(source, 2 * n - 1 - source)
    mixing = np.zeros((n, n))
    np.add.at(mixing, (np.broadcast_to(np.arange(n)[:, None], source.shape), source), weights / weights.sum())
    mixed = product(mixing, values, mixing.T)
    return np.clip(mixed, 0.0, 1.0)  # a sum of weights may be above 1 by a rounding


def thresholded(prediction: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """The pixels ``[..., n, n]`` whose probability is above a threshold in [0, 1], as booleans."""
    return soft(prediction) > finite(threshold, "threshold", 0.0, 1.0)


def confident(mask: np.ndarray, confidence: float) -> np.ndarray:
    """The prediction that gives a mask's answer at this confidence: that probability where 1, 1 less it where 0.

    Of a soft one, the probabilities are drawn together likewise. Below 1 every logit is finite, and with it the cost of
    a wrong answer.

    Parameters
    ----------
    mask
        ``[..., n, n]``.
    confidence
        From 1/2 to 1.
    """
    confidence = finite(confidence, "confidence", 0.5, 1.0)
    return 1 - confidence + (2 * confidence - 1) * soft(mask)


def painted(mask: np.ndarray, path: np.ndarray, radius: float, erase: bool = False) -> np.ndarray:
    """A mask with one stroke of a round brush: every pixel whose centre is within the radius of the path.

    Parameters
    ----------
    mask
        ``[n, n]``, hard or soft.
    path
        ``[k, 2]``, x and y of the stroke's points in pixels, from 1 to 4096 of them; they may lie outside of the image.
    radius
        Of the brush in pixels, from 0, which still takes the pixels whose very centre is met.
    erase
        Whether the stroke empties what it meets.

    Returns
    -------
    ndarray
        ``[n, n]``, of the mask's kind. The same stroke once more changes nothing.

    Raises
    ------
    ValueError
        For another shape of path, too many points, and numbers that are not finite or far away.
    """
    mask = _as_given(mask).copy()
    path, radius = np.asarray(path, float), finite(radius, "radius", 0.0, float(LARGEST))
    if path.ndim != 2 or path.shape[1] != 2 or not 1 <= len(path) <= STROKE:
        raise ValueError(f"a stroke is of 1 to {STROKE} points, [k, 2], got shape {path.shape}")
    if not (np.abs(path) <= FARTHEST).all():
        raise ValueError(f"a stroke's points are finite and within {FARTHEST:g} pixels of the corner")
    mask[_near(len(mask), path, radius)] = not erase
    return mask


def _near(n: int, path: np.ndarray, radius: float) -> np.ndarray:
    """Which pixels have their centres within the radius of a path: in each row they are spans, one for every segment.

    What lies within the radius of a segment is convex, and so is the span of x of it in a row. The spans are joined by
    counting where they begin and end: memory goes with points times rows, not with points times pixels.
    """
    start, end = (path[:-1], path[1:]) if len(path) > 1 else (path, path)
    counts = np.zeros((n, n + 1))
    step = max(1, BLOCK // n)
    for at in range(0, len(start), step):
        left, right = _spans(np.arange(n), start[at : at + step], end[at : at + step], radius)
        first = np.clip(np.ceil(left), 0, n)
        beyond = np.clip(np.floor(right) + 1, 0, n)
        met = first < beyond  # not where a span is empty: NaN, or between two pixels
        rows = np.broadcast_to(np.arange(n), left.shape)[met]
        np.add.at(counts, (rows, first[met].astype(int)), 1)
        np.add.at(counts, (rows, beyond[met].astype(int)), -1)
    return counts.cumsum(1)[:, :n] > 0.5


def _spans(rows: np.ndarray, start: np.ndarray, end: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """From which x to which x each row ``[n]`` is within the radius of each segment, ``[k, n]``; NaN where nowhere.

    The figure is two discs and the rectangle between them, so that the span goes from the least to the largest x of those
    of them that the row meets.
    """
    spans = [_of_disc(rows, start, radius), _of_disc(rows, end, radius), _of_rectangle(rows, start, end, radius)]
    with np.errstate(all="ignore"):
        return np.fmin.reduce([left for left, _ in spans]), np.fmax.reduce([right for _, right in spans])


def _of_disc(rows: np.ndarray, centre: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    square = radius**2 - np.square(rows - centre[:, 1:])
    half = np.sqrt(np.where(square >= 0, square, np.nan))
    return centre[:, :1] - half, centre[:, :1] + half


def _of_rectangle(rows: np.ndarray, start: np.ndarray, end: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the point of a row is between the ends along the segment, and within the radius across it."""
    run = end - start
    length = np.hypot(*run.T)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        along, down = (run[:, :1] / length, run[:, 1:] / length)
        dy = rows - start[:, 1:]
        ranges = (
            _between(along, down * dy, 0.0, length),
            _between(-down, along * dy, -radius, radius),
        )
    left, right = (np.maximum(ranges[0][0], ranges[1][0]), np.minimum(ranges[0][1], ranges[1][1]))
    empty = ~(left <= right)
    return np.where(empty, np.nan, left + start[:, :1]), np.where(empty, np.nan, right + start[:, :1])


def _between(
    slope: np.ndarray, at_zero: np.ndarray, low: float, high: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The x between which slope · x + at_zero is between low and high: all or none where the slope is 0."""
    one, other = (low - at_zero) / slope, (high - at_zero) / slope
    flat, inside = slope == 0, (low <= at_zero) & (at_zero <= high)
    left = np.where(flat, np.where(inside, -np.inf, np.inf), np.minimum(one, other))
    return left, np.where(flat, np.where(inside, np.inf, -np.inf), np.maximum(one, other))


def _as_given(mask: np.ndarray) -> np.ndarray:
    """A single mask or prediction, of booleans or of float64 as it is."""
    array = np.asarray(mask)
    array = hard(array) if array.dtype == bool else soft(array)
    if array.ndim != 2:
        raise ValueError(f"one mask at a time, [n, n], got shape {array.shape}")
    return array


def _whole(value: float, name: str) -> int:
    number = finite(value, name, -FARTHEST, FARTHEST)
    if number % 1:
        raise ValueError(f"{name} must be a whole number of pixels, got {value!r}")
    return int(number)
