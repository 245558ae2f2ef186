"""The link to a view: as the visitor reached it, or by an address that others reach."""

from types import SimpleNamespace

import pytest

from components.page import share as shares


@pytest.fixture
def linked(monkeypatch):
    """The link that is shown to a visitor at an address, of a server with these addresses."""

    def show(url, own=("10.0.0.7",)):
        told = []
        stub = SimpleNamespace(
            context=SimpleNamespace(url=url),
            get_option=lambda name: None,
            selectbox=lambda label, hosts: hosts[0],
            code=lambda link, **how: told.append(link),
            caption=told.append,
            html=lambda text: None,
        )
        monkeypatch.setattr(shares, "st", stub)
        monkeypatch.setattr(shares, "own_addresses", lambda: list(own))
        shares.share(SimpleNamespace(address=lambda: {"at": "5"}))
        return told[-1]

    return show


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://localhost:8501/curves?at=1#x", "http://10.0.0.7:8501/curves?at=5"),
        ("http://example.org/curves", "http://example.org/curves?at=5"),
        ("https://example.org:8443/base/curves", "https://example.org:8443/base/curves?at=5"),
        ("http://[fd00::5]:8501/curves", "http://[fd00::5]:8501/curves?at=5"),
        ("http://[::1]:8501/curves", "http://10.0.0.7:8501/curves?at=5"),
    ],
)
def test_the_link_has_the_host_that_others_reach(linked, url, link):
    assert linked(url) == link


def test_a_machine_without_a_network_says_what_it_has(linked):
    assert linked("http://localhost:8501/curves", own=()) == "http://localhost:8501/curves?at=5"
