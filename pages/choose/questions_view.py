"""What the page ``choose`` shows of answers: the advised loss against its runner-up, as curves and slopes."""

import numpy as np
import torch

from components.live.picture import Control, Label, Picture, Readout, Row
from components.plot.theme import STYLES
from components.text import number
from losses import LOSSES
from losses.advice.advise import Advice
from losses.curves.axis import Axis, curve
from losses.curves.catalogue import AXES
from pages.choose.questions_figure import questions_figure
from pages.choose.words import LONGEST, named, sentence

PLACES = 301


def axis_of(advice: Advice) -> Axis:
    """The first axis on which both losses are, or the advised one alone; from logits where they are."""
    both = [axis for axis in AXES.values() if {advice.loss, advice.runner} <= {*axis.losses}]
    alone = [axis for axis in AXES.values() if advice.loss in axis.losses]
    found = both or alone
    return next((axis for axis in found if axis.fixed.get("from_logits", True)), found[0])


def curves_of(advice: Advice) -> tuple[np.ndarray, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Places on that axis, ``[k]``, and by key each loss's values and slopes."""
    axis = axis_of(advice)
    x = torch.linspace(axis.low, axis.high, PLACES, dtype=torch.float64)
    found = {}
    for key, settings in ((advice.loss, advice.settings), (advice.runner, advice.runner_settings)):
        if key in axis.losses:
            own = {name: value for name, value in settings.items() if name not in axis.fixed}
            value, slope, _ = curve(LOSSES[key], axis, x, order=1, **own)
            found[key] = (value.numpy(), slope.numpy())
    return x.numpy(), found


def questions_picture(advice: Advice, controls: tuple[Control, ...]) -> Picture:
    """The live picture of answers."""
    axis = axis_of(advice)
    x, curves = curves_of(advice)
    line = sentence(advice)
    line = line if len(line) <= LONGEST else f"{named(advice.loss, advice.settings)}, output {advice.output}."
    figure = questions_figure(x, curves, advice.loss, axis.label, _marked(advice))
    second = f"Runner-up: {named(advice.runner, advice.runner_settings)}, if {advice.better}."
    penalty = (f"Add {LOSSES[advice.penalty].name} or augment the data.",) if advice.penalty else ()
    return Picture(
        figure=figure,
        alt=f"Curves of {' and '.join(LOSSES[key].name for key in curves)}; below, their slopes. {line}",
        sentence=line,
        controls=controls,
        labels=tuple(_labels(figure, x, curves)),
        readouts=(_facts(advice),),
        notes=(f"Output: {advice.output}.", advice.reason, advice.against, second, *penalty),
    )


def _marked(advice: Advice) -> tuple[float, float] | None:
    """The stretch of residuals between which nothing is special: beyond lies what the answer is about."""
    for name in ("delta", "c"):
        if name in advice.settings:
            return -advice.settings[name], advice.settings[name]
    if advice.case.predicted == "real" and advice.case.trouble == "side":
        return (0.0, np.inf) if advice.case.ratio >= 1 else (-np.inf, 0.0)
    return None


def _labels(figure, x: np.ndarray, curves: dict[str, tuple[np.ndarray, np.ndarray]]):
    """Names at the right end of the curves, or where one leaves the panel."""
    top = figure["layout"]["yaxis"]["range"][1]
    for key, (value, _) in curves.items():
        inside = np.flatnonzero(np.isfinite(value) & (value <= top))
        last = int(inside[-1]) if len(inside) else 0
        yield Label(LOSSES[key].short, float(x[last]), float(min(value[last], top)), STYLES[key].color)


def _facts(advice: Advice) -> Readout:
    """What both declare of themselves."""
    pair = ((advice.loss, advice.settings), (advice.runner, advice.runner_settings))
    columns = ("", *(LOSSES[key].short for key, _ in pair))
    facts = ("convex", "differentiable", "bounded_slope", "bounded_value", "proper")
    rows = [
        Row((fact.replace("_", " "), *("yes" if LOSSES[key].fact(fact, **how) else "no" for key, how in pair)))
        for fact in facts
    ]
    rows.append(Row(("estimates", *(LOSSES[key].estimates or number(np.nan) for key, _ in pair))))
    return Readout("Declared facts", columns, tuple(rows))
