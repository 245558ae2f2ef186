"""A prediction to make before the answer is shown."""

from collections.abc import Callable, Sequence

import streamlit as st


def predict_first(
    key: str, question: str, options: Sequence[str], right: Callable[[], str], because: Callable[[], str]
) -> None:
    """Ask, take an answer, then reveal what the engine computes.

    Parameters
    ----------
    key
        Identifies the question in its session.
    question
        In Markdown.
    options
        The answers to choose from.
    right
        Gives the right one of the options. It is called only when an answer has been given.
    because
        Gives the explanation with its numbers, in Markdown. Likewise.
    """
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        answer = st.radio("Your answer", options, index=None, key=key, label_visibility="collapsed", horizontal=True)
        if answer is None:
            st.caption("Choose an answer to see what happens.")
            return
        correct = right()
        reply = "Right." if answer == correct else f"Not quite: {correct}."
        (st.success if answer == correct else st.info)(f"{reply} {because()}")
