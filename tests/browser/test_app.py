"""The app as a visitor's browser has it: links, reloads, privacy, accessibility, small screens, uploads."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ROOT, center, readout, serving, settle

PAGES = ("", "curves", "landscape", "classification", "probabilities")


def test_a_copied_link_opens_the_same_view_elsewhere(app, visit):
    page = visit(app)
    page.get_by_role("button", name="Stars fool Huber").click()
    settle(page)
    page.focus(".live-controls input[type=range]")
    page.keyboard.press("ArrowRight")
    settle(page)
    other = visit(page.url)
    for loss in ("MSE", "MAE", "Huber", "Tukey biweight"):
        assert readout(other, loss, "slope") == readout(page, loss, "slope")
    assert other.url == page.url
    page.reload()
    page.wait_for_selector(".live-figure[data-answers]")
    settle(page)
    assert page.url == other.url
    page.get_by_role("button", name="Reset", exact=True).click()
    settle(page)
    assert "?" not in page.url
    assert readout(page, "MSE", "slope") == pytest.approx(0.136, abs=5e-4)


def test_going_to_the_other_page_and_back_keeps_what_was_set(app, visit):
    page = visit(app)
    page.get_by_role("button", name="Belgian phones").click()
    settle(page)
    url = page.url
    page.get_by_role("link", name="Curves").click()
    page.wait_for_url("**/curves")
    settle(page)
    page.go_back()
    page.wait_for_function("document.querySelector('h1')?.textContent.startsWith('Who moves')")
    settle(page)
    assert page.url == url
    assert readout(page, "MSE", "slope") == pytest.approx(5.04, abs=5e-3)


def test_a_deep_link_works_on_a_cold_server(visit):
    with serving(ROOT / "app.py") as address:
        page = visit(f"{address}/curves?axis=margin&losses=hinge,logistic&hinge.margin=2")
        assert page.locator("h1").inner_text() == "How hard does each loss pull?"
        assert readout(page, "Hinge", "slope") == -1  # 1.8 is inside a margin of 2, and would be outside one of 1
        assert "hinge.margin=2" in page.url
        assert page.get_by_role("link", name="Outliers").is_visible()


@pytest.mark.parametrize(
    "query",
    [
        "huber.delta=-1&data=../../etc/passwd",
        "losses=%3Cscript%3Ealert(1)%3C/script%3E",
        "moves=10:nan:inf&count=1e400",
        "curvature=[x](javascript:alert(1))&n=" + "9" * 3000,
    ],
)
def test_a_hostile_link_opens_the_default_with_a_note(app, visit, query):
    page = visit(f"{app}/?{query}")
    assert page.locator("[data-testid=stAlert]").count() >= 1
    assert readout(page, "Huber", "slope") == pytest.approx(1.94, abs=5e-3)
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("main a[href^=javascript]").count() == 0


def test_no_request_leaves_the_machine(app, chromium):
    context = chromium.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    for path in PAGES:
        page.goto(f"{app}/{path}")
        page.wait_for_selector(".live-figure[data-answers]")
        settle(page)
    page.get_by_role("button", name="Share", exact=True).click()
    settle(page)
    context.close()
    assert len(asked) > 20
    ours = (app, app.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_our_part_of_the_page_has_no_accessibility_violation(app, visit, path, scheme):
    page = visit(f"{app}/{path}", color_scheme=scheme)
    result = Axe().run(page, context=".live-figure", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    found = [
        (violation["id"], [node["html"][:120] for node in violation["nodes"]])
        for violation in result.response["violations"]
    ]
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(app, visit, path):
    page = visit(f"{app}/{path}", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.live-figure').getBoundingClientRect().right") <= 390
    assert page.locator(".live-chart").bounding_box()["width"] > 300


def upload(page, name, content):
    page.get_by_role("button", name="Your CSV").click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.wait_for_timeout(1000)
    settle(page)


def test_an_uploaded_file_is_fitted_and_its_names_are_only_text(app, visit):
    page = visit(app)
    name = "<img src=x onerror=document.title='pwned'>"
    rows = "\n".join(f"{i};{2 * i + 1},5" for i in range(30))
    upload(page, "**bold**.csv", f"{name};*y*\n{rows}\n;4\nx;5".encode())
    assert readout(page, "MSE", "slope") == pytest.approx(2)
    assert readout(page, "MAE", "intercept") == pytest.approx(1.5)
    assert page.evaluate("document.title") != "pwned"
    assert page.locator(".live-chart img").count() == 0
    assert name in page.locator(".live-chart .xtitle").text_content()
    said = page.locator("[data-testid=stCaptionContainer]", has_text="Left out").inner_text()
    assert "1 have an empty cell" in said
    assert "1 hold text" in said


def test_in_a_file_too_large_to_draw_whole_a_drag_moves_one_point(app, visit):
    page = visit(app)
    rows = "\n".join(f"{i / 100},{i / 50 + (i * 7919 % 100) / 25}" for i in range(5000))
    upload(page, "long.csv", f"a,b\n{rows}".encode())
    assert page.evaluate("document.querySelector('.live-chart').data[0].x.length") <= 2001
    page.keyboard.press("Escape")
    page.locator(".live-knob").scroll_into_view_if_needed()
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(x - step, y - 3 * step)
    page.mouse.up()
    settle(page)
    assert page.locator(".live-sentence").inner_text().startswith("One point lies")


def test_a_server_that_is_gone_is_said_or_survived(app, visit):
    page = visit(app)
    page.route(
        "**/live/*", lambda route: route.fulfill(status=404) if route.request.method == "POST" else route.continue_()
    )
    page.focus(".live-controls input[type=range]")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "huber.delta=" in page.url  # by a script run instead


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"), (b"a,b\nx,y\nz,w", "number")]
)
def test_a_bad_file_gets_a_message_and_the_data_stay(app, visit, content, said):
    page = visit(app)
    upload(page, "bad.csv", content)
    assert said in page.locator("[data-testid=stAlert]").inner_text().lower()
    assert readout(page, "MSE", "slope") == pytest.approx(0.136, abs=5e-4)
