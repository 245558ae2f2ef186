"""What is a margin worth? Boundaries between two classes, each loss's own, and who pays for them."""

import streamlit as st

from components.cards.code import code_card
from components.cards.sources import sources
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from components.text import plain
from components.upload.labelled import LABELLED
from pages import PAGES
from pages.classification.cards import calibration, corrections, rules
from pages.classification.code import program
from pages.classification.model import Classification
from pages.classification.predictions import PREDICTED
from pages.classification.settings import FIELDS, PRESETS
from pages.classification.view import table

view = open_page(PAGES["classification"], FIELDS)
page = Classification(view, LABELLED.current())


def own_file() -> bool:
    """Ask for a file, or for its columns; whether there is something new to show."""
    fresh = LABELLED.ask(view["data"] == "csv")
    if fresh:
        view.set(data="csv")
        page.new_data()
    return fresh


def more() -> None:
    """Settings that are rarely changed."""
    left, right = st.columns(2)
    for place, names in ((left, ("n", "flipped", "seed")), (right, ("ratio", "noise", "at"))):
        for name in names:
            widget(view, name, place)


with first_screen(
    view,
    PAGES["classification"],
    (*PRESETS, *PREDICTED),
    "Drag a point, the diamond or a slider: every boundary answers.",
    page.check(),
):
    with choices(("Losses", lambda: widget(view, "losses")), own_file, more):
        titles = page.titles()
        widget(view, "data", then=page.new_data, options=list(titles), format_func=titles.get)
    live_figure("classification.figure", view, page.picture, page.take)
st.caption(plain(page.about()))

below(
    PAGES["classification"],
    {
        "Formulas": lambda: rules(page),
        "Often said": corrections,
        "Calibration": lambda: calibration(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(page.chosen()),
    },
    lambda: table(page.points, page.fits()),
    lambda: standalone(page.picture(), PAGES["classification"].question),
)
