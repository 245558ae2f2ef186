"""Streamlit's widget of a setting, made from what its field declares."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.settings.fields import Choice, Flag, Number, Several
from components.settings.view import View


def widget(
    view: View, name: str, place: DeltaGenerator | None = None, then: Callable[[], None] | None = None, **given: Any
) -> None:
    """Show a setting and let it be changed.

    Parameters
    ----------
    view, name
        The page's settings and which of them.
    place
        The container; without it the current one.
    then
        Called after a change.
    **given
        What only the page knows: a ``width``, a ``placeholder``, the ``options`` there are just now, another ``label``.

    Raises
    ------
    TypeError
        For a field that has no widget: it is moved in the live figure.
    """
    field = view.field(name)
    label = given.pop("label", field.label)
    shared: dict[str, Any] = {"help": field.help or None, **view.bind(name, then), **given}
    if name in view.locked:
        shared |= {"disabled": True, "help": "The lesson keeps this as it is."}
    container: Any = place or st
    match field:
        case Flag():
            container.toggle(label, **shared)
        case Choice(buttons=True):
            container.segmented_control(label, field.options, format_func=field.title, required=True, **shared)
        case Choice():
            options = shared.pop("options", field.options)
            container.selectbox(label, options, **{"format_func": field.title} | shared)
        case Several():
            options = shared.pop("options", field.options)
            container.multiselect(label, options, format_func=field.title, max_selections=field.most, **shared)
        case Number(slider=(low, high)):
            container.slider(label, low, high, **shared)
        case Number(whole=True):
            container.number_input(label, int(field.low), int(field.high), **shared)
        case Number():
            container.number_input(label, float(field.low), float(field.high), step=field.step, format="%g", **shared)
        case _:
            raise TypeError(f"the setting {name} has no widget: it is moved in the live figure")
