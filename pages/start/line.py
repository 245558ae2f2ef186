"""A line on ten points: what its loss is, which way is down, and where an optimiser goes from it."""

import numpy as np

from components.settings.view import View
from losses import LOSSES
from losses.calculus import differentiate
from losses.descent.linear_model import data_surface
from losses.descent.path import Path
from losses.descent.surface import Surface, grid
from losses.descent.trajectory import trajectory
from losses.fitting.fit import cost
from pages.start.settings import MOST_STEPS, STAGES, X, Y

BOUNDS = ((-2.0, 3.5), (-3.0, 4.5))
SIDE = 61


class Line:
    """The settings of the views of a line, worked out."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """The ten points, some of them moved by hand in the view of words."""
        x, y = np.array(X), np.array(Y)
        if self.view["view"] == "words":
            for row, place in self.view["moves"].items():
                if place is not None:
                    x[row], y[row] = place
        return x, y

    @property
    def key(self) -> str:
        """Of the loss: in the view of words a squared error."""
        return "mse" if self.view["view"] == "words" else self.view["loss"]

    @property
    def surface(self) -> Surface:
        """The cost over slope and intercept."""
        x, y = self.points
        what = (self.key, x.tobytes(), y.tobytes())
        loss = LOSSES[self.key]
        return self.view.cached("surface", what, lambda: data_surface(x, y, loss, loss.settings(), (x, y)))

    def grid(self, bounds: tuple[tuple[float, float], tuple[float, float]] = BOUNDS) -> tuple[np.ndarray, ...]:
        """The surface over what is in view, from one pair of slope and intercept to another."""
        x, y = self.points
        what = (self.key, x.tobytes(), y.tobytes(), bounds)
        return self.view.cached("grid", what, lambda: grid(self.surface, SIDE, bounds))

    @property
    def start(self) -> tuple[float, float]:
        """Slope and intercept as the hand has left them."""
        return self.view["w"], self.view["b"]

    def path(self, optimiser: str, start: tuple[float, float], steps: int) -> Path:
        """Where an optimiser goes from a line."""
        what = (self.key, optimiser, start, steps, self.view["rate"], self.points[1].tobytes())
        return self.view.cached(
            f"path {optimiser}",
            what,
            lambda: trajectory(self.surface, optimiser, start, steps, learning_rate=self.view["rate"]),
        )

    @property
    def step(self) -> int:
        """How many steps the optimiser has gone."""
        return min(self.view["turn"] // len(STAGES), MOST_STEPS - 1)

    @property
    def stage(self) -> str:
        """What of the step is lit."""
        return STAGES[self.view["turn"] % len(STAGES)]

    def cost(self, line: tuple[float, float]) -> float:
        """The mean loss of a line."""
        return cost((line[1], line[0]), *self.points, self.key)

    def pulls(self, line: tuple[float, float]) -> np.ndarray:
        """The slope of each point's loss in its prediction, ``[n]``."""
        x, y = self.points
        return differentiate(LOSSES[self.key], line[0] * x + line[1], y, order=1).slope.numpy()

    def losses(self, line: tuple[float, float]) -> np.ndarray:
        """The loss of each point, ``[n]``."""
        x, y = self.points
        return LOSSES[self.key](line[0] * x + line[1], y).numpy()

    @property
    def least(self) -> tuple[float, float]:
        """The line of least cost."""
        w, b = self.surface.minima[0]
        return float(w), float(b)
