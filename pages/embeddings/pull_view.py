"""What the view of pulls shows: an anchor, a positive and negatives under a loss, as a picture, a sentence and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import STYLES
from components.text import number, short
from losses.metric.pull import EMBEDDING, Pulled
from losses.metric.zones import OF_PAIRS, ZONES, ZONES_OF
from pages.embeddings.pull_figure import (
    ANCHOR,
    CIRCLE_REACH,
    HARD,
    NEGATIVE,
    POSITIVE,
    REACH,
    SEMI_HARD,
    Plane,
    pull_figure,
)

FAINT = "#767676"
COLORS = dict(zip((*ZONES, *OF_PAIRS), (HARD, SEMI_HARD, FAINT, SEMI_HARD, FAINT), strict=True))
LIFT = 0.2  # by which a label clears an arrow
LETTER = 0.045  # half of a letter's width in the unit of the plane, by which a label is centred
ROWS = np.radians([-90.0, 90.0, 180.0, 0.0])  # in which the names of zones may stand
CLEAR = 0.8  # cosine of the angle between such a row and what it does not touch


@dataclass(frozen=True, eq=False)
class Scene:
    """Points under losses, as they are shown.

    Attributes
    ----------
    points
        ``[2 + k, 2]``: anchor, positive, negatives.
    key
        Of the loss whose pulls are drawn.
    found
        By key, what every loss makes of the points.
    ends
        By zone of the loss drawn, the distance from the anchor at which it ends, the narrower first; empty for a loss
        without zones.
    zones
        Of each negative; an empty text where it is in none.
    margin
        Of the loss drawn; not a number for one without.
    steps, curve
        ``[n]`` and two of ``[n]``: where the first negative may be, the loss there, and its slope.
    on_circle
        Whether the points are on the unit circle.
    subject
        What is drawn: another starts without the zoom.
    """

    points: np.ndarray
    key: str
    found: Mapping[str, Pulled]
    ends: dict[str, float]
    zones: tuple[str, ...]
    margin: float
    steps: np.ndarray
    curve: tuple[np.ndarray, np.ndarray]
    on_circle: bool
    subject: str

    @property
    def negatives(self) -> tuple[str, ...]:
        """What each negative is called: numbered where there are several."""
        count = len(self.zones)
        return ("negative",) if count == 1 else tuple(f"negative {at + 1}" for at in range(count))

    @property
    def distances(self) -> np.ndarray:
        """Of positive and negatives from the anchor, ``[1 + k]``."""
        return np.hypot(*(self.points[1:] - self.points[0]).T)

    @property
    def cosines(self) -> np.ndarray:
        """Likewise; 0 for a vector without direction."""
        lengths = np.hypot(*self.points.T)
        products = self.points[1:] @ self.points[0]
        both = lengths[1:] * lengths[0]
        return np.divide(products, both, out=np.zeros_like(both), where=both > 0)

    @property
    def pull(self) -> np.ndarray:
        """How hard each point is pulled by the loss drawn, ``[2 + k]``."""
        return np.hypot(*self.found[self.key].pulls.T)


def pull_picture(scene: Scene) -> Picture:
    """The live picture of a scene."""
    sentence = story(scene)
    rings = {name: (radius, COLORS[name]) for name, radius in reversed(scene.ends.items())}
    plane = Plane(
        scene.points, scene.found[scene.key].pulls, rings, scene.on_circle, scene.steps, *scene.curve,
        _first_step(scene), scene.negatives[0], EMBEDDING[scene.key].name, STYLES[scene.key], scene.subject,
    )  # fmt: skip
    negatives = len(scene.points) - 2
    return Picture(
        figure=pull_figure(plane),
        alt=f"The plane with anchor, positive and {negatives} negative{'s' * (negatives > 1)}, an arrow on each{', zones around the anchor' * bool(rings)}; beside it the loss over the place of the first negative. {sentence}",
        sentence=sentence,
        handles=(Handle("anchor", "Anchor"), Handle("positive", "Positive"), Handle("negatives", "Negative", first=0)),
        labels=tuple(_labels(scene)),
        readouts=(_pairs(scene), _losses(scene)),
        notes=tuple(_notes(scene)),
    )  # fmt: skip


def story(scene: Scene) -> str:
    """What the loss makes of it, in two sentences."""
    name, found = EMBEDDING[scene.key].name, scene.found[scene.key]
    nearest, count = int(np.argmin(scene.distances[1:])), len(scene.zones)
    which = "The negative" if count == 1 else f"Negative {nearest + 1}, the nearest of {count},"
    zone = f" is {scene.zones[nearest]}:" if scene.zones[nearest] else " is"
    told = f"{which}{zone} {number(float(scene.distances[1 + nearest]))} away, the positive {number(float(scene.distances[0]))}."
    if np.isnan(found.value):
        return f"{told} {name} has no value here."
    pulls = scene.pull
    if not pulls.any():
        return f"{told} {name} is {number(found.value)} and pulls on nothing."
    return f"{told} {name} is {number(found.value)}, pulls the anchor with {number(float(pulls[0]))}, the negative with {number(float(pulls[2 + nearest]))}."


def _first_step(scene: Scene) -> float:
    """Where the first negative is among ``steps``."""
    if not scene.on_circle:
        return float(scene.distances[1])
    (x, y), (at, height) = scene.points[0], scene.points[2]
    return float(np.degrees(np.arctan2(abs(x * height - y * at), x * at + y * height)))


def _labels(scene: Scene) -> list[Label]:
    """The names of the points, and of the zones where there is room."""
    gap = "\N{NO-BREAK SPACE}"
    names = ("anchor", "positive", *scene.negatives)
    colors = (ANCHOR, POSITIVE, *(NEGATIVE for _ in scene.zones))
    along, across = scene.found[scene.key].pulls.T
    under_arrow = (along > 0) & (np.abs(across) < along / 2)  # a label stands right of its point
    places = scene.points + np.where(under_arrow, LIFT, 0.0)[:, None] * [0.0, 1.0]
    found = [
        Label(2 * gap + name, x, y, color) for name, (x, y), color in zip(names, places.tolist(), colors, strict=True)
    ]
    return found + _zone_labels(scene)


def _zone_labels(scene: Scene) -> list[Label]:
    """The names of the zones, in a row from the anchor: downwards, or where there is more room."""
    ways = scene.points[1:] - scene.points[0]
    beside = np.stack([*ways, scene.found[scene.key].pulls[0]])
    angles = np.arctan2(beside[:, 1], beside[:, 0])
    free = np.cos(angles[:, None] - ROWS).max(0)  # 1 where a point or the arrow lies in that row
    row = ROWS[0] if not free[0] > CLEAR else ROWS[int(free.argmin())]
    reach, radii, found = CIRCLE_REACH if scene.on_circle else REACH, (0.0, *scene.ends.values()), []
    for word, inner, outer in zip(ZONES_OF.get(scene.key, ()), radii, (*radii[1:], radii[-1] + 0.5), strict=False):
        x, y = (scene.points[0] + (inner + outer) / 2 * np.array([np.cos(row), np.sin(row)])).tolist()
        if outer - inner > 0.2 and max(abs(x), abs(y)) < reach:
            found.append(Label(word, x - LETTER * (len(word) + 1), y, COLORS[word]))
    return found


def _notes(scene: Scene) -> list[str]:
    notes = [
        "An arrow is minus the slope of the loss in its point. Arrows grow with the logarithm of the pull; the table has numbers."
    ]
    named = ZONES_OF.get(scene.key, ())
    if named is ZONES:
        notes.append(f"Zones as in FaceNet, for the margin {short(scene.margin)}.")
    elif named:
        notes.append(f"A negative nearer than the margin, {short(scene.margin)}, is pushed; one that far is free.")
    else:
        notes.append(f"{EMBEDDING[scene.key].name} has no zones: they are of losses that ask for distances.")
    if scene.on_circle:
        notes.append("On the circle a pull is what of it leads along the circle.")
    if scene.key == "margin_ranking":
        notes.append("Margin ranking has the cosines to the anchor as scores.")
    if scene.key in ("contrastive", "cosine_embedding"):
        notes.append("A loss of pairs: that of anchor and positive, plus those of the anchor with each negative.")
    if scene.key == "arcface":
        notes.append("For ArcFace positive and negatives are centres of classes.")
    return notes


def _losses(scene: Scene) -> Readout:
    rows = tuple(
        Row(
            (
                ("▸ " if key == scene.key else "") + EMBEDDING[key].short,
                number(found.value),
                *(number(float(size)) for size in np.hypot(*found.pulls[:3].T)),
            ),
            STYLES[key].color,
        )
        for key, found in scene.found.items()
    )
    return Readout("Each loss, and how hard it pulls", ("", "loss", "anchor", "positive", scene.negatives[0]), rows)


def _pairs(scene: Scene) -> Readout:
    names = ("positive", *scene.negatives)
    rows = tuple(
        Row((name, number(float(distance)), number(float(cosine)), zone or "–"), color)
        for name, distance, cosine, zone, color in zip(
            names, scene.distances, scene.cosines, ("", *scene.zones), (POSITIVE, *(NEGATIVE for _ in scene.zones)), strict=True
        )
    )  # fmt: skip
    return Readout("From the anchor", ("", "distance", "cosine", "zone"), rows)


def table(scene: Scene) -> dict[str, np.ndarray]:
    """The points by column, with the pull of every loss on each."""
    columns: dict[str, Any] = {
        "point": np.array(["anchor", "positive", *(f"negative {at + 1}" for at in range(len(scene.zones)))]),
        "x": scene.points[:, 0],
        "y": scene.points[:, 1],
        "distance from anchor": np.concatenate([[0.0], scene.distances]),
        "zone": np.array(["", "", *scene.zones]),
    }
    for key, found in scene.found.items():
        name = EMBEDDING[key].name
        columns |= {f"{name} pull x": found.pulls[:, 0], f"{name} pull y": found.pulls[:, 1]}
        columns[f"{name} loss"] = np.full(len(scene.points), found.value)
    return columns
