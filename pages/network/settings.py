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

VIEWS = {
    "train": ("Train", "Press Train and pause when you like; change the network, the loss, the steps."),
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
    "steps": Number(0, 0, MOST_STEPS, whole=True, label="Steps"),
    **parameter_fields(TAUGHT.values()),
    **parameter_fields(DESCENDED.values()),
}
SLIDERS = ("rate", "depth", "width", "batch", "decay", "noise")
EDGE: dict[str, Any] = {
    "data": "checkerboard",
    "examples": 200,
    "loss": "mse",
    "optimiser": "sgd",
    "activation": "tanh",
    "rate": 0.4,
}
PRESETS = (
    Preset("Two moons", "Press Train: the boundary bends between the moons, and the loss of new examples falls with it."),
    Preset("The edge of stability", "Gradient descent with all examples: sharpness rises to 2/η = 5.00 and hovers.", EDGE | {"steps": 1000}),
)  # fmt: skip
