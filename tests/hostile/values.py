"""Values for every kind of setting: those at the ends of what it allows, and those that nobody should send."""

import contextlib
import math
from random import Random
from typing import Any

import numpy as np

from components.settings.fields import Choice, Field, Flag, Moves, Number, Several
from components.settings.shares import Shares
from pages.gan.turns import Turns
from pages.overlap.painted import SIDES, Painted, written
from tests.components.settings.test_state import HOSTILE

NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 5e-324, 1e-309, 1e-300, 1e-12, 1e-6, 1e6, 1e12, 1e100, 1e150, 1e300, 1.7e308)
TEXTS = (
    *HOSTILE,
    *("Infinity", "-0", "1e-309", "5e-324", "1.7e308", "１２", "+1", "1.", ".5e1", "1e", "MSE", "Line", "csv", "CSV"),
    *("1" * 3000, "0:1e308:1e308", "0:1:1,0:2:2", "0:", "0:,1:,2:,3:,4:,5:,6:,7:,8:,9:", "10:5e-324:-0", "1:1:-1"),
    *("0.2:0.3:0.5", "1e308:1e308:1e308", "5e-324:0:0", "0:0:0", "😀", "\ud800"),
)
JSON: tuple[Any, ...] = (
    *(None, True, False, "", "nan", "Infinity", "-Infinity", "1", "mse", "\ud800", "x" * 5000, 10**400, -(10**400)),
    *(math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e-309, 1e308, -1e308, 0, 1, -1, 2**63, 0.1),
    *([], {}, [[]], [None, None], [1], [1, 2, 3], ["1", "2"], [True, False], {"x": 1, "y": 2}, {"parameters": {}}),
)
EXTENT = (0.0, -0.0, 1.0, 5.0, -20.0, 5e-324, 1e-300, 1e-9, 1e8, 1e15, -1e15, 1e75, 1e149, 1e150, -1e150)


def ends(field: Field) -> list[Any]:
    """Allowed values between which all others lie, and those of another order of magnitude."""
    found: list[Any] = [True, False]
    if isinstance(field, Number):
        found = [field.low, field.high, *field.span, field.default]
        found += [field.low + 1, (field.low + field.high) // 2, field.high - 1] if field.whole else NUMBERS
        if not field.whole:
            found += [math.nextafter(field.low, math.inf), math.nextafter(field.high, -math.inf)]
    elif isinstance(field, Choice):
        found = list(field.options)
    elif isinstance(field, Several):
        keys, most = field.options, field.most
        found = [*((key,) for key in keys), keys[:most], keys[-most:], tuple(reversed(keys[:most]))]
    elif isinstance(field, Moves):
        found = [shape(rng) for rng in map(Random, range(24)) for shape in SHAPES]
    elif isinstance(field, Shares):
        found = [heights(len(field.default), Random(number)) for number in range(24)]
    elif isinstance(field, Turns):
        found = ["", "b", "bdg" * 9, "d" * 40 + "g", "g" * 60]
    elif isinstance(field, Painted):
        found = ["", *(written(np.eye(int(side)) > 0) for side in SIDES), written(np.ones((64, 64)) > 0)]
    return _allowed(field, found)


def _allowed(field: Field, values: list[Any]) -> list[Any]:
    """What the field takes of these, each once."""
    kept = {}
    for value in values:
        with contextlib.suppress(ValueError):
            kept[repr(value)] = field.check(value)
    return list(kept.values())


def outside(field: Field) -> list[str]:
    """Texts of an address that are just not allowed, or that should not be."""
    found = ["1:1", "-1:1:1", "nan:nan:nan:nan"]
    if isinstance(field, Number):
        found = [repr(math.nextafter(field.low, -math.inf)), repr(math.nextafter(field.high, math.inf)), "nan", "1e400"]
        found += [repr(int(field.low) - 1), repr(int(field.high) + 1), repr(field.low + 0.5)] if field.whole else []
    elif isinstance(field, Flag):
        found = ["2", "１", "True"]
    elif isinstance(field, Choice):
        found = [field.default.upper(), f"{field.default},{field.default}", f" {field.default}"]
    elif isinstance(field, Several):
        found = [",".join(field.options), ",".join([field.options[0]] * 3), f"{field.options[0]},", "all"]
    elif isinstance(field, Moves):
        found = [",".join(f"{row}:1:1" for row in range(51)), "0:1e151:0", "1:nan:1", "99999999999:0:0"]
    elif isinstance(field, Turns):
        found = ["b5001", "b4999d2", "b", "b-1", "x3", "b１"]
    return found


def text_of(field: Field, value: Any) -> str:
    """An allowed value as an address has it; an unset one is not there."""
    return "" if value is None else field.write(value)


def heights(count: int, rng: Random) -> tuple[float, ...]:
    """Heights of a distribution."""
    return tuple(rng.choice((0.0, 0.0, 1.0, 5e-324, 1e-300, 1e308, 0.5, rng.random())) for _ in range(count))


def alike(rng: Random) -> dict[int, Any]:
    """All points at one place."""
    place = (rng.choice(EXTENT), rng.choice(EXTENT))
    return dict.fromkeys(range(rng.choice((3, 11, 50))), place)


def on_a_line(rng: Random) -> dict[int, Any]:
    """Points above one another, beside one another, or on a slope."""
    across, up, unit = (*rng.choice(((0, 1), (1, 0), (1, 1), (1, -1))), rng.choice(EXTENT) or 1.0)
    return {row: (across * row * unit + 0.0, up * row * unit) for row in range(rng.choice((2, 11, 50)))}


def scattered(rng: Random) -> dict[int, Any]:
    """Points anywhere, of any order of magnitude."""
    rows = rng.sample(range(60), rng.randint(1, 12))
    return {row: (rng.choice(EXTENT), rng.choice(EXTENT) * rng.choice((1, rng.random()))) for row in rows}


def thinned(rng: Random) -> dict[int, Any]:
    """Points taken away, some moved, some added."""
    gone = dict.fromkeys(range(rng.choice((1, 8, 9, 11, 40))))
    return gone | {rng.choice((10, 11, 12, 500, 10**9 - 1)): (rng.choice(EXTENT), rng.choice(EXTENT))}


SHAPES = (alike, on_a_line, scattered, thinned)
