"""What is seen in data before any loss is chosen: the kind of the target, outliers, leverage, tails, spread, imbalance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from losses.advice.linear import DETERMINED, Data, design, fit, robust_start
from losses.data.points import LARGEST_SQUARED, Array, as_numbers, robust_scale

FAR = 5.0  # standard deviations from the robust fit, beyond which a row is an outlier
FAR_OUT = 5.0  # standard deviations of x from its middle, beyond which a row has leverage
FEW = 0.1  # of the rows may be corrupt before a bounded slope is too little
GAIN = 0.85  # of the variance of MSE's fit, below which the tails are heavy; of few rows, less
LUCK = 2.0  # standard errors of that share, about 1 / sqrt(n - p) each, that are luck
GROWS = 3.5  # standard errors of a rank correlation of |residual| and fit
MUCH = 1.5  # of the spread of one third in that of the other
ROWS_A_FEATURE = 20
DECADES = 100.0  # the 95 % quantile over the 5 % one
LEANS = 0.3  # skew, beyond which mean and median are told apart
COUNTS_BEGIN = 10  # whole numbers of which none is below it are taken as real
EVEN = 0.5  # of its mean, the variance about a line below which a target of whole numbers is too even for a count
FOLLOW = 4.0  # standard errors of the correlation of residuals that are neighbours in a feature
MOST_CLASSES = 20
HUBER = 1.345  # standard deviations: 95 % efficient (Holland and Welsch 1977)


NAMES_CLASSES = "If these whole numbers name classes, say so: the loss is then cross-entropy."
SMALLER = "In a unit {:,.0f} times as small, here and in your program: log(1 + y) counts factors only well above 1."


@dataclass(frozen=True, eq=False)
class Target:
    """A target as it was read.

    ``kind`` is a key of ``rules.PREDICTED``, ``values`` ``[n]`` the numbers, or the places in ``classes`` where it is
    labels; ``note`` says what else it could be. Amounts are in a unit ``factor`` times as small as that of y: log(1 + y)
    counts factors only where y is above 1.
    """

    kind: str
    values: Array
    classes: tuple[str, ...] = ()
    note: str = ""
    factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Noise:
    """What the residuals of a robust fit tell.

    Attributes
    ----------
    coefficients
        Of the robust fit, on ``linear.design``, ``[p]``.
    standard
        Residuals, prediction - target, in standard deviations of the rows about them, ``[n]``.
    sigma
        The robust standard deviation.
    far, leverage
        Which rows are outliers, and which of them lie far out in x, ``[n]``.
    gain
        The variance of Huber's fit over that of MSE's, by the residuals.
    tail
        Reach of the outer 95 % over that of the inner half; 2.91 for Gaussian noise.
    skew
        The rest of the 97.5 % and 2.5 % quantiles about the median over their distance; 0 for even noise.
    growth
        The rank correlation of absolute residual and fit, in standard errors.
    ratio
        The spread in the upper third of the fit over that in the lower.
    follow
        The correlation of residuals that are neighbours in a feature, of the feature where it is most, in standard
        errors: what is left of a shape that the linear fit misses.
    known
        Whether there were rows enough to tell.
    """

    coefficients: Array
    standard: Array
    sigma: float
    far: np.ndarray
    leverage: np.ndarray
    gain: float = 1.0
    tail: float = float("nan")
    skew: float = float("nan")
    growth: float = 0.0
    ratio: float = 1.0
    follow: float = 0.0
    known: bool = True

    @property
    def trouble(self) -> str:
        """The key of ``rules.TROUBLES`` that this is."""
        if not self.known:
            return "none"
        if self.leverage.any() or self.far.mean() > FEW:
            return "many"
        if _grows(self.growth, self.ratio):
            return "spread"
        if self.gain >= min(GAIN, 1 - LUCK / np.sqrt(len(self.far) - len(self.coefficients))):
            return "none"
        return "few" if np.abs(self.standard).max() > 2 * FAR else "tails"


def read_target(y: Any, kind: str | None = None) -> Target:
    """What kind of target ``[n]`` this is: numbers, counts, two labels or more.

    Of two labels the larger number is the yes, and of two words the rarer.

    Raises
    ------
    ValueError
        For a target of one value, of text with too many values, or of numbers that are not finite or too large.
    """
    cells = np.asarray(y.detach().cpu() if hasattr(y, "detach") else y).ravel()
    if not len(cells):
        raise ValueError("y has no rows: give one target for each row")
    numbers = _numbers(cells)
    classes, places = np.unique(cells.astype(str) if numbers is None else numbers, return_inverse=True)
    if len(classes) == 1:
        raise ValueError(f"every y is {classes[0]}: nothing is to be predicted. Take rows in which it differs")
    named = tuple(f"{name:g}" if numbers is not None else str(name) for name in classes)
    if kind is None:
        kind = _kind(numbers, len(classes))
    if kind in ("yes_no", "classes"):
        if not 2 <= len(classes) <= MOST_CLASSES or (kind == "yes_no" and len(classes) > 2):
            raise ValueError(
                f"y has {len(classes)} different labels, and {'2' if kind == 'yes_no' else f'2 to {MOST_CLASSES}'} can "
                "be told apart: group the rare ones, or name another kind"
            )
        if kind == "yes_no" and numbers is None:
            return _yes_is_the_rarer(places, named)
        return Target(kind, places.astype(float), named)
    if numbers is None:
        raise ValueError(f"y is text of {len(classes)} different values: turn it into numbers, or give labels")
    if kind in ("count", "amount") and numbers.min() < 0:
        raise ValueError(
            f"y, row {numbers.argmin() + 1}, is {numbers.min():g}: a {kind} is at least 0; take it as real"
        )
    if kind == "amount" and (factor := _unit(numbers)) > 1:
        return Target(kind, numbers * factor, note=SMALLER.format(factor), factor=factor)
    few = kind == "count" and len(classes) <= 10
    return Target(kind, numbers, note=NAMES_CLASSES if few else "")


def _unit(amounts: Array) -> float:
    """By how much smaller a unit has to be, a power of ten, for nearly all amounts to be above 1."""
    few = float(np.quantile(amounts[amounts > 0], 0.05))
    factor = float(10 ** np.ceil(-np.log10(few)))
    return factor if 1 < factor <= LARGEST_SQUARED / amounts.max() else 1.0


def _yes_is_the_rarer(places: np.ndarray, named: tuple[str, ...]) -> Target:
    if 2 * places.sum() > len(places):
        places, named = 1 - places, named[::-1]
    return Target("yes_no", places.astype(float), named, f"“{named[1]}” is taken as the yes: it is the rarer.")


def _numbers(cells: np.ndarray) -> Array | None:
    """The cells as numbers, or None where they are text."""
    try:
        values = cells.astype(np.float64)
    except (TypeError, ValueError):
        return None
    wrong = ~(np.abs(values) <= LARGEST_SQUARED)
    if wrong.any():
        raise ValueError(f"y, row {wrong.argmax() + 1}, is {values[wrong.argmax()]:g}: take such rows out")
    return values


def _kind(numbers: Array | None, distinct: int) -> str:
    if distinct == 2:
        return "yes_no"
    if numbers is None:
        return "classes"
    low = numbers.min()
    if low >= 0 and low < COUNTS_BEGIN and not (numbers % 1).any():
        return "count"
    few, many = np.quantile(numbers, [0.05, 0.95])
    return "amount" if low > 0 and many / few > DECADES and _bends_less_in_logs(numbers) else "real"


def too_even(x: Array, y: Array) -> bool:
    """Whether whole numbers ``y`` ``[n]`` lie closer to a linear fit to ``x`` ``[n, d]`` than counts do, by chance, to their means."""
    rows = design(x)
    free = len(y) - rows.shape[1]
    if free < DETERMINED:
        return False
    residual = rows @ _least_squares(rows, y)[0] - y
    return bool(residual @ residual / free < EVEN * y.mean())


def _bends_less_in_logs(values: Array) -> bool:
    def skew(each: Array) -> float:
        low, middle, high = np.quantile(each, [0.05, 0.5, 0.95])
        return abs(high + low - 2 * middle) / (high - low or 1.0)

    return skew(np.log(values)) < skew(values)


def look(x: Array, y: Array) -> Noise:
    """What the residuals of ``y`` ``[n]`` about a robust linear fit to ``x`` ``[n, d]`` tell."""
    rows = design(x)
    n, p = rows.shape
    nobody = np.zeros(n, dtype=bool)
    if n < DETERMINED * p:
        return Noise(np.zeros(p), np.zeros(n), robust_scale(y), nobody, nobody, known=False)
    coefficients, sigma = robust_start(Data(rows, y))
    prediction = rows @ coefficients
    residual = prediction - y
    growth, ratio, spread = _growth(prediction, residual, sigma)
    standard = residual / spread
    far = np.abs(standard) > FAR
    told = ~far if far.mean() <= FEW else np.ones(n, dtype=bool)  # many are no outliers of a shape, but a part of it
    low, lower, middle, upper, high = np.quantile(standard, [0.025, 0.25, 0.5, 0.75, 0.975])
    return Noise(
        coefficients=coefficients,
        standard=standard,
        sigma=sigma,
        far=far,
        leverage=far & (_distance(x) > FAR_OUT),
        gain=_gain(rows, y, coefficients, sigma),
        tail=(high - low) / (upper - lower) if upper > lower else float("nan"),
        skew=-(high + low - 2 * middle) / (high - low) if high > low else float("nan"),
        growth=growth,
        ratio=ratio,
        follow=_follow(x[told], standard[told]),
    )


def _follow(x: Array, standard: Array) -> float:
    """How surely residuals, without those of a few outliers, are like those beside them, along the feature where they are so most."""
    held = np.clip(standard, -2, 2)
    held = (held - held.mean()) / (held.std() or 1.0)
    along = held[np.argsort(x, axis=0, kind="stable")]
    return float((along[1:] * along[:-1]).sum(0).max() / np.sqrt(len(x)))


def _distance(x: Array) -> Array:
    """How far out each row lies, in its farthest feature, by robust standard deviations; features of few values aside."""
    middle = np.median(x, axis=0)
    spread = 1.4826 * np.median(np.abs(x - middle), axis=0)
    told = spread > 0
    return (np.abs(x - middle)[:, told] / spread[told]).max(axis=1, initial=0.0)


def _grows(growth: float, ratio: float) -> bool:
    """Whether the spread surely changes with the fit, one way or the other, and by enough to matter."""
    return abs(growth) > GROWS and (ratio > MUCH or ratio < 1 / MUCH)


def _growth(prediction: Array, residual: Array, sigma: float) -> tuple[float, float, Array | float]:
    """How surely the spread grows, by how much from the lower to the upper third, and the spread of each row."""
    size = np.abs(residual)
    kept = size < 2 * FAR * sigma
    if kept.sum() < 30 or not np.ptp(prediction[kept]):
        return 0.0, 1.0, sigma
    ranks = [each[kept].argsort().argsort() for each in (prediction, size)]
    growth = float(np.corrcoef(ranks[0], ranks[1])[0, 1] * np.sqrt(kept.sum() - 1))
    third = np.quantile(prediction[kept], [1 / 3, 2 / 3])
    lower, upper = (np.median(size[kept & side]) for side in (prediction <= third[0], prediction >= third[1]))
    ratio = float(upper / lower) if lower else 1.0
    if not _grows(growth, ratio):
        return growth, ratio, sigma
    lines = np.column_stack([np.ones(kept.sum()), prediction[kept]])
    one = np.ones((1, len(lines)))
    level, slope = fit(Data(lines, size[kept]), one, "mae", {}, _least_squares(lines, size[kept]))[0]
    return growth, ratio, np.maximum(1.4826 * (level + slope * prediction), sigma / 4)


def _least_squares(rows: Array, y: Array) -> Array:
    """Coefficients of least squares, ``[1, p]``."""
    return as_numbers(np.linalg.lstsq(rows, y, rcond=None)[0], "coefficients")[None]


def _gain(rows: Array, y: Array, coefficients: Array, sigma: float) -> float:
    """The asymptotic variance of Huber's fit over that of least squares (Huber 1964, section 4), by their residuals."""
    bend = HUBER * sigma
    residual = rows @ coefficients - y
    residual = residual - np.median(residual)
    inside = np.abs(residual) <= bend
    share = max(float(inside.mean()), 0.1)
    few = 1 + rows.shape[1] / len(rows) * (1 - share) / share  # Huber (1981), section 7.6
    own = np.mean(np.clip(residual, -bend, bend) ** 2) / share**2 * few**2
    square = float(np.mean((rows @ _least_squares(rows, y)[0] - y) ** 2))
    return float(own / square) if square > 0 else 1.0
