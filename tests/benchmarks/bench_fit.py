"""Time the fits: ``python -m tests.benchmarks.bench_fit``. Prints medians and never fails on time.

Each row is followed by the same minimum found by another library in the same run, and how many
times as long that took. HiGHS is left out at 100,000 points, where it takes seconds.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import statsmodels.api as sm
import torch
from scipy.optimize import linprog, minimize
from sklearn.linear_model import LinearRegression, QuantileRegressor

from losses import LOSSES
from losses.fitting.fit import fit_constant, fit_line


def milliseconds(run: Callable, least_repeats: int = 5, budget: float = 0.5) -> float:
    """The median time of a call, over as many as fit the budget in seconds."""
    run()
    times = []
    while len(times) < least_repeats or (sum(times) < budget and len(times) < 200):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def report(label: str, own: Callable, baselines: dict[str, Callable]) -> None:
    """One row for our fit, one for each baseline."""
    mine = milliseconds(own)
    print(f"{label:<46}{mine:10.2f} ms")
    for name, run in baselines.items():
        other = milliseconds(run)
        print(f"    {name:<42}{other:10.2f} ms   x {other / mine:.1f}")


def data(count: int) -> tuple[np.ndarray, np.ndarray]:
    """A line with heavy-tailed noise and one point in ten shifted far up."""
    random = np.random.default_rng(0)
    x = random.uniform(0, 10, count)
    y = 1 + 2 * x + random.standard_t(3, count)
    y[: max(1, count // 10)] += 30
    return x, y


def dual_program(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Least absolute deviations by HiGHS on the dual linear program: intercept and slope."""
    design = np.stack([np.ones_like(x), x])
    return -linprog(-y, A_eq=design, b_eq=np.zeros(2), bounds=(-1, 1), method="highs-ds").eqlin.marginals


def huber_by_scipy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The Huber line of the same objective (delta = 1) by BFGS, with its gradient."""

    def cost(line: np.ndarray) -> tuple[float, np.ndarray]:
        residual = line[0] + line[1] * x - y
        pull = np.clip(residual, -1, 1)
        return float((pull * (residual - pull / 2)).mean()), np.array([pull.mean(), (pull * x).mean()])

    return minimize(cost, np.zeros(2), jac=True, method="BFGS", tol=1e-9).x


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    for count in (11, 100, 10_000, 100_000):
        x, y = data(count)
        design, features = sm.add_constant(x), x[:, None]
        print(f"\n{count} points")
        report(
            "MSE + MAE + Huber, lines",
            lambda x=x, y=y: [fit_line(x, y, loss) for loss in ("mse", "mae", "huber")],
            {},
        )
        report(
            "MSE",
            lambda x=x, y=y: fit_line(x, y, "mse"),
            {"scikit-learn LinearRegression": lambda f=features, y=y: LinearRegression().fit(f, y)},
        )
        slow = {
            "SciPy HiGHS, dual program": lambda x=x, y=y: dual_program(x, y),
            "scikit-learn QuantileRegressor (HiGHS)": lambda f=features, y=y: QuantileRegressor(
                alpha=0, solver="highs"
            ).fit(f, y),
        }
        iterated = {"statsmodels QuantReg": lambda d=design, y=y: sm.QuantReg(y, d).fit(max_iter=5000)}
        report("MAE", lambda x=x, y=y: fit_line(x, y, "mae"), iterated | (slow if count <= 10_000 else {}))
        report(
            "Huber, delta = 1",
            lambda x=x, y=y: fit_line(x, y, "huber"),
            {
                "SciPy BFGS, same objective": lambda x=x, y=y: huber_by_scipy(x, y),
                "statsmodels RLM, scale of its own": lambda d=design, y=y: sm.RLM(y, d, sm.robust.norms.HuberT()).fit(),
            },
        )
        report(
            "Tukey biweight",
            lambda x=x, y=y: fit_line(x, y, "tukey"),
            {"statsmodels RLM, one start": lambda d=design, y=y: sm.RLM(y, d, sm.robust.norms.TukeyBiweight()).fit()},
        )
        report("median", lambda y=y: fit_constant(y, "mae"), {"numpy.median": lambda y=y: np.median(y)})
    x, y = data(100)
    y = np.abs(y)
    print("\nEvery regression loss, 100 points")
    for key, loss in LOSSES.items():
        if loss.family == "regression":
            report(key, lambda key=key: fit_line(x, y, key), {})


if __name__ == "__main__":
    main()
