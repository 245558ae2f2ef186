"""What a picture of a landscape says, as numbers; and the change of a network by which a picture can be told false."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn

from losses.network.planes import Plane

BOUND = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
SCALE_FREE = (
    nn.ReLU, nn.LeakyReLU, nn.Identity, nn.Dropout, nn.Flatten, nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool1d, nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
)  # fmt: skip
"""Layers that let a positive factor through: ``f(c x) = c f(x)``."""


@dataclass(frozen=True)
class Basin:
    """A hollow of a plane: a place from which every way leads up.

    Attributes
    ----------
    x, y, loss
        Of its lowest place on the grid.
    depth
        How far one must climb from there to come to a lower basin; for the lowest, to the highest place of the plane.
    """

    x: float
    y: float
    loss: float
    depth: float


@dataclass(frozen=True)
class Shape:
    """How a plane curves around the model.

    Attributes
    ----------
    sharpest, flattest
        The two curvatures within the plane, in loss by the square of its coordinates.
    angle
        Of the sharpest direction with the x axis, in degrees, -90 to 90.
    """

    sharpest: float
    flattest: float
    angle: float


def basins(plane: Plane, least: float = 0.0) -> list[Basin]:
    """The hollows of a plane, the lowest first, that are deeper than ``least``.

    Places are neighbours along rows, columns and diagonals; holes are no places. A hollow between two places of the
    grid is not seen.
    """
    loss = plane.loss
    if not np.isfinite(loss).any():
        return []
    owner = _descended(loss)
    bottoms = np.unique(owner[np.isfinite(loss).ravel()])
    values = loss.ravel()
    depths = _depths(bottoms, owner, values, loss.shape)
    found = [
        Basin(float(plane.x[at % len(plane.x)]), float(plane.y[at // len(plane.x)]), float(values[at]), depths[at])
        for at in sorted(bottoms.tolist(), key=lambda at: values[at])
        if depths[at] > least
    ]
    return found


def thinned(plane: Plane, side: int) -> Plane:
    """A plane with at most ``side`` of its places along either side, evenly taken, the first and the last among them."""
    columns, rows = (
        np.unique(np.linspace(0, len(axis) - 1, min(len(axis), side)).round().astype(int))
        for axis in (plane.x, plane.y)
    )
    return replace(plane, x=plane.x[columns], y=plane.y[rows], loss=plane.loss[np.ix_(rows, columns)])


def loss_at(plane: Plane, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The loss of a plane at any places ``[t]``, bilinear between its own; not a number outside of it and beside holes.

    >>> seen = Plane(np.array([0.0, 1.0]), np.array([0.0, 4.0]), np.array([[0.0, 1.0], [2.0, 3.0]]), ("a", "b"), "raw", (0, 0), 0)
    >>> loss_at(seen, np.array([0.5, 1.0, 1.1]), np.array([2.0, 4.0, 0.0])).tolist()
    [1.5, 3.0, nan]
    """
    found = [np.clip(np.searchsorted(axis, at, "right") - 1, 0, len(axis) - 2) for axis, at in ((plane.x, x), (plane.y, y))]  # fmt: skip
    column, row = found
    across = (x - plane.x[column]) / (plane.x[column + 1] - plane.x[column])
    up = (y - plane.y[row]) / (plane.y[row + 1] - plane.y[row])
    with np.errstate(invalid="ignore"):
        low = plane.loss[row, column] * (1 - across) + plane.loss[row, column + 1] * across
        high = plane.loss[row + 1, column] * (1 - across) + plane.loss[row + 1, column + 1] * across
        loss = low * (1 - up) + high * up
    inside = (across >= 0) & (across <= 1) & (up >= 0) & (up <= 1)
    return np.where(inside & np.isfinite(loss), loss, np.nan)


def shape(plane: Plane) -> Shape | None:
    """The curvatures of a plane at the model, of a parabola fitted to the nine places nearest it.

    None where there is a hole among them, or the model is not within the plane.
    """
    column, row = (int(abs(axis - at).argmin()) for axis, at in zip((plane.x, plane.y), plane.at, strict=True))
    inside = plane.x[0] <= plane.at[0] <= plane.x[-1] and plane.y[0] <= plane.at[1] <= plane.y[-1]
    column, row = (min(max(place, 1), len(axis) - 2) for place, axis in ((column, plane.x), (row, plane.y)))
    if not inside or column < 1 or row < 1:
        return None
    near = plane.loss[row - 1 : row + 2, column - 1 : column + 2]
    if not np.isfinite(near).all():
        return None
    x, y = (values.ravel() for values in np.meshgrid(plane.x[column - 1 : column + 2], plane.y[row - 1 : row + 2]))
    wide, high = plane.x[column + 1] - plane.x[column - 1], plane.y[row + 1] - plane.y[row - 1]
    x, y = (x - plane.x[column]) / wide, (y - plane.y[row]) / high
    terms = np.stack([np.ones(9), x, y, x * x / 2, x * y, y * y / 2], 1)
    _, _, _, across, mixed, up = np.linalg.lstsq(terms, near.ravel(), rcond=None)[0]
    across, mixed, up = across / wide**2, mixed / (wide * high), up / high**2
    values, vectors = np.linalg.eigh([[across, mixed], [mixed, up]])
    order = np.argsort(-abs(values))
    along = vectors[:, order[0]]
    angle = math.degrees(math.atan2(along[1], along[0]))
    angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
    return Shape(float(values[order[0]]), float(values[order[1]]), angle)


def rescaled(model: nn.Module, factor: float = 10.0) -> nn.Module:
    """A network that computes the same, with one layer's weights times ``factor`` and the next layer's divided by it.

    Its raw landscape is another one, its filter-normalised one the same: Dinh et al. (2017), Sharp minima can
    generalize for deep nets, section 4.1. The two are the first layers of a ``Sequential`` between which there is
    nothing but layers that let a factor through, as ReLU; the first one's bias is scaled with it.

    Raises
    ------
    ValueError
        For a factor that is not a positive number, and for a model without two such layers.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    >>> other = rescaled(model)
    >>> bool(torch.allclose(other[0].weight, 10 * model[0].weight))
    True
    """
    if not (math.isfinite(factor) and factor > 0):
        raise ValueError(f"factor must be a positive number, got {factor!r}")
    other = copy.deepcopy(model)
    pair = next((found for found in map(_neighbours, other.modules()) if found), None)
    if pair is None:
        raise ValueError("the model has no two layers in a Sequential with nothing but ReLU or the like between them")
    first, second = pair
    with torch.no_grad():
        for tensor in first.parameters():
            tensor.mul_(factor)
        second.get_parameter("weight").div_(factor)
    return other


def _neighbours(module: nn.Module) -> tuple[nn.Module, nn.Module] | None:
    """The first two layers of a ``Sequential`` that a factor can be shifted between."""
    if type(module) is not nn.Sequential:
        return None
    before: nn.Module | None = None
    passed = False
    for layer in _chained(module):
        if isinstance(layer, BOUND):
            if before is not None and passed:
                return before, layer
            before, passed = layer, True
        elif not isinstance(layer, SCALE_FREE):
            before, passed = None, False
    return None


def _chained(module: nn.Module) -> Iterator[nn.Module]:
    """What a ``Sequential`` passes through one after the other, those within it too."""
    if type(module) is nn.Sequential:
        for layer in module:
            yield from _chained(layer)
    else:
        yield module


def _descended(loss: np.ndarray) -> np.ndarray:
    """For every place the number of the one where the steepest way down ends, ``[n * m]``."""
    rows, columns = loss.shape
    values = np.where(np.isfinite(loss), loss, np.inf)
    framed = np.pad(values, 1, constant_values=np.inf)
    numbers = np.pad(np.arange(loss.size).reshape(loss.shape), 1, constant_values=-1)
    shifts = [(down, right) for down in range(3) for right in range(3)]
    around = np.stack([framed[down : down + rows, right : right + columns] for down, right in shifts])
    near = np.stack([numbers[down : down + rows, right : right + columns] for down, right in shifts])
    lowest = np.where(around == around.min(0), near, loss.size).min(0)  # of places as low, the first
    target = np.where(np.isfinite(loss), lowest, numbers[1:-1, 1:-1]).ravel()
    while True:
        further = target[target]
        if np.array_equal(further, target):
            return target
        target = further


def _depths(bottoms: np.ndarray, owner: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> dict[int, float]:
    """How far up it is from each bottom to a way into a lower basin: basins flow together in the order of their passes."""
    top = values[np.isfinite(values)].max()
    depths = {int(at): float(top - values[at]) for at in bottoms}
    joined = {at: at for at in depths}

    def root(at: int) -> int:
        top = at
        while joined[top] != top:
            top = joined[top]
        while joined[at] != top:  # so that no chain is walked twice
            joined[at], at = top, joined[at]
        return top

    for height, one, other in _passes(owner, values, shape):
        low, high = sorted((root(one), root(other)), key=lambda at: values[at])
        if low != high:
            depths[high] = float(height - values[high])
            joined[high] = low
    return depths


def _passes(owner: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> list[tuple[float, int, int]]:
    """The lowest pass between every two basins that touch, the lowest first."""
    numbers = np.arange(values.size).reshape(shape)
    sides = (
        (numbers[:, :-1], numbers[:, 1:]),
        (numbers[:-1], numbers[1:]),
        (numbers[:-1, :-1], numbers[1:, 1:]),
        (numbers[:-1, 1:], numbers[1:, :-1]),
    )
    here, there = (np.concatenate([side[end].ravel() for side in sides]) for end in (0, 1))
    height = np.maximum(values[here], values[there])
    one, other = np.minimum(owner[here], owner[there]), np.maximum(owner[here], owner[there])
    matters = (one != other) & np.isfinite(values[here]) & np.isfinite(values[there])
    pairs, where = np.unique(np.stack([one[matters], other[matters]], 1), axis=0, return_inverse=True)
    lowest = np.full(len(pairs), np.inf)
    np.minimum.at(lowest, where.ravel(), height[matters])
    return sorted(zip(lowest.tolist(), *pairs.T.tolist(), strict=True)) if len(pairs) else []
