"""The edge of stability: how sharply a loss curves along a network's weights, against what its steps can bear."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

TOLERANCE = 1e-2  # of the eigenvalue: the residual at which it is known, its error being about the square of that
MOST = 30  # products with the Hessian for one eigenvalue
NOISE = 0.1  # share of chance in a start, so that a direction that has come up since is found
Product = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Top:
    """The largest eigenvalue of a symmetric matrix and its eigenvector ``[p]`` of length 1."""

    value: float
    vector: Tensor


def hessian_product(slope: Tensor, weights: Sequence[Tensor]) -> Product:
    """What multiplies a vector ``[p]`` by the Hessian of a loss.

    Parameters
    ----------
    slope
        ``[p]``, of the loss in the weights, made with ``create_graph``.
    weights
        The tensors that it was made for, ``[p]`` numbers in all, in that order.
    """

    def product(vector: Tensor) -> Tensor:
        found = torch.autograd.grad(slope, weights, vector, retain_graph=True, materialize_grads=True)
        return torch.cat([each.reshape(-1) for each in found])

    return product


def largest(product: Product, start: Tensor, random: torch.Generator) -> Top:
    """The largest eigenvalue of a symmetric matrix, by Lanczos' method with every vector kept orthogonal to all before.

    Parameters
    ----------
    product
        Multiplies the matrix by a vector.
    start
        ``[p]``: the eigenvector of a matrix close by saves products; zeros for none.
    random
        Draws the chance that is mixed into it.

    Returns
    -------
    Top
        Not a number where a product is none.
    """
    chance = torch.randn(start.shape, generator=random, dtype=start.dtype)
    vector = start + (NOISE if start.any() else 1.0) * chance / chance.norm()
    basis = [vector / vector.norm()]
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        image = product(basis[-1])
        diagonal.append((image @ basis[-1]).item())
        kept = torch.stack(basis)
        for _ in range(2):
            image = image - kept.T @ (kept @ image)
        left = image.norm().item()
        tridiagonal = torch.diag(torch.tensor(diagonal, dtype=torch.float64))
        if beside:
            off = torch.tensor(beside, dtype=torch.float64)
            tridiagonal = tridiagonal + torch.diag(off, 1) + torch.diag(off, -1)
        if not tridiagonal.isfinite().all() or not math.isfinite(left):
            return Top(torch.nan, start)
        values, vectors = torch.linalg.eigh(tridiagonal)
        value, mixture = values[-1].item(), vectors[:, -1]
        if left * abs(mixture[-1].item()) <= TOLERANCE * abs(value) or len(basis) == min(MOST, start.numel()):
            found = kept.T @ mixture.to(start.dtype)
            return Top(value, found / found.norm())
        beside.append(left)
        basis.append(image / left)
