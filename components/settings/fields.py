"""Kinds of settings: the values allowed, how a URL writes them, and how they are shown and changed."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Field(ABC):
    """One setting: its default, how its values are checked and written in a URL, and how it is shown.

    ``label`` stands beside its widget, ``help`` explains it. With ``live`` the live figure shows it, as a
    slider or switch that moves the picture under the hand; else ``components.settings.widgets`` makes its widget.
    ``opens`` is where a page opens whose link says nothing, if not at the default. A ``lasting`` one is the
    visitor's way of looking, which presets leave alone.
    """

    default: Any
    label: str = field(default="", kw_only=True)
    help: str = field(default="", kw_only=True)
    live: bool = field(default=False, kw_only=True)
    lasting: bool = field(default=False, kw_only=True)
    opens: Any = field(default=None, kw_only=True)

    @property
    def opening(self) -> Any:
        """Its value where the page opens without a link."""
        return self.default if self.opens is None else self.opens

    @abstractmethod
    def check(self, value: Any) -> Any:
        """``value`` in canonical form; ``ValueError`` says what is allowed."""

    def read(self, text: str) -> Any:
        """The value that ``text`` in a URL stands for; ``ValueError`` says what is allowed."""
        return self.check(text)

    def write(self, value: Any) -> str:
        """Write ``value`` as URL text, such that ``read`` gives it back."""
        return value


@dataclass(frozen=True)
class Number(Field):
    """A number in ``[low, high]``; ``whole`` asks for an integer. With the default None it may be unset.

    ``slider`` is the span that a slider shows, without it the whole range; ``log`` makes it logarithmic.
    A number that is not ``live`` is typed in unless it has a ``slider``; ``step`` is that of its buttons.
    """

    default: float | None
    low: float
    high: float
    whole: bool = False
    slider: tuple[float, float] | None = field(default=None, kw_only=True)
    log: bool = field(default=False, kw_only=True)
    step: float | None = field(default=None, kw_only=True)

    @property
    def span(self) -> tuple[float, float]:
        """What a slider shows."""
        return self.slider or (self.low, self.high)

    def check(self, value: Any) -> float | None:
        """See ``Field``."""
        if value is None and self.default is None:
            return None
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if isinstance(value, bool) or not self.low <= number <= self.high or (self.whole and number % 1):
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(f"{kind} from {self.low:g} to {self.high:g}")
        return int(number) if self.whole else number

    def write(self, value: float) -> str:
        """See ``Field``."""
        return repr(value).removesuffix(".0")


@dataclass(frozen=True)
class Flag(Field):
    """On or off; with the default None it may be unset."""

    default: bool | None = False

    def check(self, value: Any) -> bool | None:
        """See ``Field``."""
        if not isinstance(value, bool) and not (value is None and self.default is None):
            raise ValueError("true or false")
        return value

    def read(self, text: str) -> bool | None:
        """See ``Field``."""
        return self.check({"1": True, "0": False}.get(text, text))

    def write(self, value: bool) -> str:
        """See ``Field``."""
        return "1" if value else "0"


@dataclass(frozen=True)
class Choice(Field):
    """One of some keys; ``titles`` says what they are called, ``buttons`` shows all of them side by side."""

    default: str
    options: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    buttons: bool = field(default=False, kw_only=True)

    def title(self, key: str) -> str:
        """What an option is called: its title, or else its key."""
        return self.titles.get(key, key)

    def check(self, value: Any) -> str:
        """See ``Field``."""
        if value not in self.options:
            raise ValueError("one of those in the list")
        return value


@dataclass(frozen=True)
class Several(Field):
    """Some of some keys, at least one and at most ``most``, without repetition; ``titles`` as in ``Choice``."""

    default: tuple[str, ...]
    options: tuple[str, ...]
    most: int
    titles: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def title(self, key: str) -> str:
        """What an option is called: its title, or else its key."""
        return self.titles.get(key, key)

    def check(self, value: Any) -> tuple[str, ...]:
        """See ``Field``."""
        known = isinstance(value, (list, tuple)) and all(key in self.options for key in value)
        keys = tuple(dict.fromkeys(value)) if known else ()
        if not 1 <= len(keys) <= self.most:
            raise ValueError(f"1 to {self.most} of those in the list")
        return keys

    def read(self, text: str) -> tuple[str, ...]:
        """See ``Field``."""
        return self.check(text.split(","))

    def write(self, value: tuple[str, ...]) -> str:
        """See ``Field``."""
        return ",".join(value)


MOST_MOVES = 50  # of points by hand


@dataclass(frozen=True)
class Moves(Field):
    """Points moved by hand: ``{row: (x, y)}``, written ``10:10:-20,3:3:40``; at most ``most``.

    A point that is taken away is at None, written ``10:``. Rows count from 0 to below ``rows``, those of points
    that are added from there. With the default None it may be unset.
    """

    default: Mapping[int, tuple[float, float] | None] | None = None
    most: int = MOST_MOVES
    rows: int = 10**9

    def check(self, value: Any) -> dict[int, tuple[float, float] | None] | None:
        """See ``Field``."""
        if value is None and self.default is None:
            return None
        if not isinstance(value, Mapping):
            raise ValueError("points with their rows")
        moves = {self._row(row): None if place is None else self._place(place) for row, place in value.items()}
        if len(moves) > self.most:
            raise ValueError(f"at most {self.most}")
        return moves

    def read(self, text: str) -> dict[int, tuple[float, float] | None] | None:
        """See ``Field``."""
        moves = [part.split(":") for part in text.split(",") if part]
        if any(len(move) != 3 and move[1:] != [""] for move in moves):
            raise ValueError("written as row:x:y, separated by commas")
        return self.check({row: tuple(place) if place != [""] else None for row, *place in moves})

    def write(self, value: Mapping[int, tuple[float, float] | None]) -> str:
        """See ``Field``."""
        return ",".join(
            f"{row}:" if place is None else f"{row}:{place[0]!r}:{place[1]!r}".replace(".0:", ":").removesuffix(".0")
            for row, place in value.items()
        )

    def _row(self, row: Any) -> int:
        if isinstance(row, str) and row.isascii() and row.isdigit() and len(row) <= 9:
            row = int(row)
        if isinstance(row, bool) or not isinstance(row, int) or not 0 <= row < self.rows:
            raise ValueError(f"in rows 0 to {self.rows - 1:,}")
        return row

    def _place(self, place: Any) -> tuple[float, float]:
        try:
            x, y = (float(value) for value in place)
        except (TypeError, ValueError, OverflowError):
            x = y = math.nan
        if not (abs(x) <= 1e150 and abs(y) <= 1e150):
            raise ValueError("coordinates between -1e150 and 1e150")
        return x, y
