"""Which loss should I use? Advice from data, or from a few answers, with the evidence."""

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
from components.upload.many import ADVISED
from pages import PAGES
from pages.choose.cards import reasons, rules
from pages.choose.code import program
from pages.choose.model import Choose
from pages.choose.onwards import show_onwards
from pages.choose.predictions import presets
from pages.choose.settings import FIELDS, VIEWS

view = open_page(PAGES["choose"], FIELDS)
page = Choose(view, ADVISED.current())


def own_file() -> bool:
    """Ask for a file, or for its target; whether there is something new to show."""
    fresh = ADVISED.ask(view["data"] == "csv")
    if fresh:
        page.upload = ADVISED.current()
        view.start_from(view="data", data="csv")
    return fresh


def questions() -> None:
    """The questions, each where it matters."""
    widget(view, "predicted")
    if view["predicted"] == "real":
        widget(view, "trouble")
    if view["predicted"] == "yes_no":
        widget(view, "recall")
    if view["predicted"] in ("real", "yes_no", "classes"):
        widget(view, "overfits")


def data() -> None:
    """The data, and what is wanted of them."""
    titles = page.titles()
    widget(view, "data", then=page.new_data, options=list(titles), format_func=titles.get)
    widget(view, "score" if page.labelled else "measure")
    if page.advice.case.predicted == "yes_no":
        widget(view, "recall")


def more() -> None:
    """What the target is, where its numbers do not tell."""
    widget(view, "kind", then=page.try_advice)


notes = page.check()
with first_screen(view, PAGES["choose"], presets(view["view"]), VIEWS[view["view"]][1], notes):
    with choices(own_file=own_file, more=None if view["view"] == "questions" else more):
        widget(view, "view")
        with st.container():  # its place is kept, so that the figure below is not remounted
            if view["view"] == "questions":
                questions()
            else:
                data()
        show_onwards(page)
    live_figure("choose.figure", view, page.picture, page.take)
if view["view"] == "data":
    st.caption(plain(f"Source: {page.source().rstrip('.')}."))

advice = page.advice
below(
    PAGES["choose"],
    {
        "Why": lambda: reasons(page),
        "How the advice is made": rules,
        "Formulas": lambda: formulas({advice.loss: advice.settings, advice.runner: advice.runner_settings}),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources((advice.loss, advice.runner)),
    },
    page.table,
    lambda: standalone(page.picture(), PAGES["choose"].question),
)
