"""A function of two weights: the mean loss of a linear model, or a textbook surface. Drawn and descended alike."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from losses.data.points import as_points
from losses.descent.cells import Line, Weights, means
from losses.spec.domain import REAL
from losses.spec.loss import Loss

CACHED = 1 << 15  # numbers of one chunk: 256 kB, so that what one operation leaves the next finds in the cache
LARGE, FINE = 1 << 24, 101  # losses on a grid, and places along its sides, from which cells are quicker

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of two weights with what is known of it.

    Attributes
    ----------
    title
        What the surface is, for people.
    symbols
        Names of the two weights.
    function
        ``function(points, *data)`` at ``points`` ``[..., 2]``, shape ``[...]``, float64. Not a number where it is
        not defined.
    data
        What the function is the mean over: tensors whose first axis is the examples. Empty for one that is no mean.
    bounds
        ``((low, high), (low, high))`` of the two weights: the part worth looking at.
    start
        Where a descent begins well.
    minima
        The known minima, possibly none.
    kinked
        Whether the slope jumps anywhere: then no curvature says how long a step may be.
    kind
        What tells the function from any other, whatever the data are, as ``compiled`` wants it; None if nothing does.
    line
        The examples and their losses, of a mean over the predictions of a line; None for any other function.
    """

    title: str
    symbols: tuple[str, str]
    function: Callable[..., Tensor]
    data: tuple[Tensor, ...]
    bounds: tuple[tuple[float, float], tuple[float, float]]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...] = ()
    kinked: bool = False
    kind: Hashable = None
    line: Line | None = None

    @cached_property
    def least(self) -> float:
        """The function at the lowest of the known minima; infinite where none is known."""
        return float(evaluate(self, self.minima).min()) if self.minima else np.inf

    @cached_property
    def sharpest(self) -> float:
        """The sharpness at the sharpest of the known minima, of which there is one at least."""
        return float(sharpness(self, self.minima).max())

    @cached_property
    def at_start(self) -> float:
        """The function at the surface's own start."""
        return float(evaluate(self, self.start))

    @property
    def examples(self) -> int:
        """Number of examples that the function is a mean of, or 0."""
        return len(self.data[0]) if self.data else 0

    def value(self, points: Tensor, rows: Tensor | None = None) -> Tensor:
        """The function at ``points`` ``[..., 2]``, ``[...]``: the mean over the examples in ``rows``, or over all."""
        return self.function(points, *self.seen(rows))

    def gradient(self, points: Tensor, rows: Tensor | None = None) -> Tensor:
        """The gradient at ``points`` ``[..., 2]``, by autograd, in the same shape; a subgradient at kinks."""
        return value_and_gradient(self.function, points, *self.seen(rows))[1]

    def seen(self, rows: Tensor | None) -> tuple[Tensor, ...]:
        """The data in ``rows``, or all."""
        return self.data if rows is None else tuple(each[rows] for each in self.data)

    def scaled(self, factor: float) -> "Surface":
        """The same surface, ``factor`` times as high."""
        if factor == 1:
            return self
        function, kind, line = self.function, self.kind and (self.kind, factor), self.line
        if line:
            loss = line.loss
            line = replace(line, loss=lambda *inputs: factor * loss(*inputs))
        return replace(self, function=lambda *inputs: factor * function(*inputs), kind=kind, line=line)


def value_and_gradient(function: Callable[..., Tensor], points: Tensor, *data: Tensor) -> tuple[Tensor, Tensor]:
    """A surface's ``function`` at ``points`` ``[..., 2]``, ``[...]``, and its gradient, ``[..., 2]``."""
    with torch.enable_grad():
        points = points.detach().requires_grad_()
        value = function(points, *data)
        if not value.requires_grad:  # flat everywhere: autograd has no graph to follow
            return value, torch.zeros_like(points)
        (gradient,) = torch.autograd.grad(value, points, torch.ones(value.shape, dtype=value.dtype))
    return value.detach(), gradient


def evaluate(surface: Surface, points: Any, progress: Progress | None = None) -> np.ndarray:
    """The surface at many points, over all examples.

    Computed in chunks that fit the processor's cache: memory stays bounded, and it is faster.

    Parameters
    ----------
    surface
        What to evaluate.
    points
        ``[..., 2]``, the two weights.
    progress
        Called now and then with the share that is done, from 0 to 1.

    Returns
    -------
    np.ndarray
        ``[...]``, float64, in the unit of the loss; not a number where the surface is not defined.

    Raises
    ------
    ValueError
        For points whose last axis is not of length 2.

    Examples
    --------
    >>> from losses.descent.textbook import TEXTBOOK
    >>> evaluate(TEXTBOOK["rosenbrock"](), [[1, 1], [-1.2, 1]]).round(1).tolist()
    [0.0, 24.2]
    """
    points = _checked(points)
    values = torch.empty(points.shape[:-1], dtype=torch.float64)
    with torch.no_grad():
        for chunk, result in _chunks(surface, points, values.reshape(-1), progress):
            result.copy_(surface.value(chunk))
    return values.numpy()


def grid(
    surface: Surface,
    resolution: int,
    bounds: Sequence[Sequence[float]] | None = None,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The surface over an even grid.

    A value is that of ``evaluate``; where a line over many examples is seen at many places, it is within 1e-10 of
    itself: there examples share what is computed (``fine_grid``).

    Parameters
    ----------
    surface
        What to evaluate.
    resolution
        Number of values of each weight, at least 1.
    bounds
        ``((low, high), (low, high))`` of the two weights; the surface's own if None.
    progress
        Called now and then with the share that is done, from 0 to 1.

    Returns
    -------
    tuple
        The values of the first weight ``[resolution]``, of the second ``[resolution]``, and the surface
        ``[resolution, resolution]``, whose row i belongs to value i of the second weight, as charts have it.

    Examples
    --------
    >>> from losses.descent.textbook import TEXTBOOK
    >>> x, y, heights = grid(TEXTBOOK["absolute"](condition=2), 3, ((0, 4), (0, 1)))
    >>> x.tolist(), y.tolist()
    ([0.0, 2.0, 4.0], [0.0, 0.5, 1.0])
    >>> heights.tolist()
    [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    """
    found = fine_grid(surface, resolution, bounds, progress)
    if found:
        return found
    first, second, points = _grid(surface, resolution, bounds)
    return first, second, evaluate(surface, points, progress)


def fine_grid(
    surface: Surface,
    resolution: int,
    bounds: Sequence[Sequence[float]] | None = None,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """As ``grid``, but None where it would have to ``evaluate`` every place.

    It need not for a line over many examples at many places, under nearly any loss: see ``losses.descent.cells``.
    """
    if not surface.line or resolution < FINE or surface.examples * resolution**2 < LARGE:
        return None
    first, second, points = _grid(surface, resolution, bounds)
    x = surface.line.x
    inside = ~surface.value(torch.from_numpy(points), torch.tensor([x.argmin(), x.argmax()])).isnan().numpy()
    values = means(surface.line, Weights(first, second, inside), partial(evaluate, surface), progress or (lambda share: None))  # fmt: skip
    return None if values is None else (first, second, values)


def hessian(surface: Surface, points: Any) -> np.ndarray:
    """The matrices of second derivatives, ``[..., 2, 2]``, at ``points`` ``[..., 2]``, by autograd applied twice.

    0 where the surface is flat or straight; ``ValueError`` for points whose last axis is not of length 2.

    >>> from losses.descent.textbook import TEXTBOOK
    >>> hessian(TEXTBOOK["rosenbrock"](), (1, 1)).tolist()
    [[802.0, -400.0], [-400.0, 200.0]]
    """
    points = _checked(points)
    matrices = torch.empty(*points.shape, 2, dtype=torch.float64)
    for chunk, result in _chunks(surface, points, matrices.reshape(-1, 2, 2)):
        result.copy_(_hessian(surface, chunk))
    return matrices.numpy()


def sharpness(surface: Surface, points: Any) -> np.ndarray:
    """The largest eigenvalue of the Hessian, ``[...]``, at ``points`` ``[..., 2]``: the steepest curvature.

    Gradient descent with a learning rate above 2 / sharpness overshoots more at every step there
    (Nesterov 2004, Introductory Lectures on Convex Optimization, section 1.2.3). Negative where it curves
    downwards all round; ``ValueError`` for points whose last axis is not of length 2.

    >>> from losses.descent.textbook import TEXTBOOK
    >>> sharpness(TEXTBOOK["bowl"](condition=10), [(0, 0), (-4, 1)]).tolist()
    [10.0, 10.0]
    """
    matrices = hessian(surface, points)
    across, down, mixed = matrices[..., 0, 0], matrices[..., 1, 1], matrices[..., 0, 1]
    with np.errstate(all="ignore"):  # where a curvature is infinite there may be no largest one
        return (across + down) / 2 + np.hypot((across - down) / 2, mixed)


def linear_surface(
    x: ArrayLike,
    target: ArrayLike,
    loss: Loss,
    settings: Mapping[str, Any],
    **known: Any,
) -> Surface:
    """The mean loss of the predictions w x + b, over w and b.

    Parameters
    ----------
    x, target
        ``[n]``. Targets lie in the loss's target domain, as labels -1 and +1 for a margin loss.
    loss, settings
        A loss of one number against one target, and all its parameters.
    **known
        The other attributes of ``Surface``: ``title``, ``bounds`` and ``start``, and more if known.

    Raises
    ------
    ValueError
        For x and target that are not two equally long rows of finite numbers, at least one each, or a
        target that the loss does not take.

    Examples
    --------
    >>> from losses.registry import LOSSES
    >>> surface = linear_surface(
    ...     [0, 1, 2], [1, 3, 5], LOSSES["mae"], {}, title="2x + 1", bounds=((0, 4), (-1, 3)), start=(0, 0)
    ... )
    >>> evaluate(surface, [[2, 1], [0, 0]]).tolist()
    [0.0, 3.0]
    """
    x, target = (torch.from_numpy(values) for values in as_points(x, target, names=("x", "target")))
    domain, target_domain = (each.resolve(settings) for each in loss.inputs.values())
    wrong = target_domain.violation(target)
    if wrong is not None:
        raise ValueError(f"{loss.name} needs every target to be {target_domain.name}, found {wrong[0].item():g}")

    def function(points: Tensor, x: Tensor, target: Tensor) -> Tensor:
        w, b = points.split(1, -1)
        prediction = torch.addcmul(b, w, x)
        mean = loss.function(prediction, target, **settings).mean(-1)
        beyond = outside(prediction.detach())
        # A factor, so that slopes are none either.
        return mean if beyond is None else mean * torch.ones_like(mean).masked_fill(beyond, torch.nan)

    def outside(prediction: Tensor) -> Tensor | None:
        """Whether any prediction ``[..., n]`` leaves the domain, ``[...]``; None where none can."""
        below = above = None
        if domain.low > -np.inf:
            lowest = prediction.amin(-1)
            below = lowest <= domain.low if domain.open_low else lowest < domain.low
        if domain.high < np.inf:
            above = prediction.amax(-1) > domain.high
        return above if below is None else below if above is None else below | above

    kind = loss.function, *sorted(settings.items())
    of_residual = loss.family == "regression" and domain == target_domain == REAL
    line = Line(x.numpy(), target.numpy(), partial(loss.function, **settings), of_residual)
    return Surface(symbols=("w", "b"), function=function, data=(x, target), kind=kind, line=line, **known)


def _grid(
    surface: Surface, resolution: int, bounds: Sequence[Sequence[float]] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The values of either weight ``[resolution]``, and all pairs of them ``[resolution, resolution, 2]``."""
    first, second = (np.linspace(low, high, resolution) for low, high in (surface.bounds if bounds is None else bounds))
    return first, second, np.stack(np.meshgrid(first, second), -1)


def _checked(points: Any) -> Tensor:
    points = torch.tensor(np.asarray(points, dtype=np.float64))
    if points.shape[-1:] != (2,):
        raise ValueError(f"points must have two coordinates in their last axis, got shape {tuple(points.shape)}")
    return points


def _hessian(surface: Surface, points: Tensor) -> Tensor:
    points = points.detach().requires_grad_()
    value = surface.value(points)
    zeros = torch.zeros_like(points)
    if not value.requires_grad:
        return torch.stack([zeros, zeros], -2)
    (gradient,) = torch.autograd.grad(value.sum(), points, create_graph=True)
    rows = [
        torch.autograd.grad(part.sum(), points, retain_graph=True, materialize_grads=True)[0]
        if part.requires_grad
        else zeros
        for part in gradient.unbind(-1)
    ]
    return torch.stack(rows, -2)


def _chunks(
    surface: Surface, points: Tensor, results: Tensor, progress: Progress | None = None
) -> Iterator[tuple[Tensor, Tensor]]:
    """Points in chunks, each with where its results belong: kept on their own, small results would scatter the memory."""
    size = max(1, CACHED // max(1, surface.examples))
    parts = points.reshape(-1, 2).split(size)
    for done, part in enumerate(zip(parts, results.split(size), strict=True)):
        if progress and done % 16 == 0:
            progress(done / len(parts))
        yield part
