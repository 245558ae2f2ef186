"""The app as a visitor's browser has it: links, reloads, privacy, accessibility, small screens, uploads."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from components.text import JOINER
from tests.browser.conftest import (
    OPENED,
    OWN,
    ROOT,
    SCREEN,
    answered,
    center,
    choose_example,
    menu_item,
    readout,
    serving,
    settle,
)

PHONE = {"width": 390, "height": 844}


def test_a_copied_link_opens_the_same_view_elsewhere(app, visit):
    page = visit(f"{app}/outliers")
    choose_example(page, "Stars fool Huber")
    page.focus(".live-controls input[type=range]")
    with answered(page):
        page.keyboard.press("ArrowRight")
    link = page.url
    slopes = {loss: readout(page, loss, "slope") for loss in ("MSE", "MAE", "Huber", "Tukey biweight")}
    page = visit(link)
    assert {loss: readout(page, loss, "slope") for loss in slopes} == slopes
    assert page.url == link
    page.reload()
    page.wait_for_selector(OPENED)
    settle(page)
    assert page.url == link
    with answered(page):
        page.get_by_role("button", name="Reset", exact=True).click()
    assert "?" not in page.url
    assert readout(page, "MSE", "slope") == pytest.approx(0.136, abs=5e-4)


def test_going_to_the_other_page_and_back_keeps_what_was_set(app, visit):
    page = visit(f"{app}/outliers")
    choose_example(page, "Belgian phones")
    url = page.url
    with answered(page):
        menu_item(page, "Curves").click()
    page.wait_for_url("**/curves")
    with answered(page):
        page.go_back()
    assert page.locator("h1").inner_text().startswith("Who moves")
    assert page.url == url
    assert readout(page, "MSE", "slope") == pytest.approx(5.04, abs=5e-3)


def test_a_deep_link_works_on_a_cold_server(visit):
    with serving(ROOT / "app.py") as address:
        page = visit(f"{address}/curves?axis=margin&losses=hinge,logistic&hinge.margin=2")
        assert page.locator("h1").inner_text() == "How hard does each loss pull?"
        assert readout(page, "Hinge", "slope") == -1  # 1.8 is inside a margin of 2, and would be outside one of 1
        assert "hinge.margin=2" in page.url
        assert menu_item(page, "Outliers").is_visible()


@pytest.mark.parametrize(
    "query",
    [
        "huber.delta=-1&data=../../etc/passwd",
        "losses=%3Cscript%3Ealert(1)%3C/script%3E",
        "moves=10:nan:inf&count=1e400",
        "curvature=[x](javascript:alert(1))&n=" + "9" * 3000,
    ],
    ids=["values", "script", "numbers", "markdown"],
)
def test_a_hostile_link_opens_the_default_with_a_note(app, visit, query):
    page = visit(f"{app}/?{query}")
    assert page.locator("[data-testid=stAlert]").count() >= 1
    assert readout(page, "Huber", "slope") == pytest.approx(1.94, abs=5e-3)
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("main a[href^=javascript]").count() == 0


def violations(page):
    """What is wrong with our part of the page for those who use it with other senses."""
    result = Axe().run(page, context=".live-figure", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    return [(found["id"], [node["html"][:120] for node in found["nodes"]]) for found in result.response["violations"]]


def hide_a_line(page):
    """By the legend, where there is one to choose from."""
    entries = page.locator(".live-chip")
    if entries.count() > 1:
        with answered(page):
            entries.last.click()


@pytest.mark.parametrize("name", OWN)
def test_a_page_fits_a_phone_and_is_accessible_in_both_themes(app, visit, name):
    page = visit(f"{app}/{name}")
    hide_a_line(page)
    assert violations(page) == [], "in the light theme"
    page = visit(f"{app}/{name}", viewport=PHONE, color_scheme="dark")
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.live-figure').getBoundingClientRect().right") <= 390
    assert page.locator(".live-chart").bounding_box()["width"] > 300
    page.set_viewport_size(SCREEN)
    settle(page)
    hide_a_line(page)
    assert violations(page) == [], "in the dark theme"


def upload(page, name, content):
    """Choose a file; the popover that asks for it is open."""
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_a_bad_file_gets_a_message_and_a_good_one_is_fitted(app, visit):
    page = visit(f"{app}/outliers")
    page.get_by_role("button", name="Your CSV").click()
    for content, said in ((b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"), (b"a,b\nx,y\nz,w", "number")):
        upload(page, "bad.csv", content)
        page.locator("[data-testid=stAlert]", has_text=re.compile(said, re.IGNORECASE)).wait_for()
        settle(page)
        assert readout(page, "MSE", "slope") == pytest.approx(0.136, abs=5e-4), "the data stay"
    name = "<img src=x onerror=document.title='pwned'>"
    rows = "\n".join(f"{i};{2 * i + 1},5" for i in range(30))
    foreign = ":material/home: a -> b http://evil.example www.evil.example x@y.com"
    upload(page, "**bold**.csv", f"{name};*y*\n{rows}\n;4\n{foreign};5".encode())
    page.wait_for_url("**data=csv**")
    settle(page)
    assert readout(page, "MSE", "slope") == pytest.approx(2)
    assert readout(page, "MAE", "intercept") == pytest.approx(1.5)
    assert page.evaluate("document.title") != "pwned", "names are only text"
    assert page.locator(".live-chart img").count() == 0, "names are only text"
    assert name in page.locator(".live-chart .xtitle").text_content()
    said = page.locator("[data-testid=stCaptionContainer]", has_text="Left out")
    assert said.locator("a, img, [role=img], code").count() == 0, "cells are only text"
    assert f"holds “{foreign}”" in said.inner_text().replace(JOINER, "")
    assert "1 with an empty cell" in said.inner_text()
    assert "1 with text where a number should be" in said.inner_text()


def test_in_a_file_too_large_to_draw_whole_a_drag_moves_one_point(app, visit):
    page = visit(f"{app}/outliers")
    rows = "\n".join(f"{i / 100},{i / 50 + (i * 7919 % 100) / 25}" for i in range(2500))
    page.get_by_role("button", name="Your CSV").click()
    upload(page, "long.csv", f"a,b\n{rows}".encode())
    page.wait_for_url("**data=csv**")
    settle(page)
    assert page.evaluate("document.querySelector('.live-chart').data[0].x.length") <= 2001
    page.keyboard.press("Escape")
    page.locator(".live-knob").scroll_into_view_if_needed()
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y - 90, steps=3)
    with answered(page):
        page.mouse.up()
    assert page.locator(".live-sentence").inner_text().startswith("One point lies")


def test_a_server_that_is_gone_is_said_or_survived(app, visit):
    page = visit(f"{app}/outliers")
    page.route(
        "**/live/*", lambda route: route.fulfill(status=404) if route.request.method == "POST" else route.continue_()
    )
    page.focus(".live-controls input[type=range]")
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert "huber.delta=" in page.url  # by a script run instead
