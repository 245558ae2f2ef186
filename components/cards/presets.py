"""States worth seeing, as a row of buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.settings.view import View


@dataclass(frozen=True)
class Preset:
    """A state worth seeing: a short title, what to look for, and the settings that differ from the defaults."""

    title: str
    look: str
    values: Mapping[str, Any] = field(default_factory=dict)


def try_this(view: View, presets: Sequence[Preset], free: str) -> None:
    """A row of buttons, one for each preset.

    Parameters
    ----------
    view
        The page's settings, which a button changes.
    presets
        In the order of their buttons. The one on screen says what to look for.
    free
        What is said where none of them is on screen.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="presets"):
        st.markdown("**Try this**", width="content")
        for preset in presets:
            active = view.stands_at(preset.values)
            st.button(
                preset.title,
                type="primary" if active else "secondary",
                key=f"{view.page}:try:{preset.title}",
                on_click=view.start_from,
                kwargs=dict(preset.values),
            )
    # Always one caption: an element that came and went would move the figure below it, and remount it.
    st.caption(next((preset.look for preset in presets if view.stands_at(preset.values)), free))
