"""The player: playing without a message to the server, stepping, scrubbing, and picking a place by click."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OPENED, answered, new_tab, open_in, serving, settle, unfold

COUNT = ".live-count"


@pytest.fixture(scope="module")
def player_app():
    with serving(Path(__file__).with_name("player_page.py")) as address:
        yield address


@pytest.fixture(scope="module")
def wild(player_app, chromium):
    """One page for all that only look at it: paths that go astray."""
    page = new_tab(chromium)
    open_in(page, f"{player_app}/?wild")
    yield page
    page.context.close()


def press(page, name):
    """A button of the player, whatever key its name mentions."""
    page.locator(".live-player").get_by_role("button", name=re.compile(f"^{name}")).click()


def step_of(page):
    return int(page.locator(COUNT).inner_text().split()[1])


def heard(page):
    return [cell.inner_text() for cell in page.locator(".live-table tr").nth(1).locator("th, td").all()]


def passed(page, step):
    """Wait until the playhead, under way, is past a step."""
    page.wait_for_function(
        "step => parseInt(document.querySelector('.live-count').textContent.split(' ')[1]) > step", arg=step
    )


# How opaque the player's drawing is at a place of the panel, or some pixels beside it: 0 to 255.
OPACITY = """([x, y, across, down]) => {
  const canvas = document.querySelector('.live-canvas:not(.live-paint, .live-shadow)');
  const { xaxis, yaxis } = document.querySelector('.live-chart')._fullLayout;
  const scale = canvas.width / canvas.clientWidth;
  const [left, top] = [xaxis._offset + xaxis.d2p(x) + across, yaxis._offset + yaxis.d2p(y) + down];
  return canvas.getContext('2d').getImageData(left * scale, top * scale, 1, 1).data[3];
}"""


def opacity(page, x, y, across=0, down=0):
    return page.evaluate(OPACITY, [x, y, across, down])


def scrub(page, step):
    page.get_by_role("slider", name="Step").fill(str(step))
    assert step_of(page) == step


def test_it_plays_pauses_steps_and_scrubs_and_reports_where_it_rests(player_app, visit):
    turned_to = []
    page = visit(player_app, heard=turned_to)
    with answered(page):
        press(page, "Back to the start")
    press(page, "Play")
    passed(page, 5)
    by_request, by_socket = len(turned_to), page.evaluate("window.runs.sent")
    passed(page, 35)  # a second later
    assert (len(turned_to), page.evaluate("window.runs.sent")) == (by_request, by_socket)
    with answered(page):
        press(page, "Pause")
    assert heard(page)[0] == str(step_of(page))
    press(page, "Back to the start")
    press(page, "One step forward")
    press(page, "One step forward")
    press(page, "One step back")
    assert step_of(page) == 1
    page.get_by_role("slider", name="Step").fill("300")
    assert step_of(page) == 300
    press(page, "Play")
    page.get_by_role("combobox", name="Speed").select_option("4")
    with answered(page):
        page.wait_for_function("document.querySelector('.live-count').textContent.startsWith('step 500')")
    assert heard(page)[0] == "500"
    press(page, "Back to the start")
    assert step_of(page) == 0
    # Only around the tip, 6 px wide, is anything drawn where no trail has passed: the first path starts at (1, 0).
    assert opacity(page, 1, 0, -4, 3) == 255, "the tip of a path stands where its data say"
    scrub(page, 250)
    assert opacity(page, 1, 0, -4, 3) == 0, "the tip has left"


def test_what_is_ahead_of_a_path_is_faint_and_what_ends_is_drawn_to_its_end(wild):
    scrub(wild, 0)
    assert 40 < opacity(wild, -0.3, 0.5) < 130, "the rest of the path"
    scrub(wild, 100)
    assert opacity(wild, -0.7, 0.5) == 255
    assert 40 < opacity(wild, -0.3, 0.5) < 130
    scrub(wild, 500)
    assert opacity(wild, -0.3, 0.5) == 255
    assert opacity(wild, 0, 0.5, 0, 4) == 255, "the tip stands where the numbers ended"
    assert opacity(wild, 0.1, 0.5) == 0


def test_what_leaves_is_drawn_up_to_the_edge_and_nothing_hangs(wild):
    scrub(wild, 0)
    assert 40 < opacity(wild, 0.5, 0.95) < 130
    scrub(wild, 50)
    assert opacity(wild, 0.5, -0.35, 0, 4) == 255, "the tip is still inside"
    scrub(wild, 450)
    for y in (-0.5, 0, 0.97):
        assert opacity(wild, 0.5, y) == 255
    assert opacity(wild, 0.5, 1, 0, -3) == 0, "nothing is drawn outside the panel"
    assert opacity(wild, -0.5, 0.95) == 255, "and what comes from there is drawn from the edge"
    press(wild, "Back to the start")
    wild.get_by_role("combobox", name="Speed").select_option("4")
    press(wild, "Play")
    wild.wait_for_function("parseInt(document.querySelector('.live-count').textContent.split(' ')[1]) > 150")


def test_a_line_turns_with_the_playhead_and_stays_where_its_numbers_end(wild):
    scrub(wild, 0)
    for step, slope in ((0, -1), (200, 0), (400, 1), (450, 1)):
        scrub(wild, step)
        assert opacity(wild, 0.8, 0.8 * slope) == 255
        for other in {-1, 0, 1} - {slope}:
            assert opacity(wild, 0.8, 0.8 * other) == 0
    scrub(wild, 300)
    assert opacity(wild, -0.8, -0.4) == 255


def test_the_table_shows_the_numbers_of_the_step(wild):
    unfold(wild)
    scrub(wild, 0)
    table = wild.locator(".live-steps .live-table")
    shown = {0: "0, 0|–|–|–", 1: "1.00, −0.333|1.00e−7|–|–", 2: "4.00, −0.667|∞|–|–", 3: "9.00, −1.00|−∞|–|–"}
    shown |= {4: "16.0, −1.33|2.00e+9|–|–", 5: "25.0, −1.67|–|–|–", 500: "250000, −167|–|–|–"}
    for step, cells in shown.items():
        scrub(wild, step)
        assert table.locator("caption").inner_text() == f"At step {step}"
        assert table.locator("tr:first-child th").all_inner_texts() == ["", "first"]
        assert table.locator("tr:first-child th").last.get_attribute("style") == "--head-color: #0072B2;"
        assert table.locator("td").all_inner_texts() == cells.split("|")


def test_where_it_rests_is_what_python_says(player_app, visit):
    page = visit(f"{player_app}/?wild")
    with answered(page):
        scrub(page, 123)
    assert heard(page)[0] == "123"
    assert step_of(page) == 123, "handed back by Python as it was heard"
    page.reload()
    page.wait_for_selector(OPENED)
    settle(page)
    assert step_of(page) == 0, "another session has heard nothing yet"


def test_reduced_motion_slows_it_down(player_app, visit):
    page = visit(player_app, reduced_motion="reduce")
    press(page, "Play")
    steps_a_second = page.evaluate(
        """async () => {
          const reached = async (least) => {
            for (;;) {
              const step = parseInt(document.querySelector('.live-count').textContent.split(' ')[1]);
              if (step >= least) return [step, performance.now() / 1000];
              await new Promise(requestAnimationFrame);
            }
          };
          const [from, start] = await reached(1);
          const [to, end] = await reached(4);
          return (to - from) / (end - start);
        }"""
    )
    assert 1 <= steps_a_second <= 8


def test_a_click_picks_a_place_and_a_drag_does_not(player_app, visit):
    page = visit(player_app)
    box = page.locator(".live-chart").bounding_box()
    area = page.evaluate(
        "(({_fullLayout: {xaxis: x, yaxis: y}}) => [x._offset, y._offset, x._length, y._length])(document.querySelector('.live-chart'))"
    )
    x, y = box["x"] + area[0] + 0.75 * area[2], box["y"] + area[1] + 0.25 * area[3]
    with answered(page):
        page.mouse.click(x, y)
    start = [float(part) for part in heard(page)[1].strip("[]").split(",")]
    assert start == pytest.approx([0.5, 0.5], abs=0.02)
    page.mouse.move(x - 100, y)
    page.mouse.down()
    page.mouse.move(x - 160, y + 60, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)  # a click is reported when it can be no double one any more, 250 ms later
    settle(page)
    assert [float(part) for part in heard(page)[1].strip("[]").split(",")] == start
