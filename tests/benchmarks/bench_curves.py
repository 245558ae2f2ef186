"""How fast all curves of an axis are computed, beside finite differences in NumPy for the same slopes.

Run as ``python -m tests.benchmarks.bench_curves``. Prints medians; asserts nothing.
"""

import statistics
import time

import torch

from losses import LOSSES
from losses.curves.axis import curve
from losses.curves.catalogue import AXES

REPEATS = 50
POINTS = 1001


def median(act):
    act()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def differences(axis, x):
    """Value and slope by central differences: three plain evaluations of every loss instead of autograd."""
    step = 1e-6 * (axis.high - axis.low)
    inside = x.clamp(axis.low + step, axis.high - step)
    scenario = axis.situation({})
    for key in axis.losses:
        loss = LOSSES[key]
        settings = axis.settings(loss)
        spaces = {name: space.resolve(settings) for name, space in loss.inputs.items()}
        low, _, high = (
            loss.function(*axis.inputs(inside + shift, spaces, **scenario), **settings) for shift in (-step, 0, step)
        )
        (high - low) / (2 * step)


def main():
    torch.set_num_threads(1)
    print(f"value and slope of all losses of an axis on {POINTS} points (asked: 5 ms)")
    for axis in AXES.values():
        x = torch.linspace(axis.low, axis.high, POINTS, dtype=torch.float64)
        ours = median(lambda axis=axis, x=x: [curve(LOSSES[key], axis, x, order=1) for key in axis.losses])
        bent = median(lambda axis=axis, x=x: [curve(LOSSES[key], axis, x, order=2) for key in axis.losses])
        plain = median(lambda axis=axis, x=x: differences(axis, x))
        print(
            f"{axis.title:<34} {len(axis.losses):2} losses {ours:6.2f} ms   with curvature {bent:6.2f} ms   ratio to differences {plain / ours:4.1f}"
        )


if __name__ == "__main__":
    main()
