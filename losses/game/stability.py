"""Whether a game settles near its equilibrium: the eigenvalues of its flow and of its steps, and where they cross.

``J`` is the Jacobian of the field at the equilibrium, ``λ`` its eigenvalues, ``h`` the learning rate. The flow settles
where all ``Re λ < 0``; steps settle where all eigenvalues ``μ`` of their own map lie inside the unit circle.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import Polynomial

from losses.game.dirac import PENALTIES, DiracGan
from losses.game.rules import Rules

ROUNDING = 1e-9  # by which an eigenvalue on the unit circle, or a coefficient that is 0, may be off


@dataclass(frozen=True, eq=False)
class Stability:
    """What the linearised game says.

    Attributes
    ----------
    flow
        ``[2]`` complex, the eigenvalues ``λ`` of the Jacobian; not a number where there is none.
    steps
        ``[2]`` or, where steps remember the ones before, ``[4]`` complex, the eigenvalues ``μ`` of one step.
    largest_step
        The learning rate at which the first of ``μ`` reaches the unit circle from inside, or leaves it, when it grows
        from 0; 0 where none settles, infinite where all do, not a number where no formula is known.
    turning
        ``ω``, by which both players turn around the equilibrium without a penalty.
    """

    flow: np.ndarray
    steps: np.ndarray
    largest_step: float
    turning: float

    @property
    def growth(self) -> float:
        """By what one step multiplies the distance to the equilibrium in the long run, near it: the largest ``|μ|``."""
        return float(np.abs(self.steps).max())

    @property
    def verdict(self) -> str:
        """``inside`` the unit circle, ``on`` it, ``outside`` it, or ``unknown``."""
        if np.isnan(self.growth):
            return "unknown"
        return "on" if abs(self.growth - 1) <= ROUNDING else "inside" if self.growth < 1 else "outside"


def stability(rules: Rules) -> Stability:
    """The eigenvalues of a game and its largest stable learning rate.

    Examples
    --------
    >>> found = stability(Rules("wasserstein", learning_rate=0.5))
    >>> found.steps.round(3).tolist(), round(found.growth, 4), found.verdict
    ([(1+0.5j), (1-0.5j)], 1.118, 'outside')
    """
    jacobian = DiracGan(rules).jacobian()
    return Stability(
        eigenvalues(jacobian),
        eigenvalues(step_matrix(rules, jacobian)),
        largest_step(rules, jacobian),
        turning(rules.game),
    )


@cache
def turning(game: str) -> float:
    """``Stability.turning`` of a game by its key: ``f'(0)`` of the papers."""
    jacobian = DiracGan(Rules(game)).jacobian()
    return float(np.sqrt(-jacobian[0, 1] * jacobian[1, 0]))


def eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """The eigenvalues ``[n]``, complex, of a matrix ``[n, n]``: of two rows to the last digit, also where they meet."""
    if np.isnan(matrix).any():
        return np.full(len(matrix), complex(np.nan, np.nan))
    if len(matrix) > 2:
        return np.linalg.eigvals(matrix).astype(complex)
    middle = (matrix[0, 0] + matrix[1, 1]) / 2
    apart = np.sqrt(complex(((matrix[0, 0] - matrix[1, 1]) / 2) ** 2 + matrix[0, 1] * matrix[1, 0]))
    return np.array([middle + apart, middle - apart])


def step_matrix(rules: Rules, jacobian: np.ndarray) -> np.ndarray:
    """The matrix of one step near the equilibrium: of ``w``, or of ``w`` and what the steps remember.

    Simultaneous steps have ``I + hJ`` (Mescheder, Geiger and Nowozin 2018, section 2), extragradient ``I + hJ + h²J²``,
    optimistic ones ``μ² = (1 + 2hλ) μ − hλ``; a heavy ball has ``μ² = (1 + β + hλ) μ − β`` (Gidel et al. 2019, Negative
    momentum for improved game dynamics, equation 10).
    """
    h, beta, one = rules.learning_rate, rules.momentum, np.eye(2)
    if rules.method == "extragradient":
        return one + h * jacobian + h**2 * jacobian @ jacobian
    if rules.method == "optimistic":
        return np.block([[one + 2 * h * jacobian, -h * jacobian], [one, np.zeros((2, 2))]])
    velocity = np.hstack([jacobian, beta * one])  # of positions and velocities before the step, to velocities after it
    stay = np.hstack([one, np.zeros((2, 2))])
    if rules.method == "simultaneous":
        matrix = np.vstack([stay + h * velocity, velocity])
    else:
        answered = stay[1] + h * velocity[1]
        velocity[0] = jacobian[0, 0] * stay[0] + jacobian[0, 1] * answered + beta * np.eye(4)[2]
        matrix = np.vstack([stay[0] + h * velocity[0], answered, velocity])
    return matrix if beta else matrix[:2, :2]


def largest_step(rules: Rules, jacobian: np.ndarray) -> float:
    """The largest stable learning rate near the equilibrium, as ``Stability.largest_step``.

    Two eigenvalues of real matrices lie inside the unit circle where ``det < 1``, ``|trace| < 1 + det`` (Jury 1962);
    here trace and determinant of the step are polynomials in ``h``. For optimistic steps the bound is known where the
    game only turns, ``1 / (√3 ω)``.
    """
    ((a, b), (c, d)), h = jacobian.tolist(), Polynomial([0, 1])
    trace, det = a + d, a * d - b * c
    if np.isnan(trace) or rules.momentum:
        return np.nan
    if rules.method == "optimistic":
        return 1 / np.sqrt(3 * det) if abs(trace) <= ROUNDING * np.sqrt(det) else np.nan
    if rules.method == "simultaneous":
        sums, products = 2 + h * trace, 1 + h * trace + h**2 * det
    elif rules.method == "alternating":
        sums, products = 2 + h * trace + h**2 * (b * c), (1 + h * a) * (1 + h * d)
    else:
        added = h * trace + h**2 * (trace**2 - 2 * det)
        sums, products = 2 + added, 1 + added + h**2 * det * (1 + h * trace + h**2 * det)
    return min(_first_crossing(margin) for margin in (1 - products, 1 + products - sums, 1 + products + sums))


def _first_crossing(margin: Polynomial) -> float:
    """The least ``h`` above 0 at which a polynomial falls below 0: 0 where it does at once, infinity where it never does."""
    kept = np.where(np.abs(margin.coef) > ROUNDING, margin.coef, 0.0)
    if not kept.any():
        return np.inf
    lowest = int(np.flatnonzero(kept)[0])
    if kept[lowest] < 0:
        return 0.0
    roots = Polynomial(kept[lowest:]).roots()
    real = roots.real[(np.abs(roots.imag) <= ROUNDING) & (roots.real > ROUNDING)]
    return float(real.min(initial=np.inf))


def critical_penalty(rules: Rules) -> float:
    """The penalty ``γ = 2ω`` at which the flow stops turning: both eigenvalues meet at ``−ω``, and none settles faster.

    Mescheder, Geiger and Nowozin (2018), lemma 3.3 and the text below it. Not a number without R1 or R2.
    """
    return 2 * turning(rules.game) if rules.stabiliser in PENALTIES else np.nan


def settling_penalties(rules: Rules) -> tuple[float, float] | None:
    """Between which penalties ``γ`` of R1 or R2 the steps settle; the first is not the smaller one where none does.

    Where ``det < 1`` and ``|trace| < 1 + det`` (Jury 1962), with ``k = h²ω²``: simultaneous steps have
    ``det = 1 − hγ + k`` and ``trace = 2 − hγ``, alternating ones ``1 − hγ`` and ``2 − hγ − k``. Of extragradient and
    optimistic steps, ``γ = −λ − ω²/λ`` where ``μ`` of ``λ`` lies on the unit circle. None without R1 or R2, and with
    momentum, where no formula is known.
    """
    h, k = rules.learning_rate, (rules.learning_rate * turning(rules.game)) ** 2
    if rules.momentum or rules.stabiliser not in PENALTIES or not h:
        return None
    low, high = _SETTLING[rules.method](k)
    return low / h, high / h


def _extragradient_settles(k: float) -> tuple[float, float]:
    root = np.sqrt(max(0.0, 1 + 6 * k - 3 * k * k))
    return max(0.0, (1 + k - root) / 2), min(1 + k, (1 + k + root) / 2)


def _optimistic_settles(k: float) -> tuple[float, float]:
    high = 2 / 3 + 3 * k / 2
    return (max(0.0, k * (3 * k - 1) / (1 - 2 * k)) if 9 * k < 4 else high), high


_SETTLING = {  # hγ, by h²ω²
    "simultaneous": lambda k: (k, 2 + k / 2),
    "alternating": lambda k: (0.0, 2 - k / 2),
    "extragradient": _extragradient_settles,
    "optimistic": _optimistic_settles,
}
