"""How do I write it myself? A loss in NumPy, as defined and as computed, in every library, and its traps."""

import streamlit as st

from components.cards.code import code_card
from components.cards.formulas import formulas
from components.cards.sources import sources
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.implement.cards import traps
from pages.implement.code import program
from pages.implement.model import Implement
from pages.implement.predictions import PREDICTED
from pages.implement.settings import FIELDS, PRESETS

view = open_page(PAGES["implement"], FIELDS)
page = Implement(view)

with first_screen(
    view,
    PAGES["implement"],
    (*PRESETS, *PREDICTED),
    "Drag the probe: crosses mark where the definition breaks.",
    page.check(),
):
    with choices():
        widget(view, "loss", then=page.new_loss)
        st.code(page.loss.source(page.loss.computed), language="python", wrap_lines=True)
    live_figure("implement.figure", view, page.picture, page.take)

below(
    PAGES["implement"],
    {
        "Formulas": lambda: formulas({page.loss.key: page.loss.loss.settings(**page.loss.parameters)}),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Traps": lambda: traps(page),
        "Sources": lambda: sources([page.loss.key]),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["implement"].question),
)
