"""What stands below the figure of the page ``implement``: the traps of the loss."""

import streamlit as st

from components.text import plain
from pages.implement.model import Implement
from pages.implement.view import told


def traps(page: Implement) -> None:
    """Each trap as a program, with the wrong and the right number that it prints."""
    for trap in page.traps():
        with st.container(border=True):
            st.markdown(
                f"**{plain(trap.title)}.** {plain(trap.says)} "
                f"Wrong: **{plain(told(trap.wrong()))}**, right: **{plain(told(trap.right()))}**."
            )
            st.code(trap.program, language="python")
