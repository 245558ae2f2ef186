"""The edge of stability: how sharply a loss curves along a network's weights, against what its steps can bear."""

from collections.abc import Sequence

import torch
from torch import Tensor

from losses.network.hessian import NotFiniteError, Product, lanczos

TOLERANCE = 1e-2  # of the eigenvalue: the residual at which it is known, its error being about the square of that
MOST = 30  # products with the Hessian for one eigenvalue
NOISE = 0.1  # share of chance in a start, so that a direction that has come up since is found


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


def largest(product: Product, start: Tensor, random: torch.Generator) -> tuple[float, Tensor]:
    """The largest eigenvalue of a symmetric matrix, and its eigenvector ``[p]`` of length 1.

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
    tuple
        Not a number, and the start, where a product is none.
    """
    chance = torch.randn(start.shape, generator=random, dtype=start.dtype)
    begun = start + (NOISE if start.any() else 1.0) * chance / chance.norm()
    try:
        found = lanczos(product, len(start), 1, like=start, most=MOST, start=begun, tolerance=TOLERANCE)
    except NotFiniteError:
        return torch.nan, start
    return float(found.values[0]), found.vectors[0]
