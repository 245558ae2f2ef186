"""Time what is done to masks: ``python -m tests.benchmarks.bench_segmentation``. Prints medians and never fails on time.

All losses and their gradients as at every step of a brush, distances beside SciPy's, and a step of each growing prediction.
"""

import itertools

import numpy as np
import torch
from scipy import ndimage

from losses.segmentation.compared import OVERLAP
from losses.segmentation.curves import over_sizes
from losses.segmentation.distance import distance_map
from losses.segmentation.editing import blurred, confident, painted, shifted
from losses.segmentation.evaluation import SLOPES, evaluate
from losses.segmentation.growing import Growing, Plan
from losses.segmentation.shapes import SHAPES, drawn
from losses.segmentation.storage import packed, unpacked
from tests.benchmarks.bench_fit import milliseconds, report


def main() -> None:
    """Print one line for each measurement."""
    torch.set_num_threads(1)  # as in the app
    for n in (64, 256):
        print(f"{n} x {n} pixels")
        target = drawn("organ", n, 0.3 * n)
        strokes = itertools.cycle(
            confident(shifted(target, dx, dy), 0.99) for dx in range(-8, 9) for dy in range(-8, 9)
        )  # no two alike: nothing of a prediction is remembered
        for slope_in in SLOPES:
            spent = milliseconds(lambda s=slope_in, t=target, p=strokes: evaluate(next(p), t, slope_in=s))
            print(f"  all losses, gradients in the {slope_in:<18}{spent:10.2f} ms")
        for key in OVERLAP:
            spent = milliseconds(lambda k=key, t=target, p=strokes: evaluate(next(p), t, [k]), budget=0.2)
            print(f"    {OVERLAP[key].name:<43}{spent:10.2f} ms")
        report(
            "  distance to the mask",
            lambda t=target: distance_map(t),
            {"scipy.ndimage.distance_transform_edt": lambda t=target: ndimage.distance_transform_edt(~t)},
        )
        path = np.random.default_rng(0).uniform(0, n, (500, 2))
        for name, run in {
            "a stroke of 500 points": lambda t=target, p=path: painted(t, p, 4.0),
            "a blur": lambda t=target, n=n: blurred(t, n / 40),
            "to text and back": lambda t=target, n=n: unpacked(packed(t), n),
            **{f"{shape.name} drawn": lambda k=key, n=n: drawn(k, n, 0.3 * n) for key, shape in SHAPES.items()},
        }.items():
            print(f"  {name:<45}{milliseconds(run, budget=0.2):10.2f} ms")
        for key, one in OVERLAP.items():
            if not one.measure:
                growing = Growing(Plan(key), np.full((n, n), 0.3), target)
                print(f"  a step of growth under {one.name:<22}{milliseconds(growing.go, budget=0.2):10.2f} ms")
    print(f"loss over 40 sizes, 64 x 64{milliseconds(lambda: over_sizes(np.linspace(0, 30, 40))):30.2f} ms")


if __name__ == "__main__":
    main()
