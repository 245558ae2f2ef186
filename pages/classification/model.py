"""What the settings of the page ``classification`` stand for: labelled points and the boundaries fitted to them."""

from dataclasses import replace
from typing import Any

import numpy as np

from components.live.input import Input
from components.live.picture import Picture
from components.page.legend import legend, reveal, shown
from components.page.parameters import parameter_controls, setting_controls, settings
from components.plot.theme import STYLES
from components.settings.fields import MOST_MOVES
from components.settings.view import View
from components.text import complaint
from components.upload.labelled import as_labelled_points
from components.upload.uploader import Upload, needed
from losses.boundary.fit import FITTED, Boundary
from losses.boundary.sharing import shared_boundary
from losses.data.two_features import TWO_FEATURES, LabelledPoints, N
from pages.classification.settings import FIELDS
from pages.classification.view import classification_picture

DRAWN = ("n", "ratio", "flipped", "noise", "seed")  # what a generator takes
HIDDEN = ("from_logits", "positive_weight", "half")  # decided here, or there is a class weight already


class Classification:
    """The settings of a view, worked out."""

    def __init__(self, view: View, upload: Upload | None = None) -> None:
        self.view = view
        self.upload = upload

    @property
    def is_drawn(self) -> bool:
        """Whether a generator draws the points."""
        return self.view["data"] in TWO_FEATURES

    @property
    def original(self) -> LabelledPoints:
        """The points before any was moved."""
        if not self.is_drawn:
            upload = needed(self.upload)
            return self.view.cached("csv", upload.identity, lambda: as_labelled_points(upload))
        spec = tuple(self.view[name] for name in ("data", *DRAWN))
        return self.view.cached(
            "points", spec, lambda: TWO_FEATURES[spec[0]](**dict(zip(DRAWN, spec[1:], strict=True)))
        )

    @property
    def points(self) -> LabelledPoints:
        """The points on screen. Moves of points that another setting has taken away wait for their return."""
        original, moves = self.original, self.view["moves"]
        if not moves:
            return original
        return self.view.cached("moved", (original, moves), lambda: original.edited(moves, self.most))

    @property
    def most(self) -> int:
        """An even number above all identities that the data can have: those of added points begin here."""
        highest = 2 * N.high - 1 if self.is_drawn else self.original.identity.max()
        return 2 * (int(highest) // 2 + 1)

    def take(self, moved: Input) -> None:
        """Put the sliders, the probe by its x, and what was done to the points into the settings."""
        changes = dict(moved.sliders)
        if probe := moved.point("at"):
            changes["at"] = probe[0]
        self.view.set(**changes)
        if moved.edits:
            self.edit(moved)

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        view = self.view
        controls = (
            *legend(view, FITTED, view["losses"], STYLES),
            *setting_controls(view, "l2", "weight"),
            *parameter_controls(view, [FITTED[key] for key in self.chosen()], hidden=HIDDEN),
        )
        return classification_picture(self.points, self.original, self.fits(), view["at"], view["weight"], controls)

    def edit(self, hand: Input) -> None:
        """Do to the points what the hand has done, unless a class would be left without any."""
        first = {"negative": self.most, "positive": self.most + 1}
        self.view.attempt(lambda: self.points, moves=hand.edited(self.view["moves"], first))

    def titles(self) -> dict[str, str]:
        """The data there are, by key."""
        own = {"csv": self.upload.name} if self.upload else {}
        return {key: data.title for key, data in TWO_FEATURES.items()} | own

    def new_data(self) -> None:
        """Other data are other points: those moved by hand are gone, and what was to be done with them."""
        self.view.set(moves={})
        self.view.guide = (None, None)

    def chosen(self) -> dict[str, dict[str, Any]]:
        """The losses chosen with their parameters, as they are fitted."""
        return {key: self._settings(key) for key in shown(self.view, self.view["losses"])}

    def _settings(self, key: str) -> dict[str, Any]:
        loss = FITTED[key]
        shown = {name: value for name, value in settings(self.view, loss).items() if name not in HIDDEN}
        return loss.settings(**shown, **({"from_logits": True} if "from_logits" in loss.parameters else {}))

    def fits(self) -> dict[str, Boundary]:
        """The boundary of every chosen loss; those whose settings stand are not fitted anew."""
        points = self.points
        content, penalty = (points.features.tobytes(), points.label.tobytes()), (self.view["l2"], self.view["weight"])
        return {
            key: self.view.cached(
                f"fit {key}",
                (content, penalty, str(chosen)),
                lambda key=key, chosen=chosen: shared_boundary(points.features, points.label, key, penalty, chosen),
            )
            for key, chosen in self.chosen().items()
        }

    def check(self) -> list[str]:
        """Return to the default whatever does not go together, and say so."""
        reveal(self.view, self.view["losses"])
        notes = []
        if self.view["data"] == "csv" and not self.upload:
            notes.append(
                "The link shows an uploaded file, and files stay with whoever uploads them: One far outlier is shown."
            )
            self.view.set(data=self.view.fields["data"].default, moves={})
        notes += self.view.restrict(moves=replace(FIELDS["moves"], rows=self.most + 2 * MOST_MOVES))
        if said := complaint(lambda: self.points):
            notes.append(f"{said} The points are as they were.")
            self.view.set(moves={})
        return notes

    def about(self) -> str:
        """Where the points come from and what to know of them."""
        points = self.original
        note = TWO_FEATURES[self.view["data"]].note if self.is_drawn else ""
        counts = f"{np.count_nonzero(points.label > 0):,} of {len(points.label):,} are labelled {points.classes[1]}."
        flips = f" {np.count_nonzero(points.flipped):,} labels are flipped." if points.flipped.any() else ""
        return f"{note} {counts}{flips} Source: {points.source}.".strip()
