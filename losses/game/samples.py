"""What the samples of a training look like: how they are spread, what D says of them, where they are pushed."""

from dataclasses import dataclass

import numpy as np
import torch

from losses.game.games import sigmoid
from losses.game.training import Training

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


class Samples:
    """Samples of a training, always made of the same noises, so that one sees the generator move and nothing else."""

    def __init__(self, training: Training) -> None:
        self.training = training
        modes, random = training.modes, torch.Generator().manual_seed(0)
        likely = (torch.arange(QUANTILES, dtype=torch.float64) + 0.5) / QUANTILES
        on_line = modes.dimensions == training.plan.latent == 1
        drawn = torch.randn(QUANTILES, training.plan.latent, generator=random, dtype=torch.float64)
        self._noises = torch.special.ndtri(likely)[:, None] if on_line else drawn
        self._real = modes.sample(DRAWN, random).numpy()

    def made(self) -> np.ndarray:
        """The generated samples as they are now, ``[n, dimensions]``."""
        return self.training.generator(self._noises).numpy()

    def look(self, samples: np.ndarray) -> Line | Plane:
        """What there is to see of them, ``samples`` being those that were ``made``."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._line(samples) if self.training.modes.dimensions == 1 else self._plane(samples)

    def _line(self, samples: np.ndarray) -> Line:
        places, training = np.linspace(-REACH, REACH, PLACES), self.training
        raw, push = self._answers(places[:, None])
        output = sigmoid(raw) if training.game.probable else raw
        return Line(
            places, training.modes.density(places[:, None]), _density(samples[:, 0], places), output, push[:, 0]
        )

    def _plane(self, samples: np.ndarray) -> Plane:
        places, pushed = (_grid(side) for side in (ACROSS, PUSHED))
        game = self.training.game
        raw, _ = self._answers(places)
        middle = np.median(raw) if game.key == "wasserstein" else game.undecided
        return Plane(self._real, samples[:DRAWN], places, raw - middle, pushed, self._answers(pushed)[1])

    def _answers(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The discriminator's raw output at samples ``[n, dimensions]``, and where the generator's loss pushes them."""
        training, at = self.training, torch.from_numpy(places).requires_grad_()
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
