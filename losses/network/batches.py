"""The data that a loss is a mean over: batches, read once, held where the model is, each with its number of examples."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

Arrays = (Tensor, np.ndarray)
PLAIN = (str, bytes, bool, int, float, complex, np.generic, type(None))


class Batches(tuple[tuple[Any, int], ...]):
    """Batches that are held, each with its number of examples."""


class Written:
    """Notices when a tensor of a batch is written to, which would make each evaluation one of other data."""

    def __init__(self, batches: Batches) -> None:
        tensors = {id(batch): [each for each in _tensors(batch) if not each.is_inference()] for batch, _ in batches}
        self.known = {key: [(each, each._version) for each in own] for key, own in tensors.items()}

    def refuse(self, batch: Any) -> None:
        """Raise ``ValueError`` where this batch is no longer what it was."""
        for tensor, version in self.known.get(id(batch), ()):
            if tensor._version != version:
                raise ValueError("the loss writes into its batch, so that every evaluation has other data; let it take a copy, batch.clone()")  # fmt: skip


def as_batches(data: Any, device: Any, dtype: torch.dtype | None, own: torch.dtype) -> Batches:
    """The batches of ``data``, on a device; what are ``Batches`` already stays as it is.

    Parameters
    ----------
    data
        One batch: a tensor, or a tuple or mapping of tensors, or an object with ``.to(device)``. Or an iterable of
        batches (a list, a ``DataLoader``), which is read once and held. NumPy arrays become tensors.
    device
        Where to.
    dtype
        Of floating-point tensors; their own if None.
    own
        The model's dtype, which arrays of floating point take where ``dtype`` is None.

    Raises
    ------
    ValueError
        For data without examples, for a list that may be one batch as well as several, and for a batch of a kind that
        cannot be brought to the device or whose examples cannot be counted.
    """
    if isinstance(data, Batches):
        return data
    if isinstance(data, list):
        _refuse_one_batch_as_list(data)
    single = isinstance(data, (*Arrays, tuple, Mapping)) or not isinstance(data, Iterable)
    batches = [_moved(batch, device, dtype, own) for batch in ([data] if single else data)]
    counts: list[int | None] = [_examples(batch) for batch in batches]
    if counts == [None]:
        counts = [1]
    if None in counts:
        kind = type(batches[counts.index(None)]).__name__
        raise ValueError(f"how many examples a {kind} has cannot be told; pass tuples or mappings of tensors")
    found = Batches((batch, count) for batch, count in zip(batches, counts, strict=True) if count)
    if not found:
        raise ValueError("data has no examples; pass (features, target), or a list of such batches")
    return found


def _refuse_one_batch_as_list(data: list) -> None:
    if not data or not all(isinstance(each, Arrays) for each in data):
        return
    if len(data) == 2 or len({(each.dtype, each.ndim) for each in data}) > 1:
        raise ValueError(
            "data is a list of tensors: pass one batch as a tuple, (features, target), or several of one tensor each "
            "as an iterator, iter([first, second])"
        )


def _moved(value: Any, device: Any, dtype: torch.dtype | None, own: torch.dtype) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        value, dtype = torch.from_numpy(np.array(value)), dtype or own
    if isinstance(value, (Tensor, PackedSequence)):
        floating = (value if isinstance(value, Tensor) else value.data).is_floating_point()
        value = value.detach() if isinstance(value, Tensor) else value
        return value.to(device, dtype) if floating and dtype else value.to(device)
    if isinstance(value, (Mapping, tuple, list)):
        parts = value.values() if isinstance(value, Mapping) else value
        moved = [_moved(each, device, dtype, own) for each in parts]
        return _rebuilt(value, moved)
    if dtype is not None and not isinstance(value, PLAIN):
        raise ValueError(f"a batch holds a {type(value).__name__}, whose dtype cannot be changed; pass tensors")
    return copy.copy(value).to(device) if callable(getattr(value, "to", None)) else value


def _rebuilt(value: Any, parts: list[Any]) -> Any:
    """A container of the same type with other parts."""
    kind = type(value)
    try:
        if isinstance(value, Mapping):
            return kind(zip(value.keys(), parts, strict=True))
        return kind(*parts) if hasattr(value, "_fields") else kind(parts)
    except TypeError as error:
        raise ValueError(f"a batch of the type {kind.__name__} cannot be made anew; pass a dict or a tuple") from error


def _examples(batch: Any) -> int | None:
    """The length of the first tensor; None where there is none."""
    if isinstance(batch, PackedSequence):
        return int(batch.batch_sizes[0])
    if isinstance(batch, Tensor):
        return len(batch) if batch.ndim else 1
    if isinstance(batch, (Mapping, tuple, list)):
        parts = batch.values() if isinstance(batch, Mapping) else batch
        return next((count for count in map(_examples, parts) if count is not None), None)
    return None


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (Mapping, tuple, list)):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _tensors(part)
