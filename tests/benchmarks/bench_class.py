"""A class on one server: many visitors open a page over Streamlit's websocket, then move things by the live channel.

Run as ``python -m tests.benchmarks.bench_class [row ...]``. Beside the server stands one whose live updates share a pool
of threads. Prints medians and percentiles; asserts nothing. Visitors run on the same machine as the server.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.bench_live import processor, quantile
from tests.browser.conftest import ROOT

START = """
import sys
from components.live import channel
from concurrent.futures import ThreadPoolExecutor
channel.quick = ThreadPoolExecutor(int(sys.argv.pop(1)))
from streamlit.web import cli
sys.argv[0] = "streamlit"
cli.main()
"""
DESIGNS = {"one worker": 1, "28 threads": 28}
SECONDS = 10
TOKEN = re.compile(rb"/live/([A-Za-z0-9_-]{22})\b")
REFERENCE = re.compile(r'"ref":"([^"]+)"')


@dataclass(frozen=True)
class Load:
    """What a class does: ``visitors`` on a page, each moving ``name`` to random places, once a second or all the time."""

    title: str
    page: str
    visitors: int
    name: str
    place: Callable[[float], float | list[float]]  # of a random number from 0 to 1
    asked: str
    drags: bool = False
    query: str = ""


def far(share):
    return [10.0, 60 * share - 20]


def rate(share):
    return 0.005 + 0.015 * share


SECOND, LINE = "one update a second each", "surface=line"
LOADS = {
    "outliers": Load(f"outliers, 100 visitors, {SECOND}", "outliers", 100, "points.10", far, "p95 60 ms"),
    "curves": Load(f"curves, 200 visitors, {SECOND}", "curves", 200, "huber.delta", lambda share: 0.3 + share, "p95 60 ms"),
    "landscape": Load(f"landscape, 30 visitors, {SECOND}", "landscape", 30, "sgd.learning_rate", rate, "p95 150 ms", query=LINE),
    "landscape60": Load(f"landscape, 60 visitors, {SECOND}", "landscape", 60, "sgd.learning_rate", rate, "p95 400 ms", query=LINE),
    "classification": Load(f"classification, 60 visitors, {SECOND}", "classification", 60, "points.1", lambda share: [12 * share - 8, 6.0], "p95 150 ms"),
    "probabilities": Load(f"probabilities, 60 visitors, {SECOND}", "probabilities", 60, "prediction.0", lambda share: [0.2 + 0.3 * share, 0.3], "p95 150 ms"),
    "drags": Load("outliers, 30 visitors all dragging", "outliers", 30, "points.10", far, "6 pictures a second each, slowest 0.7 of the mean", drags=True),
    "opening": Load("outliers, 100 visitors open at once", "outliers", 100, "", far, "all within 2 s"),
}  # fmt: skip


@dataclass
class Found:
    """Seconds that things took, and what went wrong."""

    opened: list[float] = field(default_factory=list)
    updates: list[list[float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Posting:
    """One connection for the live channel, kept open as a browser's is, with the cookies of its visitor."""

    def __init__(self, address, cookies=""):
        self.host, self.port = urlsplit(address).hostname, urlsplit(address).port
        self.cookies = f"Cookie: {cookies}\r\n" if cookies else ""

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    async def __call__(self, path, message):
        body = json.dumps(message).encode()
        self.writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n{self.cookies}\r\n".encode()
            + body
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(re.search(r"content-length: (\d+)", head).group(1))
        return int(head.split()[1]), (await self.reader.readexactly(length)).decode()


async def visit(address, load, found, gate):
    """Open the page, wait for the others, then move."""
    began = time.perf_counter()
    stream = f"ws{address.removeprefix('http')}/_stcore/stream"
    async with websockets.connect(stream, subprotocols=["streamlit"], origin=address, max_size=None) as socket_:
        token = await opened(socket_, load)
        found.opened.append(time.perf_counter() - began)
        await gate.wait()
        if load.name:
            async with Posting(address, cookies_of(socket_)) as post:
                await moving(post, f"/live/{token}", load, found)


def cookies_of(socket_):
    """The cookies that a connection came with, as a browser sends them back."""
    return "; ".join(told.partition(";")[0] for told in socket_.response.headers.get_all("Set-Cookie"))


async def opened(socket_, load):
    """Ask for the page; returns the token of its live channel when the script has finished."""
    ask = BackMsg()
    ask.rerun_script.page_name, ask.rerun_script.query_string = load.page, load.query
    await socket_.send(ask.SerializeToString())
    token = None
    while True:
        data = await socket_.recv()
        token = hit.group(1).decode() if (hit := TOKEN.search(data)) else token
        message = ForwardMsg.FromString(data)
        if token and message.WhichOneof("type") == "script_finished":
            return token


async def moving(post, path, load, found):
    """Move the thing at random for a while, once a second or without a pause."""
    took, holds, seq = [], [], int(time.time() * 1000)
    found.updates.append(took)
    stop = time.perf_counter() + SECONDS
    await asyncio.sleep(random.random())
    while (began := time.perf_counter()) < stop:
        seq += 1
        status, body = await post(
            path, {"seq": seq, "values": {load.name: load.place(random.random())}, "holds": holds}
        )
        took.append(time.perf_counter() - began)
        if status != 200:
            found.errors.append(f"{status} {body[:80]}")
        holds = sorted({*holds, *REFERENCE.findall(body)})
        if not load.drags:
            await asyncio.sleep(max(0, 1 - took[-1]))


async def lesson(address, load, *pids):
    """A class doing this on these processes; returns what was found, the seconds until all were there, and the CPU that they moved with."""
    found, gate = Found(), asyncio.Event()
    began = time.perf_counter()
    visitors = [asyncio.create_task(visit(address, load, found, gate)) for _ in range(load.visitors)]
    while len(found.opened) < load.visitors and not all(visitor.done() for visitor in visitors):
        await asyncio.sleep(0.02)
    all_open = time.perf_counter() - began
    await asyncio.sleep(1)
    before = sum(map(processor, pids))
    gate.set()
    for result in await asyncio.gather(*visitors, return_exceptions=True):
        if isinstance(result, Exception):
            found.errors.append(repr(result)[:80])
    return found, all_open, sum(map(processor, pids)) - before


def row(load, found, all_open, cpu):
    """One line of the table."""
    updates = [took for visitor in found.updates for took in visitor]
    wrong = f"   {len(found.errors)} errors, as {found.errors[0]}" if found.errors else ""
    if not updates:
        return f"all open after {all_open:5.2f} s{wrong}"
    each = [len(visitor) / SECONDS for visitor in found.updates]
    times = f"p50 {1000 * statistics.median(updates):7.1f}   p95 {1000 * quantile(updates, 0.95):7.1f} ms   CPU {cpu / len(updates):5.1f} ms an update"
    rates = (
        f"   {statistics.mean(each):5.1f} a second each, slowest {min(each) / statistics.mean(each):.2f} of the mean"
    )
    return times + rates * load.drags + wrong


@contextlib.contextmanager
def serving(places):
    """The app with so many live updates at a time: yields its address and process id."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", START, str(places), "run", "app.py", "--server.port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, **quiet) as server:
        try:
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1):
                    break
                time.sleep(0.1)
            time.sleep(3)  # what is prepared in a thread
            yield f"http://localhost:{port}", server.pid
        finally:
            server.terminate()


def main(names):
    for name in names or LOADS:
        load = LOADS[name]
        print(f"{load.title} (asked: {load.asked})")
        for design, places in DESIGNS.items():
            with serving(places) as (address, pid):
                asyncio.run(lesson(address, replace(load, visitors=1), pid))
                print(f"  {design:<12} {row(load, *asyncio.run(lesson(address, load, pid)))}")


if __name__ == "__main__":
    main(sys.argv[1:])
