"""What is seen of a landscape: a plane that grows finer while there is time, and what else is known of the network."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import Tensor, nn

from losses.network.evaluation import Progress
from losses.network.files import Landscape
from losses.network.fitting import Fit
from losses.network.hessian import Spectrum
from losses.network.lines import Line
from losses.network.meaning import Basin, basins, thinned
from losses.network.planes import Path, Plane

SHALLOW = 0.02  # of the plane's range: hollows less deep are not told of
FINEST = 201  # places along a side, above which a file's plane is thinned
Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True, eq=False)
class Taken:
    """A network at a step, on its own: what goes on with the training does not reach it.

    ``steps`` ``[t]`` and ``checkpoints`` ``[t, p]`` are the way to it; ``labels`` ``[n]`` are those of ``batch``.
    """

    model: nn.Module
    batch: Batch
    labels: Tensor
    fit: Fit
    step: int
    steps: np.ndarray
    checkpoints: Tensor

    def right(self, model: nn.Module, batch: Batch) -> float:
        """The share of the batch that a model decides rightly."""
        return self.fit.accuracy(model(batch[0]), self.labels)


@dataclass(frozen=True, eq=False)
class Sight:
    """All that the view of a landscape shows.

    Attributes
    ----------
    plane, path, line, spectrum
        As ``losses.network`` has them; None for what there is none of.
    steps
        After which the checkpoints of the path were taken, ``[t]``.
    three_d
        Whether the plane is shown in three dimensions.
    subject
        What is drawn: another starts without the zoom and with the camera's first view.
    title
        Of the network.
    notes
        What one must know.
    """

    plane: Plane | None
    path: Path | None
    line: Line | None
    spectrum: Spectrum | None
    steps: np.ndarray | None
    three_d: bool
    subject: str
    title: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Landscape, three_d: bool, name: str) -> "Sight":
        """What a file holds, its plane as fine as can be seen."""
        plane, notes = kept.plane, ()
        if plane and max(plane.loss.shape) > FINEST:
            rows, columns = plane.loss.shape
            plane = thinned(plane, FINEST)
            notes = (f"Of {columns:,} × {rows:,} places {len(plane.x)} × {len(plane.y)}, evenly taken, are shown.",)
        return cls(plane, kept.path, kept.line, kept.spectrum, None, three_d, f"file {name}", name, notes)

    @cached_property
    def hollows(self) -> list[Basin]:
        """The hollows of the plane that are worth telling of, the lowest first."""
        finite = self.plane.loss[np.isfinite(self.plane.loss)] if self.plane else np.empty(0)
        return basins(self.plane, SHALLOW * float(np.ptp(finite))) if self.plane and finite.size else []


class Refining:
    """A plane that is computed grid by grid, as far as there is time; several may ask for it at once."""

    def __init__(self, planes: Callable[[Progress], Iterator[Plane]]) -> None:
        self._lock = threading.Lock()
        self._planes = planes(self._tell)
        self._plane: Plane | None = None
        self._told: Progress | None = None

    def to(self, seconds: float, progress: Progress | None = None) -> Plane:
        """The plane, refined while what is left of the next grid takes less than ``seconds``; at least the first grid."""
        with self._lock:
            self._told = progress
            try:
                while self._plane is None or (self._plane.left and next_seconds(self._plane) <= seconds):
                    self._plane = next(self._planes)
            finally:
                self._told = None
            return self._plane

    def _tell(self, share: float) -> None:
        if self._told:
            self._told(share)


def next_seconds(plane: Plane) -> float:
    """About how long the next finer grid takes: it has four times as many places, of which a quarter is known."""
    return min(plane.left, plane.seconds * 3)
