"""Texts with numbers that are computed as they are read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.text import number
from losses.calculator import evaluate

PLACE = re.compile(r"\{(\w+)(?::(\d))?\}")
DIGITS = 3  # of a number in a text that does not say how many
Computed = str | Callable[[], float]
"""An expression of ``losses.calculator``, or what gives the number."""


@dataclass(frozen=True)
class Numbers:
    """Numbers by the name under which texts and later expressions have them."""

    by_name: Mapping[str, Computed] = field(default_factory=dict)

    def known(self) -> dict[str, Any]:
        """All of them, computed in their order (``ValueError`` where one cannot be)."""
        found: dict[str, Any] = {}
        for name, one in self.by_name.items():
            found[name] = one() if callable(one) else evaluate(one, found)
        return found

    def filled(self, text: str) -> str:
        """A text with its numbers in it: ``{slope}`` with three digits, ``{slope:2}`` with two.

        Raises
        ------
        ValueError
            For a name that is none of a number, and where one cannot be computed.
        """
        known = self.known() if PLACE.search(text) else {}

        def put(place: re.Match) -> str:
            name, digits = place.groups()
            if not isinstance(known.get(name), (int, float)):
                raise ValueError(f"there is no number {name!r}; there are {', '.join(known) or 'none'}")
            return number(float(known[name]), int(digits or DIGITS))

        return PLACE.sub(put, text)
