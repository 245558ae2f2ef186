"""Errors of the program as lines of JSON: what went wrong, where, in which request; nothing of what a visitor set or sent.

A message may hold what a visitor has typed, and so may that of an exception. The place in the code says what the message would.
"""

import json
import logging
import sys
import threading
import time
import traceback
from contextvars import ContextVar
from pathlib import Path
from uuid import uuid4

import streamlit as st
from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

ERRORS = Counter("losscope_errors", "Errors of the program.")
HEADER = "x-request-id"
FRAMES = 8  # the innermost of them
_ROOT = Path(__file__).parents[2]
_request: ContextVar[str] = ContextVar("request", default="")


def as_lines() -> None:
    """Have the process say its errors so, from now on, and count them: of every logger, thread and destructor."""
    config.set_option("logger.enableRich", False)  # else Streamlit prints those of scripts past its logger
    logging.setLogRecordFactory(_Record)
    logging.captureWarnings(True)
    logger = logging.getLogger("losscope")
    sys.excepthook = lambda *error: logger.error("", exc_info=error[1])
    threading.excepthook = lambda told: logger.error("", exc_info=told.exc_value)
    sys.unraisablehook = lambda told: logger.error("", exc_info=told.exc_value)


class Requests:
    """Middleware that knows a request by its id: the proxy's, or one of its own, which the answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(HEADER.encode(), b"").decode("latin-1")[:64]
        name = told if told.replace("-", "").isalnum() else str(uuid4())
        _request.set(name)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (HEADER.encode(), name.encode())]
                message = dict(message) | {"headers": headers}
            await send(message)

        await self.app(scope, receive, named)


class _Record(logging.LogRecord):
    """A record whose message is such a line if it warns or tells of an error, and its own otherwise."""

    def __init__(self, *rest, **named) -> None:
        super().__init__(*rest, **named)
        self.line = ""
        if self.levelno >= logging.WARNING:
            if self.levelno >= logging.ERROR:
                ERRORS.inc()
            self.line = json.dumps(self._told())
            self.exc_info = self.exc_text = self.stack_info = None

    def getMessage(self) -> str:  # noqa: N802  logging's name
        return self.line or super().getMessage()

    def _told(self) -> dict:
        told = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.created)),
            "level": self.levelname,
            "request": _request.get() or _of_session(),
            "logger": self.name,
            "at": _place(self.pathname, self.lineno),
        }
        if not self.exc_info or self.exc_info[1] is None:
            return told
        error = self.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        return told | {
            "error": type(error).__name__,
            "frames": [f"{_place(frame.filename, frame.lineno or 0)} {frame.name}" for frame in frames],
        }


def _of_session() -> str:
    """The id of the request by which the session of this script run connected; empty outside of one."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return st.context.headers.get(HEADER, "")


def _place(file: str, line: int) -> str:
    path = Path(file)
    known = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-3:])
    return f"{known.as_posix()}:{line}"
