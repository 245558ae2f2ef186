"""Losscope: see and feel what a loss function does. Navigation and one-time set-up.

The server imports this file once, for ``app``; every visit then runs it as a script.
"""

import gc
import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import streamlit as st
import torch
from starlette.middleware import Middleware
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.live import channel, files
from components.monitoring import errors, metrics
from components.page.document import PRESENTED, Document
from components.page.headers import Headers
from components.page.patience import in_turn
from losses.descent.compiled import HOT
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from pages import ONCE_OPENING, OPENING, PAGES

CONNECTIONS = 10_240  # files and sockets at once: what macOS grants at most


def set_up() -> None:
    """Prepare the process: small tensors gain nothing from threads, imports need no collecting."""
    # Once called, Streamlit does not look for pages in the folder ``pages`` by itself, not even at a cold deep link.
    with silenced("streamlit.runtime.scriptrunner_utils.script_run_context"):  # it wonders that no visitor is there
        navigation()
    torch.set_num_threads(1)
    allow_visitors()
    tell_keepers()
    gc.collect()
    gc.freeze()
    Thread(target=warm_up, daemon=True).start()


def warm_up() -> None:
    """Do what the first visitor would wait for, and every one if many come at once."""
    files.pack()
    # The first step of an optimiser takes a second, in which PyTorch loads more of itself, and the first descent that is
    # long enough to be compiled another.
    trajectory(TEXTBOOK["bowl"](), "sgd", (1.0, 1.0), 2 * HOT)


def allow_visitors() -> None:
    """Let the process hold as many connections as the system grants: macOS begins with 256, and a visitor needs three."""
    try:
        import resource  # noqa: PLC0415  Windows has no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    aimed = CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < aimed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (aimed, hard))


def tell_keepers() -> None:
    """Publish the process's numbers, and its errors as lines of JSON, where whoever runs it has asked for that."""
    if told := os.environ.get("LOSSCOPE_METRICS"):
        metrics.publish(told)
    if os.environ.get("LOSSCOPE_ERRORS") == "json":
        errors.as_lines()


@contextmanager
def silenced(name: str) -> Generator[None]:
    """A stretch in which this logger says nothing."""
    logger = logging.getLogger(name)
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def navigation() -> Page:
    """Every page at a path of its own, in groups; the bare address leads to the opening one, or to what it meant once."""
    groups: dict[str, list] = {"": []}
    pages = {name: st.Page(page.script, title=page.title, url_path=name) for name, page in PAGES.items()}
    for name, page in PAGES.items():
        groups.setdefault(page.group, []).append(pages[name])

    def open_app() -> None:
        query = st.query_params.to_dict()
        st.switch_page(pages[ONCE_OPENING if query.keys() - {"present"} else OPENING], query_params=query)

    home = st.Page(open_app, title="Losscope", url_path="home", default=True, visibility="hidden")
    return st.navigation(groups | {"": [home, *groups[""]]}, position="top")


if get_script_run_ctx(suppress_warning=True):
    with in_turn(st.session_state):
        st.set_page_config(page_icon="📉", layout="wide", initial_sidebar_state="collapsed")
        st.logo(str(Path(__file__).with_name("components") / "page" / "logo.svg"), size="small")
        navigation().run()
else:
    set_up()
    app = st.App(
        __file__,
        routes=channel.routes(),
        middleware=[
            Middleware(errors.Requests),
            Middleware(metrics.Metrics),
            Middleware(Headers, inline=PRESENTED),
            Middleware(Document),
        ],
    )
