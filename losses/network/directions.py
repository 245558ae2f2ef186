"""Two directions in the space of all weights, in which to look around: five ways to choose them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from losses.network.arguments import Progress
from losses.network.hessian import eigenpairs
from losses.network.task import Judge, as_options, prepared, seeded
from losses.network.untouched import untouched
from losses.network.weights import Weight, as_vector, flat, layout

Bounds = tuple[tuple[float, float], tuple[float, float]]
ROOM = 0.2  # of the span of what is to be seen, left free on either side


@dataclass(frozen=True, eq=False)
class Axes:
    """A plane in the space of weights: ``origin + x * vectors[0] + y * vectors[1]``.

    Attributes
    ----------
    kind
        ``"random"``, ``"raw"`` (random, not normalised), ``"principal"``, ``"leading"``, ``"between"`` or ``"named"``.
    names
        Of both axes, for people.
    origin, vectors
        ``[p]`` and ``[2, p]``, in the order of ``weights.layout``.
    bounds
        What is worth looking at: the least and largest x, and y.
    at
        Where on the plane the network is from which it is seen: the model; of principal ones the last checkpoint, of
        ones between networks the first.
    shares
        Share of the variance of the checkpoints along either axis, of principal ones.
    curvatures
        The eigenvalues, of leading ones.
    marks
        Places worth marking, each with its name.
    seed
        Of random ones.
    """

    kind: str
    names: tuple[str, str]
    origin: Tensor
    vectors: Tensor
    bounds: Bounds
    at: tuple[float, float] = (0.0, 0.0)
    shares: tuple[float, float] | None = None
    curvatures: tuple[float, float] | None = None
    marks: tuple[tuple[str, float, float], ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        if not (self.origin.isfinite().all() and all(map(math.isfinite, self.at))):
            raise ValueError("not all weights of the model are finite: the training diverged; go back to a checkpoint")
        for name, length in zip(self.names, self.vectors.double().norm(dim=1).tolist(), strict=True):
            if not (length > 0 and math.isfinite(length)):
                raise ValueError(
                    f"nothing moves along the axis {name!r}: every weight is a bias, of a normalisation, frozen or 0; "
                    "choose other axes, unnormalised or named ones"
                )

    def weights(self, x: Tensor, y: Tensor) -> Tensor:
        """The weights ``[k, p]`` at places ``x`` and ``y``, ``[k]`` each."""
        first, second = self.vectors
        x, y = (each.to(self.vectors).unsqueeze(-1) for each in (x, y))
        return torch.addcmul(torch.addcmul(self.origin, x, first), y, second)


def filter_normalised(model: nn.Module, seed: int = 0, extent: float = 1.0) -> Axes:
    """Two random directions, filter by filter as long as the model's weights.

    Each is drawn from a Gaussian, then every filter of it (the weights into one output) is scaled to the norm of that
    filter of the model; biases, weights of normalisation layers and frozen weights stay still. A picture along such
    directions is the same for networks that differ by a scale that a ReLU or a normalisation takes back.
    After Li et al. (2018), Visualizing the loss landscape of neural nets, section 4.

    >>> axes = filter_normalised(nn.Linear(2, 3), seed=1)
    >>> axes.vectors.shape, axes.vectors[:, 6:].abs().max().item()
    (torch.Size([2, 9]), 0.0)
    """
    random = torch.Generator().manual_seed(seed)
    origin, weights = flat(model), layout(model)
    vectors = torch.stack([random_direction(origin, weights, random) for _ in range(2)])
    return Axes("random", ("random 1", "random 2"), origin, vectors, _around((0.0, 0.0), extent), seed=seed)


def unnormalised(model: nn.Module, seed: int = 0, extent: float = 1.0) -> Axes:
    """Two random directions over all trained weights, of unit length whatever the weights are.

    Their picture changes with the scale of a layer, though the network does not (Dinh et al. 2017): beside it
    ``filter_normalised`` is judged.
    """
    random = torch.Generator().manual_seed(seed)
    origin = flat(model)
    moving = torch.cat([torch.full((each.part.stop - each.part.start,), float(each.trained)) for each in layout(model)])
    drawn = torch.randn(2, len(origin), generator=random, dtype=torch.float64).to(origin) * moving.to(origin)
    vectors = drawn / drawn.norm(dim=1, keepdim=True)
    return Axes("raw", ("random 1", "random 2"), origin, vectors, _around((0.0, 0.0), extent), seed=seed)


def random_direction(origin: Tensor, weights: Sequence[Weight], random: torch.Generator) -> Tensor:
    """One filter-normalised direction ``[p]`` at weights ``origin`` ``[p]``."""
    drawn = torch.randn(len(origin), generator=random, dtype=torch.float64).to(origin)
    found = torch.zeros_like(origin)
    for weight in weights:
        if weight.kind != "filter" or not weight.trained:
            continue
        filters, own = (weight.by_filter(vector) for vector in (drawn, origin))
        lengths, own_lengths = (each.norm(dim=(1, 3), keepdim=True) for each in (filters, own))
        scaled = filters * (own_lengths / torch.where(lengths > 0, lengths, 1))
        found[weight.part] = scaled.reshape(-1)
    return found


def principal(checkpoints: Any, model: nn.Module) -> Axes:
    """The two directions in which checkpoints ``[t, p]`` vary most, seen from the last one.

    From the Gram matrix ``[t, t]`` of their differences to the last, so that no matrix of the size p by p is needed;
    ``shares`` are the shares of all variance, with its mean taken from each, that lie along either axis. Axes have
    unit length and point from the beginning towards the end. After Li et al. (2018), section 7.

    Raises
    ------
    ValueError
        For fewer than three checkpoints, ones that do not fit the model, some that are not finite (named), and ones
        that lie on a line.
    """
    points = as_checkpoints(checkpoints, model)
    last = points[-1]
    steps = (points - last).double()
    centred = steps - steps.mean(0)
    values, vectors = torch.linalg.eigh(centred @ centred.T)
    values, vectors = values.flip(0).clamp(min=0), vectors.flip(1)
    if not values[1] > 1e-12 * values[0]:
        raise ValueError("the checkpoints lie on a line: they span no plane; give more of them")
    axes = (vectors[:, :2].T @ centred) / values[:2].sqrt().unsqueeze(-1)
    axes = axes * torch.where((axes @ steps[0]) > 0, -1.0, 1.0).unsqueeze(-1)
    places = steps @ axes.T
    shares = (values[:2] / values.sum()).tolist()
    return Axes(
        kind="principal",
        names=("principal 1", "principal 2"),
        origin=last,
        vectors=axes.to(last),
        bounds=_span(places),
        shares=tuple(shares),
        marks=(("start", *places[0].tolist()), ("end", 0.0, 0.0)),
    )


def leading(
    model: nn.Module,
    loss: Judge | str,
    data: Any,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Any,
) -> Axes:
    """The two directions in which the loss curves most: eigenvectors of the two largest eigenvalues of the Hessian.

    By Lanczos' method, to unit length. The bounds are where the steeper one alone has raised the loss by its own
    height (``curvature * x**2 / 2 = loss``), or the norm of the weights where that is nearer. ``options`` are those
    of ``Options``; ``progress`` is told the share that is done after each product, and what it raises ends the work.
    """
    chosen = as_options(seed=seed, **options)
    with untouched(model):
        own = prepared(model, loss, data, chosen)
        pairs = eigenpairs(own, 2, chosen, progress)
        with torch.no_grad(), seeded(chosen.seed):
            here = own.mean().item()
    if len(pairs.values) < 2:
        raise ValueError("the model has one weight to move: there is no plane of two directions")
    steepest = float(pairs.values[0])
    size = own.buffer.norm().item() or 1.0
    reach = math.sqrt(2 * max(here, 0.01) / steepest) if steepest > 0 and math.isfinite(here) else size
    first, second = (float(value) for value in pairs.values[:2])
    return Axes(
        kind="leading",
        names=("sharpest", "second sharpest"),
        origin=own.buffer.clone(),
        vectors=pairs.vectors[:2].to(own.buffer),
        bounds=_around((0.0, 0.0), min(2 * reach, size)),
        curvatures=(first, second),
        seed=seed,
    )


def between(model: nn.Module, a: Any, b: Any, c: Any = None, *, seed: int = 0) -> Axes:
    """The plane through three networks, or through two and a random direction across.

    ``a`` is at (0, 0), ``b`` at (1, 0); the second axis is at right angles and as long. ``a``, ``b`` and ``c`` are
    models like ``model`` or vectors of weights ``[p]``. After Garipov et al. (2018), Loss surfaces, mode connectivity,
    and fast ensembling of DNNs, appendix A.1. Raises ``ValueError`` for networks that lie on a line.
    """
    given = {name: as_vector(each, model, name) for name, each in (("a", a), ("b", b), ("c", c)) if each is not None}
    refuse_diverged(list(given), list(given.values()))
    start, end = given["a"], given["b"].to(given["a"])
    across = end - start
    length = across.norm()
    if not length > 0:
        raise ValueError("a and b are the same network: no direction leads from one to the other")
    if "c" in given:
        towards = given["c"].to(start) - start
        other = towards - across * (towards @ across) / length.square()
        if not other.norm() > 1e-6 * towards.norm():
            raise ValueError("the three networks lie on a line: they span no plane; leave c out")
    else:
        towards = random_direction(start, layout(model), torch.Generator().manual_seed(seed))
        other = towards - across * (towards @ across) / length.square()
    other = other * (length / other.norm())
    marks = [("a", 0.0, 0.0), ("b", 1.0, 0.0)]
    if "c" in given:
        marks.append(("c", (towards @ across / length.square()).item(), (towards @ other / length.square()).item()))
    places = torch.tensor([[x, y] for _, x, y in marks])
    bounds = _span(places) if "c" in given else (_span(places)[0], (-0.7, 0.7))
    names = "from a to b", "towards c, across" if "c" in given else "random, across"
    return Axes("between", names, start, torch.stack([across, other]), bounds, marks=tuple(marks), seed=seed)


def named(model: nn.Module, first: tuple[str, Any], second: tuple[str, Any], extent: float | None = None) -> Axes:
    """Two single weights, each a parameter's name and an index into it: ``("0.weight", (3, 1))``.

    Coordinates are the values of the two weights themselves. ``extent`` is how far to either side to look; twice the
    larger of both, and at least 1, if None. Raises ``ValueError`` for a weight that the model has not.

    >>> axes = named(nn.Linear(2, 1), ("weight", (0, 1)), ("bias", 0))
    >>> axes.names, axes.vectors.tolist()
    (('weight[0, 1]', 'bias[0]'), [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    """
    origin = flat(model)
    places = [_place(model, *each) for each in (first, second)]
    if places[0] == places[1]:
        raise ValueError(f"both axes are the weight {_called(*first)}; choose two")
    vectors = torch.zeros(2, len(origin)).to(origin)
    vectors[(0, 1), places] = 1
    at = origin[places[0]].item(), origin[places[1]].item()
    origin[places] = 0
    reach = extent or max(1.0, 2 * abs(at[0]), 2 * abs(at[1]))
    return Axes("named", (_called(*first), _called(*second)), origin, vectors, _around(at, reach), at=at)


def widened(axes: Axes, extent: Any) -> Axes:
    """The same axes with other bounds: as far to either side of the model, or given; None leaves them."""
    if extent is None:
        return axes
    if not isinstance(extent, Sequence) and np.ndim(extent) == 0:
        far = float(extent)
        if not (math.isfinite(far) and far > 0):
            raise ValueError(f"extent must be a positive number, got {extent!r}")
        return replace(axes, bounds=_around(axes.at, far))
    (left, right), (low, high) = extent
    if not (math.isfinite(right - left) and math.isfinite(high - low) and left < right and low < high):
        raise ValueError(f"extent must be ((left, right), (low, high)), finite and rising, got {extent!r}")
    return replace(axes, bounds=((float(left), float(right)), (float(low), float(high))))


def as_checkpoints(checkpoints: Any, model: nn.Module) -> Tensor:
    """Vectors of weights, or models, as one tensor ``[t, p]``, at least three; those that are not finite are named."""
    rows = [as_vector(each, model, f"checkpoint {number}") for number, each in enumerate(checkpoints)]
    if len(rows) < 3:
        raise ValueError(f"a path needs at least three checkpoints, got {len(rows)}")
    refuse_diverged([f"checkpoint {number}" for number in range(len(rows))], rows)
    return torch.stack(rows)


def refuse_diverged(names: Sequence[str], vectors: Sequence[Tensor]) -> None:
    """Raise ``ValueError`` that names the networks whose weights are not all finite."""
    diverged = [name for name, vector in zip(names, vectors, strict=True) if not vector.isfinite().all()]
    if diverged:
        listed = ", ".join(diverged[:5]) + (f" and {len(diverged) - 5} more" if len(diverged) > 5 else "")
        raise ValueError(f"not all weights are finite in {listed}: the training diverged there; leave them out")


def _place(model: nn.Module, name: str, index: Any) -> int:
    weight = next((each for each in layout(model) if each.name == name), None)
    if weight is None:
        known = ", ".join(each.name for each in layout(model))
        raise ValueError(f"the model has no weights {name!r}; it has: {known}")
    index = (index,) if isinstance(index, int) else tuple(index)
    inside = len(index) == len(weight.shape) and all(
        isinstance(each, int) and 0 <= each < size for each, size in zip(index, weight.shape, strict=False)
    )
    if not inside:
        raise ValueError(f"{name!r} has the shape {weight.shape}; it has no weight at {index}")
    at = weight.part.start
    for number, (each, _) in enumerate(zip(index, weight.shape, strict=True)):
        at += each * math.prod(weight.shape[number + 1 :])
    return at


def _called(name: str, index: Any) -> str:
    index = (index,) if isinstance(index, int) else tuple(index)
    return f"{name}[{', '.join(map(str, index))}]"


def _around(at: tuple[float, float], extent: float) -> Bounds:
    (x, y) = at
    return (x - extent, x + extent), (y - extent, y + extent)


def _span(places: Tensor) -> Bounds:
    """What holds places ``[k, 2]`` with room on every side, no side shorter than a fifth of the other."""
    low, high = places.amin(0), places.amax(0)
    middle, half = (low + high) / 2, (high - low) / 2
    half = (half * (1 + 2 * ROOM)).clamp(min=half.max().item() / 5)
    (left, bottom), (right, top) = (middle - half).tolist(), (middle + half).tolist()
    return (left, right), (bottom, top)
