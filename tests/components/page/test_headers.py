"""What every answer tells a browser to refuse; ``tests/browser/test_headers.py`` has what it is for."""

import re

import pytest

from components.page.headers import Headers, policy
from tests.components.live.test_channel import run


def told(*headers, inline="", status=200):
    """The headers of an answer that has these already."""
    sent = []

    async def server(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def take(message):
        sent.append(message)

    run(Headers(server, inline)({"type": "http"}, None, take))
    return sent[0]["headers"]


@pytest.mark.parametrize("status", [200, 304, 404, 408])
def test_every_answer_has_them_once_beside_its_own(status):
    headers = told((b"x-content-type-options", b"nosniff"), (b"set-cookie", b"a"), (b"set-cookie", b"b"), status=status)
    assert sorted(name for name, _ in headers) == [
        b"content-security-policy",
        b"referrer-policy",
        b"set-cookie",
        b"set-cookie",
        b"x-content-type-options",
    ]


def test_inline_scripts_are_allowed_by_what_they_say_alone():
    # Of `alert(1)`, by `openssl dgst -sha256 -binary | base64`.
    known = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    assert known in policy("<head><script>alert(1)</script></head>")
    assert known not in policy("<head><script>alert(2)</script></head>")
    scripts = re.search("script-src ([^;]*)", policy())[1].split()
    assert set(scripts) == {"'self'", "blob:", "'wasm-unsafe-eval'"}, "of nothing inline, nothing"


def test_no_other_traffic_is_touched():
    async def socket(scope, receive, send):
        await send({"type": "websocket.accept"})

    async def take(message):
        assert message == {"type": "websocket.accept"}

    run(Headers(socket)({"type": "websocket"}, None, take))
