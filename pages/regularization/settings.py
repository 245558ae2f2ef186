"""What can be set on the page ``regularization``, and the states worth seeing."""

import math

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Moves, Number, Several
from losses import LOSSES
from losses.shrinkage.polynomial import HELD_BACK, MOST_DEGREE, MOST_JITTER, TRUTHS
from losses.shrinkage.problem import INTERCEPTS
from losses.shrinkage.smooth import SMOOTH
from losses.shrinkage.smooth_bowl import MOST_OUTLIERS, ROWS
from pages.regularization.polynomial_view import NAMES as HELD_BACK_NAMES

VIEWS = {
    "weights": ("Two weights", "Drag the star of least cost, or λ: every penalty answers."),
    "polynomial": (
        "Polynomial",
        "Drag a point, λ or the degree; add copies, or mirror them: does the error on new points fall?",
    ),
    "features": ("Many features", "Drag λ along the paths: features leave one by one under L1."),
}
PENALTIES = {key: loss for key, loss in LOSSES.items() if loss.family == "penalty"}
NAMES = {key: loss.name for key, loss in PENALTIES.items()}
DATA = {"prostate": "Prostate cancer"}
INTERCEPT_NAMES = {"free": "Free", "penalised": "Penalised", "none": "None"}
CENTER = (2.0, 0.5)
OTHER_SEED = 10_000  # that of the new points, beside the seed of the others
DROPPED = Number(0.2, 0.0, 0.99, label="Share of features dropped, q", live=True, slider=(0.0, 0.9))
FIELDS = {
    "view": Choice(
        "weights", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "penalties": Several(("l1", "l2"), tuple(PENALTIES), most=3, label="Penalties", titles=NAMES),
    "c1": Number(CENTER[0], -1e3, 1e3, label="Least cost at w₁", live=True, slider=(-3.0, 3.0)),
    "c2": Number(CENTER[1], -1e3, 1e3, label="Least cost at w₂", live=True, slider=(-3.0, 3.0)),
    "strength": Number(0.5, 0.0, math.inf, label="λ", live=True, slider=(0.0, 6.0)),
    "correlation": Number(0.0, -0.99, 0.99, label="Correlation of the features", live=True, slider=(-0.95, 0.95)),
    "data_loss": Choice(
        "mse", tuple(SMOOTH), label="Data loss", titles={key: loss.name for key, loss in SMOOTH.items()}
    ),
    "outliers": Number(0, 0, MOST_OUTLIERS, whole=True, label=f"Outliers among {ROWS} rows", live=True),
    "half": Flag(label="½ in front of the cost", live=True),
    "held_back": Choice("l2", HELD_BACK, label="Held back by", titles=HELD_BACK_NAMES),
    "truth": Choice("even", tuple(TRUTHS), label="The truth is", titles={"even": "Even", "odd": "Odd"}, buttons=True),
    "degree": Number(12, 1, MOST_DEGREE, whole=True, label="Degree", live=True),
    "curve_strength": Number(1e-3, 0.0, math.inf, label="λ", live=True, slider=(1e-6, 10.0), log=True),
    "dropped": DROPPED,
    "steps": Number(100, 1, 10_000_000, whole=True, label="Steps", live=True, slider=(1, 1_000_000), log=True),
    "copies": Number(0, 0, 20, whole=True, label="Jittered copies of each point", live=True),
    "jitter": Number(0.1, 0.0, MOST_JITTER, label="How far they move", live=True),
    "mirrored": Flag(label="Mirrored copies, at −x", live=True),
    "rows": Number(10, 3, 60, whole=True, label="Points", slider=(3, 60)),
    "noise": Number(0.2, 0.0, 2.0, label="Noise", slider=(0.0, 2.0)),
    "draw": Number(7, 0, 9999, whole=True, label="Seed of the points"),
    "moves": Moves({}, label="Moved points"),
    "data": Choice("prostate", (*DATA, "csv"), label="Data"),
    "penalty": Choice("l1", tuple(PENALTIES), label="Penalty", titles=NAMES, buttons=True),
    "lambda": Number(0.1, 0.0, math.inf, label="λ", live=True, slider=(1e-3, 100.0), log=True),
    "wrong": Number(0, 0, 8, whole=True, label="Outliers among the rows fitted", live=True),
    "standardised": Flag(True, label="Standardise the features", help="Over all rows, divided by n − 1."),
    "mean": Flag(True, label="Cost is the mean over rows, not the sum", live=True),
    "intercept": Choice("free", INTERCEPTS, label="Intercept", titles=INTERCEPT_NAMES, buttons=True),
    "folds": Number(10, 2, 20, whole=True, label="Folds of cross-validation"),
    "seed": Number(0, 0, 9999, whole=True, label="Seed of the folds"),
    **parameter_fields(PENALTIES.values()),
    **parameter_fields(loss for key, loss in SMOOTH.items() if key != "mse"),  # whose ½ is that of the cost
    **legend_fields(PENALTIES),
}
SLIDERS = {
    "weights": ("strength", "outliers", "correlation", "c1", "c2"),
    "polynomial": ("copies", "mirrored", "degree"),
    "features": ("lambda", "wrong", "mean", "half"),
}
WITHOUT = {"c1": "Without outliers least at w₁", "c2": "Without outliers least at w₂"}
STRENGTH = {"dropout": "dropped", "stopping": "steps"}  # of a way to hold back, its setting, if that is not λ
PRESETS = (
    Preset(
        "A corner and a circle",
        "Least cost at (2, 0.5), λ = 0.5: L1 takes 0.25 off both weights, L2 a third off each. Drag λ up to 1.",
    ),
    Preset(
        "The λ that zeroes w₂",
        "At λ = 1 L1 has w₂ at exactly 0, as the contour touches the diamond’s corner. L2 still has 0.25 there.",
        {"strength": 1.0},
    ),
    Preset(
        "Nothing left",
        "From λ = 4 on L1 leaves no weight at all: the 4.25 of cost is less than any payment. L2 keeps (0.4, 0.1).",
        {"strength": 4.0},
    ),
    Preset(
        "Two alike",
        "Features with correlation 0.9: at λ = 2 L1 gives all to w₁, 0.95, and 0 to w₂. L2 shares: 0.51 and 0.46.",
        {"c1": 1.5, "correlation": 0.9, "strength": 2.0, "penalties": ("l1", "l2", "elastic_net")},
    ),
    Preset(
        "Four rows lie",
        "Huber caps each outlier’s pull at 1: on w₂ it is 0.23 in all, less than λ = 0.3, so L1 puts 0. Under MSE it puts 1.66.",
        {"c1": 1.5, "c2": 0.0, "strength": 0.3, "data_loss": "huber", "outliers": 4},
    ),
    Preset(
        "Degree 12, ten points",
        "12 weights on 10 points: held back by nothing it errs by 1.74 on new points, under L2 by 0.10. Drag λ to 0.01.",
        {"view": "polynomial"},
    ),
    Preset(
        "L1 takes few",
        "At λ = 0.02 L1 needs 5 of the 12 weights and errs by 0.06 on new points. Drag λ: they come and go.",
        {"view": "polynomial", "held_back": "l1", "curve_strength": 0.02},
    ),
    Preset(
        "Jitter instead",
        "No penalty, but 20 copies of each point, moved by up to 0.1: the error on new points is 0.06 instead of 1.74.",
        {"view": "polynomial", "copies": 20, "curve_strength": 0.0},
    ),
    Preset(
        "Mirrors that help",
        "The truth is even, and mirrored copies say so: the error on new points falls from 0.10 to 0.07.",
        {"view": "polynomial", "mirrored": True},
    ),
    Preset(
        "Mirrors that harm",
        "This truth is odd: mirrored copies lie, and the error rises from 0.09 to 1.07. Augmentation is a claim.",
        {"view": "polynomial", "mirrored": True, "truth": "odd"},
    ),
    Preset(
        "Stop in time",
        "After 20 steps the error on new points is 0.06, after 100,000 it is 0.35. The ridge beside it does much the same.",
        {"view": "polynomial", "held_back": "stopping", "steps": 20},
    ),
    Preset(
        "Dropout is a ridge",
        "20 % of features dropped costs, in expectation, 0.25 of each one’s variance times w²: an error of 0.07.",
        {"view": "polynomial", "held_back": "dropout"},
    ),
    Preset(
        "Fewer, and better",
        "At λ = 0.2 L1 keeps 5 of 8 measures: test error 0.453, with all of them 0.521. Drag λ left: they leave one by one.",
        {"view": "features", "lambda": 0.2},
    ),
    Preset(
        "The one-SE rule",
        "Cross-validated error is least with 7 weights; within one standard error of it are 5: 0.458 on the test, not 0.497.",
        {"view": "features", "lambda": 0.313},
    ),
    Preset(
        "L2 keeps all",
        "λ = 0.77 by the one-SE rule: all 8 weights stay, at 3.7 degrees of freedom. Test error 0.513.",
        {"view": "features", "penalty": "l2", "lambda": 0.77},
    ),
    Preset(
        "A sum, not a mean",
        "The cost is a sum over 67 rows now, so λ = 0.2 hardly counts: all 8 stay. scikit-learn’s alpha is 0.0015 here, not 0.1.",
        {"view": "features", "lambda": 0.2, "mean": False},
    ),
    Preset(
        "Three targets lie",
        "3 low targets are 8 SD too high. Huber still takes lcavol first; under MSE svi comes first and lcavol 5th.",
        {"view": "features", "data_loss": "huber", "wrong": 3, "lambda": 0.2},
    ),
)
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
