"""What can be set on the page ``curves``, and the states worth seeing."""

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Number, Several
from losses import LOSSES
from losses.curves.catalogue import AXES

FIELDS = {
    "axis": Choice("residual", tuple(AXES), label="Input", titles={key: axis.title for key, axis in AXES.items()}),
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
        "An error of 5",
        "Off by 5, MSE costs 25 and pulls with 10; MAE costs 5, Huber 4.5, and both pull with 1. Drag the probe.",
        {"at": 5.0},
    ),
    Preset(
        "Double the residual",
        "Drag the probe from 2 to 4: MSE’s cost goes from 4 to 16 and its pull from 4 to 8, MAE’s cost from 2 to 4.",
        {"at": 2.0},
    ),
    Preset(
        "Small δ",
        "With δ = 0.05 Huber costs 0.149 where MAE costs 3: all but δ times MAE. Slide δ up: the bent, thick part grows.",
        {"huber.delta": 0.05},
    ),
    Preset(
        "Large δ",
        "With δ = 10 Huber is ½r² for every residual in view: 4.5 at 3, half of MSE’s 9. Slide δ down.",
        {"huber.delta": 10.0},
    ),
    Preset(
        "Barron’s α",
        "Slide α from 2 (squared): at r = 3 it costs 4.50; with α = 1 it costs 2.16, with 0 (Cauchy) 1.70, with −2 1.38. Type −∞ for Welsch.",
        {"losses": ("general_robust",), "at": 3.0, "general_robust.alpha": 2.0},
    ),
    Preset(
        "What is a margin worth?",
        "At margin 0.5 the sign is right, yet hinge costs 0.5. Drag the probe to 2: hinge costs 0, logistic still 0.127.",
        {"axis": "margin", "losses": ("zero_one", "hinge", "logistic"), "at": 0.5},
    ),
    Preset(
        "Confident and wrong",
        "With 0.05 on the truth cross-entropy costs 3.00 and pulls with 20, focal costs 0.68. Drag to 0: the first is infinite.",
        {"axis": "probability", "losses": ("binary_cross_entropy", "focal"), "at": 0.05},
    ),
)
