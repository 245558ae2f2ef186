"""Which output goes with which loss? Probabilities, logits, encodings, pairings and divergences."""

import streamlit as st

from components.cards.data import data_card
from components.cards.presets import try_this
from components.live.figure import live_figure
from components.page.actions import actions
from components.page.frame import open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.probabilities.cards import below
from pages.probabilities.model import Probabilities
from pages.probabilities.settings import FIELDS, PRESETS_OF, VIEWS

WIDTHS = {"simplex": 250, "encoding": 1, "pairing": 110, "divergence": 250}  # px of the view's own choice
OWN = {"simplex": "loss", "pairing": "label", "divergence": "shape"}  # what is chosen in one view alone

view = open_page(PAGES["probabilities"], FIELDS)
page = Probabilities(view)

with actions(view):
    widget(view, "view")
    with st.container(width=WIDTHS[view["view"]]):  # its place is kept, so that the figure below is not remounted
        if view["view"] in OWN:
            widget(view, OWN[view["view"]])
try_this(view, PRESETS_OF[view["view"]], VIEWS[view["view"]][1])
live_figure("probabilities.figure", view, page.picture, page.take)

with st.container():
    below(page)
data_card(page.table, f"losscope-probabilities-{page.kind}.csv", "probabilities:table")
