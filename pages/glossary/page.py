"""What does that word mean? Every term once, with its symbol and the state of a page that shows it."""

import streamlit as st

from components.glossary import TERMS
from components.lessons.reading import opened
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from components.text import plain
from pages import PAGES
from pages.glossary.model import Glossary
from pages.glossary.predictions import PREDICTED
from pages.glossary.settings import FIELDS, PRESETS

ACROSS = 3

view = open_page(PAGES["glossary"], FIELDS)
page = Glossary(view)


def all_terms() -> None:
    """Every term with its symbol and what it means."""
    columns = st.columns(ACROSS)
    rows = -(-len(TERMS) // ACROSS)
    for index, column in enumerate(columns):
        some = list(TERMS.values())[index * rows : (index + 1) * rows]
        column.markdown(
            "\n\n".join(f"**{plain(term.name)}** {plain(term.symbol)}  \n{plain(term.means)}" for term in some)
        )


with first_screen(
    view,
    PAGES["glossary"],
    (*PRESETS, *PREDICTED),
    "Choose a term; what it means is shown under your hand.",
    page.check(),
):
    with choices():
        widget(view, "term")
        term = page.term
        st.markdown(f"**{plain(term.name)}** {plain(term.symbol)}\n\n{plain(term.means)}")
        with st.container(horizontal=True, gap="small"):
            for name in term.see:
                st.button(name, key=f"see:{name}", on_click=view.set, kwargs={"term": name})
        shown = opened(term.shown)
        st.page_link(
            PAGES[shown.page].script,
            label=f"Open it on {PAGES[shown.page].title}",
            icon=":material/open_in_new:",
            query_params=dict(shown.query),
        )
    live_figure("glossary.figure", view, page.picture, page.take)

below(
    PAGES["glossary"],
    {"All terms": all_terms},
    page.table,
    lambda: standalone(page.picture(), PAGES["glossary"].question),
)
