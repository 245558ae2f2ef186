"""What a hand waits for on every page, in Python alone: ``python -m tests.benchmarks.bench_pages [page ...]``.

Prints medians of the processor's milliseconds from a message to the bytes of its answer, beside the same picture made by
a page that has kept nothing. Asserts nothing.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from components.live.arrays import Encoder
from components.live.input import Input
from components.live.picture import sendable
from pages import PAGES, Study

REPEATS = 31
HANDS: dict[str, tuple[dict, Callable[[float], Input]]] = {
    "start": ({}, lambda share: Input(places={"ends": {1: (3.0, 6 * share)}})),
    "outliers": ({}, lambda share: Input(places={"points": {10: (10.0, 40 * share - 20)}})),
    "curves": ({}, lambda share: Input(sliders={"huber.delta": 0.3 + share})),
    "landscape": ({"surface": "line"}, lambda share: Input(sliders={"sgd.learning_rate": 0.005 + 0.015 * share})),
    "regularization": ({}, lambda share: Input(sliders={"strength": 0.1 + 2 * share})),
    "gan": ({}, lambda share: Input(places={"start": {0: (2 * share, 1.0)}})),
    "network": ({"steps": 40, "width": 16}, lambda share: Input(sliders={"rate": 0.01 + 0.01 * share})),
    "classification": ({}, lambda share: Input(places={"points": {1: (12 * share - 8, 6.0)}})),
    "probabilities": ({}, lambda share: Input(sliders={"z1": 8 * share - 4})),
    "overlap": ({"starts": "object"}, lambda share: Input(sliders={"dx": int(20 * share) - 10})),
    "embeddings": ({}, lambda share: Input(places={"negatives": {0: (3 * share - 1.5, 0.5)}})),
    "lessons": ({}, lambda share: Input(places={"points": {10: (10.0, 40 * share - 20)}})),
    "myths": ({"claim": "mae_ignores"}, lambda share: Input(places={"points": {10: (10.0, 40 * share - 20)}})),
    "implement": ({}, lambda share: Input(places={"at": {0: (100 * share, 0.0)}})),
    "glossary": ({"term": "margin"}, lambda share: Input(places={"at": {0: (4 * share - 2, 0.0)}})),
    "choose": ({}, lambda share: Input(places={"points": {10: (60.0, 40 * share)}})),
}


def answered(page: Study, moved: Input) -> str:
    """What the page answers to a hand."""
    page.take(moved)
    return Encoder().json({**sendable(page.picture()), "address": page.view.address()})


def median(act: Callable[[float], object]) -> float:
    """The middle of what it takes, in milliseconds of this thread's processor; ``act`` takes a number from 0 to 1."""
    took = []
    for share in np.linspace(0.05, 0.95, REPEATS):
        began = time.thread_time()
        act(float(share))
        took.append(time.thread_time() - began)
    return 1e3 * float(np.median(took))


def main() -> None:
    """Print one line for each page."""
    torch.set_num_threads(1)  # as in the app
    for name in sys.argv[1:] or HANDS:
        settings, hand = HANDS[name]
        page = PAGES[name].study(**settings)
        answered(page, hand(0.5))
        kept = median(lambda share, page=page, hand=hand: answered(page, hand(share)))
        anew = median(lambda share, name=name, settings=settings, hand=hand: answered(PAGES[name].study(**settings), hand(share + 0.007)))  # fmt: skip
        print(f"{name:<16} an answer {kept:6.1f} ms   anew {anew:7.1f} ms   ratio {anew / kept:4.1f}")


if __name__ == "__main__":
    main()
