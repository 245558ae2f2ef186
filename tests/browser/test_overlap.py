"""The page ``overlap`` in a real browser: paint, keys, a finger, links, what grows."""

from tests.browser.conftest import answered, asked, readout, settle, unfold

TURN = "() => Number(document.querySelector('.live-runner output').textContent.split(' ')[1])"
PLACE = """([x, y]) => {
  const chart = document.querySelector('.live-chart');
  const { left, top } = chart.getBoundingClientRect();
  const { xaxis, yaxis } = chart._fullLayout;
  return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
}"""


def place(page, x, y):
    """Where on the screen a pixel of the mask is."""
    return page.evaluate(PLACE, [x, y])


def paint(page, *pixels, shift=False):
    """Draw with the mouse from pixel to pixel."""
    page.mouse.move(*place(page, *pixels[0]))
    if shift:
        page.keyboard.down("Shift")
    page.mouse.down()
    for pixel in pixels[1:]:
        page.mouse.move(*place(page, *pixel), steps=8)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")
    settle(page)


def sentence(page):
    return page.locator(".live-sentence").inner_text()


def pixels(page, kind):
    """How many pixels are of a kind, as the second table says."""
    unfold(page)
    return readout(page, "pixels", kind, table=1)


def test_what_is_painted_is_found_undone_and_in_the_link(app, visit):
    page = visit(f"{app}/overlap")
    empty = sentence(page)
    paint(page, (26, 31), (38, 31))
    found = sentence(page)
    assert "nothing is found" in empty and "is found, with" in found
    assert pixels(page, "hits") > 25
    hits = pixels(page, "hits")
    paint(page, (26, 31), (32, 31), shift=True)
    assert pixels(page, "hits") < hits, "Shift turns the brush round"
    with answered(page):
        page.get_by_role("button", name="Undo").click()
    assert sentence(page) == found
    address = page.url
    assert "painted=64." in address
    with answered(page):
        page.go_back()
    assert sentence(page) == empty
    with answered(page):
        page.go_forward()
    assert sentence(page) == found
    assert sentence(visit(address, fresh=True)) == found
    page.reload()
    page.wait_for_selector(".live-figure[data-settled]")
    settle(page)
    assert sentence(page) == found


def test_the_maps_are_painted_while_the_hand_draws_and_drawn_when_it_rests(app, visit):
    page = visit(f"{app}/overlap")
    page.evaluate(
        """() => {
          window.painted = 0;
          const stage = document.querySelector('.live-stage');
          new MutationObserver(() => (window.painted += stage.classList.contains('live-painted'))).observe(stage, { attributes: true, attributeFilter: ['class'] });
        }"""
    )
    runs = asked(page)
    page.mouse.move(*place(page, 20, 20))
    page.mouse.down()
    for x in range(20, 44, 4):
        page.mouse.move(*place(page, x, 31), steps=2)
        page.wait_for_function("() => document.querySelector('.live-figure').dataset.answers")
    page.wait_for_function("() => window.painted > 0")
    page.mouse.up()
    settle(page)
    assert asked(page) == runs + 1, "one script run, when the hand rests"
    assert not page.locator(".live-painted").count()


def test_the_target_is_painted_and_erased_where_that_is_chosen(app, visit):
    page = visit(f"{app}/overlap?size=0&starts=nothing")
    with answered(page):
        page.get_by_role("radio", name="Target").or_(
            page.get_by_role("button", name="Target", exact=True)
        ).first.click()
    paint(page, (12, 12), (22, 12))
    assert pixels(page, "misses") > 40
    with answered(page):
        page.get_by_text("Erase", exact=True).click()
    missed = pixels(page, "misses")
    paint(page, (12, 12), (16, 12))
    assert pixels(page, "misses") < missed
    paint(page, (8, 12), (30, 12))
    assert "Nothing is there and nothing is found" in sentence(page)


def test_the_brush_goes_by_keys(app, visit):
    page = visit(f"{app}/overlap?size=0&starts=nothing&brush=2")
    page.locator(".live-cursor").focus()
    with answered(page):
        page.keyboard.press("Space")
    marked = pixels(page, "false alarms")
    assert 9 <= marked <= 21
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    with answered(page):
        page.keyboard.press("Space")
    assert pixels(page, "false alarms") > marked
    with answered(page):
        page.keyboard.press("Shift+Space")
    assert pixels(page, "false alarms") <= marked


def test_a_finger_scrolls_until_it_is_told_to_paint(app, visit):
    page = visit(f"{app}/overlap", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "pan-y" in page.evaluate("getComputedStyle(document.querySelector('.live-chart')).touchAction")
    before = sentence(page)
    page.touchscreen.tap(*place(page, 31, 31))
    settle(page)
    assert sentence(page) == before
    page.get_by_role("button", name="Paint by finger").tap()
    assert page.evaluate("getComputedStyle(document.querySelector('.live-chart')).touchAction") == "none"
    page.evaluate("document.querySelector('.live-chart').scrollIntoView()")
    with answered(page):
        page.touchscreen.tap(*place(page, 31, 31))
    assert sentence(page) != before


def test_the_probe_goes_by_keys_pixel_by_pixel_and_up_is_up(app, visit):
    page = visit(f"{app}/overlap?pixels=32&dx=2")
    page.locator(".live-knob").focus()
    for key, address in (("ArrowRight", "probe_x=17&probe_y=16"), ("ArrowUp", "probe_x=17&probe_y=15")):
        with answered(page):
            page.keyboard.press(key)
        assert address in page.url
    assert "(17, 15)" in page.locator(".live-table caption").first.inner_text()


def test_predictions_grow_until_they_are_paused(app, visit):
    page = visit(f"{app}/overlap?view=grow&starts=nothing&confidence=0.9")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(f"() => ({TURN})() >= 14")
    with answered(page):
        page.get_by_role("button", name="Pause").click()
    settle(page)
    reached = page.evaluate(TURN)
    assert "Dice at turn 4" in sentence(page) and f"turns={reached}" in page.url
    with answered(page):
        page.get_by_role("button", name="Step", exact=True).click()
    settle(page)
    assert page.evaluate(TURN) == reached + 1
    told = sentence(page)
    assert sentence(visit(page.url)) == told


def test_the_present_size_is_dragged(app, visit):
    page = visit(f"{app}/overlap?view=size&size=20&dx=5")
    before = readout(page, "Dice", "here")
    x, y = place(page, 20, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=6)
    page.mouse.up()
    settle(page)
    assert float(readout(page, "Dice", "here")) < float(before)
    assert "size=" in page.url
