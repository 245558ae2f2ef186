"""What stands below the figure of the page ``classification``: the objective, predictions to make, corrections."""

from functools import cache

import numpy as np
import streamlit as st

from components.cards.on_demand import on_demand
from components.cards.predict import predict_first
from components.text import number, plain
from losses import LOSSES
from losses.boundary.evaluation import Decisions, calibrate, decide, learned, probabilities
from losses.boundary.fit import Boundary, fit_boundary
from losses.data.two_features import TWO_FEATURES, LabelledPoints
from pages.classification.model import Classification
from pages.classification.view import calibration_table

MANY = 1000  # examples of a prediction: enough for its number not to be chance
L2 = 0.01


def objective(page: Classification) -> None:
    """What is minimised, with the current values."""
    weight, l2 = page.view["weight"], page.view["l2"]
    st.markdown(
        rf"Fitted is $\displaystyle\min_{{w,b}}\ \tfrac1n\sum_i c_i\,L(y_i, f_i) + {l2:.4g}\,(w_1^2+w_2^2)$ with "
        rf"$f = w_1x_1+w_2x_2+b$ and $c_i = {weight:.4g}$ for the positive class, 1 for the other. The bias $b$ is not "
        "penalised. Binary losses take $f$ as logit and labels 0 and 1, MSE takes the labels −1 and +1 as numbers."
    )


@cache
def _fitted(data: str, ratio: float, flipped: float) -> tuple[LabelledPoints, Boundary]:
    points = TWO_FEATURES[data](MANY, ratio, flipped)
    return points, fit_boundary(points.features, points.label, "binary_cross_entropy", L2)


@cache
def _focal_learns(truth: float) -> float:
    return float(learned(LOSSES["focal"], np.array([truth]), alpha=0.5)[0])


def _given(fit: Boundary) -> np.ndarray:
    """The probabilities that a fit gives its points; ``TypeError`` for a loss whose scores mean none."""
    given = probabilities(fit.loss, fit.score, fit.settings)
    if given is None:
        raise TypeError(f"scores of {fit.loss.name} mean no probability")
    return given


def _confidence() -> float:
    _, fit = _fitted("blobs", 1.0, 0.3)
    given = _given(fit)
    return float(np.maximum(given, 1 - given).mean())


def _nearest(value: float, options: dict[str, float]) -> str:
    return min(options, key=lambda option: abs(options[option] - value))


def predictions() -> None:
    """Three questions whose answers are computed."""
    confidence = {"About 50 %": 0.5, "About 70 %": 0.7, "About 97 %": 0.97}
    predict_first(
        "classification:predict:flipped",
        "A line parts two groups, but 30 % of the labels are flipped. How sure of its answers does cross-entropy become?",
        tuple(confidence),
        right=lambda: _nearest(_confidence(), confidence),
        because=lambda: (
            f"On {MANY:,} examples its mean confidence is {number(100 * _confidence())} %, and "
            f"{number(100 * decide(_fitted('blobs', 1.0, 0.3)[1].score, _fitted('blobs', 1.0, 0.3)[0].label).accuracy)} % "
            "of the labels agree: it learns how far the labels can be trusted."
        ),
    )
    recall = {"Nearly all": 1.0, "About half": 0.5, "None": 0.0}
    predict_first(
        "classification:predict:prior",
        "One example in a hundred is positive and the groups overlap. How many positives does unweighted cross-entropy find?",
        tuple(recall),
        right=lambda: _nearest(_prior().recall, recall),
        because=lambda: (
            f"Recall {number(100 * _prior().recall)} %, accuracy {number(100 * _prior().accuracy)} %: nowhere is a positive "
            "the likelier answer. Its probabilities are right; the class weight or another threshold changes the decisions."
        ),
    )
    focal = {"90 %": 0.9, "Above 90 %": 0.97, "About 70 %": 0.7}
    predict_first(
        "classification:predict:focal",
        "Of like examples 90 % are positive. Which probability does focal with γ = 2, α = ½ settle on?",
        tuple(focal),
        right=lambda: _nearest(_focal_learns(0.9), focal),
        because=lambda: (
            f"It settles on {number(100 * _focal_learns(0.9))} %: once an example is nearly right focal stops caring, "
            "so confidence does not pay. Cross-entropy settles on 90 %."
        ),
    )


def _prior() -> Decisions:
    points, fit = _fitted("overlap", 99.0, 0.0)
    return decide(fit.score, points.label)


def corrections() -> None:
    """What is often said of these losses, and what is so, with numbers."""
    with on_demand("Often said, and what is so", "classification:corrections") as is_open:
        if not is_open:
            return
        points, fit = _fitted("overlap", 99.0, 0.0)
        given = _given(fit)
        error = calibrate(given, points.label).error
        inside, far = (float(LOSSES["hinge"](margin, 1.0)) for margin in (0.5, -10.0))
        ramp = float(LOSSES["ramp"](-10.0, 1.0))
        rows = (
            (
                "Cross-entropy suits imbalanced data.",
                f"Unweighted it rebalances nothing: with 1 % positives it finds {number(100 * _prior().recall)} % of them. It "
                f"stays calibrated: it predicts {number(100 * given.mean())} % on average where "
                f"{number(100 * (points.label > 0).mean())} % are positive, calibration error {number(100 * error, 2)} %.",
            ),
            (
                "Hinge is 0 if the answer is correct.",
                f"Only once y·f reaches the margin 1: at y·f = 0.5 the answer is right and costs {number(inside)}.",
            ),
            (
                "Hinge is robust to outliers.",
                f"Its pull is bounded, its value is not: at y·f = −10 it costs {number(far)}, the ramp {number(ramp)}.",
            ),
            (
                "Focal is about hard negatives.",
                "About hard examples of either class; α alone tells the classes apart. It is not strictly proper: where the "
                f"truth is 90 % it learns {number(100 * _focal_learns(0.9))} %, where it is 99 % "
                f"{number(100 * _focal_learns(0.99))} % (γ = 2, α = ½).",
            ),
        )
        lines = "\n".join(f"| {plain(said)} | {plain(so)} |" for said, so in rows)
        st.markdown(f"| often said | right |\n|---|---|\n{lines}")


def calibration(page: Classification) -> None:
    """Mean predicted probability against the observed share, by bin."""
    with on_demand("Calibration: what was predicted, what happened", "classification:calibration") as is_open:
        if not is_open:
            return
        st.caption(
            "Logistic, cross-entropy and focal: p = 1/(1 + exp(−f)); exponential: 1/(1 + exp(−2f)); modified Huber and MSE: "
            "(f + 1)/2 and squared hinge: (f/m + 1)/2, cut to 0 to 1. Scores of hinge, ramp and perceptron mean no "
            "probability. Calibrated is a loss whose two columns agree."
        )
        st.dataframe(calibration_table(page.points, page.fits()))
