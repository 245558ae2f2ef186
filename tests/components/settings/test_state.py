"""Settings of a page: whatever a link or a browser sends, a page has usable values and says what it dropped."""

from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.settings import view as state
from components.settings.address import LONGEST, MOST_NOTES, read, shortened
from components.settings.fields import Choice, Flag, Moves, Number, Several
from components.settings.shares import Shares
from components.settings.view import View
from losses.game.training import TURNS
from pages.gan.turns import Turns
from pages.overlap.painted import Painted, written

HOSTILE = (
    *(
        "",
        " ",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "1e400",
        "-1e400",
        "1" * 400,
        "0x10",
        "1_0",
        "1,5",
        "٣",
        "²",
        "--1",
        "True",
    ),
    *("null", "[]", "{}", "<script>alert(1)</script>", "'; DROP TABLE", "../../etc/passwd", "%00", "\x00", "a\r\nb"),
    *(
        "0:1",
        "0:1:2:3",
        ":::",
        "-1:0:0",
        "1.5:0:0",
        "0:nan:0",
        "0:inf:0",
        "99999999999:0:0",
        "mse,,mae",
        "mse,mse",
        ",",
    ),
    *("\u202eevil", "x" * LONGEST, "x" * (LONGEST + 1), "1:1:1," * LONGEST, "9" * (LONGEST + 1)),
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(),
    st.binary().map(lambda data: data.decode("latin-1")),
    st.floats().map(repr),
    st.integers().map(str),
    st.lists(st.sampled_from([*"0123456789:,.-eE", "mse", "nan"]), max_size=40).map("".join),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
places = st.tuples(st.floats(-1e150, 1e150), st.floats(-1e150, 1e150))
SAMPLES = (
    Number(1.0, -2.5, 1e6),
    Number(3, 0, 50, whole=True),
    Number(None, float("-inf"), 2.0),
    Flag(),
    Flag(None),
    Choice("a", ("a", "b c")),
    Several(("a",), ("a", "b", "c"), most=2),
    Moves(),
    Moves(default={1: (2.0, 3.0)}, most=2, rows=5),
    Shares((0.2, 0.8)),
)
masks = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).random((32, 32)) < 0.5)
SIMPLE = {
    Flag: st.booleans(),
    Turns: st.text("".join(TURNS), max_size=30),
    Painted: st.just("") | masks.map(written),
}


def values_of(field):
    """Any value that a field may take."""
    if isinstance(field, Number):
        if field.whole:
            return st.integers(int(field.low), int(field.high))
        finite = st.floats(max(field.low, -1e308), min(field.high, 1e308))
        return finite if field.low > -1e308 else finite | st.just(field.low)
    if isinstance(field, Shares):
        heights = st.lists(st.floats(0, 1e308), min_size=len(field.default), max_size=len(field.default))
        return heights.filter(any).map(field.check)
    if type(field) in SIMPLE:
        return SIMPLE[type(field)]
    if isinstance(field, (Choice, Several)):
        one = st.sampled_from(field.options)
        many = st.lists(one, min_size=1, max_size=getattr(field, "most", 1), unique=True).map(tuple)
        return one if isinstance(field, Choice) else many
    rows = st.integers(0, min(field.rows, 10**9) - 1)
    return st.dictionaries(rows, places | st.none(), max_size=field.most)


@pytest.fixture
def session(monkeypatch):
    """A session of Streamlit as far as ``View`` looks at it."""
    warned = SimpleNamespace(session_state={}, query_params={})
    monkeypatch.setattr(state, "st", warned)
    return warned


def test_every_setting_of_every_page_opens_at_a_usable_default(page, fields):
    for name, field in fields.items():
        assert field.check(field.default) == field.default, name


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_text_gives_a_usable_value_or_a_note(page, fields, data):
    name = data.draw(st.sampled_from(sorted(fields)))
    text = data.draw(texts)
    values, notes = read(fields, {name: text})
    assert values.keys() == fields.keys()
    assert fields[name].check(values[name]) == values[name]
    if notes:
        (note,) = notes
        assert name in note
        assert note.isprintable()
        assert values[name] == fields[name].default
    else:
        assert fields[name].read(fields[name].write(values[name])) == values[name]
        assert fields[name].read(text) == values[name]
    assert all(values[other] == fields[other].default for other in fields if other != name)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_at_every_setting_at_once(page, fields, text):
    values, notes = read(fields, dict.fromkeys(fields, text))
    unusable = 0
    for name, field in fields.items():
        assert field.check(values[name]) == values[name]
        try:
            assert len(text) <= LONGEST
            field.read(text)
        except (ValueError, AssertionError):
            unusable += 1
            assert values[name] == field.default
    assert len(notes) == min(unusable, MOST_NOTES + 1)


@given(st.dictionaries(texts, texts, max_size=4))
def test_a_setting_that_the_page_does_not_have_is_named_and_ignored(query):
    values, notes = read({"a": Flag()}, {name + "?": text for name, text in query.items()})
    assert values == {"a": False}
    assert len(notes) == len({name + "?" for name in query})
    assert all(note.isprintable() for note in notes)


@pytest.mark.parametrize("others", [4, 5, 999])
def test_of_many_that_cannot_be_used_the_first_are_named_those_of_settings_before_others(others):
    query = {f"no{number}": "1" for number in range(others)} | {"a": "maybe"}
    _, notes = read({"a": Flag()}, query)
    assert notes[0].startswith("The link sets a to")
    if others < MOST_NOTES:
        assert len(notes) == others + 1
    else:
        assert notes[MOST_NOTES:] == [f"And {others + 1 - MOST_NOTES} more of the link could not be used."]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_values_survive_the_url(page, fields, data):
    name = data.draw(st.sampled_from(sorted(fields)))
    value = data.draw(values_of(fields[name]))
    text = fields[name].write(value)
    assert len(text) <= LONGEST
    assert read(fields, {name: text}) == ({key: field.default for key, field in fields.items()} | {name: value}, [])


@pytest.mark.parametrize("field", SAMPLES, ids=repr)
@given(st.data())
def test_fields_round_trip(field, data):
    value = data.draw(values_of(field))
    assert field.check(value) == value
    assert field.read(field.write(value)) == value


@pytest.mark.parametrize("field", SAMPLES, ids=repr)
@given(value=json_values)
@example(value=float("nan"))
@example(value=[[]])
@example(value=[{}, "a"])
@example(value={"1": [1, 10**400]})
@example(value={"-1": [1, 2]})
@example(value={"9" * 5000: [1, 2]})
def test_what_a_browser_sends_is_checked(field, value):
    try:
        checked = field.check(value)
    except ValueError as error:
        assert str(error)
    else:
        assert field.check(checked) == checked
        if checked is not None:
            assert field.read(field.write(checked)) == checked


@pytest.mark.parametrize(
    ("field", "value", "canonical"),
    [
        (Number(1, 0, 10), "2.50", 2.5),
        (Number(1, 0, 10, whole=True), 3.0, 3),
        (Number(None, 0, 1), None, None),
        (Several(("a",), ("a", "b"), 2), ["b", "a", "b"], ("b", "a")),
        (Moves(), {"3": [1, 2], 4: None}, {3: (1.0, 2.0), 4: None}),
        (Moves(most=1), {3: (0, 0), "3": [1, 2]}, {3: (1.0, 2.0)}),
    ],
)
def test_values_are_made_canonical(field, value, canonical):
    checked = field.check(value)
    assert checked == canonical
    assert type(checked) is type(canonical)


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        (Number(1, 0, 10), 10.1, "a number from 0 to 10"),
        (Number(1, 0, 10), True, "a number"),
        (Number(1, 0, 10), None, "a number"),
        (Number(1, 0, 10, whole=True), 2.5, "a whole number from 0 to 10"),
        (Flag(), 1, "true or false"),
        (Flag(), None, "true or false"),
        (Choice("a", ("a", "b")), "c", "one of those in the list"),
        (Several(("a",), ("a", "b", "c"), 2), ["a", "b", "c"], "1 to 2 of those in the list"),
        (Several(("a",), ("a", "b"), 2), "a", "1 to 2"),
        (Several(("a",), ("a", "b"), 2), [], "1 to 2"),
        (Moves(most=1), {0: (0, 0), 1: (0, 0)}, "at most 1"),
        (Moves(rows=11), {11: (0, 0)}, "rows 0 to 10"),
        (Moves(), {True: (0, 0)}, "rows"),
        (Moves(), {-1: (0, 0)}, "rows"),
        (Moves(), {1: (0, 0, 0)}, "coordinates"),
        (Moves(), {1: (0, 1e151)}, "coordinates"),
    ],
)
def test_unusable_values_are_refused(field, value, allowed):
    with pytest.raises(ValueError, match=allowed):
        field.check(value)


def test_urls_are_short():
    assert Number(1, 0, 10).write(5.0) == "5"
    assert Moves().write({10: (10.0, -20.0), 3: (0.5, 1e-9)}) == "10:10:-20,3:0.5:1e-09"
    assert Several((), ("mse", "mae"), 2).write(("mse", "mae")) == "mse,mae"
    assert (Flag().write(True), Flag().write(False)) == ("1", "0")


@given(texts)
def test_quotes_are_short_and_printable(text):
    quoted = shortened(text)
    assert quoted.isprintable()
    assert len(quoted) <= 43


SMALL = {"a": Number(1, 0, 10), "b": Flag(), "c": Moves()}


def test_the_url_decides_on_entering(session):
    session.query_params = {"a": "5", "b": "maybe", "present": "1"}
    view = View("here", SMALL)
    assert (view["a"], view["b"]) == (5, False)
    assert len(view.notes) == 1
    assert "b" in view.notes[0]


def test_what_a_visitor_set_is_there_on_coming_back_unless_the_url_says_otherwise(session):
    View("here", SMALL).set(a=7)
    View("there", SMALL).set(a=3)
    assert View("here", SMALL)["a"] == 7
    session.query_params = {"a": "2"}
    assert View("here", SMALL)["a"] == 7, "on the page the session decides; the address bar only follows"
    assert View("there", SMALL)["a"] == 2


def test_an_unusable_change_is_refused_with_a_note_until_the_next_change(session):
    view = View("here", SMALL)
    view.set(a=99, b=True)
    assert (view["a"], view["b"]) == (1, True)
    assert view.notes == View("here", SMALL).notes == ["a must be a number from 0 to 10; it stays as it was."]
    assert view.refused == {"a": "a must be a number from 0 to 10; it stays as it was."}
    view.set()
    assert len(View("here", SMALL).notes) == 1
    view.set(a=2)
    assert View("here", SMALL).notes == []


def test_what_is_refused_of_a_live_control_is_said_there_and_nowhere_else(session):
    view = View("here", {"a": Number(1, 0, 10, label="Shown", live=True)})
    view.set(a=99)
    assert view.refused == {"a": "Shown must be a number from 0 to 10; it stays as it was."}
    assert view.notes == []
    view.set(a=2)
    assert view.refused == {}


def test_gone_back_to_an_address_all_else_has_its_default(session):
    view = View("here", SMALL)
    view.set(a=7, b=True)
    view.return_to({"a": "3", "present": "1"}, ("Title", ""))
    assert (view["a"], view["b"], view.present, view.guide) == (3, False, False, ("Title", ""))
    view.switch_present()
    view.return_to({"a": "x"}, (None, None))
    assert (view["a"], view.present, len(view.notes)) == (1, True, 1), "whether it is presented stays"


def test_a_lasting_setting_is_the_visitors_way_of_looking(session):
    view = View("here", SMALL | {"wide": Flag(lasting=True)})
    view.set(a=7, wide=True)
    view.start_from(b=True)
    assert (view["a"], view["b"], view["wide"]) == (1, True, True)
    assert view.stands_at({"b": True})


def test_a_preset_starts_from_the_defaults(session):
    view = View("here", SMALL)
    view.set(a=5, b=True, c={1: (2, 3)})
    assert not view.stands_at({})
    view.start_from(a=4)
    assert view.stands_at({"a": 4})
    assert not view.stands_at({})
    view.start_from()
    assert view.stands_at({})
    assert view.address() == {}


def test_a_page_of_several_views_opens_the_one_on_screen_anew(session):
    view = View("here", SMALL | {"view": Choice("one", ("one", "two"), label="View")})
    view.set(view="two", a=5, b=True)
    view.start_from()
    assert (view["view"], view["a"], view["b"]) == ("two", 1, False)
    assert view.address() == {"view": "two"}
    view.start_from(a=4)
    assert view["view"] == "one", "a preset says which view it is of"


OPENED = {"a": Number(1, 0, 10, opens=3), "b": Flag(lasting=True), "c": Number(None, 0, 9, opens=0)}


def test_a_page_may_open_elsewhere_than_at_its_defaults(session):
    view = View("here", OPENED)
    assert (view["a"], view["b"], view["c"]) == (3, False, 0)
    assert view.address() == {}
    assert view.stands_at({})
    assert view.stands_at({"a": 3, "c": 0})
    view.start_from(a=5)
    assert (view["a"], view["c"]) == (5, None), "a preset starts from the defaults, not from the opening"
    assert view.address() == {"a": "5"}
    view.start_from()
    assert (view["a"], view["c"]) == (3, 0)


def test_the_defaults_have_a_link_of_their_own_where_a_page_opens_elsewhere(session):
    view = View("here", OPENED)
    view.start_from(a=1)
    assert view.address() == {"a": "1"}
    session.query_params = {"a": "1"}
    session.session_state.clear()
    assert View("here", OPENED).stands_at({"a": 1})
    session.query_params = {"present": "1"}
    session.session_state.clear()
    assert View("here", OPENED)["a"] == 3, "the projector says nothing of the page"


def test_what_the_visitor_keeps_is_no_part_of_a_preset(session):
    view = View("here", OPENED)
    view.set(b=True)
    view.start_from(a=5)
    assert view["b"] is True
    assert view.stands_at({"a": 5})
    assert view.address() == {"a": "5", "b": "1"}
    view.start_from()
    assert view["b"] is False


@given(st.fixed_dictionaries({}, optional={name: values_of(field) for name, field in SMALL.items()}))
def test_the_address_opens_the_same_view(values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "st", SimpleNamespace(session_state={}, query_params={}))
        view = View("here", SMALL)
        view.set(**values)
        assert view.notes == []
        opened, notes = read(SMALL, view.address())
        assert notes == []
        assert all(opened[name] == view[name] for name in SMALL)


def test_the_address_keeps_the_projector(session):
    session.query_params = {"present": "1", "a": "3"}
    assert View("here", SMALL).address() == {"present": "1", "a": "3"}


def test_what_the_view_does_not_allow_returns_to_its_default_with_a_note(session):
    view = View("here", SMALL)
    view.set(a=9, c={7: (0, 0)})
    news = view.restrict(a=Number(1, 0, 4), c=Moves(rows=5))
    assert (view["a"], view["c"]) == (1, None)
    assert len(news) == 2
    assert "a number from 0 to 4" in news[0]
    assert view.notes == news == View("here", SMALL).notes
    view.set(a=5)
    assert view["a"] == 1
    view.start_from(a=5)
    assert view["a"] == 5, "a preset may change what narrowed the setting"


def test_what_the_view_does_not_allow_is_said_beside_what_the_link_got_wrong(session):
    session.query_params = {"a": "9", "b": "maybe"}
    view = View("here", SMALL)
    (wrong,) = view.notes
    assert view.notes == [wrong, *view.restrict(a=Number(1, 0, 4))]
    assert len(view.notes) == 2


def test_a_widget_shows_a_setting_and_changes_it(session):
    view = View("here", {"a": Several(("x",), ("x", "y"), 2)})
    calls = []
    options = view.bind("a", lambda: calls.append(view["a"]))
    assert session.session_state[options["key"]] == ["x"]
    session.session_state[options["key"]] = ["y", "x"]
    options["on_change"]()
    assert view["a"] == ("y", "x")
    assert calls == [("y", "x")]


def test_results_are_remembered_until_what_they_rest_on_changes(session):
    calls = []

    def ask(spec):
        return View("here", SMALL).cached("sum", spec, lambda: calls.append(spec) or len(calls))

    assert [ask("p"), ask("p"), ask("q"), ask("p")] == [1, 1, 2, 3]


def test_a_word_that_does_not_present_is_said(session):
    session.query_params = {"present": "7", "a": "3"}
    view = View("here", SMALL)
    assert not view.present
    assert view["a"] == 3
    assert "present to “7”" in view.notes[0]


def test_settings_stay_as_they_are_for_who_reads_them_while_others_change_them(session):
    view = View("here", SMALL)
    with view.still():
        Thread(target=view.set, kwargs={"a": 3}).start()
        assert view["a"] == 1
        with view.still(b=True):
            assert (view["a"], view["b"]) == (1, True)
        assert view["b"] is False
    assert (view["a"], view["b"]) == (3, False)


def test_what_is_complained_of_is_never_seen_by_others(session):
    view = View("here", SMALL)
    seen = []

    def compute():
        others = Thread(target=lambda: seen.append(view["a"]))
        others.start()
        others.join()
        if view["a"] == 4:
            raise ValueError("too few")

    view.attempt(compute, a=4)
    assert (view["a"], seen, view.notes) == (1, [1], ["Too few."])
    view.attempt(compute, a=3)
    assert (view["a"], seen, view.notes) == (3, [1, 1], [])
    view.attempt(compute, a="many")
    assert (view["a"], len(seen)) == (3, 2)
    assert len(view.notes) == 1
    view.dismiss()
    assert view.notes == []


def test_a_choice_whose_data_cannot_be_had_is_taken_back(session):
    view = View("here", {"a": Choice("x", ("x", "y")), "b": Number(1, 0, 10)})

    def use():
        view.set(b=5)
        raise ValueError("there is no file")

    options = view.bind("a", use)
    session.session_state[options["key"]] = "y"
    options["on_change"]()
    assert (view["a"], view["b"], view.notes) == ("x", 1, ["There is no file."])


def test_nothing_follows_from_a_choice_that_is_refused(session):
    view = View("here", {"a": Choice("x", ("x", "y"))})
    calls = []
    options = view.bind("a", lambda: calls.append(view["a"]))
    for text, followed in (("z", []), ("y", ["y"])):
        session.session_state[options["key"]] = text
        options["on_change"]()
        assert calls == followed
