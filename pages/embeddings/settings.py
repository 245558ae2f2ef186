"""What can be set on the page ``embeddings``, and the states worth seeing."""

from typing import Any

from components.cards.presets import Preset
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Moves, Number
from losses.descent.optimisers import OPTIMISERS
from losses.metric.mining import MINING
from losses.metric.pull import EMBEDDING, WITH_MARGIN
from losses.metric.training import FEWEST, LARGEST, MOST, SMALLEST

VIEWS = {
    "pull": ("Pull", "Drag anchor, positive and negative: the arrows are the pull of the loss on each."),
    "train": ("Train", "Press ▶ and pause when you like; change what is mined, the margin, the learning rate."),
}
MOST_NEGATIVES = 5
PLACES = ((0.0, 1.0), (0.8, 0.4), (-1.2, 0.5), (-0.4, -0.9), (1.1, -1.0), (1.6, 1.5), (-1.7, -1.4))
"""Where anchor, positive and negatives are until they are moved."""
MOST_TURNS = 2000
TRAINED = {key: optimiser for key, optimiser in OPTIMISERS.items() if not optimiser.searches}
FIELDS = {
    "view": Choice(
        "pull", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "loss": Choice(
        "triplet", tuple(EMBEDDING), label="Loss", titles={key: loss.name for key, loss in EMBEDDING.items()}
    ),
    "circle": Flag(
        label="Circle", help="Embeddings of length 1, on the unit circle, as losses of angles compare them."
    ),
    "negatives": Number(1, 1, MOST_NEGATIVES, whole=True, label="Negatives", live=True),
    "points": Moves(label="Points", rows=2 + MOST_NEGATIVES),
    "trained": Choice("triplet", WITH_MARGIN, label="Loss", titles={key: EMBEDDING[key].name for key in WITH_MARGIN}),
    "mining": Choice("semi_hard", tuple(MINING), label="Mined", titles=dict(MINING)),
    "classes": Number(4, FEWEST, MOST, whole=True, label="Classes", live=True),
    "batch": Number(32, SMALLEST, LARGEST, whole=True, label="Batch", live=True),
    "optimiser": Choice(
        "adam", tuple(TRAINED), label="Optimiser", titles={key: each.name for key, each in TRAINED.items()}
    ),
    "rate": Number(0.01, 1e-6, 10.0, label="Learning rate", live=True, slider=(0.0001, 1.0), log=True),
    "seed": Number(0, 0, 9999, whole=True, label="Seed", help="Of points, weights and batches."),
    "turns": Number(0, 0, MOST_TURNS, whole=True, label="Turns"),
    **parameter_fields(EMBEDDING.values()),
}
TRAIN_SLIDERS = ("rate", "batch", "classes")
COLLAPSE: dict[str, Any] = {
    "view": "train",
    "trained": "squared_triplet",
    "mining": "hard",
    "classes": 6,
    "batch": 64,
    "optimiser": "momentum",
    "rate": 0.05,
}
PRESETS = (
    Preset(
        "A semi-hard negative",
        "The negative is 1.30 away, the positive 1.00: semi-hard. Triplet costs 0.70, and 0 from 2.00 away on. Drag it out, or in.",
    ),
    Preset(
        "Easy: nothing pulls",
        "The negative is 2.19 away, beyond 1.00 and the margin of 1: the loss is 0. Nothing pulls, though the positive could be nearer.",
        {"points": {2: (-1.6, -0.5)}},
    ),
    Preset(
        "The harder, the weaker",
        "The negative all but touches, 0.10 away. Squared triplet pushes it with 0.20, Euclidean triplet with 1.00. Drag it away.",
        {"loss": "squared_triplet", "points": {2: (-0.06, 1.08)}},
    ),
    Preset(
        "Pairs, not triplets",
        "Contrastive pulls the positive with 2.00, twice its distance, until it is home. A negative farther than 1 is free: drag it in.",
        {"loss": "contrastive"},
    ),
    Preset(
        "Only angles count",
        "The positive’s cosine is 0.89: the loss is 0.11 however long it is, and the pull at right angles. Drag the positive outwards.",
        {"loss": "cosine_embedding", "points": {1: (0.8, 1.6), 2: (-1.2, -0.5)}},
    ),
    Preset(
        "Five negatives, one pushed",
        "At temperature 0.1 InfoNCE gives the nearest of 5 negatives 94 % of the push. Raise the temperature to 1: they share it.",
        {"loss": "info_nce", "circle": True, "negatives": 5},
    ),
    Preset(
        "Longer is surer",
        "N-pair counts lengths: here it is 0.06. With all vectors half as long, at the same angles, it is 0.40. Drag points outwards.",
        {"loss": "n_pair", "points": {0: (0.0, 2.0), 1: (1.6, 2.4), 2: (-2.4, 1.0)}},
    ),
    Preset(
        "Right, and still pays",
        "The anchor is 40° from its own centre, 60° from the other. ArcFace counts 40 as 69, a margin of 0.5 more: it costs 1.38.",
        {"loss": "arcface", "circle": True, "points": {1: (0.6428, 0.766), 2: (-0.866, 0.5)}, "arcface.scale": 8.0},
    ),
    Preset(
        "Past half a turn",
        "At 170° the margin leads past 180: from 151 on ArcFace’s formula pushes the centre away from the anchor. Drag it nearer.",
        {
            "loss": "arcface",
            "circle": True,
            "points": {1: (0.1736, -0.9848), 2: (0.5, 0.866)},
            "arcface.scale": 4.0,
        },
    ),
    Preset(
        "Four classes to part",
        "Press ▶: in 100 turns the recall of new points goes from 57 % to 92 %. Go on to 300: it is 87 %, of the others 99 %.",
        {"view": "train"},
    ),
    Preset(
        "Collapse",
        "Hardest triplets, large steps: after 400 turns all points are at one place, the loss rests at the margin, 1. Choose semi-hard.",
        COLLAPSE | {"turns": 400},
    ),
    Preset(
        "Nearly collapsed",
        "The hardest alone: after 50 turns the loss is 1.0, the margin; one class is 0.04 apart, two less than 0.1, at first 0.3. All: 3.0.",
        {"view": "train", "mining": "hard", "classes": 6, "batch": 48, "seed": 3, "turns": 50},
    ),
    Preset(
        "Too few to mine",
        "Batches of 4 points: 32 of 300 had no triplet to mine, and changed nothing. Raise the batch.",
        {"view": "train", "batch": 4, "turns": 300},
    ),
    Preset(
        "A margin is a unit",
        "Margin 10: two classes are 24.4 apart after 300 turns. With margin 1 the picture is alike, and they are 6.1 apart.",
        {"view": "train", "triplet.margin": 10.0, "turns": 300},
    ),
    Preset(
        "Far too fast",
        "Adam with learning rate 1: after 300 turns two classes are over 100 apart, for a margin of 1. Take 0.01: they are 6.1 apart.",
        {"view": "train", "rate": 1.0, "turns": 300},
    ),
)
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
