"""The views of the page ``overlap``, each from its settings: picture, table, and what its handles mean."""

from collections.abc import Iterable
from dataclasses import replace
from math import copysign, isnan
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.live.input import Input
from components.live.picture import Control, Picture
from components.page.legend import legend, reveal, shown
from components.page.parameters import parameter_controls, setting_controls, settings
from components.page.patience import QUICK, within
from components.page.turns import Enough, Turns, nothing_more
from components.plot.theme import OVERLAP_STYLES
from components.text import listed
from losses.descent.optimisers import OPTIMISERS
from losses.segmentation.conventions import Conventions
from losses.segmentation.curves import Object
from losses.segmentation.editing import thresholded
from losses.segmentation.evaluation import Evaluation, evaluate
from losses.segmentation.growing import Plan
from pages.overlap.grow_view import Growth, grow_picture
from pages.overlap.grow_view import table as turns_table
from pages.overlap.held import Held
from pages.overlap.masks import OTHER, Masks
from pages.overlap.masks_view import Seen, masks_picture
from pages.overlap.masks_view import table as pixels_table
from pages.overlap.painted import mask_of
from pages.overlap.settings import COMPARED, LOSSES, MAPS, SLIDERS
from pages.overlap.size_view import Asked, Sizes, size_picture
from pages.overlap.size_view import table as curves_table

CURVES = 64  # pixels a side, at most, of objects of any size


class Overlap(Masks):
    """The settings of a view of the page, worked out."""

    @property
    def kind(self) -> str:
        """Which view is on screen."""
        return self.view["view"]

    def chosen(self) -> tuple[str, ...]:
        """Keys of what is in sight."""
        return shown(self.view, self.view["losses"])

    def parameters(self, keys: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        """Their own parameters, by key."""
        return {key: settings(self.view, COMPARED[key]) for key in keys}

    @property
    def conventions(self) -> Conventions:
        """In what libraries differ, as it is set."""
        view = self.view
        return Conventions(
            view["smooth"], view["smoothing"], view["squared"], view["batch"] == "pooled", view["background"],
            view["keras_weights"],
        )  # fmt: skip

    # Masks.

    def found(self, prediction: np.ndarray, target: np.ndarray) -> dict[str, Evaluation]:
        """What those in sight say, by key in their order; their gradients are of the image that is shown."""
        view, keys = self.view, self.chosen()
        measures = tuple(key for key in keys if COMPARED[key].measure)
        graded = tuple(key for key in keys if key not in measures)
        mask = thresholded(prediction, view["threshold"]).astype(float)
        pair, hard, of = prediction, mask, target
        if view["batch"] != "image":
            other = self.other_target()
            second = self.softened(self.other_hard())
            pair, of = np.stack([prediction, second]), np.stack([target, other])
            hard = np.stack([mask, thresholded(second, view["threshold"])])
        told = evaluate(hard, of, measures, self.conventions) | evaluate(
            pair, of, graded, self.conventions, self.parameters(graded), view["slope_in"]
        )
        first = {key: each._replace(gradient=_of_first(each.gradient)) for key, each in told.items()}
        return {key: first[key] for key in keys}

    def seen(self) -> Seen:
        """All that the view of masks shows."""
        if max(self.probe) >= self.n:
            raise ValueError(f"the probed pixel {self.probe} is outside of {self.n} x {self.n} pixels")
        target, prediction = self.target(), self.prediction()
        mask = thresholded(prediction, self.view["threshold"])
        found, both = self.found(prediction, target), self.view["batch"] != "image"
        return Seen(target, mask, prediction, found, self.probe, self.view["scale"], both)

    @property
    def probe(self) -> tuple[int, int]:
        """Column and row of the probed pixel: the middle, unless it was moved."""
        x, y = (self.n // 2 if self.view[name] is None else self.view[name] for name in ("probe_x", "probe_y"))
        return x, y

    # Size.

    def sizes(self) -> Sizes:
        """All that the view of sizes shows."""
        view, keys = self.view, self.chosen()
        what = Object(view["shape"], (0.5, 0.5), min(self.n, CURVES), view["confidence"])
        asked = Asked(what, keys, self.conventions, self.parameters(keys))
        radius, shift = view["size"] / 200 * what.n, view["dx"]
        x, y = asked.sizes(view["size"]), asked.shifts(shift)
        over_size = view.cached("over size", (asked, shift, x.tobytes()), lambda: asked.of_sizes(x, shift))
        over_shift = view.cached("over shift", (asked, radius, y.tobytes()), lambda: asked.of_shifts(y, radius))
        here, beside = asked.at(radius, shift), asked.beside(radius, shift)
        return Sizes(what, radius, shift, over_size, over_shift, here, beside)

    # Growing.

    def grown_keys(self) -> tuple[str, ...]:
        """Of the losses in sight, those that grow a prediction."""
        return self._followed()[:MAPS]

    def _followed(self) -> tuple[str, ...]:
        """The losses in sight, also those for which there is no room."""
        return tuple(key for key in self.chosen() if key in LOSSES)

    def plans(self) -> dict[str, Plan]:
        """How each grows."""
        view, keys = self.view, self.grown_keys()
        conventions = replace(self.conventions, pooled=False)
        parameters = self.parameters(keys)
        return {key: Plan(key, parameters[key], conventions, view["optimiser"], view["rate"]) for key in keys}

    def growth(self, enough: Enough = nothing_more) -> Growth:
        """All that the view of growing shows, after the turns that are wanted or those there was time for."""
        target, start, plans = self.target(), self.prediction(), self.plans()
        what = (plans, target.tobytes(), start.tobytes())
        held: Held = self.view.cached("growing", what, lambda: Held(plans, start, target))
        at, after = held.to(self.view["turns"], enough)
        return Growth(target, after, at, self.view["turns"], self._followed()[MAPS:])

    def prepare(self, place: DeltaGenerator, notes: Iterable[str] = ()) -> None:
        """Grow up to the turn that is wanted, for a picture at rest, with a bar in ``place`` where that takes a while.

        Where there is no time for all of it, the page runs again, and says so beside these ``notes``.
        """
        Turns(self.view, self.growth, self._keep, "Growing", "turn").reach(place, notes)

    def _keep(self, growth: Growth) -> None:
        self.view.set(turns=growth.at)

    # The view on screen.

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view."""
        view = self.view
        if self.kind == "size":
            made = size_picture(self.sizes())
            made = replace(made, notes=(*made.notes, *self._unused()))
        elif self.kind == "grow":
            made = grow_picture(self.growth(within(QUICK)))
        else:
            made = masks_picture(self.seen(), (view["paints"], view["brush"], view["erase"]))
            made = replace(made, notes=(*made.notes, *self._of_batch()))
        return replace(made, controls=self._controls())

    def _unused(self) -> tuple[str, ...]:
        """What of the other views is set that sizes leave out."""
        names = [self.view.field(name).label.lower() for name in ("target", "painted") if self.view[name]]
        if not names:
            return ()
        return (f"The {listed(names)} {'is' if len(names) == 1 else 'are'} not used here: sizes are of whole shapes.",)

    def _of_batch(self) -> tuple[str, ...]:
        view = self.view
        if view["batch"] == "image":
            return ()
        other = "one with an object" if view["objects"] == 1 else f"one with {view['objects']} objects"
        alike = "changed alike" + (", but for the paint" if view["target"] or view["painted"] else "")
        return (f"The values are of two images, this one and {other} of {OTHER:g} % of the width, {alike}.",)

    def _controls(self) -> tuple[Control, ...]:
        view = self.view
        hidden = set()
        if self.kind != "size":
            if view["target"]:
                hidden |= {"size", "objects", "missed"}
            if view["painted"] or view["starts"] != "object" or view["objects"] == 1:
                hidden |= {"missed"}
            if view["starts"] != "object" and not view["painted"]:
                hidden |= {"dx", "dy", "grown", "blur"}
        keys = self.grown_keys() if self.kind == "grow" else self.chosen()
        own = setting_controls(view, *(name for name in SLIDERS[self.kind] if name not in hidden))
        tuned = parameter_controls(view, [COMPARED[key] for key in keys])
        coloured = (replace(each, color=OVERLAP_STYLES[each.name.partition(".")[0]].color) for each in tuned)
        entries = [key for key in view["losses"] if self.kind != "grow" or key in LOSSES]
        return (*legend(view, COMPARED, entries, OVERLAP_STYLES), *own, *coloured)

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        if self.kind == "size":
            return curves_table(self.sizes())
        return turns_table(self.growth()) if self.kind == "grow" else pixels_table(self.seen())

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        changes: dict[str, Any] = dict(moved.sliders)
        if probe := moved.point("probe"):
            moved_to = zip(("probe_x", "probe_y"), probe, self.probe, strict=True)
            changes |= {name: self._whole(at, before) for name, at, before in moved_to}
        if size := moved.point("size"):
            changes["size"] = round(size[0], 2)
        if shift := moved.point("shift"):
            changes["dx"] = shift[0] if isnan(shift[0]) else round(shift[0])
        self.view.set(**changes)
        if moved.strokes:
            self.view.set(**self.strokes(moved.strokes))

    def _whole(self, at: float, before: int) -> float:
        """The pixel of the image that is nearest to where the hand is, or the next one: a key moves by a third of a pixel."""
        return at if isnan(at) else min(self.n - 1, max(0, round(at + copysign(0.2, at - before))))

    # What the choices beside the figure do.

    def check(self) -> list[str]:
        """Return to the default whatever does not go together, and say so."""
        reveal(self.view, self.view["losses"])
        notes = []
        for name in ("target", "painted"):
            text = self.view[name]
            if text and len(mask_of(text)) != self.n:
                self.view.set(**{name: ""})
                notes.append(
                    f"The {self.view.field(name).label.lower()} has another number of pixels a side: it is left out."
                )
        if max(self.probe) >= self.n:
            self.view.set(probe_x=None, probe_y=None)
            notes.append("The probed pixel is outside of the image: it is the middle one.")
        if self.kind == "grow" and not self.grown_keys():
            self.view.set(losses=(*self.view["losses"], "dice"), **{"show.dice": True})
            notes.append("A measure has no gradient that a prediction could follow: Dice is shown too.")
        return notes

    def new_optimiser(self) -> None:
        """Take a learning rate that suits it: steps by the slope need one of the order of the number of pixels."""
        self.view.set(rate=0.1 if OPTIMISERS[self.view["optimiser"]].scale_free else 1000.0)


def _of_first(gradient: np.ndarray | None) -> np.ndarray | None:
    """Of the gradients of a batch those of the first image."""
    return gradient[0] if gradient is not None and gradient.ndim == 3 else gradient
