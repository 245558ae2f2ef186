"""What no browser of ours would post to a live channel."""

import gzip
import json
from collections.abc import Mapping
from random import Random
from typing import Any

from components.live.channel import LONGEST
from tests.conftest import FIELDS
from tests.hostile.states import mixed
from tests.hostile.values import EXTENT, JSON, NUMBERS, ends

WORDS = ("", ".", "points", "points.", "points.-1", "points.1e3", "points.١", "points.999999999", "points.9999999999")
PIECES = (b"", b"\0", b'"', b"\\", b"\xff", b"1e308", b"null", b"}")
WORDS += ("__class__", "playhead.0", "start.0", "at.1", "new.0", "constructor", "\ud800", "x" * 300)


def values(page: str, picture: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """What a message says has changed: mostly of things that there are."""
    shape = rng.choice((_sliders, _sliders, _points, _points, _points, _crowd, _nonsense, _address))
    return {name: value for _ in range(rng.randint(1, 3)) for name, value in shape(page, picture, rng).items()}


def message(page: str, picture: Mapping[str, Any], rng: Random, seq: int) -> Any:
    """A whole message; now and then one that is out of turn, or none at all."""
    if rng.random() < 0.05:
        return rng.choice(JSON)
    turn = seq if rng.random() < 0.85 else rng.choice((seq - 1, seq - 5, -1, True, None, "1", 1e9, 2**70, [seq]))
    said = values(page, picture, rng) if rng.random() < 0.95 else rng.choice(JSON)
    holds = rng.choice(([], [], ["a"], [None, {}, ["b"]], "ab", {"a": 1}, None, [["x"] * 50], list(range(500))))
    return {"seq": turn, "values": said, "holds": holds} | ({"more": deep(rng.choice((3, 400)))} if rng.random() < 0.1 else {})  # fmt: skip


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    nested: Any = []
    for _ in range(levels):
        nested = [nested]
    return nested


def _sliders(page: str, picture: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    controls = picture["controls"]
    if picture.get("runner") and rng.random() < 0.5:
        button = rng.choice(picture["runner"]["buttons"])
        return {button["name"]: rng.choice((0, 1, 40, picture["runner"]["at"] + 1, -1, 5001, rng.choice(JSON)))}
    if not controls:
        return {}
    control = rng.choice(controls)
    span = [
        control["low"],
        control["high"],
        control["value"],
        *(limit for limit in control["limits"] if limit is not None),
    ]
    # A page may show another's picture, whose controls are of the other's settings.
    field = next(fields[control["name"]] for fields in (FIELDS[page], *FIELDS.values()) if control["name"] in fields)
    known = [value for value in ends(field) if value is not None]
    return {control["name"]: rng.choice((*span, *known, *known, *NUMBERS, rng.choice(JSON)))}


def _points(page: str, picture: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    return {name: place(rng) for name in rng.choices(_handles(picture), k=rng.randint(1, 4))}


def _crowd(page: str, picture: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """Very many points at once, at one place or at several."""
    name = rng.choice([handle["name"] for handle in picture["handles"]] or ["points"])
    fixed = place(rng) if rng.random() < 0.5 else None
    count = rng.choice((11, 50, 51, 1000))
    return {f"{name}.{row}": fixed or place(rng) for row in range(count)}


def _handles(picture: Mapping[str, Any]) -> list[str]:
    found = [handle["adds"] for handle in picture["handles"] if handle["adds"]]
    for handle in picture["handles"]:
        rows = handle["rows"] or range(12)
        found += [f"{handle['name']}.{row}" for row in (*rows[:12], *rows[-2:], max(rows) + 1)]
    return [*found, *([picture["pick"]["name"]] if picture["pick"] else []), *WORDS]


def place(rng: Random) -> Any:
    """Where a point is put."""
    kind = rng.random()
    if kind < 0.1:
        return None
    if kind < 0.2:
        return rng.choice(JSON)
    if kind < 0.25:
        return [rng.choice(JSON), rng.choice(JSON)]
    if kind < 0.6:
        return [rng.uniform(-10, 10), rng.uniform(-10, 30)]
    return [rng.choice((*EXTENT, *NUMBERS)), rng.choice((*EXTENT, *NUMBERS))]


def _nonsense(page: str, picture: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """Names that there are not, and the playhead."""
    step = rng.choice((0, 1, 50, 10**6, -1, 0.5, *JSON))
    return {rng.choice((*WORDS, *FIELDS[page])): rng.choice(JSON), "playhead": step}


def _address(page: str, picture: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """That the visitor has gone back to an address, which may be any."""
    query = mixed(page, rng)
    guide = rng.choice(([None, None], ["One liar", ""], ["x" * 500, "y"], [1, 2], None, "ab", [[], {}]))
    odd = rng.choice((query, query, query, {"moves": 1}, {"data": None}, [], None, 5, {"losses": ["mse"]}))
    return {"address": rng.choice(({"parameters": odd, "guide": guide},) * 5 + (rng.choice(JSON),))}


def body(page: str, picture: Mapping[str, Any], rng: Random) -> bytes:
    """The bytes of a request: JSON with some of it changed, or no JSON at all."""
    whole = json.dumps(message(page, picture, rng, 1)).encode()
    changed = bytearray(whole)
    for _ in range(rng.randint(1, 4)):
        spot = rng.randrange(len(changed))
        changed[spot : spot + rng.choice((0, 1, 5))] = rng.choice(PIECES)
    number = rng.choice((b": NaN,", b":-Infinity", b":1e999", b":" + b"9" * 5000))
    kinds = (
        lambda: gzip.compress(b" " * rng.choice((10, 10**6))),
        lambda: rng.choice((b"[", b'{"values":', b'{"a":[')) * rng.choice((5, 900, 9_000)),
        lambda: whole.ljust(rng.choice((LONGEST, LONGEST + 1, 3 * LONGEST))),
        lambda: whole.decode().encode(rng.choice(("utf-16", "utf-32", "utf-8-sig"))),
        lambda: whole.replace(b":", number, 1),
        lambda: rng.randbytes(rng.choice((0, 1, 100))),
        lambda: bytes(changed),
        lambda: bytes(changed),
        lambda: bytes(changed),
    )
    return rng.choice(kinds)()
