"""Fits under another loss than the squared error, as programs that print the same numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from components.cards.program import Program, array, assembled, codes, labelled, mean
from losses import LOSSES
from losses.calculus import derivatives
from losses.shrinkage.conventions import Strengths
from losses.shrinkage.smooth_bowl import SmoothBowl, examples
from losses.shrinkage.two_weights import Price

SEARCH = '''\
def shrink(features, loss, curvature, l1, l2):
    """Least mean loss + l1 * sum(|w|) + l2 / 2 * sum(w ** 2), by proximal gradient descent."""
    weights = torch.zeros(features.shape[1], requires_grad=True)
    rate = len(features) / torch.linalg.matrix_norm(features, 2) ** 2 / curvature
    for _ in range(100_000):
        (slope,) = torch.autograd.grad(loss(features @ weights), weights)
        with torch.no_grad():
            stepped = torch.nn.functional.softshrink(weights - rate * slope, (rate * l1).item()) / (1 + rate * l2)
            change = (stepped - weights).abs().max()
            weights.copy_(stepped)
        if change <= 1e-16 * weights.abs().max():
            break
    return weights.detach()'''
SIDES, BEND = torch.tensor([-1.0, 1.0]), 1e-9  # residual either side of 0, where all of these losses are bent most
NOT_SEARCHED = "No search is written here: this evaluates the mean loss and the penalty at the weights on screen."
AS_ON_SCREEN = "Only the PyTorch program searches: this evaluates the loss at the weights on screen."


def examples_code(truth: Sequence[float], correlation: float, outliers: int, library: str) -> list[str]:
    """The lines that make features and target of ``examples``."""
    features, errors = examples(correlation, outliers)
    wrong = f" + {array(errors, library)}  # some lie" if outliers else ""
    return [f"features = {array(features, library)}", f"target = features @ {array(truth, library)}{wrong}"]


@dataclass(frozen=True, eq=False)
class Known:
    """A fit on screen: its penalty's name, its strengths, its weights ``[p]`` and intercept."""

    name: str
    strengths: Strengths
    weights: np.ndarray
    intercept: float


def at_screen_program(data: Sequence[str], of: tuple[str, Mapping[str, Any]], fit: Known, library: str) -> Program:
    """A fit of many features, evaluated at the weights on screen.

    Parameters
    ----------
    data
        The lines that make features and target.
    of
        The key of the data loss, and its parameters.
    fit
        What is on screen.
    library
        A value of ``LIBRARIES``.

    Raises
    ------
    ValueError
        Where the library has no such loss.
    """
    key, settings = of
    found = codes({key: dict(settings)}, library)
    l1, l2 = fit.strengths
    body = [
        *data,
        *["", "", "def loss(prediction):", f"    return {mean(found.found[key], library)}", "", ""],
        f"weights = {array(fit.weights, library)}  # as on screen",
        f"intercept = {fit.intercept!r}",
        "cost = loss(features @ weights + intercept)",
        f"penalty = {l1!r} * abs(weights).sum() + {l2!r} / 2 * (weights**2).sum()",
        labelled(
            fit.name,
            {
                "weights": "weights.tolist()",
                "intercept": "float(intercept)",
                "cost": "float(cost)",
                "penalty": "float(penalty)",
                "objective": "float(cost + penalty)",
            },
        ),
    ]
    program = assembled(found, body, {})
    return Program(program.text, (*program.notes, NOT_SEARCHED))


def data_loss_program(bowl: SmoothBowl, prices: Mapping[str, Price], library: str) -> Program:
    """The fits under each penalty, by its key.

    Raises
    ------
    ValueError
        Where the library has no such loss.
    """
    found = codes({bowl.key: dict(bowl.settings)}, library)
    code = mean(found.found[bowl.key], library)
    body = [
        *examples_code(bowl.truth, bowl.correlation, bowl.outliers, library),
        *["", "", "def loss(prediction):", f"    return {code}", "", ""],
    ]
    searched = library == "torch"
    loss, settings = LOSSES[bowl.key], dict(bowl.settings)
    zeros = torch.zeros(2, dtype=torch.float64)
    bent = derivatives(lambda x: loss.function(x, zeros, **settings), zeros + BEND * SIDES).arrays().curvature
    for key, price in prices.items():
        l1, l2 = bowl.strengths(price)
        known = array(bowl.pairs([price])[0], library)
        search = f"shrink(features, loss, curvature={float(bent.max())!r}, l1={l1!r}, l2={l2!r})"
        body += [
            f"weights = {search if searched else f'{known}  # as on screen'}",
            "cost = loss(features @ weights)",
            f"penalty = {l1!r} * abs(weights).sum() + {l2!r} / 2 * (weights**2).sum()",
            labelled(
                LOSSES[key].name,
                {
                    "weights": "weights.tolist()",
                    "cost": "float(cost)",
                    "penalty": "float(penalty)",
                    "objective": "float(cost + penalty)",
                },
            ),
        ]
    program = assembled(found, body, {"shrink": SEARCH} if searched else {})
    return program if searched else Program(program.text, (*program.notes, AS_ON_SCREEN))
