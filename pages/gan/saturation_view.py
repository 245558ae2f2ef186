"""What the view of saturation shows: how hard each loss pushes a sample, over what the discriminator says of it."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import STYLES, Style
from components.text import listed, number, short
from losses.game.games import GAMES, SIDES, Game, sigmoid
from pages.gan.saturation_figure import Curve, saturation_figure

OUTPUTS = np.linspace(-8.0, 8.0, 201)


def of_side(side: str) -> dict[str, Game]:
    """The games that differ in a side: minimax and non-saturating have one discriminator."""
    return {key: game for key, game in GAMES.items() if side == "generator" or key != "non_saturating"}


def title(key: str, side: str) -> str:
    """What a game's loss is called."""
    return GAMES[key].name if side == "generator" or key != "minimax" else "Minimax and non-saturating"


def style(key: str, side: str) -> Style:
    """That of the player's loss."""
    game = GAMES[key]
    return STYLES[(game.generator if side == "generator" else game.discriminator).key]


@lru_cache(maxsize=len(SIDES))
def curves(side: str) -> tuple[Curve, ...]:
    """The losses of one side."""
    return tuple(
        Curve(title(key, side), style(key, side), *game.curve(side, OUTPUTS), game.probable)
        for key, game in of_side(side).items()
    )


def probed(side: str, at: float) -> dict[str, tuple[float, float]]:
    """Loss and slope of each at one output, by key of the game."""
    place = np.array([at])
    found = {key: game.curve(side, place) for key, game in of_side(side).items()}
    return {key: (float(loss[0]), float(slope[0])) for key, (loss, slope) in found.items()}


def saturation_picture(side: str, at: float, asked: bool = False) -> Picture:
    """The live picture of one side's losses, with the probe at an output; while it is ``asked`` for them, without slopes."""
    here = probed(side, at)
    share = float(sigmoid(np.array(at)))
    sentence = f"At D = {number(share)} {'a real' if side == 'real' else 'a generated'} sample’s output is {'pushed: how hard?' if asked else _told(side, here) + '.'}"
    rows = tuple(
        Row((title(key, side), number(loss, 4), number(slope, 4), _in_share(key, slope, share)), style(key, side).color)
        for key, (loss, slope) in here.items()
    )
    caption = f"{SIDES[side]}, at z = {short(at)}, D = {number(share)}"
    return Picture(
        figure=saturation_figure([_without_slope(curve) for curve in curves(side)] if asked else curves(side), OUTPUTS, at, side, f"saturation {side}"),
        alt=f"Losses and slopes over the output of the discriminator: {SIDES[side]}. {sentence}",
        sentence=sentence,
        handles=(Handle("at", "Probe", moves="x"),),
        labels=tuple(_labels(side)),
        readouts=() if asked else (Readout(caption[0].upper() + caption[1:], ("", "loss", "slope in z", "slope in D"), rows),),
        notes=(
            "Every player minimises its loss. The output is larger for what looks real, whether it is called logit, score or critic.",
            "Only minimax and non-saturating read D = σ(z) as a probability; the slope in z is what reaches the generator.",
        ),
    )  # fmt: skip


def _without_slope(curve: Curve) -> Curve:
    return replace(curve, slope=np.full_like(curve.slope, np.nan))


def _told(side: str, here: dict[str, tuple[float, float]]) -> str:
    """How hard each loss pushes the output up, or down."""
    ways = {"pushed up by": [], "down by": [], "not by": []}
    for key, (_, slope) in here.items():
        way = "pushed up by" if slope < 0 else "down by" if slope > 0 else "not by"
        ways[way].append(f"{title(key, side)} {number(abs(slope))}" if slope else title(key, side))
    return "; ".join(f"{way}: {listed(names)}" for way, names in ways.items() if names)


def _in_share(key: str, slope: float, share: float) -> str:
    return number(slope / (share * (1 - share)), 4) if GAMES[key].probable and 0 < share < 1 else "–"


def _labels(side: str) -> list[Label]:
    """Every loss by its name, at a place where the lines are apart."""
    places = {"minimax": 4.2, "non_saturating": -4.4, "least_squares": -2.6, "hinge": 2.2, "wasserstein": 5.4}
    if side != "generator":
        turn = 1 if side == "fake" else -1
        places = {
            key: turn * at
            for key, at in {"minimax": -3.6, "least_squares": 2.2, "hinge": 5.2, "wasserstein": -5.4}.items()
        }
    found = []
    for key, at in places.items():
        loss = float(GAMES[key].curve(side, np.array([at]))[0][0])
        found.append(Label(title(key, side), at, loss, style(key, side).color))
    return found


def table(side: str) -> dict[str, np.ndarray]:
    """Losses and slopes over the output, by column."""
    columns = {"z": OUTPUTS, "D": sigmoid(OUTPUTS)}
    for curve in curves(side):
        columns |= {f"{curve.name} loss": curve.loss, f"{curve.name} slope": curve.slope}
    return columns
