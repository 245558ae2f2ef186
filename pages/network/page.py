"""What does a real network's landscape look like? It is trained while one looks on."""

from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.cards.code import code_card
from components.live.figure import UNDRAWABLE, live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from components.upload.teaching import TEACHING
from pages import PAGES
from pages.network import own_landscape
from pages.network.cards import correction, files, origins, reading, rules
from pages.network.code import program
from pages.network.model import Network
from pages.network.predictions import presets
from pages.network.settings import FIELDS, VIEWS

view = open_page(PAGES["network"], FIELDS)
page = Network(view, TEACHING.current(), own_landscape.current())


def own_file() -> bool:
    """Ask for a file, or for its target; whether there is something new to show."""
    fresh = TEACHING.ask(view["data"] == "csv")
    if fresh:
        page.upload = TEACHING.current()
        view.set(data="csv")
        page.new_data()
    return fresh


def more() -> None:
    """Settings that are rarely changed."""
    left, right = st.columns(2)
    for place, names in (
        (left, ("activation", "normalisation", "skip", "schedule", "examples")),
        (right, ("kind", "initialisation", "seed", "horizon")),
    ):
        for name in names:
            widget(view, name, place)


def own_axes() -> bool:
    """Ask for the file of a landscape; whether there is something new to show."""
    fresh = own_landscape.ask()
    if fresh:
        page.landscape = own_landscape.current()
        view.set(axes="file")
        view.guide = (None, None)  # no example is of that file
    return fresh


def training() -> None:
    """What is chosen of a training."""
    left, right = st.columns(2)
    widget(view, "view", left)
    data(right)
    left, right = st.columns(2)
    widget(view, "loss", left, options=page.losses())
    widget(view, "optimiser", right)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.button("Restart", on_click=page.restart, help="Back to the first weights")
        with st.popover("Your CSV"):
            if own_file():
                st.rerun()
        with st.popover("More"):
            more()


def looking() -> None:
    """What is chosen of a landscape; all of the training behind one button."""
    left, right = st.columns(2)
    widget(view, "view", left)
    widget(view, "axes", right, options=page.kinds_of_axes())
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        widget(view, "three_d")
        with st.popover("Your file"):
            if own_axes():
                st.rerun()
        with st.popover("The network"):
            data()
            widget(view, "loss", options=page.losses())
            widget(view, "optimiser")
            more()


def data(place: DeltaGenerator | None = None) -> None:
    """What is learned from."""
    titles = page.titles()
    widget(view, "data", place, then=page.new_data, options=list(titles), format_func=titles.get)


notes = page.check()
with first_screen(view, PAGES["network"], presets(view["view"]), VIEWS[view["view"]][1], notes):
    with choices():
        (training if view["view"] == "train" else looking)()
        place = st.empty()
        with suppress(*UNDRAWABLE):  # the figure says why
            page.prepare(place, notes)
    live_figure("network.figure", view, page.picture, page.take)

below(
    PAGES["network"],
    {
        **({"This picture": lambda: reading(page)} if view["view"] == "landscape" else {}),
        "Formulas": lambda: rules(page),
        "Often said": lambda: correction(page),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: origins(page),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["network"].question),
    files(page),
)
with suppress(*UNDRAWABLE):  # the picture is on screen, coarse
    if page.refine(place):
        view.say_again(notes)
        st.rerun()
