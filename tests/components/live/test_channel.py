"""The short way from the hand to the picture, asked as a server is asked: its answers, refusals, end and files."""

import asyncio
import gc
import json
import runpy
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount

from components.live import channel
from components.live.channel import LONGEST, Channel, address
from components.live.files import plotly_address
from components.live.picture import Control, Picture
from components.monitoring.errors import Requests
from components.monitoring.metrics import Metrics
from components.page.document import Document
from components.page.headers import Headers
from tests.conftest import run

PICTURE = Picture({"data": [], "layout": {}}, "alt", "sentence", (Control("a", "A", 0.0),))
MESSAGE = {"seq": 3, "values": {"a": 1}}


async def exchange(method, url, *chunks, whole=True, leaves=False, headers=()):
    """Send a request whose body arrives in ``chunks``, its path as it is written: clients would tidy it.

    Of a body that is not ``whole`` no end comes. The client stays until it has its answer, or ``leaves`` once it has
    asked. Where nothing of ours answers a document does, as Streamlit's would.
    """
    path, _, query = url.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [*headers],
    }
    body = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    incoming, sent = iter([*body, *([{"type": "http.request"}] if whole else [])]), []

    async def receive():
        for message in incoming:
            return message
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    document = Mount("/", Response("<html>"))
    await Starlette(routes=[*channel.routes(), document])(scope, receive, send)
    return SimpleNamespace(
        status=sent[0]["status"],
        headers={name.decode(): value.decode() for name, value in sent[0]["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
        unread=len(list(incoming)),
    )


def ask(method, url, *chunks, **options):
    return run(exchange(method, url, *chunks, **options))


def post(url, message):
    return ask("POST", url, json.dumps(message).encode())


def keeping():
    """A channel whose picture is what it was sent last."""
    made, kept = Channel(), {}
    made.take = kept.update
    made.picture = lambda held: json.dumps({"kept": kept, "held": sorted(held)}).encode()
    return made


def kept(answer):
    return json.loads(answer.body)["kept"]


def test_a_message_is_answered_with_the_next_picture(browser):
    url = browser.show(PICTURE)["channel"]
    answer = post(url, MESSAGE)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    picture = json.loads(answer.body)
    assert (picture["answers"], picture["moving"], picture["sentence"]) == (3, True, "sentence")
    assert browser.inputs == [{"a": 1}]


def test_a_message_may_arrive_in_pieces():
    assert kept(ask("POST", keeping().url, b'{"seq": 1, "val', b"", b'ues": {"a": 12}}')) == {"a": 12}


@pytest.mark.parametrize(
    ("holds", "held"),
    [(["b", "a", "a"], ["a", "b"]), ([1, None, "a", {}], ["a"]), ("ab", []), (None, []), ({"a": 1}, [])],
)
def test_a_picture_is_told_what_the_browser_holds_and_nonsense_is_not(holds, held):
    made = keeping()
    answer = post(made.url, {"seq": 1, "values": {}, "holds": holds})
    assert json.loads(answer.body)["held"] == held


def test_each_channel_answers_for_itself():
    first, second = keeping(), keeping()
    assert first.url != second.url
    assert kept(post(first.url, {"seq": 1, "values": {"a": 1}})) == {"a": 1}
    assert kept(post(second.url, {"seq": 1, "values": {"b": 2}})) == {"b": 2}
    assert kept(post(first.url, {})) == {"a": 1}


def test_an_unknown_token_is_not_found(browser):
    url = browser.show(PICTURE)["channel"]
    for wrong in (address("unknown"), url[:-1], f"{url}0", address(""), address("%00"), address("f")):
        assert post(wrong, MESSAGE).status == 404
    assert browser.inputs == []


def test_a_channel_is_only_posted_to(browser):
    for url in (browser.show(PICTURE)["channel"], address("unknown")):
        assert {ask(method, url).status for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")} == {405}


@pytest.mark.parametrize("name", ["", "a/b"])
def test_what_is_not_there_is_not_found(name):
    """Nor is it the document that Streamlit sends elsewhere, which a browser would take for the file."""
    assert ask("GET", address(name)).status == 404


def test_who_leaves_before_the_body_is_there_leaves_no_trace(caplog):
    made = keeping()
    ask("POST", made.url, b'{"seq": 1', whole=False, leaves=True)
    assert caplog.records == []
    assert kept(post(made.url, MESSAGE)) == {"a": 1}


def test_a_slow_body_is_refused_in_time_and_keeps_nobody_waiting(monkeypatch):
    made = keeping()
    monkeypatch.setattr(channel, "PATIENCE", 0.2)

    async def two():
        slow = asyncio.create_task(exchange("POST", made.url, b'{"seq": 9, "val', whole=False))
        await asyncio.sleep(0.05)
        quick = await exchange("POST", made.url, json.dumps(MESSAGE).encode())
        assert not slow.done()
        return await slow, quick

    slow, quick = run(two())
    assert quick.status == 200
    assert (slow.status, slow.headers["connection"]) == (408, "close")
    assert kept(post(made.url, {"seq": 4, "values": {"b": 2}})) == {"a": 1, "b": 2}


@pytest.mark.parametrize("chunks", [(b" " * (LONGEST + 1),), (b" " * LONGEST, b"1")], ids=["at once", "in pieces"])
def test_a_body_that_is_too_long_is_refused(browser, chunks):
    answer = ask("POST", browser.show(PICTURE)["channel"], *chunks)
    assert answer.status == 413
    assert str(LONGEST) in answer.body.decode()
    assert browser.inputs == []


def test_a_body_as_long_as_allowed_is_answered(browser):
    assert ask("POST", browser.show(PICTURE)["channel"], json.dumps(MESSAGE).encode().ljust(LONGEST)).status == 200


def test_a_body_that_is_too_long_is_not_read_to_its_end():
    made = keeping()
    assert ask("POST", made.url, *repeat(b" " * 1000, 1000)).unread > 800


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff\xfe",
        b"{",
        b"{'seq': 1}",
        b'{"seq": 1} 2',
        b'{"seq": 1, "values": {"a": 1}',
        b"seq=1",
        b"NaN",
        b'{"seq": 1, "values": {"a": NaN}}',
        b'{"seq": 1, "values": {"a": -Infinity}}',
        b"9" * 50_000,
        b"[" * LONGEST,
        b'{"values":' * 9_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_json_is_refused(browser, body):
    answer = ask("POST", browser.show(PICTURE)["channel"], body)
    assert answer.status == 400
    assert browser.inputs == []


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "true",
        "0",
        '"values"',
        "[]",
        '["values"]',
        '[{"seq": 1, "values": {"a": 1}}]',
        "{}",
        '{"seq": 1}',
        '{"values": {"a": 1}}',
        '{"seq": "1", "values": {"a": 1}}',
        '{"seq": true, "values": {"a": 1}}',
        '{"seq": 1.0, "values": {"a": 1}}',
        '{"seq": 1e999, "values": {"a": 1}}',
        '{"seq": [1], "values": {"a": 1}}',
        '{"seq": 0, "values": {"a": 1}}',
        '{"seq": -1, "values": {"a": 1}}',
        '{"values": null, "seq": 1}',
        '{"values": "a", "seq": 1}',
        '{"values": 1, "seq": 1}',
        '{"values": ["a", 1], "seq": 1}',
        '{"values": [{"a": 1}], "seq": 1}',
        '{"values": {"a": 1}, "values": 1}',
        '{"Values": {"a": 1}, "seq": 1}',
        '{"message": {"values": {"a": 1}}}',
        f'{{"values": {"[" * 500}{"]" * 500}}}',
        '{"values": "\\ud800", "seq": "\\ud800"}',
    ],
    ids=lambda body: body[:40],
)
def test_json_of_another_shape_changes_nothing(browser, body):
    shown = browser.show(PICTURE)
    answer = ask("POST", shown["channel"], body.encode())
    assert answer.status == 200
    assert browser.inputs == []
    assert browser.show(PICTURE) == shown
    assert json.loads(answer.body)["answers"] == 0


def test_a_channel_ends_with_its_session(browser):
    url = browser.show(PICTURE)["channel"]
    assert post(url, MESSAGE).status == 200
    browser.state.clear()
    browser.change = None  # a session keeps its callbacks as well
    channel.quick.submit(int).result()  # so does the thread, until it has let go of what it answered
    gc.collect()
    answer = post(url, MESSAGE)
    assert answer.status == 404
    assert "reload" in answer.body.decode()


def test_a_second_message_is_refused_while_the_first_is_answered():
    made = keeping()
    begun, go_on, picture = threading.Event(), threading.Event(), made.picture

    def slow(held):
        begun.set()
        go_on.wait(1)
        return picture(held)

    async def two():
        first = asyncio.create_task(exchange("POST", made.url, json.dumps(MESSAGE).encode()))
        await asyncio.to_thread(begun.wait, 5)
        second = await exchange("POST", made.url, b'{"seq": 4, "values": {"a": 4}}')
        go_on.set()
        return await first, second

    made.picture = slow
    first, second = run(two())
    assert (first.status, second.status) == (200, 429)
    assert kept(first) == {"a": 1}
    assert kept(post(made.url, {"seq": 5, "values": {"b": 5}})) == {"a": 1, "b": 5}


def test_what_happens_at_once_happens_one_after_the_other():
    """As a script run and a message do: neither sees what the other has half done."""
    made, inside, together = Channel(), [], []

    def alone(*_):
        inside.append(None)
        time.sleep(0.02)  # time for another to come in
        together.append(len(inside))
        inside.pop()
        return b"{}"

    made.take = made.picture = alone
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(made.reply, [{"seq": seq, "values": {}} for seq in range(1, 5)]))
    assert len(together) >= 5
    assert set(together) == {1}


def test_sessions_take_turns_and_files_wait_for_none_of_them():
    """One update at a time, in the order in which they came, each visitor's next one behind those of the others."""
    sessions, turns, begun, go_on = [keeping() for _ in range(3)], [], threading.Event(), threading.Event()
    inside, at_a_time = [], []

    def picture(number):
        def compute(held):
            inside.append(number)
            turns.append(number)
            begun.set()
            go_on.wait(10)
            at_a_time.append(len(inside))
            inside.remove(number)
            return b"{}"

        return compute

    for number, session in enumerate(sessions):
        session.picture = picture(number)

    async def twice(session):
        await exchange("POST", session.url, b"{}")
        await exchange("POST", session.url, b"{}")

    async def at_once():
        updates = [asyncio.create_task(twice(session)) for session in sessions]
        await asyncio.to_thread(begun.wait, 10)
        file = await exchange("GET", plotly_address())
        assert not any(update.done() for update in updates)
        go_on.set()
        await asyncio.gather(*updates)
        return file

    assert run(at_once()).status == 200
    assert turns == [0, 1, 2, 0, 1, 2]
    assert set(at_a_time) == {1}


@pytest.mark.parametrize("runs", [False, True], ids=["its answers take long", "it runs"])
def test_whose_answers_take_long_keeps_nobody_waiting_whose_answers_are_quick(monkeypatch, runs):
    monkeypatch.setattr(channel, "LONG", 10.0 if runs else 0.01)
    slow, quick = keeping(), keeping()
    begun, go_on = threading.Event(), threading.Event()

    def compute(held):
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        begun.set()
        go_on.wait(10)
        return b"{}"

    slow.picture = compute
    go_on.set()
    post(slow.url, {})
    assert slow.took > 0.01 > quick.took
    slow.runs = runs
    go_on.clear()
    begun.clear()

    async def at_once():
        long = asyncio.create_task(exchange("POST", slow.url, b"{}"))
        await asyncio.to_thread(begun.wait, 10)
        short = await exchange("POST", quick.url, b"{}")
        waited = not long.done()
        go_on.set()
        await long
        return short.status, waited

    assert run(at_once()) == (200, True)


def test_who_waits_for_a_script_run_keeps_nobody_else_waiting():
    drawn, other = keeping(), keeping()

    async def at_once():
        with drawn.lock:
            waits = asyncio.create_task(exchange("POST", drawn.url, b"{}"))
            await asyncio.sleep(0.05)
            status = (await asyncio.wait_for(exchange("POST", other.url, b"{}"), 5)).status
            assert not waits.done()
        return status, (await waits).status

    assert run(at_once()) == (200, 200)


def test_nothing_is_computed_for_who_has_left():
    first, gone = keeping(), keeping()
    asked, begun, go_on = [], threading.Event(), threading.Event()

    def compute(held):
        begun.set()
        go_on.wait(10)
        return b"{}"

    first.picture, gone.picture = compute, lambda held: asked.append(1) or b"{}"

    async def at_once():
        waits = asyncio.create_task(exchange("POST", first.url, b"{}"))
        await asyncio.to_thread(begun.wait, 10)
        leaves = asyncio.create_task(exchange("POST", gone.url, b"{}", leaves=True))
        await asyncio.sleep(0.05)
        go_on.set()
        await asyncio.gather(waits, leaves)

    run(at_once())
    assert asked == []
    assert not gone.busy


@pytest.mark.parametrize("error", [ValueError, RecursionError, ZeroDivisionError])
def test_a_failure_is_no_refusal_and_does_not_close_the_channel(error):
    def fail(held):
        raise error

    made = keeping()
    picture, made.picture = made.picture, fail
    with pytest.raises(error):
        post(made.url, {})
    made.picture = picture
    assert kept(post(made.url, MESSAGE)) == {"a": 1}


def test_the_app_offers_it(request, monkeypatch):
    made = []
    monkeypatch.setattr(st, "App", lambda script, routes, middleware: made.append((script, routes, middleware)))
    monkeypatch.setattr("torch.set_num_threads", lambda number: None)  # set-up is for a whole process
    monkeypatch.setattr("gc.freeze", lambda: None)
    script = str(request.config.rootpath / "app.py")
    runpy.run_path(script)
    ((named, routes, middleware),) = made
    assert [one.cls for one in middleware] == [Requests, Metrics, Headers, Document]
    assert named == script
    assert [route.path for route in routes] == [route.path for route in channel.routes()]
