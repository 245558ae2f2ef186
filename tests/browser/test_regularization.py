"""The page ``regularization`` under the hand: its grips in every view follow it."""

import pytest

from tests.browser.conftest import answered, open_in

PLACE = """([symbol, axes]) => {
  const chart = document.querySelector('.live-chart');
  const short = (axis) => axis.replace('axis', '');
  const trace = chart.data.findLast(({ marker, xaxis = 'x', yaxis = 'y', x }) =>
    marker?.symbol === symbol && x.length === 1 && xaxis === short(axes[0]) && yaxis === short(axes[1]));
  const { left, top } = chart.getBoundingClientRect();
  const [xaxis, yaxis] = axes.map((axis) => chart._fullLayout[axis]);
  return [left + xaxis._offset + xaxis.d2p(trace.x[0]), top + yaxis._offset + yaxis.d2p(trace.y[0])];
}"""
GRIPS = [
    ("", "star", ("xaxis", "yaxis"), (-80, 60)),
    ("", "diamond", ("xaxis2", "yaxis2"), (-60, 0)),
    ("?data_loss=huber&outliers=4", "star", ("xaxis", "yaxis"), (-80, -40)),
    ("?view=polynomial", "diamond", ("xaxis2", "yaxis2"), (-60, 0)),
    ("?view=polynomial&held_back=stopping", "diamond", ("xaxis2", "yaxis2"), (40, 0)),
    ("?view=features", "diamond", ("xaxis", "yaxis2"), (-90, 0)),
]


@pytest.mark.parametrize(
    ("query", "symbol", "axes", "by"), GRIPS, ids=[f"{query} {symbol}" for query, symbol, *_ in GRIPS]
)
def test_a_grip_stays_under_the_hand_and_the_answer_follows(app, visit, query, symbol, axes, by):
    page = visit(f"{app}/regularization{query}")
    before = page.locator(".live-sentence").inner_text()
    x, y = page.evaluate(PLACE, [symbol, axes])
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + by[0] * step / 10, y + by[1] * step / 10)
    with answered(page):
        page.mouse.up()
    where = page.evaluate(PLACE, [symbol, axes])
    assert where[0] == pytest.approx(x + by[0], abs=3)
    assert page.locator(".live-sentence").inner_text() != before


POINT = """(row) => {
  const chart = document.querySelector('.live-chart');
  const { x, y } = chart.data.findLast((trace) => trace.mode === 'markers' && trace.x.length === 10);
  const { left, top } = chart.getBoundingClientRect();
  const { xaxis, yaxis } = chart._fullLayout;
  return [left + xaxis._offset + xaxis.d2p(x[row]), top + yaxis._offset + yaxis.d2p(y[row])];
}"""


def test_a_point_of_the_polynomial_is_dragged_kept_in_the_link_and_put_back(app, visit):
    page = visit(f"{app}/regularization?view=polynomial")
    sentence = page.locator(".live-sentence")
    before = sentence.inner_text()
    x, y = page.evaluate(POINT, 4)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 20, steps=8)
    with answered(page):
        page.mouse.up()
    assert page.evaluate(POINT, 4) == pytest.approx([x + 60, y - 20], abs=3)
    after, link = sentence.inner_text(), page.url
    assert after != before and "moves=4" in link
    with answered(page):
        page.get_by_role("button", name="Undo").click()
    assert sentence.inner_text() == before
    open_in(page, link)
    assert sentence.inner_text() == after
