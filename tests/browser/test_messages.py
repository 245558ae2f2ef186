"""The table of messages against what the browser reads of a picture, and says, in a real one."""

import json
import re
from pathlib import Path

import pytest

from tests.browser.conftest import center, new_tab, open_in, settle, unfold
from tests.messages import MESSAGE, NAMES, OPAQUE, OURS, PICTURE, TRACE, type_of, types

OBSERVER = Path(__file__).with_name("observer.js").read_text(encoding="utf-8")
OUTLIERS = "outliers?losses=mse,general_robust"  # a switch, a slider that may be infinite, and points


@pytest.fixture
def watched(chromium):
    """A tab where the live figure notes what it reads and sends."""
    errors = []

    def observing(route):
        answer = route.fetch()
        code = answer.text()
        assert code.count("export function show(") == 1
        code = code.replace("export function show(", "function shown(")
        route.fulfill(response=answer, body=code + OBSERVER)

    page = new_tab(chromium)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        f"window.watched = {{ read: new Set(), sent: [], opaque: {json.dumps(sorted(OPAQUE))}, trace: '{TRACE}', ours: {json.dumps(sorted(OURS))} }}"
    )
    page.route(re.compile(r"/live_figure\.js"), observing)
    yield page
    page.context.close()
    assert errors == []


def noted(page):
    settle(page)
    read, sent = page.evaluate("[[...watched.read], watched.sent]")
    assert {name for name, _ in sent} == {"channel", "input"}
    return set(read), sent


def move_point_and_sliders(page):
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=4)
    page.mouse.up()
    unfold(page)
    page.locator(".live-switch input").click()
    shape = page.locator(".live-control", has_text="α")
    shape.locator("input[type=range]").press("ArrowLeft")
    settle(page)
    entry = shape.locator("input[type=text]")
    for typed in ("nonsense", "-inf"):
        entry.fill(typed)
        entry.press("Enter")
    settle(page)
    page.locator(".live-knob").press("Delete")
    page.get_by_role("button", name="+ point").press("Enter")
    settle(page)
    page.go_back()
    page.wait_for_function("watched.sent.some(([, { values }]) => 'address' in values)")
    return noted(page)


def step_and_pick(page):
    page.get_by_role("slider", name="Step", exact=True).fill("9")
    box = page.locator(".live-chart").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_function("watched.sent.some(([, { values }]) => 'start' in values)")
    return noted(page)


def train(page):
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("watched.sent.some(([, { values }]) => 'train.b' in values)")
    page.get_by_role("button", name="Pause").click()
    return noted(page)


def paint(page):
    box = page.locator(".live-chart").bounding_box()
    page.mouse.move(box["x"] + 0.15 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
    page.mouse.up()
    page.wait_for_function(
        "watched.sent.some(([, { values }]) => Object.keys(values).some((name) => /^stroke/.test(name)))"
    )
    return noted(page)


def kind_of(name):
    """The row of ``NAMES`` of a name that the pages send."""
    handle = re.fullmatch(r"(points|start)\.\d+", name)
    if name.startswith("stroke."):
        return "<brush>.<stroke>"
    return (
        "<handle>.<row>"
        if handle
        else {"start": "<pick>", "new": "<new>", "playhead": "playhead", "address": "address"}.get(name, "<control>")
    )


def test_the_browser_reads_and_says_what_the_table_has_and_nothing_else(app, watched):
    open_in(watched, f"{app}/{OUTLIERS}")
    read, sent = move_point_and_sliders(watched)
    open_in(watched, f"{app}/landscape?surface=line")
    more, later = step_and_pick(watched)
    open_in(watched, f"{app}/gan?view=training")
    further, last = train(watched)
    open_in(watched, f"{app}/overlap")
    painted, strokes = paint(watched)
    assert read | more | further | painted == PICTURE.keys()
    said, kinds = set(), set()
    for way, message in [*sent, *later, *last, *strokes]:
        said |= message.keys()
        whens = ("always", "channel") if way == "channel" else ("always",)
        assert message.keys() == {name for name, row in MESSAGE.items() if row["when"] in whens}
        for name, value in message.items():
            assert type_of(value) in types(MESSAGE[name])
        for name, value in message["values"].items():
            assert type_of(value) in types(NAMES[kind_of(name)])
            kinds |= {(kind_of(name), type_of(value))}
    assert said == MESSAGE.keys()
    assert kinds == {(name, kind) for name, row in NAMES.items() for kind in types(row)}
