"""Losscope: see and feel what a loss function does. Navigation and one-time set-up."""

import gc

import streamlit as st
import torch

PAGES = ("outliers", "curves")  # in the order of the navigation; the first opens the app


@st.cache_resource
def set_up() -> None:
    """Prepare the process once: small tensors gain nothing from threads, imports need no collecting."""
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()


st.set_page_config(page_title="Losscope", page_icon="📉", layout="wide", initial_sidebar_state="collapsed")
pages = {
    name: st.Page(f"pages/{name}.py", title=name.capitalize(), url_path=name, default=name == PAGES[0])
    for name in PAGES
}
page = st.navigation(list(pages.values()), position="top")
set_up()
st.session_state["navigated"] = True
if "resume" in st.session_state:
    name, query = st.session_state.pop("resume")
    st.switch_page(pages[name], query_params=query)
page.run()
