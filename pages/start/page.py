"""What does a loss do? The training loop as a machine to step through, a network, a contest, and four words."""

import streamlit as st

from components.cards.code import code_card
from components.cards.formulas import formulas as loss_card
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.start.cards import all_pages, formulas, program, said
from pages.start.model import Start
from pages.start.predictions import presets
from pages.start.settings import FIELDS, VIEWS

view = open_page(PAGES["start"], FIELDS)
page = Start(view)


def more() -> None:
    """Settings that are rarely changed."""
    left, right = st.columns(2)
    if page.kind == "backprop":
        widget(view, "activation", left)
        widget(view, "seed", right)
        return
    st.caption("Drag the line, or type where it lies.")
    widget(view, "w", left)
    widget(view, "b", right)


with first_screen(view, PAGES["start"], presets(view["view"]), VIEWS[view["view"]][1], page.check()):
    with choices(more=more):
        widget(view, "view")
        with st.container():  # its place is kept, so that the figure below is not remounted
            if page.kind != "words":
                widget(view, "loss")
            if page.kind in ("step", "backprop"):
                widget(view, "optimiser")
            if page.kind == "beat":
                left, right = st.columns(2)
                left.button("Take this move", type="primary", on_click=page.take_move, width="stretch")
                right.button("Try again", on_click=page.try_again, width="stretch")
    live_figure("start.figure", view, page.picture, page.take)

below(
    PAGES["start"],
    {
        "All pages": all_pages,
        "Formulas": lambda: formulas(page),
        "The loss": lambda: loss_card({page.key: {}}),
        "Often said": said,
        "Code": lambda: code_card(lambda library: program(page, library)),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["start"].question),
)
