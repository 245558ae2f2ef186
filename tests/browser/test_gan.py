"""The page ``gan`` in a real browser: the game under the hand, and a training that runs until it is paused."""

from tests.browser.conftest import answered, center, settle

TURN = "() => Number(document.querySelector('.live-runner output').textContent.split(' ')[1])"


def test_the_start_is_dragged_and_the_path_follows(app, visit):
    page = visit(f"{app}/gan")
    before = page.locator(".live-sentence").inner_text()
    x, y = center(page, ".live-knob")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y - 40, steps=5)
    page.mouse.up()
    settle(page)
    assert page.locator(".live-sentence").inner_text() != before
    assert "theta=" in page.url and "psi=" in page.url
    assert not page.locator(".live-runner").is_visible()


def test_a_training_runs_until_it_is_paused_and_goes_on_by_single_turns(app, visit):
    page = visit(f"{app}/gan?view=training")
    assert page.evaluate(TURN) == 0
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(f"() => ({TURN})() >= 100")
    with answered(page):
        page.get_by_role("button", name="Pause").click()
    settle(page)
    reached = page.evaluate(TURN)
    assert f"turns=b{reached}" in page.url
    for kind in ("D", "G"):
        with answered(page):
            page.get_by_role("button", name=f"Step {kind}", exact=True).click()
        settle(page)
    assert page.evaluate(TURN) == reached + 2
    assert f"turns=b{reached}d1g1" in page.url
    sentence = page.locator(".live-sentence").inner_text()
    page = visit(page.url)
    assert page.locator(".live-sentence").inner_text() == sentence, "a link opens the same turn"


def test_a_training_ends_at_its_last_turn(app, visit):
    page = visit(f"{app}/gan?view=training&turns=b4990")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(f"() => ({TURN})() === 5000")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    settle(page)
    assert "turns=b5000" in page.url


def test_a_training_that_leaves_the_numbers_ends_there(app, visit):
    page = visit(f"{app}/gan?view=training&game=least_squares&optimiser=sgd&rate_g=10&rate_d=10")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("() => document.querySelector('.live-sentence').textContent.includes('left the numbers')")
    settle(page)
    buttons = page.locator(".live-runner button")
    assert buttons.count() == 4 and all(buttons.nth(index).is_disabled() for index in range(4))
    assert page.get_by_role("button", name="Train", exact=True).count() == 1, "it does not pretend to run"
    assert f"turns=b{page.evaluate(TURN)}" in page.url


def test_what_a_run_has_reached_survives_a_reload(app, visit):
    page = visit(f"{app}/gan?view=training", fresh=True)
    before = page.evaluate("() => history.length")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("() => /turns=b[2-9][0-9][0-9]/.test(location.search)")
    page.get_by_role("button", name="Pause").click()
    settle(page)
    assert f"turns=b{page.evaluate(TURN)}" in page.url
    assert page.evaluate("() => history.length") == before + 1, "a run is one step to undo"
