"""What the same shift costs an object of any size, and what any shift costs the same object."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import Conventions
from losses.segmentation.editing import confident, shifted
from losses.segmentation.evaluation import Settings, chosen, per_image, tensors
from losses.segmentation.masks import side
from losses.segmentation.shapes import Place, drawn

MOST = 2**20  # pixels of all masks of a curve
CERTAIN = 0.99


@dataclass(frozen=True)
class Object:
    """What is predicted, and how surely.

    Attributes
    ----------
    shape, place
        As ``drawn`` takes them.
    n
        Pixels a side.
    confidence
        Of the prediction in each pixel, as ``confident`` takes it.
    """

    shape: str = "disc"
    place: Place = (0.5, 0.5)
    n: int = 64
    confidence: float = CERTAIN


class Curve(NamedTuple):
    """Values ``[k]`` by key over ``x`` ``[k]``: radii or shifts in pixels; ``share`` ``[k]`` of the pixels is object."""

    x: np.ndarray
    share: np.ndarray
    values: dict[str, np.ndarray]


def over_sizes(
    radii: np.ndarray,
    shift: tuple[int, int] = (5, 0),
    what: Object | None = None,
    keys: Iterable[str] = OVERLAP,
    conventions: Conventions | None = None,
    settings: Settings | None = None,
) -> Curve:
    """What it costs to predict an object of each size that many pixels beside its place.

    Parameters
    ----------
    radii
        ``[k]``, pixels, from 0: no object, and none predicted.
    shift
        To the right and downwards, whole pixels.
    what
        The object; a disc by default.
    keys, conventions, settings
        As ``evaluate`` takes them. Each size is an image of its own: they are not pooled.

    Returns
    -------
    Curve
        Over the radii. Not a number where something is undefined, as a Hausdorff distance without an object.

    Raises
    ------
    ValueError
        As ``drawn`` and ``evaluate``, and for more than 2**20 pixels in all.

    Examples
    --------
    >>> over_sizes(np.array([4.0, 12.0]), keys=["jaccard"], what=Object(confidence=1.0)).values["jaccard"].round(2).tolist()
    [0.84, 0.42]
    """
    what = what or Object()
    radii = _bounded(radii, what)
    targets = np.stack([drawn(what.shape, what.n, radius, what.place) for radius in radii])
    predictions = np.stack([shifted(target, *shift) for target in targets])
    return _curve(radii, predictions, targets, what, _told(keys, conventions, settings))


def over_shifts(
    shifts: np.ndarray,
    radius: float,
    what: Object | None = None,
    keys: Iterable[str] = OVERLAP,
    conventions: Conventions | None = None,
    settings: Settings | None = None,
) -> Curve:
    """What it costs to predict an object each of these whole numbers of pixels to the right of its place.

    Parameters
    ----------
    shifts
        ``[k]``, whole pixels; to the left where they are below 0.
    radius
        Of the object, pixels.
    what, keys, conventions, settings
        As ``over_sizes`` takes them, which says what is returned and raised.
    """
    what = what or Object()
    shifts = _bounded(shifts, what)
    target = drawn(what.shape, what.n, radius, what.place)
    predictions = np.stack([shifted(target, shift, 0) for shift in shifts])
    targets = np.broadcast_to(target, predictions.shape)
    return _curve(shifts, predictions, targets, what, _told(keys, conventions, settings))


class _Told(NamedTuple):
    asked: list
    conventions: Conventions


def _told(keys: Iterable[str], conventions: Conventions | None, settings: Settings | None) -> _Told:
    return _Told(chosen(keys, settings), replace(conventions or Conventions(), pooled=False))


def _bounded(values: np.ndarray, what: Object) -> np.ndarray:
    values, most = np.asarray(values, float), MOST // side(what.n) ** 2
    if values.ndim != 1 or not 1 <= len(values) <= most:
        raise ValueError(
            f"a curve is over [k] values, at most {most} of {what.n} pixels a side, got shape {values.shape}"
        )
    return values


def _curve(x: np.ndarray, predictions: np.ndarray, targets: np.ndarray, what: Object, told: _Told) -> Curve:
    p, t = tensors(confident(predictions, what.confidence), targets)
    values = {one.key: per_image(one, p, t, told.conventions, parameters).numpy() for one, parameters in told.asked}
    return Curve(x, t.mean(-1).numpy(), values)
