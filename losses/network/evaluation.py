"""The mean loss of a model at many weights: one model after the other, or many small ones at a time."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from losses.network.ranks import gathered, ours
from losses.network.stack import NotJustCalledError, Stack, stacked
from losses.network.task import Copy, Judge, Options, prepared, seeded

Progress = Callable[[float], None]
Made = Callable[[slice], Tensor]
"""Weights ``[k, p]`` at the places of a slice, made when they are needed."""
SMALL = 1 << 15  # bytes of the largest tensor within one evaluation, up to which many at a time are quicker
CACHED = 1 << 21  # bytes of it that many at a time may have together
STACKED = 1 << 20  # the same of perceptrons of a stack
MOST = 64  # models at a time
TURN = 16  # evaluations one by one between two reports of progress


class Evaluator:
    """The mean loss of a model over data at any weights; the model itself is copied and never written.

    Small models are evaluated many at a time by ``torch.func.vmap``, larger perceptrons several at a time, other ones,
    and those with which that fails, one by one; in as many threads as PyTorch uses. Which it is depends on the sizes alone: the same call gives the
    same numbers.

    Attributes
    ----------
    together
        How many models at a time by ``vmap``; 1 for none.
    stacking
        How many perceptrons at a time in a ``Stack``; 0 for none.
    """

    def __init__(self, model: nn.Module, loss: Judge | str, data: Any, options: Options) -> None:
        self.options = options
        self.model, self.judge, self.data = model, loss, data
        with seeded(options.seed):
            self.first = prepared(model, loss, data, options)
        self.slopes = False  # whether the loss itself takes slopes, in its inputs for example
        self.random = False  # whether the loss draws random numbers
        self._stacks: dict[int, Stack] = {}
        self.stacking = 0
        self.together = self._probed()
        self._copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        self._copies.put(self.first)

    def __call__(self, count: int, made: Made, progress: Progress | None = None) -> np.ndarray:
        """The loss at ``count`` places, ``[count]``, float64; not a number or infinite where it is so.

        ``made`` gives the weights ``[k, p]`` at a slice of them. ``progress`` is told the share that is done; what it
        raises ends the work. Among ``torch.distributed`` processes each computes its share and all have the whole.
        """
        parts = [slice(at, min(at + self._turn, count)) for at in range(0, count, self._turn)]
        values = np.zeros(count)
        with gathered(values, self.first.device):
            for done, (part, found) in enumerate(self._found(ours(parts), made), 1):
                values[part] = found
                if progress:
                    progress(done / len(ours(parts)))
        return values

    @property
    def _turn(self) -> int:
        if self.together > 1:
            return self.together
        return int(min(TURN, max(1, self.options.memory // (4 * self.first.buffer.nbytes))))

    def _found(self, parts: list[slice], made: Made) -> Iterator[tuple[slice, np.ndarray]]:
        threads = 1 if self.random or self.first.device.type != "cpu" else min(torch.get_num_threads(), len(parts))
        if threads < 2:
            for part in parts:
                yield part, self._values(self.first, made(part))
            return
        while self._copies.qsize() < threads:
            self._copies.put(Copy(self.model, self.first.loss, self.first.batches, self.options))
        with _one_thread_each(), ThreadPoolExecutor(threads) as pool:
            stopped = threading.Event()

            def work(part: slice) -> tuple[slice, np.ndarray]:
                if stopped.is_set():
                    return part, np.empty(0)
                own = self._copies.get()
                try:
                    return part, self._values(own, made(part))
                finally:
                    self._copies.put(own)

            try:
                for future in as_completed([pool.submit(work, part) for part in parts]):
                    yield future.result()
            finally:
                stopped.set()

    def _values(self, own: Copy, vectors: Tensor) -> np.ndarray:
        vectors = vectors.to(own.device, own.dtype)
        with torch.set_grad_enabled(self.slopes):
            if self.together > 1:
                found = torch.func.vmap(lambda vector: _at(own, vector))(vectors).detach()
                return found.double().cpu().numpy()
            if self.stacking:
                try:
                    return self._stacked(own, vectors)
                except NotJustCalledError:  # the loss does so at some weights only
                    self.stacking = 0
            return np.array([self._alone(own, vector) for vector in vectors.unbind()])

    def _stacked(self, own: Copy, vectors: Tensor) -> np.ndarray:
        stack = self._stacks.get(id(own)) or stacked(own, self.stacking)
        if stack is None:
            raise NotJustCalledError("at other weights")
        self._stacks[id(own)] = stack
        return np.array([value for part in vectors.split(self.stacking) for value in stack.losses(part)])

    def _alone(self, own: Copy, vector: Tensor) -> float:
        own.set(vector)
        with seeded(self.options.seed) if self.random else nullcontext():
            return own.mean().item()

    def _probed(self) -> int:
        """How many models at a time are quickest, found from the sizes within one evaluation."""
        own, here = self.first, self.first.buffer.clone()
        sizes = _Sizes()
        with seeded(self.options.seed):
            before = torch.get_rng_state()
            try:
                with torch.no_grad(), sizes:
                    own.mean()
            except RuntimeError:
                with torch.enable_grad(), sizes:
                    own.mean()
                self.slopes = True
            self.random = not torch.equal(before, torch.get_rng_state())
            if self.random or self.slopes:
                return 1
            if sizes.largest > SMALL:
                count = int(min(TURN, max(1, STACKED // sizes.largest)))
                stack = stacked(own, count) if count > 1 else None
                if stack:
                    self.stacking, self._stacks[id(own)] = count, stack
                return 1
            most = max(1, self.options.memory // max(1, sizes.total + here.nbytes))
            count = int(min(MOST, most, max(1, CACHED // max(1, sizes.largest))))
            return count if count > 1 and _works(own, here.expand(2, -1)) else 1


def _at(own: Copy, vector: Tensor) -> Tensor:
    """The loss at weights ``[p]``, as a function that ``vmap`` can see through."""
    with own.holding(vector):
        return own.mean()


class _Sizes(TorchDispatchMode):
    """While it is on, notes the bytes of all that is computed: of the largest tensor, and of all together."""

    def __init__(self) -> None:
        super().__init__()
        self.largest = self.total = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = func(*args, **(kwargs or {}))
        for tensor in found if isinstance(found, (tuple, list)) else (found,):
            if isinstance(tensor, Tensor) and not func.is_view:
                self.largest = max(self.largest, tensor.nbytes)
                self.total += tensor.nbytes
        return found


def _works(own: Copy, vectors: Tensor) -> bool:
    """Whether two models at a time give what each gives alone."""
    with torch.no_grad():
        alone = own.mean()
        try:
            both = torch.func.vmap(lambda vector: _at(own, vector))(vectors)
        except (RuntimeError, ValueError, TypeError, NotImplementedError, AttributeError):
            return False
    return both.shape == (2,) and torch.allclose(both, alone.expand(2), rtol=1e-4, atol=1e-6, equal_nan=True)


@contextmanager
def _one_thread_each() -> Generator[None]:
    """PyTorch's own threads rest: those that call it are as many."""
    count = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(count)
