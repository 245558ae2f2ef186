"""What a page has below its first screen: tabs, of which the open one alone costs anything."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import streamlit as st

from components.cards.data import data_card
from components.cards.export import export_card
from components.cards.files import as_csv
from components.live.figure import UNDRAWABLE
from components.page.frame import Titled
from components.text import plain

NOTHING = "There is nothing to show for these settings"
Files = Mapping[str, tuple[str, Callable[[], str]]]


def below(
    page: Titled,
    cards: Mapping[str, Callable[[], None]],
    table: Callable[[], Mapping[str, np.ndarray]],
    figure: Callable[[], str],
    files: Files = MappingProxyType({}),
) -> None:
    """Show the page's own cards, then the data and the files to take along, as every page has them.

    Parameters
    ----------
    page
        Whose name the files have.
    cards
        By the title of its tab, what shows each of the page's own.
    table
        Gives the numbers behind the chart: columns by name, each ``[n]``.
    figure
        Gives the figure as an HTML file.
    files
        What else there is to take along, as ``export_card`` takes it.
    """
    name = f"losscope-{page.name}"
    shown = {
        **cards,
        "Data": lambda: data_card(table, f"{name}.csv"),
        "Export": lambda: export_card(
            {
                "Figure (HTML)": (f"{name}.html", figure),
                "Data (CSV)": (f"{name}.csv", lambda: as_csv(table())),
                **files,
            }
        ),
    }
    st.page_link("pages/glossary/page.py", label="Glossary", icon=":material/menu_book:", help="What the words mean")
    tabs = st.tabs(list(shown), key=f"{page.name}:below", on_change="rerun")
    for tab, show in zip(tabs, shown.values(), strict=True):
        if tab.open:
            with tab:
                try:
                    show()
                except UNDRAWABLE as error:  # as where the figure shows what was there before
                    st.caption(plain(f"{NOTHING}: {error}."))
