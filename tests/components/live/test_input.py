"""What is heard of a message: what was offered, typed; nonsense only as what no setting takes."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from components.live.input import LONGEST_STROKE, NO_ROW, Input, Offer, Stroke, read_input
from components.settings.fields import Flag, Moves, Number

OFFER = Offer(
    {"huber.delta", "count", "lead"}, {"points", "lead", "at"}, {"points"}, {"new", "other"}, "start", player=True
)
NOTHING = Input()


def heard(offer=OFFER, /, **values):
    return read_input(json.loads(json.dumps(values)), offer)


@pytest.mark.parametrize(("sent", "value"), [(3, 3.0), (0.5, 0.5), (True, True), (False, False), (-0.0, 0.0)])
def test_a_slider_is_a_number_or_a_switch(sent, value):
    found = heard(**{"huber.delta": sent}).sliders["huber.delta"]
    assert (found, type(found)) == (value, type(value))


def test_what_is_infinite_travels_as_text():
    assert heard(count="-Infinity").sliders == {"count": -math.inf}
    assert heard(count="Infinity").sliders == {"count": math.inf}


@pytest.mark.parametrize("sent", [None, "3", "many", [1], [], {}, {"a": 1}, 10**400, -(10**400), math.nan])
def test_a_slider_that_is_no_number_is_nothing_that_a_setting_takes(sent):
    value = heard(count=sent).sliders["count"]
    assert math.isnan(value)
    for field in (Number(0, -math.inf, math.inf), Number(None, 0, 1), Number(0, 0, 9, whole=True), Flag(), Flag(None)):
        with pytest.raises(ValueError, match=r"number|true"):
            field.check(value)


def test_moved_points_are_by_row():
    hand = heard(**{"points.3": [1, 2.5], "points.10": [-1, 0], "at.0": [7, 0], "lead.2": [8, 9]})
    assert hand.places["points"] == hand.by_row("points") == {3: (1.0, 2.5), 10: (-1.0, 0.0)}
    assert hand.point("at") == (7, 0)
    assert hand.point("lead", 2) == (8, 9)
    assert hand.point("lead") is hand.point("start") is hand.playhead is None
    assert hand.sliders == {}


@pytest.mark.parametrize("place", [1, "12", [], [1], [1, 2, 3], {}, ["1", 2], [True, 0], [[], 0], [10**400, 0]])
def test_a_place_that_is_none_is_nothing_that_a_setting_takes(place):
    moves = heard(**{"points.3": place}).by_row("points")
    assert math.isnan(moves[3][0])
    with pytest.raises(ValueError, match="coordinates"):
        Moves().check(moves)


def test_points_are_taken_away_where_new_ones_can_come():
    hand = heard(**{"points.3": None, "points.4": [1, 2], "lead.0": None, "at.x": None})
    assert hand.places["points"] == {3: None, 4: (1, 2)}
    assert hand.by_row("points") == {4: (1, 2)}
    assert math.isnan(hand.point("lead")[0]), "nothing may be taken away there"
    assert hand.edits
    assert not heard(**{"at.0": [1, 2], "count": 3}).edits


def test_what_was_done_to_points_adds_up():
    before = {2: (0.0, 0.0), 5: None, 11: (1.0, 1.0), 12: (2.0, 2.0)}
    hand = heard(**{"points.2": None, "points.11": None, "points.5": [3, 3], "new": [4, 4]})
    assert hand.edited(before, {"new": 11}) == {2: None, 5: (3, 3), 12: (2, 2), 13: (4, 4)}
    assert heard(new=[4, 4]).edited({}, {"new": 11}) == {11: (4, 4)}


def test_points_of_several_kinds_are_numbered_apart():
    first = {"new": 40, "other": 41}
    after = heard(other=[1, 1]).edited({}, first)
    after = heard(other=[2, 2], new=[3, 3]).edited(after, first)
    assert after == {41: (1, 1), 43: (2, 2), 40: (3, 3)}


@pytest.mark.parametrize("row", ["x", "-1", "", " 1", "1.0", "²", "٣", "9" * 10, "9" * 5000])
def test_a_row_that_is_none_is_nothing_that_a_setting_takes(row):
    moves = heard(**{f"points.{row}": [1, 2]}).by_row("points")
    assert moves == ({NO_ROW: (1, 2)} if "." not in row else {})
    if moves:
        with pytest.raises(ValueError, match="in rows"):
            Moves().check(moves)


def test_a_pick_and_a_drag_of_one_name_are_one_point_and_the_drag_is_later():
    assert heard(start=[1, 2]).point("start") == (1, 2)
    for values in ({"start": [1, 2], "start.0": [3, 4]}, {"start.0": [3, 4], "start": [1, 2]}):
        assert heard(**values).point("start") == (3, 4)
    assert heard(**{"start.1": [3, 4]}).point("start") is None


@pytest.mark.parametrize(("sent", "step"), [(0, 0), (7, 7), (1.5, 1.5)])
def test_the_playhead_is_a_number(sent, step):
    assert heard(playhead=sent).playhead == step


@pytest.mark.parametrize("sent", [None, "7", [1], True, {}])
def test_a_playhead_that_is_no_number_is_nothing_that_a_setting_takes(sent):
    assert math.isnan(heard(playhead=sent).playhead)


@pytest.mark.parametrize(
    "values",
    [
        {"delta": 1},
        {"_values": {}},
        {"": 0},
        {".": 0},
        {"points": [1, 2]},
        {"at": [1, 2]},
        {"huber.delta.0": [1, 2]},
        {"humps.0": [1, 2]},
        {".0": [1, 2]},
    ],
    ids=str,
)
def test_what_was_not_offered_is_not_heard(values):
    assert heard(**values) == NOTHING
    assert heard(Offer(), **values, start=[1, 2], playhead=3, count=1) == NOTHING


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text() | some.just(10**400),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES = [
    "new",
    "huber.delta",
    "count",
    "lead",
    "lead.0",
    "points.0",
    "points.x",
    "points.",
    "start",
    "start.0",
    "playhead",
]


@given(some.dictionaries(some.sampled_from(NAMES) | some.text(max_size=5), JSON))
def test_whatever_is_sent_a_page_meets_numbers_alone(values):
    hand = read_input(values, OFFER)
    assert hand.sliders.keys() <= OFFER.sliders
    assert {type(value) for value in hand.sliders.values()} <= {bool, float}
    assert hand.places.keys() <= OFFER.handles | {"start"}
    for points in hand.places.values():
        for row, place in points.items():
            assert type(row) is int
            assert place is None or [type(part) for part in place] == [float, float]
    assert type(hand.playhead) is (float if "playhead" in values else type(None))


PAINTING = Offer(brush="mask")


def test_strokes_come_in_the_order_of_their_numbers():
    hand = heard(
        PAINTING,
        **{"mask.10": {"path": [[9, 9]], "erase": True}, "mask.2": {"path": [[1, 2.5], [3, 4]], "erase": False}},
    )
    assert hand.strokes == (Stroke(((1.0, 2.5), (3.0, 4.0)), False), Stroke(((9.0, 9.0),), True))
    assert heard(**{"mask.1": {"path": [[1, 2]], "erase": False}}) == NOTHING, "of a brush that was not offered"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        1,
        [],
        {},
        {"path": [], "erase": False},
        {"path": [[1, 2]]},
        {"path": [[1, 2]], "erase": 1},
        {"path": {"0": [1, 2]}, "erase": False},
        {"path": [[1, 2]] * (LONGEST_STROKE + 1), "erase": False},
        {"path": [[1, "2"]], "erase": False},
    ],
    ids=lambda sent: str(sent)[:30],
)
def test_a_stroke_that_is_none_leads_nowhere(sent):
    (stroke,) = heard(PAINTING, **{"mask.1": sent}).strokes
    assert math.isnan(sum(sum(place) for place in stroke.path))
