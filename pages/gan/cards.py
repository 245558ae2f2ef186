"""What stands below the figure of the page ``gan``: formulas, sources, what is often said wrongly, settings as a file."""

import math
from typing import Any

import streamlit as st

from components.cards.files import as_json
from components.cards.formulas import formulas
from components.page.below import Files
from components.text import number, plain
from losses.descent.optimisers import OPTIMISERS
from losses.game.games import GAMES
from losses.game.rules import MESCHEDER_2018, METHODS, STABILISERS
from losses.game.training import HIDDEN, PENALTIES
from pages.gan.model import Gan

CORRECTIONS = {
    "players": (
        (
            "The discriminator maximises the difference between real and generated samples.",
            "It minimises its own loss: for the GAN of 2014 the binary cross-entropy of telling them apart. Only a critic’s "
            "loss is a difference, and it needs a bound on the critic’s slope to mean anything.",
        ),
        (
            "Training has converged when the losses stop changing.",
            "On a circle the losses repeat and nobody has won; at the equilibrium D cannot decide, and pays {draw}. A loss "
            "that falls here is the other player’s trouble.",
        ),
    ),
    "training": (
        (
            "A falling loss of the generator means better samples.",
            "It means that this discriminator is fooled. Losses of a game are measured against the other player as it is "
            "now: look at the samples, and at how many modes they cover.",
        ),
        (
            "A GAN that fools its discriminator has learned the data.",
            "A generator that puts everything on one mode fools it too, until it learns of that.",
        ),
    ),
    "saturation": (
        (
            "log D(x) is a probability.",
            "D(x) is one, and log D(x) its logarithm: at most 0, and without a lower bound. A critic’s output is neither.",
        ),
        (
            "MinMax is a segmentation loss.",
            "Minimax is the game of the GAN: one value, which one player makes large and the other small. Losses for "
            "overlap are Dice, Jaccard, Tversky.",
        ),
    ),
}


def correction(page: Gan) -> None:
    """What is often said of what the view on screen is about, and what is so."""
    cost = page.at_rest() if page.kind == "players" else math.nan
    draw = f"2 log 2 = {number(cost)}" if math.isclose(cost, 2 * math.log(2)) else number(cost)
    said = [(wrong, right.format(draw=draw)) for wrong, right in CORRECTIONS[page.kind]]
    st.markdown("\n\n".join(f"**Often said:** “{wrong}” **Right:** {right}" for wrong, right in said))


def chosen(page: Gan) -> dict[str, dict]:
    """The losses in the view on screen."""
    games = GAMES.values() if page.kind == "saturation" else [GAMES[page.view["game"]]]
    return {loss.key: {} for game in games for loss in (game.discriminator, game.generator)}


def rules(page: Gan) -> None:
    """The losses with their facts; of two players also how they step, and by what they are steadied."""
    if page.kind == "players":
        offset = r"\tfrac12+" if GAMES[page.view["game"]].undecided else ""
        st.markdown(
            f"Real samples are 0, generated ones θ, and $z(x)={offset}\\psi x$ is the output of D. Both minimise: "
            r"$v=\bigl(-\partial_\theta L_G,\,-\partial_\psi L_D\bigr)$, $w=(\theta,\psi)$."
        )
        ways = (METHODS[page.view["method"]], STABILISERS[page.view["stabiliser"]])
        for column, way in zip(st.columns(2), ways, strict=True):
            column.markdown(f"**{way.name}**\n\n$${way.latex}$$\n\n{plain(way.summary)}")
    if page.kind == "training":
        optimiser, penalty = OPTIMISERS[page.view["optimiser"]], PENALTIES[page.view["penalty"]]
        st.markdown(
            f"Both networks are perceptrons of {len(HIDDEN)} hidden layers of {HIDDEN[0]}, with hyperbolic tangents; each has "
            f"an optimiser of its own, {optimiser.name}: $${optimiser.formula(**optimiser.settings(**page.plan.settings))}$$ "
            f"Steadied by: {plain(penalty)}. A penalty is $\\tfrac{{\\gamma}}2$ times the mean of the squared slope of D, or of its distance to 1."
        )
    formulas(chosen(page))


def sources(page: Gan) -> None:
    """Where games, steps and what steadies them come from."""
    told = {"The Dirac-GAN": f"{MESCHEDER_2018}, definition 2.1"} if page.kind == "players" else {}
    games = GAMES.values() if page.kind == "saturation" else [GAMES[page.view["game"]]]
    told |= {game.name: "; ".join(dict.fromkeys((*game.discriminator.references, *game.generator.references))) for game in games}  # fmt: skip
    if page.kind == "players":
        ways = (METHODS[page.view["method"]], STABILISERS[page.view["stabiliser"]])
        told |= {way.name: way.source for way in ways if way.latex != r"R=0"}
    st.markdown("\n".join(f"- **{name}:** {plain(source)}" for name, source in told.items()))


def files(page: Gan) -> Files:
    """Every setting, to be written at the click."""
    return {"Settings (JSON)": ("losscope-gan.json", lambda: as_json(record(page)))}


def record(page: Gan) -> dict[str, Any]:
    """Every setting with its value now: enough to compute the numbers again with ``losses.game`` alone."""
    told: dict[str, Any] = {"page": page.view.page, "link": page.view.address(), "view": page.kind}
    if page.kind == "saturation":
        return told | {"side": page.view["side"], "output": page.view["at"]}
    if page.kind == "training":
        plan = {name: getattr(page.plan, name) for name in page.plan.__dataclass_fields__}
        return told | {"plan": plan, "turns": page.view.fields["turns"].write(page.view["turns"])}
    rules = page.rules
    return told | {
        "rules": {name: getattr(rules, name) for name in rules.__dataclass_fields__},
        "start": page.start,
        "steps": page.view["steps"],
    }
