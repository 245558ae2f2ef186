"""The page ``gan``: views, presets, links, drags, nonsense."""

import json
from dataclasses import replace

import numpy as np
import pytest

from components.live.arrays import Encoder
from components.live.picture import sendable
from losses.game.games import GAMES
from losses.game.rules import METHODS, STABILISERS
from losses.game.stability import stability
from pages.gan import model
from pages.gan.cards import record
from pages.gan.model import Gan
from pages.gan.players_view import written
from pages.gan.predictions import PREDICTED
from pages.gan.settings import FIELDS, VIEWS
from pages.gan.training_view import story
from pages.gan.turns import MOST
from tests.traces import carrying


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_its_figure_and_its_tabs_and_opens_from_a_link(session, view):
    query = {} if view == "players" else {"view": view}
    session.open("gan", **query)
    assert session.warnings == []
    assert session.data["address"] == query
    assert session.sentence and (session.data["handles"] or session.data["runner"])
    for tab in ("Formulas", "Often said", "Code", "Sources", "Data", "Export"):
        session.at.session_state["gan:below"] = tab
        session.run()
    session.at.session_state["gan:below"] = "Data"
    session.run()
    assert len(session.at.dataframe) == 1


def test_turns_go_on_and_are_taken_back(session):
    session.open("gan", view="training").move(**{"train.b": 5}).move(**{"train.d": 7})
    assert session.data["address"]["turns"] == "b5d2"
    assert session.data["runner"]["at"] == 7
    there = session.data["figure"]["data"]
    session.move(**{"train.g": 8}).move(**{"train.g": 3}).move(**{"train.b": 5}).move(**{"train.d": 7})
    for before, after in zip(there, session.data["figure"]["data"], strict=True):
        assert np.array_equal(before["y"], after["y"], equal_nan=True), before["name"]
    assert session.channel.runs
    session.move(rate_g=0.01)
    assert not session.channel.runs
    for wrong in (-1, 1e9, "b", None, float("nan")):
        session.move(**{"train.b": wrong})
        assert session.data["address"]["turns"] == "b5d2"


def test_turns_are_heard_of_a_view_that_offers_them_alone(session):
    session.open("gan").move(**{"train.b": 5})
    assert session.data["address"] == {}
    assert not session.channel.runs


def test_a_long_training_is_bounded_while_the_hand_moves_and_whole_at_rest(session, monkeypatch):
    quick = model.QUICK
    monkeypatch.setattr(model, "QUICK", 0.0)
    session.open("gan", view="training").move(**{"train.b": 30})
    assert session.data["runner"]["at"] == 0
    assert any("0 of 30 turns" in note for note in session.data["notes"])
    monkeypatch.setattr(model, "QUICK", quick)
    session.send(**{"train.b": 30})
    assert session.data["runner"]["at"] == 30


def test_a_training_is_told_in_words(view_of):
    page = Gan(view_of("gan", view="training", turns="bbddg"))
    sentence = page.picture().sentence
    assert sentence.startswith("After 5 turns (both 2, D alone 2, G alone 1) G covers")
    assert [*page.table()["learns"]] == [*"bbddg"]
    assert np.isnan(page.table()["G loss"][2:4]).all()
    assert len(page.picture().readouts[0].rows) == page.view["modes"]
    assert "left the numbers at turn 5" in story(replace(page.trained(lambda: False), diverged=True))


DIVERGES = {"view": "training", "game": "least_squares", "optimiser": "sgd", "rate_g": "10", "rate_d": "10"}


def test_a_training_that_leaves_the_numbers_ends_there(session):
    session.open("gan", **DIVERGES, turns="b200")
    end = session.data["runner"]["at"]
    assert 0 < end < 200 and "left the numbers" in session.sentence
    assert session.data["runner"]["length"] == end
    assert session.data["address"]["turns"] == f"b{end}"
    session.send(**{"train.g": end + 1})
    assert session.data["address"]["turns"] == f"b{end}"
    session.move(**{"train.b": 2})
    assert (session.data["runner"]["at"], session.data["runner"]["length"]) == (2, MOST)


def test_while_it_is_asked_nothing_on_screen_tells_the_answer(view_of):
    for preset in PREDICTED.values():
        page = Gan(view_of("gan", **preset.prediction.before))
        if page.kind == "players":
            assert page.rules.method == preset.values["method"]
        page.view.guide = (preset.title, "")
        asked = page.picture()
        page.view.guide = (preset.title, preset.prediction.options[0])
        told = page.picture()
        if page.kind != "training":  # where nothing is trained yet
            assert not asked.readouts and told.readouts
            assert drawn(asked) < drawn(told)


def drawn(picture):
    return sum(int(np.isfinite(np.array(trace["y"], float)).sum()) for trace in picture.figure["data"])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "pays 2 log 2 = 1.39."),
        ({"game": "least_squares"}, "pays 0.25."),
        ({"game": "hinge"}, "pays 2.00."),
        ({"game": "wasserstein"}, "pays 0."),
        ({"game": "wasserstein", "stabiliser": "gradient_penalty", "strength": 3.0}, "pays 1.50."),
    ],
    ids=str,
)
def test_what_is_often_said_is_set_right_for_the_game_on_screen(session, settings, said):
    session.open("gan", **{name: str(value) for name, value in settings.items()})
    session.at.session_state["gan:below"] = "Often said"
    session.run()
    assert any(said in text.value for text in session.at.markdown)


def test_a_push_has_its_sign(view_of):
    sentence = Gan(view_of("gan", view="saturation", at=4.59512)).picture().sentence
    assert sentence.endswith("and Wasserstein 1.00; down by: Least squares 3.60.")
    sentence = Gan(view_of("gan", view="saturation", at=-4.59512, side="fake")).picture().sentence
    assert "pushed up by: Least squares 4.60; down by: " in sentence and sentence.endswith("not by: Hinge.")


DRAGS = [
    ({}, {"start.0": [-0.5, 1.2]}, ("theta", "psi")),
    ({}, {"start": [2.0, -1.0]}, ("theta", "psi")),
    ({}, {"rate": 0.5}, ("rate",)),
    ({}, {"momentum": -0.4}, ("momentum",)),
    ({"stabiliser": "r1"}, {"strength": 1.5}, ("strength",)),
    ({}, {"playhead": 17}, ("playhead",)),
    ({"view": "training"}, {"train.b": 7}, ("turns",)),
    ({"view": "training", "turns": "b9"}, {"train.g": 10}, ("turns",)),
    ({"view": "training"}, {"rate_d": 0.01}, ("rate_d",)),
    ({"view": "saturation"}, {"at.0": [2.5, 0.0]}, ("at",)),
]


@pytest.mark.parametrize(("query", "values", "changed"), DRAGS, ids=str)
def test_what_moves_is_answered_without_streamlit_and_stays(session, without_streamlit, query, values, changed):
    opening = session.open("gan", **query).picture
    with without_streamlit():
        session.move(**values)
    answer = session.picture
    assert answer != opening
    assert session.data["address"].keys() == {*query, *changed}
    assert session.run().picture == answer
    assert session.warnings == []


def test_the_slider_of_modes_says_how_many_a_grid_has(session):
    session.open("gan", view="training", arrangement="grid")
    assert session.control("modes").label == "Modes: a grid has 4"
    assert len(session.data["readouts"][0]["rows"]) == 4


def test_a_slider_without_effect_is_not_there(session):
    names = lambda: {control["name"] for control in session.data["controls"]}  # noqa: E731
    session.open("gan")
    assert names() == {"rate", "momentum", "steps"}
    session.open("curves").open("gan", stabiliser="clipping", method="optimistic")
    assert names() == {"rate", "strength", "steps"}
    assert session.control("strength").label == "Clipping c"


def test_noise_on_a_loss_with_kinks_is_left_out_with_a_note(session):
    session.open("gan", game="hinge", stabiliser="noise")
    assert any("kinks" in warning for warning in session.warnings)
    assert session.data["address"] == {"game": "hinge"}
    session.move(address={"parameters": {"game": "hinge", "stabiliser": "noise"}})
    assert any("not exact" in note for note in session.data["notes"])


@pytest.mark.parametrize(
    "query",
    [
        {"view": "../../etc/passwd"},
        {"game": "chess"},
        {"rate": "nan"},
        {"theta": "1e400", "psi": "<script>"},
        {"steps": "-1", "momentum": "2"},
        {"view": "saturation", "at": "inf", "side": "outer"},
        {"view": "training", "turns": "b99999"},
        {"view": "training", "turns": "b4000d4000"},
        {"view": "training", "turns": "x3", "rate_g": "0"},
    ],
    ids=str,
)
def test_a_hostile_link_opens_the_default_with_a_note(session, query):
    session.open("gan", **query)
    assert session.warnings
    assert session.data["address"].keys() <= {"view"}


EXTREMES = [
    {"rate": 100.0, "steps": 2000, "theta": 100.0, "psi": -100.0},
    {"rate": 100.0, "game": "least_squares", "theta": 100.0, "psi": 100.0, "steps": 50},
    {"theta": 0.0, "psi": 0.0, "reach": 0.1},
    {"steps": 0},
    {"strength": 100.0, "stabiliser": "consensus", "steps": 300, "rate": 5.0},
    {"strength": 0.0, "stabiliser": "clipping"},
    {"strength": 100.0, "stabiliser": "noise", "steps": 30},
    {"stabiliser": "gradient_penalty", "reach": 200.0},
    {"view": "saturation", "at": 20.0},
    {"view": "training"},
    *({"view": "training", "arrangement": way, "modes": 9, "turns": "bdg"} for way in ("ring", "grid")),
    {"view": "training", "arrangement": "ring", "modes": 1, "game": "wasserstein", "rate_d": 10.0, "turns": "d" * 9},
    {"view": "training", "turns": "b" * 8, "game": "wasserstein", "optimiser": "sgd", "rate_d": 10.0, "rate_g": 10.0},
    {"view": "training", "turns": "dddg", "modes": 1, "width": 0.05, "penalty": "clipping", "weight": 0.0},
    {"view": "training", "turns": "b" * 5, "modes": 9, "penalty": "noise", "weight": 100.0},
    {"view": "saturation", "at": -20.0, "side": "real"},
]


def assert_sound(page):
    picture = page.picture()
    sent = json.loads(Encoder().json(sendable(picture)))
    assert picture.sentence in picture.alt
    assert "nan" not in picture.sentence and "inf" not in picture.sentence
    assert sent["handles"] or sent["runner"]
    for handle in picture.handles:
        trace = carrying(picture.figure, handle.carried)
        assert len(trace["x"]) == len(trace["y"]) >= 1
    for trace in picture.figure["data"]:
        assert trace["type"] == "scatter"
        assert trace["mode"] in ("lines", "markers"), "what is painted by hand while something moves"
    lengths = {len(column) for column in page.table().values()}
    assert len(lengths) == 1


@pytest.mark.parametrize("settings", EXTREMES, ids=str)
def test_extremes_are_drawn(view_of, settings):
    assert_sound(Gan(view_of("gan", **settings)))


def test_every_game_under_every_rule_is_drawn(view_of):
    for game in GAMES:
        for method in METHODS:
            for stabiliser in STABILISERS:
                page = Gan(view_of("gan", game=game, method=method, stabiliser=stabiliser, steps=3, momentum=0.3))
                if stabiliser in page.stabilisers():
                    assert_sound(page)


def test_a_diverged_game_says_so(view_of):
    page = Gan(view_of("gan", rate=100.0, game="wasserstein", steps=1000))
    picture = page.picture()
    assert "leaves all numbers at step" in picture.sentence
    assert np.isnan(page.table()["θ"][-1])


def test_the_picture_says_what_the_linearised_game_says(view_of):
    page = Gan(view_of("gan", stabiliser="r1", strength=0.5))
    found = stability(page.rules)
    (nearby,) = page.picture().readouts
    assert [row.cells[1] for row in nearby.rows[:3]] == [
        written(found.flow),
        written(found.steps),
        f"{found.growth:.5f}",
    ]
    assert [row.cells for row in nearby.rows[3:]] == [
        ("γ, to settle", "0.5", "0.05 to 10.0"),
        ("rate h, to settle", "0.2", "at most 2.00"),
        ("γ, no turning", "0.5", "from 1.00"),
    ]
    (nearby,) = Gan(view_of("gan", method="alternating")).picture().readouts
    assert nearby.rows[-1].cells == ("rate h, to go round", "0.2", "at most 4.00")
    (nearby,) = Gan(view_of("gan")).picture().readouts
    assert nearby.rows[-1].cells == ("rate h, to settle", "0.2", "none does")
    assert "goes to and fro, and out" in Gan(view_of("gan", stabiliser="r1", strength=2.5, rate=1.0)).picture().sentence
    assert "stays where it is" in Gan(view_of("gan", stabiliser="clipping", strength=0.0)).picture().sentence
    assert written(np.array([0.5j, -0.5j])) == "±0.5i"
    assert written(np.array([1 + 0.25j, 1 - 0.25j, 0.5, 0.5])) == "1.00 ± 0.25i, 0.5"


def test_a_turn_that_stands_alone_is_a_dot(view_of):
    data = Gan(view_of("gan", view="training", turns="dddgdd")).picture().figure["data"]
    dots = {trace["name"]: trace["x"].tolist() for trace in data if trace.get("mode") == "markers"}
    assert dots == {"loss of G": [4], "loss of D": [], "G’s gradient": [4]}
    assert np.isfinite(next(trace["y"][0] for trace in data if trace.get("mode") == "markers"))


def test_the_settings_file_is_enough_to_play_again(view_of):
    page = Gan(view_of("gan", stabiliser="r2", method="alternating", theta=0.3, momentum=0.2))
    told = record(page)
    assert told["rules"] == {
        "game": "minimax", "method": "alternating", "learning_rate": 0.2, "stabiliser": "r2", "strength": 0.5, "momentum": 0.2,
    }  # fmt: skip
    assert (told["start"], told["steps"]) == ((0.3, 0.0), 200)
    assert record(Gan(view_of("gan", view="saturation")))["output"] == FIELDS["at"].default


def marks(picture, axis):
    """The critical eigenvalues and those of now, in a panel."""
    return [
        np.asarray(trace["x"]) + 1j * np.asarray(trace["y"])
        for trace in picture.figure["data"]
        if trace.get("xaxis") == axis and trace["mode"] == "markers"
    ]


def test_critical_eigenvalues_are_marked_where_the_settings_reach_them(view_of):
    settings = {"game": "wasserstein", "method": "extragradient", "stabiliser": "r1", "strength": 0.7, "rate": 0.3}
    page = Gan(view_of("gan", **settings))
    (meeting, flow), (crossing, _) = (marks(page.picture(), axis) for axis in ("x2", "x3"))
    np.testing.assert_allclose(meeting, -1, atol=1e-7)
    assert np.abs(crossing).max() == pytest.approx(1)
    assert not np.allclose(flow, meeting)
    page.view.set(strength=2.0, rate=stability(page.rules).largest_step)
    np.testing.assert_allclose(marks(page.picture(), "x2")[1], meeting, atol=1e-6)
    page.view.set(strength=0.7)
    page.view.set(rate=stability(page.rules).largest_step)
    np.testing.assert_allclose(marks(page.picture(), "x3")[1], crossing, atol=1e-9)


def test_where_no_setting_is_critical_no_place_is_marked(view_of):
    page = Gan(view_of("gan", game="wasserstein", method="simultaneous", stabiliser="none"))
    assert [len(marks(page.picture(), axis)[0]) for axis in ("x2", "x3")] == [0, 0]
