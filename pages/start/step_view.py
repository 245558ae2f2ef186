"""What the view of steps shows: one turn of the training loop, stage by stage, with its numbers plugged in."""

from typing import Any

import numpy as np

from components.live.picture import Handle, Picture, Readout, Row
from components.live.runner import Button, Runner
from components.text import factor, number
from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS
from pages.start.line import BOUNDS, Line
from pages.start.line_figure import ARROW, LINE, Drawn, Way, line_figure
from pages.start.settings import MOST_STEPS, STAGES

PATH = "#FFFFFF"
BUTTONS = (Button("turn", "Step", "The next stage of the loop"),)


def step_picture(page: Line) -> Picture:
    """The live picture of the training loop at a stage."""
    view, key, stage, step = page.view, page.key, page.stage, page.step
    path = page.path(view["optimiser"], page.start, step + 1)
    line, after = _line(path.positions[step]), _line(path.positions[step + 1])
    x, y = page.points
    pulls = page.pulls(line)
    drawn = Drawn(
        x, y, line, key == "mse", stage, pulls, after if stage == "Update" else None, page.grid(), BOUNDS, page.least,
        (Way("path", path.positions[: step + 1], PATH),), repr(["step", key, view.beginnings]),
    )  # fmt: skip
    said = _said(page, line, after, path.gradients[step])
    return Picture(
        figure=line_figure(drawn),
        alt=f"Ten points with a line and its residuals; beside them the surface of the cost over slope and intercept. {said[stage]}",
        sentence=f"{STAGES.index(stage) + 1} {stage}: {said[stage]}",
        handles=(Handle("ends", "End of the line", "y"), Handle("place", "Place on the surface")),
        readouts=(_loop(said, stage, step), _numbers(page, line, pulls)),
        notes=("Drag either end of the line, or its place on the surface: the loop begins there.",),
        runner=Runner(view["turn"], len(STAGES) * MOST_STEPS, 1, BUTTONS),
    )  # fmt: skip


def _line(place: np.ndarray) -> tuple[float, float]:
    return float(place[0]), float(place[1])


def _said(page: Line, line: tuple[float, float], after: tuple[float, float], gradient: np.ndarray) -> dict[str, str]:
    """What each stage does, with its numbers."""
    key, optimiser = page.key, OPTIMISERS[page.view["optimiser"]]
    name = {"mse": "the mean of r²", "mae": "the mean of |r|", "huber": "Huber’s mean of r"}[key]
    w, b = (number(value) for value in line)
    cost, then = page.cost(line), page.cost(after)
    way = f"w {w} → {number(after[0])}, b {b} → {number(after[1])}"
    if page.view["optimiser"] == "sgd":
        rate = number(page.view["rate"])
        way = f"w to {w} − {rate} × {factor(float(gradient[0]))} = {number(after[0])}, b to {number(after[1])}"
    return {
        "Predict": f"ŷ = w x + b with w = {w} and b = {b}.",
        "Loss": f"{name}, r = ŷ − y, is {number(cost)}.",
        "Gradient": f"in w it is {_signed(gradient[0])}, in b {_signed(gradient[1])}: down is the other way.",
        "Update": f"{optimiser.name} moves {way}; the loss goes to {number(then)}.",
    }


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(float(value))}"


def _loop(said: dict[str, str], stage: str, step: int) -> Readout:
    rows = tuple(
        Row((f"{'▶ ' if name == stage else ''}{name}", said[name]), ARROW if name == stage else "inherit")
        for name in STAGES
    )
    return Readout(f"The loop, round {step + 1}", ("", ""), rows)


def _numbers(page: Line, line: tuple[float, float], pulls: np.ndarray) -> Readout:
    x, y = page.points
    residual = line[0] * x + line[1] - y
    losses = page.losses(line)
    rows = tuple(
        Row((number(float(place)), *(number(float(value)) for value in values)), LINE)
        for place, *values in zip(x, y, residual, losses, pulls, strict=True)
    )
    return Readout(f"Each point under {LOSSES[page.key].name}", ("x", "y", "r", "loss", "slope"), rows)


def table(page: Line) -> dict[str, Any]:
    """Every step of the path so far, by column."""
    steps = page.step + 1
    path = page.path(page.view["optimiser"], page.start, steps)
    return {
        "step": np.arange(steps + 1),
        "w": path.positions[:, 0],
        "b": path.positions[:, 1],
        "cost": path.losses,
        "slope in w": np.append(path.gradients[:, 0], np.nan),
        "slope in b": np.append(path.gradients[:, 1], np.nan),
    }
