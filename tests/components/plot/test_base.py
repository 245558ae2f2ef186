"""Figure builders: the right numbers on the right axes, ranges that hold them, labels that stay text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.live.arrays import Encoder
from components.plot.base import MOST_BARS, axis_layout, bars_at, escaped, faint, padded, per_point, stretched_ticks
from components.plot.theme import STYLES
from components.text import JOINER
from losses import LOSSES
from losses.curves.probe import Probe, Side
from pages.curves.figure import Curve, curves_figure
from pages.outliers.figure import Fitted, fits_figure

X = np.arange(11.0)
Y = 1 + 2 * X
BAD = X == 10
ALONE = np.array([[1.0, 2.0]])
FITS = {
    "mse": Fitted(np.array([1.0, 2.0]), np.linspace(-40, 40, 11), np.linspace(0, 100, 11), ALONE),
    "mae": Fitted(np.array([3.0, 4.0]), np.sign(X - 5), np.full(11, np.nan), ALONE),
}
SPAN = ((-1.0, 11.0), (-5.0, 25.0))
GRID = np.linspace(-5, 5, 11)
NOWHERE = Probe(2.0, np.nan, np.nan, np.nan, None, None, 1e-5)  # nothing is drawn at the probe
POLE = Probe(2.0, np.inf, -np.inf, np.inf, Side(1e300, -1e300, np.inf), Side(np.inf, np.nan, -np.inf), 1e-5)
STEEP = Probe(2.0, 1.0, -1e300, 0.0, Side(1.0, -1e300, 0.0), None, 1e-5)
SQUARE = Curve(GRID, GRID**2, 2 * GRID, np.full(11, 2.0), None, NOWHERE)
CORNER = Curve(
    GRID, np.abs(GRID), np.sign(GRID), np.zeros(11), np.where(np.abs(GRID) < 1.5, np.abs(GRID), np.nan), NOWHERE
)


def fits(titles=("x", "y"), x=X, subject="line"):
    return fits_figure(x, Y, BAD, FITS, titles, SPAN, subject)


def sent(figure):
    return Encoder().json(figure)


def named(figure, **wanted):
    return [trace for trace in figure["data"] if all(trace.get(key) == value for key, value in wanted.items())]


def test_points_come_first_and_bad_ones_look_different():
    points = fits()["data"][0]
    assert points["mode"] == "markers"
    assert points["x"] is X
    assert points["y"] is Y
    assert points["marker"]["symbol"] == ["circle"] * 10 + ["x"]


def test_every_loss_has_a_line_a_pull_and_a_share_in_its_own_style():
    figure = fits()
    assert len(figure["data"]) == 1 + 3 * len(FITS)
    for key, fit in FITS.items():
        drawn, pulled, shared = named(figure, name=LOSSES[key].name)
        assert (drawn["y"] is fit.line, pulled["customdata"] is fit.pull, shared["y"] is fit.share) == (True,) * 3
        assert list(drawn["x"]) == [-1, 11]
        assert (pulled["yaxis"], shared["yaxis"]) == ("y2", "y3")
        assert drawn["line"] == {"color": STYLES[key].color, "dash": STYLES[key].dash, "width": 2.5, "simplify": False}
        assert pulled["marker"]["color"] == STYLES[key].color


def test_small_pulls_are_seen_beside_large_ones_and_point_where_they_pull():
    figure = fits()
    axis = figure["layout"]["yaxis2"]
    low, high = axis["range"]
    for key, fit in FITS.items():
        (bars,) = [trace for trace in named(figure, name=LOSSES[key].name) if trace.get("yaxis") == "y2"]
        assert np.all(np.sign(bars["y"]) == -np.sign(fit.pull)), "a line that is too high is pulled down"
        assert low < bars["y"].min() < 0.2 * low
        assert 0.2 * high < bars["y"].max() < high
    heights = dict(zip(axis["ticktext"], axis["tickvals"], strict=True))
    assert heights["↑ 1"] == -heights["↓ 1"] == pytest.approx(np.log10(1 + 3)), "a third of MAE's pull is the unit"
    assert heights["↑ 10"] == pytest.approx(np.log10(1 + 30))
    assert heights["0"] == 0


def test_a_pull_of_next_to_nothing_leaves_the_scale_readable():
    wild = {
        key: Fitted(np.zeros(2), size * np.ones(11), np.full(11, np.nan), ALONE)
        for key, size in (("mse", 1e300), ("mae", 1e-300))
    }
    axis = fits_figure(X, Y, BAD, wild, ("x", "y"), SPAN, "wild")["layout"]["yaxis2"]
    assert 3 <= len(axis["ticktext"]) <= 7
    assert np.diff(axis["tickvals"]).min() >= 0.25 * axis["range"][1] / 1.1
    assert axis["range"][1] < 5


@pytest.mark.parametrize("least", [0.0, 5e-324])
def test_without_any_pull_the_panel_has_an_axis(least):
    still = {"mse": Fitted(np.zeros(2), np.full(11, least), np.full(11, np.nan), ALONE)}
    axis = fits_figure(X, Y, BAD, still, ("x", "y"), SPAN, "still")["layout"]["yaxis2"]
    assert axis["ticktext"] == ["0"]
    assert axis["range"][0] < 0 < axis["range"][1]


@pytest.mark.parametrize(
    ("reach", "unit", "ticks"),
    [(40, 1 / 3, [1, 10]), (2, 0.9, [1]), (5e6, 1 / 3, [1, 1e3, 1e6]), (0.5, 0.2, []), (1e-3, 1e-4, [1e-4, 1e-3])],
)
def test_ticks_of_a_stretched_scale_are_powers_of_ten_of_either_sign(reach, unit, ticks):
    found = stretched_ticks(reach, unit)
    assert found == pytest.approx([*(-tick for tick in reversed(ticks)), 0, *ticks])


def test_all_lines_as_good_are_a_faint_band_between_their_corners():
    corners = np.array([[0.0, 4.0], [1.0, 5.0], [2.0, 3.0]])
    several = {"mae": Fitted(corners[0], np.sign(X - 5), np.full(11, 1.0), corners)}
    figure = fits_figure(X, Y, BAD, several, ("x", "y"), SPAN, "several")
    (pale,) = [trace for trace in figure["data"] if trace.get("line", {}).get("color") == faint(STYLES["mae"].color)]
    lines = pale["y"].reshape(-1, 3)
    assert np.isnan(lines[:, 2]).all(), "each line is on its own"
    assert np.abs(np.diff(lines[:, :2], axis=0)).max() < 0.4, "close by one another, from corner to corner"
    for corner in corners:
        assert np.abs(lines[:, :2] - corner).max(1).min() == 0
    for end in (0, 1):
        assert (lines[:, end].min(), lines[:, end].max()) == (corners[:, end].min(), corners[:, end].max())
    assert np.all(pale["x"].reshape(-1, 3)[:, :2] == [-1, 11])


def test_the_data_panel_keeps_the_range_it_is_given():
    layout = fits()["layout"]
    assert layout["xaxis"]["range"] == [-1, 11]
    assert layout["yaxis"]["range"] == [-5, 25]
    assert layout["yaxis3"]["range"] == [0, 100]
    domains = [layout[name]["domain"] for name in ("yaxis3", "yaxis2", "yaxis")]
    assert np.all(np.diff(np.concatenate(domains)) > 0), "panels overlap"


def test_zoom_stays_with_its_subject():
    one, same, other = (fits(subject=subject)["layout"]["uirevision"] for subject in ("a", "a", "b"))
    assert one == same != other


@pytest.mark.parametrize(
    "text", ["<b>bold</b>", "a & b", "<img src=x onerror=alert(1)>", "&lt;", "%{y} %{customdata[0]}"]
)
def test_labels_are_shown_as_they_are(text):
    layout = fits((text, text))["layout"]
    shown = layout["xaxis"]["title"]["text"]
    assert shown == layout["yaxis"]["title"]["text"] == escaped(text)
    assert "<" not in shown
    assert "%{" not in shown
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace(JOINER, "") == text


def test_figures_are_fit_for_json_whatever_the_curves_do():
    wild = Curve(GRID, np.full(11, np.inf), np.full(11, np.nan), np.full(11, -np.inf), None, POLE)
    pole = Curve(GRID, np.array([np.inf, *GRID[1:]]), np.array([-1e300, *GRID[1:]]), GRID, None, STEEP)
    for curves in ({"mse": SQUARE, "mae": CORNER}, {"mse": wild}, {"mse": pole, "mae": wild}):
        sent(curves_figure(curves, (-5, 5), 0.5, "r", True))
    sent(fits())
    sent(fits_figure(X, Y, BAD, {}, ("x", "y"), SPAN, "none"))


def test_each_panel_of_the_curves_shows_its_own_derivative():
    figure = curves_figure({"mse": SQUARE, "mae": CORNER}, (-5, 5), 2.0, "Residual", True)
    drawn = [trace["y"] for trace in named(figure, name="MSE")]
    assert [any(part is y for y in drawn) for part in (SQUARE.value, SQUARE.slope, SQUARE.curvature)] == [True] * 3
    without = curves_figure({"mse": SQUARE, "mae": CORNER}, (-5, 5), 2.0, "Residual", False)
    assert not any(trace["y"] is SQUARE.curvature for trace in named(without, name="MSE"))
    assert "yaxis3" in figure["layout"]
    assert "yaxis3" not in without["layout"]


def test_curves_stand_at_their_own_x():
    figure = curves_figure({"mse": SQUARE}, (-5, 5), 2.0, "Residual", False)
    (value, _) = named(figure, name="MSE")
    assert value["x"] is GRID


def test_the_probe_comes_first_and_stands_where_it_is_asked():
    figure = curves_figure({"mse": SQUARE}, (-5, 5), 2.0, "Residual", False)
    handle, *lines = [trace for trace in figure["data"] if "name" not in trace]
    assert handle is figure["data"][0]
    assert (handle["x"], handle["y"]) == ([2.0], figure["layout"]["yaxis"]["range"][:1])
    assert [line["x"] for line in lines] == [[2.0, 2.0]] * 3
    assert [line["y"] for line in lines] == [figure["layout"][name]["range"] for name in ("yaxis", "yaxis2", "yaxis4")]


def test_only_the_bent_part_is_underlaid():
    figure = curves_figure({"mse": SQUARE, "mae": CORNER}, (-5, 5), 2.0, "Residual", False)
    assert [trace["line"]["width"] for trace in named(figure, name="MSE")] == [2.5, 2.5]
    underlay = next(trace for trace in named(figure, name="MAE") if trace["line"]["width"] == 9)
    assert list(np.isfinite(underlay["y"])) == list(np.abs(GRID) < 1.5)


def test_a_steep_curve_does_not_flatten_the_others():
    steep = Curve(GRID, 1000 * GRID**2, 2000 * GRID, np.full(11, 2000.0), None, NOWHERE)
    figure = curves_figure({"mse": steep, "mae": CORNER, "huber": CORNER}, (-5, 5), 2.0, "Residual", False)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= 0
    assert 5 < high < 100


def test_bars_while_they_can_be_told_apart():
    assert bars_at(np.arange(float(MOST_BARS)), 1) == pytest.approx(0.8)
    assert bars_at(np.arange(MOST_BARS + 1.0), 1) is None
    assert bars_at(np.array([0.0, 0.01, 5.0, 10.0]), 1) is None
    assert bars_at(np.zeros(3), 1) is None
    assert bars_at(np.zeros(1), 1) is None
    assert bars_at(np.zeros(0), 1) is None
    assert bars_at(np.arange(9.0), 0) is None
    assert bars_at(np.array([0.0, 1.0, 1.0, 2.0]), 1) is None


def test_bars_of_several_losses_stand_side_by_side_within_a_step():
    three = {"mse": FITS["mse"], "mae": FITS["mae"], "huber": FITS["mae"]}
    traces = fits_figure(X, Y, BAD, three, ("x", "y"), SPAN, "line")["data"]
    for axis in ("y2", "y3"):
        bars = [trace for trace in traces if trace.get("yaxis") == axis]
        edges = [(bar["offset"], bar["offset"] + bar["width"]) for bar in bars]
        assert edges[0][0] > -0.5
        assert edges[2][1] < 0.5
        assert [edges[0][1], edges[1][1]] == pytest.approx([edges[1][0], edges[2][0]])
        assert edges[0][0] == pytest.approx(-edges[2][1])


def test_a_value_a_point_is_a_bar_or_a_marker():
    bar, dots = per_point("mse", X, Y, (0.2, -0.1), yaxis="y2"), per_point("mse", X, Y, None, yaxis="y2")
    assert (bar["type"], bar["width"], bar["offset"], bar["yaxis"]) == ("bar", 0.2, -0.1, "y2")
    assert (dots["type"], dots["mode"], dots["yaxis"]) == ("scatter", "markers", "y2")


@given(st.lists(st.floats(-1e100, 1e100) | st.just(np.nan) | st.just(np.inf), max_size=8))
def test_a_padded_span_holds_all_that_is_finite_and_is_never_empty(values):
    low, high = padded(np.array(values))
    finite = [value for value in values if np.isfinite(value)]
    assert low < high
    assert all(low < value < high for value in finite)


def test_an_axis_without_a_range_finds_its_own():
    assert axis_layout("t")["autorange"] is True
    assert "range" not in axis_layout("t")
    assert "autorange" not in axis_layout("t", (0, 1))


def test_faint_is_the_same_colour():
    assert faint("#0072B2") == "rgba(0,114,178,0.3)"
