"""Losscope: see and feel what a loss function does. Navigation and one-time set-up.

The server imports this file once, for ``app``; every visit then runs it as a script.
"""

import gc
from threading import Thread

import streamlit as st
import torch
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.live import channel
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory

PAGES = (
    "outliers",
    "curves",
    "landscape",
    "classification",
    "probabilities",
)  # in the order of the navigation; the first opens the app


def set_up() -> None:
    """Prepare the process: small tensors gain nothing from threads, imports need no collecting."""
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()
    # The first step of an optimiser takes a second, in which PyTorch loads more of itself: not while a visitor waits.
    Thread(target=trajectory, args=(TEXTBOOK["bowl"](), "sgd", (1.0, 1.0), 1), daemon=True).start()


def navigate() -> None:
    """Run the page that the visitor is on."""
    st.set_page_config(page_title="Losscope", page_icon="📉", layout="wide", initial_sidebar_state="collapsed")
    pages = {
        name: st.Page(f"pages/{name}/page.py", title=name.capitalize(), url_path=name, default=name == PAGES[0])
        for name in PAGES
    }
    page = st.navigation(list(pages.values()), position="top")
    st.session_state["navigated"] = True
    if "resume" in st.session_state:
        name, query = st.session_state.pop("resume")
        st.switch_page(pages[name], query_params=query)
    page.run()


if get_script_run_ctx(suppress_warning=True):
    navigate()
else:
    set_up()
    app = st.App(__file__, routes=channel.routes())
