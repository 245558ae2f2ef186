"""The tables beside the picture of the page ``classification``: decisions, probabilities, the probe, whose loss it is."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from components.live.picture import Readout, Row
from components.plot.theme import NEUTRAL, STYLES
from components.text import number, short
from losses import LOSSES
from losses.boundary.evaluation import calibrate, decide, group_shares, learned, probabilities
from losses.boundary.fit import Boundary
from losses.calculus import differentiate
from losses.data.two_features import LabelledPoints

CROWD = {"easy": (10_000, 0.95), "hard": (100, 0.1)}  # how many positives, given which probability
TRUTH = 0.9


def over_margin(key: str, settings: Mapping[str, Any], window: tuple[float, float], count: int) -> np.ndarray:
    """A loss for the label +1, on an even grid of ``count`` margins over a window: nobody may change it."""
    return _over(key, tuple(settings.items()), window, count)


@lru_cache(maxsize=512)
def _over(key: str, settings: tuple[tuple[str, Any], ...], window: tuple[float, float], count: int) -> np.ndarray:
    values = LOSSES[key](np.linspace(*window, count), 1.0, **dict(settings)).numpy()
    values.setflags(write=False)
    return values


def at_margin(key: str, settings: Mapping[str, Any], at: float) -> tuple[float, float]:
    """A loss and its slope at one margin, for the label +1."""
    return _at(key, tuple(settings.items()), at)


@lru_cache(maxsize=512)
def _at(key: str, settings: tuple[tuple[str, Any], ...], at: float) -> tuple[float, float]:
    value, slope, _ = differentiate(LOSSES[key], at, 1.0, order=1, **dict(settings))
    return value.item(), slope.item()


def decisions(points: LabelledPoints, fits: Mapping[str, Boundary]) -> Readout:
    """How often each loss is right, of what it finds and of what there is."""
    rows = []
    for key, fit in fits.items():
        decided = decide(fit.score, points.label)
        rates = [number(100 * rate) for rate in (decided.accuracy, decided.precision, decided.recall)]
        rows.append(Row((fit.loss.name, *rates, number(fit.cost)), STYLES[key].color))
    return Readout("In per cent, and the mean loss", ("", "accuracy", "precision", "recall", "loss"), tuple(rows))


def counts(points: LabelledPoints, fits: Mapping[str, Boundary]) -> Readout:
    """The decisions of each loss, right and wrong, of either kind."""
    rows = []
    for key, fit in fits.items():
        decided = decide(fit.score, points.label)
        cells = (decided.true_positive, decided.false_positive, decided.false_negative, decided.true_negative)
        rows.append(Row((fit.loss.name, *(f"{count:,}" for count in cells)), STYLES[key].color))
    return Readout(
        f"Decisions: true and false, for {points.classes[1]} and {points.classes[0]}",
        ("", "true +", "false +", "false −", "true −"),
        tuple(rows),
    )


def probe(fits: Mapping[str, Boundary], at: float) -> Readout:
    """Each loss and its slope at the probe's margin."""
    settings = {"zero_one": {}} | {key: fit.settings for key, fit in fits.items()}
    rows = []
    for key, values in settings.items():
        value, slope = at_margin(key, values, at)
        color = NEUTRAL if key == "zero_one" else STYLES[key].color
        rows.append(Row((LOSSES[key].name, number(value, 4), number(slope, 4)), color))
    return Readout(f"At m = {short(at)} (label +1)", ("", "loss", "slope"), tuple(rows))


def trust(points: LabelledPoints, fits: Mapping[str, Boundary], class_weight: float) -> list[Readout]:
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


def crowd(fits: Mapping[str, Boundary]) -> list[Readout]:
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
