"""Arrays on their way to the browser: as base64, and large ones only until it has them."""

import base64
import json
from collections.abc import Collection
from dataclasses import is_dataclass
from hashlib import blake2b
from typing import Any, NamedTuple
from weakref import ReferenceType, ref

import numpy as np

LARGE = 500  # bytes from which an array is worth a reference


class Encoder:
    """Writes one message as JSON.

    Arrays, of shape [n] or [rows, columns], become ``{dtype, bdata}``, four bytes a number where that does and one
    where the array is of small whole numbers already, with a ``shape`` if they have rows. A large one also has a ``ref``, which stands alone where the browser
    holds the array already (``held`` are the references it has told) or the message had it before. The
    browser decodes in the same order.
    """

    def __init__(self, held: Collection[str] = ()) -> None:
        self.held = set(held)

    def json(self, value: Any) -> str:
        """``value`` as JSON: what is plain, and dataclasses and arrays anywhere in it.

        Raises
        ------
        ValueError
            If an array has neither shape, or a number outside an array is not finite: the browser could not read it.
        """
        try:
            # Python's own encoder walks over all that is plain far sooner than a function of ours.
            return json.dumps(value, default=self._plain, allow_nan=False, separators=(",", ":"))
        except ValueError as error:
            if not str(error).startswith("Out of range float"):
                raise
        raise ValueError("a number in the picture is not finite, and only arrays have room for that")

    def _plain(self, value: Any) -> Any:
        """What JSON has no form for, one level plainer."""
        if isinstance(value, np.ndarray):
            return self._array(value)
        if is_dataclass(value):
            return vars(value)
        return value.item() if isinstance(value, np.generic) else dict(value)

    def _array(self, array: np.ndarray) -> dict[str, Any]:
        if array.ndim not in (1, 2):
            raise ValueError(f"an array of shape {array.shape} cannot be sent, only [n] and [rows, columns]")
        numbers = _known(array) or _Numbers.of(array)
        sent: dict[str, Any] = {"dtype": numbers.dtype}
        if array.ndim == 2:
            sent["shape"] = array.shape
        if numbers.reference:
            if numbers.reference in self.held:
                return {"ref": numbers.reference}
            self.held.add(numbers.reference)
            sent["ref"] = numbers.reference
        return sent | {"bdata": base64.b64encode(numbers.content).decode()}


class _Numbers(NamedTuple):
    """An array as it travels; ``reference`` is empty for a small one."""

    dtype: str
    content: bytes
    reference: str

    @classmethod
    def of(cls, array: np.ndarray) -> "_Numbers":
        numbers = array if array.dtype == np.int8 else _short(array)
        content = numbers.tobytes()
        person = str(array.shape).encode()[:16]
        reference = blake2b(content, digest_size=9, person=person).hexdigest() if len(content) > LARGE else ""
        return cls(f"{numbers.dtype.kind}{numbers.itemsize}", content, reference)


# Of arrays that nobody can change, by their identity, as long as they live: curves that all pictures share.
_seen: dict[int, tuple[ReferenceType, _Numbers]] = {}


def _known(array: np.ndarray) -> _Numbers | None:
    """What an array that cannot change has become before, or becomes; None for one that can."""
    if array.flags.writeable or array.base is not None:
        return None
    key = id(array)
    if key not in _seen:
        _seen[key] = ref(array, lambda _: _seen.pop(key, None)), _Numbers.of(array)
    return _seen[key][1]


def _short(array: np.ndarray) -> np.ndarray:
    """``array`` as float32 where nobody could see the difference, else as float64."""
    with np.errstate(over="ignore"):  # what is too large for four bytes becomes infinite
        short = array.astype(np.float32)
        finite = np.isfinite(array)
        exact, near = (array, short) if finite.all() else (array[finite], short[finite])
        if not exact.size:
            return short
        lost, visible = np.abs(near - exact).max(), 1e-5 * (exact.max() - exact.min())
    return short if lost <= visible and lost < np.inf else array.astype(np.float64)
