"""One Gaussian on two humps as a picture, a sentence and a table: forward KL, reverse KL and Jensen-Shannon."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import STYLES
from components.text import number, short
from losses import LOSSES
from losses.probability.gaussian_fit import (
    DIVERGENCES,
    GaussianFit,
    Mixture,
    along,
    density,
    fit_forward,
    fits,
    gaussian_density,
)
from pages.probabilities.divergence_figure import P_COLOR, Fitted, humps_figure

LOW, HIGH = -9.0, 9.0
POINTS, MEANS = 361, 91


class Answers(NamedTuple):
    """What each divergence chooses; of reverse KL the one on screen and every minimum found, the lowest first."""

    forward: GaussianFit
    reverse: GaussianFit
    jensen_shannon: GaussianFit
    minima: list[GaussianFit]


@lru_cache(maxsize=64)
def answers(mixture: Mixture, start: float | None) -> Answers:
    """All fits to a mixture, computed once for each setting."""
    minima, ended = _reverse(mixture, start)
    return Answers(fit_forward(mixture), ended or minima[0], _jensen_shannon(mixture), minima)


def divergence_picture(mixture: Mixture, start: float | None) -> Picture:
    """The live picture of a mixture and the Gaussians fitted to it; ``start`` is where reverse KL begins, or None."""
    found = answers(mixture, start)
    x, means = np.linspace(LOW, HIGH, POINTS), np.linspace(LOW, HIGH, MEANS)
    chosen = dict(zip(DIVERGENCES, found[:3], strict=True))
    drawn = [
        Fitted(
            LOSSES[key].name,
            STYLES[key].color,
            STYLES[key].dash,
            STYLES[key].symbol,
            gaussian_density(x, fit.mean, fit.width),
            along(mixture, DIVERGENCES[key], means, fit.width),
            (fit.mean, getattr(fit, key)),
        )
        for key, fit in chosen.items()
    ]
    humps = np.array(mixture.means)
    sentence = said(mixture, found, start)
    place = found.reverse.mean if start is None else start
    return Picture(
        figure=humps_figure(x, density(mixture, x), (humps, density(mixture, humps)), min(HIGH, max(LOW, place)), drawn, means, "humps"),
        alt=f"A density with two humps and three Gaussians fitted to it. {sentence}",
        sentence=sentence,
        handles=(Handle("humps", "Hump", moves="x"), Handle("start", "Start of reverse KL", moves="x")),
        labels=(
            Label("P", float(humps[0]) + 0.15, float(density(mixture, humps)[0]), P_COLOR),
            *(
                Label(LOSSES[key].short, fit.mean + 0.6 * fit.width, float(gaussian_density(np.array([fit.mean + 0.6 * fit.width]), fit.mean, fit.width)[0]), STYLES[key].color)
                for key, fit in chosen.items()
            ),
        ),
        readouts=(_chosen(chosen), _minima(found)),
        notes=(
            "Below: each divergence over the mean of Q, at the width of its own fit.",
            "Drag a hump, or the grey start: reverse KL ends in the valley where it begins.",
        ),
    )  # fmt: skip


def said(mixture: Mixture, found: Answers, start: float | None) -> str:
    """The numbers in words.

    Parameters
    ----------
    mixture
        The density with two humps.
    found
        The Gaussians fitted to it.
    start
        The mean that reverse KL began at, or None for its lowest minimum.
    """
    forward, reverse = found.forward, found.reverse
    nearest = [
        abs(reverse.mean - mean) < 0.5 * width for mean, width in zip(mixture.means, mixture.widths, strict=True)
    ]
    seat = f"sits on hump {1 + nearest.index(True)}" if sum(nearest) == 1 else "covers both humps"
    begun = f" from {short(start)}" if start is not None else ""
    best = found.minima[0]
    lower = f"; {number(best.reverse_kl)} at {number(best.mean)} is lower" if reverse.reverse_kl - best.reverse_kl > 1e-6 else ""  # fmt: skip
    return (
        f"Forward KL covers P: mean {number(zero(forward.mean))}, width {number(forward.width)}. "
        f"Reverse KL{begun} {seat}: mean {number(zero(reverse.mean))}, width {number(reverse.width)}, "
        f"{LOSSES['reverse_kl'].symbol} {number(zero(reverse.reverse_kl))}{lower}."
    )


def zero(value: float) -> float:
    """A number without what rounding has left of nothing."""
    return round(value, 12)


def table(mixture: Mixture, start: float | None) -> dict[str, np.ndarray]:
    """The densities by column."""
    found, x = answers(mixture, start), np.linspace(LOW, HIGH, POINTS)
    columns = {"x": x, "P": density(mixture, x)}
    return columns | {
        f"Q by {LOSSES[key].name}": gaussian_density(x, fit.mean, fit.width)
        for key, fit in zip(DIVERGENCES, found[:3], strict=True)
    }


@lru_cache(maxsize=64)
def _reverse(mixture: Mixture, start: float | None) -> tuple[list[GaussianFit], GaussianFit | None]:
    return fits(mixture, DIVERGENCES["reverse_kl"], start)


@lru_cache(maxsize=64)
def _jensen_shannon(mixture: Mixture) -> GaussianFit:
    return fits(mixture, DIVERGENCES["jensen_shannon"])[0][0]


def _cells(fit: GaussianFit) -> tuple[str, ...]:
    return tuple(number(zero(part)) for part in fit)


def _heads() -> tuple[str, ...]:
    return ("mean", "width", *(LOSSES[key].symbol for key in DIVERGENCES))


def _chosen(chosen: dict[str, GaussianFit]) -> Readout:
    rows = tuple(Row((LOSSES[key].short, *_cells(fit)), STYLES[key].color) for key, fit in chosen.items())
    return Readout("The Gaussian that each chooses", ("by", *_heads()), rows)


def _minima(found: Answers) -> Readout:
    rows = tuple(Row((str(place), *_cells(fit))) for place, fit in enumerate(found.minima, 1))
    return Readout("Minima of reverse KL", ("", *_heads()), rows)
