"""The page ``regularization``: views, links, drags, nonsense, a visitor's own table."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from components.settings.address import read
from components.upload.csv_table import read_table
from components.upload.many import MANY, MOST_FEATURES, as_feature_table, first_choice
from components.upload.uploader import Upload
from pages.regularization.cards import PARTS
from pages.regularization.model import Regularization
from pages.regularization.predictions import PREDICTED
from tests.conftest import FIELDS
from tests.traces import carrying

VIEWS = {
    "weights": {},
    "data loss": {"data_loss": "huber", "outliers": "4"},
    "polynomial": {"view": "polynomial"},
    "stopping": {"view": "polynomial", "held_back": "stopping"},
    "dropout": {"view": "polynomial", "held_back": "dropout"},
    "features": {"view": "features"},
    "features under a loss": {"view": "features", "data_loss": "huber", "wrong": "3"},
}


def opened(session, **query):
    return session.open("regularization", **query)


def test_it_opens_on_an_answer(session):
    opened(session)
    assert session.sentence.startswith("At λ = 0.5 L1 puts the weights at (1.75, 0.25) and L2 at (1.33, 0.333).")
    assert session.warnings == []
    assert session.data["address"] == {}
    rows = session.table()
    for row in rows.values():
        assert row["all"] == pytest.approx(row["cost"] + row["w₁ pays"] + row["w₂ pays"], abs=6e-3)


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)
def test_every_view_has_its_figure_its_numbers_and_its_code_and_opens_from_a_link(session, query):
    opened(session, **query)
    assert session.warnings == []
    assert session.data["address"] == query
    assert session.sentence and session.data["handles"]
    for tab, made in (("Data", "dataframe"), ("Code", "code"), ("Formulas", "markdown"), ("Sources", "markdown")):
        session.at.session_state["regularization:below"] = tab
        session.run()
        assert session.at.get(made) or getattr(session.at, made), tab


DRAGS = [
    ("weights", {"center.0": [1.0, -1.5]}, {"c1", "c2"}),
    ("data loss", {"center.0": [-0.5, 2.0]}, {"c1", "c2"}),
    ("data loss", {"strength.0": [0.2, 0.0]}, {"strength"}),
    ("data loss", {"huber.delta": 2.0}, {"huber.delta"}),
    ("weights", {"outliers": 3}, {"outliers"}),
    ("weights", {"strength.0": [2.5, 0.0]}, {"strength"}),
    ("weights", {"correlation": 0.7}, {"correlation"}),
    ("polynomial", {"points.3": [-0.2, 1.5]}, {"moves"}),
    ("stopping", {"points.0": [0.8, -1.0], "points.9": [0.1, 0.0]}, {"moves"}),
    ("polynomial", {"held.0": [1.5, 1.0]}, {"curve_strength"}),
    ("polynomial", {"degree.0": [6.3, 1.0]}, {"degree"}),
    ("polynomial", {"copies": 5}, {"copies"}),
    ("stopping", {"held.0": [0.5, 1.0]}, {"steps"}),
    ("dropout", {"held.0": [0.5, 1.0]}, {"dropped"}),
    ("features", {"lambda.0": [0.5, 0.0]}, {"lambda"}),
    ("features", {"half": True}, {"half"}),
    ("features", {"wrong": 2}, {"wrong"}),
    ("features under a loss", {"lambda.0": [0.5, 0.0]}, {"lambda"}),
    ("features under a loss", {"huber.delta": 2.0}, {"huber.delta"}),
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
    for handle, place in values.items():
        if isinstance(place, list) and handle != "degree.0":
            name, _, row = handle.partition(".")
            moved = carrying(session.data["figure"], name)
            assert moved["x"][int(row)] == pytest.approx(place[0], abs=0.05), "the grip is where the hand is"
    assert session.run().picture == answer
    assert session.warnings == []


def test_a_moved_point_is_fitted_kept_in_the_link_and_stopped_at_the_edge(session):
    opened(session, view="polynomial")
    before = session.table(0)
    session.move(**{"points.3": [5.0, 2.0]})
    assert session.data["address"]["moves"] == "3:0.8:2"
    assert (carrying(session.data["figure"], "points")["x"][3], session.warnings) == (0.8, [])
    after = session.table(0)
    assert after["here"]["train"] > 1.2 * before["here"]["train"], "a point that lies is not fitted well"
    link = session.data["address"]
    picture = session.picture
    assert opened(session, **link).picture == picture
    session.move(**{"points.3": [0.0, 1e151]})
    assert session.data["address"] == link, "what is too far leaves the points as they were"


@pytest.mark.parametrize("settings", [{}, {"copies": 20, "curve_strength": 0.0}, {"curve_strength": 0.02}], ids=str)
def test_the_name_of_the_train_error_is_not_under_the_grip(view_of, settings):
    picture = Regularization(view_of("regularization", view="polynomial", **settings), None).picture()
    (named,) = (label for label in picture.labels if label.text == "train")
    grip = carrying(picture.figure, "held")
    clear = named.x < grip["x"][0] - 1 or named.x > grip["x"][0] + 0.1
    assert clear or named.y > 5 * grip["y"][0]


@pytest.mark.parametrize("held_back", ["l1", "l2", "elastic_net", "dropout", "stopping"])
@pytest.mark.parametrize(
    "settings", [{}, {"curve_strength": 0.0, "copies": 20}, {"degree": 1, "dropped": 0.0}], ids=str
)
def test_nowhere_is_the_error_less_than_where_it_is_said_to_be_least(view_of, held_back, settings):
    page = Regularization(view_of("regularization", view="polynomial", held_back=held_back, **settings), None)
    for change in ({}, {"curve_strength": 0.0123, "dropped": 0.123, "steps": 37}):
        page.view.set(**change)
        errors, _ = page.picture().readouts
        validation = {row.cells[0]: float(row.cells[-1]) for row in errors.rows}
        assert validation["best on new ones"] <= min(validation["here"], validation["by nothing"])


@pytest.mark.parametrize("name", ["weights", "features"])
def test_the_picture_keeps_the_answer_to_itself_until_one_is_given(session, view_of, name):
    preset = PREDICTED[name]
    before = {key: str(value) for key, value in preset.prediction.before.items()}
    opened(session, **before, example=preset.title)
    asked = session.data
    assert any("Predict first" in text.value for text in session.at.markdown)
    told = " ".join([asked["sentence"], asked["alt"], *(label["text"] for label in asked["labels"])])
    assert "exactly 0" not in told and "lcavol" not in told
    assert not any(
        "0 from" in part or "Exactly 0" in part
        for each in asked["readouts"]
        for part in (each["caption"], *each["columns"])
    )
    page = Regularization(view_of("regularization", **preset.prediction.before), None)
    told = page.picture()
    columns = page.table().keys()
    page.view.guide = (preset.title, "")
    hidden = columns - page.table().keys()
    assert hidden == {name for name in columns if "weight of" in name or name.endswith((" w1", " w2"))} != set()
    assert _followed(asked["figure"]) < _followed(told.figure), "no weight is followed over λ"
    words = [told.sentence, *(label.text for label in told.labels)]
    assert any(("exactly 0" if name == "weights" else "lcavol") in word for word in words)


def _followed(figure):
    """How many lines of weights over λ hold numbers."""
    lines = [
        each for each in figure["data"] if each.get("mode") == "lines" and " at λ = " in each.get("hovertemplate", "")
    ]
    return sum(bool(np.isfinite(np.asarray(each["y"], float)).any()) for each in lines)


@pytest.mark.parametrize("kind", ["dropout", "stopping"])
def test_what_is_minimised_is_said_of_centred_features(kind):
    """As it is computed: the cost of dropout is of variances, and the intercept is no weight that descends."""
    assert r"z_{ij}=P_j(x_i)-\bar P_j" in PARTS[kind]
    assert "x_{ij}" not in PARTS[kind]
    assert "(b+" not in PARTS[kind]


@pytest.mark.parametrize(
    "query",
    [
        {"view": "../../etc/passwd"},
        {"strength": "-1", "correlation": "1"},
        {"view": "features", "lambda": "nan", "penalty": "hinge", "folds": "1"},
        {"view": "polynomial", "degree": "1e9", "held_back": "<script>", "dropped": "1"},
        {"penalties": ""},
        {"data_loss": "tukey"},
        {"view": "polynomial", "moves": "0:0.9:0"},
        {"view": "polynomial", "moves": "0:"},
        {"view": "polynomial", "moves": "x:y"},
        {"outliers": "9"},
        {"view": "features", "wrong": "9"},
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
        {"strength": "inf"},
        {"strength": "0", "c1": "0", "c2": "0"},
        {"strength": "1.7e308", "penalties": "l1,l2,elastic_net"},
        {"strength": "1.7e308", "data_loss": "huber"},
        {"strength": "5e-324", "c1": "5e-324", "c2": "0"},
        {"c1": "1000", "c2": "-1000", "correlation": "0.99", "penalties": "elastic_net", "elastic_net.l1_ratio": "0"},
        {"data_loss": "huber", "huber.delta": "1e-6", "outliers": "8", "correlation": "-0.99"},
        {"data_loss": "log_cosh", "c1": "1000", "c2": "-1000", "strength": "0", "correlation": "0.99"},
        {"data_loss": "expectile", "expectile.tau": "0.99", "outliers": "8", "strength": "inf"},
        {"view": "features", "lambda": "0"},
        {"view": "features", "lambda": "0", "data_loss": "log_cosh", "intercept": "none", "penalty": "l2"},
        {"view": "features", "lambda": "inf", "data_loss": "huber", "huber.delta": "0.05", "wrong": "8"},
        {"view": "features", "lambda": "1.7e308", "data_loss": "expectile", "penalty": "l2", "mean": "0"},
        {"view": "features", "lambda": "inf", "penalty": "elastic_net"},
        {"view": "features", "intercept": "none", "standardised": "0", "penalty": "elastic_net"},
        {"view": "polynomial", "rows": "3", "degree": "15", "noise": "0", "curve_strength": "0"},
        {"view": "polynomial", "held_back": "l1", "degree": "15", "curve_strength": "1e-9", "copies": "20"},
        {"view": "polynomial", "moves": "0:0.5:1e149,1:-0.5:-1e149"},
        {"view": "polynomial", "held_back": "l1", "rows": "3", "moves": "0:0:1,1:0:1,2:0:2"},
        {"view": "polynomial", "held_back": "stopping", "steps": "10000000", "mirrored": "1"},
        {"view": "polynomial", "held_back": "elastic_net", "curve_strength": "inf", "elastic_net.l1_ratio": "1"},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("error")
def test_extremes_are_drawn(session, query):
    opened(session, **query)
    assert session.warnings == []
    assert "nan" not in session.sentence and "inf" not in session.sentence
    assert not any("cannot be drawn" in note for note in session.data["notes"])


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5) | some.just(10**400),
    lambda inner: some.lists(inner, max_size=3),
    max_leaves=5,
)
HANDLES = [
    "center.0",
    "strength.0",
    "lambda.0",
    "held.0",
    "degree.0",
    "center.9",
    "degree.",
    "held.-1",
    "points.0",
    "points.9",
    "points.10",
    "points.-1",
]


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.dictionaries(some.sampled_from(HANDLES), JSON | some.tuples(some.floats(), some.floats()).map(list)))
def test_nonsense_from_handles_leaves_a_view_that_its_link_opens(session, query, values):
    if "page" not in session.at.session_state:
        opened(session, **query)
    session.move(**values)
    assert session.sentence
    assert read(FIELDS["regularization"], session.data["address"])[1] == []


def uploaded(text):
    """The page with a file in use."""
    table = read_table(text.encode())
    upload = Upload(text, "mine.csv", table, first_choice(table))
    as_feature_table(upload)
    return upload


def rows_of(columns):
    names = ",".join(columns)
    return "\n".join([names, *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))])


@pytest.fixture
def with_file(view_of):
    return lambda text, **settings: Regularization(view_of("regularization", view="features", data="csv", **settings), uploaded(text))  # fmt: skip


def drawn_columns(rows, count):
    rng = np.random.default_rng(0)
    columns = {f"f{place}": rng.normal(size=rows).round(6) for place in range(count)}
    return columns | {"goal": (sum(columns.values()) + rng.normal(size=rows)).round(6)}


def test_any_number_of_numeric_columns_can_be_ones_own(with_file):
    columns = drawn_columns(30, 5) | {"name": ["text"] * 30}
    columns["goal"] = columns.pop("goal")
    page = with_file(rows_of(columns))
    picture = page.picture()
    assert page.table_of_features.names == ("f0", "f1", "f2", "f3", "f4")
    assert "'name'" in page.table_of_features.source
    assert "error" in picture.sentence
    assert page.table()["weight of f4"].shape == page.table()["λ"].shape


def test_what_is_odd_about_a_table_is_explained(with_file):
    columns = drawn_columns(12, 3)
    goal = columns.pop("goal")
    columns |= {"same": [7] * 12, "twice": columns["f1"], "goal": goal}
    page = with_file(rows_of(columns), **{"lambda": 0.01})
    notes = " ".join(page.picture().notes)
    assert "The same in every row, so without a weight: same" in notes
    assert "other weights do just as well" in notes
    wide = with_file(rows_of(drawn_columns(6, 30)), **{"lambda": 0.1}).picture()
    assert any("30 features and 6 rows" in note for note in wide.notes)
    assert any("24 of 30 weights are drawn" in note for note in wide.notes)
    assert any("No AIC or BIC: 6 rows leave nothing to measure the noise by" in note for note in wide.notes)
    assert "3 folds, not 10: 6 rows make no more of two rows each." in wide.notes


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic_net"])
@pytest.mark.parametrize("standardised", [True, False])
@pytest.mark.parametrize("intercept", ["free", "penalised", "none"])
def test_columns_of_one_number_are_drawn_under_any_intercept(with_file, intercept, standardised, penalty):
    columns = drawn_columns(12, 3)
    goal = columns.pop("goal")
    columns |= {"same": [7] * 12, "zero": [0] * 12, "goal": goal}
    page = with_file(rows_of(columns), intercept=intercept, standardised=standardised, penalty=penalty)
    without = "same, zero" if intercept == "free" or standardised else "zero"
    assert f"The same in every row, so without a weight: {without}." in page.picture().notes
    assert np.isfinite(page.table()["weight of same"]).all()


def test_more_columns_than_can_be_fitted_are_left_out_and_gaps_too(with_file):
    columns = drawn_columns(20, MOST_FEATURES + 3)
    columns["f0"] = ["", *columns["f0"][1:].tolist()]
    page = with_file(rows_of(columns))
    table = page.table_of_features
    assert len(table.names) == MOST_FEATURES
    assert len(table.target) == 19
    assert f"only the first {MOST_FEATURES} of {MOST_FEATURES + 3} features are used" in table.source
    assert "1 have a gap" in table.source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x\n1\n2\n3\n", "A target and at least one feature"),
        ("x,y\n1,2\n", "one row of values only"),
        ("x,y\n1,\n,2\n2,3\n4,\n5,\n,7\n", "three rows"),
        ("x,y\n1,2\n1e200,3\n4,5\n", "beyond"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(text, said):
    with pytest.raises(ValueError, match=said):
        uploaded(text)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_a_constant_target_is_said(with_file, loss):
    page = with_file("x,y\n1,2\n2,2\n3,2\n4,2\n", data_loss=loss)
    with pytest.raises(ValueError, match="no feature has anything to do with the target"):
        page.picture()


def test_the_uploader_keeps_all_columns_of_numbers():
    upload = MANY._read("1", "mine.csv", b"a,b,c\n1,2,x\n3,4,y\n5,7,z\n", None)
    assert upload.columns == ("b",)
    assert [*upload.table.columns] == ["b", "a"]
    assert as_feature_table(upload.choose(("a",))).names == ("b",)


def test_a_data_loss_that_is_not_convex_is_refused_with_a_reason_and_its_tabs_stay(session):
    opened(session, data_loss="general_robust")
    before = session.sentence
    session.move(**{"general_robust.alpha": -1.0})
    assert session.sentence == before
    assert any("General robust is not convex" in note for note in session.data["notes"])
    for tab in ("Data", "Code", "Formulas", "Sources"):
        session.at.session_state["regularization:below"] = tab
        session.run()
        assert not session.at.exception, tab


def test_what_holds_for_squared_errors_alone_is_not_shown_under_another_loss(view_of):
    page = Regularization(view_of("regularization", view="features", data_loss="huber"), None)
    picture = page.picture()
    assert "L1 under Huber" in picture.sentence and len(picture.sentence) <= 160
    assert [readout.caption for readout in picture.readouts] == ["How strong?", "Weights"]
    assert not {"df", "0 from λ ="} & {name for readout in picture.readouts for name in readout.columns}
    assert [row.cells[0] for row in picture.readouts[0].rows] == ["λ here", "least error", "one SE"]
    assert any("are of squared errors: not shown under Huber" in note for note in picture.notes)
    assert picture.figure["layout"]["yaxis2"]["title"]["text"] == "mean Huber"
    assert "½ in front of the cost" not in [control.label for control in picture.controls]


def test_a_wide_table_is_refused_under_another_loss_and_a_large_one_without_folds(with_file):
    with pytest.raises(ValueError, match="under Huber more rows than features are needed, but 30 features"):
        with_file(rows_of(drawn_columns(6, 30)), data_loss="huber").picture()
    large = with_file(rows_of(drawn_columns(1200, 20)), data_loss="huber").picture()
    assert any("No cross-validation under this loss" in note for note in large.notes)


def test_strong_is_on_the_left_in_every_view(view_of):
    for kind, axis, handle in (
        ({}, "xaxis2", "strength"),
        ({"view": "polynomial"}, "xaxis2", "held"),
        ({"view": "features"}, "xaxis", "lambda"),
    ):
        strong, weak = ({"strength": value, "curve_strength": value, "lambda": value} for value in (0.5, 0.05))
        places = []
        for changed in (strong, weak):
            figure = Regularization(view_of("regularization", **kind, **changed), None).picture().figure
            places.append(carrying(figure, handle)["x"][0])
        first, last = figure["layout"][axis]["range"]
        assert (places[1] - places[0]) * (last - first) > 0, handle
