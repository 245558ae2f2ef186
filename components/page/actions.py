"""The row above the figure: what the page lets one choose, then what every page has."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import streamlit as st

from components.page.share import share
from components.settings.view import View


@contextmanager
def actions(
    view: View, own_file: Callable[[], bool] | None = None, more: Callable[[], None] | None = None
) -> Generator[None]:
    """The row of actions. What is shown inside comes first, then the visitor's file, rare settings, Reset and Share.

    Parameters
    ----------
    view
        The page's settings.
    own_file
        Shows how to upload a file; returns whether there is a new one, and then the page runs anew.
    more
        Shows settings that are rarely changed.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
        yield
        if own_file:
            with st.popover("Your CSV"):
                if own_file():
                    st.rerun()
        if more:
            with st.popover("More"):
                more()
        st.button("Reset", on_click=view.start_from, help="Back to how this page opens")
        popover = st.popover("Share", on_change="rerun", key=f"{view.page}:share")
        if popover.open:
            with popover:
                share(view)
