"""A training that a session keeps, and what of it is shown: made under a lock, since several may ask at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from losses.game.games import sigmoid
from losses.game.training import TURNS, Plan, Replay

REACH = 3.6  # of the samples in view
PLACES = 181  # along the line
QUANTILES = 2000  # noises, evenly likely, of which samples are made to see how they are spread
BLUR = 0.06  # standard deviation by which their histogram is smoothed


@dataclass(frozen=True, eq=False)
class Shown:
    """A training at one turn.

    Attributes
    ----------
    turns
        Who has learned until then.
    asked
        How many turns are wanted.
    losses, gradients
        ``[turns, 2]`` of generator and discriminator, ``[turns]`` the norm of the generator's gradient.
    places
        ``[n]``, samples in view.
    real, generated
        ``[n]``, the densities.
    output
        ``[n]``, what the discriminator says: a probability, or a raw score.
    push
        ``[n]``, minus the slope of the generator's loss in a sample: where it is drawn to.
    shares
        ``[modes]``, of the generated samples, by mode.
    centers
        ``[modes]``, where those are.
    covered
        How many of them are.
    diverged
        Whether the last turn led out of the numbers.
    """

    turns: str
    asked: int
    losses: np.ndarray
    gradients: np.ndarray
    places: np.ndarray
    real: np.ndarray
    generated: np.ndarray
    output: np.ndarray
    push: np.ndarray
    shares: np.ndarray
    centers: np.ndarray
    covered: int
    diverged: bool

    @property
    def unfinished(self) -> bool:
        """Whether there is more to train."""
        return len(self.turns) < self.asked and not self.diverged


class Held:
    """A training of a plan, brought to any turn."""

    def __init__(self, plan: Plan) -> None:
        self.replay = Replay(plan)
        self._lock = threading.Lock()
        likely = (torch.arange(QUANTILES, dtype=torch.float64) + 0.5) / QUANTILES
        self._noises = torch.special.ndtri(likely)[:, None]

    def to(self, turns: str, enough: Callable[[], bool] | None = None) -> Shown:
        """The training after these turns, or the first of them, where ``enough`` says so between two."""
        with self._lock:
            self.replay.to(turns, enough)
            return self._shown(len(turns))

    def _shown(self, asked: int) -> Shown:
        training = self.replay.training
        places = np.linspace(-REACH, REACH, PLACES)
        samples = training.generator(self._noises).numpy()
        grid = torch.from_numpy(places)[:, None].requires_grad_()
        outputs = training.discriminator(grid)[:, 0]
        (slopes,) = torch.autograd.grad(outputs.sum(), grid)
        raw = outputs.detach().numpy()
        with np.errstate(over="ignore", invalid="ignore"):
            push = -training.game.pull.slope(raw) * slopes[:, 0].numpy()
            output = sigmoid(raw) if training.game.probable else raw
        return Shown(
            training.turns, asked, np.array(training.losses).reshape(-1, 2), np.array(training.gradients), places,
            training.modes.density(places[:, None]), _density(samples[:, 0], places), output, push,
            training.modes.shares(samples), training.modes.centers[:, 0], training.modes.covered(samples), training.diverged,
        )  # fmt: skip


def _density(samples: np.ndarray, places: np.ndarray) -> np.ndarray:
    """A histogram of samples at even places, smoothed: one that has left the view is in none of them."""
    step = places[1] - places[0]
    bins = np.append(places - step / 2, places[-1] + step / 2)
    counts = np.histogram(samples[np.isfinite(samples)], bins)[0] / (len(samples) * step)
    reach = int(np.ceil(4 * BLUR / step))
    kernel = np.exp(-((np.arange(-reach, reach + 1) * step / BLUR) ** 2) / 2)
    return np.convolve(counts, kernel / kernel.sum(), "same")


def described(turns: str) -> str:
    """Who has learned how often, in words."""
    counts = {title: turns.count(who) for who, title in TURNS.items()}
    return ", ".join(f"{title} {count}" for title, count in counts.items() if count)
