"""Files to take along, as text: nothing is rounded, and a reader of the file gets the same numbers."""

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last ones are wide


def as_csv(columns: Mapping[str, np.ndarray]) -> str:
    """Columns of numbers or text, shape [n] each, under their names; a number that is none (nan) is an empty cell.

    Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_inert, columns))
    cells = ([_cell(value) for value in values.tolist()] for values in columns.values())
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return _inert(value)
    return "" if isinstance(value, float) and math.isnan(value) else value


def _inert(text: str) -> str:
    """The text, with an apostrophe before a sign that makes it a formula (OWASP, CSV injection), unless it is a number."""
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_json(value: Mapping[str, Any]) -> str:
    """``value``, indented; infinity, which JSON does not have, as text that ``float`` reads."""
    return json.dumps(_without_infinity(value), indent=2, ensure_ascii=False, allow_nan=False)


def _without_infinity(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_infinity(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_infinity(item) for item in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value
