"""The views of the page ``embeddings``, each from its settings: picture, table, and what its handles mean."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.live.input import Input, Place
from components.live.picture import Control, Picture
from components.page.parameters import parameter_controls, setting_controls, settings
from components.page.patience import QUICK, within
from components.page.turns import Enough, Turns, nothing_more
from components.settings.view import View
from losses.metric.pull import EMBEDDING, along, pulled
from losses.metric.training import Plan
from losses.metric.zones import zone_ends, zones
from pages.embeddings.held import Held, Shown
from pages.embeddings.pull_figure import step_of
from pages.embeddings.pull_view import Scene, pull_picture
from pages.embeddings.pull_view import table as points_table
from pages.embeddings.settings import MOST_TURNS, PLACES, TRAIN_SLIDERS
from pages.embeddings.training_view import BUTTONS, training_picture
from pages.embeddings.training_view import table as embeddings_table

TURN = BUTTONS[0].name
ROWS = {"anchor": 0, "positive": 1, "negatives": 2}  # of the first point of each handle
FARTHEST = 4.0  # distance from the anchor up to which the loss is drawn
STEPS = 121
NO_DIRECTION = "a point at the origin has no direction, and no place on the circle"


class Embeddings:
    """The settings of a view of the page, worked out."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def kind(self) -> str:
        """Which view is on screen."""
        return self.view["view"]

    @property
    def points(self) -> np.ndarray:
        """Anchor, positive and negatives, ``[2 + k, 2]``; ``ValueError`` for one that has no place on the circle."""
        moves = self.view["points"] or {}
        count = 2 + self.view["negatives"]
        places = np.array([moves.get(row) or PLACES[row] for row in range(count)])
        if not self.view["circle"]:
            return places
        lengths = np.hypot(*places.T)[:, None]
        if not (lengths > 0).all():
            raise ValueError(NO_DIRECTION)
        return places / lengths

    def scene(self) -> Scene:
        """All that the view of pulls shows."""
        view, points, key = self.view, self.points, self.view["loss"]
        parameters = {each: settings(view, loss) for each, loss in EMBEDDING.items()}
        near, *others = np.hypot(*(points[1:] - points[0]).T).tolist()
        ends = zone_ends(key, near, parameters[key])
        steps = _steps(ends.values(), view["circle"])
        return Scene(
            points, key, pulled(points, parameters, view["circle"]), ends, zones(key, near, others, parameters[key]),
            parameters[key].get("margin", np.nan), steps, along(points, key, parameters[key], steps, view["circle"]),
            view["circle"], repr([view["circle"], key, view.beginnings]),
        )  # fmt: skip

    @property
    def plan(self) -> Plan:
        """How the map is trained."""
        view = self.view
        loss = view["trained"]
        return Plan(
            loss, settings(view, EMBEDDING[loss])["margin"], view["mining"], view["classes"], view["batch"],
            view["optimiser"], view["rate"], seed=view["seed"],
        )  # fmt: skip

    def trained(self, enough: Enough = nothing_more) -> Shown:
        """The training after the turns that are wanted, or after those there was time for."""
        plan = self.plan
        held: Held = self.view.cached("training", plan, lambda: Held(plan))
        return held.to(self.view["turns"], enough)

    def prepare(self, place: DeltaGenerator, notes: Iterable[str] = ()) -> None:
        """Train up to the turn that is wanted, for a picture at rest, with a bar in ``place`` where that takes a while.

        Where there is no time for all of it, the page runs again, and says so beside these ``notes``.
        """
        Turns(self.view, self.trained, self._keep, "Training", "turn").reach(place, notes)

    def _keep(self, shown: Shown) -> None:
        self.view.set(turns=shown.turns)

    def check(self) -> list[str]:
        """Put points that have no place on the circle back where they began, and say so."""
        moves = self.view["points"] or {}
        lost = [row for row, place in moves.items() if not np.hypot(*place) > 0] if self.view["circle"] else []
        if not lost:
            return []
        self.view.set(points={row: place for row, place in moves.items() if row not in lost} or None)
        return [f"{NO_DIRECTION[0].upper()}{NO_DIRECTION[1:]}: it is back where it began."]

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view on screen."""
        if self.kind == "train":
            return replace(training_picture(self.trained(within(QUICK)), repr(self.plan)), controls=self.controls())
        return replace(pull_picture(self.scene()), controls=self.controls())

    def controls(self) -> tuple[Control, ...]:
        """The sliders of the view on screen, those of its loss first."""
        train = self.kind == "train"
        of_loss = parameter_controls(self.view, [EMBEDDING[self.view["trained" if train else "loss"]]])
        return (*of_loss, *setting_controls(self.view, *(TRAIN_SLIDERS if train else ("negatives",))))

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        return embeddings_table(self.trained()) if self.kind == "train" else points_table(self.scene())

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        changes: dict[str, Any] = {name: value for name, value in moved.sliders.items() if name != TURN}
        to = moved.sliders.get(TURN)
        if to is not None and 0 <= to <= MOST_TURNS:
            changes["turns"] = int(to)
        places = {
            first + row: self._placed(place)
            for handle, first in ROWS.items()
            for row, place in moved.by_row(handle).items()
            if row < len(PLACES)
        }
        if places:
            changes["points"] = (self.view["points"] or {}) | places
        self.view.set(**changes)

    def _placed(self, place: Place) -> Place:
        """Where a point is put: on the circle in that direction; ``ValueError`` where it has none."""
        length = math.hypot(*place)
        if not self.view["circle"] or not length < np.inf:
            return place
        if length == 0:
            raise ValueError(NO_DIRECTION)
        return round(place[0] / length, 4), round(place[1] / length, 4)


def _steps(ends: Iterable[float], on_circle: bool) -> np.ndarray:
    """Where a negative may be: distances from the anchor, or angles, with two close by each end of a zone, where losses bend."""
    farthest = 180.0 if on_circle else FARTHEST
    bends = np.array([0.0, *(step_of(radius, on_circle) for radius in ends)])
    near = np.nan_to_num((bends[:, None] + [-1e-9, 1e-9]).ravel(), nan=farthest)
    return np.sort(np.concatenate([np.linspace(0.0, farthest, STEPS), np.clip(near, 0.0, farthest)]))
