"""What the page ``outliers`` shows: one comparison of fits as a picture, a sentence and tables."""

from collections.abc import Callable, Mapping

import numpy as np

from components.live.picture import Control, Handle, Label, Picture, Readout, Row, numbered
from components.plot.base import padded
from components.plot.theme import STYLES
from components.text import listed, number, short, with_minus
from losses import LOSSES
from losses.data.edited import EditedData
from losses.data.points import decimate
from losses.fitting.comparison import Comparison
from losses.fitting.fit import Fit
from pages.outliers.figure import Fitted, fits_figure

TOLD = 3  # losses whose change the sentence tells
ROUNDING = 1e-9  # a change so much larger than another is only rounding


def outlier_picture(
    points: EditedData, comparison: Comparison, unspoiled: Mapping[str, Fit], controls: tuple[Control, ...]
) -> Picture:
    """The live picture.

    Parameters
    ----------
    points
        The points on screen, the bad ones among them.
    comparison
        The fits to these points, and what each costs under each loss.
    unspoiled
        By key of the loss, the fit without the bad points.
    controls
        The sliders and switches beside it.
    """
    fits = comparison.fits
    # Chosen by where the points were at first, so that a drag leaves the others on screen.
    drawn = np.union1d(decimate(*points.original), np.flatnonzero(points.bad))
    span = _span(points, fits)
    sentence = story(points, fits, unspoiled)
    whole = len(drawn) == len(points.x)
    decimated = () if whole else (f"{len(drawn):,} of {len(points.x):,} points are drawn; all are fitted.",)
    return Picture(
        figure=fits_figure(
            points.x[drawn],
            points.y[drawn],
            points.bad[drawn],
            {key: _drawn(fit, drawn, np.array(span[0])) for key, fit in fits.items()},
            (points.x_label, points.y_label),
            span,
            points.title,
        ),
        alt=f"{len(points.x)} points with a fitted line for each loss; below, each point's pull and share. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(Handle("points", "Point", rows=numbered(points.rows[drawn]), first=_worst(points), adds="new"),),
        labels=tuple(
            Label(LOSSES[key].name, span[0][1], float(fit.predict(span[0][1])), STYLES[key].color)
            for key, fit in fits.items()
        ),
        readouts=(_lines(comparison), _costs(comparison)),
        notes=(*_notes(comparison), *decimated),
    )


def _worst(points: EditedData) -> int | None:
    """The last of the bad points, which is worth moving."""
    bad = np.flatnonzero(points.bad)
    return int(points.rows[bad[-1]]) if len(bad) else None


def story(points: EditedData, fits: Mapping[str, Fit], unspoiled: Mapping[str, Fit]) -> str:
    """What the bad points did to the fits: to whatever moved most, the slope or the height, hardest hit first.

    Parameters
    ----------
    points
        The points on screen, the bad ones among them.
    fits
        By key of the loss, the fit to all of these points; there may be none.
    unspoiled
        By key of the loss, the fit without the bad points.
    """
    if not fits:
        return "None of these losses can be fitted to the points; the reasons stand beside the chart."
    count = int(points.bad.sum())
    flat = all(fit.slope == 0 for fit in fits.values())
    before = {key: unspoiled[key] for key in fits if key in unspoiled}
    if not count or not before:
        what, read = _reading(points, fits, fits) if not flat else ("value", _intercept)
        return (
            f"{what.capitalize()}s: {listed(f'{LOSSES[key].name} {number(read(fit))}' for key, fit in fits.items())}."
        )
    what, read = ("value", _intercept) if flat else _reading(points, before, fits)
    moved = sorted(before, key=lambda key: -abs(read(fits[key]) - read(before[key])))
    changes = [f"{LOSSES[key].name} {number(read(before[key]))} → {number(read(fits[key]))}" for key in moved[:TOLD]]
    less = f"; {len(moved) - TOLD} more moved less" if len(moved) > TOLD else ""
    who, them = ("One point lies", "it") if count == 1 else (f"{count} of {len(points.x)} points lie", "them")
    return f"{who}; the {what} without {them} → with {them}: {listed(changes)}{less}."


def _intercept(fit: Fit) -> float:
    return fit.intercept


def _slope(fit: Fit) -> float:
    return fit.slope


def _reading(
    points: EditedData, before: Mapping[str, Fit], after: Mapping[str, Fit]
) -> tuple[str, Callable[[Fit], float]]:
    """What of the lines changed most, seen over the points: how they lean, or how high they lie.

    A line that has turned by as much as it was lifted, at the ends of the points, counts as turned.
    """
    low, high = float(points.x.min()), float(points.x.max())
    middle = (low + high) / 2
    ends = np.array([low, middle, high])
    change = np.array([after[key].predict(ends) - before[key].predict(ends) for key in before])
    turned, lifted = np.abs(change[:, 2] - change[:, 0]).max() / 2, np.abs(change[:, 1]).max()
    if lifted <= turned * (1 + ROUNDING):
        return "slope", _slope
    if low <= 0 <= high:
        return "intercept", _intercept
    return f"height at x = {short(middle)}", lambda fit: float(fit.predict(middle))


def _span(points: EditedData, fits: Mapping[str, Fit]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges that hold the points, with room above and below to drag one about."""
    places = np.unique(points.x)
    low, high = padded(points.x, max(0.05, 0.5 / max(1, len(places) - 1)))  # half a bar's room at either end
    inside = [fit.predict(np.array([low, high])) for fit in fits.values()]
    bottom, top = padded(np.concatenate([points.y, *inside]), 0.1)
    return (low, high), (bottom, top)


def _lines(comparison: Comparison) -> Readout:
    rows = tuple(
        Row(
            (LOSSES[key].name, number(fit.intercept), number(fit.slope), *map(number, comparison.scores[key].values())),
            STYLES[key].color,
        )
        for key, fit in comparison.fits.items()
    )
    return Readout("Fitted lines", ("", "intercept", "slope", "RMSE", "MAE", "R²"), rows)


def _costs(comparison: Comparison) -> Readout:
    names = tuple(f"{LOSSES[key].name} cost" for key in comparison.fits)
    rows = tuple(
        Row((f"{LOSSES[fitted].name} fit", *map(number, costs.values())), STYLES[fitted].color)
        for fitted, costs in comparison.costs.items()
    )
    convex = all(LOSSES[key].fact("convex", **fit.settings) for key, fit in comparison.fits.items())
    claim = ": every one is best by its own" if convex else ""
    return Readout(f"Mean loss of each fit{claim}", ("", *names), rows)


def _drawn(fit: Fit, rows: np.ndarray, ends: np.ndarray) -> Fitted:
    """A fit between two places ``[2]``, with the pulls and shares of the rows that are drawn."""
    corners = np.array([[fit.intercept, fit.slope]]) if fit.corners is None else fit.corners
    return Fitted(fit.predict(ends), fit.pull[rows], fit.share[rows], corners[:, :1] + corners[:, 1:] * ends)


def _notes(comparison: Comparison) -> tuple[str, ...]:
    said = [
        f"{LOSSES[key].name}: {fit.note}{' They are the faint band.' if fit.corners is not None and len(fit.corners) > 1 else ''}"
        for key, fit in comparison.fits.items()
        if fit.note
    ]
    return (
        *said,
        *(f"{LOSSES[key].name} has no fit here: {with_minus(why)}." for key, why in comparison.refused.items()),
    )


def table(points: EditedData, fits: Mapping[str, Fit]) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column: the points, and per loss its line, pull and loss."""
    columns = {points.x_label: points.x, points.y_label: points.y}
    added = {"bad": points.bad}
    for key, fit in fits.items():
        parts = {"residual": fit.residual, "pull": fit.pull, "weight": fit.weight, "loss": fit.values}
        added |= {f"{LOSSES[key].name} {part}": values for part, values in parts.items()}
    # A file may have a column of the same name, which keeps it.
    return columns | {f"{name} (fit)" if name in columns else name: values for name, values in added.items()}
