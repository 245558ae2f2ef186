"""What a network can learn: two classes in the plane, a noisy sine, handwritten digits, a table of one's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

import losses.data
from losses.data.points import Array
from losses.data.two_features import TWO_FEATURES, Generator
from losses.spec.parameter import Parameter

FEWEST, MOST = 8, 1000  # examples to learn from
MOST_CLASSES = 20  # of a table's label
LARGEST_INK = 16.0  # of a pixel of a digit
N = Parameter("n", 500, FEWEST, MOST, whole=True)
LABEL_NOISE = Parameter("label_noise", 0.0)
Examples = tuple[Array, np.ndarray]
"""Features ``[n, d]`` and targets ``[n]``: indices of classes from 0, or numbers."""


@dataclass(frozen=True, eq=False)
class Task:
    """Examples to learn from, and new ones to be judged by.

    Attributes
    ----------
    features, target
        ``[n, d]`` and ``[n]``, float64: the target is a number, or the index of a class from 0.
    noisy
        Which of these targets are wrong, ``[n]``.
    new_features, new_target
        ``[m, d]`` and ``[m]``, of examples that are not learned from, all of whose targets are right.
    classes
        What the classes are called; empty where the target is a number.
    names
        Of the features, ``[d]``.
    title, source
        What is said of it.
    """

    features: Array
    target: Array
    noisy: np.ndarray
    new_features: Array
    new_target: Array
    classes: tuple[str, ...]
    names: tuple[str, ...]
    title: str
    source: str

    def __post_init__(self) -> None:
        for values in (self.features, self.target, self.noisy, self.new_features, self.new_target):
            values.setflags(write=False)

    @property
    def inputs(self) -> int:
        """How many features there are."""
        return self.features.shape[1]


@dataclass(frozen=True)
class Problem:
    """A problem, declared once: ``draw(n, seed)`` gives examples to learn from and new ones, ``[n, d]`` and ``[n]`` each."""

    key: str
    title: str
    note: str
    draw: Callable[[int, int], tuple[Examples, Examples]]
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ("x₁", "x₂")
    source: str = ""

    def __call__(self, n: int = 500, label_noise: float = 0.0, seed: int = 0) -> Task:
        """Draw examples.

        Parameters
        ----------
        n
            How many to learn from, ``FEWEST`` to ``MOST``; there are about as many new ones.
        label_noise
            The share of them, 0 to 1, whose target is that of another class, or of another example where it is a
            number. Each one's own lot decides: a larger share keeps those that are wrong already.
        seed
            A whole number of at least 0.

        Raises
        ------
        ValueError
            For an argument out of range, naming it.
        """
        n, label_noise = int(N.check(n)), LABEL_NOISE.check(label_noise)
        (features, target), (new_features, new_target) = self.draw(n, seed)
        spoiled, noisy = spoil(target, label_noise, len(self.classes), seed)
        source = self.source or f"Drawn by a seeded generator, seed {seed}"
        return Task(
            features, spoiled, noisy, new_features, new_target, self.classes, self.names, self.title, source
        )  # fmt: skip


def spoil(target: Array, share: float, classes: int, seed: int) -> tuple[Array, np.ndarray]:
    """Targets ``[n]`` of which a share is wrong, and which these are, ``[n]``; see ``Problem``."""
    random = np.random.default_rng([seed, 1])
    noisy = random.random(len(target)) < share
    other = (target + random.integers(1, max(classes, 2), len(target))) % max(classes, 2)
    if not classes:
        other = target[random.permutation(len(target))]
    return np.where(noisy, other, target), noisy


def _drawn_by(source: Generator) -> Callable[[int, int], tuple[Examples, Examples]]:
    """Half of the points of each class to learn from, the others new."""

    def draw(n: int, seed: int) -> tuple[Examples, Examples]:
        points = source(2 * n, seed=seed)
        target = (points.label > 0).astype(float)
        known = points.identity // 2 < np.where(target > 0, n // 2, n - n // 2)
        return (points.features[known], target[known]), (points.features[~known], target[~known])

    return draw


def _circles(random: np.random.Generator, n: int, sign: float, noise: float) -> Array:
    """A disc of radius 1 and a ring around it of radius 2.2, each blurred."""
    lots = random.random((n, 2)), random.standard_normal((n, 2))
    radius = 2.2 if sign > 0 else np.sqrt(lots[0][:, 1])
    angle = 2 * np.pi * lots[0][:, 0]
    return np.stack([np.cos(angle), np.sin(angle)], 1) * np.reshape(radius, (-1, 1)) + 0.2 * noise * lots[1]


def _spirals(random: np.random.Generator, n: int, sign: float, noise: float) -> Array:
    """Two arms that wind one and a half times around each other."""
    lots = random.random(n), random.standard_normal((n, 2))
    angle = 3 * np.pi * np.sqrt(lots[0])
    arm = np.stack([np.cos(angle), np.sin(angle)], 1) * (0.3 + angle[:, None] / 3.5)
    return sign * arm + 0.1 * noise * lots[1]


def _checkerboard(random: np.random.Generator, n: int, sign: float, noise: float) -> Array:
    """The eight black, or the eight white, fields of a board of 4 × 4 fields of side 1.5."""
    lots = random.random((n, 3))
    row, column = np.divmod(np.floor(8 * lots[:, 0]).astype(int), 2)
    across = 2 * column + (row + (sign > 0)) % 2
    return 1.5 * (np.stack([across, row], 1) + 0.5 + 0.92 * (lots[:, 1:] - 0.5) - 2.0)


def _sine(n: int, seed: int) -> tuple[Examples, Examples]:
    """A wave of length π with Gaussian noise of a fifth."""

    def examples(part: int) -> Examples:
        random = np.random.default_rng([seed, 2 + part])
        lots = np.stack([random.random(n), random.standard_normal(n)], 1)
        x = 6 * lots[:, 0] - 3
        return x[:, None], np.sin(2 * x) + 0.2 * lots[:, 1]

    return examples(0), examples(1)


@cache
def _digits() -> Examples:
    """The images as shares of full ink, row by row ``[n, 64]``, and what they show."""
    file = Path(losses.data.__file__).with_name("files") / "digits.npz"
    with np.load(file, allow_pickle=False) as kept:
        return kept["images"].reshape(len(kept["images"]), -1) / LARGEST_INK, kept["labels"].astype(float)


def _draw_digits(n: int, seed: int) -> tuple[Examples, Examples]:
    features, target = _digits()
    order = np.random.default_rng([seed, 2]).permutation(len(target))
    known, new = order[:n], order[n : 2 * n]
    return (features[known], target[known]), (features[new], target[new])


def _two_classes(key: str, title: str, note: str, source: Generator) -> Problem:
    return Problem(key, title, note, _drawn_by(source), classes=("−1", "+1"))


PROBLEMS: Mapping[str, Problem] = MappingProxyType(
    {
        problem.key: problem
        for problem in (
            _two_classes("moons", "Two half moons", "They interlock.", TWO_FEATURES["moons"]),
            *(
                _two_classes(key, title, note, Generator(key, title, note, draw))
                for key, title, note, draw in (
                    ("circles", "A disc in a ring", "No line parts them, a circle does.", _circles),
                    ("spirals", "Two spirals", "The boundary winds as often as they do.", _spirals),
                    ("checkerboard", "A checkerboard", "Eight fields of each class, each an island.", _checkerboard),
                )
            ),
            Problem("sine", "A noisy sine", "Two waves, and noise of a fifth.", _sine, names=("x",)),
            Problem(
                "digits",
                "Handwritten digits",
                "Images of 8 × 8 pixels, ten classes.",
                _draw_digits,
                classes=tuple(map(str, range(10))),
                names=tuple(f"pixel {row},{column}" for row in range(1, 9) for column in range(1, 9)),
                source="Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning "
                "Repository, CC BY 4.0",
            ),
        )
    }
)
"""The problems by key."""
