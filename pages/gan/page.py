"""Can two losses fight for ever? A generator and a discriminator, each with a loss of its own."""

from contextlib import suppress

import streamlit as st

from components.cards.code import code_card
from components.live.figure import UNDRAWABLE, live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.gan.cards import correction, files, rules, sources
from pages.gan.code import program
from pages.gan.model import Gan
from pages.gan.predictions import presets
from pages.gan.settings import FIELDS, VIEWS

view = open_page(PAGES["gan"], FIELDS)
page = Gan(view)


def more() -> None:
    """Settings that are rarely changed."""
    if page.kind == "training":
        left, right = st.columns(2)
        for name, place in (("arrangement", left), ("seed", right), ("optimiser", left), ("critic_steps", right)):
            widget(view, name, place)
        return
    st.caption("Click the plane to start there, drag the white point, or type where.")
    left, right = st.columns(2)
    widget(view, "theta", left)
    widget(view, "psi", right)
    widget(view, "reach", left)


notes = page.check()
with first_screen(view, PAGES["gan"], presets(view["view"]), VIEWS[view["view"]][1], notes):
    with choices(more=more if page.kind == "training" else None):
        widget(view, "view")
        with st.container():  # its place is kept, so that the figure below is not remounted
            if page.kind == "training":
                left, right = st.columns(2)
                widget(view, "game", left)
                widget(view, "penalty", right)
            elif page.kind == "players":
                left, right = st.columns(2)
                widget(view, "game", left)
                widget(view, "method", right)
                left, right = st.columns(2, vertical_alignment="bottom")
                widget(view, "stabiliser", left, options=page.stabilisers())
                with right, st.popover("More", width="stretch"):
                    more()
            else:
                widget(view, "side")
        if page.kind == "training":
            with suppress(*UNDRAWABLE):  # the figure says why
                page.prepare(st.empty(), notes)
    live_figure("gan.figure", view, page.picture, page.take)

below(
    PAGES["gan"],
    {
        "Formulas": lambda: rules(page),
        "Often said": lambda: correction(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(page),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["gan"].question),
    files(page),
)
