"""The page of outliers: its opening, its presets, every data set under every loss, hands and hostile links."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.settings.address import MOST_NOTES
from losses import LOSSES
from losses.data.datasets import DATASETS
from tests.conftest import PRESETS
from tests.presets import SET_WHOLE

REGRESSION = [key for key, loss in LOSSES.items() if loss.family == "regression"]
FIVES = [REGRESSION[at : at + 5] for at in range(0, len(REGRESSION), 5)]  # as many as a page shows at once
CLEAN = {"data": "line", "moves": ""}


def slopes(session):
    return {name: row["slope"] for name, row in session.table().items()}


def intercepts(session):
    return {name: row["intercept"] for name, row in session.table().items()}


def clean(session):
    return session.open(**CLEAN)


def test_it_opens_with_the_answer(session):
    session.open()
    found = slopes(session)
    assert found["MSE"] < 0.5, "one point turns the squared-error line"
    assert found["MAE"] == pytest.approx(2, abs=0.1)
    assert found["Huber"] == pytest.approx(2, abs=0.1)
    for slope in found.values():
        assert f"{slope:.3g}"[:4].replace("-", "−") in session.sentence
    assert session.data["figure"]["data"][0]["y"][10] == -20
    assert session.warnings == []
    assert len(session.data["figure"]["data"]) == 1 + 3 * 3


def test_the_opening_matches_numpy(session):
    session.open()
    points = session.data["figure"]["data"][0]
    slope, intercept = np.polyfit(points["x"], points["y"], 1)
    assert slopes(session)["MSE"] == pytest.approx(slope, abs=0.005)
    assert intercepts(session)["MSE"] == pytest.approx(intercept, rel=0.005)


def test_an_update_is_small(session):
    session.open()
    assert len(session.text.encode()) < 15_000


@pytest.mark.parametrize(
    ("page", "preset"),
    OTHERS := [(page, preset) for page, preset in PRESETS if page not in SET_WHOLE],
    ids=[f"{page}: {preset.title}" for page, preset in OTHERS],
)
def test_presets_run_and_stand_out(page, preset, session):
    session.open(page, **{name: preset.values[name] for name in ("view",) if name in preset.values}).press(preset.title)
    assert session.example == preset.title
    assert preset.look in session.texts
    assert session.warnings == []
    assert session.data["sentence"]
    query = session.data["address"]
    sentence = session.sentence
    session.open(page, **query)
    assert session.sentence == sentence, "the link opens the same view"
    assert session.warnings == []


@pytest.mark.parametrize("losses", FIVES, ids=lambda losses: losses[0])
@pytest.mark.parametrize("data", DATASETS)
def test_every_loss_on_every_data_set(session, data, losses):
    session.open(data=data, losses=",".join(losses))
    assert session.warnings == []
    assert len(session.data["figure"]["data"][0]["x"]) == len(DATASETS[data].x)
    for name in (LOSSES[key].name for key in losses):
        if name in session.table():
            assert np.isfinite(slopes(session)[name])
            assert np.isfinite(session.table(1)[f"{name} fit"][f"{name} cost"])
        else:
            assert any(name in note for note in session.data["notes"])


@pytest.mark.parametrize("query", [{"losses": "poisson"}, {"losses": "poisson,msle", "model": "constant"}])
def test_points_that_no_chosen_loss_takes_are_shown_with_the_reason(session, query):
    session.open(**query)
    assert session.table() == {}
    assert len(session.data["notes"]) == len(query["losses"].split(","))
    assert len(session.data["figure"]["data"]) == 1


@pytest.mark.parametrize("loss", [key for key in REGRESSION if LOSSES[key].parameters])
def test_every_slider_moves_its_loss(session, loss):
    session.open(losses=loss)
    for control in session.data["controls"]:
        if "." not in control["name"] or control["name"].startswith("show."):
            continue
        ends = [control["low"], control["high"], *(limit for limit in control["limits"] if limit is not None)]
        for value in [not control["value"]] if isinstance(control["value"], bool) else ends:
            session.send(**{control["name"]: value})
            assert session.control(control["name"]).value == value
            assert session.warnings == []


def test_a_data_set_chosen_starts_afresh(session):
    session.open(count="3").at.selectbox(key="outliers:data").set_value("stars")
    session.run()
    assert session.data["address"] == {"data": "stars"}
    session.at.selectbox(key="outliers:data").set_value("line")
    session.run()
    assert session.data["address"] == {"moves": ""}
    assert session.data["figure"]["data"][0]["y"][10] == pytest.approx(20.6)
    session.at.selectbox(key="outliers:data").set_value("location")
    session.run()
    assert session.table()["MSE"]["intercept"] == pytest.approx(22)


def test_reset_goes_back_to_the_opening(session):
    opening = session.open().sentence
    session.press("Belgian phones").send(**{"huber.delta": 3.0, "points.2": [1.0, 1.0]})
    assert session.sentence != opening
    assert {"data", "huber.delta", "moves"} <= set(session.data["address"])
    session.press("Reset")
    assert session.sentence == opening
    assert session.data["address"] == {}


@pytest.mark.parametrize("way", ["move", "send"])
def test_a_point_follows_the_hand_while_it_moves_and_when_it_rests(session, way):
    session.open()
    getattr(session, way)(**{"points.0": [2.5, 7.5]})
    points = session.data["figure"]["data"][0]
    assert (points["x"][0], points["y"][0]) == (2.5, 7.5)
    assert (points["x"][10], points["y"][10]) == (10, -20), "the point moved before stays where it was put"
    assert points["marker"]["symbol"][0] == "x"
    assert session.data["address"] == {"moves": "10:10:-20,0:2.5:7.5"}


@pytest.mark.parametrize("way", ["move", "send"])
def test_points_are_added_and_taken_away(session, way):
    session.open(moves="")
    getattr(session, way)(new=[2.5, 30.0])
    assert session.data["address"] == {"moves": "11:2.5:30"}
    assert "One point lies" in session.sentence
    points = session.data["figure"]["data"][0]
    assert (points["x"][11], points["y"][11], points["marker"]["symbol"][11]) == (2.5, 30, "x")
    getattr(session, way)(**{"points.3": None, "new": [4.5, 9.0]})
    assert session.data["address"] == {"moves": "11:2.5:30,3:,12:4.5:9"}
    assert session.data["handles"][0]["rows"] == [0, 1, 2, *range(4, 13)]
    assert len(session.data["figure"]["data"][0]["x"]) == 12
    getattr(session, way)(**{"points.11": None, "points.12": None})
    assert session.data["address"] == {"moves": "3:"}


def test_an_added_point_stays_itself_while_data_that_are_drawn_grow_and_shrink(session):
    session.open(data="generated", n="50").move(new=[2.0, 30.0]).move(**{"points.45": [3.0, 33.0]})
    assert session.data["address"]["moves"] == "500:2:30,45:3:33"
    for n, known in ((51, 2), (40, 1), (50, 2)):
        session.at.slider(key="outliers:n").set_value(n)
        session.run()
        x, y = (session.data["figure"]["data"][0][axis].tolist() for axis in "xy")
        assert len(x) == n + 1
        assert (x[-1], y[-1]) == (2, 30)
        assert (3.0 in x) == (known == 2), "what was moved waits for its return"
        assert session.warnings == []


def test_other_data_have_another_thing_to_do(session):
    session.open().press("One liar")
    assert "20.6" in session.at.markdown[0].value
    session.at.selectbox(key="outliers:data").set_value("belgian_phones")
    session.run()
    assert "minutes" in session.at.markdown[0].value, "that of the example which is now on screen"
    session.at.selectbox(key="outliers:data").set_value("anscombe")
    session.run()
    assert "Drag any point" in session.at.markdown[0].value


def test_a_line_in_sight_is_left_when_the_last_one_is_chosen_no_more(session):
    session.open(**{"show.mse": "0", "show.mae": "0"})
    session.at.multiselect(key="outliers:losses").set_value(["mse", "mae"])
    session.run()
    shown = {control["name"]: control["value"] for control in session.data["controls"] if control["dash"]}
    assert shown == {"show.mse": True, "show.mae": True}
    session.move(**{"show.mse": False})
    shown = {control["name"]: control["value"] for control in session.data["controls"] if control["dash"]}
    assert shown == {"show.mse": False, "show.mae": True}


WIDEST = {"losses": "epsilon_insensitive,mse", "epsilon_insensitive.epsilon": "1.7e308"}


def test_a_link_to_what_cannot_be_drawn_opens_the_page_and_says_so(session):
    session.open(**WIDEST)
    assert "cannot be drawn" in session.data["notes"][-1]
    assert session.data["address"] == {}
    assert session.data["sentence"]


def test_what_cannot_be_drawn_leaves_the_last_picture_and_says_so(session):
    session.open(losses=WIDEST["losses"])
    before = session.sentence
    session.move(**{"epsilon_insensitive.epsilon": 1.7e308})
    assert session.data["sentence"] == before
    assert "cannot be drawn" in session.data["notes"][-1]
    session.move(**{"epsilon_insensitive.epsilon": 1.0})
    assert not any("drawn" in note for note in session.data["notes"])


def test_notes_are_put_away(session):
    session.open(moves="99999:1:1")
    assert len(session.warnings) == 1
    assert session.press("Close").warnings == []


def test_a_line_keeps_three_points(session):
    session.open(moves="")
    session.move(**{f"points.{row}": None for row in range(8)})
    assert len(session.data["figure"]["data"][0]["x"]) == 3
    session.move(**{"points.8": None}).run()
    assert len(session.data["figure"]["data"][0]["x"]) == 3
    assert session.warnings == ["At least 3 points must stay\\."]


@pytest.mark.parametrize(
    "values",
    [
        {"points.99": [1, 1]},
        {"points.-1": [1, 1]},
        {"points.x": [1, 1]},
        {"points." + "9" * 5000: [1, 1]},
        {"points.99": None},
        {"new": None},
        {"new": [1]},
        {"new.0": [1, 1]},
        {"points.1": [1]},
        {"points.1": ["a", {}]},
        {"points.1": [1e300, 0]},
        {"points.1": [10**400, 0]},
        {"count": "many"},
        {"count": 6},
        {"count": True},
        {"size": None},
        {"size": [1]},
        {"huber.delta": -1},
        {"huber.delta": 10**400},
        {"mse.half": 2},
        {"data": "stars"},
        {"notes": []},
        {"_values": {}},
        {"": 0},
    ],
    ids=lambda values: str(values)[:40],
)
@pytest.mark.parametrize("way", ["move", "send"])
def test_hostile_messages_change_nothing(session, values, way):
    opening = session.open().sentence
    getattr(session, way)(**values)
    assert session.sentence == opening
    assert session.data["address"] == {}


@pytest.mark.parametrize("way", ["move", "send"])
def test_a_refused_message_is_said_on_the_page(session, way):
    getattr(session.open(), way)(**{"points.99": [1, 1]}).run()
    assert len(session.warnings) == 1
    assert "Moved points" in session.warnings[0]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"moves": "99:1:1"}, "Moved points"),
        ({"data": "location", "moves": "55:1:1"}, "Moved points"),
        ({"moves": ",".join(f"{row}:" for row in range(9))}, "At least 3 points"),
        ({"moves": "1:nan:1"}, "moves"),
        ({"moves": "0:0:0," * 2000}, "moves"),
        ({"count": "6"}, "Outliers"),
        ({"data": "generated", "n": "4", "count": "20"}, "Outliers"),
        ({"data": "generated", "n": "100000000"}, "n"),
        ({"data": "generated", "noise": "-1"}, "noise"),
        ({"data": "csv"}, "file"),
        ({"data": "<script>"}, "data"),
        ({"losses": "mse,hinge"}, "losses"),
        ({"model": "parabola"}, "model"),
        ({"huber.delta": "0"}, "huber"),
        ({"hinge.margin": "1"}, "hinge"),
        ({"seed": "1e9"}, "seed"),
    ],
    ids=str,
)
def test_an_unusable_link_is_said_and_opens(session, query, word):
    session.open(**query)
    assert len(session.warnings) == 1
    assert word in session.warnings[0].replace("\\", "")
    assert session.data["sentence"]


SMALL = st.sampled_from(
    ["0", "1", "-1", "3", "25", "50", "500", "1e12", "-inf", "nan", "", "x", "\x00", "1:2:3", "10:5:5"]
)


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_link_opens(page, fields, session, data):
    options = {name: SMALL | st.sampled_from(getattr(field, "options", ("1",))) for name, field in fields.items()}
    query = data.draw(st.fixed_dictionaries({}, optional=options))
    session.at.session_state["page"] = "elsewhere"
    session.open(page, **query)
    assert session.data["sentence"]
    refused = []
    for name, text in query.items():
        try:
            fields[name].read(text)
        except ValueError:
            refused.append(name)
    said = " ".join(session.warnings).replace("\\", "")
    silent = [name for name in refused if f"({name}) to" not in said and f"sets {name} to" not in said]
    assert len(silent) == max(0, len(refused) - MOST_NOTES), silent
    assert not silent or f"And {len(silent)} more of the link" in said


def test_fewer_points_take_their_outliers_along(session):
    session.open(data="generated", count="20", n="50")
    session.at.slider(key="outliers:n").set_value(10)
    session.run()
    assert session.control("count").value == 0
    assert any("Outliers" in warning for warning in session.warnings)


CSV = b"time <b>,speed\n" + b"".join(f"{x},{3 * x + (x % 2)}\n".encode() for x in range(8)) + b"9,fast\n"


def test_a_visitor_sees_their_own_file(session):
    session.open(count="3", moves="0:9:9").at.get("file_uploader")[0].set_value(("my *own*.csv", CSV, "text/csv"))
    session.run()
    points = session.data["figure"]["data"][0]
    assert list(points["x"]) == list(range(8))
    assert slopes(session)["MSE"] == pytest.approx(np.polyfit(points["x"], points["y"], 1)[0], abs=0.005)
    assert session.data["figure"]["layout"]["xaxis"]["title"]["text"] == "time &lt;b&gt;"
    assert session.data["address"] == {"data": "csv"}
    assert "1 with text where a number should be" in session.captions
    assert "my *own*" not in session.captions, "its name is shown as it is, not as markup"


def test_what_is_left_out_of_a_file_is_said_whatever_is_done_to_its_points(session):
    session.open().at.get("file_uploader")[0].set_value(("mine.csv", CSV, "text/csv"))
    session.run().move(count=2)
    assert "1 with text where a number should be" in session.run().captions


def test_one_column_of_numbers_is_described_by_a_constant(session):
    session.open().at.get("file_uploader")[0].set_value(("mine.csv", b"size\n1\n2\n4\n8\n100\n", "text/csv"))
    session.run()
    assert session.data["address"] == {"data": "csv", "model": "constant"}
    # Huber's delta is 5, the spread around the median rounded: (1 + 2 + 4 + 8 + 5) / 4.
    assert session.sentence == "Values: MSE 23.0, MAE 4.00 and Huber 5.00."


def test_a_point_of_their_own_file_follows_the_hand(session, without_streamlit):
    session.open().at.get("file_uploader")[0].set_value(("mine.csv", CSV, "text/csv"))
    before = slopes(session.run())["MSE"]
    with without_streamlit():
        session.move(**{"points.7": [7.0, 70.0]})
    points = session.data["figure"]["data"][0]
    assert (points["x"][7], points["y"][7]) == (7, 70)
    assert list(points["x"]) == list(range(8))
    slope = np.polyfit(points["x"], points["y"], 1)[0]
    assert slopes(session)["MSE"] == pytest.approx(slope, abs=0.005) != before
    assert session.data["address"] == {"data": "csv", "moves": "7:7:70"}
    answer = session.picture
    assert session.run().picture == answer


def test_the_channel_follows_when_another_column_is_chosen(session):
    table = b"a,b,c\n" + b"".join(f"{x},{3 * x},{-2 * x}\n".encode() for x in range(8))
    session.open().at.get("file_uploader")[0].set_value(("mine.csv", table, "text/csv"))
    assert slopes(session.run().move(count=0))["MSE"] == 3
    next(box for box in session.at.selectbox if box.label == "y column").set_value("c")
    assert slopes(session.run().move(count=0))["MSE"] == -2


def test_an_unreadable_file_is_explained_and_the_data_stay(session):
    before = session.open().sentence
    session.at.get("file_uploader")[0].set_value(("page.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "text/csv"))
    session.run()
    assert "picture" in session.at.error[0].value
    assert session.sentence == before


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,1e300\n2,-1e300\n3,1e300\n",
        "a,b\n1e300,1\n-1e300,2\n0,3\n",
        "a,b\n1,1e-300\n2,2e-300\n3,4e-300\n",
        "a,b\n1,5\n1,6\n1,7\n",
        "a,b\n1,5\n2,5\n",
        "a,b\n1600000000,1\n1600000001,2\n1600000002,4\n",
    ],
)
def test_extreme_files_are_shown_or_refused_with_a_reason(session, text):
    session.open().at.get("file_uploader")[0].set_value(("extreme.csv", text.encode(), "text/csv"))
    session.run()
    if session.at.error:
        assert session.at.error[0].value
        return
    assert session.data["address"] == {"data": "csv"}
    assert session.table() or session.data["notes"]
