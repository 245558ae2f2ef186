"""One case in several encodings as a picture, a sentence and tables."""

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.text import number, short
from losses.probability.encoding import (
    best_lead,
    both_ways,
    clamped,
    curve,
    probabilities,
    smoothing_floor,
    target,
    twice_floor,
)
from pages.probabilities.encoding_figure import MOST_CLASSES, STYLE, TARGET, Variant, encoding_figure

LOW, HIGH, POINTS = -10.0, 20.0, 301
ROOM = 1.05


class Case:
    """The settings of the view, worked out: all numbers that it shows."""

    def __init__(
        self, lead: float, classes: int, softmax: bool, from_logits: bool, smoothing: float, temperature: float
    ) -> None:
        self.lead, self.classes, self.smoothing, self.temperature = lead, classes, smoothing, temperature
        self.softmax, self.from_logits = softmax, from_logits
        try:
            self.one_hot, self.sparse = both_ways(lead, classes, softmax, from_logits, smoothing, temperature)
            self.refusal = ""
        except ValueError:
            self.one_hot = self.sparse = float("nan")
            self.refusal = "these are logits, and without from_logits the loss wants probabilities"

    def at(self, softmaxes: int = 1, smoothing: float = 0.0, temperature: float = 1.0) -> float:
        """The loss at the lead for one of the curves.

        Parameters
        ----------
        softmaxes
            How many are applied one after the other, the loss's own included.
        smoothing
            The loss's ``label_smoothing``.
        temperature
            Divides what goes into the last softmax.
        """
        return float(curve(np.array([self.lead]), self.classes, softmaxes, smoothing, temperature)[0][0])

    def variants(self, leads: np.ndarray) -> list[Variant]:
        """The curves: right, softmax twice, smoothed and tempered."""
        floor, lowest = (
            smoothing_floor(self.classes, self.smoothing),
            best_lead(self.classes, self.smoothing, self.temperature),
        )
        third = curve(leads, self.classes, 1, self.smoothing, self.temperature)
        return [
            Variant("softmax once", *STYLE["once"], *curve(leads, self.classes)),
            Variant("softmax twice", *STYLE["twice"], *curve(leads, self.classes, 2), twice_floor(self.classes)),
            *(
                [Variant(self.named(), *STYLE["smoothed"], *third, floor if self.smoothing else None, lowest if lowest < HIGH else None)]
                if self.named()
                else []
            ),
        ]  # fmt: skip

    def named(self) -> str:
        """What the third curve is called."""
        parts = [f"s = {short(self.smoothing)}"] if self.smoothing else []
        return ", ".join([*parts, *([f"T = {short(self.temperature)}"] if self.temperature != 1 else [])])


def encoding_picture(case: Case) -> Picture:
    """The live picture of a case."""
    leads = np.linspace(LOW, HIGH, POINTS)
    variants = case.variants(leads)
    top = ROOM * max(float(variant.value.max()) for variant in variants[:1])
    sentence = said(case)
    bars = [
        ("target", TARGET, target(case.classes, case.smoothing)),
        ("softmax once", STYLE["once"][0], probabilities(case.lead, case.classes)),
        ("softmax twice", STYLE["twice"][0], probabilities(case.lead, case.classes, 2)),
    ]
    if case.temperature != 1:
        tempered = probabilities(case.lead, case.classes, 1, case.temperature)
        bars.append((f"T = {short(case.temperature)}", STYLE["smoothed"][0], tempered))
    return Picture(
        figure=encoding_figure(variants, leads, case.lead, bars, top, "encoding"),
        alt=f"Cross-entropy over the logit of the true class, with one softmax and with two. {sentence}",
        sentence=sentence,
        handles=(Handle("lead", "Logit of the true class", moves="x"),),
        labels=tuple(_label(variant, top) for variant in variants),
        readouts=(_encodings(case), _floors(case), _clamps()),
        notes=(
            f"Bars: target purple, softmax once blue, twice orange{f', T = {short(case.temperature)} green' if case.temperature != 1 else ''}{', the first ten classes' if case.classes > MOST_CLASSES else ''}.",
            "Keras moves probabilities into [1e-7, 1 − 1e-7] first; PyTorch’s binary_cross_entropy stops each logarithm "
            "at −100; here nothing is clamped. With from_logits all three are exact.",
        ),
    )


def said(case: Case) -> str:
    """The numbers in words."""
    floor = number(twice_floor(case.classes))
    if case.refusal:
        return f"Refused: {case.refusal}. Turn on one of the two switches, and only one."
    if case.softmax and case.from_logits:
        right = number(case.at(1, case.smoothing, case.temperature))
        bound = "" if case.named() else f", and it can never fall below {floor}"
        return f"Softmax is applied twice: the loss is {number(case.one_hot)} where {right} is right{bound}."
    same = f"One-hot or sparse, the loss is the same {number(case.one_hot)}"
    if case.smoothing:
        least = number(smoothing_floor(case.classes, case.smoothing))
        best = number(best_lead(case.classes, case.smoothing, case.temperature))
        return f"{same}. It is never below {least}: beyond a logit of {best} more confidence costs more."
    twice = number(case.at(2, case.smoothing, case.temperature))
    return f"{same}. With softmax twice it would be {twice}{'' if case.named() else f', never below {floor}'}."


def table(case: Case) -> dict[str, np.ndarray]:
    """The curves by column."""
    leads = np.linspace(LOW, HIGH, POINTS)
    columns = {"logit of the true class": leads}
    for variant in case.variants(leads):
        columns |= {f"loss, {variant.name}": variant.value, f"slope, {variant.name}": variant.slope}
    return columns


def _encodings(case: Case) -> Readout:
    vector = " ".join(short(part) for part in target(case.classes)[:5]) + (" …" if case.classes > 5 else "")
    rows = (
        Row(("Categorical", vector, number(case.one_hot, 6))),
        Row(("Sparse", "0", number(case.sparse, 6))),
    )
    return Readout("The same target, one-hot and as an index", ("", "target", "loss"), rows)


def _floors(case: Case) -> Readout:
    # Two softmaxes have a closed floor for a one-hot target at temperature 1: that is the curve drawn.
    floors = {
        "once": ("softmax once", case.at(), 0.0),
        "twice": ("softmax twice", case.at(2), twice_floor(case.classes)),
    }
    if case.named():
        changed = case.at(1, case.smoothing, case.temperature)
        floors["smoothed"] = (case.named(), changed, smoothing_floor(case.classes, case.smoothing))
    rows = tuple(Row((name, number(loss), number(floor)), STYLE[key][0]) for key, (name, loss, floor) in floors.items())
    return Readout("The curves at the probe", ("", "loss", "floor"), rows)


def _clamps() -> Readout:
    rows = tuple(Row((name, number(zero), number(one))) for name, (zero, one) in clamped().items())
    return Readout("Probability of the true class exactly", ("", "0", "1"), rows)


def _label(variant: Variant, top: float) -> Label:
    """The name of a curve beside it: on the left, where one falls and the other is flat, or where smoothing lifts it."""
    x = 0.7 * HIGH if variant.lowest is not None else 0.6 * LOW
    height = float(np.interp(x, np.linspace(LOW, HIGH, POINTS), variant.value))
    return Label(variant.name, x, height + 0.06 * top, variant.color)
