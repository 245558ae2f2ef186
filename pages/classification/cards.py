"""What stands below the figure of the page ``classification``: the objective, corrections, calibration."""

import streamlit as st

from components.cards.formulas import formulas
from components.text import number, plain
from losses import LOSSES
from losses.boundary.evaluation import calibrate
from pages.classification.model import Classification
from pages.classification.predictions import fitted, focal_learns, given, prior
from pages.classification.view import calibration_table


def rules(page: Classification) -> None:
    """What is minimised, and the losses, with the current values."""
    weight, l2 = page.view["weight"], page.view["l2"]
    st.markdown(
        rf"Fitted is $\displaystyle\min_{{w,b}}\ \tfrac1n\sum_i c_i\,L(y_i, f_i) + {l2:.4g}\,(w_1^2+w_2^2)$ with "
        rf"$f = w_1x_1+w_2x_2+b$ and $c_i = {weight:.4g}$ for the positive class, 1 for the other. The bias $b$ is not "
        "penalised. Binary losses take $f$ as logit and labels 0 and 1, MSE takes the labels −1 and +1 as numbers."
    )
    formulas(page.chosen())


def corrections() -> None:
    """What is often said of these losses, and what is so, with numbers."""
    points, fit = fitted("overlap", 99.0, 0.0)
    predicted = given(fit)
    error = calibrate(predicted, points.label).error
    inside, far = (float(LOSSES["hinge"](margin, 1.0)) for margin in (0.5, -10.0))
    ramp = float(LOSSES["ramp"](-10.0, 1.0))
    rows = (
        (
            "Cross-entropy suits imbalanced data.",
            f"Unweighted it rebalances nothing: with 1 % positives it finds {number(100 * prior().recall)} % of them. It "
            f"stays calibrated: it predicts {number(100 * predicted.mean())} % on average where "
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
            f"truth is 90 % it learns {number(100 * focal_learns(0.9))} %, where it is 99 % "
            f"{number(100 * focal_learns(0.99))} % (γ = 2, α = ½).",
        ),
    )
    lines = "\n".join(f"| {plain(said)} | {plain(so)} |" for said, so in rows)
    st.markdown(f"| often said | right |\n|---|---|\n{lines}")


def calibration(page: Classification) -> None:
    """Mean predicted probability against the observed share, by bin."""
    st.caption(
        "Logistic, cross-entropy and focal: p = 1/(1 + exp(−f)); exponential: 1/(1 + exp(−2f)); modified Huber and MSE: "
        "(f + 1)/2 and squared hinge: (f/m + 1)/2, cut to 0 to 1. Scores of hinge, ramp and perceptron mean no "
        "probability. Calibrated is a loss whose two columns agree."
    )
    st.dataframe(calibration_table(page.points, page.fits()))
