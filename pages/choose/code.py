"""The advised loss fitted to the data of the page ``choose``, as programs that print the page's number."""

from components.cards.program import Program, array, assembled, codes, labelled, mean, refuse_many
from losses import LOSSES
from losses.advice.linear import design
from pages.choose.model import Choose

SKLEARN = {
    "mse": "sklearn.linear_model.LinearRegression()",
    "quantile": "sklearn.linear_model.QuantileRegressor(quantile={tau!r}, alpha=0)",
}


def program(page: Choose, library: str) -> Program:
    """The advised loss of the page's fit, as a program of a library; where a line of a library fits it, that as well.

    Raises
    ------
    ValueError
        Says why there is none: too many rows, answers without data, or no such loss in the library.
    """
    advice = page.advice
    if advice.features is None or advice.target is None or advice.evidence is None:
        raise ValueError("There is a program where there are data with candidates: go to the view Data.")
    refuse_many(len(advice.target.values))
    losses = codes({advice.loss: advice.settings}, library)
    fitted = advice.evidence.fitted[0]
    code = losses.found[advice.loss]
    if LOSSES[advice.loss].family == "binary":
        raise ValueError("For labels see the programs of the page Classification.")
    name = LOSSES[advice.loss].name
    body = [
        f"features = {array(design(advice.features)[:, 1:], library)}  # in standard deviations from their means",
        f"target = {array(advice.target.values, library)}",
        f"prediction = {array(fitted, library)}  # of the fit on screen",
        f"loss = {mean(code, library)}",
        labelled(name, {"mean loss": "float(loss)"}),
    ]
    if library == "sklearn" and advice.loss in SKLEARN:
        body += [
            f"model = {SKLEARN[advice.loss].format(**advice.settings)}.fit(features, target)",
            "prediction = model.predict(features)",
            f"loss = {mean(code, library)}",
            labelled(f"{name} by scikit-learn", {"mean loss": "float(loss)"}),
        ]
    return assembled(losses, body)
