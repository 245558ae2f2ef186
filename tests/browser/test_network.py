"""The page ``network`` in a real browser: a training that runs until it is paused, steps, restarts, and opens from a link."""

from tests.browser.conftest import answered, settle

STEP = "() => Number(document.querySelector('.live-runner output').textContent.split(' ')[1])"


def test_a_network_trains_until_it_is_paused_steps_and_starts_again(app, visit):
    page = visit(f"{app}/network?width=8&examples=60")
    assert page.evaluate(STEP) == 0
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(f"() => ({STEP})() >= 80")
    with answered(page):
        page.get_by_role("button", name="Pause").click()
    settle(page)
    reached = page.evaluate(STEP)
    with answered(page):
        page.get_by_role("button", name="Step", exact=True).click()
    settle(page)
    assert page.evaluate(STEP) == reached + 1
    assert page.locator(".live-runner output").inner_text() == f"step {reached + 1} of at most 5000"
    assert f"steps={reached + 1}" in page.url
    sentence = page.locator(".live-sentence").inner_text()
    page = visit(page.url)
    assert page.locator(".live-sentence").inner_text() == sentence, "a link opens the same step"
    with answered(page):
        page.get_by_role("button", name="Restart").click()
    settle(page)
    assert page.evaluate(STEP) == 0
