"""Replicas behind the proxy, beside one process: throughput, a faculty, a kill, half an hour; and what that makes of thousands.

Run as ``python -m tests.benchmarks.bench_replicas [row ...] [--minutes 30]``. Prints percentiles, ratios and memory; asserts
nothing. Visitors, proxy and replicas run on the same machine, so that two replicas have no more than two cores between them.
"""

import argparse
import asyncio
import random
import signal
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import websockets

from tests.benchmarks.bench_class import LOADS, REFERENCE, SECOND, Posting, cookies_of, lesson, opened, row
from tests.benchmarks.bench_live import quantile
from tests.benchmarks.queueing import Classroom, most_visitors, simulated
from tests.deploy.department import department

FACULTY = {
    "outliers300": replace(LOADS["outliers"], title=f"outliers, 300 visitors, {SECOND}", visitors=300, asked="p95 120 ms"),
    "curves300": replace(LOADS["curves"], title=f"curves, 300 visitors, {SECOND}", visitors=300, asked="p95 120 ms"),
    "landscape60": replace(LOADS["landscape60"], asked="p95 250 ms"),
}  # fmt: skip
THROUGHPUT = replace(LOADS["drags"], asked="two replicas 1.6 times as much as one")
KILLED = replace(LOADS["outliers"], title=f"outliers, 100 visitors, {SECOND}, one replica of two killed")
SIZES = (
    (1, 60),
    (2, 60),
    (2, 100),
    (3, 100),
)  # replicas and visitors at which the model is compared with what is measured
READ_OFF = (1_000, 10_000)  # visitors
IN_TIME = 0.15  # seconds
BEFORE, AFTER = 8, 15  # seconds of a lesson on either side of the kill


def memory(pid):
    """Megabytes a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def pids(made):
    return [made.proxy.pid, *(one.pid for one in made.replicas.values())]


def taught(made, load):
    """What ``lesson`` finds, once every replica has had a visitor and is warm."""
    for _ in made.replicas:
        asyncio.run(lesson(made.address, replace(load, visitors=2), *pids(made)))
    return asyncio.run(lesson(made.address, load, *pids(made)))


def throughput():
    print(f"{THROUGHPUT.title} (asked: {THROUGHPUT.asked})")
    rates = []
    for count in (1, 2):
        with department(count) as made:
            found, *rest = taught(made, THROUGHPUT)
            rates.append(sum(map(len, found.updates)))
            print(f"  {count} replicas   {row(THROUGHPUT, found, *rest)}")
    print(f"  ratio {rates[1] / rates[0]:.2f}")


def faculty(name):
    load = FACULTY[name]
    print(f"{load.title} (asked: {load.asked})")
    for count in (1, 2):
        with department(count) as made:
            print(f"  {count} replicas   {row(load, *taught(made, load))}")


@dataclass
class Outlasting:
    """One visitor's answers: when each was asked for and how long it took, and when they had to connect anew."""

    asked: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


async def outlasting(address, load, stop, seen):
    """Move once a second, and connect anew with the cookies at hand wherever the session is gone, as the browser does."""
    cookies, lost = "", 0.0
    while time.perf_counter() < stop:
        try:
            headers = {"Cookie": cookies} if cookies else None
            async with websockets.connect(
                f"ws{address.removeprefix('http')}/_stcore/stream",
                subprotocols=["streamlit"],
                origin=address,
                max_size=None,
                additional_headers=headers,
            ) as line:
                token = await opened(line, load)
                cookies = cookies_of(line) or cookies
                if lost:
                    seen.back.append(time.perf_counter() - lost)
                async with Posting(address, cookies) as post:
                    await kept_moving(post, f"/live/{token}", load, stop, seen)
        except (OSError, websockets.WebSocketException, asyncio.IncompleteReadError):
            await asyncio.sleep(0.1)
        lost = time.perf_counter()


async def kept_moving(post, path, load, stop, seen):
    """Move until there is no answer."""
    holds, seq = [], int(time.time() * 1000)
    while (began := time.perf_counter()) < stop:
        seq += 1
        values = {load.name: load.place(random.random())}
        status, body = await post(path, {"seq": seq, "values": values, "holds": holds})
        if status != 200:
            if status not in (404, 502, 503):  # a session that is gone
                seen.wrong.append(f"{status} {body[:80]}")
            return
        seen.asked.append(began)
        seen.took.append(time.perf_counter() - began)
        holds = sorted({*holds, *REFERENCE.findall(body)})
        await asyncio.sleep(max(0, 1 - seen.took[-1]))


async def killing(made, load):
    """A lesson in which the first replica is killed; returns when, and what each visitor has seen."""
    everybody = [Outlasting() for _ in range(load.visitors)]
    began = time.perf_counter()
    stop = began + BEFORE + AFTER
    tasks = []
    for seen in everybody:
        tasks.append(asyncio.create_task(outlasting(made.address, load, stop, seen)))
        await asyncio.sleep(2 / load.visitors)
    await asyncio.sleep(BEFORE - (time.perf_counter() - began))
    killed = time.perf_counter()
    made.replicas["1"].send_signal(signal.SIGKILL)
    await asyncio.gather(*tasks)
    return killed, everybody


def kill():
    print(f"{KILLED.title} (asked: nothing lost, p95 of the affected back under 150 ms within 5 s)")
    with department(2) as made:
        taught(made, replace(KILLED, visitors=20))
        killed, everybody = asyncio.run(killing(made, KILLED))
    affected = [seen for seen in everybody if seen.back]
    back = [took for seen in affected for took in seen.back]
    wrong = [text for seen in everybody for text in seen.wrong]
    silent = sum(seen.asked[-1] < killed + AFTER - 3 for seen in everybody)
    print(f"  {len(affected)} affected, back after p50 {quantile(back, 0.5):.2f} s, all {max(back, default=0):.2f} s")
    print(f"  {silent} without an answer at the end, {len(wrong)} errors{', as ' * bool(wrong)}{''.join(wrong[:1])}")
    for title, some in (("affected", affected), ("others", [seen for seen in everybody if not seen.back])):
        for first, last in ((-BEFORE, 0), (0, 5), (5, AFTER)):
            times = [
                took
                for seen in some
                for asked, took in zip(seen.asked, seen.took, strict=True)
                if first <= asked - killed < last
            ]
            print(
                f"  {title:<9} {first:3d} to {last:3d} s after   p50 {1000 * quantile(times, 0.5):7.1f}   p95 {1000 * quantile(times, 0.95):7.1f} ms"
            )


async def through(made, load, minutes, found):
    """50 visitors for so long, with what the replicas hold every minute."""
    stop = time.perf_counter() + 60 * minutes
    everybody = [Outlasting() for _ in range(load.visitors)]
    tasks = [asyncio.create_task(outlasting(made.address, load, stop, seen)) for seen in everybody]
    while time.perf_counter() < stop:
        await asyncio.sleep(min(60, max(0.1, stop - time.perf_counter())))
        found.append([memory(one.pid) for one in made.replicas.values()])
    await asyncio.gather(*tasks)
    return everybody


def growth(minutes):
    load = replace(LOADS["outliers"], visitors=50)
    print(f"outliers, 50 visitors on two replicas for {minutes:g} minutes (asked: growth after the first five < 3 %)")
    with department(2) as made:
        held = []
        everybody = asyncio.run(through(made, load, minutes, held))
        logs = sum(path.stat().st_size for path in made.folder.glob("replica-*.log"))
    total = [sum(one) for one in held]
    since = total[min(4, len(total) - 1)]
    wrong = [text for seen in everybody for text in seen.wrong]
    print("  MB held, minute by minute:", *(f"{one:.0f}" for one in total))
    print(
        f"  growth {100 * (total[-1] / since - 1):.2f} %, {len(wrong)} errors, {sum(len(seen.back) for seen in everybody)} connections lost, {logs} bytes of log"
    )


def service_times(load):
    """Seconds that single updates take on a replica that has time, of 20 visitors, and megabytes a visitor."""
    with department(1) as made:
        (pid,) = (one.pid for one in made.replicas.values())
        asyncio.run(lesson(made.address, replace(load, visitors=2), pid))
        before = memory(pid)
        found, _, cpu = asyncio.run(lesson(made.address, replace(load, visitors=20), pid))
        grown = (memory(pid) - before) / 20
    times = np.array([took for visitor in found.updates for took in visitor])
    return times, cpu / len(times) / 1000, before, grown


def capacity():
    load = LOADS["outliers"]
    times, cpu, base, each = service_times(load)
    # The spread of single answers, with the computing that the clock of the process has counted as their mean.
    services = np.minimum(times, np.quantile(times, 0.99))
    services = services * cpu / services.mean()
    print(
        f"capacity on outliers, {SECOND}: an update takes {1000 * cpu:.1f} ms of CPU; {base:.0f} MB a replica, {each:.1f} MB a visitor"
    )
    for replicas, visitors in SIZES:
        with department(replicas) as made:
            found, *_ = taught(made, replace(load, visitors=visitors))
        measured = [took for visitor in found.updates for took in visitor]
        model = simulated(Classroom(visitors, replicas), services)
        pairs = [(1000 * np.quantile(model, share), 1000 * quantile(measured, share)) for share in (0.5, 0.95)]
        text = ", ".join(f"p{share} {a:6.1f} / {b:6.1f} ms" for share, (a, b) in zip((50, 95), pairs, strict=True))
        print(f"  {replicas} replicas, {visitors} visitors, model / measured: {text}")
    most = most_visitors(services, IN_TIME)
    print(f"  a replica holds {most} visitors at a p95 of {1000 * IN_TIME:.0f} ms")
    for visitors in READ_OFF:
        count = -(-visitors // most)
        print(f"  {visitors} visitors: {count} replicas and cores, {(count * base + visitors * each) / 1024:.1f} GB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    rows = {
        "throughput": lambda _: throughput(),
        **{name: lambda _, name=name: faculty(name) for name in FACULTY},
        "kill": lambda _: kill(),
        "growth": growth,
        "capacity": lambda _: capacity(),
    }
    parser.add_argument("row", nargs="*", choices=[*rows, []])
    parser.add_argument("--minutes", type=float, default=30)
    told = parser.parse_args()
    for name in told.row or rows:
        rows[name](told.minutes)


if __name__ == "__main__":
    main()
