"""The polynomial of the page ``regularization`` where it is held back by dropout or by stopping early, as programs."""

from components.cards.program import TITLES, Codes, Program, array, assembled, labelled
from losses.shrinkage.polynomial import PolynomialFit

MOST_STEPS = 20_000  # that a program is waited for
MODULES = {"torch": "torch", "numpy": "np"}
PRINTED = labelled("{title}", {"weights": "weights.tolist()", "intercept": "float(intercept)", "error": "float(error)"})


def features_code(fit: PolynomialFit, library: str) -> list[str]:
    """The lines that make features and target."""
    x, y = fit.fitted
    call = f"np.polynomial.legendre.legvander(x, {fit.degree})[:, 1:]"
    made = f"torch.tensor({call})" if library == "torch" else call
    return [f"x = {array(x, 'numpy')}", f"features = {made}", f"target = {array(y, library)}"]


def held_back(fit: PolynomialFit, library: str, setting: float) -> Program:
    """A fit under dropout of the share ``setting``, in expectation, or stopped after so many steps.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    kind = fit.held_back.kind
    if library not in MODULES:
        raise ValueError(f"{TITLES[library]} has no exact form of this: see PyTorch or NumPy.")
    if kind == "stopping" and setting > MOST_STEPS:
        raise ValueError(f"A loop of {setting:,} steps takes too long to wait for: at most {MOST_STEPS:,} are written.")
    lines = _dropout(library, setting) if kind == "dropout" else _stopping(library, setting)
    body = [
        *features_code(fit, library),
        "moved, goal = features - features.mean(0), target - target.mean()",
        *lines,
        "intercept = target.mean() - features.mean(0) @ weights",
        "error = ((features @ weights + intercept - target) ** 2).mean()",
        PRINTED.replace("{title}", "Dropout" if kind == "dropout" else "Early stopping"),
    ]
    return assembled(Codes(library, {}, (), False), body)


def _dropout(library: str, share: float) -> list[str]:
    module = MODULES[library]
    return [
        f"share = {share!r}  # of features that are dropped",
        "gram = moved.T @ moved / len(goal)",
        f"price = share / (1 - share) * {module}.diag({module}.diag(gram))  # what dropout costs in expectation",
        f"weights = {module}.linalg.solve(gram + price, moved.T @ goal / len(goal))",
    ]


def _stopping(library: str, steps: float) -> list[str]:
    if library == "numpy":
        return [
            "rate = len(goal) / np.linalg.norm(moved, 2) ** 2 / 2",
            "weights = np.zeros(features.shape[1])",
            f"for step in range({int(steps)}):",
            "    weights = weights - rate * moved.T @ (moved @ weights - goal) / len(goal)",
        ]
    return [
        "rate = len(goal) / torch.linalg.matrix_norm(moved, 2).item() ** 2 / 2",
        "weights = torch.zeros(features.shape[1], requires_grad=True)",
        "optimizer = torch.optim.SGD([weights], lr=rate)",
        f"for step in range({int(steps)}):",
        "    optimizer.zero_grad()",
        "    (((moved @ weights - goal) ** 2).mean() / 2).backward()",
        "    optimizer.step()",
        "weights = weights.detach()",
    ]
