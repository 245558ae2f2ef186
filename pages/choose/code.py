"""The advised loss fitted to the data of the page ``choose``, as programs that print the page's number."""

import numpy as np

from components.cards.program import Program, array, assembled, codes, labelled, mean, refuse_many
from losses import LOSSES
from losses.advice.advise import Advice
from losses.advice.linear import design
from pages.choose.model import Choose

SKLEARN = {
    "mse": "sklearn.linear_model.LinearRegression()",
    "quantile": "sklearn.linear_model.QuantileRegressor(quantile={tau!r}, alpha=0)",
}


LEAST_SQUARES = """rows = np.column_stack([np.ones(len(features)), features])
prediction = rows @ np.linalg.lstsq(rows, target, rcond=None)[0]""".splitlines()
DESCENT = """rows = torch.cat([torch.ones_like(features[:, :1]), features], 1)
weights = torch.zeros(rows.shape[1], dtype=rows.dtype, requires_grad=True)
optimizer = torch.optim.LBFGS([weights], max_iter=500, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    prediction = rows @ weights
    value = {loss}
    value.backward()
    return value


optimizer.step(closure)
prediction = (rows @ weights).detach()"""


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
    if advice.case.predicted == "classes":
        raise ValueError("Of several classes the page Implement has the programs: sparse cross-entropy.")
    refuse_many(len(advice.target.values))
    losses = codes({advice.loss: advice.settings}, library)
    fitted = advice.evidence.fitted[0]
    code = losses.found[advice.loss]
    if LOSSES[advice.loss].link and LOSSES[advice.loss].family == "binary":  # which takes logits
        fitted = np.log(fitted) - np.log1p(-fitted)
    name = LOSSES[advice.loss].name
    body = [
        f"features = {array(design(advice.features)[:, 1:], library)}  # in standard deviations from their means",
        f"target = {array(advice.target.values, library)}",
        f"prediction = {array(fitted, library)}  # of the fit on screen",
        f"loss = {mean(code, library)}",
        labelled(name, {"mean loss": "float(loss)"}),
    ]
    for by, lines in _own_fit(advice, library, mean(code, library)).items():
        body += [*lines, f"loss = {mean(code, library)}", labelled(f"{name} by {by}", {"mean loss": "float(loss)"})]
    return assembled(losses, body)


def _own_fit(advice: Advice, library: str, loss: str) -> dict[str, list[str]]:
    """By what it fits with, the lines in which a library fits the advised linear model, where it does so exactly."""
    declared = LOSSES[advice.loss]
    smooth = all(declared.fact(fact, **advice.settings) for fact in ("convex", "differentiable"))
    if not advice.output.startswith("none"):
        return {}
    if library == "sklearn" and advice.loss in SKLEARN:
        fit = f"model = {SKLEARN[advice.loss].format(**advice.settings)}.fit(features, target)"
        return {"scikit-learn": [fit, "prediction = model.predict(features)"]}
    if library == "torch" and smooth:
        return {"L-BFGS": [*DESCENT.format(loss=loss).splitlines()]}
    if library == "numpy" and declared.estimates == "mean":
        return {"least squares": [*LEAST_SQUARES]}
    return {}
