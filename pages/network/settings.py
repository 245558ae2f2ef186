"""What can be set on the page ``network``, and the states worth seeing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.cards.presets import Preset
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Number
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.network.architecture import ACTIVATIONS, DEPTHS, INITIALISATIONS, KINDS, NARROWEST, NORMALISATIONS, WIDTHS
from losses.network.fitting import fitting_losses
from losses.network.problems import FEWEST, MOST, MOST_CLASSES, PROBLEMS
from losses.registry import LOSSES
from losses.spec.loss import Loss
from losses.spec.optimiser import Optimiser
from losses.spec.parameter import Parameter
from pages.network import landscape_settings

VIEWS = {
    "train": ("Train", "Press ▶ and pause when you like; change the network, the loss, the steps."),
    "landscape": ("Landscape", "Look around the network: choose axes, slide, turn it in 3-D."),
}
MOST_STEPS = 5000
ELSEWHERE = ("from_logits", "learning_rate", "weight_decay")  # where these parameters are decided


@dataclass(frozen=True)
class Tuned:
    """Of a loss or an optimiser what the page lets one set."""

    key: str
    name: str
    parameters: Mapping[str, Parameter]

    @classmethod
    def of(cls, thing: Loss | Optimiser) -> "Tuned":
        """All parameters but those that are decided elsewhere, or rarely changed."""
        kept = {key: each for key, each in thing.parameters.items() if key not in ELSEWHERE and not each.detail}
        return cls(thing.key, thing.name, kept)


TAUGHT = {
    key: Tuned.of(LOSSES[key])
    for key in dict.fromkeys([*fitting_losses(0), *fitting_losses(2), *fitting_losses(MOST_CLASSES)])
}
DESCENDED = {key: Tuned.of(each) for key, each in OPTIMISERS.items()}
FIELDS = {
    "view": Choice(
        "train", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "data": Choice("moons", (*PROBLEMS, "csv"), label="Data"),
    "loss": Choice(
        "categorical_cross_entropy",
        tuple(TAUGHT),
        label="Loss",
        titles={key: each.name for key, each in TAUGHT.items()},
    ),
    "optimiser": Choice(
        "adam", tuple(OPTIMISERS), label="Optimiser", titles={key: each.name for key, each in OPTIMISERS.items()}
    ),
    "kind": Choice("mlp", tuple(KINDS), label="Layers", titles=dict(KINDS)),
    "depth": Number(2, 1, DEPTHS["mlp"], whole=True, label="Hidden layers", live=True),
    "width": Number(64, NARROWEST, WIDTHS["mlp"], whole=True, label="Width", live=True),
    "activation": Choice(
        "relu", tuple(ACTIVATIONS), label="Activation", titles={"relu": "ReLU", "tanh": "tanh", "gelu": "GELU"}
    ),
    "skip": Flag(label="Skips", help="Each hidden layer but the first adds its outputs to its inputs."),
    "normalisation": Choice("none", tuple(NORMALISATIONS), label="Normalised", titles=dict(NORMALISATIONS)),
    "initialisation": Choice(
        "default",
        tuple(INITIALISATIONS),
        label="First weights",
        titles={key: title for key, (title, _) in INITIALISATIONS.items()},
    ),
    "rate": Number(0.01, 1e-6, 1e6, label="Learning rate η", live=True, slider=(1e-4, 10.0), log=True),
    "batch": Number(0, 0, MOST, whole=True, label="Batch, 0 for all", live=True, slider=(0, 128)),
    "decay": Number(0.0, 0.0, 1e3, label="Weight decay λ", live=True, slider=(0.0, 0.1)),
    "noise": Number(0.0, 0.0, 1.0, label="Wrong targets, share", live=True),
    "schedule": Choice(
        "constant", tuple(SCHEDULES), label="Schedule", titles={key: each.name for key, each in SCHEDULES.items()}
    ),
    "horizon": Number(
        1000, 1, MOST_STEPS, whole=True, label="Steps of the schedule", help="Later steps keep its last rate."
    ),
    "examples": Number(500, FEWEST, MOST, whole=True, label="Examples"),
    "seed": Number(0, 0, 9999, whole=True, label="Seed", help="Of examples, weights and batches."),
    "steps": Number(0, 0, MOST_STEPS, whole=True, label="Steps", slider=(0, 1000), opens=20),
    **landscape_settings.FIELDS,
    **parameter_fields(TAUGHT.values()),
    **parameter_fields(DESCENDED.values()),
}
SLIDERS = ("rate", "depth", "width", "batch", "decay", "noise")
EDGE: dict[str, Any] = {
    "data": "spirals",
    "examples": 200,
    "loss": "mse",
    "optimiser": "sgd",
    "activation": "tanh",
    "rate": 0.1,
}
DEEP: dict[str, Any] = {"data": "spirals", "examples": 300, "depth": 30, "width": 16, "rate": 0.003}
BATCHES: dict[str, Any] = {"data": "digits", "optimiser": "sgd", "rate": 0.2, "batch": 8}
WRONG: dict[str, Any] = {"data": "digits", "width": 128, "rate": 0.003, "batch": 64, "noise": 0.4}
PRESETS = (
    Preset(
        "Two moons",
        "After 20 steps it has the shape. ▶: by step 200 over 98 % of new examples are right. On: their loss rises again.",
    ),
    Preset(
        "The edge of stability",
        "Plain steps on all examples: sharpness begins at 7.85, climbs to 2/η = 20 and hovers there, while the loss goes on falling.",
        EDGE | {"steps": 800},
    ),
    Preset(
        "Too fast",
        "2/η is 4, sharpness begins at 7.85: each step lands farther up the other side. Before step 50 the loss is no number.",
        EDGE | {"rate": 0.5, "steps": 50},
    ),
    Preset(
        "MSE stays sharp",
        "After 600 steps MSE’s sharpness is within 5 % of 38/η. Choose categorical cross-entropy: less than a tenth of that.",
        {"data": "spirals", "loss": "mse", "rate": 0.003, "steps": 600},
    ),
    Preset(
        "Small batches",
        "Batches of 8: at step 300 sharpness is below half of 2/η. Slide the batch to 0, for all: it is near the edge, 10.",
        BATCHES | {"steps": 300},
    ),
    Preset(
        "Thirty layers",
        "30 layers: after 300 steps 50 % are right, as by chance, the loss is log 2 = 0.693. Switch Skips on, under More: over 95 %.",
        DEEP | {"steps": 300},
    ),
    Preset(
        "All weights zero",
        "Every unit says 0: only the output biases get a slope. After 300 steps 50 % are right. Take other first weights, under More.",
        {"data": "circles", "initialisation": "zeros", "steps": 300},
    ),
    Preset(
        "Weights too large",
        "Five times as large as PyTorch’s: the loss begins at 15.9, not at 0.695, and the first steps only undo that.",
        {"data": "circles", "depth": 4, "initialisation": "large"},
    ),
    Preset(
        "Wrong labels",
        "40 % of the labels are wrong. By step 100 over 85 % of new digits are right; by 600 it knows the wrong ones by heart: under 70 %.",
        WRONG | {"steps": 100},
    ),
    Preset(
        "A noisy sine",
        "The loss of new examples cannot fall below the noise, 0.2² = 0.04. By step 400 it is there, and sharpness at its edge.",
        {"data": "sine", "loss": "mse", "steps": 400},
    ),
    Preset(
        "Another seed",
        "Change the seed under More: after 500 steps each network knows over 98 % of new examples, and each draws other boundaries.",
        {"data": "spirals", "width": 16, "steps": 500},
    ),
    Preset(
        "Digits by convolutions",
        "Two layers of windows of 3 × 3 pixels, 8 channels each. Press ▶: by step 200 over 90 % of new digits are right.",
        {"data": "digits", "kind": "conv", "width": 8, "batch": 64},
    ),
    *landscape_settings.PRESETS,
)
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
