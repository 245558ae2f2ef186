"""What is given as an input of a loss, as a floating tensor: the same numbers, or a refusal that says what to do."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor

DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
NUMBERS = (Real, Decimal, np.bool_)


def as_floating(value: Any, name: str) -> Tensor:
    """A floating tensor of the same shape and numbers.

    Parameters
    ----------
    value
        A tensor, which keeps a floating dtype and its place in a graph, or an array, list or number. Whole numbers
        and longer floats become float64.
    name
        What an error calls it.

    Raises
    ------
    ValueError
        For anything but real numbers, for one beyond the range of float64, and for rows of several lengths.
    """
    if isinstance(value, Tensor):
        return _floating_tensor(value, name)
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{name} is a masked array: fill what is masked, as with .filled(float('nan'))")
    try:
        array = np.asarray(value)
    except (RuntimeError, TypeError):
        raise ValueError(f"{name} holds tensors that NumPy cannot read: join them with torch.stack") from None
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths") from None
    return torch.from_numpy(_floating_array(array, name))


def of_one_dtype(tensors: Sequence[Tensor]) -> list[Tensor]:
    """All in the dtype that torch promotes them to: those without axes count only where there are no others."""
    deciding = [tensor.dtype for tensor in tensors if tensor.ndim] or [tensor.dtype for tensor in tensors]
    dtype = reduce(torch.promote_types, deciding)
    return [tensor.to(dtype) for tensor in tensors]


def _floating_tensor(tensor: Tensor, name: str) -> Tensor:
    if tensor.layout != torch.strided:
        raise ValueError(f"{name} is a sparse tensor: call its to_dense()")
    if tensor.is_complex():
        raise ValueError(f"{name} is complex: give real numbers, as its real part or its abs()")
    if not tensor.is_floating_point():
        return tensor.to(torch.float64)
    if tensor.dtype not in DTYPES:
        raise ValueError(f"{name} is of {tensor.dtype}, in which torch does not compute: call its double()")
    return tensor


def _floating_array(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype.kind == "O":
        others = [kind.__name__ for kind in set(map(type, array.flat)) if not issubclass(kind, NUMBERS)]
        if others:
            missing = "; a missing number is float('nan')" if "NoneType" in others else ""
            raise ValueError(f"{name} must be numbers, found {min(others)}{missing}")
    elif array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be real numbers, found an array of {array.dtype}")
    dtype = array.dtype.newbyteorder("=") if array.dtype.kind == "f" and array.dtype.itemsize <= 8 else np.float64
    try:
        with np.errstate(over="raise"):
            return np.array(array, dtype=dtype, order="C")
    except (OverflowError, FloatingPointError):
        raise ValueError(f"{name} has a number beyond the range of float64, {np.finfo(float).max:.4g}") from None
