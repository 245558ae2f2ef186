"""How a model's loss curves: products of its Hessian with vectors, and what Lanczos' method reads from them.

Only weights that are to move (``requires_grad``) take part.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from losses.network.arguments import Progress, whole
from losses.network.krylov import STEPS, NotFiniteError, Operator, Pairs, Product, lanczos, quadrature
from losses.network.task import Copy, Judge, Options, as_options, prepared, seeded
from losses.network.untouched import untouched

MOST = 10_000  # of what is asked for
TYPICAL = 60  # products of a run of Lanczos' method, by which its progress is judged


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
        How far each of ``largest`` may be from an eigenvalue, by its residual and by rounding; large where ``memory``
        let too few vectors be kept.
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
    progress: Progress | None = None,
    **options: Any,
) -> Spectrum:
    """The largest eigenvalues of the Hessian, its trace, and the density of all eigenvalues.

    Parameters
    ----------
    model, loss, data
        As ``plane`` takes them.
    k
        How many of the largest eigenvalues, each as often as it occurs, by ``lanczos``.
    both_ends
        Whether the lowest are wanted too.
    probes, steps
        Random vectors of signs for the trace (Hutchinson 1990) and the density, and steps of Lanczos' method from
        each (stochastic Lanczos quadrature: Ghorbani, Krishnan and Xiao 2019, section 2).
    seed
        Of all that is drawn, also by the loss.
    progress
        Called with the share that is done, from 0 to 1; what it raises ends the work.
    **options
        As ``Options`` has them. ``memory`` bounds the vectors that are kept, at least twice ``k`` and two.

    Raises
    ------
    ValueError
        Where the loss is not finite, does not depend on the weights by autograd, or has no second derivative by it.

    Examples
    --------
    >>> model = nn.Linear(2, 1, bias=False, dtype=torch.float64)
    >>> features = torch.diag(torch.tensor([1.0, 2.0], dtype=torch.float64))
    >>> found = spectrum(model, lambda model, batch: model(batch).square().sum() / 2, features, k=2)
    >>> found.largest.round(6).tolist(), round(found.trace, 6)
    ([4.0, 1.0], 5.0)
    """
    k, probes, steps = (whole(name, value, 1, MOST) for name, value in (("k", k), ("probes", probes), ("steps", steps)))
    chosen = as_options(seed=seed, **options)
    with untouched(model):
        own = prepared(model, loss, data, chosen)
        with torch.no_grad(), seeded(chosen.seed):
            here = own.mean().item()
        operator = hessian_of(own)
        k = min(k, operator.size)
        most = kept(operator, chosen.memory, k)
        runs, ends = 1 + both_ends, TYPICAL * (1 + both_ends)
        share = ends / (ends + probes * steps)
        pairs = lanczos(_told(operator, progress, 0, share / runs), k, chosen.seed, most=most)
        lowest = np.empty(0)
        if both_ends:
            lowest = -lanczos(_told(operator.negative, progress, share / 2, share), k, chosen.seed, most=most).values
        counted = _told(operator, progress, share, 1.0, probes * steps)
        traces, nodes, shares = quadrature(counted, probes, min(steps, most), chosen.seed + 1)
    if progress:
        progress(1.0)
    error = float(traces.std(ddof=1)) / probes**0.5 if probes > 1 else np.inf
    return Spectrum(pairs.values, lowest, pairs.errors, float(traces.mean()), error, nodes, shares, operator.size, here)


def eigenpairs(own: Copy, k: int, options: Options, progress: Progress | None = None) -> Pairs:
    """The ``k`` largest eigenvalues of the Hessian at a copy's weights, their vectors over all weights ``[k, p]``."""
    operator = hessian_of(own)
    found = lanczos(_told(operator, progress, 0, 1.0), k, options.seed, most=kept(operator, options.memory, k))
    vectors = torch.zeros(len(found.values), len(own.buffer)).to(found.vectors)
    moving = torch.cat([torch.full((each.part.stop - each.part.start,), each.trained) for each in own.weights])
    vectors[:, moving.to(vectors.device)] = found.vectors
    return replace(found, vectors=vectors.to(own.buffer))


def kept(operator: Operator, memory: int, k: int) -> int:
    """Steps of a run of Lanczos' method for whose vectors there is room in so many bytes, ``k`` of them being known."""
    return min(STEPS, max(k + 2, memory // (operator.size * operator.like.element_size()) - k))


def hessian_of(own: Copy) -> Operator:
    """The Hessian at a copy's weights, over those to be trained; what the loss draws is the same in every product.

    By autograd applied twice (Pearlmutter 1994, Fast exact multiplication by the Hessian), in at least single precision.
    """
    parameters = [each for each, weight in zip(own.parameters, own.weights, strict=True) if weight.trained]
    if not parameters:
        raise ValueError("no weight of the model is to be trained: its parameters have requires_grad=False")
    for parameter in parameters:
        parameter.requires_grad_()
    size, total = sum(each.numel() for each in parameters), sum(count for _, count in own.batches)
    like = own.buffer.new_empty(0, dtype=torch.promote_types(own.dtype, torch.float32))
    single = None
    if len(own.batches) == 1:
        with _second_derivatives(), seeded(own.seed):
            single = hessian_product(_slopes(own, own.batches[0][0], parameters), parameters)

    def times(vector: Tensor) -> Tensor:
        with _second_derivatives():
            if single is not None:
                return single(vector)
            found = torch.zeros_like(vector)
            with seeded(own.seed):
                for batch, count in own.batches:
                    slopes = _slopes(own, batch, parameters)
                    found += hessian_product(slopes, parameters, again=False)(vector) * (count / total)
            return found

    return Operator(times, size, like, max(torch.finfo(each.dtype).eps for each in parameters))


def hessian_product(slopes: Sequence[Tensor], weights: Sequence[Tensor], *, again: bool = True) -> Product:
    """What multiplies a vector ``[p]`` by the Hessian of a loss; zeros where the loss is straight in the weights.

    Parameters
    ----------
    slopes
        Of the loss in each of ``weights``, made with ``create_graph``.
    weights
        The tensors that they were made for, ``[p]`` numbers in all, in that order.
    again
        Whether more than one product is wanted.
    """
    sizes = [each.numel() for each in weights]

    def product(vector: Tensor) -> Tensor:
        parts = [part.view_as(each).to(each) for part, each in zip(vector.split(sizes), weights, strict=True)]
        pairs = [(slope, part) for slope, part in zip(slopes, parts, strict=True) if slope.requires_grad]
        if not pairs:
            return torch.zeros_like(vector)
        curved, along = zip(*pairs, strict=True)
        found = torch.autograd.grad(curved, weights, along, retain_graph=again, materialize_grads=True)
        return torch.cat([each.reshape(-1).to(vector) for each in found])

    return product


def _slopes(own: Copy, batch: Any, parameters: Sequence[Tensor]) -> list[Tensor]:
    """The gradient, with the graph that leads to it."""
    value = own.one(batch)
    found: Sequence[Tensor | None] = [None]
    if value.requires_grad:
        found = torch.autograd.grad(value, parameters, create_graph=True, allow_unused=True)
    if all(each is None for each in found):
        raise ValueError(
            "the loss does not depend on the weights by autograd: return a tensor made of what the model answers, "
            "without .item(), .detach(), NumPy or torch.no_grad() on the way"
        )
    slopes = [
        torch.zeros_like(weight) if each is None else each for each, weight in zip(found, parameters, strict=True)
    ]
    if not all(bool(each.isfinite().all()) for each in (value, *slopes)):
        raise NotFiniteError("the loss or its slope is not finite here: the training diverged, or the loss has a hole")
    return slopes


@contextmanager
def _second_derivatives() -> Generator[None]:
    """Autograd is on, and computes attention in the one way that has a second derivative."""
    try:
        with torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            yield
    except RuntimeError as error:
        raise ValueError(f"the loss has no second derivative by autograd: {error}") from error


def _told(operator: Operator, progress: Progress | None, low: float, high: float, count: int = 0) -> Operator:
    """The same, which tells of every product: from one share to another, after ``count`` of them if that is known."""
    if not progress:
        return operator
    done = 0

    def times(vector: Tensor) -> Tensor:
        nonlocal done
        done += 1
        progress(low + (high - low) * (done / count if count else done / (done + TYPICAL)))
        return operator.times(vector)

    return replace(operator, times=times)
