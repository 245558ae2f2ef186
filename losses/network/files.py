"""A landscape as a file: documented, plain, without pickle; and read back with bounds, so that a stranger's may be opened.

A JSON file is an object with these keys; in an NPZ file they are arrays of the same names, joined by a dot
(``plane.loss``), and ``header`` is the JSON of what is no array::

    format    "losscope landscape"
    version   1
    plane     x [m], y [n], loss [n][m], names [2], kind, at [2], centre, shares [2] or null,
              curvatures [2] or null, marks [[name, x, y], ...], seed or null, norms
    path      x, y, loss, off, away, each [t]; or null
    line      t, loss, accuracy or null, each [m]; barrier, error_barrier or null, distance; or null
    spectrum  largest [k], lowest, errors, nodes [n], shares [n], trace, trace_error, weights, loss; or null

``plane`` may be null too, if any other part is there. What is not finite is the string "nan", "inf" or "-inf" in JSON.
Directions in the space of weights are not kept: they are as large as the model. ``.vtk`` (legacy ASCII, structured grid)
is for ParaView, and is only written.
"""

import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import numpy as np

from losses.network.hessian import Spectrum
from losses.network.lines import Line
from losses.network.planes import Path, Plane
from losses.network.reading import (
    FINEST,
    LONGEST_NAME,
    MOST_BYTES,
    MOST_PLACES,
    Part,
    from_json,
    from_npz,
    named,
    numbers,
    shortened,
)

FORMAT, VERSION = "losscope landscape", 1
SEEDS = -(1 << 63), (1 << 64) - 1  # that PyTorch takes
MOST_MARKS, MOST_WEIGHTS = 100, 10**15
CLOSE = 1e-9
KINDS = ("random", "raw", "principal", "leading", "between", "named")


@dataclass(frozen=True, eq=False)
class Landscape:
    """What a file holds; None for what it does not."""

    plane: Plane | None = None
    path: Path | None = None
    line: Line | None = None
    spectrum: Spectrum | None = None


def save(
    file: str | File,
    plane: Plane | None = None,
    *,
    path: Path | None = None,
    line: Line | None = None,
    spectrum: Spectrum | None = None,
) -> None:
    """Write a landscape as ``.json``, ``.npz`` or ``.vtk``, by the name of the file; the page Network opens the first two.

    Names of more than 80 characters are kept by their ends. Raises ``ValueError`` for another ending, for nothing to
    write, for a ``.vtk`` without a plane, and for what ``load`` would refuse, as a plane of more than 2^20 places.

    >>> import tempfile
    >>> from losses.network import load, plane, save
    >>> from torch import nn, ones
    >>> seen = plane(nn.Linear(2, 1), "mse", (ones(3, 2), ones(3, 1)), size=5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(f"{folder}/seen.npz", seen)
    ...     again = load(f"{folder}/seen.npz").plane
    >>> bool((again.loss == seen.loss).all())
    True
    """
    file = File(file)
    kept = Landscape(plane, path, line, spectrum)
    if plane is path is line is spectrum is None:
        raise ValueError("there is nothing to save; pass a plane, a path, a line or a spectrum")
    if file.suffix not in WRITERS:
        raise ValueError(f"a landscape is saved as {', '.join(WRITERS)}, not as {file.suffix or file.name!r}")
    content = WRITERS[file.suffix](kept)
    if file.suffix != ".vtk":
        loads(content)
    file.write_bytes(content)


def load(file: str | File) -> Landscape:
    """Read what ``save`` wrote, or what anybody did after the description above; raises as ``loads``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = File(f"{folder}/seen.json").write_text("[1, 2]")
    ...     load(f"{folder}/seen.json")
    Traceback (most recent call last):
    ValueError: the file is JSON, but no object; write it with losses.network.save
    """
    with File(file).open("rb") as opened:
        return loads(opened.read(MOST_BYTES + 1))


def loads(content: bytes) -> Landscape:
    """Read a landscape from the bytes of a ``.json`` or ``.npz`` file, whoever it is from. No pickle is ever loaded.

    Raises
    ------
    ValueError
        That says what is wrong, where, and what to do: for more than 32 MB, or 12 of JSON, 2001 places a side or 2^20
        in all, for what is no such file, lacks a part, or holds parts that do not fit each other or numbers that
        cannot be.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"the file is larger than {MOST_BYTES >> 20} MB; save a coarser plane, or as .npz")
    document = from_npz(content) if content[:2] == b"PK" else from_json(content)
    if document.get("format") != FORMAT:
        raise ValueError(f'the file is no landscape: its "format" is not "{FORMAT}"; write it with losses.network.save')
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise ValueError(f'the file\'s "version" is {shortened(version)}, and only {VERSION} is known')
    readers: dict[str, Callable[[Part], Any]] = {"plane": _plane, "path": _path, "line": _line, "spectrum": _spectrum}
    found = {}
    for name, reader in readers.items():
        part = document.get(name)
        if part is not None and not isinstance(part, Mapping):
            raise ValueError(f'"{name}" must be an object or null')
        found[name] = None if part is None else reader(Part(name, part))
    if not any(found.values()):
        raise ValueError('the file holds no "plane", "path", "line" or "spectrum"; save one of them')
    return Landscape(**found)


def to_json(kept: Landscape) -> bytes:
    """A landscape as JSON."""
    return json.dumps(_plain(_document(kept)), allow_nan=False, separators=(",", ":")).encode()


def to_npz(kept: Landscape) -> bytes:
    """A landscape as NPZ, compressed."""
    document, arrays = _document(kept), {}
    for name in ("plane", "path", "line", "spectrum"):
        part = document[name]
        if part:
            arrays |= {f"{name}.{key}": value for key, value in part.items() if isinstance(value, np.ndarray)}
            document[name] = {key: value for key, value in part.items() if not isinstance(value, np.ndarray)}
    header = json.dumps(_plain(document), allow_nan=False, ensure_ascii=False)
    stream = io.BytesIO()
    np.savez_compressed(stream, header=np.frombuffer(header.encode(), dtype=np.uint8), **arrays)
    return stream.getvalue()


def to_vtk(kept: Landscape) -> bytes:
    """A plane as a surface for ParaView: legacy ASCII VTK; a hole lies at the lowest loss, with ``hole`` 1."""
    plane = kept.plane
    if plane is None:
        raise ValueError("a .vtk file holds a plane; pass one, or save as .json or .npz")
    whole = np.isfinite(plane.loss)
    floor = plane.loss[whole].min() if whole.any() else 0.0
    height = np.where(whole, plane.loss, floor)
    x, y = np.meshgrid(plane.x, plane.y)
    count = height.size
    lines = [
        "# vtk DataFile Version 3.0",
        "loss over a plane of weights",
        "ASCII",
        "DATASET STRUCTURED_GRID",
        f"DIMENSIONS {len(plane.x)} {len(plane.y)} 1",
        f"POINTS {count} double",
        *(f"{a:.17g} {b:.17g} {c:.17g}" for a, b, c in zip(x.flat, y.flat, height.flat, strict=True)),
        f"POINT_DATA {count}",
        "SCALARS loss double 1",
        "LOOKUP_TABLE default",
        *(f"{value:.17g}" for value in height.flat),
        "SCALARS hole int 1",
        "LOOKUP_TABLE default",
        *("0" if value else "1" for value in whole.flat),
    ]
    return ("\n".join(lines) + "\n").encode()


WRITERS: Mapping[str, Callable[[Landscape], bytes]] = {".json": to_json, ".npz": to_npz, ".vtk": to_vtk}


def _plane(part: Part) -> Plane:
    x, y = part.rising("x"), part.rising("y")
    if len(x) * len(y) > MOST_PLACES:
        raise ValueError(
            f'"plane" has {len(x) * len(y)} places, and at most {MOST_PLACES} are read; save a coarser one'
        )
    loss = numbers(part.get("loss"), part.place("loss"))
    if loss.shape != (len(y), len(x)):
        raise ValueError(
            f"{part.place('loss')} must be {len(y)} rows (y) of {len(x)} numbers (x), got shape {loss.shape}"
        )
    names = part.get("names")
    if not (isinstance(names, list) and len(names) == 2):
        raise ValueError(f"{part.place('names')} must be the names of both axes")
    first, second = part.finite("at", 2, least=-1 / FINEST, most=1 / FINEST).tolist()
    return Plane(
        x=x,
        y=y,
        loss=loss,
        names=(named(names[0], part.place("names")), named(names[1], part.place("names"))),
        kind=part.word("kind", KINDS),
        at=(first, second),
        centre=part.number("centre"),
        shares=_variances(part),
        curvatures=part.pair("curvatures"),
        marks=_marks(part),
        seed=None if part.get("seed") is None else part.whole("seed", *SEEDS),
        norms=part.word("norms", ("trained", "batch")),
    )


def _variances(part: Part) -> tuple[float, float] | None:
    shares = part.pair("shares", 0.0, 1.0)
    if shares and sum(shares) > 1.001:
        raise ValueError(f"{part.place('shares')} must be shares of one whole, and they sum to {sum(shares):.4g}")
    return shares


def _marks(part: Part) -> tuple[tuple[str, float, float], ...]:
    given, place = part.get("marks"), part.place("marks")
    if not isinstance(given, list) or len(given) > MOST_MARKS or not all(isinstance(each, list) and len(each) == 3 for each in given):  # fmt: skip
        raise ValueError(f"{place} must be at most {MOST_MARKS} rows of a name, x and y")
    found = []
    for name, *where in given:
        at = numbers(where, place)
        if at.shape != (2,) or not (np.abs(at) <= 1 / FINEST).all():
            raise ValueError(f"{place} must have two finite numbers after each name; leave that mark out")
        found.append((named(name, place), *at.tolist()))
    return tuple(found)


def _path(part: Part) -> Path:
    x = part.finite("x", count=1, least=-1 / FINEST, most=1 / FINEST)
    y = part.finite("y", len(x), least=-1 / FINEST, most=1 / FINEST)
    return Path(x, y, part.row("loss", len(x)), *(part.row(key, len(x), least=0.0) for key in ("off", "away")))


def _line(part: Part) -> Line:
    t = part.rising("t")
    if t[0] > CLOSE or t[-1] < 1 - CLOSE:
        raise ValueError(f"{part.place('t')} must go from 0 or less to 1 or more: there are the two networks")
    accuracy = None if part.get("accuracy") is None else part.row("accuracy", len(t), least=0.0, most=1.0)
    return Line(
        t=t,
        loss=part.row("loss", len(t)),
        accuracy=accuracy,
        barrier=part.number("barrier", 0.0),
        error_barrier=part.optional("error_barrier", 0.0, 1.0),
        distance=part.number("distance", 0.0),
    )


def _spectrum(part: Part) -> Spectrum:
    largest, nodes = part.finite("largest", count=1), part.finite("nodes", count=1)
    return Spectrum(
        largest=largest,
        lowest=part.finite("lowest"),
        errors=part.finite("errors", len(largest), least=0.0),
        trace=part.number("trace"),
        trace_error=part.number("trace_error", 0.0),
        nodes=nodes,
        shares=part.shares("shares", len(nodes)),
        weights=part.whole("weights", 1, MOST_WEIGHTS),
        loss=part.number("loss"),
    )


def _document(kept: Landscape) -> dict[str, Any]:
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    for name in ("plane", "path", "line", "spectrum"):
        part = getattr(kept, name)
        document[name] = part and {
            key: value for key, value in vars(part).items() if key not in ("axes", "seconds", "left")
        }
    plane = document["plane"]
    if plane:
        plane["names"] = [_ending(name) for name in plane["names"]]
        plane["marks"] = [(_ending(name), *at) for name, *at in plane["marks"]]
    return document


def _ending(name: str) -> str:
    """A name that can be read again: of a long one the end, which tells weights of a network apart."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
