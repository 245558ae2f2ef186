"""Ask a visitor for a picture that becomes the target."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from components.text import plain
from components.upload.image import read_png

HELP = (
    "What is bright becomes object, what is dark or transparent background; of two levels only, as in a mask of labels, the "
    "brighter one is object. The picture is brought to the pixels a side that are chosen under More; the mask goes into the "
    "link, the picture goes nowhere."
)
SEEN, PROBLEM = "overlap.picture", "overlap.picture.error"


def own_mask(use: Callable[[np.ndarray], None]) -> bool:
    """Ask for a PNG file and ``use`` its pixels; whether there is something new to show. What is refused is explained."""
    file = st.file_uploader("A picture of the object, white on black", type=["png"], key="overlap:file", help=HELP)
    fresh = file is not None and st.session_state.get(SEEN) != file.file_id
    if file and fresh:
        st.session_state[SEEN] = file.file_id
        st.session_state[PROBLEM] = _used(file.getvalue(), use)
    if file and st.session_state.get(PROBLEM):
        st.error(plain(st.session_state[PROBLEM]))
    return fresh and not st.session_state[PROBLEM]


def _used(raw: bytes, use: Callable[[np.ndarray], None]) -> str:
    """Use the file; why not, if it cannot be used."""
    try:
        use(read_png(raw))
    except ValueError as error:
        return str(error)
    return ""
