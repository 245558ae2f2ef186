"""Visitors through the proxy, while replicas come, go, hang and are killed."""

import re
import shutil
import signal
import subprocess

import pytest

from tests.browser.conftest import answered, center, settle
from tests.browser.returning import CLOCK, SLIDER, drag, grab, set_everything, set_now
from tests.deploy.department import Department, department, told, waited

pytestmark = pytest.mark.skipif(shutil.which("haproxy") is None, reason="HAProxy is not installed")
SOON = 5_000  # ms on a machine that runs the tests, the browser and all replicas at once
ON_ITS_OWN = 2_000  # of them until there is a connection


@pytest.fixture(scope="module")
def serving_two():
    with department(2) as made:
        yield made


@pytest.fixture
def two(serving_two):
    """Two replicas, both of them up."""
    for name in {"1", "2"} - {name for name, replica in serving_two.replicas.items() if replica.poll() is None}:
        serving_two.start(name)
    waited(lambda: serving_two.up() == {"1", "2"}, "both replicas are up")
    return serving_two


def home(page):
    """The replica that a visitor is with."""
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "replica")


def connected(page):
    return page.evaluate("window.connected")


def reconnected(page, before):
    """Wait until a page has another connection than ``before``."""
    page.wait_for_function("before => window.connected > before", arg=before)


def moved_on(page, before):
    """The same, and wait for all that follows."""
    reconnected(page, before)
    settle(page)
    assert page.evaluate("performance.now() - window.connected") < SOON


def settings(page):
    """What an address says beside what was moved by hand."""
    return re.sub("moves=[^&]*", "", page.url.partition("?")[2])


def test_a_killed_replica_costs_its_visitor_nothing_and_nobody_else_notices(two, visit):
    page = visit(f"{two.address}/outliers?losses=mse,mae,huber", script=CLOCK)
    set_everything(page)
    other = visit(f"{two.address}/curves", script=CLOCK)
    assert {home(page), home(other)} == {"1", "2"}, "the second visitor goes where nobody is"
    before, since, undisturbed = set_now(page), connected(page), connected(other)
    x, y = grab(page)
    killed = home(page)
    clock = page.evaluate("performance.now()")
    two.send(killed, signal.SIGKILL)
    page.mouse.move(x, y + 20, steps=3)
    reconnected(page, since)
    assert connected(page) - clock < ON_ITS_OWN
    page.mouse.move(x, y + 60, steps=3)
    with answered(page):
        page.mouse.up()
    assert page.evaluate("performance.now() - window.connected") < SOON
    assert home(page) == home(other) != killed
    after = set_now(page)
    assert after["table"] != before["table"]
    assert {key: after[key] for key in ("example", "instruction", "chips", "shape")} == {
        key: before[key] for key in ("example", "instruction", "chips", "shape")
    }
    assert center(page, ".live-knob")[1] == pytest.approx(y + 60, abs=3)
    drag(page)
    assert set_now(page)["table"] != after["table"]
    assert connected(other) == undisturbed


def test_a_replica_that_hangs_is_left(two, visit):
    page = visit(f"{two.address}/outliers?losses=mse,huber", script=CLOCK)
    drag(page)
    before, since, hung = set_now(page), connected(page), home(page)
    two.send(hung, signal.SIGSTOP)
    try:
        moved_on(page, since)
        assert home(page) != hung
        assert set_now(page) == before
        drag(page)
    finally:
        two.send(hung, signal.SIGCONT)


def test_a_rolling_restart_loses_no_setting(two, visit):
    page = visit(f"{two.address}/outliers", script=CLOCK)
    set_everything(page)
    before = set_now(page)
    for name in ("1", "2"):
        since, here = connected(page), home(page)
        two.send(name, signal.SIGTERM)
        if here == name:
            moved_on(page, since)
        two.start(name)
        assert set_now(page) == before
    drag(page)
    assert settings(page) == before["address"].replace(re.search("moves=[^&]*", before["address"])[0], "")


def test_more_replicas_take_new_visitors_in(two, visit):
    """And an uploaded file finds its way to the session it belongs to."""
    page = visit(f"{two.address}/outliers", script=CLOCK)
    other = visit(f"{two.address}/curves", script=CLOCK)
    since = connected(page)
    two.start("3")
    try:
        third = visit(f"{two.address}/outliers", script=CLOCK)
        assert home(third) == "3"
        assert {home(page), home(other)} == {"1", "2"}
        assert connected(page) == since
        third.get_by_role("button", name="Your CSV").click()
        rows = "\n".join(f"{i},{2 * i + 1}" for i in range(30))
        third.locator("input[type=file]").set_input_files(
            {"name": "own.csv", "mimeType": "text/csv", "buffer": f"a,b\n{rows}".encode()}
        )
        third.wait_for_url("**data=csv**")
        settle(third)
    finally:
        since = connected(third)
        two.send("3", signal.SIGTERM)
    moved_on(third, since)
    assert "uploaded file" in third.locator("[data-testid=stAlert]").inner_text()


def test_tls(two, visit, tmp_path):
    """By a certificate of one's own; with it, nothing is served without."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    both = tmp_path / "both.pem"
    both.write_text(certificate.read_text() + key.read_text())
    proxy = Department(tmp_path, LOSSCOPE_CERTIFICATE=str(both), **two.places())
    try:
        waited(lambda: proxy.up() == {"1", "2"}, "the second proxy finds the replicas")
        address = proxy.address.replace("http:", "https:")
        page = visit(f"{address}/outliers", script=CLOCK, ignore_https_errors=True)
        page.focus(SLIDER)
        with answered(page):
            page.keyboard.press("ArrowRight")
        drag(page)
        assert told(proxy.address)[0] != 200
    finally:
        proxy.end()
