"""Functions of tensors that loops call thousands of times, compiled: without what Python and autograd take per call."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import _disable_current_modes

HOT = 200  # calls that take as long as to compile
MOST = 256  # functions that are remembered

_known: OrderedDict[Hashable, "Compiled"] = OrderedDict()
_known_lock, _compiling = threading.Lock(), threading.Lock()  # PyTorch compiles one function at a time


class Compiled:
    """A function of tensors, which from its 200th call on is a program that gives the same numbers.

    What is called less often is not worth the time that it takes to compile.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.program: Callable[..., Any] | None = None
        self.calls = 0

    def __call__(self, *inputs: Tensor) -> Any:
        """The function at inputs of the shapes that it was first called with, none of which requires a gradient."""
        if self.program is None:
            self.calls += 1
            if self.calls >= HOT:
                self.compile(inputs, wait=False)
        return (self.program or self.function)(*inputs)

    def compile(self, inputs: tuple[Tensor, ...], wait: bool = True) -> None:
        """Make the program now, unless another one is being made and there is no time to ``wait``."""
        if self.program is None and _compiling.acquire(blocking=wait):
            try:
                self.program = self.program or _compile(self.function, inputs)
            finally:
                _compiling.release()


def compiled(
    function: Callable[..., Any], kind: Hashable, *inputs: Tensor, at_once: bool = False
) -> Callable[..., Any]:
    """The ``Compiled`` function of this kind, for inputs of these shapes, that all who ask for it share.

    Parameters
    ----------
    function
        Of tensors, to a tensor or to a tuple of them. It may differentiate, and ask whether a tensor is true.
    kind
        What tells the function from others: all of one kind do the same to the same inputs. None to never compile.
    *inputs
        Tensors as it will be called with, of the same shapes.
    at_once
        Compile it before the first call, for numbers that are the same to the last digit in every call.

    Examples
    --------
    >>> def double(x):
    ...     return 2 * x
    >>> x = torch.tensor([1.0, 2.0])
    >>> compiled(double, "double", x)(x).tolist()
    [2.0, 4.0]
    """
    if kind is None:
        return function
    key = kind, *(each.shape for each in inputs)
    with _known_lock:
        shared = _known[key] = _known.pop(key, None) or Compiled(function)
        if len(_known) > MOST:
            _known.popitem(last=False)
    if at_once:
        shared.compile(inputs)
    return shared


def _compile(function: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Callable[..., Any]:
    from torch.fx.experimental.proxy_tensor import make_fx  # noqa: PLC0415  takes 0.8 s

    inputs = tuple(each.clone() for each in inputs)  # one tensor that comes in twice would be one in every later call
    questions = _Questions()

    def told(*inputs: Tensor) -> Any:
        with questions:
            found = function(*inputs)
        return (*_several(found), torch.stack(questions.tensors)) if questions.tensors else found

    try:
        program = _program(make_fx(told)(*inputs), inputs)
    except RuntimeError:  # it looks at its numbers in other ways than asking whether a tensor is true
        return function
    if not questions.answers:
        return program

    def guarded(*inputs: Tensor) -> Any:
        """The program goes the way that its first inputs led to; with inputs that lead elsewhere, the function itself."""
        *found, answers = program(*inputs)
        if answers.tolist() != questions.answers:
            return function(*inputs)
        return found[0] if len(found) == 1 else tuple(found)

    return guarded


def _program(traced: torch.nn.Module, inputs: tuple[Tensor, ...]) -> Callable[..., Any]:
    """What ``torch.jit.freeze(torch.jit.trace(...))`` makes, which PyTorch would keep for good: 0.3 MB each."""
    graph, _ = torch.jit._get_trace_graph(traced, inputs)
    torch._C._jit_pass_constant_propagation(graph)
    torch._C._jit_pass_dce(graph)
    return torch._C._create_function_from_graph("program", graph)


def _several(found: Any) -> tuple[Tensor, ...]:
    return found if isinstance(found, tuple) else (found,)


class _Questions(TorchFunctionMode):
    """While it is on, notes of what tensors it is asked whether they are true, and what was answered."""

    def __init__(self) -> None:
        super().__init__()
        self.tensors: list[Tensor] = []
        self.answers: list[bool] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is not Tensor.__bool__:
            return func(*args, **(kwargs or {}))
        with _disable_current_modes():
            answer = func(*args)
        self.tensors.extend(args)
        self.answers.append(answer)
        return answer
