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
PRESETS = (Preset("Around a trained network", "", SEEN),)
