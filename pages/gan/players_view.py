"""What the view of two players shows: a game as a picture, a sentence and tables."""

from dataclasses import dataclass, replace

import numpy as np

from components.live.picture import Handle, Label, Pick, Picture, Readout, Row
from components.live.player import Player, StepColumn, StepTable, Track
from components.text import number, short
from losses.game.course import course
from losses.game.play import Play
from losses.game.rules import METHODS, Rules
from losses.game.stability import Stability, critical_penalty, settling_penalties, stability
from pages.gan.players_figure import PATH, PLAYERS, Plane, players_figure

NAMES = "G", "D"
DASHES = (), (9, 5)
BESIDE = 0.03  # of the axis of steps, between the end of a line and its name
SETTLES = {"inside": "settles", "on": "goes round", "outside": "leaves", "unknown": "no answer: a kink"}
NOWHERE = np.zeros(0, dtype=complex), ""
WAYS = {
    "still": "stays where it is",
    "short": "has not made one turn yet, too short to tell",
    "in": "comes in",
    "leaves": "leaves",
    "out": "spirals out",
    "round": "goes round",
    "fro in": "goes to and fro, and in",
    "fro out": "goes to and fro, and out",
}


@dataclass(frozen=True, eq=False)
class Match:
    """A game as it is shown: its rules, how it went, what the linearised game says, what is drawn around it."""

    rules: Rules
    play: Play
    stability: Stability
    reach: float
    places: np.ndarray
    field: np.ndarray
    still: tuple[np.ndarray, np.ndarray]
    playhead: int | None
    subject: str
    notes: tuple[str, ...] = ()


def players_picture(match: Match, asked: bool = False) -> Picture:
    """The live picture of a game from one start; while it is ``asked`` how that goes, without the eigenvalues."""
    play, near = match.play, match.stability
    steps = play.positions.shape[1] - 1
    sentence = story(match)
    x, y = play.positions[0, 0].tolist()
    flow, eigenvalues = (values[:0] if asked else values for values in (near.flow, near.steps))
    plane = Plane(
        match.reach, match.places, match.field, match.still, (x, y), flow, eigenvalues,
        (NOWHERE, NOWHERE) if asked else critical(match.rules, near), (flow_verdict(near), near.verdict), play.losses[0], match.subject,
    )  # fmt: skip
    return Picture(
        figure=players_figure(plane),
        alt=f"The plane of the two parameters with the field and the path of the game; beside it the eigenvalues of flow and steps, and both losses over the steps. {sentence}",
        sentence=sentence,
        handles=(Handle("start", "Start"),),
        pick=Pick("start"),
        labels=(*_still_labels(match), *_loss_labels(play)),
        readouts=() if asked else (nearby(match),),
        notes=match.notes,
        player=Player(_tracks(play), steps, steps if match.playhead is None else min(match.playhead, steps), table=_table(match)),
    )  # fmt: skip


def critical(rules: Rules, near: Stability) -> tuple[tuple[np.ndarray, str], tuple[np.ndarray, str]]:
    """Where the eigenvalues of the flow meet, by the penalty, and where those of steps reach the circle, by the rate."""
    flow = steps = NOWHERE
    if not np.isnan(meet := critical_penalty(rules)):
        flow = stability(replace(rules, strength=meet)).flow, f"At γ = {number(meet)} both meet"
    if 0 < (most := near.largest_step) < np.inf:
        at_most = replace(rules, learning_rate=most)
        steps = stability(at_most).steps, f"At h = {number(most)} they reach the circle"
    return flow, steps


def flow_verdict(near: Stability) -> str:
    """Whether the flow settles, in the words of ``Stability.verdict``."""
    most = near.flow.real.max()
    if np.isnan(most):
        return "unknown"
    return "on" if abs(most) <= 1e-12 else "inside" if most < 0 else "outside"


def _tracks(play: Play) -> tuple[Track, ...]:
    theta, psi = play.positions[0].T
    losses = (
        Track(None, loss, color, ("x4", "y4"), dash)
        for loss, color, dash in zip(play.losses[0].T, PLAYERS, DASHES, strict=True)
    )
    return Track(theta, psi, PATH), *losses


def _table(match: Match) -> StepTable:
    """Where both stand at a step, what they pay, and where each is drawn to."""
    play = match.play
    both = StepColumn("both", PATH, ((play.distances[0],), (), (np.hypot(*play.pulls[0].T),)))
    players = (
        StepColumn(name, color, ((place,), (loss,), (pull,)))
        for name, color, place, loss, pull in zip(
            NAMES, PLAYERS, play.positions[0].T, play.losses[0].T, play.pulls[0].T, strict=True
        )
    )
    return StepTable("At step", ("θ, ψ; distance", "loss", "− slope"), (both, *players))


def _still_labels(match: Match) -> list[Label]:
    """The name of each nullcline, where it is farthest right, or highest."""
    found = []
    for name, color, lines, axis in zip(NAMES, PLAYERS, match.still, (0, 1), strict=True):
        ends = lines[:, :2].reshape(-1, 2)
        inside = ends[(np.abs(ends[:, 0]) < 0.62 * match.reach) & (np.abs(ends[:, 1]) < 0.94 * match.reach)]
        if len(inside):
            x, y = inside[inside[:, axis].argmax()].tolist()
            found.append(
                Label(f"{name} stands still", x, y + (not axis) * 0.07 * match.reach, color)
            )  # not on the line
    return found


def _loss_labels(play: Play) -> list[Label]:
    labels, beside = [], BESIDE * (len(play.losses[0]) - 1)
    for name, color, losses in zip(NAMES, PLAYERS, play.losses[0].T, strict=True):
        known = np.flatnonzero(np.isfinite(losses))
        if len(known):
            last = int(known[-1])
            labels.append(Label(f"loss of {name}", last + beside, float(losses[last]), color, ("x4", "y4")))
    return labels


def story(match: Match) -> str:
    """What becomes of the game, in a sentence or two."""
    play, distances = match.play, match.play.distances[0]
    steps, first, last = len(distances) - 1, float(distances[0]), float(distances[-1])
    if gone := play.diverged[0]:
        return f"The game leaves all numbers at step {gone.step}: {gone.reason}."
    if not steps:
        return f"The game has not begun: it starts {number(first)} away from the equilibrium."
    return (
        f"{METHODS[match.rules.method].name} steps: the game {WAYS[course(play.positions[0], match.stability)]}, {number(first)} away from the equilibrium "
        f"at first, {number(last)} after {steps}.{_near(match.stability)}"
    )


def _near(near: Stability) -> str:
    if near.verdict == "unknown":
        return ""
    if near.verdict == "on":
        return " Near it a step neither gains nor loses."
    return f" Near it each step multiplies that by {number(near.growth, 4)}."


def nearby(match: Match) -> Readout:
    """The eigenvalues at the equilibrium, what follows, and the values of the settings at which they cross."""
    rules, near = match.rules, match.stability
    rows = [
        Row(("flow λ", written(near.flow), SETTLES[flow_verdict(near)])),
        Row(("steps μ", written(near.steps), SETTLES[near.verdict])),
        Row(("largest |μ|", number(near.growth, 5), "times a step")),
    ]
    if (between := settling_penalties(rules)) is not None:
        told = f"{number(between[0])} to {number(between[1])}" if between[0] < between[1] else "none does"
        rows.append(Row(("γ, to settle", short(rules.strength), told)))
    rows.append(_rates(rules, near))
    if not np.isnan(meet := critical_penalty(rules)):
        rows.append(Row(("γ, no turning", short(rules.strength), f"from {number(meet)}")))
    return Readout("Near the equilibrium", ("", "now", "the game"), tuple(rows))


def _rates(rules: Rules, near: Stability) -> Row:
    """Up to which learning rate the steps settle, or go round where that is the best they do."""
    most, best = near.largest_step, "settle"
    if np.isnan(most):
        told = "unknown"
    elif not most:
        told = "none does"
    else:
        told = f"at most {number(most)}"
        if np.isfinite(most) and stability(replace(rules, learning_rate=most / 2)).verdict == "on":
            best = "go round"
    return Row((f"rate h, to {best}", short(rules.learning_rate), told))


def written(values: np.ndarray) -> str:
    """Complex numbers, of which pairs are written as one."""
    if not np.isfinite(values).all():
        return "–"
    parts = []
    for value in sorted(values.tolist(), key=lambda value: (-abs(value), -value.imag)):
        if abs(value.imag) <= 1e-7 * max(1.0, abs(value)):  # where two meet, rounding parts them a little
            parts.append(number(value.real))
        elif value.imag > 0:
            parts.append(
                f"{number(value.real)} ± {number(value.imag)}i"
                if abs(value.real) > 1e-12
                else f"±{number(value.imag)}i"
            )
    return ", ".join(dict.fromkeys(parts))


def table(play: Play) -> dict[str, np.ndarray]:
    """Every step by column; beyond a divergence not a number."""
    columns = {"step": np.arange(play.positions.shape[1])}
    parts = {"": play.positions[0], " loss": play.losses[0], " − slope": play.pulls[0]}
    for name, part in parts.items():
        names = ("θ", "ψ") if not name else NAMES
        columns |= {f"{who}{name}": values for who, values in zip(names, part.T, strict=True)}
    return columns | {"distance": play.distances[0]}
