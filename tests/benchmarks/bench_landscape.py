"""How the landscape plays and follows the hand, beside a stock page with Plotly's frames of the same paths.

Run as ``python -m tests.benchmarks.bench_landscape``. Prints medians and ratios; asserts nothing.
"""

import json
import re
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.bench_live import OURS, drag, open_page, quantile, single_changes
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, serving

STOCK = Path(__file__).with_name("stock_frames_page.py")
SIX, STEPS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"), 500
RATES = "".join(f"&{key}.learning_rate=0.001" for key in SIX)
PATHS = f"/landscape?surface=rosenbrock&optimisers={','.join(SIX)}&steps={STEPS}{RATES}"
TWO = "/landscape?surface=line"  # 200 steps, SGD and Adam, eleven points
FIGURE = ".live-figure"
SLIDER = ".live-controls input[type=range]"
PLAYED, TIMES = 3, 3  # seconds, and how often
PLACE = """([x, y, across, down]) => {
  const { [across]: h, [down]: v } = document.querySelector('.live-chart')._fullLayout;
  return [h._offset + h.d2p(x), v._offset + v.d2p(y)];
}"""
# From here on every frame is counted in which the paths were drawn anew: ours by a canvas that is cleared, Plotly's by
# marks that change.
COUNT = """() => {
  const seen = (window.seen = { frames: 0, drawn: 0, now: false });
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    seen.now = true;
    return clear.apply(this, box);
  };
  const marks = document.querySelector('.js-plotly-plot .scatterlayer');
  new MutationObserver(() => (seen.now = true)).observe(marks, { subtree: true, attributes: true, childList: true });
  const tick = () => {
    seen.frames += 1;
    seen.drawn += seen.now;
    seen.now = false;
    requestAnimationFrame(tick);
  };
  tick();
}"""


def playback(page, play):
    """Drawings a second while it plays, and frames a second of the browser: the median of some times."""
    page.evaluate(COUNT)
    found = []
    for _ in range(TIMES):
        play()
        page.wait_for_timeout(300)
        before, began = page.evaluate("[{ ...window.seen }, performance.now()]")
        page.wait_for_timeout(1000 * PLAYED)
        after, ended = page.evaluate("[{ ...window.seen }, performance.now()]")
        found.append([1000 * (after[what] - before[what]) / (ended - began) for what in ("drawn", "frames")])
    return [statistics.median(column) for column in zip(*found, strict=True)]


def from_the_start(page):
    """Play anew: 500 steps last longer than is watched."""
    page.get_by_role("slider", name="Step", exact=True).fill("0")
    page.wait_for_timeout(1200)
    page.locator(".live-player").get_by_role("button", name=re.compile("^Play")).click()


def whole_picture(page):
    """What a browser is sent that holds nothing yet."""
    with page.expect_request(lambda request: request.method == "POST" and "/live/" in request.url) as asked:
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1500)
    answer = page.request.post(asked.value.url, data=json.dumps({"seq": 0, "values": {}, "holds": []}))
    return answer.json()


def sizes(picture):
    player = picture["player"]
    tracks, table = (len(json.dumps(player[part])) for part in ("tracks", "table"))
    return len(json.dumps(picture)), tracks, table, len(json.dumps(picture["figure"]))


def hand(page, what, x, y, along, asked=""):
    found, rate = drag(page, FIGURE, x, y, along)
    print(
        f"{what:<36} p50 {quantile(found, 0.5):6.1f}   p95 {quantile(found, 0.95):6.1f} ms   {rate:5.1f} updates/s   {asked}"
    )


def place(page, x, y, axes):
    box = page.locator(".live-chart").bounding_box()
    left, top = page.evaluate(PLACE, [x, y, *axes])
    return box["x"] + left, box["y"] + top


def hands(browser, address):
    """Milliseconds from the hand to the picture."""
    page, _ = open_page(browser, address + TWO, OURS)
    found = single_changes(page, SLIDER, FIGURE)
    print(f"{'learning rate, single key':<36} p50 {quantile(found, 0.5):6.1f}   p95 {quantile(found, 0.95):6.1f} ms")
    page.reload()
    page.wait_for_selector(OURS)
    page.wait_for_timeout(2000)
    box = page.locator(SLIDER).first.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand(page, "learning rate, drag", *middle, (-1, 0), "(asked: p95 150 ms)")
    for what, trace, axes in (("start, drag", 1, ("xaxis", "yaxis")), ("data point, drag", 0, ("xaxis2", "yaxis2"))):
        x, y = page.evaluate(f"(({{ x, y }}) => [x[0], y[0]])(document.querySelector('.live-chart').data[{trace}])")
        hand(page, what, *place(page, x, y, axes), (0.5, -0.5))
    page.close()


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(ROOT / "app.py") as address:
            for view, query in (("contours", ""), ("3-D", "&three_d=1")):
                page, _ = open_page(browser, address + PATHS + query, OURS)
                drawn, frames = playback(page, lambda: from_the_start(page))  # noqa: B023  called before the next page
                print(
                    f"six paths of {STEPS} steps, {view:<9} {drawn:5.1f} drawings/s of {frames:5.1f} frames   (asked: 55)"
                )
                if view == "contours":
                    ours = drawn
                    whole, tracks, table, figure = sizes(whole_picture(page))
                    print(
                        f"bytes: paths {tracks} (asked: 200000), their table {table}, figure {figure}, together {whole}"
                    )
                page.close()
            hands(browser, address)
        with serving(STOCK, stock=True) as address:
            page, _ = open_page(browser, address, ".js-plotly-plot .scatterlayer")
            page.wait_for_selector("[data-testid=stCaptionContainer]", timeout=120_000)
            page.wait_for_timeout(3000)
            theirs = int(page.locator("[data-testid=stCaptionContainer]").inner_text().split()[1])
            drawn, frames = playback(page, page.locator(".updatemenu-button").click)
            print(
                f"stock page with Plotly's frames        {drawn:5.1f} drawings/s of {frames:5.1f} frames, {theirs} bytes"
            )
            print(f"ratio: {ours / drawn:.1f} times the drawings, {theirs / whole:.0f} times fewer bytes")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
