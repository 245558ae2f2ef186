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
    "grow": ("Grow", "Press ▶: each loss pulls the same prediction, pixel by pixel."),
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
    "shape": Choice("organ", tuple(SHAPES), label="Target", titles={key: shape.name for key, shape in SHAPES.items()}),
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
        "image",
        tuple(BATCHES),
        label="Batch",
        titles=BATCHES,
        help="The other image has an object of 60 % of the width.",
    ),
    "turns": Number(0, 0, LONGEST, whole=True, label="Turns"),
    "optimiser": Choice(
        "sgd", tuple(TRAINED), label="Optimiser", titles={key: each.name for key, each in TRAINED.items()}
    ),
    "rate": Number(1000.0, 1e-4, 1e7, label="Learning rate", live=True, slider=(0.01, 100_000.0), log=True),
    **parameter_fields(COMPARED.values()),
    **legend_fields(COMPARED),
}
TITLES = {name: field.titles for name, field in FIELDS.items() if isinstance(field, Choice)}
SLIDERS = {
    "masks": ("size", "dx", "grown", "blur", "confidence", "brush", "dy", "threshold", "objects", "missed"),
    "size": ("size", "dx", "confidence"),
    "grow": ("rate", "size", "dx", "dy", "grown", "blur", "confidence", "objects", "missed"),
}
INDICES = ("accuracy", "bce", "dice", "jaccard", "tversky", "focal_tversky")
EMPTY = {"size": 0.0, "starts": "nothing", "confidence": 1.0, "smooth": 1.0}
OF_NOTHING = ("accuracy", "bce", "dice", "jaccard", "tversky", "hausdorff")
BLOB = "64.Y2AYLMACSlfgoEcBLQAA"  # a disc of 15 pixels
PRESETS = (
    Preset(
        "Found nothing",
        "The object is 1.0 % of the pixels: whoever finds nothing is 99.0 % accurate. Dice costs 0.998 of at most 1. Paint on the object.",
        {"starts": "nothing"},
    ),
    Preset(
        "Who pulls where",
        "Undecided everywhere. 99 % of BCE’s pull is on the background, for the object is small; of Dice’s half is on the object, 51 %.",
        {"confidence": 0.5},
    ),
    Preset(
        "Half of it missed",
        "380 pixels of the object are missed. Tversky weighs misses by 0.7 and costs 0.382, more than Dice with 0.307. Grow it by hand.",
        {"shape": "disc", "size": 50.0, "grown": -4.7, "losses": INDICES},
    ),
    Preset(
        "Nearly as many too many",
        "336 pixels are false alarms, which Tversky weighs by 0.3: it costs 0.112, less than Dice with 0.173. Swap its weights.",
        {"shape": "disc", "size": 50.0, "grown": 3.6, "losses": INDICES},
    ),
    Preset(
        "A thin vessel",
        "Shifted by 2 pixels: Dice costs 0.334, for a vessel is nearly all edge. An organ as wide would cost 0.052. Choose it.",
        {"shape": "vessel", "size": 90.0, "dx": 2, "losses": ("accuracy", "bce", "dice", "jaccard", "boundary", "hausdorff")},
    ),
    Preset(
        "One of six missed",
        "Dice costs no more than 0.093, but 156 pixels, one whole cell, are missed: the Hausdorff distance is 21 pixels.",
        {
            "shape": "disc", "size": 22.0, "objects": 6, "missed": 1,
            "losses": ("accuracy", "bce", "dice", "tversky", "boundary", "hausdorff", "hausdorff_95"),
        },
    ),
    Preset(
        "Blurred",
        "The mask at ½ is 98.6 % right, yet Dice costs 0.237: it counts every probability. With squares it costs 0.085. Sharpen it.",
        {
            "shape": "organ", "size": 60.0, "blur": 4.0,
            "losses": ("accuracy", "bce", "focal", "dice", "dice_squared", "lovasz_hinge", "boundary"),
        },
    ),
    Preset(
        "Nothing to find",
        "Nothing is there, nothing is found: that costs 0 where 1 is added above and below the line. More: below it alone, Dice costs 1.",
        {**EMPTY, "losses": OF_NOTHING},
    ),
    Preset(
        "A false alarm",
        "Nothing is there, and 15 pixels are marked: Dice costs 0.950 and has no more to give. With confidence 1 BCE is infinite. Erase some.",
        {**EMPTY, "starts": "object", "painted": BLOB, "confidence": 0.999, "losses": OF_NOTHING},
    ),
    Preset(
        "Hidden in the batch",
        "The object is missed. Alone, Dice would cost 0.999; pooled with an image that has a large one, 0.429. The other’s pixels outvote it.",
        {"shape": "disc", "dx": 12, "batch": "pooled", "losses": ("accuracy", "bce", "dice", "jaccard", "generalised_dice")},
    ),
    Preset(
        "5 pixels off a small one",
        "A disc of 20 % of the width, found 5 pixels off: Dice costs 0.492. Drag the size: the larger the disc, the less.",
        {"view": "size", "shape": "disc", "size": 20.0, "dx": 5},
    ),
    Preset(
        "5 pixels off a large one",
        "At 60 % of the width the same 5 pixels cost Dice 0.165, but BCE 0.642: it counts wrong pixels, of which there are more.",
        {"view": "size", "shape": "disc", "size": 60.0, "dx": 5},
    ),
    Preset(
        "A vessel in motion",
        "A vessel of 60 % of the width, 5 pixels off, costs Dice 0.735; a disc of that size 0.165. Drag the shift back to 0.",
        {"view": "size", "shape": "vessel", "size": 60.0, "dx": 5},
    ),
    Preset(
        "From 10 % everywhere",
        "Press ▶, or step: Dice finds the object at turn 4 and BCE at turn 13, since Dice’s pull is stronger on a small object.",
        {"view": "grow", "starts": "nothing", "confidence": 0.9},
    ),
    Preset(
        "From too much",
        "All is marked, by 90 %. BCE clears the background by turn 13; Dice’s pull on each of its many pixels is tiny: 0.02 after 40 turns.",
        {"view": "grow", "starts": "everything", "confidence": 0.9, "turns": 40},
    ),
    Preset(
        "Adam evens it out",
        "Adam divides each pull by its size: BCE and Dice, 9 turns apart under SGD, now find the object at turns 23 and 21.",
        {"view": "grow", "starts": "nothing", "confidence": 0.9, "optimiser": "adam", "rate": 0.1, "turns": 40},
    ),
)  # fmt: skip
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
