"""The Content-Security-Policy against the app as it runs: nothing that a visitor does meets it, and every allowance is needed."""

import re
import urllib.request
from typing import NamedTuple

import pytest

from pages import PAGES
from tests.browser.conftest import OWN, answered, new_tab, open_in, renew, settle

# What each allowance is for. Everything else, and all that lies on another host, is refused.
NEEDED = {
    ("script-src", "self"): "Streamlit's frontend, plotly.js and the live figure's modules",
    ("script-src", "blob"): "the lines with which Streamlit mounts a component",
    ("script-src", "inline"): "a line of Streamlit's document and one of ours, by their hashes",
    ("script-src", "wasm-eval"): "whole numbers of 64 bits in Streamlit's messages",
    ("style-src", "self"): "the style sheets of Streamlit and of the live figure",
    ("style-src", "inline"): "the frame's styles, and those that Streamlit and Plotly write as they go",
    ("img-src", "self"): "the logo",
    ("img-src", "data"): "the QR code",
    ("img-src", "blob"): "a chart on its way to a PNG",
    ("font-src", "self"): "the fonts of text, icons and formulas",
    ("font-src", "data"): "a font of formulas that lies in a style sheet",
    ("connect-src", "self"): "the channel, Streamlit's socket and uploads",
}
# Notes what is refused, and what would be if nothing at all were allowed.
WATCHED = """
window.met = [];
document.addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI, sourceFile }) => {
  const source = /^(https?|wss?):/.test(blockedURI) ? new URL(blockedURI) : undefined;
  const kind = source ? (source.host === location.host ? "self" : source.host) : blockedURI;
  window.met.push([disposition, effectiveDirective.replace(/-(elem|attr)$/, ""), kind]);
});
"""
NOTHING = {"content-security-policy-report-only": "default-src 'none'"}


class Met(NamedTuple):
    """What a visitor meets: violations of the policy, what the console says of it, every address asked, and of each
    page its file of the figure and the sentence below it."""

    violations: set
    said: list
    asked: list
    files: dict


@pytest.fixture(scope="module")
def met(app, chromium, tmp_path_factory):
    """What a visitor meets who does all that can be done: of each page every tab, copy, download and picture."""
    page = new_tab(chromium, bypass_csp=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write", "local-network-access"])
    page.add_init_script(WATCHED)
    said, found, asked, files = [], set(), [], {}
    page.on("console", lambda message: said.append(message.text))
    for event in ("request", "websocket"):
        page.on(event, lambda turned_to: asked.append(turned_to.url))
    folder = tmp_path_factory.mktemp("files")

    def without_anything(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | NOTHING)

    page.route(lambda url: re.search(rf"/({'|'.join(PAGES)})(\?|$)", url), without_anything)
    for name in PAGES:
        open_in(page, f"{app}/{name}")
        if name not in (*OWN, "lessons"):  # what the others show and give is among it
            continue
        sentence = page.locator(".live-sentence").inner_text()
        file = do_everything(page)
        if file:
            files[name] = file.rename(folder / f"{name}.html"), sentence
        found |= {tuple(one) for one in page.evaluate("window.met")}
    open_in(page, f"{app}/landscape?surface=himmelblau&view=3d")
    save_pictures(page)
    found |= {tuple(one) for one in page.evaluate("window.met")}
    page.context.close()
    about = [text for text in said if "Content Security Policy" in text and "report-only" not in text.lower()]
    return Met(found, about, asked, files)


def do_everything(page):
    """Returns the file of the figure, if there is one."""
    figure = None
    tabs = page.get_by_role("tab")
    for tab in tabs.all():
        if tab.get_attribute("aria-selected") != "true":
            with answered(page):
                tab.click()
        for button in page.locator("[data-testid=stDownloadButton] button:visible").all():
            saved = save(page, button)
            figure = saved if "Figure (HTML)" in button.inner_text() else figure
        code = page.locator("[data-testid=stCode]:visible").first
        if code.count():
            code.hover()
            code.get_by_role("button").first.click()
            assert page.evaluate("navigator.clipboard.readText()") in code.inner_text()
    save_pictures(page)
    with answered(page):
        page.get_by_role("button", name="Share", exact=True).click()
    page.locator("img[alt^='QR code']").wait_for()
    page.keyboard.press("Escape")
    own = page.get_by_role("button", name="Your CSV")
    if own.count():
        own.click()
        rows = "\n".join(f"{i},{i % 7},{'ab'[i % 2]}" for i in range(30))
        file = {"name": "own.csv", "mimeType": "text/csv", "buffer": f"x,y,kind\n{rows}".encode()}
        with answered(page):
            page.locator("input[type=file]").set_input_files(file)
    return figure


def save_pictures(page):
    page.locator(".live-chart").hover()
    for button in page.locator(".modebar-btn[data-title^='Save']").all():
        save(page, button)


def save(page, button):
    with page.expect_download() as saved:
        button.click()
    assert saved.value.path().stat().st_size > 100
    settle(page)
    return saved.value.path()


def test_nothing_that_a_visitor_does_is_refused(met):
    assert {one for one in met.violations if one[0] == "enforce"} == set()
    assert met.said == []


def test_no_request_leaves_the_machine(app, met):
    assert len(met.asked) > 20
    ours = (app, app.replace("http", "ws"), "data:", "blob:")
    assert [url for url in met.asked if not url.startswith(ours)] == []


def test_every_page_gives_its_figure_as_a_file(met, tab):
    assert set(met.files) >= set(OWN) - {"lessons"}
    for name, (file, sentence) in met.files.items():
        if name == "landscape":  # whose file plays, as ``test_exports`` sees
            continue
        renew(tab, offline=True)
        tab.goto(file.as_uri())
        tab.wait_for_selector(".live-chart .main-svg")
        assert tab.locator("h1").inner_text() == PAGES[name].question
        assert tab.locator(".live-sentence").inner_text() == sentence, name
        assert tab.locator(".live-control, .live-chip, .live-tools button").count() == 0
    renew(tab)


def test_every_allowance_is_needed_and_named(app, met):
    with urllib.request.urlopen(f"{app}/outliers") as answer:
        policy = answer.headers["content-security-policy"]
    words = {
        "'self'": "self",
        "blob:": "blob",
        "data:": "data",
        "'unsafe-inline'": "inline",
        "'wasm-unsafe-eval'": "wasm-eval",
    }
    allowed = {
        (name, words.get(source, "inline" if source.startswith("'sha256-") else source))
        for name, *sources in map(str.split, policy.split(";"))
        for source in sources
        if source != "'none'" and name != "frame-ancestors"
    }
    assert allowed == NEEDED.keys()
    assert {(name, kind) for _, name, kind in met.violations} == NEEDED.keys()


@pytest.mark.parametrize(
    "path", ["outliers", "live/plotly", "live/none", "_stcore/health", "favicon.png", "static/js/none.js"]
)
def test_every_answer_has_the_headers(app, path):
    try:
        answer = urllib.request.urlopen(f"{app}/{path}")
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_a_script_that_is_not_ours_does_not_run(app, visit):
    page = visit(f"{app}/outliers", bypass_csp=False)
    ran = page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", () => resolve(window.ran), { once: true });
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.head.append(script);
          setTimeout(() => resolve(window.ran), 1000);
        })"""
    )
    assert ran is None
