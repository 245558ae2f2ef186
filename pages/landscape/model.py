"""What the settings of the page ``landscape`` stand for: data, surface, grid and paths, each computed once."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.live.figure import numbered
from components.live.input import Input
from components.page.legend import reveal, shown
from components.page.parameters import settings
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
from losses.descent.surface import Progress, Surface, grid
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectories
from pages.landscape.figure import Points
from pages.landscape.settings import DATA, FIELDS, FITTED
from pages.landscape.view import Descents

FINE, COARSE, LEAST = 151, 61, 21  # places along a side of the grid: at rest, while the surface changes, at least
QUICK = 0.1  # seconds that a surface or its paths may take between two pictures
FEWEST = 20  # steps that are computed between two pictures, however long they take
# Seconds, roughly, that a loss takes for one example, and a step takes beside that: for all runs, and for each.
EXAMPLE, STEP, RUN = 5e-9, 60e-6, 40e-6


class Landscape:
    """The settings of a view, worked out. Costly parts are kept in the session until their settings change."""

    def __init__(self, view: View, upload: Upload | None) -> None:
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
        return self._plain.scaled(self.view["factor"])

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
        return size if self.data and 0 < size < self._examples else None

    @property
    def shape_settings(self) -> dict[str, Any]:
        """The parameters of the loss, or of the textbook surface. A line gives logits, not probabilities."""
        shape = TEXTBOOK.get(self.view["surface"]) or LOSSES[self.view["loss"]]
        values = settings(self.view, shape, self.scale)
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
        return Descents(
            self.surface,
            self.grid(),
            self.paths(),
            self.bounds,
            self.view["playhead"],
            self.subject,
            self.notes(),
            self.points(),
            self.view["three_d"],
        )

    def notes(self) -> tuple[str, ...]:
        """What of the picture is not as it will be, or was left out."""
        said = []
        steps = len(self.paths()[0].losses) - 1
        if steps < self.view["steps"]:
            said.append(f"While you move, the first {steps} of {self.view['steps']} steps are computed.")
        if self.data and (points := self.points()) and len(points.x) < len(self.data.x):
            said.append(f"{len(points.x):,} of {len(self.data.x):,} points are drawn; all count.")
        if not all(low <= place <= high for place, (low, high) in zip(self.start, self.bounds, strict=True)):
            said.append("The start is out of view: click the surface to start there, or zoom out under More.")
        return tuple(said)

    def about(self) -> str:
        """Where the surface comes from, as Markdown."""
        if self.data:
            return plain(f"{self.data.note} Source: {self.data.source}.".strip())
        return plain(f"{TEXTBOOK[self.view['surface']].summary} Source: {TEXTBOOK[self.view['surface']].source}.")

    def grid(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The surface over the view: as fine as was prepared, else coarse."""
        fine = self.view.peek("grid", self._area())
        if fine is not None:
            return fine
        side = int(np.clip(np.sqrt(QUICK / (EXAMPLE * self._examples)), LEAST, COARSE))
        return self.view.cached("coarse grid", self._area(), lambda: grid(self.surface, side, self.bounds))

    def paths(self) -> list[Path]:
        """The descents: all steps where that is quick or was prepared, else the first ones."""
        steps = self.view["steps"]
        if self._seconds() <= QUICK or self._missing(steps) == []:
            return self._descend(steps)
        return self._descend(min(steps, max(FEWEST, int(steps * QUICK / self._seconds()))))

    def prepare(self, place: DeltaGenerator | None = None) -> None:
        """Compute grid and paths for a picture at rest, with a bar in ``place`` where that takes long."""

        def bar(what: str) -> Progress | None:
            if place is None:
                return None

            def show(share: float) -> None:
                place.progress(share, f"Computing the {what} …")

            return show

        if self.view.peek("grid", self._area()) is None:
            progress = bar("surface") if FINE**2 * EXAMPLE * self._examples > QUICK else None
            self.view.cached("grid", self._area(), lambda: grid(self.surface, FINE, self.bounds, progress))
        if self._seconds() > QUICK and self._missing(self.view["steps"]):
            self._descend(self.view["steps"], bar("paths"))
        if place:
            place.empty()

    @property
    def _before_standardising(self) -> EditedData:
        data, outliers = self.data, Outliers(self.view["count"], self.view["size"])
        if data is None:
            raise LookupError("a textbook surface has no points")
        return with_edits(data, outliers, self.view["seed"], self.view["moves"])

    @property
    def _plain(self) -> Surface:
        """The surface at its own height."""
        return self.view.cached("surface", self._identity(), self._build)

    def _build(self) -> Surface:
        if not self.data:
            return TEXTBOOK[self.view["surface"]](**self.shape_settings)
        points, loss = self.edited, LOSSES[self.view["loss"]]
        return data_surface(points.x, points.y, loss, self.shape_settings, points.original, points.title)

    def _descend(self, steps: int, progress: Progress | None = None) -> list[Path]:
        """The descents, of which only those are computed that are not known: a slider changes one of them."""
        # A script run, the hand and a download may be here at once: each goes on with what it saw.
        runs, known = self.runs(), self._known(steps)
        paths = dict(known)
        missing = [run for run in runs if repr(run) not in paths]
        if missing:
            found = trajectories(
                self.surface,
                missing,
                steps,
                batch_size=self.batch,
                noise=self.view["noise"],
                schedule=self.view["schedule"],
                seed=self.view["seed"],
                progress=progress,
            )
            paths |= dict(zip(map(repr, missing), found, strict=True))
        paths = {repr(run): paths[repr(run)] for run in runs}
        known.clear()
        known.update(paths)
        return list(paths.values())

    def _known(self, steps: int) -> dict[str, Path]:
        """The paths of this length that have been computed under these settings, by run."""
        names = ("factor", "batch", "noise", "schedule", "seed")
        journey = repr([self._identity(), steps, *map(self.view.__getitem__, names)])
        return self.view.cached("paths" if steps == self.view["steps"] else "first steps", journey, dict)

    def _missing(self, steps: int) -> list[Run]:
        return [run for run in self.runs() if repr(run) not in self._known(steps)]

    @property
    def optimisers(self) -> tuple[str, ...]:
        """The optimisers chosen, but for hidden ones."""
        return shown(self.view, self.view["optimisers"])

    def runs(self) -> list[Run]:
        """What is to be descended with."""
        return [Run(key, self.start, settings(self.view, OPTIMISERS[key], self.unit(key))) for key in self.optimisers]

    @property
    def _examples(self) -> int:
        return max(1, self._plain.examples)

    @property
    def _labelled(self) -> bool:
        return takes_labels(LOSSES[self.view["loss"]])

    def _seconds(self) -> float:
        """How long the paths will take, roughly."""
        runs = len(self.optimisers)
        # A gradient costs about four evaluations of the loss, the curvature along a path another six a step.
        evaluations = 4 * (self.batch or self._examples) + 6 * self._examples
        return self.view["steps"] * (STEP + runs * (RUN + EXAMPLE * evaluations))

    def _identity(self) -> str:
        """What tells this surface from any other of the session."""
        names = ("surface", "loss", "standardise", "count", "size", "seed", "moves")
        return repr([*map(self.view.__getitem__, names), self.shape_settings, self.upload and self.upload.identity])

    def _area(self) -> str:
        return repr([self._identity(), self.view["factor"], self.view["zoom"]])
