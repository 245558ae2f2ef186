"""Ask a visitor for the file of a landscape that was computed elsewhere."""

from dataclasses import dataclass

import streamlit as st

from components.text import plain
from losses.network.files import Landscape, loads
from losses.network.reading import LONGEST_NAME

HELP = (
    "A .json or .npz file that losses.network.save wrote, or that you wrote as losses/network/files.py describes: up to 32 MB. "
    "It stays in the memory of this server; no pickle is read."
)
KEY = "network.landscape"


@dataclass(frozen=True, eq=False)
class OwnLandscape:
    """What a visitor's file holds, and what it is called."""

    name: str
    kept: Landscape


def current() -> OwnLandscape | None:
    """The session's file, if there is one."""
    return st.session_state.get(KEY)


def ask() -> bool:
    """Ask for a file; whether there is something new to show. What is refused is explained, and what was before it stays."""
    state, last, problem = st.session_state, f"{KEY}.seen", f"{KEY}.error"
    file = st.file_uploader("A landscape of your own network", type=["json", "npz"], key=f"{KEY}:file", help=HELP)
    fresh = file is not None and state.get(last) != file.file_id
    if file and fresh:
        said = ""
        try:
            state[KEY] = OwnLandscape(file.name[:LONGEST_NAME], loads(file.getvalue()))
        except ValueError as error:
            said = f"{str(error)[:1].upper()}{str(error)[1:]}."
        state[last], state[problem] = file.file_id, said
    if file and state.get(problem):
        st.error(plain(state[problem]))
    return fresh and not state[problem]
