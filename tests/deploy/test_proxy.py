"""What the proxy lets through, whom it keeps where, and what it says of it."""

import contextlib
import http.client
import json
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.deploy.department import department, told, waited

pytestmark = pytest.mark.skipif(shutil.which("haproxy") is None, reason="HAProxy is not installed")


class Stub(BaseHTTPRequestHandler):
    """A replica that says what it was asked; it is well as long as its server says so."""

    def do_GET(self):
        told = {name: self.headers.get(name) for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")}
        body = json.dumps({"by": self.server.name, "request": self.headers.get("X-Request-ID"), **told}).encode()
        self.send_response(200 if self.server.well else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts += 1
        if self.server.falls:
            self.close_connection = True
        else:
            self.do_GET()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stubs(made, *names):
    """Stand-ins for these replicas: yields their servers."""
    servers = {}
    for name in names:
        server = servers[name] = ThreadingHTTPServer(("127.0.0.1", made.ports[name]), Stub)
        server.name, server.well, server.falls, server.posts = name, True, False, 0
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    waited(lambda: made.up() == set(names), f"the proxy finds {names}")
    yield servers
    for server in servers.values():
        server.shutdown()
        server.server_close()


def ask(made, path, method="GET", body=None, cookie=None, **headers):
    """Status, headers and what the replica said, of one request."""
    connection = http.client.HTTPConnection(urlsplit(made.address).netloc, timeout=10)
    connection.request(method, path, body, {**headers, **({"Cookie": f"replica={cookie}"} if cookie else {})})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), json.loads(text) if text.startswith(b"{") else {}


@pytest.fixture(scope="module")
def proxy():
    with department() as made, stubs(made, "1", "2") as servers:
        made.servers = servers
        yield made


def test_who_opens_a_page_stays_with_one_replica(proxy):
    for path in ("/outliers?losses=mae", "/_stcore/stream", "/_stcore/health"):
        _, headers, said = ask(proxy, path)
        assert headers["set-cookie"] == f"replica={said['by']}; path=/; HttpOnly; SameSite=Lax"
        for kept in ("/live/abc", "/media/a.csv", "/", "/_stcore/stream"):
            _, headers, again = ask(proxy, kept, cookie=said["by"])
            assert again["by"] == said["by"]
            assert "set-cookie" not in headers


@pytest.mark.parametrize("path", ["/live/abc", "/media/a.csv", "/_stcore/upload_file/a/b"])
def test_what_belongs_to_a_lost_session_moves_nobody(proxy, path):
    method = "GET" if path.startswith("/media") else "POST"
    status, headers, _ = ask(proxy, path, method, None if method == "GET" else "{}", cookie="7")
    assert status == 200
    assert "set-cookie" not in headers


def test_a_replica_that_is_not_well_gets_nobody_and_its_visitors_move(proxy):
    proxy.servers["1"].well = False
    try:
        waited(lambda: proxy.up() == {"2"}, "the first replica is left out")
        _, headers, said = ask(proxy, "/outliers", cookie="1")
        assert said["by"] == "2"
        assert headers["set-cookie"].startswith("replica=2;")
    finally:
        proxy.servers["1"].well = True
        waited(lambda: proxy.up() == {"1", "2"}, "the first replica is taken in again")


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics?x",
        "/_stcore/metrics/",
        "/%5fstcore/metrics",
        "/_stcore/%6detrics",
        "/_STCORE/metrics",
    ],
)
def test_numbers_about_the_app_are_not_for_visitors(proxy, path):
    assert ask(proxy, path)[0] == 404


def test_numbers_about_the_proxy_are_on_an_address_of_their_own(proxy):
    assert ask(proxy, "/;csv")[2]["by"] in {"1", "2"}
    assert told(f"{proxy.private}/;csv")[0] == 200
    status, text = told(f"{proxy.private}/metrics")
    assert status == 200
    assert "haproxy_server_current_sessions" in text


@pytest.mark.parametrize(
    ("path", "most"), [("/live/abc", 100_000), ("/_stcore/upload_file/a/b", 6_000_000), ("/outliers", 100_000)]
)
def test_bodies_have_a_limit(proxy, path, most):
    assert ask(proxy, path, "POST", b"x" * most)[0] == 200
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # what is refused is not read to its end
        assert ask(proxy, path, "POST", b"x" * (most + 1))[0] == 413


def test_a_body_says_how_long_it_is(proxy):
    """Else nobody knows that it is too long before it is there."""
    with socket.create_connection(urlsplit(proxy.address).netloc.split(":"), 10) as line:
        line.sendall(b"POST /live/abc HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 400")


def test_what_a_replica_may_have_read_is_not_sent_again(proxy):
    """It may be what ended it."""
    for server in proxy.servers.values():
        server.posts, server.falls = 0, True
    try:
        assert ask(proxy, "/live/abc", "POST", "{}")[0] == 502
        assert sum(server.posts for server in proxy.servers.values()) == 1
    finally:
        for server in proxy.servers.values():
            server.falls = False


def test_where_nobody_is_up_a_page_says_so_and_tries_again():
    with department() as made:
        waited(lambda: told(f"{made.private}/;csv")[0] == 200 and not made.up(), "nobody is up")
        connection = http.client.HTTPConnection(urlsplit(made.address).netloc, timeout=10)
        connection.request("GET", "/outliers")
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("retry-after")) == (503, "5")
        assert b"http-equiv=refresh" in answer.read()


def test_a_request_has_an_id_that_its_sender_does_not_choose(proxy):
    first, second = (ask(proxy, "/", **{"X-Request-ID": "mine"})[2]["request"] for _ in range(2))
    assert len(first) == 36
    assert first != second


def test_nobody_says_for_another_where_a_request_comes_from(proxy):
    told = dict.fromkeys(("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"), "forged")
    said = ask(proxy, "/", **told)[2]
    assert {name: said[name] for name in told} == dict.fromkeys(told) | {"X-Forwarded-Proto": "http"}


def test_an_address_asks_and_opens_so_often():
    with department(LOSSCOPE_RATE="30", LOSSCOPE_OPENINGS="5") as made, stubs(made, "1"):
        assert [ask(made, "/_stcore/stream")[0] for _ in range(8)] == [200] * 5 + [429] * 3
        assert [ask(made, "/outliers")[0] for _ in range(24)] == [200] * 22 + [429] * 2


def test_the_log_has_errors_alone_and_nothing_of_who_or_what(proxy):
    ask(proxy, "/outliers?losses=mae&secret=1", cookie="1")
    proxy.servers["1"].well = False
    ask(proxy, '/live/to"ken?losses=mae&secret=2', cookie="1")
    proxy.servers["1"].well = True
    waited(lambda: '"live"' in proxy.log.read_text(), "the error is written")
    text = proxy.log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    line = next(line for line in lines if line["part"] == "live" and line["status"] == 503)
    assert line.keys() == {"time", "request", "method", "part", "status", "ended", "replica", "ms"}
    assert (line["method"], line["replica"]) == ("GET", "1")
    assert "secret" not in text
    assert 'to\\"ken' not in text
