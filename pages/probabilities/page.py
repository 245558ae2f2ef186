"""Which output goes with which loss? Probabilities, logits, encodings, pairings and divergences."""

import streamlit as st

from components.cards.data import data_card
from components.cards.export import export_card
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.probabilities.cards import below
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

with st.container():
    below(page)
data_card(page.table, f"losscope-probabilities-{page.kind}.csv", "probabilities:table")
export_card(
    {
        "Figure (HTML)": (
            "losscope-probabilities.html",
            lambda: standalone(page.picture(), PAGES["probabilities"].question),
        )
    },
    "probabilities:export",
)
