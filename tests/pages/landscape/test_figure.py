"""The landscape's figure: the surface on its axes, shades that tell near the minimum, valid JSON for any numbers."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.live.arrays import Encoder
from components.plot.contours import heights
from pages.landscape.figure import DECADES, Chart, Points, landscape_figure

FIRST, SECOND = np.linspace(-1, 2, 7), np.linspace(3, 5, 5)
BOUNDS = ((-1.0, 2.0), (3.0, 5.0))
VALUES = 1 + FIRST**2 + 10 * (SECOND[:, None] - 4) ** 2
DATA = Points(np.arange(3.0), np.array([1.0, 2.0, 9.0]), np.array([False, False, True]), ("x <1>", "y"))


def figure(values=VALUES, **changes):
    known = {
        "symbols": ("w", "b"),
        "bounds": BOUNDS,
        "start": (0.5, 3.5),
        "minima": ((0.0, 4.0), (1.0, 4.5)),
        "losses": (1e-3, 50.0),
        "loss_title": "loss",
        "steps": 200,
        "subject": "line",
    }
    return landscape_figure(Chart((FIRST, SECOND, values), **known | changes))


def sent(made):
    return Encoder().json(made)


def kinds(made):
    return [trace["type"] for trace in made["data"]]


def test_the_contours_are_the_surface_over_its_weights():
    (contours,) = (trace for trace in figure()["data"] if trace["type"] == "contour")
    assert contours["x"] is FIRST
    assert contours["y"] is SECOND
    assert contours["customdata"] is VALUES, "what is read at the pointer is the loss itself"
    order = np.argsort(VALUES, axis=None)
    assert np.all(np.diff(contours["z"].ravel()[order]) >= 0)
    assert contours["contours"]["end"] == contours["z"].max()


def test_points_and_start_can_be_taken_hold_of_in_this_order():
    made = figure(points=DATA)
    points, start = made["data"][:2]
    assert points["x"] is DATA.x
    assert points["y"] is DATA.y
    assert (points["xaxis"], points["yaxis"]) == ("x2", "y2")
    assert points["marker"]["symbol"] == ["circle", "circle", "x"]
    assert (start["x"], start["y"]) == ([0.5], [3.5])
    assert (figure()["data"][0]["x"], figure()["data"][0]["y"]) == ([0.5], [3.5])


def test_minima_are_marked_where_there_are_any():
    stars = [trace for trace in figure()["data"] if trace.get("marker", {}).get("symbol") == "x"]
    assert [(trace["x"], trace["y"]) for trace in stars] == [([0.0, 1.0], [4.0, 4.5])]
    assert len(figure(minima=())["data"]) == len(figure()["data"]) - 1


def test_axes_show_the_view_the_data_and_the_steps():
    axes = figure(points=DATA)["layout"]
    assert (axes["xaxis"]["range"], axes["yaxis"]["range"]) == ([-1, 2], [3, 5])
    assert axes["xaxis2"]["range"] == pytest.approx([-0.12, 2.12]), "0 to 2 and 6 % on either side"
    assert axes["yaxis2"]["range"] == pytest.approx([-0.2, 10.2]), "1 to 9 and 15 % on either side"
    assert axes["xaxis2"]["title"]["text"] == "x &lt;1&gt;"
    assert axes["xaxis3"]["range"][0] == 0
    assert axes["xaxis3"]["range"][1] > 200
    assert "xaxis2" not in figure()["layout"]
    assert figure(steps=0)["layout"]["xaxis3"]["range"][1] > 0


@pytest.mark.parametrize(
    ("losses", "low", "high"),
    [
        ((1e-3, 50.0), -3, 2),
        ((1e-300, 1.0), -DECADES, 0),
        ((5.0, 5.0), 0, 1),
        ((1.0, 1.0), 0, 1),
        ((1e-9, 1e-9), -9, -8),
    ],
)
def test_losses_have_a_logarithmic_axis_of_whole_decades(losses, low, high):
    axis = figure(losses=losses)["layout"]["yaxis3"]
    assert axis["type"] == "log"
    assert axis["range"] == [low, high]


def test_shades_tell_near_the_minimum_and_far_up_and_the_scale_reads_in_losses():
    wall = np.concatenate([np.linspace(0, 1, 50), np.geomspace(1, 1e6, 50)]).reshape(10, 10)
    shades, lowest, unit = heights(wall)
    assert lowest == 0
    assert shades[wall <= 1].max() > 0.1 * shades.max(), "a millionth of the height has a tenth of the shades"
    assert lowest + unit * np.expm1(shades) == pytest.approx(wall)
    made = figure(wall[:5, :7])
    bar = made["layout"]["coloraxis"]["colorbar"]
    assert bar["tickvals"][-1] == pytest.approx(made["layout"]["coloraxis"]["cmax"])
    assert float(bar["ticktext"][-1].replace("−", "-")) == pytest.approx(wall[:5, :7].max(), rel=0.06)


def test_where_there_is_no_loss_there_is_no_shade():
    holed = VALUES.copy()
    holed[0, :3] = [np.nan, np.inf, -np.inf]
    shades, lowest, _ = heights(holed)
    assert np.isnan(shades[0, :3]).all()
    assert np.isfinite(shades[1:]).all()
    assert lowest == VALUES.ravel()[3:].min()


@pytest.mark.parametrize("three_d", [False, True])
@settings(deadline=None, max_examples=60)
@given(arrays(np.float64, (5, 7), elements=st.floats(-1e300) | st.sampled_from([0.0, 1.0, np.nan, np.inf, 1e300])))
def test_any_surface_makes_valid_json(three_d, values):
    with np.errstate(over="ignore", invalid="ignore"):
        text = sent(figure(values, three_d=three_d))
    assert "Infinity" not in text
    assert "NaN" not in text


def test_a_floor_of_next_to_nothing_is_no_measure_of_a_wall():
    """As exponential loss has it, seen from far: 1e-224 here and 1e84 there."""
    shades, lowest, unit = heights(np.geomspace(1e-224, 1e84, 35).reshape(5, 7))
    assert np.isfinite(shades).all()
    assert lowest + unit * np.expm1(shades.max()) == pytest.approx(1e84)


@pytest.mark.parametrize("level", [0.0, 7.0, -2.0])
def test_a_level_surface_is_one_shade(level):
    shades, lowest, unit = heights(np.full((5, 7), level))
    assert np.all(shades == 0)
    assert (lowest, unit) == (level, 1)
    contours = next(trace for trace in figure(np.full((5, 7), level))["data"] if trace["type"] == "contour")
    assert contours["contours"]["size"] > 0


def test_in_three_dimensions_the_surface_stands_and_its_walls_are_cut():
    made = figure(points=DATA, three_d=True)
    assert kinds(made) == ["scatter", "surface", "scatter"], "no start to take hold of, no marks on the floor"
    surface, scene = made["data"][1], made["layout"]["scene"]
    low, high = scene["zaxis"]["range"]
    assert low == VALUES.min()
    assert np.mean(high >= VALUES) == pytest.approx(0.85, abs=0.05)
    below = high >= VALUES
    assert np.array_equal(surface["z"][below], VALUES[below]), "what is not cut off is the loss itself"
    assert np.all(surface["z"][~below] > high)
    assert (scene["xaxis"]["range"], scene["yaxis"]["range"]) == ([-1, 2], [3, 5])
    assert "xaxis" not in made["layout"]


def test_zoom_and_camera_belong_to_the_subject():
    assert figure(subject="a")["layout"]["uirevision"] == "a"
    assert figure(subject="a", three_d=True)["layout"]["uirevision"] == "a"


@pytest.mark.parametrize("points", [None, DATA])
@pytest.mark.parametrize("three_d", [False, True])
def test_on_a_narrow_screen_one_panel_is_below_the_other(points, three_d):
    narrow = figure(points=points, three_d=three_d)["narrow"]
    main = narrow["scene"]["domain"]["y"] if three_d else narrow["yaxis"]["domain"]
    panels = [main, *([narrow["yaxis2"]["domain"]] if points else []), narrow["yaxis3"]["domain"]]
    assert panels[-1][0] == 0
    assert panels[0][1] == 1
    for upper, lower in itertools.pairwise(panels):
        assert upper[0] > lower[1]
    for name in ("xaxis3", *(("xaxis2",) if points else ())):
        assert narrow[name]["domain"] == [0, 1]


def test_panels_do_not_overlap_on_a_wide_screen():
    axes = figure(points=DATA)["layout"]
    assert axes["xaxis"]["domain"][1] < axes["xaxis2"]["domain"][0]
    assert axes["yaxis3"]["domain"][1] < axes["yaxis2"]["domain"][0]
    assert axes["coloraxis"]["colorbar"]["x"] < axes["xaxis2"]["domain"][0]
