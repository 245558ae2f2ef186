"""The landscape in a real browser: playing, stepping, starting elsewhere, and a surface that keeps its camera."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.descent.linear_model import data_surface, learning_rate_unit
from losses.descent.optimisers import OPTIMISERS
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from tests.browser.conftest import answered, center, rest, settle, unfold

LINE = DATASETS["line"]
BOWL = "landscape?surface=bowl&optimisers=sgd&sgd.learning_rate=0.19&steps=60"
SLIDER = ".live-controls input[type=range]"
SGD_BLUE = (0, 114, 178)
CHART = "document.querySelector('.live-chart')"
# Pixels from the chart's corner of a place in the panel with these axes.
PLACE = f"""([x, y, across, down]) => {{
  const layout = {CHART}._fullLayout;
  const pixel = (name, value) => layout[name]._offset + layout[name].d2p(value);
  return [pixel(across, x), pixel(down, y)];
}}"""
CAMERA = f"{CHART}._fullLayout.scene._scene.getCamera()"


def press(page, name):
    page.locator(".live-player").get_by_role("button", name=re.compile(f"^{name}")).click()


def scrub(page, step):
    page.get_by_role("slider", name="Step", exact=True).fill(str(step))


def step_of(page):
    return int(page.locator(".live-count").inner_text().split()[1])


def playing(page):
    return page.locator(".live-player").get_by_role("button", name=re.compile("^Pause")).count() == 1


def on_page(page, x, y, axes=("xaxis", "yaxis")):
    """Where a place of the chart is on the page."""
    box = page.locator(".live-chart").bounding_box()
    left, top = page.evaluate(PLACE, [x, y, *axes])
    return box["x"] + left, box["y"] + top


def numbers(text):
    """The numbers in a cell; nan for what is none."""
    return [float(part.replace("−", "-").replace("–", "nan").replace("∞", "inf")) for part in re.split(", |\n", text)]


def cells(page, name):
    """A column of the table at the playhead, by the names of its rows."""
    unfold(page)
    first, *lines = page.locator(".live-steps .live-table tr").all()
    column = first.locator("th").all_inner_texts().index(name)
    texts = [line.locator("th, td").all_inner_texts() for line in lines]
    return {line[0]: numbers(line[column]) for line in texts}


def setting(page, name):
    """What the address bar says of a setting."""
    found = re.search(rf"[?&]{re.escape(name)}=([^&]*)", page.url)
    return found and float(found.group(1))


def rounded(*values):
    return pytest.approx(values, rel=6e-3, nan_ok=True)


def linear():
    return data_surface(LINE.x, LINE.y, LOSSES["mse"], LOSSES["mse"].settings(), (LINE.x, LINE.y))


def walked(key, rate, steps=200):
    surface = linear()
    return trajectory(surface, key, surface.start, steps, learning_rate=rate)


def of(path, step):
    """What the table shows of a path at a step."""
    nothing = np.full(2, np.nan)
    return {
        "loss": [path.losses[step]],
        "w, b": path.positions[step],
        "gradient": path.gradients[step - 1] if step else nothing,
        "effective step": path.steps[step - 1] if step else nothing,
        "learning rate": [path.rates[step - 1] if step else np.nan],
        **({} if path.second_moment is None or not step else {"second moment": path.second_moment[step - 1]}),
    }


def default_rate(key):
    optimiser = OPTIMISERS[key]
    return optimiser.parameters["learning_rate"].default * learning_rate_unit(linear(), optimiser)


def passed(page, step):
    """Wait until the playhead, under way, is past a step."""
    page.wait_for_function(
        "step => parseInt(document.querySelector('.live-count').textContent.split(' ')[1]) > step", arg=step
    )


def test_it_plays_without_a_message_and_goes_on_along_a_new_path(app, visit):
    turned_to = []
    page = visit(f"{app}/landscape?surface=line", heard=turned_to)
    with answered(page):
        press(page, "Back to the start")
    page.get_by_role("combobox", name="Speed").select_option("0.25")
    press(page, "Play")
    passed(page, 2)
    by_request, by_socket = len(turned_to), page.evaluate("window.runs.sent")
    passed(page, 8)  # more than twice the time after which a rest would be reported
    assert (len(turned_to), page.evaluate("window.runs.sent")) == (by_request, by_socket)
    assert playing(page)
    page.focus(SLIDER)
    before = step_of(page)
    with answered(page):
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
    assert len(turned_to) > by_request
    assert playing(page)
    after = step_of(page)
    assert before < after < 200, "the playhead goes on"
    rate = setting(page, "sgd.learning_rate")
    assert rate < default_rate("sgd")
    with answered(page):
        press(page, "Pause")
    step = step_of(page)
    assert step >= after
    for column, values in of(walked("sgd", rate), step).items():
        assert cells(page, "SGD")[column] == rounded(*values), column
    assert setting(page, "playhead") == step


def test_the_table_shows_the_numbers_of_every_path_at_the_playhead(app, visit):
    page = visit(f"{app}/landscape?surface=line")
    paths = {OPTIMISERS[key].name: walked(key, default_rate(key)) for key in ("sgd", "adam")}
    assert step_of(page) == 200
    unfold(page)
    for step in (200, 0, 1, 57):
        scrub(page, step)
        assert page.locator(".live-steps caption").inner_text().endswith(f"step {step}")
        for name, path in paths.items():
            shown = cells(page, name)
            for column, values in of(path, step).items():
                assert shown[column] == rounded(*values), (name, step, column)


@pytest.mark.parametrize("query", ["surface=bowl", "surface=engel&optimisers=nesterov,dampened_momentum,adam"])
def test_the_table_at_the_playhead_needs_no_scrolling_sideways(app, visit, query):
    page = visit(f"{app}/landscape?{query}", viewport={"width": 1280, "height": 720})
    unfold(page)
    beyond = page.evaluate(
        """() => {
          const [table, step] = ['.live-steps', '.live-player input[type=range]'].map((name) => document.querySelector(name));
          const widths = Array.from({ length: Number(step.max) + 1 }, (_, at) => {
            step.value = at;
            step.dispatchEvent(new Event('input'));
            return table.scrollWidth - table.clientWidth;
          });
          return Math.max(...widths);
        }"""
    )
    assert beyond == 0


def test_it_steps_scrubs_and_loops_and_the_link_has_the_playhead(app, visit):
    page = visit(f"{app}/landscape?surface=line")
    press(page, "One step back")
    press(page, "One step back")
    press(page, "One step forward")
    assert step_of(page) == 199
    with answered(page):
        scrub(page, 57)
    assert setting(page, "playhead") == 57
    page.focus(SLIDER)
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert step_of(page) == 57, "a change of the path leaves the playhead where it is"
    link = page.url
    shown = [str(cells(page, name)) for name in ("SGD", "Adam")] + [page.locator(".live-sentence").inner_text()]
    page = visit(link)
    assert step_of(page) == 57
    assert [str(cells(page, name)) for name in ("SGD", "Adam")] + [page.locator(".live-sentence").inner_text()] == shown
    assert page.url == link
    scrub(page, 190)
    page.get_by_label("loop").check()
    page.get_by_role("combobox", name="Speed").select_option("4")
    press(page, "Play")
    page.wait_for_function("parseInt(document.querySelector('.live-count').textContent.split(' ')[1]) < 100")
    assert playing(page)


def test_a_click_a_drag_and_a_number_say_where_to_start(app, visit):
    page = visit(f"{app}/{BOWL}")
    with answered(page):
        page.mouse.click(*on_page(page, 3.0, -1.5))
    assert (setting(page, "w"), setting(page, "b")) == (pytest.approx(3, abs=0.02), pytest.approx(-1.5, abs=0.02))
    start = (setting(page, "w"), setting(page, "b"))
    scrub(page, 0)
    assert cells(page, "SGD")["x, y"] == rounded(*start)
    settle(page)
    rest(page, f"{CHART}.getBoundingClientRect().bottom + {CHART}._fullLayout.yaxis._offset")
    page.mouse.move(*on_page(page, *start))
    page.mouse.down()
    for share in np.linspace(0, 1, 12):
        page.mouse.move(*on_page(page, 3 - 5 * share, -1.5 + 3.3 * share))
    with answered(page):
        page.mouse.up()
    assert (setting(page, "w"), setting(page, "b")) == (pytest.approx(-2, abs=0.03), pytest.approx(1.8, abs=0.03))
    path = trajectory(
        TEXTBOOK["bowl"](),
        "sgd",
        (setting(page, "w"), setting(page, "b")),
        60,
        learning_rate=setting(page, "sgd.learning_rate"),
    )
    scrub(page, 9)
    assert cells(page, "SGD")["x, y"] == rounded(*path.positions[9])
    page.get_by_role("button", name="More").click()
    page.get_by_role("spinbutton", name="Start x").fill("-4.25")
    with answered(page):
        page.keyboard.press("Enter")
    assert setting(page, "w") == -4.25
    assert page.evaluate(f"{CHART}.data[0].x[0]") == -4.25


def test_a_dragged_point_redraws_the_surface(app, visit):
    page = visit(f"{app}/landscape?surface=line")
    losses = f"Array.from({CHART}.data.find((trace) => trace.type === 'contour').customdata[0]).slice(0, 5)"
    minimum = (
        f"(({{ x, y }}) => [x[0], y[0]])({CHART}.data.find((trace) => trace.marker?.symbol === 'x' && !trace.xaxis))"
    )
    before = page.evaluate(losses)
    assert page.evaluate(minimum) == pytest.approx(np.polyfit(LINE.x, LINE.y, 1), abs=1e-5)
    axes = ("xaxis2", "yaxis2")
    page.mouse.move(*on_page(page, LINE.x[10], LINE.y[10], axes))
    page.mouse.down()
    for y in np.linspace(LINE.y[10], 3, 12):
        page.mouse.move(*on_page(page, LINE.x[10], y, axes))
    with answered(page):
        page.mouse.up()
    x, y = page.evaluate(f"[{CHART}.data[0].x[10], {CHART}.data[0].y[10]]")
    assert (x, y) == (pytest.approx(10, abs=0.1), pytest.approx(3, abs=0.3))
    moved_x, moved_y = LINE.x.copy(), LINE.y.copy()
    moved_x[10], moved_y[10] = x, y
    assert page.evaluate(minimum) == pytest.approx(np.polyfit(moved_x, moved_y, 1), abs=1e-3)
    assert page.evaluate(losses) != before
    assert "moves=10" in page.url


def test_the_ring_stays_beside_a_point_that_is_taken_away(app, visit):
    page = visit(f"{app}/landscape?surface=line")
    knob = page.locator(".live-knob")
    knob.press("Home")
    for _ in range(4):
        knob.press("PageDown")
    before, _, count = re.match(r"(\w+ \d+)( of )(\d+)", knob.get_attribute("aria-label")).groups()
    assert not before.startswith("Start")
    with answered(page):
        knob.press("Delete")
    assert knob.get_attribute("aria-label").startswith(f"{before} of {int(count) - 1}")


def test_the_place_of_a_new_point_is_no_longer_awaited_where_there_are_none(app, visit):
    page = visit(f"{app}/landscape?surface=line")
    page.get_by_role("button", name="+ point").click()
    assert page.locator(".live-adding").count() == 1
    page.evaluate(
        "history.pushState({}, '', '/landscape?surface=bowl'); history.pushState({}, '', '?'); history.back()"
    )
    page.wait_for_selector(".live-edits:empty", state="attached")
    settle(page)
    assert page.locator(".live-adding").count() == 0
    page.mouse.click(*on_page(page, 1, 1))  # an error on the page fails the test


def turned(page):
    """Turn the surface by hand; the camera afterwards, where it looks from."""
    box = page.locator(".live-chart").bounding_box()
    x, y = box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y - 30, steps=5)
    page.mouse.up()
    rest(page, f"{CAMERA}.eye")
    return page.evaluate(f"{CAMERA}.eye")


def three_d(page, on):
    with answered(page):
        page.locator(".stCheckbox", has_text="3-D").locator("label").click()
    page.wait_for_function(f"{on} === {CHART}.data.some((trace) => trace.type === 'surface')")


def test_three_dimensions_keep_their_camera(app, visit):
    page = visit(f"{app}/{BOWL}")
    three_d(page, "true")
    first = page.evaluate(f"{CAMERA}.eye")
    eye = turned(page)
    assert sum(abs(eye[axis] - first[axis]) for axis in "xyz") > 0.2
    page.focus(SLIDER)
    for _ in range(3):
        with answered(page):
            page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"{CAMERA}.eye") == pytest.approx(eye)
    assert setting(page, "sgd.learning_rate") < 0.19
    three_d(page, "false")
    with answered(page):
        page.mouse.click(*on_page(page, 3.0, -1.5))
    three_d(page, "true")
    assert page.evaluate(f"{CAMERA}.eye") == pytest.approx(eye)
    assert setting(page, "w") == pytest.approx(3, abs=0.02)


def test_in_three_dimensions_a_click_starts_where_the_surface_is_under_the_pointer(app, visit):
    page = visit(f"{app}/{BOWL}&three_d=1")
    box = page.locator(".live-chart").bounding_box()
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.55 * box["height"]
    page.evaluate(f"{CHART}.on('plotly_hover', ({{ points: [point] }}) => (window.hovered = [point.x, point.y]))")
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y)
    page.wait_for_function("window.hovered")
    rest(page, "window.hovered")
    place = page.evaluate("window.hovered")
    with answered(page):
        page.mouse.click(x, y)
    assert (setting(page, "w"), setting(page, "b")) == (
        pytest.approx(place[0], abs=0.2),
        pytest.approx(place[1], abs=0.2),
    )
    scrub(page, 0)
    assert cells(page, "SGD")["x, y"] == rounded(setting(page, "w"), setting(page, "b"))


def test_in_three_dimensions_a_tip_stands_where_plotly_puts_that_point(app, visit):
    page = visit(f"{app}/{BOWL}&three_d=1")
    turned(page)
    with answered(page):  # or it would draw over the mark
        scrub(page, 4)
    path = trajectory(TEXTBOOK["bowl"](), "sgd", (-4.0, 1.0), 4, learning_rate=0.19)
    (x, y), loss = path.positions[4].tolist(), float(path.losses[4])
    # The same place as a mark of Plotly's own, without the surface that might hide it.
    page.evaluate(
        f"""async ([x, y, z]) => {{
          const chart = {CHART};
          window.painted = document.querySelector('.live-canvas:not(.live-paint, .live-shadow)').toDataURL();
          await Plotly.restyle(chart, {{ visible: false }}, [chart.data.findIndex((trace) => trace.type === 'surface')]);
          const marker = {{ color: '#FF00FF', size: 16 }};
          await Plotly.addTraces(chart, {{ type: 'scatter3d', mode: 'markers', x: [x], y: [y], z: [z], marker }});
          document.querySelectorAll('.live-canvas').forEach((canvas) => (canvas.style.display = 'none'));
        }}""",
        [x, y, loss],
    )
    for _ in range(30):
        shot = Image.open(io.BytesIO(page.locator(".live-chart").screenshot())).convert("RGB")
        mark = np.argwhere(np.abs(np.asarray(shot).astype(int) - (255, 0, 255)).max(-1) < 40)
        if len(mark):
            break
    assert len(mark) > 50
    down, across = mark.mean(0)
    data = page.evaluate("window.painted").split(",")[1]
    ours = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")).astype(int)
    blue = (np.abs(ours[..., :3] - SGD_BLUE).max(-1) < 6) & (ours[..., 3] > 250)
    for dx, dy in ((0, 0), (3, 0), (-3, 0), (0, 3), (0, -3)):
        assert blue[round(down + dy), round(across + dx)], "the tip, 6 px wide, is around Plotly's point"
    assert not all(blue[round(down + dy), round(across + dx)] for dx, dy in ((8, 0), (-8, 0), (0, 8), (0, -8)))


WITHOUT_WEBGL = """(() => {
  const get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return /webgl/.test(kind) ? null : get.call(this, kind, ...rest);
  };
})()"""


def test_without_webgl_all_but_the_surface_is_there_and_contours_come_back(app, visit):
    page = visit(f"{app}/{BOWL}&three_d=1", script=WITHOUT_WEBGL)
    assert "WebGL is not supported" in page.locator(".live-chart").inner_text()
    assert page.locator(".live-sentence").inner_text().startswith("After 60 steps SGD is at loss ")
    scrub(page, 5)
    three_d(page, "false")
    assert page.evaluate(f"{CHART}._fullLayout.xaxis.range") == [-5, 5]
    assert step_of(page) == 5


def test_everything_is_reached_by_key_and_arrows_move_it(app, visit):
    page = visit(f"{app}/{BOWL}")
    page.locator("[data-testid=stCaptionContainer]").first.click()
    page.get_by_role("button", name="Share", exact=True).focus()
    reached = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText ?? ''")
        reached.setdefault(name.split("\n")[0], len(reached))
    names = " | ".join(reached)
    for part in (
        "Start 1 of 1",
        "Play",
        "One step back",
        "One step forward",
        "Step",
        "Speed",
        "SGD: learning rate",
        "Steps",
    ):
        assert part in names
    page.locator(".live-knob").focus()
    with answered(page):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowUp")
    assert setting(page, "w") == pytest.approx(-3.9, abs=0.02)
    assert setting(page, "b") == pytest.approx(1.5, abs=0.02)
    page.locator(".live-player").get_by_role("button", name=re.compile("^Play")).focus()
    page.keyboard.press(",")
    assert step_of(page) == 59
    page.keyboard.press(".")
    assert step_of(page) == 60
    page.focus(SLIDER)
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert setting(page, "sgd.learning_rate") > 0.19


def test_no_request_leaves_the_machine_and_a_surface_is_sent_once(app, visit):
    asked, answers = [], []
    page = visit(f"{app}/landscape?surface=line", heard=asked)

    def size(request):
        if request.method == "POST" and "/live/" in request.url:
            answers.append(len(request.response().body()))

    page.on("requestfinished", size)
    page.focus(SLIDER)
    with answered(page):
        page.keyboard.press("ArrowLeft")
    page.remove_listener("requestfinished", size)
    assert len(answers) == 1
    assert 1000 < answers[0] < page.evaluate("window.runs.largest") / 3
    three_d(page, "true")
    page.mouse.move(*center(page, ".live-chart"))
    press(page, "Back to the start")
    press(page, "Play")
    passed(page, 10)
    assert len(asked) > 10
    ours = (app, app.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []
