"""Two weights under penalties as a picture, a sentence and tables: where each puts them, and what they pay."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import NEUTRAL, STYLES
from components.text import chosen_number, listed, number, short
from losses import LOSSES
from losses.shrinkage.smooth_bowl import ERROR, ROWS, AnyBowl
from losses.shrinkage.two_weights import Price
from losses.spec.loss import Loss
from pages.regularization.weights_figure import CENTER, REACH, STRONGEST, Bars, Shrunk, weights_figure

STRENGTHS = np.linspace(0.0, STRONGEST, 121)
RINGS = np.array([0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0])  # costs above the least that are drawn as contours
UNPAYABLE = 1e100
UNTIL_ANSWERED = "What the picture says comes with your answer."
SUBSCRIPTS = ("w₁", "w₂")


def weights_picture(bowl: AnyBowl, prices: Mapping[str, Price], data_loss: Loss, asks: bool = False) -> Picture:
    """The live picture.

    Parameters
    ----------
    bowl
        The cost.
    prices
        By key of the penalty.
    data_loss
        What the cost is of.
    asks
        Whether a question is open: then only what holds at this λ is shown, without words.
    """
    found = dict(zip(prices, bowl.pairs([*prices.values()]), strict=True))
    drawn = _drawn(bowl, prices, found)
    if asks:
        drawn = [replace(shrunk, trail=np.full_like(shrunk.trail, np.nan)) for shrunk in drawn]
    strength = next(iter(prices.values())).strength
    sentence = UNTIL_ANSWERED if asks else said(bowl, prices, found, data_loss)
    notes = [
        "★ is where the cost alone is least. Each ball holds all that is as cheap as its solution, which lies where it touches a contour.",
        "Bars: grey the cost, in colour what w₁ pays, paler what w₂ pays. “★” is at least cost.",
    ]
    if any(abs(part) > REACH for part in bowl.center):
        notes.append(f"★ lies out of the picture, at ({short(bowl.center[0])}, {short(bowl.center[1])}).")
    if outliers := bowl.outliers:
        notes.append(f"{outliers} of {ROWS} rows lie by {short(ERROR)}, those in which the second feature is largest.")
    return Picture(
        figure=weights_figure(
            bowl.center,
            _rings(bowl),
            drawn,
            (strength, STRENGTHS),
            _bars(bowl, prices, found),
            "weights",
        ),
        alt=f"Contours of the cost over two weights with the ball of each penalty; the weights over λ; the objective in parts. {sentence}",
        sentence=sentence,
        handles=(
            Handle("center", "Weights of least cost"),
            Handle("strength", "λ", moves="x"),
        ),
        labels=(
            Label("least cost", bowl.center[0] + 0.12, bowl.center[1] + 0.16, CENTER),
            *(
                Label(shrunk.name, float(shrunk.weights[0]) + 0.12, float(shrunk.weights[1]) - 0.16, shrunk.color)
                for shrunk in drawn
            ),
            *(
                Label(weight, 0.0, bowl.center[which] + 0.08, NEUTRAL, ("x2", "y2"))
                for which, weight in enumerate(SUBSCRIPTS)
            ),
        ),
        readouts=(_parts(bowl, prices, found), *([] if asks else [_zeros(bowl, prices)])),
        notes=tuple(notes),
    )


def said(bowl: AnyBowl, prices: Mapping[str, Price], found: Mapping[str, np.ndarray], data_loss: Loss) -> str:
    """Where each penalty puts the weights, and which are exactly 0, in words.

    Parameters
    ----------
    bowl
        The cost.
    prices
        By key of the penalty.
    found
        By key, the best pair ``[2]``.
    data_loss
        What the cost is of.
    """
    strength = next(iter(prices.values())).strength
    places = listed(
        f"{LOSSES[key].name} puts the weights at ({number(pair[0])}, {number(pair[1])})"
        if not place
        else f"{LOSSES[key].name} at ({number(pair[0])}, {number(pair[1])})"
        for place, (key, pair) in enumerate(found.items())
    )
    under = "" if data_loss.key == "mse" else f", data loss {data_loss.name},"
    return f"At λ = {chosen_number(strength)}{under} {places}. {_of_zeros(bowl, prices, found)}".strip()


def _of_zeros(bowl: AnyBowl, prices: Mapping[str, Price], found: Mapping[str, np.ndarray]) -> str:
    key = next((key for key, price in prices.items() if price.ratio), None)
    if key is None:
        return "No weight is exactly 0." if all(pair.all() for pair in found.values()) else ""
    name, pair, ends = LOSSES[key].name, found[key], bowl.vanishing(prices[key])
    zeros = [weight for weight, part in zip(SUBSCRIPTS, pair, strict=True) if part == 0]
    if zeros:
        which = SUBSCRIPTS.index(zeros[0])
        since = f", since λ = {short(ends[which])}" if len(zeros) == 1 else ""
        return f"{name} has {listed(zeros)} at exactly 0{since}."
    first = int(np.argmin(ends))
    return f"From λ = {short(ends[first])} on {name} has {SUBSCRIPTS[first]} at exactly 0."


def table(bowl: AnyBowl, prices: Mapping[str, Price], asks: bool = False) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column: what the weights cost over λ under each penalty, and they themselves.

    Them not while a question ``asks`` for them.
    """
    columns = {"λ": STRENGTHS}
    trails = bowl.trails([*prices.values()], STRENGTHS)
    for (key, price), trail in zip(prices.items(), trails, strict=True):
        name = LOSSES[key].name
        sizes = Price(1.0, price.ratio, price.half).of(trail).sum(1)
        columns |= {} if asks else {f"{name} w1": trail[:, 0], f"{name} w2": trail[:, 1]}
        columns |= {f"{name} cost": bowl.cost(trail), f"{name} penalty": STRENGTHS * sizes}
    return columns


@lru_cache(maxsize=64)
def _trails(bowl: AnyBowl, kinds: tuple[Price, ...]) -> np.ndarray:
    return bowl.trails(kinds, STRENGTHS)


@lru_cache(maxsize=64)
def _rings(bowl: AnyBowl) -> list[np.ndarray]:
    return [*bowl.rings(bowl.least + RINGS)]


def _drawn(bowl: AnyBowl, prices: Mapping[str, Price], found: Mapping[str, np.ndarray]) -> list[Shrunk]:
    """What each penalty makes of the bowl, as ``said`` has them."""
    trails = _trails(bowl, tuple(replace(price, strength=1.0) for price in prices.values()))
    rings = bowl.rings(bowl.cost(np.array([*found.values()])))
    drawn = []
    for (key, price), trail, ring in zip(prices.items(), trails, rings, strict=True):
        style, pair = STYLES[key], found[key]
        look = (LOSSES[key].name, style.color, style.dash, style.symbol)
        drawn.append(Shrunk(*look, pair, price.ball(pair), ring, trail))
    return drawn


def _bars(bowl: AnyBowl, prices: Mapping[str, Price], found: Mapping[str, np.ndarray]) -> Bars:
    """For each penalty its solution between all weights 0 and those of least cost."""
    center = np.array(bowl.center)
    names, pairs, paid, colors = ["all 0"], [np.zeros(2)], [np.zeros(2)], [NEUTRAL]
    for key, price in prices.items():
        color = STYLES[key].color
        for name, pair in ((LOSSES[key].short, found[key]), (f"{LOSSES[key].short} ★", center)):
            names.append(name)
            pairs.append(pair)
            paid.append(_finite(price.of(pair)))
            colors.append(color)
    return Bars(names, bowl.cost(np.array(pairs)), np.array(paid), colors)


def _finite(prices: np.ndarray) -> np.ndarray:
    return np.where(prices < UNPAYABLE, prices, 0.0)  # what nobody can pay has no bar


def _parts(bowl: AnyBowl, prices: Mapping[str, Price], found: Mapping[str, np.ndarray]) -> Readout:
    rows = []
    for key, price in prices.items():
        pair, paid = found[key], price.of(found[key])
        cost = float(bowl.cost(pair))
        cells = (*pair.tolist(), cost, *paid.tolist(), cost + float(paid.sum()))
        rows.append(Row((LOSSES[key].name, *map(number, cells)), STYLES[key].color))
    return Readout(
        "Weights, and the objective in parts", ("", "w₁", "w₂", "cost", "w₁ pays", "w₂ pays", "all"), tuple(rows)
    )


def _zeros(bowl: AnyBowl, prices: Mapping[str, Price]) -> Readout:
    rows = tuple(
        Row((LOSSES[key].name, *("never" if math.isinf(end) else number(end) for end in bowl.vanishing(price))), STYLES[key].color)
        for key, price in prices.items()
    )  # fmt: skip
    return Readout("Exactly 0 from this λ on", ("", *SUBSCRIPTS), rows)
