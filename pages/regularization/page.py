"""Why does L1 give exact zeros, and what does a penalty buy? Two weights, a polynomial, many features."""

import streamlit as st

from components.cards.code import code_card
from components.cards.sources import sources
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from components.text import plain
from components.upload.many import MANY
from pages import PAGES
from pages.regularization.cards import correction, rules, used
from pages.regularization.code import program
from pages.regularization.model import Regularization
from pages.regularization.predictions import presets
from pages.regularization.settings import FIELDS, VIEWS

view = open_page(PAGES["regularization"], FIELDS)
page = Regularization(view, MANY.current())


def own_file() -> bool:
    """Ask for a file, or for its target; whether there is something new to show."""
    fresh = MANY.ask(view["data"] == "csv")
    if fresh:
        page.upload = MANY.current()
        view.start_from(view="features", data="csv", penalty=view["penalty"])
    return fresh


def more() -> None:
    """Settings that are rarely changed."""
    names = {
        "features": ("standardised", "intercept", "folds", "seed"),
        "polynomial": ("truth", "rows", "noise", "draw"),
    }
    for name in names[view["view"]]:
        widget(view, name)


def choose() -> None:
    """The view, and what is chosen in it alone."""
    widget(view, "view")
    with st.container():  # its place is kept, so that the figure below is not remounted
        if view["view"] != "polynomial":
            widget(view, "data_loss")
        if view["view"] == "polynomial":
            widget(view, "held_back")
        if view["view"] == "features":
            titles = page.titles()
            widget(view, "data", options=list(titles), format_func=titles.get)
            widget(view, "penalty")


notes = page.check()
with first_screen(view, PAGES["regularization"], presets(view["view"]), VIEWS[view["view"]][1], notes):
    weights = view["view"] == "weights"
    lines = ("Penalties", lambda: widget(view, "penalties")) if weights else None
    with choices(lines, own_file, None if weights else more):
        choose()
    live_figure("regularization.figure", view, page.picture, page.take)
if view["view"] == "features":
    st.caption(plain(f"Source: {page.table_of_features.source.rstrip('.')}."))

below(
    PAGES["regularization"],
    {
        "Formulas": lambda: rules(page),
        "Often said": lambda: correction(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(used(page)),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["regularization"].question),
)
