"""The player: playing without a message to the server, stepping, scrubbing, and picking a place by click."""

from pathlib import Path

import pytest

from tests.browser.conftest import serving, settle

COUNT = ".live-count"


@pytest.fixture(scope="module")
def player_app():
    with serving(Path(__file__).with_name("player_page.py")) as address:
        yield address


def step_of(page):
    return int(page.locator(COUNT).inner_text().split()[1])


def heard(page):
    return [cell.inner_text() for cell in page.locator(".live-table tr").nth(1).locator("th, td").all()]


def test_it_plays_pauses_and_reports_where_it_rests(player_app, visit):
    page = visit(player_app)
    sent = []

    def note(message):
        sent.append(message)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.on("request", note)
    page.reload()
    page.wait_for_selector(".live-figure[data-answers]")
    settle(page)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(300)
    sent.clear()
    page.wait_for_timeout(1000)
    assert sent == []
    assert step_of(page) > 10
    page.get_by_role("button", name="Pause", exact=True).click()
    settle(page)
    assert heard(page)[0] == str(step_of(page))


def test_it_steps_both_ways_and_scrubs(player_app, visit):
    page = visit(player_app)
    page.get_by_role("button", name="One step forward").click()
    page.get_by_role("button", name="One step forward").click()
    page.get_by_role("button", name="One step back").click()
    assert step_of(page) == 1
    page.get_by_role("slider", name="Step").fill("300")
    assert step_of(page) == 300
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("combobox", name="Speed").select_option("4")
    page.wait_for_function("document.querySelector('.live-count').textContent.startsWith('step 500')")
    settle(page)
    assert heard(page)[0] == "500"
    page.get_by_role("button", name="Back to the start").click()
    assert step_of(page) == 0


def test_the_tip_of_a_path_stands_where_its_data_say(player_app, visit):
    page = visit(player_app)
    # Only around the tip, 6 px wide, is anything drawn where no trail has passed: the first path starts at (1, 0).
    opacity = """() => {
      const canvas = document.querySelector('.live-canvas:not(.live-paint)');
      const { xaxis, yaxis } = document.querySelector('.live-chart')._fullLayout;
      const scale = canvas.width / canvas.clientWidth;
      const [left, top] = [xaxis._offset + xaxis.d2p(1) - 4, yaxis._offset + yaxis.d2p(0) + 3];
      return canvas.getContext('2d').getImageData(left * scale, top * scale, 1, 1).data[3];
    }"""
    assert page.evaluate(opacity) == 255
    page.get_by_role("slider", name="Step").fill("250")
    assert page.evaluate(opacity) == 0


def test_reduced_motion_slows_it_down(player_app, visit):
    page = visit(player_app, reduced_motion="reduce")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000)
    assert 1 <= step_of(page) <= 8


def test_a_click_picks_a_place_and_a_drag_does_not(player_app, visit):
    page = visit(player_app)
    box = page.locator(".live-chart").bounding_box()
    area = page.evaluate(
        "(({_fullLayout: {xaxis: x, yaxis: y}}) => [x._offset, y._offset, x._length, y._length])(document.querySelector('.live-chart'))"
    )
    x, y = box["x"] + area[0] + 0.75 * area[2], box["y"] + area[1] + 0.25 * area[3]
    page.mouse.click(x, y)
    settle(page)
    start = [float(part) for part in heard(page)[1].strip("[]").split(",")]
    assert start == pytest.approx([0.5, 0.5], abs=0.02)
    page.mouse.move(x - 100, y)
    page.mouse.down()
    page.mouse.move(x - 160, y + 60, steps=4)
    page.mouse.up()
    settle(page)
    assert [float(part) for part in heard(page)[1].strip("[]").split(",")] == start
