"""What can be set on the page ``start``, and the states worth seeing."""

from components.cards.presets import Preset
from components.settings.fields import Choice, Flag, Moves, Number
from losses import LOSSES
from losses.backprop import ACTIVATIONS, LONGEST
from losses.descent.optimisers import OPTIMISERS

VIEWS = {
    "step": ("Step", "Drag the line, or press Step: predict, loss, gradient, update, one after the other."),
    "backprop": ("Backprop", "Press Step: forwards to the loss, back to every weight, and then the update."),
    "beat": ("Beat it", "Drag the line where you think it should lie, and take the move."),
    "words": ("Four words", "Drag a point, the line or λ, and see which of the four words moves."),
}
X = (-2.25, -1.75, -1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1.75, 2.25)
Y = (-0.4, -0.9, 0.2, 1.0, 0.4, 1.0, 2.1, 1.4, 2.7, 2.5)
TOO_STEEP = (1.9, 0.0)  # slope and intercept of the line that the page opens with
TAKEN = ("mse", "mae", "huber")
STEPPING = ("sgd", "momentum", "adam")
STAGES = ("Predict", "Loss", "Gradient", "Update")
FORWARD = (
    "Inputs",
    "Hidden units",
    "Output",
    "Loss",
    "Back to the output",
    "Back to the hidden units",
    "Gradients",
    "Update",
)
MOST_STEPS = 100
MOST_MOVES = 20
FIELDS = {
    "view": Choice("step", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True),
    "loss": Choice("mse", TAKEN, label="Loss", titles={key: LOSSES[key].name for key in TAKEN}, buttons=True),
    "optimiser": Choice("sgd", STEPPING, label="Optimiser", titles={key: OPTIMISERS[key].name for key in STEPPING}),
    "w": Number(TOO_STEEP[0], -1e6, 1e6, label="Slope w"),
    "b": Number(TOO_STEEP[1], -1e6, 1e6, label="Intercept b"),
    "rate": Number(0.1, 1e-4, 10.0, label="Learning rate η", live=True, slider=(0.01, 1.0), log=True),
    "turn": Number(1, 0, len(STAGES) * MOST_STEPS, whole=True, label="Stage"),
    "x1": Number(1.0, -100.0, 100.0, label="Input x₁", live=True, slider=(-3.0, 3.0)),
    "x2": Number(-0.5, -100.0, 100.0, label="Input x₂", live=True, slider=(-3.0, 3.0)),
    "target": Number(1.0, -100.0, 100.0, label="Target y", live=True, slider=(-3.0, 3.0)),
    "activation": Choice("tanh", tuple(ACTIVATIONS), label="Hidden units", titles={key: unit.name for key, unit in ACTIVATIONS.items()}, buttons=True),
    "seed": Number(0, 0, 9999, whole=True, label="Seed of the weights"),
    "pass": Number(3, 0, len(FORWARD) * LONGEST, whole=True, label="Stage of the network"),
    "taken": Moves({}, MOST_MOVES, MOST_MOVES, label="Moves taken"),
    "moves": Moves({}, label="Moved points", rows=len(X)),
    "row": Number(9, 0, len(X) - 1, whole=True, label="Example", live=True),
    "strength": Number(0.3, 0.0, 100.0, label="Penalty λ", live=True, slider=(0.0, 3.0)),
    "fitted": Flag(label="Fit the line to the objective", live=True),
}  # fmt: skip
PRESETS = (
    Preset(
        "The training loop",
        "A line too steep on ten points: under MSE each residual counts as a square, and their mean is 3.94. Press Step.",
    ),
    Preset(
        "Bars, not squares",
        "Under MAE a residual counts as it is long: their mean is 1.67. Press Step: every point pulls with 1.",
        {"loss": "mae"},
    ),
    Preset(
        "Too long a step",
        "At rate 0.8 the slope jumps over the valley, from 1.90 to −1.92, and the loss rises to 15.2. Press ▶: each step is worse.",
        {"rate": 0.8, "turn": 3},
    ),
    Preset(
        "Forwards",
        "Two inputs, two hidden units, one output: the prediction is 0.444, the target 1, and the loss 0.309. Press Step: now back.",
        {"view": "backprop"},
    ),
    Preset(
        "Blame for every weight",
        "Each gradient is the slope at the end of its edge times what comes in at its beginning. No weight has moved yet.",
        {"view": "backprop", "pass": 6},
    ),
    Preset(
        "The update",
        "Backpropagation gave gradients; only now the optimiser moves weights: the loss falls from 0.309 to 0.0427.",
        {"view": "backprop", "pass": 7},
    ),
    Preset(
        "Your turn",
        "SGD and Adam go one step for each of yours. Drag the line, and press Take this move: who is down first?",
        {"view": "beat"},
    ),
    Preset(
        "One of each",
        "The loss is of one example, 3.15 here; the cost their mean, 3.94; the objective has the penalty, 1.08, too. Slide λ: one of them moves.",
        {"view": "words"},
    ),
    Preset(
        "A better objective",
        "The line of least objective at λ = 0.3 costs 0.191 and errs by 0.355 on average. Slide λ up: the cost rises too.",
        {"view": "words", "fitted": True},
    ),
)  # fmt: skip
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
