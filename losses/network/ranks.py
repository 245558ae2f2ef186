"""Work that is split between the processes of ``torch.distributed``, if there are several."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from torch import distributed

Part = TypeVar("Part")


def count() -> int:
    """How many processes share the work: 1 where ``torch.distributed`` is not initialised."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def ours(parts: list[Part]) -> list[Part]:
    """The parts that this process works on, every n-th of them; all of them where it is alone."""
    return parts[distributed.get_rank() :: count()] if count() > 1 else parts


@contextmanager
def gathered(values: np.ndarray, device: Any) -> Generator[None]:
    """Inside, each process fills in its own ``values`` and leaves 0 elsewhere; afterwards all have all of them.

    ``values`` is float64. An error in one process is an error in all of them: none waits for ever.
    Raises ``RuntimeError`` where another one failed, or works at a grid of another size.
    """
    if count() == 1:
        yield
        return
    failed = True
    try:
        yield
        failed = False
    finally:
        where = device if distributed.get_backend() == "nccl" else "cpu"
        sizes = torch.tensor([-1 if failed else values.size] * 2, device=where) * torch.tensor([1, -1], device=where)
        distributed.all_reduce(sizes, distributed.ReduceOp.MIN)
        agreed = sizes[0].item() == -sizes[1].item() == values.size
    if not agreed:
        raise RuntimeError("another process failed, or evaluates another number of places; all must make the same call")
    whole = torch.from_numpy(values).to(where)
    distributed.all_reduce(whole)
    values[:] = whole.cpu().numpy()
