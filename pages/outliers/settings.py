"""What can be set on the page ``outliers``, and the states worth seeing."""

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Moves, Number, Several
from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.outliers import KINDS, SIDES
from losses.fitting.comparison import MODELS

REGRESSION = {key: loss for key, loss in LOSSES.items() if loss.family == "regression"}
N = Number(50, 3, 500, whole=True, label="Points", slider=(3, 500))
LIAR = {10: (10.0, -20.0)}  # the clean line opens with its last point moved here
FIELDS = {
    "data": Choice("line", (*DATASETS, "csv"), label="Data"),
    "losses": Several(
        ("mse", "mae", "huber"),
        tuple(REGRESSION),
        most=5,
        label="Losses",
        titles={key: loss.name for key, loss in REGRESSION.items()},
    ),
    "model": Choice("line", MODELS, label="Fit a", buttons=True),
    "moves": Moves(label="Moved points"),
    "count": Number(0, 0, 50, whole=True, label="Outliers", live=True),
    "size": Number(10, 0, 100, label="How far they lie", live=True, slider=(0, 50)),
    "kind": Choice("vertical", KINDS, label="Outliers are", buttons=True),
    "side": Choice("up", SIDES, label="on the side", buttons=True, help="For leverage points: which go first."),
    "seed": Number(0, 0, 9999, whole=True, label="Seed", help="Another seed chooses other points."),
    "n": N,
    "noise": Number(1.0, 0.0, 10.0, label="Noise", slider=(0.0, 10.0)),
    **parameter_fields(REGRESSION.values()),
    **legend_fields(REGRESSION),
}
PRESETS = (
    Preset(
        "One liar",
        "The last point fell from 20.6 to −20. MSE’s slope falls from 2.00 to 0.14, MAE’s and Huber’s hardly. Drag it back up.",
    ),
    Preset(
        "In the middle",
        "Far up in the middle, at 40, it lifts MSE’s intercept from 1.04 to 3.68 and leaves its slope at 1.98. Drag it down.",
        {"moves": {5: (5.0, 40.0)}},
    ),
    Preset(
        "Leverage",
        "MSE follows the point at x = 28: slope −0.08. MAE holds 1.75; drag it right past 29 and MAE follows too.",
        {"moves": {10: (28.0, 0.0)}},
    ),
    Preset(
        "How many break MAE?",
        "20 of 50 points lie by 30: MSE’s intercept is 18.2, MAE’s 1.9. Slide Outliers to 22: MAE jumps to 31.6.",
        {"data": "generated", "count": 20, "size": 30.0},
    ),
    Preset(
        "Belgian phones",
        "For 6 years minutes were counted, not calls: MSE’s slope is 5.04. MAE’s best lines fill a band, 1.157 to 1.622.",
        {"data": "belgian_phones"},
    ),
    Preset(
        "Stars fool Huber",
        "4 giants far left turn the slope of MAE to −0.69 and of Huber to −0.47. Tukey with c = 2 keeps 2.33.",
        {"data": "stars", "losses": ("mse", "mae", "huber", "tukey"), "tukey.c": 2.0},
    ),
    Preset(
        "Five numbers",
        "One number for 1, 2, 3, 4 and 100: MSE takes the mean, 22, MAE the median, 3. Drag the 100.",
        {"data": "location", "model": "constant"},
    ),
)
