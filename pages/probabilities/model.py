"""The four views of the page ``probabilities``, each from its settings: picture, table, and what its handles mean."""

from dataclasses import replace
from typing import Any

import numpy as np

from components.live.input import Input
from components.live.picture import Picture
from components.page.parameters import parameter_controls, setting_controls, settings
from components.settings.view import View
from losses import LOSSES
from losses.probability.gaussian_fit import Mixture
from losses.spec.loss import Loss
from pages.probabilities.divergence_view import divergence_picture
from pages.probabilities.divergence_view import table as humps_table
from pages.probabilities.encoding_view import Case, encoding_picture
from pages.probabilities.encoding_view import table as encoding_table
from pages.probabilities.outcomes_view import outcomes_picture, reshaped
from pages.probabilities.outcomes_view import table as outcomes_table
from pages.probabilities.pairing_view import pairing_picture, run
from pages.probabilities.pairing_view import table as pairing_table
from pages.probabilities.settings import MEANS, SLIDERS
from pages.probabilities.simplex_view import aimed, dragged, simplex_picture
from pages.probabilities.simplex_view import table as simplex_table

LOGITS = ("z1", "z2", "z3")
PROBES = {"at": "at", "lead": "lead", "start": "begin"}  # by handle, the setting that is its x


class Probabilities:
    """The settings of a view of the page, worked out."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def loss(self) -> Loss:
        """The loss over the triangle."""
        return LOSSES[self.view["loss"]]

    @property
    def logits(self) -> list[float]:
        """Of the three classes."""
        return [self.view[name] for name in LOGITS]

    @property
    def case(self) -> Case:
        """The case of the encodings."""
        return Case(
            *(self.view[name] for name in ("lead", "classes", "softmax", "from_logits", "smoothing", "temperature"))
        )

    @property
    def label(self) -> int:
        """Of the example that the pairs are trained on."""
        return int(self.view["label"])

    @property
    def training(self) -> tuple[float, int, float, int]:
        """Start, label, learning rate and steps."""
        return self.view["start"], self.label, self.view["rate"], self.view["steps"]

    @property
    def mixture(self) -> Mixture:
        """The density with two humps."""
        view = self.view
        return Mixture((view["m1"], view["m2"]), (view["s1"], view["s2"]), view["weight"])

    @property
    def kind(self) -> str:
        """The view, and of the divergences which of their two."""
        return self.view["shape"] if self.view["view"] == "divergence" else self.view["view"]

    def check(self) -> list[str]:
        """All settings go together; there is nothing to say."""
        return []

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view on screen."""
        tuned = parameter_controls(self.view, [self.loss], hidden=("from_logits",)) if self.kind == "simplex" else ()
        return replace(self._drawn(), controls=(*setting_controls(self.view, *SLIDERS[self.kind]), *tuned))

    def _drawn(self) -> Picture:
        view = self.view
        match self.kind:
            case "simplex":
                return simplex_picture(self.loss, self.logits, view["target"], settings(view, self.loss))
            case "encoding":
                return encoding_picture(self.case)
            case "pairing":
                start, label, rate, steps = self.training
                return pairing_picture(label, start, view["at"], rate, steps, view["tolerance"])
            case "humps":
                return divergence_picture(self.mixture, view["begin"])
        return outcomes_picture(view["p"], view["q"])

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        view = self.view
        match self.kind:
            case "simplex":
                return simplex_table(self.loss, self.logits, view["target"], settings(view, self.loss))
            case "encoding":
                return encoding_table(self.case)
            case "pairing":
                return pairing_table(run(*self.training))
            case "humps":
                return humps_table(self.mixture, view["begin"])
        return outcomes_table(view["p"], view["q"])

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        view = self.view
        changes: dict[str, Any] = dict(moved.sliders)
        if prediction := moved.point("prediction"):
            temperature = settings(view, self.loss).get("temperature", 1.0)
            changes |= dragged(prediction, temperature, sum(self.logits) / len(LOGITS))
        if target := moved.point("target"):
            changes["target"] = aimed(target)
        for handle, name in PROBES.items():
            if probe := moved.point(handle):
                changes[name] = probe[0]
        for row, (name, field) in enumerate(MEANS.items()):
            if hump := moved.point("humps", row):
                changes[name] = float(np.clip(hump[0], field.low, field.high))
        for name in ("p", "q"):
            for row, (_, height) in moved.by_row(name).items():
                changes[name] = reshaped(changes.get(name, view[name]), row, height)
        view.set(**changes)
