"""What can be set on the page ``choose``, and the states worth seeing."""

from components.cards.presets import Preset
from components.settings.fields import Choice, Flag, Moves, Number
from losses.advice.examples import MANY, ONE
from losses.advice.rules import PREDICTED as KINDS
from losses.advice.rules import TROUBLES

VIEWS = {
    "data": ("Data", "Drag a point where there is one feature: the advice follows. Or take other data, also your own."),
    "questions": ("Questions", "Answer, and the chosen loss stands against its runner-up."),
}
MEASURES = {"MAE": "MAE", "RMSE": "RMSE", "Median error": "Median error"}
SCORES = {"Log loss": "Log loss", "Brier": "Brier", "Accuracy": "Accuracy", "Recall": "Recall"}
TARGETS = {"auto": "As it looks"} | {key: KINDS[key] for key in ("real", "amount", "count", "yes_no", "classes")}
FIELDS = {
    "view": Choice(
        "data", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "data": Choice("belgian_phones", (*ONE, *MANY, "csv"), label="Data"),
    "kind": Choice("auto", tuple(TARGETS), label="The target is", titles=TARGETS),
    "moves": Moves({}, label="Moved points"),
    "measure": Choice("MAE", tuple(MEASURES), label="Held-out error"),
    "score": Choice("Log loss", tuple(SCORES), label="Held-out measure"),
    "predicted": Choice("real", tuple(KINDS), label="What is predicted?", titles=KINDS),
    "trouble": Choice("few", tuple(TROUBLES), label="Which errors hurt?", titles=TROUBLES),
    "ratio": Number(3.0, 0.01, 99.0, label="Too low costs, times too high", live=True, slider=(0.1, 10.0), log=True),
    "recall": Flag(label="Recall is wanted, not calibrated probabilities"),
    "overfits": Flag(label="It overfits: few rows for the features"),
}
PRESETS_OF = {
    "data": (
        Preset(
            "A third is corrupt",
            "7 of 24 rows lie beyond 5 σ, all above: a bounded loss leaves them out. Drag them down and MSE comes back.",
        ),
        Preset(
            "Four giants",
            "4 of 47 stars lie beyond 5 σ and far out in x: Huber follows them, a bounded loss from a robust start does not.",
            {"data": "stars", "measure": "Median error"},
        ),
        Preset(
            "The spread grows",
            "Food spreads 3.3 times as much in the upper third as in the lower: quantiles tell of it.",
            {"data": "engel"},
        ),
        Preset(
            "One vertical liar",
            "1 of 11 points is off; Huber’s δ comes from the others. Drag it down: MSE is enough.",
            {"data": "anscombe", "measure": "Median error"},
        ),
        Preset(
            "Honest noise",
            "Gaussian noise: 0 of 50 rows lie beyond 5 σ and a bend gains nothing. MSE. Drag one point far away.",
            {"data": "generated"},
        ),
        Preset(
            "Heavy but honest",
            "Student’s t with 2 degrees of freedom: Huber’s fit varies 0.21 times as much as MSE’s.",
            {"data": "heavy"},
        ),
        Preset(
            "Eight measures",
            "97 rows for 8 features and even noise: MSE, with a penalty.",
            {"data": "prostate"},
        ),
        Preset(
            "Rare positives",
            "3.5 % say yes. A weight of 27.6 lifts recall from 0.09 to 0.77, at a log loss of 0.445 in place of 0.112.",
            {"data": "rare", "score": "Recall"},
        ),
    ),
    "questions": (
        Preset("A few liars", "Huber’s slope ends at δ: a corrupt point pulls no harder.", {"view": "questions"}),
        Preset(
            "Too low hurts more",
            "Running out costs 3 times as much as a rest: the quantile at τ = 0.75. Slide the ratio.",
            {"view": "questions", "trouble": "side"},
        ),
        Preset(
            "A rare yes",
            "Proper: it stays calibrated. Ask for recall and a weight comes.",
            {"view": "questions", "predicted": "yes_no"},
        ),
        Preset(
            "A generator",
            "Where D is sure, the loss that does not saturate still pulls.",
            {"view": "questions", "predicted": "samples"},
        ),
    ),
}
PRESETS = tuple(preset for some in PRESETS_OF.values() for preset in some)
