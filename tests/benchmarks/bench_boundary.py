"""Time the boundaries: ``python -m tests.benchmarks.bench_boundary``. Prints medians and never fails on time.

Three losses on 400 points, as at every step of a drag, then each loss beside scikit-learn's fit of
the same objective in the same run, the whole picture of the page, and what an update of it takes of the processor while
a point of the default data is dragged. Last, how often the ramp's fit is not the lowest that many random walks find.
"""

import statistics
import time
import warnings

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC
from threadpoolctl import threadpool_limits

from components.live.arrays import Encoder
from components.live.picture import sendable
from losses.boundary.fit import FITTED, fit_boundary
from losses.data.two_features import TWO_FEATURES
from pages.classification.view import classification_picture
from tests.benchmarks.bench_fit import milliseconds, report
from tests.losses.boundary.test_search import lowest_of_many, ramp_problems

L2 = 0.01
TRIOS = (
    ("hinge", "logistic", "ramp"),
    ("hinge", "squared_hinge", "logistic"),
    ("binary_cross_entropy", "focal", "ramp"),
)


def main() -> None:
    """Print one line for each measurement."""
    torch.set_num_threads(1)  # as in the app
    threadpool_limits(1)  # scikit-learn's threads would wait for each other on so few points
    warnings.simplefilter("ignore")  # of baselines that stop before their optimum
    for source in TWO_FEATURES.values():
        points = source(400)
        x, y = points.features, points.label
        strength = 1 / (2 * len(y) * L2)
        print(f"{source.title}, {len(y)} points, L2 {L2}")
        for trio in TRIOS:
            names = ", ".join(FITTED[key].name for key in trio)
            spent = milliseconds(lambda trio=trio, x=x, y=y: [fit_boundary(x, y, loss, L2) for loss in trio])
            print(f"  three losses: {names:<50}{spent:10.2f} ms")
        baselines = {
            "logistic": {"LogisticRegression": LogisticRegression(C=strength, tol=1e-10)},
            "hinge": {"SVC(kernel='linear')": SVC(kernel="linear", C=strength)},
            "squared_hinge": {"LinearSVC": LinearSVC(C=strength, dual=False, tol=1e-10)},
        }
        for loss in FITTED:
            others = {
                name: lambda model=model, x=x, y=y: model.fit(x, y) for name, model in baselines.get(loss, {}).items()
            }
            report(f"  {FITTED[loss].name}", lambda loss=loss, x=x, y=y: fit_boundary(x, y, loss, L2), others)
    for count in (40, 400, 2000):
        points = TWO_FEATURES["outlier"](count)
        fits = {loss: fit_boundary(points.features, points.label, loss, L2) for loss in TRIOS[0]}
        drawn = milliseconds(
            lambda points=points, fits=fits: Encoder().json(
                sendable(classification_picture(points, points, fits, 0.5, 1.0, ()))
            )
        )
        print(f"the picture of {count:,} points, ready to send{drawn:28.2f} ms")
    for trio in TRIOS:
        names = ", ".join(FITTED[key].name for key in trio)
        print(f"an update of 40 points, {names:<50}{update(trio):10.2f} ms of CPU")
    excess = [fit_boundary(x, y, "ramp", l2).objective / lowest_of_many(x, y, l2) - 1 for x, y, l2 in ramp_problems()]
    missed = sum(each > 1e-6 for each in excess)
    print(f"the ramp misses the lowest of {missed} of {len(excess)} problems, by {100 * max(excess):.1f} % at most")


def update(losses: tuple[str, ...]) -> float:
    """The median CPU, in ms, of fits and picture, ready to send, as a point moves."""
    points, random, times = TWO_FEATURES["outlier"](40), np.random.default_rng(0), []
    for _ in range(60):
        begun = time.thread_time()
        moved = points.edited({1: (12 * random.random() - 8, 6.0)}, 4000)
        fits = {loss: fit_boundary(moved.features, moved.label, loss, L2) for loss in losses}
        Encoder().json(sendable(classification_picture(moved, points, fits, 0.5, 1.0, ())))
        times.append(time.thread_time() - begun)
    return 1e3 * statistics.median(times)


if __name__ == "__main__":
    main()
