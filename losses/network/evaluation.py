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

from losses.network.arguments import Progress
from losses.network.ranks import gathered, ours
from losses.network.stack import Stack, stacked
from losses.network.task import Copy, Judge, Options, prepared, seeded
from losses.network.weights import flat

Made = Callable[[slice], Tensor]
"""Weights ``[k, p]`` at the places of a slice, made when they are needed."""
Named = Callable[[int], str]
SMALL = 1 << 15  # bytes of the largest tensor within one evaluation, up to which many at a time are quicker
CACHED = 1 << 21  # bytes of it that many at a time may have together
STACKED = 1 << 20  # the same of perceptrons of a stack
MOST = 64  # models at a time
TURN = 16  # evaluations one by one between two reports of progress


class Evaluator:
    """The mean loss of a model over data at any weights; the model itself is copied and never written.

    Small models are evaluated many at a time by ``torch.func.vmap``, larger perceptrons several at a time, other ones,
    and those with which that fails, one by one; in as many threads as PyTorch uses and ``memory`` has room for. Which it
    is depends on the sizes alone: the same call gives the same numbers.

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
        self._sizes = _Sizes()
        self.together = self._probed()
        self._copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        self._copies.put(self.first)

    def __call__(self, count: int, made: Made, progress: Progress | None = None, where: Named = str) -> np.ndarray:
        """The loss at ``count`` places, ``[count]``, float64; not a number or infinite where it is so.

        ``made`` gives the weights ``[k, p]`` at a slice of them, ``where`` the name of a place, which an error of the
        loss there is noted with. ``progress`` is told the share that is done; what it raises ends the work. Among
        ``torch.distributed`` processes each computes its share and all have the whole.
        """
        parts = [slice(at, min(at + self.turn, count)) for at in range(0, count, self.turn)]
        values = np.zeros(count)
        with gathered(values, self.first.device, lambda: self._signature(count, made)):
            for done, (part, found) in enumerate(self._found(ours(parts), made, where), 1):
                values[part] = found
                if progress:
                    progress(done / len(ours(parts)))
        return values

    @property
    def turn(self) -> int:
        """Evaluations between two reports of progress."""
        if self.together > 1:
            return self.together
        return int(min(TURN, max(1, self.options.memory // (4 * self.first.buffer.nbytes * self._wanted))))

    @property
    def threads(self) -> int:
        """How many evaluations go on at the same time: as many as PyTorch uses, where they have room."""
        own, sizes = self.first.buffer.nbytes, self._sizes
        each = self.together * sizes.total if self.together > 1 else 3 * sizes.largest * max(1, self.stacking)
        return int(min(self._wanted, max(1, self.options.memory // (each + (2 + 2 * self.turn) * own))))

    @property
    def _wanted(self) -> int:
        return 1 if self.random or self.first.device.type != "cpu" else torch.get_num_threads()

    def _found(self, parts: list[slice], made: Made, where: Named) -> Iterator[tuple[slice, np.ndarray]]:
        threads = min(self.threads, len(parts))
        if threads < 2:
            for part in parts:
                yield part, self._values(self.first, made(part), part, where)
            return
        while self._copies.qsize() < threads:
            self._copies.put(self._copied())
        with _one_thread_each(), ThreadPoolExecutor(threads) as pool:
            stopped = threading.Event()

            def work(part: slice) -> tuple[slice, np.ndarray]:
                if stopped.is_set():
                    return part, np.empty(0)
                own = self._copies.get()
                try:
                    return part, self._values(own, made(part), part, where)
                finally:
                    self._copies.put(own)

            try:
                for future in as_completed([pool.submit(work, part) for part in parts]):
                    yield future.result()
            finally:
                stopped.set()

    def _copied(self) -> Copy:
        own = Copy(self.model, self.first.loss, self.first.batches, self.options)
        stack = stacked(own, self.stacking) if self.stacking else None
        if stack:
            self._stacks[id(own)] = stack
        return own

    def _values(self, own: Copy, vectors: Tensor, part: slice, where: Named) -> np.ndarray:
        vectors = vectors.to(own.device, own.dtype)
        with torch.set_grad_enabled(self.slopes):
            try:
                if self.together > 1:
                    return self._mapped(own, vectors).double().cpu().numpy()
                if id(own) in self._stacks:
                    return self._stacked(self._stacks[id(own)], vectors)
            except (RuntimeError, ValueError, TypeError, NotImplementedError, AttributeError):
                pass  # at some weights the loss does what cannot be done for many, or is an error that is to be named
            return np.array(
                [self._alone(own, vector, place, where) for place, vector in enumerate(vectors, part.start)]
            )

    def _mapped(self, own: Copy, vectors: Tensor) -> Tensor:
        def at(vector: Tensor) -> Tensor:
            with own.holding(vector):
                return own.mean()

        return torch.func.vmap(at)(vectors).detach()

    def _stacked(self, stack: Stack, vectors: Tensor) -> np.ndarray:
        return np.array([value for part in vectors.split(self.stacking) for value in stack.losses(part)])

    def _alone(self, own: Copy, vector: Tensor, place: int, where: Named) -> float:
        own.set(vector)
        try:
            with seeded(self.options.seed) if self.random else nullcontext():
                return own.mean().item()
        except Exception as error:
            error.add_note(f"at the place {where(place)}")
            raise

    def _signature(self, count: int, made: Made) -> list[tuple[float, float]]:
        """Numbers that are the same where model, places and data are, each with its scale."""
        vectors = [flat(self.model), *(made(slice(at, at + 1))[0] for at in (0, count - 1))] if count else []
        found = [_checksum(each) for each in vectors]
        return [*found, (self.here, abs(self.here))]

    def _probed(self) -> int:
        """How many models at a time are quickest, found from the sizes within one evaluation."""
        own, sizes = self.first, self._sizes
        with seeded(self.options.seed):
            before = torch.get_rng_state()
            try:
                with torch.no_grad(), sizes:
                    self.here = own.mean().item()
            except RuntimeError:
                with torch.enable_grad(), sizes:
                    self.here = own.mean().item()
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
            most = max(1, self.options.memory // max(1, sizes.total + 3 * own.buffer.nbytes))
            count = int(min(MOST, most, max(1, CACHED // max(1, sizes.largest))))
            with torch.no_grad():
                return count if count > 1 and own.agrees(lambda vectors: self._mapped(own, vectors)) else 1


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


def _checksum(vector: Tensor) -> tuple[float, float]:
    """A number that other weights ``[p]`` do not share, and its scale."""
    values = vector.detach().double().cpu()
    return (values @ torch.arange(len(values), dtype=torch.float64).cos_()).item(), values.norm().item()


@contextmanager
def _one_thread_each() -> Generator[None]:
    """PyTorch's own threads rest: those that call it are as many."""
    count = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(count)
