"""What a visitor has set outlives what a server keeps of them: the connection, the session, the server itself."""

import contextlib
import re
import socket
import threading

import pytest

from tests.browser.conftest import (
    ROOT,
    answered,
    center,
    choose_example,
    launched,
    menu_item,
    new_tab,
    open_in,
    readout,
    serving,
    settle,
)
from tests.browser.returning import CLOCK, SLIDER, drag, grab, set_everything, set_now

SOON = 5_000  # ms after the connection, on a busy machine; an answer that is lost is waited for twice as long


class Line:
    """A TCP line to a server, which can be cut: whoever uses it is thrown off, and nobody gets through until it is mended."""

    def __init__(self, address):
        self.server = address
        self.up = True
        self.ends = set()
        self.listener = socket.create_server(("localhost", 0))
        self.address = f"http://localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):  # the listener is closed at the end
            while True:
                near, _ = self.listener.accept()
                try:
                    assert self.up
                    far = socket.create_connection(("localhost", int(self.server.rpartition(":")[2])))
                except (AssertionError, OSError):
                    near.close()
                    continue
                self.ends |= {near, far}
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            self.hang_up(end)

    def hang_up(self, end):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
        self.ends.discard(end)

    def cut(self):
        self.up = False
        for end in list(self.ends):
            self.hang_up(end)

    def mend(self):
        self.up = True


@contextlib.contextmanager
def line(address):
    made = Line(address)
    yield made
    made.listener.close()
    made.cut()


@pytest.fixture(scope="module")
def forgetful():
    """A server that forgets a visitor as soon as the connection is lost; by itself Streamlit does so after two minutes."""
    with serving(ROOT / "app.py", "--server.disconnectedSessionTTL", "0") as address:
        yield address


def lose(page, wire):
    """Cut the line, and wait until the page has noticed."""
    wire.cut()
    page.wait_for_selector(".stApp:not([data-test-connection-state=CONNECTED])")


def back_soon(page):
    """Wait until the page has the server again, and all that follows from it."""
    page.wait_for_selector(".stApp[data-test-connection-state=CONNECTED]")
    settle(page)
    assert page.evaluate("performance.now() - window.connected") < SOON


def test_after_a_long_time_away_all_is_as_it_was_and_the_next_drag_works(forgetful, visit):
    with line(forgetful) as wire:
        page = visit(f"{wire.address}/outliers?losses=mse,mae,huber", script=CLOCK)
        set_everything(page)
        before = set_now(page)
        lose(page, wire)
        wire.mend()
        back_soon(page)
        assert set_now(page) == before
        drag(page)
        dragged = set_now(page)
        assert dragged["table"] != before["table"]
        assert re.sub("moves=[^&]*", "", dragged["address"]) == re.sub("moves=[^&]*", "", before["address"])
        with answered(page):
            page.get_by_role("button", name="Undo").click()
        assert set_now(page) == before
        with answered(page):
            page.get_by_role("button", name="Redo").click()
        assert set_now(page) == dragged


@pytest.mark.parametrize("server", ["app", "forgetful"])
def test_what_is_done_without_a_connection_follows(server, request, visit):
    with line(request.getfixturevalue(server)) as wire:
        page = visit(f"{wire.address}/outliers", script=CLOCK)
        choose_example(page, "Stars fool Huber")
        before = set_now(page)
        lose(page, wire)
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        x, y = grab(page)
        page.mouse.move(x, y + 50)
        page.mouse.up()
        page.get_by_role("button", name="+ point").press("Enter")
        wire.mend()
        back_soon(page)
        after = set_now(page)
        assert after["shape"] != before["shape"]
        assert "huber.delta=" in after["address"]
        moves = re.search("moves=([^&]*)", after["address"])[1]
        assert moves.count("%2C") == 1, "one point was moved, one added"


@pytest.mark.parametrize("cut_first", [True, False])
def test_what_is_undone_as_the_connection_breaks_is_undone(forgetful, visit, cut_first):
    with line(forgetful) as wire:
        page = visit(f"{wire.address}/outliers", script=CLOCK)
        choose_example(page, "Stars fool Huber")
        before = set_now(page)
        drag(page)
        after = set_now(page)
        if cut_first:
            lose(page, wire)
        page.evaluate("history.back()")
        lose(page, wire)
        wire.mend()
        back_soon(page)
        assert set_now(page) == before
        with answered(page):
            page.get_by_role("button", name="Redo").click()
        assert set_now(page) == after


def test_a_server_that_is_killed_during_a_drag_costs_nothing(visit):
    with contextlib.ExitStack() as stack:
        server, address = stack.enter_context(launched(ROOT / "app.py"))
        wire = stack.enter_context(line(address))
        page = visit(f"{wire.address}/outliers?losses=mse,mae,huber", script=CLOCK)
        set_everything(page)
        before = set_now(page)
        x, y = grab(page)
        server.kill()
        server.wait()
        page.mouse.move(x, y + 20, steps=3)
        stack.enter_context(launched(ROOT / "app.py", port=int(address.rpartition(":")[2])))
        page.mouse.move(x, y + 40, steps=3)
        page.wait_for_selector(".stApp[data-test-connection-state=CONNECTED]")
        page.mouse.move(x, y + 60, steps=3)
        page.mouse.up()
        settle(page)
        assert page.evaluate("performance.now() - window.connected") < SOON
        after = set_now(page)
        assert after["table"] != before["table"]
        for same in ("example", "instruction", "chips", "shape"):
            assert after[same] == before[same]
        assert center(page, ".live-knob")[1] == pytest.approx(y + 60, abs=3)
        drag(page)
        assert set_now(page)["table"] != after["table"]


def test_a_file_that_is_gone_is_said_to_be(forgetful, visit):
    with line(forgetful) as wire:
        page = visit(f"{wire.address}/outliers", script=CLOCK)
        page.get_by_role("button", name="Your CSV").click()
        rows = "\n".join(f"{i},{2 * i + 1}" for i in range(30))
        page.locator("input[type=file]").set_input_files(
            {"name": "own.csv", "mimeType": "text/csv", "buffer": f"a,b\n{rows}".encode()}
        )
        page.wait_for_url("**data=csv**")
        settle(page)
        page.keyboard.press("Escape")
        lose(page, wire)
        grab(page)  # a point of that file, which is none of what is shown instead
        page.mouse.up()
        wire.mend()
        back_soon(page)
        assert "uploaded file" in page.locator("[data-testid=stAlert]").inner_text()
        assert "data=csv" not in page.url
        assert readout(page, "MSE", "slope") == pytest.approx(0.136, abs=5e-4)
        drag(page)
        assert readout(page, "MSE", "slope") != pytest.approx(0.136, abs=5e-4)


def test_an_answered_question_stays_answered(forgetful, visit):
    with line(forgetful) as wire:
        page = visit(f"{wire.address}/outliers", script=CLOCK)
        page.get_by_role("button", name="‹ Previous").click()
        settle(page)
        with answered(page):
            page.locator(".st-key-instruction button").first.click()
        before = set_now(page)
        assert re.search("Right|Not quite", before["instruction"])
        lose(page, wire)
        wire.mend()
        back_soon(page)
        assert set_now(page) == before
        drag(page)
        assert set_now(page)["instruction"] == before["instruction"]


def test_the_other_pages_are_as_they_were(forgetful, visit):
    with line(forgetful) as wire:
        page = visit(f"{wire.address}/outliers", script=CLOCK)
        choose_example(page, "Belgian phones")
        before = set_now(page)
        with answered(page):
            menu_item(page, "Curves").click()
        lose(page, wire)
        wire.mend()
        back_soon(page)
        with answered(page):
            menu_item(page, "Outliers").click()
        page.wait_for_url("**/outliers?*")
        settle(page)
        assert set_now(page) == before


def impatient(page):
    """Let the page wait for an answer less long."""
    page.route(
        re.compile(r"/link\.js"),
        lambda route: route.fulfill(response=(answer := route.fetch()), body=answer.text().replace("10_000", "300")),
    )


@pytest.mark.parametrize("heard", [False, True], ids=["message", "answer"])
def test_what_is_lost_on_the_way_is_sent_again_and_heard_once(app, chromium, heard):
    page = new_tab(chromium)
    impatient(page)
    open_in(page, f"{app}/outliers")
    lost = []

    def lose_first(route):
        if not lost and heard:
            route.fetch()
        if lost:
            route.continue_()
        lost.append(route.request.post_data_json)

    page.route(re.compile(r"/live/[^/]*$"), lose_first)
    with answered(page):
        page.get_by_role("button", name="+ point").press("Enter")
    assert [message["seq"] for message in lost[:2]] == [lost[0]["seq"]] * 2
    moves = re.search("moves=([^&]*)", page.url)[1]
    assert moves.count("%2C") == 1, "one point was added to the one that has fallen"
    page.context.close()
