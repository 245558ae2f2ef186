"""How hard does each loss pull? Losses of every family over one number, with slope and curvature."""

import streamlit as st

from components.cards.cards import Preset, code_card, data_card, formulas, predict_first, try_this
from components.live.figure import Picture, live_figure
from components.live.input import Input
from components.page.frame import actions, open_page
from components.page.parameters import parameter_controls, parameter_fields, settings
from components.settings.state import Choice, Flag, Number, Several
from components.text import number, plain
from losses import LOSSES
from losses.curves.catalogue import AXES
from pages.curves.view import curves_picture, probe, table

FIELDS = {
    "axis": Choice("residual", tuple(AXES)),
    "losses": Several(("mse", "mae", "huber"), tuple(LOSSES), most=5),
    "curvature": Flag(),
    "at": Number(None, -1e6, 1e6),
    **parameter_fields([*LOSSES.values(), *AXES.values()]),
}
PRESETS = (
    Preset(
        "r = 5, δ = 1",
        "Squared error costs 25 and pulls with 10; absolute costs 5, Huber 4.5, and both pull with 1.",
        {"at": 5.0},
    ),
    Preset(
        "Double the residual",
        "Move the probe from 2 to 4: squared error costs four times as much, absolute error twice.",
        {"at": 2.0},
    ),
    Preset(
        "δ near 0",
        "Huber becomes δ times the absolute error: the thick, bent part has all but gone.",
        {"huber.delta": 0.05},
    ),
    Preset(
        "δ large", "Huber becomes ½r², half of MSE’s curve: every residual in view is inside δ.", {"huber.delta": 10.0}
    ),
    Preset(
        "Barron’s α",
        "Slide α from 2 (squared) by 1 (pseudo-Huber), 0 (Cauchy), −2 (Geman-McClure) down; type −∞ for Welsch.",
        {"losses": ("general_robust",), "at": 3.0},
    ),
    Preset(
        "What is a margin worth?",
        "Hinge still costs at margin 0.5, where the sign is right; logistic never quite stops.",
        {"axis": "margin", "losses": ("zero_one", "hinge", "logistic"), "at": 0.5},
    ),
    Preset(
        "Confident and wrong",
        "Cross-entropy punishes a confident error without bound; focal cares less about easy cases.",
        {"axis": "probability", "losses": ("binary_cross_entropy", "focal"), "at": 0.05},
    ),
)

view = open_page("curves", "How hard does each loss pull?", FIELDS)


def new_axis() -> None:
    """Another axis has other losses: begin with its first three."""
    view.start_from(axis=view["axis"], losses=AXES[view["axis"]].losses[:3], curvature=view["curvature"])


def on_input(hand: Input) -> None:
    """Take the sliders, and the probe by its x."""
    probe = hand.point("at")
    view.set(**hand.sliders, **({"at": probe[0]} if probe else {}))


axis = AXES[view["axis"]]
with st.container():
    if not set(view["losses"]) <= set(axis.losses):
        if view["losses"] != FIELDS["losses"].default:
            st.warning(f"Not all of the losses asked for are on the axis “{axis.title}”: its first ones are shown.")
        view.set(losses=axis.losses[:3])
    for note in view.restrict(at=Number(None, axis.low, axis.high)):
        st.warning(plain(note), icon="⚠️")


def picture() -> Picture:
    """The settings as they stand, drawn."""
    scenario = settings(view, axis)
    controls = parameter_controls(view, [axis, *map(LOSSES.get, view["losses"])], hidden=axis.fixed)
    return curves_picture(axis, chosen(), scenario, where(), view["curvature"], controls)


def chosen() -> dict[str, dict]:
    """The losses chosen, with their parameters as this axis has them."""
    return {key: axis.settings(LOSSES[key], **settings(view, LOSSES[key])) for key in view["losses"]}


def pull(key: str, residual: float) -> float:
    """Slope of a regression loss at a residual."""
    return probe(AXES["residual"], key, residual, {}, {})[1]


def where() -> float:
    """The probe's place: as set, else a fifth from the right end."""
    return axis.low + 0.8 * (axis.high - axis.low) if view["at"] is None else view["at"]


with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
    st.selectbox(
        "Seen along", list(AXES), format_func=lambda key: AXES[key].title, width=280, **view.bind("axis", new_axis)
    )
    st.multiselect(
        "Losses",
        axis.losses,
        format_func=lambda key: LOSSES[key].name,
        max_selections=5,
        width=480,
        **view.bind("losses"),
    )
    st.toggle("Curvature", **view.bind("curvature"))
    actions(view)
try_this(view, PRESETS, "Drag the probe, or move a slider: every curve answers.")
live_figure("curves.figure", view, picture, on_input)

formulas(chosen())
predict_first(
    "curves:predict",
    "A residual doubles from 2 to 4. By how much does the squared error’s pull on the fit grow?",
    ("It stays the same", "It doubles", "It grows fourfold"),
    right=lambda: {1: "It stays the same", 2: "It doubles", 4: "It grows fourfold"}[
        round(pull("mse", 4) / pull("mse", 2))
    ],
    because=lambda: (
        f"MSE’s slope goes from {number(pull('mse', 2))} to {number(pull('mse', 4))}, "
        f"MAE’s stays {number(pull('mae', 4))}."
    ),
)
code_card(chosen(), "curves:code")
data_card(lambda: table(axis, chosen(), settings(view, axis)), "losscope-curves.csv", "curves:table")
