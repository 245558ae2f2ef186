"""The straight boundary between two classes that a loss asks for: the true optimum of its penalised mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from losses.boundary.bent import values_and_slopes
from losses.boundary.search import BoundaryProblem, solve
from losses.boundary.separation import balanced, beyond_the_line, quantiles
from losses.data.points import as_labelled
from losses.registry import LOSSES
from losses.spec.loss import Loss


def can_be_fitted(loss: Loss) -> bool:
    """Whether a loss has a slope to follow everywhere, or declares where it has none."""
    return loss.fact("differentiable") or loss.kinks is not None


FITTED: Mapping[str, Loss] = MappingProxyType(
    {key: loss for key, loss in LOSSES.items() if loss.labels and can_be_fitted(loss)}
    | {key: loss for key, loss in LOSSES.items() if not loss.labels and loss.link}
)
"""The losses that a boundary can be fitted by. The 0-1 loss has no slope to follow; it is what is reported."""

_TINY = 1e-9  # of a penalty, beside a mean loss of the order of 1, that only decides between equals
_MET = 1e-8  # how near a kink a margin counts as on it, relative to the margin asked for
_NONE = 1e-6  # a score that varies by less than this share of the loss's own unit does not vary


@dataclass(frozen=True, eq=False)
class Boundary:
    """A fitted score f = weights · x + bias; the boundary is where it is 0.

    Per point, ``[n]``: ``score``, ``margin`` (label times score), ``values`` (its loss times its
    class weight), ``pull`` (its weighted loss's slope in its score). ``cost`` is the mean of ``values``,
    ``objective`` the cost plus the penalty. ``starts`` counts the descents of which this is the best,
    1 where the optimum is certain. ``note`` explains what is peculiar, or is empty.
    """

    loss: Loss
    settings: Mapping[str, Any]
    weights: np.ndarray
    bias: float
    score: np.ndarray
    margin: np.ndarray
    values: np.ndarray
    pull: np.ndarray
    objective: float
    starts: int
    note: str

    @property
    def cost(self) -> float:
        """The mean weighted loss."""
        return float(self.values.mean())

    def line(self, level: float, corner: tuple[float, float], size: tuple[float, float]) -> np.ndarray | None:
        """Both ends of the line where the score is ``level``, within a rectangle; or None.

        Parameters
        ----------
        level
            The score on the line; 0 is the boundary.
        corner
            The lowest point of the rectangle, in the units of the features.
        size
            Width and height of the rectangle, in the same units.

        Returns
        -------
        ndarray or None
            ``[2, 2]``, one end a row, the higher last. None where the line does not cross the rectangle.
        """
        steepness = self.weights * size
        if not np.isfinite(steepness).all() or not steepness.any():
            return None
        with np.errstate(over="ignore"):
            far = (level - self.bias - self.weights @ corner) / np.hypot(*steepness)
        if not np.isfinite(far):
            return None
        steepness = steepness / np.hypot(*steepness)
        foot = steepness * far
        along = np.array([-steepness[1], steepness[0]])
        # A line all but along an axis is infinite there.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ways = np.sort(np.stack([-foot / along, (1 - foot) / along]), 0)
        ways[:, along == 0] = np.array([-np.inf, np.inf])[:, None]
        outside = (along == 0) & ((foot < 0) | (foot > 1))
        first, last = ways[0].max(), ways[1].min()
        if outside.any() or not first < last:
            return None
        ends = corner + size * (foot + np.outer([first, last], along))
        return ends[ends[:, 1].argsort(kind="stable")]

    @property
    def share(self) -> np.ndarray:
        """Each point's percentage of the total loss ``[n]``; all nan where nothing costs anything."""
        total = self.values.sum()
        return 100 * self.values / total if total > 0 else np.full_like(self.values, np.nan)

    def concentration(self) -> tuple[np.ndarray, np.ndarray]:
        """The percentages of examples, costliest first, and of the loss that they make, ``[n + 1]`` each: a Lorenz curve."""
        count = len(self.values)
        share = np.zeros(count + 1)
        np.sort(np.nan_to_num(self.share))[::-1].cumsum(out=share[1:])
        return 100 * np.arange(count + 1) / count, share


def fit_boundary(
    features: np.ndarray,
    label: np.ndarray,
    loss: Loss | str,
    l2: float = 0.0,
    class_weight: float = 1.0,
    **parameters: Any,
) -> Boundary:
    """Minimise mean(class weight · loss) + l2 · |w|² over f = w₁ x₁ + w₂ x₂ + b; the bias b is not penalised.

    Losses with a slope everywhere: Newton's method. Convex ones with kinks, as the hinge: a quadratic
    program. Both find the optimum. Of any other loss, as focal, the best of several descents, for one with
    kinks, as the ramp, from piece to piece between them (``active_set``). Where a score of 0
    costs nothing, as the perceptron's, the optimum is known: 0.

    Parameters
    ----------
    features
        ``[n, 2]``, in the data's units; l2 counts in these.
    label
        ``[n]`` of -1 and +1.
    loss
        A loss of one score and a label of two values, or one whose ``link`` says what a score means for
        such a label; or the key of one in ``FITTED``. A binary loss takes the score as logit, MSE the
        label as number.
    l2
        At least 0.
    class_weight
        Factor of the losses of the label +1, above 0.
    **parameters
        Of the loss; ``from_logits`` is decided here.

    Raises
    ------
    ValueError
        For other shapes, labels, numbers or losses, naming them, and for features so close together that no
        float64 holds the weights.

    Examples
    --------
    >>> boundary = fit_boundary([[-1, 0], [1, 0]], [-1, 1], "hinge", l2=0.01)
    >>> boundary.score.round(6).tolist()
    [-1.0, 1.0]
    """
    loss = _boundary_loss(loss)
    features, label = as_labelled(features, label)
    if not (0 <= l2 < math.inf and 0 < class_weight < math.inf):
        raise ValueError(f"l2 must be at least 0 and class_weight above 0, got {l2!r} and {class_weight!r}")
    logits = {"from_logits": True} if "from_logits" in loss.parameters else {}
    settings = loss.settings(**{**parameters, **logits})
    middle, spread, half = _scales(features)
    unit = np.hypot(spread, math.sqrt(l2))  # neither a feature nor a penalty is large in it
    basis = np.column_stack([(features - middle) / unit, np.ones(len(label))])
    weight = np.where(label > 0, class_weight, 1.0)
    # A single far point makes the deviation large, and must not make the penalty between equals count.
    tie = _TINY * np.array([*(np.minimum(half / unit, 1.0) ** 2), 1.0])
    penalty = np.array([*(math.sqrt(l2) / unit) ** 2, 0.0])
    problem = BoundaryProblem(loss, settings, basis, label, weight, penalty, tie)
    theta, starts = solve(problem)
    score = _on_kinks(problem, basis @ theta)
    if problem.kinks:
        value, slope = values_and_slopes(loss, settings, problem.kinks, score, label)
    else:
        value, slope = problem.cost.slopes(score)
    values = weight * value
    with np.errstate(over="ignore"):
        weights = theta[:2] / unit
    if not np.isfinite(weights).all():
        raise ValueError(
            "the features lie so close together that no number is large enough for the weights: measure them in a smaller unit"
        )
    return Boundary(
        loss,
        settings,
        weights,
        float(theta[2] - weights @ middle),
        score,
        label * score,
        values,
        weight * slope,
        float(values.mean() + theta**2 @ penalty),
        starts,
        " ".join(_notes(problem, theta, starts)),
    )


def _boundary_loss(loss: Loss | str) -> Loss:
    if isinstance(loss, str):
        if loss not in FITTED:
            raise ValueError(f"no boundary is fitted by {loss!r}; the losses for that are: {', '.join(FITTED)}")
        return FITTED[loss]
    if not (loss.labels or loss.link):
        raise ValueError(
            f"{loss.name} is not a loss for a boundary: it takes no label, and its score is no probability"
        )
    return loss


def _on_kinks(problem: BoundaryProblem, score: np.ndarray) -> np.ndarray:
    """A piecewise linear loss's optimum puts points on its kinks: they get the score of the kink, without the rounding."""
    for at, _, _ in problem.kinks:
        score = np.where(np.abs(problem.label * score - at) <= _MET * max(1.0, abs(at)), problem.label * at, score)
    return score


def _scales(features: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median, deviation, and the range of the middle half of either feature; where all are alike, 1 for those."""
    low, middle, high = quantiles(features, 0.25, 0.5, 0.75)
    # Measured by the largest, no square overflows or vanishes.
    largest = np.abs(features - middle).max(0)
    largest = np.where(largest > 0, largest, 1.0)
    spread = largest * np.sqrt(np.mean(((features - middle) / largest) ** 2, 0))
    spread = np.where(spread > 0, spread, 1.0)
    return middle, spread, np.where(high > low, high - low, spread)


def _notes(problem: BoundaryProblem, theta: np.ndarray, starts: int) -> list[str]:
    """What is peculiar about this optimum, in sentences."""
    score = problem.basis @ theta
    single = np.ptp(problem.label) == 0
    varies = np.ptp(score) > _NONE * (problem.settings.get("margin") or 1.0)
    endless = not problem.costs_nothing_at_zero and _falls_without_end(problem, score)
    notes = []
    if starts > 1:
        notes.append(f"It is not convex: this is the best of {starts} descents; a lower one may exist.")
    if single:
        notes.append("There is one class only: a constant score is all there is to learn.")
    if problem.costs_nothing_at_zero:
        notes.append(
            "Any line that parts the classes costs nothing, as the weights 0 do; the widest is shown."
            if varies
            else "The weights 0 cost nothing, so they are the optimum: without a margin nothing asks for more."
        )
    elif endless and single:
        notes.append("It has no optimum: the bias grows without end.")
    elif endless and (problem.label * score > 0).all():
        notes.append(
            "It has no optimum: every larger score costs less, and nothing holds the weights back. Shown is where the "
            "loss is all but 0. A little L2 gives it one."
        )
    elif endless:
        notes.append(
            "It has no optimum: a line parts the classes but for points that lie on it, and the weights across it grow "
            "without end. Shown is where they gain next to nothing any more. A little L2 gives it one."
        )
    elif not varies and not single:
        notes.append("The weights are 0: it has collapsed to one score for all, and there is no boundary.")
    if not single and not problem.penalty.any() and np.linalg.matrix_rank(balanced(problem.basis), rtol=_NONE) < 3:
        notes.append("The features lie on one line, so other weights are as good; these are about the smallest.")
    return notes


def _falls_without_end(problem: BoundaryProblem, score: np.ndarray) -> bool:
    """Whether there is no optimum: some weights may grow for ever, and the cost falls all the way.

    They may where no point comes to lie on a wrong side. What is bent out of straight pieces comes to its lowest.
    """
    single = np.ptp(problem.label) == 0
    if problem.kinks or (problem.penalty.any() and not single):
        return False
    gains = np.ones(len(score), dtype=bool) if single else beyond_the_line(problem.basis, problem.label)
    if gains is None:
        return False
    label = problem.label[gains]
    farther = 2 * np.maximum(label * score[gains], 1.0)
    _, slope = replace(problem, label=label).cost.slopes(label * farther)
    return bool((label * slope < 0).any())
