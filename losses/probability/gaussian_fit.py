"""One Gaussian Q fitted to a mixture P of two, by forward KL, reverse KL and Jensen-Shannon.

Every expectation is one under a Gaussian: a sum over an even grid in units of its width, which for smooth
functions converges faster than any power of the spacing (Trefethen and Weideman 2014, The exponentially
convergent trapezoidal rule). Densities stay logarithms throughout, so that none underflows. A Gaussian is
a row (mean, log width) of an array ``[..., 2]``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from losses.calculus import newton_step

REACH = 9.0  # widths from the mean up to which a Gaussian is summed: beyond lies less than 1e-18 of it
COARSE, FINE = 241, 1201  # places of the grid: on the way to a minimum, and for what is told
ROUNDS = 60
_LOG_ROOT = 0.5 * math.log(2 * math.pi)
_SHARES = torch.tensor([1.0, 0.5, 0.1, 0.01], dtype=torch.float64)  # of a Newton step that are tried
_LONGEST = 1.0  # step in mean / width and log width
_LEVEL = 1e-9  # a curvature that counts as none
_GAIN = 1e-16  # a promised gain that no further round is worth
_SAME = 1e-3  # difference within which two minima are one

Divergence = Callable[["Mixture", Tensor, int], Tensor]


@dataclass(frozen=True)
class Mixture:
    """Two Gaussians; the first with probability ``weight``."""

    means: tuple[float, float]
    widths: tuple[float, float]
    weight: float

    @property
    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation."""
        shares, means, widths = np.array([self.weight, 1 - self.weight]), np.array(self.means), np.array(self.widths)
        mean = float(shares @ means)
        return mean, float(np.sqrt(shares @ (widths**2 + (means - mean) ** 2)))

    def log_density(self, x: Tensor) -> Tensor:
        """The logarithm of the density at x, any shape."""
        shares = torch.tensor([self.weight, 1 - self.weight], dtype=torch.float64).log()
        first, second = (
            share + log_gaussian(x, mean, math.log(width))
            for share, mean, width in zip(shares, self.means, self.widths, strict=True)
        )
        return log_sum(first, second)


class Places(NamedTuple):
    """Where the mixture is summed: x ``[n]``, how much of it each stands for, and the log density there."""

    x: Tensor
    weights: Tensor
    log_density: Tensor


class GaussianFit(NamedTuple):
    """A Gaussian at a minimum, and its three divergences from the mixture, by their keys in ``LOSSES``."""

    mean: float
    width: float
    kl_divergence: float
    reverse_kl: float
    jensen_shannon: float


def log_gaussian(x: Tensor, mean: Tensor | float, log_width: Tensor | float) -> Tensor:
    """The logarithm of a Gaussian density; everything broadcasts.

    Parameters
    ----------
    x
        Where.
    mean
        The Gaussian's mean, in the unit of x.
    log_width
        The logarithm of its standard deviation.
    """
    scale = log_width.exp() if isinstance(log_width, Tensor) else math.exp(log_width)
    return -0.5 * ((x - mean) / scale) ** 2 - log_width - _LOG_ROOT


def log_sum(one: Tensor, other: Tensor) -> Tensor:
    """log(exp(one) + exp(other)), with second derivatives, which ``torch.logaddexp`` loses far from 0."""
    return one + functional.softplus(other - one, threshold=50)


def kl_divergence(mixture: Mixture, gaussians: Tensor, places: int = FINE) -> Tensor:
    """KL(P‖Q) for every Gaussian.

    Parameters
    ----------
    mixture
        P.
    gaussians
        ``[..., 2]``, mean and log width of every Q.
    places
        How many places of the grid stand for one Gaussian.

    Returns
    -------
    Tensor
        ``[...]``, in nats.
    """
    x, weights, log_p = _of_mixture(mixture, places)
    return ((log_p - log_gaussian(x, gaussians[..., :1], gaussians[..., 1:])) * weights).sum(-1)


def reverse_kl(mixture: Mixture, gaussians: Tensor, places: int = FINE) -> Tensor:
    """KL(Q‖P) for every Gaussian.

    Parameters
    ----------
    mixture, gaussians, places
        As ``kl_divergence`` takes them.

    Returns
    -------
    Tensor
        ``[...]``, in nats.
    """
    units, weights = _grid(places)
    mean, log_width = gaussians[..., :1], gaussians[..., 1:]
    x = mean + log_width.exp() * units
    return -_LOG_ROOT - 0.5 - gaussians[..., 1] - (mixture.log_density(x) * weights).sum(-1)


def jensen_shannon(mixture: Mixture, gaussians: Tensor, places: int = FINE) -> Tensor:
    """Half of each one's KL to the half-and-half mixture of both, for every Gaussian.

    Parameters
    ----------
    mixture, gaussians, places
        As ``kl_divergence`` takes them.

    Returns
    -------
    Tensor
        ``[...]``, in nats; at most log 2.
    """
    units, weights = _grid(places)
    mean, log_width = gaussians[..., :1], gaussians[..., 1:]
    x, shares, log_p = _of_mixture(mixture, places)
    mixed = ((log_p - _middle(log_p, log_gaussian(x, mean, log_width))) * shares).sum(-1)
    own = log_gaussian(units, 0.0, 0.0) - log_width
    middle = _middle(mixture.log_density(mean + log_width.exp() * units), own)
    return 0.5 * (mixed + ((own - middle) * weights).sum(-1))


def fit_forward(mixture: Mixture) -> GaussianFit:
    """The Gaussian of least forward KL: the one with the mixture's mean and variance (Bishop 2006, section 10.7)."""
    mean, width = mixture.moments
    return _told(mixture, torch.tensor([[mean, math.log(width)]], dtype=torch.float64))[0]


def fits(
    mixture: Mixture, divergence: Divergence, start: float | None = None
) -> tuple[list[GaussianFit], GaussianFit | None]:
    """The minima of a divergence, the lowest first, and the one that a descent from a given mean ends in.

    Descents begin on either hump, at the forward fit and at ``start``.

    Parameters
    ----------
    mixture
        What is fitted.
    divergence
        One of ``DIVERGENCES``.
    start
        The mean of one more Gaussian, of width 1, that a descent begins with.

    Returns
    -------
    tuple
        The minima, and where the descent from ``start`` ends; None without it.
    """
    mean, width = mixture.moments
    starts = [*zip(mixture.means, mixture.widths, strict=True), (mean, width)]
    if start is not None:
        starts.append((start, 1.0))
    rows = torch.tensor([[mean, math.log(width)] for mean, width in starts], dtype=torch.float64)
    ends = _descend(mixture, divergence, rows)
    values = divergence(mixture, ends, FINE)
    found: list[int] = []
    for row in torch.argsort(values).tolist():
        if all((ends[row] - ends[other]).abs().max() > _SAME for other in found):
            found.append(row)
    told = _told(mixture, ends)
    return [told[row] for row in found], told[-1] if start is not None else None


def along(mixture: Mixture, divergence: Divergence, means: np.ndarray, width: float) -> np.ndarray:
    """A divergence for Gaussians of one width at some means.

    Parameters
    ----------
    mixture
        What they are measured against.
    divergence
        One of ``DIVERGENCES``.
    means
        ``[n]``.
    width
        The standard deviation of all, above 0.

    Returns
    -------
    ndarray
        ``[n]``, in nats.
    """
    rows = torch.stack([torch.as_tensor(means), torch.full((len(means),), math.log(width), dtype=torch.float64)], -1)
    return divergence(mixture, rows, COARSE).numpy()


def density(mixture: Mixture, x: np.ndarray) -> np.ndarray:
    """The density of the mixture at x."""
    return mixture.log_density(torch.as_tensor(x)).exp().numpy()


def gaussian_density(x: np.ndarray, mean: float, width: float) -> np.ndarray:
    """The density of a Gaussian at x.

    Parameters
    ----------
    x
        Where, any shape.
    mean, width
        Mean and standard deviation of the Gaussian, in the unit of x.
    """
    return log_gaussian(torch.as_tensor(x), mean, math.log(width)).exp().numpy()


def _told(mixture: Mixture, gaussians: Tensor) -> list[GaussianFit]:
    parts = [gaussians[:, 0], gaussians[:, 1].exp(), *(f(mixture, gaussians, FINE) for f in DIVERGENCES.values())]
    return [GaussianFit(*row) for row in torch.stack(parts, -1).tolist()]


def _middle(log_p: Tensor, log_q: Tensor) -> Tensor:
    """The log density of half of one and half of the other."""
    return log_sum(log_p, log_q) - math.log(2)


@lru_cache(maxsize=8)
def _of_mixture(mixture: Mixture, places: int) -> Places:
    units, weights = _grid(places)
    x = torch.cat([mean + width * units for mean, width in zip(mixture.means, mixture.widths, strict=True)])
    shares = torch.cat([mixture.weight * weights, (1 - mixture.weight) * weights])
    return Places(x, shares, mixture.log_density(x))


@lru_cache(maxsize=4)
def _grid(places: int) -> tuple[Tensor, Tensor]:
    """Places in units of the width, and how much of a standard Gaussian each stands for."""
    units = torch.linspace(-REACH, REACH, places, dtype=torch.float64)
    weights = log_gaussian(units, 0.0, 0.0).exp()
    return units, weights / weights.sum()


def _descend(mixture: Mixture, divergence: Divergence, rows: Tensor) -> Tensor:
    """Damped Newton steps from every start ``[s, 2]``, at first on a coarse grid."""
    for places, rounds in ((COARSE, ROUNDS), (FINE, 1)):
        for _ in range(rounds):
            gradient, hessian = _slopes(mixture, divergence, rows, places)
            # The mean is measured in widths: so both steps are of like size.
            unit = torch.stack([rows[:, 1].exp(), torch.ones(len(rows), dtype=torch.float64)], -1)
            whole, promise, curves = newton_step(*(part.numpy() for part in (gradient, hessian, unit)), absolute=_LEVEL)
            step = torch.from_numpy(whole)
            step = step * (_LONGEST / (step / unit).norm(dim=-1, keepdim=True)).clamp(max=1.0)
            if promise.max() < _GAIN and (curves > 0).all():
                rows = rows + step
                break
            tried = torch.cat([rows[None], rows + _SHARES[:, None, None] * step])
            best = divergence(mixture, tried, places).argmin(0)
            if (best == 0).all():  # rounding hides any further gain
                break
            rows = tried[best, torch.arange(len(rows))]
    return rows


def _slopes(mixture: Mixture, divergence: Divergence, rows: Tensor, places: int) -> tuple[Tensor, Tensor]:
    """Gradient ``[s, 2]`` and Hessian ``[s, 2, 2]`` at every row, by autograd."""
    # Two copies, so that one pass gives both rows of every Hessian: on so few numbers a pass costs, not its size.
    copies = rows.detach().expand(2, *rows.shape).clone().requires_grad_()
    (gradient,) = torch.autograd.grad(divergence(mixture, copies, places).sum(), copies, create_graph=True)
    (hessian,) = torch.autograd.grad(gradient[0, :, 0].sum() + gradient[1, :, 1].sum(), copies)
    return gradient[0].detach(), hessian.transpose(0, 1)


DIVERGENCES: Mapping[str, Divergence] = MappingProxyType(
    {function.__name__: function for function in (kl_divergence, reverse_kl, jensen_shannon)}
)
"""Each divergence of a Gaussian from a mixture, by the key of the loss that it is."""
