"""The short way from the hand to the picture: one HTTP request in place of a whole script run.

A script run costs the browser a pass over every element of the page, which is far more than the
picture costs. So while the hand moves, the live figure posts its input here and is answered with
the next picture; when the hand rests, an ordinary run brings the rest of the page up to date.
"""

import json
import secrets
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
        return f"{base_path()}/live/{self.token}"

    def reply(self, body: bytes) -> bytes:
        """Answer one message. ``ValueError`` for what is no JSON."""
        message = json.loads(body)
        with self._one_at_a_time:
            return json.dumps(self.answer(message), allow_nan=False).encode()


def route() -> Route:
    """The server's end of all channels."""
    return Route(f"{base_path()}/live/{{token}}", _receive, methods=["POST"])


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
    except ValueError as error:
        return Response(str(error), 400)
    return Response(answer, media_type="application/json")


def base_path() -> str:
    """The path under which the app is served, without a slash at the end."""
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"/{path}" if path else ""
