"""The fits of the page ``outliers`` as programs that print the same numbers."""

from collections.abc import Mapping

from components.cards.program import Codes, Program, array, assembled, codes, labelled, mean, quoted, refuse_many
from losses import LOSSES
from losses.fitting.fit import Fit
from losses.spec.domain import REAL
from pages.outliers.model import Outliers

REGRESSORS = {
    "mse": "sklearn.linear_model.LinearRegression()",
    "mae": "sklearn.linear_model.QuantileRegressor(alpha=0)",
    "quantile": "sklearn.linear_model.QuantileRegressor(quantile={tau!r}, alpha=0)",
}
DESCENT = '''

def fit(loss):
    """Intercept and slope of the least mean loss, by L-BFGS from the least-squares fit."""
    middle, spread = x.mean(), x.std()
    basis = {basis}
    weights = torch.linalg.lstsq(basis, target[:, None]).solution[:, 0].requires_grad_()
    optimizer = torch.optim.LBFGS(
        [weights], max_iter=200, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        value = loss(basis @ weights)
        value.backward()
        return value

    optimizer.step(closure)
    level, slope = {coefficients}
    return level.item(), slope.item()

'''
LINE = {
    "basis": "torch.stack([torch.ones_like(x), (x - middle) / spread], -1)",
    "coefficients": "weights[0] - weights[1] / spread * middle, weights[1] / spread",
}
CONSTANT = {"basis": "torch.ones_like(x)[:, None]", "coefficients": "weights[0], torch.tensor(0.0)"}


def program(page: Outliers, library: str) -> Program:
    """The points on screen and every fit to them, as a program of a library.

    It prints each line that the page found with its mean loss, and fits those that the library fits exactly.

    Raises
    ------
    ValueError
        Says why there is none: too many points, or no loss that the library has.
    """
    points, chosen, model = page.points, page.chosen(), page.view["model"]
    refuse_many(len(points.x))
    fits = page.fitted()[0]
    if not fits:
        raise ValueError("None of these losses can be fitted to the points.")
    losses = codes({key: chosen[key] for key in fits}, library)
    body = [
        f"x = {array(points.x, library)}",
        f"target = {array(points.y, library)}",
        "losses = {",
        *(
            f"    {quoted(LOSSES[key].name)}: lambda prediction: {mean(code, library)},"
            for key, code in losses.found.items()
        ),
        "}",
        "lines = {  # intercept and slope of the fit on screen",
        *(f"    {quoted(LOSSES[key].name)}: ({fits[key].intercept!r}, {fits[key].slope!r})," for key in losses.found),
        "}",
        "for name, (intercept, slope) in lines.items():",
        "    loss = losses[name](intercept + slope * x)",
        f"    {printed('{name}', 'float(loss)')}",
        *own_fits(losses, fits, model),
    ]
    return assembled(losses, body)


def printed(title: str, loss: str) -> str:
    """The statement that prints a line and its mean loss."""
    return labelled(title, {"intercept": "intercept", "slope": "slope", "mean loss": loss})


def own_fits(losses: Codes, fits: Mapping[str, Fit], model: str) -> list[str]:
    """The lines in which a library fits what it fits exactly."""
    if losses.library == "torch":
        return _descended([key for key in losses.found if _descends(key, fits[key])], model)
    if losses.library == "sklearn":
        return _regressed({key: fits[key] for key in REGRESSORS if key in losses.found}, model)
    if losses.library == "numpy" and "mse" in losses.found:
        return _solved(model)
    return []


def _descends(key: str, fit: Fit) -> bool:
    """Whether a descent ends in the one minimum: the loss is smooth, convex and defined everywhere."""
    loss = LOSSES[key]
    everywhere = loss.inputs["prediction"] is REAL
    return everywhere and all(loss.fact(fact, **fit.settings) for fact in ("convex", "differentiable"))


def _descended(keys: list[str], model: str) -> list[str]:
    if not keys:
        return []
    names = [LOSSES[key].name for key in keys]
    return [
        *DESCENT.format(**(LINE if model == "line" else CONSTANT)).splitlines(),
        "",
        f"for name in [{', '.join(map(quoted, names))}]:",
        "    intercept, slope = fit(losses[name])",
        "    loss = losses[name](intercept + slope * x)",
        f"    {printed('{name} by L-BFGS', 'float(loss)')}",
    ]


def _regressed(fits: Mapping[str, Fit], model: str) -> list[str]:
    if not fits:
        return []
    features = "x[:, None]" if model == "line" else "0 * x[:, None]  # of a constant"
    regressors = {key: REGRESSORS[key].format(**fit.settings) for key, fit in fits.items()}
    return [
        f"features = {features}",
        "regressors = {",
        *(f"    {quoted(LOSSES[key].name)}: {code}," for key, code in regressors.items()),
        "}",
        "for name, regressor in regressors.items():",
        "    regressor.fit(features, target)",
        "    intercept, slope = float(regressor.intercept_), float(regressor.coef_[0])",
        "    loss = losses[name](regressor.predict(features))",
        f"    {printed('{name} by scikit-learn', 'loss')}",
    ]


def _solved(model: str) -> list[str]:
    name = LOSSES["mse"].name
    return [
        f"slope, intercept = {'np.polyfit(x, target, 1)' if model == 'line' else '0.0, np.mean(target)'}",
        f"loss = losses[{quoted(name)}](intercept + slope * x)",
        printed(f"{name} by least squares", "float(loss)"),
    ]
