"""What stands below the figure of the page ``regularization``: formulas, and what is often said wrongly."""

import streamlit as st

from components.cards.formulas import Chosen, formulas
from components.page.parameters import settings
from losses import LOSSES
from pages.regularization.model import Regularization

CORRECTIONS = {
    "weights": (
        "L1 gives zeros because its diamond has corners.",
        "The corner is where it happens; why is the slope. L1 pulls a weight with λ down to 0, however small the weight, "
        "so one that is worth less than λ ends there. L2 pulls with 2λw, which fades with the weight: it halves it for "
        "ever and never arrives.",
    ),
    "polynomial": (
        "More data or a penalty: regularisation is one thing, augmentation another.",
        "Copies that say “the same here, and there” hold a model back as a penalty does: jitter of x acts like one on the "
        "slope. Mirrored copies are a claim about the truth; where it is wrong, they harm.",
    ),
    "features": (
        "The lasso finds the features that matter.",
        "It finds a set that predicts well at a price. Of features that say the same it keeps one, by chance; and the "
        "strength of least cross-validated error keeps more than matter. The rule of one standard error keeps fewer.",
    ),
}
CENTRED = r",\quad z_{ij}=P_j(x_i)-\bar P_j,\quad b=\bar y-w^\top\bar P"
PARTS = {
    "dropout": r"\mathbb{E}\,\tfrac1n\sum_i\bigl(\bar y+\sum_j\tfrac{m_{ij}}{1-q}w_jz_{ij}-y_i\bigr)^2"
    r"=\tfrac1n\sum_i(\bar y+w^\top z_i-y_i)^2+\tfrac{q}{1-q}\sum_j w_j^2\,\tfrac1n\sum_i z_{ij}^2" + CENTRED,
    "stopping": r"w_t=w_{t-1}-\eta\,\nabla\,\tfrac1{2n}\sum_i(\bar y+w^\top z_i-y_i)^2,\quad w_0=0" + CENTRED,
}
OBJECTIVES = {
    "weights": r"\underbrace{%s(w-\hat w)^\top\begin{pmatrix}1&r\\r&1\end{pmatrix}(w-\hat w)}_{\text{cost}}"
    r"+\lambda\cdot\text{penalty}(w)",
    "polynomial": r"\underbrace{%s\sum_i\bigl(b+\sum_j w_jP_j(x_i)-y_i\bigr)^2}_{\text{cost}}+\lambda\cdot\text{penalty}(w)",
    "features": r"\underbrace{%s\sum_i(b+w^\top x_i-y_i)^2}_{\text{cost}}+\lambda\cdot\text{penalty}(w)",
}
OF_ANY_LOSS = r"\underbrace{\tfrac1n\sum_i L(w^\top x_i,y_i)}_{\text{cost}}+\lambda\cdot\text{penalty}(w)"
OF_MANY = r"\underbrace{%s\sum_i L(b+w^\top x_i,y_i)}_{\text{cost}}+\lambda\cdot\text{penalty}(w)"

ELSEWHERE = r"""
| what others minimise | |
|---|---|
| scikit-learn: `Lasso`, `ElasticNet` | $\tfrac1{2n}\sum_i r_i^2+\alpha\bigl(\rho\lVert w\rVert_1+\tfrac{1-\rho}2\lVert w\rVert^2\bigr)$ |
| scikit-learn: `Ridge` | $\sum_i r_i^2+\alpha\lVert w\rVert^2$ |
| glmnet | as `ElasticNet`, of $y$ divided by its standard deviation; features too, unless `standardize = FALSE` |
| Keras: `regularizers` | mean loss $+\,l_1\lVert w\rVert_1+l_2\lVert w\rVert^2$ |
| PyTorch: `weight_decay` of SGD | mean loss $+\tfrac\lambda2\lVert w\rVert^2$, the intercept too unless left out |
"""


def correction(page: Regularization) -> None:
    """What is often said of what the view on screen is about, and what is so."""
    said, right = CORRECTIONS[page.view["view"]]
    st.markdown(f"**Often said:** “{said}” **Right:** {right}")


def used(page: Regularization) -> Chosen:
    """The penalties in the view on screen, with their parameters."""
    view = page.view
    match view["view"]:
        case "weights":
            keys = (*(() if view["data_loss"] == "mse" else (view["data_loss"],)), *page.prices())
        case "polynomial":
            keys = (view["held_back"],) if view["held_back"] in LOSSES else ("l2",)  # which both others amount to
        case _:
            keys = (*(() if view["data_loss"] == "mse" else (view["data_loss"],)), view["penalty"])
    return {key: settings(view, LOSSES[key]) for key in keys}


def _of_any_loss(page: Regularization) -> str:
    if page.view["view"] == "weights":
        return OF_ANY_LOSS
    return OF_MANY % (r"\tfrac1n" if page.view["mean"] else "")


def rules(page: Regularization) -> None:
    """The objective as it is written here, and the penalties with their current values."""
    view = page.view
    if view["view"] == "polynomial" and (own := PARTS.get(view["held_back"])):
        st.markdown(f"**What is minimised**\n\n$${own}$$")
        return
    half = r"\tfrac12" if view["half"] else ""
    if view["view"] != "polynomial" and view["data_loss"] != "mse":
        st.markdown(f"**Objective**\n\n$${_of_any_loss(page)}$$")
        formulas(used(page))
        return
    if view["view"] == "weights":
        factor = half
    elif view["mean"] or view["view"] == "polynomial":
        factor = r"\tfrac1{2n}" if view["half"] else r"\tfrac1n"
    else:
        factor = half
    st.markdown(f"**Objective**\n\n$${OBJECTIVES[view['view']] % factor}$$")
    formulas(used(page))
    if view["view"] == "features":
        st.markdown(ELSEWHERE)
