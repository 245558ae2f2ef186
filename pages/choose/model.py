"""What the settings of the page ``choose`` stand for: data or answers, and the advice."""

from typing import Any

import numpy as np

from components.live.input import Input
from components.live.picture import Picture
from components.page.parameters import setting_controls
from components.settings.view import View
from components.text import complaint
from components.upload.many import as_feature_table
from components.upload.uploader import Upload, needed
from losses.advice.advise import Advice, advise, answer
from losses.advice.examples import MANY, ONE
from losses.data.edited import EditedData, with_edits
from losses.data.many_features import FeatureTable
from losses.data.outliers import Outliers
from pages.choose.data_view import Subject, data_picture
from pages.choose.questions_view import curves_of, questions_picture

FILE = "The link shows an uploaded file, and files stay with whoever uploads them: here are other data instead."


class Choose:
    """The settings of a view, worked out."""

    def __init__(self, view: View, upload: Upload | None = None) -> None:
        self.view = view
        self.upload = upload

    @property
    def points(self) -> EditedData | None:
        """The points on screen, where they have one feature and can be dragged."""
        view = self.view
        if view["data"] not in ONE:
            return None
        data, moves = ONE[view["data"]](), view["moves"]
        return view.cached("points", (data.key, moves), lambda: with_edits(data, Outliers(count=0), moves=moves))

    @property
    def table_of_features(self) -> FeatureTable:
        """The table chosen, where it is one."""
        if self.view["data"] == "csv":
            upload = needed(self.upload)
            return self.view.cached("csv", upload.identity, lambda: as_feature_table(upload))
        return MANY[self.view["data"]]()

    @property
    def advice(self) -> Advice:
        """What is advised."""
        view = self.view
        if view["view"] == "questions":
            how = {"ratio": view["ratio"], "recall": view["recall"], "overfits": view["overfits"]}
            return answer(view["predicted"], view["trouble"], **how)
        points = self.points
        how: dict[str, Any] = {"kind": None if view["kind"] == "auto" else view["kind"], "recall": view["recall"]}
        if points is not None:
            return view.cached("advice", (points, how), lambda: advise(points.x, points.y, **how))
        table = self.table_of_features
        return view.cached("advice", (table, how), lambda: advise(table.features, table.labels, **how))

    @property
    def labelled(self) -> bool:
        """Whether the data have labels."""
        return self.advice.case.predicted in ("yes_no", "classes")

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        view, advice = self.view, self.advice
        if view["view"] == "questions":
            ratio = view["predicted"] == "real" and view["trouble"] == "side"
            return questions_picture(advice, setting_controls(view, *(("ratio",) if ratio else ())))
        return data_picture(advice, self.subject, view["score" if self.labelled else "measure"], ())

    @property
    def subject(self) -> Subject:
        """What the data are called."""
        factor = self.advice.target.factor if self.advice.target else 1.0
        unit = f" × {factor:,.0f}" if factor != 1 else ""
        if (points := self.points) is not None:
            return Subject((points.x_label,), points.y_label + unit, points.rows)
        table = self.table_of_features
        return Subject(table.names, table.target_name + unit)

    def take(self, moved: Input) -> None:
        """Put the slider, and what was done to the points, into the settings."""
        self.view.set(**moved.sliders)
        if moved.edits and self.points is not None:
            first = len(ONE[self.view["data"]]().x)
            self.view.attempt(lambda: self.advice, moves=moved.edited(self.view["moves"], {"new": first}))

    def check(self) -> list[str]:
        """Return to the default whatever there is not, and say so."""
        view = self.view
        if view["data"] == "csv" and not self.upload:
            view.set(data="belgian_phones")
            return [FILE]
        if view["view"] == "questions":
            return []
        if view["moves"] and view["data"] not in ONE:
            view.set(moves={})
            return ["Points of these data cannot be moved: they are as they were."]
        if said := complaint(lambda: self.advice):
            view.set(moves={}, kind="auto")
            if complaint(lambda: self.advice):
                view.set(data="belgian_phones")
            return [f"{said} That was put back."]
        return []

    def titles(self) -> dict[str, str]:
        """The data there are, by key."""
        found = {key: make().title for key, make in {**ONE, **MANY}.items()}
        return found | ({"csv": self.upload.name} if self.upload else {})

    def new_data(self) -> None:
        """Other data have other rows."""
        self.view.set(moves={}, kind="auto")

    def try_advice(self) -> None:
        """Make the advice; ``ValueError`` where these data allow none."""
        self.picture()

    def source(self) -> str:
        """Where the data come from."""
        data = self.view["data"]
        return ONE[data]().source if data in ONE else self.table_of_features.source

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        advice = self.advice
        if self.view["view"] == "questions":
            x, curves = curves_of(advice)
            parts = {
                f"{key} {part}": found[i] for key, found in curves.items() for i, part in enumerate(("loss", "slope"))
            }
            return {"x": x} | parts
        features, target = advice.features, advice.target
        if features is None or target is None:
            return {}
        columns = dict(zip(self.subject.names, features.T, strict=True)) | {self.subject.target: target.values}
        if advice.evidence:
            columns |= {
                f"{each.name} (fit)": fitted
                for each, fitted in zip(advice.evidence.candidates, advice.evidence.fitted, strict=True)
            }
        return columns
