"""The views of the page ``regularization``, each from its settings: picture, table, and what its handles mean."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from components.live.input import Input
from components.live.picture import Control, Picture
from components.page.legend import legend, reveal, shown
from components.page.parameters import parameter_controls, setting_controls, settings
from components.plot.theme import STYLES
from components.settings.view import View
from components.text import chosen_number, complaint, number
from components.upload.many import as_feature_table
from components.upload.uploader import Upload, needed
from losses import LOSSES
from losses.data.many_features import FeatureTable, prostate
from losses.data.points import Points
from losses.shrinkage.conventions import Convention
from losses.shrinkage.polynomial import FRESH, INSIDE, HeldBack, PolynomialFit, augmented, draw
from losses.shrinkage.polynomial import moved as with_moved
from losses.shrinkage.smooth_bowl import AnyBowl, SmoothBowl, spoiled
from losses.shrinkage.smooth_study import SmoothStudy
from losses.shrinkage.study import Parts, Study, parted
from losses.shrinkage.two_weights import Price
from pages.regularization.features_view import AnyStudy, Seen, features_picture
from pages.regularization.features_view import table as features_table
from pages.regularization.polynomial_view import Drawn, over_strengths, polynomial_picture
from pages.regularization.polynomial_view import table as polynomial_table
from pages.regularization.predictions import PREDICTED
from pages.regularization.settings import DROPPED, OTHER_SEED, PENALTIES, SLIDERS, STRENGTH, WITHOUT
from pages.regularization.weights_view import table as weights_table
from pages.regularization.weights_view import weights_picture

RATIOS = {"l1": 1.0, "l2": 0.0}
FAR = 300.0  # powers of ten beyond which a hand on the axis of λ means nothing


class Regularization:
    """The settings of a view of the page, worked out."""

    def __init__(self, view: View, upload: Upload | None = None) -> None:
        self.view = view
        self.upload = upload

    # What several views share.

    def ratio(self, key: str) -> float:
        """Share of L1 in a penalty."""
        return RATIOS[key] if key in RATIOS else float(settings(self.view, LOSSES[key])["l1_ratio"])

    def half_l2(self, key: str) -> bool:
        """Whether ½ stands before the squared weights."""
        return bool(settings(self.view, LOSSES[key]).get("half", False))

    @property
    def asks(self) -> bool:
        """Whether the question of the view is open, so that nothing in its picture may answer it."""
        return self.view.guide == (PREDICTED[self.view["view"]].title, "")

    # Two weights.

    @property
    def bowl(self) -> AnyBowl:
        """The cost over two weights."""
        view, key = self.view, self.view["data_loss"]
        truth = (view["c1"], view["c2"])
        if key == "mse":
            return spoiled(truth, view["correlation"], view["half"], view["outliers"])
        return SmoothBowl(truth, view["correlation"], key, tuple(self.of_data_loss().items()), view["outliers"])

    def of_data_loss(self) -> dict[str, Any]:
        """The parameters of the data loss."""
        key = self.view["data_loss"]
        return {"half": self.view["half"]} if key == "mse" else settings(self.view, LOSSES[key])

    def _least_at(self, place: tuple[float, float]) -> dict[str, float]:
        """The settings under which the cost is least at a place: outliers keep it off the truth."""
        view, center = self.view, self.bowl.center
        return {
            name: _rounded(view[name] + to - now) for name, to, now in zip(("c1", "c2"), place, center, strict=True)
        }

    def prices(self) -> dict[str, Price]:
        """The penalties in sight, by key."""
        keys = shown(self.view, self.view["penalties"])
        return {key: Price(self.view["strength"], self.ratio(key), self.half_l2(key)) for key in keys}

    # Polynomial.

    def polynomial(self) -> PolynomialFit:
        """The polynomial with its points; kept until something but its strength changes."""
        view = self.view
        kind = view["held_back"]
        how = HeldBack(kind)
        if kind in PENALTIES:
            how = HeldBack(kind, self.ratio(kind), Convention(half=view["half"], half_l2=self.half_l2(kind)))
        sample = (view["truth"], view["rows"], view["noise"], view["draw"])
        extra = (view["copies"], view["jitter"], view["mirrored"], view["draw"])

        def made() -> PolynomialFit:
            points = self.points()
            fresh = draw(view["truth"], FRESH, view["noise"], view["draw"] + OTHER_SEED)
            return PolynomialFit(points, augmented(*points, *extra), fresh, view["degree"], how)

        return view.cached("polynomial", (sample, view["moves"], extra, view["degree"], how), made)

    def points(self) -> Points:
        """The points that are fitted, some of them moved by hand."""
        view = self.view
        moves = {row: place for row, place in view["moves"].items() if place is not None}
        if len(moves) < len(view["moves"]):
            raise ValueError("points of a polynomial can be moved, but not taken away")
        return with_moved(*draw(view["truth"], view["rows"], view["noise"], view["draw"]), moves)

    def held(self) -> tuple[float, str]:
        """How strongly it is held back, and that in words."""
        view, kind = self.view, self.view["held_back"]
        if kind == "dropout":
            return view["dropped"] / (1 - view["dropped"]), f"dropout of {number(100 * view['dropped'])} %"
        if kind == "stopping":
            return 1 / (self.polynomial().rate * view["steps"]), f"stopped after {view['steps']:,} steps"
        return view["curve_strength"], f"{LOSSES[kind].name} at λ = {chosen_number(view['curve_strength'])}"

    def drawn(self) -> Drawn:
        """What is on screen of it."""
        view, found = self.view, self.polynomial()
        strength, told = self.held()
        errors = view.cached("over strengths", found, lambda: over_strengths(found))
        beside = None
        if found.held_back.kind == "stopping":
            ridge = replace(found, held_back=HeldBack("l2", 0.0))
            beside = view.cached("ridge", found, lambda: over_strengths(ridge))
        bare = None
        if len(found.fitted[0]) > len(found.points[0]):
            bare = view.cached("bare", found, lambda: replace(found, fitted=found.points))
        return Drawn(found, view["truth"], strength, told, errors, beside, bare)

    # Many features.

    @property
    def table_of_features(self) -> FeatureTable:
        """The data chosen, with their outliers."""
        table = prostate()
        if self.view["data"] == "csv":
            upload = needed(self.upload)
            table = self.view.cached("csv", upload.identity, lambda: as_feature_table(upload))
        wrong = self.view["wrong"]
        return self.view.cached("table", (table, wrong), lambda: table.spoiled(wrong))

    @property
    def columns(self) -> np.ndarray:
        """The features as they are fitted, ``[n, p]``."""
        table = self.table_of_features
        return table.standardised() if self.view["standardised"] else table.features

    @property
    def convention(self) -> Convention:
        """How the objective of many features is written."""
        view = self.view
        return Convention(view["mean"], view["half"], self.half_l2(view["penalty"]), view["intercept"])

    def study(self) -> AnyStudy:
        """The table under the chosen loss and penalty; kept until something but λ changes."""
        view, table = self.view, self.table_of_features
        how = (view["intercept"], view["folds"], view["seed"])
        what = (table, view["standardised"], *how)

        def part() -> Parts:
            return parted(self.columns, table.target, table.train, *how)

        parts = view.cached("parts", what, part)
        ratio, key = self.ratio(view["penalty"]), view["data_loss"]
        of = {} if key == "mse" else self.of_data_loss()  # the ½ of the squared error is part of the convention

        def made() -> AnyStudy:
            if key == "mse":
                return Study(parts, self.convention, ratio)
            return SmoothStudy(parts, self.convention, ratio, key, of)

        return view.cached("study", (parts, self.convention, ratio, key, of), made)

    def seen(self) -> Seen:
        """What is on screen of it."""
        study = self.study()
        free = self.view.cached("free", study, lambda: study.at(0.0))
        return Seen(self.table_of_features, study, study.at(self.view["lambda"]), free, self.view["penalty"])

    # The view on screen.

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view."""
        return replace(self._drawn(), controls=self._controls())

    def _drawn(self) -> Picture:
        if self.view["view"] == "weights":
            return weights_picture(self.bowl, self.prices(), LOSSES[self.view["data_loss"]], self.asks)
        if self.view["view"] == "polynomial":
            return polynomial_picture(self.drawn(), f"polynomial {self.view['truth']}")
        subject = f"features {self.table_of_features.title} {self.view['standardised']}"
        return features_picture(self.seen(), subject, self.asks)

    def _controls(self) -> tuple[Control, ...]:
        view = self.view
        own = setting_controls(view, *SLIDERS[view["view"]])
        if view["view"] == "weights":
            key, tuned = view["data_loss"], [LOSSES[key] for key in self.prices()]
            data = setting_controls(view, "half") if key == "mse" else parameter_controls(view, [LOSSES[key]])
            if view["outliers"]:
                own = tuple(replace(each, label=WITHOUT.get(each.name, each.label)) for each in own)
            return (
                *legend(view, PENALTIES, view["penalties"], STYLES),
                *own[:1],
                *data,
                *own[1:],
                *parameter_controls(view, tuned),
            )
        if view["view"] == "polynomial":
            kind = view["held_back"]
            tuned = [LOSSES[kind]] if kind in PENALTIES else []
            mine = setting_controls(view, STRENGTH.get(kind, "curve_strength"))
            more = setting_controls(view, *(["jitter"] if view["copies"] else []), *(["half"] if tuned else []))
            return (*mine, *own, *more, *parameter_controls(view, tuned))
        strengths = self.study().strengths
        reach = {"low": float(f"{strengths[-1]:.2g}"), "high": float(f"{strengths[0]:.2g}")}
        own = tuple(replace(each, **reach) if each.name == "lambda" else each for each in own)
        tuned = [LOSSES[view["penalty"]]]
        if view["data_loss"] != "mse":
            own = tuple(each for each in own if each.name != "half")
            tuned = [LOSSES[view["data_loss"]], *tuned]
        return (*own, *parameter_controls(view, tuned))

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        if self.view["view"] == "weights":
            return weights_table(self.bowl, self.prices(), self.asks)
        if self.view["view"] == "polynomial":
            return polynomial_table(self.drawn())
        return features_table(self.seen(), self.asks)

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        changes: dict[str, Any] = dict(moved.sliders)
        if center := moved.point("center"):
            changes |= self._least_at(center)
        if strength := moved.point("strength"):
            changes["strength"] = _rounded(max(0.0, strength[0]))
        if strength := moved.point("lambda"):
            changes["lambda"] = float(f"{10 ** -strength[0]:.4g}") if abs(strength[0]) < FAR else float("nan")
        if degree := moved.point("degree"):
            changes["degree"] = _whole(degree[0], self.view.field("degree"))
        if held := moved.point("held"):
            changes |= self._held_at(held[0])
        self.view.set(**changes)
        if moved.edits:
            places = {row: (_inside(x), _rounded(y)) for row, (x, y) in moved.by_row("points").items()}
            self.view.attempt(lambda: self.polynomial().problem, moves=self.view["moves"] | places)

    def _held_at(self, x: float) -> dict[str, float]:
        """The setting that stands for a place on the axis of strengths."""
        kind = self.view["held_back"]
        if not abs(x) < FAR:
            return {STRENGTH.get(kind, "curve_strength"): float("nan")}
        strength = 10**-x
        if kind == "dropout":
            return {"dropped": min(round(strength / (1 + strength), 4), DROPPED.high)}
        if kind == "stopping":
            return {"steps": _whole(1 / (self.polynomial().rate * strength), self.view.field("steps"))}
        return {"curve_strength": float(f"{strength:.4g}")}

    def check(self) -> list[str]:
        """Return to the default whatever there is not, and say so."""
        reveal(self.view, self.view["penalties"])
        if self.view["data"] == "csv" and not self.upload:
            self.view.start_from(view="features")
            return ["The link shows an uploaded file, and files stay with whoever uploads them: here is another table instead."]  # fmt: skip
        said = complaint(lambda: self.polynomial().problem) if self.view["view"] == "polynomial" else ""
        if said and self.view["moves"]:
            self.view.set(moves={})
            return [f"{said} The points are as they were drawn."]
        return []

    def titles(self) -> dict[str, str]:
        """The data there are, by key."""
        return {"prostate": prostate().title} | ({"csv": self.upload.name} if self.upload else {})


def _whole(value: float, field: Any) -> float:
    """The whole number of a field that is nearest to where the hand is."""
    return float("nan") if math.isnan(value) else round(min(max(value, field.low), field.high))


def _inside(x: float) -> float:
    """The x of a point that is nearest to where the hand is."""
    return x if math.isnan(x) else _rounded(min(max(x, -INSIDE), INSIDE))


def _rounded(value: float) -> float:
    return round(value, 4)
