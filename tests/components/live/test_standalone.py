"""The figure as one HTML file: nothing in it can ask for anything, and nothing a visitor typed can end an element."""

import base64
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from components.live.files import BROWSER, PLOTLY
from components.live.picture import Control, Handle, Pick, Picture, Readout, Row
from components.live.player import Player, Track
from components.live.standalone import standalone

HOSTILE = "</script><script>alert(1)</script><!--<script></style></main>&amp;\"'$title"
WAY = np.geomspace(1e-3, 1e3, 7)
PICTURE = Picture(
    figure={"data": [{"handle": "p", "x": WAY, "y": WAY, "text": HOSTILE}], "layout": {}},
    alt=HOSTILE,
    sentence=HOSTILE,
    controls=(Control("a", "A", 1.0),),
    handles=(Handle("p", "P"),),
    pick=Pick("start"),
    readouts=(Readout("R", ("a",), (Row((HOSTILE,)),)),),
    notes=(HOSTILE,),
    player=Player((Track(WAY, -WAY, "#0072B2"),), 6, 2),
)


class Page(HTMLParser):
    """Every element with its attributes and its own text, in order."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append([tag, dict(attrs), ""])
        self.inside = True

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.elements[-1][2] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment began: {data[:60]}")

    def texts(self, tag):
        return [text for name, _, text in self.elements if name == tag]


@pytest.fixture(scope="module")
def text():
    return standalone(PICTURE, HOSTILE)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def modules(page):
    """The source of every module by its name in the import map."""
    start = "data:text/javascript;base64,"
    addresses = json.loads(page.texts("script")[1])["imports"]
    assert all(address.startswith(start) for address in addresses.values())
    return {name: base64.b64decode(address.removeprefix(start)).decode() for name, address in addresses.items()}


def test_the_elements_are_ours_whatever_the_texts_say(page):
    tags = [tag for tag, *_ in page.elements]
    metas = ["meta"] * 3
    assert tags == ["html", *metas, "title", "style", "script", "script", "h1", "main", "script", "script"]


def test_no_mark_in_a_script_or_style_could_end_it_or_hide_its_end(text, page):
    inside = "".join(page.texts("script") + page.texts("style"))
    assert not re.search(r"<!--|</(script|style)", inside, re.IGNORECASE)
    assert len(re.findall("</script", text, re.IGNORECASE)) == 4


def test_code_that_holds_such_marks_means_the_same_without_them(page, monkeypatch, tmp_path):
    library = tmp_path / "library.js"
    library.write_text('a = "</ScRiPt>", b = "<!--<script>", c = "</style>", d = 1 < 2', "utf-8")
    monkeypatch.setattr("components.live.standalone.PLOTLY", library)
    other = Page(standalone(PICTURE, HOSTILE))
    assert [tag for tag, *_ in other.elements] == [tag for tag, *_ in page.elements]
    # A backslash before / or ! in a string of JavaScript stands for nothing.
    assert other.texts("script")[0] == r'a = "<\/ScRiPt>", b = "<\!--<script>", c = "<\/style>", d = 1 < 2'


def test_nothing_is_asked_for(page):
    assert [attrs for _, attrs, _ in page.elements if {"src", "href"} & attrs.keys()] == []
    assert not re.search(r"@import|url\(", "".join(page.texts("style")))
    (policy,) = [attrs["content"] for _, attrs, _ in page.elements if "http-equiv" in attrs]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert not re.search(r"https?:|\*|'self'", policy)


def test_the_chart_library_is_whole(page):
    same = page.texts("script")[0].replace("<\\", "<") == PLOTLY.read_text("utf-8").replace("<\\", "<")
    assert same  # apart from the comparison, whose report of 5 MB would take minutes


def test_every_module_is_there_and_finds_its_neighbours(modules):
    assert set(modules) == {f"losscope/{file.name}" for file in BROWSER.glob("*.js")}
    named = {name for source in modules.values() for name in re.findall(r'\b(?:from|import) ?\(?"([^"]+)"', source)}
    assert len(named) > 5
    assert named <= set(modules)
    assert "import.meta" not in "".join(modules.values())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_that_the_styles_use_is_given(page, modules, theme):
    (styles,) = page.texts("style")
    light, dark = (set(re.findall(r"^ +(--st-[\w-]+):", part, re.MULTILINE)) for part in styles.split("@media", 1))
    given = light if theme == "light" else dark | {name for name in light if "color" not in name or "border" in name}
    shown = [line for line in styles.splitlines() if not re.match(r"\.live-(control|message)", line)]  # no sliders here
    used = set(re.findall(r"var\((--st-[\w-]+)\)", "\n".join(shown)))
    used |= set(re.findall(r'"(--st-[\w-]+)"', "".join(modules.values())))
    assert len(used) > 4
    assert used <= given


def test_the_themes_are_those_of_the_app(page):
    light, dark = page.texts("style")[0].split("@media (prefers-color-scheme: dark)")
    assert "--st-background-color: #FFFFFF;" in light
    assert "--st-background-color: #0E1117;" in dark
    assert "None" not in light + dark


def test_the_picture_is_told_but_for_what_asks_python(page, decoded):
    told = decoded(json.loads(page.texts("script")[2]))
    assert (told["controls"], told["handles"], told["pick"]) == ([], [], None)
    assert (told["moving"], told["player"]["at"], told["player"]["length"]) == (False, 2, 6)
    assert np.allclose(told["player"]["tracks"][0]["y"], -WAY, rtol=1e-6, atol=1e-5)
    texts = [told["sentence"], told["alt"], *told["notes"], told["readouts"][0]["rows"][0]["cells"][0]]
    assert [*texts, told["figure"]["data"][0]["text"]] == [HOSTILE] * 5
    assert {"address", "channel", "plotly"}.isdisjoint(told)


def test_the_title_is_the_heading(page):
    assert page.texts("title") == [HOSTILE]
    assert page.texts("h1") == [HOSTILE]
