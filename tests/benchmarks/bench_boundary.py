"""Time the boundaries: ``python -m tests.benchmarks.bench_boundary``. Prints medians and never fails on time.

Three losses on 400 points, as at every step of a drag, then each loss beside scikit-learn's fit of
the same objective in the same run, and the whole picture of the page.
"""

import warnings

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC
from threadpoolctl import threadpool_limits

from components.live.arrays import Encoder
from components.live.figure import sendable
from losses.boundary.fit import FITTED, fit_boundary
from losses.data.two_features import TWO_FEATURES
from pages.classification.view import classification_picture
from tests.benchmarks.bench_fit import milliseconds, report

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


if __name__ == "__main__":
    main()
