"""What the view of the contest shows: the visitor's own path down the surface beside those of SGD and Adam."""

from typing import Any

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import OPTIMISER_STYLES, PALETTE
from components.text import listed, number
from losses.descent.optimisers import OPTIMISERS
from pages.start.line import BOUNDS, Line
from pages.start.line_figure import ENDS, Drawn, Way, line_figure
from pages.start.settings import MOST_MOVES, TOO_STEEP

RIVALS = ("sgd", "adam")
YOURS = PALETTE[2]  # as neither of them has it
NEAR = ((-0.4, 2.4), (-0.8, 2.0))  # what of the surface is in view while all stay there


def moves(page: Line) -> list[tuple[float, float]]:
    """The lines taken so far, the first one that all begin with."""
    taken = page.view["taken"]
    return [TOO_STEEP, *(place for _, place in sorted(taken.items()) if place is not None)]


def shares(page: Line) -> dict[str, float]:
    """How much of the way down each has come, in per cent: from the cost at the start to the least there is."""
    mine, most = moves(page), page.cost(TOO_STEEP)
    least = page.cost(page.least)
    ends = {"you": page.cost(mine[-1])}
    for key in RIVALS:
        ends[key] = float(page.path(key, TOO_STEEP, len(mine) - 1).losses[-1])
    return {name: 100 * (most - cost) / (most - least) for name, cost in ends.items()}


def beat_picture(page: Line) -> Picture:
    """The live picture of the contest."""
    mine, line = moves(page), page.start
    steps = len(mine) - 1
    x, y = page.points
    rivals = {key: page.path(key, TOO_STEEP, steps).positions for key in RIVALS}
    styles = {key: OPTIMISER_STYLES[key] for key in RIVALS}
    ways = [Way(OPTIMISERS[key].name, rivals[key], style.color, style.dash, style.symbol) for key, style in styles.items()]  # fmt: skip
    ways = [Way("You", np.array(mine), YOURS, symbol="diamond"), *ways] if steps else []
    bounds = NEAR if all(_inside(places, NEAR) for places in (np.array([line]), *(way.places for way in ways))) else BOUNDS  # fmt: skip
    drawn = Drawn(
        x, y, line, page.key == "mse", "", page.pulls(line), None, page.grid(bounds), bounds, page.least, tuple(ways),
        repr(["beat", page.key, page.view.beginnings]), YOURS,
    )  # fmt: skip
    sentence = story(page, steps)
    return Picture(
        figure=line_figure(drawn),
        alt=f"Ten points with a line to be dragged; beside them three paths over the surface of the cost. {sentence}",
        sentence=sentence,
        handles=(Handle("ends", "End of the line", "y"), Handle("place", "Place on the surface")),
        labels=tuple(
            Label(way.name, float(way.places[-1, 0]) + 0.05, float(way.places[-1, 1]), way.color, ("x2", "y2"))
            for way in ways
            if _inside(way.places[-1:], bounds)
        ),
        readouts=(_standings(page),),
        notes=(
            f"The line stands at a cost of {number(page.cost(line))}; the least is {number(page.cost(page.least))}.",
        ),
    )


def _inside(places: np.ndarray, bounds: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    """Whether some places, ``[k, 2]``, are all in view."""
    low, high = np.array(bounds).T
    return bool(((places >= low) & (places <= high)).all())


def story(page: Line, steps: int) -> str:
    """Who is how far down, in a sentence."""
    if not steps:
        return f"All three begin at a cost of {number(page.cost(TOO_STEEP))}. Drag the line, and take your first move."
    told = shares(page)
    names = {"you": "you", **{key: OPTIMISERS[key].name for key in RIVALS}}
    way = listed(f"{names[name]} {number(share)} %" for name, share in told.items())
    ahead = max(told, key=lambda name: told[name])
    end = " Nobody can do better." if told["you"] >= 99.95 else ""
    return f"After {steps} move{'s' * (steps > 1)}, of the way down: {way}. {'You are' if ahead == 'you' else f'{names[ahead]} is'} ahead.{end}"


def _standings(page: Line) -> Readout:
    mine = moves(page)
    told = shares(page)
    lines = {"you": mine[-1], **{key: page.path(key, TOO_STEEP, len(mine) - 1).positions[-1] for key in RIVALS}}
    colors = {"you": YOURS, **{key: OPTIMISER_STYLES[key].color for key in RIVALS}}
    names = {"you": "You", **{key: OPTIMISERS[key].name for key in RIVALS}}
    rows = tuple(
        Row((names[name], number(float(w)), number(float(b)), number(page.cost((float(w), float(b)))), f"{number(told[name])} %"), colors[name])
        for name, (w, b) in lines.items()
    )  # fmt: skip
    return Readout(f"After {len(mine) - 1} of at most {MOST_MOVES} moves", ("", "w", "b", "cost", "score"), rows)


def table(page: Line) -> dict[str, Any]:
    """Every move of all three, by column."""
    mine = np.array(moves(page))
    rivals = {key: page.path(key, TOO_STEEP, len(mine) - 1) for key in RIVALS}
    found: dict[str, Any] = {"move": np.arange(len(mine)), "your w": mine[:, 0], "your b": mine[:, 1]}
    found["your cost"] = np.array([page.cost((w, b)) for w, b in mine.tolist()])
    for key, path in rivals.items():
        name = OPTIMISERS[key].name
        found |= {f"{name} w": path.positions[:, 0], f"{name} b": path.positions[:, 1], f"{name} cost": path.losses}
    return found


def line_through(ends: dict[int, tuple[float, float]], line: tuple[float, float]) -> tuple[float, float]:
    """Slope and intercept of the line whose ends, by row, have been put at these places; an end that has not stays."""
    heights = line[0] * ENDS + line[1]
    for row, (_, height) in ends.items():
        if 0 <= row < len(ENDS):
            heights[row] = height
    slope = (heights[1] - heights[0]) / (ENDS[1] - ENDS[0])
    return float(slope), float(heights.mean())
