"""How fast the page ``gan`` computes and follows the hand, and how fast a training runs, alone and with others.

Run as ``python -m tests.benchmarks.bench_gan``. Prints medians; asserts nothing.
"""

import time

import numpy as np
import torch
from playwright.sync_api import sync_playwright

from losses.game.play import play
from losses.game.rules import METHODS, Rules
from losses.game.training import Plan, Training
from pages import PAGES
from tests.benchmarks.bench_live import OURS, drag, open_page, quantile
from tests.benchmarks.bench_probabilities import WHERE, milliseconds, sent
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, serving
from tests.losses.game.test_training import plain_losses

TURNS = 300
SECONDS = 6.0
TURN = "() => Number(document.querySelector('.live-runner output').textContent.split(' ')[1])"
COUNT = """() => {
  window.shown = 0;
  new MutationObserver(() => (window.shown += 1)).observe(document.querySelector('.live-runner output'), { childList: true, characterData: true, subtree: true });
}"""


def page_of(**settings):
    return PAGES["gan"].study(**settings)


def pictures():
    for method in METHODS:
        page = page_of(method=method)
        yield f"{method}: start", page, lambda page, n: page.view.set(theta=1 + n / 99)
    page = page_of(stabiliser="r1")
    yield "penalty: its strength", page, lambda page, n: page.view.set(strength=0.5 + n / 99)
    page = page_of(stabiliser="noise")
    yield "noise: its strength", page, lambda page, n: page.view.set(strength=0.5 + n / 99)
    page = page_of(view="saturation")
    yield "saturation: probe", page, lambda page, n: page.view.set(at=n / 9)
    for way in ("line", "ring"):
        page = page_of(view="training", arrangement=way, modes=8, turns="b" * 50)
        yield f"training: a picture, {way}", page, lambda page, n: None


def mathematics():
    def by_autograd(_):
        theta, psi = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (1.0, 0.0))
        for _step in range(200):
            output = theta * psi
            (of_theta,) = torch.autograd.grad(torch.nn.functional.logsigmoid(-output), theta, retain_graph=True)
            (of_psi,) = torch.autograd.grad(torch.nn.functional.softplus(output), psi)
            with torch.no_grad():
                theta -= 0.2 * of_theta
                psi -= 0.2 * of_psi

    def ours(_):
        training = Training(Plan())
        for _turn in range(TURNS):
            training.turn("b")

    for name, mine, theirs in (
        ("200 simultaneous steps", lambda n: play(Rules(), np.array([[1.0, 0.0]]), 200), by_autograd),
        (f"{TURNS} turns of a real GAN", ours, lambda n: plain_losses(Plan(), "b" * TURNS)),
    ):
        own, plain = milliseconds(mine, 5), milliseconds(theirs, 5)
        print(f"{name:<28} {own:7.1f} ms   plain PyTorch loop {plain:8.1f} ms   ratio {plain / own:6.1f}")


def under_the_hand():
    with serving(ROOT / "app.py") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})

        def dragged(name):
            page, _ = open_page(context, f"{address}/gan", OURS)
            drags, rate = drag(page, ".live-figure", *page.evaluate(WHERE, 0), (-0.7, -0.7))
            print(f"{name:<28} drag p50 {quantile(drags, 0.5):6.1f}  p95 {quantile(drags, 0.95):6.1f} ms   {rate:5.1f} updates/s   (asked: 35, 80)")  # fmt: skip
            page.close()

        dragged("two players: start")
        page, _ = open_page(context, f"{address}/gan?view=training", OURS)
        page.evaluate(COUNT)
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_function(f"() => ({TURN})() > 50")
        begun, turns, shown = time.perf_counter(), page.evaluate(TURN), page.evaluate("window.shown")
        page.wait_for_timeout(1000 * SECONDS)
        took = time.perf_counter() - begun
        print(f"{'training, one visitor':<28} {(page.evaluate(TURN) - turns) / took:6.0f} turns/s   {(page.evaluate('window.shown') - shown) / took:5.1f} updates/s   (asked: 300, 15)")  # fmt: skip
        page.close()
        browser.close()


def main():
    torch.set_num_threads(1)
    for name, page, change in pictures():

        def work(n, page=page, change=change):
            change(page, n)
            sent(page.picture())

        print(f"{name:<28} {milliseconds(work):6.1f} ms in Python")
    mathematics()
    under_the_hand()


if __name__ == "__main__":
    main()
