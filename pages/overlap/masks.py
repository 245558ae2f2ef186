"""Target and prediction of the page ``overlap``, from its settings: shapes, what is done to them, what is painted over."""

from functools import reduce
from math import ceil, sqrt
from typing import Any

import numpy as np

from components.live.input import Stroke
from components.settings.view import View
from losses.segmentation.editing import blurred, confident, grown, painted, shifted, thresholded
from losses.segmentation.shapes import drawn
from losses.segmentation.storage import from_image, mask_from_image
from pages.overlap.painted import mask_of, written

OTHER = 60.0  # % of the width that the object of the other image of a batch has
PLAIN = {"dx": 0, "dy": 0, "grown": 0.0, "missed": 0}  # a prediction that is painted stands where it is


class Masks:
    """The masks that the settings stand for."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def n(self) -> int:
        """Pixels a side."""
        return int(self.view["pixels"])

    def _objects(self, size: float, missed: int = 0) -> np.ndarray:
        """The target's shape as often as there are objects, but for the last ones."""
        view, count = self.view, self.view["objects"]
        columns = ceil(sqrt(count))
        rows = ceil(count / columns)
        places = [
            ((at % columns + 0.5) / columns, (at // columns + 0.5) / rows) for at in range(max(0, count - missed))
        ]
        each = (drawn(view["shape"], self.n, size / 100 * self.n / 2, place) for place in places)
        return reduce(np.logical_or, each, np.zeros((self.n, self.n), bool))

    def _own(self, name: str) -> np.ndarray:
        """What was painted, ``[n, n]``."""
        mask = mask_of(self.view[name])
        if len(mask) != self.n:
            raise ValueError(f"what was painted has {len(mask)} pixels a side, and the image {self.n}")
        return mask

    def target(self) -> np.ndarray:
        """What is to be found, ``[n, n]``."""
        view = self.view
        if view["target"]:
            return self._own("target")
        what = (view["shape"], view["size"], view["objects"], self.n)
        return view.cached("target", what, lambda: self._objects(view["size"]))

    def other_target(self) -> np.ndarray:
        """What is to be found in the other image of a batch, ``[n, n]``."""
        what = (self.view["shape"], self.view["objects"], self.n)
        return self.view.cached("other", what, lambda: self._objects(OTHER))

    def base(self) -> np.ndarray:
        """The mask that the prediction is made from, ``[n, n]``."""
        view = self.view
        return self._own("painted") if view["painted"] else self._started(self.target(), view["size"])

    def _started(self, target: np.ndarray, size: float) -> np.ndarray:
        """What is predicted of a target with objects of this size, where nothing is painted over it."""
        view = self.view
        if view["starts"] != "object":
            return np.full((self.n, self.n), view["starts"] == "everything")
        missed = 0 if view["target"] or view["painted"] else view["missed"]
        return self._objects(size, missed) if missed else target

    def hard(self) -> np.ndarray:
        """The same, moved and grown."""
        return self.moved(self.base())

    def other_hard(self) -> np.ndarray:
        """What is predicted of the other image of a batch, likewise: what is painted is of the first alone."""
        return self.moved(self._started(self.other_target(), OTHER))

    def moved(self, mask: np.ndarray) -> np.ndarray:
        """A mask shifted and grown as the prediction is."""
        view = self.view
        moved = shifted(mask, view["dx"], view["dy"]) if view["dx"] or view["dy"] else mask
        return grown(moved, view["grown"]) if view["grown"] else moved

    def prediction(self) -> np.ndarray:
        """The probabilities, ``[n, n]``."""
        return self.softened(self.hard())

    def softened(self, mask: np.ndarray) -> np.ndarray:
        """A mask as probabilities, blurred and as sure as the prediction is."""
        return confident(blurred(mask, self.view["blur"]), self.view["confidence"])

    def strokes(self, strokes: tuple[Stroke, ...]) -> dict[str, Any]:
        """The settings that these strokes come to."""
        view, of_target = self.view, self.view["paints"] == "target"
        mask = self.target() if of_target else self.hard()
        for stroke in strokes:
            mask = painted(mask, np.array(stroke.path), view["brush"], stroke.erase)
        if not of_target:
            return {"painted": written(mask), **PLAIN}
        # The prediction stays where it is, however the target is changed.
        stays = (
            {"painted": written(self.base()), "missed": 0} if view["starts"] == "object" and not view["painted"] else {}
        )
        return {"target": written(mask), **stays}

    def resize(self) -> None:
        """Bring what was painted, and the probe, to another number of pixels."""
        view = self.view
        for name in ("target", "painted"):
            if text := view[name]:
                image = mask_of(text).astype(np.uint8) * 255
                view.set(**{name: written(thresholded(from_image(image, self.n)))})
        view.set(probe_x=None, probe_y=None)

    def use(self, image: np.ndarray) -> None:
        """Take an image ``[h, w, ...]`` for the target: what is bright is object; ``ValueError`` where all is, or nothing."""
        mask = mask_from_image(image, self.n)
        self.view.set(target=written(mask), painted="", starts="object", **PLAIN)
