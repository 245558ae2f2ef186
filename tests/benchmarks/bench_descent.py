"""Time surfaces and descents: ``python -m tests.benchmarks.bench_descent``. Prints medians and never fails on time.

Each row is followed by the same numbers computed the plain way in the same run, and how many times as
long that took: surfaces by NumPy, in one broadcast over the whole grid where that needs at most 1 GB
and row by row of the grid where it needs more; descents by one ``torch.optim`` loop after the other. Surfaces of
every loss over many points stand beside their evaluation at every place.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from losses import LOSSES
from losses.descent.linear_model import data_surface
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Run
from losses.descent.surface import Surface, evaluate, grid, hessian, linear_surface
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectories
from pages.landscape.settings import FITTED
from tests.benchmarks.bench_fit import milliseconds

VIEW = ((-1.0, 4.0), (-4.0, 6.0))
POSITIVE_VIEW = ((0.0, 4.0), (0.0, 6.0))
START = (-0.5, 4.0)
RESOLUTION = 151
SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
NAIVE = {
    "mse": lambda prediction, y: (prediction - y) ** 2,
    "mae": lambda prediction, y: np.abs(prediction - y),
    "huber": lambda prediction, y: np.where(
        np.abs(prediction - y) <= 1, (prediction - y) ** 2 / 2, np.abs(prediction - y) - 0.5
    ),
    "log_cosh": lambda prediction, y: np.logaddexp(prediction - y, y - prediction) - np.log(2),
    "tukey": lambda prediction, y: 4.685**2 / 6 * (1 - (1 - np.minimum(((prediction - y) / 4.685) ** 2, 1)) ** 3),
    "msle": lambda prediction, y: (np.log1p(prediction) - np.log1p(y)) ** 2,
    "logistic": lambda score, y: np.logaddexp(0, -y * score),
    "hinge": lambda score, y: np.maximum(0, 1 - y * score),
}
PLAIN = {
    "sgd": lambda weights, rate: torch.optim.SGD([weights], lr=rate),
    "momentum": lambda weights, rate: torch.optim.SGD([weights], lr=rate, momentum=0.9),
    "nesterov": lambda weights, rate: torch.optim.SGD([weights], lr=rate, momentum=0.9, nesterov=True),
    "rmsprop": lambda weights, rate: torch.optim.RMSprop([weights], lr=rate),
    "adam": lambda weights, rate: torch.optim.Adam([weights], lr=rate),
    "adamw": lambda weights, rate: torch.optim.AdamW([weights], lr=rate),
}


def report(label: str, own: Callable, baselines: dict[str, Callable], times: float = 1.0) -> None:
    """One row for ours, one for each baseline, whose time is multiplied by ``times``."""
    mine = milliseconds(own)
    print(f"{label:<52}{mine:10.2f} ms")
    for name, run in baselines.items():
        other = times * milliseconds(run, least_repeats=3)
        print(f"    {name:<48}{other:10.2f} ms   x {other / mine:.1f}")


def data(count: int, labelled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Points around a line, or labels of two groups that overlap."""
    random = np.random.default_rng(0)
    x = random.normal(size=count)
    noise = random.standard_t(3, count)
    return (x, np.where(x + noise > 0, 1.0, -1.0)) if labelled else (x, 1 + 2 * x + noise)


def points(key: str, count: int) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Points that a loss takes, and a view in which its predictions are such, too."""
    x, y = data(count, LOSSES[key].family == "margin")
    return (np.abs(x), np.abs(y), POSITIVE_VIEW) if key == "msle" else (x, y, VIEW)


def linear(key: str, count: int) -> Surface:
    """The surface of a loss on that many points."""
    loss = LOSSES[key]
    x, y, bounds = points(key, count)
    return linear_surface(x, y, loss, loss.settings(), title=loss.name, bounds=bounds, start=START)


def broadcast(key: str, count: int) -> np.ndarray:
    """The surface by one array of grid x grid x points."""
    x, y, view = points(key, count)
    first, second = (np.linspace(*bounds, RESOLUTION) for bounds in view)
    return NAIVE[key](first[:, None] * x + second[:, None, None], y).mean(-1)


def by_rows(key: str, count: int) -> np.ndarray:
    """The surface by one array of grid x points for every row of the grid."""
    x, y, view = points(key, count)
    first, second = (np.linspace(*bounds, RESOLUTION) for bounds in view)
    return np.stack([NAIVE[key](first[:, None] * x + b, y).mean(-1) for b in second])


def plain_loop(optimiser: str, start: tuple[float, float], steps: int, x: torch.Tensor, y: torch.Tensor) -> list:
    """A descent of the mean squared error that records positions, losses and gradients."""
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    stepper = PLAIN[optimiser](weights, 0.05)
    kept = []
    for _ in range(steps):
        stepper.zero_grad()
        loss = torch.nn.functional.mse_loss(weights[0] * x + weights[1], y)
        loss.backward()
        kept.append((weights.tolist(), loss.item(), weights.grad.tolist()))
        stepper.step()
    return kept


def surfaces() -> None:
    """Surfaces of several losses, over few and over many points."""
    for count, asked in ((100, "15 ms"), (10_000, "1.5 s")):
        needed = RESOLUTION**2 * count * 8 / 1e9
        name, naive = ("one broadcast", broadcast) if needed <= 1 else ("row by row of the grid", by_rows)
        print(f"\nSurface {RESOLUTION} x {RESOLUTION} over {count:,} points (asked: {asked}); baseline NumPy, {name}")
        for key in NAIVE:
            surface = linear(key, count)
            assert np.allclose(grid(surface, RESOLUTION)[2], naive(key, count))
            report(key, partial(grid, surface, RESOLUTION), {f"NumPy, {name}": partial(naive, key, count)})
    print("\nTextbook surfaces")
    for key in ("himmelblau", "rastrigin"):
        report(key, partial(grid, TEXTBOOK[key](), RESOLUTION), {})


def seconds(run: Callable, repeats: int = 3) -> float:
    """The median CPU time of a call: that of a busy machine is the same."""
    times = []
    for _ in range(repeats):
        start = time.thread_time()
        run()
        times.append(time.thread_time() - start)
    return statistics.median(times)


def every_loss(count: int = 10_000, share: int = 20) -> None:
    """Surfaces of all losses of the page, and how far they are from their evaluation at every place."""
    print(f"\nSurface {RESOLUTION} x {RESOLUTION} over {count:,} points, CPU time (asked: 1.5 s)")
    print(f"baseline: evaluated at every place (every {share}th measured, times {share}); largest relative difference")
    for key, loss in FITTED.items():
        x, y = data(count, loss.labels is not None)
        y = np.abs(y) if key in ("poisson", "msle") else y
        settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}))
        surface = data_surface(x, y, loss, settings, (x, y), loss.name, known=False)
        first, second, heights = grid(surface, RESOLUTION)
        some = np.stack(np.meshgrid(first, second), -1).reshape(-1, 2)[::share]
        expected, found = evaluate(surface, some), heights.reshape(-1)[::share]
        off = np.nanmax(np.abs(found / expected - 1))
        mine = seconds(partial(grid, surface, RESOLUTION))
        direct = share * seconds(partial(evaluate, surface, some))
        print(f"{key:<24}{mine:8.2f} s{direct:10.2f} s   x {direct / mine:5.1f}{off:12.1e}")


def runs(*keys: str, rate: float = 0.05) -> list[Run]:
    """Descents from one start, of one learning rate."""
    return [Run(key, START, {"learning_rate": rate}) for key in keys]


def few_points() -> None:
    """What a page computes while a hand moves: two optimisers, or the one of which a slider has moved."""
    x, y = (torch.tensor(values) for values in data(11, labelled=False))
    surface = linear("mse", 11)
    print("\nDescents on 11 points, MSE; baseline: plain torch.optim loops, one after the other")
    for keys in (("sgd", "adam"), ("sgd",), ("adam",)):
        report(
            f"{' and '.join(keys)} x 200 steps",
            lambda k=keys: trajectories(surface, runs(*k), 200),
            {f"plain loop{'s' * (len(keys) > 1)}": lambda k=keys: [plain_loop(key, START, 200, x, y) for key in k]},
        )
    for key in ("mse", "mae"):
        report(
            f"lbfgs x 200 steps, {LOSSES[key].name}", lambda k=key: trajectories(linear(k, 11), runs("lbfgs"), 200), {}
        )


def descents() -> None:
    """Several optimisers, and many starts, on 100 points."""
    x, y = (torch.tensor(values) for values in data(100, labelled=False))
    surface = linear("mse", 100)
    print("\nDescents on 100 points, MSE; baseline: plain torch.optim loops, one after the other")

    report(
        "6 optimisers x 500 steps (asked: 400 ms)",
        lambda: trajectories(surface, runs(*SIX), 500),
        {"6 plain loops": lambda: [plain_loop(key, START, 500, x, y) for key in SIX]},
    )
    report("6 optimisers x 500 steps, batches of 16", lambda: trajectories(surface, runs(*SIX), 500, batch_size=16), {})
    report(f"all {len(OPTIMISERS)} optimisers x 500 steps", lambda: trajectories(surface, runs(*OPTIMISERS), 500), {})
    starts = np.random.default_rng(1).uniform(*np.transpose(VIEW), (100, 2)).tolist()
    report(
        "100 starts of Adam x 500 steps",
        lambda: trajectories(surface, [Run("adam", start, {"learning_rate": 0.05}) for start in starts], 500),
        {"100 plain loops (5 measured, times 20)": lambda: [plain_loop("adam", s, 500, x, y) for s in starts[:5]]},
        times=20,
    )
    many = linear("mse", 10_000)
    report("6 optimisers x 500 steps, 10,000 points", lambda: trajectories(many, runs(*SIX), 500), {})


def hessians() -> None:
    """Hessians at every step of six paths; the baseline calls autograd once a point."""
    surface = linear("huber", 100)
    paths = trajectories(surface, runs(*SIX), 500)
    points = np.stack([path.positions[1:] for path in paths])
    few = torch.tensor(points.reshape(-1, 2)[::100])
    print("\nHessians along six paths of 500 steps, Huber, 100 points")
    report(
        f"{points.shape[0] * points.shape[1]:,} Hessians",
        lambda: hessian(surface, points),
        {
            "torch.autograd.functional.hessian (30, times 100)": lambda: [
                torch.autograd.functional.hessian(surface.value, point) for point in few
            ]
        },
        times=100,
    )


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    few_points()
    surfaces()
    every_loss()
    descents()
    hessians()


if __name__ == "__main__":
    main()
