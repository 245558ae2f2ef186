"""Where what is on screen comes from."""

from collections.abc import Iterable

import streamlit as st

from components.text import plain
from losses import LOSSES


def sources(losses: Iterable[str]) -> None:
    """The papers and books that the losses with these keys are taken from."""
    lines = [f"- **{LOSSES[key].name}:** {plain('; '.join(LOSSES[key].references))}" for key in losses]
    st.markdown("\n".join(lines))
