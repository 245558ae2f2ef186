"""What the page ``outliers`` shows: one comparison of fits as a picture, a sentence and tables."""

from collections.abc import Mapping

import numpy as np

from components.live.figure import Control, Handle, Label, Picture, Readout, Row
from components.plot.base import padded
from components.plot.theme import STYLES
from components.text import listed, number
from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.edited import EditedData, with_edits
from losses.data.outliers import Outliers
from losses.data.points import decimate
from losses.fitting.comparison import Comparison, fit_all
from losses.fitting.fit import Fit
from pages.outliers.figure import fits_figure


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
            {key: (fit.predict(np.array(span[0])), fit.pull[drawn], fit.share[drawn]) for key, fit in fits.items()},
            (points.x_label, points.y_label),
            span,
            points.title,
        ),
        alt=f"{len(points.x)} points with a fitted line for each loss; below, each point's pull and share. {sentence}",
        sentence=sentence,
        controls=controls,
        handles=(Handle("points", "Point", rows=None if whole else tuple(drawn.tolist())),),
        labels=tuple(
            Label(LOSSES[key].name, span[0][1], float(fit.predict(span[0][1])), STYLES[key].color)
            for key, fit in fits.items()
        ),
        readouts=(_lines(comparison), _costs(comparison)),
        notes=(*_notes(comparison), *decimated),
    )


def story(points: EditedData, fits: Mapping[str, Fit], unspoiled: Mapping[str, Fit]) -> str:
    """What the bad points did to every fit, in one sentence.

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
    what = "value" if flat else "slope"
    now = {key: fit.intercept if flat else fit.slope for key, fit in fits.items()}
    before = {key: unspoiled[key].intercept if flat else unspoiled[key].slope for key in now if key in unspoiled}
    if not count or not before:
        return f"{what.capitalize()}s: {listed(f'{LOSSES[key].name} {number(value)}' for key, value in now.items())}."
    moves = listed(f"{LOSSES[key].name} {number(before[key])} → {number(now[key])}" for key in before)
    who, them = ("One point lies", "it") if count == 1 else (f"{count} of {len(points.x)} points lie", "them")
    return f"{who}. {what.capitalize()} without {them} → with {them}: {moves}."


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


def _notes(comparison: Comparison) -> tuple[str, ...]:
    said = [f"{LOSSES[key].name}: {fit.note}" for key, fit in comparison.fits.items() if fit.note]
    return (*said, *(f"{LOSSES[key].name} has no fit here: {why}." for key, why in comparison.refused.items()))


def table(points: EditedData, fits: Mapping[str, Fit]) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column: the points, and per loss its line, pull and loss."""
    columns = {points.x_label: points.x, points.y_label: points.y}
    added = {"bad": points.bad}
    for key, fit in fits.items():
        parts = {"residual": fit.residual, "pull": fit.pull, "weight": fit.weight, "loss": fit.values}
        added |= {f"{LOSSES[key].name} {part}": values for part, values in parts.items()}
    # A file may have a column of the same name, which keeps it.
    return columns | {f"{name} (fit)" if name in columns else name: values for name, values in added.items()}


def lifted_middle() -> dict[str, float]:
    """How far slope and intercept move when the middle of the clean line is lifted."""
    line = DATASETS["line"]
    lifted = with_edits(line, Outliers(count=0), moves={5: (5.0, 40.0)})
    before, after = (fit_all(points.x, points.y, {"mse": {}, "mae": {}})[0] for points in (line, lifted))
    return {
        f"{LOSSES[key].name}’s {what}": round(abs(getattr(after[key], what) - getattr(before[key], what)), 9)
        for key in before
        for what in ("slope", "intercept")
    }
