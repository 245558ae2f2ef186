"""Who moves when one point lies? MSE, MAE, Huber and others fitted at once to data with outliers."""

from dataclasses import replace

import streamlit as st

from components.cards.cards import Preset, code_card, data_card, formulas, predict_first, try_this
from components.live.figure import Control, Picture, live_figure
from components.live.input import Input
from components.page.frame import actions, open_page
from components.page.parameters import parameter_controls, parameter_fields, settings
from components.settings.state import Choice, Moves, Number, Several
from components.text import listed, number, plain
from components.upload.pairs import as_dataset, column_chooser, uploaded, uploader
from losses import LOSSES
from losses.data.datasets import DATASETS, Dataset, generate_line
from losses.data.edited import EditedData, with_edits
from losses.data.outliers import KINDS, SIDES, Outliers
from losses.fitting.comparison import MODELS, compare, fit_all
from pages.outliers.view import lifted_middle, outlier_picture, table

REGRESSION = {key: loss for key, loss in LOSSES.items() if loss.family == "regression"}
LIAR = {10: (10.0, -20.0)}  # the clean line opens with its last point moved here
FIELDS = {
    "data": Choice("line", (*DATASETS, "csv")),
    "losses": Several(("mse", "mae", "huber"), tuple(REGRESSION), most=5),
    "model": Choice("line", MODELS),
    "moves": Moves(),
    "count": Number(0, 0, 50, whole=True),
    "size": Number(10, 0, 100),
    "kind": Choice("vertical", KINDS),
    "side": Choice("up", SIDES),
    "seed": Number(0, 0, 9999, whole=True),
    "n": Number(50, 3, 500, whole=True),
    "noise": Number(1.0, 0.0, 10.0),
    **parameter_fields(REGRESSION.values()),
}
PRESETS = (
    Preset(
        "One liar", "The last point fell from 20.6 to −20. MSE’s line lies down; MAE and Huber hardly stir. Drag it."
    ),
    Preset(
        "In the middle",
        "Far up in the middle, the point lifts MSE’s line but cannot turn it.",
        {"moves": {5: (5.0, 40.0)}},
    ),
    Preset(
        "Leverage",
        "Drag the point further right: at some place MAE gives in and follows it.",
        {"moves": {10: (28.0, 0.0)}},
    ),
    Preset(
        "How many break MAE?",
        "Slide Outliers up: MSE gives in at the first, MAE holds out long and then turns at once.",
        {"data": "generated", "count": 20, "size": 30.0},
    ),
    Preset(
        "Belgian phones",
        "Six years were recorded in minutes instead of calls.",
        {"data": "belgian_phones"},
    ),
    Preset(
        "Stars fool Huber",
        "Four giants are leverage points: even MAE and Huber get the sign wrong. Tukey with c = 2 does not.",
        {"data": "stars", "losses": ("mse", "mae", "huber", "tukey"), "tukey.c": 2.0},
    ),
    Preset(
        "Five numbers",
        "Location of {1, 2, 3, 4, 100}: the mean is 22, the median 3.",
        {"data": "location", "model": "constant"},
    ),
)

view = open_page("outliers", "Who moves when one point lies?", FIELDS)
upload = uploaded()


def new_data() -> None:
    """Other data have other rows and another unit: what was set in those starts afresh."""
    model = "constant" if view["data"] == "location" else "line"
    moves = {} if view["data"] == "line" else None
    view.start_from(data=view["data"], losses=view["losses"], model=model, moves=moves)


def dataset() -> Dataset:
    """The data chosen, before anything is done to them."""
    if view["data"] == "csv":
        return view.cached("csv", upload.identity, lambda: as_dataset(upload))
    if view["data"] == "generated":
        x, y = generate_line(view["n"], view["noise"], view["seed"])
        return replace(DATASETS["generated"], x=x, y=y)
    return DATASETS[view["data"]]


def moved() -> dict[int, tuple[float, float]]:
    """The points moved by hand, or the one that the page opens with."""
    if view["moves"] is not None:
        return view["moves"]
    return LIAR if view["data"] == "line" else {}


def most_outliers() -> int:
    """Bad points stay the smaller half."""
    return min(len(dataset().x) // 2, 50)


def edited() -> EditedData:
    """The points on screen."""
    outliers = Outliers(view["count"], view["size"], view["kind"], view["side"])
    return with_edits(dataset(), outliers, view["seed"], moved())


def chosen() -> dict[str, dict]:
    """The losses chosen, with their parameters."""
    return {key: settings(view, LOSSES[key], dataset().scale) for key in view["losses"]}


def on_input(hand: Input) -> None:
    """Take the sliders, and the moved points by row."""
    view.set(**hand.sliders, **({"moves": moved() | hand.moves} if hand.moves else {}))


def picture() -> Picture:
    """The settings as they stand, drawn."""
    points, losses = edited(), chosen()
    spec = (
        view["data"],
        view["n"],
        view["noise"],
        view["seed"],
        points.bad.tobytes(),
        view["model"],
        str(losses),
        upload and upload.identity,
    )
    unspoiled = view.cached("unspoiled", spec, lambda: fit_all(*points.unspoiled(), losses, view["model"])[0])
    controls = (
        *parameter_controls(view, map(LOSSES.get, losses), dataset().scale),
        Control("count", "Outliers", view["count"], 0, most_outliers(), whole=True, limits=(0, most_outliers())),
        Control("size", "How far they lie", view["size"], 0, 50, limits=(0, 100)),
    )
    comparison = compare(points.x, points.y, losses, view["model"])
    return outlier_picture(points, comparison, unspoiled, controls)


def more() -> None:
    """Settings that are rarely changed."""
    st.segmented_control("Outliers are", KINDS, required=True, **view.bind("kind"))
    st.segmented_control(
        "on the side", SIDES, required=True, **view.bind("side"), help="For leverage points: which go first."
    )
    st.segmented_control("Fit a", MODELS, required=True, **view.bind("model"))
    st.number_input("Seed", 0, 9999, **view.bind("seed"), help="Another seed chooses other points.")
    if view["data"] == "generated":
        st.slider("Points", FIELDS["n"].low, FIELDS["n"].high, **view.bind("n"))
        st.slider("Noise", FIELDS["noise"].low, FIELDS["noise"].high, **view.bind("noise"))


def data_title(key: str) -> str:
    """What a data set is called in the list."""
    return upload.name if key == "csv" else DATASETS[key].title


with st.container():
    if view["data"] == "csv" and not upload:
        st.warning("The link shows an uploaded file, and files stay with whoever uploads them: here is a line instead.")
        view.start_from()
    here = {"moves": Moves(rows=len(dataset().x)), "count": Number(0, 0, most_outliers(), whole=True)}
    for note in view.restrict(**here):
        st.warning(plain(note), icon="⚠️")
with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
    st.selectbox(
        "Data",
        [*DATASETS, *["csv"][: bool(upload)]],
        format_func=data_title,
        width=280,
        **view.bind("data", new_data),
    )
    st.multiselect(
        "Losses",
        REGRESSION,
        format_func=lambda key: LOSSES[key].name,
        max_selections=5,
        width=420,
        **view.bind("losses"),
    )
    with st.popover("Your CSV"):
        if uploader() or (view["data"] == "csv" and column_chooser()):
            view.set(data="csv")
            new_data()
            st.rerun()
    with st.popover("More"):
        more()
    actions(view)
try_this(view, PRESETS, "Drag any point, or move a slider: every fit answers.")
live_figure("outliers.figure", view, picture, on_input)
about = "" if moved() or view["count"] else plain(dataset().note)
st.caption(f"{about} Source: {plain(dataset().source)}.")

losses, points = chosen(), edited()
formulas(losses)
predict_first(
    "outliers:predict",
    "On the clean line the middle point is lifted from 11.5 to 40. What changes most?",
    ("MSE’s slope", "MSE’s intercept", "MAE’s slope", "MAE’s intercept"),
    right=lambda: max(lifted_middle(), key=lifted_middle().get),
    because=lambda: "Changes: " + listed(f"{what} {number(change)}" for what, change in lifted_middle().items()) + ".",
)
code_card(losses, "outliers:code")
data_card(
    lambda: table(points, fit_all(points.x, points.y, losses, view["model"])[0]),
    "losscope-outliers.csv",
    "outliers:table",
)
