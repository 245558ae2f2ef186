"""A model is used and left as it was: weights, buffers, flags, gradients and the random numbers to come."""

from collections.abc import Generator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from losses.network.weights import layout


@contextmanager
def untouched(model: nn.Module) -> Generator[nn.Module]:
    """Use a model inside; afterwards, also after an error, every byte of it is as before.

    That is: parameters and buffers (which they are, and their values), ``requires_grad`` and ``.grad``, the training
    flag of every submodule, and the state of PyTorch's random numbers on the CPU and on every CUDA device in use.
    Holds a second copy of parameters, buffers and gradients meanwhile.

    Raises ``ValueError`` for a model that ``weights.layout`` refuses, and ``RuntimeError`` with the names of tensors
    that could not be put back; all others then are.

    >>> model = nn.BatchNorm1d(2)
    >>> with untouched(model):
    ...     _ = model(torch.randn(8, 2))
    >>> model.running_mean.tolist(), model.num_batches_tracked.item()
    ([0.0, 0.0], 0)
    """
    layout(model)
    modules = [(module, module.training) for module in model.modules()]
    tensors = [_Kept(module, kind, name) for module, _ in modules for kind, name in _slots(module)]
    chance = taken_chance()
    try:
        yield model
    finally:
        put_chance(chance)
        for module, training in modules:
            module.training = training
        lost = [kept.name for kept in tensors if not kept.is_back()]
        if lost:
            raise RuntimeError(f"what the work changed could not be put back in {', '.join(lost)}")


def taken_chance() -> tuple[Tensor, list[Tensor]]:
    """The state of PyTorch's random numbers, on the CPU and on every CUDA device in use."""
    used = torch.cuda.is_available() and torch.cuda.is_initialized()
    return torch.get_rng_state(), torch.cuda.get_rng_state_all() if used else []


def put_chance(states: tuple[Tensor, list[Tensor]]) -> None:
    """Let the random numbers go on from there."""
    torch.set_rng_state(states[0])
    if states[1]:
        torch.cuda.set_rng_state_all(states[1])


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

    def is_back(self) -> bool:
        """Put it back, if that is possible."""
        try:
            self._put_back()
        except (RuntimeError, NotImplementedError, TypeError, ValueError):
            return False
        return True

    def _put_back(self) -> None:
        self.place[self.name] = self.tensor
        if self.tensor is None:
            return
        if self.tensor.layout != torch.strided:
            if not _same(self.tensor, self.values):
                self.tensor.data = self.values
        elif self.tensor.data_ptr() != self.data.data_ptr() or self.tensor.shape != self.data.shape:
            self.tensor.data = self.data
        if self.tensor.is_leaf:
            self.tensor.requires_grad_(self.requires_grad)
        self.tensor.grad = self.grad
        if self.tensor.layout == torch.strided:
            _write(self.data, self.values)
        if self.grad is not None and self.slope is not None:
            _write(self.grad, self.slope)


def _slots(module: nn.Module) -> list[tuple[str, str]]:
    return [(kind, name) for kind in ("_parameters", "_buffers") for name in getattr(module, kind)]


def _write(tensor: Tensor, values: Tensor) -> None:
    """Only where they differ: a write would end the use of graphs that hold the tensor."""
    if not _same(tensor, values):
        with torch.no_grad():
            tensor.copy_(values)


def _same(tensor: Tensor, values: Tensor) -> bool:
    """Whether both are the same byte by byte."""
    if tensor.layout == torch.strided:
        return torch.equal(_bytes(tensor), _bytes(values))
    if tensor.layout != torch.sparse_coo:
        return torch.equal(_bytes(tensor.values()), _bytes(values.values()))
    same = tensor._nnz() == values._nnz() and torch.equal(tensor._indices(), values._indices())
    return same and torch.equal(_bytes(tensor._values()), _bytes(values._values()))


def _bytes(tensor: Tensor) -> Tensor:
    return tensor.detach().resolve_conj().resolve_neg().contiguous().reshape(-1).view(torch.uint8)
