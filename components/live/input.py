"""What the hand has done: a message of the browser, checked once, so that no page meets untrusted JSON."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Place = tuple[float, float]
NO_ROW = -1
LONGEST_STROKE = 1000  # places
_INFINITE = {"Infinity": math.inf, "-Infinity": -math.inf}  # JSON has no number for these


@dataclass(frozen=True)
class Offer:
    """What of a picture the hand can take hold of, by name. Of everything else that a message names nothing is heard.

    ``growing`` are the handles whose points may be taken away, ``new`` the names under which a new one arrives;
    ``pick`` is that of a click anywhere in a panel, ``brush`` that of strokes over one, ``player`` says whether there
    is a playhead.
    """

    sliders: Collection[str] = ()
    handles: Collection[str] = ()
    growing: Collection[str] = ()
    new: Collection[str] = ()
    pick: str | None = None
    brush: str | None = None
    player: bool = False


@dataclass(frozen=True)
class Stroke:
    """Where the brush went, ``path`` from the first place on, and whether it took away."""

    path: tuple[Place, ...]
    erase: bool


@dataclass(frozen=True)
class Input:
    """What the hand has moved since the last message, in data coordinates.

    A value that is no number is NaN here, and a row that is none is ``NO_ROW``: there is no setting
    that takes either, so what a message has of nonsense is refused by the settings, in their words.

    Attributes
    ----------
    sliders
        By name, what a slider, a number entry or a switch stands at now.
    places
        By name of the handle and row of the point, where the hand has put it, ``(x, y)``; None for one that was
        taken away. A pick is row 0.
    new
        By name, where a point was added.
    strokes
        What was painted, in order. A stroke that goes on is told whole again.
    playhead
        The step at which the player rests; None if it has not moved.
    """

    sliders: Mapping[str, float | bool] = field(default_factory=dict)
    places: Mapping[str, Mapping[int, Place | None]] = field(default_factory=dict)
    new: Mapping[str, Place] = field(default_factory=dict)
    strokes: tuple[Stroke, ...] = ()
    playhead: float | None = None

    def by_row(self, handle: str) -> dict[int, Place]:
        """The points of a handle that were moved."""
        return {row: place for row, place in self.places.get(handle, {}).items() if place is not None}

    def point(self, handle: str, row: int = 0) -> Place | None:
        """One point of a handle, or the place picked under that name; None if it has not moved."""
        return self.places.get(handle, {}).get(row)

    @property
    def edits(self) -> bool:
        """Whether the points that a page has its data in, which go by the name "points", were moved, added to or thinned."""
        return bool(self.places.get("points") or self.new)

    def edited(self, before: Mapping[int, Place | None], first: Mapping[str, int]) -> dict[int, Place | None]:
        """What has been done to those points in all.

        Parameters
        ----------
        before
            By row, what had been done already.
        first
            By the name under which a new point arrives, the number that the first one gets; all are above the rows
            of the data. Further ones count on by as many as there are names, so that their numbers stay apart.
        """
        after = {**before, **self.places.get("points", {})}
        for name, place in self.new.items():
            after[next(number for number in count(first[name], len(first)) if number not in after)] = place
        return {row: place for row, place in after.items() if place is not None or row < min(first.values())}


def read_input(values: Mapping[str, Any], offer: Offer) -> Input:
    """What a message says of the things that were offered; ``values`` are its ``{name: value}``, whatever they are."""
    sliders: dict[str, float | bool] = {}
    places: dict[str, dict[int, Place | None]] = {}
    new: dict[str, Place] = {}
    strokes: dict[int, Stroke] = {}
    for name, value in values.items():
        handle, dot, row = name.rpartition(".")
        if name in offer.sliders:
            sliders[name] = _slider(value)
        elif name == offer.pick:
            places.setdefault(name, {}).setdefault(0, _place(value))  # what was dragged since is told by its row
        elif name in offer.new:
            new[name] = _place(value)
        elif dot and handle == offer.brush:
            strokes[_row(row)] = _stroke(value)
        elif dot and value is None and handle in offer.growing:
            places.setdefault(handle, {})[_row(row)] = None
        elif dot and (handle in offer.handles or handle == offer.pick):
            places.setdefault(handle, {})[_row(row)] = _place(value)
    playhead = _number(values["playhead"]) if offer.player and "playhead" in values else None
    return Input(sliders, places, new, tuple(strokes[number] for number in sorted(strokes)), playhead)


def read_parameters(value: Any) -> dict[str, str]:
    """The query parameters of the address that the visitor has gone back to; what is none is left out."""
    parameters = value.items() if isinstance(value, Mapping) else ()
    return {name: text for name, text in parameters if isinstance(text, str)}


def read_guide(value: Any) -> tuple[str | None, str | None]:
    """What was to be done there, as ``View.guide``; nothing where it is no such thing."""
    title, answer = value if isinstance(value, list) and len(value) == 2 else (None, None)
    return title if isinstance(title, str) else None, answer if isinstance(answer, str) else None


def _slider(value: Any) -> float | bool:
    if isinstance(value, str):
        return _INFINITE.get(value, math.nan)
    return value if isinstance(value, bool) else _number(value)


def _place(value: Any) -> Place:
    x, y = value if isinstance(value, list) and len(value) == 2 else (None, None)
    return _number(x), _number(y)


def _stroke(value: Any) -> Stroke:
    path, erase = (value.get("path"), value.get("erase")) if isinstance(value, Mapping) else (None, None)
    if not isinstance(path, list) or not isinstance(erase, bool) or not 0 < len(path) <= LONGEST_STROKE:
        return Stroke(((math.nan, math.nan),), False)
    return Stroke(tuple(map(_place, path)), erase)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # JSON may have integers of any length
        return math.nan


def _row(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else NO_ROW
