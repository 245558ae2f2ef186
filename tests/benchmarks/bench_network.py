"""How fast the landscape of a network is computed, beside ``loss-landscapes`` from PyPI on the same model, data and grid.

Run as ``python -m tests.benchmarks.bench_network``. Prints medians of wall time and of processor time; asserts nothing.
``loss-landscapes`` is no requirement of the tests: where it is installed or on PYTHONPATH, it is compared with.
"""

import statistics
import subprocess
import sys
import time

import numpy as np
import torch
from torch import nn

from losses.network.directions import Axes
from losses.network.edge import sharpness
from losses.network.evaluation import Evaluator
from losses.network.hessian import spectrum
from losses.network.planes import plane, refinements
from losses.network.task import Options
from losses.network.weights import flat

EXAMPLES, HIDDEN, SIZE = 500, 64, 51
REPEATS = 5
CRITERION = nn.CrossEntropyLoss()
FINE = """
from pathlib import Path
from tests.benchmarks.bench_network import CRITERION, setting
from losses.network.planes import plane
peak = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) >> 10
model, data = setting()
plane(model, CRITERION, data, size=2)
before = peak()
plane(model, CRITERION, data, size=101)
print(peak(), peak() - before)
"""


def setting(hidden=HIDDEN):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2))
    features = torch.randn(EXAMPLES, 2)
    return model, (features, (features.prod(1) > 0).long())


def loss(model, batch):
    features, target = batch
    return CRITERION(model(features), target)


def theirs(model, data):
    """What ``random_plane`` of loss-landscapes gives, and the plane that it went over; None where it is not installed."""
    try:
        import loss_landscapes  # noqa: PLC0415
        from loss_landscapes.metrics import Loss, Metric  # noqa: PLC0415
    except ImportError:
        return None

    class Weights(Metric):
        def __call__(self, wrapped):
            return torch.cat([each.detach().reshape(-1).clone() for each in wrapped.get_module_parameters()]).numpy()

    def over(metric, steps):
        torch.manual_seed(1)
        return loss_landscapes.random_plane(model, metric, distance=10, steps=steps, deepcopy_model=True)

    places = over(Weights(), SIZE)  # [51, 51, p]
    return lambda: over(Loss(CRITERION, *data), SIZE), places


def medians(*works):
    """Wall and processor seconds of each, medians of turns by turns."""
    spent = [[] for _ in works]
    for _ in range(REPEATS):
        for work, times in zip(works, spent, strict=True):
            wall, processor = time.perf_counter(), time.process_time()
            work()
            times.append((time.perf_counter() - wall, time.process_time() - processor))
    return [tuple(statistics.median(column) for column in zip(*times, strict=True)) for times in spent]


def beside():
    model, data = setting()
    for threads in (1, torch.get_num_threads()):
        torch.set_num_threads(threads)
        other = theirs(model, data)
        if other is None:
            ((wall, processor),) = medians(lambda: plane(model, CRITERION, data, size=SIZE))
            print(f"51 x 51, {threads} threads: {wall:.3f} s wall, {processor:.3f} s processor; loss-landscapes is not installed")  # fmt: skip
            continue
        work, places = other
        origin, right, up = places[0, 0], places[0, 1] - places[0, 0], places[1, 0] - places[0, 0]
        axes = Axes("random", ("a", "b"), *map(torch.from_numpy, (origin, np.stack([right, up]))), ((0, SIZE - 1),) * 2)
        own = lambda axes=axes: plane(model, CRITERION, data, axes, SIZE)  # noqa: E731
        evaluator = Evaluator(model, CRITERION, data, Options())
        # Their odd columns are a step away from their even ones: compared are the very places that they went to.
        points = torch.from_numpy(places.reshape(SIZE**2, -1))
        apart = np.abs(evaluator(SIZE**2, points.__getitem__) - work().ravel()).max()
        (wall, processor), (their_wall, their_processor) = medians(own, work)
        print(f"51 x 51, {threads} threads: {wall:.3f} s wall, {processor:.3f} s processor; loss-landscapes {their_wall:.3f} and {their_processor:.3f}: {their_wall / wall:.1f} and {their_processor / processor:.1f} times (asked: 3); apart {apart:.1e} (asked: 1e-5)")  # fmt: skip


def alone():
    model, data = setting()
    torch.set_num_threads(1)
    works = {
        "first coarse picture (asked: 0.3 s)": lambda: next(refinements(model, CRITERION, data, size=49)),
        "49 x 49, loss(model, batch)": lambda: plane(model, loss, data, size=49),
        "49 x 49": lambda: plane(model, CRITERION, data, size=49),
        "top-5 eigenvalues (asked: 1 s)": lambda: spectrum(model, loss, data, k=5, probes=1, steps=1),
        "spectrum with trace and density": lambda: spectrum(model, loss, data, k=5),
        "sharpness, from nowhere": lambda: sharpness(model, loss, data),
    }
    known = sharpness(model, loss, data).vector
    works["sharpness, from the last one"] = lambda: sharpness(model, loss, data, known, steps=3)
    for name, (wall, processor) in zip(works, medians(*works.values()), strict=True):
        print(f"{name:<38} {wall:.3f} s wall, {processor:.3f} s processor")
    peak, more = subprocess.run([sys.executable, "-c", FINE], check=True, capture_output=True, text=True).stdout.split()
    print(f"{'101 x 101: memory':<38} {peak} MB at the peak of the process (asked: 400), {more} MB of it for the plane")


def small():
    torch.set_num_threads(1)
    for hidden in (8, 16, 32):
        model, data = setting(hidden)
        base = flat(model)

        def plain(model=model, data=data, base=base):
            with torch.no_grad():
                for _ in range(SIZE**2):
                    nn.utils.vector_to_parameters(base, model.parameters())
                    loss(model, data).item()

        (_, own), (_, loop) = medians(lambda model=model, data=data: plane(model, CRITERION, data, size=SIZE), plain)
        print(f"2-{hidden}-{hidden}-2: {own:.3f} s processor, a plain loop {loop:.3f}: {loop / own:.1f} times")


if __name__ == "__main__":
    beside()
    alone()
    small()
