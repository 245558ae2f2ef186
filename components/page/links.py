"""Ways from one page into another, at a state."""

from collections.abc import Mapping
from typing import Any, Protocol

import streamlit as st


class Linked(Protocol):
    """A page that a link can lead to."""

    @property
    def script(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102

    def query(self, **settings: Any) -> Mapping[str, str]: ...  # noqa: D102


def link(label: str, page: Linked, settings: Mapping[str, Any], icon: str | None = None) -> None:
    """A link that opens a page with these settings, the others at their defaults, without loading the app anew.

    Parameters
    ----------
    label
        What it says, as plain text.
    page
        An entry of ``PAGES``.
    settings
        By name (``ValueError`` for what the page cannot have).
    icon
        As ``st.page_link`` takes it.
    """
    st.page_link(page.script, label=label, icon=icon, query_params=dict(page.query(**settings)))
