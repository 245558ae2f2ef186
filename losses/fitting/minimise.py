"""The right minimiser for a loss, by what it declares of itself: kinks, convexity, bounds."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from losses.calculus import ArrayDerivatives
from losses.fitting.linear_program import lowest_vertex
from losses.fitting.newton import Cost, Objective
from losses.spec.kinks import Kink, Kinks, are_convex
from losses.spec.loss import Loss

STARTS = 64
_TRIED = 250_000  # lines through as few points as fix one, times the points on which each is tried: all up to 79 points
_CHUNK = 32_768  # of them at once, which stay in the processor's cache
_SAMPLE = 1000  # points on which the starts are tried
_APPROACHES = 2  # steps of all the starts
_FINALISTS = 6  # those of them that are followed to the end
_SAME, _APART = 1e-6, 1e-3  # two starts on one way: relative difference of costs, and of lines to the targets' range
_EDGE = 1e-9  # how near a prediction comes to the open end of its domain, relative to the nearest target
_STEP = 1e-6  # the least difference between two lines that counts, relative to the spread of the targets
_SINGULAR = 1e-12  # an eigenvalue of the Hessian that counts as zero, relative to the largest
_ABSOLUTE = (Kink(0.0, before=-1.0, after=1.0),)  # where the absolute deviation bends
_TIE = 1e-9  # relative difference of two costs that counts as none


class Minimum(NamedTuple):
    """Where the mean loss is least, and how sure that is.

    The prediction is ``shift + basis @ coefficients``: added up they would lose the digits that
    a large offset of the targets takes, and the slope of a line needs those.
    ``residual`` and the parts of ``derivatives`` are per point, ``[n]``. ``unique`` is None where
    it cannot be told, ``alternative`` other coefficients as good, ``corners`` ``[k, p]`` those of the convex set
    of all that are as good, where it is known. ``starts`` is the number of
    descents of which this is the best, 1 for a convex loss; ``at_edge`` says that the minimum
    lies on the open end of the allowed predictions, ``settled`` that the descent came to rest.
    """

    coefficients: np.ndarray
    residual: np.ndarray
    derivatives: ArrayDerivatives
    unique: bool | None
    alternative: np.ndarray | None
    starts: int = 1
    at_edge: bool = False
    settled: bool = True
    shift: float = 0.0
    corners: np.ndarray | None = None


def minimise(basis: np.ndarray, target: np.ndarray, loss: Loss, settings: Mapping[str, Any]) -> Minimum:
    """Minimise the mean loss of a linear model over its coefficients.

    Parameters
    ----------
    basis
        ``[n, p]``, at least 0, with rows that sum to 1: a column of ones, or the weights of the
        two ends of a line at each point. A coefficient is then a prediction.
    target
        ``[n]``, in the loss's target domain.
    loss, settings
        A regression loss and all its parameters.

    Raises
    ------
    ValueError
        For a loss with kinks that are not declared, that is not convex for all its kinks, or that never
        rises on one side of the target.
    """
    domain = next(iter(loss.inputs.values())).resolve(settings)
    # Only differences count where any prediction is allowed; near zero they keep all their digits.
    shift = 0.0 if np.isfinite(domain.low) else float(np.partition(target, len(target) // 2)[len(target) // 2])
    centred = target - shift
    kinks = loss.kinks_for(**settings)
    if kinks:
        found = _piecewise_linear(basis, Cost(loss, settings, centred), kinks)
    elif not loss.fact("differentiable", **settings):
        raise ValueError(f"{loss.name} has kinks, and where they lie is not declared: it cannot be fitted")
    else:
        gaps = centred[centred > domain.low] - domain.low
        nearest = float(gaps.min()) if len(gaps) else 1.0
        floor = max(domain.low + _EDGE * nearest, np.nextafter(domain.low, np.inf)) if domain.open_low else domain.low
        objective = Objective(Cost(loss, settings, centred), basis, floor)
        search = _convex if loss.fact("convex", **settings) else _best_of_many
        found = search(objective, bounded=loss.fact("bounded_slope", **settings))
    return found._replace(shift=shift)


def _piecewise_linear(basis: np.ndarray, cost: Cost, kinks: Kinks) -> Minimum:
    if not are_convex(kinks):
        raise ValueError(f"{cost.loss.name} has kinks and is not convex: it cannot be fitted")
    if not kinks[0].before < 0 < kinks[-1].after:
        raise ValueError(f"{cost.loss.name} does not rise on both sides of the target: nothing is a best fit")
    size = basis.shape[1]
    vertex = lowest_vertex(basis[:, 1] if size > 1 else None, cost.target, kinks)
    value, slope = Cost(cost.loss, cost.settings, np.zeros_like(cost.target)).slopes(vertex.residual)
    return Minimum(
        np.array(vertex.ends[:size]),
        vertex.residual,
        ArrayDerivatives(value, slope, np.zeros_like(slope)),
        vertex.alternative is None,
        None if vertex.alternative is None else np.array(vertex.alternative[:size]),
        corners=vertex.corners[:, :size],
    )


def _convex(objective: Objective, bounded: bool) -> Minimum:
    starts = _lowest(objective, _starts(objective, least_absolute=bounded), 1)
    coefficients, _, settled = objective.descend(starts)
    best = coefficients[0]
    at_edge = bool((best <= objective.floor).any())
    prediction = objective.predict(best)
    # At the border between two pieces of a loss, as Huber's, the curvature on either side counts.
    beside = _STEP * (prediction - objective.cost.target) * np.array([[0.0], [1.0], [-1.0]])
    around = objective.cost.derivatives(np.maximum(prediction + beside, objective.floor))
    unique, ends = (None, None) if at_edge else _level_stretch(objective, best, around.curvature[1:].min(0))
    best, alternative = (best, None) if ends is None else ends
    corners = best[None] if unique else None
    if alternative is not None and len(best) == 1:
        corners = np.array([best, alternative])
    here = ArrayDerivatives(*(part[0] for part in around))
    if ends is not None:
        prediction = objective.predict(best)
        here = objective.cost.derivatives(prediction)
    return Minimum(
        best,
        prediction - objective.cost.target,
        here,
        unique,
        alternative,
        at_edge=at_edge,
        settled=settled,
        corners=corners,
    )


def _level_stretch(
    objective: Objective, best: np.ndarray, curvature: np.ndarray
) -> tuple[bool | None, tuple[np.ndarray, np.ndarray] | None]:
    """Whether a convex minimum with these curvatures ``[n]`` is the only one; if not, the two ends of a level stretch it lies on."""
    eigenvalues, vectors = np.linalg.eigh((objective.basis * curvature[:, None]).T @ objective.basis)
    curved = eigenvalues > _SINGULAR * max(eigenvalues[-1], np.finfo(float).tiny)
    if curved.all():
        return True, None
    level = vectors.T[~curved]
    step = _STEP * max(np.ptp(objective.cost.target), np.finfo(float).tiny)
    for direction in level:
        ends = (_last_level(objective, best, -direction, step), _last_level(objective, best, direction, step))
        if any((end != best).any() for end in ends):
            return False, ends
    return (True if len(level) == 1 else None), None


def _last_level(objective: Objective, best: np.ndarray, direction: np.ndarray, step: float) -> np.ndarray:
    """The farthest point along ``direction`` to which the cost stays as low as at ``best``."""

    def stays(length: float) -> bool:
        return objective.is_level(best + length * direction, direction)

    if not stays(step):
        return best
    inside, outside = step, 2 * step
    while stays(outside) and outside < step * 2.0**60:
        inside, outside = outside, 2 * outside
    for _ in range(50):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if stays(middle) else (inside, middle)
    return best + inside * direction


def _best_of_many(objective: Objective, bounded: bool) -> Minimum:
    """Descend from the best of many lines, on a sample first when there are many points."""
    target = objective.cost.target
    random = np.random.default_rng(0)
    # Sorted, so that the result does not depend on the order of the points.
    order = np.lexsort((target, objective.basis[:, -1]))
    sample = objective.take(_sample(order, random))
    starts = np.concatenate([_starts(sample, least_absolute=True), _through_points(sample, random)])
    starts = _lowest(sample, np.maximum(starts, _inside(sample)), STARTS)
    finalists = _most_promising(sample, starts)
    coefficients, cost, settled = sample.descend(finalists)
    if len(order) > _SAMPLE:
        coefficients, cost, settled = objective.descend(_lowest(objective, coefficients, 1))
    best = coefficients[0]
    prediction = objective.predict(best)
    apart = np.abs(coefficients - best).max(1) > _STEP * np.ptp(target)
    ties = np.flatnonzero(apart & (cost <= cost[0] + _TIE * abs(cost[0])))
    return Minimum(
        best,
        prediction - target,
        objective.cost.derivatives(prediction),
        False if len(ties) else None,
        coefficients[ties[0]] if len(ties) else None,
        starts=len(starts),
        at_edge=bool((best <= objective.floor).any()),
        settled=settled,
    )


def _sample(order: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Some of many rows, the first and the last, which differ in x, among them."""
    if len(order) <= _SAMPLE:
        return order
    return np.concatenate([order[[0, -1]], random.choice(order[1:-1], _SAMPLE - 2, replace=False)])


def _lowest(objective: Objective, lines: np.ndarray, most: int) -> np.ndarray:
    """The lines ``[k, p]`` that cost least, ``[most, p]``, best first."""
    if len(lines) == 1:
        return lines
    parts = np.array_split(lines, min(len(lines), -(-len(lines) * len(objective.basis) // _CHUNK)))
    cost = np.concatenate([objective.mean_costs(part) for part in parts])
    return lines[cost.argsort(kind="stable")[:most]]


def _most_promising(objective: Objective, starts: np.ndarray) -> np.ndarray:
    """Where the lowest of the starts have got to after some steps, of those that are on one way only the first."""
    for _ in range(_APPROACHES):
        starts, cost = objective.approach(starts)
    order = cost.argsort(kind="stable")
    starts, cost = starts[order], cost[order]
    other = np.abs(np.diff(starts, axis=0)).max(1) > _APART * np.ptp(objective.cost.target)
    alone = np.append(True, other | (np.diff(cost) > _SAME * np.abs(cost[1:])))
    return starts[alone][:_FINALISTS]


def _starts(objective: Objective, least_absolute: bool) -> np.ndarray:
    """The least-squares line and, if asked for, that of least absolute deviations, ``[k, p]``."""
    basis, target = objective.basis, objective.cost.target
    size = basis.shape[1]
    starts = [least_squares(basis, target)]
    if least_absolute:
        rows = slice(None)
        if len(target) > _SAMPLE:  # near enough for a start, and much sooner found
            ends = [basis[:, -1].argmin(), basis[:, -1].argmax()]
            rows = np.append(np.random.default_rng(0).choice(len(target), _SAMPLE, replace=False), ends)
        vertex = lowest_vertex(basis[rows, 1] if size > 1 else None, target[rows], _ABSOLUTE)
        starts.append(np.array(vertex.ends[:size]))
    return np.maximum(np.array(starts), _inside(objective))


def _inside(objective: Objective) -> float:
    """A prediction well inside the allowed ones; below it no descent starts."""
    floor = objective.floor
    return floor if np.isinf(floor) else max(floor, floor + 0.1 * (objective.cost.target.mean() - floor))


def least_squares(basis: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The least-squares coefficients ``[p]``, p <= 2, for rows of ``basis`` that sum to 1."""
    mean = target.mean()
    if basis.shape[1] == 1:
        return np.array([mean])
    middle = basis[:, 1].mean()
    centred = basis[:, 1] - middle
    slope = centred @ (target - mean) / (centred @ centred)
    return mean + slope * np.array([-middle, 1 - middle])


def _through_points(objective: Objective, random: np.random.Generator) -> np.ndarray:
    """Coefficients of lines that pass exactly through p of the points: all such lines, or a seeded choice."""
    basis, target = objective.basis, objective.cost.target
    count, size = basis.shape
    if size == 1:
        return target[:, None]
    if count * count * (count - 1) // 2 <= _TRIED:
        first, second = np.triu_indices(count, 1)
    else:
        first, second = random.integers(count, size=(2, _TRIED // count))
    position = basis[:, 1]
    run = position[second] - position[first]
    first, second, run = (part[run != 0] for part in (first, second, run))
    slope = (target[second] - target[first]) / run
    start = target[first] - slope * position[first]
    return np.stack([start, start + slope], 1)
