"""A card that costs nothing until it is opened."""

from collections.abc import Generator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def on_demand(label: str, key: str) -> Generator[bool]:
    """An expander whose content costs nothing until it is opened: yields whether it is."""
    expander = st.expander(label, on_change="rerun", key=key)
    with expander:
        yield bool(expander.open)
