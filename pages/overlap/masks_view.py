"""What the view of masks shows: a prediction over its target, what every loss says of it, and where each pulls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.live.brush import Brush
from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import NEUTRAL, OVERLAP_STYLES
from components.text import number
from losses.segmentation.evaluation import Evaluation
from pages.overlap.masks_figure import BAR, DOWN, MOST, TICKS, UP, levels, masks_figure
from pages.overlap.panels import FALSE_ALARM, MISS, axes_of
from pages.overlap.settings import COMPARED, MAPS
from pages.overlap.words import costing, key, named, power, reasons, valued

TOLD = ("dice", "bce")  # losses that the sentence names, if they are chosen; else the first two


@dataclass(frozen=True, eq=False)
class Seen:
    """A prediction and what is said of it.

    Attributes
    ----------
    target, mask
        ``[n, n]`` of booleans: the target, and the prediction at the threshold.
    prediction
        Probabilities ``[n, n]``.
    found
        By key, of those in sight.
    probe
        Column and row of a pixel.
    scale
        A key of ``SCALES``.
    both
        Whether what is said is of this image and of another one.
    """

    target: np.ndarray
    mask: np.ndarray
    prediction: np.ndarray
    found: Mapping[str, Evaluation]
    probe: tuple[int, int]
    scale: str
    both: bool = False

    @property
    def pulls(self) -> dict[str, np.ndarray]:
        """Of the losses that are drawn, by key: how hard each draws every pixel up, ``[n, n]``."""
        graded = {key: each.gradient for key, each in self.found.items() if each.gradient is not None}
        return {key: 0.0 - gradient for key, gradient in list(graded.items())[:MAPS]}

    def counts(self) -> tuple[int, int, int]:
        """Hits, misses and false alarms."""
        hits = int((self.mask & self.target).sum())
        return hits, int(self.target.sum()) - hits, int(self.mask.sum()) - hits

    def on_object(self, key: str) -> float:
        """The share of the pull of a loss that is on the pixels of the object; not a number where it pulls at none."""
        gradient = self.found[key].gradient
        size = np.abs(gradient) if gradient is not None else np.array([np.nan])
        whole = float(size.sum())
        return float(size[self.target].sum()) / whole if whole and np.isfinite(whole) else float("nan")


def masks_picture(seen: Seen, brush: tuple[str, float, bool]) -> Picture:
    """The live picture.

    Parameters
    ----------
    seen
        The prediction and what is said of it.
    brush
        What it paints, its radius in pixels, and whether it erases.
    """
    pulls, n = seen.pulls, len(seen.target)
    reaches = _reaches(pulls, seen.scale)
    decades = seen.scale == "decades"
    labels = [*key(1, n), *_titles(seen, pulls, reaches, n)]
    if pulls:
        labels += _bar(max(reaches.values()), seen.scale)
    handles = tuple(
        Handle("probe", f"Probed pixel, under {COMPARED[one].name},", trace=f"probe.{one}") for one in pulls
    )
    sentence = story(seen)
    painted, radius, erases = brush
    color = MISS if painted == "target" else FALSE_ALARM
    return Picture(
        figure=masks_figure(
            (seen.prediction, seen.mask, seen.target), pulls, reaches, seen.probe, decades
        ),
        alt=f"A prediction over its target, {n} pixels a side; beside it the pull on every pixel under each loss. {sentence}",
        sentence=sentence,
        handles=handles,
        brush=Brush("stroke", radius, color, f"Paint the {painted}", erases),
        labels=tuple(labels),
        readouts=(_losses(seen), _pixels(seen)),
        notes=tuple(_notes(seen, pulls)),
    )  # fmt: skip


def story(seen: Seen) -> str:
    """What is found, and what it costs."""
    found, costs = _found(seen), _costs(seen.found)
    if not seen.both:
        return f"{found}. {costs}" if costs else f"{found}."
    here = f"Here {found[0].lower()}{found[1:]}."
    return f"{here} Both images: {costs}" if costs else here


def _found(seen: Seen) -> str:
    hits, misses, alarms = seen.counts()
    size, pixels = hits + misses, seen.target.size
    right = f"{share(1 - (misses + alarms) / pixels)} of the pixels are right"
    if not size and not alarms:
        return f"Nothing is there and nothing is found: {right}"
    if not size:
        return f"Nothing is there, and {_many(alarms)} {'is' if alarms == 1 else 'are'} marked: {right}"
    if not hits:
        found = "nothing is found" if not alarms else f"all {_many(alarms)} marked are wrong"
        return f"{right}, and {found}: the object is {share(size / pixels)} of them"
    return (
        f"{right}; of the object ({share(size / pixels)}) {share(hits / size)} is found, with {_many(alarms)} too many"
    )


def _many(count: int) -> str:
    return f"{count:,} pixel{'' if count == 1 else 's'}"


def share(value: float) -> str:
    """A share in per cent; never 100 where something is missing, nor 0 where something is there."""
    percent = 100 * value
    text = f"{percent:.1f}"
    if text == "100.0" and value < 1:
        text = f"{np.floor(1000 * percent) / 1000:.3f}"
    if text == "0.0" and value > 0:
        text = f"{percent:.2g}"
    return f"{text.removesuffix('.0') if value in (0, 1) else text} %"


def _costs(found: Mapping[str, Evaluation]) -> str:
    losses = [key for key in found if not COMPARED[key].measure]
    chosen = [key for key in TOLD if key in losses] or losses[:2]
    told = [f"{costing(key)} {valued(found[key].value)}" for key in chosen]
    return f"{', '.join(told)}." if told else ""


def _reaches(pulls: Mapping[str, np.ndarray], scale: str) -> dict[str, float]:
    """By key, the pull at the end of the scale: the largest finite one of all, or of each."""
    largest = {key: float(np.abs(pull[np.isfinite(pull)]).max(initial=0.0)) for key, pull in pulls.items()}
    return largest if scale == "own" else dict.fromkeys(largest, max(largest.values(), default=0.0))


def _titles(seen: Seen, pulls: Mapping[str, Any], reaches: Mapping[str, float], n: int) -> list[Label]:
    found = []
    for at, one in enumerate(pulls, 2):
        told = (
            f"±{power(reaches[one], 2)}" if seen.scale == "own" else valued(seen.found[one].value)
        )  # no room for both
        found.append(named(at, n, f"{costing(one)} {told}", OVERLAP_STYLES[one].color))
    return found


def _bar(reach: float, scale: str) -> list[Label]:
    """What the colours of the pull stand for."""
    axes = axes_of(BAR)
    words = [Label("pulled down", -MOST - 2.0, -1.2, DOWN, axes), Label("pulled up", MOST * 0.55, -1.2, UP, axes)]
    ticks = (0.0,) if not reach else TICKS if scale == "decades" else (-1.0, 0.0, 1.0)
    places = levels(np.array(ticks), 1.0, scale == "decades")
    for tick, place in zip(ticks, places, strict=True):
        text = f"1/{1 / abs(tick):g}" if 0 < abs(tick) < 1 else "0"
        if abs(tick) == 1:
            text = ("−" if tick < 0 else "") + ("its most" if scale == "own" else power(reach, 2))
        words.append(Label(text, float(place) - (2 if tick == -1 else 8), 1.4, NEUTRAL, axes))
    return words


def _losses(seen: Seen) -> Readout:
    column, row = seen.probe
    rows = []
    for one, each in seen.found.items():
        pull = "" if each.gradient is None else power(0.0 - float(each.gradient[row, column]), 2)
        on_object = seen.on_object(one)
        part = "" if each.gradient is None else "–" if np.isnan(on_object) else f"{100 * on_object:.0f} %"
        rows.append(Row((COMPARED[one].name, valued(each.value), pull, part), OVERLAP_STYLES[one].color))
    return Readout(
        f"Pull at the cross ({column}, {row}), where p is {number(float(seen.prediction[row, column]))} and t {int(seen.target[row, column])}",
        ("", "value, both" if seen.both else "value", "at the cross", "on object"),
        tuple(rows),
    )


def _pixels(seen: Seen) -> Readout:
    counts = tuple(f"{count:,}" for count in seen.counts())
    return Readout("Pixels at the threshold", ("", "hits", "misses", "false alarms"), (Row(("pixels", *counts)),))


def _notes(seen: Seen, pulls: Mapping[str, np.ndarray]) -> list[str]:
    graded = [key for key, each in seen.found.items() if each.gradient is not None]
    notes = [*reasons(dict(seen.found))]
    if len(graded) > len(pulls):
        rest = ", ".join(COMPARED[key].name for key in graded[len(pulls) :])
        notes.append(f"{len(pulls)} pulls are drawn; hide one to see that of: {rest}.")
    if any(np.isinf(pull).any() for pull in pulls.values()):
        notes.append("An infinite pull has the darkest colour.")
    if seen.scale == "decades" and pulls:
        notes.append("Colours go by powers of ten, evenly below a thousandth of the strongest pull.")
    return notes


def table(seen: Seen) -> dict[str, np.ndarray]:
    """Every pixel by column."""
    rows, columns = np.indices(seen.target.shape)
    return {
        "x": columns.ravel(),
        "y": rows.ravel(),
        "target": seen.target.ravel().astype(int),
        "prediction": seen.prediction.ravel(),
        **{f"{COMPARED[key].name} pull": pull.ravel() for key, pull in seen.pulls.items()},
    }
