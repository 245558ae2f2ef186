"""What shall we find out together? Guided sessions, step by step on the pages themselves."""

import streamlit as st

from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.lessons.cards import files, own, steps
from pages.lessons.model import Lessons
from pages.lessons.predictions import predicted
from pages.lessons.settings import FIELDS, presets

NONE = "There is no lesson that can be given. Below is how to write one: it is here as soon as its file is."

view = open_page(PAGES["lessons"], FIELDS)
page = Lessons(view)


def anew() -> None:
    """Another lesson begins at its first step."""
    view.set(part=1, revealed=False)


notes = page.check()
with first_screen(
    view,
    PAGES["lessons"],
    (*presets(), *predicted()),
    "Choose a lesson and start it; each step opens on its page." if page.lessons else NONE,
    notes,
):
    with choices():
        if page.lessons:
            widget(view, "session", then=anew, options=list(page.lessons))
            step = page.step
            if st.button(
                "Start the lesson" if view["part"] == 1 else "Start at this step", type="primary", width="stretch"
            ):
                query = {"lesson": page.lesson.key, "step": str(view["part"])} | (
                    {"present": "1"} if view.present else {}
                )
                st.switch_page(PAGES[step.opens.page].script, query_params=query)
            st.markdown(f"**{view['part']}. {step.title}** {step.filled(step.say)}")
        else:
            st.markdown("A step of a lesson opens a page as this one is, and says what to do there, or asks.")
    live_figure("lessons.figure", view, page.picture, page.take)

if page.lessons:
    below(
        PAGES["lessons"],
        {"Steps": lambda: steps(page), "Write your own": lambda: own(page)},
        page.table,
        lambda: standalone(page.picture(), PAGES["lessons"].question),
        files(page),
    )
else:
    own(page)
