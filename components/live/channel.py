"""The server's side of the live figure: the short way from the hand to the picture.

A script run costs the browser a pass over every element of the page, which is far more than the
picture costs. So while the hand moves, the live figure posts its input here and is answered with
the next picture; when the hand rests, an ordinary run brings the rest of the page up to date.
"""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any
from weakref import WeakValueDictionary

from anyio import fail_after
from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from components.live import files
from components.live.files import address

LONGEST = 100_000  # bytes of one request
PATIENCE = 10  # seconds in which it has to arrive

# Live updates are computed by one thread, one after the other in the order in which they came: several threads of one
# interpreter only slow each other down. Each visitor has one of them under way at a time. Whose last answer took long,
# or who lets something run, has the other thread, so that nobody whose answers are quick waits behind that.
quick, patient = ThreadPoolExecutor(1, "quick"), ThreadPoolExecutor(1, "patient")
LONG = 0.1  # seconds of computing
POLL = 0.005  # seconds
_open: WeakValueDictionary[str, "Channel"] = WeakValueDictionary()


class Channel:
    """One figure of one session, reached by a token that only its browser has been told.

    The session holds the channel and nothing else does, so it ends with the session.

    Attributes
    ----------
    token
        The channel's name in its address.
    take
        Puts the ``values`` of a message, untrusted, into the page's settings.
    picture
        The settings as they stand, as JSON for a browser that holds the arrays with these
        references. Both run outside any script run.
    seq
        Number of the last message taken; an older one that arrives late changes nothing.
    lock
        Held while settings change or a picture is made of them.
    busy
        Whether a message is being answered.
    runs
        Whether the last message asked for turns of something that runs, as the next one then will.
    took
        Seconds of computing that the last picture took.
    shown
        The last picture that could be drawn.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(16)
        self.take: Callable[[dict], None]
        self.picture: Callable[[Collection[str]], bytes]
        self.seq = 0
        self.lock = threading.Lock()
        self.busy = False
        self.runs = False
        self.took = 0.0
        self.shown: Any = None
        _open[self.token] = self

    @property
    def url(self) -> str:
        """Where the browser posts its messages."""
        return address(self.token)

    def receive(self, message: Any) -> None:
        """Use a message of the browser, whatever it is: unless it has no ``values`` or is older than what has been used."""
        seq, values = (message.get("seq"), message.get("values")) if isinstance(message, dict) else (None, None)
        with self.lock:
            if isinstance(values, dict) and type(seq) is int and seq > self.seq:
                self.seq = seq
                self.take(values)

    def reply(self, message: Any) -> bytes:
        """Use a message likewise, and answer with the next picture, as JSON."""
        with self.timed():
            self.receive(message)
            held = message.get("holds", ()) if isinstance(message, dict) else ()
            held = {reference for reference in held if isinstance(reference, str)} if isinstance(held, list) else ()
            with self.lock:
                return self.picture(held)

    @contextmanager
    def timed(self) -> Generator[None]:
        """A stretch that makes a picture: how long it takes to compute says what to expect of the next one."""
        began = time.thread_time()
        yield
        self.took = time.thread_time() - began


def routes() -> list[BaseRoute]:
    """What the server offers to live figures: their files, and the end of every channel."""
    return [
        *files.routes(),
        Route(address("{token}"), _Posted),
        Mount(address("").rstrip("/"), Response("There is no such thing.", 404)),  # else Streamlit sends its document
    ]


async def _body(request: Request) -> bytearray | Response:
    """The body of a message; where there is none in time and bounds, the answer."""
    body = bytearray()
    try:
        with fail_after(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST:
                    return Response(f"A message has at most {LONGEST} bytes.", 413)
    except TimeoutError:
        return Response(f"A message takes at most {PATIENCE} seconds.", 408, {"Connection": "close"})
    except ClientDisconnect:
        return Response(status_code=204)
    return body


async def _receive(request: Request) -> Response:
    channel = _open.get(request.path_params["token"])
    if channel is None:
        return Response("This figure's session has ended: reload the page.", 404)
    body = await _body(request)
    if isinstance(body, Response):
        return body
    try:
        message = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):  # the latter for JSON that is nested too deeply
        return Response("A message is JSON.", 400)
    if channel.busy:  # a figure asks one thing at a time; more would only occupy the server
        return Response("The last message is still being answered.", 429)
    channel.busy = True
    try:
        while channel.lock.locked():  # by a script run, which may take long: who waits for it keeps no thread
            await asyncio.sleep(POLL)
        answer = asyncio.wrap_future(
            (patient if channel.runs or channel.took > LONG else quick).submit(
                copy_context().run, channel.reply, message
            )
        )
        gone = asyncio.ensure_future(_gone(request))
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if answer.done():
            return Response(answer.result(), media_type="application/json")
        answer.cancel()  # unless it is being computed
        return Response(status_code=204)
    finally:
        channel.busy = False


async def _gone(request: Request) -> None:
    """Wait until whoever asks has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


class _Posted(HTTPEndpoint):
    """A channel, to any method: what a route refuses by itself, Streamlit would answer with its document."""

    post = staticmethod(_receive)
