"""What the settings of the page ``outliers`` stand for: points, losses, fits."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from components.live.input import Input
from components.live.picture import Picture
from components.page.legend import legend, reveal, shown
from components.page.parameters import parameter_controls, setting_controls, settings
from components.plot.theme import STYLES
from components.settings.fields import MOST_MOVES
from components.settings.view import View
from components.text import complaint
from components.upload.pairs import as_dataset
from components.upload.uploader import Upload, needed
from losses import LOSSES
from losses.data import outliers
from losses.data.datasets import DATASETS, Dataset, generate_line
from losses.data.edited import EditedData, Place, with_edits
from losses.data.points import Points
from losses.fitting.comparison import Comparison, Fitted, compare, fit_all
from losses.fitting.fit import Fit
from pages.outliers.settings import FIELDS, LIAR, N
from pages.outliers.view import outlier_picture


class Outliers:
    """The settings of a view, worked out."""

    def __init__(self, view: View, upload: Upload | None = None) -> None:
        self.view = view
        self.upload = upload

    @property
    def dataset(self) -> Dataset:
        """The data chosen, before anything is done to them."""
        view = self.view
        if view["data"] == "csv":
            upload = needed(self.upload)
            return view.cached("csv", upload.identity, lambda: as_dataset(upload))
        if view["data"] == "generated":
            how = (view["n"], view["noise"], view["seed"])
            return view.cached("generated", how, lambda: _generated(*how))
        return DATASETS[view["data"]]

    @property
    def moves(self) -> dict[int, Place | None]:
        """What the hand has done to the points, or the one move that the page opens with."""
        if self.view["moves"] is not None:
            return self.view["moves"]
        return dict(LIAR) if self.view["data"] == "line" else {}

    @property
    def points(self) -> EditedData:
        """The points on screen."""
        view = self.view
        bad = outliers.Outliers(view["count"], view["size"], view["kind"], view["side"])
        what = (self.dataset, bad, view["seed"], self.moves, self.most)
        return view.cached("points", what, lambda: with_edits(*what))

    @property
    def most(self) -> int:
        """A number above all rows that the data can have: those of added points begin here."""
        return int(N.high) if self.view["data"] == "generated" else len(self.dataset.x)

    def take(self, moved: Input) -> None:
        """Put the sliders, and what was done to the points, into the settings."""
        self.view.set(**moved.sliders)
        if moved.edits:
            self.edit(moved)

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        view = self.view
        controls = (
            *legend(view, LOSSES, view["losses"], STYLES),
            *parameter_controls(view, [LOSSES[key] for key in self.chosen()], self.dataset.scale),
            *setting_controls(view, "count", *(("size",) if view["count"] else ())),
        )
        return outlier_picture(self.points, self.compared(), self.unspoiled(), controls)

    def edit(self, hand: Input) -> None:
        """Do to the points what the hand has done, unless too few would stay."""
        moves = hand.edited(self.moves, {"new": self.most})
        if moves != self.moves:
            self.view.attempt(lambda: self.points, moves=moves)

    def titles(self) -> dict[str, str]:
        """The data there are, by key."""
        own = {"csv": self.upload.name} if self.upload else {}
        return {key: data.title for key, data in DATASETS.items()} | own

    def chosen(self) -> dict[str, dict[str, Any]]:
        """The losses chosen, with their parameters."""
        return {
            key: settings(self.view, LOSSES[key], self.dataset.scale) for key in shown(self.view, self.view["losses"])
        }

    def compared(self) -> Comparison:
        """Every loss fitted to the points on screen, with the costs of each fit under all."""
        points = self.points
        return compare(points.x, points.y, self.chosen(), *self.fitted())

    def fitted(self) -> Fitted:
        """Every loss fitted to the points on screen."""
        points = self.points
        return self._fitted("all", points, lambda: (points.x, points.y))

    def unspoiled(self) -> dict[str, Fit]:
        """The fits without the bad points."""
        points = self.points
        return self._fitted("good", (self.dataset, points.rows[~points.bad].tobytes()), points.unspoiled)[0]

    def _fitted(self, which: str, points: object, place: Callable[[], Points]) -> Fitted:
        """Every loss fitted to these points; a loss that has been fitted to them is not fitted again."""
        fits, refused = {}, {}
        for key, parameters in self.chosen().items():
            how = ({key: parameters}, self.view["model"])
            found = self.view.cached(f"{which} {key}", (points, *how), lambda how=how: fit_all(*place(), *how))
            fits |= found[0]
            refused |= found[1]
        return fits, refused

    def new_data(self) -> None:
        """Other data have other rows and another unit: what was set in those starts afresh."""
        data = self.view["data"]
        model, moves = "constant" if self.dataset.sample else "line", {} if data == "line" else None
        self.view.start_from(data=data, losses=self.view["losses"], model=model, moves=moves)

    def check(self) -> list[str]:
        """Return to the default whatever the data do not allow, and say so. Bad points stay the smaller half."""
        reveal(self.view, self.view["losses"])
        notes = []
        if self.view["data"] == "csv" and not self.upload:
            notes.append(
                "The link shows an uploaded file, and files stay with whoever uploads them: here is a line instead."
            )
            self.view.start_from()
        rows = len(self.dataset.x)
        most = replace(FIELDS["count"], high=min(rows // 2, 50), slider=None)
        moves = replace(FIELDS["moves"], rows=self.most + MOST_MOVES)
        notes += self.view.restrict(moves=moves, count=most)
        if said := complaint(lambda: self.points):
            notes.append(f"{said} The points are as they were.")
            self.view.set(moves={})
        return notes

    def about(self) -> str:
        """Where the points come from, and what is wrong with them while nobody has touched them."""
        note = "" if self.moves or self.view["count"] else f"{self.dataset.note} "
        return f"{note}Source: {self.dataset.source}.".strip()


def _generated(n: int, noise: float, seed: int) -> Dataset:
    x, y = generate_line(n, noise, seed)
    return replace(DATASETS["generated"], x=x, y=y)
