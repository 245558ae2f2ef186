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
        "One positive point of 40 lies far off: hinge and logistic turn towards it, and it makes 57 % of hinge’s loss. Drag it.",
    ),
    Preset(
        "Right is not enough",
        "At m = 0.5 the answer is right, yet hinge asks for 0.5, the perceptron for 0. Thin lines are hinge’s margins: who stands inside pays.",
        {"data": "blobs", "losses": ("hinge", "perceptron", "logistic"), "l2": 0.3},
    ),
    Preset(
        "Too right",
        "At m = 3 MSE charges (1 − 3)² = 4, as much as at m = −1; hinge and squared hinge charge 0. Drag the diamond.",
        {"data": "blobs", "losses": ("mse", "hinge", "squared_hinge"), "at": 3.0},
    ),
    Preset(
        "Far wrong",
        "At m = −10 hinge charges 11, at −100 it would charge 101. The ramp charges 1, however wrong. Drag the diamond.",
        {"losses": ("hinge", "ramp"), "at": -10.0},
    ),
    Preset(
        "Hinge collapses",
        "At x₁ = −30 the outlier outbids all others: hinge gets 13 of 20 right. Drag it right to −20: hinge gets 19.",
        {"losses": ("hinge", "ramp"), "n": 20, "moves": {1: (-30.0, 0.0)}},
    ),
    Preset(
        "Easy against hard",
        "10,000 easy examples make 69 % of cross-entropy’s loss; of focal’s, 100 hard ones make 99 %. Slide γ to 0: no difference.",
        {"data": "overlap", "losses": (BCE, "focal"), "focal.alpha": 0.5},
    ),
    Preset(
        "1 % positive",
        "Accuracy 99 %, recall 0: nowhere is a positive the likelier answer, so no boundary is in view. Slide the class weight to 99: recall 80 %.",
        {"data": "overlap", "losses": (BCE,), "n": 1000, "ratio": 99.0},
    ),
    Preset(
        "30 % flipped",
        "Ringed: 110 of 400 labels lie. Cross-entropy is 70 % sure on average, as it should be, focal only 58 %. Raise the share.",
        {"data": "blobs", "losses": (BCE, "focal"), "n": 400, "flipped": 0.3, "focal.alpha": 0.5},
    ),
    Preset(
        "Without L2",
        "A line parts the groups, so logistic has no optimum: larger scores cost ever less. Hinge stops at 0. Raise L2.",
        {"data": "blobs", "losses": ("logistic", "hinge"), "l2": 0.0},
    ),
    Preset(
        "No margin",
        "The perceptron asks only for the right sign: weights of 0 cost 0, and it gets 20 of 40 right. Hinge gets 34.",
        {"data": "overlap", "losses": ("perceptron", "hinge")},
    ),
)
