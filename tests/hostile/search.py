"""The search: kinds of hostile inputs, how each is put to a page, and what has to be so afterwards.

An input is made of its kind, its page, its number and the seed alone, so it can be tried again by itself.
"""

import json
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random

from components.page.below import NOTHING
from components.page.exhibit import Exhibit
from components.upload.labelled import LABELLED
from components.upload.many import MANY
from components.upload.pairs import PAIRS
from pages import PAGES
from tests.components.live.test_channel import ask as request
from tests.conftest import FIELDS
from tests.hostile import files, messages, states
from tests.hostile.values import JSON, NUMBERS, TEXTS, ends
from tests.hostile.visitor import UNDRAWN, Visitor, differences, listening

LIVE, RUN = 0.5, 5.0  # seconds of the processor that an answer and a script run may take
SAMPLED = 25  # of so many inputs one is compared with what a new session shows
UPLOADERS = {"outliers": PAIRS, "landscape": PAIRS, "classification": LABELLED, "regularization": MANY}
CHOICE = {
    "outliers": "data",
    "landscape": "surface",
    "classification": "data",
    "regularization": "data",
}  # where a file is chosen


@dataclass(frozen=True)
class Case:
    """One input."""

    kind: str
    page: str
    number: int
    seed: int

    @property
    def random(self) -> Random:
        """What its parts are drawn from."""
        return Random(str(self))

    def __str__(self) -> str:
        return f"{self.kind} {self.page} {self.number} {self.seed}"


@dataclass(frozen=True)
class Found:
    """What came of an input: complaints, and the longest answer and script run in seconds of the processor."""

    case: Case
    complaints: tuple[str, ...]
    seconds: float
    running: float

    @property
    def slow(self) -> bool:
        """Whether something took longer than a visitor, or others, should wait."""
        return self.seconds > LIVE or self.running > RUN


def addresses(visitor: Visitor, case: Case) -> None:
    """An address that strains the page, opened as the browser's Back does or as a link."""
    rng = case.random
    query = states.structured(case.page, case.number) if case.number % 2 else states.mixed(case.page, rng)
    if rng.random() < 0.5:
        visitor.ask({"seq": 1, "values": {"address": {"parameters": query, "guide": [None, None]}}})
        return
    visitor.view.visit(query)
    if hasattr(visitor.model, "check"):
        visitor.model.check()
    visitor.ask({})


def opened(visitor: Visitor, case: Case, query: dict[str, str]) -> None:
    """By a link, in which no browser writes half a character."""
    visitor.leave().open(case.page, **{name: text.replace("\ud800", "�") for name, text in query.items()})


def links(visitor: Visitor, case: Case) -> None:
    """The same by a whole script run, with one of the tabs below open."""
    rng = case.random
    query = states.mixed(case.page, rng) if rng.random() < 0.7 else states.structured(case.page, rng.randrange(10**6))
    tab = rng.choice(("Formulas", "Often said", "Calibration", "Code", "Sources", "Data", "Export"))
    visitor.at.session_state[f"{case.page}:below"] = tab
    opened(visitor, case, query)
    if NOTHING in visitor.captions and not any(UNDRAWN in note for note in visitor.data["notes"]):
        raise AssertionError(f"{tab}: {visitor.captions}")
    visitor.ask({})


def moves(visitor: Visitor, case: Case) -> None:
    """Messages to the live channel, from a state that may be strained already."""
    rng = case.random
    for query in ({}, states.structured(case.page, rng.randrange(10**6)), states.mixed(case.page, rng))[
        : rng.randint(1, 3)
    ]:
        visitor.view.visit(query)
        told = visitor.ask({})
    for seq in range(6, 6 + rng.randint(1, 4)):
        told = visitor.ask(messages.message(case.page, told, rng, seq))


def bodies(visitor: Visitor, case: Case) -> None:
    """Requests whose bodies may be no messages."""
    rng = case.random
    told = visitor.ask({})
    answer = request("POST", visitor.channel.url, messages.body(case.page, told, rng))
    assert answer.status in (200, 400, 413), answer.status
    if answer.status == 200:
        json.loads(answer.body, parse_constant=refuse)


def refuse(word: str) -> None:
    """What is no JSON."""
    raise ValueError(f"{word} is no JSON")


def widgets(visitor: Visitor, case: Case) -> None:
    """What widgets commit, with values that their browser half would never send."""
    rng = case.random
    visitor.view.visit(states.mixed(case.page, rng) if rng.random() < 0.3 else {})
    for name in rng.sample(list(FIELDS[case.page]), rng.randint(1, min(3, len(FIELDS[case.page])))):
        known = ends(FIELDS[case.page][name])
        visitor.view.set(**{name: rng.choice((rng.choice(JSON), rng.choice(NUMBERS), rng.choice(TEXTS), *rng.choices(known, k=3)))})  # fmt: skip
    if hasattr(visitor.model, "check"):
        visitor.model.check()
    visitor.ask({})


def entries(visitor: Visitor, case: Case) -> None:
    """The same through Streamlit: number entries and choices at values beyond their own, and a run."""
    rng = case.random
    opened(visitor, case, states.mixed(case.page, rng) if rng.random() < 0.5 else {})
    box = rng.choice([*visitor.at.number_input, *visitor.at.selectbox, *visitor.at.toggle])
    match box.type:
        case "number_input":  # Streamlit itself cannot read infinity here
            box.set_value(rng.choice((*NUMBERS, -5.0, 10**9, box.min, box.max)))
        case "selectbox" if field := FIELDS[case.page].get(box.key.partition(":")[2]):
            box.set_value(rng.choice([option for option in field.options if option != "csv"]))
        case "toggle":
            box.set_value(not box.value)
    visitor.run()
    visitor.ask({})


def tables(visitor: Visitor, case: Case) -> None:
    """Files: refused with a reason, or drawn."""
    raw, header = files.file(case.random)
    try:
        upload = files.uploaded(UPLOADERS[case.page], raw, header)
    except ValueError as error:
        assert str(error).isprintable() and len(str(error)) < 2000, f"the reason is {str(error)[:200]!r}"
        return
    visitor.model.upload = upload
    visitor.view.set(**{CHOICE[case.page]: "csv"})
    visitor.model.check()
    visitor.ask({})


def uploads(visitor: Visitor, case: Case) -> None:
    """Files by the page's own uploader, with scripts run."""
    rng = case.random
    raw, _ = files.file(rng)
    visitor.leave().open(case.page)
    visitor.at.session_state[f"{case.page}:below"] = rng.choice(("Code", "Data", "Formulas"))
    visitor.at.get("file_uploader")[0].set_value((f"{rng.random()}.csv", raw, "text/csv"))
    visitor.run().run()
    visitor.ask({})


KINDS: dict[str, Callable[[Visitor, Case], None]] = {
    made.__name__: made for made in (addresses, links, moves, bodies, widgets, entries, tables, uploads)
}
SHARES = {"addresses": 7000, "moves": 6000, "tables": 2400, "widgets": 2400, "links": 1000, "bodies": 500, "entries": 400, "uploads": 300}  # fmt: skip


def cases(count: int, seed: int) -> Iterator[Case]:
    """So many inputs, of all kinds and pages by their shares."""
    whole = sum(SHARES.values())
    for page in PAGES:
        for kind, share in SHARES.items():
            able = [each for each in PAGES if each in UPLOADERS or kind not in ("tables", "uploads")]
            if page in able:
                each = max(1, round(count * share / whole / len(able)))
                yield from (Case(kind, page, number, seed) for number in range(each))


def tried(case: Case, visitor: Visitor, compare: bool) -> Found:
    """Put an input to a page, and look at what follows."""
    visitor.seconds = visitor.running = 0.0
    complaints = []
    with listening() as said:
        try:
            visitor.begin()
            KINDS[case.kind](visitor, case)
            if compare:
                complaints += compared(visitor)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            complaints.append(f"{type(error).__name__}: {str(error)[:300]} ({where.filename}:{where.lineno})")
    return Found(case, (*complaints, *said), visitor.seconds, visitor.running)


def compared(visitor: Visitor) -> list[str]:
    """Where the page differs from what a new session shows at its address; there is none for what cannot be drawn."""
    mine = visitor.shown()
    if issubclass(PAGES[visitor.page].model, Exhibit):  # what the hand did to what it shows is no part of its address
        return []
    if any(UNDRAWN in note for note in mine["notes"]) or "csv" in mine["address"].values():
        return []
    fresh = Visitor(visitor.page)
    fresh.open(visitor.page, **mine["address"])
    theirs = fresh.shown()
    mine["guide"] = theirs["guide"] = None
    return [f"a new session differs: {line}" for line in differences(mine, theirs)[:3]]


def searched(chosen: Iterable[Case], always: bool = False) -> list[Found]:
    """What came of each, by one visitor a page; harm is printed. ``always`` compares every one with a new session."""
    found: list[Found] = []
    visitors: dict[str, Visitor] = {}
    for case in chosen:
        if case.page not in visitors:
            visitors = {case.page: Visitor(case.page).open(case.page)}
        compare = always or Random(f"compare {case}").random() < 1 / SAMPLED
        found.append(tried(case, visitors[case.page], compare))
        if found[-1].complaints:
            print(f'--only "{case}"\n' + "\n".join(f"    {line}" for line in found[-1].complaints[:4]), flush=True)
            visitors = {}
    return found
