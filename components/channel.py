"""The server's side of the live figure: its files, and the short way from the hand to the picture.

A script run costs the browser a pass over every element of the page, which is far more than the
picture costs. So while the hand moves, the live figure posts its input here and is answered with
the next picture; when the hand rests, an ordinary run brings the rest of the page up to date.
"""

import json
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import plotly
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

BROWSER = Path(__file__).parent / "browser"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
LONGEST = 100_000  # bytes of one request

_open: WeakValueDictionary[str, "Channel"] = WeakValueDictionary()


class Channel:
    """One figure of one session, reached by a token that only its browser has been told.

    The session holds the channel and nothing else does, so it ends with the session.
    ``answer`` turns a message into the next picture; it runs outside any script run.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(16)
        self.answer: Callable[[Any], dict[str, Any]]
        self._one_at_a_time = threading.Lock()
        _open[self.token] = self

    @property
    def url(self) -> str:
        """Where the browser posts its messages."""
        return address(self.token)

    def reply(self, body: bytes) -> bytes:
        """Answer one message. ``ValueError`` for what is no JSON."""
        message = json.loads(body)
        with self._one_at_a_time:
            return json.dumps(self.answer(message), allow_nan=False).encode()


def routes() -> list[BaseRoute]:
    """What the server offers to live figures: their code, plotly.js, and the end of every channel."""
    return [
        Route(address("plotly"), _plotly),
        Mount(address("browser"), StaticFiles(directory=BROWSER)),
        Route(address("{token}"), _receive, methods=["POST"]),
    ]


def address(name: str) -> str:
    """The URL path of something that ``routes`` offers."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"{'/' + base if base else ''}/live/{name}"


def plotly_address() -> str:
    """The URL path of plotly.js, different for each version."""
    return f"{address('plotly')}?{plotly.__version__}"


async def _plotly(request: Request) -> Response:
    """The plotly.js of the Python package, kept by the browser for good: the address names its version."""
    return FileResponse(PLOTLY, headers={"Cache-Control": "public, max-age=31536000, immutable"})


async def _receive(request: Request) -> Response:
    channel = _open.get(request.path_params["token"])
    if channel is None:
        return Response("This figure's session has ended: reload the page.", 404)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            return Response(f"A message has at most {LONGEST} bytes.", 413)
    try:
        answer = await run_in_threadpool(channel.reply, bytes(body))
    except (ValueError, RecursionError) as error:  # the latter for JSON that is nested too deeply
        return Response(str(error), 400)
    return Response(answer, media_type="application/json")
