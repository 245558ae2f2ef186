"""What the view of a real GAN shows: a training at a turn as a picture, a sentence and tables."""

import numpy as np

from components.live.picture import Label, Picture, Readout, Row
from components.live.runner import Button, Runner
from components.plot.theme import NEUTRAL
from components.text import number
from losses.game.modes import COVERED
from losses.game.samples import Line
from pages.gan.held import Shown, described
from pages.gan.training_figure import DISCRIMINATOR, GENERATOR, training_figure, until
from pages.gan.turns import MOST

IN_PLANE = "Grey dots are real samples, orange ones generated; arrows push these. Squares: what D takes for real is green, the surer the larger."
BESIDE = 0.02  # of the axis of turns, between the end of a line and its name
CHUNK = 25  # turns from one picture to the next
BUTTONS = (
    Button("train.b", "Step both", "One turn of both: D, then G"),
    Button("train.d", "Step D", "One turn of D alone"),
    Button("train.g", "Step G", "One turn of G alone"),
)


def training_picture(shown: Shown, probable: bool, subject: str) -> Picture:
    """The live picture of a training at a turn.

    Parameters
    ----------
    shown
        The training.
    probable
        Whether the discriminator's output is a probability.
    subject
        What is drawn: another starts without the zoom.
    """
    sentence = story(shown)
    return Picture(
        figure=training_figure(shown, probable, subject),
        alt=f"Densities of real and generated samples, the output of D and the push on samples over them; both losses and the gradient of G over the turns. {sentence}",
        sentence=sentence,
        labels=tuple(_labels(shown)),
        readouts=(_modes(shown), _players(shown)),
        notes=tuple(_notes(shown)),
        runner=Runner(len(shown.turns), len(shown.turns) if shown.diverged else MOST, CHUNK, BUTTONS),
    )  # fmt: skip


def story(shown: Shown) -> str:
    """What has been learned, in a sentence."""
    turns, modes = len(shown.turns), len(shown.shares)
    if shown.diverged:
        return f"The training left the numbers at turn {turns}: a loss is not finite any more. Take a smaller learning rate, or go back."
    if not turns:
        return f"Nothing is learned yet: G puts its samples where chance wants it. {modes} mode{'s' if modes > 1 else ''} to find: press ▶."
    missed = "" if shown.covered == modes else "; the others get less than a quarter of their share"
    near = float(shown.shares.sum())
    return (
        f"After {turns} turns ({described(shown.turns)}) G covers {shown.covered} of {modes} modes{missed}. "
        f"{number(100 * near)} % of its samples lie near one."
    )


def _notes(shown: Shown) -> list[str]:
    notes = [] if isinstance(shown.samples, Line) else [IN_PLANE]
    notes += [f"A mode counts as covered from {number(100 * COVERED)} % of its share; near is within 3 widths."]
    if shown.unfinished:
        notes.append(f"{len(shown.turns)} of {shown.asked} turns are trained yet.")
    return notes


def _labels(shown: Shown) -> list[Label]:
    """What the lines are, beside them."""
    found, look = [], shown.samples
    for name, values, color in (
        (("real", look.real, NEUTRAL), ("generated", look.generated, GENERATOR)) if isinstance(look, Line) else ()
    ):
        at = int(values[: 2 * len(values) // 3].argmax())  # where there is room for a word beside it
        found.append(Label(name, float(look.places[at]), float(values[at]), color))
    beside = BESIDE * until(shown)
    for name, values, color in zip(("loss of G", "loss of D"), shown.losses.T, (GENERATOR, DISCRIMINATOR), strict=True):
        known = np.flatnonzero(np.isfinite(values))
        if known.size:
            found.append(Label(name, float(known[-1] + 1) + beside, float(values[known[-1]]), color, ("x4", "y4")))
    return found


def _modes(shown: Shown) -> Readout:
    due = 100 / len(shown.shares)
    rows = tuple(
        Row(
            (", ".join(number(float(place)) for place in center), f"{number(100 * float(share))} %", f"{number(due)} %")
        )
        for center, share in zip(shown.centers, shown.shares, strict=True)
    )
    return Readout("Samples near each mode", ("mode at", "generated", "real"), rows)


def _players(shown: Shown) -> Readout:
    last = [next((float(value) for value in values[::-1] if np.isfinite(value)), np.nan) for values in shown.losses.T]
    size = next((float(value) for value in shown.gradients[::-1] if np.isfinite(value)), np.nan)
    rows = (Row(("G", number(last[0]), number(size)), GENERATOR), Row(("D", number(last[1]), ""), DISCRIMINATOR))
    return Readout("The last turn of each", ("", "loss", "gradient"), rows)


def table(shown: Shown) -> dict[str, np.ndarray]:
    """Every turn by column; not a number where one did not learn."""
    return {
        "turn": np.arange(1, len(shown.turns) + 1),
        "learns": np.array([*shown.turns]),
        "G loss": shown.losses[:, 0],
        "D loss": shown.losses[:, 1],
        "G gradient": shown.gradients,
    }
