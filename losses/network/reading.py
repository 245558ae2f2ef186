"""What a stranger's file says, read with bounds: JSON and NPZ into plain objects, and their fields one by one."""

import io
import json
import lzma
import math
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

MOST_BYTES = 32 << 20
MOST_PLACES = 1 << 20
MOST_SIDE = 2001
LONGEST_NAME = 80
WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
BROKEN = (ValueError, TypeError, KeyError, SyntaxError, RuntimeError, EOFError, OSError, zlib.error, lzma.LZMAError)


def from_json(content: bytes) -> dict[str, Any]:
    """The object in a JSON file."""

    def refuse(word: str) -> None:
        raise ValueError(f'{word} is no JSON; write "nan", "inf" or "-inf" in quotes')

    try:
        document = json.loads(content.decode("utf-8"), parse_constant=refuse)
    except UnicodeDecodeError as error:
        raise ValueError("the file is neither JSON nor NPZ; write it with losses.network.save") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"the file is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("the file is nested too deeply for a landscape") from error
    if not isinstance(document, dict):
        raise ValueError("the file is JSON, but no object; write it with losses.network.save")
    return document


def from_npz(content: bytes) -> dict[str, Any]:
    """The object in an NPZ file, its arrays put back into their parts. Nothing is unpacked before its size is known."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_BYTES or len(members) > 64:
                raise ValueError(f"the file unpacks to more than {MOST_BYTES >> 20} MB, or to more than 64 arrays")
            arrays = {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, EOFError, OSError) as error:
        raise ValueError(f"the file is no whole NPZ archive ({str(error)[:100]}); save it again") from error
    if "header" not in arrays:
        raise ValueError('the NPZ file has no "header"; write it with losses.network.save')
    document = from_json(arrays.pop("header").tobytes())
    for name, array in arrays.items():
        part, _, key = name.partition(".")
        if not isinstance(document.get(part), dict):
            raise ValueError(f'the array "{name[:LONGEST_NAME]}" belongs to no part that the header names')
        document[part][key] = array
    return document


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
    except BROKEN as error:
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
            raise ValueError(f"{self.place(key)} is missing; write the file with losses.network.save")
        return self.fields[key]

    def number(self, key: str, least: float = -math.inf, whole: bool = False) -> float:
        """A number, also one that is not finite."""
        value = self.get(key)
        value = WORDS.get(value, value) if isinstance(value, str) else value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or (whole and not isinstance(value, int)):
            raise ValueError(f"{self.place(key)} must be a {'whole ' if whole else ''}number, got {str(value)[:40]!r}")
        try:
            value = float(value)
        except OverflowError as error:
            raise ValueError(f"{self.place(key)} is too large a number") from error
        if value < least:
            raise ValueError(f"{self.place(key)} must be at least {least:g}, got {value:g}")
        return value

    def optional(self, key: str) -> float | None:
        """A number, or None."""
        return None if self.get(key) is None else self.number(key)

    def row(self, key: str, length: int | None = None, least: int = 0) -> np.ndarray:
        """Numbers ``[n]``, also ones that are not finite."""
        found = numbers(self.get(key), self.place(key))
        if found.ndim != 1 or len(found) < least or len(found) > MOST_PLACES:
            raise ValueError(f"{self.place(key)} must be a row of {least} to {MOST_PLACES} numbers")
        if length is not None and len(found) != length:
            raise ValueError(f"{self.place(key)} has {len(found)} numbers, and {length} belong to it")
        return found

    def pair(self, key: str) -> tuple[float, float] | None:
        """Two finite numbers, or None."""
        if self.get(key) is None:
            return None
        first, second = self.finite(key, 2).tolist()
        return first, second

    def finite(self, key: str, length: int | None = None, least: int = 0) -> np.ndarray:
        """Finite numbers ``[n]``."""
        found = self.row(key, length, least)
        if not np.isfinite(found).all():
            raise ValueError(f"{self.place(key)} has a number that is not finite; leave that place out")
        return found

    def rising(self, key: str) -> np.ndarray:
        """Finite numbers ``[n]`` that rise, as the coordinates of a grid do."""
        found = self.finite(key, least=2)
        if len(found) > MOST_SIDE or not (np.diff(found) > 0).all():
            raise ValueError(f"{self.place(key)} must rise from number to number, over 2 to {MOST_SIDE} of them")
        return found

    def word(self, key: str, known: tuple[str, ...]) -> str:
        """One of the words that are known."""
        value = self.get(key)
        if value not in known:
            raise ValueError(f"{self.place(key)} must be one of {', '.join(known)}, got {str(value)[:40]!r}")
        return value


def numbers(value: Any, place: str) -> np.ndarray:
    """An array of float64 from an array or from lists of numbers and the words for what is not finite."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)
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
