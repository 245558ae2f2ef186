"""What stands below the figure of the page ``myths``: all claims, with what was said of them, and their sources."""

import streamlit as st

from components.text import plain
from pages.myths.claims import CLAIMS
from pages.myths.model import Myths


def all_claims(page: Myths) -> None:
    """Every claim, a button to go to it, and once it was judged what is right."""
    said = page.judged
    right = sum(said[key] == CLAIMS[key].verdict for key in said)
    st.markdown(f"**{len(said)} of {len(CLAIMS)} judged, {right} of them right.**")
    columns = st.columns(2)
    for index, (key, claim) in enumerate(CLAIMS.items()):
        with columns[index % 2].container(border=True):
            st.markdown(f"“{plain(claim.said)}”")
            if key in said:
                mark = "✓" if said[key] == claim.verdict else "✗"
                st.markdown(f"{mark} You said {said[key].lower()}. **{claim.verdict}.** {plain(claim.told())}")
            st.button("Judge" if key not in said else "Judge again", key=f"myths:{key}", on_click=page.ask, args=(key,))


def sources(page: Myths) -> None:
    """Where what is right is shown, of the claims that were judged."""
    told = [f"- **{plain(CLAIMS[key].title)}:** {plain(CLAIMS[key].source)}" for key in page.judged]
    st.markdown("\n".join(told) or "Judge a claim: its source is named here.")
