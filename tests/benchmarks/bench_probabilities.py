"""How fast the page ``probabilities`` computes and follows the hand, beside plain loops that do the same work.

Run as ``python -m tests.benchmarks.bench_probabilities``. Prints medians; asserts nothing.
"""

import statistics
import time

import numpy as np
import torch
from playwright.sync_api import sync_playwright
from scipy import optimize

from components.live.arrays import Encoder
from components.live.picture import sendable
from losses import LOSSES
from losses.probability.gaussian_fit import DIVERGENCES, Mixture, fits
from losses.probability.pairing import PAIRS, descend
from losses.probability.simplex import contours, lattice, over, place
from pages.probabilities.divergence_view import answers, divergence_picture
from pages.probabilities.encoding_view import Case, encoding_picture
from pages.probabilities.outcomes_view import outcomes_picture
from pages.probabilities.pairing_view import pairing_picture
from pages.probabilities.simplex_view import simplex_picture
from tests.benchmarks.bench_live import OURS, drag, open_page, quantile
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, serving

CROSS_ENTROPY = LOSSES["categorical_cross_entropy"]
STEPS = 120


def milliseconds(work, turns=15):
    """Median time of a call with the number of the turn, so that nothing can be remembered."""
    work(0)
    times = []
    for turn in range(1, turns + 1):
        began = time.perf_counter()
        work(turn)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def sent(picture):
    return Encoder().json(sendable(picture))


def pictures():
    """What each kind of drag costs in Python: the picture computed and made fit to send."""
    settings = CROSS_ENTROPY.settings()
    yield (
        "simplex: prediction, logits",
        lambda n: sent(simplex_picture(CROSS_ENTROPY, [n / 9, 0.5, -1.0], (0.0, 1.0, 0.0), settings)),
    )
    yield (
        "simplex: target",
        lambda n: sent(simplex_picture(CROSS_ENTROPY, [1.0, 0.5, -1.0], (0.2, 0.5 + n / 99, 0.3 - n / 99), settings)),
    )
    yield "encoding: lead", lambda n: sent(encoding_picture(Case(n / 3, 3, False, True, 0.1, 1.0)))
    yield "pairing: probe", lambda n: sent(pairing_picture(1, -6.0, n / 3, 0.3, STEPS, 0.05))
    yield f"pairing: rate, {STEPS} steps", lambda n: sent(pairing_picture(1, -6.0, -6.0, 0.3 + n / 100, STEPS, 0.05))
    yield "divergence: hump", lambda n: sent(divergence_picture(Mixture((-3.0, 3.0 + n / 50), (0.7, 1.0), 0.4), None))
    yield "divergence: start", lambda n: sent(divergence_picture(Mixture((-3.0, 3.0), (0.7, 1.0), 0.4), -5.0 + n / 2))
    yield "outcomes: bar", lambda n: sent(outcomes_picture((0.4, 0.3, 0.2, 0.1), (0.25 + n / 99, 0.25 - n / 99, 0.25, 0.25)))  # fmt: skip


def separate_runs(_):
    """The training of every pair by a loop of its own."""
    for pair in PAIRS.values():
        weights = torch.tensor([-6.0, 0.0], dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.SGD([weights], lr=0.3)
        truth = torch.tensor(1.0, dtype=torch.float64)
        for _step in range(STEPS):
            optimiser.zero_grad()
            pair.cost(weights, truth).backward()
            optimiser.step()


def by_scipy(mixture):
    """Reverse KL and Jensen-Shannon from the same starts by BFGS, one after the other."""
    mean, width = mixture.moments
    for divergence in (DIVERGENCES["reverse_kl"], DIVERGENCES["jensen_shannon"]):
        for begin in (*zip(mixture.means, mixture.widths, strict=True), (mean, width)):
            optimize.minimize(
                lambda v, f=divergence: f(mixture, torch.tensor(v), 241).item(), [begin[0], np.log(begin[1])]
            )


def triangle_by_triangle(grid, values, levels):
    """Contours by a loop over triangles and levels."""
    places = place(grid.points)
    for level in levels:
        for triangle in grid.triangles:
            above = values[triangle] > level
            if above.any() and not above.all():
                odd = int(np.argmax(above if above.sum() == 1 else ~above))
                for step in (1, 2):
                    one, other = triangle[odd], triangle[(odd + step) % 3]
                    share = (level - values[one]) / (values[other] - values[one])
                    _ = places[one] + share * (places[other] - places[one])


def mathematics():
    mixture = Mixture((-3.0, 3.0), (0.7, 1.0), 0.4)
    grid = lattice(56)
    values = over(CROSS_ENTROPY, grid.points, (0.2, 0.5, 0.3), CROSS_ENTROPY.settings())
    levels = np.linspace(1.1, 3.0, 9)
    for name, ours, theirs in (
        (f"{STEPS} steps of four pairs", lambda n: descend(-6.0, 1.0, 0.3, STEPS), separate_runs),
        ("reverse KL and JS, 3 starts each", lambda n: [fits(mixture, DIVERGENCES[key]) for key in ("reverse_kl", "jensen_shannon")], lambda n: by_scipy(mixture)),
        ("nine contours over the triangle", lambda n: contours(grid, values, levels), lambda n: triangle_by_triangle(grid, values, levels)),
    ):  # fmt: skip
        mine, plain = milliseconds(ours), milliseconds(theirs, 3)
        print(f"{name:<34} {mine:7.1f} ms   plain loop {plain:8.1f} ms   ratio {plain / mine:6.1f}")


HANDLES = {
    "simplex: prediction": ("", -1, (0.3, -0.6)),
    "simplex: target": ("", -2, (-0.9, -0.3)),
    "encoding: probe": ("?view=encoding", 0, (1, 0)),
    "pairing: probe": ("?view=pairing", 0, (1, 0)),
    "divergence: hump": ("?view=divergence", 0, (0.5, 0)),
    "divergence: start": ("?view=divergence&begin=0", 1, (1, 0)),
    "outcomes: bar of Q": ("?view=divergence&shape=outcomes", 1, (0, 1)),
}
WHERE = """(trace) => {
  const chart = document.querySelector('.live-chart');
  const { left, top } = chart.getBoundingClientRect();
  const { x, y, xaxis = 'x', yaxis = 'y' } = chart.data.at(trace);
  const [across, down] = [xaxis, yaxis].map((name) => chart._fullLayout[name.replace(/^(.)/, '$1axis')]);
  return [left + across._offset + across.d2p(x[0]), top + down._offset + down.d2p(y[0])];
}"""


def under_the_hand():
    with serving(ROOT / "app.py") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        for name, (query, trace, along) in HANDLES.items():
            page, _ = open_page(context, f"{address}/probabilities{query}", OURS)
            drags, rate = drag(page, ".live-figure", *page.evaluate(WHERE, trace), along)
            print(f"{name:<24} drag p50 {quantile(drags, 0.5):6.1f}  p95 {quantile(drags, 0.95):6.1f} ms   {rate:5.1f} updates/s   (asked: 60, 100)")  # fmt: skip
            page.close()
        browser.close()


def main():
    torch.set_num_threads(1)
    for name, work in pictures():
        answers.cache_clear()
        print(f"{name:<28} {milliseconds(work):6.1f} ms in Python")
    mathematics()
    under_the_hand()


if __name__ == "__main__":
    main()
