"""What the page ``classification`` shows: fitted boundaries as a picture, a sentence and tables."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from components.live.figure import Control, Handle, Label, Picture, Readout, Row
from components.plot.base import padded
from components.plot.theme import NEUTRAL, STYLES
from components.text import listed, number, short
from losses import LOSSES
from losses.boundary.evaluation import calibrate, decide, group_shares, learned, probabilities
from losses.boundary.fit import Boundary
from losses.calculus import differentiate
from losses.data.points import decimate
from losses.data.two_features import LabelledPoints
from pages.classification.figure import Chart, classification_figure

GRID = 241  # points of each curve over the margin
LADDER = np.array([3.0, 4.0, 6.0, 8.0, 12.0])  # how far the margins in view reach, so that the axis does not crawl
CROWD = {"easy": (10_000, 0.95), "hard": (100, 0.1)}  # how many positives, given which probability
TRUTH = 0.9
RARE = 0.25  # share of positives below which it is said how many are found


def classification_picture(
    points: LabelledPoints,
    original: LabelledPoints,
    fits: Mapping[str, Boundary],
    at: float,
    class_weight: float,
    controls: tuple[Control, ...],
) -> Picture:
    """The live picture.

    Parameters
    ----------
    points
        The points on screen.
    original
        The same before any was moved, in the same order.
    fits
        By key of the loss, the boundary fitted to ``points``; at least one. The first one's margins are drawn.
    at
        The probe's margin.
    class_weight
        Factor of the positives' losses, above 0, that the fits were made with.
    controls
        The sliders and switches beside it.
    """
    first = next(iter(fits.values()))
    drawn = np.union1d(decimate(*original.features.T), np.flatnonzero(points.bad))
    drawn = drawn[
        ::-1
    ]  # the hand begins at the last one, which is then the first positive: the outlier, if there is one
    groups = [drawn[points.label[drawn] < 0], drawn[points.label[drawn] > 0]]
    span = [padded(np.concatenate([points.features[:, k], original.features[:, k]]), 0.08) for k in (0, 1)]
    window = _window(first.margin, at)
    grid = np.linspace(*window, GRID)
    curves = {"zero_one": _over_margin("zero_one", {}, grid)[0]}
    curves |= {key: _over_margin(key, fit.settings, grid)[0] for key, fit in fits.items()}
    lines = {key: _line(fit, 0.0, span) for key, fit in fits.items()}
    unit = first.settings.get("margin", 1.0)
    chart = Chart(
        negative=points.features[groups[0]],
        positive=points.features[groups[1]],
        names=points.names,
        classes=points.classes,
        span=span,
        subject=points.title,
        boundaries=lines,
        band=[_line(first, level, span) for level in (-unit, unit)],
        curves=curves,
        window=window,
        top=_top(curves, window),
        at=at,
        rug=(first.margin[groups[0]], first.margin[groups[1]]),
        shares={key: fit.concentration() for key, fit in fits.items()},
    )
    sentence = story(points, fits, at)
    return Picture(
        figure=classification_figure(chart),
        alt=f"{len(points.label)} labelled points with the boundary of each loss; beside them the losses over the "
        f"margin, with the examples’ margins under {first.loss.name}, and the share of the loss that the dearest "
        f"examples make. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(
            *(
                Handle("points", label, rows=tuple(points.identity[group].tolist()), trace=trace)
                for group, label, trace in (
                    (groups[1], "Positive point", "positive"),
                    (groups[0], "Negative point", "negative"),
                )
            ),
            Handle("at", "Probe", moves="x"),
        ),
        labels=(*_line_labels(lines), *_curve_labels(curves, window[1])),
        readouts=(
            *_crowd(fits),
            _decisions(points, fits),
            *_trust(points, fits, class_weight),
            _counts(points, fits),
            _probe(fits, at),
        ),
        notes=_notes(fits, len(drawn), len(points.label)),
    )


def story(points: LabelledPoints, fits: Mapping[str, Boundary], at: float) -> str:
    """How many each loss gets right, who pays for the first one's fit, and what the probe costs, in a few sentences.

    Parameters
    ----------
    points
        The points on screen.
    fits
        By key of the loss, the boundary fitted to them; at least one.
    at
        The probe's margin.
    """
    count, positives = len(points.label), int((points.label > 0).sum())
    decisions = {fit.loss.name: decide(fit.score, points.label) for fit in fits.values()}
    right = listed(f"{name} {decided.right:,}" for name, decided in decisions.items())
    said = [f"Right of {count:,}: {right}."]
    if positives < RARE * count:
        found = listed(f"{name} {decided.true_positive:,}" for name, decided in decisions.items())
        said.append(f"Found of {positives:,} {points.classes[1]}: {found}.")
    first = next(iter(fits.values()))
    if np.isfinite(first.share).all():
        said.append(f"One example makes {number(first.share.max(), 2)} % of {first.loss.name}’s loss.")
    costs = (
        f"{fit.loss.name} {number(_over_margin(key, fit.settings, np.array([at]))[0][0])}" for key, fit in fits.items()
    )
    said.append(f"Cost at m = {short(at)}: {listed(costs)}.")
    return " ".join(said)


def _over_margin(key: str, settings: Mapping[str, Any], margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A loss and its slope over margins ``[n]``, for the label +1."""
    result = differentiate(LOSSES[key], margin, np.ones(len(margin)), order=1, **settings)
    return result.value.numpy(), result.slope.numpy()


def _window(margin: np.ndarray, at: float) -> tuple[float, float]:
    """The margins in view: those of the fit up to a limit, and the probe wherever it is."""
    low, high = (
        float(LADDER[min(np.searchsorted(LADDER, reach), len(LADDER) - 1)])
        for reach in (max(0.0, -float(margin.min())), max(0.0, float(margin.max())))
    )
    return min(-low, 1.1 * at), max(high, 1.1 * at)


def _top(curves: Mapping[str, np.ndarray], window: tuple[float, float]) -> float:
    """The highest loss in view: as high as the hinge at the left end, so that steeper ones leave the panel."""
    finite = np.concatenate([curve[np.isfinite(curve)] for curve in curves.values()])
    return float(min(max(1.5, finite.max()), 1.3 * (1 - window[0])))


def _line(fit: Boundary, level: float, span: list[tuple[float, float]]) -> np.ndarray | None:
    (left, right), (low, high) = span
    return fit.line(level, (left, low), (right - left, high - low))


def _line_labels(lines: Mapping[str, np.ndarray | None]) -> list[Label]:
    return [
        Label(LOSSES[key].name, float(ends[1, 0]), float(ends[1, 1]), STYLES[key].color)
        for key, ends in lines.items()
        if ends is not None
    ]


def _curve_labels(curves: Mapping[str, np.ndarray], right: float) -> list[Label]:
    return [
        Label(
            LOSSES[key].name, right, float(curve[-1]), NEUTRAL if key == "zero_one" else STYLES[key].color, ("x2", "y2")
        )
        for key, curve in curves.items()
        if np.isfinite(curve[-1])
    ]


def _decisions(points: LabelledPoints, fits: Mapping[str, Boundary]) -> Readout:
    rows = []
    for key, fit in fits.items():
        decided = decide(fit.score, points.label)
        rates = [number(100 * rate) for rate in (decided.accuracy, decided.precision, decided.recall)]
        rows.append(Row((fit.loss.name, *rates, number(fit.cost)), STYLES[key].color))
    return Readout("In per cent, and the mean loss", ("", "accuracy", "precision", "recall", "loss"), tuple(rows))


def _counts(points: LabelledPoints, fits: Mapping[str, Boundary]) -> Readout:
    rows = []
    for key, fit in fits.items():
        decided = decide(fit.score, points.label)
        counts = (decided.true_positive, decided.false_positive, decided.false_negative, decided.true_negative)
        rows.append(Row((fit.loss.name, *(f"{count:,}" for count in counts)), STYLES[key].color))
    return Readout(
        f"Decisions: true and false, for {points.classes[1]} and {points.classes[0]}",
        ("", "true +", "false +", "false −", "true −"),
        tuple(rows),
    )


def _probe(fits: Mapping[str, Boundary], at: float) -> Readout:
    settings = {"zero_one": {}} | {key: fit.settings for key, fit in fits.items()}
    rows = []
    for key, values in settings.items():
        value, slope = _over_margin(key, values, np.array([at]))
        color = NEUTRAL if key == "zero_one" else STYLES[key].color
        rows.append(Row((LOSSES[key].name, number(value[0], 4), number(slope[0], 4)), color))
    return Readout(f"At m = {short(at)} (label +1)", ("", "loss", "slope"), tuple(rows))


def _trust(points: LabelledPoints, fits: Mapping[str, Boundary], class_weight: float) -> list[Readout]:
    """What the scores are worth as probabilities, where they mean any."""
    rows = []
    for key, fit in fits.items():
        given = probabilities(fit.loss, fit.score, fit.settings)
        if given is None or not np.isfinite(given).all():
            continue
        sure = float(np.maximum(given, 1 - given).mean())
        settled = _settles(key, class_weight, tuple(fit.settings.items()))
        figures = (float(given.mean()), sure, calibrate(given, points.label).error, settled)
        rows.append(Row((fit.loss.name, *(number(100 * figure) for figure in figures)), STYLES[key].color))
    observed = number(100 * float((points.label > 0).mean()))
    caption = f"As probabilities, in per cent: {observed} of the labels are {points.classes[1]}"
    columns = ("", "mean p", "mean confidence", "calibration error", f"learned where {100 * TRUTH:g} is true")
    return [Readout(caption, columns, tuple(rows))] if rows else []


@lru_cache(maxsize=512)
def _settles(key: str, class_weight: float, settings: tuple[tuple[str, Any], ...]) -> float:
    return float(learned(LOSSES[key], np.array([TRUTH]), class_weight, **dict(settings))[0])


def _crowd(fits: Mapping[str, Boundary]) -> list[Readout]:
    """Whose loss it is where easy examples are many, shown with focal, which was made for that."""
    if "focal" not in fits:
        return []
    losses = {"binary_cross_entropy": {}} | {
        key: fits[key].settings for key in ("binary_cross_entropy", "focal") if key in fits
    }
    rows = []
    for key, settings in losses.items():
        shares = group_shares(LOSSES[key], CROWD, **{**settings, "from_logits": False})
        rows.append(Row((LOSSES[key].name, *(number(shares[group]) for group in CROWD)), STYLES[key].color))
    (easy, sure), (hard, unsure) = CROWD.values()
    caption = f"Share of the loss, %: {easy:,} easy (p = {sure:g}) and {hard:,} hard ones (p = {unsure:g})"
    return [Readout(caption, ("", *CROWD), tuple(rows))]


def _notes(fits: Mapping[str, Boundary], drawn: int, count: int) -> tuple[str, ...]:
    said = tuple(f"{fit.loss.name}: {fit.note}" for fit in fits.values() if fit.note)
    return said if drawn == count else (*said, f"{drawn:,} of {count:,} points are drawn; all are fitted.")


def table(points: LabelledPoints, fits: Mapping[str, Boundary]) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column: the points, and per loss what each one is to it."""
    columns = {points.names[0]: points.features[:, 0], points.names[1]: points.features[:, 1]}
    added = {"label": points.label, "flipped": points.flipped}
    for fit in fits.values():
        parts = {"score": fit.score, "margin": fit.margin, "loss": fit.values, "share %": fit.share, "pull": fit.pull}
        given = probabilities(fit.loss, fit.score, fit.settings)
        parts |= {} if given is None else {"probability": given}
        added |= {f"{fit.loss.name} {part}": values for part, values in parts.items()}
    return columns | {f"{name} (fit)" if name in columns else name: values for name, values in added.items()}


def calibration_table(points: LabelledPoints, fits: Mapping[str, Boundary]) -> dict[str, np.ndarray]:
    """Calibration by bin, one row a loss and bin."""
    columns: dict[str, list[Any]] = {"loss": [], "examples": [], "mean p": [], "observed share": []}
    for fit in fits.values():
        given = probabilities(fit.loss, fit.score, fit.settings)
        if given is None or not np.isfinite(given).all():
            continue
        found = calibrate(given, points.label)
        parts = ([fit.loss.name] * len(found.count), found.count, found.predicted, found.observed)
        for column, part in zip(columns.values(), parts, strict=True):
            column.extend(part)
    return {name: np.array(values) for name, values in columns.items()}
