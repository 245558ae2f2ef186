"""The page ``overlap``: views, presets, links, strokes, drags, nonsense, a visitor's own mask."""

import io
import json
from dataclasses import replace
from unittest.mock import MagicMock

import numpy as np
import pytest
from PIL import Image

from components.live.arrays import Encoder
from components.live.input import LONGEST_STROKE
from components.live.picture import sendable
from components.settings.address import read
from components.text import number
from losses.segmentation.compared import OVERLAP
from losses.segmentation.editing import painted
from losses.segmentation.evaluation import evaluate
from losses.segmentation.growing import LONGEST
from losses.segmentation.shapes import SHAPES, drawn
from losses.segmentation.storage import from_image
from pages.overlap.cards import CORRECTIONS
from pages.overlap.grow_figure import INDEX, LOSS
from pages.overlap.grow_view import story
from pages.overlap.masks_figure import MOST, levels
from pages.overlap.masks_view import share
from pages.overlap.model import Overlap
from pages.overlap.painted import mask_of, written
from pages.overlap.panels import COLORS, LEVELS, kinds
from pages.overlap.settings import COMPARED, FIELDS, MAPS, PRESETS, SCALES, VIEWS
from pages.overlap.words import costing, power, valued
from tests.traces import carrying


@pytest.fixture
def page_of(view_of):
    """The page with a copy of the target as prediction, and with these settings."""
    return lambda **settings: Overlap(view_of("overlap", **{"starts": "object"} | settings))


STROKE = {"stroke.1": {"path": [[10.0, 12.0], [20.0, 12.0]], "erase": False}}
MASK = drawn("disc", 64, 9.0)


def query_of(**values):
    return {name: FIELDS[name].write(FIELDS[name].check(value)) for name, value in values.items()}


def test_it_opens_on_its_question(session):
    session.open("overlap")
    assert session.warnings == []
    assert session.data["address"] == {}
    assert session.sentence.startswith("99.0 % of the pixels are right, and nothing is found")
    assert session.example == "Found nothing"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_its_figure_and_its_tabs_and_opens_from_a_link(session, view):
    query = {"starts": "nothing"} if view == "masks" else {"view": view}
    session.open("overlap", **query)
    assert session.warnings == []
    assert session.sentence and (session.data["handles"] or session.data["runner"])
    assert (session.data["brush"] is not None) == (view == "masks")
    for tab in ("Formulas", "Often said", "Code", "Sources", "Export", "Data"):
        session.at.session_state["overlap:below"] = tab
        session.run()
    assert len(session.at.dataframe) == 1


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_sets_what_it_says_and_nothing_else(session, preset):
    view = preset.values.get("view", "masks")
    session.open("overlap", view=view, brush="5").press(preset.title)
    assert session.warnings == []
    assert preset.look in session.texts
    expected = {name: field.default for name, field in FIELDS.items()} | dict(preset.values) | {"brush": 5.0}
    assert read(FIELDS, session.data["address"]) == (expected, [])


MOVES = [
    ({"view": "masks"}, {"size": 30}, {"size"}),
    ({"view": "masks"}, {"dx": 4, "blur": 1.5}, {"dx", "blur"}),
    ({"view": "masks"}, {"tversky.alpha": 0.9}, {"tversky.alpha"}),
    ({"view": "masks"}, {"show.bce": False}, {"show.bce"}),
    ({"view": "masks"}, {"probe.0": [12.4, 63.9]}, {"probe_x", "probe_y"}),
    ({"view": "masks"}, STROKE, {"painted"}),
    ({"view": "masks", "paints": "target"}, STROKE, {"target", "painted"}),
    ({"view": "size"}, {"size.0": [42.0, 0.0]}, {"size"}),
    ({"view": "size"}, {"shift.0": [-7.2, 0.0]}, {"dx"}),
    ({"view": "grow", "starts": "nothing"}, {"turns": 3}, {"turns"}),
    ({"view": "grow", "starts": "nothing"}, {"rate": 50}, {"rate"}),
]


@pytest.mark.parametrize(("query", "values", "changed"), MOVES, ids=lambda case: str(sorted(case)))
def test_what_moves_is_answered_without_streamlit_and_stays(session, without_streamlit, query, values, changed):
    query = query_of(**query)
    opening = session.open("overlap", **query).picture
    with without_streamlit():
        session.move(**values)
    answer = session.picture
    assert answer != opening
    assert session.data["address"].keys() - {"view"} == {*query, *changed} - {"view"}
    assert session.run().picture == answer
    assert session.warnings == []


# Painting.


def test_a_stroke_is_put_into_what_the_brush_paints_and_once_more_changes_nothing(session):
    session.open("overlap", dx="5", grown="1.5", brush="2.5").move(**STROKE)
    address = session.data["address"]
    assert address.keys() == {"painted", "brush"}, "it stands where it is painted"
    view_mask = drawn("organ", 64, FIELDS["size"].default / 200 * 64)
    found = mask_of(address["painted"])
    stroke = painted(np.zeros((64, 64), bool), np.array(STROKE["stroke.1"]["path"]), 2.5)
    assert found[stroke].all() and found.sum() > stroke.sum() + view_mask.sum() / 2
    longer = {"path": [*STROKE["stroke.1"]["path"], [20.0, 30.0]], "erase": False}
    once = session.move(**{"stroke.1": longer}).data["address"]
    assert session.move(**{"stroke.1": longer}).data["address"] == once


def test_erasing_takes_away_and_what_is_painted_over_the_target_leaves_the_prediction(session):
    session.open("overlap", size="40", dx="3", paints="target")
    before = int(session.data["readouts"][1]["rows"][0]["cells"][3].replace(",", ""))
    session.move(**{"stroke.1": {"path": [[32.0, 32.0]], "erase": True}})
    address = session.data["address"]
    assert address["dx"] == "3", "the prediction is where it was"
    assert mask_of(address["target"]).sum() < drawn("organ", 64, 12.8).sum()
    assert np.array_equal(mask_of(address["painted"]), drawn("organ", 64, 12.8))
    after = int(session.data["readouts"][1]["rows"][0]["cells"][3].replace(",", ""))
    assert after > before, "what is missing now is marked too much"
    assert {control["name"] for control in session.data["controls"]}.isdisjoint({"size", "objects", "missed"})


def test_a_list_says_painted_while_it_is_and_any_choice_takes_that_paint_away_alone(session):
    session.open("overlap", paints="target").move(**STROKE).run()
    target, prediction = lists(session)
    assert (target.value, prediction.value) == ("target", "painted"), "the prediction stays where it was"
    assert (target.options[0], prediction.options[0]) == ("Target: Yours", "Prediction: Painted")
    target.set_value("organ")
    session.run()
    assert session.data["address"].keys() == {"paints", "painted"}
    target, prediction = lists(session)
    assert (target.value, prediction.value) == ("organ", "painted")
    prediction.set_value("nothing")
    session.run()
    assert session.data["address"].keys() == {"paints", "starts"}, "the same choice as before the paint is one, too"
    assert [each.value for each in lists(session)] == ["organ", "nothing"]


def lists(session):
    """Those of target and prediction."""
    keys = [each.key for each in session.at.selectbox]
    return [
        session.at.selectbox(key=key)
        for name in ("shape", "starts")
        for key in keys
        if key.startswith(f"overlap:{name}")
    ]


def test_the_paint_of_each_is_taken_away_by_a_button_of_its_own(session):
    session.open("overlap", **query_of(target=written(MASK), painted=written(MASK)))
    for label, left in (("target’s", {"painted"}), ("prediction’s", set())):
        next(each for each in session.at.button if each.label == f"Take the {label} paint away").click()
        session.run()
        assert session.data["address"].keys() - {"starts"} == left
    assert not [each for each in session.at.button if "paint away" in each.label]


def test_other_pixels_keep_what_was_painted(session):
    session.open("overlap", **query_of(target=written(MASK), painted=written(MASK), probe_x=63))
    session.at.segmented_control(key="overlap:pixels").set_value("128")
    session.run()
    assert session.warnings == []
    address = session.data["address"]
    assert address["painted"] == address["target"]
    assert np.array_equal(mask_of(address["target"]), np.kron(MASK, np.ones((2, 2))) == 1)
    assert "probe_x" not in address


def test_a_painted_mask_of_another_size_is_left_out_with_a_note(session):
    session.open("overlap", **query_of(painted=written(MASK), pixels="32"))
    assert any("pixels a side" in warning for warning in session.warnings)
    assert session.data["address"] == {"pixels": "32"}
    session.open("curves").open("overlap", probe_x="200")
    assert any("outside" in warning for warning in session.warnings)


WRONG_STROKES = [
    {"path": [], "erase": False},
    {"path": [[1.0, 2.0]]},
    {"path": [[1.0, 2.0]], "erase": 1},
    {"path": [["a", None]], "erase": False},
    {"path": [[1e300, 2.0]], "erase": False},
    {"path": [[1.0, 2.0]] * (LONGEST_STROKE + 1), "erase": True},
    [1.0, 2.0],
    "stroke",
    None,
]


@pytest.mark.parametrize("wrong", WRONG_STROKES, ids=lambda wrong: str(wrong)[:40])
def test_a_stroke_that_is_none_changes_nothing_and_is_said(session, wrong):
    before = session.open("overlap", dx="2").data["address"]
    session.move(**{"stroke.1": wrong}).run()
    assert session.data["address"] == before
    assert session.warnings


def test_a_long_stroke_outside_of_the_image_is_taken(session):
    path = [[float(x), -5.0 + 0.1 * x] for x in range(-100, LONGEST_STROKE - 100)]
    session.open("overlap").move(**{"stroke.7": {"path": path, "erase": False}})
    assert session.data["address"].keys() >= {"painted"}


def test_noise_that_no_link_has_room_for_is_refused_and_the_rest_stays(page_of):
    page = page_of(pixels="256")
    page.use((np.random.default_rng(0).random((256, 256)) < 0.5).astype(np.uint8) * 255)
    assert page.view["target"] == ""
    assert any("fewer pixels" in note for note in page.view.notes)


# What is said.


@pytest.mark.parametrize("slope_in", ["logit", "probability"])
@pytest.mark.parametrize("batch", ["image", "mean", "pooled"])
def test_values_and_pulls_are_those_of_the_losses(page_of, slope_in, batch):
    page = page_of(losses=tuple(OVERLAP), size=30.0, dx=2, blur=1.0, slope_in=slope_in, batch=batch)
    target, prediction = page.target(), page.prediction()
    pair = (np.stack([prediction, page.softened(page.moved(page.other_target()))]), np.stack([target, page.other_target()]))  # fmt: skip
    here = (prediction, target) if batch == "image" else pair
    expected = evaluate(*here, conventions=page.conventions, slope_in=slope_in)
    seen = page.seen()
    assert [*seen.found] == [*OVERLAP]
    column, row = seen.probe
    for cells, key in zip([row.cells for row in page.picture().readouts[0].rows], OVERLAP, strict=True):
        assert cells[:2] == (COMPARED[key].name, valued(expected[key].value))
        if (gradient := expected[key].gradient) is not None:
            of_first = gradient if batch == "image" else gradient[0]
            assert np.array_equal(seen.found[key].gradient, of_first)
            assert cells[2] == power(-float(of_first[row, column]), 2)


def test_measures_are_of_the_mask_at_the_threshold(page_of):
    page = page_of(losses=("accuracy", "hausdorff"), size=60.0, blur=3.0, threshold=0.9)
    mask = page.prediction() > 0.9
    found = page.seen().found
    assert found["accuracy"].value == (mask == page.target()).mean()
    assert found["hausdorff"].value == evaluate(mask.astype(float), page.target(), ["hausdorff"])["hausdorff"].value


def test_all_pulls_have_one_scale_unless_each_is_to_have_its_own(page_of):
    page = page_of(size=30.0, dx=3)

    def ends():
        return [int(np.abs(trace["z"]).max()) for trace in maps(page.picture())]

    page.view.set(scale="even")
    largest = {key: np.abs(pull).max() for key, pull in page.seen().pulls.items()}
    shares = [MOST * size / max(largest.values()) for size in largest.values()]
    assert ends() == pytest.approx(shares, abs=0.5)
    page.view.set(scale="own")
    assert ends() == [MOST] * len(largest)
    titles = {label.text for label in page.picture().labels}
    assert {f"{costing(key)} ±{power(size, 2)}" for key, size in largest.items()} <= titles


def maps(picture):
    """The maps of the pulls."""
    return [trace for trace in picture.figure["data"] if trace["type"] == "heatmap" and trace["zmin"] == -MOST][:-1]


def test_levels_are_odd_monotone_and_end_at_the_reach():
    pull = np.linspace(-2.0, 2.0, 4001)
    for decades in (True, False):
        found = levels(pull, 2.0, decades)
        assert found.dtype == np.int8
        assert (found[0], found[2000], found[-1]) == (-MOST, 0, MOST)
        assert np.array_equal(found, -found[::-1]) and (np.diff(found.astype(int)) >= 0).all()
    assert levels(np.array([np.inf, -np.inf]), 1.0, True).tolist() == [MOST, -MOST]
    assert np.isnan(levels(np.array([np.nan, 0.0]), 1.0, True)[0])
    assert levels(np.zeros(2), 0.0, True).tolist() == [0, 0]
    tenth = levels(np.array([0.1, 0.01]), 1.0, True)
    assert MOST - tenth[0] == pytest.approx(tenth[0] - tenth[1], abs=2), "a power of ten is as wide as another"


def test_the_four_kinds_of_pixels_have_colours_of_their_own():
    prediction = np.array([[0.1, 0.9], [0.1, 0.9]])
    found = kinds(prediction, prediction > 0.5, np.array([[False, False], [True, True]]))
    assert found.dtype == np.int8
    assert (found // LEVELS).tolist() == [[0, 1], [2, 3]]
    assert (
        [place for place, _ in COLORS] == sorted({place for place, _ in COLORS})
        and COLORS[0][0] == 0
        and COLORS[-1][0] == 1
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"size": 0.0, "starts": "nothing"}, "Nothing is there and nothing is found"),
        ({"size": 0.0, "starts": "everything"}, "Nothing is there, and 4,096 pixels are marked"),
        ({"size": 30.0, "dx": 60}, "and nothing is found"),
        ({"size": 15.0, "dx": 20}, "and all 41 pixels marked are wrong"),
        ({"size": 30.0}, "100 % is found, with 0 pixels too many"),
    ],
    ids=str,
)
def test_the_sentence_says_what_is_found(page_of, settings, said):
    assert said in page_of(**settings).picture().sentence


@pytest.mark.parametrize("batch", ["mean", "pooled"])
def test_what_is_of_this_image_and_what_of_both_is_told_apart(page_of, batch):
    page = page_of(shape="disc", dx=12, batch=batch, losses=("accuracy", "bce", "dice"))
    picture = page.picture()
    alone, both = page_of(shape="disc", dx=12).seen().found, page.seen().found
    assert alone["dice"].value != both["dice"].value
    here, _, costs = picture.sentence.partition(". Both images: ")
    assert here.startswith("Here 96.3 % of the pixels are right")
    assert valued(both["dice"].value) in costs and valued(both["bce"].value) in costs
    assert picture.readouts[0].columns[1] == "value, both"


STARTED = [{"starts": "nothing"}, {"starts": "everything"}, {"objects": 3, "missed": 1}, {"dx": 4, "grown": -1.0}]


@pytest.mark.parametrize("settings", STARTED, ids=str)
def test_the_other_image_of_a_batch_is_changed_alike(page_of, settings):
    page = page_of(batch="mean", size=40.0, losses=("dice", "accuracy"), **settings)
    as_large = page_of(size=60.0, **settings)
    assert np.array_equal(page.other_hard(), as_large.hard())
    alone = [evaluate(each.prediction(), each.target(), ["dice"])["dice"].value for each in (page, as_large)]
    assert page.seen().found["dice"].value == pytest.approx(np.mean(alone), rel=1e-12)
    assert any(note.endswith("changed alike.") for note in page.picture().notes)


def test_paint_is_of_the_image_on_screen_alone_and_the_note_says_so(page_of):
    for starts in ("object", "nothing"):
        page = page_of(batch="pooled", starts=starts, painted=written(MASK))
        assert np.array_equal(page.other_hard(), page_of(starts=starts, size=60.0).hard())
        assert any("but for the paint" in note for note in page.picture().notes)


def test_what_is_a_loss_and_what_an_index_of_the_same_name_is_said(page_of):
    losses = {"losses": ("bce", "dice", "jaccard", "tversky", "focal")}
    seen = page_of(dx=2, **losses)
    found = {key: valued(each.value) for key, each in seen.seen().found.items()}
    picture = seen.picture()
    assert picture.sentence.endswith(f"Dice loss {found['dice']}, BCE {found['bce']}.")
    titles = [label.text for label in picture.labels]
    assert {f"{name} loss {found[name.lower()]}" for name in ("Dice", "Jaccard", "Tversky")} <= {*titles}
    assert {f"BCE {found['bce']}", f"Focal {found['focal']}"} <= {*titles}
    grow = page_of(view="grow", starts="nothing", confidence=0.9, turns=2, **losses)
    dices = {key: grown.dices[-1] for key, grown in grow.growth(lambda: False).after.items()}
    titles = [label.text for label in grow.picture().labels]
    assert {f"{COMPARED[key].name} → {number(index)}" for key, index in dices.items()} <= {*titles}
    assert "→ Dice index" in titles
    assert "A Dice index of 0.9" in CORRECTIONS["size"][0][0]


def test_a_share_is_never_all_or_nothing_by_rounding():
    assert [share(value) for value in (0.0, 1.0, 0.5, 1e-5, 1 - 1 / 65536)] == [
        "0 %",
        "100 %",
        "50.0 %",
        "0.001 %",
        "99.998 %",
    ]


def test_what_is_undefined_or_infinite_is_shown_as_that(page_of):
    page = page_of(size=0.0, starts="everything", confidence=1.0, losses=("bce", "hausdorff", "dice"))
    rows = {row.cells[0]: row.cells[1] for row in page.picture().readouts[0].rows}
    assert rows == {"BCE": "∞", "Hausdorff": "undefined", "Dice": "1.00"}
    notes = " ".join(page.picture().notes)
    assert "Hausdorff: undefined" in notes and "BCE: infinite" in notes


# Everything at once.

EXTREMES = [
    *({"shape": shape, "size": size} for shape in SHAPES for size in (0.0, 200.0)),
    *({"pixels": side, "blur": 64.0, "grown": 128.0, "dx": -256, "dy": 256} for side in ("32", "256")),
    {"starts": "everything", "confidence": 1.0, "slope_in": "probability"},
    {"starts": "nothing", "confidence": 1.0, "slope_in": "probability", "scale": "own"},
    {"grown": -128.0, "threshold": 1.0, "objects": 9, "missed": 9},
    {"threshold": 0.0, "smooth": 1e6, "smoothing": "denominator", "squared": True, "background": True},
    {"confidence": 0.5, "scale": "own"},
    {"losses": ("accuracy",)},
    {"losses": ("hausdorff", "hausdorff_95"), "size": 0.0},
    *({"scale": scale, "losses": tuple(OVERLAP)} for scale in SCALES),
    {"view": "size", "size": 200.0, "dx": -256},
    {"view": "size", "size": 0.0, "losses": tuple(OVERLAP)},
    {"view": "size", "losses": ("hausdorff",), "pixels": "256"},
    {"view": "size", "confidence": 1.0, "losses": ("bce", "dice")},
    {"view": "grow", "losses": ("dice",), "turns": 2, "rate": 1e7},
    {"view": "grow", "size": 0.0, "starts": "everything", "turns": 3, "confidence": 1.0},
    {"view": "grow", "turns": 3, "starts": "everything", "size": 200.0, "optimiser": "adam", "rate": 1e-4},
]


@pytest.mark.parametrize("settings", EXTREMES, ids=str)
def test_extremes_are_drawn(page_of, settings):
    picture = (page := page_of(**settings)).picture()
    sent = json.loads(Encoder().json(sendable(picture)))
    assert picture.sentence in picture.alt and len(picture.sentence) <= 160
    assert "nan" not in picture.sentence and "inf" not in picture.sentence.replace("infinite", "")
    for handle in picture.handles:
        assert len(carrying(picture.figure, handle.carried)["x"]) == 1
    for trace in picture.figure["data"]:
        assert trace["type"] in ("scatter", "heatmap")
        assert trace["type"] == "heatmap" or trace["mode"] in ("lines", "markers"), (
            "what is painted while something moves"
        )
    assert len(maps(picture)) <= MAPS or page.kind != "masks"
    assert len({len(column) for column in page.table().values()}) == 1
    assert sent["brush"] is None or sent["brush"]["radius"] > 0


HOSTILE = [
    {"view": "../../etc/passwd"},
    {"losses": "dice,<script>"},
    {"size": "nan", "dx": "1e400"},
    {"dx": "1.5", "brush": "0"},
    {"target": "64.AAAA"},
    {"painted": "A" * 5000},
    {"painted": "65.Y2AYBSMZAAA"},
    {"pixels": "4096"},
    {"objects": "1000000", "missed": "-1"},
    {"turns": str(LONGEST + 1), "optimiser": "lbfgs"},
    {"tversky.alpha": "-1", "smooth": "inf"},
    {"probe_x": "256"},
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: str(query)[:60])
def test_a_hostile_link_opens_the_default_with_a_note(session, query):
    session.open("overlap", **query)
    assert session.warnings
    assert session.data["address"] == {"starts": "object"}


def test_a_link_of_another_page_that_does_not_go_together_is_said_while_the_hand_moves(session):
    session.open("overlap", dx="2")
    before = session.sentence
    small = written(MASK[::2, ::2])
    session.move(address={"parameters": query_of(painted=small, target=small, probe_x=60)})
    assert session.sentence == before and any("cannot be drawn" in note for note in session.data["notes"])
    session.move(address={"parameters": query_of(painted=written(MASK), pixels="32")})
    assert session.sentence == before
    assert any("cannot be drawn" in note for note in session.data["notes"])
    session.run()
    assert session.sentence != before and session.data["address"] == {"pixels": "32"}


# Sizes.

BEYOND = [{"dx": 40}, {"dx": -256}, {"size": 0.0}, {"size": 1.0, "dx": -22}, {"size": 200.0, "dx": 21}]


@pytest.mark.parametrize("settings", BEYOND, ids=str)
def test_the_axes_of_sizes_and_their_lines_reach_as_far_as_the_handles(page_of, settings):
    page = page_of(view="size", losses=tuple(OVERLAP), **settings)
    figure = page.picture().figure
    for handle in ("size", "shift"):
        trace = carrying(figure, handle)
        low, high = figure["layout"][trace["xaxis"].replace("x", "xaxis")]["range"]
        (at,) = trace["x"]
        assert low <= at <= high, handle
        lines = [each for each in figure["data"] if "customdata" in each and each["xaxis"] == trace["xaxis"]]
        for line in lines:
            assert line["x"][0] == low and line["x"][-1] == high and (np.diff(line["x"]) > 0).all()
            name = next(key for key, one in COMPARED.items() if one.name == line["name"])
            here = line["customdata"][line["x"] == at]
            assert not here.size or here == pytest.approx(page.sizes().here[name], nan_ok=True)
    if "dx" in settings:
        assert settings["dx"] in page.sizes().over_shift.x


SAID = [
    (
        {"shape": "disc", "size": 20.0, "dx": -5},
        "A disc of 20 % of the width, found 5 px to the left: Dice loss 0.492;",
    ),
    ({"size": 20.0, "dx": 5}, "An organ of 20 % of the width, found 5 px to the right: Dice loss "),
    ({"dx": 0}, "of 15 % of the width, found in its place: "),
    ({"size": 0.0, "dx": 5}, "An organ of 0 % of the width, which has no pixel: Dice loss "),
    ({"size": 0.0, "losses": ("hausdorff",)}, "which has no pixel: Hausdorff undefined."),
]


@pytest.mark.parametrize(("settings", "said"), SAID, ids=str)
def test_the_sentence_of_sizes_says_where_the_object_is_found(page_of, settings, said):
    assert said in page_of(view="size", **settings).picture().sentence


def test_half_and_twice_the_size_are_computed_and_not_read_off_the_curve(page_of):
    page = page_of(view="size", shape="disc", size=20.0, dx=5)
    half, twice = (page_of(view="size", shape="disc", size=size, dx=5).sizes().here["dice"] for size in (10.0, 40.0))
    assert page.sizes().beside == pytest.approx({10.0: half, 40.0: twice}, rel=1e-12)
    assert page.picture().sentence.endswith(f"; {valued(half)} at 10 % and {valued(twice)} at 40 %.")


def test_a_line_that_another_covers_is_wider_so_that_both_are_seen(page_of):
    """Misses and false alarms of a shift are as many: Tversky is Dice where its weights add up to 1."""
    page = page_of(view="size", losses=("dice", "tversky", "jaccard"), dx=5)

    def widths():
        return [trace["line"]["width"] for trace in page.picture().figure["data"] if "customdata" in trace]

    assert widths() == [5.4, 2.4, 2.4] * 2
    page.view.set(**{"tversky.beta": 0.9})
    assert widths() == [2.4] * 6


# Growing.


def test_turns_go_on_and_are_taken_back(page_of):
    page = page_of(view="grow", starts="nothing", confidence=0.9, turns=120)
    page.prepare(place := MagicMock())
    assert place.empty.called
    there = page.growth(lambda: False).after
    page.view.set(turns=7)
    page.view.set(turns=7)
    back = page.growth(lambda: False).after
    page.view.set(turns=120)
    page.prepare(MagicMock())
    for key, grown in page.growth(lambda: False).after.items():
        assert np.array_equal(grown.prediction, there[key].prediction), "the same, whichever way it came"
        assert np.array_equal(grown.losses[:8], back[key].losses)
        assert len(grown.losses) == 121


def test_a_prediction_that_leaves_the_numbers_says_so_and_the_others_go_on(page_of):
    page = page_of(view="grow", starts="nothing", confidence=0.9, losses=("dice", "lovasz_hinge"), rate=1e7, turns=4)
    growth = page.growth(lambda: False)
    assert growth.at == 4 and not growth.unfinished
    gone = [key for key, grown in growth.after.items() if grown.diverged]
    assert bool(gone) == any("left the numbers" in note for note in page.picture().notes)


def test_names_of_lines_at_0_have_room_below_them_and_no_line_behind_them(page_of):
    for settings in ({"starts": "nothing", "confidence": 0.9, "turns": 9}, {"turns": 9, "losses": ("boundary", "bce")}):
        picture = page_of(view="grow", **settings).picture()
        layout = picture.figure["layout"]
        for panel in (INDEX, LOSS):
            y, x = layout[f"yaxis{panel}"], layout[f"xaxis{panel}"]
            least = min(trace["y"].min() for trace in picture.figure["data"] if trace["yaxis"] == f"y{panel}")
            low, high = y["range"]
            assert least - low >= 0.08 * (high - low)
            assert not any(axis["zeroline"] or axis["showline"] for axis in (x, y))


def test_what_was_found_at_the_start_was_found_by_none(page_of):
    page = page_of(view="grow", turns=5, losses=("bce", "dice"))
    assert page.growth(lambda: False).after["bce"].dices[0] == 1
    assert page.picture().sentence == "After 5 turns: the object was found at the start."
    page.view.set(turns=1)
    assert page.picture().sentence.startswith("After 1 turn: ")
    growth = page.growth(lambda: False)
    lost = growth.after["dice"]._replace(dices=np.array([1.0, 0.3]))
    told = story(replace(growth, after={**growth.after, "dice": lost}))
    assert told == "After 1 turn: the object was found at the start, and is lost under Dice."


def test_losses_without_room_to_grow_are_named(page_of):
    losses = ("bce", "focal", "accuracy", "dice", "tversky", "lovasz_hinge", "boundary", "jaccard", "bce_dice")
    page = page_of(view="grow", losses=losses)
    assert len(page.growth(lambda: False).after) == MAPS
    said = [note for note in page.picture().notes if "hide one" in note]
    assert len(said) == 1 and said[0].endswith(": Jaccard, BCE + Dice.")
    page.view.set(**{"show.bce": False, "show.focal": False})
    assert not [note for note in page.picture().notes if "hide one" in note]


def test_sizes_say_that_they_leave_the_paint_out_and_ask_for_no_file(session, page_of):
    session.open("overlap", **query_of(view="size", target=written(MASK)))
    assert any(note.startswith("The painted target is not used") for note in session.data["notes"])
    assert not session.at.file_uploader
    both = page_of(view="size", target=written(MASK), painted=written(MASK)).picture().notes
    assert any(note.startswith("The painted target and painted prediction are not used") for note in both)
    assert not any("not used" in note for note in page_of(view="size").picture().notes)


def test_measures_alone_do_not_grow_and_the_page_says_what_it_shows_instead(session):
    session.open("overlap", view="grow", losses="accuracy")
    assert any("no gradient" in warning for warning in session.warnings)
    assert session.data["address"]["losses"] == "accuracy,dice"


def test_an_optimiser_brings_a_learning_rate_that_suits_it(session):
    session.open("overlap", view="grow", starts="nothing")
    session.at.selectbox(key="overlap:optimiser").set_value("adam")
    session.run()
    assert session.data["address"]["rate"] == "0.1"
    session.at.selectbox(key="overlap:optimiser").set_value("momentum")
    session.run()
    assert "rate" not in session.data["address"]


# A file, and what is taken along.


def test_a_picture_becomes_the_target(session):
    session.open("overlap", dx="4")
    image = np.zeros((90, 120), np.uint8)
    image[20:60, 30:80] = 255
    raw = io.BytesIO()
    Image.fromarray(image).save(raw, "PNG")
    session.at.file_uploader(key="overlap:file").set_value(("mask.png", raw.getvalue(), "image/png"))
    session.run()
    assert np.array_equal(mask_of(session.data["address"]["target"]), from_image(image, 64) > 0.5)
    assert session.data["address"].keys() == {"target"}
    session.at.file_uploader(key="overlap:file").set_value(("mask.png", b"no picture", "image/png"))
    session.run()
    assert "no PNG" in session.at.error[0].value
    assert session.data["address"].keys() == {"target"}


def png(pixels, mode, palette=None):
    image = Image.fromarray(pixels, mode)
    if palette:
        image.putpalette(palette)
    raw = io.BytesIO()
    image.save(raw, "PNG")
    return ("mask.png", raw.getvalue(), "image/png")


def test_masks_of_labels_are_read_and_one_without_an_object_is_refused(session):
    session.open("overlap")
    upload = session.at.file_uploader(key="overlap:file")
    labels = MASK.astype(np.uint8)
    upload.set_value(png(labels, "P", [0, 0, 0, 128, 0, 0]))
    session.run()
    assert np.array_equal(mask_of(session.data["address"]["target"]), MASK)
    session.at.file_uploader(key="overlap:file").set_value(png(drawn("ring", 64, 9.0).astype(np.uint8), "L"))
    session.run()
    assert np.array_equal(mask_of(session.data["address"]["target"]), drawn("ring", 64, 9.0))
    address = session.data["address"]
    session.at.file_uploader(key="overlap:file").set_value(png(np.full((64, 64), 90, np.uint8), "L"))
    session.run()
    assert "the brightest has 90" in session.at.error[0].value
    assert session.data["address"] == address
