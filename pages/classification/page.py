"""What is a margin worth? Boundaries between two classes, each loss's own, and who pays for them."""

import streamlit as st

from components.cards.cards import Preset, code_card, data_card, formulas, try_this
from components.live.figure import Control, Picture, live_figure
from components.live.input import Input
from components.page.frame import actions, open_page
from components.page.parameters import parameter_controls, parameter_fields
from components.settings.state import Choice, Moves, Number, Several
from components.text import plain
from components.upload.labelled import column_chooser, uploaded, uploader
from losses import LOSSES
from losses.boundary.fit import FITTED
from losses.data.two_features import FEWEST, MOST, MOST_UNEQUAL, TWO_FEATURES
from pages.classification.cards import calibration, corrections, objective, predictions
from pages.classification.model import HIDDEN, Classification
from pages.classification.view import classification_picture, table

FIELDS = {
    "data": Choice("outlier", (*TWO_FEATURES, "csv")),
    "losses": Several(("hinge", "logistic", "ramp"), tuple(FITTED), most=4),
    "l2": Number(0.01, 0, 1e6),
    "weight": Number(1, 1e-4, 1e4),
    "at": Number(0.5, -1e9, 1e9),
    "n": Number(40, FEWEST, MOST, whole=True),
    "ratio": Number(1, 1, MOST_UNEQUAL),
    "flipped": Number(0, 0, 1),
    "noise": Number(1, 0, 10),
    "seed": Number(0, 0, 9999, whole=True),
    "moves": Moves({}),
    **parameter_fields(FITTED.values()),
}
BCE = "binary_cross_entropy"
PRESETS = (
    Preset(
        "One outlier",
        "One positive point lies far off. Hinge and logistic turn towards it; the ramp has stopped paying. Drag it.",
    ),
    Preset(
        "m = 0.5",
        "Right is not enough: at m = 0.5 hinge still asks for 0.5. Dotted lines are its margins; who stands inside pays.",
        {"data": "blobs", "losses": ("hinge", "perceptron", "logistic"), "l2": 0.3},
    ),
    Preset(
        "m = 3",
        "Very right, and squared loss makes it pay (1 − 3)² = 4, as much as m = −1. Hinge and squared hinge ask nothing.",
        {"data": "blobs", "losses": ("mse", "hinge", "squared_hinge"), "at": 3.0},
    ),
    Preset(
        "m = −10",
        "Hinge charges 11 for it, and for −100 it would be 101. The ramp’s price is 1, however wrong.",
        {"losses": ("hinge", "ramp"), "at": -10.0},
    ),
    Preset(
        "Hinge collapses",
        "At x₁ = −30 the outlier outbids everybody: hinge gives up x₁. Drag it right to −20 and hinge recovers.",
        {"losses": ("hinge", "ramp"), "n": 20, "moves": {1: (-30.0, 0.0)}},
    ),
    Preset(
        "Easy against hard",
        "10,000 easy examples against 100 hard ones: first table. Slide γ to 0 and back: focal hands the loss to the hard.",
        {"data": "overlap", "losses": (BCE, "focal"), "focal.alpha": 0.5},
    ),
    Preset(
        "1 % positive",
        "Accuracy 99 %, recall 0, and calibrated. Slide the class weight to 99: recall rises, calibration is lost.",
        {"data": "overlap", "losses": (BCE,), "n": 1000, "ratio": 99.0},
    ),
    Preset(
        "30 % flipped",
        "Nearly a third of the labels lie: see how sure each becomes, and focal less than it should.",
        {"data": "blobs", "losses": (BCE, "focal"), "n": 400, "flipped": 0.3, "focal.alpha": 0.5},
    ),
    Preset(
        "Without L2",
        "A line parts the groups, so logistic has no optimum: ever larger scores cost ever less. Hinge stops at its margin.",
        {"data": "blobs", "losses": ("logistic", "hinge"), "l2": 0.0},
    ),
    Preset(
        "No margin",
        "The perceptron asks for nothing beyond the right sign: the weights 0 cost 0, and there is no boundary.",
        {"data": "overlap", "losses": ("perceptron", "hinge")},
    ),
)

view = open_page("classification", "What is a margin worth?", FIELDS)
upload = uploaded()
page = Classification(view, upload)


def on_input(hand: Input) -> None:
    """Take the sliders, the moved points by identity, and the probe by its x."""
    probe = hand.point("at")
    view.set(
        **hand.sliders,
        **({"at": probe[0]} if probe else {}),
        **({"moves": view["moves"] | hand.moves} if hand.moves else {}),
    )


def picture() -> Picture:
    """The settings as they stand, drawn."""
    controls = (
        Control("l2", "L2 penalty λ", view["l2"], 1e-4, 10, log=True, limits=(0, 1e6)),
        Control("weight", "Weight of the positive class w₊", view["weight"], 0.01, 1000, log=True, limits=(1e-4, 1e4)),
        *parameter_controls(view, map(FITTED.get, view["losses"]), hidden=HIDDEN),
    )
    return classification_picture(page.points, page.original, page.fits(), view["at"], view["weight"], controls)


def new_data() -> None:
    """Other data are other points: those moved by hand are gone."""
    view.set(moves={})


def more() -> None:
    """Settings that are rarely changed."""
    left, right = st.columns(2)
    left.number_input("Examples", FEWEST, MOST, **view.bind("n"))
    right.number_input("Negatives for one positive", 1.0, float(MOST_UNEQUAL), format="%g", **view.bind("ratio"))
    left.number_input("Share of flipped labels", 0.0, 1.0, step=0.05, **view.bind("flipped"))
    right.number_input("Noise ×", 0.0, 10.0, step=0.1, **view.bind("noise"))
    left.number_input("Seed", 0, 9999, **view.bind("seed"))
    right.number_input("Probe m", -1e9, 1e9, format="%g", **view.bind("at"))


with st.container():
    for note in page.check():
        st.warning(plain(note), icon="⚠️")
with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
    st.selectbox(
        "Data",
        [*TWO_FEATURES, *["csv"][: bool(upload)]],
        format_func=lambda key: upload.name if key == "csv" else TWO_FEATURES[key].title,
        width=240,
        **view.bind("data", new_data),
    )
    st.multiselect(
        "Losses",
        FITTED,
        format_func=lambda key: LOSSES[key].name,
        max_selections=4,
        width=420,
        **view.bind("losses"),
    )
    with st.popover("Your CSV"):
        if uploader() or (view["data"] == "csv" and column_chooser()):
            view.set(data="csv", moves={})
            st.rerun()
    with st.popover("More"):
        more()
    actions(view)
try_this(view, PRESETS, "Drag a point, the diamond or a slider: every boundary answers.")
live_figure("classification.figure", view, picture, on_input)
st.caption(plain(page.about()))

objective(page)
formulas(page.chosen())
predictions()
corrections()
calibration(page)
code_card(page.chosen(), "classification:code")
data_card(lambda: table(page.points, page.fits()), "losscope-classification.csv", "classification:table")
