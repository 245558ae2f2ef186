"""Which output goes with which loss? Probabilities, logits, encodings, pairings and divergences."""

import streamlit as st

from components.cards.cards import Preset, data_card, try_this
from components.live.figure import live_figure
from components.page.frame import actions, open_page
from components.page.parameters import parameter_fields
from components.settings.shares import Shares
from components.settings.state import Choice, Flag, Number
from losses import LOSSES
from losses.probability.simplex import SIMPLEX_LOSSES
from pages.probabilities.cards import below
from pages.probabilities.divergence_view import BOUNDS, HIGH, LOW
from pages.probabilities.model import Probabilities

VIEWS = {
    "simplex": ("Simplex", "Drag prediction or target, or move a logit: slopes and loss answer."),
    "encoding": ("Encoding", "Flip the switches, drag the probe: when do the numbers stay the same?"),
    "pairing": ("Pairing", "Drag the probe along the logit; start, rate and steps retrain all four pairs."),
    "divergence": ("Divergence", "Drag a hump, a bar or the start of reverse KL."),
}
WIDTHS = {"simplex": 250, "encoding": 1, "pairing": 110, "divergence": 250}  # px of the view's own choice
SHAPES = {"humps": "A Gaussian on two humps", "outcomes": "Outcomes with zeros"}
FIELDS = {
    "view": Choice("simplex", tuple(VIEWS)),
    "loss": Choice("categorical_cross_entropy", tuple(SIMPLEX_LOSSES)),
    "z1": Number(1.0, -1e9, 1e9),
    "z2": Number(0.5, -1e9, 1e9),
    "z3": Number(-1.0, -1e9, 1e9),
    "target": Shares((0.0, 1.0, 0.0)),
    "lead": Number(2.0, -1e9, 1e9),
    "classes": Number(3, 2, 1000, whole=True),
    "softmax": Flag(),
    "from_logits": Flag(True),
    "smoothing": Number(0.0, 0.0, 1.0),
    "temperature": Number(1.0, 1e-2, 1e3),
    "label": Choice("1", ("1", "0")),
    "start": Number(-6.0, -50.0, 50.0),
    "at": Number(-6.0, -50.0, 50.0),
    "rate": Number(0.3, 1e-4, 100.0),
    "steps": Number(120, 1, 1000, whole=True),
    "tolerance": Number(0.05, 1e-4, 0.5),
    "shape": Choice("humps", tuple(SHAPES)),
    "m1": Number(-3.0, *BOUNDS["m1"]),
    "m2": Number(3.0, *BOUNDS["m2"]),
    "s1": Number(0.7, *BOUNDS["s1"]),
    "s2": Number(1.0, *BOUNDS["s2"]),
    "weight": Number(0.4, *BOUNDS["weight"]),
    "begin": Number(None, LOW, HIGH),
    "p": Shares((0.4, 0.3, 0.2, 0.1)),
    "q": Shares((0.25, 0.25, 0.25, 0.25)),
    **parameter_fields(SIMPLEX_LOSSES.values()),
}
SURE = {"z1": 8.0, "z2": 0.0, "z3": 0.0}
OUTCOMES = {"view": "divergence", "shape": "outcomes"}
PRESETS = (
    Preset("p − y", "Drag prediction or target: the slopes are prediction minus target, wherever you go."),
    Preset(
        "Confident and wrong",
        "99.9 % on A, and it was B: the loss is far up, and the pull on both is all but 1.",
        SURE,
    ),
    Preset(
        "Honest doubt",
        "The truth is 60, 30 and 10 %. Saying so costs least: the slopes are 0. Any more confidence costs more.",
        {"z1": 1.791759469228055, "z2": 1.0986122886681098, "z3": 0.0, "target": (0.6, 0.3, 0.1)},
    ),
    Preset(
        "MSE gives up",
        "The same confident error under squared error: as wrong as can be, and the slopes are all but 0.",
        SURE | {"loss": "mse"},
    ),
    Preset(
        "Softmax twice",
        "The model is sure and right, and still pays: the red curve never gets below its dotted floor.",
        {"view": "encoding", "softmax": True, "lead": 10.0},
    ),
    Preset(
        "Smoothing’s floor",
        "With s = 0.1 the green curve is lowest at a finite logit, and its least is the target’s entropy.",
        {"view": "encoding", "smoothing": 0.1, "lead": 10.0},
    ),
    Preset(
        "Not probabilities",
        "Logits without from_logits: refused here. Libraries would go on with a wrong number.",
        {"view": "encoding", "from_logits": False},
    ),
    Preset(
        "Sigmoid at −6",
        "Should say yes, is sure of no: MSE hardly pulls and idles for hundreds of steps, BCE goes straight.",
        {"view": "pairing", "rate": 0.5, "steps": 800},
    ),
    Preset(
        "Too fast for MSE",
        "At η = 1 the identity with MSE leaps to and fro for ever; the sigmoids, whose slopes are bounded, do not.",
        {"view": "pairing", "rate": 1.0},
    ),
    Preset(
        "Cover or seek",
        "One Gaussian on two humps: forward KL spreads over both, reverse KL hides in one.",
        {"view": "divergence"},
    ),
    Preset(
        "The other hump",
        "Reverse KL from a start on the left stays there, though the other minimum is lower. Drag the grey start.",
        {"view": "divergence", "begin": -4.0},
    ),
    Preset(
        "A zero in Q",
        "Q says outcome 4 cannot happen, and it does: KL(P‖Q) is infinite. KL(Q‖P) does not mind.",
        OUTCOMES | {"q": (0.4, 0.35, 0.25, 0.0)},
    ),
    Preset(
        "Nothing in common",
        "No outcome is possible under both: both KLs are infinite, Jensen-Shannon is log 2.",
        OUTCOMES | {"p": (0.5, 0.5, 0.0, 0.0), "q": (0.0, 0.0, 0.6, 0.4)},
    ),
)

view = open_page("probabilities", "Which output goes with which loss?", FIELDS)
page = Probabilities(view)

with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
    st.segmented_control("View", list(VIEWS), format_func=lambda key: VIEWS[key][0], required=True, **view.bind("view"))
    with st.container(width=WIDTHS[view["view"]]):  # its place is kept, so that the figure below is not remounted
        if view["view"] == "simplex":
            st.selectbox("Loss", SIMPLEX_LOSSES, format_func=lambda key: LOSSES[key].name, **view.bind("loss"))
        elif view["view"] == "pairing":
            st.segmented_control("Label y", ["1", "0"], required=True, **view.bind("label"))
        elif view["view"] == "divergence":
            st.selectbox("Of", SHAPES, format_func=SHAPES.get, **view.bind("shape"))
    actions(view)
try_this(view, PRESETS, VIEWS[view["view"]][1])
live_figure("probabilities.figure", view, page.picture, page.take)

with st.container():
    below(page)
data_card(page.table, f"losscope-probabilities-{page.kind}.csv", "probabilities:table")
