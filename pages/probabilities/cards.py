"""What stands below the figure of the page ``probabilities``: formulas, and what is often said wrongly."""

import streamlit as st

from components.cards.formulas import Chosen, formulas
from components.page.parameters import settings
from components.text import number, short
from losses.probability.outcomes import OUTCOME_DIVERGENCES
from losses.probability.pairing import PAIRS, sigmoid
from pages.probabilities.model import Probabilities

CORRECTIONS = {
    "simplex": (
        "Cross-entropy penalises uncertainty.",
        "It punishes a confident error hardest and rewards honest uncertainty: its expected value is least where the "
        "prediction is the true probability, whatever that is.",
    ),
    "encoding": (
        "Categorical cross-entropy is softmax and cross-entropy in one.",
        "Only with from_logits. Without, it wants probabilities; with it, a model that ends in a softmax is put "
        "through a second one, and then the loss has a floor that no training can pass.",
    ),
    "pairing": (
        "Any loss goes with any output.",
        "Sigmoid with squared error multiplies the error by p(1 − p), which is all but 0 where the model is "
        "confident, right or wrong. The logarithm in cross-entropy cancels just that factor.",
    ),
    "divergence": (
        "KL is a distance between distributions.",
        "It is not symmetric. Forward KL(P‖Q) covers all that P does and is infinite where Q gives 0 to what happens; "
        "reverse KL(Q‖P) seeks one mode.",
    ),
}


def correction(page: Probabilities) -> None:
    """What is often said of what the view on screen is about, and what is so."""
    said, right = CORRECTIONS[page.view["view"]]
    st.markdown(f"**Often said:** “{said}” **Right:** {right}")


def chosen(page: Probabilities) -> Chosen:
    """The losses in the view on screen, with their parameters."""
    match page.view["view"]:
        case "simplex":
            parameters = settings(page.view, page.loss)
            return {page.loss.key: parameters | ({"from_logits": True} if "from_logits" in parameters else {})}
        case "encoding":
            case = page.case
            parameters = {
                "from_logits": case.from_logits,
                "label_smoothing": case.smoothing,
                "temperature": case.temperature,
            }
            return {"categorical_cross_entropy": parameters, "sparse_categorical_cross_entropy": parameters}
        case "pairing":
            return {"mse": {}, "binary_cross_entropy": {"from_logits": True}, "categorical_cross_entropy": {"from_logits": True}}  # fmt: skip
        case _:
            return {key: {} for key in OUTCOME_DIVERGENCES}


def rules(page: Probabilities) -> None:
    """The formulas of the view on screen with their current values; of pairings, each as one with its output."""
    if page.view["view"] != "pairing":
        formulas(chosen(page))
        return
    for column, pair in zip(st.columns(len(PAIRS)), PAIRS.values(), strict=True):
        column.markdown(f"**{pair.name}**\n\n$${pair.latex}$$")
    z, label = page.view["at"], page.label
    p = sigmoid(z)
    st.caption(f"Here z = {short(z)}, p = σ(z) = {number(p)}, y = {label}: p − y = {number(p - label)}, p(1 − p) = {number(p * (1 - p))}.")  # fmt: skip
