"""The page ``probabilities``: views, presets, links, drags, nonsense."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from components.settings.address import read
from tests.conftest import FIELDS, PRESETS
from tests.traces import carrying

OWN = [preset for page, preset in PRESETS if page == "probabilities"]
VIEWS = {
    "simplex": {},
    "encoding": {"view": "encoding"},
    "pairing": {"view": "pairing"},
    "humps": {"view": "divergence"},
    "outcomes": {"view": "divergence", "shape": "outcomes"},
}


def opened(session, **query):
    return session.open("probabilities", **query)


def test_it_opens_on_an_answer(session):
    opened(session)
    assert session.sentence.startswith("B: predicted 34.8 %, target 100 %, loss 1.05.")
    assert session.warnings == []
    assert session.data["address"] == {}
    rows = session.table()
    for row in rows.values():
        assert row["slope"] == pytest.approx(row["p − y"], abs=1e-3)


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)
def test_every_view_has_its_figure_and_opens_from_a_link(session, query):
    opened(session, **query)
    assert session.warnings == []
    assert session.data["address"] == query
    assert session.sentence and session.data["handles"]
    assert session.data["figure"]["layout"]["uirevision"] in VIEWS


def test_the_row_of_presets_is_that_of_the_view(session):
    for view in ("simplex", "pairing"):
        session.open("curves")  # on a page that is open the session decides, not the link
        opened(session, view=view)
        (titles,) = (box.options for box in session.at.selectbox if box.label == "Example")
        for preset in OWN:
            assert any(title.endswith(preset.title) for title in titles) is (
                preset.values.get("view", "simplex") == view
            )


def test_the_view_changes_by_its_control(session):
    opened(session)
    for name in ("Encoding", "Pairing", "Divergence", "Simplex"):
        session.at.segmented_control(key="probabilities:view").set_value(name.lower())
        session.run()
        assert session.data["address"] == ({} if name == "Simplex" else {"view": name.lower()})


DRAGS = [
    ("simplex", {"prediction.0": [0.4, 0.3]}, {"z1", "z2", "z3"}),
    ("simplex", {"target.0": [0.5, 0.3]}, {"target"}),
    ("simplex", {"z1": 4.0}, {"z1"}),
    ("simplex", {"categorical_cross_entropy.temperature": 3.0}, {"categorical_cross_entropy.temperature"}),
    ("encoding", {"lead.0": [-3.5, 0.0]}, {"lead"}),
    ("encoding", {"smoothing": 0.2}, {"smoothing"}),
    ("pairing", {"at.0": [2.5, 0.0]}, {"at"}),
    ("pairing", {"rate": 0.8}, {"rate"}),
    ("humps", {"humps.1": [1.5, 0.0]}, {"m2"}),
    ("humps", {"start.0": [-5.0, 0.0]}, {"begin"}),
    ("humps", {"humps.0": [-8.5, 0.0]}, {"m1"}),
    ("outcomes", {"q.3": [4.0, 0.0]}, {"q"}),
    ("outcomes", {"p.1": [2.0, 0.6]}, {"p"}),
]


@pytest.mark.parametrize(
    ("name", "values", "changed"), DRAGS, ids=lambda part: str(sorted(part)) if isinstance(part, set) else str(part)
)
def test_what_moves_is_answered_without_streamlit_and_stays(session, without_streamlit, name, values, changed):
    opening = opened(session, **VIEWS[name]).picture
    with without_streamlit():
        session.move(**values)
    answer = session.picture
    assert answer != opening
    assert session.data["address"].keys() == {*VIEWS[name], *changed}
    assert session.run().picture == answer
    assert session.warnings == []


@pytest.mark.parametrize("query", [{}, {"categorical_cross_entropy.temperature": "3"}], ids=str)
def test_a_dragged_prediction_is_where_the_hand_is(session, query):
    opened(session, **query).move(**{"prediction.0": [0.4, 0.3]})
    trace = carrying(session.data["figure"], "prediction")
    assert [trace["x"][0], trace["y"][0]] == pytest.approx([0.4, 0.3], abs=1e-4)


@pytest.mark.parametrize(
    "query",
    [
        {"view": "../../etc/passwd"},
        {"target": "0:0:0"},
        {"target": "nan:1:1"},
        {"p": "1:2", "q": "<script>"},
        {"z1": "1e400"},
        {"view": "divergence", "s1": "0", "begin": "inf"},
        {"view": "encoding", "classes": "1e9", "temperature": "0"},
        {"view": "pairing", "steps": "-1", "rate": "nan"},
    ],
    ids=str,
)
def test_a_hostile_link_opens_the_default_with_a_note(session, query):
    opened(session, **query)
    assert session.warnings
    assert session.data["address"].keys() <= {"view"}


@pytest.mark.parametrize(
    "query",
    [
        {"z1": "1e9", "z2": "-1e9"},
        {"z1": "1e9", "loss": "mse"},
        {"z1": "-1e9", "z2": "-1e9", "z3": "-1e9", "loss": "categorical_focal"},
        {"view": "encoding", "lead": "-1e9", "softmax": "1", "from_logits": "0"},
        {"view": "encoding", "lead": "1e9", "classes": "1000", "smoothing": "1"},
        {"view": "pairing", "rate": "100", "steps": "400", "start": "50"},
        {"view": "divergence", "m1": "-6", "m2": "6", "s1": "0.2", "s2": "3", "weight": "0.01", "begin": "0"},
        {"view": "divergence", "m1": "0", "m2": "0", "s1": "0.2", "s2": "0.2"},
        {"view": "divergence", "shape": "outcomes", "p": "1:0:0:0", "q": "0:0:0:1"},
    ],
    ids=str,
)
def test_extremes_are_drawn(session, query):
    opened(session, **query)
    assert session.warnings == []
    assert "nan" not in session.sentence
    assert session.sentence


def test_a_probability_of_exactly_0_costs_infinity(session):
    opened(session, view="encoding", lead="-1e9", softmax="1", from_logits="0")
    assert [row["cells"][2] for row in session.data["readouts"][0]["rows"]] == ["∞", "∞"]


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)
def test_the_numbers_behind_the_chart_and_the_code(session, query):
    opened(session, **query)
    session.at.session_state["probabilities:below"] = "Data"
    session.run()
    assert len(session.at.dataframe) == 1
    session.at.session_state["probabilities:below"] = "Code"
    session.run()
    assert session.at.code


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5) | some.just(10**400),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
HANDLES = [
    "prediction.0",
    "target.0",
    "lead.0",
    "at.0",
    "humps.0",
    "humps.2",
    "start.0",
    "p.0",
    "p.9",
    "q.",
    "p.-1",
    "q.²",
]


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.dictionaries(some.sampled_from(HANDLES), JSON | some.tuples(some.floats(), some.floats()).map(list)))
def test_nonsense_from_handles_leaves_a_view_that_its_link_opens(session, query, values):
    if "page" not in session.at.session_state:
        opened(session, **query)
    session.move(**values)
    assert session.sentence
    assert read(FIELDS["probabilities"], session.data["address"])[1] == []
