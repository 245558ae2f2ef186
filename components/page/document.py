"""What the browser gets before any script runs: the frame's styles, plotly.js and the live figure's code, in Streamlit's document.

A page that is opened to be presented is large from the start.

An element of a page comes too late for either: the page would be drawn without its styles first, and jump.
"""

from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.live.files import module_addresses, plotly_address

_STYLE = Path(__file__).with_name("frame.css").read_text("utf-8")
PRESENTED = """<script>
if (new URLSearchParams(location.search).get("present") === "1") document.documentElement.classList.add("presented");
</script>"""
_ENDS = b"</head>"
_SHORTER = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}


class Document:
    """Middleware that puts the frame into the head of every HTML document; all else passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        plotly = f'<script async id="live-plotly" src="{plotly_address()}"></script>'
        modules = "".join(f'<link rel="modulepreload" href="{module}">' for module in module_addresses())
        self.head = f"<style>{_STYLE}</style>{PRESENTED}{plotly}{modules}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        # A HEAD's answer has no body to put anything into, and says how long one is.
        if (
            scope["type"] != "http"
            or scope["method"] == "HEAD"
            or b"text/html" not in dict(scope["headers"]).get(b"accept", b"")
        ):
            await self.app(scope, receive, send)
            return
        # As it lies on disk and whole: neither compressed nor "not modified".
        asked = [(name, value) for name, value in scope["headers"] if name not in _SHORTER]
        await self.app(dict(scope) | {"headers": asked}, receive, _Inserting(send, self.head))


class _Inserting:
    """Sends a response on, with something put at the end of the head if it is an HTML document."""

    def __init__(self, send: Send, head: bytes) -> None:
        self.send, self.head = send, head
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self.start = message
            return
        if self.start is None:
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self.body.replace(_ENDS, self.head + _ENDS, 1)
        kept = [(name, value) for name, value in self.start["headers"] if name not in (b"content-length", b"etag")]
        await self.send(dict(self.start) | {"headers": [*kept, (b"content-length", str(len(body)).encode())]})
        await self.send({"type": "http.response.body", "body": body})


def _is_html(message: Message) -> bool:
    return dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html")
