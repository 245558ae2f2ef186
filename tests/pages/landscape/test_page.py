"""The page of landscapes: every preset shows what it says, as numbers; hands, links and files leave it standing."""

import re

import numpy as np
import pytest

from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.one_feature import LABELLED
from losses.descent.optimisers import OPTIMISERS
from losses.descent.textbook import TEXTBOOK
from losses.fitting.fit import fit_line
from tests.traces import carrying

LINE = DATASETS["line"]
BOWL = {"surface": "bowl", "optimisers": "sgd"}
SIXES = [tuple(OPTIMISERS)[first : first + 6] for first in range(0, len(OPTIMISERS), 6)]  # as many as may be chosen
RATE = "sgd.learning_rate"
HERE = {"surface": "line"}


def opened(session, **query):
    """The page at the clean line, or where a link says."""
    return session.open("landscape", **(query or HERE))


def path(session, name="SGD"):
    """Positions of an optimiser as the player has them, ``[steps + 1, 2]``."""
    names = [column["name"] for column in session.data["player"]["table"]["columns"]]
    track = session.data["player"]["tracks"][names.index(name)]
    return np.stack([track["x"], track["y"]], 1).astype(np.float64)


def losses(session, name="SGD"):
    columns = session.data["player"]["table"]["columns"]
    return next(column["cells"][0][0] for column in columns if column["name"] == name).astype(np.float64)


def length(session):
    return session.data["player"]["length"]


def traces(session, **wanted):
    return [
        trace
        for trace in session.data["figure"]["data"]
        if all(trace.get(key) == value for key, value in wanted.items())
    ]


def minima(session):
    marks = [trace for trace in traces(session, type="scatter") if trace.get("marker", {}).get("symbol") == "x"]
    return [[*place] for trace in marks for place in zip(trace["x"], trace["y"], strict=True)]


def points(session):
    trace = session.data["figure"]["data"][0]
    assert trace["xaxis"] == "x2"
    return np.stack([trace["x"], trace["y"]], 1).astype(np.float64)


def choose(session, kind, name, value):
    getattr(session.at, kind)(key=f"landscape:{name}").set_value(value)
    return session.run()


def curvature(x=LINE.x):
    """Steep and flat direction of MSE, and how steep."""
    design = np.stack([x, np.ones_like(x)], 1)
    values, vectors = np.linalg.eigh(2 * design.T @ design / len(x))
    return vectors.T[::-1], values[::-1]


def fit(data, loss="mse"):
    line = fit_line(data.x, data.y, loss)
    return np.array([line.slope, line.intercept])


# What is on screen


def test_it_opens_ready_to_play_on_a_bowl(session):
    session.open("landscape")
    assert session.data["address"] == {}
    assert (session.data["player"]["at"], length(session)) == (0, 50)
    assert path(session)[0].tolist() == [-4, 1]
    assert session.warnings == []


def test_what_the_visitor_keeps_stays_through_presets_until_reset(session):
    session.open("landscape")
    choose(session, "toggle", "three_d", True)
    session.press("To and fro")
    assert len(traces(session, type="surface")) == 1
    assert session.example == "To and fro"
    session.press("Reset")
    assert traces(session, type="surface") == []
    assert session.data["address"] == {}


def test_the_table_at_the_playhead_is_sgds_own_arithmetic(session):
    opened(session, **BOWL, **{RATE: "0.15", "steps": "5"})
    (column,) = session.data["player"]["table"]["columns"]
    loss, place, gradient, step, rate, stable = column["cells"]
    x, y = -4.0, 1.0
    for at in range(1, 6):
        slope = np.array([x, 10 * y])
        assert [part[at] for part in gradient] == pytest.approx(slope, rel=1e-6)
        assert [part[at] for part in step] == pytest.approx(-0.15 * slope, rel=1e-6)
        x, y = np.array([x, y]) - 0.15 * slope
        assert [part[at] for part in place] == pytest.approx([x, y], rel=1e-6)
        assert loss[0][at] == pytest.approx(0.5 * x * x + 5 * y * y, rel=1e-6)
        assert rate[0][at] == pytest.approx(0.15)
        assert stable[0][at] == pytest.approx(0.2)
    assert "velocity, first moment" not in session.data["player"]["table"]["quantities"]


def test_the_line_in_the_data_panel_is_the_place_on_the_surface(session):
    opened(session)
    lines = session.data["player"]["lines"]
    assert len(lines) == 2
    assert np.allclose(lines[0]["slope"], path(session)[:, 0])
    assert np.allclose(lines[0]["intercept"], path(session)[:, 1])


def test_the_surface_shown_is_the_mean_loss(session):
    (contours,) = traces(opened(session), type="contour")
    w, b = contours["x"][20].item(), contours["y"][70].item()
    assert contours["customdata"][70][20] == pytest.approx(np.mean((w * LINE.x + b - LINE.y) ** 2), rel=1e-5)


def test_rules_stand_below_with_their_values_and_sources(session):
    opened(session, **{RATE: "0.0123"})
    text = " ".join(markdown.value for markdown in session.at.markdown)
    assert "0.0123" in text
    for name in ("Robbins and Monro", "Kingma and Ba"):
        assert name in text


def test_three_dimensions_are_a_switch(session):
    opened(session)
    choose(session, "toggle", "three_d", True)
    assert len(traces(session, type="surface")) == 1
    assert traces(session, type="contour") == []
    assert session.data["player"]["tracks"][0]["axes"] == ["scene", "scene"]
    assert session.data["address"] == {"three_d": "1"}


# Hands


@pytest.mark.parametrize("way", ["move", "send"])
@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({RATE: 0.01}, {RATE: "0.01"}),
        ({"start": [1.5, -3.0]}, {"w": "1.5", "b": "-3"}),
        ({"start.0": [1.5, -3.0]}, {"w": "1.5", "b": "-3"}),
        ({"steps": 30}, {"steps": "30"}),
        ({"playhead": 7}, {"playhead": "7"}),
        ({"playhead": 200}, HERE),
    ],
    ids=str,
)
def test_what_the_hand_does_is_answered_without_streamlit_and_stays(session, without_streamlit, way, values, address):
    opened(session)
    with without_streamlit():
        getattr(session, way)(**values)
    assert session.data["address"] == address
    answer = session.picture
    assert session.run().picture == answer
    assert session.warnings == []


def test_a_dragged_start_is_where_the_paths_begin(session):
    opened(session).move(start=[1.5, -3.0])
    for name in ("SGD", "Adam"):
        assert path(session, name)[0].tolist() == [1.5, -3]
    (start,) = [handle for handle in session.data["handles"] if handle["name"] == "start"]
    trace = carrying(session.data["figure"], start["trace"])
    assert (trace["x"], trace["y"]) == ([1.5], [-3])


def test_a_typed_start_is_where_the_paths_begin(session):
    opened(session)
    choose(session, "number_input", "w", 2.5)
    choose(session, "number_input", "b", -1.0)
    assert path(session)[0].tolist() == [2.5, -1]


def test_a_dragged_point_redraws_the_surface_and_the_rest_shows_it_finer(session, without_streamlit):
    opened(session)
    view = session.data["figure"]["layout"]["xaxis"]["range"]
    with without_streamlit():
        session.move(**{"points.10": [10.0, -20.0]})
    assert points(session)[10].tolist() == [10, -20]
    coarse, minimum, way = len(traces(session, type="contour")[0]["x"]), minima(session), path(session)
    moved = LINE.y.copy()
    moved[10] = -20
    assert minimum == [pytest.approx(np.polyfit(LINE.x, moved, 1), abs=1e-5)]
    session.run()
    assert len(traces(session, type="contour")[0]["x"]) > coarse
    assert minima(session) == minimum
    assert np.array_equal(path(session), way)
    assert session.data["figure"]["layout"]["xaxis"]["range"] == view
    assert session.data["address"] == {"moves": "10:10:-20"}


@pytest.mark.parametrize("way", ["move", "send"])
def test_a_moved_point_that_the_loss_cannot_take_stays_where_it_was(session, way):
    opened(session, loss="poisson", moves="2:2:9")
    before = session.sentence
    getattr(session, way)(**{"points.3": [3.0, -2.0]})
    assert points(session)[[2, 3]].tolist() == [[2, 9], [3, pytest.approx(LINE.y[3])]]
    assert session.sentence == before
    assert session.data["address"] == {"loss": "poisson", "moves": "2:2:9"}
    session.run()
    (warning,) = session.warnings
    assert "Poisson" in warning


def test_a_labelled_point_keeps_to_its_labels(session):
    opened(session, surface="overlapping", loss="hinge")
    session.send(**{"points.3": [-0.5, 0.3]})
    assert points(session)[3, 1] == -1
    assert "two different values" in session.warnings[0]
    session.send(**{"points.3": [2.5, -1.0]})
    assert points(session)[3].tolist() == [2.5, -1]
    assert session.warnings == []


@pytest.mark.parametrize(
    "change", [{RATE: 0.001}, {"start": [1.0, 1.0]}, {"points.3": [3.0, 9.0]}, {"adam.beta1": 0.5}]
)
@pytest.mark.parametrize("way", ["move", "send"])
def test_the_playhead_stays_when_something_changes(session, way, change):
    opened(session).send(playhead=50)
    getattr(session, way)(**change)
    assert session.data["player"]["at"] == 50
    assert session.data["address"]["playhead"] == "50"


def test_a_playhead_at_the_end_stays_at_the_end(session):
    opened(session).send(playhead=200)
    assert session.send(steps=60).data["player"]["at"] == 60
    assert session.send(steps=300).data["player"]["at"] == 300
    session.send(playhead=250)
    assert session.send(steps=100).data["player"]["at"] == 100
    assert session.send(steps=400).data["player"]["at"] == 250, "what was set comes back"


def test_sliders_are_those_of_what_is_shown(session):
    names = {control["name"] for control in opened(session).data["controls"]}
    assert names == {RATE, "adam.learning_rate", "mse.half", "steps", "show.sgd", "show.adam"}
    choose(session, "toggle", "details", True)
    names = {control["name"] for control in session.data["controls"]}
    assert {"adam.beta1", "adam.beta2"} <= names
    choose(session, "multiselect", "optimisers", ["momentum"])
    choose(session, "selectbox", "surface", "bowl")
    names = {control["name"] for control in session.data["controls"]}
    assert names == {"momentum.learning_rate", "momentum.momentum", "bowl.condition", "steps", "show.momentum"}


@pytest.mark.parametrize("key", list(OPTIMISERS))
def test_every_optimiser_is_shown_from_its_declaration_alone(session, key):
    """Rule card, sliders, program, table and path."""
    optimiser = OPTIMISERS[key]
    opened(session, surface="bowl", optimisers=key)
    for details in (False, True):
        choose(session, "toggle", "details", details)
        names = {control["name"] for control in session.data["controls"]} - {"bowl.condition", "steps", f"show.{key}"}
        shown = {name for name, parameter in optimiser.parameters.items() if details or not parameter.detail}
        assert names == {f"{key}.{name}" for name in shown}
    shown = " ".join(markdown.value for markdown in session.at.markdown)
    assert f"**{optimiser.name}**" in shown
    assert [row["name"] for row in session.data["player"]["table"]["columns"]] == [optimiser.name]
    assert session.warnings == []


def test_another_surface_starts_afresh_and_keeps_the_optimisers(session):
    opened(session, optimisers="nesterov", w="3", moves="1:1:1", loss="huber", three_d="1")
    choose(session, "selectbox", "surface", "stars")
    assert session.data["address"] == {"optimisers": "nesterov", "surface": "stars", "loss": "huber", "three_d": "1"}
    choose(session, "selectbox", "surface", "overlapping")
    choose(session, "selectbox", "loss", "hinge")
    choose(session, "selectbox", "surface", "line")
    assert "loss" not in session.data["address"]
    assert session.warnings == []


def test_no_optimiser_at_all_is_refused(session):
    opened(session)
    choose(session, "multiselect", "optimisers", [])
    assert "Optimisers" in session.warnings[0]
    assert len(session.data["player"]["table"]["columns"]) == 2


@pytest.mark.parametrize("loss", [key for key, each in LOSSES.items() if each.family in ("margin", "binary")])
def test_every_loss_of_labels_has_a_landscape(session, loss):
    opened(session, surface="overlapping", loss=loss)
    assert session.warnings == []
    assert LOSSES[loss].name in " ".join(markdown.value for markdown in session.at.markdown)
    assert np.isfinite(losses(session)).all()
    assert len(points(session)) == len(LABELLED["overlapping"].x)


# Edges


def test_no_steps_show_the_start_alone(session):
    opened(session, steps="0")
    assert length(session) == 0
    assert len(path(session)) == 1
    assert "0 steps" in session.sentence
    assert session.warnings == []


@pytest.mark.parametrize("six", SIXES)
def test_a_learning_rate_of_zero_stays(session, six):
    opened(session, surface="bowl", optimisers=",".join(six), **{f"{key}.learning_rate": "0" for key in six})
    assert session.warnings == []
    for key in six:
        assert np.all(path(session, OPTIMISERS[key].name) == [-4, 1])


def test_data_of_any_size_can_be_started_on_where_one_clicks(session):
    """As with salaries in cents: the intercepts in view are beyond a million."""
    rows = "\n".join(f"{x},{1e9 + 1e7 * x + 1e6 * (x % 3)}" for x in range(20))
    upload(opened(session), f"x,y\n{rows}".encode())
    high = session.data["figure"]["layout"]["yaxis"]["range"][1]
    session.move(start=[1e7, 0.9 * high])
    assert path(session)[0] == pytest.approx([1e7, 0.9 * high], rel=1e-6)
    assert session.run().warnings == []


@pytest.mark.parametrize("six", SIXES)
def test_a_start_outside_the_view_runs_all_the_same(session, six):
    opened(session, surface="bowl", w="1000", b="-70", optimisers=",".join(six))
    low, high = session.data["figure"]["layout"]["xaxis"]["range"]
    assert (low, high) == (-5, 5)
    for column in session.data["player"]["table"]["columns"]:
        assert path(session, column["name"])[0].tolist() == [1000, -70]
    assert session.warnings == []


@pytest.mark.parametrize("surface", [key for key, textbook in TEXTBOOK.items() if key != "rastrigin"])
def test_a_start_on_the_minimum_stays_there(session, surface):
    x, y = TEXTBOOK[surface].minima[0]
    opened(session, surface=surface, w=repr(x), b=repr(y), optimisers="sgd,adam,lbfgs")
    for name in ("SGD", "Adam", "L-BFGS"):
        assert path(session, name)[-1] == pytest.approx([x, y], abs=1e-3)
    assert session.warnings == []
    assert session.sentence


def test_an_enormous_start_diverges_with_its_step_named(session):
    opened(session, surface="beale", w="1e6", b="1e6", optimisers="sgd", **{RATE: "1"})
    assert re.search(r"SGD diverges at step \d+", session.sentence)
    assert session.warnings == []


@pytest.mark.parametrize(
    ("query", "word", "address"),
    [
        ({"surface": "line", "loss": "hinge"}, "Hinge cannot take", {}),
        ({"surface": "overlapping", "loss": "msle"}, "cannot take", {"surface": "overlapping"}),
        ({"surface": "csv"}, "file", {}),
        ({"surface": "nowhere"}, "surface", {}),
        ({"surface": "<script>alert(1)</script>"}, "surface", {}),
        ({"loss": "cosine_embedding"}, "loss", {}),
        ({"optimisers": "sgd,newton"}, "optimisers", {}),
        ({"optimisers": ""}, "optimisers", {}),
        ({"optimisers": "sgd,momentum,nesterov,adagrad,rmsprop,adam,adamw"}, "optimisers", {}),
        ({"w": "1e151"}, "w", {}),
        ({"b": "nan"}, "b", {}),
        ({"steps": "2001"}, "steps", {}),
        ({"steps": "-1"}, "steps", {}),
        ({"steps": "1.5"}, "steps", {}),
        ({"playhead": "2001"}, "playhead", {}),
        ({"zoom": "0"}, "zoom", {}),
        ({"factor": "1e9"}, "factor", {}),
        ({"batch": "12"}, "Examples a step", {}),
        ({"surface": "bowl", "batch": "1"}, "no points", {"surface": "bowl"}),
        ({"noise": "-1"}, "noise", {}),
        ({"schedule": "weekly"}, "schedule", {}),
        ({"count": "6"}, "Outliers", {}),
        ({"moves": "61:1:1"}, "Moved points", {}),
        ({"moves": ",".join(f"{row}:" for row in range(9))}, "At least 3 points", {}),
        ({"moves": "0:0:-5", "loss": "poisson"}, "Poisson", {"loss": "poisson"}),
        ({RATE: "-1"}, "learning", {}),
        ({RATE: "1e400"}, "learning", {}),
        ({"nesterov.momentum": "0"}, "momentum", {}),
        ({"three_d": "yes"}, "three", {}),
        ({"evil": "1" * 5000}, "evil", {}),
    ],
    ids=str,
)
def test_an_unusable_link_is_said_and_opens(session, query, word, address):
    opened(session, **query)
    (warning,) = session.warnings
    assert word in warning.replace("\\", "")
    assert session.data["address"] == (address or HERE)
    assert session.data["sentence"]


def test_points_are_added_and_taken_away(session, without_streamlit):
    opened(session, batch="11")
    with without_streamlit():
        session.move(new=[2.5, 30.0])
        grown = session.data["figure"]
        session.move(**{"points.0": None, "points.11": None})
    assert len(carrying(grown, "points")["x"]) == 12
    assert session.data["address"] == {"batch": "11", "moves": "0:"}, "fewer points than in a batch are the batch"
    assert len(carrying(session.data["figure"], "points")["x"]) == 10
    assert session.run().warnings == []


def test_standardised_points_only_move(session):
    opened(session, standardise="1").move(new=[0.0, 3.0])
    assert session.data["address"] == {"standardise": "1"}
    assert {handle["adds"] for handle in session.data["handles"]} == {""}
    session.move(**{"points.3": None}).run()
    assert session.warnings
    assert session.data["address"] == {"standardise": "1"}


HOSTILE = (
    {"start": None},
    {"start": [1]},
    {"start": [1, 2, 3]},
    {"start": ["a", {}]},
    {"start.0": "here"},
    {"start.1": [1, 1]},
    {"points.99": [1, 1]},
    {"points.x": [1, 1]},
    {"points." + "9" * 5000: [1, 1]},
    {"points.99": None},
    {"new": None},
    {"new": [1]},
    {"new.0": [1, 1]},
    {"points.1": [1]},
    {"points.1": [10**400, 0]},
    {RATE: -1},
    {RATE: "fast"},
    {RATE: 10**400},
    {RATE: None, "adam.beta1": 7},
    {"steps": 2001},
    {"steps": "many"},
    {"steps": True},
    {"playhead": -1},
    {"playhead": 2001},
    {"playhead": [1]},
    {"playhead": 1.5},
    {"surface": "bowl"},
    {"loss": "huber"},
    {"optimisers": []},
    {"three_d": True},
    {"mse.half": 2},
    {"_values": {}},
    {"": 0},
    {".": 0},
)


@pytest.mark.parametrize("way", ["move", "send"])
def test_hostile_messages_change_nothing(session, way):
    opening = opened(session).sentence
    for values in HOSTILE:
        getattr(session, way)(**values)
        assert session.sentence == opening, values
        assert session.data["address"] == HERE, values
        assert session.data["player"]["at"] == 200, values


@pytest.mark.parametrize(
    "values", [{"points.99": [1, 1]}, {RATE: -1}, {"start": [1e300, 1e300], "steps": 9}, {"playhead": -1}]
)
def test_a_refused_message_is_said_on_the_page(session, values):
    opened(session).move(**values).run()
    assert session.warnings


LINKS = [
    {"surface": "rosenbrock", "optimisers": "adam,lbfgs", "w": "-1.5", "b": "2", "steps": "75", "playhead": "12"},
    {"loss": "huber", "huber.delta": "0.5", "batch": "3", "seed": "4", "moves": "10:10:-20", "three_d": "1"},
    {"surface": "overlapping", "loss": "focal", "focal.gamma": "3", "noise": "0.5", "schedule": "cosine"},
    {"standardise": "1", "count": "2", "size": "30", "zoom": "0.5", "factor": "0.1", "details": "1"},
]


@pytest.mark.parametrize("query", LINKS, ids=str)
def test_a_link_opens_the_same_picture_elsewhere(session, query, decoded, request):
    opened(session, **query)
    assert session.warnings == []
    assert session.data["address"] == query
    shown = session.picture
    elsewhere = type(session)(request.config.rootpath, decoded)
    session.at, session.seq = elsewhere.at, elsewhere.seq
    assert opened(session, **shown["address"]).picture == shown


# A visitor's own file

TWO_LABELS = b"dose,ill,share\n" + b"".join(
    f"{dose},{7 if dose + 3 * (dose % 3) > 12 else 3},{dose / 20}\n".encode() for dose in range(20)
)


def upload(session, content, name="mine.csv"):
    session.at.get("file_uploader")[0].set_value((name, content, "text/csv"))
    return session.run()


def test_a_file_of_two_labels_is_classified(session):
    upload(opened(session, w="1", moves="1:1:1"), TWO_LABELS)
    assert session.data["address"] == {"surface": "csv"}
    assert set(points(session)[:, 1]) == {3, 7}
    choose(session, "selectbox", "loss", "logistic")
    assert session.warnings == []
    assert losses(session)[-1] < losses(session)[0]
    x, y = points(session).T
    w, b = path(session)[-1]
    assert losses(session)[-1] == pytest.approx(
        np.logaddexp(0, -np.where(y == 7, 1, -1) * (w * x + b)).mean(), rel=1e-4
    )
    assert "mine" in session.captions


def test_another_column_of_the_file_is_another_surface(session):
    upload(opened(session), TWO_LABELS)
    choose(session, "selectbox", "loss", "hinge")
    next(box for box in session.at.selectbox if box.label == "y column").set_value("share")
    session.run()
    assert session.warnings == []
    assert session.data["address"] == {"surface": "csv"}
    assert points(session)[:, 1] == pytest.approx(np.arange(20) / 20)
    assert minima(session) == [pytest.approx([0.05, 0], abs=1e-6)]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,1e149\n2,-1e149\n3,1e149\n",
        "a,b\n1,5\n1,6\n1,7\n",
        "a,b\n1,5\n2,5\n",
        "a,b\n1600000000,1\n1600000001,2\n1600000002,4\n",
        "a,b\n1,1e-300\n2,2e-300\n3,4e-300\n",
        "a,b\n3,4\n",
    ],
)
def test_extreme_files_have_a_landscape_or_a_reason(session, text):
    upload(opened(session), text.encode())
    if session.at.error:
        assert session.at.error[0].value
        assert session.data["address"] == HERE
        return
    assert session.data["address"] == {"surface": "csv"}
    assert session.sentence
    assert np.isfinite(losses(session, "Adam")[0])


def test_an_unreadable_file_is_explained_and_the_surface_stays(session):
    before = opened(session, surface="bowl").sentence
    upload(session, b"\x89PNG\r\n\x1a\n\x00\x00", "page.csv")
    assert "picture" in session.at.error[0].value
    assert session.sentence == before
