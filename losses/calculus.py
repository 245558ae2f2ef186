"""Value, slope and curvature of any loss, by automatic differentiation, and the step that they suggest."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.spec.loss import Loss

_TINY = float(np.finfo(float).tiny)


class ArrayDerivatives(NamedTuple):
    """A function and its first two derivatives, as arrays."""

    value: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray


class Derivatives(NamedTuple):
    """A function and its first two derivatives; ``curvature`` is None where it was not asked for."""

    value: Tensor
    slope: Tensor
    curvature: Tensor | None = None

    def arrays(self) -> ArrayDerivatives:
        """All three as arrays; ``TypeError`` where the curvature was not asked for."""
        if self.curvature is None:
            raise TypeError("there is no curvature: ask for order=2")
        return ArrayDerivatives(self.value.numpy(), self.slope.numpy(), self.curvature.numpy())


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

    Examples
    --------
    >>> from losses import LOSSES
    >>> [part.tolist() for part in differentiate(LOSSES["huber"], [0.5, 3.0], 0.0, delta=1.0)]
    [[0.125, 2.5], [0.5, 1.0], [1.0, 0.0]]
    """
    settings = loss.settings(**parameters)
    first, *others = loss.tensors(inputs, settings)
    if order > 1 and next(iter(loss.inputs.values())).resolve(settings).event_dims:
        raise ValueError(f"{loss.key}: an example is a vector, so ask for order=1")
    return derivatives(lambda x: loss.function(x, *others, **settings), first, order)


@torch.enable_grad()
def derivatives(function: Callable[[Tensor], Tensor], x: Tensor, order: int = 2) -> Derivatives:
    """Differentiate any function that treats the elements (or rows) of ``x`` independently.

    This is what ``differentiate`` rests on, and what loops call with inputs they have checked once.

    Parameters
    ----------
    function
        Tensor to tensor, differentiable by autograd.
    x
        Where, of any floating shape.
    order
        1 for value and slope, 2 for the curvature as well.

    Returns
    -------
    Derivatives
        ``value`` as the function gives it, ``slope`` and ``curvature`` in the shape of ``x``; where the value is
        not a number, neither are they.
    """
    x = x.detach().clone().requires_grad_()
    value = function(x)
    slope = _gradient(value, x, create_graph=order > 1)
    # Autograd may hand out a symbolic zero, which NumPy cannot read: the clone is an ordinary tensor.
    curvature = _gradient(slope, x).clone() if order > 1 else None
    value, slope = value.detach(), slope.detach()
    undefined = value.isnan()
    if undefined.any():  # autograd gives a straight line its slope, and a sign of NaN is 0
        undefined = undefined.reshape(value.shape + (1,) * (x.ndim - value.ndim))
        slope = slope.masked_fill(undefined, torch.nan)
        curvature = None if curvature is None else curvature.masked_fill(undefined, torch.nan)
    return Derivatives(value, slope, curvature)


def _gradient(output: Tensor, variable: Tensor, create_graph: bool = False) -> Tensor:
    if not output.requires_grad:  # a constant slope leaves autograd no graph to follow
        return torch.zeros_like(variable)
    ones = torch.ones_like(output)  # as of the sum of all, which need not be taken
    (gradient,) = torch.autograd.grad(output, variable, ones, create_graph=create_graph, materialize_grads=True)
    return gradient


class NewtonStep(NamedTuple):
    """A step ``[..., p]`` downhill, the fall that its slope promises ``[...]``, and the Hessian's eigenvalues ``[..., p]``."""

    step: np.ndarray
    promise: np.ndarray
    eigenvalues: np.ndarray


def newton_step(
    gradient: np.ndarray,
    hessian: np.ndarray,
    scale: np.ndarray | None = None,
    *,
    relative: float = 0.0,
    absolute: float = _TINY,
    stay: bool = False,
) -> NewtonStep:
    """Newton's step, downhill also where the function is not convex (Nocedal and Wright 2006, section 3.4).

    There it counts how much the function curves, not which way: the eigenvalues of the Hessian are
    taken without their signs.

    Parameters
    ----------
    gradient
        ``[..., p]``.
    hessian
        ``[..., p, p]``; both broadcast.
    scale
        ``[..., p]``, the units in which coordinates are measured; the eigenvalues are those in them.
    relative, absolute
        A curvature below this share of the largest one, or below this number, says nothing of how far to go.
    stay
        Whether the step stays where it is in such a direction; otherwise it goes as if the curvature were the
        least that counts.

    >>> import numpy as np
    >>> newton_step(np.array([2.0, 2.0]), np.diag([4.0, -1.0]))
    NewtonStep(step=array([-0.5, -2. ]), promise=np.float64(5.0), eigenvalues=array([-1.,  4.]))
    """
    if scale is not None:
        # One after the other: the product of two scales may be beyond the floats where that with the hessian is not.
        gradient, hessian = gradient * scale, hessian * scale[..., :, None] * scale[..., None, :]
    eigenvalues, vectors = np.linalg.eigh(hessian)
    size = np.abs(eigenvalues)
    least = np.maximum(relative * size.max(-1, keepdims=True), absolute)
    along = np.einsum("...ij,...i->...j", vectors, gradient) / np.maximum(size, least)
    if stay:
        along = np.where(size > least, along, 0.0)
    step = -np.einsum("...ij,...j->...i", vectors, along)
    promise = -(step * gradient).sum(-1)
    return NewtonStep(step if scale is None else step * scale, promise, eigenvalues)
