"""Advice in words: the line above the picture, names with parameters, tables."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from components.live.picture import Readout, Row
from components.plot.theme import STYLES
from components.text import listed, number, parameter_name, short
from losses import LOSSES
from losses.advice.advise import Advice

LONGEST = 160


def named(loss: str, settings: Mapping[str, Any]) -> str:
    """A loss with the parameters that are numbers, as ``Huber with δ = 1.3``."""
    told = [
        f"{parameter_name(LOSSES[loss].parameters[name])} = {short(value)}"
        for name, value in settings.items()
        if not isinstance(value, bool)
    ]
    logits = " from logits" if settings.get("from_logits") else ""
    return f"{LOSSES[loss].name}{logits}{f' with {listed(told)}' if told else ''}"


def sentence(advice: Advice) -> str:
    """The advice in one line."""
    head = named(advice.loss, advice.settings) + (f", plus {LOSSES[advice.penalty].name}" if advice.penalty else "")
    line = f"{head}: {_figure(advice) if advice.seen else advice.reason[:1].lower() + advice.reason[1:]}"
    return line.rstrip(".") + "."


def _figure(advice: Advice) -> str:
    """What was seen that decided."""
    seen, case, noise = advice.seen, advice.case, advice.noise
    if case.predicted == "yes_no":
        share = f"{number(100 * seen['Share of yes'])} % say yes"
        return f"{share}; {'the weight buys recall, not calibration' if case.recall else 'calibrated as it is'}"
    if case.predicted == "classes":
        return f"{seen['Classes']:.0f} classes, the rarest in {seen['Rows of the rarest']:.0f} rows"
    if case.predicted in ("count", "amount"):
        return f"{case.predicted}s with mean {number(seen['Mean'])} and variance {number(seen['Variance'])}"
    if noise is None or not noise.known:
        return f"{seen['Rows']:.0f} rows tell nothing of outliers"
    far, out = int(noise.far.sum()), int(noise.leverage.sum())
    beyond = f"{far} of {len(noise.far)} residuals lie beyond 5 σ"
    side = "high" if noise.ratio > 1 else "low"
    return {
        "many": beyond + (f", {out} of them far out in x" if out else ""),
        "few": beyond,
        "tails": f"{beyond}; its fit varies {number(noise.gain, 2)} times as much as MSE’s",
        "spread": f"the spread is {number(max(noise.ratio, 1 / noise.ratio), 2)} times as large where the fit is {side}",
        "side": f"too low costs {short(case.ratio)} times as much",
        "none": f"{beyond}, and a bend gains nothing",
    }[case.trouble]


def seen_table(advice: Advice) -> Readout:
    """What was seen, as figures."""
    rows = tuple(Row((name, number(value) if value % 1 else f"{value:.0f}")) for name, value in advice.seen.items())
    return Readout("Seen in the data", ("", "figure"), rows)


def evidence_table(advice: Advice, measure: str) -> Readout:
    """How the candidates did on rows held out, the measure on screen with its standard error."""
    found = advice.evidence
    if found is None:
        return Readout("Held out", ("", "why none"), (Row(("No candidates", "see the note")),))

    def cells(means: np.ndarray, errors: np.ndarray) -> Iterator[str]:
        for name, mean, error in zip(found.measures, means, errors, strict=True):
            yield f"{number(mean)} ± {number(error, 2)}" if name == measure else number(mean)

    rows = tuple(
        Row(
            (each.name, *cells(means, errors)),
            color_of(each.loss, bool(each.ridge and each.name.endswith("L2")), "weight" in each.name),
        )
        for each, means, errors in zip(found.candidates, found.mean, found.error, strict=True)
    )
    return Readout(f"Held out, {found.folds} folds, ± standard error", ("", *found.measures), rows)


def color_of(loss: str, penalised: bool = False, weighted: bool = False) -> str:
    """The colour of a candidate: a penalty's, or a weight's, tells it from the same loss without."""
    return STYLES["l2"].color if penalised else STYLES["hinge"].color if weighted else STYLES[loss].color
