"""What can be set on the page ``overlap``, and the states worth seeing."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from components.cards.presets import Preset
from components.page.legend import legend_fields
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Number, Several
from losses.descent.optimisers import OPTIMISERS
from losses.segmentation.compared import OVERLAP, Compared
from losses.segmentation.conventions import MOST_SMOOTH, SMOOTHINGS
from losses.segmentation.growing import LONGEST
from losses.segmentation.shapes import SHAPES
from pages.overlap.painted import SIDES, Painted

VIEWS = {
    "masks": ("Masks", "Paint the prediction, or the target: every loss answers. Shift turns the brush round."),
    "size": ("Size", "Drag the size of the object, or the shift of the prediction."),
    "grow": ("Grow", "Press Train: each loss pulls the same prediction, pixel by pixel."),
}
SHORT = {
    "bce": "BCE",
    "weighted_bce": "Weighted BCE",
    "dice_squared": "Dice, squares",
    "generalised_dice": "General Dice",
    "hausdorff": "Hausdorff",
    "hausdorff_95": "Hausdorff 95",
    "bce_dice": "BCE + Dice",
}
COMPARED: Mapping[str, Compared] = MappingProxyType(
    {key: replace(one, name=SHORT.get(key, one.name)) for key, one in OVERLAP.items()}
)
"""``OVERLAP`` under names that fit above a small picture."""
NAMES = {key: one.name for key, one in COMPARED.items()}
LOSSES = tuple(key for key, one in OVERLAP.items() if not one.measure)
TRAINED = {key: optimiser for key, optimiser in OPTIMISERS.items() if not optimiser.searches}
STARTS = {"object": "Copy", "nothing": "Nothing", "everything": "All"}
SCALES = {"decades": "One, in decades", "even": "One, even", "own": "Each its own"}
BATCHES = {"image": "This image alone", "mean": "Two images, the mean", "pooled": "Two images, pooled"}
MAPS = 6  # gradients that are drawn at once
FIELDS = {
    "view": Choice(
        "masks", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "losses": Several(
        ("accuracy", "bce", "focal", "dice", "tversky", "lovasz_hinge", "boundary"),
        tuple(OVERLAP),
        most=len(OVERLAP),
        label="Losses and measures",
        titles=NAMES,
    ),
    "shape": Choice(
        "organ", tuple(SHAPES), label="Target", titles={key: shape.name for key, shape in SHAPES.items()}
    ),
    "starts": Choice("object", tuple(STARTS), label="Prediction", titles=STARTS, opens="nothing"),
    "size": Number(15.0, 0.0, 200.0, label="Size, % of the width", live=True, slider=(0.0, 100.0)),
    "dx": Number(0, -256, 256, whole=True, label="Shift to the right, px", live=True, slider=(-20, 20)),
    "dy": Number(0, -256, 256, whole=True, label="Shift downwards, px", live=True, slider=(-20, 20)),
    "grown": Number(0.0, -128.0, 128.0, label="Grow, px", live=True, slider=(-8.0, 8.0)),
    "blur": Number(0.0, 0.0, 64.0, label="Blur, px", live=True, slider=(0.0, 8.0)),
    "confidence": Number(0.999, 0.5, 1.0, label="Confidence", live=True),
    "threshold": Number(0.5, 0.0, 1.0, label="Threshold", live=True),
    "objects": Number(1, 1, 9, whole=True, label="Objects", live=True),
    "missed": Number(0, 0, 9, whole=True, label="Of them missed", live=True),
    "pixels": Choice("64", SIDES, label="Pixels a side", buttons=True),
    "target": Painted(label="Painted target"),
    "painted": Painted(label="Painted prediction"),
    "paints": Choice(
        "prediction",
        ("prediction", "target"),
        label="The brush paints",
        titles={"prediction": "Prediction", "target": "Target"},
        buttons=True,
        lasting=True,
    ),
    "erase": Flag(label="Erase", lasting=True),
    "brush": Number(3.0, 0.5, 64.0, label="Brush, px", live=True, slider=(0.5, 16.0), lasting=True),
    "probe_x": Number(None, 0, 255, whole=True, label="Probe, column"),
    "probe_y": Number(None, 0, 255, whole=True, label="Probe, row"),
    "scale": Choice("decades", tuple(SCALES), label="Scale of the pull", titles=SCALES, buttons=True),
    "slope_in": Choice(
        "logit",
        ("logit", "probability"),
        label="Pull on",
        titles={"logit": "Logits", "probability": "Probabilities"},
        buttons=True,
        help="Training follows the pull on logits; that on probabilities is infinite where a sure one is wrong.",
    ),
    "smooth": Number(0.0, 0.0, MOST_SMOOTH, label="Smoothing term"),
    "smoothing": Choice("both", tuple(SMOOTHINGS), label="It is added", titles=dict(SMOOTHINGS)),
    "squared": Flag(label="Squares below the line of Dice and Jaccard"),
    "background": Flag(label="The background counts as an object"),
    "keras_weights": Flag(label="Tversky’s weights swapped, as in Keras up to 3.15.1"),
    "batch": Choice(
        "image", tuple(BATCHES), label="Batch", titles=BATCHES, help="The other image has an object of 60 % of the width."
    ),
    "turns": Number(0, 0, LONGEST, whole=True, label="Turns"),
    "optimiser": Choice(
        "sgd", tuple(TRAINED), label="Optimiser", titles={key: each.name for key, each in TRAINED.items()}
    ),
    "rate": Number(1000.0, 1e-4, 1e7, label="Learning rate", live=True, slider=(0.01, 100_000.0), log=True),
    **parameter_fields(COMPARED.values()),
    **legend_fields(COMPARED),
}
SLIDERS = {
    "masks": ("size", "dx", "grown", "blur", "confidence", "brush", "dy", "threshold", "objects", "missed"),
    "size": ("size", "dx", "confidence"),
    "grow": ("rate", "size", "dx", "dy", "grown", "blur", "confidence", "objects", "missed"),
}
PRESETS = (
    Preset("Found nothing", "An empty prediction of a 1 % object.", {"starts": "nothing"}),
    Preset("x", "An empty prediction of a 1 % object.", {"view": "size"}),
    Preset("y", "An empty prediction of a 1 % object.", {"view": "grow"}),
)
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
