"""Many features under one penalty as a picture, a sentence and tables: which stay, and what the fit is worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import NEUTRAL, style
from components.text import chosen_number, number
from losses import LOSSES
from losses.data.many_features import FeatureTable
from losses.shrinkage.conventions import Strengths, as_elastic_net, as_glmnet, as_lasso, as_ridge
from losses.shrinkage.smooth_study import SmoothReading, SmoothStudy
from losses.shrinkage.study import Reading, Study
from pages.regularization.features_figure import BEST, TEST, VALIDATION, Errors, Lines, features_figure, place

MOST_LINES = 24  # that can be told apart
MOST_NAMED = 12  # labels that have room
SHOWN = ("least error", "one SE")  # of the choices, those that are drawn
TITLE = 20  # characters of a feature's name beside the chart
AnyStudy = Study | SmoothStudy
AnyReading = Reading | SmoothReading
OF_SQUARES = (
    "Degrees of freedom, AIC and BIC, exact knots and scikit-learn’s and glmnet’s own strengths are of squared errors: "
    "not shown under {}. Errors are its mean."
)


@dataclass(frozen=True, eq=False)
class Seen:
    """What is on screen: the table, its study under a loss and a penalty, the fit at λ, and that at 0."""

    table: FeatureTable
    study: AnyStudy
    reading: AnyReading
    free: AnyReading
    penalty: str

    @property
    def loss(self) -> str:
        """The name of the data loss; empty for the squared error."""
        return LOSSES[self.study.key].name if isinstance(self.study, SmoothStudy) else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the weights; a penalised intercept is one of them."""
        cut = [name if len(name) <= TITLE else f"{name[: TITLE - 1]}…" for name in self.table.names]
        return (*cut, *(["intercept"] if self.study.parts.problem.ones else []))

    @property
    def drawn(self) -> np.ndarray:
        """Places of the features that have a line: where there are many, those that enter first, or weigh most."""
        if len(self.names) <= MOST_LINES:
            return np.arange(len(self.names))
        order = self.study.order or np.argsort(-np.abs(self.free.weights))
        rest = [place for place in range(len(self.names)) if place not in set(order)]
        return np.sort(np.array([*order, *rest][:MOST_LINES]))


def features_picture(seen: Seen, subject: str, asks: bool = False) -> Picture:
    """The live picture.

    Parameters
    ----------
    seen
        What is on screen.
    subject
        Names what is drawn: another starts without the zoom.
    asks
        Whether a question is open: then the weights are not followed over λ, nor named.
    """
    study, reading, drawn = seen.study, seen.reading, seen.drawn
    strengths = study.strengths
    at = float(np.clip(reading.strength, strengths[-1], strengths[0]))
    weights = np.full((len(study.fine), len(drawn)), np.nan) if asks else study.drawn[:, drawn]
    seen_by = study.validation
    chosen = [(name, study.chosen[name].strength) for name in SHOWN if name in study.chosen]
    validated = (seen_by.mean, seen_by.standard_error) if seen_by else (None, None)
    errors = Errors(study.train, *validated, study.test, chosen, f"mean {seen.loss or 'squared error'}")
    styles = [style(slot) for slot in range(len(drawn))]
    names = [seen.names[which] for which in drawn]
    sentence = said(seen)
    end = float(place(strengths[-1])) + 0.06
    last = weights[-1]
    named = [] if asks else np.argsort(-np.abs(last))[:MOST_NAMED].tolist()
    return Picture(
        figure=features_figure(strengths, Lines(names, styles, study.fine, weights), errors, at, reading.weights[drawn], subject),
        alt=f"The weight of each feature over λ; below, errors on rows that are fitted and on rows that are not. {sentence}",
        sentence=sentence,
        handles=(Handle("lambda", "λ", moves="x"),),
        labels=(
            *(Label(names[which], end, float(last[which]), styles[which].color) for which in sorted(named)),
            Label("train", end, float(study.train[-1]), NEUTRAL, ("x", "y2")),
            *([Label("cross-validated", end, float(seen_by.mean[-1]), VALIDATION, ("x", "y2"))] if seen_by else []),
            *([Label("test", end, float(study.test[-1]), TEST, ("x", "y2"))] if study.test is not None else []),
            *(Label(name, float(place(strength)) + 0.02, _top(errors), BEST, ("x", "y2")) for name, strength in chosen),
        ),
        readouts=(_choices(seen), *([] if seen.loss else [_elsewhere(seen)]), *([] if asks else [_weights(seen)])),
        notes=_notes(seen),
    )  # fmt: skip


def said(seen: Seen) -> str:
    """What stays at λ and what it is worth, in words."""
    study, reading = seen.study, seen.reading
    count, every = len(reading.active), len(reading.weights)
    some = f"all {every}" if count == every else f"{count} of {every}"
    under = f" under {seen.loss}" if seen.loss else ""
    kept = f"{LOSSES[seen.penalty].name}{under} at λ = {chosen_number(reading.strength)} keeps {some} weights"
    if study.parts.test is None:
        worth = f"error {number(reading.train)} on the rows fitted"
    else:
        worth = f"test error {number(reading.test)}, at λ = 0 {number(seen.free.test)}"
    if SHOWN[0] not in study.chosen:
        return f"{kept}: {worth}."
    least, rule = (number(study.chosen[name].strength) for name in SHOWN)
    return f"{kept}: {worth}. Cross-validation: {least}; one-SE rule: {rule}."


def table(seen: Seen, asks: bool = False) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column, a strength a row; the weights not while a question ``asks`` for them."""
    study = seen.study
    columns = {"λ": study.strengths, "train error": study.train}
    if study.validation:
        columns |= {
            "cross-validated error": study.validation.mean,
            "its standard error": study.validation.standard_error,
        }
    if study.test is not None:
        columns["test error"] = study.test
    if asks:
        return columns
    return columns | {
        f"weight of {name}": column for name, column in zip(_apart(seen.names), study.curves.T, strict=True)
    }


def _apart(names: Sequence[str]) -> list[str]:
    """Names, numbered where one comes again."""
    return [name if names.index(name) == place else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _top(errors: Errors) -> float:
    known = [part for part in (errors.train, errors.validation, errors.test) if part is not None]
    return max(float(np.max(part)) for part in known)


def _choices(seen: Seen) -> Readout:
    """The fits that λ and each way of choosing it stand for."""
    study, rows = seen.study, [_row("λ here", seen.reading, "inherit")]
    rows += [_row(name, reading, BEST if name in SHOWN else "inherit") for name, reading in study.chosen.items()]
    freedom = () if seen.loss else ("df",)
    return Readout("How strong?", ("", "λ", "weights", *freedom, "train", "test"), tuple(rows))


def _row(name: str, reading: AnyReading, color: str) -> Row:
    freedom = (number(reading.freedom),) if isinstance(reading, Reading) else ()
    worth = (number(reading.train), number(reading.test))
    return Row((name, number(reading.strength), str(len(reading.active)), *freedom, *worth), color)


def _elsewhere(seen: Seen) -> Readout:
    """What the same fit asks for in other libraries."""
    strengths = seen.reading.strengths
    rows = [Row(("any", "∞", "–"))] if math.isinf(sum(strengths)) else _rows_elsewhere(seen, strengths)
    return Readout("The same fit elsewhere", ("", "alpha, λ", "share of L1"), tuple(rows))


def _rows_elsewhere(seen: Seen, strengths: Strengths) -> list[Row]:
    problem, rows = seen.study.parts.problem, []
    if (lasso := as_lasso(strengths)) is not None and seen.penalty == "l1":
        rows.append(Row(("Lasso", number(lasso, 6), "1")))
    if (ridge := as_ridge(strengths, problem.rows)) is not None and seen.penalty == "l2":
        rows.append(Row(("Ridge", number(ridge, 6), "0")))
    if seen.penalty != "l2":
        alpha, ratio = as_elastic_net(strengths)
        rows.append(Row(("ElasticNet", number(alpha, 6), number(ratio, 4))))
    if seen.study.convention.intercept == "free":
        strength, alpha = as_glmnet(strengths, seen.study.parts.target)
        rows.append(Row(("glmnet (R)", number(strength, 6), number(alpha, 4))))
    return rows


def _weights(seen: Seen) -> Readout:
    study, found = seen.study, seen.reading.weights
    colors = dict(zip(seen.drawn.tolist(), (style(slot).color for slot in range(len(seen.drawn))), strict=True))
    entries = [number(entry) for entry in study.entries] if isinstance(study, Study) else []
    rows = tuple(
        Row(
            (name, number(found[which]), number(seen.free.weights[which]), *entries[which : which + 1]),
            colors.get(which, "inherit"),
        )
        for which, name in enumerate(seen.names)
    )
    return Readout("Weights", ("", "here", "at λ = 0", *(["0 from λ ="] if entries else [])), rows)


def _certificate(reading: AnyReading) -> str:
    """How exact the fit is, in words."""
    if isinstance(reading, Reading):
        return f"The objective is exact to {number(reading.optimum.gap, 1)} (duality gap)."
    return f"The conditions of an optimum are met to {number(reading.missed, 1)} of the hardest pull."


def _notes(seen: Seen) -> tuple[str, ...]:
    study, problem = seen.study, seen.study.parts.problem
    constant = [name for name, same in zip(seen.names, problem.constant, strict=False) if same]
    features, rows, folds = len(problem.cross), problem.rows, len(study.parts.folds)
    without = study.without_criteria if isinstance(study, Study) else ""
    said_if = (
        (OF_SQUARES.format(seen.loss), bool(seen.loss)),
        (_certificate(seen.reading), True),
        (
            "Features say the same here: other weights do just as well, and these are one choice.",
            not seen.reading.unique,
        ),
        (f"The same in every row, so without a weight: {', '.join(constant)}.", bool(constant)),
        (f"{features} features and {rows} rows: without a penalty many weights fit every row.", rows <= features),
        (
            f"{MOST_LINES} of {features} weights are drawn, those that enter first; all are fitted.",
            features > MOST_LINES,
        ),
        ("Too few rows for cross-validation.", not study.parts.folds),
        (
            f"{folds} folds, not {study.parts.asked}: {rows} rows make no more of two rows each.",
            0 < folds < study.parts.asked,
        ),
        (f"No AIC or BIC: {without}.", bool(without)),
        (
            "No cross-validation under this loss: the table is too large for as many fits.",
            study.validation is None and folds > 0,
        ),
        (
            "glmnet: standardize = FALSE, on the features as they are here. Its own standardising divides by n, over the "
            "rows fitted: another fit.",
            study.convention.intercept == "free" and not seen.loss,
        ),
    )
    return tuple(text for text, holds in said_if if holds)
