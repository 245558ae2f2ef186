"""What is on screen as programs of other libraries."""

from collections.abc import Callable

import streamlit as st

from components.cards.program import LIBRARIES, Program
from components.text import plain


def code_card(write: Callable[[str], Program]) -> None:
    """The same numbers by PyTorch, Keras, scikit-learn and NumPy: whole programs, ready to copy.

    ``write`` gives the program for one of the values of ``LIBRARIES``, or raises ``ValueError`` that says why there
    is none.
    """
    for tab, library in zip(st.tabs(list(LIBRARIES)), LIBRARIES.values(), strict=True):
        with tab:
            try:
                program = write(library)
            except ValueError as error:
                st.caption(plain(str(error)))
                continue
            st.code(program.text, language="python")
            for note in program.notes:
                st.caption(plain(note))
