"""Numbers about the process, for Prometheus: visitors, live updates and how long they take, what was refused, memory."""

import time

from prometheus_client import Counter, Gauge, Histogram, start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.live.files import address

VISITORS = Gauge("losscope_visitors", "Tabs of browsers that are connected.")
OPENED = Counter("losscope_opened", "Connections of tabs: pages opened, and those that came back after one was lost.")
UNDER_WAY = Gauge("losscope_live_updates_under_way", "Live updates that are computed or wait for that.")
UPDATES = Histogram(
    "losscope_live_update_seconds",
    "From a message of the live channel to its picture.",
    buckets=(0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.25, 0.5, 1, 2.5, 10),
)
REFUSED = Counter("losscope_refused", "Requests that got no answer but an error, by its status.", ["status"])

STREAM = "/_stcore/stream"
_LIVE = address("")


def publish(told: str) -> None:
    """Serve the numbers at ``told``, a host and a port as ``127.0.0.1:9101``, which is not for visitors.

    Raises
    ------
    ValueError
        If it is not of that form.
    OSError
        If that port cannot be had.
    """
    host, _, port = told.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"metrics are served at a host and a port, as 127.0.0.1:9101; got {told!r}")
    start_http_server(int(port), host)


class Metrics:
    """Middleware that counts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "websocket" and scope["path"] == STREAM:
            OPENED.inc()
            with VISITORS.track_inprogress():
                await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        live = scope["method"] == "POST" and scope["path"].startswith(_LIVE)
        began = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                if status >= 400:
                    REFUSED.labels(str(status)).inc()
                elif live and status == 200:
                    UPDATES.observe(time.perf_counter() - began)
            await send(message)

        try:
            if live:
                with UNDER_WAY.track_inprogress():
                    await self.app(scope, receive, counted)
            else:
                await self.app(scope, receive, counted)
        except Exception:
            REFUSED.labels("500").inc()  # which is answered outside of any middleware
            raise
