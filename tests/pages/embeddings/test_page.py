"""The page ``embeddings``: views, presets, links, drags, nonsense."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from components.live.arrays import Encoder
from components.live.picture import sendable
from components.text import number
from losses.metric.mining import MINING
from losses.metric.pull import EMBEDDING, pulled
from losses.metric.zones import OF_PAIRS, ZONES, ZONES_OF
from pages.embeddings import model
from pages.embeddings.cards import record
from pages.embeddings.model import Embeddings
from pages.embeddings.pull_figure import ASIDE, BEND, UNIT, aside, length_of
from pages.embeddings.pull_view import LETTER
from pages.embeddings.settings import COLLAPSE, MOST_TURNS, VIEWS
from pages.embeddings.training_figure import BINS, shares, span_of_distances
from pages.embeddings.training_view import story
from tests.traces import carrying


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_its_figure_and_its_tabs_and_opens_from_a_link(session, view):
    query = {} if view == "pull" else {"view": view}
    session.open("embeddings", **query)
    assert session.warnings == []
    assert session.data["address"] == query
    assert session.sentence and (session.data["handles"] or session.data["runner"])
    for tab in ("Formulas", "Often said", "Code", "Sources", "Data", "Export"):
        session.at.session_state["embeddings:below"] = tab
        session.run()
    session.at.session_state["embeddings:below"] = "Data"
    session.run()
    assert len(session.at.dataframe) == 1


DRAGS = [
    ({}, {"anchor.0": [0.5, 0.2]}, ("points",)),
    ({}, {"positive.0": [-1.0, 1.0]}, ("points",)),
    ({"negatives": "3"}, {"negatives.2": [1.5, 1.2]}, ("points",)),
    ({"circle": "1"}, {"negatives.0": [3.0, 0.5]}, ("points",)),
    ({}, {"triplet.margin": 0.3}, ("triplet.margin",)),
    ({"loss": "info_nce"}, {"info_nce.temperature": 0.5}, ("info_nce.temperature",)),
    ({}, {"negatives": 4}, ("negatives",)),
    ({"view": "train"}, {"train.turn": 7}, ("turns",)),
    ({"view": "train", "turns": "9"}, {"train.turn": 4}, ("turns",)),
    ({"view": "train", "turns": "5"}, {"triplet.margin": 0.3}, ("triplet.margin",)),
    ({"view": "train"}, {"rate": 0.1}, ("rate",)),
]


@pytest.mark.parametrize(("query", "values", "changed"), DRAGS, ids=str)
def test_what_moves_is_answered_without_streamlit_and_stays(session, without_streamlit, query, values, changed):
    opening = session.open("embeddings", **query).picture
    with without_streamlit():
        session.move(**values)
    answer = session.picture
    assert answer != opening
    assert session.data["address"].keys() == {*query, *changed}
    assert session.run().picture == answer
    assert session.warnings == []


def test_on_the_circle_a_point_goes_where_the_hand_points(session):
    session.open("embeddings", circle="1").move(**{"negatives.0": [3.0, 4.0]})
    assert session.data["address"]["points"] == "2:0.6:0.8"
    before = session.picture
    session.move(**{"negatives.0": [0.0, 0.0]})
    assert session.data["address"]["points"] == "2:0.6:0.8"
    assert session.picture == before
    (note,) = session.run().warnings
    assert note.replace("\\", "").endswith("a point at the origin has no direction, and no place on the circle.")


def test_a_point_at_the_origin_is_put_back_where_it_began_on_the_circle_and_that_is_said(session):
    session.open("embeddings", circle="1")
    usual = session.picture
    session.open("curves").open("embeddings", circle="1", points="0:0:0")
    (note,) = session.warnings
    assert (
        note.replace("\\", "")
        == "A point at the origin has no direction, and no place on the circle: it is back where it began."
    )
    assert session.data["address"] == {"circle": "1"} and session.at.toggle[0].value
    assert session.picture == usual
    assert not any("cannot be drawn" in said for said in session.data["notes"])
    session.open("curves").open("embeddings", points="0:0:0,2:1:1")
    assert session.warnings == []
    session.at.toggle[0].set_value(True)
    session.run()
    assert session.data["address"] == {"circle": "1", "points": "2:1:1"} and len(session.warnings) == 1


def test_points_that_are_not_there_are_not_moved(session):
    session.open("embeddings")
    for handle in ("negatives.9", "anchor.7", "negatives.-1", "elsewhere.0"):
        session.move(**{handle: [1.0, 1.0]})
    assert session.data["address"].keys() <= {"points"}
    assert all(int(row.partition(":")[0]) < 7 for row in session.data["address"].get("points", "0").split(","))


def test_turns_go_on_and_are_taken_back(session):
    session.open("embeddings", view="train").move(**{"train.turn": 12})
    assert session.data["runner"]["at"] == 12
    there = session.data["figure"]["data"]
    session.move(**{"train.turn": 30}).move(**{"train.turn": 3}).move(**{"train.turn": 12})
    for before, after in zip(there, session.data["figure"]["data"], strict=True):
        assert np.array_equal(before["y"], after["y"], equal_nan=True), before["name"]
    assert session.channel.runs
    session.move(rate=0.02)
    assert not session.channel.runs
    for wrong in (-1, 1e9, "b", None, float("nan"), MOST_TURNS + 1):
        session.move(**{"train.turn": wrong})
        assert session.data["address"]["turns"] == "12"


def test_turns_are_heard_of_a_view_that_offers_them_alone(session):
    session.open("embeddings").move(**{"train.turn": 5})
    assert session.data["address"] == {}
    assert not session.channel.runs


def test_a_long_training_is_bounded_while_the_hand_moves_and_whole_at_rest(session, monkeypatch):
    quick = model.QUICK
    monkeypatch.setattr(model, "QUICK", 0.0)
    session.open("embeddings", view="train").move(**{"train.turn": 30})
    assert session.data["runner"]["at"] == 0
    assert any("0 of 30 turns" in note for note in session.data["notes"])
    monkeypatch.setattr(model, "QUICK", quick)
    session.send(**{"train.turn": 30})
    assert session.data["runner"]["at"] == 30


def test_sliders_are_those_of_the_loss_on_screen(session):
    names = lambda: {control["name"] for control in session.data["controls"]}  # noqa: E731
    session.open("embeddings")
    assert names() == {"triplet.margin", "negatives"}
    session.open("curves").open("embeddings", loss="arcface")
    assert names() == {"arcface.margin", "arcface.scale", "negatives"}
    session.open("curves").open("embeddings", view="train", trained="squared_triplet")
    assert names() == {"squared_triplet.margin", "rate", "batch", "classes"}


@pytest.mark.parametrize(
    "query",
    [
        {"view": "../../etc/passwd"},
        {"loss": "chess"},
        {"points": "0:nan:1"},
        {"points": "9:1:1"},
        {"points": "0:1e400:<script>"},
        {"negatives": "0"},
        {"view": "train", "turns": "99999"},
        {"view": "train", "classes": "2", "batch": "3", "rate": "0"},
    ],
    ids=str,
)
def test_a_hostile_link_opens_the_default_with_a_note(session, query):
    session.open("embeddings", **query)
    assert session.warnings
    assert session.data["address"].keys() <= {"view"}


EXTREMES = [
    {"points": {0: (0.0, 0.0), 1: (0.0, 0.0), 2: (0.0, 0.0)}},
    {"points": {0: (1e150, -1e150), 2: (5e-324, 0.0)}},
    {"points": {0: (1e150, 1e150), 1: (-1e150, 1e150)}, "circle": True, "negatives": 5},
    {"circle": True, "points": {1: (0.0, 1.0), 2: (0.0, 1.0)}},
    {"loss": "triplet", "triplet.margin": 1e6},
    {"loss": "contrastive", "contrastive.margin": 1e6, "circle": True},
    {"loss": "arcface", "arcface.scale": 1000.0, "circle": True},
    {"loss": "info_nce", "info_nce.temperature": 1e-3, "negatives": 5},
    {"view": "train"},
    {"view": "train", "turns": 9, "batch": 4, "classes": 6},
    {"view": "train", "turns": 9, "batch": 64, "classes": 3, "mining": "all"},
    {"view": "train", "turns": 30, "trained": "squared_triplet", "optimiser": "sgd", "rate": 10.0},
    {"view": "train", "turns": 3, "triplet.margin": 1e6},
    {"view": "train", "turns": 3, "triplet.margin": 1e-3, "mining": "hard"},
]
CASES = [*EXTREMES, *({"loss": key, "circle": circle, "negatives": 2} for key in EMBEDDING for circle in (False, True))]
CASES += [{"view": "train", "mining": mining, "turns": 2} for mining in MINING]


@pytest.mark.parametrize("settings", CASES, ids=str)
def test_every_state_is_drawn(view_of, settings):
    page = Embeddings(view_of("embeddings", **settings))
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
    assert len({len(column) for column in page.table().values()}) == 1


def test_the_tables_have_the_numbers_of_the_losses(view_of):
    page = Embeddings(view_of("embeddings", negatives=2, loss="squared_triplet"))
    pairs, each = page.picture().readouts
    points = page.points
    assert [row.cells for row in pairs.rows] == [
        ("positive", "1.00", "0.447", "–"),
        ("negative 1", "1.30", "0.385", "semi-hard"),
        ("negative 2", "1.94", "−0.914", "easy"),
    ]
    found = pulled(points, {key: {} for key in EMBEDDING})
    assert len(each.rows) == len(found)
    for row, (key, of_loss) in zip(each.rows, found.items(), strict=True):
        assert row.cells[0] == ("▸ " if key == "squared_triplet" else "") + EMBEDDING[key].short
        assert float(row.cells[1].replace("−", "-")) == pytest.approx(of_loss.value, rel=5e-3)
    columns = page.table()
    assert columns["point"].tolist() == ["anchor", "positive", "negative 1", "negative 2"]
    np.testing.assert_allclose(columns["N-pair pull x"], found["n_pair"].pulls[:, 0], rtol=1e-12)


def test_a_pair_within_its_own_margin_is_pushed_in_words_table_and_picture(view_of):
    page = Embeddings(
        view_of("embeddings", loss="contrastive", points={2: (-1.6, -0.5)}, **{"contrastive.margin": 3.0})
    )
    picture = page.picture()
    assert picture.sentence.startswith("The negative is pushed: 2.19 away")
    assert np.hypot(*page.scene().found["contrastive"].pulls[2]) == pytest.approx(2 * (3 - np.hypot(1.6, 1.5)))
    assert picture.readouts[0].rows[1].cells[-1] == "pushed"
    assert page.table()["zone"].tolist() == ["", "", "pushed"]
    assert {"pushed", "free"} & {label.text for label in picture.labels}
    assert any("the margin, 3, is pushed" in note for note in picture.notes)


@pytest.mark.parametrize("key", EMBEDDING)
def test_zones_are_told_of_losses_that_have_them_alone(view_of, key):
    page = Embeddings(view_of("embeddings", loss=key, negatives=2))
    picture = page.picture()
    words = {label.text for label in picture.labels} & {*ZONES, *OF_PAIRS}
    ends = [trace for trace in picture.figure["data"] if trace.get("name", "").endswith("ends")]
    told = [row.cells[-1] for row in picture.readouts[0].rows[1:]]
    if key in ZONES_OF:
        assert words and words <= {*ZONES_OF[key]} and ends and "zones" in picture.alt
        assert told == [*page.scene().zones] and {*told} <= {*ZONES_OF[key]}
    else:
        assert not words and not ends and "zones" not in picture.alt
        assert told == ["–", "–"]
        assert not any(f"is {zone}" in picture.sentence for zone in (*ZONES, *OF_PAIRS))
        assert any(f"{EMBEDDING[key].name} has no zones" in note for note in picture.notes)


@pytest.mark.parametrize("circle", [False, True])
@pytest.mark.parametrize("key", EMBEDDING)
@pytest.mark.parametrize("place", [(0.5, 0.6), (-1.2, 0.5), (0.0, 1.0)])
def test_the_push_that_is_drawn_is_that_of_the_table(view_of, key, circle, place):
    page = Embeddings(view_of("embeddings", loss=key, circle=circle, points={0: (0.1, 1.0), 2: place}))
    picture, scene = page.picture(), page.scene()
    drawn = [trace for trace in picture.figure["data"] if trace.get("yaxis") == "y3" and trace["mode"] == "markers"]
    away = scene.points[2] - scene.points[0]
    outwards = away / np.hypot(*away)
    if circle:
        outwards -= outwards @ scene.points[2] * scene.points[2]
        outwards /= np.hypot(*outwards)
    assert drawn[0]["y"][0] == pytest.approx(scene.found[key].pulls[2] @ outwards, abs=0.02)


@pytest.mark.parametrize("key", ["contrastive", "triplet", "squared_triplet"])
def test_on_the_anchor_nothing_is_pushed_on_the_circle_either(view_of, key):
    for place in ((0.1, 1.0), (0.6, -0.8), (-0.3, 0.2)):
        page = Embeddings(view_of("embeddings", loss=key, circle=True, points={0: place, 2: place}))
        drawn = [trace for trace in page.picture().figure["data"] if trace.get("yaxis") == "y3"]
        assert [trace["y"][0] for trace in drawn if trace["mode"] == "markers"] == [0]
        assert drawn[0]["y"][0] == 0


@pytest.mark.parametrize("circle", [False, True])
def test_with_several_negatives_axis_and_sentence_say_which_is_meant(view_of, circle):
    for negatives, first in ((1, "negative"), (5, "negative 1")):
        page = Embeddings(view_of("embeddings", loss="info_nce", circle=circle, negatives=negatives))
        picture = page.picture()
        title = picture.figure["layout"]["xaxis3"]["title"]["text"]
        assert title == (f"angle from anchor to {first} (°)" if circle else f"distance from anchor to {first}")
        assert picture.readouts[1].columns[-1] == first
    nearest = 1 + page.scene().distances[1:].argmin()
    assert picture.sentence.startswith(f"Negative {nearest}, the nearest of 5, is ")
    assert len(picture.sentence) <= 160


def test_arrows_grow_with_small_pulls_and_with_the_logarithm_of_large_ones():
    pulls = np.array([[0.001, 0.0], [0.0, 1000.0], [0.0, 0.0]])
    lengths = np.hypot(*length_of(pulls).T)
    assert lengths[0] == pytest.approx(UNIT * BEND * 0.001, rel=1e-5)
    assert lengths[1] == pytest.approx(UNIT * np.log(2 * BEND * 1000), rel=1e-5)
    assert lengths[2] == 0


def test_arrows_of_two_that_are_pulled_to_each_other_lie_side_by_side(view_of):
    page = Embeddings(view_of("embeddings", loss="contrastive"))
    data = {trace.get("name"): trace for trace in page.picture().figure["data"]}
    starts = [np.array([data[f"pull on {role}"][axis][0] for axis in "xy"]) for role in ("anchor", "positive")]
    way = page.points[1] - page.points[0]
    across = np.array([way[1], -way[0]]) / np.hypot(*way)
    apart = [(start - point) @ across for start, point in zip(starts, page.points, strict=False)]
    assert apart == pytest.approx([ASIDE, -ASIDE]), "each on its right"
    assert [(start - point) @ way for start, point in zip(starts, page.points, strict=False)] == pytest.approx([0, 0])


def test_other_arrows_begin_at_their_points():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    facing = np.array([[1.0, 0.0], [-2.0, 0.0], [0.0, 0.0]])
    assert aside(points, facing).tolist() == [[0, -ASIDE], [0, ASIDE], [0, 0]]
    for other in (
        [[-1, 0], [1, 0], [0, 1]],
        [[1, 0], [1, 0], [0, 1]],
        [[0, -1], [-1, 0], [0, 1]],
        [[0, 0], [-1, 0], [0, 0]],
    ):
        assert not aside(points, np.array(other, float)).any()
    assert not aside(points * 0, facing).any()
    assert not aside(points, facing * np.nan).any()
    turned = aside(points, np.array([[1.0, 0.1], [-2.0, 0.0], [0.0, 0.0]]))
    assert 0 < np.hypot(*turned[0]) < ASIDE, "they part as they come to lie on each other"


def test_names_of_zones_are_clear_of_points_and_arrows(view_of):
    for degrees in range(0, 360, 15):
        for key in ("contrastive", "triplet"):
            turn = np.radians(degrees)
            places = {0: (0.0, 0.2), 1: (0.8, 0.5), 2: (1.3 * np.cos(turn), 0.2 + 1.3 * np.sin(turn))}
            page = Embeddings(view_of("embeddings", loss=key, points=places))
            named = [label for label in page.picture().labels if label.text in (*ZONES, *OF_PAIRS)]
            assert named and all(label.line is None for label in named), "so that they make room for names of points"
            middles = np.array([(label.x + LETTER * (len(label.text) + 1), label.y) for label in named])
            away = middles - page.points[0]
            beside = np.array([*(page.points[1:] - page.points[0]), page.scene().found[key].pulls[0]])
            cosines = away @ beside.T / np.outer(np.hypot(*away.T), np.maximum(np.hypot(*beside.T), 1e-9))
            assert cosines.max() < np.cos(np.radians(30))


def test_no_line_strikes_through_margin_or_loss(view_of, monkeypatch):
    monkeypatch.setattr(model, "QUICK", 60.0)
    for changes, above in (({"turns": 60}, False), ({**COLLAPSE, "turns": 60}, True)):
        picture = Embeddings(view_of("embeddings", **{"view": "train", **changes})).picture()
        margin, loss = (next(each for each in picture.labels if each.text == text) for text in ("margin", "loss"))
        assert margin.x == picture.figure["layout"]["xaxis3"]["range"][1]
        assert (loss.line, margin.line) == ((-1, 1) if above else (None, -1))


def test_a_training_is_told_in_words(view_of):
    page = Embeddings(view_of("embeddings", view="train", turns=5, batch=4, classes=6))
    picture, shown = page.picture(), page.trained(lambda: False)
    assert picture.sentence.startswith("After 5 turns recall@1 on new points is ")
    assert any("had no triplet to mine" in note for note in picture.notes) == bool(np.isnan(shown.losses).any())
    assert "left the numbers at turn 5" in story(replace(shown, diverged=True))
    assert "Collapsed: after 5 turns" in story(replace(shown, collapsed=True))
    assert "Nothing is learned yet" in Embeddings(view_of("embeddings", view="train")).picture().sentence


def test_a_large_margin_is_no_collapse(view_of):
    settings = {"view": "train", "triplet.margin": 30.0, "turns": 12}
    assert Embeddings(view_of("embeddings", **settings)).picture().sentence.startswith("After 12 turns recall@1")


def test_a_collapse_says_how_small_distances_are_and_what_recall_still_sees(view_of, monkeypatch):
    monkeypatch.setattr(model, "QUICK", 60.0)
    settings = {**COLLAPSE, "rate": 0.1, "turns": 80}
    page = Embeddings(view_of("embeddings", **settings))
    picture, shown = page.picture(), page.trained(lambda: False)
    assert shown.collapsed and shown.recalls[1] > 0.2
    mean = pdist(shown.new).mean()
    assert f"all points are at one place, {number(mean)} apart" in picture.sentence
    assert f"Recall@1, {number(100 * shown.recalls[1])} %, goes by order alone" in picture.sentence
    assert any("their order outlives a collapse" in note for note in picture.notes)
    longest = replace(shown, losses=np.full(2000, 0.123), within=np.array([1.23e-10]), between=np.array([1.23e-10]))
    assert len(story(longest)) <= 160
    settings["mining"] = "semi_hard"
    assert not any("outlives" in note for note in Embeddings(view_of("embeddings", **settings)).picture().notes)


def test_histograms_are_shares_of_pairs(view_of):
    shown = Embeddings(view_of("embeddings", view="train", turns=20)).trained(lambda: False)
    for distances in (shown.within, shown.between):
        heights = shares(distances, span_of_distances(shown))
        assert len(heights) == BINS
        assert heights.sum() == pytest.approx(1)


def test_the_settings_file_is_enough_to_compute_it_again(view_of):
    page = Embeddings(view_of("embeddings", loss="info_nce", negatives=2))
    told = record(page)
    again = pulled(np.array(told["points"]), told["losses"], told["on the circle"])
    assert again["info_nce"].value == pytest.approx(page.scene().found["info_nce"].value, rel=1e-12)
    assert record(Embeddings(view_of("embeddings", view="train", turns=3)))["plan"]["mining"] == "semi_hard"
