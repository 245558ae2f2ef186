"""The brush: what the hand paints is shown at once and told in strokes, by mouse, finger and keys."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import answered, new_tab, open_in, serving, settle

RADIUS = 3.0
ACROSS, DOWN = np.meshgrid(np.arange(64), np.arange(64))
CURSOR = ".live-cursor"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def brush_app():
    with serving(Path(__file__).with_name("brush_page.py")) as address:
        yield address


@pytest.fixture
def opened(brush_app, chromium):
    pages = []

    def open_page(query="", **options):
        page = new_tab(chromium, **options)
        pages.append(page)
        open_in(page, brush_app + query)
        return page

    yield open_page
    for page in pages:
        page.context.close()


def pixel(page, x, y):
    """Where a place of the mask is on the screen."""
    return page.evaluate(
        """([x, y]) => {
          const chart = document.querySelector('.live-chart');
          const { left, top } = chart.getBoundingClientRect();
          const { xaxis, yaxis } = chart._fullLayout;
          return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [x, y],
    )


def mask(page):
    rows = page.evaluate("document.querySelector('.live-chart').data[0].z.map((row) => Array.from(row))")
    return np.array(rows) > 0


def painted(page):
    return int(page.locator(".live-table td").first.inner_text())


def stroke(page, *places):
    page.mouse.move(*pixel(page, *places[0]))
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(*pixel(page, x, y), steps=12)
    with answered(page):
        page.mouse.up()


def near(*places):
    """The pixels within the radius of a place."""
    return np.any([np.hypot(ACROSS - x, DOWN - y) <= RADIUS for x, y in places], 0)


def test_a_stroke_is_painted_where_the_hand_went_and_shift_takes_it_away(opened):
    page = opened()
    stroke(page, (10, 20), (40, 20), (40, 50))
    there = mask(page)
    assert painted(page) == there.sum()
    assert there[near((10, 20), (25, 20), (40, 20), (40, 35), (40, 50))].mean() > 0.9
    assert not there[near((10, 50), (55, 20), (25, 30))].any()
    page.keyboard.down("Shift")
    stroke(page, (40, 20), (40, 50))
    page.keyboard.up("Shift")
    left = mask(page)
    assert not (left & near((40, 25), (40, 35), (40, 50))).any()
    assert left[near((15, 20))].mean() > 0.9


def test_a_brush_that_erases_paints_with_shift(opened):
    page = opened("/?erase")
    stroke(page, (10, 20), (20, 20))
    assert not mask(page).any()
    page.keyboard.down("Shift")
    stroke(page, (10, 20), (20, 20))
    page.keyboard.up("Shift")
    assert mask(page)[near((15, 20))].mean() > 0.9


def test_all_of_a_long_stroke_arrives(opened):
    page = opened()
    zigzag = [(5 + 54 * (turn % 2), 3 + turn) for turn in range(58)]
    stroke(page, *zigzag)
    assert mask(page)[3:60, 6:58].mean() > 0.99


def test_keys_move_the_brush_and_paint(opened):
    page = opened()
    page.focus(CURSOR)
    assert "31.5, 31.5" in page.locator(CURSOR).get_attribute("aria-label")
    with answered(page):
        page.keyboard.press("Space")
    assert (mask(page) == near((31.5, 31.5))).all()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    x, y = map(float, page.locator(CURSOR).get_attribute("aria-label").split("brush at ")[1].split(". ")[0].split(", "))
    assert x > 55
    assert 28 < y < 31.5
    with answered(page):
        page.keyboard.press("Space")
    assert mask(page)[near((x, y))].mean() > 0.9
    with answered(page):
        page.keyboard.press("Shift+Space")
    assert not mask(page)[near((x, y))].any()


def finger(page, x, y, to):
    """Move a finger from one pixel to another."""
    touch = page.context.new_cdp_session(page)
    for share in (0, *np.linspace(0.1, 1, 10), None):
        kind = "touchEnd" if share is None else "touchStart" if share == 0 else "touchMove"
        points = [] if share is None else [{"x": x + share * (to[0] - x), "y": y + share * (to[1] - y)}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_finger_scrolls_until_it_is_asked_to_paint(opened):
    page = opened(**PHONE)
    begin, end = pixel(page, 20, 40), pixel(page, 20, 20)
    finger(page, *begin, end)
    settle(page)
    assert painted(page) == 0
    page.evaluate("document.querySelector('.stMain').scrollTop = 0")
    page.get_by_role("button", name="Paint by finger").click()
    begin, end = pixel(page, 20, 40), pixel(page, 20, 20)
    with answered(page):
        finger(page, *begin, end)
    assert mask(page)[near((20, 30))].mean() > 0.9


def test_heatmaps_painted_under_the_hand_equal_those_that_plotly_draws(opened):
    page = opened()
    stroke(page, (10, 20), (40, 20), (40, 50))
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    chart = page.locator(".live-chart")
    drawn = chart.screenshot()
    page.evaluate(
        """async () => {
          const load = (file) => import(performance.getEntriesByType('resource').map((each) => each.name).find((name) => name.endsWith(file)));
          const [{ Painter }, { Chart }] = [await load('painter.js'), await load('chart.js')];
          const graph = document.querySelector('.live-chart');
          const chart = new Chart(graph, () => {});
          chart.figure = chart.drawn = { data: graph.data, layout: graph.layout };
          new Painter(graph.parentElement, chart).paint(graph.data);
        }"""
    )
    assert page.locator(".live-painted").count()
    pixels = [
        np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int) for shot in (drawn, chart.screenshot())
    ]
    apart = np.abs(pixels[0] - pixels[1]).max(-1)
    assert (apart > 24).mean() < 0.02  # the edges of pixels, which Plotly rounds
