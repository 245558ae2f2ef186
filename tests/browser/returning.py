"""What a visitor sets and sees, to compare before and after the server has been lost."""

from tests.browser.conftest import answered, center, choose_example

SLIDER = ".live-controls input[type=range]"

# When the last connection to Streamlit was made, in ms.
CLOCK = """
window.WebSocket = class extends WebSocket {
  constructor(...rest) {
    super(...rest);
    if (/_stcore/.test(this.url)) this.addEventListener("open", () => (window.connected = performance.now()));
  }
};
"""


def grab(page):
    """Take the point and begin to drag it: returns where the hand is."""
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 5, y + 30, steps=4)
    return x - 5, y + 30


def drag(page):
    x, y = grab(page)
    page.mouse.move(x - 5, y + 30, steps=4)
    with answered(page):
        page.mouse.up()


def set_everything(page):
    """By widgets of Streamlit's, by the legend, by a slider and by hand."""
    choose_example(page, "Belgian phones")
    with answered(page):
        page.locator(".live-chip", has_text="MAE").click()
    page.focus(SLIDER)
    with answered(page):
        page.keyboard.press("ArrowRight")
    drag(page)


def set_now(page):
    """All that shows what has been set."""
    return {
        "address": page.url.partition("?")[2],
        "example": page.get_by_role("combobox", name="Example").input_value(),
        "instruction": page.locator(".st-key-instruction").inner_text(),
        "sentence": page.locator(".live-sentence").inner_text(),
        "table": page.locator(".live-table").first.inner_text(),
        "chips": page.locator(".live-chip").evaluate_all("chips => chips.map((chip) => chip.outerHTML)"),
        "shape": page.locator(SLIDER).first.input_value(),
    }
