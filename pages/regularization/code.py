"""The fits of the page ``regularization`` as programs that print the same numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.cards.program import Codes, Program, array, assembled, labelled, refuse_many
from losses import LOSSES
from losses.shrinkage.conventions import Convention, Strengths, as_elastic_net
from losses.shrinkage.smooth_bowl import SmoothBowl
from losses.shrinkage.smooth_study import SmoothStudy
from pages.regularization.data_loss_code import Known, at_screen_program, data_loss_program, examples_code
from pages.regularization.model import Regularization
from pages.regularization.polynomial_code import features_code, held_back
from pages.regularization.settings import STRENGTH

DESCENT = {
    "numpy": '''\
def shrink(features, target, l1, l2):
    """Least mean squared error / 2 + l1 * sum(|w|) + l2 / 2 * sum(w ** 2), by coordinate descent."""
    weights, power = np.zeros(features.shape[1]), np.mean(features**2, 0)
    for _ in range(100_000):
        before = weights.copy()
        for j in np.flatnonzero(power):
            pull = np.mean(features[:, j] * (target - features @ weights)) + power[j] * weights[j]
            weights[j] = np.sign(pull) * max(abs(pull) - l1, 0.0) / (power[j] + l2)
        if np.abs(weights - before).max() <= 1e-15 * np.abs(weights).max():
            break
    return weights''',
    "torch": '''\
def shrink(features, target, l1, l2):
    """Least mean squared error / 2 + l1 * sum(|w|) + l2 / 2 * sum(w ** 2), by proximal gradient descent."""
    weights = torch.zeros(features.shape[1], requires_grad=True)
    rate = len(target) / torch.linalg.matrix_norm(features, 2) ** 2
    for _ in range(100_000):
        cost = ((features @ weights - target) ** 2).mean() / 2
        (slope,) = torch.autograd.grad(cost, weights)
        with torch.no_grad():
            stepped = torch.nn.functional.softshrink(weights - rate * slope, (rate * l1).item()) / (1 + rate * l2)
            change = (stepped - weights).abs().max()
            weights.copy_(stepped)
        if change <= 1e-15 * weights.abs().max():
            break
    return weights.detach()''',
}


@dataclass(frozen=True)
class Fitted:
    """One fit to write: its name, its strengths here, and its weights and intercept on screen."""

    name: str
    strengths: Strengths
    weights: Sequence[float]
    intercept: float


def program(page: Regularization, library: str) -> Program:
    """The view on screen as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    views = {"weights": _two_weights, "polynomial": _polynomial, "features": _features}
    return views[page.view["view"]](page, library)


def _two_weights(page: Regularization, library: str) -> Program:
    bowl, prices, view = page.bowl, page.prices(), page.view
    _refuse_infinite([bowl.strengths(price) for price in prices.values()])
    if isinstance(bowl, SmoothBowl):
        return data_loss_program(bowl, prices, library)
    # Two rows whose columns are as long and as correlated as the bowl wants them.
    lean = bowl.correlation
    rows = np.array([[1.0, lean], [0.0, math.sqrt(1 - lean**2)]]) * math.sqrt(2)
    convention = Convention(half=bowl.half)
    fits = []
    for key, price in prices.items():
        fits.append(Fitted(LOSSES[key].name, bowl.strengths(price), bowl.shrunk(price).weights.tolist(), 0.0))
    data = [f"features = {array(rows, library)}", f"target = features @ {array(bowl.center, library)}"]
    if bowl.outliers:
        data = examples_code((view["c1"], view["c2"]), bowl.correlation, bowl.outliers, library)
    return _written(library, data, len(rows), fits, convention, "none")


def _polynomial(page: Regularization, library: str) -> Program:
    fit, view = page.polynomial(), page.view
    kind = view["held_back"]
    if kind in STRENGTH:
        return held_back(fit, library, view[STRENGTH[kind]])
    strength = view["curve_strength"]
    how, problem = fit.held_back, fit.problem
    weights = fit.weights(np.array([strength]))[0]
    fits = [
        Fitted(
            LOSSES[kind].name,
            how.convention.strengths(strength, how.ratio, problem.rows),
            weights.tolist(),
            float(problem.intercept(weights)),
        )
    ]
    return _written(library, features_code(fit, library), len(fit.fitted[0]), fits, how.convention, "free")


def _features(page: Regularization, library: str) -> Program:
    study, view = page.study(), page.view
    table, problem = page.table_of_features, study.parts.problem
    features, target = page.columns[table.train], table.target[table.train]
    refuse_many(len(target))
    ones = view["intercept"] == "penalised"
    columns = np.column_stack([features, np.ones(len(target))]) if ones else features
    data = [
        f"features = {array(columns, library)}{'  # the last column is the intercept, penalised' * ones}",
        f"target = {array(target, library)}",
    ]
    name = LOSSES[view["penalty"]].name
    if isinstance(study, SmoothStudy):
        found = study.at(view["lambda"])
        _refuse_infinite([found.strengths])
        known = Known(name, found.strengths, found.weights, 0.0 if ones else found.intercept)
        return at_screen_program(data, (study.key, study.settings), known, library)
    found = study.at(view["lambda"])
    level = float(problem.intercept(found.weights))
    fits = [Fitted(name, found.strengths, problem.coefficients(found.weights).tolist(), level)]
    return _written(library, data, len(target), fits, study.convention, view["intercept"])


def _written(
    library: str, data: Sequence[str], rows: int, fits: Sequence[Fitted], convention: Convention, intercept: str
) -> Program:
    """A program that fits a table.

    Parameters
    ----------
    library
        A value of ``LIBRARIES``.
    data
        The lines that make features and target.
    rows
        How many they have.
    fits
        What is fitted.
    convention
        How the objective is written that is printed.
    intercept
        As for ``prepare``.

    Raises
    ------
    ValueError
        For infinite strengths.
    """
    _refuse_infinite([each.strengths for each in fits])
    body = [*data]
    ones = intercept == "penalised"
    unit = (1 if convention.half else 2) * (1 if convention.mean else rows)  # of what is printed
    for each in fits:
        body += _fit(library, each, intercept == "free", ones)
        body += [
            f"cost = {_factor(unit)}{_cost(library)}",
            f"penalty = {_factor(unit)}({_penalty(library, each.strengths)})",
            _print(each.name),
        ]
    searched = library in DESCENT and any(each.strengths.l1 for each in fits)
    functions = {"shrink": DESCENT[library]} if searched else {}
    notes = (
        (
            "Keras’s optimisers step past 0 and never rest there: this evaluates its regulariser at the weights on screen.",
        )
        if library == "keras"
        else ()
    )
    return assembled(Codes(library, {}, notes, False), body, functions)


def _refuse_infinite(strengths: Sequence[Strengths]) -> None:
    if any(math.isinf(part) for each in strengths for part in each):
        raise ValueError("Under an infinite λ every weight is 0: there is nothing to compute.")


def _factor(unit: int) -> str:
    return "" if unit == 1 else f"{unit} * "


def _fit(library: str, each: Fitted, free: bool, ones: bool) -> list[str]:
    """The lines that give weights and intercept."""
    strengths = each.strengths
    if library == "sklearn":
        model = _estimator(strengths, free)
        if model is None:
            return _ridge(strengths, free)
        return [f"model = {model}.fit(features, target)", "weights, intercept = model.coef_, model.intercept_"]
    if library == "keras":
        known = [*each.weights, *([each.intercept] if ones else [])]
        return [f"weights = np.array({known!r})  # as on screen", f"intercept = {0.0 if ones else each.intercept!r}"]
    if not strengths.l1:
        return _closed(library, strengths, free)
    call = f"shrink({'features - features.mean(0), target - target.mean()' if free else 'features, target'}, l1={strengths.l1!r}, l2={strengths.l2!r})"
    return [
        f"weights = {call}",
        "intercept = target.mean() - features.mean(0) @ weights" if free else "intercept = 0.0",
    ]


def _closed(library: str, strengths: Strengths, free: bool) -> list[str]:
    """Under L2 alone, and under nothing, the weights solve a linear system."""
    module = "torch" if library == "torch" else "np"
    moved = ("features - features.mean(0)", "target - target.mean()") if free else ("features", "target")
    price = f" + {strengths.l2!r} * {module}.eye(features.shape[1])" if strengths.l2 else ""
    return [
        f"moved, goal = {moved[0]}, {moved[1]}",
        f"gram = moved.T @ moved / len(goal){price}",
        f"weights = {module}.linalg.lstsq(gram, moved.T @ goal / len(goal))[0]",
        "intercept = target.mean() - features.mean(0) @ weights" if free else "intercept = 0.0",
    ]


def _estimator(strengths: Strengths, free: bool) -> str | None:
    """The estimator of scikit-learn; None for ridge regression, which is scaled by the number of rows."""
    shared = f"fit_intercept={free}, tol=1e-15, max_iter=1_000_000"
    if not strengths.l1:
        return None
    alpha, ratio = as_elastic_net(strengths)
    if not strengths.l2:
        return f"sklearn.linear_model.Lasso(alpha={alpha!r}, {shared})"
    return f"sklearn.linear_model.ElasticNet(alpha={alpha!r}, l1_ratio={ratio!r}, {shared})"


def _ridge(strengths: Strengths, free: bool) -> list[str]:
    kind = f"Ridge(alpha={strengths.l2!r} * len(target), fit_intercept={free}, solver=\"svd\")" if strengths.l2 else f"LinearRegression(fit_intercept={free})"  # fmt: skip
    return [
        f"model = sklearn.linear_model.{kind}.fit(features, target)",
        "weights, intercept = model.coef_, model.intercept_",
    ]


def _cost(library: str) -> str:
    if library == "keras":
        return "keras.ops.mean((features @ weights + intercept - target) ** 2) / 2"
    return "((features @ weights + intercept - target) ** 2).mean() / 2"


def _penalty(library: str, strengths: Strengths) -> str:
    if library == "keras":
        return f"keras.regularizers.L1L2(l1={strengths.l1!r}, l2={strengths.l2 / 2!r})(weights)"
    parts = [
        *([f"{strengths.l1!r} * abs(weights).sum()"] if strengths.l1 else []),
        *([f"{strengths.l2!r} / 2 * (weights**2).sum()"] if strengths.l2 else []),
    ]
    return " + ".join(parts) or "0.0"


def _print(name: str) -> str:
    values = {
        "weights": "weights.tolist()",
        "intercept": "float(intercept)",
        "cost": "float(cost)",
        "penalty": "float(penalty)",
        "objective": "float(cost + penalty)",
    }
    return labelled(name, values)
