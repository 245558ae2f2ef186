"""Who moves when one point lies? MSE, MAE, Huber and others fitted at once to data with outliers."""

import streamlit as st

from components.cards.code import code_card
from components.cards.formulas import formulas
from components.cards.sources import sources
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from components.text import plain
from components.upload.pairs import PAIRS
from pages import PAGES
from pages.outliers.code import program
from pages.outliers.model import Outliers
from pages.outliers.predictions import PREDICTED
from pages.outliers.settings import FIELDS, PRESETS
from pages.outliers.view import table

view = open_page(PAGES["outliers"], FIELDS)
page = Outliers(view, PAIRS.current())


def own_file() -> bool:
    """Ask for a file, or for its columns; whether there is something new to show."""
    fresh = PAIRS.ask(view["data"] == "csv")
    if fresh:
        page.upload = PAIRS.current()
        view.set(data="csv")
        page.new_data()
    return fresh


def more() -> None:
    """Settings that are rarely changed."""
    for name in (
        *(("kind", "side") if view["count"] else ()),
        "model",
        "seed",
        *(("n", "noise") if view["data"] == "generated" else ()),
    ):
        widget(view, name)


with first_screen(
    view,
    PAGES["outliers"],
    (*PRESETS, *PREDICTED),
    "Drag any point, or move a slider: every fit answers.",
    page.check(),
):
    with choices(("Losses", lambda: widget(view, "losses")), own_file, more):
        titles = page.titles()
        widget(view, "data", then=page.new_data, options=list(titles), format_func=titles.get)
    live_figure("outliers.figure", view, page.picture, page.take)
st.caption(plain(page.about()))

losses, points = page.chosen(), page.points
below(
    PAGES["outliers"],
    {
        "Formulas": lambda: formulas(losses),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(losses),
    },
    lambda: table(points, page.fitted()[0]),
    lambda: standalone(page.picture(), PAGES["outliers"].question),
)
