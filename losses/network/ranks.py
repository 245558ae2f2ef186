"""Work that is split between the processes of ``torch.distributed``, if there are several."""

from collections.abc import Callable, Generator
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
def gathered(
    values: np.ndarray, device: Any, signature: Callable[[], list[tuple[float, float]]] = list
) -> Generator[None]:
    """Inside, each process fills in its own ``values`` and leaves 0 elsewhere; afterwards all have all of them.

    Parameters
    ----------
    values
        ``[n]``, float64.
    device
        Where the model computes.
    signature
        Numbers, each with its scale, that must be the same in all processes, to 1e-4 of the scale. Asked for only
        where there are several.

    Raises
    ------
    RuntimeError
        Where another process failed, works at a grid of another size, or at another model or other data. An error in
        one process is an error in all of them: none waits for ever.
    """
    if count() == 1:
        yield
        return
    where = device if distributed.get_backend() == "nccl" else "cpu"
    failed, signs = True, np.empty((0, 2))
    try:
        yield
        signs = np.nan_to_num(np.array(signature(), dtype=np.float64).reshape(-1, 2))
        failed = False
    finally:
        low, high = _extremes(np.array([-1.0 if failed else values.size, len(signs)]), where)
    if not (low == high).all() or low[0] != values.size:
        raise RuntimeError("another process failed, or evaluates another number of places; all must make the same call")
    low, high = _extremes(signs.ravel(), where)
    spread, scale = (high - low)[::2], high[1::2]
    if not (spread <= 1e-4 * scale).all():
        raise RuntimeError("ranks hold different models, axes or data; seed or broadcast")
    whole = torch.from_numpy(values).to(where)
    distributed.all_reduce(whole)
    values[:] = whole.cpu().numpy()


def _extremes(numbers: np.ndarray, where: Any) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest of each over all processes."""
    both = torch.from_numpy(np.concatenate([numbers, -numbers])).to(where)
    distributed.all_reduce(both, distributed.ReduceOp.MIN)
    low, high = both.cpu().numpy().reshape(2, -1)
    return low, -high
