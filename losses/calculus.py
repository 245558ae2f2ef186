"""Value, slope and curvature of any loss, by automatic differentiation."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from losses.spec.loss import Loss


class Derivatives(NamedTuple):
    """A function and its first two derivatives; ``curvature`` is None where it was not asked for."""

    value: Tensor
    slope: Tensor
    curvature: Tensor | None = None


def differentiate(loss: Loss, *inputs: Any, order: int = 2, **parameters: Any) -> Derivatives:
    """Differentiate per-example losses with respect to their first input.

    Parameters
    ----------
    loss
        The loss; its inputs and parameters are checked as in a plain call.
    *inputs
        As in a call of the loss.
    order
        1 for value and slope, 2 for the curvature as well.

    Returns
    -------
    Derivatives
        ``value`` per example; ``slope`` in the shape of the first input after broadcasting;
        ``curvature`` likewise. At a kink the slope is a subgradient: the one autograd picks.

    Raises
    ------
    ValueError
        As in a call of the loss, and for ``order=2`` where one example is a vector, which has
        a Hessian rather than a curvature.
    """
    settings = loss.settings(**parameters)
    first, *others = loss.tensors(inputs, settings)
    if order > 1 and next(iter(loss.inputs.values())).resolve(settings).event_dims:
        raise ValueError(f"{loss.key}: an example is a vector, so ask for order=1")
    return derivatives(lambda x: loss.function(x, *others, **settings), first, order)


def derivatives(function: Callable[[Tensor], Tensor], x: Tensor, order: int = 2) -> Derivatives:
    """Differentiate any function that treats the elements (or rows) of ``x`` independently.

    This is what ``differentiate`` rests on, and what loops call with inputs they have checked
    once: ``x`` of any floating shape, ``slope`` and ``curvature`` of the same shape.
    """
    x = x.detach().clone().requires_grad_()
    value = function(x)
    slope = _gradient(value, x, create_graph=order > 1)
    # Autograd may hand out a symbolic zero, which NumPy cannot read: the clone is an ordinary tensor.
    curvature = _gradient(slope, x).clone() if order > 1 else None
    return Derivatives(value.detach(), slope.detach(), curvature)


def _gradient(output: Tensor, variable: Tensor, create_graph: bool = False) -> Tensor:
    if not output.requires_grad:  # a constant slope leaves autograd no graph to follow
        return torch.zeros_like(variable)
    (gradient,) = torch.autograd.grad(output.sum(), variable, create_graph=create_graph, materialize_grads=True)
    return gradient
