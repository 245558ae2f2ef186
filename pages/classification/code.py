"""The boundaries of the page ``classification`` as programs that print the same numbers."""

from collections.abc import Mapping

import numpy as np

from components.cards.program import (
    Codes,
    Program,
    array,
    assembled,
    at_edge,
    codes,
    labelled,
    mean,
    quoted,
    refuse_many,
)
from losses import LOSSES
from losses.boundary.fit import Boundary
from losses.spec.loss import Loss
from pages.classification.model import Classification

ESTIMATORS = {  # of the same objective, whose bias is not penalised either
    "hinge": 'sklearn.svm.SVC(kernel="linear", C=1 / (2 * l2 * len(label)), tol=1e-10)',
    "logistic": 'sklearn.linear_model.LogisticRegression(C=1 / (2 * l2 * len(label)), solver="newton-cholesky", tol=1e-12)',
    "binary_cross_entropy": 'sklearn.linear_model.LogisticRegression(C=1 / (2 * l2 * len(label)), solver="newton-cholesky", tol=1e-12)',
    "mse": "sklearn.linear_model.Ridge(alpha=l2 * len(label))",
}
DESCENT = '''

def fit(loss):
    """Weights and bias of the least mean loss with its penalty, by L-BFGS from 0."""
    middle, spread = features.mean(0), features.std(0)
    theta = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [theta], max_iter=200, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        value = loss((features - middle) / spread @ theta[:2] + theta[2]) + l2 * (theta[:2] / spread).square().sum()
        value.backward()
        return value

    optimizer.step(closure)
    weights = theta[:2].detach() / spread
    return weights, theta[2].detach() - weights @ middle

'''


def program(page: Classification, library: str) -> Program:
    """The points on screen and every boundary between them, as a program of a library.

    It prints each boundary that the page found with its mean loss and accuracy, and fits those that the library
    fits exactly.

    Raises
    ------
    ValueError
        Says why there is none: too many points, or no loss that the library has.
    """
    points, chosen, fits = page.points, page.chosen(), page.fits()
    refuse_many(len(points.label))
    edge = {key for key, fit in fits.items() if at_edge(fit.loss, fit.settings, {"prediction": fit.score}, library)}
    single = len(np.unique(points.label)) == 1
    # A class that is not there is no class to scikit-learn, which then takes the other for −1.
    losses = codes(chosen, library, {*edge, "hinge"} if single and library == "sklearn" else edge)
    return assembled(losses, [*_data(page, losses), *_found(losses, fits), *_own_fits(page, losses, fits)])


def _data(page: Classification, losses: Codes) -> list[str]:
    library, view = losses.library, page.view
    where = "torch.where" if library == "torch" else "np.where"
    weight = "weight" if view["weight"] != 1 else ""
    return [
        f"features = {array(page.points.features, library)}",
        f"label = {array(np.where(page.points.label > 0, 1.0, 0.0), library)}  # 0 or 1",
        "sign = 2 * label - 1  # -1 or +1",
        *([f"weight = {where}(label == 1, {float(view['weight'])!r}, 1.0)"] if weight else []),
        "losses = {",
        *(
            f"    {quoted(LOSSES[key].name)}: lambda score: {mean(code, library, weight, prediction='score', target=encoding(LOSSES[key]))},"
            for key, code in losses.found.items()
        ),
        "}",
    ]


def encoding(loss: Loss) -> str:
    """What the labels are called that a loss takes: ``label`` are 0 and 1, ``sign`` -1 and +1."""
    return "label" if loss.labels == (0.0, 1.0) else "sign"


def _found(losses: Codes, fits: Mapping[str, Boundary]) -> list[str]:
    rows = [
        f"    {quoted(LOSSES[key].name)}: ({fits[key].weights.tolist()!r}, {float(fits[key].bias)!r}),"
        for key in losses.found
    ]
    return [
        "boundaries = {  # weights and bias of the boundary on screen",
        *rows,
        "}",
        "for name, (weights, bias) in boundaries.items():",
        f"    score = features @ {'torch.tensor' if losses.library == 'torch' else 'np.array'}(weights) + bias",
        *_judged(losses.library, "{name}"),
    ]


def _judged(library: str, title: str) -> list[str]:
    """Mean loss and accuracy of ``score``, printed with its weights and bias."""
    right = "(score > 1e-8) == (label == 1)"
    accuracy = f"({right}).double().mean()" if library == "torch" else f"np.mean({right})"
    values = {"weights": "list(map(float, weights))", "bias": "float(bias)", "mean loss": "float(losses[name](score))"}
    return [
        f"    accuracy = {accuracy}  # a score of 0, up to rounding, says -1",
        f"    {labelled(title, values | {'accuracy': 'float(accuracy)'})}",
    ]


def _own_fits(page: Classification, losses: Codes, fits: Mapping[str, Boundary]) -> list[str]:
    """The lines in which a library fits what it fits exactly: where there is one optimum and it is no limit."""
    certain = {
        key: fits[key]
        for key in losses.found
        if fits[key].loss.fact("convex", **fits[key].settings) and not fits[key].note
    }
    if not np.ptp(page.points.features, 0).all() or not page.view["l2"]:
        return []
    l2 = f"l2 = {float(page.view['l2'])!r}"
    weighted = page.view["weight"] != 1
    if losses.library == "torch":
        smooth = [key for key, fit in certain.items() if fit.loss.fact("differentiable", **fit.settings)]
        return [l2, *_descended(smooth)] if smooth else []
    if losses.library == "sklearn":
        keys = [key for key in ESTIMATORS if key in certain]
        return [l2, *_estimated(keys, weighted)] if keys else []
    if losses.library == "numpy" and "mse" in certain:
        return [l2, *_solved(weighted)]
    return []


def _descended(keys: list[str]) -> list[str]:
    return [
        *DESCENT.splitlines(),
        "",
        f"for name in [{', '.join(quoted(LOSSES[key].name) for key in keys)}]:",
        "    weights, bias = fit(losses[name])",
        "    score = features @ weights + bias",
        *_judged("torch", "{name} by L-BFGS"),
    ]


def _estimated(keys: list[str], weighted: bool) -> list[str]:
    return [
        "estimators = {",
        *(f"    {quoted(LOSSES[key].name)}: {ESTIMATORS[key]}," for key in keys),
        "}",
        "for name, estimator in estimators.items():",
        f"    estimator.fit(features, sign{', sample_weight=weight' if weighted else ''})",
        "    weights, bias = np.ravel(estimator.coef_), np.ravel(estimator.intercept_)[0]",
        "    score = features @ weights + bias",
        *_judged("sklearn", "{name} by scikit-learn"),
    ]


def _solved(weighted: bool) -> list[str]:
    basis = "np.column_stack([features, np.ones(len(label))])"
    return [
        f"basis = {basis}",
        f"weighted = {'weight[:, None] * basis' if weighted else 'basis'} / len(label)",
        "*weights, bias = np.linalg.solve(weighted.T @ basis + np.diag([l2, l2, 0.0]), weighted.T @ sign)",
        f"name, score = {quoted(LOSSES['mse'].name)}, features @ weights + bias",
        *(line.removeprefix("    ") for line in _judged("numpy", "{name} by the normal equations")),
    ]
