"""What the landscape says and hands to the player: the numbers of the paths, at every step and in every panel."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from components.plot.theme import OPTIMISER_STYLES
from components.text import number
from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.descent.linear_model import data_surface
from losses.descent.optimisers import OPTIMISERS
from losses.descent.surface import grid
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories, trajectory
from pages.landscape.figure import Points
from pages.landscape.view import Descents, inner_state, landscape_picture, lowest, outcome, rates, story, table
from tests.traces import carrying

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

LINE = DATASETS["line"]
BOWL = TEXTBOOK["bowl"]()


def linear(key="mse"):
    loss = LOSSES[key]
    return data_surface(LINE.x, LINE.y, loss, loss.settings(), (LINE.x, LINE.y), LINE.title)


def descend(surface, steps=50, start=None, **rates_):
    runs = [Run(key, start or surface.start, {"learning_rate": rate}) for key, rate in rates_.items()]
    return trajectories(surface, runs, steps)


def picture(surface=BOWL, paths=None, playhead=None, **how):
    paths = descend(surface, sgd=0.19, adam=0.1) if paths is None else paths
    return landscape_picture(
        Descents(surface, grid(surface, 11), paths, surface.bounds, playhead, "subject", **how), ()
    )


def points():
    return Points(LINE.x, LINE.y, LINE.x > 9, ("x", "y"))


def test_the_sentence_tells_who_gets_lowest():
    paths = descend(BOWL, sgd=0.19, adam=0.1)
    said = story(BOWL, paths)
    best, other = sorted(paths, key=lambda path: path.losses[-1])
    names = [OPTIMISERS[path.optimiser].name for path in (best, other)]
    assert said.startswith(f"After 50 steps {names[0]} is at loss {number(best.losses[-1])} and {names[1]} at ")
    assert number(other.losses[-1]) in said
    assert said.endswith("; the lowest is 0.")
    assert "lowest" not in story(replace(BOWL, minima=()), paths)


def test_of_many_paths_the_best_are_told_and_the_others_counted():
    rates_ = dict.fromkeys(("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"), 0.01)
    said = story(BOWL, descend(BOWL, **rates_))
    assert said.count(" at ") == 3
    assert "3 more behind" in said
    assert len(said) <= 160


def test_what_diverges_is_named_with_its_step_and_its_reason():
    paths = descend(BOWL, steps=400, sgd=9.0, adam=0.1)
    said = story(BOWL, paths)
    path = paths[0]
    assert path.diverged.step < 400
    assert said.startswith(f"SGD diverges at step {path.diverged.step}: learning rate 9, stable only up to 0.2.")
    assert "SGD is at" not in said
    assert "Adam is at" in said
    unbounded = trajectory(BOWL, "sgd", (1e200, 1.0), 3, learning_rate=0.1)
    assert outcome(BOWL, unbounded) == f"diverges at step {unbounded.diverged.step}: {unbounded.diverged.reason}"


def test_what_explodes_is_named_without_being_cut():
    path = trajectory(BOWL, "sgd", BOWL.start, 50, learning_rate=0.21)
    assert outcome(BOWL, path).startswith(f"explodes, from loss 13.0 to {number(path.losses[-1])}")
    assert outcome(BOWL, trajectory(BOWL, "sgd", BOWL.start, 50, learning_rate=0.2)) == ""
    both = descend(BOWL, sgd=0.21, momentum=0.5)
    assert "Momentum goes wrong too." in story(BOWL, both)


def test_a_start_without_a_loss_is_said():
    surface = linear("poisson")
    paths = descend(surface, steps=5, start=(-9.0, -9.0), sgd=0.1)
    assert "not defined at this start" in story(surface, paths)
    made = picture(surface, paths, points=points())
    assert "not defined" in made.alt


def test_zero_steps_and_a_start_on_the_minimum_are_told_too():
    for paths in (descend(BOWL, steps=0, sgd=0.1), descend(BOWL, start=(0.0, 0.0), sgd=0.1, adam=0.1)):
        assert "lowest is 0" in story(BOWL, paths)
        made = picture(paths=paths)
        assert made.player.length == len(paths[0].losses) - 1
        assert made.figure["layout"]["yaxis3"]["range"][0] < made.figure["layout"]["yaxis3"]["range"][1]


def test_learning_rates_stand_beside_the_largest_stable_ones():
    paths = descend(BOWL, sgd=0.19, momentum=0.1, nesterov=0.1, adam=0.1)
    readout = rates(BOWL, paths)
    assert readout.caption == "Sharpness λ = 10.0 at the minimum"
    assert [row.cells for row in readout.rows] == [
        ("SGD", "0.19", "0.2", "95.0 %"),
        ("Momentum", "0.1", "0.38", "26.3 %"),  # 2 (1 + 0.9) / 10
        ("Nesterov", "0.1", "0.1357", "73.7 %"),  # 2 (1 + 0.9) / (1 + 2 · 0.9) / 10
        ("Adam", "0.1", "–", "–"),
    ]
    assert [row.color for row in readout.rows] == [OPTIMISER_STYLES[path.optimiser].color for path in paths]


def test_without_a_minimum_the_sharpness_is_the_starts():
    surface = replace(BOWL, minima=(), start=(1.0, 1.0))
    assert rates(surface, descend(surface, sgd=0.1)).caption == "Sharpness λ = 10.0 at the start"


def test_where_nothing_curves_every_rate_is_stable():
    surface = replace(TEXTBOOK["absolute"](), minima=())
    (row,) = rates(surface, descend(surface, sgd=0.1)).rows
    assert row.cells == ("SGD", "0.1", "–", "–")


def step_of(step_table, optimiser, step):
    """The cells of a column at a step, as the browser shows them, by the quantities."""
    column = next(column for column in step_table.columns if column.name == optimiser)
    cells = [[values[step] if step < len(values) else math.nan for values in cell] for cell in column.cells]
    return dict(zip(step_table.quantities, cells, strict=True))


def test_the_step_table_shows_what_led_to_the_playhead():
    """SGD with momentum by hand: v = 0.9 v + g, θ = θ - 0.1 v."""
    place, velocity = np.array(BOWL.start), np.zeros(2)
    made = inner_state(BOWL, descend(BOWL, momentum=0.1))
    for step in range(1, 6):
        gradient = place * [1, 10]
        velocity = 0.9 * velocity + gradient
        move, place = -0.1 * velocity, place - 0.1 * velocity
        cells = step_of(made, "Momentum", step)
        assert cells["gradient"] == pytest.approx(gradient)
        assert cells["velocity, first moment"] == pytest.approx(velocity)
        assert cells["effective step"] == pytest.approx(move)
        assert cells["x, y"] == pytest.approx(place)
        assert cells["loss"] == pytest.approx([place @ (place * [0.5, 5])])
        assert cells["learning rate"] == [0.1]
        assert cells["largest stable here"] == pytest.approx([0.38])
        assert "second moment" not in cells


def test_the_first_row_of_the_step_table_has_a_place_and_no_step():
    made = inner_state(BOWL, descend(BOWL, momentum=0.1, adam=0.1))
    for name in ("Momentum", "Adam"):
        cells = step_of(made, name, 0)
        assert cells["x, y"] == [-4, 1]
        assert cells["loss"] == [13]
        for quantity in ("gradient", "velocity, first moment", "second moment", "effective step", "learning rate"):
            assert np.isnan(cells[quantity]).all()
    assert np.isnan(step_of(made, "Adam", 0)["largest stable here"]).all()


def test_the_step_table_has_what_any_of_its_optimisers_has():
    plain, kept = ("gradient", "effective step", "learning rate"), ("velocity, first moment", "second moment")
    for rates_, surface, quantities in (
        ({"sgd": 0.1}, BOWL, ("gradient", *plain[1:], "largest stable here")),
        ({"sgd": 0.1}, TEXTBOOK["absolute"](), plain),
        ({"adam": 0.1}, BOWL, (plain[0], *kept, *plain[1:], "largest stable here")),
        ({"lion": 0.1}, BOWL, (plain[0], kept[0], *plain[1:])),
        ({"sgd": 0.1, "adam": 0.1}, BOWL, (plain[0], *kept, *plain[1:], "largest stable here")),
    ):
        made = inner_state(surface, descend(surface, **rates_))
        assert made.quantities == ("loss", ", ".join(surface.symbols), *quantities)
        assert {len(column.cells) for column in made.columns} == {len(quantities) + 2}


def test_adams_bound_is_told_by_what_it_divides_by():
    path = descend(BOWL, adam=0.1)[0]
    (seen,) = step_of(inner_state(BOWL, [path]), "Adam", 5)["largest stable here"]
    divisor = np.sqrt(path.second_moment[4] / (1 - 0.999**5)) + 1e-8
    assert seen == pytest.approx(38 / max([1, 10] / divisor))


def test_the_moments_of_adam_are_those_of_its_algorithm():
    place, first, second = np.array(BOWL.start), np.zeros(2), np.zeros(2)
    made = inner_state(BOWL, descend(BOWL, adam=0.1))
    for step in range(1, 6):
        gradient = place * [1, 10]
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        place = place - 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        cells = step_of(made, "Adam", step)
        assert cells["velocity, first moment"] == pytest.approx(first)
        assert cells["second moment"] == pytest.approx(second)
        assert cells["x, y"] == pytest.approx(place)


def test_the_step_table_names_what_steps_are_divided_by():
    """Adamax's infinity norm by hand: u = max(0.999 u, |g|)."""
    place, first, largest = np.array(BOWL.start), np.zeros(2), np.zeros(2)
    made = inner_state(BOWL, descend(BOWL, adamax=0.1))
    for step in range(1, 6):
        gradient = place * [1, 10]
        first, largest = 0.9 * first + 0.1 * gradient, np.maximum(0.999 * largest, np.abs(gradient))
        place = place - 0.1 / (1 - 0.9**step) * first / largest
        cells = step_of(made, "Adamax", step)
        assert cells["velocity, first moment"] == pytest.approx(first)
        assert cells["infinity norm"] == pytest.approx(largest)
        assert cells["x, y"] == pytest.approx(place)
    for rates_, title in (
        ({"sgd": 0.1, "adam": 0.1}, "second moment"),
        ({"lion": 0.1, "adamax": 0.1}, "infinity norm"),
        ({"adam": 0.1, "adamax": 0.1}, "second moment, infinity norm"),
    ):
        assert inner_state(BOWL, descend(BOWL, **rates_)).quantities[4] == title
    columns = table(BOWL, descend(BOWL, adam=0.1, adamax=0.1, lion=0.1))
    assert {"Adam second moment x", "Adamax infinity norm y", "Lion velocity y"} < columns.keys()
    assert not {"Adamax second moment x", "Lion second moment x"} & columns.keys()


def test_amsgrad_shows_the_largest_second_moment_so_far():
    settings = {"learning_rate": 0.5, "beta2": 0.5}
    runs = [Run("adam", BOWL.start, {**settings, "amsgrad": switch}) for switch in (False, True)]
    forgetful, faithful = (inner_state(BOWL, [path]) for path in trajectories(BOWL, runs, 20))
    shown = [step_of(faithful, "Adam", step)["second moment"] for step in range(1, 21)]
    assert (np.diff(shown, axis=0) >= 0).all()
    assert shown[-1] > step_of(forgetful, "Adam", 20)["second moment"]


def test_over_the_surface_where_no_path_is_dashed_colour_and_symbol_tell_optimisers_apart():
    paths = descend(BOWL, steps=1, **dict.fromkeys(OPTIMISERS, 0.01))
    routes = picture(paths=paths).player.tracks[: len(OPTIMISERS)]
    assert {track.axes for track in routes} == {("x", "y")}
    assert len({(track.color, track.symbol) for track in routes}) == len(OPTIMISERS)


def test_where_it_curves_downwards_any_rate_is_stable():
    saddle = TEXTBOOK["saddle"]()
    ridge = replace(saddle, function=lambda points: -points.square().sum(-1))
    made = inner_state(ridge, descend(ridge, steps=3, sgd=0.1))
    assert step_of(made, "SGD", 2)["largest stable here"] == [math.inf]


def test_tracks_run_over_the_surface_and_over_the_steps():
    paths = descend(BOWL, sgd=0.19, adam=0.1)
    made = picture(paths=paths).player
    routes, descents = made.tracks[:2], made.tracks[2:]
    for track, path in zip(routes, paths, strict=True):
        assert np.array_equal(np.stack([track.x, track.y], 1), path.positions)
        assert track.axes == ("x", "y")
        assert track.z is None
    for track, path in zip(descents, paths, strict=True):
        assert track.x is None
        assert np.array_equal(track.y, path.losses)
        assert track.axes == ("x3", "y3")
    assert [track.color for track in routes] == [track.color for track in descents]
    assert (made.length, made.lines) == (50, ())


def test_in_three_dimensions_paths_lie_on_the_surface():
    paths = descend(BOWL, sgd=0.19)
    made = picture(paths=paths, three_d=True)
    track = made.player.tracks[0]
    assert track.axes == ("scene", "scene")
    assert np.array_equal(track.z, paths[0].losses)
    assert made.handles == ()
    assert made.pick.axes == ("scene", "scene")
    assert made.alt.startswith("Surface")


def test_the_line_of_every_step_turns_in_the_data_panel():
    surface = linear()
    paths = descend(surface, sgd=0.01)
    made = picture(surface, paths, points=points())
    (line,) = made.player.lines
    assert np.array_equal(line.slope, paths[0].positions[:, 0])
    assert np.array_equal(line.intercept, paths[0].positions[:, 1])
    assert line.axes == ("x2", "y2")


def test_handles_name_the_traces_they_move():
    surface = linear()
    paths = descend(surface, sgd=0.01)
    made = picture(surface, paths, points=replace(points(), rows=(1, *range(1, 11))))
    start, dots = made.handles
    assert (start.name, dots.name) == ("start", "points")
    assert carrying(made.figure, "start")["x"] == [surface.start[0]]
    assert carrying(made.figure, "points")["x"] is LINE.x
    assert dots.rows == (1, *range(1, 11))
    in_3d = picture(surface, paths, points=points(), three_d=True)
    assert [handle.name for handle in in_3d.handles] == ["points"]
    assert carrying(in_3d.figure, "points")["x"] is LINE.x
    (alone,) = picture().handles
    assert carrying(picture().figure, alone.name)["x"] == [BOWL.start[0]]


@pytest.mark.parametrize(("playhead", "at"), [(None, 50), (0, 0), (7, 7), (50, 50), (51, 50), (2000, 50)])
def test_the_playhead_stands_within_the_path(playhead, at):
    assert picture(playhead=playhead).player.at == at


def test_losses_that_go_below_0_are_measured_from_the_lowest():
    surface = linear("poisson")
    paths = descend(surface, start=(1.5, 2.0), sgd=0.001)
    floor = lowest(surface, paths)
    assert floor < 0
    made = picture(surface, paths, points=points())
    assert made.figure["layout"]["yaxis3"]["title"]["text"] == "loss above the lowest"
    assert np.array_equal(made.player.tracks[-1].y, paths[0].losses - floor)
    assert min(track.y.min() for track in made.player.tracks[1:]) >= 0
    assert lowest(BOWL, descend(BOWL, sgd=0.1)) == 0


def test_what_explodes_does_not_flatten_the_others():
    paths = descend(BOWL, steps=300, sgd=1.0, adam=0.1)
    low, high = picture(paths=paths).figure["layout"]["yaxis3"]["range"]
    assert high <= math.log10(13e3) + 1
    assert low <= math.log10(paths[1].losses.min()) or high - low == 12


def test_the_table_has_every_step_of_every_path():
    paths = descend(BOWL, steps=300, sgd=9.0, momentum=0.1, adam=0.1)
    columns = table(BOWL, paths)
    assert {len(column) for column in columns.values()} == {301}
    assert columns["step"].tolist() == [*range(301)]
    momentum = paths[1]
    assert np.array_equal(columns["Momentum x"], momentum.positions[:, 0])
    assert np.array_equal(columns["Momentum y"], momentum.positions[:, 1])
    assert np.array_equal(columns["Momentum loss"], momentum.losses)
    assert np.array_equal(columns["Momentum gradient y"][:-1], momentum.gradients[:, 1])
    assert np.array_equal(columns["Momentum velocity x"][:-1], momentum.velocity[:, 0])
    assert np.array_equal(columns["Adam second moment y"][:-1], paths[2].second_moment[:, 1])
    assert np.isnan(columns["Momentum gradient x"][-1])
    assert "SGD velocity x" not in columns
    gone = paths[0].diverged.step
    assert np.isfinite(columns["SGD loss"][:gone]).all()
    assert np.isnan(columns["SGD x"][gone + 1 :]).all()


@pytest.mark.parametrize("three_d", [False, True])
@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if loss.family == "regression"])
def test_every_loss_makes_a_picture_that_can_be_sent(browser, key, three_d):
    surface = linear(key)
    paths = descend(surface, steps=20, **{name: 1e-3 if name != "adam" else 10.0 for name in OPTIMISERS})
    data = browser.show(picture(surface, paths, points=points(), three_d=three_d))
    assert data["sentence"]
    assert len(data["player"]["tracks"]) == 2 * len(paths)
    assert torch.isfinite(torch.tensor(surface.bounds)).all()


def test_a_start_on_the_minimum_that_noise_shakes_does_not_explode():
    surface = TEXTBOOK["bowl"]()
    paths = trajectories(surface, [Run("sgd", (0.0, 0.0), {"learning_rate": 0.1})], 50, noise=0.01)
    assert outcome(surface, paths[0]) == ""
    thrown = trajectories(surface, [Run("sgd", (0.0, 0.0), {"learning_rate": 0.1})], 50, noise=1e4)
    assert outcome(surface, thrown[0]).startswith("is thrown far out")


def test_kinks_have_no_stable_rate():
    surface = TEXTBOOK["absolute"]()
    (row,) = rates(surface, descend(surface, sgd=0.1)).rows
    assert row.cells[2:] == ("–", "–")
    smooth = TEXTBOOK["bowl"]()
    assert "–" not in rates(smooth, descend(smooth, sgd=0.1)).rows[0].cells


def test_without_a_known_minimum_the_sharpness_is_that_of_the_start():
    surface = replace(TEXTBOOK["rosenbrock"](), minima=())
    shown = {
        rates(surface, trajectories(surface, [Run("sgd", start)], 0)).caption for start in ((0.0, 0.0), (1.0, 2.0))
    }
    assert len(shown) == 2
