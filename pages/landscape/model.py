"""What the settings of the page ``landscape`` stand for: data, surface, grid and paths, each computed once."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.live.figure import Control, Picture, numbered
from components.live.input import Input
from components.page.legend import legend, reveal, shown
from components.page.parameters import Tunable, parameter_controls, setting_controls, settings
from components.page.patience import LONGEST, QUICK, bar, duration, within
from components.plot.theme import OPTIMISER_STYLES
from components.settings.fields import MOST_MOVES
from components.settings.view import View
from components.text import complaint, plain
from components.upload.pairs import as_dataset
from components.upload.uploader import Upload, needed
from losses import LOSSES
from losses.data.datasets import Dataset
from losses.data.edited import EditedData, standardised, with_edits
from losses.data.outliers import Outliers
from losses.data.points import decimate
from losses.descent.linear_model import data_surface, learning_rate_unit, suitable, takes_labels, zoomed
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Path, Run
from losses.descent.surface import CACHED, Progress, Surface, evaluate, fine_grid, grid
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectories
from pages.landscape.figure import Points
from pages.landscape.settings import DATA, FIELDS, FITTED
from pages.landscape.view import Descents, Grid, landscape_picture

SIDES = (151, 101, 61, 41, 31, 21, 11)  # places along a side of the grid, as many as there is time for
MOVING = 2  # which of them is the most while the surface changes


class Landscape:
    """The settings of a view, worked out. Costly parts are kept in the session until their settings change."""

    def __init__(self, view: View, upload: Upload | None = None) -> None:
        self.view = view
        self.upload = upload

    @property
    def data(self) -> Dataset | None:
        """The data chosen, before anything is done to them; None on a textbook surface."""
        if self.view["surface"] == "csv":
            upload = needed(self.upload)
            return self.view.cached("csv", upload.identity, lambda: as_dataset(upload))
        return DATA.get(self.view["surface"])

    @property
    def scale(self) -> float:
        """The unit of parameters that are measured as the targets are."""
        return self.data.scale if self.data else 1.0

    @property
    def most_outliers(self) -> int:
        """Bad points stay the smaller half."""
        return min(len(self.data.x) // 2, 50) if self.data else 0

    @property
    def edited(self) -> EditedData:
        """The points on screen."""
        return standardised(self._before_standardising) if self.view["standardise"] else self._before_standardising

    @property
    def surface(self) -> Surface:
        """The surface on screen."""
        factor = self.view["factor"]
        return self.view.cached("scaled", repr([self._identity(), factor]), lambda: self._plain.scaled(factor))

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What of the two weights is in view."""
        return zoomed(self._plain, self.view["zoom"])

    @property
    def start(self) -> tuple[float, float]:
        """Where the paths begin: as set, else where the surface has it, moved into what is in view."""
        own = self._plain.start
        if self.view["zoom"] != 1:  # at 1 to the last digit, as it stands in a program
            own = [
                middle + (place - (low + high) / 2) / self.view["zoom"]
                for place, (low, high), middle in zip(own, self._plain.bounds, np.mean(self.bounds, 1), strict=True)
            ]
        w, b = (
            float(mine) if (set_ := self.view[name]) is None else set_ for name, mine in zip("wb", own, strict=True)
        )
        return w, b

    @property
    def subject(self) -> str:
        """What keeps a zoom of the chart: the same surface in the same view, since the last preset."""
        return repr([self.view["surface"], self.bounds, self.view.beginnings])

    @property
    def batch(self) -> int | None:
        """Examples of a step, or None for all of them."""
        size = self.view["batch"]
        return size if self.data and 0 < size < self.surface.examples else None

    @property
    def shape_settings(self) -> dict[str, Any]:
        """The parameters of the loss, or of the textbook surface. A line gives logits, not probabilities."""
        values = settings(self.view, self._shape, self.scale)
        return values | {"from_logits": True} if "from_logits" in values else values

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

    def unit(self, optimiser: str) -> float:
        """What this optimiser's learning rate is measured in, at the loss's own height."""
        spec = (self._identity(), OPTIMISERS[optimiser].scale_free)
        return self.view.cached(
            f"unit {optimiser}", spec, lambda: learning_rate_unit(self._plain, OPTIMISERS[optimiser])
        )

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

    def grid(self) -> Grid:
        """The surface over the view: as fine as was prepared, else coarse."""
        fine = self.view.peek("grid", self._area())
        if fine is not None:
            return fine
        coarse = self._side(QUICK, SIDES[MOVING:])
        return self.view.cached("coarse grid", self._area(), lambda: grid(self.surface, coarse, self.bounds))

    def paths(self) -> list[Path]:
        """The descents: all steps where that is quick or was prepared, else the first ones."""
        known = self._descend([run for run in self.runs() if repr(run) not in self._known()], within(QUICK))
        done = min(len(path.gradients) for path in known)
        return [path.first(done) for path in known]

    def prepare(self, place: DeltaGenerator | None = None) -> None:
        """Compute grid and paths for a picture at rest, with a bar in ``place`` where that takes a while."""
        if self.view.peek("grid", self._area()) is None:
            with bar(place, "surface") as progress:
                self.view.cached("grid", self._area(), lambda: self._finest(progress))
        if unfinished := self._unfinished():
            with bar(place, "paths") as progress:
                self._descend(unfinished, within(LONGEST), progress)
            self._given_up().update(map(repr, self._unfinished()))
        if place:
            place.empty()

    @property
    def _before_standardising(self) -> EditedData:
        data, outliers = self.data, Outliers(self.view["count"], self.view["size"])
        if data is None:
            raise LookupError("a textbook surface has no points")
        return with_edits(data, outliers, self.view["seed"], self.view["moves"])

    @property
    def _shape(self) -> Tunable:
        """What the surface has its parameters from."""
        return TEXTBOOK.get(self.view["surface"]) or LOSSES[self.view["loss"]]

    @property
    def _plain(self) -> Surface:
        """The surface at its own height."""
        return self.view.cached("surface", self._identity(), self._build)

    def _build(self) -> Surface:
        if not self.data:
            return TEXTBOOK[self.view["surface"]](**self.shape_settings)
        points, loss = self.edited, LOSSES[self.view["loss"]]
        return data_surface(points.x, points.y, loss, self.shape_settings, points.original, points.title)

    def _descend(self, runs: list[Run], enough: Callable[[], bool], progress: Progress | None = None) -> list[Path]:
        """All descents, of which these are computed: a slider changes one of them."""
        # A script run, the hand and a download may be here at once: each goes on with what it saw.
        known = self._known()
        paths = dict(known)
        if runs:
            found = trajectories(
                self.surface,
                runs,
                self.view["steps"],
                batch_size=self.batch,
                noise=self.view["noise"],
                schedule=self.view["schedule"],
                seed=self.view["seed"],
                progress=progress,
                enough=enough,
            )
            paths |= dict(zip(map(repr, runs), found, strict=True))
        paths = {repr(run): paths[repr(run)] for run in self.runs()}
        known.clear()
        known.update(paths)
        return list(paths.values())

    def _known(self) -> dict[str, Path]:
        """The paths that have been computed under these settings, by run: of all steps, or of those there was time for."""
        return self.view.cached("paths", self._journey(), dict)

    def _given_up(self) -> set[str]:
        """The runs under these settings for which there was no time at rest either."""
        return self.view.cached("given up", self._journey(), set)

    def _unfinished(self) -> list[Run]:
        """The runs of which there is more to compute."""
        known, given_up, steps = self._known(), self._given_up(), self.view["steps"]
        return [
            run
            for run in self.runs()
            if repr(run) not in given_up and (repr(run) not in known or len(known[repr(run)].gradients) < steps)
        ]

    def _journey(self) -> str:
        names = ("steps", "factor", "batch", "noise", "schedule", "seed")
        return repr([self._identity(), *map(self.view.__getitem__, names)])

    def _finest(self, progress: Progress | None) -> Grid:
        """The surface as fine as there is time for at rest: where examples share what is computed, there always is."""
        shared = fine_grid(self.surface, SIDES[0], self.bounds, progress)
        return shared or grid(self.surface, self._side(LONGEST, SIDES), self.bounds, progress)

    def _side(self, seconds: float, sides: tuple[int, ...]) -> int:
        """The most places along a side of the grid that take at most so long, of those in ``sides``; at least the last."""
        each = self.view.cached("a place", repr([self.view["loss"], self._plain.examples]), self._seconds)
        return next((side for side in sides if side**2 * each <= seconds), sides[-1])

    def _seconds(self) -> float:
        """How long the surface takes at one place."""
        places = np.full((max(1, CACHED // max(1, self._plain.examples)), 2), self._plain.start)
        return duration(lambda: evaluate(self._plain, places)) / len(places)

    @property
    def optimisers(self) -> tuple[str, ...]:
        """The optimisers chosen, but for hidden ones."""
        return shown(self.view, self.view["optimisers"])

    def runs(self) -> list[Run]:
        """What is to be descended with."""
        return [Run(key, self.start, settings(self.view, OPTIMISERS[key], self.unit(key))) for key in self.optimisers]

    @property
    def _labelled(self) -> bool:
        return takes_labels(LOSSES[self.view["loss"]])

    def _identity(self) -> str:
        """What tells this surface from any other of the session."""
        names = ("surface", "loss", "standardise", "count", "size", "seed", "moves")
        return repr([*map(self.view.__getitem__, names), self.shape_settings, self.upload and self.upload.identity])

    def _area(self) -> str:
        return repr([self._identity(), self.view["factor"], self.view["zoom"]])
