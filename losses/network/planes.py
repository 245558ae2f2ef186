"""The loss of a model over a plane of weights, coarse first, and the path of a training on it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from losses.network.arguments import whole
from losses.network.dependence import refuse_constant
from losses.network.directions import Axes, as_checkpoints, filter_normalised, leading, widened
from losses.network.evaluation import Evaluator, Progress
from losses.network.task import Judge, Options, as_options, held
from losses.network.untouched import untouched
from losses.network.weights import as_vector, flat, has_running_statistics

LARGEST = 2001
TIMED = 0.05  # seconds that are measured to tell how long all will take
COARSEST = 5  # intervals along a side of the first grid, at least


@dataclass(frozen=True, eq=False)
class Plane:
    """The loss over a plane of weights.

    Attributes
    ----------
    x, y
        Coordinates ``[m]`` and ``[n]``, rising.
    loss
        ``[n, m]``, float64: row i belongs to ``y[i]``. Not a number or infinite where it is so.
    names
        Of both axes.
    kind
        How the axes were chosen, as in ``Axes``.
    at, centre
        Where on the plane the network is from which it is seen, and the loss there: the model itself; of a principal
        plane the last checkpoint, of one between networks the first.
    shares, curvatures, marks, seed
        As in ``Axes``.
    norms
        Which statistics BatchNorm used, as in ``Options``.
    seconds, left
        What it took, and what further refinement is about to take.
    axes
        The plane in the space of weights; None for one from a file.
    """

    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    names: tuple[str, str]
    kind: str
    at: tuple[float, float]
    centre: float
    shares: tuple[float, float] | None = None
    curvatures: tuple[float, float] | None = None
    marks: tuple[tuple[str, float, float], ...] = ()
    seed: int | None = None
    norms: str = "trained"
    seconds: float = 0.0
    left: float = 0.0
    axes: Axes | None = None

    @property
    def holes(self) -> int:
        """At how many places the loss is not finite."""
        return int((~np.isfinite(self.loss)).sum())


@dataclass(frozen=True, eq=False)
class Path:
    """Checkpoints of a training, seen on a plane.

    Attributes
    ----------
    x, y
        ``[t]``, where the nearest place of the plane is.
    loss
        ``[t]``, of the checkpoint itself. The plane below it has another one, the farther off it is.
    off
        ``[t]``, the distance from the plane, in the unit of weights.
    away
        ``[t]``, the distance from the last checkpoint, likewise.
    """

    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    off: np.ndarray
    away: np.ndarray


def plane(
    model: nn.Module,
    loss: Judge | str,
    data: Any,
    axes: Axes | str = "random",
    size: int = 51,
    *,
    extent: Any = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Any,
) -> Plane:
    """The loss of a model over a plane through its weights. The model stays as it is, to the last byte.

    Parameters
    ----------
    model
        Any module whose weights are made.
    loss
        ``loss(model, batch)``, a scalar tensor, the mean over the batch; or, for batches of features and targets, a
        criterion as ``nn.CrossEntropyLoss()``, or a key of ``LOSSES``.
    data
        A batch, as a tuple or mapping of tensors or a tensor; or an iterable of batches, read once and held. The loss
        is the mean over batches, each weighted by its number of examples, the length of its first tensor: that of all
        examples, as long as each counts. One that leaves some out (``ignore_index``, masks) weighs by other numbers;
        give it one batch.
    axes
        What ``losses.network.directions`` gives; or ``"random"`` (filter-normalised) or ``"leading"`` (of the Hessian).
    size
        Places along either side, 2 to 2001.
    extent
        How far to either side of the model to look, or ``((left, right), (low, high))``; the axes' own if None.
    seed
        Of random axes, and of what the loss draws.
    progress
        Called with the share that is done, from 0 to 1; what it raises ends the work.
    **options
        ``norms``, ``device``, ``dtype`` and ``memory``, as ``Options`` has them.

    Raises
    ------
    ValueError
        For a size, extent or option outside its range, a loss that gives more than one number, or weights that are
        not finite.

    Examples
    --------
    >>> model = nn.Linear(1, 1, bias=False, dtype=torch.float64)
    >>> _ = nn.init.constant_(model.weight, 2.0)
    >>> data = torch.ones(4, 1, dtype=torch.float64), torch.zeros(4, 1, dtype=torch.float64)
    >>> found = plane(model, "mse", data, size=3)
    >>> found.centre, found.loss.shape, found.loss[1, 1]
    (4.0, (3, 3), np.float64(4.0))
    """
    *_, last = refinements(model, loss, data, axes, size, extent=extent, seed=seed, progress=progress, **options)
    return last


def refinements(
    model: nn.Module,
    loss: Judge | str,
    data: Any,
    axes: Axes | str = "random",
    size: int = 51,
    *,
    extent: Any = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Any,
) -> "Refinements":
    """As ``plane``, but every grid on the way: each has the places of the one before, and nothing is computed twice.

    Sides of 7, 13, 25 and 49 places lead to 49. ``left`` of each is how long the rest is going to take, by what the
    places so far took. What ``progress`` raises ends a grid; asked again, it is begun anew, and those before it stay.
    """
    size = whole("size", size, 2, LARGEST)
    begun = time.perf_counter()
    chosen = as_options(seed=seed, **options)
    with untouched(model):
        data = held(model, data, chosen)
        axes = widened(_axes(model, loss, data, axes, chosen, progress), extent)
        if axes.kind in ("between", "principal"):
            refuse_foreign_statistics(model, chosen)
        evaluator = Evaluator(model, loss, data, chosen)
        refuse_constant(evaluator)
        made = Refinements(model, evaluator, axes, size, progress)
    made.seconds = time.perf_counter() - begun
    return made


class Refinements(Iterator[Plane]):
    """The grids of a plane, each finer than the one before, the next computed when it is asked for.

    Attributes
    ----------
    axes
        The plane in the space of weights.
    centre
        The loss where the axes are ``at``.
    seconds
        What it took so far.
    """

    def __init__(
        self, model: nn.Module, evaluator: Evaluator, axes: Axes, size: int, progress: Progress | None
    ) -> None:
        self.model, self.evaluator, self.axes, self.progress = model, evaluator, axes, progress
        like = evaluator.first.buffer  # where it computes, so that no place is moved on its own
        self._there = replace(axes, origin=axes.origin.to(like), vectors=axes.vectors.to(like))
        self._x, self._y = (_along(*ends, size) for ends in axes.bounds)
        self._values, self._known = np.full((size, size), np.nan), np.zeros((size, size), dtype=bool)
        self._coming = grids(size)
        self.centre = float(self._losses(*np.array(axes.at)[:, None])[0])
        self.seconds = 0.0

    def __next__(self) -> Plane:
        if not self._coming:
            raise StopIteration
        begun = time.perf_counter()
        grid = self._coming[0]
        wanted = np.zeros_like(self._known)
        wanted[np.ix_(grid, grid)] = True
        rows, columns = np.nonzero(wanted & ~self._known)
        share = _share(self.progress, self._known.mean(), len(rows) / self._known.size)
        with untouched(self.model):
            self._values[rows, columns] = self._losses(self._x[columns], self._y[rows], share)
        self._known |= wanted
        self._coming = self._coming[1:]
        took = time.perf_counter() - begun
        self.seconds += took
        return self._seen(grid, left=took / len(rows) * float((~self._known).sum()))

    def _losses(self, x: np.ndarray, y: np.ndarray, progress: Progress | None = None) -> np.ndarray:
        def made(part: slice) -> Tensor:
            return self._there.weights(torch.from_numpy(x[part]), torch.from_numpy(y[part]))

        return self.evaluator(len(x), made, progress, _named(self.axes, x, y))

    def _seen(self, grid: np.ndarray, left: float) -> Plane:
        axes = self.axes
        return Plane(
            x=self._x[grid],
            y=self._y[grid],
            loss=self._values[np.ix_(grid, grid)],
            names=axes.names,
            kind=axes.kind,
            at=axes.at,
            centre=self.centre,
            shares=axes.shares,
            curvatures=axes.curvatures,
            marks=axes.marks,
            seed=axes.seed,
            norms=self.evaluator.options.norms,
            seconds=self.seconds,
            left=left,
            axes=axes,
        )


def seconds_for(model: nn.Module, loss: Judge | str, data: Any, size: int = 51, **options: Any) -> float:
    """About how many seconds ``plane`` takes for ``size`` places a side, from a few evaluations.

    >>> seconds_for(nn.Linear(2, 1), "mse", (torch.zeros(8, 2), torch.zeros(8, 1)), size=3) > 0
    True
    """
    with untouched(model):
        evaluator = Evaluator(model, loss, data, as_options(**options))
        here = flat(model)
        count, spent = 0, 0.0
        while spent < TIMED and count < size**2:
            count = min(size**2, 4 * count or 2 * evaluator.turn * evaluator.threads)
            begun = time.perf_counter()
            evaluator(count, lambda part: here.expand(part.stop - part.start, -1))
            spent = time.perf_counter() - begun
        return spent / count * size**2


def path(
    model: nn.Module,
    checkpoints: Any,
    seen: Plane,
    loss: Judge | str,
    data: Any,
    *,
    progress: Progress | None = None,
    **options: Any,
) -> Path:
    """Where checkpoints of a training are on a plane, what each of them really loses, and how far off the plane it is.

    The contours of a plane are the loss of its own places, not that of a training that runs above and below it.

    Parameters
    ----------
    model
        One like those that the checkpoints were taken of.
    checkpoints
        Vectors ``[t, p]``, or models; at least three.
    seen
        The plane, with its axes.
    loss, data, progress, **options
        As ``plane`` takes them.

    Raises
    ------
    ValueError
        For checkpoints that do not fit or are not finite (named), for a plane from a file, and for a model whose
        BatchNorm keeps statistics, which belong to none of the checkpoints: then ``norms="batch"`` is needed.

    Examples
    --------
    >>> from losses.network.directions import principal
    >>> model = nn.Linear(2, 1, bias=False)
    >>> checkpoints = torch.tensor([[0.0, 2.0], [0.5, 1.0], [1.0, 1.0]])
    >>> data = torch.ones(1, 2), torch.full((1, 1), 2.0)
    >>> seen = plane(model, "mse", data, principal(checkpoints, model), size=3)
    >>> found = path(model, checkpoints, seen, "mse", data)
    >>> found.loss.tolist(), bool((found.off < 1e-6).all())
    ([0.0, 0.25, 0.0], True)
    """
    if seen.axes is None:
        raise ValueError("the plane is from a file, without its directions; compute it again, or save the path with it")
    chosen = as_options(**options)
    refuse_foreign_statistics(model, chosen)
    with untouched(model):
        points = as_checkpoints(checkpoints, model)
        evaluator = Evaluator(model, loss, data, chosen)
        values = evaluator(len(points), lambda part: points[part], progress, lambda place: f"of checkpoint {place}")
    vectors, steps = seen.axes.vectors.double().to(points.device), (points - seen.axes.origin.to(points)).double()
    places = torch.linalg.lstsq(vectors.T, steps.T).solution.T
    off = (steps - places @ vectors).norm(dim=1)
    away = (points - points[-1]).double().norm(dim=1)
    x, y = places.T.cpu().numpy()
    return Path(x, y, values, off.cpu().numpy(), away.cpu().numpy())


def refuse_foreign_statistics(model: nn.Module, options: Options) -> None:
    """Raise ``ValueError`` where statistics of one network would be used for others."""
    if options.norms == "trained" and has_running_statistics(model):
        raise ValueError(
            "BatchNorm's statistics belong to one set of weights and are wrong for the others; choose norms='batch'"
        )


def grids(size: int) -> list[np.ndarray]:
    """Which places of a full side each refinement has, from few to all: every second one of the next, and the last.

    >>> [len(grid) for grid in grids(49)], grids(12)[0].tolist()
    ([7, 13, 25, 49], [0, 2, 4, 6, 8, 10, 11])
    """
    found = [np.arange(size)]
    while (len(found[0]) - 1) // 2 >= COARSEST:
        found.insert(0, np.union1d(found[0][::2], size - 1))
    return found


def _axes(
    model: nn.Module, loss: Judge | str, data: Any, axes: Axes | str, options: Options, progress: Progress | None
) -> Axes:
    if axes == "random":
        axes = filter_normalised(model, options.seed)
    elif axes == "leading":
        kept = {name: getattr(options, name) for name in ("norms", "device", "dtype", "memory")}
        begun = (lambda _: progress(0.0)) if progress else None
        axes = leading(model, loss, data, seed=options.seed, progress=begun, **kept)
    if not isinstance(axes, Axes):
        raise ValueError(f"axes must be 'random', 'leading' or what losses.network.directions gives, got {axes!r}")
    as_vector(axes.origin, model, "the origin of the axes")
    return axes


def _along(low: float, high: float, size: int) -> np.ndarray:
    """Even places, of which one that is 0 but for rounding is 0."""
    places = np.linspace(low, high, size)
    return np.where(np.abs(places) < 1e-12 * (high - low), 0.0, places)


def _named(axes: Axes, x: np.ndarray, y: np.ndarray) -> Callable[[int], str]:
    first, second = axes.names
    return lambda place: f"{first} = {x[place]:.6g}, {second} = {y[place]:.6g}"


def _share(progress: Progress | None, before: float, of_all: float) -> Progress | None:
    return (lambda share: progress(float(before + share * of_all))) if progress else None
