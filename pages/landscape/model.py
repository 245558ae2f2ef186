"""What the settings of the page ``landscape`` stand for: data, a surface, and paths down it, as a picture."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from components.live.input import Input
from components.live.picture import Control, Picture, numbered
from components.page.legend import legend, reveal
from components.page.parameters import parameter_controls, setting_controls
from components.page.patience import LONGEST
from components.plot.theme import OPTIMISER_STYLES
from components.settings.fields import MOST_MOVES
from components.text import complaint, plain
from losses import LOSSES
from losses.data.points import decimate
from losses.descent.linear_model import suitable, takes_labels
from losses.descent.optimisers import OPTIMISERS
from losses.descent.textbook import TEXTBOOK
from pages.landscape.descending import SIDES, Descending
from pages.landscape.figure import Points
from pages.landscape.settings import DATA, FIELDS, FITTED
from pages.landscape.view import Descents, landscape_picture


class Landscape(Descending):
    """The settings of a view, worked out."""

    @property
    def most_outliers(self) -> int:
        """Bad points stay the smaller half."""
        return min(len(self.data.x) // 2, 50) if self.data else 0

    @property
    def subject(self) -> str:
        """What keeps a zoom of the chart: the same surface in the same view, since the last preset."""
        return repr([self.view["surface"], self.bounds, self.view.beginnings])

    def losses(self) -> tuple[str, ...]:
        """Keys of the losses that the data allow."""
        return suitable(self.data.y) if self.data else tuple(FITTED)

    def allows(self, loss: str) -> bool:
        """Whether the data allow this loss."""
        return loss in self.losses()

    def titles(self) -> dict[str, str]:
        """The surfaces there are, by key."""
        own = {"csv": self.upload.name} if self.upload else {}
        textbook = {key: surface.name for key, surface in TEXTBOOK.items()}
        return {key: data.title for key, data in DATA.items()} | own | textbook

    def new_surface(self) -> None:
        """Another surface has other weights, and other places to start from."""
        view = self.view
        loss = view["loss"] if self.allows(view["loss"]) else self.losses()[0]
        view.start_from(surface=view["surface"], loss=loss, optimisers=view["optimisers"])

    def check(self) -> list[str]:
        """Return to the default whatever does not go together, and say so."""
        reveal(self.view, self.view["optimisers"])
        view = self.view
        notes = []
        if view["surface"] == "csv" and not self.upload:
            notes.append("The link shows an uploaded file, and files stay with whoever uploads them: here is a line.")
            view.start_from(surface="line")
        if self.data and not self.allows(view["loss"]):
            other = self.losses()[0]
            notes.append(f"{LOSSES[view['loss']].name} cannot take these targets: {LOSSES[other].name} is shown.")
            view.set(loss=other)
        rows = len(self.data.x) if self.data else 0
        of_points = {name: FIELDS[name].default for name in ("moves", "count", "batch")}
        if not rows and any(view[name] != default for name, default in of_points.items()):
            notes.append("This surface has no points: what was set of points is left out.")
            view.set(**of_points)
        narrower = {
            "moves": replace(FIELDS["moves"], rows=rows + MOST_MOVES),
            "count": replace(FIELDS["count"], high=self.most_outliers),
            "batch": replace(FIELDS["batch"], high=rows),
        }
        notes += view.restrict(**narrower)
        if said := self.complaint():
            notes.append(f"{said} The points are as they were.")
            view.set(moves={}, count=0)
        return notes

    def complaint(self) -> str:
        """Why these settings make no surface; nothing if they do."""
        return complaint(lambda: self._plain)

    def take(self, moved: Input) -> None:
        """Put sliders, start, playhead, and what was done to the points, if the loss can take it, into the settings."""
        changes: dict[str, Any] = dict(moved.sliders)
        if start := moved.point("start"):
            changes |= dict(zip("wb", start, strict=True))
        if moved.playhead is not None:
            changes["playhead"] = None if moved.playhead == self.view["steps"] else moved.playhead
        self.view.set(**changes)
        if moved.edits:
            self.edit(moved)

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        return landscape_picture(self.shown(), self._controls())

    def _controls(self) -> tuple[Control, ...]:
        view = self.view
        rates = [
            control
            for key in self.optimisers
            for control in parameter_controls(
                view, [OPTIMISERS[key]], self.unit(key), hidden=() if view["details"] else OPTIMISERS[key].details
            )
        ]
        return (
            *legend(view, OPTIMISERS, view["optimisers"], OPTIMISER_STYLES),
            *rates,
            *parameter_controls(view, [self._shape], self.scale, hidden=("from_logits",)),
            *setting_controls(view, "steps"),
        )

    def edit(self, hand: Input) -> None:
        """Do to the points what the hand has done, if the loss can take it. Where x is standardised, only y moves."""
        if self.view["standardise"]:
            points = self._before_standardising
            x = dict(zip(points.rows.tolist(), points.x.tolist(), strict=True))
            places = hand.places.get("points", {}).items()
            here = {row: place and (x.get(row, math.nan), place[1]) for row, place in places}
            hand = replace(hand, places={"points": here})
        first = {"new": len(self.data.x) if self.data else 0}
        self.view.attempt(lambda: self._plain, moves=hand.edited(self.view["moves"], first))

    def points(self) -> Points | None:
        """The points as they are drawn; None for a surface without."""
        if not self.data:
            return None
        points = self.edited
        drawn = np.union1d(decimate(*points.original), np.flatnonzero(points.bad))
        return Points(
            points.x[drawn],
            points.y[drawn],
            points.bad[drawn],
            (points.x_label, f"{points.y_label}, and the score" if self._labelled else points.y_label),
            numbered(points.rows[drawn]),
            grows=not self.view["standardise"],
        )

    def shown(self) -> Descents:
        """All that the picture shows."""
        paths, points, heights = self.paths(), self.points(), self.grid()
        return Descents(
            self.surface,
            heights,
            paths,
            self.bounds,
            self.view["playhead"],
            self.subject,
            tuple(self._notes(len(paths[0].gradients), points, len(heights[0]))),
            points,
            self.view["three_d"],
        )

    def _notes(self, done: int, points: Points | None, side: int) -> Iterator[str]:
        """What of the picture is not as it will be, or was left out: of its steps, its points, and its grid's places."""
        steps = self.view["steps"]
        if done < steps and self._unfinished():
            yield f"While you move, the first {done} of {steps} steps are computed."
        elif done < steps:
            yield f"The first {done} of {steps} steps are shown: all of them take more than {LONGEST:g} seconds."
        if side < SIDES[0] and self.view.peek("grid", self._area()):
            yield f"The surface is shown at {side} × {side} places: {SIDES[0]} × {SIDES[0]} take more than {LONGEST:g} seconds."
        if self.data and points and len(points.x) < len(self.data.x):
            yield f"{len(points.x):,} of {len(self.data.x):,} points are drawn; all count."
        if not all(low <= place <= high for place, (low, high) in zip(self.start, self.bounds, strict=True)):
            yield "The start is out of view: click the surface to start there, or zoom out under More."

    def about(self) -> str:
        """Where the surface comes from, as Markdown."""
        if self.data:
            return plain(f"{self.data.note} Source: {self.data.source}.".strip())
        return plain(f"{TEXTBOOK[self.view['surface']].summary} Source: {TEXTBOOK[self.view['surface']].source}.")

    @property
    def _labelled(self) -> bool:
        return takes_labels(LOSSES[self.view["loss"]])
