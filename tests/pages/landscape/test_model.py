"""What the settings of the landscape stand for: computed once, kept, coarse while it takes long, and never unusable."""

import itertools
import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import pages.landscape.descending
from components.live.input import NO_ROW, Input
from components.page import patience
from components.page.patience import bar
from components.upload.csv_table import read_table
from components.upload.uploader import Upload
from losses import LOSSES
from losses.data.one_feature import LABELLED
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.surface import evaluate
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectories
from pages.landscape.descending import MOVING, SIDES
from pages.landscape.settings import DATA, FITTED

SIXES = [tuple(OPTIMISERS)[first : first + 6] for first in range(0, len(OPTIMISERS), 6)]
THREE = ("sgd", "momentum", "adam")


@pytest.fixture
def descended(monkeypatch):
    """The optimisers whose paths have been computed, one list for each time."""
    calls = []

    def counted(surface, runs, *args, **how):
        calls.append([run.optimiser for run in runs])
        return trajectories(surface, runs, *args, **how)

    monkeypatch.setattr(pages.landscape.descending, "trajectories", counted)
    return calls


@pytest.fixture
def slow(monkeypatch):
    """As if a hundredth of a second passed between two looks at the clock."""
    ticks = itertools.count()
    monkeypatch.setattr(patience, "clock", lambda: next(ticks) / 100)


class Place:
    """Where a bar goes: the shares it showed, and whether it is there."""

    def __init__(self):
        self.shown = []
        self.there = False

    def progress(self, share, text):
        self.shown.append((text, share))
        self.there = True

    def empty(self):
        self.there = False


def file(text):
    table = read_table(text.encode())
    return Upload("file", "mine.csv", table, table.numeric[:2])


def test_paths_once_computed_are_not_computed_again(landscape, descended):
    land = landscape(optimisers=THREE)
    first = land.paths()
    assert descended == [[*THREE]]
    assert all(one is other for one, other in zip(first, land.paths(), strict=True))
    assert descended == [[*THREE]]


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ({"sgd.learning_rate": 0.001}, ["sgd"]),
        ({"adam.beta1": 0.5, "momentum.momentum": 0.1}, ["momentum", "adam"]),
        ({"optimisers": ("adam", "nesterov", "sgd")}, ["nesterov"]),
        ({"optimisers": ("adam",)}, []),
        ({"three_d": True, "playhead": 7, "details": True}, []),
        ({"rmsprop.learning_rate": 1.0}, []),
        *(
            ({name: value}, [*THREE])
            for name, value in {
                "w": 1.0,
                "steps": 30,
                "factor": 2.0,
                "batch": 3,
                "noise": 1.0,
                "schedule": "cosine",
                "seed": 1,
                "loss": "huber",
                "moves": {3: (1.0, 1.0)},
                "count": 1,
                "standardise": True,
                "surface": "stars",
            }.items()
        ),
    ],
    ids=str,
)
def test_only_paths_that_change_are_computed_anew(landscape, descended, change, anew):
    land = landscape(optimisers=THREE)
    land.paths()
    land.view.set(**change)
    paths = land.paths()
    assert [run for call in descended[1:] for run in call] == anew
    assert [path.optimiser for path in paths] == [*land.view["optimisers"]]
    fresh = landscape(**{"optimisers": THREE} | change)
    for path, other in zip(paths, fresh.paths(), strict=True):
        assert np.array_equal(path.positions, other.positions), "kept or new, it is the path of these settings"


def test_paths_that_are_no_longer_shown_are_let_go(landscape, descended):
    land = landscape(optimisers=("sgd",))
    for rate in (0.001, 0.002, 0.001):
        land.view.set(**{"sgd.learning_rate": rate})
        land.paths()
    assert descended == [["sgd"]] * 3, "a slider that is dragged for an hour leaves no trail in memory"


def test_paths_of_a_random_kind_do_not_depend_on_which_are_computed_together(landscape):
    land = landscape(optimisers=("sgd", "adam"), batch=3, noise=0.5)
    land.paths()
    land.view.set(**{"sgd.learning_rate": 0.01})
    again = landscape(optimisers=("sgd", "adam"), batch=3, noise=0.5, **{"sgd.learning_rate": 0.01})
    assert np.array_equal(land.paths()[0].positions, again.paths()[0].positions)


def test_what_takes_long_is_shown_in_part_while_the_hand_moves_and_whole_at_rest(landscape, slow, descended):
    land = landscape(steps=300)
    (note,) = land.shown().notes
    part = land.paths()[0].positions
    assert note == f"While you move, the first {len(part) - 1} of 300 steps are computed."
    assert 5 <= len(part) - 1 <= 10
    assert len(descended) == 1, "one picture has one beginning"
    place = Place()
    land.prepare(place)
    assert len(land.paths()[0].losses) == 301
    assert np.array_equal(land.paths()[0].positions[: len(part)], part)
    assert land.shown().notes == ()
    land.prepare(place)
    assert len(descended) == 2, "prepared once"


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_first_steps_are_those_of_the_whole_descent(landscape, slow, schedule):
    """Also where the schedule looks at how many there will be."""
    land = landscape(steps=200, schedule=schedule, noise=0.3, batch=3)
    part = land.paths()[1]
    land.prepare()
    whole = land.paths()[1]
    for name in ("positions", "losses", "gradients", "steps", "rates", "velocity", "second_moment"):
        shown = getattr(part, name)
        assert np.array_equal(shown, getattr(whole, name)[: len(shown)]), name


def test_a_path_that_is_known_is_shown_as_far_as_the_others_are(landscape, slow):
    land = landscape(steps=100)
    land.prepare()
    land.view.set(**{"sgd.learning_rate": 0.001})
    sgd, adam = land.paths()
    assert len(sgd.losses) == len(adam.losses) < 101
    land.prepare()
    assert [len(path.losses) for path in land.paths()] == [101, 101]


def test_what_takes_too_long_at_rest_is_left_out_with_a_note_and_not_tried_again(landscape, slow, descended):
    land = landscape(steps=2000)
    land.prepare(Place())
    done = len(land.paths()[0].losses) - 1
    assert 300 < done < 2000
    (note,) = land.shown().notes
    assert note == f"The first {done} of 2000 steps are shown: all of them take more than 10 seconds."
    land.prepare(Place())
    assert len(descended) == 1
    land.view.set(**{"sgd.learning_rate": 0.001})
    land.prepare()
    assert descended[1:] == [["sgd"]], "another learning rate is another descent"


def test_a_surface_that_takes_long_is_coarser(landscape, monkeypatch):
    """With a clock that goes by what is evaluated: 0.01 seconds for the surface at one place."""
    seconds = 0.0

    def evaluated(surface, places):
        nonlocal seconds
        seconds += 0.01 * len(places)
        return evaluate(surface, places)

    monkeypatch.setattr(patience, "clock", lambda: seconds)
    monkeypatch.setattr(pages.landscape.descending, "evaluate", evaluated)
    land = landscape()
    assert len(land.grid()[0]) == SIDES[-1]
    land.prepare()
    side = len(land.grid()[0])
    assert 0.01 * side**2 <= 10 < 0.01 * SIDES[SIDES.index(side) - 1] ** 2
    assert land.shown().notes == (
        f"The surface is shown at {side} × {side} places: 151 × 151 take more than 10 seconds.",
    )


def test_a_surface_over_many_points_is_fine_in_no_time(landscape, monkeypatch):
    """With a clock by which there is no time for any place."""
    monkeypatch.setattr(patience, "clock", itertools.count(step=10.0).__next__)
    rows = "\n".join(f"{row / 100},{row % 7}" for row in range(2000))
    land, place = landscape(file(f"x,y\n{rows}"), surface="csv", loss="log_cosh", steps=0), Place()
    assert len(land.grid()[0]) == SIDES[-1]
    land.prepare(place)
    w, b, heights = land.grid()
    assert heights.shape == (SIDES[0], SIDES[0])
    assert heights[70, 80] == pytest.approx(evaluate(land.surface, (w[80], b[70])), rel=1e-10)
    shares = [share for text, share in place.shown if text == "Computing the surface …"]
    assert len(shares) > 100
    assert shares == sorted(shares)
    assert not [note for note in land.shown().notes if "places" in note]


def test_a_bar_tells_how_far_it_is_and_goes(landscape, slow):
    place = Place()
    landscape(surface="engel", steps=500).prepare(place)
    shares = [share for text, share in place.shown if text == "Computing the paths …"]
    assert shares == sorted(set(shares))
    assert 0 < shares[0] <= shares[-1] <= 1
    assert 10 < len(shares) < 100, "now and then"
    assert not place.there


def test_a_bar_tells_how_far_the_surface_is(slow):
    place = Place()
    with bar(place, "Computing the surface") as show:
        for share in np.linspace(0, 1, 50):
            show(share)
    assert {text for text, _ in place.shown} == {"Computing the surface …"}
    assert 1 < len(place.shown) < 10
    with bar(None, "Computing the surface") as show:
        assert show is None


def test_what_takes_a_while_takes_turns_with_what_does_too(slow):
    places, inside, together = [Place() for _ in range(3)], [], []

    def compute(place):
        with bar(place, "Computing the paths") as show:
            for share in np.linspace(0, 1, 60):
                show(share)
                if place.shown:
                    inside.append(place)
                    time.sleep(0.001)
                    together.append(len(inside))
                    inside.remove(place)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(compute, places))
    assert set(together) == {1}
    assert all(place.shown for place in places)
    with (
        bar(places[0], "Computing the paths") as show,
        pytest.raises(KeyboardInterrupt),
    ):  # left in the middle of a turn
        for share in np.linspace(0, 1, 60):
            show(share)
        raise KeyboardInterrupt
    assert patience._long.acquire(timeout=1)
    patience._long.release()


def test_what_is_quick_needs_no_bar_and_is_whole_at_once(landscape):
    land, place = landscape(), Place()
    assert len(land.paths()[0].losses) == 201
    assert land.shown().notes == ()
    land.prepare(place)
    assert place.shown == []
    assert len(land.grid()[0]) == SIDES[0]


def test_a_descent_that_the_visitor_has_left_is_not_kept(landscape, slow):
    """Streamlit ends a run by an exception out of the bar."""

    class Left(Place):
        def progress(self, share, text):
            raise KeyboardInterrupt

    land = landscape(steps=300)
    with pytest.raises(KeyboardInterrupt):
        land.prepare(Left())
    land.prepare()
    assert len(land.paths()[0].losses) == 301


def test_it_is_prepared_without_a_place_for_a_bar(landscape, slow):
    land = landscape(steps=500)
    land.prepare()
    assert land.shown().notes == ()


def test_between_two_pictures_the_surface_is_coarse_and_the_same(landscape):
    land = landscape()
    land.prepare(Place())
    fine = land.grid()
    land.view.set(**{"sgd.learning_rate": 0.01, "playhead": 3})
    assert land.grid() is fine, "what is not the surface leaves it as it is"
    land.view.set(moves={10: (10.0, -20.0)})
    coarse = land.grid()
    assert len(coarse[0]) == SIDES[MOVING]
    assert coarse[2] == pytest.approx(evaluate(land.surface, np.stack(np.meshgrid(*coarse[:2]), -1)))
    land.prepare(Place())
    assert len(land.grid()[0]) == SIDES[0]


def test_the_loss_is_as_many_times_as_high_as_asked(landscape):
    one, hundred = landscape(), landscape(factor=100.0)
    assert hundred.grid()[2] == pytest.approx(100 * one.grid()[2])
    assert hundred.unit("sgd") == one.unit("sgd"), "a learning rate stays a number, whatever the loss's unit"
    assert hundred.surface.minima == one.surface.minima


def test_runs_start_where_it_is_set_and_else_where_the_surface_has_it(landscape):
    assert landscape().start == landscape().surface.start
    assert landscape(w=1.5).start == (1.5, landscape().surface.start[1])
    assert landscape(w=1.5, b=-1e6).runs()[0].start == (1.5, -1e6)


def test_zoomed_in_the_own_start_comes_along(landscape):
    land = landscape(zoom=4.0)
    for place, (low, high) in zip(land.start, land.bounds, strict=True):
        assert low < place < high
    assert landscape(zoom=4.0, w=9.0).start[0] == 9


@pytest.mark.parametrize("six", SIXES)
def test_default_learning_rates_are_in_the_unit_of_the_surface(landscape, six):
    land = landscape(optimisers=six)
    for run in land.runs():
        declared = OPTIMISERS[run.optimiser].parameters["learning_rate"]
        unit = land.unit(run.optimiser) if declared.scaled else 1
        assert run.parameters["learning_rate"] == pytest.approx(declared.default * unit)


def test_a_line_gives_logits(landscape):
    for loss in ("binary_cross_entropy", "focal"):
        land = landscape(surface="overlapping", loss=loss)
        assert land.shape_settings["from_logits"] is True
        assert np.isfinite(land.grid()[2]).all()
    assert "from_logits" not in landscape(surface="overlapping", loss="hinge").shape_settings


@pytest.mark.parametrize("surface", [*DATA, *TEXTBOOK])
def test_every_surface_can_be_descended_by_default(landscape, surface):
    for six in SIXES:
        land = landscape(surface=surface, optimisers=six)
        assert land.check() == []
        assert land.complaint() == ""
        for path in land.paths():
            assert path.diverged is None
            assert path.losses[-1] <= path.losses[0], path.optimiser
    assert land.titles()[surface]
    assert land.about()


def test_losses_are_those_that_the_data_allow(landscape):
    assert landscape(surface="overlapping").losses() == tuple(key for key in FITTED if key not in ("poisson", "msle"))
    assert {LOSSES[key].family for key in landscape(surface="stars").losses()} == {"regression"}
    assert landscape(surface="bowl").losses() == tuple(FITTED)


@pytest.mark.parametrize(
    ("settings", "word", "after"),
    [
        ({"surface": "line", "loss": "hinge"}, "Hinge cannot take these targets: MSE", {"loss": "mse"}),
        ({"surface": "overlapping", "loss": "poisson"}, "Poisson", {"loss": "mse"}),
        ({"surface": "csv", "factor": 5.0}, "file", {"surface": "line", "factor": 1}),
        ({"moves": {61: (1.0, 1.0)}}, "Moved points", {"moves": {}}),
        ({"count": 6}, "Outliers", {"count": 0}),
        ({"batch": 12}, "Examples a step", {"batch": 0}),
        ({"surface": "bowl", "batch": 3, "count": 2}, "no points", {"batch": 0, "count": 0}),
        ({"loss": "poisson", "moves": {2: (2.0, -3.0)}}, "as they were", {"moves": {}, "loss": "poisson"}),
        ({"surface": "overlapping", "loss": "hinge", "moves": {2: (2.0, 0.5)}}, "two different", {"moves": {}}),
    ],
    ids=str,
)
def test_what_does_not_go_together_returns_to_its_default_with_a_note(landscape, settings, word, after):
    land = landscape(**settings)
    (note,) = land.check()
    assert word in note
    assert {name: land.view[name] for name in after} == after
    assert land.check() == []
    assert land.complaint() == ""
    assert len(land.paths()) == 2


def test_a_complaint_says_why_a_loss_cannot_take_a_moved_point(landscape):
    land = landscape(loss="poisson")
    assert land.complaint() == ""
    land.view.set(moves={3: (3.0, -2.0)})
    assert "Poisson" in land.complaint()
    assert "−2" in land.complaint()
    land.view.set(moves={})
    land.edit(Input(places={"points": {3: (3.0, -2.0)}}))
    assert land.view["moves"] == {}
    assert "Poisson" in land.view.notes[0]


def test_points_that_move_join_those_that_have_moved(landscape):
    land = landscape(moves={1: (1.0, 9.0)})
    land.edit(Input(places={"points": {3: (4.0, 5.0)}}))
    assert land.view["moves"] == {1: (1.0, 9.0), 3: (4.0, 5.0)}


def test_where_x_is_standardised_a_point_keeps_its_x(landscape):
    land = landscape(standardise=True, moves={1: (1.5, 9.0)})
    land.edit(Input(places={"points": {3: (99.0, 5.0), 1: (99.0, 2.0)}}))
    assert land.view["moves"] == {1: (1.5, 2.0), 3: (3.0, 5.0)}
    assert land.view.notes == []
    assert land.points().x[3] == pytest.approx((3 - 5) / np.std(np.arange(11)))
    for nonsense in ({NO_ROW: (1.0, 1.0)}, {77: (1.0, 1.0)}, {3: (math.nan, math.nan)}):
        before = land.view["moves"]
        land.edit(Input(places={"points": nonsense}))
        assert land.view["moves"] == before, "refused by the settings"


def test_points_are_those_of_the_data_marked_where_bad(landscape):
    assert landscape(surface="bowl").points() is None
    points = landscape(moves={10: (10.0, -20.0)}).points()
    assert points.y[10] == -20
    assert np.flatnonzero(points.bad).tolist() == [10]
    assert points.rows is None
    assert points.titles == ("x", "y")


def test_of_many_points_some_are_drawn_and_the_page_says_so(landscape):
    rows = "\n".join(f"{row / 100},{row % 7}" for row in range(5000))
    land = landscape(file(f"a,b\n{rows}"), surface="csv", moves={4321: (1.0, 50.0)})
    points = land.points()
    assert len(points.x) == len(points.rows) < 2100
    assert 4321 in points.rows
    assert points.y[points.rows.index(4321)] == 50
    assert [note for note in land.shown().notes if "of 5,000 points are drawn" in note]


def test_a_file_of_two_labels_has_the_losses_of_labels(landscape):
    rows = "\n".join(f"{place},{'3' if place + (place % 3) < 10 else '8'}" for place in range(20))
    land = landscape(file(f"x,label\n{rows}"), surface="csv", loss="logistic")
    assert land.check() == []
    assert "csv" in land.titles()
    assert land.titles()["csv"] == "mine.csv"
    assert set(LABELLED) < set(land.titles())
    assert land.paths()[0].losses[-1] < land.paths()[0].losses[0]


def test_another_file_is_another_surface(landscape):
    land = landscape(file("x,y\n1,2\n2,4\n3,7"), surface="csv")
    first = land.surface.minima
    table = read_table(b"x,y\n1,2\n2,4\n3,9")
    land.upload = Upload("other", "other.csv", table, ("x", "y"))
    assert land.surface.minima != first
