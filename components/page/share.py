"""The link to what is on screen, as text and as a QR code that other machines can open."""

import contextlib
import socket
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from components.settings.view import View

HERE = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}


def share(view: View) -> None:
    """Show the link that opens this view elsewhere."""
    address = urlsplit(st.context.url or "")
    hosts = [address.hostname or ""]
    if hosts[0] in HERE:
        if st.get_option("server.address") in HERE - {"0.0.0.0", "::"}:
            st.caption("This server answers its own machine alone: start it without server.address for a room.")
        else:
            hosts = own_addresses() or hosts
    host = hosts[0] if len(hosts) == 1 else st.selectbox("This machine is reached as", hosts)
    place = address._replace(query="", fragment="")
    if host != address.hostname:
        place = place._replace(netloc=f"{host}:{address.port}" if address.port else host)
    link = f"{place.geturl()}?{urlencode(view.address(), safe=',:')}".removesuffix("?")
    st.code(link, language=None, wrap_lines=True)
    try:
        code = segno.make(link, error="l").svg_data_uri(scale=4, border=2, light="white")
    except segno.DataOverflowError:
        st.caption("This link is too long for a QR code.")
    else:
        st.html(f'<img alt="QR code of the link to this view" width="220" src="{code}">')


def own_addresses() -> Sequence[str]:
    """The addresses under which other machines may reach this one, the likeliest first; none without a network."""
    found = []
    # A machine may have no way to the outside, and may not know its own name.
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: asks only which way a packet would leave
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [host for host in dict.fromkeys(found) if not host.startswith("127.")]
