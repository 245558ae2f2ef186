"""What can be set on the page ``landscape``, and the states worth seeing."""

from dataclasses import replace

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Moves, Number, Several
from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.one_feature import LABELLED
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.textbook import TEXTBOOK

DATA = {key: data for key, data in [*DATASETS.items(), *LABELLED.items()] if key != "location"}
FITTED = {key: loss for key, loss in LOSSES.items() if loss.family in ("regression", "margin", "binary")}
OPENING_RATE = 2 / 11  # the best fixed one on a bowl ten times as steep across as along: 2 / (1 + 10)


FIELDS = {
    "surface": Choice("line", (*DATA, "csv", *TEXTBOOK), label="Surface", opens="bowl"),
    "loss": Choice("mse", tuple(FITTED), label="Loss", titles={key: loss.name for key, loss in FITTED.items()}),
    "optimisers": Several(
        ("sgd", "adam"),
        tuple(OPTIMISERS),
        most=6,
        label="Optimisers",
        titles={key: optimiser.name for key, optimiser in OPTIMISERS.items()},
        opens=("sgd",),
    ),
    "w": Number(None, -1e150, 1e150, label="Start w"),
    "b": Number(None, -1e150, 1e150, label="Start b"),
    "steps": Number(200, 0, 2000, whole=True, label="Steps", live=True, slider=(0, 500), opens=50),
    "playhead": Number(None, 0, 2000, whole=True, label="Playhead", opens=0),
    "three_d": Flag(label="3-D", lasting=True),
    "zoom": Number(1, 0.01, 1000, label="Zoom ×"),
    "factor": Number(1, 1e-3, 1e3, label="Loss ×"),
    "standardise": Flag(label="Standardise x"),
    "batch": Number(0, 0, 100_000, whole=True, label="Examples a step, 0 for all"),
    "noise": Number(0, 0, 1e6, label="Noise in the gradient"),
    "schedule": Choice(
        "constant",
        tuple(SCHEDULES),
        label="Schedule of the learning rate",
        titles={key: schedule.name for key, schedule in SCHEDULES.items()},
    ),
    "seed": Number(0, 0, 9999, whole=True, label="Seed", help="Of batches, noise and outliers."),
    "count": Number(0, 0, 50, whole=True, label="Outliers"),
    "size": Number(10, 0, 100, label="How far they lie"),
    "moves": Moves({}, label="Moved points"),
    "details": Flag(label="All parameters", help="Of the optimisers: β, decay and the like."),
    **parameter_fields([*FITTED.values(), *TEXTBOOK.values(), *OPTIMISERS.values()]),
    **legend_fields(OPTIMISERS),
}
FIELDS["sgd.learning_rate"] = replace(FIELDS["sgd.learning_rate"], opens=OPENING_RATE)
BOWL = {"surface": "bowl", "optimisers": ("sgd",), "steps": 50}
BALL = {
    "surface": "bowl",
    "bowl.condition": 100.0,
    "optimisers": ("sgd", "momentum"),
    "sgd.learning_rate": 0.01,
    "momentum.learning_rate": 0.01,
}
SADDLE = {"surface": "saddle", "optimisers": ("sgd", "momentum", "adam"), "w": 1.0}
PRESETS = (
    Preset(
        "Zigzag",
        "Press play. Rate 2/11 is the best fixed one here: each step leaves 9/11 of x and y, and y changes sides.",
        {name: field.opens for name, field in FIELDS.items() if field.opens is not None},
    ),
    Preset(
        "Straight down",
        "Rate 0.1 puts y to rest in 1 step; x keeps 0.9 of itself at each. Raise the rate: y begins to swing.",
        BOWL | {"sgd.learning_rate": 0.1},
    ),
    Preset(
        "To and fro",
        "Rate 0.2 is the largest stable one: y goes to and fro between 1 and −1 for ever, while x arrives.",
        BOWL | {"sgd.learning_rate": 0.2},
    ),
    Preset(
        "Explosion",
        "Rate 0.21 is a little above the largest stable one, 0.2: every swing of y is 1.1 times the last.",
        BOWL | {"sgd.learning_rate": 0.21},
    ),
    Preset(
        "Light ball",
        "Press play. With momentum 0.5, x ends at −0.07 where SGD has −0.54, and y rests after a few swings.",
        BALL | {"momentum.momentum": 0.5, "playhead": 0},
    ),
    Preset(
        "Heavy ball",
        "Press play. With momentum 0.9, y swings by up to 0.9 and x overshoots to 0.61; still it gets there first.",
        BALL | {"momentum.momentum": 0.9, "playhead": 0},
    ),
    Preset(
        "Loss × 100",
        "The same bowl 100 times as high: Adam’s path is the same, SGD diverges. Set Loss × to 1 under More: it does not.",
        {"factor": 100.0},
    ),
    Preset(
        "On the ridge",
        "Exactly on the ridge, y = 0, the slope leads to the saddle and ends there: no rule leaves. Drag the start off it.",
        SADDLE | {"b": 0.0},
    ),
    Preset(
        "Off the ridge",
        "Press play, 0.000001 off the ridge: SGD passes y = 0.5 at step 21 and is home at 22, Adam passes at 10 and is home at 55.",
        SADDLE | {"b": 1e-6, "playhead": 0},
    ),
    Preset(
        "MAE’s kink",
        "MAE’s slope never shrinks: to the end SGD hops between losses 0.47 and 1.09, above the least, 0.236. Choose MSE: it glides in.",
        {"loss": "mae", "zoom": 4.0},
    ),
    Preset(
        "One liar",
        "One point at −20 takes the bottom of MSE’s bowl from slope 2 to 0.14. Choose Huber: it stays. Drag the point.",
        {"moves": {10: (10.0, -20.0)}},
    ),
    Preset(
        "Batches",
        "Each step sees 3 of 11 points: near the bottom the path never comes to rest. Set 0 for all under More: it does.",
        {"batch": 3},
    ),
    Preset(
        "Plateau",
        "Far out the slope is all but nothing: in 200 steps SGD moves by 0.007; Adam is below a loss of 0.01 at step 25.",
        {"surface": "plateau"},
    ),
    Preset(
        "Valleys",
        "One start, 4 minima, 6 optimisers: they end in 3 of the valleys. Drag the start.",
        {"surface": "himmelblau", "optimisers": ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")},
    ),
)
