"""The document that the server sends: styles and plotly.js are in its head; all else passes as it is."""

import re

import pytest

from components.live.files import BROWSER, module_addresses, plotly_address
from components.page.document import Document
from tests.conftest import run

PAGE = b"<html><head><title>x</title></head><body>about </head></body></html>"


def answered(kind, body=PAGE, accept=b"text/html,*/*", parts=2, method="GET"):
    """What a browser gets of a server that sends ``body`` in some parts."""
    asked, sent = [], []

    async def server(scope, receive, send):
        asked.append(dict(scope["headers"]))
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"etag", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        size = -(-len(body) // parts)
        for part in range(parts):
            rest = {"more_body": part < parts - 1}
            await send({"type": "http.response.body", "body": body[part * size : (part + 1) * size], **rest})

    async def take(message):
        sent.append(message)

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip"), (b"if-none-match", b"1")]
    run(Document(server)({"type": "http", "method": method, "headers": headers}, None, take))
    start, *bodies = sent
    return asked[0], dict(start["headers"]), b"".join(message["body"] for message in bodies)


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_a_document_gets_the_frame_into_its_head_once(parts):
    asked, headers, body = answered(b"text/html; charset=utf-8", parts=parts)
    head, rest = body.split(b"</head>", 1)
    assert rest == b"<body>about </head></body></html>"
    assert b".st-key-frame" in head
    assert plotly_address().encode() in head
    preloaded = re.findall(rb'<link rel="modulepreload" href="([^"]+)">', head)
    assert [name.decode() for name in preloaded] == module_addresses()
    assert {name.rpartition("/")[2] for name in module_addresses()} == {file.name for file in BROWSER.glob("*.js")}
    assert int(headers[b"content-length"]) == len(body)
    assert b"etag" not in headers
    assert asked.keys() == {b"accept"}, "neither compressed nor compared with what the browser has"


@pytest.mark.parametrize(("kind", "accept"), [(b"text/css", b"text/html"), (b"text/html", b"*/*")])
def test_all_else_passes_as_it_is(kind, accept):
    _, headers, body = answered(kind, accept=accept)
    assert body == PAGE
    assert headers[b"etag"] == b"1"


def test_without_a_body_nothing_is_said_of_one():
    _, headers, _ = answered(b"text/html", method="HEAD")
    assert int(headers[b"content-length"]) == len(PAGE)
