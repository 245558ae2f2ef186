"""The page ``start`` in a real browser: the network can be read on every screen."""

import pytest

from tests.browser.conftest import answered, settle

BACKPROP = "start?view=backprop&pass="
DESK, ROOM, PHONE = ({"width": width, "height": height} for width, height in ((1280, 720), (1920, 1080), (390, 844)))

# Every text with its box and ground, every disc, and how many edges run through the box of each text.
SEEN = """() => {
  const box = (element) => (({ left, top, right, bottom }) => [left, top, right, bottom])(element.getBoundingClientRect());
  const edges = [...document.querySelectorAll('.live-chart .scatterlayer .lines path')].map((path) => {
    const matrix = path.getScreenCTM();
    const length = path.getTotalLength();
    return Array.from({ length: Math.ceil(length) }, (_, at) => path.getPointAtLength(at).matrixTransform(matrix));
  });
  const through = ([left, top, right, bottom]) => edges.filter((edge) => edge.some(({ x, y }) => x > left && x < right && y > top && y < bottom)).length;
  return {
    page: getComputedStyle(document.querySelector('.stApp')).backgroundColor,
    chart: box(document.querySelector('.live-chart')),
    discs: [...document.querySelectorAll('.live-chart .scatterlayer .points path')].map((path) => ({ box: box(path), fill: getComputedStyle(path).fill, outline: parseFloat(getComputedStyle(path).strokeWidth) })),
    texts: [...document.querySelectorAll('.live-labels span')].map((span) => {
      const { backgroundColor: ground, fontSize } = getComputedStyle(span);
      return { text: span.textContent, box: box(span), ground, size: parseFloat(fontSize), edges: through(box(span)) };
    }),
  };
}"""


def apart(one, other, slack=1.5):
    """Whether two boxes have no more than a hair's breadth in common."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return min(across, down) <= slack


def within(one, other, slack=1.5):
    return one[0] >= other[0] - slack and one[1] >= other[1] - slack and one[2] <= other[2] + slack and one[3] <= other[3] + slack  # fmt: skip


@pytest.mark.parametrize(
    ("screen", "scheme", "present"),
    [(DESK, "light", ""), (DESK, "dark", ""), (ROOM, "light", "&present=1"), (PHONE, "light", "")],
    ids=["desk", "dark", "room", "phone"],
)
def test_the_network_can_be_read(app, visit, screen, scheme, present):
    for stage in (3, 7):
        page = visit(f"{app}/{BACKPROP}{stage}{present}", viewport=screen, color_scheme=scheme)
        seen = page.evaluate(SEEN)
        texts, discs = seen["texts"], seen["discs"]
        assert len(discs) == 9
        assert {disc["fill"] for disc in discs} == {seen["page"]}, "no edge is seen in a disc"
        assert len(texts) == {3: 29, 7: 9 + 14 + 27 + 2}[stage]
        for text in texts:
            assert within(text["box"], seen["chart"]), text
            assert text["size"] >= (20 if present else 13), text
            inside = [disc for disc in discs if within(text["box"], disc["box"])]
            assert inside or all(apart(text["box"], disc["box"]) for disc in discs), text
            if not inside:
                assert text["edges"] <= (text["ground"] == seen["page"]), f"an edge strikes through {text}"
        for index, text in enumerate(texts):
            for other in texts[:index]:
                assert apart(text["box"], other["box"]), (text, other)


def test_numbers_grow_before_a_room(app, visit):
    sizes, outlines = [], []
    for query in ("", "&present=1"):
        page = visit(f"{app}/{BACKPROP}7{query}", viewport=ROOM)
        seen = page.evaluate(SEEN)
        sizes.append({text["text"]: text["size"] for text in seen["texts"] if text["ground"] == seen["page"]})
        outlines.append(seen["discs"][0]["outline"])
    usual, large = sizes
    assert usual.keys() == large.keys() and len(usual) > 30
    assert outlines[1] == 1.6 * outlines[0]
    assert all(size >= 24 and size > 1.5 * usual[text] for text, size in large.items())


def test_a_step_on_the_phone_goes_on(app, visit):
    page = visit(f"{app}/{BACKPROP}6", viewport=PHONE)
    with answered(page):
        page.get_by_role("button", name="Step", exact=True).click()
    settle(page)
    assert page.locator(".live-sentence").inner_text().startswith("Update")
    assert page.locator(".live-labels span", has_text="→").count() == 9
