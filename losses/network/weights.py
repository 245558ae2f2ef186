"""All weights of a model as one vector, and what each part of it is."""

from collections.abc import Iterable, Mapping, Sequence
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
TRANSPOSED = nn.modules.conv._ConvTransposeNd


@dataclass(frozen=True)
class Weight:
    """One parameter of a model, and where it lies in the vector of all.

    Attributes
    ----------
    name, shape
        As ``named_parameters`` has them.
    kind
        ``"filter"`` for a weight of two axes or more, ``"bias"`` for one of fewer; ``"norm"`` for those of
        normalisation layers.
    trained
        Whether it is to move (``requires_grad``).
    part
        Its place in the vector.
    groups
        0 where the first axis counts filters (outputs); of a transposed convolution, whose second one does, in how
        many groups its inputs and outputs are.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    trained: bool
    part: slice
    groups: int = 0

    def by_filter(self, vector: Tensor) -> Tensor:
        """A view of this weight in a vector ``[p]`` of all, with the filters along axes 0 and 2."""
        axes = (self.groups, self.shape[0] // self.groups, self.shape[1]) if self.groups else (1, 1, self.shape[0])
        return vector[self.part].view(*axes, -1)


def layout(model: nn.Module) -> tuple[Weight, ...]:
    """The floating-point parameters of a model in the order of ``parameters()``, shared ones once.

    Without integer parameters, which have no slope, the vector is ``parameters_to_vector(model.parameters())``.

    Raises
    ------
    ValueError
        For a model without weights, for one of TorchScript, and for weights that are complex, sparse or not made yet,
        and tensors that are on no device ("meta").

    Examples
    --------
    >>> [(weight.name, weight.kind, weight.part.stop) for weight in layout(nn.Linear(2, 3))]
    [('weight', 'filter', 6), ('bias', 'bias', 9)]
    """
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        _refuse_odd(name, tensor)
    if any(isinstance(module, torch.jit.ScriptModule) for module in model.modules()):
        raise ValueError("the model is one of TorchScript, whose weights cannot be exchanged; pass the module it was made from")  # fmt: skip
    transposed = {id(each.weight): each.groups for each in model.modules() if isinstance(each, TRANSPOSED)}
    norms = {
        id(tensor)
        for module in model.modules()
        if isinstance(module, NORMS)
        for tensor in module.parameters(recurse=False)
    }
    found, at = [], 0
    for name, tensor in model.named_parameters():
        if not tensor.is_floating_point():
            continue
        kind = "norm" if id(tensor) in norms else "filter" if tensor.ndim > 1 else "bias"
        part = slice(at, at + tensor.numel())
        found.append(Weight(name, tuple(tensor.shape), kind, tensor.requires_grad, part, transposed.get(id(tensor), 0)))
        at = part.stop
    if not at:
        raise ValueError("the model has no weights of floating point")
    return tuple(found)


def _refuse_odd(name: str, tensor: Tensor) -> None:
    if nn.parameter.is_lazy(tensor):
        raise ValueError(f"the weights {name!r} are not made yet; pass one batch through the model first")
    if tensor.is_meta:
        raise ValueError(f"{name!r} is on the device 'meta' and has no values; load the model before")
    if isinstance(tensor, nn.Parameter) and tensor.is_complex():
        raise ValueError(f"the weights {name!r} are complex; give their real and imaginary parts as weights")
    if isinstance(tensor, nn.Parameter) and tensor.layout != torch.strided:
        raise ValueError(f"the weights {name!r} are sparse; make them dense, .to_dense()")


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


def as_vector(given: nn.Module | Mapping[str, Tensor] | Tensor, model: nn.Module, name: str) -> Tensor:
    """The weights of a network of the same kind as ``model``, its ``state_dict``, or a vector of them, as a vector ``[p]``.

    Raises ``ValueError``, naming it by ``name``, where it does not fit the model.
    """
    if isinstance(given, nn.Module):
        shapes, own = ([(each.name, each.shape) for each in layout(network)] for network in (given, model))
        if shapes != own:
            raise ValueError(f"{name} is no network like the model: their weights differ in names or shapes")
        return flat(given)
    if isinstance(given, Mapping):
        wrong = [each.name for each in layout(model) if getattr(given.get(each.name), "shape", None) != each.shape]
        if wrong:
            raise ValueError(f"{name} is no state of the model: it has no {wrong[0]!r} of the same shape")
        given = torch.cat([given[each.name].detach().flatten() for each in layout(model)])
    vector, weights = torch.as_tensor(given).detach(), layout(model)
    expected = weights[-1].part.stop
    if vector.shape != (expected,):
        raise ValueError(
            f"{name} must be one vector of the model's {expected} weights, got shape {tuple(vector.shape)}"
        )
    if vector.is_complex():
        raise ValueError(f"{name} is complex; weights are real")
    if vector.is_floating_point():
        return vector
    return vector.to(widest(each for each in model.parameters() if each.is_floating_point()))


def has_running_statistics(model: nn.Module) -> bool:
    """Whether a layer keeps statistics of what it has seen (BatchNorm), which belong to one set of weights."""
    return any(
        isinstance(module, nn.modules.batchnorm._NormBase) and module.running_mean is not None
        for module in model.modules()
    )
