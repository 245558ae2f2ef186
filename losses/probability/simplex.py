"""The probabilities of three classes as points of a triangle, and a loss over it.

A distribution ``[3]`` is the point with those barycentric coordinates: a corner is certainty, the
centre does not know.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.calculus import derivatives
from losses.families.multiclass import categorical_cross_entropy, categorical_focal
from losses.families.regression import mse
from losses.spec.loss import Loss

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])  # of classes 1, 2 and 3: sides of length 1
SIMPLEX_LOSSES = {loss.key: loss for loss in (categorical_cross_entropy, categorical_focal, mse)}
_INSIDE = 1e-3  # how far the lattice keeps from the edges, where some losses are infinite


class Lattice(NamedTuple):
    """Points of the triangle ``[m, 3]`` as distributions, and the small triangles between them ``[t, 3]``."""

    points: np.ndarray
    triangles: np.ndarray


def place(distribution: np.ndarray) -> np.ndarray:
    """Where distributions ``[..., 3]`` lie in the plane, ``[..., 2]``."""
    return np.asarray(distribution) @ CORNERS


def nearest(point: Sequence[float]) -> np.ndarray:
    """The distribution ``[3]`` whose place is nearest to a point of the plane.

    Outside the triangle that is the projection on it (Duchi et al. 2008, Efficient projections onto the
    l1-ball, figure 1): distances in the plane are those between distributions, but for a factor.
    """
    x, y = point
    third = y / CORNERS[2, 1]
    shares = np.array([1 - (x - third / 2) - third, x - third / 2, third])
    ordered = np.sort(shares)[::-1]
    excess = (np.cumsum(ordered) - 1) / np.arange(1, 4)
    return np.maximum(shares - excess[ordered > excess][-1], 0.0)


def lattice(steps: int) -> Lattice:
    """An even lattice with ``steps`` along each side, a hair inside the edges."""
    first, second = np.meshgrid(np.arange(steps + 1), np.arange(steps + 1), indexing="ij")
    inside = first + second <= steps
    number = np.full((steps + 2, steps + 2), -1)
    number[: steps + 1, : steps + 1][inside] = np.arange(inside.sum())
    counts = np.stack([first[inside], second[inside], steps - first[inside] - second[inside]], 1)
    here, along, up, across = (
        number[i : steps + 1 + i, j : steps + 1 + j] for i, j in ((0, 0), (1, 0), (0, 1), (1, 1))
    )
    upright, hanging = np.stack([here, along, up], -1), np.stack([along, across, up], -1)
    triangles = np.concatenate([upright.reshape(-1, 3), hanging.reshape(-1, 3)])
    return Lattice((1 - _INSIDE) * counts / steps + _INSIDE / 3, triangles[(triangles >= 0).all(1)])


def contours(grid: Lattice, values: np.ndarray, levels: Sequence[float]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Lines of equal value over the triangle, by linear interpolation in every small triangle.

    Parameters
    ----------
    grid
        The lattice.
    values
        One for each of its points, ``[m]``, finite.
    levels
        The values to draw, ``[k]``.

    Returns
    -------
    list
        For each level the x and y of its pieces, each piece two points and a NaN.
    """
    corner = values[grid.triangles]
    above = corner[None] > np.asarray(levels)[:, None, None]
    count = above.sum(-1)
    # A line enters a triangle on one side of a corner and leaves on the other: that corner is alone on its side.
    alone = np.argmax(above == (count == 1)[..., None], -1)
    level, triangle = np.nonzero((count == 1) | (count == 2))
    top = alone[level, triangle]
    lonely = grid.triangles[triangle, top]
    ends = []
    for step in (1, 2):
        other = grid.triangles[triangle, (top + step) % 3]
        share = (np.asarray(levels)[level] - values[lonely]) / (values[other] - values[lonely])
        start, end = place(grid.points[lonely]), place(grid.points[other])
        ends.append(start + share[:, None] * (end - start))
    pieces = np.stack([*ends, np.full_like(ends[0], np.nan)], 1)
    return [tuple(pieces[level == which].reshape(-1, 2).T) for which in range(len(levels))]


def probabilities(logits: Any, temperature: float = 1.0) -> np.ndarray:
    """The softmax over the last axis of logits of any size, ``[..., k]``."""
    return torch.softmax(torch.as_tensor(logits, dtype=torch.float64) / temperature, -1).numpy()


def cost(loss: Loss, logits: Tensor, target: Tensor, settings: Mapping[str, Any]) -> Tensor:
    """The loss of logits against distributions.

    A loss of single numbers sees the probabilities, and its values are added up over the classes.

    Parameters
    ----------
    loss
        The loss.
    logits
        ``[..., k]``.
    target
        Distributions that broadcast to the logits.
    settings
        All parameters of the loss; ``from_logits`` is put in place.

    Returns
    -------
    Tensor
        ``[...]``.
    """
    if "from_logits" in loss.parameters:
        return loss.function(logits, target.expand_as(logits), **{**settings, "from_logits": True})
    return loss.function(torch.softmax(logits, -1), target.expand_as(logits), **settings).sum(-1)


def probe(
    loss: Loss, logits: Sequence[float], target: Sequence[float], settings: Mapping[str, Any]
) -> tuple[float, np.ndarray]:
    """The loss at some logits, and its slope in each of them, by autograd.

    Parameters
    ----------
    loss
        The loss.
    logits
        ``[k]``.
    target
        ``[k]``, a distribution.
    settings
        All parameters of the loss; ``from_logits`` is put in place.

    Returns
    -------
    tuple
        The loss, and its slopes ``[k]``.
    """
    label = torch.as_tensor(target, dtype=torch.float64)
    place = torch.as_tensor(logits, dtype=torch.float64)
    value, slope, _ = derivatives(lambda z: cost(loss, z, label, settings), place, order=1)
    return value.item(), slope.numpy()


def over(loss: Loss, distributions: np.ndarray, target: Sequence[float], settings: Mapping[str, Any]) -> np.ndarray:
    """The loss of predicted distributions against one target.

    Parameters
    ----------
    loss
        The loss.
    distributions
        ``[m, k]``, none of them 0 anywhere.
    target
        ``[k]``, a distribution.
    settings
        All parameters of the loss; ``from_logits`` is put in place.

    Returns
    -------
    ndarray
        ``[m]``.
    """
    logits = settings.get("temperature", 1.0) * torch.as_tensor(distributions).log()
    return cost(loss, logits, torch.as_tensor(target, dtype=torch.float64), settings).numpy()
