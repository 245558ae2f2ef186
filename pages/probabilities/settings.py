"""What can be set on the page ``probabilities``, and the states worth seeing."""

from components.cards.presets import Preset
from components.page.parameters import parameter_fields
from components.settings.fields import Choice, Flag, Number
from components.settings.shares import Shares
from losses.probability.simplex import SIMPLEX_LOSSES
from pages.probabilities.divergence_view import HIGH, LOW

VIEWS = {
    "simplex": ("Simplex", "Drag prediction or target, or move a logit: slopes and loss answer."),
    "encoding": ("Encoding", "Flip the switches, drag the probe: when do the numbers stay the same?"),
    "pairing": ("Pairing", "Drag the probe along the logit; start, rate and steps retrain all four pairs."),
    "divergence": ("Divergence", "Drag a hump, a bar or the start of reverse KL."),
}
SHAPES = {"humps": "A Gaussian on two humps", "outcomes": "Outcomes with zeros"}
MEANS = {
    "m1": Number(-3.0, -6.0, 6.0, label="Mean of hump 1", live=True),
    "m2": Number(3.0, -6.0, 6.0, label="Mean of hump 2", live=True),
}
FIELDS = {
    "view": Choice(
        "simplex", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "loss": Choice(
        "categorical_cross_entropy",
        tuple(SIMPLEX_LOSSES),
        label="Loss",
        titles={key: loss.name for key, loss in SIMPLEX_LOSSES.items()},
    ),
    "z1": Number(1.0, -1e9, 1e9, label="Logit A", live=True, slider=(-8.0, 8.0)),
    "z2": Number(0.5, -1e9, 1e9, label="Logit B", live=True, slider=(-8.0, 8.0)),
    "z3": Number(-1.0, -1e9, 1e9, label="Logit C", live=True, slider=(-8.0, 8.0)),
    "target": Shares((0.0, 1.0, 0.0)),
    "lead": Number(2.0, -1e9, 1e9, label="Logit of the true class", live=True, slider=(-10.0, 20.0)),
    "classes": Number(3, 2, 1000, whole=True, label="Classes K", live=True, slider=(2, 10)),
    "softmax": Flag(label="The model ends with softmax", live=True),
    "from_logits": Flag(True, label="from_logits: the loss applies softmax", live=True),
    "smoothing": Number(0.0, 0.0, 1.0, label="Label smoothing s", live=True, slider=(0.0, 0.5)),
    "temperature": Number(1.0, 1e-2, 1e3, label="Temperature T", live=True, slider=(0.1, 10.0), log=True),
    "label": Choice("1", ("1", "0"), label="Label y", buttons=True),
    "start": Number(-6.0, -50.0, 50.0, label="Start logit", live=True, slider=(-8.0, 8.0)),
    "at": Number(-6.0, -50.0, 50.0, label="Probe"),
    "rate": Number(0.3, 1e-4, 100.0, label="Learning rate η", live=True, slider=(0.01, 10.0), log=True),
    "steps": Number(120, 1, 1000, whole=True, label="Steps", live=True, slider=(10, 1000)),
    "tolerance": Number(0.05, 1e-4, 0.5, label="Tolerance of the prediction", live=True, slider=(0.005, 0.3), log=True),
    "shape": Choice("humps", tuple(SHAPES), label="Of", titles=SHAPES),
    "m1": MEANS["m1"],
    "s1": Number(0.7, 0.2, 3.0, label="Its width", live=True),
    "weight": Number(0.4, 0.01, 0.99, label="Its probability", live=True),
    "m2": MEANS["m2"],
    "s2": Number(1.0, 0.2, 3.0, label="Its width", live=True),
    "begin": Number(None, LOW, HIGH, label="Start of reverse KL"),
    "p": Shares((0.4, 0.3, 0.2, 0.1)),
    "q": Shares((0.25, 0.25, 0.25, 0.25)),
    **parameter_fields(SIMPLEX_LOSSES.values()),
}
SLIDERS = {  # of each view, in order
    "simplex": ("z1", "z2", "z3"),
    "encoding": ("from_logits", "softmax", "lead", "classes", "smoothing", "temperature"),
    "pairing": ("start", "rate", "steps", "tolerance"),
    "humps": ("m1", "s1", "weight", "m2", "s2"),
    "outcomes": (),
}
SURE = {"z1": 8.0, "z2": 0.0, "z3": 0.0}
OUTCOMES = {"view": "divergence", "shape": "outcomes"}
PRESETS = (
    Preset(
        "Prediction minus target",
        "Under cross-entropy the slopes are prediction minus target: 0.57, −0.65 and 0.08. Drag either: it stays so.",
    ),
    Preset(
        "Confident and wrong",
        "99.9 % on A, and it was B: the loss is 8.00, and both are pulled by 1.00. Drag the prediction back.",
        SURE,
    ),
    Preset(
        "Honest doubt",
        "The truth is 60, 30 and 10 %. Saying so costs least, 0.90: all slopes are 0. Drag the prediction: all else costs more.",
        {"z1": 1.791759469228055, "z2": 1.0986122886681098, "z3": 0.0, "target": (0.6, 0.3, 0.1)},
    ),
    Preset(
        "MSE gives up",
        "As wrong as can be, 2.00 of at most 2, and no slope is above 0.002: under MSE nothing pulls it back.",
        SURE | {"loss": "mse"},
    ),
    Preset(
        "Softmax twice",
        "Sure and right, at logit 10, and it still costs 0.552: through two softmaxes never less than 0.551, the dotted line.",
        {"view": "encoding", "softmax": True, "lead": 10.0},
    ),
    Preset(
        "Smoothing’s floor",
        "With smoothing 0.1 the loss is least, 0.29, at logit 3.33; more confidence costs more: 0.67 at 10. Drag the probe.",
        {"view": "encoding", "smoothing": 0.1, "lead": 10.0},
    ),
    Preset(
        "Not probabilities",
        "These are logits and add up to 2, not to 1: refused. Libraries go on with a wrong number. Turn on from_logits.",
        {"view": "encoding", "from_logits": False},
    ),
    Preset(
        "Sigmoid at −6",
        "It should say yes and is sure of no: BCE gets within 0.05 in 55 steps, MSE idles and needs 668. Drag the start.",
        {"view": "pairing", "rate": 0.5, "steps": 800},
    ),
    Preset(
        "Too fast for MSE",
        "At rate 1.05 MSE on the bare logit overshoots more each step: from 49 past 1,000 in 16 steps. BCE is there in 26.",
        {"view": "pairing", "rate": 1.05},
    ),
    Preset(
        "Cover or seek",
        "Forward KL covers both humps: mean 0.60, width 3.07. Reverse KL seeks one: mean 3.00, width 1.00. Drag a hump.",
        {"view": "divergence"},
    ),
    Preset(
        "The other hump",
        "From −4 reverse KL ends on the left hump, at 0.92, though the right one has 0.51. Drag the grey start.",
        {"view": "divergence", "begin": -4.0},
    ),
    Preset(
        "A zero in Q",
        "Q gives 0 to outcome 4, which has 10 % in P: KL(P‖Q) is infinite, KL(Q‖P) 0.11. Drag the bar up.",
        OUTCOMES | {"q": (0.4, 0.35, 0.25, 0.0)},
    ),
    Preset(
        "Nothing in common",
        "No outcome is possible under both: both KLs are infinite, Jensen-Shannon is at its most, log 2 = 0.693.",
        OUTCOMES | {"p": (0.5, 0.5, 0.0, 0.0), "q": (0.0, 0.0, 0.6, 0.4)},
    ),
)
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
