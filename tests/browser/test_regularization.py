"""The page ``regularization`` under the hand: its grips in every view follow it."""

import pytest

from tests.browser.conftest import answered

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
    ("", "diamond", ("xaxis2", "yaxis2"), (60, 0)),
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
