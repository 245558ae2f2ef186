"""Which output goes with which loss? Probabilities, logits, encodings, pairings and divergences."""

import streamlit as st

from components.cards import Preset, code_card, data_card, formulas, try_this
from components.live_figure import Picture, live_figure
from components.page import actions, open_page
from components.parameters import parameter_controls, parameter_fields, settings
from components.shares import Shares
from components.simplex_view import aimed, dragged, simplex_picture, table
from components.state import Choice, Number
from losses import LOSSES
from losses.simplex import SIMPLEX_LOSSES

LOGIT = (-1e9, 1e9)
VIEWS = {"simplex": "Simplex"}
FIELDS = {
    "view": Choice("simplex", tuple(VIEWS)),
    "loss": Choice("categorical_cross_entropy", tuple(SIMPLEX_LOSSES)),
    "z1": Number(1.0, *LOGIT),
    "z2": Number(0.5, *LOGIT),
    "z3": Number(-1.0, *LOGIT),
    "target": Shares((0.0, 1.0, 0.0)),
    **parameter_fields(SIMPLEX_LOSSES.values()),
}
PRESETS = (
    Preset("p − y", "Drag prediction or target: the purple bars are the difference, whatever you do."),
)

view = open_page("probabilities", "Which output goes with which loss?", FIELDS)


def on_input(values: dict) -> None:
    changes = {name: value for name, value in values.items() if name in FIELDS}
    loss = LOSSES[view["loss"]]
    logits = [view[name] for name in ("z1", "z2", "z3")]
    changes |= dragged(values.get("prediction.0"), settings(view, loss).get("temperature", 1.0), sum(logits) / 3) or {}
    if target := aimed(values.get("target.0")):
        changes["target"] = target
    view.set(**changes)


def picture() -> Picture:
    loss = LOSSES[view["loss"]]
    logits = [view[name] for name in ("z1", "z2", "z3")]
    return simplex_picture(loss, logits, view["target"], settings(view, loss), parameter_controls(view, [loss], hidden=("from_logits",)))


with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
    st.segmented_control("View", list(VIEWS), format_func=VIEWS.get, required=True, **view.bind("view"))
    with st.container(width=240):
        st.selectbox("Loss", SIMPLEX_LOSSES, format_func=lambda key: LOSSES[key].name, **view.bind("loss"))
    actions(view)
try_this(view, PRESETS, "Drag.")
live_figure("probabilities.figure", view, picture, on_input)
