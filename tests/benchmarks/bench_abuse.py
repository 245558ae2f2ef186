"""Abusers in a class: what one visitor still gets while 30 others ask for the costliest there is, and what a lesson leaves.

Run as ``python -m tests.benchmarks.bench_abuse [row ...] [--minutes 10]``. Prints percentiles and memory; asserts nothing.
Visitors run on the same machine as the server.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from components.live.files import BROWSER_FILES
from pages import PAGES
from tests.benchmarks.bench_class import REFERENCE, Posting, far
from tests.benchmarks.bench_live import quantile, server_of
from tests.hostile import messages, states
from tests.hostile.server import Line, harm, http, logged

ABUSERS, OPENING, SECONDS = 30, 15, 15
TURNED_AWAY = (429, 503)  # an answer too, to one who asks too much
ROWS = 100_000
FORGOTTEN = 125  # seconds, a little longer than Streamlit keeps a session that has lost its browser


@dataclass(frozen=True)
class Abuse:
    """What 30 visitors do all the time: on a page opened by ``query`` they move ``name`` to random places."""

    title: str
    page: str
    query: str
    name: str
    place: Callable[[float], Any]
    upload: bool = False


def steps(share: float) -> int:
    return 900 - int(100 * share)


ABUSES = {
    "drags": Abuse("drag at L-BFGS under MAE", "landscape", "optimisers=lbfgs&loss=mae", "points.10", far),
    "steps": Abuse(
        "ask for 900 steps of L-BFGS",
        "landscape",
        "steps=5&optimisers=lbfgs&loss=quantile&noise=86&batch=3",
        "steps",
        steps,
    ),
    "rows": Abuse("drag at 100,000 rows", "outliers", "", "points.10", far, upload=True),
}


@dataclass
class Heard:
    """Seconds that things took, how often the abusers were answered and turned away, and what went wrong."""

    updates: list[float] = field(default_factory=list)
    files: list[float] = field(default_factory=list)
    answers: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@asynccontextmanager
async def opened(address: str, page: str, query: str = "") -> AsyncIterator[tuple[Line, Posting]]:
    """A visitor on a page, with a connection for live updates."""
    async with Line(address) as line:
        await line.run(page, query)
        async with Posting(address) as post:
            yield line, post


async def abuser(address: str, abuse: Abuse, heard: Heard, until: list[float]) -> None:
    """Come, and ask without a pause."""
    async with opened(address, abuse.page, abuse.query) as (line, post):
        if abuse.upload:
            rows = "".join(f"{row},{row % 97}\n" for row in range(ROWS))
            heard.wrong += harm(await line.upload(abuse.page, "long.csv", f"a,b\n{rows}".encode()))
        heard.answers["here"] += 1
        seq = 0
        while time.perf_counter() < until[0]:
            seq += 1
            said = {abuse.name: abuse.place(random.random())}
            status, _ = await post(f"/live/{line.token}", {"seq": seq, "values": said, "holds": []})
            heard.answers[status] += 1
            if status in TURNED_AWAY:
                await asyncio.sleep(0.2)


async def visitor(address: str, heard: Heard, until: list[float]) -> None:
    """One who moves a point twice a second, and whose browser fetches a file."""
    async with opened(address, "outliers") as (line, post):
        holds: list[str] = []
        for seq in range(1, 10**6):
            began = time.perf_counter()
            if began > until[0]:
                return
            message = {"seq": seq, "values": {"points.10": far(random.random())}, "holds": holds}
            status, body = await post(f"/live/{line.token}", message)
            heard.updates.append(time.perf_counter() - began)
            holds = sorted({*holds, *REFERENCE.findall(body)})
            heard.wrong += [] if status == 200 else [f"the visitor is answered {status}"]
            asked = time.perf_counter()
            status, _, _ = await http(address, "GET", f"/live/{BROWSER_FILES}/live_figure.js")
            heard.files.append(time.perf_counter() - asked)
            heard.wrong += [] if status == 200 else [f"the file is answered {status}"]
            await asyncio.sleep(max(0.0, began + 0.5 - time.perf_counter()))


async def abused(address: str, abuse: Abuse | None) -> Heard:
    """The visitor among abusers, or alone."""
    heard, until = Heard(), [float("inf")]
    others = [asyncio.create_task(abuser(address, abuse, heard, until)) for _ in range(ABUSERS if abuse else 0)]
    if others:  # so many at once take long to come in, which is part of it
        await asyncio.sleep(OPENING)
    until[0] = time.perf_counter() + SECONDS
    one = asyncio.create_task(visitor(address, heard, until))
    await asyncio.wait([one], timeout=4 * SECONDS)
    for each in (one, *others):
        each.cancel()
    for result in await asyncio.gather(one, *others, return_exceptions=True):
        heard.wrong += [repr(result)[:100]] if isinstance(result, Exception) else []
    return heard


def row(title: str, heard: Heard) -> str:
    """One line of the table."""

    def times(took: list[float]) -> str:
        return (
            f"p50 {1000 * statistics.median(took):6.0f}  p95 {1000 * quantile(took, 0.95):6.0f} ms" if took else "none"
        )

    answers = dict(sorted(heard.answers.items(), key=str))
    wrong = f"   {len(heard.wrong)} wrong, as {heard.wrong[0]}" if heard.wrong else ""
    return f"{title:<30} update {times(heard.updates)}   file {times(heard.files)}   abusers' answers {answers}{wrong}"


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def restless(address: str, number: int, heard: Heard, until: float) -> None:
    """One who changes everything, by all the ways there are, on one page after the other."""
    rng, pages = Random(number), list(PAGES)
    while time.perf_counter() < until:
        page = rng.choice(pages)
        with contextlib.suppress(StopAsyncIteration):
            async with opened(address, page, urlencode(states.mixed(page, rng), errors="replace")) as (line, post):
                told: dict[str, Any] = {"controls": [], "handles": [], "pick": None}
                for seq in range(1, rng.randint(20, 60)):
                    said = messages.values(page, told, rng)
                    status, body = await post(f"/live/{line.token}", {"seq": seq, "values": said, "holds": []})
                    heard.answers[status] += 1
                    told = json.loads(body) if status == 200 else told
                    heard.wrong += [] if status in (200, 413, *TURNED_AWAY) else [f"{page}: {status} {body[:60]}"]
                    if rng.random() < 0.1:
                        heard.wrong += harm(await line.run(page))
                    if time.perf_counter() > until:
                        return
                    await asyncio.sleep(rng.uniform(0.2, 1.0))


async def lesson(address: str, pid: int, minutes: float) -> tuple[Heard, list[float]]:
    """20 of them; what was heard, and the memory of the server every ten seconds."""
    heard, memory, until = Heard(), [], time.perf_counter() + 60 * minutes
    visitors = [asyncio.create_task(restless(address, number, heard, until)) for number in range(20)]
    while time.perf_counter() < until:
        await asyncio.sleep(10)
        memory.append(resident(pid))
    for result in await asyncio.gather(*visitors, return_exceptions=True):
        heard.wrong += [repr(result)[:100]] if isinstance(result, Exception) else []
    return heard, memory


async def dropped(address: str, pid: int) -> list[float]:
    """Memory before, with and after 200 visits, each left as soon as the page is there."""
    memory = []
    for count in (30, 200):
        for _ in range(count):
            async with opened(address, "outliers"):
                pass
        memory.append(resident(pid))
    await asyncio.sleep(FORGOTTEN)
    async with opened(address, "outliers"):  # with whose end Streamlit forgets the others
        pass
    return [*memory, resident(pid)]


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("rows", nargs="*", help=f"of {', '.join([*ABUSES, 'dropped', 'lesson'])}")
    given.add_argument("--minutes", type=float, default=10)
    asked = given.parse_args()
    print("asked while 30 abuse it: update p95 <= 250 ms, file p95 <= 150 ms")
    for name in asked.rows or [*ABUSES, "dropped", "lesson"]:
        with logged() as (address, written):
            time.sleep(3)  # what is prepared in a thread
            if name == "dropped":
                before, after, later = asyncio.run(dropped(address, server_of(address)))
                print(f"200 visits, each left at once: memory {before:.0f} MB before, {after:.0f} after, {later:.0f} when they are forgotten, "
                      f"{(after - before) / 200:.2f} MB a visit (asked <= 3)")  # fmt: skip
            elif name == "lesson":
                heard, memory = asyncio.run(lesson(address, server_of(address), asked.minutes))
                second = memory[min(11, len(memory) - 1)]
                print(f"20 visitors change everything for {asked.minutes:g} min: answers {dict(heard.answers)}, memory "
                      f"{second:.0f} MB after 2 min, {memory[-1]:.0f} at the end, {100 * (memory[-1] / second - 1):+.1f} % (asked < 3 %), "
                      f"{len(heard.wrong)} wrong {heard.wrong[:3]}")  # fmt: skip
                print("  MB every 10 s: " + " ".join(f"{one:.0f}" for one in memory))
            else:
                print(row("alone", asyncio.run(abused(address, None))))
                print(row(ABUSES[name].title, asyncio.run(abused(address, ABUSES[name]))))
            print(f"  tracebacks in the log: {written().count('Traceback')}")


if __name__ == "__main__":
    sys.exit(main())
