"""A model is used and left as it was: weights, buffers, flags, gradients and the random numbers to come."""

from collections.abc import Generator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


@contextmanager
def untouched(model: nn.Module) -> Generator[nn.Module]:
    """Use a model inside; afterwards, also after an error, every byte of it is as before.

    That is: parameters and buffers (which they are, and their values), ``requires_grad`` and ``.grad``, the training
    flag of every submodule, and the state of PyTorch's random numbers on the CPU and on every CUDA device in use.
    Holds a second copy of parameters, buffers and gradients meanwhile.

    >>> model = nn.BatchNorm1d(2)
    >>> with untouched(model):
    ...     _ = model(torch.randn(8, 2))
    >>> model.running_mean.tolist(), model.num_batches_tracked.item()
    ([0.0, 0.0], 0)
    """
    modules = [(module, module.training) for module in model.modules()]
    tensors = [_Kept(module, kind, name) for module, _ in modules for kind, name in _slots(module)]
    random = torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else []
    try:
        yield model
    finally:
        for kept in tensors:
            kept.put_back()
        for module, training in modules:
            module.training = training
        torch.set_rng_state(random)
        if devices:
            torch.cuda.set_rng_state_all(devices)


class _Kept:
    """One parameter or buffer of a module, as it was."""

    def __init__(self, module: nn.Module, kind: str, name: str) -> None:
        self.place, self.name = getattr(module, kind), name
        self.tensor: Tensor | None = self.place[name]
        if self.tensor is None:
            return
        self.data, self.grad = self.tensor.detach(), self.tensor.grad
        self.values, self.slope = self.data.clone(), None if self.grad is None else self.grad.detach().clone()
        self.requires_grad = self.tensor.requires_grad

    def put_back(self) -> None:
        self.place[self.name] = self.tensor
        if self.tensor is None:
            return
        if self.tensor.data_ptr() != self.data.data_ptr() or self.tensor.shape != self.data.shape:
            self.tensor.data = self.data
        _write(self.data, self.values)
        if self.tensor.is_leaf:
            self.tensor.requires_grad_(self.requires_grad)
        self.tensor.grad = self.grad
        if self.grad is not None and self.slope is not None:
            _write(self.grad.detach(), self.slope)


def _slots(module: nn.Module) -> list[tuple[str, str]]:
    return [(kind, name) for kind in ("_parameters", "_buffers") for name in getattr(module, kind)]


def _write(tensor: Tensor, values: Tensor) -> None:
    """Only where they differ: a write would end the use of graphs that hold the tensor."""
    if not torch.equal(_bytes(tensor), _bytes(values)):
        with torch.no_grad():
            tensor.copy_(values)


def _bytes(tensor: Tensor) -> Tensor:
    return tensor.contiguous().reshape(-1).view(torch.uint8)
