"""The page ``probabilities`` under the hand: handles in every view, and one figure for all of them."""

import pytest

from tests.benchmarks.bench_probabilities import WHERE
from tests.browser.conftest import answered, choose_example, readout, settle

TARGET, PREDICTION = -2, -1  # traces of the triangle, which draws them over all else


def grip(page, trace):
    return page.evaluate(WHERE, trace)


def pull(page, trace, across, down):
    x, y = grip(page, trace)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(x + across * step / 20, y + down * step / 20)
    with answered(page):
        page.mouse.up()
    return x + across, y + down


def sentence(page):
    return page.locator(".live-sentence").inner_text()


def test_logits_follow_the_prediction_and_contours_the_target(app, visit):
    page = visit(f"{app}/probabilities")
    before = page.locator(".live-controls input[type=range]").evaluate_all("all => all.map((one) => one.value)")
    where = pull(page, PREDICTION, 60, -120)
    assert grip(page, PREDICTION) == pytest.approx(where, abs=2), "the prediction stays under the hand"
    after = page.locator(".live-controls input[type=range]").evaluate_all("all => all.map((one) => one.value)")
    assert all(one != other for one, other in zip(before[:3], after[:3], strict=True))
    for name in "ABC":
        assert readout(page, name, "slope") == pytest.approx(readout(page, name, "p − y"), abs=2e-3)
    where = grip(page, PREDICTION)
    page = visit(page.url)
    assert grip(page, PREDICTION) == pytest.approx(where, abs=1)
    contour = "Array.from(document.querySelector('.live-chart').data[2].y).filter(Number.isFinite)"
    before = page.evaluate(contour)
    pull(page, TARGET, -150, -100)
    assert "target=" in page.url
    assert page.evaluate(contour) != before


@pytest.mark.parametrize(
    ("query", "trace", "move", "setting"),
    [
        ("view=encoding", 0, (60, 0), "lead="),
        ("view=pairing", 0, (80, 0), "at="),
        ("view=divergence", 0, (40, 0), "m1="),
        ("view=divergence&shape=outcomes", 1, (0, -60), "q="),
    ],
)
def test_every_handle_sets_what_it_stands_for(app, visit, query, trace, move, setting):
    page = visit(f"{app}/probabilities?{query}")
    before = sentence(page)
    pull(page, trace, *move)
    assert setting in page.url
    assert sentence(page) != before


def test_reverse_kl_changes_hump_with_its_start(app, visit):
    page = visit(f"{app}/probabilities?view=divergence")
    before = sentence(page)
    assert "sits on hump 2" in before
    left, _ = grip(page, 0)
    start, _ = grip(page, 1)
    pull(page, 1, left - start, 0)
    assert "sits on hump 1" in sentence(page)
    assert "begin=" in page.url


def test_all_views_are_drawn_in_one_figure(app, visit):
    page = visit(f"{app}/probabilities")
    page.evaluate("window.chart = document.querySelector('.live-chart')")
    shown = {
        "Softmax twice": "Encoding",
        "Sigmoid at −6": "Pairing",
        "The other hump": "Divergence",
        "Nothing in common": "Divergence",
        "Honest doubt": "Simplex",
    }
    for preset, view in shown.items():
        page.get_by_test_id("stButtonGroup").get_by_text(view, exact=True).click()
        settle(page)
        choose_example(page, preset)
        assert page.evaluate("window.chart.isConnected && document.querySelectorAll('.live-figure').length") == 1
        assert page.locator("[data-testid=stException]").count() == 0


def test_names_side_by_side_keep_their_height(app, visit):
    page = visit(f"{app}/probabilities?view=divergence&shape=outcomes&p=0.5:0.5:0:0&q=0:0:0.6:0.4")
    signs = page.locator(".live-labels span", has_text="∞").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().top)"
    )
    assert len(signs) == 4
    assert max(signs) - min(signs) < 1


def test_keys_move_a_handle(app, visit):
    page = visit(f"{app}/probabilities?view=pairing")
    before = readout(page, "Sigmoid + BCE", "slope")
    page.focus(".live-knob")
    with answered(page):
        page.keyboard.press("Shift+ArrowRight")
    assert readout(page, "Sigmoid + BCE", "slope") > before
