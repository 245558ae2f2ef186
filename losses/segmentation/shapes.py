"""Shapes by formula, as hard masks: what stands in for organs, vessels and cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from losses.segmentation.masks import finite, side

Place = tuple[float, float]
Inside = Callable[[np.ndarray, np.ndarray], np.ndarray]
FARTHEST = 1024.0  # pixels, of a radius


@dataclass(frozen=True)
class Shape:
    """A shape: what it is called, what is seen in it, and which places are in it.

    ``inside`` takes x and y ``[n, n]``, measured from the centre in radii, y downwards.
    """

    name: str
    summary: str
    inside: Inside


def _disc(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x**2 + y**2 <= 1


def _ring(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    square = x**2 + y**2
    return (square <= 1) & (square >= 0.36)


def _organ(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A bean: its outline in polar coordinates is a Fourier series of three terms."""
    turn = np.arctan2(y, x)
    outline = 0.72 + 0.2 * np.cos(2 * turn) - 0.2 * np.sin(turn) + 0.06 * np.cos(3 * turn)
    return np.hypot(x, y) <= outline


VESSEL = (  # from x, y, to x, y, bend, half the width at the beginning
    (-1.0, 0.25, 1.0, -0.15, 0.22, 0.1),
    (-0.45, 0.42, 0.35, 0.95, -0.12, 0.07),
    (0.1, -0.05, 0.75, -0.85, 0.1, 0.06),
)


def _vessel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A stem that winds from left to right and thins out, with two branches: a wave of a sine each."""
    found = np.zeros(x.shape, bool)
    for left, top, right, bottom, bend, thick in VESSEL:
        along = (x - left) / (right - left)
        turn = 2 * np.pi * along
        middle = top + along * (bottom - top) + bend * np.sin(turn)
        slope = (bottom - top + 2 * np.pi * bend * np.cos(turn)) / (right - left)
        within = np.abs(y - middle) <= thick * (1 - 0.6 * along) * np.sqrt(1 + slope**2)
        found |= within & (along >= 0) & (along <= 1)
    return found


CELLS = np.array(  # x, y, radius, flatness, tilt
    [
        (-0.55, -0.55, 0.34, 0.8, 0.4),
        (0.25, -0.62, 0.26, 0.9, 1.2),
        (0.66, 0.02, 0.3, 0.7, 2.0),
        (-0.08, 0.06, 0.24, 0.85, 0.0),
        (-0.66, 0.3, 0.22, 0.75, 2.6),
        (0.18, 0.68, 0.28, 0.8, 0.9),
    ]
)


def _cells(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Six ellipses apart from one another."""
    across, down, radius, flat, tilt = CELLS.T
    dx, dy = x[..., None] - across, y[..., None] - down
    along = dx * np.cos(tilt) + dy * np.sin(tilt)
    beside = dy * np.cos(tilt) - dx * np.sin(tilt)
    return (along**2 + (beside / flat) ** 2 <= radius**2).any(-1)


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "disc": Shape("Disc", "A round object, as a lesion.", _disc),
        "organ": Shape("Organ", "A bean, as a kidney in section.", _organ),
        "vessel": Shape("Vessel", "Thin and branching: nearly all of it is edge.", _vessel),
        "cells": Shape("Cells", "Six objects apart from one another.", _cells),
        "ring": Shape("Ring", "An object with a hole, as the wall of a heart.", _ring),
    }
)


def drawn(shape: str, n: int, radius: float, place: Place = (0.5, 0.5)) -> np.ndarray:
    """A shape as a mask: the pixels whose centres are in it.

    Parameters
    ----------
    shape
        A key of ``SHAPES``.
    n
        Pixels a side, from 16 to 256.
    radius
        Half of how far the shape extends, in pixels, at least 0; at 0 it is empty.
    place
        Of its centre: x from left to right and y from top to bottom, as shares of the side. What lies outside of the
        image is cut off.

    Returns
    -------
    ndarray
        Booleans ``[n, n]``.

    Raises
    ------
    ValueError
        For an unknown shape, and a number out of range.

    Examples
    --------
    >>> int(drawn("disc", 64, 10.0).sum())
    316
    """
    if shape not in SHAPES:
        raise ValueError(f"there is no shape {shape!r}; there are: {', '.join(SHAPES)}")
    n, radius = side(n), finite(radius, "radius", 0.0, FARTHEST)
    x, y = (finite(value, "place", -1.0, 2.0) * n - 0.5 for value in place)
    if radius == 0:
        return np.zeros((n, n), bool)
    down, across = np.mgrid[:n, :n]
    with np.errstate(over="ignore", invalid="ignore"):  # from a very small one all other pixels are infinitely far
        return SHAPES[shape].inside((across - x) / radius, (down - y) / radius)


@lru_cache(maxsize=256)
def radius_for(shape: str, n: int, share: float, place: Place = (0.5, 0.5)) -> float:
    """The radius, in pixels, at which a shape covers a share of the image, as nearly as pixels allow.

    Parameters
    ----------
    shape, n, place
        As ``drawn`` takes them.
    share
        Of all pixels, from 0 to 1.

    Returns
    -------
    float
        The smallest radius that covers at least so much; where none does, as no ring covers all, the one that covers most.

    Raises
    ------
    ValueError
        As ``drawn``, and for a share out of range.
    """
    n, share = side(n), finite(share, "share", 0.0, 1.0)
    radii = np.linspace(0, 2.0 * n, 33)
    covered = np.array([drawn(shape, n, radius, place).mean() for radius in radii])
    if covered.max() < share:
        return float(radii[covered.argmax()])
    at = int((covered >= share).argmax())
    if at == 0:
        return 0.0
    low, high = radii[at - 1], radii[at]
    for _ in range(15):
        middle = (low + high) / 2
        low, high = (low, middle) if drawn(shape, n, middle, place).mean() >= share else (middle, high)
    return float(high)
