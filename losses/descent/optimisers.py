"""Optimisers, each declared once with its rule, parameters and source."""

from types import MappingProxyType
from typing import Annotated

import torch
from torch import Tensor

from losses.spec.optimiser import Optimiser, optimiser
from losses.spec.parameter import LARGEST, Range, Switch

Weights = Annotated[list[Tensor], "the tensors to move"]


def _rate(low: float, high: float) -> Range:
    return Range(0.0, LARGEST, symbol=r"\eta", log=True, slider=(low, high), scaled=True)


# Steps of a length that follows the slope are measured against the sharpness, others against the view.
SlopeRate = Annotated[float, _rate(0.01, 4.0)]
WideSlopeRate = Annotated[float, _rate(0.05, 40.0)]
LengthRate = Annotated[float, _rate(0.001, 1.0)]
Momentum = Annotated[float, Range(0.0, 0.9999, symbol=r"\mu", slider=(0.0, 0.99))]
Beta1 = Annotated[float, Range(0.0, 0.9999, symbol=r"\beta_1", slider=(0.0, 0.99), detail=True)]
Beta2 = Annotated[float, Range(0.0, 0.9999, symbol=r"\beta_2", slider=(0.0, 0.9999), detail=True)]
OpenMomentum = Annotated[float, Range(0.0, 0.9999, symbol=r"\mu", slider=(0.0, 0.99), open_low=True)]
WeightDecay = Annotated[float, Range(0.0, 1e6, symbol=r"\lambda", slider=(0.0, 1.0), detail=True)]

FIRST = r"m\leftarrow@beta1\,m+(1-@beta1)\,g,\quad "
MOMENTS = FIRST + r"v\leftarrow@beta2\,v+(1-@beta2)\,g^2,\quad "
ADAM = MOMENTS + (
    r"\hat m=\frac{m}{1-@beta1^t},\ \hat v=\frac{v}{1-@beta2^t},\quad "
    r"\theta\leftarrow\theta-@learning_rate\,\frac{\hat m}{\sqrt{\hat v}+10^{-8}}"
)


def _corrected(second_moment, step, beta2, **_):
    """Adam's divisor, its second moment corrected for the steps before the first."""
    return (second_moment / (1 - beta2**step)) ** 0.5 + 1e-8


def _averaged(beta1, **_):
    """Heavy ball's bound for a mean of slopes, that is dampened by as much as it remembers."""
    return 2 * (1 + beta1) / (1 - beta1)


AMSGRAD = r"\bar v\leftarrow\max(\bar v,\,v),\ \hat v=\frac{\bar v}"


@optimiser(
    "SGD",
    r"\theta\leftarrow\theta-@learning_rate\,g",
    "Robbins and Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22(3)",
    critical=lambda **_: 2.0,
    slot=0,
)
def sgd(weights: Weights, *, learning_rate: SlopeRate = 1.8) -> torch.optim.Optimizer:
    """Steps straight down the slope, each as long as the slope is steep."""
    return torch.optim.SGD(weights, lr=learning_rate, foreach=False)


@optimiser(
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


@optimiser(
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
    momentum: OpenMomentum = 0.9,
) -> torch.optim.Optimizer:
    """Momentum that looks a step ahead, and so brakes before it has overshot."""
    return torch.optim.SGD(weights, lr=learning_rate, momentum=momentum, nesterov=True, foreach=False)


@optimiser(
    "AdaGrad",
    r"s\leftarrow s+g^2,\quad\theta\leftarrow\theta-@learning_rate\,\frac{g}{\sqrt s+10^{-10}}",
    "Duchi, Hazan and Singer (2011), Adaptive subgradient methods for online learning and stochastic optimization, "
    "Journal of Machine Learning Research 12",
    second_moment="sum",
    scale_free=True,
    divisor=lambda second_moment, step, **_: second_moment**0.5 + 1e-10,
    preconditioned=lambda **_: 2.0,
    slot=3,
)
def adagrad(weights: Weights, *, learning_rate: LengthRate = 0.15) -> torch.optim.Optimizer:
    """Divides by all the slopes there have been, so that every weight soon gets steps of its own, ever shorter."""
    return torch.optim.Adagrad(weights, lr=learning_rate, foreach=False)


@optimiser(
    "RMSprop",
    r"v\leftarrow@decay\,v+(1-@decay)\,g^2,\quad\theta\leftarrow\theta-@learning_rate\,\frac{g}{\sqrt v+10^{-8}}",
    "Tieleman and Hinton (2012), Neural networks for machine learning, lecture 6.5, Coursera",
    second_moment="square_avg",
    scale_free=True,
    divisor=lambda second_moment, step, **_: second_moment**0.5 + 1e-8,
    preconditioned=lambda **_: 2.0,
    slot=4,
)
def rmsprop(
    weights: Weights,
    *,
    learning_rate: LengthRate = 0.02,
    decay: Annotated[float, Range(0.0, 0.9999, symbol=r"\alpha", slider=(0.0, 0.999), detail=True)] = 0.99,
) -> torch.optim.Optimizer:
    """AdaGrad that forgets: it divides by the size of recent slopes, so its steps do not die out."""
    return torch.optim.RMSprop(weights, lr=learning_rate, alpha=decay, foreach=False)


@optimiser(
    "Adam",
    lambda amsgrad, **_: ADAM.replace(r"\hat v=\frac{v}", AMSGRAD) if amsgrad else ADAM,
    "Kingma and Ba (2015), Adam: a method for stochastic optimization, ICLR, algorithm 1; "
    "AMSGrad: Reddi, Kale and Kumar (2018), On the convergence of Adam and beyond, ICLR, algorithm 2",
    velocity="exp_avg",
    second_moment=lambda amsgrad, **_: "max_exp_avg_sq" if amsgrad else "exp_avg_sq",
    scale_free=True,
    divisor=_corrected,
    preconditioned=_averaged,
    slot=5,
    color=1,
)
def adam(
    weights: Weights,
    *,
    learning_rate: LengthRate = 0.03,
    beta1: Beta1 = 0.9,
    beta2: Beta2 = 0.999,
    amsgrad: Annotated[bool, Switch("AMSGrad: the largest v so far", detail=True)] = False,
) -> torch.optim.Optimizer:
    """Momentum divided by the size of recent slopes: steps of about the learning rate, whatever the loss's unit."""
    betas = (beta1, beta2)
    return torch.optim.Adam(weights, lr=learning_rate, betas=betas, amsgrad=amsgrad, foreach=False)


@optimiser(
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
    weight_decay: WeightDecay = 0.01,
) -> torch.optim.Optimizer:
    """Adam that also shrinks the weights a little at every step: it comes to rest beside the minimum, nearer zero."""
    betas = (beta1, beta2)
    return torch.optim.AdamW(weights, lr=learning_rate, betas=betas, weight_decay=weight_decay, foreach=False)


@optimiser(
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


@optimiser(
    "Dampened momentum",
    r"v\leftarrow@momentum\,v+(1-@dampening)\,g\ \ (\text{at first }v=g),\quad"
    r"\theta\leftarrow\theta-@learning_rate\,v",
    "Polyak (1964), Some methods of speeding up the convergence of iteration methods, "
    "USSR Computational Mathematics and Mathematical Physics 4(5), with the dampening of torch.optim.SGD",
    velocity="momentum_buffer",
    # Heavy ball's bound for v / (1 - τ), which gathers undampened slopes and is followed at the rate η (1 - τ).
    critical=lambda momentum, dampening, **_: 2 * (1 + momentum) / (1 - dampening),
    slot=8,
    color=8,
)
def dampened_momentum(
    weights: Weights,
    *,
    learning_rate: WideSlopeRate = 0.6,
    momentum: OpenMomentum = 0.9,
    dampening: Annotated[float, Range(0.0, 0.9999, symbol=r"\tau", slider=(0.0, 0.99))] = 0.5,
) -> torch.optim.Optimizer:
    """A heavy ball that takes in a part of each slope: with as much dampening as momentum, the mean of recent slopes."""
    return torch.optim.SGD(weights, lr=learning_rate, momentum=momentum, dampening=dampening, foreach=False)


@optimiser(
    "Adamax",
    FIRST + r"u\leftarrow\max\left(@beta2\,u,\ |g|+10^{-8}\right),\quad "
    r"\theta\leftarrow\theta-\frac{@learning_rate}{1-@beta1^t}\,\frac mu",
    "Kingma and Ba (2015), Adam: a method for stochastic optimization, ICLR, algorithm 2",
    velocity="exp_avg",
    second_moment="exp_inf",
    second_moment_name="infinity norm",
    scale_free=True,
    divisor=lambda second_moment, step, beta1, **_: second_moment * (1 - beta1**step),
    preconditioned=_averaged,
    slot=9,
    color=9,
)
def adamax(
    weights: Weights, *, learning_rate: LengthRate = 0.03, beta1: Beta1 = 0.9, beta2: Beta2 = 0.999
) -> torch.optim.Optimizer:
    """Adam that divides by the largest recent slope, slowly forgotten: no step is much longer than the learning rate."""
    return torch.optim.Adamax(weights, lr=learning_rate, betas=(beta1, beta2), foreach=False)


@optimiser(
    "NAdam",
    MOMENTS + r"\mu_t=@beta1\left(1-\tfrac12\,0.96^{0.004\,t}\right),\quad "
    r"\hat m=\frac{\mu_{t+1}\,m}{1-\mu_1\cdots\mu_{t+1}}+\frac{(1-\mu_t)\,g}{1-\mu_1\cdots\mu_t},\ "
    r"\hat v=\frac{v}{1-@beta2^t},\quad \theta\leftarrow\theta-@learning_rate\,\frac{\hat m}{\sqrt{\hat v}+10^{-8}}",
    "Dozat (2016), Incorporating Nesterov momentum into Adam, ICLR workshop",
    velocity="exp_avg",
    second_moment="exp_avg_sq",
    scale_free=True,
    slot=10,
    color=10,
)
def nadam(
    weights: Weights, *, learning_rate: LengthRate = 0.03, beta1: Beta1 = 0.9, beta2: Beta2 = 0.999
) -> torch.optim.Optimizer:
    """Adam that looks a step ahead, as Nesterov's momentum does, and so gives the newest slope more weight."""
    return torch.optim.NAdam(weights, lr=learning_rate, betas=(beta1, beta2), foreach=False)


@optimiser(
    "RAdam",
    MOMENTS + r"\hat m=\frac{m}{1-@beta1^t},\ \hat v=\frac{v}{1-@beta2^t},\quad "
    r"\rho_\infty=\frac{2}{1-@beta2}-1,\ \rho_t=\rho_\infty-\frac{2t\,@beta2^t}{1-@beta2^t},\quad "
    r"\theta\leftarrow\theta-@learning_rate\begin{cases}\sqrt{\frac{(\rho_t-4)(\rho_t-2)\,\rho_\infty}"
    r"{(\rho_\infty-4)(\rho_\infty-2)\,\rho_t}}\,\frac{\hat m}{\sqrt{\hat v}}&\rho_t>5\\\hat m&\text{else}\end{cases}",
    "Liu, Jiang, He, Chen, Liu, Gao and Han (2020), On the variance of the adaptive learning rate and beyond, "
    "ICLR, algorithm 2",
    velocity="exp_avg",
    second_moment="exp_avg_sq",
    slot=11,
    color=11,
)
def radam(
    weights: Weights, *, learning_rate: WideSlopeRate = 1.8, beta1: Beta1 = 0.9, beta2: Beta2 = 0.999
) -> torch.optim.Optimizer:
    """Adam that does not trust its first few slopes: it starts as momentum, and warms up by itself."""
    return torch.optim.RAdam(weights, lr=learning_rate, betas=(beta1, beta2), foreach=False)


class Lion(torch.optim.Optimizer):
    """Lion (Chen et al. 2023, Symbolic discovery of optimization algorithms, algorithm 2)."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every weight by the learning rate, against the sign of its momentum."""
        with torch.enable_grad():
            loss = closure() if closure else None
        for group in self.param_groups:
            lr, (beta1, beta2), weight_decay = group["lr"], group["betas"], group["weight_decay"]
            for weights in group["params"]:
                if weights.grad is None:
                    continue
                gradient, state = weights.grad, self.state[weights]
                if not state:
                    state["exp_avg"] = torch.zeros_like(weights)
                momentum = state["exp_avg"]
                update = (beta1 * momentum + (1 - beta1) * gradient).sign()
                weights.sub_(lr * (update + weight_decay * weights))
                momentum.mul_(beta2).add_((1 - beta2) * gradient)
        return loss


@optimiser(
    "Lion",
    r"c=@beta1\,m+(1-@beta1)\,g,\quad\theta\leftarrow\theta-@learning_rate\,(\operatorname{sign}c+@weight_decay\,\theta),"
    r"\quad m\leftarrow@beta2\,m+(1-@beta2)\,g",
    "Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu and Le (2023), Symbolic discovery of "
    "optimization algorithms, NeurIPS, algorithm 2",
    velocity="exp_avg",
    scale_free=True,
    slot=12,
    color=12,
)
def lion(
    weights: Weights,
    *,
    learning_rate: LengthRate = 0.01,
    beta1: Beta1 = 0.9,
    beta2: Beta2 = 0.99,
    weight_decay: WeightDecay = 0.01,
) -> torch.optim.Optimizer:
    """Steps by the sign of its momentum: each weight moves by the learning rate every time, however gentle the slope."""
    return Lion(weights, lr=learning_rate, betas=(beta1, beta2), weight_decay=weight_decay)


OPTIMISERS = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Optimiser)})
