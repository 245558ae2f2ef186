"""What every answer of the server tells a browser to refuse: all that the app does not need."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DOCUMENT = Path(streamlit.__file__).parent / "static" / "index.html"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy(*documents: str) -> str:
    """A Content-Security-Policy that allows the inline scripts of these HTML texts, by their hashes, and no others.

    ``tests/browser/test_headers.py`` says of each allowance what it is for, and that the app needs no more.
    """
    scripts = [script for document in documents for script in _INLINE.findall(document)]
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    allowed = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())


class Headers:
    """Middleware that puts them on every response; ``inline`` is HTML that is put into the documents, with its scripts."""

    def __init__(self, app: ASGIApp, inline: str = "") -> None:
        self.app = app
        told = {
            "content-security-policy": policy(_DOCUMENT.read_text("utf-8"), inline),
            "referrer-policy": "same-origin",  # addresses hold what a visitor has set
            "x-content-type-options": "nosniff",
        }
        self.told = [(name.encode(), value.encode()) for name, value in told.items()]
        self.names = {name for name, _ in self.told}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [header for header in message["headers"] if header[0] not in self.names]
                message = dict(message) | {"headers": others + self.told}
            await send(message)

        await self.app(scope, receive, telling)
