"""A real server and a real, headless Chromium for the tests in this folder."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")  # else Playwright's own
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
]


@contextlib.contextmanager
def serving(script, stock=False):
    """Run a Streamlit script on a free port: yields its address. ``stock`` leaves our settings out."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    if stock:
        command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    folder = Path(script).parent if stock else ROOT
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as server:
        try:
            address = f"http://localhost:{port}"
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health") as answer:
                    if answer.status == 200:
                        break
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()


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


@pytest.fixture
def visit(chromium):
    """Open an address in a fresh browser; script errors on the page fail the test."""
    contexts, errors = [], []

    def open_page(address, wait=".live-figure[data-answers]", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.wait_for_selector(wait, timeout=60_000)
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def settle(page):
    """Wait until the server has answered everything and nothing is painted by hand any more."""
    page.wait_for_timeout(700)
    page.wait_for_function(
        """() => {
          const idle = !document.querySelector('[data-testid=stStatusWidget]');
          const figure = document.querySelector('.live-figure');
          const answered = !figure || !(figure.dataset.asked > figure.dataset.answers);
          return idle && answered && !document.querySelector('.live-painted');
        }""",
        timeout=30_000,
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
