"""What the page ``choose`` shows of data: the advice as a picture, a sentence and tables."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from components.live.picture import Control, Handle, Label, Picture, numbered
from components.plot.theme import STYLES
from losses.advice.advise import Advice
from pages.choose.data_figure import Drawn, Shape, data_figure
from pages.choose.words import color_of, evidence_table, named, seen_table, sentence

FITTED = ", as fitted"
LINES = 200  # places at which a curve is drawn


@dataclass(frozen=True, eq=False)
class Subject:
    """The data on screen: what axes are called, and the rows by which points are dragged, None where they are not."""

    names: tuple[str, ...]
    target: str
    rows: np.ndarray | None = None


def data_picture(advice: Advice, subject: Subject, measure: str, controls: tuple[Control, ...]) -> Picture:
    """The live picture of data.

    Parameters
    ----------
    advice
        With its evidence.
    subject
        What the data are called.
    measure
        The one of the bars.
    controls
        The sliders beside it.
    """
    x, y, marked, titles = _points(advice, subject)
    drawn = _drawn(advice, measure)
    hand = subject.rows is not None
    line = sentence(advice)
    figure = data_figure((x, y, marked), drawn, _shape(advice), (*titles, measure), hand)
    handles = _handles(advice, subject.rows)
    second = f"Runner-up: {named(advice.runner, advice.runner_settings)}, if {advice.better}."
    return Picture(
        figure=figure,
        alt=f"{len(y)} rows with the fits of the candidates; beside them the residuals and held-out errors. {line}",
        sentence=line,
        controls=controls,
        handles=handles,
        labels=() if titles[0].endswith(FITTED) else tuple(_labels(drawn)),
        readouts=(evidence_table(advice, measure), seen_table(advice)),
        notes=(f"{advice.reason} {advice.against}", second, *advice.notes),
    )


def _handles(advice: Advice, rows: np.ndarray | None) -> tuple[Handle, ...]:
    """Every point, where there are rows to drag; the one that lies farthest off is taken first."""
    if rows is None:
        return ()
    far = np.abs(advice.noise.standard) if advice.noise else np.zeros(len(rows))
    return (Handle("points", "Point", rows=numbered(rows), first=int(rows[far.argmax()]), adds="new"),)


def _labels(drawn: list[Drawn]) -> Iterator[Label]:
    """The names of the lines, at their right ends."""
    for each in drawn:
        x, y = each.line
        if len(x):
            yield Label(each.name, float(x[-1]), float(y[-1]), each.color)


def _points(advice: Advice, subject: Subject) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, str]]:
    """Where rows are drawn: by their one feature, by two features of a label, else by what the advised fit says."""
    features, target = _rows(advice)
    if advice.case.predicted in ("yes_no", "classes"):
        second = features[:, 1] if features.shape[1] > 1 else target
        name = subject.names[1] if len(subject.names) > 1 else subject.target
        return features[:, 0], second, target > 0, (subject.names[0], name)
    marked = advice.noise.far if advice.noise else np.zeros(len(target), dtype=bool)
    if features.shape[1] == 1 or advice.evidence is None:
        return features[:, 0], target, marked, (subject.names[0], subject.target)
    return advice.evidence.fitted[0], target, marked, (f"{subject.target}{FITTED}", subject.target)


def _rows(advice: Advice) -> tuple[np.ndarray, np.ndarray]:
    if advice.features is None or advice.target is None:
        raise ValueError("this advice is not of data")
    return advice.features, advice.target.values


def _shape(advice: Advice) -> Shape:
    target = advice.target
    if target is not None and target.classes:
        return Shape(target.values, target.classes)
    if advice.noise is not None:
        return Shape(advice.noise.standard)
    _, y = _rows(advice)
    residual = advice.evidence.fitted[0] - y if advice.evidence else y - y.mean()
    return Shape(residual / (residual.std() or 1.0))


def _drawn(advice: Advice, measure: str) -> list[Drawn]:
    """The candidates; of those that are not the advised one, the runner-up or MSE no line, which would hide the others."""
    found = advice.evidence
    if found is None:
        return []
    which = found.measures.index(measure)
    shown = {advice.runner, "mse", advice.loss}
    drawn = []
    for place, each in enumerate(found.candidates):
        lined = each.loss in shown and not each.name.endswith("L2")
        line = _line(advice, place) if lined else (np.array([]), np.array([]))
        main = (
            each.loss == advice.loss and dict(each.settings) == dict(advice.settings) and not each.name.endswith("L2")
        )
        color = color_of(each.loss, each.name.endswith("L2"), "weight" in each.name)
        dash = STYLES[each.loss].dash if not main else "solid"
        mean, error = float(found.mean[place, which]), float(found.error[place, which])
        drawn.append(Drawn(each.name, color, dash, line, mean, error, main))
    return drawn


def _line(advice: Advice, place: int) -> tuple[np.ndarray, np.ndarray]:
    """The fit of a candidate, over the one feature; or where two features are as likely one label as the other."""
    features, target = _rows(advice)
    fitted = advice.evidence.fitted[place] if advice.evidence else target
    if advice.case.predicted in ("yes_no", "classes"):
        two = advice.case.predicted == "yes_no" and features.shape[1] == 2
        return _boundary(features, fitted) if two else (np.array([]), np.array([]))
    across = features[:, 0] if features.shape[1] == 1 else None
    if across is None:
        ends = np.array([target.min(), target.max()])
        return (ends, ends) if place == 0 else (np.array([]), np.array([]))
    order = np.argsort(across, kind="stable")
    some = order[np.unique(np.linspace(0, len(order) - 1, min(LINES, len(order))).round().astype(int))]
    return across[some], fitted[some]


def _boundary(features: np.ndarray, probability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the score, which is linear in two features, is 0."""
    sure = np.clip(probability, 1e-12, 1 - 1e-12)
    score = np.log(sure) - np.log1p(-sure)
    rows = np.column_stack([np.ones(len(features)), features])
    level, first, second = np.linalg.lstsq(rows, score, rcond=None)[0]
    if not second:
        return np.array([]), np.array([])
    x = np.array([features[:, 0].min(), features[:, 0].max()])
    return x, -(level + first * x) / second
