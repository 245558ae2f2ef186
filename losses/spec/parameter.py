"""Tunable parameters, read off the signature of whatever declares them: losses, surfaces, optimisers."""

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np

LARGEST = sys.float_info.max  # the high end of a range that leaves out infinity alone


@dataclass(frozen=True)
class Range:
    """The values a parameter may take, and the narrower span in which a slider shows it best.

    ``low <= value <= high`` is enforced, and ``low`` itself refused with ``open_low``. ``slider``
    defaults to the whole range; ``log`` asks for a logarithmic slider. ``symbol`` is LaTeX.
    ``scaled`` marks a parameter measured in a unit of the situation: of a loss in the target's own,
    of an optimiser in what suits the surface. Default and slider count in that unit, so that a view
    can offer what suits its data; ``high`` is then ``LARGEST``, because data have any scale.
    ``detail`` marks a parameter that is rarely changed.
    """

    low: float
    high: float
    symbol: str = ""
    log: bool = False
    slider: tuple[float, float] | None = None
    scaled: bool = False
    open_low: bool = False
    detail: bool = False


@dataclass(frozen=True)
class Switch:
    """A parameter that is on or off; ``label`` says on screen what it does, ``detail`` that it is rarely changed."""

    label: str
    detail: bool = False


@dataclass(frozen=True)
class Parameter:
    """One tunable parameter of a loss, optimiser, surface or axis, as declared; ``whole`` ones are counts."""

    name: str
    default: float | bool
    low: float = 0.0
    high: float = 1.0
    symbol: str = ""
    log: bool = False
    slider: tuple[float, float] = (0.0, 1.0)
    scaled: bool = False
    label: str = ""
    whole: bool = False
    open_low: bool = False
    detail: bool = False

    @property
    def least(self) -> float:
        """The smallest value allowed."""
        return float(np.nextafter(self.low, np.inf)) if self.open_low else self.low

    @property
    def allowed(self) -> str:
        """What a value must be, in words."""
        if self.is_switch:
            return "True or False"
        if self.high == LARGEST:
            kind = "a whole number" if self.whole else "a finite number"
            return f"{kind} {'above' if self.open_low else 'of at least'} {self.low:g}"
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} in {'(' if self.open_low else '['}{self.low:g}, {self.high:g}]"

    @property
    def is_switch(self) -> bool:
        """Whether the parameter is on or off rather than a number."""
        return isinstance(self.default, bool)

    def check(self, value: Any) -> float | bool:
        """``value`` as a bool or float of the declared range.

        Raises
        ------
        ValueError
            Names the parameter, the value and the range when the value is not usable.
        """
        if self.is_switch:
            if isinstance(value, (bool, np.bool_)):
                return bool(value)
            raise ValueError(f"{self.name} must be {self.allowed}, got {value!r}")
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = np.nan
        if not self.least <= number <= self.high or (self.whole and number % 1):
            raise ValueError(f"{self.name} must be {self.allowed}, got {value!r}")
        return int(number) if self.whole else number


def signature(function: Callable[..., Any]) -> tuple[dict[str, Any], Mapping[str, Parameter]]:
    """What a function declares: the annotations of its positional arguments, and its parameters.

    Positional arguments are annotated ``Annotated[type, <anything>]``; keyword-only ones are
    parameters, ``Annotated[float, <Range>]`` or ``Annotated[bool, <Switch>]``, each with its default.

    Raises
    ------
    TypeError
        For an argument without such an annotation.
    """
    hints = get_type_hints(function, include_extras=True)
    inputs, parameters = {}, {}
    for argument in inspect.signature(function).parameters.values():
        note = _annotation(hints[argument.name])
        if argument.kind is not argument.KEYWORD_ONLY:
            inputs[argument.name] = note
        elif isinstance(note, Switch):
            parameters[argument.name] = Parameter(argument.name, argument.default, label=note.label, detail=note.detail)
        else:
            parameters[argument.name] = Parameter(
                argument.name,
                float(argument.default),
                note.low,
                note.high,
                note.symbol,
                note.log,
                note.slider or (note.low, note.high),
                note.scaled,
                open_low=note.open_low,
                detail=note.detail,
            )
    return inputs, MappingProxyType(parameters)


def check_all(owner: str, parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> dict[str, float | bool]:
    """A value for every parameter of ``owner``: the one given, checked, or the default.

    Parameters
    ----------
    owner
        What an error calls the owner of the parameters.
    parameters
        What is declared, by name.
    values
        Those given, by name.

    Raises
    ------
    ValueError
        For a value outside its range, or a name that the owner does not have.
    """
    unknown = values.keys() - parameters.keys()
    if unknown:
        known = ", ".join(parameters) or "none"
        raise ValueError(f"{owner} has no parameter {sorted(unknown)[0]!r}; it has: {known}")
    return {name: parameter.check(values.get(name, parameter.default)) for name, parameter in parameters.items()}


def substitute(latex: str, parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> str:
    """``latex`` with ``@delta`` replaced by the value of ``delta``, or by its symbol where none is given.

    Parameters
    ----------
    latex
        A formula with the names of parameters in it, each behind an @.
    parameters
        What is declared, by name, all those in the formula among them.
    values
        Those to be written out, by name.

    Examples
    --------
    >>> delta = Parameter("delta", 1.0, symbol="d")
    >>> substitute("@delta + x", {"delta": delta}, {}), substitute("@delta + x", {"delta": delta}, {"delta": 2.5})
    ('{d} + x', '{2.5} + x')
    """

    def plug(match: re.Match) -> str:
        name = match.group(1)
        if name not in values:
            return "{" + parameters[name].symbol + "}"
        mantissa, _, exponent = f"{values[name]:.4g}".partition("e")
        value = rf"{mantissa}\cdot10^{{{int(exponent)}}}".removeprefix(r"1\cdot") if exponent else mantissa
        return "{(" + value + ")}" if exponent or value.startswith("-") else "{" + value + "}"

    return re.sub(r"@(\w+)", plug, latex)


def _annotation(hint: Any) -> Any:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"every argument is annotated with a Domain, Range or Switch, found {hint!r}")
    return get_args(hint)[1]
