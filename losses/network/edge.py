"""The edge of stability: how sharply a loss curves along a network's weights, against what its steps can bear."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from losses.network.hessian import hessian_of
from losses.network.krylov import NotFiniteError, Operator, lanczos
from losses.network.task import Judge, as_options, prepared
from losses.network.untouched import untouched

TOLERANCE = 1e-2  # of the eigenvalue: the residual at which it is known, its error being about the square of that
MOST = 30  # products with the Hessian for one eigenvalue
NOISE = 0.1  # share of chance in a start, so that a direction that has come up since is found


def largest(operator: Operator, start: Tensor, random: torch.Generator, most: int = MOST) -> tuple[float, Tensor]:
    """The largest eigenvalue of a symmetric operator, and its eigenvector ``[p]`` of length 1.

    Parameters
    ----------
    operator
        Whose.
    start
        ``[p]``: the eigenvector of an operator close by saves products; zeros for none.
    random
        Draws the chance that is mixed into it.
    most
        Products at most.

    Returns
    -------
    tuple
        Not a number, and the start, where a product is none.
    """
    chance = torch.randn(start.shape, generator=random, dtype=start.dtype).to(start.device)
    begun = start + (NOISE if start.any() else 1.0) * chance / chance.norm()
    try:
        found = lanczos(operator, 1, most=most, start=begun, tolerance=TOLERANCE)
    except NotFiniteError:
        return torch.nan, start
    return float(found.values[0]), found.vectors[0]


@dataclass(frozen=True, eq=False)
class Sharpness:
    """The largest eigenvalue of the Hessian, and its vector, from which to begin the next time."""

    value: float
    vector: Tensor


def sharpness(
    model: nn.Module, loss: Judge | str, data: Any, start: Tensor | None = None, *, steps: int = MOST, seed: int = 0
) -> Sharpness:
    """The largest eigenvalue of the Hessian to about a thousandth, within a few products with it.

    Not a number where the loss or its curvature is none. ``start`` is the ``vector`` found a few training steps ago:
    from there fewer of ``steps`` products are needed.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> sharpness(model, lambda model, batch: model(batch).square().mean(), torch.tensor([[3.0]])).value
    18.0
    """
    with untouched(model):
        own = prepared(model, loss, data, as_options(seed=seed))
        nowhere = own.buffer.new_zeros(
            sum(weight.part.stop - weight.part.start for weight in own.weights if weight.trained)
        )
        try:
            operator = hessian_of(own)
        except NotFiniteError:
            return Sharpness(torch.nan, nowhere)
        begun = nowhere.to(operator.like) if start is None else start.to(operator.like)
        return Sharpness(*largest(operator, begun, torch.Generator().manual_seed(seed), steps))
