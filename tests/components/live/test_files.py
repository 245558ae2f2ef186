"""The files of the live figure: served whole, compressed once, kept for good, and nothing beside them."""

import gzip
import re
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest

from components.live import figure as live_figure
from components.live import files
from components.live.files import BROWSER, BROWSER_FILES, PLOTLY, address, plotly_address
from tests.components.live.test_channel import MESSAGE, ask, keeping, post

PACKED = [(b"accept-encoding", b"gzip, deflate, br")]


@pytest.mark.parametrize("name", ["plotly", f"{BROWSER_FILES}/live_figure.js"])
def test_a_file_is_compressed_once_for_all(name, monkeypatch):
    plain, packed = ask("GET", address(name)), ask("GET", address(name), headers=PACKED)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert "Accept-Encoding" in packed.headers["vary"]
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    monkeypatch.setattr(gzip, "compress", None)
    assert ask("GET", address(name), headers=PACKED).body == packed.body


@pytest.mark.parametrize("name", ["browser/000000000000/live_figure.js", f"{BROWSER_FILES}/none.js"])
def test_what_is_not_there_is_not_found(name):
    assert ask("GET", address(name)).status == 404


def test_plotly_is_served_whole_and_kept_for_good():
    answer = ask("GET", plotly_address())
    assert answer.status == 200
    assert answer.body == PLOTLY.read_bytes()
    assert "javascript" in answer.headers["content-type"]
    assert {"immutable", "max-age=31536000"} <= set(answer.headers["cache-control"].split(", "))


def test_another_plotly_has_another_address(monkeypatch):
    before = plotly_address()
    monkeypatch.setattr(files.plotly, "__version__", "99.0")
    assert plotly_address() != before


def test_the_component_loads_its_code_from_files_that_are_served(monkeypatch):
    """All that ``import`` and ``new URL`` name, from the component's own lines on."""
    registered = {}
    components = SimpleNamespace(v2=SimpleNamespace(component=lambda name, **options: registered.update(options)))
    monkeypatch.setattr(live_figure, "st", SimpleNamespace(components=components))
    live_figure._component()
    waiting = re.findall(r'new URL\("([^"]+)", window', registered["js"])
    assert waiting == [address(f"{BROWSER_FILES}/live_figure.{kind}") for kind in ("js", "css")]
    seen = set()
    while waiting:
        url = waiting.pop()
        answer = ask("GET", url)
        assert answer.status == 200, url
        kind = "css" if url.endswith(".css") else "javascript"
        assert kind in answer.headers["content-type"]
        assert "immutable" in answer.headers["cache-control"]
        seen.add(url)
        named = re.findall(r'(?:from |new URL\()"([^"]+)"', answer.body.decode())
        waiting += {urljoin(url, name) for name in named} - seen
    assert seen == {address(f"{BROWSER_FILES}/{file.name}") for file in BROWSER.iterdir()}


@pytest.mark.parametrize(
    "path",
    [
        "../channel.py",
        "%2e%2e/channel.py",
        "..%2fchannel.py",
        "%2e%2e%2f%2e%2e%2fapp.py",
        "x/../../channel.py",
        "..\\channel.py",
        "/etc/passwd",
        "../../../../../../../../etc/passwd",
        "../browser/../state.py",
        "",
        ".",
        "..",
        "live_figure.js/../../channel.py",
    ],
)
def test_nothing_else_is_served(path):
    assert (BROWSER / "../channel.py").is_file()
    assert ask("GET", address(f"{BROWSER_FILES}/{path}")).status == 404


@pytest.mark.parametrize("base", ["base", "/base", "base/", "/base/"])
def test_a_server_below_a_path_has_everything_below_it(monkeypatch, base):
    made = keeping()
    assert plotly_address().startswith("/live/")
    monkeypatch.setattr(files, "st", SimpleNamespace(get_option={"server.baseUrlPath": base}.get))
    assert made.url.startswith("/base/live/")
    assert post(made.url, MESSAGE).status == 200
    assert ask("GET", plotly_address()).status == 200
    assert ask("GET", address(f"{BROWSER_FILES}/live_figure.js")).status == 200
