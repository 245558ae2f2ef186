"""The mean loss of a line over a grid of its weights, by polynomials that the examples share.

For one w, the second weight b moves all predictions alike. So the offsets, w x (less the target for a loss of the
residual), fall into cells, the same ones for every w, and in each cell and for each b the loss is taken at a few
Chebyshev points. The examples in a cell add up to the moments of their places there, which multiply the coefficients
of the polynomial through these points (Trefethen 2019, Approximation Theory and Approximation Practice, chapters 3
and 8). Where the coefficients do not die away, as in the cell of a kink, the loss is taken at the examples themselves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

CELLS, DEGREE = 512, 12
DEAD = 1e-13  # size of a polynomial's last coefficients, as a share of the loss, below which it is as good as exact
WITHIN = 1e-10  # of a mean: how far it may be off
MOST_DIRECT = 0.1  # share of what is taken directly beyond which cells are hardly quicker
GOLDEN = (5**0.5 - 1) / 2  # whose multiples spread evenly (Knuth 1998, The Art of Computer Programming 3, 6.4)
MOST_TARGETS, PLACES = 4, 16
BLOCK = 16  # values of w whose moments meet the coefficients at once
PART = 1 << 15  # losses taken at once, which stay in the processor's cache
EPS = float(np.finfo(float).eps)

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Line:
    """The examples of a line, and what they cost.

    ``x`` and ``target`` are ``[n]``. ``loss(prediction, target)`` is elementwise; ``of_residual`` says that it depends
    on prediction - target alone.
    """

    x: np.ndarray
    target: np.ndarray
    loss: Callable[[Tensor, Tensor], Tensor]
    of_residual: bool

    def losses(self, w: float, x: np.ndarray, b: np.ndarray | float, target: np.ndarray | float) -> np.ndarray:
        """Of the predictions w x + b, rounded once as a surface has them."""
        w_, x_, b_, target_ = (torch.as_tensor(each, dtype=torch.float64) for each in (w, x, b, target))
        with torch.no_grad():
            return self.loss(torch.addcmul(b_, w_, x_), target_).numpy()

    def offsets(self, w: float) -> np.ndarray:
        """What b is added to, ``[n]``."""
        return w * self.x - self.target if self.of_residual else w * self.x


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights w ``[m]`` and b ``[k]``, rising, and whether all predictions are allowed at them, ``[k, m]``."""

    w: np.ndarray
    b: np.ndarray
    inside: np.ndarray


@dataclass(frozen=True, eq=False)
class _Column:
    """The examples at one w, sorted by their ``offsets`` ``[n]``; those of a cell begin at its ``starts`` ``[cells + 1]``.

    ``x`` and ``target`` are ``[n]``, ``shares`` ``[r, n]``.
    """

    w: float
    x: np.ndarray
    target: np.ndarray
    shares: np.ndarray
    offsets: np.ndarray
    starts: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How many examples are in each cell, ``[cells]``."""
        return np.diff(self.starts)


def means(
    line: Line,
    grid: Weights,
    evaluate: Callable[[np.ndarray, Progress], np.ndarray],
    progress: Progress,
) -> np.ndarray | None:
    """The mean loss at every pair of weights.

    Each is within ``WITHIN`` of itself of the mean over the examples. Where the last coefficients leave that open the
    mean is taken directly, and so it is at one place for every w, to see whether the two agree.

    Parameters
    ----------
    line
        What to take the mean of.
    grid
        The weights.
    evaluate
        Takes the mean directly at pairs ``[n, 2]`` of w and b, and says how far it is.
    progress
        Called now and then with the share that is done, from 0 to 1.

    Returns
    -------
    np.ndarray or None
        ``[k, m]``, not a number where predictions are not allowed. None where this way is no quicker: for a loss that
        is neither one of the residual nor a sum of few products of a function of the prediction and one of the target,
        and where too much has to be taken directly; and where the two ways do not agree.
    """
    if not grid.inside.any():
        return np.full(grid.inside.shape, np.nan)
    found = _means(line, grid, lambda share: progress(0.9 * share))
    if found is None:
        return None
    values, errors = found
    open_ = grid.inside & ~(errors <= WITHIN * np.abs(values))
    if open_.sum() > MOST_DIRECT * open_.size:
        return None
    tried = np.zeros_like(open_)
    columns = np.arange(len(grid.w))
    tried[(GOLDEN * len(grid.b) * columns).astype(int) % len(grid.b), columns] = True
    direct = tried | open_
    pairs = np.stack(np.meshgrid(grid.w, grid.b), -1)[direct]
    exact = values.copy()
    exact[direct] = evaluate(pairs, lambda share: progress(0.9 + 0.1 * share))
    agree = np.isclose(values, exact, rtol=WITHIN, atol=0.0, equal_nan=True) | open_
    return exact if agree.all() else None


def _means(line: Line, grid: Weights, progress: Progress) -> tuple[np.ndarray, np.ndarray] | None:
    """The means ``[k, m]``, and how far each may be off as the last coefficients tell; None as ``means`` has it."""
    targets, shares, off = (np.zeros(1), np.ones((1, len(line.x))), 0.0) if line.of_residual else _mixed(line, grid)
    if len(targets) > MOST_TARGETS:
        return None
    edges = _edges(line, grid.w)
    coefficients, doubts, direct = _polynomials(line, targets, edges, grid, lambda share: progress(0.2 * share))
    values, errors = np.full((2, *grid.inside.shape), np.nan)
    blocks, done = -(-len(grid.w) // BLOCK), 0
    for block in range(blocks):
        here = np.arange(block, len(grid.w), blocks)  # far apart, so that the first block tells what all are like
        columns = list(_columns(line, shares, grid.w[here], edges))
        asked = [direct & grid.inside[:, at, None] for at in here]
        taken = sum((which @ column.counts).sum() for which, column in zip(asked, columns, strict=True))
        if taken > MOST_DIRECT * len(here) * len(grid.b) * len(line.x):
            return None
        parts = []
        for which, column in zip(asked, columns, strict=True):
            parts.append((*_moments(column, edges), _direct(line, column, which, grid.b)))
            done += 1
            progress(0.2 + 0.8 * done / len(grid.w))
        moments, sizes, sums = (np.stack(each, -1) for each in zip(*parts, strict=True))
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the numbers is open, and so taken directly
            values[:, here] = (coefficients @ moments + sums) / len(line.x)
            errors[:, here] = doubts @ sizes / len(line.x) + off
    values[~grid.inside] = np.nan
    return values, errors


def _mixed(line: Line, grid: Weights) -> tuple[np.ndarray, np.ndarray, float]:
    """Few targets ``[r]`` whose losses, times shares ``[r, n]``, are every example's at any prediction; and how far off.

    As an expected count enters Poisson's loss in a straight line, two targets are enough for any. They are found as the
    pivots of a QR decomposition of the losses at some predictions (Golub and Van Loan 2013, Matrix Computations, 5.4.2).
    """
    values, which = np.unique(line.target, return_inverse=True)
    if len(values) <= MOST_TARGETS:
        return values, (which == np.arange(len(values))[:, None]).astype(float), 0.0
    ends = np.array([line.x.min(), line.x.max()])[:, None, None] * grid.w + grid.b[:, None]
    places = np.linspace(*(extreme(ends[:, grid.inside]) for extreme in (np.min, np.max)), PLACES)
    known = line.losses(1.0, places[:, None], 0.0, values)
    if not np.isfinite(known).all():
        return values, known, np.inf
    left, size, pivots = known.copy(), np.abs(known).max(), []
    while np.abs(left).max() > DEAD * size and len(pivots) <= MOST_TARGETS:
        pivots.append(np.square(left).sum(0).argmax())
        pivot = left[:, pivots[-1]] / np.linalg.norm(left[:, pivots[-1]])
        left -= np.outer(pivot, pivot @ left)
    shares = np.linalg.lstsq(known[:, pivots], known, rcond=None)[0]
    return values[pivots], shares[:, which], float(np.abs(known - known[:, pivots] @ shares).max())


def _edges(line: Line, w: np.ndarray) -> np.ndarray:
    """Of the cells: half of them equally full, for the bulk of the examples, half equally wide, for its tails."""
    offsets = np.sort(np.concatenate([line.offsets(each) for each in w[np.linspace(0, len(w) - 1, BLOCK).astype(int)]]))
    full = offsets[np.linspace(0, len(offsets) - 1, CELLS // 2).astype(int)]
    return np.union1d(full, np.linspace(offsets[0], offsets[-1], CELLS // 2))


def _span(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle and half width of every cell, a little wider than it is: rounding leaves no example outside."""
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return middle, half + 8 * EPS * np.abs(edges).max()


def _polynomials(
    line: Line, targets: np.ndarray, edges: np.ndarray, grid: Weights, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss over every cell, for every b and each of the targets ``[r]``.

    Returns the coefficients ``[k, r · cells · (DEGREE + 1)]``, the errors of the polynomials ``[k, r · cells]``, and
    where both are 0 since the loss is to be taken at the examples, ``[k, cells]``.
    """
    middle, half = _span(edges)
    angles = np.pi * np.arange(DEGREE + 1) / DEGREE
    ends = np.where(np.arange(DEGREE + 1) % DEGREE, 1.0, 0.5)
    transform = 2 / DEGREE * ends[:, None] * np.cos(np.outer(angles, np.arange(DEGREE + 1))) * ends
    places = middle[:, None] + half[:, None] * np.cos(angles)
    slopes = np.arange(DEGREE + 1) ** 2 / half[:, None]  # the largest of the Chebyshev polynomials
    rounding = EPS * (np.abs(grid.w).max() * np.abs(line.x).mean() + np.abs(line.target).mean() + np.abs(grid.b).max())
    coefficients = np.empty((len(grid.b), len(targets), *places.shape))
    errors = np.empty(coefficients.shape[:-1])
    # A dip that is narrower than the gaps between the points would show in no coefficient. It is at a residual of 0.
    direct = (np.abs(middle + grid.b[:, None]) <= half) & line.of_residual
    for row, shift in enumerate(grid.b):
        losses = np.stack([line.losses(1.0, places, shift, target) for target in targets])
        with np.errstate(over="ignore", invalid="ignore"):  # beyond what is allowed, or the numbers
            coefficients[row] = losses @ transform
            last, size = np.abs(coefficients[row, ..., -2:]).sum(-1), np.abs(losses).max(-1)
            direct[row] |= ~(last <= DEAD * np.maximum(size, _typical(size))).all(0)
            # What is left out is less than four times the last two, if each is at most 0.8 of the one before.
            errors[row] = 4 * last + 4 * EPS * size + rounding * (np.abs(coefficients[row]) * slopes).sum(-1)
        progress(row / len(grid.b))
    taken = np.broadcast_to(direct[:, None], errors.shape)
    coefficients[taken] = errors[taken] = 0
    return coefficients.reshape(len(grid.b), -1), errors.reshape(len(grid.b), -1), direct


def _typical(size: np.ndarray) -> float:
    """The median of the finite ones, 0 if there are none."""
    finite = size[np.isfinite(size)]
    return float(np.median(finite)) if finite.size else 0.0


def _columns(line: Line, shares: np.ndarray, weights: np.ndarray, edges: np.ndarray) -> Iterator[_Column]:
    """The examples at every one of the weights."""
    for w in weights:
        offsets = line.offsets(w)
        order = np.argsort(offsets)
        starts = np.searchsorted(offsets, edges, sorter=order)
        starts[[0, -1]] = 0, len(order)
        yield _Column(w, line.x[order], line.target[order], shares[:, order], offsets[order], starts)


def _moments(column: _Column, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of every cell, sums of the shares times the Chebyshev polynomials ``[r · cells · (DEGREE + 1)]``, and of their sizes."""
    counts = column.counts
    filled = np.flatnonzero(counts)
    middle, half = (np.repeat(each[filled], counts[filled]) for each in _span(edges))
    within = np.empty((DEGREE + 1, len(column.offsets)))
    within[0], within[1] = 1.0, (column.offsets - middle) / half
    for degree in range(2, DEGREE + 1):
        within[degree] = 2 * within[1] * within[degree - 1] - within[degree - 2]
    moments = np.zeros((len(column.shares), len(counts), DEGREE + 1))
    sizes = np.zeros(moments.shape[:2])
    for row, share in enumerate(column.shares):
        moments[row, filled] = np.add.reduceat(within * share, column.starts[filled], axis=1).T
        sizes[row, filled] = np.add.reduceat(np.abs(share), column.starts[filled])
    return moments.ravel(), sizes.ravel()


def _direct(line: Line, column: _Column, asked: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For every b, ``[k]``, the sum of the losses of the examples in the cells that are asked for, ``[k, cells]``."""
    rows, cells = np.nonzero(asked & (column.counts > 0))
    counts = column.counts[cells]
    before = np.cumsum(counts) - counts
    sums = np.zeros(len(b))
    for part in np.split(np.arange(len(cells)), np.searchsorted(before, np.arange(PART, counts.sum(), PART))):
        row = np.repeat(rows[part], counts[part])
        behind = np.arange(len(row)) - np.repeat(np.cumsum(counts[part]) - counts[part], counts[part])
        example = np.repeat(column.starts[cells[part]], counts[part]) + behind
        losses = line.losses(column.w, column.x[example], b[row], column.target[example])
        sums += np.bincount(row, losses, len(b))
    return sums
