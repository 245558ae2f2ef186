"""The terms that a learner may not know: what each means, its symbol, and the state of a page that shows it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from components.live.files import BROWSER

FILE = BROWSER / "glossary.js"


@dataclass(frozen=True)
class Term:
    """One term.

    ``means`` explains it in a sentence, ``symbol`` is how it is written in formulas, ``also`` are other spellings on
    screen; ``shown`` is the link of a state that shows it, from the page's name on, ``see`` names related terms. A ``quiet``
    one is not underlined where it is mentioned.
    """

    name: str
    means: str
    shown: str
    symbol: str = ""
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    quiet: bool = False


def _read() -> Mapping[str, Term]:
    told = json.loads(FILE.read_text("utf-8").partition("=")[2].strip().removesuffix(";"))
    names = sorted(told, key=str.casefold)
    return MappingProxyType({name: _term(name, **told[name]) for name in names})


def _term(
    name: str,
    means: str,
    shown: str,
    symbol: str = "",
    also: Sequence[str] = (),
    see: Sequence[str] = (),
    quiet: bool = False,
) -> Term:
    return Term(name, means, shown, symbol, tuple(also), tuple(see), quiet)


TERMS: Mapping[str, Term] = _read()
"""By name, in the order of the alphabet."""
