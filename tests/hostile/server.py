"""Hostile inputs through all that there is: a server in a process of its own, Streamlit's websocket, uploads, HTTP.

``Line`` speaks Streamlit's protocol as its browser half does, or as it never would.
"""

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages import PAGES
from tests.browser.conftest import ROOT, serving
from tests.hostile import files, messages, states
from tests.hostile.values import NUMBERS, TEXTS

TOKEN = re.compile(rb"/live/([A-Za-z0-9_-]{22})\b")
HARM = re.compile(r"Traceback|Warning|Exception")
PART = 1 << 16  # bytes sent at a time
PATIENCE = 300  # seconds
TRIES = 4
COOKIE = "_streamlit_xsrf"


class Line:
    """A visitor on a server at this address: ``async with Line(address) as line``."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.token, self.session, self.widgets = "", "", {}

    async def __aenter__(self) -> "Line":
        stream = f"ws{self.address.removeprefix('http')}/_stcore/stream"
        self.socket = await websockets.connect(
            stream, subprotocols=["streamlit"], origin=self.address, max_size=None, close_timeout=1
        )
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.socket.close()

    async def run(self, page: str, query: str = "", **values: Any) -> list[ForwardMsg]:
        """Ask for a script run, with widgets by their ids at values ``{kind: value}``; all that it sends."""
        ask = BackMsg()
        ask.rerun_script.page_name, ask.rerun_script.query_string = page, query
        for name, value in values.items():
            state = ask.rerun_script.widget_states.widgets.add(id=name)
            for kind, given in value.items():
                content = given.encode("utf-8", "replace").decode() if isinstance(given, str) else given
                getattr(state, kind).CopyFrom(content) if hasattr(content, "SerializeToString") else setattr(state, kind, content)  # fmt: skip
        await self.socket.send(ask.SerializeToString())
        return await self.until("script_finished")

    async def until(self, kind: str) -> list[ForwardMsg]:
        """All that is sent up to a message of this kind."""
        heard = []
        while not heard or heard[-1].WhichOneof("type") != kind:
            data = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            self.token = found.group(1).decode() if (found := TOKEN.search(data)) else self.token
            heard.append(ForwardMsg.FromString(data))
            self._learn(heard[-1])
        return heard

    def _learn(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            if kind and hasattr(getattr(element, kind), "id"):
                self.widgets[getattr(element, kind).id] = kind

    async def upload(self, page: str, name: str, raw: bytes) -> list[ForwardMsg]:
        """Upload a file by the page's uploader."""
        (widget,) = [widget for widget, kind in self.widgets.items() if kind == "file_uploader"]
        ask = BackMsg()
        ask.file_urls_request.request_id, ask.file_urls_request.session_id = "1", self.session
        ask.file_urls_request.file_names.append(name)
        await self.socket.send(ask.SerializeToString())
        urls = (await self.until("file_urls_response"))[-1].file_urls_response.file_urls[0]
        form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n' + raw + b"\r\n--b--\r\n"
        secret = await cookie(self.address)
        status, _, _ = await http(
            self.address,
            "PUT",
            urls.upload_url,
            form,
            {"Content-Type": "multipart/form-data; boundary=b", "Cookie": f"{COOKIE}={secret}", "X-Xsrftoken": secret},
        )
        assert status == 204, status
        chosen = BackMsg().rerun_script.widget_states.widgets.add().file_uploader_state_value
        chosen.uploaded_file_info.add(name=name, size=len(raw), file_id=urls.file_id, file_urls=urls)
        return await self.run(page, "", **{widget: {"file_uploader_state_value": chosen}})

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """Status and answer of a request to the live channel."""
        status, _, answer = await http(self.address, "POST", f"/live/{self.token}", body)
        return status, answer


async def http(
    address: str,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    chunked: bool = False,
) -> tuple[int, str, bytes]:
    """Status, head and body of an answer; ``chunked`` sends a body without its length, for as long as it is taken."""
    for _ in range(TRIES):
        heard = await _exchange(address, method, path, body, headers or {}, chunked)
        if heard:
            break
    head, _, answer = heard.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1"), answer


async def _exchange(address: str, method: str, path: str, body: bytes, headers: dict[str, str], chunked: bool) -> bytes:
    """All that is answered; nothing where the server hung up and took with it what had not been read yet."""
    reader, writer = await asyncio.open_connection(urlsplit(address).hostname, urlsplit(address).port)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(address).netloc}", length, "Connection: close"]
    writer.write("\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode())
    heard = asyncio.create_task(_read(reader))
    with contextlib.suppress(ConnectionError):  # it may have heard enough
        for start in range(0, len(body), PART):
            part = body[start : start + PART]
            writer.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
            await writer.drain()
            await asyncio.sleep(0)
            if heard.done():
                break
        writer.write(b"0\r\n\r\n" if chunked else b"")
    answer = await heard
    writer.close()
    return answer


async def _read(reader: asyncio.StreamReader) -> bytes:
    """All that comes before the connection ends, however it does."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(1 << 16):
            answer += part
    return answer


async def cookie(address: str) -> str:
    """The secret with which a browser shows that an upload is its own."""
    _, head, _ = await http(address, "GET", "/_stcore/health")
    return re.search(rf"{COOKIE}=([^;]+)", head).group(1)


@contextmanager
def logged() -> Iterator[tuple[str, Any]]:
    """The app on a server of its own: its address, and what gives all that the server has written so far."""
    with tempfile.TemporaryFile("w+") as log, serving(ROOT / "app.py", log=log) as address:

        def written() -> str:
            log.seek(0)
            return log.read()

        yield address, written


def harm(heard: list[ForwardMsg]) -> list[str]:
    """Exceptions on screen, of a script run."""
    elements = [message.delta.new_element for message in heard if message.WhichOneof("type") == "delta"]
    return [element.exception.message for element in elements if element.WhichOneof("type") == "exception"]


async def visit(address: str, page: str, number: int, seed: int) -> list[str]:
    """One visitor who comes by a strained link, does what cannot be done, and uploads what is no table; what went wrong."""
    rng = Random(f"server {page} {number} {seed}")
    query = (
        urlencode(states.mixed(page, rng), errors="replace")
        if rng.random() < 0.8
        else rng.choice(("%", "a=%ff&a=1&&=", "=" * 500, "losses=" + "%00" * 300))
    )
    async with Line(address) as line:
        wrong = harm(await line.run(page, query))
        for _ in range(2):
            status, answer = await line.post(messages.body(page, {"controls": [], "handles": [], "pick": None}, rng))
            wrong += [] if status in (200, 400, 413) else [f"status {status} {answer[:100]!r}"]
        if uploaders := [widget for widget, kind in line.widgets.items() if kind == "file_uploader"]:
            assert uploaders
            wrong += harm(await line.upload(page, "<b>.csv", files.file(rng)[0][:1_000_000]))
        values = {
            "number_input": ("double_value", NUMBERS),
            "toggle": ("bool_value", (True,)),
            "selectbox": ("string_value", TEXTS),
        }
        held = [(widget, kind) for widget, kind in line.widgets.items() if kind in values]
        for widget, kind in rng.sample(held, min(2, len(held))):
            name, known = values[kind]
            wrong += harm(await line.run(page, "", **{widget: {name: rng.choice(known)}}))
        status, answer = await line.post(json.dumps({"seq": 2**50, "values": {}}).encode())
        wrong += [] if status == 200 and json.loads(answer)["sentence"] else [f"then {status} {answer[:100]!r}"]
    return wrong


def served(count: int, seed: int) -> list[str]:
    """So many such visitors to each page of one server; what went wrong, on screen or in its log."""
    found = []
    with logged() as (address, written):
        for page in PAGES:
            for number in range(count):
                try:
                    wrong = asyncio.run(visit(address, page, number, seed))
                except Exception as error:
                    wrong = [f"{type(error).__name__}: {error}"]
                found += [f"server {page} {number} {seed}: {line}" for line in wrong]
        found += [line for line in written().splitlines() if HARM.search(line)]
    return found
