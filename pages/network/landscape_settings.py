"""What can be set in the view of the landscape, and its states worth seeing."""

from typing import Any

from components.cards.presets import Preset
from components.settings.fields import Choice, Field, Flag, Number

AXES = {
    "random": "Random",
    "principal": "Path (PCA)",
    "leading": "Sharpest (Hessian)",
    "between": "Two networks",
    "named": "Two weights",
    "file": "Your file",
}
MOST_WEIGHTS = 1_000_000
FIELDS: dict[str, Field] = {
    "axes": Choice("random", tuple(AXES), label="Axes", titles=AXES),
    "three_d": Flag(label="3-D", lasting=True),
    "zoom": Number(1.0, 0.01, 1000.0, label="Zoom", live=True, slider=(0.1, 10.0), log=True),
    "drawn": Number(0, 0, 9999, whole=True, label="Directions, draw", live=True, slider=(0, 20)),
    "filterwise": Flag(True, label="Filter-normalised", live=True),
    "scale": Number(1.0, 0.01, 100.0, label="Layer 1 × c, layer 2 ÷ c", live=True, slider=(0.1, 10.0), log=True),
    "other": Number(1, 0, 9999, whole=True, label="Seed of the other network", live=True, slider=(0, 20)),
    "first": Number(0, 0, MOST_WEIGHTS, whole=True, label="Weight across", live=True),
    "second": Number(1, 0, MOST_WEIGHTS, whole=True, label="Weight up", live=True),
}
SLIDERS = {
    "random": ("steps", "zoom", "drawn", "scale", "filterwise"),
    "principal": ("steps", "zoom"),
    "leading": ("steps", "zoom"),
    "between": ("steps", "zoom", "other"),
    "named": ("steps", "zoom", "first", "second"),
    "file": (),
}
"""What is live under each choice of axes."""
SEEN: dict[str, Any] = {"view": "landscape", "steps": 300}
SPIRALS: dict[str, Any] = {"data": "spirals", "examples": 300, "depth": 30, "width": 16, "rate": 0.003}
EDGE: dict[str, Any] = {
    "data": "spirals", "examples": 200, "loss": "mse", "optimiser": "sgd", "activation": "tanh", "rate": 0.1, "steps": 800,
}  # fmt: skip
SMALL: dict[str, Any] = {"data": "digits", "optimiser": "sgd", "rate": 0.2, "batch": 8}
PRESETS = (
    Preset(
        "Around a trained network",
        "Two random directions: a hollow with the network at its bottom, 0.00132. Slide the draw: other directions, much the same.",
        SEEN,
    ),
    Preset(
        "Before training",
        "No step yet: the loss is 0.744 here, and lower places are near. Slide the steps: the hollow comes to be.",
        {"view": "landscape"},
    ),
    Preset(
        "The path of training",
        "The plane holds 98 % of the path’s variance, and yet checkpoints are up to 1.78 off it: each dot has the shade of its own loss.",
        SEEN | {"axes": "principal"},
    ),
    Preset(
        "The path in three dimensions",
        "The red line has the checkpoints’ own losses: 0.744 at the start, where the plane has 0.391: the start is 1.78 off the plane.",
        SEEN | {"axes": "principal", "three_d": True},
    ),
    Preset(
        "The sharpest directions",
        "Gradient descent at its edge: the sharpest of all directions curves 22.3, about 2/η = 20. Random ones look far flatter.",
        SEEN | EDGE | {"axes": "leading"},
    ),
    Preset(
        "Two seeds and the barrier",
        "Both know over 99 % of a’s examples. Half way between them it is 91.6 %, and the loss 0.176 above their mean.",
        SEEN | {"axes": "between"},
    ),
    Preset(
        "Ten times the weights, raw",
        "Layer 1 times 10, layer 2 by 10: the same answers, yet this raw picture climbs to 32.9 where it was 0.194 at c = 1.",
        SEEN | {"filterwise": False, "scale": 10.0},
    ),
    Preset(
        "Ten times the weights, normalised",
        "The same network along filter-normalised directions: 1.13 along the sharpest way, as with c = 1. Slide c: the contours stay.",
        SEEN | {"scale": 10.0},
    ),
    Preset(
        "Thirty layers without skips",
        "All in sight is within 0.003 of log 2 = 0.693: no way leads down. Switch Skips on, under The network: a hollow, at 0.001.",
        SEEN | SPIRALS,
    ),
    Preset(
        "Batches of eight",
        "The sharpest direction curves 3.12 after batches of 8. Set the batch to 0, under The network: 9.27.",
        SEEN | SMALL,
    ),
    Preset(
        "Two single weights",
        "The loss over two of 4,482 weights: nearly a trough. One weight alone decides little.",
        SEEN | {"axes": "named"},
    ),
)
