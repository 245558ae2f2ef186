"""Points of two features with a label of -1 or +1: seeded generators, each declared once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from losses.spec.parameter import LARGEST, Parameter

FEWEST, MOST = 4, 2000  # points that a generator draws
MOST_UNEQUAL = 999  # negatives for one positive
N = Parameter("n", 40, FEWEST, MOST, whole=True)
RATIO = Parameter("ratio", 1.0, 1, MOST_UNEQUAL)
FLIPPED = Parameter("flipped", 0.0)
NOISE = Parameter("noise", 1.0, high=LARGEST)
_OUTLIER = (-8.0, 6.0)


@dataclass(frozen=True, eq=False)
class LabelledPoints:
    """Labelled points of a plane.

    ``features`` ``[n, 2]`` in the data's units, ``label`` ``[n]`` of -1 and +1. ``identity`` ``[n]``,
    whole numbers, tells a point from all others for as long as the data only grow or are relabelled.
    ``flipped`` ``[n]`` marks labels turned into the other, ``bad`` ``[n]`` points known to lie.
    ``names`` are the two features', ``classes`` what -1 and +1 are called.
    """

    features: np.ndarray
    label: np.ndarray
    identity: np.ndarray
    flipped: np.ndarray
    bad: np.ndarray
    title: str
    source: str
    names: tuple[str, str] = ("x₁", "x₂")
    classes: tuple[str, str] = ("−1", "+1")

    def edited(self, places: Mapping[int, tuple[float, float] | None], most: int) -> "LabelledPoints":
        """The same points with some moved, added or taken away.

        Parameters
        ----------
        places
            By identity where a point is now; None takes it away. An identity of at least ``most`` is a new
            point, of the class +1 if it is odd. What is neither here nor new is passed over: it may come back.
        most
            An even number above all identities that the data can have.

        Raises
        ------
        ValueError
            Where no point of a class would stay.
        """
        new = sorted(identity for identity, place in places.items() if identity >= most and place is not None)
        count = len(new)
        features = np.concatenate([self.features, np.array([places[identity] for identity in new]).reshape(-1, 2)])
        label = np.concatenate([self.label, np.where(np.array(new, dtype=int) % 2, 1.0, -1.0)])
        identity = np.concatenate([self.identity, np.array(new, dtype=int)])
        bad = np.concatenate([self.bad, np.ones(count, dtype=bool)])
        flipped = np.concatenate([self.flipped, np.zeros(count, dtype=bool)])
        moved = {row: place for row, place in places.items() if row < most and place is not None}
        order = np.argsort(identity)
        known = np.array(sorted(moved.keys() & set(self.identity.tolist())), dtype=int)
        rows = order[np.searchsorted(identity, known, sorter=order)]
        features[rows], bad[rows] = np.array([moved[row] for row in known.tolist()]).reshape(-1, 2), True
        kept = ~np.isin(identity, [row for row, place in places.items() if place is None])
        if len(np.unique(label[kept])) < len(np.unique(self.label)):
            raise ValueError("at least one point of each class must stay")
        return replace(
            self,
            features=features[kept],
            label=label[kept],
            identity=identity[kept],
            flipped=flipped[kept],
            bad=bad[kept],
        )

    def before(self, original: "LabelledPoints") -> np.ndarray:
        """Where these points were when they were those of ``original``, ``[n, 2]``; one that was not there is where it is."""
        order = np.argsort(original.identity)
        place = np.searchsorted(original.identity, self.identity, sorter=order)
        row = order[np.minimum(place, len(order) - 1)]
        known = original.identity[row] == self.identity
        return np.where(known[:, None], original.features[row], self.features)


Draws = Callable[[np.random.Generator, int, float, float], np.ndarray]


@dataclass(frozen=True)
class Generator:
    """A generator: ``draw(random, n, sign, noise)`` gives n points ``[n, 2]`` of the class ``sign``.

    A longer draw begins with the shorter ones. ``outlier`` is where the first positive point lies.
    """

    key: str
    title: str
    note: str
    draw: Draws
    outlier: tuple[float, float] | None = None

    def __call__(
        self, n: int = 40, ratio: float = 1.0, flipped: float = 0.0, noise: float = 1.0, seed: int = 0
    ) -> LabelledPoints:
        """Draw labelled points.

        Parameters
        ----------
        n
            How many, 4 to 2000. A larger n adds points to the same ones.
        ratio
            Negatives for one positive, 1 to 999, before labels are flipped; at least one of each is drawn.
            Another ratio takes points from one class and adds them to the other.
        flipped
            The share of labels to be flipped, 0 to 1: each point's own lot decides, so a larger share
            keeps those that are flipped already.
        noise
            Factor of the deviation, at least 0: the same draws, farther apart.
        seed
            A whole number of at least 0.

        Raises
        ------
        ValueError
            For an argument out of range, naming it.
        """
        n, ratio = int(N.check(n)), RATIO.check(ratio)
        flipped, noise = FLIPPED.check(flipped), NOISE.check(noise)
        positives = max(1, round(n / (1 + ratio)))
        parts = [
            self._of_class(sign, count, flipped, noise, seed)
            for sign, count in ((-1.0, n - positives), (1.0, positives))
        ]
        features, label, identity, turned, bad = (np.concatenate(part) for part in zip(*parts, strict=True))
        source = f"Drawn by a seeded generator, seed {seed}"
        return LabelledPoints(features, np.where(turned, -label, label), identity, turned, bad, self.title, source)

    def _of_class(
        self, sign: float, count: int, flipped: float, noise: float, seed: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        positive = int(sign > 0)
        places, lots = (np.random.default_rng(part) for part in np.random.SeedSequence([seed, positive]).spawn(2))
        features = self.draw(places, count, sign, noise)
        bad = np.zeros(count, dtype=bool)
        if positive and self.outlier:
            features[0], bad[0] = self.outlier, True
        identity = 2 * np.arange(count) + positive
        return features, np.full(count, sign), identity, lots.random(count) < flipped, bad


def _groups(middle: tuple[float, float], deviation: float) -> Draws:
    """Two Gaussian groups, at ``middle`` and opposite."""

    def draw(random: np.random.Generator, n: int, sign: float, noise: float) -> np.ndarray:
        return sign * np.array(middle) + noise * deviation * random.standard_normal((n, 2))

    return draw


def _half_moons(random: np.random.Generator, n: int, sign: float, noise: float) -> np.ndarray:
    """Two interleaved half circles of radius 2, with Gaussian noise of a quarter."""
    lots = random.standard_normal((n, 4))
    angle = np.abs(np.arctan2(lots[:, 2], lots[:, 3]))  # even over the half circle, and from draws of one kind
    arc = 2 * np.stack([np.cos(angle), np.sin(angle)], 1)
    return sign * (np.array([-1.0, -0.5]) + arc) + 0.25 * noise * lots[:, :2]


TWO_FEATURES: Mapping[str, Generator] = MappingProxyType(
    {
        source.key: source
        for source in (
            Generator(
                "outlier",
                "One far outlier",
                "One positive point lies far on the wrong side.",
                _groups((2.0, 0.0), 0.8),
                outlier=_OUTLIER,
            ),
            Generator("blobs", "Two groups apart", "A line parts them.", _groups((2.2, 1.1), 0.8)),
            Generator(
                "overlap",
                "Two groups that overlap",
                "No line parts them: a probability is the best answer.",
                _groups((0.8, 0.4), 1.0),
            ),
            Generator("moons", "Two half moons", "They interlock: no line is right, whatever the loss.", _half_moons),
        )
    }
)
"""The generators by key."""
