"""The page ``implement`` in a real browser: the code is whole, and the table below it is in sight."""

import pytest

from tests.browser.conftest import center, settle


@pytest.mark.parametrize(
    ("width", "height", "present"), [(1280, 720, ""), (1920, 1080, "&present=1")], ids=["desk", "room"]
)
@pytest.mark.parametrize("loss", ["sparse_categorical_cross_entropy", "focal"])
def test_the_code_is_not_cut(app, visit, loss, width, height, present):
    page = visit(f"{app}/implement?loss={loss}{present}", viewport={"width": width, "height": height})
    code = page.locator(".st-key-choices .stCode")
    assert code.evaluate(
        "(code) => [code, ...code.querySelectorAll('*')].every((part) => part.scrollHeight <= part.clientHeight + 1 || getComputedStyle(part).overflowY === 'visible')"
    )
    last = code.locator("code").evaluate("(lines) => lines.textContent.trim().split('\\n').pop().trim()")
    assert last.startswith("return ")
    table = page.locator(".live-table").first.bounding_box()
    assert table["y"] + table["height"] <= height


def test_the_probe_is_dragged(app, visit):
    page = visit(f"{app}/implement")
    before = page.locator(".live-sentence").inner_text()
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=6)
    page.mouse.up()
    settle(page)
    assert page.locator(".live-sentence").inner_text() != before
