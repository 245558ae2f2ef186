"""What a server keeps to, whoever asks: uploads are the visitor's own, bodies are short, sessions apart, markup is text."""

import gzip
import json
import re

import pytest

from components.live.channel import LONGEST
from tests.conftest import run
from tests.hostile.server import COOKIE, Line, cookie, harm, http, logged, visit

CSV = b"a,b\n1,2\n2,4\n3,5\n"
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def server():
    with logged() as (address, written):
        yield address
        assert not re.search(r"Traceback|RuntimeWarning", written())


@pytest.mark.parametrize("page", ["outliers", "landscape", "probabilities"])
def test_what_is_asked_of_a_server_does_no_harm(server, page):
    assert [line for number in range(2) for line in run(visit(server, page, number, seed=0))] == []


def test_a_choice_that_there_is_not_changes_nothing(server):
    async def choose():
        async with Line(server) as line:
            await line.run("outliers")
            boxes = [widget for widget, kind in line.widgets.items() if kind == "selectbox"]
            heard = [
                await line.run("outliers", "", **{box: {"string_value": text}})
                for box in boxes
                for text in ("csv", "?")
            ]
            return [harm(each) for each in heard], json.loads((await line.post(b"{}"))[1])["address"]

    found, address = run(choose())
    assert len(found) >= 4
    assert not any(found)
    assert address == {}


def test_an_upload_shows_the_secret_of_its_visitor(server):
    async def put(**headers):
        async with Line(server) as line:
            await line.run("outliers")
            form = b"--b--\r\n"
            kind = {"Content-Type": "multipart/form-data; boundary=b"}
            return (await http(server, "PUT", f"/_stcore/upload_file/{line.session}/1", form, kind | headers))[0]

    secret = run(cookie(server))
    assert run(put()) == 403
    assert run(put(Cookie=f"{COOKIE}={secret}")) == 403
    assert run(put(**{"X-Xsrftoken": secret})) == 403
    assert run(put(Cookie=f"{COOKIE}={secret}", **{"X-Xsrftoken": "2|aaaaaaaa|bbbbbbbb|1"})) == 403

    async def own():
        async with Line(server) as line:
            await line.run("outliers")
            await line.upload("outliers", "mine.csv", CSV)
            return json.loads((await line.post(b"{}"))[1])["address"]

    assert run(own())["data"] == "csv"


def test_a_body_without_end_is_refused(server):
    async def ask():
        secret = await cookie(server)
        async with Line(server) as line:
            await line.run("outliers")
            own = {
                "Cookie": f"{COOKIE}={secret}",
                "X-Xsrftoken": secret,
                "Content-Type": "multipart/form-data; boundary=b",
            }
            form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + bytes(65 * MEGABYTE)
            path = f"/_stcore/upload_file/{line.session}/1"
            upload = await http(server, "PUT", path, form, own, chunked=True)
            message = await http(server, "POST", f"/live/{line.token}", b" " * 65 * MEGABYTE, chunked=True)
            return upload[0], message[0]

    assert run(ask()) == (413, 413)


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b" " * 10**8)[:LONGEST], b"[" * LONGEST, b'{"values":' * 9_000, b"\x00", b"{"],
    ids=["compressed", "deep", "deep objects", "nothing", "broken"],
)
def test_what_is_no_message_is_refused(server, body):
    async def ask():
        async with Line(server) as line:
            await line.run("curves")
            path = f"/live/{line.token}"
            plain = await http(server, "POST", path, body)
            packed = await http(server, "POST", path, body, {"Content-Encoding": "gzip"})
            return plain[0], packed[0], (await line.post(b"{}"))[0]

    assert run(ask()) == (400, 400, 200)


def test_sessions_are_apart_and_their_names_cannot_be_guessed(server):
    async def several():
        lines = [Line(server) for _ in range(12)]
        for line in lines:
            await line.__aenter__()
            await line.run("outliers")
        await lines[0].post(json.dumps({"seq": 1, "values": {"huber.delta": 3}}).encode())
        await lines[1].upload("outliers", "mine.csv", CSV)
        seen = [json.loads((await line.post(b"{}"))[1])["address"] for line in lines]
        for line in lines:
            await line.__aexit__()
        return [line.token for line in lines], seen

    tokens, (first, second, *others) = run(several())
    assert (first, second["data"]) == ({"huber.delta": "3"}, "csv")
    assert others == [{}] * 10
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {22}, "16 bytes in base64"
    places = [len(set(letters)) for letters in zip(*tokens, strict=True)]
    assert sum(places) / len(places) > 8, "no letter is like that of another"
