"""Boundaries under a real hand: drags, keys, sliders, files."""

from tests.browser.conftest import answered, center, readout, settle


def test_a_point_is_moved_by_hand_and_by_key_and_the_boundaries_are_fitted_again(app, visit):
    page = visit(f"{app}/classification")
    page.locator(".live-knob").focus()
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert "moves=1%3A" in page.url, "by key"
    page.get_by_role("button", name="Reset", exact=True).click()
    # Leaving the handle may ask for a run of its own, so what the button does is waited for, not the next answer.
    page.wait_for_function("!location.search.includes('moves')")
    settle(page)
    before = readout(page, "Hinge", "loss")
    left, top = center(page, ".live-knob")  # it begins at the outlier
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 230, top + 200, steps=10)
    with answered(page):
        page.mouse.up()
    assert "moves=1%3A" in page.url, "by hand"
    assert readout(page, "Hinge", "loss") < before


def test_the_weight_slider_is_live(app, visit):
    page = visit(f"{app}/classification?data=overlap&losses=binary_cross_entropy&n=1000&ratio=99")
    assert readout(page, "Binary cross-entropy", "recall") == 0
    slider = page.get_by_role("slider", name="Weight of the positive class")
    slider.focus()
    with answered(page):
        slider.press("End")
    assert readout(page, "Binary cross-entropy", "recall") > 50


def test_a_file_without_two_classes_gets_a_message_and_a_good_one_is_fitted(app, visit):
    page = visit(f"{app}/classification")
    page.get_by_role("button", name="Your CSV").click()

    def upload(content):
        page.locator("input[type=file]").set_input_files({"name": "my.csv", "mimeType": "text/csv", "buffer": content})

    for content, said in (
        (b"a,b,kind\n1,2,x\n2,1,y\n3,5,z\n", "exactly two different values"),
        (b"a,b,kind\n1,2,x\n1,1,y\n1,5,x\n", "constant"),
        (b"", "empty"),
    ):
        upload(content)
        page.get_by_text(said).wait_for()
        assert "data=csv" not in page.url, said
    rows = "\n".join(f"{x},{x * x % 7},{'spam' if x > 10 else 'ham'}" for x in range(20))
    upload(f"<b>size</b>,links,kind\n{rows}\n".encode())
    page.wait_for_url("**data=csv**")
    settle(page)
    assert readout(page, "Hinge", "accuracy") > 90
    assert page.locator(".live-chart").get_by_text("<b>size</b>").count() == 1
