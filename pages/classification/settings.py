"""What can be set on the page ``classification``, and the states worth seeing."""

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Moves, Number, Several
from losses.boundary.fit import FITTED
from losses.data.two_features import FEWEST, MOST, MOST_UNEQUAL, TWO_FEATURES

FIELDS = {
    "data": Choice("outlier", (*TWO_FEATURES, "csv"), label="Data"),
    "losses": Several(
        ("hinge", "logistic", "ramp"),
        tuple(FITTED),
        most=4,
        label="Losses",
        titles={key: loss.name for key, loss in FITTED.items()},
    ),
    "l2": Number(0.01, 0, 1e6, label="L2 penalty λ", live=True, slider=(1e-4, 10), log=True),
    "weight": Number(1, 1e-4, 1e4, label="Weight of the positive class w₊", live=True, slider=(0.01, 1000), log=True),
    "at": Number(0.5, -1e9, 1e9, label="Probe m"),
    "n": Number(40, FEWEST, MOST, whole=True, label="Examples"),
    "ratio": Number(1, 1, MOST_UNEQUAL, label="Negatives for one positive"),
    "flipped": Number(0, 0, 1, label="Share of flipped labels", step=0.05),
    "noise": Number(1, 0, 10, label="Noise ×", step=0.1),
    "seed": Number(0, 0, 9999, whole=True, label="Seed"),
    "moves": Moves({}, label="Moved points"),
    **parameter_fields(FITTED.values()),
    **legend_fields(FITTED),
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
