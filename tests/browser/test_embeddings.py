"""The page ``embeddings`` in a real browser: points under the hand, and a training that runs until it is paused."""

from tests.browser.conftest import answered, center, settle

TURN = "() => Number(document.querySelector('.live-runner output').textContent.split(' ')[1])"


def test_a_point_is_dragged_and_the_pull_follows(app, visit):
    page = visit(f"{app}/embeddings")
    before = page.locator(".live-sentence").inner_text()
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 40, steps=5)
    page.mouse.up()
    settle(page)
    assert page.locator(".live-sentence").inner_text() != before
    assert "points=" in page.url
    assert not page.locator(".live-runner").is_visible()


def test_a_training_runs_until_it_is_paused_and_goes_on_by_a_step(app, visit):
    page = visit(f"{app}/embeddings?view=train")
    assert page.evaluate(TURN) == 0
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(f"() => ({TURN})() >= 40")
    with answered(page):
        page.get_by_role("button", name="Pause").click()
    settle(page)
    reached = page.evaluate(TURN)
    with answered(page):
        page.get_by_role("button", name="Step", exact=True).click()
    settle(page)
    assert page.evaluate(TURN) == reached + 1
    assert f"turns={reached + 1}" in page.url
    sentence = page.locator(".live-sentence").inner_text()
    page = visit(page.url)
    assert page.locator(".live-sentence").inner_text() == sentence, "a link opens the same turn"
