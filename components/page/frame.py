"""The frame of every page: its name and question, what to try, the live figure, all on the first screen."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import streamlit as st

from components.cards.presets import Preset
from components.lessons.attending import attend, attended, strip
from components.page.guide import guide
from components.page.patience import picture_to_come
from components.page.share import share
from components.settings.fields import Choice, Field
from components.settings.view import View
from components.text import plain

_IN_SIGHT: ContextVar[View] = ContextVar("the settings of the page whose first screen is being laid out")


class Titled(Protocol):
    """What is known of a page before it runs: its name, which is its path as well, its short title and its question."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def question(self) -> str: ...  # noqa: D102


def open_page(page: Titled, fields: Mapping[str, Field]) -> View:
    """Begin a page with its settings."""
    st.set_page_config(page_title=f"{page.title} · Losscope")
    view = View(page.name, fields)
    attend(view)
    return view


@contextmanager
def first_screen(
    view: View, page: Titled, presets: Sequence[Preset], free: str, notes: Iterable[str] = ()
) -> Generator[None]:
    """The part of a page that is seen without scrolling: inside come its choices and its live figure.

    Parameters
    ----------
    view
        The page's settings.
    page
        Whose question is the heading.
    presets
        States worth seeing.
    free
        What to do where none of them is on screen.
    notes
        What the visitor must know of their settings, besides what the view itself has to say.
    """
    _IN_SIGHT.set(view)
    with st.container(key="frame"):
        st.title(page.question, anchor=False)
        with st.container(horizontal=True, key="above"):
            st.button(
                "End" if view.present else "Present",
                key="end" if view.present else "present",
                on_click=view.switch_present,
                help="Back to the page (Esc)" if view.present else "Large, for a room; ? shows the keys",
            )
            popover = st.popover("Share", on_change="rerun", key=f"{view.page}:share")
            if popover.open:
                with popover:
                    share(view)
        if isinstance(found := attended(view), str):
            guide(view, presets, free)
        else:
            strip(view, *found)
        with st.container(key="notes"):  # above the page, not in it: nothing moves when a note comes
            said = list(dict.fromkeys([*view.all_notes, *notes]))
            for text in said:
                st.warning(plain(text), icon="⚠️")
            if said:
                st.button("Close", key="dismiss", on_click=view.dismiss, help="Put these notes away")
        with picture_to_come(st.empty()):
            yield


@contextmanager
def choices(
    lines: tuple[str, Callable[[], None]] | None = None,
    own_file: Callable[[], bool] | None = None,
    more: Callable[[], None] | None = None,
    file: str = "Your CSV",
) -> Generator[None]:
    """What a page lets one choose, beside its figure. What is shown inside comes first. A lesson may keep it as it is.

    Parameters
    ----------
    lines
        What the lines of the figure are called, and what shows a choice of them.
    own_file
        Shows how to upload a file; returns whether there is a new one, and then the page runs anew.
    more
        Shows settings that are rarely changed.
    file
        What such a file is called.
    """
    kept, names, files = _kept()
    with st.container(key="choices"):
        yield
        with st.container(horizontal=True, gap="small"):
            if lines:
                with st.popover(lines[0], disabled=kept or any(name.startswith(lines[0]) for name in names)):
                    lines[1]()
            if own_file:
                with st.popover(file, disabled=kept or files):
                    if own_file():
                        st.rerun()
            if more:
                with st.popover("More", disabled=kept):
                    more()


def _kept() -> tuple[bool, set[str], bool]:
    """What the lesson keeps as it is: whether everything, what the settings are called, and whether the data are among them."""
    view = _IN_SIGHT.get()
    kept = [view.fields[name] for name in view.locked & view.fields.keys()]
    data = any(isinstance(field, Choice) and "csv" in field.options for field in kept)
    return view.keeps_still, {field.label for field in kept}, data
