"""Programs to copy: losses written in one library, with their data, ready to run. Pages write theirs with what is here."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from components.text import listed
from losses import LOSSES
from losses.spec.domain import REAL, SIGN, Domain
from losses.spec.expression import renamed
from losses.spec.loss import Loss
from losses.spec.source import definitions, literal

LIBRARIES = {"PyTorch": "torch", "Keras": "keras", "scikit-learn": "sklearn", "NumPy": "numpy"}
TITLES = {library: title for title, library in LIBRARIES.items()}
Chosen = Mapping[str, Mapping[str, Any]]
MOST = 1_000  # examples up to which a program holds its data
CERTAIN = 1e-15  # a probability as near to 0 or 1 is cut off by scikit-learn and, a little nearer, by the others
SATURATED = 34.0  # a logit whose probability is
IMPORTS = {  # by the name that needs it, in the order in which they are written
    "base64.": "import base64",
    "math.": "import math",
    "zlib.": "import zlib",
    "keras.": "import keras",
    "np.": "import numpy as np",
    "scipy.ndimage.": "import scipy.ndimage",
    "scipy.special.": "import scipy.special",
    "sklearn.datasets.": "import sklearn.datasets",
    "sklearn.linear_model.": "import sklearn.linear_model",
    "sklearn.metrics.": "import sklearn.metrics",
    "sklearn.svm.": "import sklearn.svm",
    "torch.": "import torch",
}
BACKEND = ("import os", "", 'os.environ["KERAS_BACKEND"] = "torch"  # before Keras is imported', "")
PRECISION = 'keras.config.set_floatx("float64")  # means are of single precision all the same: six digits'
EPSILON = "keras.config.set_epsilon(1e-300)  # its own 1e-7, beside probabilities, is seen in the seventh digit"


@dataclass(frozen=True)
class Program:
    """A program as text, and what it leaves out, in sentences."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """A loss in one library: an expression in its inputs, of one number per example or of their mean.

    ``own`` are the functions that must be defined before it, by name, where the library has no such loss.
    """

    code: str
    mean: bool
    own: Mapping[str, str] = field(default_factory=dict)


def written(loss: Loss, library: str, parameters: Mapping[str, Any], exact: bool = True) -> Written | None:
    """A loss in a library, or None where that has no exact equivalent.

    Keras takes its own losses' means over the last axis: given columns ``[n, 1]``, they are per example.

    Parameters
    ----------
    loss
        The loss.
    library
        A value of ``LIBRARIES``.
    parameters
        Of the loss; defaults stand in for those left out.
    exact
        Whether the inputs keep away from the edges of their domains, where libraries cut off what is infinite.
    """
    settings = loss.settings(**parameters)
    code = loss.code(library, **settings)
    if library in ("torch", "numpy") and not (code and exact):
        return _own(loss, library, settings)
    if code is None or not exact:
        return None
    domains = {name: domain.resolve(settings) for name, domain in loss.inputs.items()}
    vectors = any(domain.event_dims for domain in domains.values())
    if library == "keras" and ".losses." in code and not vectors:
        return Written(renamed(code, **{name: f"{name}[:, None]" for name in loss.inputs}), False)
    whole = [name for name, domain in domains.items() if domain.integer and library == "torch"]
    return Written(renamed(code, **{name: f"{name}.long()" for name in whole}), library == "sklearn")


def _own(loss: Loss, library: str, settings: Mapping[str, Any]) -> Written | None:
    """The function of the loss itself, or None where it calls what NumPy has not."""
    values = [f"{name}={literal(value)}" for name, value in settings.items()]
    try:
        own = definitions(loss.function, library)
    except ValueError:
        return None
    return Written(f"{loss.key}({', '.join([*loss.inputs, *values])})", False, own)


def mean(code: Written, library: str, weight: str = "", **names: str) -> str:
    """The mean over the examples of a loss.

    Parameters
    ----------
    code
        The loss.
    library
        A value of ``LIBRARIES``.
    weight
        What the loss of each example is multiplied by, if by anything.
    **names
        What stands in place of its inputs.
    """
    text = renamed(code.code, **names)
    if code.mean and weight:
        return f"np.mean({weight}) * {text.removesuffix(')')}, sample_weight={weight})"
    if code.mean:
        return text
    if library == "keras":
        return f"keras.ops.mean({f'keras.ops.multiply({weight}, {text})' if weight else text})"
    text = f"{weight} * ({text})" if weight else text
    return renamed(f"({text}).mean()") if library == "torch" else f"np.mean({renamed(text)})"


@dataclass(frozen=True)
class Codes:
    """Some losses in one library, by key, as far as it has them; ``notes`` say which it has not.

    ``epsilon`` says whether Keras must be told to take logarithms as they are.
    """

    library: str
    found: Mapping[str, Written]
    notes: tuple[str, ...]
    epsilon: bool


def codes(chosen: Chosen, library: str, inexact: Iterable[str] = ()) -> Codes:
    """All losses chosen, in a library.

    Parameters
    ----------
    chosen
        By key, the parameters of each.
    library
        A value of ``LIBRARIES``.
    inexact
        Keys of those whose inputs are at the edge of their domains (``at_edge``).

    Raises
    ------
    ValueError
        Where the library has none of them.
    """
    edge = chosen.keys() & set(inexact)
    tried = {key: written(LOSSES[key], library, parameters, key not in edge) for key, parameters in chosen.items()}
    found = {key: code for key, code in tried.items() if code}
    cut = [key for key in edge - found.keys() if LOSSES[key].code(library, **chosen[key])]
    lacking = listed(LOSSES[key].name for key in chosen if key not in found and key not in cut)
    other = listed(LOSSES[key].name for key in chosen if key in cut)
    notes = [
        *([f"{TITLES[library]} has no exact equivalent of {lacking}."] if lacking else []),
        *([f"In this state {TITLES[library]} does not give the same number for {other}."] if other else []),
    ]
    if not found:
        raise ValueError(" ".join(notes))
    return Codes(library, found, tuple(notes), any(_takes_probabilities(LOSSES[key], chosen[key]) for key in found))


def single(code: Written, library: str, **names: str) -> str:
    """A loss of one example, which PyTorch and NumPy take without an axis for the examples, with other names."""
    return renamed(code.code, **names) if library in ("torch", "numpy") else mean(code, library, **names)


def at_edge(loss: Loss, parameters: Mapping[str, Any], inputs: Mapping[str, np.ndarray], library: str) -> bool:
    """Whether a library cuts off what this loss makes of these inputs: logarithms of 0, and 0 / 0 where nothing overlaps.

    Parameters
    ----------
    loss
        The loss.
    parameters
        Of the loss.
    inputs
        By name, any shape.
    library
        A value of ``LIBRARIES``.
    """
    settings = loss.settings(**parameters)
    if loss.family == "overlap":  # written as a quotient it has no slope in PyTorch where nothing is wrong
        return library == "torch" or not inputs["target"].any()
    if library == "sklearn" and "log_loss(target, scipy" in (loss.code(library, **settings) or ""):
        return bool(np.abs(inputs["prediction"]).max() > SATURATED)
    compared = inputs if loss.family == "divergence" else {"prediction": inputs.get("prediction")}
    domains = {name: domain.resolve(settings) for name, domain in loss.inputs.items()}
    return any(_is_cut(domains[name], values) for name, values in compared.items() if values is not None)


def _is_cut(domain: Domain, values: np.ndarray) -> bool:
    if domain.sums_to_one or (domain.low, domain.high) == (0.0, 1.0):
        return bool((np.minimum(values, 1 - values) < CERTAIN).any())
    return domain.low == 0 and domain.open_low and bool((values < CERTAIN).any())


def _takes_probabilities(loss: Loss, parameters: Mapping[str, Any]) -> bool:
    """Whether Keras may use its epsilon: with anything but plain numbers, also with logits that it puts through softmax."""
    settings = loss.settings(**parameters)
    return any(domain.resolve(settings) not in (REAL, SIGN) for domain in loss.inputs.values())


def array(values: Any, library: str) -> str:
    """Numbers of any shape as an array of a library, in full."""
    return f"{'torch.tensor' if library == 'torch' else 'np.array'}({np.asarray(values).tolist()!r})"


def refuse_many(count: int) -> None:
    """Raise ``ValueError`` for more examples than a program can be read with."""
    if count > MOST:
        raise ValueError(f"A program holds at most {MOST:,} examples, and these are {count:,}.")


def assembled(losses: Codes, body: Sequence[str], functions: Mapping[str, str] | None = None) -> Program:
    """A program: what it imports, how its library computes, what it defines, what it does.

    Parameters
    ----------
    losses
        Those that occur in it.
    body
        The lines of what it does.
    functions
        By name, what it defines besides the losses.
    """
    own = {name: text for code in losses.found.values() for name, text in code.own.items()} | dict(functions or {})
    precision = {
        "torch": ["torch.set_default_dtype(torch.float64)"],
        "keras": [PRECISION, *([EPSILON] if losses.epsilon else [])],
    }.get(losses.library, [])
    defined = [text.splitlines() for text in own.values()]
    gap = ["", ""] if defined else [""]
    needed = imports([*precision, *(line for text in defined for line in text), *body])
    head = [*(BACKEND if losses.library == "keras" else ()), *needed, *(["", *precision] if precision else [])]
    blocks = [head, *defined, body]
    return Program("\n".join(line for block in blocks for line in (*block, *gap)).rstrip(), losses.notes)


def imports(lines: Sequence[str]) -> list[str]:
    """What lines of code need to have imported."""
    return [
        statement
        for name, statement in IMPORTS.items()
        if any(re.search(rf"(?<![\w.]){re.escape(name)}", line) for line in lines)
    ]


def quoted(text: str) -> str:
    """Text as a literal."""
    return json.dumps(text, ensure_ascii=False)


def labelled(title: str, values: Mapping[str, str]) -> str:
    """A statement that prints expressions under their names.

    >>> labelled("MSE", {"slope": "w", "mean loss": "loss"})
    'print(f"MSE: slope {w}, mean loss {loss}")'
    """
    parts = ", ".join(f"{name} {{{code}}}" for name, code in values.items())
    return f'print(f"{title}: {parts}")'
