"""The views of the page ``probabilities`` as programs that print the same numbers."""

from collections.abc import Mapping

import numpy as np

from components.cards.program import (
    TITLES,
    Codes,
    Program,
    array,
    assembled,
    at_edge,
    codes,
    labelled,
    mean,
    quoted,
    single,
)
from components.page.parameters import settings
from losses import LOSSES
from losses.probability.encoding import probabilities as case_probabilities
from losses.probability.outcomes import OUTCOME_DIVERGENCES
from losses.probability.pairing import PAIRS
from pages.probabilities.divergence_view import DIVERGENCES, answers
from pages.probabilities.model import Probabilities

CATEGORICAL, SPARSE = "categorical_cross_entropy", "sparse_categorical_cross_entropy"


def program(page: Probabilities, library: str) -> Program:
    """The view on screen as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    views = {"simplex": _simplex, "encoding": _encoding, "pairing": _pairing, "humps": _humps, "outcomes": _outcomes}
    return views[page.kind](page, library)


def _softmax(library: str, of: str, result: str, temperature: float = 1.0) -> list[str]:
    """The lines that give the probabilities of logits."""
    share = "" if temperature == 1 else f" / {temperature!r}"
    if library == "torch":
        return [f"{result} = torch.softmax({of}{share}, -1)"]
    return [
        f"odds = np.exp({f'({of} - {of}.max()){share}' if share else f'{of} - {of}.max()'})",
        f"{result} = odds / odds.sum()",
    ]


def _simplex(page: Probabilities, library: str) -> Program:
    loss, truth = page.loss, np.array(page.view["target"])
    parameters = dict(settings(page.view, loss))
    logits = "from_logits" in loss.parameters
    if logits:
        parameters["from_logits"] = True
    soft = library == "sklearn" and logits and truth.max() < 1  # its log_loss takes one class for an example
    edge = soft or at_edge(loss, parameters, {"prediction": np.array(page.logits)}, library)
    found = codes({loss.key: parameters}, library, [loss.key] if edge else [])
    code = (single if logits else mean)(
        found.found[loss.key], library, prediction="logits" if logits else "probability"
    )
    tensor = library == "torch"
    rows = library in ("keras", "sklearn")
    start, target = (array([values] if rows else values, library) for values in (page.logits, truth.tolist()))
    return assembled(
        found,
        [
            f"logits = {start.removesuffix(')')}, requires_grad=True)" if tensor else f"logits = {start}",
            f"target = {target}",
            *_softmax(library, "logits", "probability", parameters.get("temperature", 1.0)),
            labelled("prediction", {"probabilities": "probability.ravel().tolist()"}),
            f"loss = {code}" if logits else f"loss = {len(truth)} * {code}  # added up over the classes",
            *(["(slope,) = torch.autograd.grad(loss, logits)"] if tensor else []),
            labelled(
                loss.name, {"loss": "loss.item()", "slopes": "slope.tolist()"} if tensor else {"loss": "float(loss)"}
            ),
        ],
    )


def _encoding(page: Probabilities, library: str) -> Program:
    about = page.case
    if about.refusal:
        raise ValueError(f"Refused: {about.refusal}.")
    given = {"from_logits": about.from_logits, "label_smoothing": about.smoothing, "temperature": about.temperature}
    output = case_probabilities(about.lead, about.classes) if about.softmax else _logits(page)
    inputs = {"prediction": output}
    both = dict.fromkeys((CATEGORICAL, SPARSE), given)
    found = codes(both, library, [key for key in both if at_edge(LOSSES[key], given, inputs, library)])
    row = ("[", "]") if library in ("keras", "sklearn") else ("", "")
    tensor = "torch.tensor" if library == "torch" else "np.array"
    zeros = f"[0.0] * {about.classes - 1}"
    body = [
        f"logits = {tensor}({row[0]}[{about.lead!r}] + {zeros}{row[1]})",
        f"one_hot = {tensor}({row[0]}[1.0] + {zeros}{row[1]})",
        f"index = {tensor}({row[0]}0{row[1]})",
        *(_softmax(library, "logits", "output") if about.softmax else ["output = logits"]),
    ]
    for key, code in found.found.items():
        target = "one_hot" if key == CATEGORICAL else "index"
        body += [
            f"loss = {single(code, library, prediction='output', target=target)}",
            labelled(LOSSES[key].name, {"loss": "float(loss)"}),
        ]
    return assembled(_with_curves(page, found, body), body)


def _logits(page: Probabilities) -> np.ndarray:
    return np.array([page.case.lead] + [0.0] * (page.case.classes - 1))


def _with_curves(page: Probabilities, found: Codes, body: list[str]) -> Codes:
    """Add the curves at the probe: softmax once, twice, and once with smoothing and temperature."""
    about, library = page.case, found.library
    plain = {"from_logits": True, "label_smoothing": 0.0, "temperature": 1.0}
    changed = plain | {"label_smoothing": about.smoothing, "temperature": about.temperature}
    curves = {"softmax once": ("logits", plain), "softmax twice": ("shares", plain)}
    if about.named():
        curves["smoothed and tempered"] = ("logits", changed)
    body += _softmax(library, "logits", "shares")
    more = dict(found.found)
    for name, (prediction, parameters) in curves.items():
        cut = at_edge(LOSSES[CATEGORICAL], parameters, {"prediction": _logits(page)}, library)
        try:
            code = codes({CATEGORICAL: parameters}, library, [CATEGORICAL] if cut else []).found[CATEGORICAL]
        except ValueError:
            continue
        more[name] = code
        body += [
            f"loss = {single(code, library, prediction=prediction, target='one_hot')}",
            labelled(name, {"loss": "float(loss)"}),
        ]
    return Codes(library, more, found.notes, found.epsilon)


def _outcomes(page: Probabilities, library: str) -> Program:
    p, q = (np.array(page.view[name]) for name in ("p", "q"))
    inputs = {"prediction": q, "target": p}
    chosen: dict[str, Mapping] = {key: {} for key in OUTCOME_DIVERGENCES}
    found = codes(chosen, library, [key for key in chosen if at_edge(LOSSES[key], {}, inputs, library)])
    body = [f"p = {array(p, library)}", f"q = {array(q, library)}"]
    for key, code in found.found.items():
        body += [
            f"loss = {single(code, library, prediction='q', target='p')}",
            labelled(LOSSES[key].name, {"value": "float(loss)"}),
        ]
    return assembled(found, body)


def _humps(page: Probabilities, library: str) -> Program:
    if library not in ("torch", "numpy"):
        raise ValueError(f"{TITLES[library]} has no divergence of densities: see PyTorch or NumPy.")
    mixture = page.mixture
    found = dict(zip(DIVERGENCES, answers(mixture, page.view["begin"])[:3], strict=True))
    (m1, m2), (s1, s2), share = mixture.means, mixture.widths, mixture.weight
    module = "torch" if library == "torch" else "np"
    rows = [f"    {quoted(LOSSES[key].name)}: ({fit.mean!r}, {fit.width!r})," for key, fit in found.items()]
    values = {"mean": "mean", "width": "width", "forward KL": "float(forward)", "reverse KL": "float(reverse)"}
    body = f"""\
x = {module}.linspace(-60.0, 60.0, 24001)
dx = 120 / 24000


def log_gaussian(mean, width):
    return -(((x - mean) / width) ** 2) / 2 - math.log(width * math.sqrt(2 * math.pi))


first, second = math.log({share!r}) + log_gaussian({m1!r}, {s1!r}), math.log({1 - share!r}) + log_gaussian({m2!r}, {s2!r})
log_p = {module}.logaddexp(first, second)
gaussians = {{  # mean and width of the Gaussian that each divergence chooses, as on screen
{chr(10).join(rows)}
}}
for name, (mean, width) in gaussians.items():
    log_q = log_gaussian(mean, width)
    log_m = {module}.logaddexp(log_p, log_q) - math.log(2)
    p, q = {module}.exp(log_p), {module}.exp(log_q)
    forward = (p * (log_p - log_q)).sum() * dx
    reverse = (q * (log_q - log_p)).sum() * dx
    between = (p * (log_p - log_m) + q * (log_q - log_m)).sum() * dx / 2
    {labelled("{name}", values | {"JS": "float(between)"})}
p = {module}.exp(log_p)
mean = (x * p).sum() * dx
width = (((x - mean) ** 2 * p).sum() * dx) ** 0.5
{labelled("P itself", {"mean": "float(mean)", "width": "float(width)"})}
"""
    return assembled(Codes(library, {}, (), False), body.splitlines())


def _pairing(page: Probabilities, library: str) -> Program:
    if library == "sklearn":
        raise ValueError("scikit-learn trains by solvers of its own, not by gradient descent from a given start.")
    write = {"torch": _trained_in_torch, "numpy": _trained_in_numpy, "keras": _trained_in_keras}[library]
    return assembled(Codes(library, {}, (), False), write(page))


def _weights(at: float) -> list[str]:
    """The weights of every pair that stand for a logit: with two, half of it each, of either sign."""
    weights = {1: [at], 2: [-at / 2, at / 2]}
    return [f"    {quoted(pair.name)}: {weights[pair.trained]!r}," for pair in PAIRS.values()]


def _trained_in_torch(page: Probabilities) -> list[str]:
    start, label, rate, steps = page.training
    arguments = {1: "z", 2: "a, b"}
    return [
        f"y = torch.tensor({float(label)!r})",
        "losses = {",
        *(f"    {quoted(pair.name)}: lambda {arguments[pair.trained]}: {pair.code}," for pair in PAIRS.values()),
        "}",
        "probes = {  # z, or the logits of no and yes",
        *_weights(page.view["at"]),
        "}",
        "starts = {",
        *_weights(start),
        "}",
        "for name, loss in losses.items():",
        "    weights = torch.tensor(probes[name], requires_grad=True)",
        "    value = loss(*weights)",
        "    (slope,) = torch.autograd.grad(value, weights)",
        f"    {labelled('{name} at the probe', {'loss': 'value.item()', 'slope': 'slope[-1].item()'})}",
        "    weights = torch.tensor(starts[name], requires_grad=True)",
        f"    optimizer = torch.optim.SGD([weights], lr={rate!r})",
        f"    for step in range({steps}):",
        "        optimizer.zero_grad()",
        "        loss(*weights).backward()",
        "        optimizer.step()",
        "    logit = weights[-1] - weights[:-1].sum()",
        f"    {labelled('{name} trained', {'logit': 'logit.item()', 'loss': 'loss(*weights).item()'})}",
    ]


def _trained_in_numpy(page: Probabilities) -> list[str]:
    start, label, rate, steps = page.training
    return [
        "def sigmoid(z):",
        "    return 1 / (1 + np.exp(-z))",
        "",
        "",
        f"y = {float(label)!r}",
        "pairs = {  # loss and slopes in the weights w: z, or the logits of no and yes",
        *(
            f"    {quoted(pair.name)}: (lambda w: {pair.numpy[0]}, lambda w: {pair.numpy[1]}),"
            for pair in PAIRS.values()
        ),
        "}",
        "probes = {",
        *_weights(page.view["at"]),
        "}",
        "starts = {",
        *_weights(start),
        "}",
        "for name, (loss, slope) in pairs.items():",
        "    weights = np.array(probes[name])",
        f"    {labelled('{name} at the probe', {'loss': 'loss(weights)', 'slope': 'slope(weights)[-1]'})}",
        "    weights = np.array(starts[name])",
        f"    for step in range({steps}):",
        f"        weights = weights - {rate!r} * slope(weights)",
        "    logit = weights[-1] - weights[:-1].sum()",
        f"    {labelled('{name} trained', {'logit': 'logit', 'loss': 'loss(weights)'})}",
    ]


def _trained_in_keras(page: Probabilities) -> list[str]:
    start, label, rate, steps = page.training
    return [
        f"one, y = np.ones((1, 1)), np.array([[{float(label)!r}]])",
        "pairs = {  # activation of the output, and the loss",
        *(f"    {quoted(pair.name)}: ({quoted(pair.keras[0])}, {pair.keras[1]})," for pair in PAIRS.values()),
        "}",
        "starts = {  # z, or the logits of no and yes",
        *_weights(start),
        "}",
        "for name, (activation, loss) in pairs.items():",
        "    layer = keras.layers.Dense(len(starts[name]), activation, use_bias=False)",
        "    model = keras.Sequential([keras.Input((1,)), layer])",
        "    layer.set_weights([np.array([starts[name]])])",
        f"    model.compile(keras.optimizers.SGD({rate!r}), loss)",
        f"    for step in range({steps}):",
        "        model.train_on_batch(one, y)",
        "    (weights,) = layer.get_weights()",
        "    logit = weights[0, -1] - weights[0, :-1].sum()",
        "    loss = model.evaluate(one, y, verbose=0)",
        f"    {labelled('{name} trained', {'logit': 'logit', 'loss': 'loss'})}",
    ]
