"""Regression losses: how much a residual, prediction - target, costs."""

import math
from dataclasses import replace
from typing import Annotated

import torch
from torch import Tensor
from torch.nn import functional

from losses.families.numerics import bell_beyond, excess, exp_less_1, is_ordinary, log_beyond, small_square
from losses.spec.domain import NON_NEGATIVE, POSITIVE, REAL, Domain
from losses.spec.kinks import Kink
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import LARGEST, Range, Switch

Real = Annotated[Tensor, REAL]
Tuning = Range(0.0, LARGEST, symbol="c", log=True, slider=(0.1, 20.0), scaled=True, open_low=True)
Bend = Range(0.0, LARGEST, symbol=r"\delta", log=True, slider=(0.05, 10.0), scaled=True, open_low=True)
SideWeight = Range(0.0, 1e6, log=True, slider=(0.1, 10.0), open_low=True)
ABOVE_MINUS_ONE = Domain("a number above -1", low=-1.0, open_low=True)

HUBER_1964 = "Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35(1)"
BARRON_2019 = "Barron (2019), A general and adaptive robust loss function, CVPR"
HOLLAND_WELSCH_1977 = "Holland and Welsch (1977), Robust regression using iteratively reweighted least-squares"


@loss(
    name="MSE",
    slot=0,
    latex=lambda half: r"\tfrac12 r^2" if half else "r^2",
    references=("Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes",),
    equivalents=(
        Equivalent(
            "torch", "torch.nn.functional.mse_loss(prediction, target, reduction='none')", lambda half: not half
        ),
        Equivalent(
            "torch", "torch.nn.functional.mse_loss(prediction, target, reduction='none') / 2", lambda half: half
        ),
        Equivalent("keras", "keras.losses.mean_squared_error(target, prediction)", lambda half: not half, mean=True),
        Equivalent("keras", "keras.losses.mean_squared_error(target, prediction) / 2", lambda half: half, mean=True),
        Equivalent(
            "sklearn", "sklearn.metrics.mean_squared_error(target, prediction)", lambda half: not half, mean=True
        ),
        Equivalent(
            "sklearn", "sklearn.metrics.mean_squared_error(target, prediction) / 2", lambda half: half, mean=True
        ),
    ),
    estimates="mean",
    facts="convex symmetric differentiable",
    link=lambda prediction, half: ((prediction + 1) / 2).clamp(0, 1),  # of the labels -1 and +1, taken as numbers
)
def mse(prediction: Real, target: Real, *, half: Annotated[bool, Switch("½ in front")] = False) -> Tensor:
    """Squared error: the cost grows with the square of the residual, so the fit follows the mean.

    Use it when large errors really cost that much, or when the noise is close to Gaussian.
    Avoid it on corrupt data: a point's pull grows without bound, and one bad point drags the
    fit. With ``half`` the slope is r instead of 2r.
    """
    if half:
        residual = prediction - target
        return residual * (residual / 2)
    return functional.mse_loss(prediction, target.expand_as(prediction), reduction="none")


@loss(
    name="MAE",
    slot=1,
    latex=r"\lvert r\rvert",
    references=("Laplace (1774); Koenker and Bassett (1978), Regression quantiles, Econometrica 46(1)",),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.l1_loss(prediction, target, reduction='none')"),
        Equivalent("keras", "keras.losses.mean_absolute_error(target, prediction)", mean=True),
        Equivalent("sklearn", "sklearn.metrics.mean_absolute_error(target, prediction)", mean=True),
    ),
    estimates="median",
    facts="convex symmetric bounded_slope",
    kinks=(Kink(0.0, -1.0, 1.0),),
)
def mae(prediction: Real, target: Real) -> Tensor:
    """Absolute error: every point pulls equally hard, so the fit follows the median.

    Use it when some targets are simply wrong. It bounds the pull of a vertical outlier, not
    of a leverage point far out in x, and its minimum may be a whole range rather than one line.
    """
    return functional.l1_loss(prediction, target.expand_as(prediction), reduction="none")


@loss(
    name="Huber",
    slot=2,
    latex=r"\begin{cases}\tfrac12 r^2 & \lvert r\rvert\le @delta\\ @delta\cdot(\lvert r\rvert-\tfrac12\cdot @delta) & \lvert r\rvert> @delta\end{cases}",
    references=(HUBER_1964 + ", section 1",),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.huber_loss(prediction, target, reduction='none', delta={delta})"),
        Equivalent("keras", "keras.losses.huber(target, prediction, delta={delta})", mean=True),
    ),
    estimates="between mean and median",
    facts="convex symmetric differentiable bounded_slope",
)
def huber(
    prediction: Real,
    target: Real,
    *,
    delta: Annotated[float, Bend] = 1.0,
) -> Tensor:
    """Squared for residuals up to delta, absolute beyond: gentle noise is averaged, outliers are capped.

    Use it when most of the data are well behaved and some are not. Delta is in the target's
    unit: large values approach half the squared error, small ones delta times the absolute.
    """
    return functional.huber_loss(prediction, target.expand_as(prediction), reduction="none", delta=delta)


@loss(
    name="Smooth L1",
    slot=3,
    latex=r"\begin{cases} r^2/(2\cdot @beta) & \lvert r\rvert< @beta\\ \lvert r\rvert-\tfrac12\cdot @beta & \lvert r\rvert\ge @beta\end{cases}",
    references=("Girshick (2015), Fast R-CNN, ICCV, equation 3",),
    equivalents=(
        Equivalent("torch", "torch.nn.functional.smooth_l1_loss(prediction, target, reduction='none', beta={beta})"),
    ),
    estimates="between mean and median",
    facts="convex symmetric differentiable bounded_slope",
)
def smooth_l1(
    prediction: Real,
    target: Real,
    *,
    beta: Annotated[float, replace(Bend, symbol=r"\beta")] = 1.0,
) -> Tensor:
    """Huber's loss divided by its threshold: the slope far out is 1 whatever beta is.

    Use it where the scale of the gradient should not change with the threshold, as in box
    regression. Its minimiser equals Huber's with delta = beta.
    """
    # torch's own squares the residual first, which overflows or vanishes where beta is as large or as small.
    residual = prediction - target
    near = residual.clamp(-beta, beta)
    return near / beta * (residual - near / 2)


@loss(
    name="Asymmetric Huber",
    slot=14,
    latex=r"\begin{cases}@weight_low\,H_{@delta_low}(r) & r\le 0\\ @weight_high\,H_{@delta_high}(r) & r>0\end{cases}"
    r"\qquad H_\delta(r)=\begin{cases}\tfrac12 r^2 & \lvert r\rvert\le\delta\\"
    r" \delta\,(\lvert r\rvert-\tfrac12\delta) & \lvert r\rvert>\delta\end{cases}",
    references=(
        "Taggart (2022), Point forecasting and forecast evaluation with generalized Huber loss, "
        "Electronic Journal of Statistics 16(1)",
        HUBER_1964,
    ),
    equivalents=(
        Equivalent(
            "torch",
            "torch.where(prediction > target, "
            "{weight_high} * torch.nn.functional.huber_loss(prediction, target, reduction='none', delta={delta_high}), "
            "{weight_low} * torch.nn.functional.huber_loss(prediction, target, reduction='none', delta={delta_low}))",
        ),
    ),
    estimates="between quantile and expectile",
    facts="convex differentiable bounded_slope",
    symmetric=lambda delta_low, delta_high, weight_low, weight_high: (
        (delta_low, weight_low) == (delta_high, weight_high)
    ),
)
def asymmetric_huber(
    prediction: Real,
    target: Real,
    *,
    delta_low: Annotated[float, replace(Bend, symbol=r"\delta_-")] = 1.0,
    delta_high: Annotated[float, replace(Bend, symbol=r"\delta_+")] = 1.0,
    weight_low: Annotated[float, replace(SideWeight, symbol="w_-")] = 3.0,
    weight_high: Annotated[float, replace(SideWeight, symbol="w_+")] = 1.0,
) -> Tensor:
    """Huber's loss with a delta and a weight for either side: forecasts too low and too high cost different amounts.

    Use it for forecasts of stock, load or staff, where running short costs more than having some
    left: ``low`` is for predictions below the target, ``high`` for those above. Errors up to the
    side's delta count squared, larger ones at a fixed price each, so a wild day does not decide. Equal sides are
    Huber's loss; large deltas make it the expectile's with tau = low / (low + high), small ones the quantile's.
    """
    residual = prediction - target
    near = residual.clamp(-delta_low, delta_high)
    return torch.where(residual > 0, weight_high * near, weight_low * near) * (residual - near / 2)


@loss(
    name="Log-cosh",
    slot=4,
    latex=r"\log\cosh r",
    references=(
        "Green (1990), Bayesian reconstructions from emission tomography data, IEEE Trans. Medical Imaging 9(1)",
    ),
    equivalents=(Equivalent("keras", "keras.losses.log_cosh(target, prediction)", mean=True),),
    estimates="between mean and median",
    facts="convex symmetric differentiable bounded_slope",
)
def log_cosh(prediction: Real, target: Real) -> Tensor:
    """A smooth cousin of Huber's loss: about r²/2 near zero, |r| - log 2 far out.

    Use it where a second derivative is wanted everywhere. It has no threshold to tune, so
    the unit of the target decides what counts as far out.
    """
    # Near 0 the logarithms far out cancel, and far out tanh tells nothing: each part stands still where the other moves.
    # No masks: they take longer than the functions, of which these are the quick ones.
    residual = prediction - target
    near, far = residual.clamp(-1, 1), excess(residual, 1)
    beyond_1 = torch.log(
        (torch.exp(-2 * far) + math.exp(2)) / (1 + math.exp(2))
    )  # log(1 + e^(-2|r|)) less its value at 1
    return far + (beyond_1 - torch.log1p(-near.tanh().square()) / 2)


@loss(
    name="Quantile",
    slot=5,
    latex=r"\max\bigl((1-@tau)\,r,\; -@tau\, r\bigr)",
    references=("Koenker and Bassett (1978), Regression quantiles, Econometrica 46(1), section 3",),
    equivalents=(
        Equivalent("sklearn", "sklearn.metrics.mean_pinball_loss(target, prediction, alpha={tau})", mean=True),
    ),
    estimates="quantile",
    facts="convex bounded_slope",
    symmetric=lambda tau: tau == 0.5,
    kinks=lambda tau: (Kink(0.0, -tau, 1 - tau),),
)
def quantile(
    prediction: Real, target: Real, *, tau: Annotated[float, Range(0.01, 0.99, symbol=r"\tau")] = 0.5
) -> Tensor:
    """Tilted absolute error: the fit leaves a share tau of the targets below it.

    Use it for prediction intervals and wherever being too low and too high cost different
    amounts. At tau = 0.5 it is half the absolute error.
    """
    residual = prediction - target
    return torch.maximum((1 - tau) * residual, -tau * residual)


@loss(
    name="Expectile",
    slot=15,
    latex=r"\begin{cases}@tau\, r^2 & r\le 0\\ (1-@tau)\, r^2 & r>0\end{cases}",
    references=("Newey and Powell (1987), Asymmetric least squares estimation and testing, Econometrica 55(4)",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.where(prediction > target, (1 - {tau}) * (prediction - target) ** 2, "
            "{tau} * (prediction - target) ** 2)",
        ),
        Equivalent(
            "scipy",
            "np.where(prediction > target, 1 - {tau}, {tau}) * (prediction - target) ** 2",
        ),
    ),
    estimates="expectile",
    facts="convex differentiable",
    symmetric=lambda tau: tau == 0.5,
)
def expectile(
    prediction: Real, target: Real, *, tau: Annotated[float, Range(0.01, 0.99, symbol=r"\tau")] = 0.8
) -> Tensor:
    """Tilted squared error: what the quantile is to the median, the expectile is to the mean.

    Use it where being too low and too high cost different amounts, each with the square of the
    error: the fit stands where the shortfall above it, times tau, balances the excess below it, times
    1 - tau. Unlike a quantile it feels how far away every point is, so one bad point drags it. At tau = 0.5 it is
    half the squared error.
    """
    residual = prediction - target
    return torch.where(residual > 0, (1 - tau) * residual, tau * residual) * residual


@loss(
    name="Epsilon-insensitive",
    slot=6,
    latex=r"\max(0,\ \lvert r\rvert-@epsilon)",
    references=("Vapnik (1995), The Nature of Statistical Learning Theory, chapter 6",),
    equivalents=(Equivalent("torch", "torch.relu((prediction - target).abs() - {epsilon})"),),
    estimates="a band around the median",
    facts="convex symmetric bounded_slope",
    kinks=lambda epsilon: (Kink(-epsilon, -1.0, 0.0), Kink(epsilon, 0.0, 1.0)),
)
def epsilon_insensitive(
    prediction: Real,
    target: Real,
    *,
    epsilon: Annotated[float, Range(0.0, LARGEST, symbol=r"\varepsilon", slider=(0.0, 5.0), scaled=True)] = 0.5,
) -> Tensor:
    """Free inside a tube of half-width epsilon, absolute outside: small errors do not count.

    Use it when errors below a tolerance do not matter, as in support vector regression. The
    minimum is often a whole range of lines: all that fit the tube.
    """
    return excess(prediction - target, epsilon)


@loss(
    name="Tukey biweight",
    slot=7,
    latex=r"\tfrac{@c^2}{6}\Bigl(1-\bigl(1-\min(1,(r/@c)^2)\bigr)^3\Bigr)",
    references=("Beaton and Tukey (1974), The fitting of power series, Technometrics 16(2)",),
    equivalents=(Equivalent("statsmodels", "sm.robust.norms.TukeyBiweight(c={c}).rho(prediction - target)"),),
    estimates="the bulk of the data",
    facts="symmetric differentiable bounded_slope bounded_value",
)
def tukey(prediction: Real, target: Real, *, c: Annotated[float, Tuning] = 4.685) -> Tensor:
    """Redescending: beyond c a point has no pull at all.

    Use it when gross errors should be forgotten, from a good start: it is not convex and has
    several minima. c = 4.685 standard deviations gives 95 % efficiency under Gaussian noise.
    """
    near = (prediction - target).clamp(-c, c)
    square = (near / c).square()
    return near * (near / 2) * (1 - square + square.square() / 3)


@loss(
    name="Cauchy",
    slot=8,
    latex=r"\tfrac{@c^2}{2}\log\bigl(1+(r/@c)^2\bigr)",
    references=(HOLLAND_WELSCH_1977,),
    equivalents=(Equivalent("scipy", "{c}**2 / 2 * np.log1p(((prediction - target) / {c})**2)"),),
    estimates="the bulk of the data",
    facts="symmetric differentiable bounded_slope",
)
def cauchy(prediction: Real, target: Real, *, c: Annotated[float, Tuning] = 2.385) -> Tensor:
    """Grows like a logarithm: far points still pull, but ever less the farther they are.

    Use it for heavy-tailed noise. It is the negative log-likelihood of a Cauchy distribution,
    scaled to look like r²/2 near zero. c = 2.385 standard deviations gives 95 % efficiency.
    """
    residual = prediction - target
    if is_ordinary(residual, c):  # the same in fewer steps
        return c * c / 2 * torch.log1p((residual / c).square())
    near, square = residual.clamp(-c, c), small_square(residual, c)
    return near * (near / 2) * ((torch.log1p(square) + log_beyond(residual, c)) / square)


@loss(
    name="Welsch",
    slot=9,
    latex=r"\tfrac{@c^2}{2}\Bigl(1-e^{-(r/@c)^2}\Bigr)",
    references=(HOLLAND_WELSCH_1977,),
    estimates="the bulk of the data",
    facts="symmetric differentiable bounded_slope bounded_value",
)
def welsch(prediction: Real, target: Real, *, c: Annotated[float, Tuning] = 2.985) -> Tensor:
    """A Gaussian well: points a few c away lose their pull exponentially fast.

    Use it like Tukey's loss, where a smooth cut-off is wanted. c = 2.985 standard deviations
    gives 95 % efficiency under Gaussian noise.
    """
    residual = prediction - target
    if is_ordinary(residual, c):  # the same in fewer steps
        return -c * c / 2 * exp_less_1(-(residual / c).square())
    near, square = residual.clamp(-c, c), small_square(residual, c)
    return near * (near / 2) * ((bell_beyond(residual, c) - torch.expm1(-square)) / square)


@loss(
    name="Geman-McClure",
    slot=10,
    latex=r"\tfrac12\,\frac{r^2}{1+(r/@c)^2}",
    references=(
        "Geman and McClure (1987), Statistical methods for tomographic image reconstruction, Bulletin of the ISI 52",
    ),
    estimates="the bulk of the data",
    facts="symmetric differentiable bounded_slope bounded_value",
)
def geman_mcclure(prediction: Real, target: Real, *, c: Annotated[float, Tuning] = 3.0) -> Tensor:
    """Levels off at c²/2: a far point costs a fixed price and hardly pulls.

    Use it for many gross errors, from a good start; it is not convex.
    """
    residual = prediction - target
    near, reach = residual.clamp(-c, c), c + excess(residual, c)
    root = near / torch.hypot(near / reach, torch.ones_like(near))
    return root * (root / 2)


def _general_robust_formula(alpha: float, c: float) -> str:
    if alpha == 2:
        return r"\tfrac12(r/@c)^2"
    if alpha == 0:
        return r"\log\bigl(\tfrac12(r/@c)^2+1\bigr)"
    if alpha == -math.inf:
        return r"1-e^{-\frac12(r/@c)^2}"
    return (
        r"\tfrac{\lvert @alpha-2\rvert}{@alpha}"
        r"\biggl(\Bigl(\tfrac{(r/@c)^2}{\lvert @alpha-2\rvert}+1\Bigr)^{@alpha/2}-1\biggr)"
    )


@loss(
    name="General robust",
    slot=11,
    latex=_general_robust_formula,
    references=(BARRON_2019 + ", equations 8 and 13",),
    estimates="the mean (alpha = 2) down to the bulk of the data",
    facts="symmetric differentiable",
    convex=lambda alpha, c: alpha >= 1,
    bounded_slope=lambda alpha, c: alpha <= 1,
    bounded_value=lambda alpha, c: alpha < 0,
)
def general_robust(
    prediction: Real,
    target: Real,
    *,
    alpha: Annotated[float, Range(-math.inf, 2.0, symbol=r"\alpha", slider=(-10.0, 2.0))] = 1.0,
    c: Annotated[float, Tuning] = 1.0,
) -> Tensor:
    """One family for all: alpha = 2 is squared, 1 is pseudo-Huber, 0 Cauchy, -2 Geman-McClure, -∞ Welsch.

    Use it to let the data, or the hand, choose how robust to be. Convex only from alpha = 1 up.
    """
    residual = prediction - target
    if alpha == 2:
        return residual / c * (residual / c / 2)
    distance = 2 - alpha if alpha > -1e18 else 2.0
    scaled = residual / math.sqrt(distance)
    if alpha <= -1e18:  # from here on the limit, to the last digit
        return bell_beyond(scaled, c) - torch.expm1(-(scaled.clamp(-c, c) / c).square())
    if is_ordinary(scaled, c):  # the same in fewer steps
        logarithm = torch.log1p((scaled / c).square())
    else:
        logarithm = torch.log1p((scaled.clamp(-c, c) / c).square()) + log_beyond(scaled, c)
    if abs(alpha) < 1e-18:
        return logarithm
    if alpha < 0:
        return distance / alpha * exp_less_1(alpha / 2 * logarithm)
    root = torch.expm1(alpha / 4 * logarithm)  # e^2x - 1 = (e^x - 1)(e^x + 1), which overflows only where the loss does
    return distance / alpha * root * (root + 2)


@loss(
    name="Poisson",
    slot=12,
    latex=r"\hat y-y\log\hat y",
    references=("McCullagh and Nelder (1989), Generalized Linear Models, section 6.2",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.poisson_nll_loss(prediction, target, log_input=False, eps=0, reduction='none')",
        ),
        Equivalent("keras", "keras.losses.poisson(target, prediction)", mean=True),
    ),
    estimates="mean",
    facts="convex differentiable",
)
def poisson(prediction: Annotated[Tensor, POSITIVE], target: Annotated[Tensor, NON_NEGATIVE]) -> Tensor:
    """For counts: the spread grows with the mean, so errors on large counts weigh less.

    Prediction is the expected count, above 0; target is a count or a rate, at least 0. It is
    the Poisson negative log-likelihood without its constant, and goes below zero.
    """
    return prediction - torch.xlogy(target, prediction)


@loss(
    name="MSLE",
    slot=13,
    latex=r"\bigl(\log(1+\hat y)-\log(1+y)\bigr)^2",
    references=("Keras documentation, MeanSquaredLogarithmicError",),
    equivalents=(
        Equivalent(
            "keras",
            "keras.losses.mean_squared_error(keras.ops.log1p(target), keras.ops.log1p(prediction))",
            mean=True,
        ),
        Equivalent("sklearn", "sklearn.metrics.mean_squared_log_error(target, prediction)", mean=True),
    ),
    estimates="mean of log(1 + y)",
    facts="differentiable",
)
def msle(prediction: Annotated[Tensor, ABOVE_MINUS_ONE], target: Annotated[Tensor, ABOVE_MINUS_ONE]) -> Tensor:
    """Squared error of the logarithms: what counts is the ratio, not the difference.

    Use it for targets that span orders of magnitude and where too low is worse than too
    high. Both inputs must be above -1; Keras's own mean_squared_logarithmic_error raises
    what is below 0 to 0 first.
    """
    return (prediction.log1p() - target.log1p()).square()
