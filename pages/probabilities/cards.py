"""What stands below the figure of the page ``probabilities``: what is often said wrongly, predictions, formulas, code."""

import math

import numpy as np
import streamlit as st

from components.cards.code import code_card
from components.cards.formulas import formulas
from components.cards.predict import predict_first
from components.page.parameters import settings
from components.text import number, short
from losses import LOSSES
from losses.probability.encoding import curve, twice_floor
from losses.probability.gaussian_fit import Mixture
from losses.probability.outcomes import OUTCOME_DIVERGENCES
from losses.probability.pairing import PAIRS, sigmoid
from losses.probability.simplex import probe
from pages.probabilities.code import program
from pages.probabilities.divergence_view import answers
from pages.probabilities.model import Probabilities
from pages.probabilities.pairing_view import slopes

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
WRONG = (-6.0, 6.0)  # logits of the true class and of the one believed in


def below(page: Probabilities) -> None:
    """All cards of the view on screen."""
    said, right = CORRECTIONS[page.view["view"]]
    st.markdown(f"**Often said:** “{said}” **Right:** {right}")
    {"simplex": _simplex, "encoding": _encoding, "pairing": _pairing, "divergence": _divergence}[page.view["view"]](
        page
    )
    code_card(lambda library: program(page, library), "probabilities:code")


def _simplex(page: Probabilities) -> None:
    parameters = settings(page.view, page.loss)
    if "from_logits" in parameters:
        parameters["from_logits"] = True
    formulas({page.loss.key: parameters})
    options = ("Cross-entropy", "Squared error", "Both alike")
    predict_first(
        "probabilities:simplex:predict",
        "A model gives 99.999 % to the wrong class. Which loss pulls harder on the logit of the true class?",
        options,
        right=lambda: options[0] if _wrong("categorical_cross_entropy") > _wrong("mse") else options[1],
        because=lambda: (
            f"Cross-entropy’s slope there is −{number(_wrong('categorical_cross_entropy'))}, "
            f"squared error’s −{number(_wrong('mse'))}."
        ),
    )


def _encoding(page: Probabilities) -> None:
    case = page.case
    parameters = {"from_logits": case.from_logits, "label_smoothing": case.smoothing, "temperature": case.temperature}
    both = dict.fromkeys(("categorical_cross_entropy", "sparse_categorical_cross_entropy"), parameters)
    formulas(both)
    options = ("Towards 0", "To 1", "To about 1.46", "To log 10, about 2.30")
    predict_first(
        "probabilities:encoding:predict",
        "A model for ten classes ends in a softmax, and its loss applies another. How low can the loss get?",
        options,
        right=lambda: min(zip((0.0, 1.0, 1.46, math.log(10)), options, strict=True), key=lambda pair: abs(pair[0] - _twice()))[1],
        because=lambda: (
            f"At a logit of 1,000 for the true class the loss is {number(_twice(), 4)}: the second softmax sees at best "
            f"1 and nine 0s, so it stays above log(1 + 9/e) = {number(twice_floor(10), 4)}."
        ),
    )  # fmt: skip


def _pairing(page: Probabilities) -> None:
    for column, pair in zip(st.columns(len(PAIRS)), PAIRS.values(), strict=True):
        column.markdown(f"**{pair.name}**\n\n$${pair.latex}$$")
    z, label = page.view["at"], page.label
    p = sigmoid(z)
    st.caption(f"Here z = {short(z)}, p = σ(z) = {number(p)}, y = {label}: p − y = {number(p - label)}, p(1 − p) = {number(p * (1 - p))}.")  # fmt: skip
    options = ("About as strong", "About 10 times", "About 200 times")
    predict_first(
        "probabilities:pairing:predict",
        "A sigmoid stands at z = −6 and should say yes. How much stronger is BCE’s slope than MSE’s?",
        options,
        right=lambda: min(zip((1, 10, 200), options, strict=True), key=lambda pair: abs(math.log(pair[0] / _ratio())))[1],
        because=lambda: (
            f"BCE’s slope is {number(slopes(1, -6.0)['sigmoid_bce'][1])}, MSE’s {number(slopes(1, -6.0)['sigmoid_mse'][1])}: "
            f"{number(_ratio())} times."
        ),
    )  # fmt: skip


def _divergence(page: Probabilities) -> None:
    chosen = {key: {} for key in OUTCOME_DIVERGENCES}
    formulas(chosen)
    options = ("Between the humps, wide", "On the likelier hump", "On the other hump")
    predict_first(
        "probabilities:divergence:predict",
        "P has humps at −3 and 3, the right one with probability 0.6. Where is the Gaussian of least reverse KL?",
        options,
        right=lambda: options[int(np.argmin([abs(_seat()[0]), abs(_seat()[0] - 3), abs(_seat()[0] + 3)]))],
        because=lambda: (
            f"Its mean is {number(_seat()[0])} and its width {number(_seat()[1])}. Forward KL would take mean "
            f"{number(_humps().moments[0])} and width {number(_humps().moments[1])}."
        ),
    )


def _wrong(key: str) -> float:
    """How hard a loss pulls on the true class of three when the model is sure of another."""
    loss = LOSSES[key]
    return -float(probe(loss, [WRONG[0], WRONG[1], WRONG[0]], [1.0, 0.0, 0.0], loss.settings())[1][0])


def _twice() -> float:
    return float(curve(np.array([1e3]), 10, 2)[0][0])


def _ratio() -> float:
    here = slopes(1, -6.0)
    return here["sigmoid_bce"][1] / here["sigmoid_mse"][1]


def _humps() -> Mixture:
    return Mixture((-3.0, 3.0), (0.7, 1.0), 0.4)


def _seat() -> tuple[float, float]:
    best = answers(_humps(), None).minima[0]
    return best.mean, best.width
