"""The exact minimiser of piecewise linear losses, and whether it is the only one.

Least absolute deviations, quantile and epsilon-insensitive fits are linear programs. With one or
two coefficients they need no general solver: some optimum is a vertex, a line through as many
points (or tube edges) as it has coefficients, and from a vertex that is not optimal some edge
leads down, along which the minimum is a weighted median. Walking these edges is the simplex
method in the form of Barrodale and Roberts (1973), SIAM Journal on Numerical Analysis 10(5);
for a line see Wesolowsky (1981), Communications in Statistics B10(5). On the edges around a
vertex the directional derivative is the whole story, because between two neighbouring edges it
is linear: no edge down proves the optimum, no level edge proves that it is the only one.

Where there are level edges, all optimal lines together are those that leave the same rows on the same
side: above some, below the others. That is a convex set of lines, whose steepest and shallowest are the
two inner common tangents of the rows on either side, and whose other corners are edges of their hulls.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from losses.spec.kinks import Kinks

# Relative to the sums they are compared with: far above rounding, far below the effect of a point.
_LEVEL = 1e-12
_KEPT, _FEW = 64, 500  # vertices that are kept, of at most so many points: 1 MB


class Vertex(NamedTuple):
    """An optimal line: its values at positions 0 and 1, the residuals, and another one if there is.

    A residual at a kink is exactly the residual of that kink. ``corners`` ``[k, 2]``, the same two values
    of each, are the corners of the convex set of all optimal lines, in order around it.
    """

    ends: tuple[float, float]
    residual: np.ndarray
    alternative: tuple[float, float] | None
    corners: np.ndarray


def lowest_vertex(position: np.ndarray | None, target: np.ndarray, kinks: Kinks) -> Vertex:
    """Minimise a sum of piecewise linear losses over lines, or over constants.

    The loss is, but for a number, a sum of max(lower · (r - at), upper · (r - at)) over its kinks, with
    ``lower <= 0 <= upper``: what the slope gains at a kink counts as lower while it is below 0, as upper from there on.

    Parameters
    ----------
    position
        ``[n]``, scaled so that it runs from 0 to 1; None asks for a constant.
    target
        ``[n]``, near 0 for the sake of accuracy.
    kinks
        Of the residual, from left to right; the slopes rise from below 0 to above it.
    """
    if len(target) > _FEW:
        return _walk(position, target, kinks)
    kept = _shared(None if position is None else position.tobytes(), target.tobytes(), kinks)
    return kept._replace(residual=kept.residual.copy(), corners=kept.corners.copy())


@lru_cache(_KEPT)
def _shared(position: bytes | None, target: bytes, kinks: Kinks) -> Vertex:
    """The same for who asks again: the losses that start from the least absolute deviations."""
    return _walk(None if position is None else np.frombuffer(position), np.frombuffer(target), kinks)


def _walk(position: np.ndarray | None, target: np.ndarray, kinks: Kinks) -> Vertex:
    count = len(target)
    at, before, after = (np.repeat(column, count) for column in zip(*kinks, strict=True))
    lower = np.minimum(before, 0.0) - np.minimum(after, 0.0)
    upper = np.maximum(after, 0.0) - np.maximum(before, 0.0)
    program = _Program(
        np.zeros(len(at)) if position is None else np.tile(position, len(kinks)),
        np.tile(target, len(kinks)) + at,
        lower,
        upper,
    )
    corner, alternative = program.constant() if position is None else program.line()
    residual = program.position[:count] * corner.slope + corner.start - target
    for (kink, _, _), met in zip(kinks, corner.active.reshape(len(kinks), count), strict=True):
        residual[met] = kink
    if alternative is None:
        corners = np.array([corner.ends])
    elif position is None:
        corners = np.array([corner.ends, alternative.ends])
    else:
        corners = program.corners(corner)
    return Vertex(corner.ends, residual, alternative.ends if alternative else None, corners)


class _Corner(NamedTuple):
    start: float
    slope: float
    active: np.ndarray

    @property
    def ends(self) -> tuple[float, float]:
        return self.start, self.start + self.slope


class _Program(NamedTuple):
    """Minimise Σ max(lower · r, upper · r) over lines r = start + slope · position - target."""

    position: np.ndarray
    target: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def constant(self) -> tuple[_Corner, _Corner | None]:
        first, last = self._lowest_along(-self.target, np.ones_like(self.target))
        corner = self._corner(first, first)
        return corner, None if corner.active[last] else self._corner(last, last)

    def line(self) -> tuple[_Corner, _Corner | None]:
        """Walk from the least-squares line along the steepest edge until none leads down."""
        centred = self.position - self.position.mean()
        start = (centred @ self.target) / (centred @ centred) * self.position - self.target
        pivot, _ = self._lowest_along(start, np.ones_like(start))
        other, _ = self._lowest_along(start - start[pivot], self.position - self.position[pivot])
        corner, cost, seen = None, np.inf, set()
        while True:
            candidate = self._corner(pivot, other)
            residual = self._residual(candidate)
            candidate_cost = np.maximum(self.lower * residual, self.upper * residual).sum()
            # A step may be too short for the cost to show it, and another may lead down from its end.
            place = candidate.start, candidate.slope
            if not candidate_cost <= cost or place in seen:
                return corner or candidate, None
            corner, cost = candidate, candidate_cost
            seen.add(place)
            pivot, growth = self._steepest_edge(corner, residual)
            level = _LEVEL * ((self.upper - self.lower) @ np.abs(self.position - self.position[pivot]))
            if growth > level:
                return corner, None
            other, last = self._lowest_along(residual, self.position - self.position[pivot])
            if growth >= -level:
                ends = self._corner(pivot, other), self._corner(pivot, last)
                return ends if not ends[0].active[last] else (corner, None)

    def _residual(self, corner: _Corner) -> np.ndarray:
        residual = corner.start + corner.slope * self.position - self.target
        residual[corner.active] = 0.0
        return residual

    def _corner(self, pivot: int, other: int) -> _Corner:
        """The line through two rows (or the constant through one) and all rows that it meets."""
        start, slope = self._through(pivot, other)
        size = np.abs(self.target) + abs(self.target[pivot]) + abs(start) + abs(slope)
        active = np.abs(start + slope * self.position - self.target) <= 64 * np.finfo(float).eps * size
        active[[pivot, other]] = True
        return _Corner(start, slope, active)

    def _through(self, pivot: int, other: int) -> tuple[float, float]:
        """Start and slope of the line through two rows, or of the constant through one."""
        run = self.position[other] - self.position[pivot]
        slope = (self.target[other] - self.target[pivot]) / run if run else 0.0
        return float(self.target[pivot] - slope * self.position[pivot]), float(slope)

    def _steepest_edge(self, corner: _Corner, residual: np.ndarray) -> tuple[int, float]:
        """The active row about which turning the line lowers the cost fastest, and that derivative."""
        rows, turns = self._turns(corner, residual)
        best = turns.min(0).argmin()
        return int(rows[best]), float(turns[:, best].min())

    def _turns(self, corner: _Corner, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The active rows ``[k]``, and how the cost grows as the line turns about each, up and down, ``[2, k]``.

        Turning about row i moves the others in proportion to position - position[i]. The sums
        over the active rows on either side of each one come from running sums, as all rows may
        be active.
        """
        slope = np.where(residual > 0, self.upper, self.lower)
        slope[corner.active] = 0.0
        rows = np.flatnonzero(corner.active)
        rows = rows[self.position[rows].argsort()]
        position = self.position[rows]
        inactive = slope @ self.position - position * slope.sum()
        # Columns: upper and -lower of each row, the growth of its loss as its residual rises or falls.
        growth = np.stack([self.upper[rows], -self.lower[rows]], 1)
        moments = np.stack([growth, growth * position[:, None]])
        before = moments.cumsum(1)
        after = moments.sum(1, keepdims=True) - before
        left = position[:, None] * before[0] - before[1]
        right = after[1] - position[:, None] * after[0]
        return rows, np.stack([inactive + right[:, 0] + left[:, 1], right[:, 1] + left[:, 0] - inactive])

    def corners(self, corner: _Corner) -> np.ndarray:
        """All corners ``[k, 2]`` of the set of optimal lines, in order around it, from one of several."""
        side = self._sides(corner)
        bent = self.upper > self.lower
        under, over = np.flatnonzero(bent & (side >= 0)), np.flatnonzero(bent & (side <= 0))
        low = _tangent(-self.position, self.target, under, over)
        high = _tangent(self.position, self.target, under, over)
        _, steepest = self._through(*high)
        first = _hull_edges(self.position, self.target, under, low[0], steepest)
        second = _hull_edges(-self.position, -self.target, over, low[1], steepest)
        pairs = [self._through(*rows) for rows in (low, *first, high, *reversed(second))]
        lines = np.array([(start, start + slope) for start, slope in pairs])
        apart = np.abs(lines - np.roll(lines, 1, axis=0)).max(1) > 1e-9 * (1 + np.abs(lines).max())
        return lines[apart] if apart.any() else lines[:1]  # to rounding, all of them may be one

    def _sides(self, corner: _Corner) -> np.ndarray:
        """On which side of each row ``[n]`` the optimal lines pass: 1 above, -1 below, 0 through it, all of them."""
        residual = self._residual(corner)
        rows, turns = self._turns(corner, residual)
        up, down = turns <= _LEVEL * (self.upper - self.lower).sum()
        # The level edges span the set as seen from this corner, so that their sum leads into it.
        position = self.position[rows]
        weight = (up.astype(float) - down) / np.maximum(position, 1 - position)
        into = -weight @ position + weight.sum() * position
        residual[rows] = np.where(np.abs(into) > _LEVEL, into, 0.0)
        return np.sign(residual)

    def _lowest_along(self, residual: np.ndarray, rate: np.ndarray) -> tuple[int, int]:
        """The rows whose kinks begin and end the minimum over t of the cost at residual + t · rate."""
        moving = np.flatnonzero(rate)
        rate = rate[moving]
        order = (-residual[moving] / rate).argsort()
        bend = np.abs(rate) * (self.upper - self.lower)[moving]
        slope = np.where(rate > 0, self.lower[moving], self.upper[moving]) @ rate + bend[order].cumsum()
        level = _LEVEL * bend.sum()
        first, last = np.searchsorted(slope, [-level, level])
        return int(moving[order[first]]), int(moving[order[min(last, len(order) - 1)]])


def _tangent(position: np.ndarray, target: np.ndarray, under: np.ndarray, over: np.ndarray) -> tuple[int, int]:
    """The steepest line with the rows ``under`` not above it and ``over`` not below: a row of each on it.

    By Newton's method from the steep side: the rows that stand farthest on the wrong side of a line
    give the next one, less steep, and the first without any is the steepest there is.
    """
    first = int(under[np.lexsort((-target[under], position[under]))[0]])
    second = int(over[np.lexsort((target[over], -position[over]))[0]])
    while True:
        slope = (target[second] - target[first]) / (position[second] - position[first])
        height = target - slope * position
        lowest, highest = int(under[height[under].argmax()]), int(over[height[over].argmin()])
        rounding = 64 * np.finfo(float).eps * (np.abs(target).max() + abs(slope))
        if height[highest] - height[lowest] >= -rounding or position[highest] <= position[lowest]:
            return first, second
        first, second = lowest, highest


def _hull_edges(
    position: np.ndarray, target: np.ndarray, rows: np.ndarray, start: int, steepest: float
) -> list[tuple[int, int]]:
    """The edges of the upper hull of ``rows``, as pairs of rows, on the way left from ``start`` up to a slope."""
    edges, here = [], start
    while True:
        rows = rows[position[rows] < position[here]]
        if not rows.size:
            return edges
        slopes = (target[here] - target[rows]) / (position[here] - position[rows])
        if slopes.min() >= steepest:
            return edges
        edges.append((here, int(rows[slopes.argmin()])))
        here = edges[-1][1]
