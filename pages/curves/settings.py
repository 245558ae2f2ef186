"""What can be set on the page ``curves``, and the states worth seeing."""

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Number, Several
from losses import LOSSES
from losses.curves.catalogue import AXES

FIELDS = {
    "axis": Choice("residual", tuple(AXES), label="Seen along", titles={key: axis.title for key, axis in AXES.items()}),
    "losses": Several(
        ("mse", "mae", "huber"),
        tuple(LOSSES),
        most=5,
        label="Losses",
        titles={key: loss.name for key, loss in LOSSES.items()},
    ),
    "curvature": Flag(label="Curvature"),
    "at": Number(None, -1e6, 1e6, label="Probe"),
    **parameter_fields([*LOSSES.values(), *AXES.values()]),
    **legend_fields(LOSSES),
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
