"""What a stranger's file says, read with bounds: JSON and NPZ into plain objects, and their fields one by one."""

import io
import json
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

MOST_BYTES = 32 << 20
MOST_JSON = 12 << 20
MOST_HEADER = 64 << 10  # bytes of an NPZ file's
MOST_OPENINGS = 1 << 13  # lists and objects in JSON: each is an object in memory, many times as large as its brackets
MOST_COMMAS = 1 << 19
MOST_PLACES = 1 << 20
MOST_SIDE = 2001
MOST_ARRAYS = 64
LONGEST_NAME = 80
LARGEST = 1e100  # of numbers, and its inverse the least distance of coordinates: beyond, their squares are none
FINEST = 1e-30
WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
BROKEN = (ValueError, TypeError, KeyError, SyntaxError, RuntimeError, EOFError, OSError, struct.error, zlib.error)
WRITE = "write it with losses.network.save"


def from_json(content: bytes) -> dict[str, Any]:
    """The object in a JSON file. What it would become in memory is bounded before it is parsed."""
    if len(content) > MOST_JSON:
        raise ValueError(f"the file is JSON of more than {MOST_JSON >> 20} MB; save it as .npz")
    if content.count(b"[") + content.count(b"{") > MOST_OPENINGS or content.count(b",") > MOST_COMMAS:
        raise ValueError(
            f"the file is JSON of more than {MOST_OPENINGS} lists or {MOST_COMMAS} numbers; save a coarser plane, or as .npz"
        )
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=_refused, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise ValueError(f"the file is neither JSON nor NPZ; {WRITE}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"the file is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("the file is nested too deeply for a landscape") from error
    except UnreadableError:
        raise
    except ValueError as error:  # Python reads no whole number of thousands of digits
        raise ValueError("the file has a whole number with far too many digits") from error
    if not isinstance(document, dict):
        raise ValueError(f"the file is JSON, but no object; {WRITE}")
    return document


class UnreadableError(ValueError):
    """What is JSON to Python and yet none, or says a thing twice."""


def _refused(word: str) -> None:
    raise UnreadableError(f'{word} is no JSON; write "nan", "inf" or "-inf" in quotes')


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableError("the file has an object with one key twice; leave one out")
    return found


def from_npz(content: bytes) -> dict[str, Any]:
    """The object in an NPZ file, its arrays put back into their parts. Nothing is unpacked before its size is known."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (*BROKEN, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise ValueError(f"the file is no whole NPZ archive ({str(error)[:100]}); save it again") from error
    with archive:
        arrays = {member.filename.removesuffix(".npy"): _array(archive, member) for member in _members(archive)}
    if "header" not in arrays:
        raise ValueError(f'the NPZ file has no "header"; {WRITE}')
    document = from_json(arrays.pop("header").tobytes())
    for name, array in arrays.items():
        part, _, key = name.partition(".")
        if not isinstance(document.get(part), dict):
            raise ValueError(f'the array "{name[:LONGEST_NAME]}" belongs to no part that the header names')
        document[part][key] = array
    return document


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The arrays of an archive, if all that they unpack to is bounded, the memory of unpacking too."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_BYTES or len(members) > MOST_ARRAYS:
        raise ValueError(f"the file unpacks to more than {MOST_BYTES >> 20} MB, or to more than {MOST_ARRAYS} arrays")
    if len({member.filename for member in members}) < len(members):
        raise ValueError("the file has two arrays of one name; leave one out")
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("the file is packed in another way than NumPy's; save it with numpy.savez_compressed")
        if member.filename == "header.npy" and member.file_size > MOST_HEADER:
            raise ValueError(f'the "header" is larger than {MOST_HEADER >> 10} kB; leave out what is no landscape')
    return members


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """An array of numbers, of exactly as many bytes as its header says."""
    name = member.filename[:LONGEST_NAME]
    try:
        with archive.open(member) as opened:
            content = opened.read(MOST_BYTES + 1)
        stream = io.BytesIO(content)
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("a version that is not 1.0")
        shape, by_columns, dtype = np.lib.format.read_array_header_1_0(stream)
    except (*BROKEN, zipfile.BadZipFile) as error:
        raise ValueError(f'the array "{name}" is no array of numbers ({str(error)[:100]}); save it again') from error
    if dtype.hasobject or dtype.kind not in "fiu" or dtype.itemsize > 8:
        raise ValueError(
            f'the array "{name}" is of {str(dtype)[:40]}; only plain numbers are read, never pickled objects'
        )
    rest = content[stream.tell() :]
    if len(shape) > 2 or min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(rest):
        raise ValueError(f'the array "{name}" is not as long as its header says; save it again')
    return np.frombuffer(rest, dtype).reshape(shape, order="F" if by_columns else "C")


class Part:
    """One part of a document, whose fields are asked for by name."""

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        self.name, self.fields = name, fields

    def place(self, key: str) -> str:
        """Where a field is, for a message."""
        return f'"{self.name}.{key}"'

    def get(self, key: str) -> Any:
        """A field as it stands."""
        if key not in self.fields:
            raise ValueError(f"{self.place(key)} is missing; {WRITE}")
        return self.fields[key]

    def number(self, key: str, least: float = -math.inf, most: float = math.inf) -> float:
        """A number from ``least`` to ``most``, also one that is not finite: that may be no number everywhere."""
        value = self.get(key)
        value = WORDS.get(value, value) if isinstance(value, str) else value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{self.place(key)} must be a number, got {shortened(value)}")
        if abs(value) > LARGEST and value not in (math.inf, -math.inf):
            raise ValueError(f"{self.place(key)} is too large a number: it must be within ±{LARGEST:g}, or infinite")
        if value < least or value > most:
            raise ValueError(f"{self.place(key)} must be {_within(least, most)}, got {value:g}")
        return float(value)

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number, of which every digit counts."""
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{self.place(key)} must be a whole number, got {shortened(value)}")
        if not least <= value <= most:
            raise ValueError(f"{self.place(key)} must be {_within(least, most)}")
        return value

    def optional(self, key: str, least: float = -math.inf, most: float = math.inf) -> float | None:
        """A number, or None."""
        return None if self.get(key) is None else self.number(key, least, most)

    def row(
        self, key: str, length: int | None = None, *, least: float = -math.inf, most: float = math.inf
    ) -> np.ndarray:
        """Numbers ``[n]`` from ``least`` to ``most``, also ones that are not finite."""
        found = numbers(self.get(key), self.place(key))
        if found.ndim != 1 or len(found) > MOST_PLACES:
            raise ValueError(f"{self.place(key)} must be a row of at most {MOST_PLACES} numbers")
        if length is not None and len(found) != length:
            raise ValueError(f"{self.place(key)} has {len(found)} numbers, and {length} belong to it")
        if (found < least).any() or (found > most).any():
            raise ValueError(f"{self.place(key)} must be {_within(least, most)} throughout")
        return found

    def pair(self, key: str, least: float = -math.inf, most: float = math.inf) -> tuple[float, float] | None:
        """Two finite numbers, or None."""
        if self.get(key) is None:
            return None
        first, second = self.finite(key, 2, least=least, most=most).tolist()
        return first, second

    def finite(
        self, key: str, length: int | None = None, *, count: int = 0, least: float = -math.inf, most: float = math.inf
    ) -> np.ndarray:
        """Finite numbers ``[n]``, at least ``count`` of them."""
        found = self.row(key, length, least=least, most=most)
        if len(found) < count:
            raise ValueError(f"{self.place(key)} has {len(found)} numbers; it must have at least {count}")
        if not np.isfinite(found).all():
            raise ValueError(f"{self.place(key)} has a number that is not finite; leave that place out")
        return found

    def shares(self, key: str, length: int) -> np.ndarray:
        """Shares ``[n]`` of one whole."""
        found = self.finite(key, length, least=0.0)
        if not math.isclose(found.sum(), 1.0, rel_tol=1e-3):
            raise ValueError(f"{self.place(key)} must be shares that sum to 1, and they sum to {found.sum():.4g}")
        return found

    def rising(self, key: str) -> np.ndarray:
        """Finite numbers ``[n]`` that rise, as the coordinates of a grid do, and can be told apart."""
        found = self.finite(key, count=2)
        if len(found) > MOST_SIDE or not (np.diff(found) > 0).all():
            raise ValueError(f"{self.place(key)} must rise from number to number, over 2 to {MOST_SIDE} of them")
        if np.abs(found).max() > 1 / FINEST or np.diff(found).min() < max(FINEST, 1e-14 * np.abs(found).max()):
            raise ValueError(
                f"{self.place(key)} must be within ±{1 / FINEST:g}, at least {FINEST:g} apart, and in steps that its digits tell"
            )
        return found

    def word(self, key: str, known: tuple[str, ...]) -> str:
        """One of the words that are known."""
        value = self.get(key)
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"{self.place(key)} must be one of {', '.join(known)}, got {shortened(value)}")
        return value


def shortened(value: Any) -> str:
    """What a file says, for a message: its beginning."""
    if isinstance(value, (Mapping, list, np.ndarray)):
        return "a list or an object"
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number of many digits"
    return repr(str(value)[:40])


def _within(least: float, most: float) -> str:
    if math.isinf(most):
        return f"at least {least:g}"
    return f"from {least:g} to {most:g}" if math.isfinite(least) else f"at most {most:g}"


def numbers(value: Any, place: str) -> np.ndarray:
    """An array of float64 from an array or from lists of numbers and the words for what is not finite."""
    if isinstance(value, np.ndarray) and value.size > MOST_PLACES:
        raise ValueError(f"{place} has more than {MOST_PLACES} numbers; save a coarser plane")
    found = value.astype(np.float64) if isinstance(value, np.ndarray) else _listed(value, place)
    if (np.abs(found[np.isfinite(found)]) > LARGEST).any():
        raise ValueError(f"{place} has a number that is too large: all must be within ±{LARGEST:g}, or infinite")
    return found


def _listed(value: Any, place: str) -> np.ndarray:
    if not isinstance(value, list):
        raise ValueError(f"{place} must be a list of numbers")
    rows = value if value and isinstance(value[0], list) else [value]
    if not all(isinstance(row, list) and len(row) == len(rows[0]) for row in rows):
        raise ValueError(f"{place} must be rows of numbers, all equally long")
    if len(rows) * len(rows[0]) > MOST_PLACES:
        raise ValueError(f"{place} has more than {MOST_PLACES} numbers; save a coarser plane")
    flat = [WORDS.get(each, each) if isinstance(each, str) else each for row in rows for each in row]
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in flat):
        raise ValueError(f'{place} may hold numbers, "nan", "inf" and "-inf" only')
    try:
        found = np.array(flat, dtype=np.float64).reshape(len(rows), -1)
    except OverflowError as error:
        raise ValueError(f"{place} has a number that is too large") from error
    return found if rows is value else found[0]


def named(value: Any, place: str) -> str:
    """A name that can stand on screen."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
        raise ValueError(f"{place} may hold printable names of 1 to {LONGEST_NAME} characters only")
    return value
