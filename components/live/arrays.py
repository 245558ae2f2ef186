"""Arrays on their way to the browser: as base64, and large ones only until it has them."""

import base64
import json
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

LARGE = 500  # bytes from which an array is worth a reference


class Encoder:
    """Writes one message as JSON.

    Arrays, of shape [n] or [rows, columns], become ``{dtype, bdata}``, four bytes a number where that does,
    with a ``shape`` if they have rows. A large one also has a ``ref``, which stands alone where the browser
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
            return {field.name: getattr(value, field.name) for field in fields(value)}
        return value.item() if isinstance(value, np.generic) else dict(value)

    def _array(self, array: np.ndarray) -> dict[str, Any]:
        if array.ndim not in (1, 2):
            raise ValueError(f"an array of shape {array.shape} cannot be sent, only [n] and [rows, columns]")
        numbers = _short(array)
        content = numbers.tobytes()
        sent = {"dtype": f"f{numbers.itemsize}"}
        if array.ndim == 2:
            sent["shape"] = array.shape
        if len(content) > LARGE:
            reference = blake2b(content, digest_size=9, person=str(array.shape).encode()[:16]).hexdigest()
            if reference in self.held:
                return {"ref": reference}
            self.held.add(reference)
            sent["ref"] = reference
        return sent | {"bdata": base64.b64encode(content).decode()}


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
