"""Files to take along."""

import mimetypes
from collections.abc import Callable, Mapping

import streamlit as st


def export_card(files: Mapping[str, tuple[str, Callable[[], str]]]) -> None:
    """Downloads by their labels: a file's name, and what writes it, at the click and outside any script run."""
    with st.container(horizontal=True):
        for label, (file_name, write) in files.items():
            st.download_button(label, write, file_name, mimetypes.guess_type(file_name)[0], on_click="ignore")
    st.caption("The buttons at the chart’s lower right, in sight under the pointer, save the view as a PNG or an SVG.")
