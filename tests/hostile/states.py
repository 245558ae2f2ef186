"""States of a page that strain it: every setting at its ends, two at their ends at once, and many at random."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from components.settings.fields import Choice, Field, Number, Several
from losses.curves.catalogue import AXES
from tests.conftest import FIELDS
from tests.hostile.values import TEXTS, ends, outside, text_of

Query = dict[str, str]
LINES = ("losses", "loss", "optimisers", "surface", "axis")  # settings that name what has parameters of its own


@cache
def singles(page: str) -> list[Query]:
    """Every setting at each of its ends and just beyond, where it matters."""
    fields = FIELDS[page]
    return [
        owner | {name: text}
        for name, field in fields.items()
        for owner in [showing(page, name)]
        for text in [*(text_of(field, value) for value in ends(field)), *outside(field)]
    ]


@cache
def choices(page: str) -> list[Query]:
    """Every option of every choice with every option of every other."""
    fields = FIELDS[page]
    options = {
        name: [(option,) if isinstance(field, Several) else option for option in field.options]
        for name, field in fields.items()
        if isinstance(field, (Choice, Several))
    }
    return [
        {first: fields[first].write(one), second: fields[second].write(other)}
        for first, second in combinations(options, 2)
        for one, other in product(options[first], options[second])
    ]


@cache
def pairs(page: str) -> list[Query]:
    """Two of the page's own settings, each at one of its ends."""
    fields = {name: field for name, field in FIELDS[page].items() if "." not in name}
    return [
        {first: text_of(fields[first], one), second: text_of(fields[second], other)}
        for first, second in combinations(fields, 2)
        for one, other in product(extremes(fields[first]), extremes(fields[second]))
    ]


def extremes(field: Field) -> list[Any]:
    """Few of its ends."""
    found = ends(field)
    return (
        [field.low, field.high]
        if isinstance(field, Number)
        else found
        if len(found) <= 3
        else found[:: len(found) // 3]
    )


def showing(page: str, name: str) -> Query:
    """What has to be chosen for a setting to matter: the loss, the optimiser or the axis whose parameter it is."""
    owner, dot, _ = name.removeprefix("show.").partition(".")
    fields = FIELDS[page]
    if not dot and not name.startswith("show."):
        return {}
    for chooser in LINES:
        field = fields.get(chooser)
        if isinstance(field, (Choice, Several)) and owner in field.options:
            axis = {"axis": next(key for key, axis in AXES.items() if owner in axis.losses)} if page == "curves" and chooser == "losses" else {}  # fmt: skip
            return axis | {chooser: owner}
    return {}


def structured(page: str, number: int) -> Query:
    """One of all those above, each once before any comes again."""
    known = _shuffled(page)
    return known[number % len(known)]


@cache
def _shuffled(page: str) -> list[Query]:
    known = [*singles(page), *choices(page), *pairs(page)]
    Random(page).shuffle(known)
    return known


def mixed(page: str, rng: Random) -> Query:
    """Many settings at once, at their ends or anywhere; now and then one that is no value at all."""
    fields = FIELDS[page]
    own = [name for name in fields if "." not in name]
    share = rng.choice((0.1, 0.3, 0.6))
    query = {name: text_of(fields[name], value(fields[name], rng)) for name in own if rng.random() < share}
    named = set(chosen(fields, query))
    tuned = [name for name in fields if name.partition(".")[0] in named and rng.random() < 0.5]
    query |= {name: text_of(fields[name], value(fields[name], rng)) for name in tuned}
    if rng.random() < 0.15:
        query[rng.choice([*fields, "unknown", "present", "example", "🎲"])] = rng.choice(TEXTS)
    return query


def chosen(fields: Mapping[str, Field], query: Query) -> Iterator[str]:
    """The keys of what has parameters, as a query has them."""
    for name in LINES:
        if name in fields:
            yield from query.get(name, fields[name].write(fields[name].default)).split(",")


def value(field: Field, rng: Random) -> Any:
    """An allowed value."""
    if isinstance(field, Several) and rng.random() < 0.5:
        return tuple(rng.sample(field.options, rng.randint(1, min(field.most, len(field.options)))))
    if isinstance(field, Number) and rng.random() < 0.4:
        low, high = max(field.span[0], -1e6), min(field.span[1], 1e6)
        return field.check(round(rng.uniform(low, high))) if field.whole else rng.uniform(low, high)
    return rng.choice(ends(field))
