"""The first screen in a real browser: what is on it, present mode, history, the legend, the comparison of two pictures."""

import itertools
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from components.settings.address import read
from pages import PAGES
from tests.browser.conftest import OWN, answered, asked, center, choose_example, open_in, readout, rest, settle
from tests.conftest import FIELDS, SETTINGS
from tests.presets import SET_WHOLE

SIZES = ((1280, 720), (1280, 800), (1440, 900), (1920, 1080))
FIGURE_TOP = 190  # px from the top of the window at which the figure begins at the latest
PRESENTED_HEIGHT = 820  # px of figure at least, presented at 1920 x 1080
PLACES = """() => Object.fromEntries(['.live-chart', '.live-sentence', '.live-side', '.live-player'].map((name) => {
  const { top, bottom, left, right } = document.querySelector(name).getBoundingClientRect();
  return [name, { top, bottom, left, right }];
}))"""
CHART_HEIGHT = "document.querySelector('.live-chart')._fullLayout.height"
SHIFTS = """
window.shift = window.shiftByHand = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window[entry.hadRecentInput ? 'shiftByHand' : 'shift'] += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""
MOST_SHIFT = 0.1


def assert_on_first_screen(page, width, height, top=FIGURE_TOP):
    places = page.evaluate(PLACES)
    chart, sentence = places[".live-chart"], places[".live-sentence"]
    assert chart["top"] <= top
    for place in (chart, sentence, places[".live-side"], places[".live-player"]):
        assert place["bottom"] <= height and place["right"] <= width, places
    assert page.evaluate(
        "document.querySelector('.live-sentence').scrollHeight <= document.querySelector('.live-sentence').clientHeight + 2"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert abs(page.evaluate(CHART_HEIGHT) - (chart["bottom"] - chart["top"])) <= 1, "drawn as high as its place"


def assert_one_heading(page):
    """Above the others, none of which is two levels below the one before."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_figure_and_answer_are_whole_on_the_first_screen(app, visit, name):
    page = visit(f"{app}/{name}", viewport={"width": SIZES[0][0], "height": SIZES[0][1]})
    assert page.title() == f"{PAGES[name].title} · Losscope"
    assert_one_heading(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        rest(page, CHART_HEIGHT)
        assert_on_first_screen(page, width, height)
    with answered(page):
        page.get_by_role("button", name="Present").click()
    rest(page, CHART_HEIGHT)
    assert_on_first_screen(page, *SIZES[-1])
    assert page.evaluate(CHART_HEIGHT) >= PRESENTED_HEIGHT
    assert (
        page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.live-chart .xtick text, .live-chart text')).fontSize)"
        )
        >= 24
    )


def assert_set(page, name, title):
    """That the address sets what an example does, where that leaves nothing to the model."""
    fields = FIELDS[name]
    for preset in SETTINGS[name].PRESETS if name in SET_WHOLE else ():
        if preset.title == title:
            found, notes = read(fields, dict(parse_qsl(urlsplit(page.url).query)))
            assert notes == []
            aimed = {key: field.default for key, field in fields.items()} | dict(preset.values)
            kept = {key for key, field in fields.items() if field.lasting}  # as the visitor has it
            assert {key: found[key] for key in found.keys() - kept} == {
                key: aimed[key] for key in aimed.keys() - kept
            }, title


@pytest.mark.parametrize(
    "query",
    [
        *OWN,
        "regularization?view=polynomial",
        "regularization?view=features",
        *(f"probabilities?view={view}" for view in ("encoding", "pairing", "divergence")),
        "gan?view=saturation",
        "gan?view=training",
        "embeddings?view=train",
        "overlap?view=size",
        "overlap?view=grow",
        "network?view=landscape",
    ],
)
def test_every_example_is_whole_on_the_smallest_screen(app, visit, query):
    page = visit(f"{app}/{query}", viewport={"width": SIZES[0][0], "height": SIZES[0][1]})
    seen = set()
    while (title := page.get_by_role("combobox", name="Example").input_value()) not in seen:
        seen.add(title)
        assert_on_first_screen(page, *SIZES[0])
        assert page.locator("[data-testid=stAlert], [data-testid=stException]").count() == 0, title
        if len(seen) > 1:  # as one of them, not as the page opens
            assert_set(page, query.partition("?")[0], re.sub(r"^\d+\D\d+\s", "", title))
        assert page.locator(".st-key-instruction").evaluate("(box) => box.scrollHeight - box.clientHeight") <= 1, title
        with answered(page):
            page.get_by_role("button", name="›").click()
        rest(page, CHART_HEIGHT)
    assert len(seen) > 2


@pytest.mark.parametrize("name", OWN)
def test_nothing_moves_while_a_page_loads(app, visit, name):
    page = visit(f"{app}/{name}", script=SHIFTS, viewport={"width": 1280, "height": 800})
    assert page.evaluate("window.shift") < MOST_SHIFT


def test_nothing_moves_when_six_optimisers_are_chosen(app, visit):
    page = visit(f"{app}/landscape", script=SHIFTS, viewport={"width": 1280, "height": 800})
    before, shift = page.evaluate(PLACES), page.evaluate("window.shift")
    page.get_by_role("button", name="Optimisers").click()
    page.get_by_role("combobox", name="Optimisers").click()
    for name in ("Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam"):
        with answered(page):
            page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")
    page.mouse.click(640, 60)
    settle(page)
    assert page.locator(".live-chip").count() == 6
    assert page.evaluate(PLACES) == before
    assert page.evaluate("window.shift") - shift < MOST_SHIFT
    assert page.evaluate("window.shiftByHand") < MOST_SHIFT
    assert_on_first_screen(page, 1280, 800)


def test_nothing_moves_when_the_page_has_something_to_say(app, visit):
    page = visit(f"{app}/outliers?moves={','.join(f'{row}:' for row in range(8))}", script=SHIFTS)
    before, shift = page.evaluate(PLACES), page.evaluate("window.shift")
    page.get_by_role("button", name="− point").click()
    page.get_by_text("At least 3 points must stay.").wait_for()
    settle(page)
    assert page.evaluate(PLACES) == before
    assert page.evaluate("window.shift + window.shiftByHand") - shift < MOST_SHIFT


def test_back_and_forward_undo_and_redo_and_say_so_in_the_address(app, visit):
    page = visit(f"{app}/outliers")
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    assert undo.is_disabled() and redo.is_disabled()
    slope = readout(page, "Huber", "slope")
    page.focus(".live-controls input[type=range]")
    with answered(page):
        page.keyboard.press("ArrowRight")
    changed, address = readout(page, "Huber", "slope"), page.url
    assert changed != slope and "huber.delta" in address
    with answered(page):
        page.get_by_role("button", name="›").click()
    assert "moves" in page.url
    with answered(page):
        page.go_back()
    assert (page.url, readout(page, "Huber", "slope")) == (address, changed)
    with answered(page):
        undo.click()
    assert readout(page, "Huber", "slope") == slope
    assert undo.is_disabled()
    with answered(page):
        redo.click()
    assert (page.url, readout(page, "Huber", "slope")) == (address, changed)


def test_embedded_too_back_goes_to_settings_alone(app, visit):
    page = visit(f"{app}/outliers?embed=true&embed_options=show_padding")
    page.focus(".live-controls input[type=range]")
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert "embed=true" in page.url and "huber.delta" in page.url
    with answered(page):
        page.go_back()
    assert page.locator(".st-key-notes [data-testid=stAlert]").count() == 0
    assert "embed=true" in page.url and "huber.delta" not in page.url


def test_two_pictures_in_quick_succession_are_not_mixed(app, visit):
    page = visit(f"{app}/outliers")
    page.evaluate(
        """() => {
          const { react } = Plotly;
          const gate = new Promise((open) => (window.openGate = open));
          window.waiting = 0;
          Plotly.react = async (...rest) => {
            window.waiting += 1;
            await gate;
            return react(...rest);
          };
        }"""
    )
    for _ in range(2):
        before = asked(page)
        page.get_by_role("button", name="›").click()
        page.wait_for_function("before => runs.asked > before && !runs.due && window.waiting", arg=before)
    page.wait_for_function("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")
    page.evaluate("openGate()")
    settle(page)
    state = """() => [
      location.search,
      document.querySelector('.live-sentence').textContent,
      document.querySelector('.live-table').innerText,
      document.querySelector('.live-knob').ariaLabel,
      Array.from(document.querySelector('.live-chart').data[0].y),
    ]"""
    shown = page.evaluate(state)
    page = visit(page.url)
    assert page.evaluate(state) == shown


def test_the_playhead_is_no_step_to_undo(app, visit):
    page = visit(f"{app}/landscape?surface=line")
    with answered(page):
        page.get_by_role("button", name="Back to the start").click()
    assert "playhead=0" in page.url
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_back_leads_to_the_page_before_as_it_was(app, visit):
    page = visit(f"{app}/outliers?huber.delta=3")
    page.locator("header").get_by_role("button", name="Regression").click()
    with answered(page):
        page.get_by_role("menuitem", name="Curves").click()
    page.go_back()
    page.wait_for_url("**/outliers?huber.delta=3")
    settle(page)
    assert page.locator("h1").inner_text() == PAGES["outliers"].question
    assert page.locator(".live-control", has_text="Huber").locator("input[type=text]").input_value() == "3"


def test_presented_a_page_obeys_the_keyboard(app, visit):
    page = visit(f"{app}/landscape", viewport={"width": 1920, "height": 1080})
    with answered(page):
        page.get_by_role("button", name="Present").click()
    page.wait_for_function("location.search.includes('present=1')")
    instruction = page.locator(".st-key-instruction")
    before = instruction.inner_text()
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert instruction.inner_text() != before
    page.get_by_role("combobox", name="Example").click()
    page.keyboard.press("Escape")
    assert "present=1" in page.url, "that closed the list alone"
    with answered(page):
        page.get_by_role("button", name="‹").click()
    with answered(page):
        page.keyboard.press("r")
    page.keyboard.press("h")
    assert not page.locator(".live-sentence").is_visible()
    page.keyboard.press("h")
    assert page.locator(".live-sentence").is_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    assert "full screen" in keys.inner_text()
    page.keyboard.press("Escape")
    assert keys.count() == 0
    page.get_by_role("button", name="Play").wait_for()
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause").wait_for()
    with answered(page):
        page.keyboard.press(" ")
    with answered(page):
        page.keyboard.press("Escape")
    assert "present" not in page.url
    page.keyboard.press("ArrowRight")  # no longer heard
    settle(page)
    assert "present" not in page.url


def test_presented_a_key_does_what_it_does_where_the_focus_is(app, visit):
    page = visit(
        f"{app}/landscape?surface=line&optimisers=sgd,momentum,nesterov,adagrad,rmsprop,adam&present=1",
        viewport={"width": 1920, "height": 1080},
    )
    fold, tabs = page.locator(".live-figure summary").first, page.get_by_role("tab")
    fold.focus()
    page.keyboard.press(" ")
    page.wait_for_selector(".live-fold[open]")
    assert page.get_by_role("button", name="Play").count() == 1, "nothing plays"
    before, url = page.locator(".st-key-instruction").inner_text(), page.url
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.activeElement.role === 'tab' || document.activeElement.getAttribute('role') === 'tab'"
    )
    settle(page)
    assert (page.locator(".st-key-instruction").inner_text(), page.url) == (before, url)
    page.get_by_role("button", name="More").click()
    page.get_by_test_id("stPopoverBody").wait_for()
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    settle(page)
    assert page.url == url, "that closed the popover alone"


def test_a_key_that_does_nothing_here_stays_the_browsers(app, visit):
    page = visit(f"{app}/outliers?present=1", viewport={"width": 1280, "height": 720})
    page.evaluate("addEventListener('keydown', (event) => (window.taken = event.defaultPrevented))")
    page.keyboard.press(" ")
    assert page.evaluate("window.taken") is False, "there is no player"
    page.keyboard.press("h")
    assert page.evaluate("window.taken") is True


def test_a_figure_without_a_picture_cannot_be_pinned_and_once_gone_does_nothing(app, visit):
    page = visit(f"{app}/outliers")
    assert page.evaluate(
        """async () => {
          const names = performance.getEntriesByType('resource').map(({ name }) => name);
          const { show } = await import(names.find((name) => name.endsWith('live_figure.js')));
          const parentElement = document.body.appendChild(document.createElement('div'));
          const end = show({ data: { answers: 0 }, parentElement, setStateValue: () => {} });
          const pin = parentElement.querySelector('[aria-label^="Pin"]');
          const { disabled } = pin;
          end();
          await new Promise(requestAnimationFrame);
          return disabled && !parentElement.children.length;
        }"""
    )


def test_the_legend_hides_a_line_and_keeps_what_was_set_for_it(app, visit):
    page = visit(f"{app}/outliers?huber.delta=3")
    entry = page.locator(".live-chip", has_text="Huber")
    with answered(page):
        entry.click()
    assert entry.get_attribute("aria-pressed") == "false"
    assert "show.huber=0" in page.url
    assert page.locator(".live-labels span").all_inner_texts() == ["MSE", "MAE"]
    assert page.locator(".live-control", has_text="Huber").count() == 0
    with answered(page):
        entry.click()
    assert page.locator(".live-control", has_text="Huber").locator("input[type=text]").input_value() == "3"


def test_a_refused_value_is_said_beside_its_control_and_pushes_nothing(app, visit):
    page = visit(f"{app}/outliers")
    top = page.locator(".live-chart").bounding_box()["y"]
    entry = page.locator(".live-control", has_text="Huber").locator("input[type=text]")
    for typed in ("1e400", "∞"):
        entry.fill(typed)
        with answered(page):
            entry.press("Enter")
        assert "must be" in page.locator(".live-control", has_text="Huber").locator(".live-message").inner_text()
        assert page.locator(".st-key-notes [data-testid=stAlert]").count() == 0
    assert page.locator(".live-chart").bounding_box()["y"] == top
    entry.fill("2")
    with answered(page):
        entry.press("Enter")
    assert page.locator(".live-control", has_text="Huber").locator(".live-message").inner_text() == ""


def test_terms_explain_themselves_under_the_pointer_and_by_key(app, visit):
    page = visit(f"{app}/outliers")
    tip, term = page.get_by_role("tooltip"), page.locator(".live-term", has_text="Huber: δ")
    assert not tip.is_visible()
    term.hover()
    assert "residual" in tip.inner_text()
    box, of_term = tip.bounding_box(), term.bounding_box()
    assert box["y"] >= of_term["y"] + of_term["height"]
    assert box["x"] + box["width"] <= 1280
    page.mouse.move(5, 5)
    page.locator(".live-chart .y2title").hover()
    assert "slope of its loss" in tip.inner_text()
    page.mouse.move(5, 5)
    assert not tip.is_visible(), "the figure is left"
    for ends in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.wheel(0, 300)):
        term.hover()
        assert tip.is_visible()
        ends()
        tip.wait_for(state="hidden")
        page.mouse.move(5, 5)
    page.locator(".live-sentence").hover()
    assert not tip.is_visible()
    term.focus()
    assert tip.is_visible()
    assert term.get_attribute("aria-describedby") == tip.get_attribute("id")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.locator(".live-controls input[type=range]").first.press("ArrowRight")
    settle(page)
    assert page.locator(".live-term", has_text="Huber: δ").count() == 1, "a picture leaves what has not changed"


def test_a_pinned_picture_stays_beside_the_next_in_the_same_axes(app, visit):
    page = visit(f"{app}/outliers")
    page.get_by_role("button", name="Pin this picture as A").click()
    page.wait_for_selector(".live-pinned .js-plotly-plot")
    with answered(page):
        page.get_by_role("button", name="›").click()
    rest(page, "[...document.querySelectorAll('.js-plotly-plot')].map((plot) => plot._fullLayout?.yaxis.range)")
    kept, live = page.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map(({ _fullLayout: { xaxis, yaxis, yaxis2, yaxis3 }, data }) =>
          ({ ranges: [xaxis, yaxis, yaxis2, yaxis3].map(({ range }) => [...range]), y: [...data[0].y] }))"""
    )
    assert kept["ranges"] == live["ranges"]
    assert kept["y"] != live["y"]
    assert "0.136" in page.locator(".live-pinned figcaption").inner_text()
    assert page.locator(".live-pinned .modebar-btn").count() == 0, "they would save nothing"
    page.get_by_role("button", name="End the comparison").click()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length === 1")


def test_on_a_phone_a_swipe_over_any_chart_scrolls_its_page(app, visit):
    page = visit(f"{app}/{OWN[0]}", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    touch = page.context.new_cdp_session(page)
    scroller = "document.querySelector('.stMain').scrollTop"
    for name in OWN:
        open_in(page, f"{app}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.locator(".live-chart").scroll_into_view_if_needed()
        x, y = center(page, ".live-chart")
        before = page.evaluate(scroller)
        y = min(y, 700)
        moves = [("touchMove", [{"x": x, "y": y - 20 * step}]) for step in range(1, 11)]
        for kind, points in (("touchStart", [{"x": x, "y": y}]), *moves, ("touchEnd", [])):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_function(f"before => {scroller} > before + 100", arg=before)


def test_a_swipe_that_begins_on_a_point_scrolls_too_and_a_tap_takes_that_point(app, visit):
    page = visit(f"{app}/classification", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator(".live-chart").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """() => {
          const chart = document.querySelector('.live-chart');
          const { x, y } = chart.data.find(({ x, marker }) => x.length === 20 && marker?.symbol === 'circle');
          const { xaxis, yaxis } = chart._fullLayout;
          const { left, top } = chart.getBoundingClientRect();
          return [left + xaxis._offset + xaxis.d2p(x[0]), top + yaxis._offset + yaxis.d2p(y[0])];
        }"""
    )
    label = page.locator(".live-knob").get_attribute("aria-label")
    touch = page.context.new_cdp_session(page)
    scroller, address = "document.querySelector('.stMain').scrollTop", page.url
    before = page.evaluate(scroller)
    for kind, height in (("touchStart", 0), *(("touchMove", 20 * step) for step in range(1, 9)), ("touchEnd", None)):
        points = [] if height is None else [{"x": x, "y": y - height}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function(f"before => {scroller} > before + 80", arg=before)
    rest(page, scroller)
    assert (page.url, page.locator(".live-knob").get_attribute("aria-label")) == (address, label)
    page.evaluate(f"before => {{ {scroller} = before }}", before)
    page.touchscreen.tap(x, y)
    assert "Negative point" in page.locator(".live-knob").get_attribute("aria-label")


def test_a_page_left_with_a_point_in_the_hand_leaves_no_error(app, visit):
    page = visit(f"{app}/outliers")
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=3)
    page.evaluate("history.pushState({}, '', '/curves'); dispatchEvent(new PopStateEvent('popstate'))")
    for step in range(10):
        page.mouse.move(x, y - 40 - 5 * step)
    page.wait_for_function(f"document.querySelector('h1')?.innerText === {PAGES['curves'].question!r}")
    page.mouse.up()
    settle(page)  # an error on the page fails the test


def test_while_a_point_is_dragged_the_lines_from_before_stay_faintly(app, visit):
    page = visit(f"{app}/outliers")
    drawn = "(() => { const { data } = document.querySelector('.live-shadow').getContext('2d').getImageData(0, 0, 2000, 1000); return data.some((value) => value > 0); })()"
    assert not page.evaluate(drawn)
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=4)
    page.wait_for_function(drawn)
    with answered(page):
        page.mouse.up()
    page.wait_for_function(f"!{drawn}")


def test_before_a_room_the_lines_from_before_are_as_thick_as_those_of_now(app, visit):
    page = visit(f"{app}/outliers?present=1", viewport={"width": 1280, "height": 720})
    page.evaluate(
        """() => {
          const { stroke } = CanvasRenderingContext2D.prototype;
          window.widths = new Set();
          CanvasRenderingContext2D.prototype.stroke = function (...rest) {
            if (this.canvas.matches?.('.live-shadow')) window.widths.add(this.lineWidth);
            return stroke.apply(this, rest);
          };
        }"""
    )
    drawn = page.evaluate(
        "document.querySelector('.live-chart').data.filter(({ mode }) => mode === 'lines').map(({ line }) => line.width)"
    )
    page.locator(".live-knob").press("ArrowUp")
    page.wait_for_function("window.widths.size")
    assert {round(width, 3) for width in page.evaluate("[...window.widths]")} <= {round(width, 3) for width in drawn}
    settle(page)


def test_the_ring_is_on_the_point_that_lies(app, visit):
    page = visit(f"{app}/outliers")
    choose_example(page, "In the middle")
    x, y = page.evaluate(
        "(() => { const { data } = document.querySelector('.live-chart'); return [data[0].x[5], data[0].y[5]]; })()"
    )
    assert (x, y) == (5, 40)
    left, top = page.evaluate(
        """(place) => {
          const { left, top } = document.querySelector('.live-chart').getBoundingClientRect();
          const { xaxis, yaxis } = document.querySelector('.live-chart')._fullLayout;
          return [left + xaxis._offset + xaxis.d2p(place[0]), top + yaxis._offset + yaxis.d2p(place[1])];
        }""",
        [x, y],
    )
    assert center(page, ".live-knob") == (pytest.approx(left, abs=1), pytest.approx(top, abs=1))


def test_undo_and_redo_bring_the_question_back_and_the_answer(app, visit):
    page = visit(f"{app}/outliers")
    instruction = page.locator(".st-key-instruction")
    choose_example(page, "Predict: a lifted point")
    with answered(page):
        page.get_by_text("MSE’s intercept", exact=True).click()
    said = instruction.inner_text()
    assert said.startswith("Right.")
    with answered(page):
        page.get_by_role("button", name="Undo").click()
    assert instruction.inner_text().startswith("Predict first.")
    with answered(page):
        page.get_by_role("button", name="Redo").click()
    assert instruction.inner_text() == said


def test_presenting_is_no_step_and_the_answer_comes_back_with_its_end(app, visit):
    page = visit(f"{app}/outliers", viewport={"width": 1280, "height": 720})
    choose_example(page, "Leverage")
    with answered(page):
        page.get_by_role("button", name="Present").click()
    assert_on_first_screen(page, 1280, 720)
    page.keyboard.press("h")
    with answered(page):
        page.get_by_role("button", name="Undo").click()
    assert "present=1" in page.url
    with answered(page):
        page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('present')")
    assert page.locator(".live-sentence").is_visible()


def test_a_pinned_picture_grows_with_the_one_beside_it(app, visit):
    page = visit(f"{app}/outliers", viewport={"width": 1920, "height": 1080})
    page.get_by_role("button", name="Pin this picture as A").click()
    page.wait_for_selector(".live-pinned .js-plotly-plot")
    with answered(page):
        page.get_by_role("button", name="Present").click()
    page.wait_for_function(
        "(() => { const [one, other] = [...document.querySelectorAll('.js-plotly-plot')].map((plot) => plot._fullLayout?.font.size); return one === other && one >= 24; })()"
    )


def test_notes_hide_what_is_under_them(app, visit):
    page = visit(f"{app}/outliers?huber.delta=abc&foo=1")
    alerts = page.locator(".st-key-notes [data-testid=stAlert]")
    assert alerts.count() == 2
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        color = alerts.first.evaluate("(alert) => getComputedStyle(alert).backgroundColor")
        assert color.startswith("rgb("), "opaque"
