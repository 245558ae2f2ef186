"""Errors as lines of JSON, without what a visitor has set."""

import io
import json
import logging
import sys
import threading

import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config
from streamlit.testing.v1 import AppTest

from components.live.channel import Channel, routes
from components.monitoring import errors

SECRET = "what a visitor typed"


@pytest.fixture
def heard(monkeypatch):
    """What a logger with a handler of its own writes, once errors are lines."""
    before = logging.getLogRecordFactory()
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    rich = config.get_option("logger.enableRich")
    errors.as_lines()
    logger, text = logging.getLogger("tests.errors"), io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, text
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)
    logging.captureWarnings(False)
    config.set_option("logger.enableRich", rich)


def fails():
    raise ValueError(SECRET)


def caught(logger):
    try:
        fails()
    except ValueError:
        logger.exception(f"could not do {SECRET}")


def test_a_line_says_what_and_where_and_no_more(heard):
    logger, text = heard
    before = REGISTRY.get_sample_value("losscope_errors_total")
    caught(logger)
    (line,) = text.getvalue().splitlines()
    said = json.loads(line)
    assert said.keys() == {"time", "level", "request", "logger", "at", "error", "frames"}
    assert (said["level"], said["logger"], said["error"]) == ("ERROR", "tests.errors", "ValueError")
    assert said["at"].startswith("tests/components/monitoring/test_errors.py:")
    assert said["frames"][-1].startswith("tests/components/monitoring/test_errors.py:")
    assert said["frames"][-1].endswith(" fails")
    assert SECRET not in text.getvalue()
    assert REGISTRY.get_sample_value("losscope_errors_total") == before + 1


def test_an_error_without_an_exception_is_known_by_its_place(heard):
    logger, text = heard
    logger.error("no place for %s", SECRET)
    assert json.loads(text.getvalue()).keys() == {"time", "level", "request", "logger", "at"}


def test_a_warning_is_a_line_and_no_error_and_what_informs_stays_as_it_is(heard):
    logger, text = heard
    before = REGISTRY.get_sample_value("losscope_errors_total")
    logger.setLevel(logging.INFO)
    logger.warning("%s is refused", SECRET)
    logger.info("the %s is full", "disk")
    line, plain = text.getvalue().splitlines()
    assert json.loads(line)["level"] == "WARNING"
    assert plain == "the disk is full"
    assert REGISTRY.get_sample_value("losscope_errors_total") == before


class Falling:
    def __del__(self):
        fails()


def test_what_no_logger_hears_is_a_line_too(heard, capfd):
    _, text = heard
    logging.getLogger("losscope").addHandler(handler := logging.StreamHandler(text))
    try:
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()
        Falling()
    finally:
        logging.getLogger("losscope").removeHandler(handler)
    assert [json.loads(line)["error"] for line in text.getvalue().splitlines()] == ["ValueError"] * 2
    assert SECRET not in text.getvalue() + capfd.readouterr().err


def asked(app, **headers):
    return TestClient(errors.Requests(app), raise_server_exceptions=False).get("/", headers=headers)


def test_a_request_is_known_by_the_proxys_id_or_one_of_its_own(heard):
    logger, text = heard

    async def answer(_):
        caught(logger)
        return Response()

    app = Starlette(routes=[Route("/", answer)])
    given = asked(app, **{"X-Request-ID": "abc-1"})
    own = asked(app)
    foreign = asked(app, **{"X-Request-ID": '"}\n'})
    lines = [json.loads(line)["request"] for line in text.getvalue().splitlines()]
    assert lines == [answer.headers["x-request-id"] for answer in (given, own, foreign)]
    assert lines[0] == "abc-1"
    assert len(lines[1]) == len(lines[2]) == 36
    assert lines[1] != lines[2]


def test_a_live_answer_that_fails_is_known_by_its_request(heard):
    """It is computed in another thread than the one that has the request."""
    logger, text = heard
    channel = Channel()
    channel.take = lambda values: None

    def picture(held):
        caught(logger)
        return b"{}"

    channel.picture = picture
    client = TestClient(errors.Requests(Starlette(routes=routes())))
    client.post(channel.url, json={"seq": 1, "values": {}}, headers={"X-Request-ID": "live-7"})
    assert json.loads(text.getvalue())["request"] == "live-7"


def test_a_script_run_has_no_request_but_its_sessions(heard):
    _, text = heard

    def script():
        import logging  # noqa: PLC0415  a script stands alone

        logging.getLogger("tests.errors").error("in a run")

    AppTest.from_function(script).run()
    assert json.loads(text.getvalue())["request"] == ""
