"""A real server and a real, headless Chromium for the tests in this folder.

A page that is opened for the first time in a browser costs several times what it costs in a tab that has seen it:
two megabytes of scripts are fetched, parsed and compiled. So ``visit`` uses one tab again and again, emptied
of what it remembers, and opens another only where a test asks for a fresh one. Nothing waits for a time to pass:
``settle`` knows what is under way, ``answered`` waits for what has been asked.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from components.page.exhibit import Exhibit
from pages import PAGES

ROOT = Path(__file__).parents[2]
# The headless shell does not draw a browser around the page, which costs as much as the page; else Playwright's own.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
]
OWN = [name for name, page in PAGES.items() if not issubclass(page.model, Exhibit)]
"""The pages whose figure is their own: what holds for a figure need not be looked at once more where it is another page's."""
OPENED = ".live-figure[data-settled]"
SCREEN = {"width": 1280, "height": 900}

# Counts what the page sends by any socket and the script runs it asks for, and the bytes of the largest answer;
# ``runs.due``: the last run has yet to end.
WATCH = """
const fields = FIELDS;
const runs = (window.runs = { sent: 0, asked: 0, largest: 0, due: true, begun: false });
const varint = (bytes, at) => {
  for (let value = 0, scale = 1; ; at += 1, scale *= 128) {
    value += (bytes[at] & 127) * scale;
    if (bytes[at] < 128) return [value, at + 1];
  }
};
/** Number and value of every field of a message; of what has a length, the length. */
function* parts(bytes) {
  for (let at = 0, tag, value; at < bytes.length; ) {
    [tag, at] = varint(bytes, at);
    [value, at] = varint(bytes, at);
    yield [Math.floor(tag / 8), value];
    if (tag % 8 === 2) at += value;
  }
}
const sent = (data) => {
  for (const [field] of parts(new Uint8Array(data.buffer ?? data, data.byteOffset, data.byteLength))) {
    if (field === fields.rerun_script) Object.assign(runs, { asked: runs.asked + 1, due: true, begun: false });
  }
};
const received = ({ data }) => {
  runs.largest = Math.max(runs.largest, data.byteLength);
  for (const [field, value] of parts(new Uint8Array(data))) {
    if (field === fields.new_session) runs.begun = true;
    if (field === fields.script_finished && value !== fields.to_run_again) runs.due = !runs.begun;
  }
};
window.WebSocket = class extends WebSocket {
  constructor(...rest) {
    super(...rest);
    if (/_stcore/.test(this.url)) this.addEventListener("message", received);
  }
  send(data) {
    runs.sent += 1;
    if (/_stcore/.test(this.url)) sent(data);
    super.send(data);
  }
};
""".replace(
    "FIELDS",
    json.dumps(
        {
            "rerun_script": BackMsg.RERUN_SCRIPT_FIELD_NUMBER,
            "new_session": ForwardMsg.NEW_SESSION_FIELD_NUMBER,
            "script_finished": ForwardMsg.SCRIPT_FINISHED_FIELD_NUMBER,
            "to_run_again": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
        }
    ),
)

SETTLE = """async (patience) => {
  const underWay = () => {
    const app = document.querySelector('.stApp'); // there is none in an exported file
    const figure = document.querySelector('.live-figure');
    if (app && window.runs.due) return 'a script run';
    if (app && app.dataset.testScriptState !== 'notRunning') return 'what a script run has sent';
    if (app && figure && !('settled' in figure.dataset)) return 'an answer to the figure';
    if (document.querySelector('.live-painted')) return 'a drawing by Plotly';
  };
  const end = performance.now() + patience;
  for (let quiet = 0; quiet < 3; quiet = underWay() ? 0 : quiet + 1) {
    // A frame alone proves little: React draws what a script run has sent in pieces, between which frames go by.
    // Where nothing at all is to be drawn the browser may never say that it is idle.
    await new Promise((idle) => requestIdleCallback(() => requestAnimationFrame(idle), { timeout: 200 }));
    if (performance.now() > end) throw new Error(`still waiting for ${underWay()}`);
  }
}"""
PATIENCE = 60_000  # ms


@contextlib.contextmanager
def launched(script, *options, stock=False, port=0, log=subprocess.DEVNULL):
    """Run a Streamlit script on a port, or a free one: yields the process and its address.

    ``options`` are Streamlit's; ``stock`` leaves our settings out; ``log`` is written to.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("localhost", port))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port), *options]
    if stock:
        command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    folder = Path(script).parent if stock else ROOT
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT) as server:
        try:
            address = f"http://localhost:{port}"
            for _ in range(600):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health") as answer:
                    if answer.status == 200:
                        break
                assert server.poll() is None, f"the server of {script} has ended"
                time.sleep(0.1)
            else:
                raise TimeoutError(f"the server of {script} does not answer")
            yield server, address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                raise


@contextlib.contextmanager
def serving(script, *options, **how):
    """The same, where the address is all that is needed."""
    with launched(script, *options, **how) as (_, address):
        yield address


def pytest_collection_modifyitems(items):
    """On a loaded machine a real browser may miss its moment: each test here gets two more tries, and the report says so."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def app():
    with serving(ROOT / "app.py") as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def new_tab(browser, **options):
    """A tab of a fresh browser, whose traffic is watched as ``settle`` and ``answered`` need it.

    Playwright evaluates what it is to wait for as text, which the app's policy refuses; ``test_headers`` minds that.
    """
    context = browser.new_context(**{"viewport": SCREEN, "bypass_csp": True, **options})
    context.set_default_timeout(PATIENCE)
    context.add_init_script(f"{{{WATCH}}}")
    return context.new_page()


def renew(tab, viewport=SCREEN, color_scheme="light", reduced_motion="no-preference", offline=False):
    """Make a used tab as good as new: nothing kept, the hand away, the visitor's wishes as given."""
    tab.evaluate("() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* a page without any */ } }")
    tab.context.clear_cookies()
    tab.unroute_all()
    tab.context.set_offline(offline)
    tab.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
    tab.set_viewport_size(viewport)
    tab.mouse.move(0, 0)


@pytest.fixture(scope="session")
def tab(chromium):
    """The tab that is used again and again."""
    return new_tab(chromium)


@pytest.fixture
def visit(chromium, tab):
    """Open an address, as if never visited, in place of what was open; script errors on the page fail the test.

    ``fresh`` opens it beside, in a browser without any memory, and so do ``options`` that only a new one can take;
    ``script`` runs there before any of the page's. ``heard`` is a list that takes every address the page turns to.
    """
    opened, errors, listeners = [], [], []

    def listen(page, event, listener):
        page.on(event, listener)
        listeners.append((page, event, listener))

    def open_page(address, fresh=False, script=None, heard=None, **options):
        page = tab
        if fresh or script or options.keys() - {"viewport", "color_scheme", "reduced_motion", "offline"}:
            page = new_tab(chromium, **options)
            opened.append(page)
            if script:
                page.add_init_script(script)
        else:
            renew(page, **options)
        listen(page, "pageerror", lambda error: errors.append(str(error)))
        if heard is not None:
            for event in ("request", "websocket"):
                listen(page, event, lambda turned_to: heard.append(turned_to.url))
        open_in(page, address)
        return page

    yield open_page
    for page, event, listener in listeners:
        page.remove_listener(event, listener)
    for page in opened:
        page.context.close()
    assert errors == []


def open_in(page, address):
    """Go to an address and wait until all is there."""
    page.goto(address)
    page.wait_for_selector(OPENED)
    settle(page)


def settle(page):
    """Wait until nothing is under way any more: no script run, no question of the figure's, no painting by hand."""
    page.evaluate(SETTLE, PATIENCE)


def unfold(page):
    """Open what is folded away beside the figure."""
    page.evaluate("document.querySelectorAll('.live-fold').forEach((fold) => (fold.open = true))")


def asked(page):
    """How many script runs the page has asked for."""
    return page.evaluate("window.runs.asked")


@contextlib.contextmanager
def answered(page):
    """What is done in here has to make the page ask for a script run, maybe after a while; wait for its answer."""
    before = asked(page)
    yield
    page.wait_for_function("before => window.runs.asked > before", arg=before)
    settle(page)


def choose_example(page, title):
    """Go to one of the states worth seeing."""
    page.get_by_role("combobox", name="Example").click()
    with answered(page):
        page.get_by_role("option", name=re.compile(rf"^\d+.\d+ {title}$")).click()


def menu_item(page, name):
    """A page in the navigation, whose group is opened."""
    page.locator("header").get_by_role(
        "button", name=next(one.group for one in PAGES.values() if one.title == name)
    ).click()
    return page.get_by_role("menuitem", name=name)


def rest(page, expression):
    """Wait until the value of an expression stays the same from frame to frame."""
    page.evaluate(
        f"""async (patience) => {{
          const end = performance.now() + patience;
          for (let before, same = 0; same < 8; ) {{
            await new Promise(requestAnimationFrame);
            const now = JSON.stringify({expression});
            same = now === before ? same + 1 : 0;
            before = now;
            if (performance.now() > end) throw new Error(`still moving: ${{now}}`);
          }}
        }}""",
        PATIENCE,
    )


def readout(page, row, column, table=0):
    """One number of a readout table, by the names of its row and column."""
    lines = page.locator(".live-table").nth(table).locator("tr").all()
    heads = [cell.inner_text() for cell in lines[0].locator("th").all()]
    for line in lines[1:]:
        cells = [cell.inner_text() for cell in line.locator("th, td").all()]
        if cells[0] == row:
            return float(cells[heads.index(column)].replace("−", "-"))
    raise AssertionError(f"no row {row} in {heads}")


def center(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
