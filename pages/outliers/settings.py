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
    "n": Number(50, 3, 500, whole=True, label="Points", slider=(3, 500)),
    "noise": Number(1.0, 0.0, 10.0, label="Noise", slider=(0.0, 10.0)),
    **parameter_fields(REGRESSION.values()),
    **legend_fields(REGRESSION),
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
