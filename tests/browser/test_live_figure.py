"""The live figure under the hand: dragging, sliders, keys, and what must stay in place meanwhile."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import answered, asked, center, choose_example, readout, rest, settle

NODES = "[...document.querySelectorAll('.live-figure, .live-chart, .live-chart .main-svg, .live-controls input')]"
SLIDER = ".live-controls input[type=range]"
POINT = "Array.from(document.querySelector('.live-chart').data[0].y)"


def shown_point(page, row=10):
    return page.evaluate(f"{POINT}[{row}]")


def test_a_dragged_point_moves_every_fit_and_keeps_its_last_value(app, visit):
    page = visit(f"{app}/outliers")
    assert readout(page, "MSE", "slope") == pytest.approx(0.136, abs=5e-4)
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(x, y - 5 * step)
    with answered(page):
        page.mouse.up()
    moved = shown_point(page)
    assert moved > 5
    # The line through the unspoiled points is 1.0 + 2 x; the table's slope is the one for the last value.
    clean = [1 + 2 * i + e for i, e in enumerate((0.3, -0.2, 0.1, -0.4, 0.2, 0.5, -0.3, 0.1, -0.1, 0.2))]
    ys = [*clean, moved]
    slope = sum((i - 5) * value for i, value in enumerate(ys)) / 110
    assert readout(page, "MSE", "slope") == pytest.approx(slope, rel=6e-3)


def test_no_node_is_replaced_and_the_zoom_stays(app, visit):
    page = visit(f"{app}/outliers")
    page.evaluate(f"window.nodes = {NODES}")
    box = page.locator(".live-chart").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 170)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 250, steps=5)
    page.mouse.up()
    rest(page, "document.querySelector('.live-chart').layout.xaxis.range")
    zoomed = page.evaluate("document.querySelector('.live-chart').layout.xaxis.range")
    assert 0 < zoomed[0] < zoomed[1] < 10
    page.focus(SLIDER)
    for _ in range(4):
        with answered(page):
            page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('.live-chart').layout.xaxis.range") == zoomed
    choose_example(page, "Belgian phones")
    low, high = page.evaluate("document.querySelector('.live-chart').layout.xaxis.range")
    assert low < 50
    assert high > 73
    assert page.evaluate("window.nodes.slice(0, 5).every((node) => node.isConnected)")


def test_the_slider_follows_the_keys_and_its_entry_takes_numbers_alone(app, visit):
    page = visit(f"{app}/outliers")
    entry = page.locator(".live-control input[type=text]").first
    message = page.locator(".live-message").first
    before = float(entry.input_value())
    page.focus(SLIDER)
    with answered(page):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    assert float(entry.input_value()) == pytest.approx(before * 200 ** (2 / 200), rel=1e-2)
    assert page.evaluate("document.activeElement.type") == "range"
    assert f"huber.delta={entry.input_value()}" in page.url
    for whole, nonsense in enumerate(("abc", "", "-1", "0", "NaN", "1;2"), start=1):
        url, runs = page.url, asked(page)
        entry.fill(nonsense)
        entry.press("Enter")
        entry.blur()
        settle(page)
        assert "Enter a number above 0" in message.inner_text(), nonsense
        described = entry.get_attribute("aria-describedby")
        assert described and described == message.get_attribute("id")
        assert (page.url, asked(page)) == (url, runs), nonsense
        entry.fill(f"{whole},5")
        with answered(page):
            entry.press("Enter")
        assert message.inner_text() == "", f"after {nonsense!r}"
        assert f"huber.delta={whole}.5" in page.url, f"after {nonsense!r}"


def test_a_point_is_moved_and_chosen_by_key(app, visit):
    page = visit(f"{app}/outliers")
    page.locator(".live-knob").focus()
    with answered(page):
        page.keyboard.press("Shift+ArrowUp")
    assert shown_point(page) > -20
    page.keyboard.press("PageUp")
    with answered(page):
        page.keyboard.press("ArrowLeft")
    assert "10 of 11" in page.locator(".live-knob").get_attribute("aria-label")
    assert page.evaluate("document.querySelector('.live-chart').data[0].x[9]") < 9
    assert re.search(r"moves=10", page.url)


def test_a_point_is_added_by_a_click_and_taken_away(app, visit):
    page = visit(f"{app}/outliers")
    add, remove = page.get_by_role("button", name="+ point"), page.get_by_role("button", name="− point")
    box = page.locator(".live-stage").bounding_box()
    place = (box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    add.click()
    assert add.get_attribute("aria-pressed") == "true"
    with answered(page):
        page.mouse.click(*place)
    assert center(page, ".live-knob") == pytest.approx(place, abs=2), "the new point is the one in the hand"
    assert page.locator(".live-knob").get_attribute("aria-label").startswith("Point 12 of 12")
    assert add.get_attribute("aria-pressed") == "false"
    assert points(page) == 12
    with answered(page):
        page.keyboard.press("Delete")
    page.mouse.click(place[0] + 60, place[1])
    settle(page)
    assert points(page) == 11, "one click, one point"
    with answered(page):
        remove.click()
    assert points(page) == 10
    with answered(page):
        page.go_back()
    assert points(page) == 11


def test_a_point_is_added_by_key_and_the_arrows_take_it_from_there(app, visit):
    page = visit(f"{app}/classification")
    with answered(page):
        page.get_by_role("button", name="+ negative point").press("Enter")
    assert "Negative point" in page.locator(".live-knob").get_attribute("aria-label")
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert re.search(r"moves=4000", page.url)
    page.locator(".live-knob").press("End")
    assert "Probe" in page.locator(".live-knob").get_attribute("aria-label")
    assert page.get_by_role("button", name="− point").is_disabled()
    page.keyboard.press("Delete")
    settle(page)
    assert page.locator(".live-knob").is_visible()


def test_every_point_added_in_quick_succession_arrives(app, visit):
    page = visit(f"{app}/outliers")
    with answered(page):
        page.evaluate("for (let press = 0; press < 4; press += 1) document.querySelector('.live-edits button').click()")
    assert points(page) == 15


def test_a_point_that_was_refused_is_expected_no_more(app, visit):
    moves = ",".join(["3:", *(f"{row}:1000:{600 + row}" for row in range(4, 53))])  # as many as there may be
    page = visit(f"{app}/outliers?data=engel&moves={moves}")
    before = points(page)
    with answered(page):
        page.get_by_role("button", name="+ point").press("Enter")
    assert points(page) == before
    with answered(page):
        page.get_by_role("button", name="Reset", exact=True).click()
    assert "11 of 11" in page.locator(".live-knob").get_attribute("aria-label")


def test_what_is_done_right_after_going_back_is_not_lost(app, visit):
    page = visit(f"{app}/outliers")
    slide = f"((by) => {{ const range = document.querySelector('{SLIDER}'); range.valueAsNumber += by; range.dispatchEvent(new Event('input')); }})"
    with answered(page):
        page.evaluate(f"{slide}(5)")
    assert "huber.delta" in page.url
    with answered(page):
        page.evaluate(
            f"""async () => {{
              const {{ fetch }} = window;
              let answer;
              const asked = new Promise((resolve) => (answer = resolve));
              window.fetch = (...rest) => asked.then(() => fetch(...rest));
              {slide}(9); // under way when the visitor goes back
              history.back();
              while (location.search) await new Promise(requestAnimationFrame);
              document.querySelector('.live-edits button').click();
              answer();
            }}"""
        )
    page.wait_for_function("document.querySelector('.live-chart').data[0].x.length === 12")
    assert "moves=" in page.url and "huber.delta" not in page.url


def points(page):
    return page.evaluate("document.querySelector('.live-chart').data[0].x.length")


def test_a_point_is_dragged_by_touch(app, visit):
    page = visit(f"{app}/outliers", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator(".live-knob").scroll_into_view_if_needed()
    x, y = center(page, ".live-knob")
    session = page.context.new_cdp_session(page)
    touch = lambda kind, dy: session.send(  # noqa: E731
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [] if kind == "touchEnd" else [{"x": x + 6, "y": y + 6 - dy}]},
    )
    touch("touchStart", 0)
    for dy in range(0, 60, 6):
        touch("touchMove", dy)
        page.evaluate("new Promise(requestAnimationFrame)")
    with answered(page):
        touch("touchEnd", 60)
    assert shown_point(page) > -15


@pytest.mark.parametrize(
    "address",
    [
        "outliers?losses=mse,mae,huber,tukey,quantile&data=belgian_phones&moves=",
        "curves?losses=mse,mae,huber,log_cosh,tukey&at=-5",
        "curves?axis=margin&losses=zero_one,hinge,logistic&at=0&curvature=1",
    ],
)
def test_marks_painted_under_the_hand_equal_those_that_plotly_draws(app, visit, address):
    page = visit(f"{app}/{address}")
    chart = page.locator(".live-chart")
    box = chart.bounding_box()
    clip = {"x": box["x"] + 40, "y": box["y"] + 5, "width": box["width"] - 130, "height": box["height"] - 60}
    drawn = page.screenshot(clip=clip)
    page.evaluate(
        """async () => {
          const { Painter } = await import(performance.getEntriesByType('resource').map((e) => e.name).find((n) => n.endsWith('painter.js')));
          const { Chart } = await import(performance.getEntriesByType('resource').map((e) => e.name).find((n) => n.endsWith('chart.js')));
          const graph = document.querySelector('.live-chart');
          const chart = new Chart(graph, () => {});
          const whole = ({ cliponaxis }) => (cliponaxis === false ? { handle: "kept from Plotly" } : {});
          new Painter(graph.parentElement, chart).paint(graph.data.map((trace) => ({ ...trace, ...whole(trace) })));
        }"""
    )
    painted = page.screenshot(clip=clip)
    assert page.locator(".live-painted").count() == 1
    assert different(drawn, painted).mean() < 0.004


def different(*pictures):
    """Where two pictures of the same place have other colours: [rows, columns]."""
    one, other = (np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int) for picture in pictures)
    return np.abs(one - other)[..., :2].sum(-1) > 150


@pytest.mark.parametrize("address", ["outliers", "classification", "landscape?surface=line", "probabilities"])
def test_points_that_the_hand_leaves_alone_stay_in_sight_in_the_middle_of_a_drag(app, visit, address):
    page = visit(f"{app}/{address}")
    page.add_style_tag(content=".live-knob, .live-shadow, .live-labels { visibility: hidden; }")
    x, y = center(page, ".live-knob")
    places = page.evaluate(
        """() => {
          const { data, _fullLayout: layout } = document.querySelector('.live-chart');
          const axis = (name) => layout[name[0] + 'axis' + name.slice(1)];
          return data.filter(({ cliponaxis }) => cliponaxis === false).flatMap((trace) => {
            const [across, down] = [axis(trace.xaxis ?? 'x'), axis(trace.yaxis ?? 'y')];
            return Array.from(trace.x, (x, index) => [across._offset + across.d2p(x), down._offset + down.d2p(trace.y[index])]);
          });
        }"""
    )
    chart = page.locator(".live-chart")
    box = chart.bounding_box()
    drawn = chart.screenshot()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y - 12, steps=3)
    page.wait_for_selector(".live-painted")
    changed = different(drawn, chart.screenshot())
    page.mouse.up()
    left_alone = [
        (round(left), round(top)) for left, top in places if np.hypot(box["x"] + left - x, box["y"] + top - y) > 30
    ]
    assert left_alone
    for left, top in left_alone:
        assert changed[max(0, top - 2) : top + 3, max(0, left - 2) : left + 3].mean() < 0.5, (left, top)


def share(page, color, x, y, reach=6):
    """How much of a square, `reach` px left and below of a place on the page, has a colour."""
    clip = {"x": x - reach, "y": y, "width": reach, "height": reach}
    with Image.open(io.BytesIO(page.screenshot(clip=clip))) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    return (np.abs(pixels - color).max(-1) < 20).mean()


@pytest.mark.parametrize(("address", "color"), [("curves", 118), ("landscape?surface=line", 255)])
def test_a_point_in_the_corner_of_its_panel_is_whole_under_the_hand_and_at_rest(app, visit, address, color):
    page = visit(f"{app}/{address}", color_scheme="dark")
    page.add_style_tag(content=".live-knob, .live-canvas:not(.live-paint) { visibility: hidden; }")
    page.mouse.move(*center(page, ".live-knob"))
    page.mouse.down()
    left, y = page.evaluate(
        """() => {
          const { top, left } = document.querySelector('.live-chart').getBoundingClientRect();
          const { xaxis, yaxis } = document.querySelector('.live-chart')._fullLayout;
          return [left + xaxis._offset, top + yaxis._offset + yaxis._length];
        }"""
    )
    with answered(page):
        page.mouse.move(left - 40, y + 40, steps=5)
        page.wait_for_selector(".live-painted")
        page.wait_for_function(
            "(({ answers, asked }) => answers === asked)(document.querySelector('.live-figure').dataset)"
        )
        assert share(page, color, left, y) > 0.6
        page.mouse.up()
    assert share(page, color, left, y) > 0.6


def test_dark_theme_and_projector_mode(app, visit):
    dark = visit(f"{app}/outliers", color_scheme="dark")
    assert (
        dark.evaluate("getComputedStyle(document.querySelector('.live-chart .xtick text')).fill")
        == "rgb(242, 244, 248)"
    )
    projector = visit(f"{app}/outliers?present=1", viewport={"width": 1920, "height": 1080})
    assert not projector.locator("header.stAppHeader").is_visible()
    assert projector.evaluate("parseFloat(getComputedStyle(document.querySelector('.live-sentence')).fontSize)") > 20
    assert "present=1" in projector.url


@pytest.mark.parametrize("query", ["", "?three_d=1"])
def test_the_chart_is_as_wide_as_its_place_however_often_that_changes(app, visit, query):
    page = visit(f"{app}/landscape{query}")
    for width in (900, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        drawn, room = page.evaluate(
            "(({_fullLayout: {width}, clientWidth}) => [width, clientWidth])(document.querySelector('.live-chart'))"
        )
        assert drawn == room
