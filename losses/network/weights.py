"""All weights of a model as one vector, and what each part of it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

NORMS = (
    nn.modules.batchnorm._NormBase,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
    nn.LocalResponseNorm,
)
"""Layers that scale what passes, whose weights are no filters."""


@dataclass(frozen=True)
class Weight:
    """One parameter of a model, and where it lies in the vector of all.

    Attributes
    ----------
    name, shape
        As ``named_parameters`` has them.
    kind
        ``"filter"`` for a weight of two axes or more, whose first axis counts filters (outputs); ``"bias"`` for one
        of fewer axes; ``"norm"`` for those of normalisation layers.
    trained
        Whether it is to move (``requires_grad``).
    part
        Its place in the vector.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    trained: bool
    part: slice


def layout(model: nn.Module) -> tuple[Weight, ...]:
    """The floating-point parameters of a model in the order of ``parameters()``, shared ones once.

    Without integer parameters, which have no slope, the vector is ``parameters_to_vector(model.parameters())``.

    Raises
    ------
    ValueError
        For a model without weights, and for weights that are complex or not made yet.

    Examples
    --------
    >>> [(weight.name, weight.kind, weight.part.stop) for weight in layout(nn.Linear(2, 3))]
    [('weight', 'filter', 6), ('bias', 'bias', 9)]
    """
    norms = {
        id(tensor)
        for module in model.modules()
        if isinstance(module, NORMS)
        for tensor in module.parameters(recurse=False)
    }
    found, at = [], 0
    for name, tensor in model.named_parameters():
        if isinstance(tensor, nn.parameter.UninitializedParameter):
            raise ValueError(f"the weights {name!r} are not made yet; pass one batch through the model first")
        if tensor.is_complex():
            raise ValueError(f"the weights {name!r} are complex; give their real and imaginary parts as weights")
        if not tensor.is_floating_point():
            continue
        kind = "norm" if id(tensor) in norms else "filter" if tensor.ndim > 1 else "bias"
        part = slice(at, at + tensor.numel())
        found.append(Weight(name, tuple(tensor.shape), kind, tensor.requires_grad, part))
        at = part.stop
    if not at:
        raise ValueError("the model has no weights of floating point")
    return tuple(found)


def flat(model: nn.Module) -> Tensor:
    """A copy of all weights of a model as one vector ``[p]``, in the widest of their dtypes, where the first of them is."""
    tensors = dict(model.named_parameters())
    parts = [tensors[weight.name].detach() for weight in layout(model)]
    dtype, device = widest(parts), parts[0].device
    return torch.cat([part.reshape(-1).to(device, dtype) for part in parts])


def widest(tensors: Iterable[Tensor]) -> torch.dtype:
    """The dtype that holds the values of all of them."""
    first, *others = (tensor.dtype for tensor in tensors)
    for other in others:
        first = torch.promote_types(first, other)
    return first


def as_dict(weights: Sequence[Weight], vector: Tensor) -> dict[str, Tensor]:
    """Views of a vector ``[..., p]`` by name, each ``[..., *shape]``."""
    return {weight.name: vector[..., weight.part].reshape(*vector.shape[:-1], *weight.shape) for weight in weights}


def as_vector(given: nn.Module | Tensor, model: nn.Module, name: str) -> Tensor:
    """The weights of a network of the same kind as ``model``, or a vector of them, as a vector ``[p]``.

    Raises ``ValueError``, naming it by ``name``, where it does not fit the model.
    """
    if isinstance(given, nn.Module):
        shapes, own = ([(each.name, each.shape) for each in layout(network)] for network in (given, model))
        if shapes != own:
            raise ValueError(f"{name} is no network like the model: their weights differ in names or shapes")
        return flat(given)
    vector = torch.as_tensor(given).detach()
    expected = layout(model)[-1].part.stop
    if vector.shape != (expected,):
        raise ValueError(
            f"{name} must be one vector of the model's {expected} weights, got shape {tuple(vector.shape)}"
        )
    return vector


def has_running_statistics(model: nn.Module) -> bool:
    """Whether a layer keeps statistics of what it has seen (BatchNorm), which belong to one set of weights."""
    return any(
        isinstance(module, nn.modules.batchnorm._NormBase) and module.running_mean is not None
        for module in model.modules()
    )
