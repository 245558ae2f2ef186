"""What is taken along: the camera's PNG is what is seen, and the HTML file plays without any server."""

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, ImageColor

from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories
from tests.browser.conftest import open_in, renew, rest

BLUE, VERMILLION = ImageColor.getrgb("#0072B2"), ImageColor.getrgb("#D55E00")
BACKGROUND = {"light": (255, 255, 255), "dark": (14, 17, 23)}
RUNS = {"sgd": 0.01, "adam": 0.2}
STEPS = 120
VIEW = f"landscape?surface=himmelblau&steps={STEPS}&playhead=60" + "".join(
    f"&{key}.learning_rate={rate}" for key, rate in RUNS.items()
)
# Pixels from the chart's corner of a place on the surface; in three dimensions by the camera of the frame on screen.
PLACE = """(place) => {
  const { xaxis, yaxis, scene, _size } = document.querySelector('.live-chart')._fullLayout;
  if (!scene) return [xaxis._offset + xaxis.d2p(place[0]), yaxis._offset + yaxis.d2p(place[1])];
  const { glplot, dataScale } = scene._scene;
  const { model, view, projection } = glplot.cameraParams;
  let point = [...place.map((value, index) => value * dataScale[index]), 1];
  for (const matrix of [model, view, projection]) {
    point = [0, 1, 2, 3].map((row) => point.reduce((sum, value, column) => sum + value * matrix[4 * column + row], 0));
  }
  const { x, y } = scene.domain;
  const [across, down] = [(1 + point[0] / point[3]) / 2, (1 - point[1] / point[3]) / 2];
  return [_size.l + (x[0] + (x[1] - x[0]) * across) * _size.w, _size.t + (1 - y[1] + (y[1] - y[0]) * down) * _size.h];
}"""
PAINTED = """([left, top]) => {
  const canvas = document.querySelector('.live-canvas:not(.live-paint, .live-shadow)');
  const scale = canvas.width / canvas.clientWidth;
  return [...canvas.getContext('2d').getImageData(Math.round(left * scale), Math.round(top * scale), 1, 1).data];
}"""


@pytest.fixture(scope="module")
def paths():
    surface = TEXTBOOK["himmelblau"]()
    return trajectories(
        surface, [Run(key, surface.start, {"learning_rate": rate}) for key, rate in RUNS.items()], STEPS
    )


def at(path, step):
    """Where a path stands: both weights and the loss."""
    return [*path.positions[step].tolist(), float(path.losses[step])]


def photo(page):
    """What the camera button saves, as pixels ``[height, width, 3]``."""
    page.locator(".live-chart").hover()
    with page.expect_download() as saved:
        page.locator(".modebar-btn[data-title='Save as PNG']").click()
    assert saved.value.suggested_filename == "losscope.png"
    with Image.open(io.BytesIO(saved.value.path().read_bytes())) as image:
        assert image.mode == "RGBA"
        assert image.getextrema()[3] == (255, 255), "nothing shines through"
        return np.asarray(image.convert("RGB")).astype(int)


def like(pixels, color, slack=6):
    """Where ``pixels`` have a colour."""
    return np.abs(pixels - np.array(color)).max(-1) <= slack


def turn(page, dx, dy):
    """Rotate the surface by dragging it, and wait until it rests."""
    box = page.locator(".live-chart").bounding_box()
    x, y = box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=6)
    page.mouse.up()
    rest(page, "document.querySelector('.live-chart')._fullLayout.scene._scene.glplot.cameraParams.view")


@pytest.mark.parametrize(("scheme", "three_d"), [("light", False), ("dark", True)], ids=["flat", "3-D"])
def test_the_camera_sees_the_paths_and_their_tips(app, visit, paths, scheme, three_d):
    page = visit(f"{app}/{VIEW}{'&three_d=1' if three_d else ''}", color_scheme=scheme)
    if three_d:
        turn(page, 60, 10)
    picture = photo(page)
    height, width, _ = picture.shape
    box = page.locator(".live-chart").bounding_box()
    assert (width, height) == (round(2 * box["width"]), round(2 * box["height"]))
    assert tuple(picture[0, 0]) == BACKGROUND[scheme]
    for path, color in zip(paths, (BLUE, VERMILLION), strict=True):
        for step in (60, 2):  # at a tip, and on the way to it
            left, top = (round(2 * place) for place in page.evaluate(PLACE, at(path, step)))
            around = like(picture[top - 2 : top + 3, left - 2 : left + 3], color)
            assert around.all() if step == 60 else around.any()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_camera_sees_fitted_lines_labels_and_the_themes_own_grid(app, visit, scheme):
    page = visit(f"{app}/outliers", color_scheme=scheme)
    picture = photo(page)
    for line in ("MSE", "MAE", "Huber"):
        label = page.locator(".live-labels span", has_text=line)
        color = label.evaluate(
            """(span) => {
              const pen = new OffscreenCanvas(1, 1).getContext('2d');
              pen.fillStyle = getComputedStyle(span).color;
              pen.fillRect(0, 0, 1, 1);
              return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
            }"""
        )
        box, chart = label.bounding_box(), page.locator(".live-chart").bounding_box()
        left, top = (round(2 * (box[side] - chart[side])) for side in "xy")
        written = like(picture[top : top + round(2 * box["height"]), left : left + round(2 * box["width"])], color)
        assert written.sum() > 60
        assert like(picture, color).sum() < 1.3 * written.sum(), "and nowhere else"
    slope, intercept = page.evaluate(
        """() => {
          const { x, y } = document.querySelector('.live-chart').data[1];
          return [(y[1] - y[0]) / (x[1] - x[0]), y[0] - x[0] * (y[1] - y[0]) / (x[1] - x[0])];
        }"""
    )
    for x in (0.5, 1.5, 4.5):
        left, top = (round(2 * place) for place in page.evaluate(PLACE, [x, slope * x + intercept]))
        assert like(picture[top, left], BLUE)
    print_grid, ink = (221, 225, 232), {"light": (31, 36, 48), "dark": (242, 244, 248)}
    (text, ground) = (np.array(colors[scheme]) for colors in (ink, BACKGROUND))
    grid = like(picture, ground + 0.1 * (text - ground), slack=2).sum()
    assert grid > 3000, "lines of the grid, as faint as on screen"
    assert like(picture, print_grid, slack=1).sum() < 200
    assert like(picture, ground + 0.45 * (text - ground), slack=2).sum() > 1000, "and those at zero"


def test_an_svg_has_lines_and_letters_and_what_is_painted_above_them(app, visit):
    page = visit(f"{app}/outliers", color_scheme="dark")
    page.locator(".live-chart").hover()
    with page.expect_download() as saved:
        page.locator(".modebar-btn[data-title='Save as SVG']").click()
    assert saved.value.suggested_filename == "losscope.svg"
    root = ElementTree.fromstring(saved.value.path().read_text("utf-8"))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("path") > 20
    assert "% of loss" in "".join(root.itertext())
    first, *_, last = list(root)
    assert last.get("href").startswith("data:image/png;base64,"), "the names of the lines"
    assert first.get("fill").lower() == "#0e1117"


@pytest.fixture(scope="module", params=[False, True], ids=["flat", "3-D"])
def animation(request, app, tab, tmp_path_factory):
    """The HTML file as the app hands it out, on disk."""
    renew(tab)
    open_in(tab, f"{app}/{VIEW}{'&three_d=1' if request.param else ''}")
    tab.get_by_role("tab", name="Export").click()
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="Figure (HTML)").click()
    file = tmp_path_factory.mktemp("exports") / saved.value.suggested_filename
    saved.value.save_as(file)
    return file


def assert_background(page, scheme):
    """The file has the colours of its reader, on screen and for the camera."""
    red, green, blue = BACKGROUND[scheme]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == f"rgb({red}, {green}, {blue})"
    assert tuple(photo(page)[0, 0]) == (red, green, blue)


def test_the_file_plays_without_any_server(animation, visit, paths):
    asked = []
    page = visit(animation.as_uri(), offline=True, heard=asked)
    address = page.url
    assert page.locator("h1").inner_text() == page.title() == "Himmelblau"
    assert page.locator(".live-sentence").inner_text().startswith("After ")
    assert page.locator(".live-tables:not(.live-steps) tr").count() == 3
    assert page.locator(".live-control").count() == 0
    assert not page.locator(".live-knob").is_visible()
    assert page.locator(".live-count").inner_text() == f"step 60 of {STEPS}"
    for step in (0, 60, STEPS):
        page.get_by_role("slider", name="Step").fill(str(step))
        shown = page.locator(".live-steps tr").nth(2).locator("td").first.inner_text()
        weights = [float(part.replace("−", "-")) for part in shown.splitlines()]
        assert weights == pytest.approx(paths[0].positions[step], rel=5e-3)
        place = page.evaluate(PLACE, at(paths[1], step))  # the last path lies on top
        assert page.evaluate(PAINTED, place) == [*VERMILLION, 255]
    page.get_by_role("button", name="Back to the start").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => parseInt(document.querySelector('.live-count').textContent.split(' ')[1]) > 15")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(400)  # a figure with a server would tell it where the playhead rests, after 300 ms
    assert asked == [animation.as_uri()]
    assert page.url == address
    assert page.locator(".live-figure[data-asked]").count() == 0
    assert_background(page, "light")


@pytest.mark.parametrize("animation", [False], ids=["flat"], indirect=True)
def test_the_file_can_be_zoomed_and_is_dark_for_who_reads_in_the_dark(animation, visit):
    page = visit(animation.as_uri(), offline=True, color_scheme="dark")
    assert_background(page, "dark")
    box = page.locator(".live-chart").bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 300, steps=5)
    page.mouse.up()
    page.wait_for_function(
        """() => {
          const [low, high] = document.querySelector('.live-chart').layout.xaxis.range;
          return -6 < low && low < high && high < 6;
        }"""
    )


@pytest.mark.parametrize("animation", [True], ids=["3-D"], indirect=True)
def test_in_three_dimensions_tips_stay_on_the_surface_while_it_turns_in_the_dark_too(animation, visit, paths):
    page = visit(animation.as_uri(), offline=True, color_scheme="dark")
    assert_background(page, "dark")
    before = page.evaluate(PLACE, at(paths[1], 60))
    turn(page, 80, 10)
    after = page.evaluate(PLACE, at(paths[1], 60))
    assert np.hypot(*np.subtract(after, before)) > 20
    assert page.evaluate(PAINTED, after) == [*VERMILLION, 255]
    assert page.evaluate(PAINTED, before) != [*VERMILLION, 255]
