"""Turning numbers, symbols and foreign text into what stands on screen."""

import math
import re
from collections.abc import Callable, Iterable

from losses.spec.parameter import Parameter

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "varepsilon": "ε",
    "epsilon": "ε",
    "tau": "τ",
    "eta": "η",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
}
SUBSCRIPTS = str.maketrans("+-0123456789", "₊₋₀₁₂₃₄₅₆₇₈₉")

JOINER = "\u2060"
_SECOND_LOOK = re.compile(
    r"(?<=:)(?=//|material/|[\w+-]+:)|(?<=www)(?=\.)|(?<=[-.\w+])(?=@[-\w])|(?<=[<>~-])(?=[->=])", re.IGNORECASE
)


def number(value: float, digits: int = 3) -> str:
    """A number as people write it: ``digits`` significant ones, a real minus sign, ∞ and – for nan."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{digits}g}" if value else "0"
    if 1 <= abs(value) < 10**6:
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{places}f}"
    return text.replace("-", "−")


def factor(value: float) -> str:
    """A number that stands behind a sign: in parentheses where it has one itself."""
    told = number(value)
    return f"({told})" if value < 0 else told


def short(value: float) -> str:
    """A number somebody chose, without the zeros that only measured ones need."""
    return f"{value + 0.0:.4g}".replace("-", "−")  # no minus before a zero


def chosen_number(value: float) -> str:
    """The same of one that may be infinite."""
    return number(value) if math.isinf(value) else short(value)


def complaint(compute: Callable[[], object]) -> str:
    """Why something cannot be computed: the message of its ``ValueError``, as a sentence; empty if it can be."""
    try:
        compute()
    except ValueError as error:
        text = with_minus(str(error))
        return f"{text[:1].upper()}{text[1:]}."
    return ""


def with_minus(text: str) -> str:
    """``text`` with a real minus sign wherever a hyphen stands before a number."""
    return re.sub(r"(?<![\w-])-(?=\d|inf)", "−", text)


def listed(parts: Iterable[str]) -> str:
    """``a, b and c``."""
    *head, last = [*parts] or [""]
    return f"{', '.join(head)} and {last}" if head else last


def parameter_name(parameter: Parameter) -> str:
    """What to call a parameter beside its slider: its label, or its name and symbol."""
    symbol = re.sub(r"\\([a-zA-Z]+)", lambda match: GREEK.get(match.group(1), match.group(1)), parameter.symbol)
    symbol = re.sub("_([+0-9-])", lambda match: match.group(1).translate(SUBSCRIPTS), symbol)
    name = parameter.name.replace("_", " ")
    spelled = symbol in ("", name) or parameter.name in parameter.symbol  # δ says delta by itself
    return parameter.label or (symbol or name if spelled else f"{name} {symbol}")


def plain(text: str) -> str:
    """``text`` for Streamlit's Markdown, so that it is shown as it is: escaped, and with word joiners, which take no room.

    The joiners stand where Streamlit looks once more at what is plain text after the parsing: for
    addresses to link (http://, www., x@y), icons (:material/home:, :streamlit:), emoji and arrows.
    """
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&=])", r"\\\1", _SECOND_LOOK.sub(JOINER, text))
