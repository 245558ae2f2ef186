"""Why does training zigzag, stall or explode? A loss over two weights, and optimisers on their way down it."""

from contextlib import suppress

import streamlit as st

from components.live.figure import UNDRAWABLE, live_figure
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from components.upload.pairs import PAIRS
from pages import PAGES
from pages.landscape.cards import programs, rules
from pages.landscape.export import animation, files, steps
from pages.landscape.model import Landscape
from pages.landscape.predictions import PREDICTED
from pages.landscape.settings import FIELDS, PRESETS

view = open_page(PAGES["landscape"], FIELDS)
land = Landscape(view, PAIRS.current())


def own_file() -> bool:
    """Ask for a file, or for its columns; whether there is something new to show."""
    fresh = PAIRS.ask(view["surface"] == "csv")
    if fresh:
        land.upload = PAIRS.current()
        view.set(surface="csv")
        land.new_surface()
    return fresh


def more() -> None:
    """Settings that are rarely changed."""
    st.caption("Click the surface to start there, drag the white point, or type where.")
    left, right = st.columns(2)
    for name, symbol, column, default in zip("wb", land.surface.symbols, (left, right), land.start, strict=True):
        widget(view, name, column, label=f"Start {symbol}", placeholder=f"{default:g}")
    of_data = (("count", "standardise"), ("batch", "size")) if land.data else ((), ())
    for name in ("factor", "schedule", "noise", *of_data[0]):
        widget(view, name, left)
    for name in ("zoom", "seed", *of_data[1], "details"):
        widget(view, name, right)


with first_screen(
    view,
    PAGES["landscape"],
    (*PRESETS, *PREDICTED),
    "Click the surface to start there; drag the start, a point or a slider.",
    land.check(),
):
    with choices(("Optimisers", lambda: widget(view, "optimisers")), own_file, more):
        titles = land.titles()
        left, right = st.columns(2)
        widget(view, "surface", left, then=land.new_surface, options=list(titles), format_func=titles.get)
        if land.data:
            widget(view, "loss", right, options=land.losses())
        widget(view, "three_d")
        with suppress(*UNDRAWABLE):  # the figure says why
            land.prepare(st.empty())
    live_figure("landscape.figure", view, land.picture, land.take)
st.caption(land.about())

below(
    PAGES["landscape"],
    {"Formulas": lambda: rules(land), "Code": lambda: programs(land)},
    lambda: steps(land),
    lambda: animation(land),
    files(land),
)
