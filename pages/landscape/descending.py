"""What costs time on the page ``landscape``: its surface, grid and paths, each computed once, as far as there is time."""

from collections.abc import Callable
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.page.legend import shown
from components.page.parameters import Tunable, settings
from components.page.patience import LONGEST, QUICK, bar, duration, within
from components.settings.view import View
from components.upload.pairs import as_dataset
from components.upload.uploader import Upload, needed
from losses import LOSSES
from losses.data.datasets import Dataset
from losses.data.edited import EditedData, standardised, with_edits
from losses.data.outliers import Outliers
from losses.descent.linear_model import data_surface, learning_rate_unit, zoomed
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Path, Run
from losses.descent.surface import CACHED, Progress, Surface, evaluate, fine_grid, grid
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectories
from pages.landscape.settings import DATA
from pages.landscape.view import Grid

SIDES = (151, 101, 61, 41, 31, 21, 11)  # places along a side of the grid, as many as there is time for
MOVING = 2  # which of them is the most while the surface changes


class Descending:
    """A surface and the paths down it. Costly parts are kept in the session until their settings change."""

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
    def batch(self) -> int | None:
        """Examples of a step, or None for all of them."""
        size = self.view["batch"]
        return size if self.data and 0 < size < self.surface.examples else None

    @property
    def shape_settings(self) -> dict[str, Any]:
        """The parameters of the loss, or of the textbook surface. A line gives logits, not probabilities."""
        values = settings(self.view, self._shape, self.scale)
        return values | {"from_logits": True} if "from_logits" in values else values

    def unit(self, optimiser: str) -> float:
        """What this optimiser's learning rate is measured in, at the loss's own height."""
        spec = (self._identity(), OPTIMISERS[optimiser].scale_free)
        return self.view.cached(
            f"unit {optimiser}", spec, lambda: learning_rate_unit(self._plain, OPTIMISERS[optimiser])
        )

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
            with bar(place, "Computing the surface") as progress:
                self.view.cached("grid", self._area(), lambda: self._finest(progress))
        if unfinished := self._unfinished():
            with bar(place, "Computing the paths") as progress:
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

    def _identity(self) -> str:
        """What tells this surface from any other of the session."""
        names = ("surface", "loss", "standardise", "count", "size", "seed", "moves")
        return repr([*map(self.view.__getitem__, names), self.shape_settings, self.upload and self.upload.identity])

    def _area(self) -> str:
        return repr([self._identity(), self.view["factor"], self.view["zoom"]])
