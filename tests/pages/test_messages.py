"""The table of messages against what pages really tell the browser, and hear of it."""

import asyncio
import json
import re
import threading
from pathlib import Path

import pytest

from components.live import channel, files
from tests.components.live.test_channel import exchange, run
from tests.conftest import PAGES
from tests.messages import ARRAYS, MESSAGE, NAMES, PICTURE, REQUESTS, arrays, objects, parts, type_of, types

STATES = [*((page, {}) for page in PAGES), ("curves", {"losses": "general_robust", "general_robust.alpha": "-inf"})]
STATES += [
    ("start", {"view": "backprop"}),
    ("regularization", {"view": "features"}),
    ("probabilities", {"view": "encoding"}),
    ("landscape", {"three_d": "1"}),
    ("landscape", {"surface": "bowl"}),
    ("gan", {"view": "training"}),
    ("embeddings", {"view": "train"}),
    ("overlap", {"view": "size"}),
    ("overlap", {"view": "grow"}),
]


@pytest.fixture
def told(session):
    """What pages tell a browser: in a script run, and in the answer to a message."""
    runs, answers = [], []
    for page, query in STATES:
        runs.append(json.loads(session.open(page, **query).text))
        refs = [array["ref"] for array in arrays(runs[-1]) if "ref" in array]
        answers.append(json.loads(session.channel.reply({"seq": 10**15, "values": {}, "holds": refs})))
    return runs, answers


def test_the_table_has_every_field_of_a_picture_and_no_other(told):
    runs, answers = told
    seen = set()
    for each, extra in [*((each, ["run"]) for each in runs), *((each, []) for each in answers)]:
        for path, found in objects(each):
            assert parts(path, "always", *extra) <= found.keys() <= parts(path, "always", "maybe", *extra), path
            for name, kind in found.items():
                assert kind in types(PICTURE[name]), name
            seen |= found.keys()
    assert seen == PICTURE.keys()


def test_the_table_has_every_field_of_an_array_and_no_other(told):
    found = [array for each in [*told[0], *told[1]] for array in arrays(each)]
    assert {name for array in found for name in array} == ARRAYS.keys()
    for array in found:
        for name, value in array.items():
            assert type_of(value) in types(ARRAYS[name])


class Watched(dict):
    """A message that knows what was asked of it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)


def test_the_table_has_every_field_that_is_read_of_a_message_and_no_other(session):
    message = Watched({"seq": 10**15, "values": {}, "holds": []})
    session.open().channel.reply(message)
    assert message.asked == MESSAGE.keys()
    message = Watched({"seq": 10**15 + 1, "values": {}})
    session.channel.receive(message)
    assert message.asked == {name for name, row in MESSAGE.items() if row["when"] == "always"}


def test_each_kind_of_name_is_heard_and_of_a_wrong_type_it_is_said(session):
    """A name of each row; what it does is the pages' matter."""
    examples = {
        "<control>": "steps",
        "<handle>.<row>": "points.10",
        "<new>": "new",
        "<pick>": "start",
        "<brush>.<stroke>": "stroke.1",
        "playhead": "playhead",
        "address": "address",
    }
    assert examples.keys() == NAMES.keys()
    right = {
        "number": 7,
        "bool": True,
        "text": "Infinity",
        "list": [1.5, -3.0],
        "object": {"parameters": {"steps": "7"}},
    }
    for kind, name in examples.items():
        page, here = (
            ("overlap", {"dx": "1", "starts": "nothing"}) if name == "stroke.1" else ("landscape", {"surface": "line"})
        )
        first = types(NAMES[kind]) & {"number", "list", "object"}
        value = {"path": [[1.5, 3.0]], "erase": False} if page == "overlap" else right[first.pop()]
        session.open(page, **here).move(**{name: value})
        assert session.data["address"] != here, kind
        for wrong in [value for word, value in right.items() if word not in types(NAMES[kind])]:
            session.open("curves").open(page, **here).move(**{name: wrong}).run()
            assert session.data["address"] == here
            assert session.warnings or kind == "address", (kind, wrong)


def ask(method, url, body=b"", **options):
    """The status of an answer, also where the server's own code fails."""
    try:
        return run(exchange(method, url, body, **options)).status
    except ZeroDivisionError:
        return 500


def test_the_table_has_every_status_and_no_other(monkeypatch):
    monkeypatch.setattr(channel, "PATIENCE", 0.2)
    made = channel.Channel()
    made.take, made.picture = (lambda values: None), (lambda held: b"{}")
    broken = channel.Channel()
    broken.take, broken.picture = made.take, lambda held: {"share": 1 / 0}
    post = {
        ask("POST", made.url, b"{}"),
        ask("POST", made.url, b"{"),
        ask("POST", f"{made.url}x", b"{}"),
        ask("POST", made.url, b" " * (channel.LONGEST + 1)),
        ask("POST", broken.url, b"{}"),
        ask("POST", made.url, b"{", whole=False),
        busy(made),
    }
    file = files.address(f"{files.BROWSER_FILES}/link.js")
    found = {("POST /live/<token>", status) for status in post}
    found |= {("GET /live/<token>", ask("GET", made.url))}
    found |= {("GET /live/browser/<version>/<file>", ask("GET", name)) for name in (file, f"{file}x")}
    found |= {("GET /live/<anything else>", ask("GET", files.address("a/b")))}
    found |= {("GET /live/plotly", ask("GET", files.plotly_address()))}
    assert found == {(row["request"], int(row["status"])) for row in REQUESTS}
    written = re.findall(r"Response\(.+, (\d{3})\)", Path(channel.__file__).read_text(encoding="utf-8"))
    assert {int(status) for status in written} <= post


def busy(made):
    """The status of a message to a channel that is still answering another."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(held):
        begun.set()
        go_on.wait(5)
        return b"{}"

    async def two():
        first = asyncio.create_task(exchange("POST", made.url, b"{}"))
        await asyncio.to_thread(begun.wait, 5)
        second = await exchange("POST", made.url, b"{}")
        go_on.set()
        await first
        return second.status

    made.picture = slow
    return run(two())
