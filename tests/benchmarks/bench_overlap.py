"""Time the page of masks: ``python -m tests.benchmarks.bench_overlap``. Prints medians and never fails on time.

What a hand waits for, in seconds of the processor: a stroke, a slider and a turn, from the message to the bytes of the
answer, beside the losses alone.
"""

import time

import numpy as np
import torch

from components.live.arrays import Encoder
from components.live.input import Input, Stroke
from components.live.picture import sendable
from components.settings.view import View
from losses.segmentation.evaluation import evaluate
from pages.overlap.model import Overlap
from pages.overlap.settings import FIELDS

REPEATS = 41


def cpu(act) -> float:
    """The median of what it costs this thread, in milliseconds; ``act`` takes the number of the repeat."""
    took = []
    for repeat in range(REPEATS):
        began = time.thread_time()
        act(repeat)
        took.append(time.thread_time() - began)
    return 1e3 * float(np.median(took))


def main() -> None:
    """Print one line for each measurement."""
    torch.set_num_threads(1)  # as in the app
    for pixels in ("64", "128", "256"):
        page = Overlap(View("overlap", FIELDS, {}))
        n = int(pixels)

        def answer(moved: Input, page: Overlap = page) -> None:
            page.take(moved)
            Encoder().json({**sendable(page.picture()), "address": page.view.address()})

        def stroke(repeat: int, n: int = n) -> None:
            path = tuple((n * (0.2 + 0.01 * step), n * (0.2 + 0.01 * repeat)) for step in range(40))
            answer(Input(strokes=(Stroke(path, repeat % 2 == 1),)))

        page.view.set(pixels=pixels, starts="object", size=30.0, blur=0.0)
        keys = list(page.chosen())
        alone = cpu(lambda repeat: evaluate(page.prediction(), page.target(), keys, slope_in="logit"))  # noqa: B023
        slider = cpu(lambda repeat: answer(Input(sliders={"dx": repeat % 9})))
        told = f"{pixels} pixels a side, {len(keys)} losses and measures, 6 maps: a stroke {cpu(stroke):.1f} ms"
        print(f"{told}, a slider {slider:.1f} ms, the losses alone {alone:.1f} ms")
    for handle, setting in (("size", "dx"), ("shift", "size")):
        page.view.set(view="size", shape="disc", pixels="64")
        print(f"view of sizes, {handle}: {cpu(lambda repeat: answer(Input(sliders={setting: 5 + repeat % 9}))):.1f} ms")  # noqa: B023
    page.view.set(view="grow", pixels="64", painted="", target="", starts="nothing", confidence=0.9)
    print(
        f"view of growing, 2 turns of 6 losses: {cpu(lambda repeat: answer(Input(sliders={'turns': 2 * repeat}))):.1f} ms"
    )


if __name__ == "__main__":
    main()
