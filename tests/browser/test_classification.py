"""Boundaries under a real hand: drags, sliders, a file, a phone."""

import pytest

from tests.browser.conftest import center, readout, settle


def test_dragging_the_outlier_refits_the_boundaries(app, visit):
    page = visit(f"{app}/classification")
    before = readout(page, "Hinge", "loss")
    left, top = center(page, ".live-knob")  # it begins at the outlier
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 230, top + 200, steps=10)
    page.mouse.up()
    settle(page)
    assert "moves=1%3A" in page.url
    assert readout(page, "Hinge", "loss") < before


def test_the_keyboard_moves_a_point(app, visit):
    page = visit(f"{app}/classification")
    page.locator(".live-knob").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "moves=1%3A" in page.url


def test_the_weight_slider_is_live(app, visit):
    page = visit(f"{app}/classification?data=overlap&losses=binary_cross_entropy&n=1000&ratio=99")
    assert readout(page, "Binary cross-entropy", "recall") == 0
    slider = page.get_by_role("slider", name="Weight of the positive class")
    slider.focus()
    slider.press("End")
    settle(page)
    assert readout(page, "Binary cross-entropy", "recall") > 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b,kind\n1,2,x\n2,1,y\n3,5,z\n", "exactly two different values"),
        (b"a,b,kind\n1,2,x\n1,1,y\n1,5,x\n", "constant"),
        (b"", "empty"),
    ],
)
def test_a_file_without_two_classes_gets_a_message(app, visit, content, said):
    page = visit(f"{app}/classification")
    page.get_by_role("button", name="Your CSV").click()
    page.locator("input[type=file]").set_input_files({"name": "my.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_text(said).wait_for()
    assert "data=csv" not in page.url


def test_a_file_of_two_features_and_a_label_is_fitted(app, visit):
    rows = "\n".join(f"{x},{x * x % 7},{'spam' if x > 10 else 'ham'}" for x in range(20))
    page = visit(f"{app}/classification")
    page.get_by_role("button", name="Your CSV").click()
    content = f"<b>size</b>,links,kind\n{rows}\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "my.csv", "mimeType": "text/csv", "buffer": content})
    page.wait_for_url("**data=csv**")
    settle(page)
    assert readout(page, "Hinge", "accuracy") > 90
    assert page.locator(".live-chart").get_by_text("<b>size</b>").count() == 1
