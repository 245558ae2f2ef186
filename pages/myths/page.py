"""True, false, or depends? What is often said of losses, to be judged, and the state that shows what is so."""

import streamlit as st

from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.page.links import link
from components.settings.widgets import widget
from components.text import plain
from pages import PAGES
from pages.myths.cards import all_claims, sources
from pages.myths.model import Myths
from pages.myths.predictions import PREDICTED
from pages.myths.settings import FIELDS

view = open_page(PAGES["myths"], FIELDS)
page = Myths(view)
page.begin()
page.note()

free = f"**{page.claim.verdict}.** {page.claim.told()}" if view["judged"] else "Choose a claim, and judge it."
with first_screen(view, PAGES["myths"], PREDICTED, free, page.check()):
    with choices():
        widget(view, "claim", then=lambda: page.ask(view["claim"]))
        claim = page.claim
        st.markdown(f"“{plain(claim.said)}”")
        shows = claim.shows if view["judged"] else claim.before
        if view["judged"]:
            st.markdown(f"**{claim.verdict}.** :small[{plain(claim.source)}]")
        link(f"Open it on {PAGES[claim.page].title}", PAGES[claim.page], shows, ":material/open_in_new:")
    live_figure("myths.figure", view, page.picture, page.take)

below(
    PAGES["myths"],
    {"All claims": lambda: all_claims(page), "Sources": lambda: sources(page)},
    page.table,
    lambda: standalone(page.picture(), PAGES["myths"].question),
)
