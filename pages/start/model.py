"""The views of the page ``start``, each from its settings: picture, table, and what its handles mean."""

from dataclasses import replace
from typing import Any

import numpy as np

from components.live.input import Input
from components.live.picture import Control, Picture
from components.page.parameters import setting_controls
from pages.start import beat_view, network_view, step_view, words_view
from pages.start.beat_view import line_through
from pages.start.line import Line
from pages.start.settings import FORWARD, MOST_MOVES

SLIDERS = {
    "step": ("rate",),
    "backprop": ("x1", "x2", "target", "rate"),
    "beat": ("rate",),
    "words": ("strength", "row", "fitted"),
}
EXAMPLE = {"x1", "x2", "target", "rate"}


class Start(Line):
    """The settings of a view of the page, worked out."""

    @property
    def kind(self) -> str:
        """Which view is on screen."""
        return self.view["view"]

    def check(self) -> list[str]:
        """All settings go together; there is nothing to say."""
        return []

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view on screen."""
        return replace(self._drawn(), controls=self.controls())

    def _drawn(self) -> Picture:
        match self.kind:
            case "backprop":
                return network_view.network_picture(self.view)
            case "beat":
                return beat_view.beat_picture(self)
            case "words":
                return words_view.words_picture(self)
        return step_view.step_picture(self)

    def controls(self) -> tuple[Control, ...]:
        """The sliders of the view on screen."""
        return setting_controls(self.view, *SLIDERS[self.kind])

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        match self.kind:
            case "backprop":
                return network_view.table(self.view)
            case "beat":
                return beat_view.table(self)
            case "words":
                return words_view.table(self)
        return step_view.table(self)

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings: where the line is dragged the loop begins anew."""
        changes: dict[str, Any] = dict(moved.sliders)
        if self.kind == "backprop" and changes.keys() & EXAMPLE:
            changes["pass"] = self.view["pass"] % len(FORWARD)  # another example is another training
        line = moved.point("place")
        if ends := moved.by_row("ends"):
            line = line_through(ends, self._line())
        if line:
            changes |= {"w": line[0], "b": line[1]}
            changes |= {"turn": 1} if self.kind == "step" else {}
        if moved.edits:
            changes["moves"] = self.view["moves"] | moved.by_row("points")
            changes["row"] = next(iter(moved.by_row("points")), self.view["row"])
        self.view.set(**changes)

    def _line(self) -> tuple[float, float]:
        """Slope and intercept of the line on screen."""
        if self.kind != "step":
            return self.start
        w, b = self.path(self.view["optimiser"], self.start, self.step + 1).positions[self.step].tolist()
        return w, b

    def take_move(self) -> None:
        """Take the line as the visitor's next move in the contest."""
        taken = beat_view.moves(self)[1:]
        if len(taken) < MOST_MOVES:
            self.view.set(taken=dict(enumerate([*taken, self.start])))

    def try_again(self) -> None:
        """Begin the contest anew."""
        self.view.start_from(view="beat", loss=self.view["loss"])
