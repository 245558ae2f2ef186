"""Descent on a sum of bent lines and a parabola, from piece to piece, by the points that are held on their kinks.

Between the kinks the objective is quadratic, and where a few points stay on their kinks its minimum is one small
linear system: an active set method (Nocedal and Wright 2006, Numerical Optimization, section 16.5). A step goes to the
lowest place of all along its ray, past as many kinks as it takes, as those of Barrodale and Roberts (1973), SIAM
Journal on Numerical Analysis 10(5), and out of a hollow into a lower one where the objective is not convex.
"""

from typing import NamedTuple

import numpy as np

ROUNDS = 60  # some ten, more where many points meet at one place
_LEVEL = 1e-11  # of the largest jump, by which a pressure may leave its range
_OFF = 1e-9  # of the margin, by which a point may stand on the other side of its kink
_GIVE = 1e-14  # of a margin, to a pressure of 1
_ROUNDING = 1e-12  # of θ and of what a speed is made of, up to which a step and a speed are none
_NEAR, _STILL, _FAR = (
    1e-40,
    1e-150,
    1e100,
)  # the least distance from a kink and speed, and where one lies that a ray never meets


class Pieces(NamedTuple):
    """The objective Σ jump · max(0, at - rows·θ) + ½ Σ quadratic · θ² + linear·θ.

    ``rows`` ``[n, p]``, ``at`` ``[n]``, ``jump`` ``[n]``, below 0 where it bends downwards, ``quadratic`` ``[p]`` above 0,
    ``linear`` ``[p]``.
    """

    rows: np.ndarray
    at: np.ndarray
    jump: np.ndarray
    quadratic: np.ndarray
    linear: np.ndarray

    def objective(self, theta: np.ndarray) -> np.ndarray:
        """The objective at θ ``[k, p]``."""
        bent = np.maximum(self.at - theta @ self.rows.T, 0) @ self.jump
        return bent + self.curvature(theta) / 2 + theta @ self.linear

    def curvature(self, step: np.ndarray) -> np.ndarray:
        """That of the parabola along steps ``[k, p]``, of which one in a small unit has a square beyond the floats."""
        return np.square(step * np.sqrt(self.quadratic)).sum(-1)


class Rest(NamedTuple):
    """Where walks ended: θ ``[k, p]``, and whether each is at rest ``[k]``."""

    theta: np.ndarray
    settled: np.ndarray


class _Walk(NamedTuple):
    """θ ``[k, p]``, the rows held on their kinks ``[k, p]``, and on which side the others are ``[k, n]``.

    A row is held in a slot; 0, which is no row, stands in one that is free. A side is 1 below the kink, -1 above it,
    0 on it.
    """

    theta: np.ndarray
    held: np.ndarray
    side: np.ndarray


def walk(pieces: Pieces, starts: np.ndarray, rounds: int = ROUNDS) -> Rest:
    """Descend from every start ``[k, p]``, by so many steps at most."""
    pieces = _with_none_first(pieces)
    found, settled, going = starts.copy(), np.zeros(len(starts), dtype=bool), np.arange(len(starts))
    state = _Walk(starts.copy(), np.zeros(starts.shape, dtype=int), _sides(pieces, starts))
    for _ in range(rounds):
        step, pressure = _to_the_minimum(pieces, state)
        arrived = _along(pieces, state, step)
        resting = arrived & ~_released(pieces, state, arrived, pressure)
        if resting.any():
            found[going[resting]] = state.theta[resting]
            settled[going[resting]] = _sides_hold(pieces, state)[resting]
            going, state = going[~resting], _Walk(*(part[~resting] for part in state))
            if not len(going):
                break
    found[going] = state.theta
    return Rest(found, settled)


def lowest_along(pieces: Pieces, theta: np.ndarray, ways: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lowest places on rays from θ ``[p]`` in ways ``[k, p]``: θ ``[k, p]``, and how much higher they are ``[k]``.

    Rays that only rise are left out.
    """
    pieces = _with_none_first(pieces)
    state = _Walk(theta[None], np.zeros((1, len(theta)), dtype=int), _sides(pieces, theta[None]))
    pull = ((state.side[0] > 0) * pieces.jump) @ pieces.rows
    slope = ways @ (pieces.quadratic * theta + pieces.linear - pull)
    ray = _lowest(pieces, state, ways, slope, pieces.curvature(ways))
    away = ray.length > 0
    return (theta + ray.length[:, None] * ways)[away], ray.fall[away]


def _with_none_first(pieces: Pieces) -> Pieces:
    """With one more row, which is nothing and stands in the slots that are free."""
    none = np.zeros((1, pieces.rows.shape[1]))
    at, jump = (np.concatenate([[0.0], part]) for part in (pieces.at, pieces.jump))
    return Pieces(np.concatenate([none, pieces.rows]), at, jump, pieces.quadratic, pieces.linear)


def _sides(pieces: Pieces, theta: np.ndarray) -> np.ndarray:
    return np.where(theta @ pieces.rows.T < pieces.at, 1.0, -1.0)


def _to_the_minimum(pieces: Pieces, state: _Walk) -> tuple[np.ndarray, np.ndarray]:
    """The step to the minimum of the piece, and what holds the held rows there, ``[k, p]`` each."""
    rows, size = pieces.rows[state.held], state.theta.shape[1]
    system = np.zeros((len(rows), 2 * size, 2 * size))
    diagonals = system.reshape(len(rows), -1)[:, :: 2 * size + 1]  # a view
    diagonals[:, :size], diagonals[:, size:] = pieces.quadratic, state.held == 0
    # A little gives way where held rows are alike: there is always one solution.
    diagonals[:, size:] += _GIVE
    system[:, size:, :size] = rows
    np.negative(rows.transpose(0, 2, 1), out=system[:, :size, size:])
    aim = np.empty((len(rows), 2 * size, 1))
    pull = ((state.side > 0) * pieces.jump) @ pieces.rows
    aim[:, :size, 0] = pull - pieces.quadratic * state.theta - pieces.linear
    aim[:, size:, 0] = pieces.at[state.held] - (rows @ state.theta[..., None])[..., 0]
    solution = np.linalg.solve(system, aim)[..., 0]
    return solution[:, :size], solution[:, size:]


def _along(pieces: Pieces, state: _Walk, step: np.ndarray) -> np.ndarray:
    """Go to the lowest place along each step; whether that is the minimum of the piece ``[k]``."""
    # Nothing is free to move, or it moves by rounding, of which nobody should make a ray.
    still = np.logical_and.reduce(state.held, 1) | (np.abs(step).max(1) <= _ROUNDING * np.abs(state.theta).max(1))
    curvature = pieces.curvature(step)
    ray = _lowest(pieces, state, np.where(still[:, None], 0.0, step), -curvature, curvature)
    length = np.where(still, 1.0, ray.length)
    state.theta[:] += length[:, None] * step
    crossed = (ray.place < length[:, None])[:, 1:]
    state.side[:, 1:][crossed] *= -1
    which = ray.kink.nonzero()[0]
    row = ray.kink[which]
    state.side[which, row] = 0.0
    state.held[which, state.held[which].argmin(1)] = row
    return still | ((ray.kink == 0) & ~np.logical_or.reduce(crossed, 1))


class _Ray(NamedTuple):
    """How long the rays are ``[k]``, by how much each falls ``[k]``, where it meets the kinks ``[k, n]``, and at which it ends."""

    length: np.ndarray
    fall: np.ndarray
    place: np.ndarray
    kink: np.ndarray


@np.errstate(over="ignore", invalid="ignore")  # what lies beyond the floats is no lowest place
def _lowest(pieces: Pieces, state: _Walk, step: np.ndarray, slope: np.ndarray, curvature: np.ndarray) -> _Ray:
    """The lowest places along rays, that begin with this slope and curvature ``[k]``, and bend at every kink."""
    columns, curvature = pieces.rows.T, np.maximum(curvature, np.finfo(float).tiny)[:, None]
    # Speeds towards the kinks; what does not move towards one meets it far away.
    speed = np.maximum(state.side * (step @ columns), 0.0)
    speed *= speed > _ROUNDING * (np.abs(step) @ np.abs(columns))
    distance = state.side * (pieces.at - state.theta @ columns)
    place = np.minimum(np.maximum(distance, _NEAR) / np.maximum(speed, _STILL), _FAR)
    gain = pieces.jump * speed
    place[:, 0], gain[:, 0] = 0.0, slope
    order = place.argsort(1)
    each = np.arange(len(place))
    index = order + (each * place.shape[1])[:, None]
    begin, slopes = place.ravel()[index], gain.ravel()[index]
    missed = (slopes * begin).cumsum(1)
    slopes = slopes.cumsum(1)
    # The lowest place of each stretch between two kinks, which may be an end of it.
    lengths = np.maximum(slopes / -curvature, begin)
    np.minimum(lengths[:, :-1], begin[:, 1:], out=lengths[:, :-1])
    falls = lengths * (slopes + lengths * (curvature / 2)) - missed
    best = np.where(np.isnan(falls), np.inf, falls).argmin(1)
    length = lengths[each, best]
    after = np.minimum(best + 1, place.shape[1] - 1)
    at_begin, at_end = (length <= begin[each, best]) * order[each, best], length >= begin[each, after]
    return _Ray(length, falls[each, best], place, np.where(at_end, order[each, after], at_begin))


def _released(pieces: Pieces, state: _Walk, arrived: np.ndarray, pressure: np.ndarray) -> np.ndarray:
    """Let go of the row that leaves its kink most, in each walk that has arrived: whether there is one ``[k]``."""
    over = pressure - pieces.jump[state.held]
    excess = np.maximum(over, -pressure)
    each, worst = np.arange(len(excess)), excess.argmax(1)
    leaves = arrived & (excess[each, worst] > _LEVEL * pieces.jump.max())
    which, slot = each[leaves], worst[leaves]
    state.side[which, state.held[which, slot]] = np.where(over[which, slot] > 0, 1.0, -1.0)
    state.held[which, slot] = 0
    return leaves


def _sides_hold(pieces: Pieces, state: _Walk) -> np.ndarray:
    off = state.side * (pieces.at - state.theta @ pieces.rows.T)
    return (off >= -_OFF * np.maximum(1.0, np.abs(pieces.at))).all(1)
