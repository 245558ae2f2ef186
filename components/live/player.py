"""What the player of a live figure runs along: paths, turning lines and numbers, with a value for every step."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Track:
    """A path that the player runs along: ``x``, ``y`` and ``z`` of every step, shape [steps + 1] each.

    Without ``x`` it is the number of the step. In a panel of three dimensions ``axes`` is
    ``("scene", "scene")`` and ``z`` the height. It is drawn up to the first place that is not finite.
    ``dash`` has lengths in px, as a canvas wants them; ``symbol`` is Plotly's name of the marker at its tip.
    """

    x: np.ndarray | None
    y: np.ndarray
    color: str
    axes: tuple[str, str] = ("x", "y")
    dash: tuple[int, ...] = ()
    symbol: str = "circle"
    z: np.ndarray | None = None


@dataclass(frozen=True)
class TurningLine:
    """A straight line across a panel, with a slope and an intercept for every step, shape [steps + 1] each."""

    slope: np.ndarray
    intercept: np.ndarray
    color: str
    axes: tuple[str, str] = ("x", "y")
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class StepColumn:
    """One column of a table that follows the playhead: each cell is some numbers, each of shape [steps + 1], or none."""

    name: str
    color: str
    cells: tuple[tuple[np.ndarray, ...], ...]


@dataclass(frozen=True)
class StepTable:
    """Numbers at the playhead, a row for each of the ``quantities``; the step is written behind the caption."""

    caption: str
    quantities: tuple[str, ...]
    columns: tuple[StepColumn, ...]


@dataclass(frozen=True)
class Player:
    """Paths with one playhead over them, from step 0 to ``length``; it stands ``at`` a step when the hand rests."""

    tracks: tuple[Track, ...]
    length: int
    at: int = 0
    lines: tuple[TurningLine, ...] = ()
    table: StepTable | None = None
