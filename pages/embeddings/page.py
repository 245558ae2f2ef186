"""How far apart is far enough? What losses of embeddings pull at, and a small map that is trained on one."""

from contextlib import suppress

import streamlit as st

from components.cards.code import code_card
from components.live.figure import UNDRAWABLE, live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.embeddings.cards import correction, files, origins, rules
from pages.embeddings.code import program
from pages.embeddings.model import Embeddings
from pages.embeddings.predictions import presets
from pages.embeddings.settings import FIELDS, VIEWS

view = open_page(PAGES["embeddings"], FIELDS)
page = Embeddings(view)


def more() -> None:
    """Settings that are rarely changed."""
    left, right = st.columns(2)
    widget(view, "optimiser", left)
    widget(view, "seed", right)


notes = page.check()
with first_screen(view, PAGES["embeddings"], presets(view["view"]), VIEWS[view["view"]][1], notes):
    with choices(more=more if page.kind == "train" else None):
        widget(view, "view")
        with st.container():  # its place is kept, so that the figure below is not remounted
            if page.kind == "train":
                left, right = st.columns(2)
                widget(view, "trained", left)
                widget(view, "mining", right)
            else:
                left, right = st.columns([3, 2], vertical_alignment="bottom")
                widget(view, "loss", left)
                widget(view, "circle", right)
        if page.kind == "train":
            with suppress(*UNDRAWABLE):  # the figure says why
                page.prepare(st.empty(), notes)
    live_figure("embeddings.figure", view, page.picture, page.take)

below(
    PAGES["embeddings"],
    {
        "Formulas": lambda: rules(page),
        "Often said": lambda: correction(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: origins(page),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["embeddings"].question),
    files(page),
)
