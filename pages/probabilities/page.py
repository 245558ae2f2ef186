"""Which output goes with which loss? Probabilities, logits, encodings, pairings and divergences."""

import streamlit as st

from components.cards.code import code_card
from components.cards.sources import sources
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.probabilities.cards import chosen, correction, rules
from pages.probabilities.code import program
from pages.probabilities.model import Probabilities
from pages.probabilities.predictions import presets
from pages.probabilities.settings import FIELDS, VIEWS

OWN = {"simplex": "loss", "pairing": "label", "divergence": "shape"}  # what is chosen in one view alone

view = open_page(PAGES["probabilities"], FIELDS)
page = Probabilities(view)

with first_screen(view, PAGES["probabilities"], presets(view["view"]), VIEWS[view["view"]][1]):
    with choices():
        widget(view, "view")
        with st.container():  # its place is kept, so that the figure below is not remounted
            if view["view"] in OWN:
                widget(view, OWN[view["view"]])
    live_figure("probabilities.figure", view, page.picture, page.take)

below(
    PAGES["probabilities"],
    {
        "Formulas": lambda: rules(page),
        "Often said": lambda: correction(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(chosen(page)),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["probabilities"].question),
)
