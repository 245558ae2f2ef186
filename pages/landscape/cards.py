"""What stands below the figure of the page ``landscape``: rules with their values, programs."""

import streamlit as st

from components.cards.formulas import ACROSS
from components.text import plain
from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS
from losses.descent.textbook import TEXTBOOK
from pages.landscape.code import program
from pages.landscape.model import Landscape


def rules(land: Landscape) -> None:
    """The surface and every optimiser's rule, with the current values plugged in and their sources."""
    if land.data:
        loss = LOSSES[land.view["loss"]]
        weights = ", standardised x" if land.view["standardise"] else ""
        shape = (f"{loss.name}, mean over the examples{weights}", loss.formula(**land.shape_settings), loss.summary, loss.references[0])  # fmt: skip
    else:
        textbook = TEXTBOOK[land.view["surface"]]
        shape = (textbook.name, textbook.formula(**land.shape_settings), textbook.summary, textbook.source)
    cards = [shape]
    for run in land.runs():
        optimiser = OPTIMISERS[run.optimiser]
        cards.append((optimiser.name, optimiser.formula(**run.parameters), optimiser.summary, optimiser.source))
    for first in range(0, len(cards), ACROSS):
        for column, (name, formula, summary, source) in zip(
            st.columns(ACROSS), cards[first : first + ACROSS], strict=False
        ):
            column.markdown(f"**{name}**\n\n$${formula}$$\n\n{plain(summary)}\n\n:small[{plain(source)}]")


def programs(land: Landscape) -> None:
    """Every descent as a program to copy."""
    runs = land.runs()
    for tab, run in zip(st.tabs([OPTIMISERS[run.optimiser].name for run in runs]), runs, strict=True):
        with tab:
            try:
                st.code(program(land, run), language="python")
            except ValueError as error:
                st.caption(plain(str(error)))
