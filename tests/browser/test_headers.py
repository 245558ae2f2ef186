"""The Content-Security-Policy against the app as it runs: nothing that a visitor does meets it, and every allowance is needed."""

import re
import urllib.request

import pytest

from pages import PAGES
from tests.browser.conftest import OWN, answered, new_tab, open_in, settle

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


@pytest.fixture(scope="module")
def met(app, chromium):
    """What a visitor meets who does all that can be done: of each page every tab, copy, download and picture."""
    page = new_tab(chromium, bypass_csp=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write", "local-network-access"])
    page.add_init_script(WATCHED)
    said, found = [], set()
    page.on("console", lambda message: said.append(message.text))

    def without_anything(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | NOTHING)

    page.route(lambda url: re.search(rf"/({'|'.join(PAGES)})(\?|$)", url), without_anything)
    for name in (*OWN, "lessons"):  # what the others show and give is among it
        open_in(page, f"{app}/{name}")
        do_everything(page)
        found |= {tuple(one) for one in page.evaluate("window.met")}
    open_in(page, f"{app}/landscape?surface=himmelblau&view=3d")
    save_pictures(page)
    found |= {tuple(one) for one in page.evaluate("window.met")}
    page.context.close()
    return found, [text for text in said if "Content Security Policy" in text and "report-only" not in text.lower()]


def do_everything(page):
    tabs = page.get_by_role("tab")
    for tab in tabs.all():
        if tab.get_attribute("aria-selected") != "true":
            with answered(page):
                tab.click()
        for button in page.locator("[data-testid=stDownloadButton] button:visible").all():
            save(page, button)
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


def save_pictures(page):
    page.locator(".live-chart").hover()
    for button in page.locator(".modebar-btn[data-title^='Save']").all():
        save(page, button)


def save(page, button):
    with page.expect_download() as saved:
        button.click()
    assert saved.value.path().stat().st_size > 100
    settle(page)


def test_nothing_that_a_visitor_does_is_refused(met):
    found, said = met
    assert {one for one in found if one[0] == "enforce"} == set()
    assert said == []


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
    assert {(name, kind) for _, name, kind in met[0]} == NEEDED.keys()


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
