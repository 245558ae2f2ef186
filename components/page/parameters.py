"""The parameters of losses as settings of a page: fields, sliders and values, all from the declarations."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from components.live.picture import Control
from components.plot.theme import OPTIMISER_STYLES, STYLES
from components.settings.fields import Field, Flag, Number
from components.settings.view import View
from components.text import parameter_name
from losses.spec.parameter import LARGEST, Parameter


class Tunable(Protocol):
    """Whatever declares parameters under a key: a loss, or an axis with its scenario."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def parameters(self) -> Mapping[str, Parameter]: ...  # noqa: D102


@dataclass(frozen=True)
class Within(Number):
    """A number that the declaration of a parameter allows, refused in its words."""

    allowed: str = ""

    def check(self, value: Any) -> float | None:
        """See ``Field``."""
        try:
            return super().check(value)
        except ValueError:
            raise ValueError(self.allowed) from None


def parameter_fields(tunables: Iterable[Tunable]) -> dict[str, Field]:
    """A field for every parameter, named ``huber.delta``.

    Its default is None: then the declared default holds, in the unit of the data.
    """
    return {
        f"{tunable.key}.{name}": Flag(None, label=_label(tunable, parameter), live=True)
        if parameter.is_switch
        else Within(
            None,
            parameter.least,
            parameter.high,
            parameter.whole,
            parameter.allowed,
            label=_label(tunable, parameter),
            live=True,
        )
        for tunable in tunables
        for name, parameter in tunable.parameters.items()
    }


def settings(view: View, tunable: Tunable, scale: float = 1.0) -> dict[str, float | bool]:
    """The parameters as they stand.

    Parameters
    ----------
    view
        The page's settings, with a field for each parameter, as from ``parameter_fields``.
    tunable
        What declares the parameters.
    scale
        The data's typical residual, in the unit of the data. It multiplies the defaults that have a unit.
    """
    return {
        name: _default(parameter, scale) if (value := view[f"{tunable.key}.{name}"]) is None else value
        for name, parameter in tunable.parameters.items()
    }


def parameter_controls(
    view: View, tunables: Iterable[Tunable], scale: float = 1.0, hidden: Iterable[str] = ()
) -> tuple[Control, ...]:
    """A slider or switch for every parameter.

    Parameters
    ----------
    view
        The page's settings, with a field for each parameter, as from ``parameter_fields``.
    tunables
        What declares the parameters, in the order of the controls.
    scale
        The data's typical residual, as in ``settings``.
    hidden
        Names of parameters that have no control, as ``from_logits``.
    """
    return tuple(
        replace(
            control(f"{tunable.key}.{name}", _label(tunable, parameter), value, parameter, scale),
            refusal=view.refused.get(f"{tunable.key}.{name}", ""),
        )
        for tunable in tunables
        for name, value in settings(view, tunable, scale).items()
        for parameter in [tunable.parameters[name]]
        if name not in hidden
    )


def setting_controls(view: View, *names: str) -> tuple[Control, ...]:
    """The sliders and switches of settings of the page itself, as their fields declare them."""
    return tuple(
        replace(_setting_control(name, view.field(name), view[name]), refusal=view.refused.get(name, ""))
        for name in names
    )


def _setting_control(name: str, field: Field, value: float | bool) -> Control:
    if not isinstance(field, Number):
        return Control(name, field.label, value)
    limits = (field.low, field.high)
    return Control(name, field.label, value, *field.span, log=field.log, whole=field.whole, limits=limits)


def _label(tunable: Tunable, parameter: Parameter) -> str:
    name = getattr(tunable, "name", "")
    return f"{name}: {parameter_name(parameter)}" if name else parameter_name(parameter)


def control(name: str, label: str, value: float | bool, parameter: Parameter, scale: float = 1.0) -> Control:
    """The slider or switch of one declared parameter.

    Parameters
    ----------
    name
        Of the setting, as ``huber.delta``. What stands before the dot gives the colour.
    label
        What is written above it.
    value
        Where it stands, in the unit of the data; a bool for a switch.
    parameter
        Declares the slider's span and the limits.
    scale
        The data's typical residual. It multiplies the slider's span of a parameter that has a unit.
    """
    owner = name.partition(".")[0]
    unit = scale if parameter.scaled else 1.0
    low, high = parameter.slider
    return Control(
        name,
        label,
        value,
        low * unit,
        high * unit,
        log=parameter.log,
        whole=parameter.whole,
        limits=(parameter.least, math.inf if parameter.high == LARGEST else parameter.high),
        color=style.color if (style := STYLES.get(owner) or OPTIMISER_STYLES.get(owner)) else "",
    )


def _default(parameter: Parameter, scale: float) -> float | bool:
    # To six digits: the product of two round numbers is one too.
    return float(f"{parameter.default * scale:.6g}") if parameter.scaled else parameter.default
