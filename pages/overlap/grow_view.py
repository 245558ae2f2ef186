"""What the view of growing shows: predictions that each follow one loss from the same start."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from components.live.picture import Label, Picture, Readout, Row
from components.live.runner import Button, Runner
from components.plot.theme import NEUTRAL, OVERLAP_STYLES
from components.text import listed, number
from losses.segmentation.growing import LONGEST
from pages.overlap.grow_figure import COLORS, INDEX, LOSS, falling, grow_figure
from pages.overlap.held import Grown
from pages.overlap.panels import KINDS, SWATCHES, axes_of
from pages.overlap.settings import COMPARED
from pages.overlap.words import named, valued

CHUNK = 2  # turns from one picture to the next
STEP = (Button("turns", "Step", "One turn of all"),)
TOLD, LEFT = 4, 2  # losses that the sentence names, of those that have found the object and of the others
INDEXED = 0.76  # place of the words for it in the panel of the colours
FOUND = 0.99  # Dice index from which on it is


@dataclass(frozen=True, eq=False)
class Growth:
    """Predictions at a turn.

    Attributes
    ----------
    target
        What is to be found, ``[n, n]``.
    after
        By key, what each loss has made.
    at, asked
        The turn, and how many are wanted.
    waiting
        Keys of losses in sight that do not grow, as there is no room for them.
    """

    target: np.ndarray
    after: Mapping[str, Grown]
    at: int
    asked: int
    waiting: tuple[str, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Whether there is more to grow."""
        return self.at < self.asked and not all(grown.diverged for grown in self.after.values())


def grow_picture(growth: Growth) -> Picture:
    """The live picture."""
    sentence, n = story(growth), len(growth.target)
    titles = [
        named(at, n, f"{COMPARED[key].name} → {number(float(grown.dices[-1]))}", OVERLAP_STYLES[key].color)
        for at, (key, grown) in enumerate(growth.after.items(), 1)
    ]
    return Picture(
        figure=grow_figure(growth.after, growth.target, {key: COMPARED[key].name for key in growth.after}),
        alt=f"A prediction for each loss, over the target; beside them their Dice index and loss over the turns. {sentence}",
        sentence=sentence,
        labels=(*titles, *_colors(), *_ends(growth)),
        readouts=(_values(growth),),
        notes=tuple(_notes(growth)),
        runner=Runner(growth.at, LONGEST, CHUNK, STEP),
    )


def story(growth: Growth) -> str:
    """Who has found the object, and when."""
    if not growth.target.any():
        return f"After {_turns(growth.at)}: there is nothing to find, and the Dice index is 1 where nothing is marked."
    if not growth.at:
        start = float(next(iter(growth.after.values())).dices[0])
        return f"All start from the same prediction, of Dice index {number(start)}: press ▶."
    after = f"After {_turns(growth.at)}"
    found = dict(sorted(arrivals(growth).items(), key=lambda pair: pair[1]))
    left = [COMPARED[key].name for key in growth.after if key not in found]
    if 0 in found.values():  # of all, as they start alike
        lost = [COMPARED[key].name for key, grown in growth.after.items() if grown.dices[-1] < FOUND]
        return f"{after}: the object was found at the start{f', and is lost under {_few(lost)}' if lost else ''}."
    if not found:
        best = max(growth.after, key=lambda key: growth.after[key].dices[-1])
        index = number(float(growth.after[best].dices[-1]))
        return f"{after} no loss has found the object: the best Dice index is {index}, under {COMPARED[best].name}."
    told = listed([f"{COMPARED[key].name} at turn {turn}" for key, turn in list(found.items())[:TOLD]])
    more = f", then {len(found) - TOLD} more" if len(found) > TOLD else ""
    rest = f"; not yet by {_few(left)}" if left else ""
    return f"{after} the object is found by {told}{more}{rest}."


def _turns(count: int) -> str:
    return f"{count} turn{'' if count == 1 else 's'}"


def _few(names: list[str]) -> str:
    """Those names, or how many, where that is shorter."""
    return listed(names) if len(names) <= LEFT else f"{len(names)} others"


def arrivals(growth: Growth) -> dict[str, int]:
    """By key of the losses that have found the object, the turn at which its index first was as large as ``FOUND``."""
    reached = {key: np.flatnonzero(grown.dices >= FOUND) for key, grown in growth.after.items()}
    return {key: int(turns[0]) for key, turns in reached.items() if turns.size}


def _colors() -> list[Label]:
    """What the colours are, and the number behind each name."""
    axes = axes_of(COLORS)
    kinds = [
        Label(kind, place + 0.01, 0.0, color, axes)
        for (kind, color), place in zip(KINDS.items(), SWATCHES, strict=True)
    ]
    return [*kinds, Label("→ Dice index", INDEXED, 0.0, NEUTRAL, axes)]


def _ends(growth: Growth) -> list[Label]:
    """What the lines are, beside them, as soon as there are any."""
    found: list[Label] = []
    if not growth.at:
        return found
    for key, grown in growth.after.items():
        for panel, values in ((INDEX, grown.dices), (LOSS, falling(grown.losses))):
            if np.isfinite(values[-1]):
                found.append(Label(COMPARED[key].name, float(len(values) - 1), float(values[-1]), OVERLAP_STYLES[key].color, axes_of(panel)))  # fmt: skip
    return found


def _values(growth: Growth) -> Readout:
    rows = tuple(
        Row(
            (
                COMPARED[key].name,
                valued(float(grown.losses[0])),
                valued(float(grown.losses[-1])),
                number(float(grown.dices[-1])),
            ),
            OVERLAP_STYLES[key].color,
        )
        for key, grown in growth.after.items()
    )
    return Readout(f"After {_turns(growth.at)}", ("", "loss at first", "loss now", "Dice index"), rows)


def _notes(growth: Growth) -> list[str]:
    notes = [
        "Behind the arrow stands the Dice index of the mask at 1/2 that a loss has led to.",
        f"Found: a Dice index of at least {FOUND}.",
        "Every pixel is free: its logit follows its own pull. In a network pixels share weights.",
    ]
    if growth.waiting:
        rest = ", ".join(COMPARED[key].name for key in growth.waiting)
        notes.append(f"{len(growth.after)} predictions grow at once; hide one to grow that of: {rest}.")
    gone = [COMPARED[key].name for key, grown in growth.after.items() if grown.diverged]
    if gone:
        notes.append(
            f"{listed(gone)} left the numbers: a loss is not finite. Take a smaller learning rate, or go back."
        )
    if growth.unfinished:
        notes.append(f"{growth.at} of {growth.asked} turns are grown yet.")
    return notes


def table(growth: Growth) -> dict[str, np.ndarray]:
    """Every turn by column; not a number after a prediction has left the numbers."""
    most = max(len(grown.losses) for grown in growth.after.values())

    def column(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, np.full(most - len(values), np.nan)])

    told = {"turn": np.arange(most)}
    for key, grown in growth.after.items():
        told |= {
            f"{COMPARED[key].name} loss": column(grown.losses),
            f"{COMPARED[key].name} Dice index": column(grown.dices),
        }
    return told
