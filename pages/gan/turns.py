"""The turns of a training as a setting: who learned, one after the other, in the address as ``b120d30g1``."""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from components.settings.fields import Field
from losses.game.training import TURNS

MOST = 5000
_PARTS = re.compile(rf"([{''.join(TURNS)}])([0-9]{{1,4}})")


@dataclass(frozen=True)
class Turns(Field):
    """A text with a key of ``TURNS`` for every turn, at most ``MOST`` of them."""

    default: str = ""

    def check(self, value: Any) -> str:
        """See ``Field``."""
        if not isinstance(value, str) or len(value) > MOST or not set(value) <= TURNS.keys():
            raise ValueError(f"at most {MOST:,} turns of {', '.join(TURNS)}")
        return value

    def read(self, text: str) -> str:
        """See ``Field``."""
        if not re.fullmatch(rf"(?:{_PARTS.pattern})*", text):
            raise ValueError(f"written as b120d30g1, at most {MOST:,} turns")
        parts = [(who, int(count)) for who, count in _PARTS.findall(text)]
        if sum(count for _, count in parts) > MOST:
            raise ValueError(f"at most {MOST:,} turns")
        return "".join(who * count for who, count in parts)

    def write(self, value: str) -> str:
        """See ``Field``."""
        return "".join(f"{who}{len([*same])}" for who, same in groupby(value))


def gone_to(turns: str, who: str, to: float) -> str:
    """The turns after going to a number of them: further ones are of this kind, those beyond it are taken back."""
    return turns[: int(to)] + who * (int(to) - len(turns)) if 0 <= to <= MOST else turns
