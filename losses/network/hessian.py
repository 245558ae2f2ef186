"""How a model's loss curves: products of its Hessian with vectors, and what Lanczos' method reads from them.

No matrix of the size p by p is ever made. Only weights that are to move (``requires_grad``) take part.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from losses.network.task import Copy, Judge, Options, prepared
from losses.network.untouched import untouched

STEPS = 300  # of Lanczos' method at most
Product = Callable[[Tensor], Tensor]


class NotFiniteError(ValueError):
    """A loss, or its curvature, is no finite number."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Eigenvalues ``[k]``, the largest first, with their vectors ``[k, p]`` and bounds of their errors ``[k]``."""

    values: np.ndarray
    vectors: Tensor
    errors: np.ndarray


@dataclass(frozen=True, eq=False)
class Spectrum:
    """How a loss curves in all directions at once.

    Attributes
    ----------
    largest
        The k largest eigenvalues of the Hessian, the largest first.
    lowest
        The k lowest, the lowest first; empty where they were not asked for.
    errors
        How far each of ``largest`` may be from an eigenvalue.
    trace, trace_error
        The sum of all eigenvalues by Hutchinson's estimate, and its standard error.
    nodes, shares
        ``[n]`` each: places and shares of all eigenvalues, the estimate of their density; shares sum to 1.
    weights
        Number of eigenvalues.
    loss
        The loss at the model itself.
    """

    largest: np.ndarray
    lowest: np.ndarray
    errors: np.ndarray
    trace: float
    trace_error: float
    nodes: np.ndarray
    shares: np.ndarray
    weights: int
    loss: float

    def density(self, places: Any, width: float) -> np.ndarray:
        """The density at ``places``, each node a Gaussian of standard deviation ``width``; its integral is 1."""
        away = (np.asarray(places, dtype=np.float64)[..., None] - self.nodes) / width
        return (np.exp(-0.5 * away**2) * self.shares).sum(-1) / (width * np.sqrt(2 * np.pi))


def spectrum(
    model: nn.Module,
    loss: Judge | str,
    data: Any,
    k: int = 5,
    *,
    both_ends: bool = False,
    probes: int = 16,
    steps: int = 30,
    seed: int = 0,
    **options: Any,
) -> Spectrum:
    """The largest eigenvalues of the Hessian, its trace, and the density of all eigenvalues.

    Parameters
    ----------
    model, loss, data
        As ``plane`` takes them.
    k
        How many of the largest eigenvalues, by Lanczos' method with full reorthogonalisation.
    both_ends
        Whether the lowest are wanted too.
    probes, steps
        Random vectors of signs for the trace (Hutchinson 1990) and the density, and steps of Lanczos' method from
        each (stochastic Lanczos quadrature: Ghorbani, Krishnan and Xiao 2019, section 2).
    seed
        Of all that is drawn.
    **options
        As ``Options`` has them.

    Raises
    ------
    ValueError
        Where the loss is not finite, or has no second derivative by autograd.

    Examples
    --------
    >>> model = nn.Linear(2, 1, bias=False, dtype=torch.float64)
    >>> features = torch.diag(torch.tensor([1.0, 2.0], dtype=torch.float64))
    >>> found = spectrum(model, lambda model, batch: model(batch).square().sum() / 2, features, k=2)
    >>> found.largest.round(6).tolist(), round(found.trace, 6)
    ([4.0, 1.0], 5.0)
    """
    if k < 1 or probes < 1 or steps < 1:
        raise ValueError("k, probes and steps are at least 1")
    with untouched(model):
        own = prepared(model, loss, data, Options(seed=seed, **options))
        with torch.no_grad():
            here = own.mean().item()
        times, size = product(own)
        pairs = lanczos(times, size, k, seed, like=own.buffer)
        lowest = -lanczos(lambda v: -times(v), size, k, seed, like=own.buffer).values if both_ends else np.empty(0)
        traces, nodes, shares = _quadrature(times, size, probes, steps, own.buffer, seed)
    error = float(traces.std(ddof=1)) / probes**0.5 if probes > 1 else np.inf
    return Spectrum(pairs.values, lowest, pairs.errors, float(traces.mean()), error, nodes, shares, size, here)


@dataclass(frozen=True, eq=False)
class Sharpness:
    """The largest eigenvalue of the Hessian, and its vector, from which to begin the next time."""

    value: float
    vector: Tensor


def sharpness(
    model: nn.Module, loss: Judge | str, data: Any, start: Tensor | None = None, *, steps: int = 12, seed: int = 0
) -> Sharpness:
    """The largest eigenvalue of the Hessian within a few products with it; not a number where the loss is none.

    ``start`` is the ``vector`` found a few training steps ago: from there a few steps of Lanczos' method suffice,
    where from nowhere ``steps`` of them give the eigenvalue to about a thousandth.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> sharpness(model, lambda model, batch: model(batch).square().mean(), torch.tensor([[3.0]])).value
    18.0
    """
    with untouched(model):
        own = prepared(model, loss, data, Options(seed=seed))
        times, size = product(own)
        try:
            found = lanczos(times, size, 1, seed, like=own.buffer, most=steps, start=start)
        except NotFiniteError:
            return Sharpness(np.nan, torch.full((size,), torch.nan))
    return Sharpness(float(found.values[0]), found.vectors[0])


def eigenpairs(own: Copy, k: int, seed: int) -> Pairs:
    """The ``k`` largest eigenvalues of the Hessian at a copy's weights, their vectors over all weights ``[k, p]``."""
    times, size = product(own)
    found = lanczos(times, size, k, seed, like=own.buffer)
    vectors = torch.zeros(len(found.values), len(own.buffer)).to(own.buffer)
    moving = torch.cat([torch.full((each.part.stop - each.part.start,), each.trained) for each in own.weights])
    vectors[:, moving.to(vectors.device)] = found.vectors.to(own.buffer)
    return Pairs(found.values, vectors, found.errors)


def product(own: Copy) -> tuple[Product, int]:
    """What multiplies the Hessian at a copy's weights with a vector ``[n]`` over those to be trained, and n.

    By autograd applied twice (Pearlmutter 1994, Fast exact multiplication by the Hessian).
    """
    parameters = [each for each, weight in zip(own.parameters, own.weights, strict=True) if weight.trained]
    if not parameters:
        raise ValueError("no weight of the model is to be trained: its parameters have requires_grad=False")
    sizes, total = [each.numel() for each in parameters], sum(count for _, count in own.batches)
    for parameter in parameters:
        parameter.requires_grad_()
    slopes = _slopes(own, own.batches[0][0], parameters) if len(own.batches) == 1 else None

    def once(slopes: list[Tensor], parts: list[Tensor], keep: bool) -> Tensor:
        pairs = [(slope, part) for slope, part in zip(slopes, parts, strict=True) if slope.requires_grad]
        if not pairs:  # the loss is straight in the weights
            return torch.zeros(sum(sizes)).to(own.buffer)
        curved, along = zip(*pairs, strict=True)
        found = torch.autograd.grad(curved, parameters, along, retain_graph=keep, materialize_grads=True)
        return torch.cat([each.reshape(-1).to(own.buffer) for each in found])

    def times(vector: Tensor) -> Tensor:
        parts = [part.view_as(each).to(each) for part, each in zip(vector.split(sizes), parameters, strict=True)]
        with _second_derivatives():
            if slopes is not None:
                return once(slopes, parts, keep=True)
            found = torch.zeros(sum(sizes)).to(own.buffer)
            for batch, count in own.batches:
                found += once(_slopes(own, batch, parameters), parts, keep=False) * (count / total)
            return found

    return times, sum(sizes)


def _slopes(own: Copy, batch: Any, parameters: Sequence[Tensor]) -> list[Tensor]:
    """The gradient, with the graph that leads to it."""
    with _second_derivatives():
        value = own.one(batch)
        if not value.requires_grad:
            return [torch.zeros_like(each) for each in parameters]
        return list(torch.autograd.grad(value, parameters, create_graph=True, materialize_grads=True))


@contextmanager
def _second_derivatives() -> Generator[None]:
    """Autograd is on, and computes attention in the one way that has a second derivative."""
    try:
        with torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            yield
    except RuntimeError as error:
        raise ValueError(f"the loss has no second derivative by autograd: {error}") from error


def lanczos(
    times: Product,
    size: int,
    k: int,
    seed: int = 0,
    *,
    like: Tensor,
    most: int = STEPS,
    start: Tensor | None = None,
    tolerance: float = 0.0,
) -> Pairs:
    """The ``k`` largest eigenvalues of a symmetric operator, by Lanczos' method with full reorthogonalisation.

    Parameters
    ----------
    times
        The operator: a vector ``[size]`` to one.
    size
        Of the vectors.
    k
        How many, fewer where there are fewer.
    seed
        Of the first vector, where ``start`` gives none.
    like
        A tensor whose dtype and device the vectors have.
    most
        Steps at most; it ends as soon as all are as exact as the dtype allows.
    start
        Where to begin.
    tolerance
        As a share of the largest, the bound of the errors at which it ends before that.

    Raises
    ------
    NotFiniteError
        Where a product is not finite.

    Examples
    --------
    >>> diagonal = torch.tensor([1.0, 2, 3, 4], dtype=torch.float64)
    >>> lanczos(lambda vector: diagonal * vector, 4, 2, like=diagonal).values.round(8).tolist()
    [4.0, 3.0]
    """
    basis = _Krylov(times, size, min(most, size), like, torch.Generator().manual_seed(seed), start)
    enough = tolerance or (1e-10 if like.dtype == torch.float64 else 1e-5)
    every = 1 if tolerance else 5
    while basis.step():
        if basis.done >= k and (basis.done % every == 0 or basis.exhausted):
            values, inner = basis.ritz()
            errors = abs(basis.next * inner[-1, ::-1][:k])
            if (errors <= enough * max(abs(values).max(), 1e-300)).all():
                break
    values, inner = basis.ritz()
    wanted = slice(None, -min(k, basis.done) - 1, -1)
    chosen = torch.from_numpy(inner[:, wanted].copy()).to(like)
    return Pairs(values[wanted].copy(), chosen.T @ basis.vectors[: basis.done], abs(basis.next * inner[-1, wanted]))


class _Krylov:
    """Orthonormal vectors that the operator turns into a tridiagonal matrix, one more with every step."""

    def __init__(
        self, times: Product, size: int, most: int, like: Tensor, random: torch.Generator, start: Tensor | None
    ) -> None:
        self.times, self.most, self.random = times, most, random
        self.vectors = torch.empty(most, size, dtype=like.dtype, device=like.device)
        self.alphas: list[float] = []
        self.betas: list[float] = []
        self.next = 0.0
        self.done = 0
        usable = start is not None and start.shape == (size,) and bool(start.isfinite().all()) and bool(start.any())
        self.vector = start.to(like) if usable and start is not None else self._drawn(size)
        self.vector = self.vector / self.vector.norm()

    @property
    def exhausted(self) -> bool:
        """Whether there is no further step."""
        return self.done == self.most

    def step(self) -> bool:
        """One more vector, if there is room for one."""
        if self.exhausted:
            return False
        if self.done:
            self.betas.append(self.next)
        self.vectors[self.done] = self.vector
        self.done += 1
        image = self.times(self.vector)
        if not image.isfinite().all():
            raise NotFiniteError("the loss or its curvature is not finite here: the training diverged")
        self.alphas.append((image @ self.vector).item())
        scale = image.norm().item()
        rest = self._cleared(image)
        self.next = rest.norm().item()
        if self.next <= 10 * torch.finfo(image.dtype).eps * max(scale, 1e-300) and not self.exhausted:
            self.next = 0.0  # all that these vectors reach is found: go on with what is at right angles to it
            rest = self._cleared(self._drawn(len(image)))
        self.vector = rest / max(rest.norm().item(), 1e-300)
        return True

    def ritz(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues, rising, and eigenvectors in columns, of the tridiagonal matrix."""
        matrix = np.diag(self.alphas) + np.diag(self.betas, 1) + np.diag(self.betas, -1)
        return np.linalg.eigh(matrix)

    def _cleared(self, vector: Tensor) -> Tensor:
        known = self.vectors[: self.done]
        for _ in range(2):  # once more, for what rounding left
            vector = vector - known.T @ (known @ vector)
        return vector

    def _drawn(self, size: int) -> Tensor:
        return torch.randn(size, generator=self.random, dtype=torch.float64).to(self.vectors)


def _quadrature(
    times: Product, size: int, probes: int, steps: int, like: Tensor, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates of the trace ``[probes]``, and nodes and shares of the density, from vectors of random signs."""
    random = torch.Generator().manual_seed(seed + 1)
    traces, nodes, shares = [], [], []
    for _ in range(probes):
        signs = torch.randint(0, 2, (size,), generator=random).to(like) * 2 - 1
        basis = _Krylov(times, size, min(steps, size), like, random, signs)
        while basis.step():
            if basis.next == 0:
                break
        values, inner = basis.ritz()
        traces.append(size * basis.alphas[0])
        nodes.append(values)
        shares.append(inner[0] ** 2 / probes)
    return np.array(traces), np.concatenate(nodes), np.concatenate(shares)
