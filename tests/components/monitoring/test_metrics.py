"""What the process tells of itself to Prometheus."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from components.live.files import address
from components.monitoring.metrics import STREAM, Metrics, publish
from tests.deploy.department import free_ports, told


async def answer(request):
    await asyncio.sleep(0.03)
    return Response(status_code=int(request.path_params["status"]))


async def stream(socket):
    await socket.accept()
    await socket.receive()


@pytest.fixture
def client():
    routes = [Route(address("{status}"), answer, methods=["POST", "GET"]), WebSocketRoute(STREAM, stream)]
    return TestClient(Metrics(Starlette(routes=routes)))


@pytest.fixture
def grown():
    """By how much a number has grown since the test began."""
    before = {}

    def growth(name, **labels):
        return (REGISTRY.get_sample_value(name, labels) or 0) - before.get((name, *labels.items()), 0)

    for metric in REGISTRY.collect():
        for sample in metric.samples:
            before[sample.name, *sample.labels.items()] = sample.value
    return growth


def test_answers_of_the_live_channel_are_timed(client, grown):
    for status in (200, 200, 204, 404, 429, 429):
        client.post(address(str(status)))
    client.get(address("200"))
    assert grown("losscope_live_update_seconds_count") == 2
    assert 0.06 <= grown("losscope_live_update_seconds_sum") < 5
    assert grown("losscope_live_update_seconds_bucket", le="0.02") == 0
    assert grown("losscope_refused_total", status="404") == 1
    assert grown("losscope_refused_total", status="429") == 2
    assert grown("losscope_live_updates_under_way") == 0


def test_an_answer_that_fails_counts_though_it_is_given_outside(grown):
    def fail(_):
        raise ZeroDivisionError

    app = Starlette(routes=[Route("/", fail)], middleware=[Middleware(Metrics)])
    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == 500
    assert grown("losscope_refused_total", status="500") == 1


def test_visitors_are_those_who_are_connected(client, grown):
    with client, client.websocket_connect(STREAM) as one:
        with client.websocket_connect(STREAM) as two:
            assert grown("losscope_visitors") == 2
            two.send_text("")
        one.send_text("")
    assert grown("losscope_visitors") == 0
    assert grown("losscope_opened_total") == 2


def test_they_are_published_at_an_address_of_their_own():
    (port,) = free_ports(1)
    publish(f"127.0.0.1:{port}")
    status, text = told(f"http://127.0.0.1:{port}/metrics")
    assert status == 200
    assert "losscope_visitors " in text
    assert "process_resident_memory_bytes " in text


@pytest.mark.parametrize("wrong", ["9101", ":9101", "localhost:", "localhost:http"])
def test_an_address_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=r"a host and a port, as 127.0.0.1:9101; got"):
        publish(wrong)
