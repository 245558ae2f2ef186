"""The frame every page begins with: style, title, notes, projector mode."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import streamlit as st

from components.live.channel import plotly_address
from components.settings.fields import Field
from components.settings.view import View
from components.text import plain

_STYLE = """
.stMainBlockContainer { padding: 3.75rem 2rem 3rem; max-width: 90rem; }
h1 { padding: 0; }
.st-key-presets { gap: 0.4rem; }
.st-key-presets button { padding-inline: 0.6rem; min-height: 2.2rem; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 3.5rem 1rem 2rem; }
  .st-key-actions, .st-key-presets { flex-wrap: nowrap !important; overflow-x: auto; }
  .st-key-actions > *, .st-key-presets > * { flex-shrink: 0 !important; }
}
"""
_PROJECTOR = """
html { font-size: 24px !important; }
header.stAppHeader, .st-key-actions { display: none; }
.stMainBlockContainer { padding-top: 1rem; max-width: none; }
"""


class Titled(Protocol):
    """What is known of a page before it runs: its name, which is its path as well, and its title on screen."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def question(self) -> str: ...  # noqa: D102


def open_page(page: Titled, fields: Mapping[str, Field]) -> View:
    """Begin a page: its settings, its title, and notes on whatever of its link could not be used."""
    projector = st.query_params.get("present") == "1"
    # plotly.js is asked for here, in the first element of the page, to be there when the figure is.
    st.html(
        f"<style>{_STYLE}{_PROJECTOR if projector else ''}</style>"
        f'<script async id="live-plotly" src="{plotly_address()}"></script>',
        unsafe_allow_javascript=True,
    )
    view = View(page.name, fields)
    st.title(page.question, anchor=False)
    notes(view.notes)
    return view


def notes(texts: Iterable[str]) -> None:
    """What the visitor must know of their settings, each in a box."""
    with st.container():  # its place is kept when it is empty, so that nothing below is remounted
        for text in texts:
            st.warning(plain(text), icon="⚠️")
