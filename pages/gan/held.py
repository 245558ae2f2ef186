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
ACROSS, PUSHED = 25, 13  # places along a side of the plane where the output, and the push, are shown
DRAWN = 400  # samples of each kind that are drawn in the plane
QUANTILES = 2000  # noises of which samples are made to see how they are spread: on the line evenly likely, else drawn
BLUR = 0.06  # standard deviation by which their histogram is smoothed


@dataclass(frozen=True, eq=False)
class Line:
    """What is shown of samples on a line, ``[n]`` each.

    ``places`` are samples in view; ``real`` and ``generated`` the densities there, ``output`` what the discriminator
    says, a probability or a raw score, ``push`` minus the slope of the generator's loss in the sample.
    """

    places: np.ndarray
    real: np.ndarray
    generated: np.ndarray
    output: np.ndarray
    push: np.ndarray


@dataclass(frozen=True, eq=False)
class Plane:
    """What is shown of samples in the plane: ``real`` and ``generated`` ones, ``[n, 2]``.

    At ``places`` ``[k, 2]`` there is the ``lead`` of the discriminator ``[k]``, its raw output above the one at which
    it cannot decide (of a critic, which has none, above the median); from ``pushed`` ``[m, 2]`` a sample is drawn by
    ``push``.
    """

    real: np.ndarray
    generated: np.ndarray
    places: np.ndarray
    lead: np.ndarray
    pushed: np.ndarray
    push: np.ndarray


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
    samples
        What they look like.
    shares
        ``[modes]``, of the generated samples, by mode.
    centers
        ``[modes, dimensions]``, where those are.
    covered
        How many of them are.
    diverged
        Whether the last turn led out of the numbers.
    """

    turns: str
    asked: int
    losses: np.ndarray
    gradients: np.ndarray
    samples: Line | Plane
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
        modes, random = self.replay.training.modes, torch.Generator().manual_seed(0)
        likely = (torch.arange(QUANTILES, dtype=torch.float64) + 0.5) / QUANTILES
        on_line = modes.dimensions == 1
        self._noises = (
            torch.special.ndtri(likely)[:, None]
            if on_line
            else torch.randn(QUANTILES, plan.latent, generator=random, dtype=torch.float64)
        )
        self._real = modes.sample(DRAWN, random).numpy()
        self._look = self._line if on_line else self._plane

    def to(self, turns: str, enough: Callable[[], bool] | None = None) -> Shown:
        """The training after these turns, or the first of them, where ``enough`` says so between two."""
        with self._lock:
            training = self.replay.to(turns, enough)
            samples = training.generator(self._noises).numpy()
            with np.errstate(over="ignore", invalid="ignore"):
                look = self._look(samples)
            return Shown(
                training.turns, len(turns), np.array(training.losses).reshape(-1, 2), np.array(training.gradients), look,
                training.modes.shares(samples), training.modes.centers, training.modes.covered(samples), training.diverged,
            )  # fmt: skip

    def _line(self, samples: np.ndarray) -> Line:
        places, training = np.linspace(-REACH, REACH, PLACES), self.replay.training
        raw, push = self._answers(places[:, None])
        output = sigmoid(raw) if training.game.probable else raw
        return Line(
            places, training.modes.density(places[:, None]), _density(samples[:, 0], places), output, push[:, 0]
        )

    def _plane(self, samples: np.ndarray) -> Plane:
        places, pushed = (_grid(side) for side in (ACROSS, PUSHED))
        game = self.replay.training.game
        raw, _ = self._answers(places)
        middle = np.median(raw) if game.key == "wasserstein" else game.undecided
        return Plane(self._real, samples[:DRAWN], places, raw - middle, pushed, self._answers(pushed)[1])

    def _answers(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The discriminator's raw output at samples ``[n, dimensions]``, and where the generator's loss pushes them."""
        training, at = self.replay.training, torch.from_numpy(places).requires_grad_()
        outputs = training.discriminator(at)[:, 0]
        (slopes,) = torch.autograd.grad(outputs.sum(), at)
        raw = outputs.detach().numpy()
        return raw, -training.game.pull.slope(raw)[:, None] * slopes.numpy()


def _grid(side: int) -> np.ndarray:
    along = (np.arange(side) + 0.5) / side * 2 * REACH - REACH
    return np.stack(np.meshgrid(along, along), -1).reshape(-1, 2)


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
