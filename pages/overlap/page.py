"""99 % accurate, found nothing? A predicted mask over its target, under every loss of overlap at once."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.cards.code import code_card
from components.live.figure import UNDRAWABLE, live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.overlap.cards import correction, files, rules, sources
from pages.overlap.code import program
from pages.overlap.model import Overlap
from pages.overlap.own_mask import own_mask
from pages.overlap.predictions import presets
from pages.overlap.settings import FIELDS, TITLES, VIEWS

view = open_page(PAGES["overlap"], FIELDS)
page = Overlap(view)
PAINTED = {"target": "Yours", "painted": "Painted"}  # what a list says, by the setting of what is painted over it


def called(place: DeltaGenerator, name: str, then: Callable[[], None] | None = None, **given: Any) -> None:
    """A list that says in its own line what it is of, where height is short."""
    titles = {**TITLES[name], **PAINTED}
    widget(
        view,
        name,
        place,
        then,
        format_func=lambda key: f"{FIELDS[name].label}: {titles[key]}",
        label_visibility="collapsed",
        **given,
    )


def called_or_painted(place: DeltaGenerator, name: str, paint: str) -> None:
    """The same of what can be painted over: as long as it is, the list says so, and any choice takes the paint away."""
    if not view[paint]:
        called(place, name)
        return
    key = f"overlap:{name}:{paint}"
    st.session_state[key] = paint

    def take() -> None:
        if (chosen := st.session_state[key]) != paint:
            view.set(**{name: chosen, paint: ""})

    called(place, name, key=key, on_change=take, options=(paint, *TITLES[name]))


def choose() -> None:
    """The view, and what is chosen in it alone."""
    widget(view, "view", label_visibility="collapsed")
    left, right = st.columns([5, 6])
    if page.kind == "size":
        called(left, "shape")
    else:
        called_or_painted(left, "shape", "target")
        called_or_painted(right, "starts", "painted")
    if page.kind == "masks":
        left, right = st.columns([3, 2], vertical_alignment="center")
        widget(view, "paints", left, label_visibility="collapsed")
        widget(view, "erase", right)
    if page.kind == "grow":
        called(st.container(), "optimiser", page.new_optimiser)


def more() -> None:
    """Settings that are rarely changed."""
    if page.kind != "size":
        widget(view, "pixels", then=page.resize)
        for paint, label in (("target", "target’s"), ("painted", "prediction’s")):
            if view[paint]:
                st.button(f"Take the {label} paint away", on_click=view.set, kwargs={paint: ""})
    if page.kind == "masks":
        widget(view, "scale")
        widget(view, "slope_in")
        widget(view, "batch")
    left, right = st.columns(2)
    widget(view, "smooth", left)
    widget(view, "smoothing", right)
    for name in ("squared", "background", "keras_weights"):
        widget(view, name)


notes = page.check()
with first_screen(view, PAGES["overlap"], presets(view["view"]), VIEWS[view["view"]][1], notes):
    file = None if page.kind == "size" else lambda: own_mask(page.use)  # its objects are shapes
    with choices(("Losses", lambda: widget(view, "losses")), file, more, file="Your mask"):
        with st.container(gap="xsmall"):  # its place is kept, so that the figure below is not remounted
            choose()
        if page.kind == "grow":
            with suppress(*UNDRAWABLE):  # the figure says why
                page.prepare(st.empty(), notes)
    live_figure("overlap.figure", view, page.picture, page.take)

below(
    PAGES["overlap"],
    {
        "Formulas": lambda: rules(page),
        "Often said": lambda: correction(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(page),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["overlap"].question),
    files(page),
)
