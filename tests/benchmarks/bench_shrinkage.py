"""Time penalised fits: ``python -m tests.benchmarks.bench_shrinkage``. Prints medians and never fails on time.

Whole paths beside scikit-learn's in the same run, and what a hand on the page waits for.
"""

import warnings

import numpy as np
import torch
from sklearn.linear_model import enet_path, lars_path_gram, lasso_path
from threadpoolctl import threadpool_limits

from components.live.arrays import Encoder
from components.live.picture import sendable
from losses import LOSSES
from losses.data.many_features import prostate
from losses.shrinkage.conventions import Convention
from losses.shrinkage.optimum import fit
from losses.shrinkage.path import ladder, path
from losses.shrinkage.polynomial import FRESH, HELD_BACK, HeldBack, PolynomialFit, augmented, draw
from losses.shrinkage.problem import prepare
from losses.shrinkage.study import Study, parted
from losses.shrinkage.two_weights import Bowl, Price
from pages.regularization.features_view import Seen, features_picture
from pages.regularization.polynomial_view import Drawn, over_strengths, polynomial_picture
from pages.regularization.weights_view import weights_picture
from tests.benchmarks.bench_fit import milliseconds, report


def tables():
    """The two sizes that are asked for."""
    data = prostate()
    yield "8 features, 67 rows", data.standardised()[data.train], data.target[data.train]
    rng = np.random.default_rng(0)
    features = rng.normal(size=(1000, 100)) + 0.5 * rng.normal(size=(1000, 1))
    yield "100 features, 1,000 rows", features, features @ rng.normal(size=100) + 5 * rng.normal(size=1000)


def main() -> None:
    """Print one line for each measurement."""
    torch.set_num_threads(1)  # as in the app
    threadpool_limits(1)
    warnings.simplefilter("ignore")  # of baselines that stop before their optimum
    for title, features, target in tables():
        problem = prepare(features, target)
        moved, goal = features - features.mean(0), target - target.mean()
        print(f"{title}: {len(path(problem, 1.0).knots)} knots")
        for name, ratio in (("lasso", 1.0), ("elastic net", 0.5)):
            strengths = ladder(problem, ratio)
            baselines = {
                "its path at 100 strengths": lambda x=moved, y=goal, s=strengths, r=ratio: (
                    lasso_path(x, y, alphas=s) if r == 1 else enet_path(x, y, l1_ratio=r, alphas=s)
                )
            }
            if ratio == 1:
                gram, cross = moved.T @ moved, moved.T @ goal
                baselines["lars_path_gram, its homotopy"] = lambda g=gram, c=cross: lars_path_gram(
                    c, g, n_samples=1, method="lasso"
                )
            report(f"  {name}, whole path", lambda x=features, y=target, r=ratio: path(prepare(x, y), r), baselines)
        middle = float(ladder(problem, 1.0)[50])
        report("  lasso at one strength", lambda p=problem, s=middle: fit(p, s, 0.0), {})
    print("a picture, ready to send, with everything but the last setting kept")
    for name, picture in pictures():
        print(f"  {name:<48}{milliseconds(lambda made=picture: Encoder().json(sendable(made()))):10.2f} ms")


def pictures():
    """What a hand on each view waits for."""
    strengths = iter(np.linspace(0.1, 3.0, 1_000_000))
    yield (
        "two weights, λ",
        lambda: weights_picture(
            Bowl((2.0, 0.5)), {"l1": Price(next(strengths), 1.0), "l2": Price(0.5, 0.0)}, LOSSES["mse"]
        ),
    )
    yield (
        "two weights, least cost",
        lambda: weights_picture(
            Bowl((next(strengths), 0.5), 0.3), {"l1": Price(0.5, 1.0), "l2": Price(0.5, 0.0)}, LOSSES["mse"]
        ),
    )
    table = prostate()

    def parts():
        return parted(table.standardised(), table.target, table.train, "free", 10, 0)

    for name, ratio in (("l1", 1.0), ("l2", 0.0), ("elastic_net", 0.5)):
        study = Study(parts(), Convention(half=False), ratio)
        free = study.at(0.0)
        yield (
            f"many features, λ of {name}",
            lambda s=study, f=free, n=name: features_picture(Seen(table, s, s.at(next(strengths)), f, n), "bench"),
        )
        yield (
            f"many features, {name} anew",
            lambda p=study.parts, f=free, n=name, r=ratio: features_picture(
                Seen(table, (s := Study(p, Convention(half=False), r)), s.at(0.1), f, n), "bench"
            ),
        )
    points = draw("even", 10, 0.2, 7)
    for kind in HELD_BACK:
        how = HeldBack(kind, {"l1": 1.0, "elastic_net": 0.5}.get(kind, 0.0))
        found = PolynomialFit(points, augmented(*points, 0, 0.0, False, 0), draw("even", FRESH, 0.2, 8), 12, how)
        held = over_strengths(found)
        yield (
            f"polynomial, λ of {kind}",
            lambda f=found, h=held: polynomial_picture(Drawn(f, "even", next(strengths) / 100, "", h, None), "bench"),
        )


if __name__ == "__main__":
    main()
