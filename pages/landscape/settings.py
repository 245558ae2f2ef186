"""What can be set on the page ``landscape``, and the states worth seeing."""

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


FIELDS = {
    "surface": Choice("line", (*DATA, "csv", *TEXTBOOK), label="Surface"),
    "loss": Choice("mse", tuple(FITTED), label="Loss", titles={key: loss.name for key, loss in FITTED.items()}),
    "optimisers": Several(
        ("sgd", "adam"),
        tuple(OPTIMISERS),
        most=6,
        label="Optimisers",
        titles={key: optimiser.name for key, optimiser in OPTIMISERS.items()},
    ),
    "w": Number(None, -1e150, 1e150, label="Start w"),
    "b": Number(None, -1e150, 1e150, label="Start b"),
    "steps": Number(200, 0, 2000, whole=True, label="Steps", live=True, slider=(0, 500)),
    "playhead": Number(None, 0, 2000, whole=True, label="Playhead"),
    "three_d": Flag(label="3-D", lasting=True),
    "zoom": Number(1, 0.01, 1000, label="Zoom ×"),
    "factor": Number(1, 1e-3, 1e3, label="Loss ×"),
    "standardise": Flag(label="Standardise x"),
    "batch": Number(0, 0, 100_000, whole=True, label="Examples a step, 0 for all"),
    "noise": Number(0, 0, 1e6, label="Noise in the gradient"),
    "schedule": Choice(
        "constant",
        tuple(SCHEDULES),
        label="Learning rate",
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
    Preset("Zigzag", "Steep across, flat along: SGD bounces from wall to wall, then creeps. Press play."),
    Preset(
        "η = 0.1", "On ½(x² + 10y²) y is at rest after a single step; x needs many.", BOWL | {"sgd.learning_rate": 0.1}
    ),
    Preset(
        "η = 2/11",
        "The best fixed rate: x and y shrink by the same 9/11, y to and fro.",
        BOWL | {"sgd.learning_rate": 2 / 11},
    ),
    Preset(
        "η = 0.2",
        "Exactly 2/λ: y goes to and fro between the same two places for ever.",
        BOWL | {"sgd.learning_rate": 0.2},
    ),
    Preset(
        "η = 0.21", "A little above 2/λ: every step overshoots more than the last.", BOWL | {"sgd.learning_rate": 0.21}
    ),
    Preset("μ = 0.5", "A light ball: twice SGD’s pace along the valley, and calm.", BALL | {"momentum.momentum": 0.5}),
    Preset(
        "μ = 0.9",
        "A heavy ball: it swings from wall to wall, overshoots, and still gets there first.",
        BALL | {"momentum.momentum": 0.9},
    ),
    Preset(
        "Loss × 100", "The same bowl a hundred times as high: Adam’s path is the same, SGD explodes.", {"factor": 100.0}
    ),
    Preset(
        "On the ridge",
        "From (1, 0) the slope leads to the saddle and ends there: no rule leaves the ridge.",
        SADDLE | {"b": 0.0},
    ),
    Preset(
        "Off the ridge",
        "A millionth beside the ridge: SGD and momentum wait long at the saddle, Adam does not; all escape.",
        SADDLE | {"b": 1e-6},
    ),
    Preset(
        "MAE’s kink",
        "MAE’s slope never shrinks, so SGD hops to and fro at the bottom. Choose MSE: it glides in.",
        {"loss": "mae", "zoom": 4.0},
    ),
    Preset(
        "One liar",
        "One point at −20 moves MSE’s bowl. Choose Huber: it stays. Drag the point.",
        {"moves": {10: (10.0, -20.0)}},
    ),
    Preset("Batches", "Each step sees 3 of 11 points: at the bottom the path never comes to rest.", {"batch": 3}),
    Preset(
        "Plateau", "Far out the slope is all but nothing: SGD stands still, Adam does not mind.", {"surface": "plateau"}
    ),
    Preset(
        "Valleys",
        "One start, four minima: who ends where?",
        {"surface": "himmelblau", "optimisers": ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")},
    ),
)
