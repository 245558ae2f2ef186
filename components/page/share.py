"""The link to what is on screen, as text and as a QR code that other machines can open."""

import contextlib
import socket
from collections.abc import Sequence
from urllib.parse import SplitResult, urlencode, urlsplit

import segno
import streamlit as st

from components.settings.view import View

HERE = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}


def share(view: View) -> None:
    """Show the link that opens this view elsewhere."""
    address = urlsplit(st.context.url or "")
    if address.hostname in HERE and _keeps_to_itself():
        st.caption("This server answers its own machine alone: start it without server.address for a room.")
    hosts = _hosts(address)
    host = hosts[0] if len(hosts) == 1 else st.selectbox("This machine is reached as", hosts)
    link = f"{_at(address, host).geturl()}?{urlencode(view.address(), safe=',:')}".removesuffix("?")
    st.code(link, language=None, wrap_lines=True)
    if code := qr_code(link):
        st.html(f'<img alt="QR code of the link to this view" width="220" src="{code}">')
    else:
        st.caption("This link is too long for a QR code.")


def qr_code(link: str) -> str:
    """The QR code of a link as the address of an image; empty for one that is too long."""
    try:
        return segno.make(link, error="l").svg_data_uri(scale=4, border=2, light="white")
    except segno.DataOverflowError:
        return ""


def origin() -> str:
    """Where other machines likeliest reach the app, without a path."""
    address = urlsplit(st.context.url or "")
    return _at(address, _hosts(address)[0])._replace(path="").geturl()


def _hosts(address: SplitResult) -> Sequence[str]:
    """Under which names the machine is reached, the likeliest first."""
    host = address.hostname or ""
    own = own_addresses() if host in HERE and not _keeps_to_itself() else ()
    return own or [host]


def _keeps_to_itself() -> bool:
    return st.get_option("server.address") in HERE - {"0.0.0.0", "::"}


def _at(address: SplitResult, host: str) -> SplitResult:
    place = address._replace(query="", fragment="")
    if host == address.hostname:
        return place
    return place._replace(netloc=f"{host}:{address.port}" if address.port else host)


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
