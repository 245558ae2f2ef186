"""Optimisers and learning-rate schedules: PyTorch's own, each declared once with its rule, parameters and source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor
from torch.optim import lr_scheduler

from losses.spec.expression import return_expression
from losses.spec.parameter import LARGEST, Parameter, Range, check_all, signature, substitute

Weights = Annotated[list[Tensor], "the tensors to move"]


@dataclass(frozen=True)
class Optimiser:
    """An optimiser of ``torch.optim``.

    Attributes
    ----------
    build
        ``build(weights, **parameters)`` gives the ``torch.optim.Optimizer``.
    latex
        The rule for one step from weights θ with gradient g; ``@momentum`` stands for a parameter.
    velocity, second_moment
        Under which name its state keeps the (decaying) sum of gradients, and of their squares, if it does.
    scale_free
        Whether the path stays (but for a tiny ε) the same when the loss is multiplied by a number. The
        learning rate is then a length; else it is a length over a slope, and its unit one over the sharpness.
    critical
        The largest stable learning rate on a quadratic, times its sharpness, from the parameters;
        None where there is no such simple bound.
    searches
        Whether a step evaluates the surface more than once, at places of its own choice.
    slot, color
        Which of the dashes and symbols it is drawn with, and which of the colours where that is another number.
    """

    key: str
    name: str
    build: Callable[..., torch.optim.Optimizer]
    parameters: Mapping[str, Parameter]
    latex: str
    source: str
    velocity: str
    second_moment: str
    scale_free: bool
    critical: Callable[..., float] | None
    searches: bool
    slot: int
    color: int | None

    def settings(self, **parameters: Any) -> dict[str, float | bool]:
        """All parameters with defaults filled in and each value checked (``ValueError``)."""
        return check_all(self.key, self.parameters, parameters)

    @property
    def summary(self) -> str:
        """What the optimiser does, in a sentence."""
        return " ".join(self.build.__doc__.split())

    def formula(self, **parameters: Any) -> str:
        """The rule in LaTeX, with the values given here plugged in."""
        return substitute(self.latex, self.parameters, parameters)

    def code(self, **parameters: Any) -> str:
        """What builds it in PyTorch, for a tensor ``weights``, with these parameters."""
        return return_expression(self.build, weights="[weights]", **self.settings(**parameters)).replace(
            ", foreach=False", ""
        )

    def stable_learning_rate(self, sharpness: ArrayLike, **parameters: Any) -> np.ndarray:
        """The largest learning rates that do not overshoot ever more where the Hessian's largest eigenvalues are these.

        In the shape of ``sharpness``. Infinite where nothing curves upwards; not a number where no bound is known
        for this optimiser.
        """
        if self.critical is None:
            return np.full(np.shape(sharpness), np.nan)
        with np.errstate(divide="ignore", over="ignore"):
            return self.critical(**self.settings(**parameters)) / np.maximum(sharpness, 0.0)


def _optimiser(
    name: str,
    latex: str,
    source: str,
    *,
    velocity: str = "",
    second_moment: str = "",
    scale_free: bool = False,
    critical: Callable[..., float] | None = None,
    searches: bool = False,
    slot: int,
    color: int | None = None,
) -> Callable[[Callable[..., torch.optim.Optimizer]], Optimiser]:
    def declare(build: Callable[..., torch.optim.Optimizer]) -> Optimiser:
        _, parameters = signature(build)
        return Optimiser(
            build.__name__,
            name,
            build,
            parameters,
            latex,
            source,
            velocity,
            second_moment,
            scale_free,
            critical,
            searches,
            slot,
            color,
        )

    return declare


def _rate(low: float, high: float) -> Range:
    return Range(0.0, LARGEST, symbol=r"\eta", log=True, slider=(low, high), scaled=True)


# Steps of a length that follows the slope are measured against the sharpness, others against the view.
SlopeRate = Annotated[float, _rate(0.01, 4.0)]
LengthRate = Annotated[float, _rate(0.001, 1.0)]
Momentum = Annotated[float, Range(0.0, 0.9999, symbol=r"\mu", slider=(0.0, 0.99))]
Beta1 = Annotated[float, Range(0.0, 0.9999, symbol=r"\beta_1", slider=(0.0, 0.99))]
Beta2 = Annotated[float, Range(0.0, 0.9999, symbol=r"\beta_2", slider=(0.0, 0.9999))]
ADAM = (
    r"m\leftarrow@beta1\,m+(1-@beta1)\,g,\quad v\leftarrow@beta2\,v+(1-@beta2)\,g^2,\quad "
    r"\hat m=\frac{m}{1-@beta1^t},\ \hat v=\frac{v}{1-@beta2^t},\quad "
    r"\theta\leftarrow\theta-@learning_rate\,\frac{\hat m}{\sqrt{\hat v}+10^{-8}}"
)


@_optimiser(
    "SGD",
    r"\theta\leftarrow\theta-@learning_rate\,g",
    "Robbins and Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22(3)",
    critical=lambda **_: 2.0,
    slot=0,
)
def sgd(weights: Weights, *, learning_rate: SlopeRate = 1.8) -> torch.optim.Optimizer:
    """Steps straight down the slope, each as long as the slope is steep."""
    return torch.optim.SGD(weights, lr=learning_rate, foreach=False)


@_optimiser(
    "Momentum",
    r"v\leftarrow@momentum\,v+g,\quad\theta\leftarrow\theta-@learning_rate\,v",
    "Polyak (1964), Some methods of speeding up the convergence of iteration methods, "
    "USSR Computational Mathematics and Mathematical Physics 4(5)",
    velocity="momentum_buffer",
    critical=lambda momentum, **_: 2 * (1 + momentum),
    slot=1,
    color=2,
)
def momentum(weights: Weights, *, learning_rate: SlopeRate = 0.3, momentum: Momentum = 0.9) -> torch.optim.Optimizer:
    """A heavy ball: slopes that agree add up, slopes that alternate cancel."""
    return torch.optim.SGD(weights, lr=learning_rate, momentum=momentum, foreach=False)


@_optimiser(
    "Nesterov",
    r"v\leftarrow@momentum\,v+g,\quad\theta\leftarrow\theta-@learning_rate\,(g+@momentum\,v)",
    "Nesterov (1983), A method of solving a convex programming problem with convergence rate O(1/k²), "
    "Soviet Mathematics Doklady 27(2); in this form Sutskever, Martens, Dahl and Hinton (2013), ICML",
    velocity="momentum_buffer",
    critical=lambda momentum, **_: 2 * (1 + momentum) / (1 + 2 * momentum),
    slot=2,
    color=5,
)
def nesterov(
    weights: Weights,
    *,
    learning_rate: SlopeRate = 0.3,
    momentum: Annotated[float, Range(0.0, 0.9999, symbol=r"\mu", slider=(0.0, 0.99), open_low=True)] = 0.9,
) -> torch.optim.Optimizer:
    """Momentum that looks a step ahead, and so brakes before it has overshot."""
    return torch.optim.SGD(weights, lr=learning_rate, momentum=momentum, nesterov=True, foreach=False)


@_optimiser(
    "AdaGrad",
    r"s\leftarrow s+g^2,\quad\theta\leftarrow\theta-@learning_rate\,\frac{g}{\sqrt s+10^{-10}}",
    "Duchi, Hazan and Singer (2011), Adaptive subgradient methods for online learning and stochastic optimization, "
    "Journal of Machine Learning Research 12",
    second_moment="sum",
    scale_free=True,
    slot=3,
)
def adagrad(weights: Weights, *, learning_rate: LengthRate = 0.15) -> torch.optim.Optimizer:
    """Divides by all the slopes there have been, so that every weight soon gets steps of its own, ever shorter."""
    return torch.optim.Adagrad(weights, lr=learning_rate, foreach=False)


@_optimiser(
    "RMSprop",
    r"v\leftarrow@decay\,v+(1-@decay)\,g^2,\quad\theta\leftarrow\theta-@learning_rate\,\frac{g}{\sqrt v+10^{-8}}",
    "Tieleman and Hinton (2012), Neural networks for machine learning, lecture 6.5, Coursera",
    second_moment="square_avg",
    scale_free=True,
    slot=4,
)
def rmsprop(
    weights: Weights,
    *,
    learning_rate: LengthRate = 0.02,
    decay: Annotated[float, Range(0.0, 0.9999, symbol=r"\alpha", slider=(0.0, 0.999))] = 0.99,
) -> torch.optim.Optimizer:
    """AdaGrad that forgets: it divides by the size of recent slopes, so its steps do not die out."""
    return torch.optim.RMSprop(weights, lr=learning_rate, alpha=decay, foreach=False)


@_optimiser(
    "Adam",
    ADAM,
    "Kingma and Ba (2015), Adam: a method for stochastic optimization, ICLR, algorithm 1",
    velocity="exp_avg",
    second_moment="exp_avg_sq",
    scale_free=True,
    slot=5,
    color=1,
)
def adam(
    weights: Weights, *, learning_rate: LengthRate = 0.03, beta1: Beta1 = 0.9, beta2: Beta2 = 0.999
) -> torch.optim.Optimizer:
    """Momentum divided by the size of recent slopes: steps of about the learning rate, whatever the loss's unit."""
    return torch.optim.Adam(weights, lr=learning_rate, betas=(beta1, beta2), foreach=False)


@_optimiser(
    "AdamW",
    r"\theta\leftarrow(1-@learning_rate\cdot@weight_decay)\,\theta,\quad " + ADAM,
    "Loshchilov and Hutter (2019), Decoupled weight decay regularization, ICLR, algorithm 2",
    velocity="exp_avg",
    second_moment="exp_avg_sq",
    scale_free=True,
    slot=6,
    color=7,
)
def adamw(
    weights: Weights,
    *,
    learning_rate: LengthRate = 0.03,
    beta1: Beta1 = 0.9,
    beta2: Beta2 = 0.999,
    weight_decay: Annotated[float, Range(0.0, 1e6, symbol=r"\lambda", slider=(0.0, 1.0))] = 0.01,
) -> torch.optim.Optimizer:
    """Adam that also shrinks the weights a little at every step: it comes to rest beside the minimum, nearer zero."""
    betas = (beta1, beta2)
    return torch.optim.AdamW(weights, lr=learning_rate, betas=betas, weight_decay=weight_decay, foreach=False)


@_optimiser(
    "L-BFGS",
    r"\theta\leftarrow\theta-t\,H g,\quad H\approx\left(\nabla^2L\right)^{-1},\ t\text{ by strong Wolfe line search}",
    "Liu and Nocedal (1989), On the limited memory BFGS method for large scale optimization, "
    "Mathematical Programming 45",
    searches=True,
    slot=7,
    color=6,
)
def lbfgs(
    weights: Weights,
    *,
    learning_rate: Annotated[float, Range(0.0, LARGEST, symbol=r"t_0", slider=(0.05, 2.0))] = 1.0,
) -> torch.optim.Optimizer:
    """Learns the curvature from the gradients and aims at the bottom, with a line search that never lets it explode."""
    # A step is one iteration; the evaluations that max_eval leaves after the first are those of its line search.
    return torch.optim.LBFGS(weights, lr=learning_rate, max_iter=1, max_eval=26, line_search_fn="strong_wolfe")


OPTIMISERS = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Optimiser)})


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes: ``build(optimiser, steps)`` gives the scheduler, or None where it does not."""

    key: str
    name: str
    build: Callable[[torch.optim.Optimizer, int], lr_scheduler.LRScheduler | None]

    def code(self, steps: int) -> str:
        """What builds it in PyTorch, for an ``optimiser``."""
        return return_expression(self.build, optimiser="optimiser", steps=steps)


def _schedule(name: str) -> Callable[[Callable], Schedule]:
    return lambda build: Schedule(build.__name__, name, build)


@_schedule("Constant")
def constant(optimiser: torch.optim.Optimizer, steps: int) -> None:
    """The same throughout."""
    return None


@_schedule("A tenth after every third")
def step(optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Two drops, as in many a training script."""
    return lr_scheduler.StepLR(optimiser, max(1, (steps + 2) // 3), gamma=0.1)  # rounded up: no third drop


@_schedule("Cosine to zero")
def cosine(optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Half a wave of a cosine (Loshchilov and Hutter 2017, SGDR, ICLR, equation 5, without restarts)."""
    return lr_scheduler.CosineAnnealingLR(optimiser, max(1, steps))


@_schedule("Warm-up over the first tenth")
def warm_up(optimiser: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """From a hundredth evenly up, then constant (Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2)."""
    return lr_scheduler.LinearLR(optimiser, 0.01, total_iters=max(1, steps // 10))


SCHEDULES = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Schedule)})
