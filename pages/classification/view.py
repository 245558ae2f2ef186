"""What the page ``classification`` shows: fitted boundaries as a picture, a sentence and tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.live.picture import Control, Handle, Label, Picture, Readout
from components.plot.base import padded
from components.plot.theme import MARKED, NEGATIVE, NEUTRAL, POSITIVE, STYLES
from components.text import listed, number, short
from losses import LOSSES
from losses.boundary.evaluation import calibrate, decide, probabilities
from losses.boundary.fit import Boundary
from losses.data.points import decimate
from losses.data.two_features import LabelledPoints
from pages.classification.figure import Chart, classification_figure
from pages.classification.readouts import at_margin, counts, crowd, decisions, over_margin, probe, trust

GRID = 241  # points of each curve over the margin
LADDER = np.array([3.0, 4.0, 6.0, 8.0, 12.0])  # how far the margins in view reach, so that the axis does not crawl
ROOM = 155  # characters of the answer, in which the last parts give way
NOTABLE = 10.0  # per cent of the loss, from which on it is said that one example makes them
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
        The same before any was moved, added or taken away.
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
    before = points.before(original)
    drawn = np.union1d(decimate(*before.T), np.flatnonzero(points.bad))
    # The hand begins at the last one, which is then the first positive: the outlier, if there is one.
    drawn = drawn[::-1]
    groups = [drawn[points.label[drawn] < 0], drawn[points.label[drawn] > 0]]
    span = [padded(np.concatenate([points.features[:, k], before[:, k]]), 0.08) for k in (0, 1)]
    window = _window(first.margin, at)
    shown = {"zero_one": {}} | {key: fit.settings for key, fit in fits.items()}
    curves = {key: over_margin(key, settings, window, GRID) for key, settings in shown.items()}
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
        flipped=points.features[drawn[points.flipped[drawn]]],
    )
    unseen = [key for key, ends in lines.items() if ends is None and fits[key].weights.any() and not fits[key].note]
    sentence = story(points, fits, at, unseen)
    return Picture(
        figure=classification_figure(chart),
        alt=f"{len(points.label)} labelled points with the boundary of each loss; beside them the losses over the "
        f"margin, with the examples’ margins under {first.loss.name}, and the share of the loss that the costliest "
        f"examples make. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(
            *(
                Handle("points", label, rows=tuple(points.identity[group].tolist()), trace=trace, adds=trace)
                for group, label, trace in (
                    (groups[1], "Positive point", "positive"),
                    (groups[0], "Negative point", "negative"),
                )
            ),
            Handle("at", "Probe", moves="x"),
        ),
        labels=(*_line_labels(lines), *_curve_labels(curves, window[1]), *_legend(points, span)),
        readouts=_tables(points, fits, at, class_weight),
        notes=_notes(fits, unseen, len(drawn), len(points.label)),
    )


def _tables(
    points: LabelledPoints, fits: Mapping[str, Boundary], at: float, class_weight: float
) -> tuple[Readout, ...]:
    """All tables; in sight is what the state is about: how sure the losses are of flipped labels, or whom focal weighs."""
    crowded, trusted = crowd(fits), trust(points, fits, class_weight)
    first, later = (trusted, crowded) if points.flipped.any() else (crowded, trusted)
    return (*first, decisions(points, fits), *later, counts(points, fits), probe(fits, at))


def story(points: LabelledPoints, fits: Mapping[str, Boundary], at: float, unseen: Sequence[str] = ()) -> str:
    """How many each loss gets right, and what of the rest has room: who pays, or who is found, and the probe's costs.

    Parameters
    ----------
    points
        The points on screen.
    fits
        By key of the loss, the boundary fitted to them; at least one.
    at
        The probe's margin.
    unseen
        Keys of those whose boundary lies outside the picture.
    """
    count, positives = len(points.label), int((points.label > 0).sum())
    made = {fit.loss.name: decide(fit.score, points.label) for fit in fits.values()}
    said = [f"{_counted('gets', f'of {count:,} right', {name: each.right for name, each in made.items()})}."]
    first = next(iter(fits.values()))
    if positives < RARE * count:
        found = {name: each.true_positive for name, each in made.items()}
        found = {"It": made[first.loss.name].true_positive} if len(fits) == 1 else found
        said.append(f"{_counted('finds', f'of the {positives:,} labelled {points.classes[1]}', found)}.")
    elif np.isfinite(first.share).all() and first.share.max() >= NOTABLE:
        said.append(f"One example makes {number(first.share.max(), 2)} % of {first.loss.name}’s loss.")
    if unseen:
        whose = "Its" if len(fits) == 1 else f"{fits[unseen[0]].loss.name}’s"
        said.append(f"{whose} boundary lies beyond the picture.")
    costs = [f"{fit.loss.name} {number(at_margin(key, fit.settings, at)[0])}" for key, fit in fits.items()]
    said.append(f"At m = {short(at)}: {listed(costs)}.")
    lengths = np.cumsum([len(part) + 1 for part in said])
    return " ".join(part for part, length in zip(said, lengths, strict=True) if length <= ROOM)


def _counted(verb: str, of_what: str, counts: Mapping[str, int]) -> str:
    """``A gets 3 of 4 right, B 2``; where all are alike, ``All get 3 of 4 right``."""
    (name, count), *others = counts.items()
    if others and len({*counts.values()}) == 1:
        return f"All {verb.removesuffix('s')} {count:,} {of_what}"
    return listed([f"{name} {verb} {count:,} {of_what}", *(f"{other} {theirs:,}" for other, theirs in others)])


def _legend(points: LabelledPoints, span: list[tuple[float, float]]) -> list[Label]:
    """What the marks of the points are, in the corner of their panel."""
    (left, _), (_, top) = span
    marks = [(f"● {points.classes[0]}", NEGATIVE), (f"✚ {points.classes[1]}", POSITIVE)]
    marks += [("◯ flipped label", MARKED)] if points.flipped.any() else []
    return [Label(text, left, top, color) for text, color in marks]


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


def _notes(fits: Mapping[str, Boundary], unseen: Sequence[str], drawn: int, count: int) -> tuple[str, ...]:
    said = tuple(f"{fit.loss.name}: {fit.note}" for fit in fits.values() if fit.note)
    said += tuple(
        f"{fits[key].loss.name}: all points in view are on one side of its boundary, which lies beyond the picture."
        for key in unseen
    )
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
