"""The frame every page begins with: cold deep links, title, notes, projector mode, shared actions."""

from collections.abc import Mapping
from urllib.parse import urlencode

import segno
import streamlit as st

from components.live.channel import plotly_address
from components.settings.state import Field, View
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


def open_page(page: str, question: str, fields: Mapping[str, Field]) -> View:
    """Begin a page: its settings, its title, and notes on whatever of its link could not be used.

    Parameters
    ----------
    page
        Stem of the page's file, which is its URL path as well.
    question
        The title.
    fields
        The page's settings.
    """
    if "navigated" not in st.session_state:
        # On a cold server Streamlit runs a deep link's page without app.py: go there first, then come back.
        st.session_state["resume"] = (page, st.query_params.to_dict())
        st.switch_page("app.py")
    projector = st.query_params.get("present") == "1"
    # plotly.js is asked for here, in the first element of the page, to be there when the figure is.
    st.html(
        f"<style>{_STYLE}{_PROJECTOR if projector else ''}</style>"
        f'<script async id="live-plotly" src="{plotly_address()}"></script>',
        unsafe_allow_javascript=True,
    )
    view = View(page, fields)
    st.title(question, anchor=False)
    with st.container():  # its place is kept when it is empty, so that nothing below is remounted
        for note in view.notes:
            st.warning(plain(note), icon="⚠️")
    return view


def actions(view: View) -> None:
    """Reset and Share, which every page has."""
    st.button("Reset", on_click=view.start_from, help="Back to how this page opens")
    popover = st.popover("Share", on_change="rerun", key=f"{view.page}:share")
    if popover.open:
        with popover:
            _share(view)


def _share(view: View) -> None:
    link = f"{st.context.url.partition('?')[0]}?{urlencode(view.address(), safe=',:')}".removesuffix("?")
    st.code(link, language=None, wrap_lines=True)
    try:
        code = segno.make(link, error="l").svg_data_uri(scale=4, border=2, light="white")
    except segno.DataOverflowError:
        st.caption("This link is too long for a QR code.")
    else:
        st.html(f'<img alt="QR code of the link to this view" width="220" src="{code}">')
    st.caption("Add present=1 to the link for a projector: large text, no controls around it.")
