"""The link to what is on screen, as text and as a QR code."""

from urllib.parse import urlencode

import segno
import streamlit as st

from components.settings.view import View


def share(view: View) -> None:
    """Show the link that opens this view elsewhere."""
    link = f"{(st.context.url or '').partition('?')[0]}?{urlencode(view.address(), safe=',:')}".removesuffix("?")
    st.code(link, language=None, wrap_lines=True)
    try:
        code = segno.make(link, error="l").svg_data_uri(scale=4, border=2, light="white")
    except segno.DataOverflowError:
        st.caption("This link is too long for a QR code.")
    else:
        st.html(f'<img alt="QR code of the link to this view" width="220" src="{code}">')
    st.caption("Add present=1 to the link for a projector: large text, no controls around it.")
