"""How fast a network trains while it is looked at, beside a plain loop of PyTorch that trains it and does nothing else.

Run as ``python -m tests.benchmarks.bench_training``. One thread, as in the app; medians of processor time; asserts nothing.
"""

import statistics
import time

import torch
from torch import nn

from components.live.arrays import Encoder
from components.live.input import Input
from components.live.picture import sendable
from losses.network.architecture import Architecture
from losses.network.plan import Plan
from losses.network.problems import PROBLEMS
from losses.network.training import Training
from pages import PAGES
from pages.network.training_view import CHUNK

REPEATS, STEPS = 5, 300


def plain(plan):
    """A loop over all examples, with neither curvature nor new examples."""
    task = plan.task()
    features, labels = torch.tensor(task.features).float(), torch.tensor(task.target).long()
    model = plan.network.build(0)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01, foreach=False)

    def run():
        for _ in range(STEPS):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(features), labels).backward()
            optimiser.step()

    return run


def measured(plan):
    training = Training(plan)
    return lambda: training.steps(STEPS)


def rates(*works):
    """Steps a second of each, medians of turns by turns."""
    spent = [[] for _ in works]
    for _ in range(REPEATS):
        for work, times in zip(works, spent, strict=True):
            began = time.thread_time()
            work()
            times.append(time.thread_time() - began)
    return [STEPS / statistics.median(times) for times in spent]


def looked_at():
    """Steps and pictures a second of the page, with what is sent of each picture."""
    page, encoder = PAGES["network"].study(), Encoder()
    found = []
    for _ in range(REPEATS):
        page.restart()
        page.picture()
        began, pictures, at = time.thread_time(), 0, 0
        while at < STEPS:
            page.take(Input(sliders={"train.step": at + CHUNK}))
            shown = page.picture()
            encoder.json(sendable(shown))
            at, pictures = shown.runner.at, pictures + 1
        spent = time.thread_time() - began
        found.append((at / spent, pictures / spent))
    return [statistics.median(column) for column in zip(*found, strict=True)]


def main():
    torch.set_num_threads(1)
    plans = {
        "2-64-64-2, 500 points": Plan(),
        "30 layers of 16, 300 points": Plan(Architecture(depth=30, width=16), PROBLEMS["spirals"], 300),
        "2 convolutions of 8, batches of 64": Plan(
            Architecture("conv", 64, depth=2, width=8), PROBLEMS["digits"], batch=64
        ),
    }
    for name, plan in plans.items():
        own, loop = rates(measured(plan), plain(plan))
        beside = "" if plan.batch else f"; a plain loop that measures nothing {loop:.0f}"
        print(f"{name:<36} {own:.0f} steps a second with sharpness and new examples{beside}")
    steps, pictures = looked_at()
    print(f"{'on the page, 2-64-64-2':<36} {steps:.0f} steps and {pictures:.0f} pictures a second (asked: 300 and 10)")


if __name__ == "__main__":
    main()
